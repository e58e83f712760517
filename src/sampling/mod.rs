//! Samplers: pure functions from (seed, pixel or edge, sample) to points of the unit square or
//! the unit interval.
//!
//! There is no generator with a state. A [`Key`] names a place in the computation (a seed, a
//! [`Stream`], a pixel, a sample) and its bits are a hash of that name, so that every number can be
//! drawn in any order and on any thread, with the same bits.

mod independent;
mod random;
mod sampler;
mod stratified;
#[cfg(test)]
mod tests;

pub use random::{Key, Stream};
pub use sampler::{PixelPattern, Sampler};
