//! Means, errors and tests of random results.

mod hypotheses;
mod moments;

pub use hypotheses::{holm, normal_two_sided_p};
pub use moments::RunningMoments;
