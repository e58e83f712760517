//! Gaussian smoothing of the image as a function of its parameters, in antithetic pairs.
//!
//! * Formula: `mean u_i (Î(θ + σ S u) − Î(θ − σ S u)) / (2 σ s_i)`, u normal, S the unit steps s_i
//!   of the parameters. Only the parameters that are asked for are perturbed.
//! * Target: the gradient of `E I(θ + σ S u)`; for the gradient of I the bias is
//!   `σ²/2 · Σ_j s_j² ∂²/∂θ_j²` of it, to first order.
//! * Variance: grows with the number of parameters that are perturbed together, as everything that
//!   changes is noise to each of them. `local` leaves out, for each parameter, the pixels that it
//!   cannot reach: no change of the mean (it is 0 there), and what is far away is no noise any more.
//!   At `σ → 0` it grows as 1/σ where outlines move.
//! * Limits: `local` bounds the reach by a box around the layers grown by six σ, to first order.
//! * Fischer and Ritschel, "Plateau-reduced differentiable path tracing", CVPR 2023; Deliot, Heitz
//!   and Belcour, "Transforming a non-differentiable rasterizer into a differentiable one with
//!   stochastic gradient estimation", 2024 (locality); Berthet et al., "Learning with
//!   differentiable perturbed optimizers", 2020.

use super::Estimator;
use super::perturbation::{Distribution, Perturbation};
use super::setting::Setting;
use crate::film::Image;
use crate::integrator::Renderer;
use crate::scene::ParameterId;

/// Gaussian smoothing with its settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Smoothing {
    /// σ, in unit steps of each parameter.
    pub sigma: f64,
    /// How many pairs of perturbed images there are.
    pub draws: u32,
    /// Whether pixels that a parameter cannot reach are left out.
    pub local: bool,
}

impl Default for Smoothing {
    fn default() -> Self {
        Self {
            sigma: 0.25,
            draws: 4,
            local: true,
        }
    }
}

impl Smoothing {
    /// Returns the settings by name.
    pub fn settings(&mut self) -> Vec<(&'static str, Setting<'_>)> {
        vec![
            ("sigma", Setting::Positive(&mut self.sigma)),
            ("draws", Setting::Count(&mut self.draws)),
            ("local", Setting::Switch(&mut self.local)),
        ]
    }

    fn perturbation(&self) -> Perturbation {
        Perturbation {
            distribution: Distribution::Gaussian,
            size: self.sigma,
            draws: self.draws,
            local: self.local,
        }
    }
}

impl Estimator for Smoothing {
    fn jvp(&self, renderer: &Renderer<'_>, direction: &[(ParameterId, f64)]) -> Image {
        self.perturbation().jvp(renderer, direction)
    }

    fn vjp(&self, renderer: &Renderer<'_>, adjoint: &Image, wanted: &[ParameterId]) -> Vec<f64> {
        self.perturbation().vjp(renderer, adjoint, wanted)
    }

    fn jvp_passes(&self) -> usize {
        2 * self.draws as usize
    }
}
