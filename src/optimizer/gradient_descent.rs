use serde::{Deserialize, Serialize};

use super::step::{Pace, unit_scale};

/// Steps along the gradient: `θ_i ← θ_i − s η r_i² g_i`, r the rates, s the schedule.
///
/// This is gradient descent on θ measured in rates. The loss has a scale of its own, so η is fixed
/// at the first gradient that is not zero: such that the step it gives moves no parameter further
/// than its rate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GradientDescent {
    /// η; 0 before the first gradient.
    scale: f64,
}

impl GradientDescent {
    pub(super) fn step(&mut self, values: &mut [f64], gradient: &[f64], pace: &Pace<'_>) {
        if self.scale == 0.0 {
            self.scale = unit_scale(gradient, pace.rates);
        }
        for (i, value) in values.iter_mut().enumerate() {
            let rate = pace.rates[i];
            *value -= pace.factor * self.scale * rate * rate * gradient[i];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_moves_no_parameter_further_than_its_rate() {
        let (rates, start) = ([1.0, 0.01], [0.0; 2]);
        let pace = Pace {
            rates: &rates,
            factor: 1.0,
            start: &start,
        };
        let mut sgd = GradientDescent::default();
        let mut values = start;
        // In rates the gradient is (0.5, 0.04), so η is 2.
        sgd.step(&mut values, &[0.5, 4.0], &pace);
        assert_eq!(values, [-1.0, -2.0 * 0.01 * 0.01 * 4.0]);
        // η stays: half the gradient, half the step.
        sgd.step(&mut values, &[0.25, 0.0], &pace);
        assert_eq!(values[0], -1.5);
    }
}
