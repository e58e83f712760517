//! The boundary term, from samples on edges.
//!
//! `∫_Γ k J (v·n) dl`. Every edge is cut at the borders of pixels; a piece of length ℓ takes
//! `max(1, round(N ℓ))` samples, `N` being [`edge_samples`](crate::scene::RenderSettings), or a
//! [number near that](crate::sampling::Sampler::edge_count) which the sampler prefers, each
//! uniform in its part of the piece (or in all of it, with the independent sampler): unbiased,
//! density `samples / ℓ` on each piece. Aligned with edges and pixels, the strata see a smooth
//! integrand wherever no other outline crosses the piece; the variance then falls with the third
//! power of the number of samples. Other [allocations](crate::sampling::EdgeAllocation) spread their
//! samples along more than a piece.
//!
//! The jump `J` comes from toggling the edge's own contribution to the winding number, with
//! coincident edges in the order of [`EdgePoint`]: there is no offset to either side. `v·n dl` is
//! formed without the length of the edge, so edges of length zero contribute exactly 0.

use super::allocation::{Placed, Places, in_piece};
use super::edge_sample::{EdgeAdjoint, EdgeSample};
use super::interior::pixel_number;
use super::jump::Jumps;
use super::piece_jump::PieceJump;
use super::pilot::Weight;
use super::pixel_samples::weight_of;
use super::splat::Kernel;
use super::stack::Stack;
use super::{Renderer, SampleCounts, Tangent};
use crate::drawing::{Edge, EdgePoint, Piece, Rgba, Tile, for_each_piece, piece_in};
use crate::film::Image;
use crate::sampling::{Key, Sampler, Stream};

/// Returns an estimate of the boundary term of `J v`.
pub fn jvp(renderer: &Renderer<'_>, tangent: &Tangent) -> Image {
    let moves = |layer| tangent.moves(layer);
    let samples = EdgeSamples::new(renderer, moves, Weight::Velocity(tangent));
    renderer.sum_films(|tile, film, memory| {
        if !tile.layers.iter().any(|layer| moves(layer.layer)) {
            return;
        }
        let stack = renderer.stack(tile, memory);
        samples.for_each(tile, &stack, moves, |place, jump| {
            let sample = samples.sample(place, jump);
            sample.splat(tangent, place.index, place.edge, film);
        });
    })
}

/// Returns an estimate of the boundary term of `Jᵀ w`, as adjoints of the drawing variables.
pub fn vjp(renderer: &Renderer<'_>, adjoint: &Image) -> Vec<f64> {
    let samples = EdgeSamples::for_adjoint(renderer, adjoint);
    renderer.sum_adjoints(|tile, memory, list| {
        let stack = renderer.stack(tile, memory);
        pull_back(&samples, tile, adjoint, &stack, list);
    })
}

/// Lists the adjoints that the boundary term of one tile adds to.
pub(crate) fn pull_back(
    samples: &EdgeSamples<'_, '_>,
    tile: &Tile,
    adjoint: &Image,
    stack: &Stack<'_>,
    list: &mut Vec<(usize, f64)>,
) {
    let renderer = samples.renderer;
    let is_box = renderer.settings().filter.support_pixels() == 0;
    let mut sum = EdgeAdjoint::default();
    let (mut pixel, mut weight) = (None, [0.0; 4]);
    samples.for_each(
        tile,
        stack,
        |_| true,
        |place, jump| {
            sum.move_to(place.index, place.edge, list);
            if is_box && renderer.mutation().is_none() {
                // The filter is 1: no kernel is needed.
                if pixel != Some(place.piece.pixel) {
                    pixel = Some(place.piece.pixel);
                    weight = weight_of(place.piece.pixel, adjoint);
                }
                let jump: f64 = weight.iter().zip(jump).map(|(w, j)| w * j).sum();
                sum.add(place.t, place.point.normal, jump * place.dt);
            } else {
                let sample = samples.sample(place, jump);
                let jump = sample.weighted_jump(adjoint);
                sum.add(place.t, sample.normal, jump * sample.weight);
            }
        },
    );
    sum.finish(list);
}

