//! x
pub mod ad;
pub mod cli;
pub mod drawing;
pub mod export;
pub mod film;
pub mod filter;
pub mod geometry;
pub mod integrator;
pub mod loss;
pub mod outline;
pub mod paint;
pub mod sampling;
pub mod scene;
pub mod statistics;
