use serde::Serialize;

use super::Difference;

/// What a check found.
#[derive(Clone, Debug)]
pub struct Report {
    /// One row a parameter, in order.
    pub rows: Vec<Row>,
    /// How many replicates there were.
    pub replicates: u64,
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
    /// Nothing speaks against the estimator.
    Pass,
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

    /// Returns the largest derivative: what small ones are measured against.
    pub fn scale(&self) -> f64 {
        scale(self.rows.iter().map(|row| row.exact))
    }
}

pub(super) fn scale(values: impl Iterator<Item = f64>) -> f64 {
    values.map(f64::abs).fold(0.0, f64::max)
}

/// Tells whether an exact value agrees with a difference: within its error or a relative 1e-7 of
/// the scale; at a kink, anywhere between the two sides.
pub(super) fn agrees(exact: f64, difference: &Difference, scale: f64) -> bool {
    let tolerance = RELATIVE * exact.abs().max(RELATIVE_TO_SCALE * scale);
    let [left, right] = difference.sides;
    if difference.is_kink(tolerance) {
        let slack = tolerance + difference.side_error;
        return left.min(right) - slack <= exact && exact <= left.max(right) + slack;
    }
    (exact - difference.value).abs() <= tolerance + 4.0 * difference.error
}

/// How well an exact value and a difference agree where nothing is wrong.
const RELATIVE: f64 = 1e-7;
/// Derivatives smaller than this part of the largest are measured against that part.
const RELATIVE_TO_SCALE: f64 = 1e-2;
