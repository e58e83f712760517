//! What the tests of the renderer's truth share: scenes, weight images, finite differences of the
//! exact image, and the verdict on random estimates.

#![allow(dead_code, unused_imports, reason = "each test file uses a part")]

mod differences;
mod estimates;
mod frozen;
mod gallery;
mod images;
mod judge;
mod laws;
mod scenes;

pub use differences::{Derivative, derivative, one_sided};
pub use estimates::{Estimate, assert_unbiased, find_bias, vjp_estimates};
pub use frozen::FrozenScene;
pub use gallery::{budget, gallery, selection, shrunk};
pub use images::{channel_sum, dot, largest_difference, noise, ones, smooth_weights, uniform};
pub use judge::{Case, Findings, LEVEL, Term, bennett, estimate, intact, judge, replicate, truth};
pub use laws::check_laws;
pub use scenes::{GENERIC, RINGS, exact, find, generic_scenes, scene, scene_on, square};
