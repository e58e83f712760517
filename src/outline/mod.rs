//! Outlines: shapes as closed polylines in canvas pixels.
//!
//! An [`OutlinePlan`] fixes, from the current values, how many vertices a shape has and at which
//! curve parameters they lie. With the plan held fixed, [`OutlinePlan::trace`] gives the vertices
//! as smooth functions of the parameters, in any [scalar](crate::ad::Scalar).
//!
//! A family of shapes is one file with two functions, `plan` and `trace`, registered in `plan.rs`.

mod circle;
mod flatten;
mod path;
mod plan;
mod polygon;
mod rect;
pub(crate) mod regular;
#[cfg(test)]
mod tests;
mod vertices;

pub use plan::OutlinePlan;
pub use vertices::{VertexAdjoints, VertexPlaces, Vertices};
