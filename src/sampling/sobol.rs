//! The first two dimensions of Sobol' points, [Owen-scrambled](super::owen).
//!
//! Any `2^m` points that start at a multiple of `2^m` are a (0, m, 2)-net in base 2: one point in
//! each of the `2^m` rectangles of any one shape `2^−k × 2^(k − m)`. Scrambled nets integrate
//! smooth functions with the variance `N⁻³ log N` (Owen, "Scrambled net variance for integrals of
//! smooth functions", Annals of Statistics 25, 1997), and never with more than a small multiple of
//! that of independent points. Counts that are no power of two take a prefix of the sequence: unbiased,
//! with a variance between those of the powers around. Indices have 32 bits.

use super::Key;
use super::owen::{digits, scramble_2};

/// Returns point `index` out of `count` of a pixel.
pub fn pixel_sample(key: Key, index: u32, count: u32) -> [f64; 2] {
    let digits = digits(count, 2);
    [
        scramble_2(key.child(0), index.reverse_bits(), digits),
        scramble_2(key.child(1), second_dimension(index), digits),
    ]
}

/// Returns place `index` out of `count` on a piece of an edge: the first coordinate of the points.
pub fn edge_sample(key: Key, index: u32, count: u32) -> f64 {
    scramble_2(key, index.reverse_bits(), digits(count, 2))
}

/// The digits of the second dimension, the most significant one first. Its generator matrix has the
/// binomials mod 2: bit i is the sum of all bits j of the index with `i & j == i` (Lucas' theorem),
/// a sum over supersets.
fn second_dimension(index: u32) -> u32 {
    let mut bits = index;
    for (shift, lower) in [
        (1, 0x5555_5555),
        (2, 0x3333_3333),
        (4, 0x0f0f_0f0f),
        (8, 0x00ff_00ff),
        (16, 0x0000_ffff),
    ] {
        bits ^= bits >> shift & lower;
    }
    bits.reverse_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the recurrence of Sobol' for the polynomial 1 + x: 0, 1/2, 3/4, 1/4, 5/8, 1/8, 3/8, 7/8.
    #[test]
    fn the_second_dimension_starts_as_tables_have_it() {
        let eighths: Vec<u32> = (0..8).map(|i| second_dimension(i) >> 29).collect();
        assert_eq!(eighths, [0, 4, 6, 2, 5, 1, 3, 7]);
    }
}
