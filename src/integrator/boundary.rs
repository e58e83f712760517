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
use super::edge_lanes::OwnEdge;
use super::edge_sample::{EdgeAdjoint, EdgeSample};
use super::interior::pixel_number;
use super::jump::Jumps;
use super::pilot::Weight;
use super::pixel_jumps::{PieceSample, PixelJumps, Seen};
use super::pixel_samples::weight_of;
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
        samples.for_each_in_plain(tile, stack, all, weight, |place, samples, jumps| {
            sum.move_to(place.index, place.edge, list);
            sum.add_piece(place.point.normal, samples, jumps);
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

impl Place<'_> {
    /// Returns another sample of the piece.
    fn with_sample(&self, sample: &PieceSample) -> Self {
        let mut place = Self {
            t: sample.t,
            dt: sample.dt,
            ..*self
        };
        place.point.move_to(self.edge, sample.t);
        place
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
        self.for_each_in_plain(tile, stack, wanted, channels, |place, samples, jumps| {
            for (sample, &jump) in samples.iter().zip(jumps) {
                visit(&place.with_sample(sample), jump);
            }
        });
    }

    /// Goes from pixel to pixel, and visits the pieces with their samples and what is seen of the
    /// jumps there, with the weights that `views` gives for a pixel.
    fn for_each_in_plain<const C: usize>(
        &self,
        tile: &Tile,
        stack: &Stack<'_>,
        wanted: impl Fn(u32) -> bool,
        views: impl Fn((i32, i32)) -> [Rgba; C],
        mut visit: impl FnMut(&Place<'_>, &[PieceSample], &[Seen<C>]),
    ) {
        if stack.cover().is_uniform() {
            return;
        }
        let mut jumps = PixelJumps::new();
        let mut total = 0;
        let is_wanted = |entry: &Entry| wanted(tile.layers[entry.slot as usize].layer);
        for (number, pixel) in tile.rect.pixels().enumerate() {
            let mut layers = stack.cover().layers(number);
            if !stack.cover().is_partial(number) || !layers.any(|(_, entry)| is_wanted(entry)) {
                continue;
            }
            jumps.enter(stack, number, views(pixel));
            total += self.place_in_pixel(stack, pixel, is_wanted, &mut jumps);
            jumps.for_each_piece(stack, &mut visit);
        }
        self.count(total);
    }

    /// Adds the edges of the layers of a pixel, and the samples on those of layers that are wanted;
    /// returns how many samples there are.
    fn place_in_pixel<const C: usize>(
        &self,
        stack: &Stack<'_>,
        pixel: (i32, i32),
        is_wanted: impl Fn(&Entry) -> bool,
        jumps: &mut PixelJumps<'a, C>,
    ) -> u64 {
        let edges = self.renderer.grid().edges().list();
        let mut total = 0;
        for layer in 0..jumps.layer_count() {
            let entry = jumps.entry(layer);
            let is_wanted = is_wanted(&entry);
            for &index in stack.cover().near(&entry) {
                let edge = &edges[index as usize];
                jumps.add_edge(layer, index, edge);
                if let Some(piece) = piece_in(edge, pixel).filter(|_| is_wanted) {
                    let mut place = self.start_of(index, edge, piece);
                    let own = OwnEdge::new(layer, edge, &place.point);
                    total += self.for_each_in_piece(&mut place, |place| {
                        jumps.add_sample(&own, place);
                    });
                    jumps.end_piece(place);
                }
            }
        }
        total
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
                    let mut place = self.start_of(index, edge, piece);
                    total += self.for_each_in_piece(&mut place, |place| {
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

    /// Returns the start of a piece.
    #[inline]
    fn start_of<'e>(&self, index: u32, edge: &'e Edge, piece: Piece) -> Place<'e> {
        Place {
            index,
            edge,
            piece,
            count: 0,
            t: 0.0,
            dt: 0.0,
            point: EdgePoint::new(self.renderer.grid().edges(), index, 0.0),
        }
    }

    /// Visits the samples in a piece, from its start on, and returns their number.
    #[inline]
    fn for_each_in_piece<'e>(
        &self,
        place: &mut Place<'e>,
        mut visit: impl FnMut(&Place<'e>),
    ) -> u64 {
        let (edge, piece) = (place.edge, place.piece);
        let length = piece.end - piece.start;
        let sampler = self.renderer.settings().sampler;
        let key = self.piece_key(place.index, piece.pixel);
        let placed = self.places.as_ref().map(|places| {
            let on_edge = places.on_edge(place.index);
            in_piece(on_edge, &piece)
        });
        let count = match placed {
            Some(placed) => placed.len() as u32,
            None => sample_count(sampler, self.density, edge, length),
        };
        (place.dt, place.count) = (length / f64::from(count), count);
        for i in 0..count {
            match placed {
                Some(placed) => {
                    let Placed { t, dt, count, .. } = placed[i as usize];
                    (place.t, place.dt, place.count) = (t, dt, count);
                }
                None => place.t = piece.start + length * sampler.edge_sample(key, i, count),
            }
            place.point.move_to(edge, place.t);
            visit(place);
        }
        u64::from(count)
    }

    fn piece_key(&self, edge: u32, (x, y): (i32, i32)) -> Key {
        self.key.child(u64::from(edge)).child(pixel_number(x, y))
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
