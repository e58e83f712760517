use std::fmt;

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Adam, GradientDescent, Lbfgs, Momentum};

/// The optimisers there are.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, ValueEnum, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lowercase")]
pub enum OptimizerKind {
    /// Along the gradient.
    Sgd,
    /// Along a sum of all gradients so far that fades by 0.9 a step (Polyak's heavy ball).
    Momentum,
    /// The same, looking one step ahead (Nesterov).
    Nesterov,
    /// Along the mean gradient divided by its root mean square (Kingma and Ba).
    #[default]
    Adam,
    /// Adam with a decay towards the start (Loshchilov and Hutter).
    Adamw,
    /// Quasi-Newton with a line search (L-BFGS); for the exact method only.
    Lbfgs,
}

impl fmt::Display for OptimizerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value().expect("no optimiser is hidden");
        f.pad(value.get_name())
    }
}

/// An optimiser with all that it remembers from step to step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Optimizer {
    /// [`OptimizerKind::Sgd`].
    Sgd(GradientDescent),
    /// [`OptimizerKind::Momentum`] and [`OptimizerKind::Nesterov`].
    Momentum(Momentum),
    /// [`OptimizerKind::Adam`] and [`OptimizerKind::Adamw`].
    Adam(Adam),
    /// [`OptimizerKind::Lbfgs`], which does not step along a gradient that it is given.
    Lbfgs(Lbfgs),
}

impl Optimizer {
    /// Returns an optimiser of `count` parameters before its first step. `decay` is the part of
    /// the way to the start that `adamw` goes back in a step; the others ignore it.
    pub fn new(kind: OptimizerKind, count: usize, decay: f64) -> Self {
        match kind {
            OptimizerKind::Sgd => Self::Sgd(GradientDescent::default()),
            OptimizerKind::Momentum => Self::Momentum(Momentum::new(count, false)),
            OptimizerKind::Nesterov => Self::Momentum(Momentum::new(count, true)),
            OptimizerKind::Adam => Self::Adam(Adam::new(count, 0.0)),
            OptimizerKind::Adamw => Self::Adam(Adam::new(count, decay)),
            OptimizerKind::Lbfgs => Self::Lbfgs(Lbfgs::default()),
        }
    }

    /// Changes values along a gradient. `rates` say how far, `factor` is that of the schedule,
    /// `start` are the values before the first step.
    ///
    /// # Panics
    /// If the slices differ in length, or the optimiser is L-BFGS.
    pub fn step(&mut self, values: &mut [f64], gradient: &[f64], pace: &Pace<'_>) {
        match self {
            Self::Sgd(sgd) => sgd.step(values, gradient, pace),
            Self::Momentum(momentum) => momentum.step(values, gradient, pace),
            Self::Adam(adam) => adam.step(values, gradient, pace),
            Self::Lbfgs(_) => panic!("L-BFGS evaluates the loss itself"),
        }
    }
}

/// How far a step goes.
#[derive(Clone, Copy, Debug)]
pub struct Pace<'a> {
    /// The rate of each parameter, in its unit.
    pub rates: &'a [f64],
    /// The factor of the schedule.
    pub factor: f64,
    /// The values before the first step.
    pub start: &'a [f64],
}

/// Returns the number by which gradients are multiplied so that this one, measured in rates, moves
/// no parameter further than its rate; 0 for a gradient of zeros.
pub(super) fn unit_scale(gradient: &[f64], rates: &[f64]) -> f64 {
    let pairs = gradient.iter().zip(rates);
    let largest = pairs.map(|(g, rate)| (g * rate).abs()).fold(0.0, f64::max);
    if largest > 0.0 { 1.0 / largest } else { 0.0 }
}
