//! Samples that are spread along more than one piece of an edge: all allocations but
//! [`EdgeAllocation::Pixel`].
//!
//! A *run* is a list of parts of edges, laid end to end, each with a measure: its length, or its
//! length times an importance. The sampler spreads the run's `n` samples over the measure; the
//! density on a part is `n · measure / total` by the part, positive wherever the part has a length,
//! so estimates are unbiased whatever the measures. The allocations differ in what is a run:
//!
//! | allocation | run | measure | samples |
//! |---|---|---|---|
//! | `length` | a closed outline, or a seam of a paint | length | max(1, round(N · length)) |
//! | `edge` | an edge | length | max(1, round(N)) |
//! | `importance` | all pieces of edges | see [`pilot`](super::pilot) | max(1, round(N · length)) |
//!
//! The sampler may prefer [another number near that](Sampler::edge_count).
//!
//! Edges are cut at the border of the area that counts, so that what is far outside takes no sample.

use std::ops::Range;

use rayon::prelude::*;

use super::Renderer;
use super::pilot::{self, Weight};
use crate::drawing::{Edge, Piece, PixelRect, for_each_piece};
use crate::sampling::{EdgeAllocation, Key, Sampler, Stream};

/// A part of an edge with its measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Part {
    pub(super) edge: u32,
    /// Where it starts and ends along the edge, in [0, 1].
    pub(super) start: f64,
    pub(super) end: f64,
    pub(super) measure: f64,
}

/// A place on an edge, and the part of the edge that it stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    edge: u32,
    /// The number of samples of its run.
    pub(super) count: u32,
    pub(super) t: f64,
    pub(super) dt: f64,
}

/// The samples of all edges, in order.
///
/// It takes 24 bytes a sample, where samples of pieces within pixels need no list.
#[derive(Debug)]
pub(super) struct Places {
    list: Vec<Placed>,
    /// Where the samples of each edge start in the list, and where those of the last one end.
    starts: Vec<usize>,
}

impl Places {
    /// Places the samples on edges of the layers that are `wanted`; none if every piece within a
    /// pixel places its own.
    pub(super) fn new(
        renderer: &Renderer<'_>,
        wanted: impl Fn(u32) -> bool + Sync,
        weight: Weight<'_>,
    ) -> Option<Self> {
        let density = renderer.settings().edge_samples;
        let sampler = renderer.settings().sampler;
        let runs = match renderer.settings().edge_allocation {
            EdgeAllocation::Pixel => return None,
            EdgeAllocation::Length => outlines(renderer, wanted)
                .map(|(name, parts)| {
                    let length: f64 = parts.iter().map(|part| part.measure).sum();
                    Run::new(sampler, name, parts, density * length)
                })
                .collect(),
            EdgeAllocation::Edge => outlines(renderer, wanted)
                .flat_map(|(_, parts)| parts)
                .filter(|part| part.measure > 0.0)
                .map(|part| Run::new(sampler, part.edge, vec![part], density))
                .collect(),
            EdgeAllocation::Importance => {
                let parts = pilot::parts(renderer, wanted, weight);
                let length: f64 = parts.iter().map(|part| part.length).sum();
                let parts = pilot::mixture(&parts);
                vec![Run::new(sampler, 0, parts, density * length)]
            }
        };
        Some(Self::of_runs(renderer, runs))
    }

    fn of_runs(renderer: &Renderer<'_>, runs: Vec<Run>) -> Self {
        let (sampler, seed) = (renderer.settings().sampler, renderer.settings().seed);
        let root = Key::new(seed, Stream::Boundary);
        let lists = runs.par_iter().map(|run| {
            let key = root.child(u64::from(run.name));
            let places = (0..run.count).map(|i| run.place(sampler.edge_sample(key, i, run.count)));
            places.collect::<Vec<_>>()
        });
        let mut list = lists.collect::<Vec<_>>().concat();
        list.sort_unstable_by(|a, b| a.edge.cmp(&b.edge).then(a.t.total_cmp(&b.t)));
        let count = renderer.grid().edges().list().len();
        let mut starts = Vec::with_capacity(count + 1);
        let mut next = 0;
        for edge in 0..=count {
            next += list[next..].partition_point(|place| (place.edge as usize) < edge);
            starts.push(next);
        }
        Self { list, starts }
    }

