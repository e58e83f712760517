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

use super::allocation::{Places, in_piece};
use super::arc::Arc;
use super::edge_piece::EdgePiece;
use super::edge_sample::{EdgeAdjoint, EdgeSample};
use super::interior::pixel_number;
use super::jump::Jumps;
use super::pilot::Weight;
use super::pixel_samples::weight_of;
use super::sample_list::SampleList;
use super::splat::Kernel;
use super::stack::Stack;
use super::{Renderer, SampleCounts, Tangent};
use crate::drawing::{Edge, EdgePoint, Entry, Piece, Rgba, Tile, for_each_piece, piece_in};
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
    let is_plain_box = is_box && renderer.mutation().is_none();
    let all = |_| true;
    let mut sum = EdgeAdjoint::default();
    if is_plain_box && is_plain(tile, stack) {
        // The filter is 1: all samples in a pixel weigh channels alike.
        let weight = |pixel| [weight_of(pixel, adjoint)];
        let mut fluxes = Vec::new();
        samples.for_each_list_in_plain(tile, stack, all, weight, |found| {
            found.sum_by_piece(&mut fluxes);
            for ((piece, normal), flux) in found.pieces().zip(&fluxes) {
                sum.move_to(piece.index, piece.edge, list);
                sum.add_flux(normal, flux);
            }
        });
        return sum.finish(list);
    }
    samples.for_each(tile, stack, all, |place, jump| {
        sum.move_to(place.index, place.edge, list);
        if is_plain_box {
            let weight = weight_of(place.piece.pixel, adjoint);
            let jump: f64 = weight.iter().zip(jump).map(|(w, j)| w * j).sum();
            sum.add(place.t, place.point.normal, jump * place.dt);
        } else {
            let sample = samples.sample(place, jump);
            let jump = sample.weighted_jump(adjoint);
            sum.add(place.t, sample.normal, jump * sample.weight);
        }
    });
    sum.finish(list);
}

/// Tells whether a tile has no groups and no paints that jump.
fn is_plain(tile: &Tile, stack: &Stack<'_>) -> bool {
    !stack.has_groups() && !tile.has_seams()
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

/// All that there is of a colour.
const CHANNELS: [Rgba; 4] = [
    [1.0, 0.0, 0.0, 0.0],
    [0.0, 1.0, 0.0, 0.0],
    [0.0, 0.0, 1.0, 0.0],
    [0.0, 0.0, 0.0, 1.0],
];

/// Where a sample is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) index: u32,
    pub(super) edge: &'a Edge,
    pub(super) piece: Piece,
    /// The number of samples of the piece, or of the run that it is in.
    count: u32,
    /// The place along the edge, and the part of the edge that it stands for.
    pub(super) t: f64,
    pub(super) dt: f64,
    pub(super) point: EdgePoint,
}

impl<'a> Place<'a> {
    /// Returns the place of a sample on a piece.
    fn new(piece: &EdgePiece<'a>, (t, dt): (f64, f64)) -> Self {
        Self {
            index: piece.index,
            edge: piece.edge,
            piece: piece.piece,
            count: piece.run_count(),
            t,
            dt,
            point: EdgePoint::on(piece.edge, piece.index, t),
        }
    }
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

