use glam::DVec2;

use super::Renderer;
use crate::drawing::{Cover, EdgePoint, Entry, Painter, Rgba, Scratch, Tile};
use crate::paint::IsoLine;
use crate::scene::FillRule;

/// What happens to a layer from the + side of an edge to its − side.
#[derive(Clone, Copy, Debug)]
enum Change {
    /// It is on the − side only.
    Appears,
    /// It is on the + side only.
    Vanishes,
    /// Its paint jumps along a line, in the direction of it or against it.
    Jumps(IsoLine, f64),
}

/// Evaluates the jump of the colour across edges of one tile.
pub(crate) struct Jumps<'a> {
    renderer: &'a Renderer<'a>,
    tile: &'a Tile,
    painter: Painter<'a>,
    /// The slot of the edge that was entered, and what changes from its + side to its − side.
    slot: usize,
    change: Change,
    inside: Vec<bool>,
    /// For each slot, the step from the point entered to where its paint is looked up.
    steps: Vec<DVec2>,
    scratch: Scratch,
}

impl<'a> Jumps<'a> {
    pub(crate) fn new(renderer: &'a Renderer<'a>, tile: &'a Tile) -> Self {
        Self {
            renderer,
            tile,
            painter: Painter::new(renderer.drawing(), tile),
            slot: 0,
            change: Change::Appears,
            inside: Vec::new(),
            steps: Vec::new(),
            scratch: Scratch::default(),
        }
    }

    /// Finds out what is inside around a point on an edge of the layer in `slot`, and tells
    /// whether the two sides of the edge differ in that layer.
    pub(crate) fn enter(&mut self, point: &EdgePoint, slot: usize) -> bool {
        let edges = self.renderer.grid().edges();
        let own = point.windings(self.tile, &self.tile.layers[slot], edges);
        let rule = self.rule(slot);
        if !self.set_change(
            point,
            slot,
            [own.minus, own.plus].map(|w| rule.is_inside(w)),
        ) {
            return false;
        }
        self.inside.clear();
        for (other, layer) in self.tile.layers.iter().enumerate() {
            let inside = other == slot || {
                let winding = point.windings(self.tile, layer, edges).minus;
                self.rule(other).is_inside(winding)
            };
            self.inside.push(inside);
        }
        self.find_steps(point);
        true
    }

    /// The same, faster, for a point of the pixel with the number `pixel` of a tile whose cover is
    /// known. A layer that is not in the cover is hidden, and so is the jump.
    pub(super) fn enter_pixel(
        &mut self,
        point: &EdgePoint,
        slot: usize,
        cover: &Cover,
        pixel: usize,
    ) -> bool {
        let edges = self.renderer.grid().edges().list();
        let top = f64::from(self.tile.rect.y0) + (pixel / self.tile.rect.width()) as f64;
        let winding = |entry: &Entry| point.winding_before(&cover.surround(entry, top), edges);
        let mut layers = cover.layers(pixel);
        let Some((_, own)) = layers.find(|(_, entry)| entry.slot as usize == slot) else {
            return false;
        };
        let sides = if own.is_whole() {
            [true; 2]
        } else {
            let minus = winding(own);
            let is_seam = edges[point.edge as usize].seam.is_some();
            let step = if is_seam { 0 } else { point.own_step() };
            [minus, minus + step].map(|winding| self.rule(slot).is_inside(winding))
        };
        if !self.set_change(point, slot, sides) {
            return false;
        }
        self.inside.clear();
        self.inside.resize(self.tile.layers.len(), false);
        for (_, entry) in cover.layers(pixel) {
            let other = entry.slot as usize;
            self.inside[other] =
                other == slot || entry.is_whole() || self.rule(other).is_inside(winding(entry));
        }
        self.find_steps(point);
        true
    }

    fn rule(&self, slot: usize) -> FillRule {
        let layer = self.tile.layers[slot].layer as usize;
        self.renderer.drawing().layout.layers()[layer].rule
    }

    /// Notes what changes in the layer of the edge, given whether its − and its + side are inside;
    /// tells whether anything does.
    fn set_change(&mut self, point: &EdgePoint, slot: usize, [minus, plus]: [bool; 2]) -> bool {
        let edges = self.renderer.grid().edges();
        self.slot = slot;
        self.change = match (edges.list()[point.edge as usize].seam, minus, plus) {
            (Some(seam), true, true) => self.paint_jump(point, seam),
            (None, true, false) => Change::Appears,
            (None, false, true) => Change::Vanishes,
            _ => return false,
        };
        true
    }

    /// Finds the paints that jump along the line of the edge. They follow the rule of coincident
    /// edges: a seam before the edge is seen from its + side, one after it from its − side. To look
    /// up the colour of that side, a step of the size of rounding errors does.
    fn find_steps(&mut self, point: &EdgePoint) {
        let edges = self.renderer.grid().edges().list();
        self.steps.clear();
        if !self.tile.has_seams() {
            return self.steps.resize(self.tile.layers.len(), DVec2::ZERO);
        }
        for layer in &self.tile.layers {
            let seam = self
                .tile
                .seams(layer)
                .iter()
                .find(|&&seam| seam != point.edge && point.lies_on(&edges[seam as usize]));
            self.steps.push(match seam {
                Some(&seam) => point.step_aside(&edges[seam as usize], seam < point.edge),
                None => DVec2::ZERO,
            });
        }
    }

    fn paint_jump(&self, point: &EdgePoint, seam: u32) -> Change {
        let line = self.renderer.drawing().layout.seams()[seam as usize].line;
        // Seams run with the colour after the jump on their right.
        Change::Jumps(line, if point.right_is_plus { 1.0 } else { -1.0 })
    }

    /// The colour of the layer of the edge on one side of a line less that on the other.
    fn paint_change(&self, line: IsoLine, sign: f64, p: DVec2) -> Rgba {
        let drawing = self.renderer.drawing();
        let layer = &drawing.layout.layers()[self.tile.layers[self.slot].layer as usize];
        let coefficients = &drawing.variables[layer.coefficients.clone()];
        let [before, after] = line.colors(layer.paint, coefficients, p);
        std::array::from_fn(|c| sign * (before[c] - after[c]))
    }

    /// Returns `f⁻ − f⁺` at a point of the edge that was entered, as long as nothing else is
    /// crossed in between.
    pub(crate) fn value(&mut self, p: DVec2) -> Rgba {
        let places = |slot: usize| p + self.steps[slot];
        let color = || self.painter.layer_color(self.slot, places(self.slot));
        let change = match self.change {
            Change::Appears => color(),
            Change::Vanishes => color().map(|channel| -channel),
            Change::Jumps(line, sign) => self.paint_change(line, sign, p),
        };
        let change = (self.slot, change);
        self.painter
            .difference(places, &self.inside, change, &mut self.scratch)
    }
}
