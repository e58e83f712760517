//! Samples on the edges in many pixels, with the jumps of the colour there.
//!
//! For tiles without groups and without paints that jump. Edges have their samples in some pixels,
//! pixels have few edges, and edges few samples each: loops over them end where no processor foresees
//! it. So the pieces of many pixels are listed first, and each of the next steps is one loop over all
//! of the list wherever it can be.

use std::ops::Range;

use glam::DVec2;

use super::arc::Arc;
use super::arc_jump::ArcJump;
use super::edge_lanes::NearEdge;
use super::edge_piece::EdgePiece;
use super::edge_sample::Flux;
use super::lanes::{LANES, Lanes};
use super::pixel_jumps::{PixelJumps, Seen, see};
use super::stack::Stack;
use crate::drawing::{Edge, EdgePoint, Entry, Rgba, over};
use crate::sampling::Sampler;
use crate::scene::FillRule;

/// The layers on some pixels, and the samples on edges there.
#[derive(Debug)]
pub(super) struct SampleList<'a, const C: usize> {
    /// The pixels where samples are looked at one by one.
    pixels: Vec<Pixel<C>>,
    /// For each of these the layers above the bottom, from the lowest up; the solid ones that cover
    /// the whole pixel make the bottom. What an opaque one hides is left out.
    layers: Vec<PixelLayer<'a, C>>,
    /// For each pixel, the jump that all samples there have in common, if they have one, times the
    /// step of their edges.
    common_jumps: Vec<Seen<C>>,
    pieces: Vec<SampledPiece<'a>>,
    /// For each sample the number of its piece.
    owners: Vec<u32>,
    samples: Vec<PieceSample<C>>,
    /// The edges of the layers of one pixel.
    near: Vec<NearEdge>,
    /// The winding numbers of the layers on the − sides of the edges of four samples.
    windings: Vec<Lanes>,
    /// Where the layers of the pixel start that was entered.
    first_layer: usize,
}

/// A pixel with edges.
#[derive(Debug)]
pub(super) struct Pixel<const C: usize> {
    /// What is seen of colours: the sums over channels with these weights.
    pub(super) views: [Rgba; C],
    pub(super) bottom: Seen<C>,
    /// The upper border.
    pub(super) top: f64,
    /// Its layers, its first piece, and its samples.
    layers: Range<usize>,
    first_piece: usize,
    samples: Range<usize>,
}

/// A layer on a pixel.
#[derive(Debug)]
pub(super) struct PixelLayer<'a, const C: usize> {
    pub(super) entry: &'a Entry,
    pub(super) rule: FillRule,
    /// What is seen of a solid paint, and its alpha.
    pub(super) solid: Option<(Seen<C>, f64)>,
}

/// A piece of an edge in the list.
#[derive(Debug)]
pub(super) struct SampledPiece<'a> {
    pub(super) piece: EdgePiece<'a>,
    /// The number of the edge's layer among those of the pixel.
    pub(super) layer: u32,
    /// The number of its pixel, and of its first sample.
    pixel: u32,
    first: u32,
    /// What the edge adds to the winding number of its layer from − to +.
    step: f64,
}

/// A sample on a piece of an edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct PieceSample<const C: usize> {
    pub(super) piece: u32,
    /// Where it is along the edge, and the part of the edge that it stands for.
    pub(super) t: f64,
    pub(super) dt: f64,
    /// What is seen of `f⁻ − f⁺`.
    pub(super) jump: Seen<C>,
}

/// So many samples are enough for one list: they should stay in the fastest memory.
const ENOUGH: usize = 128;

impl<'a, const C: usize> SampleList<'a, C> {
    pub(super) fn new() -> Self {
        Self {
            pixels: Vec::new(),
            layers: Vec::new(),
            common_jumps: Vec::new(),
            pieces: Vec::new(),
            owners: Vec::new(),
            samples: Vec::new(),
            near: Vec::new(),
            windings: Vec::new(),
            first_layer: 0,
        }
    }

    /// Forgets all pixels.
    pub(super) fn clear(&mut self) {
        self.pixels.clear();
        self.layers.clear();
        self.common_jumps.clear();
        self.pieces.clear();
        self.owners.clear();
        self.samples.clear();
    }

    /// Tells whether the list is long enough.
    pub(super) fn is_full(&self) -> bool {
        self.owners.len() >= ENOUGH
    }

    /// Enters a pixel, the number `number` of the tile row by row.
    pub(super) fn enter(
        &mut self,
        stack: &'a Stack<'_>,
        number: usize,
        (_, y): (i32, i32),
        views: [Rgba; C],
    ) {
        let see = |color| see(&views, color);
        let start = self.layers.len();
        self.first_layer = start;
        let mut bottom = stack.background();
        for (_, entry) in stack.cover().layers(number) {
            if let Some(color) = stack.fixed_color(entry) {
                if color[3] == 1.0 {
                    self.layers.truncate(start);
                }
                if self.layers.len() == start {
                    bottom = over(color, bottom);
                    continue;
                }
            }
            let slot = stack.slot(entry);
            self.layers.push(PixelLayer {
                entry,
                rule: slot.rule,
                solid: slot.solid.map(|color| (see(color), color[3])),
            });
        }
        self.pixels.push(Pixel {
            views,
            bottom: see(bottom),
            top: f64::from(y),
            layers: start..self.layers.len(),
            first_piece: self.pieces.len(),
            samples: self.owners.len()..self.owners.len(),
        });
    }

