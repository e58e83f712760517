//! x
pub mod ad;
pub mod film;
pub mod filter;
pub mod geometry;
pub mod outline;
pub mod paint;
pub mod sampling;
pub mod scene;
