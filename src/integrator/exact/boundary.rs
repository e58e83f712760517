//! The exact boundary term of the derivative.
//!
//! `∫_Γ k J (v·n) dl`: each edge is cut at the borders of pixels, at its crossings with all other
//! edges and with the lines along which paints are not smooth. On a part nothing is crossed, so
//! its jump is one smooth function and a Gauss–Legendre rule integrates it: exactly where filter
//! and paints are polynomials.

use super::patch::Near;
use super::spread::{Spread, collect};
use super::strata::{self, for_each_stratum};
use super::walk::Walk;
use crate::drawing::Edge;
use crate::film::Image;
use crate::integrator::{Renderer, Tangent};

/// Returns the boundary term of `J v`.
pub fn jvp(renderer: &Renderer<'_>, tangent: &Tangent) -> Image {
    let filter = renderer.settings().filter;
    renderer.sum_films(|tile, film, (): &mut ()| {
        if !tangent.moves_in(tile, renderer.grid().edges()) {
            return;
        }
        let moves = |near: &Near<'_>| tangent.moves_edge(near.index, near.edge);
        Walk::new(renderer, tile).for_each_part(moves, |jumps, part| {
            part.for_each_node(jumps, filter, part.range, false, |node| {
                node.splat(tangent, part.near.index, part.near.edge, film);
            });
        });
    })
}

/// Returns the boundary term of `Jᵀ w`, as adjoints of the drawing variables.
pub fn vjp(renderer: &Renderer<'_>, adjoint: &Image) -> Vec<f64> {
    let filter = renderer.settings().filter;
    renderer.sum_adjoints(|tile, (): &mut (), list| {
        let walk = Walk::new(renderer, tile);
        // The ends that each edge moves, and the adjoints of the two.
        let edges = walk.edges().iter();
        let ends: Vec<[u32; 2]> = edges.map(|near| [near.index, near.edge.next]).collect();
        let mut sums = vec![[0.0; 4]; ends.len()];
        walk.for_each_part(
            |_| true,
            |jumps, part| {
                let sum = &mut sums[part.near.number];
                part.for_each_node(jumps, filter, part.range, false, |node| {
                    let flux = node.normal * (node.weighted_jump(adjoint) * node.weight);
                    let (start, end) = ((1.0 - node.t) * flux, node.t * flux);
                    for (sum, value) in sum.iter_mut().zip([start.x, start.y, end.x, end.y]) {
                        *sum += value;
                    }
                });
            },
        );
        for (ends, sum) in ends.iter().zip(&sums).filter(|(_, sum)| **sum != [0.0; 4]) {
            let [a, b] = ends.map(|vertex| 2 * vertex as usize);
            list.extend([a, a + 1, b, b + 1].into_iter().zip(sum.iter().copied()));
        }
    })
}

/// Returns how the [sampled](crate::integrator::boundary) boundary term of `J v` scatters, or none
/// if the sampler's points depend on each other, or their strata are not those of pieces within
/// pixels.
pub fn spread(renderer: &Renderer<'_>, tangent: &Tangent) -> Option<Spread> {
    strata::are_independent(renderer).then(|| {
        collect(renderer, |tile, spread| {
            let moves = |edge: &Edge| tangent.moves(edge.layer);
            for_each_stratum(renderer, tile, moves, |strata, nodes| {
                let edge = &renderer.grid().edges().list()[strata.edge as usize];
                for node in nodes.drain(..) {
                    let flux = node.speed(tangent, strata.edge, edge) * strata.dt / strata.samples;
                    let value = node.jump.map(|channel| channel * flux);
                    spread.push(node.kernel, value, node.weight / strata.dt);
                }
                spread.finish_stratum(strata.samples);
            });
        })
    })
}
