use serde::Serialize;

use super::Difference;
use crate::integrator::SampleCounts;

/// What a check found.
#[derive(Clone, Debug)]
pub struct Report {
    /// One row a parameter, in order.
    pub rows: Vec<Row>,
    /// How many replicates there were.
    pub replicates: u64,
    /// How many samples they took.
    pub samples: SampleCounts,
    /// The largest probability that a correct estimator fails the check.
    pub level: f64,
}

/// What a check found about one parameter. All values are derivatives of `Σ w·I`.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The name of the parameter.
    pub parameter: String,
    /// The mean of the estimator over the replicates.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The exact value.
    pub exact: f64,
    /// `Σ |w ∂I|`: the size that the derivative would have if nothing cancelled.
    pub size: f64,
    /// What biases are small against: `size`, or the root mean square of the exact derivatives by
    /// all parameters of its kind if that is larger.
    pub scale: f64,
    /// The finite difference of the exact image.
    pub difference: f64,
    /// The estimated error of the difference.
    pub difference_error: f64,
    /// The smallest step of the difference.
    pub step: f64,
    /// The one-sided differences, where they differ.
    pub kink: Option<[f64; 2]>,
    /// The derivative with coincident edges pulled apart, looked at where `exact` is not between
    /// the sides of a kink.
    pub pulled_apart: Option<f64>,
    /// The deviation in standard errors; none where the estimator has no variance.
    pub z: Option<f64>,
    /// The probability of a deviation that large.
    pub p_value: f64,
    /// A bias of this size would have been found with 95% probability.
    pub visible_bias: f64,
    /// What follows.
    pub verdict: Verdict,
}

/// What follows for a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// A bias above half a percent of the scale would have been seen, and was not.
    Pass,
    /// Nothing speaks against the estimator, but a bias could have hidden: too few replicates, an
    /// outline that no sample met, or a difference that does not converge.
    Inconclusive,
    /// The estimator is biased.
    Biased,
    /// The exact integrator disagrees with the finite difference of its image.
    ExactDiffers,
}

impl Report {
    /// Tells whether every parameter passed.
    pub fn passes(&self) -> bool {
        self.rows.iter().all(|row| row.verdict == Verdict::Pass)
    }
}

/// Whether an exact value and a difference are the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    Yes,
    No,
    /// The difference is too inexact to tell.
    Unknown,
}

/// Compares an exact value with a difference: they may be apart by the tolerance and the error of
/// the difference; at a kink the exact value may be anywhere between the two sides.
///
/// A value that one side confirms is between the two, however inexact the other is: of a shape that
/// is thinner than the smallest step, the side to which it turns inside out has no series in h.
pub(super) fn agreement(
    exact: f64,
    difference: &Difference,
    kink: bool,
    tolerance: f64,
) -> Agreement {
    let ends = if kink {
        let [left, right] = difference.sides;
        let [left_error, right_error] = difference.side_errors;
        [(left, left_error), (right, right_error)]
    } else {
        [(difference.value, difference.error); 2]
    };
    let slack = |error: f64| tolerance + 4.0 * error;
    let is_sharp = |error: f64| error <= MOST_ERROR * tolerance;
    let confirms =
        |&(end, error): &(f64, f64)| is_sharp(error) && (exact - end).abs() <= slack(error);
    if ends.iter().any(confirms) {
        return Agreement::Yes;
    }
    let [low, high] = match ends {
        [left, right] if left.0 <= right.0 => [left, right],
        [left, right] => [right, left],
    };
    if exact < low.0 - slack(low.1) || exact > high.0 + slack(high.1) {
        Agreement::No
    } else if exact >= low.0 + slack(low.1) && exact <= high.0 - slack(high.1) {
        Agreement::Yes
    } else {
        Agreement::Unknown
    }
}

/// A difference whose error is more than this many tolerances tells nothing.
const MOST_ERROR: f64 = 1e4;

#[cfg(test)]
mod tests {
    use super::*;

    const TOLERANCE: f64 = 1e-7;

    fn at_kink(exact: f64, side_errors: [f64; 2]) -> Agreement {
        let difference = Difference {
            value: 0.0,
            error: 1.0,
            step: 1e-3,
            sides: [-2.0, 3.0],
            side_errors,
            side_steps: [1e-3; 2],
        };
        agreement(exact, &difference, true, TOLERANCE)
    }

    #[test]
    fn a_value_at_a_kink_is_between_the_sides() {
        let sharp = [1e-9; 2];
        for exact in [-2.0, 3.0, 0.5] {
            assert_eq!(at_kink(exact, sharp), Agreement::Yes);
        }
        for exact in [-2.001, 3.001] {
            assert_eq!(at_kink(exact, sharp), Agreement::No);
        }
    }

    #[test]
    fn a_blunt_side_neither_confirms_nor_refutes_what_is_near_it() {
        let blunt = [1e-9, 0.1];
        assert_eq!(at_kink(-2.0, blunt), Agreement::Yes);
        assert_eq!(at_kink(-2.001, blunt), Agreement::No);
        assert_eq!(at_kink(0.5, blunt), Agreement::Yes);
        for exact in [2.9, 3.1] {
            assert_eq!(at_kink(exact, blunt), Agreement::Unknown);
        }
        assert_eq!(at_kink(3.5, blunt), Agreement::No);
    }

    #[test]
    fn without_a_kink_both_are_one_number() {
        let of = |exact: f64, error: f64| {
            let difference = Difference {
                value: 1.0,
                error,
                step: 1e-3,
                sides: [1.0; 2],
                side_errors: [error; 2],
                side_steps: [1e-3; 2],
            };
            agreement(exact, &difference, false, TOLERANCE)
        };
        assert_eq!(of(1.0 + 0.9 * TOLERANCE, 0.0), Agreement::Yes);
        assert_eq!(of(1.0 + 1.1 * TOLERANCE, 0.0), Agreement::No);
        assert_eq!(of(1.0, 0.1), Agreement::Unknown);
        assert_eq!(of(1.5, 0.1), Agreement::No);
    }
}
