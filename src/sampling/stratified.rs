//! One uniform point in each of `count` cells of equal size ("jittered" points).
//!
//! In the square, the cells stand in `c = round(√count)` columns. Column `j` holds the cells
//! `first(j) .. first(j + 1)` with `first(j) = ⌊(j·count + ⌊c/2⌋) / c⌋`, so the numbers of rows
//! differ by at most one, and a column is as wide as its share of the cells: every cell has the area
//! `1/count`, whatever the count. Square counts give the square grid. The variance falls as `N⁻²`
//! for smooth integrands, where independent points give `N⁻¹`; on an interval as `N⁻³`.

use super::Key;
use super::random::below_one;

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

/// Returns the first cell of the column that cell `index` out of `count` stands in, and the first
/// of the next column.
#[inline]
pub fn column(index: u32, count: u32) -> (u64, u64) {
    debug_assert!(index < count, "cell {index} of {count}");
    let (i, n) = (u64::from(index), u64::from(count));
    let columns = f64::from(count).sqrt().round() as u64;
    let half = columns / 2;
    let first = |column: u64| (column * n + half) / columns;
    // The last column with first(column) <= i, which is column·n < (i + 1)·columns − half.
    let column = ((i + 1) * columns - half - 1) / n;
    (first(column), first(column + 1))
}

/// Returns cell `index` out of `count` of equal area that cover the unit square.
#[inline]
pub fn cell(index: u32, count: u32) -> Cell {
    let (start, end) = column(index, count);
    let rows = (end - start) as f64;
    Cell {
        origin: [
            start as f64 / f64::from(count),
            (u64::from(index) - start) as f64 / rows,
        ],
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
    place(index, key.child(u64::from(index)).uniform(), count)
}

/// Returns `(index + u) / count`, below 1 also where the sum rounds up to `count`.
#[inline]
pub fn place(index: u32, u: f64, count: u32) -> f64 {
    below_one((f64::from(index) + u) / f64::from(count))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_cells_cover_the_square_with_equal_areas() {
        for count in 1..=100 {
            let cells: Vec<Cell> = (0..count).map(|i| cell(i, count)).collect();
            for (i, a) in cells.iter().enumerate() {
                let area = a.size[0] * a.size[1];
                assert!(
                    (area * f64::from(count) - 1.0).abs() < 1e-14,
                    "{i} of {count}"
                );
                // Equal areas that sum to one and do not overlap leave no gap.
                for b in &cells[..i] {
                    let overlap = [0, 1].map(|k| {
                        let low = a.origin[k].max(b.origin[k]);
                        let high = (a.origin[k] + a.size[k]).min(b.origin[k] + b.size[k]);
                        high - low
                    });
                    assert!(overlap[0].min(overlap[1]) < 1e-14, "{a:?} and {b:?}");
                }
            }
        }
    }

    #[test]
    fn square_counts_give_the_square_grid() {
        for side in 1..=20 {
            for index in 0..side * side {
                let side = f64::from(side);
                let (column, row) = (f64::from(index) / side, f64::from(index) % side);
                let cell = cell(index, (side * side) as u32);
                assert_eq!(cell.origin, [column.floor() / side, row / side]);
                assert!((cell.size[0] - 1.0 / side).abs() < 1e-16);
                assert_eq!(cell.size[1], 1.0 / side);
            }
        }
    }

    #[test]
    fn seven_cells_stand_in_columns_of_two_three_and_two() {
        let origins: Vec<[f64; 2]> = (0..7).map(|i| cell(i, 7).origin).collect();
        let (a, b) = (2.0 / 7.0, 5.0 / 7.0);
        let (third, half) = (1.0 / 3.0, 0.5);
        let expected = [
            [0.0, 0.0],
            [0.0, half],
            [a, 0.0],
            [a, third],
            [a, 2.0 / 3.0],
            [b, 0.0],
            [b, half],
        ];
        assert_eq!(origins, expected);
    }

    #[test]
    fn no_place_reaches_the_end_of_the_edge() {
        let last = 1.0f64.next_down();
        for count in (1..2000).chain([1 << 20, 1 << 31, u32::MAX]) {
            assert!(place(count - 1, last, count) < 1.0, "{count}");
            assert!(place(count - 1, 0.0, count) < 1.0, "{count}");
        }
    }

    /// The largest coordinate of [`Key::pair`].
    const LARGEST: f64 = 1.0 - 1.0 / (1u64 << 33) as f64;

    #[test]
    fn points_stay_below_the_next_cell() {
        for count in 1..=100 {
            for index in 0..count {
                let a = cell(index, count);
                let [x, y] = a.point([LARGEST; 2]);
                assert!(x < 1.0 && y < 1.0);
                for b in (0..count).map(|i| cell(i, count)) {
                    assert!(b.origin[0] <= a.origin[0] || x < b.origin[0]);
                    let same_column = b.origin[0] == a.origin[0];
                    assert!(!same_column || b.origin[1] <= a.origin[1] || y < b.origin[1]);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn cells_of_any_count_lie_in_the_square(count in 1u32.., fraction in 0.0..1.0f64) {
            let index = (fraction * f64::from(count)) as u32;
            for index in [0, index, count - 1] {
                let cell = cell(index, count);
                prop_assert!(cell.origin.iter().all(|&x| (0.0..1.0).contains(&x)));
                prop_assert!(cell.point([LARGEST; 2]).iter().all(|&x| x < 1.0));
                let area = cell.size[0] * cell.size[1] * f64::from(count);
                prop_assert!((area - 1.0).abs() < 1e-14);
                // Columns hold ⌊count/c⌋ or ⌈count/c⌉ cells.
                let columns = f64::from(count).sqrt().round();
                let rows = f64::from(count) / columns;
                let height = 1.0 / cell.size[1];
                prop_assert!(height > rows.floor() - 1e-6 && height < rows.ceil() + 1e-6);
            }
        }
    }
}
