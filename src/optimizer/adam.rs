use serde::{Deserialize, Serialize};

use super::step::Pace;

/// Adam (Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015):
///
/// ```text
/// m ← β₁ m + (1 − β₁) g      v ← β₂ v + (1 − β₂) g²
/// θ ← θ − s r · m̂ / (√v̂ + ε)      m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
/// ```
///
/// with β₁ = 0.9 and β₂ = 0.999. ε is 10⁻¹² and not the usual 10⁻⁸: losses are means over all
/// pixels, so gradients of small shapes in large pictures are small.
///
/// With a decay λ it is AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization",
/// ICLR 2019), except that θ goes back to its start and not to zero, which means nothing for a
/// position: `θ ← θ − s λ (θ − θ₀)` before each step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adam {
    decay: f64,
    steps: u64,
    first: Vec<f64>,
    second: Vec<f64>,
}

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-12;

impl Adam {
    pub(super) fn new(count: usize, decay: f64) -> Self {
        Self {
            decay,
            steps: 0,
            first: vec![0.0; count],
            second: vec![0.0; count],
        }
    }

    pub(super) fn step(&mut self, values: &mut [f64], gradient: &[f64], pace: &Pace<'_>) {
        self.steps += 1;
        let power = self.steps as f64;
        let (unbias_1, unbias_2) = (1.0 - BETA_1.powf(power), 1.0 - BETA_2.powf(power));
        for (i, value) in values.iter_mut().enumerate() {
            let g = gradient[i];
            self.first[i] += (1.0 - BETA_1) * (g - self.first[i]);
            self.second[i] += (1.0 - BETA_2) * (g * g - self.second[i]);
            let mean = self.first[i] / unbias_1;
            let root = (self.second[i] / unbias_2).sqrt();
            *value -= pace.factor * self.decay * (*value - pace.start[i]);
            *value -= pace.factor * pace.rates[i] * mean / (root + EPSILON);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace<'_> = Pace {
        rates: &[1.0, 0.01],
        factor: 1.0,
        start: &[0.0, 0.5],
    };

    /// The first step is r · g / |g|, whatever the size of the gradient; under a constant gradient
    /// so is every other.
    #[test]
    fn a_constant_gradient_moves_each_parameter_by_its_rate() {
        for size in [1e-6, 1.0, 1e6] {
            let mut adam = Adam::new(2, 0.0);
            let mut values = [0.0, 0.5];
            for step in 1..=3 {
                adam.step(&mut values, &[size, -2.0 * size], &PACE);
                let step = f64::from(step);
                assert!((values[0] + step).abs() < 1e-5, "{values:?}");
                assert!((values[1] - 0.5 - 0.01 * step).abs() < 1e-7, "{values:?}");
            }
        }
    }

    #[test]
    fn a_gradient_of_zero_moves_nothing() {
        let mut adam = Adam::new(2, 0.0);
        let mut values = [3.0, 0.25];
        adam.step(&mut values, &[0.0, 0.0], &PACE);
        assert_eq!(values, [3.0, 0.25]);
    }

    #[test]
    fn decay_goes_back_to_the_start() {
        let mut adam = Adam::new(2, 0.25);
        let mut values = [8.0, 0.5];
        adam.step(&mut values, &[0.0, 0.0], &PACE);
        assert_eq!(values, [6.0, 0.5]);
    }
}
