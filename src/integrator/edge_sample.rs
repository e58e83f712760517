use glam::DVec2;

use super::Tangent;
use super::splat::{FilmTile, Kernel};
use crate::drawing::{Edge, Rgba};
use crate::film::Image;

/// A point on an edge where the colour jumps, and the part of the edge that it stands for: a
/// sample, or a node of a quadrature.
pub(crate) struct EdgeSample {
    /// The place along the edge.
    pub(crate) t: f64,
    /// `f⁻ − f⁺`.
    pub(crate) jump: Rgba,
    /// From − to +, as long as the edge: `normal · dt = n dl`.
    pub(crate) normal: DVec2,
    /// The part of the edge: `dt`.
    pub(crate) weight: f64,
    /// The filter around the point.
    pub(crate) kernel: Kernel,
}

impl EdgeSample {
    /// Returns the normal velocity times the length of the edge: `v·n dl / dt`.
    pub(crate) fn speed(&self, tangent: &Tangent, index: u32, edge: &Edge) -> f64 {
        let start = tangent.velocity(index as usize);
        let velocity = start.lerp(tangent.velocity(edge.next as usize), self.t);
        velocity.dot(self.normal)
    }

    /// Adds `k J (v·n) dl` to a film.
    pub(crate) fn splat(
        &self,
        tangent: &Tangent,
        index: u32,
        edge: &Edge,
        film: &mut FilmTile<'_>,
    ) {
        let flux = self.speed(tangent, index, edge) * self.weight;
        film.splat(&self.kernel, self.jump.map(|channel| channel * flux));
    }

    /// Returns `⟨k w, J⟩` for an adjoint image w.
    pub(crate) fn weighted_jump(&self, adjoint: &Image) -> f64 {
        let weight = self.kernel.gather(adjoint);
        weight.iter().zip(self.jump).map(|(w, j)| w * j).sum()
    }
}

/// The weighted jumps of samples on one edge, added up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flux {
    /// The sum of jump · dt.
    total: f64,
    /// The sum of jump · dt · t: the share of the end of the edge.
    end: f64,
}

impl Flux {
    /// Adds a weighted jump at `t`, times the part `dt` of the edge that it stands for.
    #[inline]
    pub(super) fn add(&mut self, t: f64, weighted_jump: f64) {
        self.total += weighted_jump;
        self.end += weighted_jump * t;
    }
}

/// Adds up the adjoints of the ends of edges, one edge after the other, in a list of drawing
/// variables with their adjoints: two entries a vertex of edges that follow each other, however many
/// samples they have.
#[derive(Debug, Default)]
pub(crate) struct EdgeAdjoint {
    /// The edge and the edge after it.
    ends: Option<[u32; 2]>,
    /// The adjoints of the start and of the end.
    sums: [DVec2; 2],
}

impl EdgeAdjoint {
    /// Goes on with an edge, and writes down the one before if it is another.
    pub(crate) fn move_to(&mut self, index: u32, edge: &Edge, list: &mut Vec<(usize, f64)>) {
        match self.ends {
            Some([known, _]) if known == index => return,
            Some([start, end]) if end == index => {
                write(start, self.sums[0], list);
                self.sums = [self.sums[1], DVec2::ZERO];
            }
            _ => {
                self.write(list);
                self.sums = [DVec2::ZERO; 2];
            }
        }
        self.ends = Some([index, edge.next]);
    }

    /// Adds the transpose of [`EdgeSample::splat`]: a sample at `t` of the weighted jump, times the
    /// part `dt` of the edge that it stands for.
    pub(crate) fn add(&mut self, t: f64, normal: DVec2, weighted_jump: f64) {
        let flux = normal * weighted_jump;
        self.sums[0] += (1.0 - t) * flux;
        self.sums[1] += t * flux;
    }

    /// Adds the transpose of [`EdgeSample::splat`] for all samples of a piece.
    #[inline]
    pub(super) fn add_flux(&mut self, normal: DVec2, flux: &Flux) {
        self.sums[0] += (flux.total - flux.end) * normal;
        self.sums[1] += flux.end * normal;
    }

    /// Adds the transpose of [`EdgeSample::splat`] for a sample of any edge.
    pub(crate) fn add_sample(
        &mut self,
        index: u32,
        edge: &Edge,
        sample: &EdgeSample,
        adjoint: &Image,
        list: &mut Vec<(usize, f64)>,
    ) {
        self.move_to(index, edge, list);
        let weighted_jump = sample.weighted_jump(adjoint) * sample.weight;
        self.add(sample.t, sample.normal, weighted_jump);
    }

    /// Writes down the last edge.
    pub(crate) fn finish(&mut self, list: &mut Vec<(usize, f64)>) {
        self.write(list);
        self.ends = None;
    }

    fn write(&self, list: &mut Vec<(usize, f64)>) {
        let Some(ends) = self.ends else { return };
        for (vertex, sum) in ends.into_iter().zip(self.sums) {
            write(vertex, sum, list);
        }
    }
}

fn write(vertex: u32, sum: DVec2, list: &mut Vec<(usize, f64)>) {
    if sum != DVec2::ZERO {
        let x = 2 * vertex as usize;
        list.extend_from_slice(&[(x, sum.x), (x + 1, sum.y)]);
    }
}
