use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::{Evaluation, FitError, FitSettings, Problem, has_converged};
use crate::film::Image;
use crate::integrator::Method;
use crate::optimizer::{Constraints, Lbfgs, LbfgsError, Optimizer, OptimizerKind, Pace};
use crate::scene::Scene;

/// The part of the steps at the end of a run over which values are averaged.
const AVERAGED: f64 = 0.2;

/// A fit in progress.
#[derive(Debug)]
pub struct Fit {
    settings: FitSettings,
    problem: Problem,
    constraints: Constraints,
    rates: Vec<f64>,
    start: Vec<f64>,
    state: State,
}

/// All that a run remembers from step to step; stored and read back it is the same to the bit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The values of the moving parameters.
    values: Vec<f64>,
    /// What the optimiser remembers.
    optimizer: Optimizer,
    /// The mean of the values over the last part of the run, and over how many steps.
    mean: Option<(Vec<f64>, u64)>,
    /// One record a step.
    history: Vec<StepRecord>,
    /// Whether L-BFGS found no way down.
    stalled: bool,
}

/// What happened in a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    /// The loss before the step.
    pub loss: f64,
    /// The length of its gradient.
    pub gradient_norm: f64,
    /// The wall-clock seconds that it took.
    pub seconds: f64,
}

impl Fit {
    /// Returns a fit of a scene to a target before its first step.
    ///
    /// # Errors
    /// If target, globs and optimiser do not fit the scene.
    pub fn new(scene: Scene, target: &Image, settings: FitSettings) -> Result<Self, FitError> {
        if settings.optimizer == OptimizerKind::Lbfgs && !is_deterministic(&settings) {
            return Err(FitError::NoisyLineSearch);
        }
        let mut problem = Problem::new(scene, target, &settings)?;
        let constraints = Constraints::new(problem.scene(), problem.moving());
        let rates = settings
            .rates
            .of(&problem.scene().parameters, problem.moving())
            .map_err(|source| FitError::Select {
                what: "a learning rate",
                source,
            })?;
        let start = problem.values();
        let mut values = start.clone();
        constraints.project(&mut values);
        problem.set(&values);
        let state = State {
            optimizer: Optimizer::new(settings.optimizer, values.len(), settings.decay),
            values,
            mean: None,
            history: Vec::new(),
            stalled: false,
        };
        Ok(Self {
            settings,
            problem,
            constraints,
            rates,
            start,
            state,
        })
    }

    /// Returns the fit at a state that it was in before.
    ///
    /// # Errors
    /// If the state belongs to another fit.
    pub fn with_state(mut self, state: State) -> Result<Self, FitError> {
        let (stored, moving) = (state.values.len(), self.start.len());
        if stored != moving {
            return Err(FitError::Mismatch { stored, moving });
        }
        self.problem.set(&state.values);
        self.state = state;
        Ok(self)
    }

    /// Makes a step and returns what it saw.
    ///
    /// # Errors
    /// If the loss or a derivative is not finite; the fit is as it was before.
    pub fn step(&mut self) -> Result<Evaluation, FitError> {
        let clock = Instant::now();
        let mut values = self.state.values.clone();
        let attempt = if let Optimizer::Lbfgs(lbfgs) = &self.state.optimizer {
            let mut lbfgs = lbfgs.clone();
            let attempt = self.line_search(&mut lbfgs, &mut values);
            if attempt.is_ok() {
                self.state.optimizer = Optimizer::Lbfgs(lbfgs);
            }
            attempt
        } else {
            self.descend(&mut values)
        };
        if attempt.is_ok() {
            self.state.values = values;
        }
        // Wherever the last evaluation was, the scene is at the values of the state.
        self.problem.set(&self.state.values);
        let evaluation = attempt?;
        self.state.history.push(StepRecord {
            loss: evaluation.loss,
            gradient_norm: norm(&evaluation.gradient),
            seconds: clock.elapsed().as_secs_f64(),
        });
        self.update_mean();
        Ok(evaluation)
    }

    /// Takes the present values into the mean, if the run is in its last part.
    fn update_mean(&mut self) {
        let first = (self.settings.steps as f64 * (1.0 - AVERAGED)).ceil() as u64;
        if is_deterministic(&self.settings) || self.steps_made() < first {
            self.state.mean = None;
            return;
        }
        let values = &self.state.values;
        let (mean, count) = self.state.mean.get_or_insert((vec![0.0; values.len()], 0));
        *count += 1;
        for (mean, value) in mean.iter_mut().zip(values) {
            *mean += (value - *mean) / *count as f64;
        }
    }

    /// Sets the scene to the result of a complete run.
    ///
    /// From samples it is the mean of the values over the last fifth of the steps: it has much
    /// less noise than the last values (Polyak and Juditsky, "Acceleration of stochastic
    /// approximation by averaging", SIAM Journal on Control and Optimization 30, 1992). The sets
    /// that values have to stay in are convex, so it is in them too. Without sampling, and before
    /// the run is complete, it is the last values.
    pub fn set_result(&mut self) {
        match &self.state.mean {
            Some((mean, _)) if self.is_complete() => {
                let mut mean = mean.clone();
                // Rounding may carry a mean over a bound by a hair.
                self.constraints.project(&mut mean);
                self.problem.set(&mean);
            }
            _ => self.problem.set(&self.state.values),
        }
    }