/// The samples of all edges.
pub(crate) struct EdgeSamples<'a, 'b> {
    renderer: &'a Renderer<'b>,
    key: Key,
    /// Samples per pixel of length.
    density: f64,
    /// Where samples are, if not every piece places its own.
    places: Option<Places>,
}

/// Where a sample is.
pub(super) struct Place<'a> {
    pub(super) index: u32,
    pub(super) edge: &'a Edge,
    pub(super) piece: Piece,
    /// The number of samples of the piece, or of the run that it is in.
    count: u32,
    /// The place along the edge, and the part of the edge that it stands for.
    t: f64,
    pub(super) dt: f64,
    point: EdgePoint,
}

impl<'a, 'b> EdgeSamples<'a, 'b> {
    /// Returns the samples for the adjoint of the boundary term.
    pub(crate) fn for_adjoint(renderer: &'a Renderer<'b>, adjoint: &Image) -> Self {
        Self::new(renderer, |_| true, Weight::Adjoint(adjoint))
    }

    /// Returns the samples on edges of the layers that are `wanted`.
    fn new(
        renderer: &'a Renderer<'b>,
        wanted: impl Fn(u32) -> bool + Sync,
        weight: Weight<'_>,
    ) -> Self {
        let density = renderer.settings().edge_samples;
        Self {
            places: Places::new(renderer, wanted, weight),
            ..Self::in_pieces(renderer, Stream::Boundary, density)
        }
    }

    /// Returns samples that every piece places by itself, at least one.
    pub(super) fn in_pieces(renderer: &'a Renderer<'b>, stream: Stream, density: f64) -> Self {
        Self {
            renderer,
            key: Key::new(renderer.settings().seed, stream),
            density,
            places: None,
        }
    }

