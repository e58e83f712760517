//! Losses: one number for the distance between an image and a target, and its adjoint image;
//! penalties on parameters.

mod penalty;
mod pixel_loss;
mod pyramid;
mod resize;
mod target;

pub use penalty::{Penalty, PenaltyError, Toward};
pub use pixel_loss::{PixelLoss, PixelLossError};
pub use pyramid::Pyramid;
pub use resize::resize;
pub use target::{TargetError, fit_target};
