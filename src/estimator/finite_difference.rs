//! Differences of sampled images.
//!
//! * Formula, for each parameter: `(Î(θ + h) − Î(θ − h)) / 2h`, or `(Î(θ + h) − Î(θ)) / h`
//!   one-sided; h is `step` times the unit step of the parameter. Along a direction, the sum over
//!   its parameters.
//! * Bias: `h²/6 · ∂³I/∂θ³`, one-sided `h/2 · ∂²I/∂θ²`, where the image is smooth in θ.
//! * Variance: with `common` random numbers, only samples between the two outlines differ: O(1/h)
//!   for outlines that move, finite as h → 0 for colours. Without, O(1/h²).
//! * Best h: N^(−1/5) with, N^(−1/6) without common random numbers, for N samples and central
//!   differences.
//! * Limits: one or two images for every parameter.

use super::Estimator;
use super::common::{add_scaled, derivative_key, dot, image_at, unit_step_of};
use super::setting::Setting;
use crate::film::Image;
use crate::integrator::Renderer;
use crate::scene::ParameterId;

/// Finite differences with their settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FiniteDifference {
    /// The step, in unit steps of the parameter.
    pub step: f64,
    /// Whether differences are central, not one-sided.
    pub central: bool,
    /// Whether both images have the same random numbers.
    pub common: bool,
}

impl Default for FiniteDifference {
    fn default() -> Self {
        Self {
            step: 0.25,
            central: true,
            common: true,
        }
    }
}

impl FiniteDifference {
    /// Returns the settings by name.
    pub fn settings(&mut self) -> Vec<(&'static str, Setting<'_>)> {
        vec![
            ("step", Setting::Positive(&mut self.step)),
            ("central", Setting::Switch(&mut self.central)),
            ("common", Setting::Switch(&mut self.common)),
        ]
    }

    /// The derivative by one parameter.
    fn derivative(&self, renderer: &Renderer<'_>, id: ParameterId) -> Image {
        let h = self.step * unit_step_of(renderer, id);
        let back = if self.central { -h } else { 0.0 };
        let key = derivative_key(renderer).child(id.index() as u64);
        let seeds = [0, if self.common { 0 } else { 1 }].map(|number| key.child(number).bits());
        let mut difference = image_at(renderer, [(id, h)], seeds[0]);
        add_scaled(
            &mut difference,
            &image_at(renderer, [(id, back)], seeds[1]),
            -1.0,
        );
        for value in difference.data_mut() {
            *value /= h - back;
        }
        difference
    }
}

impl Estimator for FiniteDifference {
    fn jvp(&self, renderer: &Renderer<'_>, direction: &[(ParameterId, f64)]) -> Image {
        let mut sum = renderer.black();
        for &(id, component) in direction {
            add_scaled(&mut sum, &self.derivative(renderer, id), component);
        }
        sum
    }

    fn vjp(&self, renderer: &Renderer<'_>, adjoint: &Image, wanted: &[ParameterId]) -> Vec<f64> {
        let derivatives = wanted.iter().map(|&id| self.derivative(renderer, id));
        derivatives.map(|image| dot(adjoint, &image)).collect()
    }

    fn jvp_passes(&self) -> usize {
        2
    }

    fn vjp_passes(&self, parameters: usize) -> usize {
        2 * parameters
    }
}
