//! The boundary term, from samples on edges.
//!
//! `∫_Γ k J (v·n) dl`. Every edge is cut at the borders of pixels; a piece of length ℓ takes
//! `max(1, round(N ℓ))` samples, `N` being [`edge_samples`](crate::scene::RenderSettings), each
//! uniform in its part of the piece (or in all of it, with the independent sampler): unbiased,
//! density `samples / ℓ` on each piece. Aligned with edges and pixels, the strata see a smooth
//! integrand wherever no other outline crosses the piece; the variance then falls with the third
//! power of the number of samples.
//!
//! The jump `J` comes from toggling the edge's own contribution to the winding number, with
//! coincident edges in the order of [`EdgePoint`]: there is no offset to either side. `v·n dl` is
//! formed without the length of the edge, so edges of length zero contribute exactly 0.

use super::edge_sample::{EdgeAdjoint, EdgeSample};
use super::interior::pixel_number;
use super::jump::Jumps;
use super::pixel_samples::weight_of;
use super::splat::Kernel;
use super::stack::Stack;
use super::{Renderer, SampleCounts, Tangent};
use crate::drawing::{Edge, EdgePoint, Layer, Piece, Tile, for_each_piece_in};
use crate::film::Image;
use crate::sampling::{Key, Stream};

/// Returns an estimate of the boundary term of `J v`.
pub fn jvp(renderer: &Renderer<'_>, tangent: &Tangent) -> Image {
    let samples = EdgeSamples::new(renderer);
    renderer.sum_films(|tile, film, memory| {
        let moves = |layer| tangent.moves(layer);
        if !tile.layers.iter().any(|layer| moves(layer.layer)) {
            return;
        }
        let stack = renderer.stack(tile, hides, memory);
        samples.for_each(tile, &stack, moves, |index, edge, sample| {
            sample.splat(tangent, index, edge, film);
        });
    })
}

/// Returns an estimate of the boundary term of `Jᵀ w`, as adjoints of the drawing variables.
pub fn vjp(renderer: &Renderer<'_>, adjoint: &Image) -> Vec<f64> {
    renderer.sum_adjoints(|tile, memory, list| {
        let stack = renderer.stack(tile, hides, memory);
        pull_back(renderer, tile, adjoint, &stack, list);
    })
}

fn hides(layer: &Layer) -> bool {
    layer.always_opaque
}

/// Lists the adjoints that the boundary term of one tile adds to.
pub(super) fn pull_back(
    renderer: &Renderer<'_>,
    tile: &Tile,
    adjoint: &Image,
    stack: &Stack<'_>,
    list: &mut Vec<(usize, f64)>,
) {
    let samples = EdgeSamples::new(renderer);
    if stack.has_groups() || tile.has_seams() || renderer.mutation().is_some() {
        let mut sum = EdgeAdjoint::default();
        samples.for_each(
            tile,
            stack,
            |_| true,
            |index, edge, sample| {
                sum.move_to(index, edge, list);
                sum.add(
                    sample.t,
                    sample.normal,
                    sample.weighted_jump(adjoint) * sample.weight,
                );
            },
        );
        sum.finish(list);
    } else {
        samples.pull_back(tile, adjoint, stack, list);
    }
}

/// The samples of all edges.
struct EdgeSamples<'a, 'b> {
    renderer: &'a Renderer<'b>,
    key: Key,
}

impl<'a, 'b> EdgeSamples<'a, 'b> {
    fn new(renderer: &'a Renderer<'b>) -> Self {
        Self {
            renderer,
            key: Key::new(renderer.settings().seed, Stream::Boundary),
        }
    }

