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
    pub(crate) fn splat(&self, tangent: &Tangent, index: u32, edge: &Edge, film: &mut FilmTile) {
        let flux = self.speed(tangent, index, edge) * self.weight;
        film.splat(&self.kernel, self.jump.map(|channel| channel * flux));
    }

    /// Returns `⟨k w, J⟩` for an adjoint image w.
    pub(crate) fn weighted_jump(&self, adjoint: &Image) -> f64 {
        let weight = self.kernel.gather(adjoint);
        weight.iter().zip(self.jump).map(|(w, j)| w * j).sum()
    }
}

/// Adds up the adjoints of the ends of edges, one edge after the other, in a list of drawing
/// variables with their adjoints: four entries an edge, however many samples it has.
pub(crate) struct EdgeAdjoints<'a> {
    adjoint: &'a Image,
    list: &'a mut Vec<(usize, f64)>,
    /// The edge whose entries are the last of the list.
    current: Option<u32>,
}

impl<'a> EdgeAdjoints<'a> {
    pub(crate) fn new(adjoint: &'a Image, list: &'a mut Vec<(usize, f64)>) -> Self {
        Self {
            adjoint,
            list,
            current: None,
        }
    }

    /// Adds the transpose of [`EdgeSample::splat`].
    pub(crate) fn add(&mut self, index: u32, edge: &Edge, sample: &EdgeSample) {
        if self.current != Some(index) {
            self.current = Some(index);
            for vertex in [index, edge.next] {
                let x = 2 * vertex as usize;
                self.list.extend([(x, 0.0), (x + 1, 0.0)]);
            }
        }
        let flux = sample.normal * (sample.weighted_jump(self.adjoint) * sample.weight);
        let shares = [(1.0 - sample.t) * flux, sample.t * flux];
        let values = shares.iter().flat_map(|share| [share.x, share.y]);
        let first = self.list.len() - 4;
        for ((_, sum), value) in self.list[first..].iter_mut().zip(values) {
            *sum += value;
        }
    }
}
