//! Laws of samplers and keys. Each is judged by a hypothesis test at fixed seeds, at a level of
//! 10⁻⁶, or exactly where the law is exact.

mod estimates;
mod hypothesis;
mod keys;
mod laws;
mod names;
mod placement;
mod rates;

pub use hypothesis::uniformity;
