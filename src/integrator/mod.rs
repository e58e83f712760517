//! Integrators: code that produces estimates of the image and of its derivatives.
//!
//! A pixel is `I_p(θ) = ∫ k(x − x_p) f(x; θ) dx`; its derivative has two terms,
//!
//! ```text
//! ∂I/∂θ = ∫ k ∂f/∂θ dx  +  ∫_Γ k J (v·n) dl,    J = f⁻ − f⁺,  n from − to +,  v = ∂γ/∂θ
//! ```
//!
//! [`interior`] estimates the image and the first term from samples in pixels, [`boundary`] the
//! second from samples on edges; [`exact`] computes all three without sampling. All work on tiles in parallel and merge in a fixed order, so one
//! seed gives the same bits on any number of threads.

mod allocation;
mod arc;
mod arc_jump;
pub mod boundary;
mod covers;
mod edge_lanes;
mod edge_piece;
pub(crate) mod edge_sample;
pub mod exact;
pub mod interior;
pub(crate) mod jump;
mod lanes;
mod mutation;
mod pilot;
mod pixel_jumps;
mod pixel_samples;
mod renderer;
mod sample_list;
pub(crate) mod splat;
mod stack;
mod tangent;

pub use crate::estimator::Method;
#[doc(hidden)]
pub use mutation::Mutation;
pub use renderer::{Renderer, SampleCounts};
pub use tangent::Tangent;