    /// Visits the samples of a tile on edges of the layers that are `wanted`, where the colour
    /// jumps, with the jump. Those of one piece come together; the pieces are in no order.
    pub(super) fn for_each(
        &self,
        tile: &Tile,
        stack: &Stack<'_>,
        wanted: impl Fn(u32) -> bool,
        visit: impl FnMut(&Place<'_>, Rgba),
    ) {
        if stack.has_groups() || tile.has_seams() {
            let jumps = Jumps::new(self.renderer, tile);
            self.for_each_in_general(tile, stack, jumps, wanted, visit);
        } else {
            self.for_each_in_plain(tile, stack, wanted, visit);
        }
    }

    /// Goes from pixel to pixel, where what samples need of the layers is known.
    fn for_each_in_plain(
        &self,
        tile: &Tile,
        stack: &Stack<'_>,
        wanted: impl Fn(u32) -> bool,
        mut visit: impl FnMut(&Place<'_>, Rgba),
    ) {
        if stack.cover().is_uniform() {
            return;
        }
        let edges = self.renderer.grid().edges();
        let mut jump = PieceJump::default();
        let mut total = 0;
        for (number, pixel) in tile.rect.pixels().enumerate() {
            if !jump.enter_pixel(stack, number) {
                continue;
            }
            for own in 0..jump.entries().len() {
                let entry = jump.entries()[own];
                let layer = tile.layers[entry.slot as usize].layer;
                if entry.is_whole() || !wanted(layer) || !jump.enter(stack, own) {
                    continue;
                }
                for &index in stack.cover().near(&entry) {
                    let edge = &edges.list()[index as usize];
                    if let Some(piece) = piece_in(edge, pixel) {
                        jump.enter_piece(edges, index, &piece);
                        total += self.for_each_in_piece(index, edge, piece, |place| {
                            if let Some(value) = jump.value(stack, &place.point) {
                                visit(place, value);
                            }
                        });
                    }
                }
            }
        }
        self.count(total);
    }

    fn for_each_in_general(
        &self,
        tile: &Tile,
        stack: &Stack<'_>,
        mut jumps: Jumps<'_>,
        wanted: impl Fn(u32) -> bool,
        mut visit: impl FnMut(&Place<'_>, Rgba),
    ) {
        self.for_each_place(tile, wanted, |slot, pixel, place| {
            if jumps.enter_pixel(&place.point, slot, stack.cover(), pixel) {
                visit(place, jumps.value(place.point.position));
            }
        });
    }

    /// Visits the samples on edges of the layers that are `wanted`, with their slot and the number
    /// of their pixel in the tile.
    fn for_each_place(
        &self,
        tile: &Tile,
        wanted: impl Fn(u32) -> bool,
        mut visit: impl FnMut(usize, usize, &Place<'_>),
    ) {
        let edges = self.renderer.grid().edges();
        let mut total = 0;
        for (slot, layer) in tile.layers.iter().enumerate() {
            if !wanted(layer.layer) {
                continue;
            }
            for &index in tile.edges(layer).iter().chain(tile.seams(layer)) {
                let edge = &edges.list()[index as usize];
                for_each_piece(edge, tile.rect, |piece| {
                    let pixel = tile.rect.number_of(piece.pixel);
                    total += self.for_each_in_piece(index, edge, piece, |place| {
                        visit(slot, pixel, place);
                    });
                });
            }
        }
        self.count(total);
    }

    fn count(&self, edge: u64) {
        self.renderer.count_samples(SampleCounts { pixel: 0, edge });
    }

    /// Visits the samples in a piece and returns their number.
    fn for_each_in_piece(
        &self,
        index: u32,
        edge: &Edge,
        piece: Piece,
        visit: impl FnMut(&Place<'_>),
    ) -> u64 {
        let start = EdgePoint::new(self.renderer.grid().edges(), index, 0.0);
        match &self.places {
            None => self.for_each_on_piece(index, edge, piece, &start, visit),
            Some(places) => for_each_placed(places, edge, piece, &start, visit),
        }
    }

    fn for_each_on_piece(
        &self,
        index: u32,
        edge: &Edge,
        piece: Piece,
        start: &EdgePoint,
        mut visit: impl FnMut(&Place<'_>),
    ) -> u64 {
        let length = piece.end - piece.start;
        let sampler = self.renderer.settings().sampler;
        let count = sample_count(sampler, self.density, edge, length);
        let dt = length / f64::from(count);
        let key = self.piece_key(index, piece.pixel);
        let mut place = Place {
            index,
            edge,
            piece,
            count,
            t: 0.0,
            dt,
            point: *start,
        };
        for i in 0..count {
            place.t = piece.start + length * sampler.edge_sample(key, i, count);
            place.point.move_to(edge, place.t);
            visit(&place);
        }
        u64::from(count)
    }

    /// Returns a place as a sample, broken if there is a mutation.
    pub(super) fn sample(&self, place: &Place<'_>, jump: Rgba) -> EdgeSample {
        let filter = self.renderer.settings().filter;
        let mut sample = EdgeSample {
            t: place.t,
            jump,
            normal: place.point.normal,
            weight: place.dt,
            kernel: Kernel::new(filter, place.piece.pixel, place.point.position),
        };
        if let Some(mutation) = self.renderer.mutation() {
            mutation.break_sample(place.index, place.count, &mut sample);
        }
        sample
    }

    fn piece_key(&self, edge: u32, (x, y): (i32, i32)) -> Key {
        self.key.child(u64::from(edge)).child(pixel_number(x, y))
    }
}

/// Visits the samples in a piece that were placed along more than it; returns their number.
fn for_each_placed(
    places: &Places,
    edge: &Edge,
    piece: Piece,
    start: &EdgePoint,
    mut visit: impl FnMut(&Place<'_>),
) -> u64 {
    let placed = in_piece(places.on_edge(start.edge), &piece);
    for &Placed { t, dt, count, .. } in placed {
        let mut point = *start;
        point.move_to(edge, t);
        visit(&Place {
            index: start.edge,
            edge,
            piece,
            count,
            t,
            dt,
            point,
        });
    }
    placed.len() as u64
}

/// Returns how many samples of `density` per pixel of length the part `dt` of an edge takes.
pub(super) fn sample_count(sampler: Sampler, density: f64, edge: &Edge, dt: f64) -> u32 {
    sampler.edge_count(density * (edge.direction().length() * dt))
}