    /// Returns how many layers there are above the bottom of the pixel that was entered.
    pub(super) fn layer_count(&self) -> usize {
        self.layers.len() - self.first_layer
    }

    /// Returns a layer above the bottom of the pixel that was entered.
    pub(super) fn entry(&self, layer: usize) -> &'a Entry {
        self.layers[self.first_layer + layer].entry
    }

    /// Adds the piece of an edge in the pixel that was entered.
    #[inline]
    pub(super) fn add_piece(&mut self, layer: usize, piece: EdgePiece<'a>) {
        let (number, count) = (self.pieces.len() as u32, piece.count as usize);
        let direction = piece.edge.direction();
        self.pieces.push(SampledPiece {
            piece,
            layer: layer as u32,
            pixel: self.common_jumps.len() as u32,
            first: self.owners.len() as u32,
            step: EdgePoint::step_along(direction.x, direction.y),
        });
        push_copies(&mut self.owners, number, count);
    }

    /// Leaves the pixel that was entered, given all edges of its layers.
    pub(super) fn leave(&mut self, stack: &Stack<'_>, edges: &[Edge], arc: &Arc) {
        let Some(pixel) = self.pixels.last_mut() else {
            return;
        };
        pixel.samples.end = self.owners.len();
        let layers = pixel.layers.start;
        let jump = match self.pieces.get(pixel.first_piece) {
            Some(listed) => ArcJump {
                stack,
                arc,
                piece: &listed.piece,
                bottom: pixel.bottom,
                top: pixel.top,
                layers: &self.layers[layers..],
            }
            .find(edges),
            None => Some([0.0; C]),
        };
        if jump.is_some() {
            self.pixels.pop();
            self.layers.truncate(layers);
        }
        self.common_jumps.push(jump.unwrap_or([0.0; C]));
    }

    /// Places the samples and finds the jumps there.
    pub(super) fn find(&mut self, stack: &Stack<'_>, edges: &[Edge], sampler: Sampler) {
        if sampler.is_jittered_along_edges() {
            // Said at this place, it is not asked for at each sample.
            self.place_samples(|piece, number| piece.sample(Sampler::Stratified, number));
        } else {
            self.place_samples(|piece, number| piece.sample(sampler, number));
        }
        for pixel in &self.pixels {
            let jumps = PixelJumps {
                stack,
                pixel,
                layers: &self.layers[pixel.layers.clone()],
                pieces: &self.pieces,
            };
            let coincidence = jumps.list_edges(edges, &mut self.near);
            for samples in self.samples[pixel.samples.clone()].chunks_mut(LANES) {
                jumps.find(samples, &self.near, coincidence, &mut self.windings);
            }
        }
    }

    /// Places the samples, with the jumps that all in a pixel have in common.
    #[inline]
    fn place_samples(&mut self, place: impl Fn(&EdgePiece<'a>, u32) -> (f64, f64)) {
        let owners = self.owners.iter().enumerate();
        self.samples.extend(owners.map(|(number, &piece)| {
            let listed = &self.pieces[piece as usize];
            let (t, dt) = place(&listed.piece, number as u32 - listed.first);
            let jump = self.common_jumps[listed.pixel as usize].map(|seen| listed.step * seen);
            PieceSample { piece, t, dt, jump }
        }));
    }

    /// Iterates over the samples with their pieces.
    pub(super) fn samples(
        &self,
    ) -> impl ExactSizeIterator<Item = (&EdgePiece<'a>, &PieceSample<C>)> {
        let samples = self.samples.iter();
        samples.map(|sample| (&self.pieces[sample.piece as usize].piece, sample))
    }

    /// Iterates over the pieces with the normals of their edges.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (&EdgePiece<'a>, DVec2)> {
        self.pieces.iter().map(|listed| {
            let right = listed.piece.edge.direction().perp();
            (&listed.piece, right * listed.step)
        })
    }
}

impl SampleList<'_, 1> {
    /// Adds up the jumps for each piece.
    pub(super) fn sum_by_piece(&self, fluxes: &mut Vec<Flux>) {
        fluxes.clear();
        fluxes.resize(self.pieces.len(), Flux::default());
        for sample in &self.samples {
            fluxes[sample.piece as usize].add(sample.t, sample.jump[0] * sample.dt);
        }
    }
}

/// Adds some copies of a value, mostly few: four are written without asking how many are wanted.
#[inline]
fn push_copies(list: &mut Vec<u32>, value: u32, count: usize) {
    let end = list.len() + count;
    list.extend_from_slice(&[value; 4]);
    if count > 4 {
        list.resize(end, value);
    }
    list.truncate(end);
}