    /// Visits the samples of a tile on edges of the layers that are `wanted`, where the colour
    /// jumps.
    fn for_each(
        &self,
        tile: &Tile,
        stack: &Stack<'_>,
        wanted: impl Fn(u32) -> bool,
        mut visit: impl FnMut(u32, &Edge, &EdgeSample),
    ) {
        let edges = self.renderer.grid().edges();
        let filter = self.renderer.settings().filter;
        let mut jumps = Jumps::new(self.renderer, tile);
        let mut count = 0;
        for (slot, layer) in tile.layers.iter().enumerate() {
            if !wanted(layer.layer) {
                continue;
            }
            for &index in tile.edges(layer).iter().chain(tile.seams(layer)) {
                let edge = &edges.list()[index as usize];
                for_each_piece_in(edge, tile.rect, |piece| {
                    let pixel = tile.rect.number_of(piece.pixel);
                    count += self.for_each_place(index, edge, &piece, |n, t, weight| {
                        let point = EdgePoint::new(edges, index, t);
                        if !jumps.enter_pixel(&point, slot, stack.cover(), pixel) {
                            return;
                        }
                        let mut sample = EdgeSample {
                            t,
                            jump: jumps.value(point.position),
                            normal: point.normal,
                            weight,
                            kernel: Kernel::new(filter, piece.pixel, point.position),
                        };
                        if let Some(mutation) = self.renderer.mutation() {
                            mutation.break_sample(index, n, &mut sample);
                        }
                        visit(index, edge, &sample);
                    });
                });
            }
        }
        self.count(count);
    }

    /// Lists the adjoints of the ends of edges where no paint jumps and there are no groups: only
    /// the weighted jump is computed at a sample.
    fn pull_back(
        &self,
        tile: &Tile,
        adjoint: &Image,
        stack: &Stack<'_>,
        list: &mut Vec<(usize, f64)>,
    ) {
        let edges = self.renderer.grid().edges();
        let filter = self.renderer.settings().filter;
        let is_box = filter.support_pixels() == 0;
        let mut sum = EdgeAdjoint::default();
        let mut count = 0;
        for (slot, layer) in tile.layers.iter().enumerate() {
            for &index in tile.edges(layer) {
                let edge = &edges.list()[index as usize];
                sum.move_to(index, edge, list);
                for_each_piece_in(edge, tile.rect, |piece| {
                    let pixel = tile.rect.number_of(piece.pixel);
                    count += self.for_each_place(index, edge, &piece, |_, t, dt| {
                        let point = EdgePoint::new(edges, index, t);
                        let weight = if is_box {
                            weight_of(piece.pixel, adjoint)
                        } else {
                            Kernel::new(filter, piece.pixel, point.position).gather(adjoint)
                        };
                        let jump = stack.weighted_jump(pixel, slot, &point, weight);
                        sum.add(t, point.normal, jump * dt);
                    });
                });
            }
        }
        sum.finish(list);
        self.count(count);
    }

    /// Visits the places of the samples on a piece of an edge, with their number and the part `dt`
    /// of the edge that each stands for; returns their number.
    fn for_each_place(
        &self,
        index: u32,
        edge: &Edge,
        piece: &Piece,
        mut visit: impl FnMut(u32, f64, f64),
    ) -> u64 {
        let length = piece.end - piece.start;
        let n = sample_count(self.renderer, edge, length);
        let weight = length / f64::from(n);
        let key = self.piece_key(index, piece.pixel);
        let sampler = self.renderer.settings().sampler;
        for i in 0..n {
            let t = piece.start + length * sampler.edge_sample(key, i, n);
            visit(n, t, weight);
        }
        u64::from(n)
    }

    fn count(&self, edge: u64) {
        self.renderer.count_samples(SampleCounts { pixel: 0, edge });
    }

    fn piece_key(&self, edge: u32, (x, y): (i32, i32)) -> Key {
        self.key.child(u64::from(edge)).child(pixel_number(x, y))
    }
}

/// Returns how many samples the part `dt` of an edge takes.
pub(super) fn sample_count(renderer: &Renderer<'_>, edge: &Edge, dt: f64) -> u32 {
    let length = edge.direction().length() * dt;
    let count = (renderer.settings().edge_samples * length).round();
    (count as u32).max(1)
}
