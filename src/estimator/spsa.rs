//! Simultaneous perturbation: differences along random signs.
//!
//! * Formula: `mean (Î(θ + c S δ) − Î(θ − c S δ)) / (2 c s_i δ_i)`, δ_i = ±1, S the unit steps s_i of
//!   the parameters. Only the parameters that are asked for are perturbed.
//! * Bias: O(c²): `c²/6 ∂_i³ + c²/2 Σ_{j≠i} ∂_i ∂_j²` of the image in unit steps, to first order.
//! * Variance: two images give all derivatives, and each one is noise to all others.
//! * Spall, "Multivariate stochastic approximation using a simultaneous perturbation gradient
//!   approximation", IEEE Transactions on Automatic Control 37, 1992.

use super::Estimator;
use super::perturbation::{Distribution, Perturbation};
use super::setting::Setting;
use crate::film::Image;
use crate::integrator::Renderer;
use crate::scene::ParameterId;

/// Simultaneous perturbation with its settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spsa {
    /// c, in unit steps of each parameter.
    pub step: f64,
    /// How many pairs of perturbed images there are.
    pub draws: u32,
}

impl Default for Spsa {
    fn default() -> Self {
        Self {
            step: 0.25,
            draws: 4,
        }
    }
}

impl Spsa {
    /// Returns the settings by name.
    pub fn settings(&mut self) -> Vec<(&'static str, Setting<'_>)> {
        vec![
            ("step", Setting::Positive(&mut self.step)),
            ("draws", Setting::Count(&mut self.draws)),
        ]
    }

    fn perturbation(&self) -> Perturbation {
        Perturbation {
            distribution: Distribution::Signs,
            size: self.step,
            draws: self.draws,
            local: false,
        }
    }
}

impl Estimator for Spsa {
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
