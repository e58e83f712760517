//! Estimators of the derivative of the image, one a file.
//!
//! All estimate `∂I/∂θ = ∫ k ∂f/∂θ dx + ∫_Γ k J (v·n) dl`. They differ in where they put samples
//! and in what they assume:
//!
//! | name | samples | bias | assumes |
//! |---|---|---|---|
//! | [`edge`] | in pixels and on edges | none | jumps can be evaluated on edges |
//! | [`interior`] | in pixels | the boundary term | nothing moves |
//! | [`exact`] | none | none | regions can be cut |
//! | [`finite_difference`] | in pixels, at two θ | O(h²), O(h) | the image can be drawn at any θ |
//! | [`spsa`], [`smoothing`] | in pixels, at random θ | O(c²), O(σ²) | the same |
//! | [`thin_band`] | in pixels, within ε of edges | O(ε²) | the filter varies little over ε |
//! | [`soft`] | in pixels, of another image | O(τ²) | shapes wider than some τ |
//! | [`warped_area`] | in pixels | none | edges that meet move together |
//! | [`fiber`] | on random lines | none | crossings with edges can be found |
//!
//! [`Method`] names one of them with its settings, as `--method` does. The trait [`Estimator`] is
//! what they have in common. Steps in parameters (h, c, σ) are multiples of the [unit
//! step](unit_step) of each.

mod closest_outline;
mod common;
pub mod edge;
pub mod exact;
pub mod fiber;
pub mod field;
pub mod finite_difference;
mod interface;
pub mod interior;
mod locality;
mod method;
mod outline_pieces;
mod parse;
mod perturbation;
mod samples;
mod setting;
pub mod smoothing;
pub mod soft;
pub mod spsa;
#[cfg(test)]
mod tests;
pub mod thin_band;
pub mod warped_area;

pub use common::unit_step;
pub use interface::Estimator;
pub use method::Method;
pub use parse::MethodError;
pub use setting::Setting;
