use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::Rates;
use crate::integrator::Method;
use crate::loss::{Penalty, PixelLoss};
use crate::optimizer::{OptimizerKind, Schedule, ScheduleShape};
use crate::sampling::{Key, Stream};
use crate::scene::{RenderSettings, Scene};

/// How to fit a scene: all that a run depends on besides the scene and its target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitSettings {
    /// Globs of the parameters that move; all if there is none.
    pub params: Vec<String>,
    /// The number of steps.
    pub steps: u64,
    /// The optimiser.
    pub optimizer: OptimizerKind,
    /// The part of the way back to the start that `adamw` goes in a step.
    pub decay: f64,
    /// The loss.
    pub loss: PixelLoss,
    /// What is added to the loss.
    pub penalties: Vec<Penalty>,
    /// Learning rates.
    pub rates: Rates,
    /// How they fall.
    pub schedule: ScheduleShape,
    /// The part of the steps before they fall.
    pub hold: f64,
    /// The factor on them after the last step.
    pub end: f64,
    /// Whether each step has random numbers of its own.
    pub seed_mode: SeedMode,
    /// How image and derivative are computed.
    pub method: Method,
    /// Budgets, sampler, filter, seed.
    pub render: RenderSettings,
}

/// Whether each step of a fit has random numbers of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lowercase")]
pub enum SeedMode {
    /// New samples in each step: the gradient is unbiased in every step, and its noise averages
    /// out over steps.
    #[default]
    Fresh,
    /// The same samples in each step: a deterministic descent, to a place that is off by what
    /// these samples are off.
    Fixed,
}

impl FitSettings {
    /// Returns the defaults, with what the scene says about its fit and its rendering.
    pub fn of(scene: &Scene) -> Self {
        let fit = &scene.fit;
        Self {
            params: fit.params.clone(),
            steps: fit.steps.unwrap_or(300),
            optimizer: fit.optimizer.unwrap_or_default(),
            decay: 0.01,
            loss: fit.loss.unwrap_or_default(),
            penalties: fit.penalties.clone(),
            rates: Rates {
                by_glob: fit.rates.clone(),
                ..Rates::default()
            },
            schedule: fit.schedule.unwrap_or_default(),
            hold: 0.8,
            end: 1e-3,
            seed_mode: SeedMode::default(),
            method: Method::default(),
            render: scene.render.clone(),
        }
    }

    /// Returns the seed of a step, counted from 0.
    ///
    /// Image, interior and boundary term of the step draw from separate streams of it, so they are
    /// independent. `reynolds grad --seed` with this seed gives the same gradient.
    pub fn step_seed(&self, step: u64) -> u64 {
        let root = Key::new(self.render.seed, Stream::Replicate);
        match self.seed_mode {
            SeedMode::Fresh => root.child(step).bits(),
            SeedMode::Fixed => root.child(0).bits(),
        }
    }

    /// Returns the factors on learning rates.
    pub fn schedule(&self) -> Schedule {
        Schedule {
            shape: self.schedule,
            steps: self.steps,
            hold: self.hold,
            end: self.end,
        }
    }
}
