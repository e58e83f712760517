//! The layers on one pixel, evaluated at four samples at once.

mod adjoint;

use glam::DVec2;

use super::covers::KeptCovers;
use super::lanes::{Batch, LANES, LaneColors, Lanes, inside_of, one_if};
use crate::ad::Dual;
use crate::drawing::{
    Cover, Drawing, Edge, EdgePoint, Entry, Layer, LayerCells, Painter, Rgba, Run, Scratch,
    Surround, Tile, over,
};
use crate::paint::{self, PaintLayout};
use crate::scene::FillRule;

/// Memory that tiles share.
#[derive(Debug, Default)]
pub(crate) struct StackMemory {
    cover: Cover,
    cells: LayerCells,
    rest: Memory,
}

#[derive(Debug, Default)]
struct Memory {
    slots: Vec<Slot>,
    entries: Vec<Entry>,
    /// The slots of all layers of a pixel of one colour that was kept.
    kept: Vec<u32>,
    /// What is below each of the lowest layers, as far as they have one colour and cover the pixel.
    composites: Vec<Rgba>,
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
    /// Whether its colour hides what is below.
    is_opaque: bool,
}

impl Slot {
    /// Returns the colour of a layer on a pixel of one colour.
    fn fixed_color(&self) -> Rgba {
        self.solid
            .expect("layers that are not solid change within a pixel")
    }
}

/// Evaluates the layers on the pixels of one tile: enter a pixel, place samples, then ask for
/// colours, tangents or adjoints.
///
/// Without groups the layers of a pixel are composited in lanes here. With groups each sample goes
/// through the [`Painter`] of the tile.
pub(crate) struct Stack<'a> {
    drawing: &'a Drawing,
    edges: &'a [Edge],
    tile: &'a Tile,
    cover: &'a Cover,
    painter: Painter<'a>,
    memory: &'a mut Memory,
    background: Rgba,
    /// The pixel that was entered, its upper border, and whether it shows one colour.
    pixel: usize,
    top: f64,
    is_constant: bool,
    /// The composite of the lowest layers.
    bottom: Rgba,
    has_kept: bool,
    /// Whether the pixel has the layers of the one that was kept.
    is_kept: bool,
    /// Whether only colours are asked for, so that what is hidden does not count.
    for_colors: bool,
}

impl<'a> Stack<'a> {
    /// Prepares a tile. Layers under one that is opaque at all values of the parameters may be left
    /// out. The tile's cover is built unless it is kept in `covers`.
    pub(super) fn new(
        drawing: &'a Drawing,
        edges: &'a [Edge],
        tile: &'a Tile,
        covers: &'a KeptCovers,
        memory: &'a mut StackMemory,
    ) -> Self {
        let StackMemory { cover, cells, rest } = memory;
        let cover = covers.get(tile, cover, |cover| {
            cover.build(drawing, edges, tile, |layer| layer.always_opaque, cells);
        });
        rest.slots.clear();
        rest.slots.extend(tile.layers.iter().map(|layer| {
            let layer = &drawing.layout.layers()[layer.layer as usize];
            let coefficients = &drawing.variables[layer.coefficients.clone()];
            let is_solid = layer.paint == PaintLayout::Solid;
            Slot {
                rule: layer.rule,
                solid: is_solid.then(|| std::array::from_fn(|c| coefficients[c])),
                is_opaque: is_solid && layer.group.is_none() && coefficients[3] == 1.0,
            }
        }));
        Self {
            drawing,
            edges,
            tile,
            cover,
            painter: Painter::new(drawing, tile),
            memory: rest,
            background: drawing.background(),
            pixel: 0,
            top: 0.0,
            is_constant: true,
            bottom: drawing.background(),
            has_kept: false,
            is_kept: false,
            for_colors: false,
        }
    }

    /// Leaves out what is hidden: for colours, not for their derivatives.
    pub(super) fn for_colors(mut self) -> Self {
        self.for_colors = true;
        self
    }

