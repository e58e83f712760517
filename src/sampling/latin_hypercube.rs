//! Latin hypercube samples (McKay, Beckman and Conover, Technometrics 21, 1979).
//!
//! One point in each of `count` rows of the square and one in each of as many columns, paired at
//! random. What is a sum of functions of x and of y is integrated with the variance `N⁻³`, other
//! integrands with `N⁻¹`.

use super::Key;
use super::permutation::permute;
use super::random::below_one;

/// The child of a pixel's key that permutes; samples are numbered from 0 to 2³².
const COLUMNS: u64 = 1 << 40;

/// Returns point `index` out of `count` of a pixel: a uniform point of row `index`.
pub fn pixel_sample(key: Key, index: u32, count: u32) -> [f64; 2] {
    let column = permute(key.child(COLUMNS), index, count);
    let [u, v] = key.child(u64::from(index)).pair();
    let n = f64::from(count);
    [(f64::from(column) + u) / n, (f64::from(index) + v) / n].map(below_one)
}
