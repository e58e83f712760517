//! Systematic samples: the same relative position, drawn once, in each cell of
//! [stratified](super::stratified) ones.
//!
//! On an interval these are equidistant points with a random shift: the variance falls as `N⁻²` for
//! any smooth integrand, and faster than every power for a periodic one. In the square they are a
//! shifted grid, with the variance `N⁻¹` for smooth integrands: all points deviate together.

use super::Key;
use super::stratified::{self, place};

/// Returns point `index` out of `count` of a pixel.
pub fn pixel_sample(key: Key, index: u32, count: u32) -> [f64; 2] {
    stratified::cell(index, count).point(key.pair())
}

/// Returns place `index` out of `count` on a piece of an edge.
pub fn edge_sample(key: Key, index: u32, count: u32) -> f64 {
    place(index, key.uniform(), count)
}
