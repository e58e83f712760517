use glam::DVec2;

use super::Renderer;
use crate::drawing::{EdgePoint, Painter, Rgba, Scratch, Tile};

/// Evaluates the jump of the colour across edges of one tile.
pub(super) struct Jumps<'a> {
    renderer: &'a Renderer<'a>,
    tile: &'a Tile,
    painter: &'a Painter<'a>,
    /// The slot of the edge that was entered, and whether its − side is inside.
    slot: usize,
    minus_is_inside: bool,
    inside: Vec<bool>,
    scratch: Scratch,
}

impl<'a> Jumps<'a> {
    pub(super) fn new(
        renderer: &'a Renderer<'a>,
        tile: &'a Tile,
        painter: &'a Painter<'a>,
    ) -> Self {
        Self {
            renderer,
            tile,
            painter,
            slot: 0,
            minus_is_inside: false,
            inside: Vec::new(),
            scratch: Scratch::default(),
        }
    }

    /// Finds out what is inside around a point on an edge of the layer in `slot`, and tells
    /// whether the edge has that layer on one side only.
    pub(super) fn enter(&mut self, point: &EdgePoint, slot: usize) -> bool {
        let edges = self.renderer.grid().edges();
        let layers = self.renderer.drawing().layout.layers();
        let rule = |slot: usize| layers[self.tile.layers[slot].layer as usize].rule;
        let own = point.windings(self.tile, &self.tile.layers[slot], edges);
        let minus = rule(slot).is_inside(own.minus);
        if minus == rule(slot).is_inside(own.plus) {
            return false;
        }
        self.slot = slot;
        self.minus_is_inside = minus;
        self.inside.clear();
        for (other, layer) in self.tile.layers.iter().enumerate() {
            let inside = other == slot || {
                let winding = point.windings(self.tile, layer, edges).minus;
                rule(other).is_inside(winding)
            };
            self.inside.push(inside);
        }
        true
    }

    /// Returns for each slot whether the point entered is inside, the edge's own layer counted as
    /// on.
    pub(super) fn inside(&self) -> &[bool] {
        &self.inside
    }

    /// Returns `f⁻ − f⁺` at a point of the edge that was entered, as long as nothing else is
    /// crossed in between.
    pub(super) fn value(&mut self, p: DVec2) -> Rgba {
        let difference = self
            .painter
            .toggle(p, &self.inside, self.slot, &mut self.scratch);
        if self.minus_is_inside {
            difference
        } else {
            difference.map(|channel| -channel)
        }
    }
}