    fn descend(&mut self, values: &mut [f64]) -> Result<Evaluation, FitError> {
        let step = self.steps_made();
        let seed = self.settings.step_seed(step);
        let evaluation = self.problem.evaluate(values, seed);
        check(&self.problem, &evaluation, step, seed)?;
        let pace = Pace {
            rates: &self.rates,
            factor: self.settings.schedule().factor(step),
            start: &self.start,
        };
        let optimizer = &mut self.state.optimizer;
        optimizer.step(values, &evaluation.gradient, &pace);
        self.constraints.project(values);
        Ok(evaluation)
    }

    fn line_search(
        &mut self,
        lbfgs: &mut Lbfgs,
        values: &mut [f64],
    ) -> Result<Evaluation, FitError> {
        let step = self.steps_made();
        let seed = self.settings.step_seed(step);
        let problem = &mut self.problem;
        let mut evaluate = |values: &[f64]| {
            let evaluation = problem.evaluate(values, seed);
            check(problem, &evaluation, step, seed)?;
            Ok((evaluation.loss, evaluation.gradient))
        };
        let (loss, gradient) = lbfgs.evaluate(values, &mut evaluate)?;
        match lbfgs.step(values, &self.rates, &self.constraints, &mut evaluate) {
            Err(LbfgsError::Evaluation(error)) => return Err(error),
            Err(LbfgsError::NoDescent) => self.state.stalled = true,
            Ok(()) => {}
        }
        Ok(Evaluation { loss, gradient })
    }

    /// Tells whether all steps are made, or there is no way down.
    pub fn is_complete(&self) -> bool {
        self.state.stalled || self.steps_made() >= self.settings.steps
    }

    /// Tells whether the losses have levelled off; see [`has_converged`].
    pub fn has_converged(&self) -> bool {
        let losses: Vec<f64> = self.state.history.iter().map(|step| step.loss).collect();
        self.state.stalled || has_converged(&losses)
    }

    /// Returns the settings.
    pub fn settings(&self) -> &FitSettings {
        &self.settings
    }

    /// Returns the problem, with the scene at its present values.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Returns the problem for rendering its pictures.
    pub fn problem_mut(&mut self) -> &mut Problem {
        &mut self.problem
    }

    /// Returns the scene at its present values.
    pub fn scene(&self) -> &Scene {
        self.problem.scene()
    }

    /// Returns the values of the moving parameters.
    pub fn values(&self) -> &[f64] {
        &self.state.values
    }

    /// Returns the values before the first step.
    pub fn start(&self) -> &[f64] {
        &self.start
    }

    /// Tells whether the gradients of the steps are unbiased for the loss of the exact image.
    pub fn has_unbiased_gradient(&self) -> bool {
        match self.settings.method {
            Method::Exact => true,
            Method::Edge | Method::WarpedArea(_) | Method::Fiber => {
                self.settings.loss.has_unbiased_gradient()
            }
            Method::Interior
            | Method::FiniteDifference(_)
            | Method::Smoothing(_)
            | Method::Spsa(_)
            | Method::ThinBand(_)
            | Method::Soft(_) => false,
        }
    }

    /// Returns the learning rates of the moving parameters.
    pub fn rates(&self) -> &[f64] {
        &self.rates
    }

    /// Returns all that has to be stored.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Returns how many steps have been made.
    pub fn steps_made(&self) -> u64 {
        self.state.history.len() as u64
    }

    /// Returns the records of all steps.
    pub fn history(&self) -> &[StepRecord] {
        &self.state.history
    }
}

impl State {
    /// Returns the records of all steps.
    pub fn history(&self) -> &[StepRecord] {
        &self.history
    }
}

/// Tells whether every evaluation at one place gives the same number: the line search compares
/// losses.
fn is_deterministic(settings: &FitSettings) -> bool {
    settings.method == Method::Exact
}

fn norm(gradient: &[f64]) -> f64 {
    gradient.iter().map(|g| g * g).sum::<f64>().sqrt()
}

/// Checks that loss and gradient are finite, and the gradient's length.
fn check(problem: &Problem, evaluation: &Evaluation, step: u64, seed: u64) -> Result<(), FitError> {
    let error = |what: String, value: f64| FitError::NotFinite {
        what,
        value,
        step,
        seed,
    };
    let slopes = evaluation.gradient.iter().zip(problem.moving());
    for (&slope, &id) in slopes {
        if !slope.is_finite() {
            let name = &problem.scene().parameters[id].name;
            return Err(error(format!("the derivative of {name}"), slope));
        }
    }
    if !evaluation.loss.is_finite() {
        return Err(error("the loss".into(), evaluation.loss));
    }
    let norm = norm(&evaluation.gradient);
    if norm.is_finite() {
        Ok(())
    } else {
        Err(error("the length of the gradient".into(), norm))
    }
}
