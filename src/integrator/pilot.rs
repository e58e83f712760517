//! The first look at edges that tells where samples matter.
//!
//! A quarter as many samples as the estimate takes, on every piece of an edge within a pixel at
//! least one, from a stream of their own. The importance of a piece is the mean of |J (v·n)| over
//! its samples, J by its Euclidean length over channels, for the derivative along a direction; for
//! the adjoint, which asks for all directions at once, there is no v·n, and |⟨k w, J⟩| takes its
//! place. The importance of a piece is thus a guess, that of a piece with a rare event a bad one:
//! the density is a mixture, in equal parts, of importance and length (Hesterberg, "Weighted average
//! importance sampling and defensive mixture distributions", Technometrics 37, 1995). No sample then
//! weighs more than twice what it would weigh by length. Given the first look the estimate is
//! unbiased, so it is unbiased.

use super::Renderer;
use super::Tangent;
use super::allocation::Part;
use super::boundary::EdgeSamples;
use crate::drawing::{Tile, for_each_piece};
use crate::film::Image;
use crate::sampling::Stream;

/// Samples of the first look, as a part of those of the estimate.
const EFFORT: f64 = 0.25;
/// The part of the samples that goes by length.
const DEFENSE: f64 = 0.5;

/// What the jump is weighed with.
#[derive(Clone, Copy)]
pub(super) enum Weight<'a> {
    /// The normal velocity along a direction.
    Velocity(&'a Tangent),
    /// An adjoint image.
    Adjoint(&'a Image),
}

/// A piece of an edge with what the first look found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    edge: u32,
    start: f64,
    end: f64,
    pub(super) length: f64,
    /// The integral of the importance over the length.
    importance: f64,
}

/// Returns the pieces of the edges of the layers that are `wanted`, in order along the edges.
pub(super) fn parts(
    renderer: &Renderer<'_>,
    wanted: impl Fn(u32) -> bool + Sync,
    weight: Weight<'_>,
) -> Vec<Found> {
    let samples = EdgeSamples::in_pieces(
        renderer,
        Stream::Pilot,
        EFFORT * renderer.settings().edge_samples,
    );
    let lists = renderer.map_tiles(|_, tile| {
        let mut list = pieces(renderer, tile, &wanted);
        let mut memory = Default::default();
        let stack = renderer.stack(tile, &mut memory);
        samples.for_each(tile, &stack, &wanted, |place, jump| {
            let order = |part: &Found| {
                let edges = part.edge.cmp(&place.index);
                edges.then(part.start.total_cmp(&place.piece.start))
            };
            // Of pieces as short as rounding is, one list may have some that the other has not.
            let Ok(number) = list.binary_search_by(order) else {
                return;
            };
            let sample = samples.sample(place, jump);
            let value = match weight {
                Weight::Velocity(tangent) => {
                    let size: f64 = jump.iter().map(|channel| channel * channel).sum();
                    size.sqrt() * sample.speed(tangent, place.index, place.edge)
                }
                Weight::Adjoint(adjoint) => sample.weighted_jump(adjoint) * sample.normal.length(),
            };
            list[number].importance += value.abs() * place.dt;
        });
        list
    });
    let mut list = lists.concat();
    sort(&mut list);
    list
}

/// Lists the pieces of edges in a tile, in order along the edges.
fn pieces(renderer: &Renderer<'_>, tile: &Tile, wanted: impl Fn(u32) -> bool) -> Vec<Found> {
    let edges = renderer.grid().edges().list();
    let mut list = Vec::new();
    for layer in tile.layers.iter().filter(|layer| wanted(layer.layer)) {
        for &index in tile.edges(layer).iter().chain(tile.seams(layer)) {
            let edge = &edges[index as usize];
            let length = edge.direction().length();
            for_each_piece(edge, tile.rect, |piece| {
                list.push(Found {
                    edge: index,
                    start: piece.start,
                    end: piece.end,
                    length: length * (piece.end - piece.start),
                    importance: 0.0,
                });
            });
        }
    }
    sort(&mut list);
    list
}

fn sort(list: &mut [Found]) {
    list.sort_unstable_by(|a, b| a.edge.cmp(&b.edge).then(a.start.total_cmp(&b.start)));
}

/// Returns the pieces, measured by the mixture of importance and length.
pub(super) fn mixture(found: &[Found]) -> Vec<Part> {
    let sum = |of: fn(&Found) -> f64| found.iter().map(of).sum::<f64>();
    let (length, importance) = (sum(|part| part.length), sum(|part| part.importance));
    let ratio = match importance > 0.0 {
        true => (1.0 - DEFENSE) * length / importance,
        false => 0.0,
    };
    let parts = found.iter().map(|part| Part {
        edge: part.edge,
        start: part.start,
        end: part.end,
        measure: DEFENSE * part.length + ratio * part.importance,
    });
    parts.collect()
}
