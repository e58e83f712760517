//! Automatic differentiation: one trait, three scalars.
//!
//! Outlines, transforms and paints are written once, generic in [`Scalar`]. With `f64` they give
//! values, with [`Dual`] directional derivatives (forward mode), with [`Var`] the derivatives of
//! one number with respect to everything that went into it (reverse mode, on a [`Tape`]).

mod dual;
mod scalar;
mod tape;
#[cfg(test)]
mod tests;

pub use dual::Dual;
pub use scalar::Scalar;
pub use tape::{Adjoints, Tape, Var};
