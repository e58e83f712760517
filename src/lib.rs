//! x
pub mod ad;
pub mod export;
pub mod film;
pub mod filter;
pub mod geometry;
pub mod sampling;
pub mod scene;
pub mod statistics;
