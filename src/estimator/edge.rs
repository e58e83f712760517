//! Samples in pixels for the interior term, on edges for the boundary term.
//!
//! * Formula: `mean k ∂f/∂θ + Σ k J (v·n) ℓ/m` over m samples on every piece of length ℓ of an
//!   edge within a pixel; see [`integrator::boundary`](crate::integrator::boundary).
//! * Density: m/ℓ on each piece, m = max(1, round(`edge_samples` · ℓ)); other densities by
//!   [`EdgeAllocation`](crate::sampling::EdgeAllocation).
//! * Bias: none.
//! * Limits: cost grows with the length of all edges; those under a layer that is always opaque and
//!   covers their pixel cost little.
//! * After Li, Aittala, Durand, Lehtinen, "Differentiable Monte Carlo ray tracing through edge
//!   sampling", 2018, and Li, Lukáč, Gharbi, Ragan-Kelley, "Differentiable vector graphics
//!   rasterization for editing and learning", 2020; without their offset to both sides of the edge.

use super::Estimator;
use super::common::{pull_back, sum_images};
use crate::film::Image;
use crate::integrator::boundary::EdgeSamples;
use crate::integrator::exact::{self, Scatter};
use crate::integrator::{Renderer, Tangent, boundary, interior};
use crate::scene::ParameterId;

/// Edge sampling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge;

impl Estimator for Edge {
    fn jvp(&self, renderer: &Renderer<'_>, direction: &[(ParameterId, f64)]) -> Image {
        let tangent = Tangent::new(renderer.drawing(), renderer.scene(), direction);
        sum_images(
            interior::jvp(renderer, &tangent),
            &boundary::jvp(renderer, &tangent),
        )
    }

    fn vjp(&self, renderer: &Renderer<'_>, adjoint: &Image, wanted: &[ParameterId]) -> Vec<f64> {
        let samples = EdgeSamples::for_adjoint(renderer, adjoint);
        let variables = renderer.sum_adjoints(|tile, memory, list| {
            let mut stack = renderer.stack(tile, memory);
            interior::pull_back(renderer, tile, adjoint, &mut stack, list);
            boundary::pull_back(&samples, tile, adjoint, &stack, list);
        });
        pull_back(renderer, &variables, wanted)
    }

    fn jvp_passes(&self) -> usize {
        2
    }

    fn known_scatter(&self, renderer: &Renderer<'_>, adjoint: &Image) -> Option<Scatter> {
        Scatter::new(renderer, adjoint)
    }

    fn known_interior_variance(
        &self,
        renderer: &Renderer<'_>,
        tangent: &Tangent,
        adjoint: &Image,
    ) -> Option<f64> {
        exact::interior::variance(renderer, tangent, adjoint)
    }
}
