use std::ops::Range;

use glam::DVec2;

use super::walk::{Step, Walk, piece};
use crate::drawing::{Edge, Tile};
use crate::integrator::Renderer;
use crate::integrator::boundary::sample_count;
use crate::integrator::edge_sample::EdgeSample;
use crate::sampling::EdgeAllocation;

/// Tells whether samples on edges are independent of each other, each uniform in a stratum of a
/// piece of an edge within a pixel.
pub(super) fn are_independent(renderer: &Renderer<'_>) -> bool {
    let settings = renderer.settings();
    let by_piece = settings.edge_allocation == EdgeAllocation::Pixel;
    by_piece && settings.sampler.independent_edge_parts(1).is_some()
}

/// The strata of the piece of an edge in a pixel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strata {
    /// The index of the edge.
    pub(super) edge: u32,
    start: f64,
    /// The length of each.
    pub(super) dt: f64,
    count: u32,
    /// The samples in each.
    pub(super) samples: f64,
}

impl Strata {
    fn new(renderer: &Renderer<'_>, index: u32, edge: &Edge, pixel: (i32, i32)) -> Option<Self> {
        let min = DVec2::new(f64::from(pixel.0), f64::from(pixel.1));
        let (start, end) = piece(edge, min, min + 1.0)?;
        let settings = renderer.settings();
        let sampler = settings.sampler;
        let samples = sample_count(sampler, settings.edge_samples, edge, end - start);
        let count = sampler.independent_edge_parts(samples)?;
        Some(Self {
            edge: index,
            start,
            dt: (end - start) / f64::from(count),
            count,
            samples: f64::from(samples / count),
        })
    }

    /// Returns the ends of a stratum.
    fn range(&self, number: u32) -> (f64, f64) {
        let start = self.start + self.dt * f64::from(number);
        (start, start + self.dt)
    }

    /// Returns the numbers of the strata that may share something with a part of the edge.
    fn around(&self, (start, end): (f64, f64)) -> Range<u32> {
        // Casts of floats saturate.
        let first = ((start - self.start) / self.dt - 0.5).floor() as u32;
        let last = ((end - self.start) / self.dt + 0.5).ceil() as u32;
        first..last.min(self.count)
    }
}

/// Visits the strata on the edges of a tile that are `wanted`, with the nodes of a rule that
/// integrates the jump and its square; where there is no jump there are no nodes.
pub(super) fn for_each_stratum(
    renderer: &Renderer<'_>,
    tile: &Tile,
    wanted: impl Fn(&Edge) -> bool,
    mut visit: impl FnMut(&Strata, &mut Vec<EdgeSample>),
) {
    let filter = renderer.settings().filter;
    // The nodes of a pixel by edge and stratum: parts come patch by patch.
    let mut found: Vec<((usize, u32), Strata, EdgeSample)> = Vec::new();
    let mut group = Vec::new();
    Walk::new(renderer, tile).for_each_step(
        |near| wanted(near.edge),
        |step| match step {
            Step::Part(jumps, part) => {
                let near = &part.near;
                let Some(strata) = Strata::new(renderer, near.index, near.edge, part.pixel) else {
                    return;
                };
                for number in strata.around(part.range) {
                    let (start, end) = strata.range(number);
                    let range = (start.max(part.range.0), end.min(part.range.1));
                    if range.0 < range.1 {
                        part.for_each_node(jumps, filter, range, true, |node| {
                            found.push(((near.number, number), strata, node));
                        });
                    }
                }
            }
            Step::EndOfPixel => {
                found.sort_by_key(|(key, ..)| *key);
                let mut nodes = found.drain(..).peekable();
                while let Some((key, strata, node)) = nodes.next() {
                    group.clear();
                    group.push(node);
                    while let Some((.., node)) = nodes.next_if(|(next, ..)| *next == key) {
                        group.push(node);
                    }
                    visit(&strata, &mut group);
                }
            }
        },
    );
}