    /// Returns what lies on the pixels of the tile.
    pub(super) fn cover(&self) -> &Cover {
        self.cover
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
    fn enter(&mut self, pixel: usize) {
        self.pixel = pixel;
        self.is_kept = self.has_kept && self.has_kept_layers(pixel);
        if self.is_kept {
            self.is_constant = true;
            return;
        }
        self.top = self.top_of(pixel);
        let memory = &mut *self.memory;
        memory.entries.clear();
        memory.inside.clear();
        memory.composites.clear();
        self.bottom = self.background;
        self.is_constant = true;
        for (_, entry) in self.cover.layers(pixel) {
            let slot = &memory.slots[entry.slot as usize];
            if self.for_colors && slot.is_opaque && entry.is_whole() {
                memory.entries.clear();
                memory.inside.clear();
                self.is_constant = true;
            }
            self.is_constant &= slot.solid.is_some() && entry.is_whole();
            memory.entries.push(*entry);
            memory.inside.push([1.0; LANES]);
        }
        if !self.is_constant && !self.painter.has_groups() {
            self.composite_bottom();
        }
    }

    /// Enters the pixels of the tile row by row, and visits those that have the same layers together.
    pub(super) fn for_each_run(&mut self, mut visit: impl FnMut(&mut Self, Run)) {
        let rect = self.tile.rect;
        let mut number = 0;
        for y in rect.y0..rect.y1 {
            let mut x = rect.x0;
            let end = number + rect.width();
            while number < end {
                let length = self.cover.run_length(number, end);
                self.enter(number);
                let first = (x, y);
                visit(self, Run { first, length });
                number += length;
                x += length as i32;
            }
        }
    }

    /// Composites the lowest layers of one colour that cover the pixel.
    fn composite_bottom(&mut self) {
        let memory = &mut *self.memory;
        for entry in &memory.entries {
            let slot = &memory.slots[entry.slot as usize];
            let Some(color) = slot.solid.filter(|_| entry.is_whole()) else {
                break;
            };
            memory.composites.push(self.bottom);
            self.bottom = over(color, self.bottom);
        }
    }

    /// How many layers are in the composite.
    fn fixed(&self) -> usize {
        self.memory.composites.len()
    }

    /// Returns the upper border of a pixel of the tile.
    pub(super) fn top_of(&self, pixel: usize) -> f64 {
        f64::from(self.tile.rect.y0) + (pixel / self.tile.rect.width()) as f64
    }

    /// Tells whether the colour is the same everywhere in the pixel.
    pub(super) fn is_constant(&self) -> bool {
        self.is_constant
    }

    /// Tells whether the pixel has the layers of the one that was kept, both being of one colour. It
    /// then has not been prepared for samples.
    pub(super) fn is_kept(&self) -> bool {
        self.is_kept
    }

    fn has_kept_layers(&self, pixel: usize) -> bool {
        let slots = self.cover.layers(pixel).map(|(_, entry)| entry.slot);
        !self.cover.is_partial(pixel) && slots.eq(self.memory.kept.iter().copied())
    }

    /// Keeps the layers of the pixel, which is of one colour.
    pub(super) fn keep(&mut self) {
        self.has_kept = true;
        let slots = self.cover.layers(self.pixel).map(|(_, entry)| entry.slot);
        self.memory.kept.clear();
        self.memory.kept.extend(slots);
    }

    /// Finds out what is inside at samples of the pixel.
    pub(super) fn place(&mut self, samples: &Batch) {
        for i in self.fixed()..self.memory.entries.len() {
            let entry = self.memory.entries[i];
            if !entry.is_whole() {
                let surround = self.cover.surround(&entry, self.top);
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
        let mut below = self.bottom.map(|channel| [channel; LANES]);
        let layers = self.memory.entries.iter().zip(&self.memory.inside);
        for (entry, inside) in layers.skip(self.fixed()) {
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
        let surround = self.cover.surround(entry, top);
        point.winding_before(&surround, self.edges)
    }

    /// Returns the colour of a layer at a point.
    pub(super) fn color_of(&self, entry: &Entry, p: DVec2) -> Rgba {
        let solid = self.slot(entry).solid;
        solid.unwrap_or_else(|| self.color_at(self.layer(entry), p))
    }

    /// Returns the colour of a layer that has one colour all over the pixel.
    pub(super) fn fixed_color(&self, entry: &Entry) -> Option<Rgba> {
        self.slot(entry).solid.filter(|_| entry.is_whole())
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
    let mut windings = [f64::from(layer.base); LANES];
    for wall in layer.walls {
        let step = f64::from(wall.winding);
        for lane in 0..LANES {
            windings[lane] += one_if(y[lane] >= wall.y) * step;
        }
    }
    for &index in layer.near {
        let edge = &edges[index as usize];
        for lane in 0..LANES {
            // An edge that runs down takes 1 off the winding number, another adds 1.
            let spans = one_if(y[lane] >= edge.b.y) - one_if(y[lane] >= edge.a.y);
            let beyond = x[lane] >= edge.a.x + (y[lane] - edge.a.y) * edge.inverse_slope;
            windings[lane] += if beyond { spans } else { 0.0 };
        }
    }
    inside_of(rule, windings)
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
