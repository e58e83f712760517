//! The layers on one pixel, evaluated at four samples at once.

use glam::DVec2;

use super::lanes::{Batch, LANES, LaneColors, Lanes, Weights};
use crate::ad::Dual;
use crate::drawing::{
    Cover, Drawing, Edge, EdgePoint, Entry, Layer, Painter, Rgba, Scratch, Surround, Tile,
};
use crate::paint::{self, PaintLayout};
use crate::scene::FillRule;

/// Memory that tiles share.
#[derive(Debug, Default)]
pub(super) struct StackMemory {
    cover: Cover,
    slots: Vec<Slot>,
    entries: Vec<Entry>,
    inside: Vec<Lanes>,
    below: Vec<Lanes>,
    /// For each slot whether the sample at hand is inside.
    inside_slots: Vec<bool>,
    scratch: Scratch,
}

/// What samples need of a layer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) rule: FillRule,
    /// The colour of a solid paint.
    pub(super) solid: Option<Rgba>,
}

/// Evaluates the layers on the pixels of one tile: enter a pixel, place samples, then ask for
/// colours, tangents or adjoints.
///
/// Without groups the layers of a pixel are composited in lanes here. With groups each sample goes
/// through the [`Painter`] of the tile.
pub(super) struct Stack<'a> {
    drawing: &'a Drawing,
    edges: &'a [Edge],
    tile: &'a Tile,
    painter: Painter<'a>,
    memory: &'a mut StackMemory,
    background: Rgba,
    /// The upper border of the pixel that was entered, and whether it shows one colour.
    top: f64,
    is_constant: bool,
}

impl<'a> Stack<'a> {
    /// Prepares a tile. Layers under one that `hides` them may be left out.
    pub(super) fn new(
        drawing: &'a Drawing,
        edges: &'a [Edge],
        tile: &'a Tile,
        hides: impl Fn(&Layer) -> bool,
        memory: &'a mut StackMemory,
    ) -> Self {
        memory.cover.build(drawing, edges, tile, hides);
        memory.slots.clear();
        memory.slots.extend(tile.layers.iter().map(|layer| {
            let layer = &drawing.layout.layers()[layer.layer as usize];
            let coefficients = &drawing.variables[layer.coefficients.clone()];
            let is_solid = layer.paint == PaintLayout::Solid;
            Slot {
                rule: layer.rule,
                solid: is_solid.then(|| std::array::from_fn(|c| coefficients[c])),
            }
        }));
        Self {
            drawing,
            edges,
            tile,
            painter: Painter::new(drawing, tile),
            memory,
            background: drawing.background(),
            top: 0.0,
            is_constant: true,
        }
    }

    /// Returns what lies on the pixels of the tile.
    pub(super) fn cover(&self) -> &Cover {
        &self.memory.cover
    }

    /// Returns the drawing variables that [`pull_back`](Self::pull_back) adds to.
    pub(super) fn variables(&self) -> &[usize] {
        self.painter.variables()
    }

