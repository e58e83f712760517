use std::collections::BTreeMap;

use glam::DVec2;

use super::faces::{Faces, SlotSet, Windings};
use super::patch::{Near, Patch};
use crate::drawing::{EdgePoint, Painter, Rgba, Scratch, Tile};
use crate::integrator::Renderer;
use crate::paint::IsoLine;

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

/// Evaluates the jump of the colour across edges of one tile, given winding numbers.
///
/// This is not the code of the sampled estimator, which is judged by it.
pub(super) struct Jumps<'a> {
    renderer: &'a Renderer<'a>,
    tile: &'a Tile,
    painter: Painter<'a>,
    faces: Faces<'a>,
    /// Jumps that are the same all along an edge, by face and slot.
    flat: BTreeMap<(usize, usize), Rgba>,
    set: SlotSet,
    inside: Vec<bool>,
    /// The slot of the edge that was entered, and what changes from its + side to its − side.
    slot: usize,
    change: Change,
    /// The jump where it is the same all along the edge.
    constant: Option<Rgba>,
    /// For each slot, the step from a point to where its paint is looked up.
    steps: Vec<DVec2>,
    scratch: Scratch,
}

impl<'a> Jumps<'a> {
    pub(super) fn new(renderer: &'a Renderer<'a>, tile: &'a Tile) -> Self {
        let drawing = renderer.drawing();
        Self {
            renderer,
            tile,
            painter: Painter::new(drawing, tile),
            faces: Faces::new(drawing, tile),
            flat: BTreeMap::new(),
            set: SlotSet::default(),
            inside: Vec::new(),
            slot: 0,
            change: Change::Appears,
            constant: None,
            steps: vec![DVec2::ZERO; tile.layers.len()],
            scratch: Scratch::default(),
        }
    }

    /// Looks at a point of an edge with the winding numbers of its − side. Returns the degree at
    /// which the jump is integrated along a part of length `2 half` around it, nothing if there is
    /// no jump.
    pub(super) fn enter(
        &mut self,
        point: &EdgePoint,
        half: f64,
        own: &Near<'_>,
        windings: &Windings,
        patch: &Patch<'_>,
    ) -> Option<usize> {
        let slot = own.slot;
        let to_plus = match own.edge.seam {
            Some(_) => 0,
            None => point.own_step(),
        };
        let minus = windings.is_inside_after(slot, 0);
        let plus = windings.is_inside_after(slot, to_plus);
        self.slot = slot;
        self.change = match (own.edge.seam, minus, plus) {
            (Some(seam), true, true) => self.paint_jump(point, seam),
            (None, true, false) => Change::Appears,
            (None, false, true) => Change::Vanishes,
            _ => return None,
        };
        self.set.copy_from(windings.inside());
        self.set.put(slot, true);
        let face = self.faces.get(&self.set);
        self.constant = None;
        if face.is_flat() {
            let (painter, scratch) = (&self.painter, &mut self.scratch);
            let jump = *self.flat.entry((face.id, slot)).or_insert_with(|| {
                let color = painter.layer_color(slot, point.position);
                let place = |_| point.position;
                painter.difference(place, &face.inside, (slot, color), scratch)
            });
            if jump == [0.0; 4] {
                return None;
            }
            self.constant = Some(match self.change {
                Change::Vanishes => jump.map(|channel| -channel),
                _ => jump,
            });
            return Some(0);
        }
        self.inside.clone_from(&face.inside);
        let degree = face.degree(point.position, 0.0, half, 1);
        self.find_steps(point, patch);
        Some(degree)
    }

    /// Finds the paints that jump along the line of the edge. They follow the rule of coincident
    /// edges: a seam before the edge is seen from its + side, one after it from its − side. To look
    /// up the colour of that side, a step of the size of rounding errors does.
    fn find_steps(&mut self, point: &EdgePoint, patch: &Patch<'_>) {
        self.steps.fill(DVec2::ZERO);
        // Of several seams of a layer the first counts.
        for seam in patch.seams.iter().rev() {
            if seam.index != point.edge && point.lies_on(seam.edge) {
                self.steps[seam.slot] = point.step_aside(seam.edge, seam.index < point.edge);
            }
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
    pub(super) fn value(&mut self, p: DVec2) -> Rgba {
        if let Some(jump) = self.constant {
            return jump;
        }
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
