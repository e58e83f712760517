//! Losses: one number for the distance between an image and a target, and its adjoint image.

mod pixel_loss;
mod target;

pub use pixel_loss::PixelLoss;
pub use target::{TargetError, fit_target};