    fn layer(&self, entry: &Entry) -> &'a Layer {
        &self.drawing.layout.layers()[self.tile.layers[entry.slot as usize].layer as usize]
    }

    /// Returns what samples need of a layer.
    pub(super) fn slot(&self, entry: &Entry) -> &Slot {
        &self.memory.slots[entry.slot as usize]
    }

    /// Enters a pixel, the number `pixel` of the tile row by row.
    pub(super) fn enter(&mut self, pixel: usize) {
        let memory = &mut *self.memory;
        memory.entries.clear();
        memory.inside.clear();
        self.is_constant = true;
        for (_, entry) in memory.cover.layers(pixel) {
            let is_solid = memory.slots[entry.slot as usize].solid.is_some();
            self.is_constant &= is_solid && entry.is_whole();
            memory.entries.push(*entry);
            memory.inside.push([1.0; LANES]);
        }
        self.top = self.top_of(pixel);
    }

    /// Returns the upper border of a pixel of the tile.
    pub(super) fn top_of(&self, pixel: usize) -> f64 {
        f64::from(self.tile.rect.y0) + (pixel / self.tile.rect.width()) as f64
    }

    /// Tells whether the colour is the same everywhere in the pixel.
    pub(super) fn is_constant(&self) -> bool {
        self.is_constant
    }

    /// Finds out what is inside at samples of the pixel.
    pub(super) fn place(&mut self, samples: &Batch) {
        for i in 0..self.memory.entries.len() {
            let entry = self.memory.entries[i];
            if !entry.is_whole() {
                let surround = self.memory.cover.surround(&entry, self.top);
                let rule = self.slot(&entry).rule;
                self.memory.inside[i] = inside(&surround, self.edges, rule, samples);
            }
        }
    }

    /// Returns the colours at the samples.
    pub(super) fn colors(&mut self, samples: &Batch) -> LaneColors {
        if self.painter.has_groups() {
            let mut colors = [[0.0; LANES]; 4];
            for lane in 0..samples.count {
                self.fill_slots(lane);
                let memory = &mut *self.memory;
                let (point, scratch) = (samples.point(lane), &mut memory.scratch);
                let color = self.painter.color(point, &memory.inside_slots, scratch);
                set_lane(&mut colors, lane, color);
            }
            return colors;
        }
        let mut below = self.background.map(|channel| [channel; LANES]);
        for (entry, inside) in self.memory.entries.iter().zip(&self.memory.inside) {
            match self.slot(entry).solid {
                Some(color) => cover(&mut below, &color.map(|channel| [channel; LANES]), inside),
                None => cover(&mut below, &self.layer_colors(entry, samples), inside),
            }
        }
        below
    }

    /// Returns the tangents of the colours at the samples, given those of the drawing variables.
    pub(super) fn tangents(&mut self, variables: &[Dual<1>], samples: &Batch) -> LaneColors {
        let mut tangents = [[0.0; LANES]; 4];
        for lane in 0..samples.count {
            self.fill_slots(lane);
            let memory = &mut *self.memory;
            let (point, scratch) = (samples.point(lane), &mut memory.scratch);
            let tangent =
                self.painter
                    .push_forward(variables, point, &memory.inside_slots, scratch);
            set_lane(&mut tangents, lane, tangent);
        }
        tangents
    }

    /// Adds to `sums` the derivative of `Σ weight · colour` over the samples, with respect to the
    /// tile's [`variables`](Self::variables).
    pub(super) fn pull_back(&mut self, samples: &Batch, weights: &Weights, sums: &mut [f64]) {
        if self.painter.has_groups() {
            for lane in 0..samples.count {
                self.fill_slots(lane);
                let memory = &mut *self.memory;
                let (point, scratch) = (samples.point(lane), &mut memory.scratch);
                let weight = weights.lane(lane);
                self.painter
                    .pull_back(point, &memory.inside_slots, weight, scratch, sums);
            }
        } else {
            self.weigh_below(samples, weights);
            self.pull_back_layers(samples, weights, sums);
        }
    }

    /// Computes the weighted composite below each layer. It is all that the adjoints need of it.
    fn weigh_below(&mut self, samples: &Batch, weights: &Weights) {
        let mut below = std::mem::take(&mut self.memory.below);
        below.clear();
        let mut sum = weights.dot(self.background);
        for (entry, inside) in self.memory.entries.iter().zip(&self.memory.inside) {
            below.push(sum);
            let (own, alpha) = self.weighted_color(entry, samples, weights);
            for lane in 0..LANES {
                sum[lane] += inside[lane] * (own[lane] - alpha[lane] * sum[lane]);
            }
        }
        self.memory.below = below;
    }

    /// Returns the weighted colour of a layer and its alpha at the samples.
    #[inline]
    fn weighted_color(&self, entry: &Entry, samples: &Batch, weights: &Weights) -> (Lanes, Lanes) {
        if let Some(color) = self.slot(entry).solid {
            return (weights.dot(color), [color[3]; LANES]);
        }
        let colors = self.layer_colors(entry, samples);
        let weighted = std::array::from_fn(|lane| {
            let weights = weights.lane(lane);
            (0..4).map(|c| weights[c] * colors[c][lane]).sum()
        });
        (weighted, colors[3])
    }

    /// From the top down: a colour counts as much as the layers above let through.
    fn pull_back_layers(&self, samples: &Batch, weights: &Weights, sums: &mut [f64]) {
        let memory = &*self.memory;
        let mut through: Lanes = std::array::from_fn(|lane| f64::from(lane < samples.count));
        for (i, entry) in memory.entries.iter().enumerate().rev() {
            let (inside, below) = (&memory.inside[i], &memory.below[i]);
            let visible: Lanes = std::array::from_fn(|lane| through[lane] * inside[lane]);
            let own = &mut sums[self.painter.variables_of(entry.slot as usize)];
            if let Some(color) = self.slot(entry).solid {
                let mut adjoint = weights.share(&visible);
                for lane in 0..LANES {
                    adjoint[3] -= visible[lane] * below[lane];
                    through[lane] -= visible[lane] * color[3];
                }
                for (sum, adjoint) in own.iter_mut().zip(adjoint) {
                    *sum += adjoint;
                }
                continue;
            }
            let layer = self.layer(entry);
            let coefficients = &self.drawing.variables[layer.coefficients.clone()];
            for lane in (0..samples.count).filter(|&lane| visible[lane] != 0.0) {
                let mut adjoint = weights.lane(lane).map(|weight| weight * visible[lane]);
                adjoint[3] -= visible[lane] * below[lane];
                let point = samples.point(lane);
                paint::pull_back(layer.paint, coefficients, point, adjoint, own);
                through[lane] -= visible[lane] * self.color_at(layer, point)[3];
            }
        }
        let background = &mut sums[self.painter.variables_of_background()];
        for (sum, share) in background.iter_mut().zip(weights.share(&through)) {
            *sum += share;
        }
    }

    /// Tells whether there are groups with an opacity.
    pub(super) fn has_groups(&self) -> bool {
        self.painter.has_groups()
    }

    /// Returns the background.
    pub(super) fn background(&self) -> Rgba {
        self.background
    }

    /// Returns the winding number of a layer on the − side of an edge.
    /// The pixel has its upper border at `top` and need not be entered.
    pub(super) fn winding_before(&self, entry: &Entry, point: &EdgePoint, top: f64) -> i32 {
        let surround = self.memory.cover.surround(entry, top);
        point.winding_before(&surround, self.edges)
    }

    /// Tells whether the − side of an edge is inside another layer.
    pub(super) fn is_inside(&self, entry: &Entry, point: &EdgePoint, top: f64) -> bool {
        entry.is_whole() || {
            let winding = self.winding_before(entry, point, top);
            self.slot(entry).rule.is_inside(winding)
        }
    }

    /// Returns the colour of a layer at a point.
    pub(super) fn color_of(&self, entry: &Entry, p: DVec2) -> Rgba {
        let solid = self.slot(entry).solid;
        solid.unwrap_or_else(|| self.color_at(self.layer(entry), p))
    }

    fn color_at(&self, layer: &Layer, p: DVec2) -> Rgba {
        let coefficients = &self.drawing.variables[layer.coefficients.clone()];
        paint::color_at(layer.paint, coefficients, p)
    }

    /// Returns the colours of a layer at the samples.
    #[inline]
    fn layer_colors(&self, entry: &Entry, samples: &Batch) -> LaneColors {
        if let Some(color) = self.slot(entry).solid {
            return color.map(|channel| [channel; LANES]);
        }
        let mut colors = [[0.0; LANES]; 4];
        for lane in 0..samples.count {
            let color = self.color_at(self.layer(entry), samples.point(lane));
            set_lane(&mut colors, lane, color);
        }
        colors
    }

    /// Lists for each slot of the tile whether the sample of a lane is inside.
    fn fill_slots(&mut self, lane: usize) {
        let memory = &mut *self.memory;
        memory.inside_slots.clear();
        memory.inside_slots.resize(self.tile.layers.len(), false);
        for (entry, inside) in memory.entries.iter().zip(&memory.inside) {
            memory.inside_slots[entry.slot as usize] = inside[lane] != 0.0;
        }
    }
}

