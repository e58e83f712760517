//! Samplers: pure functions from (seed, pixel or edge, sample) to points of the unit square or
//! the unit interval.
//!
//! There is no generator with a state. A [`Key`] names a place in the computation (a seed, a
//! [`Stream`], a pixel, a sample) and its bits are a hash of that name, so that every number can be
//! drawn in any order and on any thread, with the same bits.

mod antithetic;
mod correlated_multi_jittered;
mod edge_allocation;
mod halton;
mod independent;
mod latin_hypercube;
mod multi_jittered;
mod owen;
mod permutation;
mod random;
mod sampler;
mod sobol;
mod stratified;
mod stratified_antithetic;
mod systematic;
#[cfg(test)]
mod tests;

pub use edge_allocation::EdgeAllocation;
pub use random::{Key, Stream};
pub use sampler::{PixelPattern, Sampler};
