//! No samples: regions cut exactly, quadrature on them; see
//! [`integrator::exact`](crate::integrator::exact). The judge of the others.

use super::Estimator;
use super::common::{pull_back, sum_images, sum_vectors};
use crate::film::Image;
use crate::integrator::{Renderer, Tangent, exact};
use crate::scene::ParameterId;

/// The exact integrator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exact;

impl Estimator for Exact {
    fn image(&self, renderer: &Renderer<'_>) -> Image {
        exact::image(renderer)
    }

    fn jvp(&self, renderer: &Renderer<'_>, direction: &[(ParameterId, f64)]) -> Image {
        let tangent = Tangent::new(renderer.drawing(), renderer.scene(), direction);
        sum_images(
            exact::interior::jvp(renderer, &tangent),
            &exact::boundary::jvp(renderer, &tangent),
        )
    }

    fn vjp(&self, renderer: &Renderer<'_>, adjoint: &Image, wanted: &[ParameterId]) -> Vec<f64> {
        let variables = sum_vectors(
            exact::interior::vjp(renderer, adjoint),
            &exact::boundary::vjp(renderer, adjoint),
        );
        pull_back(renderer, &variables, wanted)
    }

    fn jvp_passes(&self) -> usize {
        2
    }
}
