//! Inverse rendering: the parameters of a scene from a picture of it.
//!
//! [`Fit`] holds a scene, a target and what an optimiser remembers; each [`Fit::step`] renders,
//! differentiates and moves the parameters. The seed of a step is a function of the run's seed and
//! the step's number ([`FitSettings::step_seed`]), and everything else that a step depends on is
//! in its [`State`], so a run that is stopped and resumed gives the same bits as one that is not.
//! [`RunFolder`] keeps the files of a run.
//!
//! ```
//! use reynolds::fit::{Fit, FitSettings};
//! use reynolds::integrator::{Method, Renderer};
//! use reynolds::scene::Scene;
//!
//! let scene = |x: f64| Scene::parse(&format!(r#"{{"version": 1, "canvas": {{"width": 24, "height": 24}},
//!     "shapes": [{{"type": "circle", "id": "disk", "center": [{x}, 12], "radius": 6, "fill": [0, 0, 0]}}]}}"#),
//!     "disk.json", &[]).expect("this is a scene");
//! let there = scene(14.5);
//! let target = Renderer::new(&there, there.render.clone()).with_method(Method::Exact).image();
//!
//! let start = scene(11.0);
//! let settings = FitSettings { steps: 80, params: vec!["disk.center.x".into()], ..FitSettings::of(&start) };
//! let mut fit = Fit::new(start, &target, settings)?;
//! while !fit.is_complete() {
//!     fit.step()?;
//! }
//! fit.set_result();
//! let found = fit.problem().values()[0];
//! assert!((found - 14.5).abs() < 0.01, "{found}");
//! # Ok::<(), reynolds::fit::FitError>(())
//! ```

mod checkpoint;
mod convergence;
mod counterfactual;
mod error;
mod folder;
mod initialize;
mod placement;
mod plot;
mod problem;
mod rates;
mod reach;
mod run;
mod settings;
mod summary;
mod zero_gradient;

pub use checkpoint::{Checkpoint, Output};
pub use convergence::has_converged;
pub use error::{FitError, FolderError};
pub use folder::{RunFolder, Tables};
pub use initialize::{Initial, InitialError, InitialKind};
pub use plot::loss_plot;
pub use problem::{Evaluation, Problem, StageSeconds};
pub use rates::Rates;
pub use run::{Fit, State, StepRecord};
pub use settings::{FitSettings, SeedMode};
pub use summary::{Losses, Summary};
pub use zero_gradient::{Reason, ZeroGradient, zero_gradients};

#[cfg(test)]
mod tests;