    /// Visits the samples of a tile on edges of the layers that are `wanted`, where the colour may
    /// jump, with the jump. Those of one piece come together; the pieces are in no order.
    pub(super) fn for_each(
        &self,
        tile: &Tile,
        stack: &Stack<'_>,
        wanted: impl Fn(u32) -> bool,
        mut visit: impl FnMut(&Place<'_>, Rgba),
    ) {
        if !is_plain(tile, stack) {
            let jumps = Jumps::new(self.renderer, tile);
            return self.for_each_in_general(tile, stack, jumps, wanted, visit);
        }
        let channels = |_| CHANNELS;
        self.for_each_list_in_plain(tile, stack, wanted, channels, |list| {
            for (piece, sample) in list.samples() {
                visit(&Place::new(piece, (sample.t, sample.dt)), sample.jump);
            }
        });
    }

    /// Goes from pixel to pixel, and visits lists of samples with what is seen of the jumps there,
    /// with the weights that `views` gives for a pixel.
    fn for_each_list_in_plain<const C: usize>(
        &self,
        tile: &Tile,
        stack: &Stack<'_>,
        wanted: impl Fn(u32) -> bool,
        views: impl Fn((i32, i32)) -> [Rgba; C],
        mut visit: impl FnMut(&SampleList<'_, C>),
    ) {
        if stack.cover().is_uniform() {
            return;
        }
        let edges = self.renderer.grid().edges().list();
        let mut list = SampleList::new();
        let is_wanted = |entry: &Entry| wanted(tile.layers[entry.slot as usize].layer);
        for (number, pixel) in tile.rect.pixels().enumerate() {
            let mut layers = stack.cover().layers(number);
            if !stack.cover().is_partial(number) || !layers.any(|(_, entry)| is_wanted(entry)) {
                continue;
            }
            list.enter(stack, number, pixel, views(pixel));
            let arc = self.add_pieces(stack, pixel, is_wanted, &mut list);
            list.leave(stack, edges, &arc);
            if list.is_full() {
                self.finish_list(stack, &mut list, &mut visit);
            }
        }
        self.finish_list(stack, &mut list, &mut visit);
    }

    /// Finds the jumps of a list, visits it, and starts it anew.
    fn finish_list<const C: usize>(
        &self,
        stack: &Stack<'_>,
        list: &mut SampleList<'_, C>,
        visit: &mut impl FnMut(&SampleList<'_, C>),
    ) {
        let edges = self.renderer.grid().edges().list();
        list.find(stack, edges, self.renderer.settings().sampler);
        self.count(list.samples().len() as u64);
        visit(list);
        list.clear();
    }

    /// Adds the pieces of edges of the layers of a pixel that are wanted. Returns the edges of all
    /// layers.
    fn add_pieces<'e, const C: usize>(
        &'e self,
        stack: &Stack<'_>,
        pixel: (i32, i32),
        is_wanted: impl Fn(&Entry) -> bool,
        list: &mut SampleList<'e, C>,
    ) -> Arc {
        let edges = self.renderer.grid().edges().list();
        let mut arc = Arc::new();
        for layer in 0..list.layer_count() {
            let entry = list.entry(layer);
            let is_wanted = is_wanted(entry);
            for &index in stack.cover().near(entry) {
                let edge = &edges[index as usize];
                arc.add(index, edge);
                if let Some(piece) = piece_in(edge, pixel).filter(|_| is_wanted) {
                    list.add_piece(layer, self.piece(index, edge, piece));
                }
            }
        }
        arc
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
        let sampler = self.renderer.settings().sampler;
        let mut total = 0;
        for (slot, layer) in tile.layers.iter().enumerate() {
            if !wanted(layer.layer) {
                continue;
            }
            for &index in tile.edges(layer).iter().chain(tile.seams(layer)) {
                let edge = &edges.list()[index as usize];
                for_each_piece(edge, tile.rect, |piece| {
                    let pixel = tile.rect.number_of(piece.pixel);
                    let piece = self.piece(index, edge, piece);
                    total += u64::from(piece.count);
                    for number in 0..piece.count {
                        let sample = piece.sample(sampler, number);
                        visit(slot, pixel, &Place::new(&piece, sample));
                    }
                });
            }
        }
        self.count(total);
    }

    fn count(&self, edge: u64) {
        self.renderer.count_samples(SampleCounts { pixel: 0, edge });
    }

    /// Returns a piece with its samples.
    #[inline]
    fn piece<'e>(&'e self, index: u32, edge: &'e Edge, piece: Piece) -> EdgePiece<'e> {
        let (x, y) = piece.pixel;
        let key = self.key.child(u64::from(index)).child(pixel_number(x, y));
        let sampler = self.renderer.settings().sampler;
        let count = sample_count(sampler, self.density, edge, piece.end - piece.start);
        let own = EdgePiece::new(index, edge, piece, count, key);
        match &self.places {
            Some(places) => own.with_placed(in_piece(places.on_edge(index), &piece)),
            None => own,
        }
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
}

/// Returns how many samples of `density` per pixel of length the part `dt` of an edge takes.
pub(super) fn sample_count(sampler: Sampler, density: f64, edge: &Edge, dt: f64) -> u32 {
    sampler.edge_count(density * (edge.direction().length() * dt))
}

#[cfg(test)]
mod tests;
