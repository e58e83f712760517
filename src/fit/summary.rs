use serde::Serialize;

use super::{FitSettings, ZeroGradient};

/// What a run came to.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// The loss at the start and at the end, of images with more samples than those of the steps.
    pub loss: Losses,
    /// The number of steps made.
    pub iterations: u64,
    /// The wall-clock seconds of all steps.
    pub seconds: f64,
    /// Whether the losses have levelled off; see [`has_converged`](super::has_converged).
    pub converged: bool,
    /// Whether the run was stopped before its last step.
    pub interrupted: bool,
    /// Samples a pixel of the images whose losses these are.
    pub judged_at_spp: u32,
    /// The number of parameters that moved.
    pub parameters: usize,
    /// Whether the gradient is unbiased for the loss of the exact image.
    pub unbiased_gradient: bool,
    /// Derivatives that were exactly 0 in the first step, and why.
    pub zero_gradients: Vec<ZeroGradient>,
    /// All that the run depended on.
    pub settings: FitSettings,
}

/// Losses before and after.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Losses {
    /// At the start.
    pub initial: f64,
    /// At the end.
    #[serde(rename = "final")]
    pub last: f64,
}