    /// Returns the samples on an edge, in order.
    pub(super) fn on_edge(&self, edge: u32) -> &[Placed] {
        let edge = edge as usize;
        &self.list[self.starts[edge]..self.starts[edge + 1]]
    }
}

/// Returns the samples of an edge that are in one of its pieces.
pub(super) fn in_piece<'a>(places: &'a [Placed], piece: &Piece) -> &'a [Placed] {
    let start = places.partition_point(|place| place.t < piece.start);
    let length = places[start..].partition_point(|place| place.t < piece.end);
    &places[start..start + length]
}

/// Parts of edges, laid end to end, and the number of samples on them.
struct Run {
    /// The number of its random numbers: no other run of the allocation has it.
    name: u32,
    parts: Vec<Part>,
    /// Where each part ends in the measure.
    ends: Vec<f64>,
    count: u32,
}

impl Run {
    /// Returns a run of about the `expected` number of samples, at least one; of none if there is
    /// nothing to sample.
    fn new(sampler: Sampler, name: u32, parts: Vec<Part>, expected: f64) -> Self {
        let mut total = 0.0;
        let mut ends = Vec::with_capacity(parts.len());
        for part in &parts {
            total += part.measure;
            ends.push(total);
        }
        let count = match total > 0.0 {
            true => sampler.edge_count(expected),
            false => 0,
        };
        Self {
            name,
            parts,
            ends,
            count,
        }
    }

    /// Returns the place at `u` of the run, in [0, 1).
    fn place(&self, u: f64) -> Placed {
        let total = self.ends[self.ends.len() - 1];
        let at = u * total;
        // Where rounding passes the end, the last part that has a measure takes the sample.
        let found = self.ends.partition_point(|&end| end <= at);
        let last = self.ends.partition_point(|&end| end < total);
        let number = found.min(last);
        let part = &self.parts[number];
        let before = if number == 0 {
            0.0
        } else {
            self.ends[number - 1]
        };
        let length = part.end - part.start;
        let t = part.start + (at - before) / part.measure * length;
        Placed {
            edge: part.edge,
            count: self.count,
            t: t.clamp(part.start, part.end.next_down()),
            dt: length / part.measure * total / f64::from(self.count),
        }
    }
}

/// Returns the closed outlines and the seams of the layers that are `wanted`, each with the number
/// of its first edge and its edges by their length.
fn outlines<'a>(
    renderer: &'a Renderer<'_>,
    wanted: impl Fn(u32) -> bool + 'a,
) -> impl Iterator<Item = (u32, Vec<Part>)> + 'a {
    let layout = &renderer.drawing().layout;
    let layers = layout.layers().iter().enumerate();
    let polylines = layers
        .filter(move |&(index, _)| wanted(index as u32))
        .flat_map(|(_, layer)| {
            let contours = &layout.contours()[layer.contours.clone()];
            let seams = &layout.seams()[layer.seams.clone()];
            let seams = seams.iter().map(|seam| seam.vertices.clone());
            contours.iter().cloned().chain(seams)
        });
    polylines.map(|vertices| (vertices.start as u32, edge_parts(renderer, vertices)))
}

fn edge_parts(renderer: &Renderer<'_>, edges: Range<usize>) -> Vec<Part> {
    let area = renderer.area();
    let list = renderer.grid().edges().list();
    let parts = edges.filter_map(|index| {
        let edge = &list[index];
        let (start, end) = part_within(edge, area)?;
        Some(Part {
            edge: index as u32,
            start,
            end,
            measure: edge.direction().length() * (end - start),
        })
    });
    parts.collect()
}

/// Returns where an edge enters and leaves a rectangle of pixels, if it does, at the very numbers
/// where it is cut at the borders of pixels.
fn part_within(edge: &Edge, area: PixelRect) -> Option<(f64, f64)> {
    let mut part = None;
    for_each_piece(edge, area, |piece| {
        part = Some((part.map_or(piece.start, |(start, _)| start), piece.end));
    });
    part
}

#[cfg(test)]
mod tests;
