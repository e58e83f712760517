//! Antithetic pairs within strata: in each of `⌈count/2⌉` cells a uniform point and its mirror
//! image in the middle of the cell (Haber, "A modified Monte-Carlo quadrature", Mathematics of
//! Computation 20 and 21, 1966 and 1967).
//!
//! Linear integrands have no error. The variance of smooth ones falls as `N⁻³` in the square and
//! `N⁻⁵` on an interval; a jump leaves the rates of [stratified](super::stratified) points.
//! Of an odd number of points the last one stands alone, in a cell of half the size: cells have an
//! area of `1/count` for each of their points, so estimates stay unbiased.

use super::Key;
use super::antithetic::mirrored;
use super::random::below_one;
use super::stratified::{self, Cell};

/// Returns the cell of pair `pair` of `count` points.
pub fn cell(pair: u32, count: u32) -> Cell {
    let (start, end) = stratified::column(pair, count.div_ceil(2));
    // In units of one point, the column holds `units` and the cell `own` of them.
    let units = (2 * end).min(u64::from(count)) - 2 * start;
    let above = 2 * (u64::from(pair) - start);
    let own = (units - above).min(2);
    let (units, count) = (units as f64, f64::from(count));
    Cell {
        origin: [2.0 * start as f64 / count, above as f64 / units],
        size: [units / count, own as f64 / units],
    }
}

/// Returns point `index` out of `count` of a pixel.
pub fn pixel_sample(key: Key, index: u32, count: u32) -> [f64; 2] {
    cell(index / 2, count).point(mirrored(key, index))
}

/// Returns place `index` out of `count` on a piece of an edge.
pub fn edge_sample(key: Key, index: u32, count: u32) -> f64 {
    let start = index & !1;
    let own = (count - start).min(2);
    let place = f64::from(start) + f64::from(own) * mirrored(key, index)[0];
    below_one(place / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cover_the_square_by_their_numbers_of_points() {
        for count in 1..=100u32 {
            let pairs = count.div_ceil(2);
            let cells: Vec<Cell> = (0..pairs).map(|pair| cell(pair, count)).collect();
            for (i, a) in cells.iter().enumerate() {
                let points = if 2 * i as u32 + 1 == count { 1.0 } else { 2.0 };
                let area = a.size[0] * a.size[1] * f64::from(count);
                assert!((area - points).abs() < 1e-12, "{i} of {count}");
                for b in &cells[..i] {
                    let overlap = [0, 1].map(|k| {
                        let high = (a.origin[k] + a.size[k]).min(b.origin[k] + b.size[k]);
                        high - a.origin[k].max(b.origin[k])
                    });
                    assert!(overlap[0].min(overlap[1]) < 1e-14, "{a:?} and {b:?}");
                }
            }
        }
    }
}
