use std::f64::consts::PI;
use std::fmt;

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How learning rates fall over a run.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, ValueEnum, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lowercase")]
pub enum ScheduleShape {
    /// Not at all.
    Constant,
    /// By half a period of a cosine.
    #[default]
    Cosine,
    /// By the same factor every step.
    Exponential,
    /// As 1/k.
    Inverse,
}

impl fmt::Display for ScheduleShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value().expect("no schedule is hidden");
        f.pad(value.get_name())
    }
}

/// The factor on all learning rates, step by step.
///
/// It is 1 for a part h of the steps. With t from 0 there to 1 at the last step, it falls from 1 to e: `cosine` as
/// e + (1 − e)(1 + cos πt)/2, `exponential` as eᵗ, `inverse` as 1/(1 + (1/e − 1) t). `constant` is
/// 1 throughout.
///
/// ```
/// use reynolds::optimizer::{Schedule, ScheduleShape};
/// let schedule = Schedule { shape: ScheduleShape::Inverse, steps: 100, hold: 0.5, end: 0.01 };
/// assert_eq!(schedule.factor(50), 1.0);
/// assert!((schedule.factor(100) - 0.01).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// The shape.
    pub shape: ScheduleShape,
    /// The number of steps; later ones keep the last factor.
    pub steps: u64,
    /// h, the part of the steps before rates fall, in [0, 1].
    pub hold: f64,
    /// e, the factor after the last step, in (0, 1].
    pub end: f64,
}

impl Schedule {
    /// Returns the factor of a step, counted from 0.
    pub fn factor(&self, step: u64) -> f64 {
        let done = (step as f64 / self.steps.max(1) as f64).min(1.0);
        if done <= self.hold {
            return 1.0;
        }
        let t = (done - self.hold) / (1.0 - self.hold);
        let end = self.end;
        match self.shape {
            ScheduleShape::Constant => 1.0,
            ScheduleShape::Cosine => end + (1.0 - end) * 0.5 * (1.0 + (PI * t).cos()),
            ScheduleShape::Exponential => end.powf(t),
            ScheduleShape::Inverse => 1.0 / (1.0 + (1.0 / end - 1.0) * t),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_fall_from_one_to_the_end() {
        for &shape in ScheduleShape::value_variants() {
            let schedule = Schedule {
                shape,
                steps: 50,
                hold: 0.2,
                end: 0.02,
            };
            let factors: Vec<f64> = (0..=50).map(|step| schedule.factor(step)).collect();
            assert_eq!(factors[..=10], [1.0; 11], "{shape}");
            assert!(factors.is_sorted_by(|a, b| a >= b), "{shape}: {factors:?}");
            let last = if shape == ScheduleShape::Constant {
                1.0
            } else {
                0.02
            };
            assert!((factors[50] - last).abs() < 1e-15, "{shape}");
            assert_eq!(schedule.factor(70), factors[50], "{shape}");
        }
    }
}
