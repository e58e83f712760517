//! One uniform point in each of `count` cells of equal size ("jittered" points).
//!
//! In the square, the cells stand in `c = round(√count)` columns. Column `j` holds the cells
//! `first(j) .. first(j + 1)` with `first(j) = ⌊(j·count + ⌊c/2⌋) / c⌋`, so the numbers of rows
//! differ by at most one, and a column is as wide as its share of the cells: every cell has the area
//! `1/count`, whatever the count. Square counts give the square grid. The variance falls as `N⁻²`
//! for smooth integrands, where independent points give `N⁻¹`; on an interval as `N⁻³`.

use super::Key;

/// A rectangle of the unit square.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// The corner with the smallest coordinates.
    pub origin: [f64; 2],
    /// The width and the height.
    pub size: [f64; 2],
}

impl Cell {
    /// The whole unit square.
    pub const UNIT: Self = Self {
        origin: [0.0, 0.0],
        size: [1.0, 1.0],
    };

    /// Returns the point at relative position `[u, v]` in the cell.
    #[inline]
    pub fn point(&self, [u, v]: [f64; 2]) -> [f64; 2] {
        [
            self.origin[0] + u * self.size[0],
            self.origin[1] + v * self.size[1],
        ]
    }
}

/// Returns cell `index` out of `count` of equal area that cover the unit square.
#[inline]
pub fn cell(index: u32, count: u32) -> Cell {
    debug_assert!(index < count, "cell {index} of {count}");
    let (i, n) = (u64::from(index), u64::from(count));
    let columns = f64::from(count).sqrt().round() as u64;
    let half = columns / 2;
    let first = |column: u64| (column * n + half) / columns;
    // The last column with first(column) <= i, which is column·n < (i + 1)·columns − half.
    let column = ((i + 1) * columns - half - 1) / n;
    let (start, end) = (first(column), first(column + 1));
    let rows = (end - start) as f64;
    Cell {
        origin: [start as f64 / f64::from(count), (i - start) as f64 / rows],
        size: [rows / f64::from(count), 1.0 / rows],
    }
}

/// Returns point `index` out of `count` of a pixel: a uniform point of the cell of that number.
#[inline]
pub fn pixel_sample(key: Key, index: u32, count: u32) -> [f64; 2] {
    cell(index, count).point(key.child(u64::from(index)).pair())
}

/// Returns place `index` out of `count` on a piece of an edge: a uniform place in
/// `[index, index + 1) / count`.
#[inline]
pub fn edge_sample(key: Key, index: u32, count: u32) -> f64 {
    debug_assert!(index < count, "interval {index} of {count}");
    let position = f64::from(index) + key.child(u64::from(index)).uniform();
    // The sum rounds up to the whole number when the uniform number is close enough to 1.
    (position / f64::from(count)).min(1.0f64.next_down())
}
