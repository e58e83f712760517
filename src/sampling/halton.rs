//! Halton points in the bases 2 and 3, [Owen-scrambled](super::owen) (Owen, "A randomized Halton
//! algorithm in R", 2017).
//!
//! The first `2^a 3^b` points have one in each rectangle `2^−a × 3^−b`. Any number of points will
//! do, and adding one disturbs less than with nets in base 2.

use super::Key;
use super::owen::{digits, scramble_2, scramble_3};

/// Returns point `index` out of `count` of a pixel.
pub fn pixel_sample(key: Key, index: u32, count: u32) -> [f64; 2] {
    [
        scramble_2(key.child(0), index.reverse_bits(), digits(count, 2)),
        scramble_3(key.child(1), index, digits(count, 3)),
    ]
}
