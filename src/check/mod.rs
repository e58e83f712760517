//! Estimators held against the truth, parameter by parameter.
//!
//! Three numbers for each parameter θ are the derivative of `Σ w·I` for a fixed weight image w:
//! the mean of the estimator over independent replicates, the value of the
//! [exact integrator](crate::integrator::exact), and a finite difference of the exact image. The
//! second is trusted where the third agrees, the first where it agrees with the second.

mod difference;
mod panels;
mod parameter;
mod report;
mod run;
mod weights;

pub use difference::{Difference, differentiate};
pub use panels::panels;
pub use report::{Report, Row, Verdict};
pub use run::{Plan, run};
pub use weights::weights;
