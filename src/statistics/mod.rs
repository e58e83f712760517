//! Means, errors and tests of random results.

mod hypotheses;
mod moments;
mod power_law;
mod student;
mod tail;

pub use hypotheses::{holm, normal_two_sided_p};
pub use moments::RunningMoments;
pub use power_law::{PowerLaw, SquaredErrors, bootstrap_mean, fit_power_law};
pub use student::student_quantile;
pub use tail::hill;