/// For each sample 1 if it is inside a layer, otherwise 0.
fn inside(layer: &Surround<'_>, edges: &[Edge], rule: FillRule, samples: &Batch) -> Lanes {
    let (x, y) = (&samples.x, &samples.y);
    let mut winding = [i64::from(layer.base); LANES];
    for wall in layer.walls {
        for lane in 0..LANES {
            winding[lane] += i64::from(y[lane] >= wall.y) * i64::from(wall.winding);
        }
    }
    for &index in layer.near {
        let edge = &edges[index as usize];
        let step = i64::from(edge.winding_along_x());
        for lane in 0..LANES {
            let spans = (edge.a.y <= y[lane]) != (edge.b.y <= y[lane]);
            let beyond = x[lane] >= edge.a.x + (y[lane] - edge.a.y) * edge.inverse_slope;
            winding[lane] += if spans & beyond { step } else { 0 };
        }
    }
    match rule {
        FillRule::Nonzero => winding.map(|winding| f64::from(winding != 0)),
        FillRule::Evenodd => winding.map(|winding| (winding & 1) as f64),
    }
}

/// Composites a colour over what is there, where samples are inside.
#[inline]
fn cover(below: &mut LaneColors, color: &LaneColors, inside: &Lanes) {
    let through: Lanes = std::array::from_fn(|lane| 1.0 - inside[lane] * color[3][lane]);
    for (below, color) in below.iter_mut().zip(color) {
        for lane in 0..LANES {
            below[lane] = inside[lane] * color[lane] + through[lane] * below[lane];
        }
    }
}

fn set_lane(lanes: &mut LaneColors, lane: usize, color: Rgba) {
    for (channel, value) in lanes.iter_mut().zip(color) {
        channel[lane] = value;
    }
}
