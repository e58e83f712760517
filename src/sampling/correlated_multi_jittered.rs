//! Correlated multi-jittered samples (Kensler, Pixar Technical Memo 13-01, 2013).
//!
//! As [multi-jittered](super::multi_jittered), but one permutation serves all rows and one all
//! columns. Points keep further apart. For smooth integrands that are no sum of functions of x and
//! of y the variance falls as `N^(−3/2)` only, where multi-jittered points give `N⁻²`: all points
//! of a row deviate from the middle of their cells in the same direction.

use super::Key;
use super::multi_jittered::{COLUMNS, Grid, ROWS};
use super::permutation::permute;

/// Returns point `index` out of `count` of a pixel.
pub fn pixel_sample(key: Key, index: u32, count: u32) -> [f64; 2] {
    let grid = Grid::new(count);
    let (row, place) = (index / grid.columns, index % grid.columns);
    let column = permute(key.child(ROWS), place, grid.columns);
    let part = permute(key.child(COLUMNS), row, grid.rows);
    grid.point(key, (index, count), column, part)
}
