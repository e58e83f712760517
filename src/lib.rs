//! x
pub mod ad;
pub mod geometry;
