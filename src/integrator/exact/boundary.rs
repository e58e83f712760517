//! The exact boundary term of the derivative.
//!
//! `∫_Γ k J (v·n) dl`: each edge is cut at the borders of pixels, at its crossings with all other
//! edges and with the lines along which paints are not smooth. On a part nothing is crossed, so
//! its jump is one smooth function and a Gauss–Legendre rule integrates it: exactly where filter
//! and paints are polynomials.

use glam::DVec2;

use super::patch::Near;
use super::spread::{Spread, collect};
use super::walk::{Step, Walk, piece};
use crate::drawing::{Edge, Tile};
use crate::film::Image;
use crate::integrator::boundary::sample_count;
use crate::integrator::edge_sample::EdgeSample;
use crate::integrator::{Renderer, Tangent};
use crate::sampling::Sampler;

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

/// How the [sampled](crate::integrator::boundary) boundary term of `⟨adjoint, J v⟩` scatters, for
/// every direction v.
///
/// The samples of a stratum of length dt have the value `g(t) dt`; strata are independent, so the
/// variance is `Σ dt² Var g`. With the normal speeds `s₀`, `s₁` of the ends of the edge, g is
/// `(1 − t) h s₀ + t h s₁`, and its variance a quadratic form in them, the same for all directions.
/// Here too the integrals are exact, so that an event too rare for any number of replicates, such
/// as a sliver of another shape across an edge, is accounted for.
#[derive(Clone, Debug)]
pub struct Scatter {
    /// For each edge the form `[s₀², s₀ s₁, s₁²]` and the normal, as long as the edge.
    forms: Vec<([f64; 3], DVec2)>,
}

impl Scatter {
    /// Integrates over all strata, for the number of samples and the sampler of the settings.
    pub fn new(renderer: &Renderer<'_>, adjoint: &Image) -> Self {
        let tiles = renderer.map_tiles(|_, tile| {
            let mut list = Vec::new();
            let mut values: Vec<([f64; 2], f64)> = Vec::new();
            for_each_stratum(
                renderer,
                tile,
                |_| true,
                |strata, nodes| {
                    values.clear();
                    for node in nodes.iter() {
                        let h = node.weighted_jump(adjoint) * strata.dt;
                        values.push(([(1.0 - node.t) * h, node.t * h], node.weight / strata.dt));
                    }
                    let form = covariance(&values).map(|c| c / strata.samples);
                    list.push((strata.edge, form, nodes[0].normal));
                },
            );
            list
        });
        let count = renderer.grid().edges().list().len();
        let mut forms = vec![([0.0; 3], DVec2::ZERO); count];
        for (index, form, normal) in tiles.into_iter().flatten() {
            let (sum, all) = &mut forms[index as usize];
            *sum = std::array::from_fn(|i| sum[i] + form[i]);
            *all = normal;
        }
        Self { forms }
    }

    /// Returns the variance of one estimate along a direction.
    pub fn variance(&self, renderer: &Renderer<'_>, tangent: &Tangent) -> f64 {
        let edges = renderer.grid().edges().list().iter();
        let terms = edges
            .zip(&self.forms)
            .enumerate()
            .map(|(i, (edge, (form, normal)))| {
                let speed = |vertex: usize| tangent.velocity(vertex).dot(*normal);
                let (s, e) = (speed(i), speed(edge.next as usize));
                (form[0] * s * s + 2.0 * form[1] * s * e + form[2] * e * e).max(0.0)
            });
        terms.sum()
    }
}

/// The covariances of a pair of random numbers from values with their probabilities; what is left
/// over of the probability is at 0.
fn covariance(values: &[([f64; 2], f64)]) -> [f64; 3] {
    let (mut mass, mut mean) = (0.0, [0.0; 2]);
    for (value, p) in values {
        mass += p;
        mean = [mean[0] + p * value[0], mean[1] + p * value[1]];
    }
    let rest = (1.0 - mass).max(0.0);
    let mut form = [
        rest * mean[0] * mean[0],
        rest * mean[0] * mean[1],
        rest * mean[1] * mean[1],
    ];
    for (value, p) in values {
        let [x, y] = [value[0] - mean[0], value[1] - mean[1]];
        form = [
            form[0] + p * x * x,
            form[1] + p * x * y,
            form[2] + p * y * y,
        ];
    }
    form
}

/// Returns how the [sampled](crate::integrator::boundary) boundary term of `J v` scatters.
pub fn spread(renderer: &Renderer<'_>, tangent: &Tangent) -> Spread {
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
}

/// The strata of the piece of an edge in a pixel.
#[derive(Clone, Copy, Debug)]
struct Strata {
    /// The index of the edge.
    edge: u32,
    start: f64,
    /// The length of each.
    dt: f64,
    count: u32,
    /// The samples in each.
    samples: f64,
}

impl Strata {
    fn new(renderer: &Renderer<'_>, index: u32, edge: &Edge, pixel: (i32, i32)) -> Option<Self> {
        let min = DVec2::new(f64::from(pixel.0), f64::from(pixel.1));
        let (start, end) = piece(edge, min, min + 1.0)?;
        let samples = sample_count(renderer, edge, end - start);
        let count = match renderer.settings().sampler {
            Sampler::Independent => 1,
            Sampler::Stratified => samples,
        };
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
    fn around(&self, (start, end): (f64, f64)) -> std::ops::Range<u32> {
        // Casts of floats saturate.
        let first = ((start - self.start) / self.dt - 0.5).floor() as u32;
        let last = ((end - self.start) / self.dt + 0.5).ceil() as u32;
        first..last.min(self.count)
    }
}

/// Visits the strata on the edges of a tile that are `wanted`, with the nodes of a rule that
/// integrates the jump and its square; where there is no jump there are no nodes.
fn for_each_stratum(
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
