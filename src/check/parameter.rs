use crate::scene::{ParameterId, ParameterKind, Scene};
use crate::statistics::RunningMoments;

/// A parameter of the plan with what is known of its derivative.
pub(super) struct Parameter {
    pub(super) id: ParameterId,
    /// The exact value.
    pub(super) exact: f64,
    /// `Σ |w ∂I|`: the size that the derivative would have if nothing cancelled.
    pub(super) size: f64,
    /// The root mean square of the exact derivatives by all parameters of its kind.
    pub(super) typical: f64,
    /// The part of the variance of one estimate that is known.
    pub(super) variance: f64,
}

impl Parameter {
    /// What biases are small against: the size, or what is typical for the kind if that is larger.
    ///
    /// Parameters of a kind have one unit, so their derivatives form a vector g with a length. With
    /// every bias of the n of them below ε times their root mean square, √(Σ g²/n), the length of
    /// the bias is below ε |g|: a bias of that relative size in the gradient is what a descent
    /// would notice. To ask for ε of each derivative alone would ask for more the less a parameter
    /// matters, and without end where its terms cancel: two edges on one line have a derivative of
    /// size 0, of which no sample knows.
    pub(super) fn scale(&self) -> f64 {
        self.size.max(self.typical)
    }

    /// The standard error of the mean of the replicates. What is known of the variance is a lower
    /// bound where they missed a rare event.
    pub(super) fn error_of_mean(&self, moments: &RunningMoments) -> f64 {
        let variance = moments.variance().max(self.variance);
        (variance / moments.count() as f64).sqrt()
    }
}

/// The root mean square of the derivatives by all parameters of a kind.
pub(super) fn typical(scene: &Scene, kind: ParameterKind, gradient: &[f64]) -> f64 {
    let of_kind = scene.parameters.iter().filter(|(_, p)| p.kind == kind);
    let squares: RunningMoments = of_kind
        .map(|(id, _)| gradient[id.index()].powi(2))
        .collect();
    squares.mean().sqrt()
}
