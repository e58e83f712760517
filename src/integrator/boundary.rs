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

use super::edge_sample::{EdgeAdjoints, EdgeSample};
use super::interior::pixel_number;
use super::jump::Jumps;
use super::splat::Kernel;
use super::{Renderer, SampleCounts, Tangent};
use crate::drawing::{Edge, EdgePoint, Tile, pieces_in};
use crate::film::Image;
use crate::sampling::{Key, Stream};

/// Returns an estimate of the boundary term of `J v`.
pub fn jvp(renderer: &Renderer<'_>, tangent: &Tangent) -> Image {
    let samples = EdgeSamples::new(renderer);
    renderer.sum_films(|tile, film| {
        let moving = |layer| tangent.moves(layer);
        samples.for_each(tile, moving, |index, edge, sample| {
            sample.splat(tangent, index, edge, film);
        });
    })
}

/// Returns an estimate of the boundary term of `Jᵀ w`, as adjoints of the drawing variables.
pub fn vjp(renderer: &Renderer<'_>, adjoint: &Image) -> Vec<f64> {
    let samples = EdgeSamples::new(renderer);
    renderer.sum_adjoints(|tile, list| {
        let mut adjoints = EdgeAdjoints::new(adjoint, list);
        samples.for_each(
            tile,
            |_| true,
            |index, edge, sample| {
                adjoints.add(index, edge, sample);
            },
        );
    })
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
        wanted: impl Fn(u32) -> bool,
        mut visit: impl FnMut(u32, &Edge, &EdgeSample),
    ) {
        let edges = self.renderer.grid().edges();
        let mut jumps = Jumps::new(self.renderer, tile);
        let mut cuts = Vec::new();
        let mut count = 0;
        for (slot, layer) in tile.layers.iter().enumerate() {
            if !wanted(layer.layer) {
                continue;
            }
            for &index in tile.edges(layer).iter().chain(tile.seams(layer)) {
                let edge = &edges.list()[index as usize];
                pieces_in(edge, tile.rect, &mut cuts, |piece| {
                    let n = sample_count(self.renderer, edge, piece.end - piece.start);
                    let weight = (piece.end - piece.start) / f64::from(n);
                    let key = self.piece_key(index, piece.pixel);
                    count += u64::from(n);
                    for i in 0..n {
                        let u = self.renderer.settings().sampler.edge_sample(key, i, n);
                        let t = piece.start + (piece.end - piece.start) * u;
                        let point = EdgePoint::new(edges, index, t);
                        if !jumps.enter(&point, slot) {
                            continue;
                        }
                        let filter = self.renderer.settings().filter;
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
                    }
                });
            }
        }
        self.renderer.count_samples(SampleCounts {
            pixel: 0,
            edge: count,
        });
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
