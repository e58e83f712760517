//! The layers on one pixel, evaluated at four samples at once.

use glam::DVec2;

use super::lanes::{Batch, LANES, LaneColors, Lanes};
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
    entries: Vec<Entry>,
    inside: Vec<Lanes>,
    below: Vec<Lanes>,
    slots: Vec<bool>,
    scratch: Scratch,
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
    /// The upper border of the pixel that was entered.
    top: f64,
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
        Self {
            drawing,
            edges,
            tile,
            painter: Painter::new(drawing, tile),
            memory,
            top: 0.0,
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

    /// Enters a pixel, the number `pixel` of the tile row by row.
    pub(super) fn enter(&mut self, pixel: usize) {
        let memory = &mut *self.memory;
        memory.entries.clear();
        let entries = memory.cover.layers(pixel).map(|(_, entry)| *entry);
        memory.entries.extend(entries);
        memory.inside.clear();
        memory.inside.resize(memory.entries.len(), [1.0; LANES]);
        self.top = f64::from(self.tile.rect.y0) + (pixel / self.tile.rect.width()) as f64;
    }

    /// Tells whether the colour is the same everywhere in the pixel.
    pub(super) fn is_constant(&self) -> bool {
        let mut entries = self.memory.entries.iter();
        entries.all(|entry| entry.is_whole() && self.layer(entry).paint == PaintLayout::Solid)
    }

    /// Finds out what is inside at samples of the pixel.
    pub(super) fn place(&mut self, samples: &Batch) {
        for i in 0..self.memory.entries.len() {
            let entry = self.memory.entries[i];
            if !entry.is_whole() {
                let surround = self.memory.cover.surround(&entry, self.top);
                let rule = self.layer(&entry).rule;
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
                let color = self.painter.color(point, &memory.slots, scratch);
                set_lane(&mut colors, lane, color);
            }
            return colors;
        }
        let mut below = self.drawing.background().map(|channel| [channel; LANES]);
        for (entry, inside) in self.memory.entries.iter().zip(&self.memory.inside) {
            let color = self.layer_colors(entry, samples);
            let through: Lanes = std::array::from_fn(|lane| 1.0 - inside[lane] * color[3][lane]);
            for (below, color) in below.iter_mut().zip(&color) {
                for lane in 0..LANES {
                    below[lane] = inside[lane] * color[lane] + through[lane] * below[lane];
                }
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
            let tangent = self
                .painter
                .push_forward(variables, point, &memory.slots, scratch);
            set_lane(&mut tangents, lane, tangent);
        }
        tangents
    }

    /// Adds to `sums` the derivative of `Σ weight · colour` over the samples, with respect to the
    /// tile's [`variables`](Self::variables).
    pub(super) fn pull_back(&mut self, samples: &Batch, weights: &LaneColors, sums: &mut [f64]) {
        if self.painter.has_groups() {
            for lane in 0..samples.count {
                self.fill_slots(lane);
                let memory = &mut *self.memory;
                let (point, scratch) = (samples.point(lane), &mut memory.scratch);
                let weight = weights.map(|channel| channel[lane]);
                self.painter
                    .pull_back(point, &memory.slots, weight, scratch, sums);
            }
        } else {
            self.weigh_below(samples, weights);
            self.pull_back_layers(samples, weights, sums);
        }
    }

    /// Computes the weighted composite below each layer. It is all that the adjoints need of it.
    fn weigh_below(&mut self, samples: &Batch, weights: &LaneColors) {
        let mut below = std::mem::take(&mut self.memory.below);
        below.clear();
        let mut sum = weigh(&self.drawing.background().map(|c| [c; LANES]), weights);
        for (entry, inside) in self.memory.entries.iter().zip(&self.memory.inside) {
            below.push(sum);
            let color = self.layer_colors(entry, samples);
            let own = weigh(&color, weights);
            for lane in 0..LANES {
                sum[lane] += inside[lane] * (own[lane] - color[3][lane] * sum[lane]);
            }
        }
        self.memory.below = below;
    }

    /// From the top down: a colour counts as much as the layers above let through.
    fn pull_back_layers(&self, samples: &Batch, weights: &LaneColors, sums: &mut [f64]) {
        let memory = &*self.memory;
        let mut through: Lanes = std::array::from_fn(|lane| f64::from(lane < samples.count));
        for (i, entry) in memory.entries.iter().enumerate().rev() {
            let (inside, below) = (&memory.inside[i], &memory.below[i]);
            let layer = self.layer(entry);
            let color = self.layer_colors(entry, samples);
            let visible: Lanes = std::array::from_fn(|lane| through[lane] * inside[lane]);
            let mut adjoint: LaneColors =
                weights.map(|w| std::array::from_fn(|lane| visible[lane] * w[lane]));
            for lane in 0..LANES {
                adjoint[3][lane] -= visible[lane] * below[lane];
                through[lane] -= visible[lane] * color[3][lane];
            }
            let own = &mut sums[self.painter.variables_of(entry.slot as usize)];
            if layer.paint == PaintLayout::Solid {
                for (sum, adjoint) in own.iter_mut().zip(&adjoint) {
                    *sum += adjoint.iter().sum::<f64>();
                }
                continue;
            }
            let coefficients = &self.drawing.variables[layer.coefficients.clone()];
            for lane in (0..samples.count).filter(|&lane| visible[lane] != 0.0) {
                let adjoint = adjoint.map(|channel| channel[lane]);
                let point = samples.point(lane);
                paint::pull_back(layer.paint, coefficients, point, adjoint, own);
            }
        }
        let background = &mut sums[self.painter.variables_of_background()];
        for (sum, weight) in background.iter_mut().zip(weights) {
            *sum += (0..LANES)
                .map(|lane| weight[lane] * through[lane])
                .sum::<f64>();
        }
    }

    /// Tells whether there are groups with an opacity.
    pub(super) fn has_groups(&self) -> bool {
        self.painter.has_groups()
    }

    /// Returns `⟨weight, f⁻ − f⁺⟩` at a point on an edge of the layer in `slot`, in the pixel with the
    /// number `pixel`, which need not be entered. No groups, no paint that jumps.
    ///
    /// One walk from the background up: first the weighted composite below the layer, then how much
    /// of the layer's own change those above let through.
    pub(super) fn weighted_jump(
        &self,
        pixel: usize,
        slot: usize,
        point: &EdgePoint,
        weight: Rgba,
    ) -> f64 {
        let cover = self.cover();
        let top = f64::from(self.tile.rect.y0) + (pixel / self.tile.rect.width()) as f64;
        let mut below = dot(weight, self.drawing.background());
        let mut jump = None;
        for (_, entry) in cover.layers(pixel) {
            let layer = self.layer(entry);
            let is_own = entry.slot as usize == slot;
            let mut sign = 0.0;
            if !entry.is_whole() {
                let winding = point.winding_before(&cover.surround(entry, top), self.edges);
                let minus = layer.rule.is_inside(winding);
                if is_own {
                    let plus = layer.rule.is_inside(winding + point.own_step());
                    sign = f64::from(i8::from(minus) - i8::from(plus));
                    if sign == 0.0 {
                        return 0.0;
                    }
                } else if !minus {
                    continue;
                }
            } else if is_own {
                return 0.0;
            }
            let color = self.color_at(layer, point.position);
            match &mut jump {
                None if is_own => jump = Some(sign * (dot(weight, color) - color[3] * below)),
                None => below = dot(weight, color) + (1.0 - color[3]) * below,
                Some(jump) => *jump *= 1.0 - color[3],
            }
        }
        // A layer that is not in the cover is hidden.
        jump.unwrap_or(0.0)
    }

    fn color_at(&self, layer: &Layer, p: DVec2) -> Rgba {
        let coefficients = &self.drawing.variables[layer.coefficients.clone()];
        paint::color_at(layer.paint, coefficients, p)
    }

    /// Returns the colours of a layer at the samples.
    fn layer_colors(&self, entry: &Entry, samples: &Batch) -> LaneColors {
        let layer = self.layer(entry);
        let coefficients = &self.drawing.variables[layer.coefficients.clone()];
        match (layer.paint, coefficients) {
            (PaintLayout::Solid, &[r, g, b, a]) => [r, g, b, a].map(|channel| [channel; LANES]),
            _ => {
                let mut colors = [[0.0; LANES]; 4];
                for lane in 0..samples.count {
                    let point = samples.point(lane);
                    let color = paint::color_at(layer.paint, coefficients, point);
                    set_lane(&mut colors, lane, color);
                }
                colors
            }
        }
    }

    /// Lists for each slot of the tile whether the sample of a lane is inside.
    fn fill_slots(&mut self, lane: usize) {
        let memory = &mut *self.memory;
        memory.slots.clear();
        memory.slots.resize(self.tile.layers.len(), false);
        for (entry, inside) in memory.entries.iter().zip(&memory.inside) {
            memory.slots[entry.slot as usize] = inside[lane] != 0.0;
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

/// `Σ weight · colour` over the channels.
fn weigh(colors: &LaneColors, weights: &LaneColors) -> Lanes {
    let mut sum = [0.0; LANES];
    for (color, weight) in colors.iter().zip(weights) {
        for lane in 0..LANES {
            sum[lane] += color[lane] * weight[lane];
        }
    }
    sum
}

fn dot(a: Rgba, b: Rgba) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]
}

fn set_lane(lanes: &mut LaneColors, lane: usize, color: Rgba) {
    for (channel, value) in lanes.iter_mut().zip(color) {
        channel[lane] = value;
    }
}
