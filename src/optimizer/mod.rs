//! Optimisers: from a gradient to the next values of the parameters.
//!
//! A rate belongs to every parameter: how far a step may carry it, in its own unit (pixels,
//! degrees, parts of a colour). Optimisers work on θ measured in rates, so that a pixel and a
//! hundredth of a colour count alike. After each step [`Constraints`] project the values back to
//! what a scene may have.

mod adam;
mod constraints;
mod gradient_descent;
mod lbfgs;
mod momentum;
mod ordered;
mod schedule;
mod step;

pub use adam::Adam;
pub use constraints::Constraints;
pub use gradient_descent::GradientDescent;
pub use lbfgs::{Lbfgs, LbfgsError};
pub use momentum::Momentum;
pub use ordered::project_to_order;
pub use schedule::{Schedule, ScheduleShape};
pub use step::{Optimizer, OptimizerKind, Pace};
