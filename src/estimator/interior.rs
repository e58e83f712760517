//! Samples in pixels only: plain automatic differentiation, the negative control.
//!
//! * Formula: `mean k ∂f/∂θ`; see [`integrator::interior`](crate::integrator::interior).
//! * Bias: −∫_Γ k J (v·n) dl, the boundary term. Exactly 0 comes out for what moves outlines of
//!   flat colour.

use super::Estimator;
use super::common::pull_back;
use crate::film::Image;
use crate::integrator::{Renderer, Tangent, interior};
use crate::scene::ParameterId;

/// The interior term alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interior;

impl Estimator for Interior {
    fn jvp(&self, renderer: &Renderer<'_>, direction: &[(ParameterId, f64)]) -> Image {
        let tangent = Tangent::new(renderer.drawing(), renderer.scene(), direction);
        interior::jvp(renderer, &tangent)
    }

    fn vjp(&self, renderer: &Renderer<'_>, adjoint: &Image, wanted: &[ParameterId]) -> Vec<f64> {
        pull_back(renderer, &interior::vjp(renderer, adjoint), wanted)
    }

    fn jvp_passes(&self) -> usize {
        1
    }
}
