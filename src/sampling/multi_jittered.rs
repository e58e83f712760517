//! Multi-jittered samples (Chiu, Shirley and Wang, "Multi-jittered sampling", Graphics Gems IV,
//! 1994): stratified in cells and in each coordinate at once.
//!
//! The square has `m = ⌊√N⌋` columns and `n = ⌈N/m⌉` rows. Going through the points row by row,
//! point s has the s-th of N equal intervals in y. Within its row, a random permutation sends it to
//! a column; within its column, another one sends its row to one of n equal intervals in x. Where
//! `N = m n`, every cell, every one of N intervals in x and of N in y holds one point. Otherwise the
//! last row is not full (Kensler's way with such counts): intervals in y hold one point each, cells
//! and intervals in x at most one. In either case x is uniform given the interval in y, so estimates
//! are unbiased.

use super::Key;
use super::permutation::permute;
use super::random::below_one;

/// Children of a pixel's key other than samples, which are numbered from 0 to 2³².
pub const ROWS: u64 = 1 << 40;
/// See [`ROWS`].
pub const COLUMNS: u64 = 2 << 40;

/// The columns and rows of a number of points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    pub columns: u32,
    pub rows: u32,
}

impl Grid {
    /// Returns the grid of `count` points: as square as may be.
    pub fn new(count: u32) -> Self {
        let columns = f64::from(count).sqrt() as u32;
        Self {
            columns,
            rows: count.div_ceil(columns),
        }
    }

    /// Returns the point of number `index` out of `count`, in a column and there in an interval.
    pub fn point(&self, key: Key, (index, count): (u32, u32), column: u32, part: u32) -> [f64; 2] {
        let [u, v] = key.child(u64::from(index)).pair();
        let x = f64::from(column) + (f64::from(part) + u) / f64::from(self.rows);
        let y = f64::from(index) + v;
        [x / f64::from(self.columns), y / f64::from(count)].map(below_one)
    }
}

/// Returns point `index` out of `count` of a pixel.
pub fn pixel_sample(key: Key, index: u32, count: u32) -> [f64; 2] {
    let grid = Grid::new(count);
    let (row, place) = (index / grid.columns, index % grid.columns);
    let column = permute(key.child(ROWS + u64::from(row)), place, grid.columns);
    let part = permute(key.child(COLUMNS + u64::from(column)), row, grid.rows);
    grid.point(key, (index, count), column, part)
}
