//! Independent uniform points.

use super::Key;

/// Returns point `index` of a pixel.
#[inline]
pub fn pixel_sample(key: Key, index: u32) -> [f64; 2] {
    key.child(u64::from(index)).pair()
}

/// Returns place `index` on a piece of an edge.
#[inline]
pub fn edge_sample(key: Key, index: u32) -> f64 {
    key.child(u64::from(index)).uniform()
}
