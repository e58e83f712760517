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
    /// Nothing speaks against the estimator, but a bias could have hidden: too few replicates, or
    /// a difference that does not converge.
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

/// Compares an exact value with a difference: they may be apart by the tolerance or the error of
/// the difference; at a kink the exact value may be anywhere between the two sides.
pub(super) fn agreement(
    exact: f64,
    difference: &Difference,
    kink: bool,
    tolerance: f64,
) -> Agreement {
    let (low, high, error) = if kink {
        let [left, right] = difference.sides;
        (left.min(right), left.max(right), difference.side_error)
    } else {
        (difference.value, difference.value, difference.error)
    };
    let slack = tolerance + 4.0 * error;
    if exact < low - slack || exact > high + slack {
        Agreement::No
    } else if error > MOST_ERROR * tolerance {
        Agreement::Unknown
    } else {
        Agreement::Yes
    }
}

/// A difference whose error is more than this many tolerances tells nothing.
const MOST_ERROR: f64 = 1e4;
