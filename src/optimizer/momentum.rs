use serde::{Deserialize, Serialize};

use super::step::{Pace, unit_scale};

/// Gradient descent with momentum: `v ← μ v + g`, then `θ_i ← θ_i − s η r_i² v_i` (Polyak, "Some
/// methods of speeding up the convergence of iteration methods", 1964) or, with the look ahead of
/// Nesterov (1983), `g_i + μ v_i` in place of v_i.
///
/// μ is 0.9. η is that of [`GradientDescent`](super::GradientDescent) times 1 − μ, so that under a
/// constant gradient both come to the same steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Momentum {
    nesterov: bool,
    scale: f64,
    velocity: Vec<f64>,
}

const MU: f64 = 0.9;

impl Momentum {
    pub(super) fn new(count: usize, nesterov: bool) -> Self {
        Self {
            nesterov,
            scale: 0.0,
            velocity: vec![0.0; count],
        }
    }

    pub(super) fn step(&mut self, values: &mut [f64], gradient: &[f64], pace: &Pace<'_>) {
        if self.scale == 0.0 {
            self.scale = (1.0 - MU) * unit_scale(gradient, pace.rates);
        }
        for (i, value) in values.iter_mut().enumerate() {
            let velocity = MU * self.velocity[i] + gradient[i];
            self.velocity[i] = velocity;
            let direction = if self.nesterov {
                gradient[i] + MU * velocity
            } else {
                velocity
            };
            let rate = pace.rates[i];
            *value -= pace.factor * self.scale * rate * rate * direction;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Under a constant gradient the velocity grows to g / (1 − μ), so a step to the rate.
    #[test]
    fn under_a_constant_gradient_steps_grow_to_the_rate() {
        for nesterov in [false, true] {
            let mut momentum = Momentum::new(1, nesterov);
            let pace = Pace {
                rates: &[0.5],
                factor: 1.0,
                start: &[0.0],
            };
            let mut values = [0.0];
            for _ in 0..400 {
                momentum.step(&mut values, &[3.0], &pace);
            }
            let before = values[0];
            momentum.step(&mut values, &[3.0], &pace);
            assert!((before - values[0] - 0.5).abs() < 1e-12);
        }
    }

    #[test]
    fn the_look_ahead_of_nesterov_shows_in_the_first_step() {
        let first = |nesterov| {
            let mut values = [0.0];
            let pace = Pace {
                rates: &[1.0],
                factor: 1.0,
                start: &[0.0],
            };
            Momentum::new(1, nesterov).step(&mut values, &[2.0], &pace);
            values[0]
        };
        assert!((first(false) + 0.1).abs() < 1e-15);
        assert!((first(true) + 0.19).abs() < 1e-15);
    }
}
