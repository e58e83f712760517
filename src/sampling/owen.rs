//! Nested uniform scrambling (Owen, "Randomly permuted (t,m,s)-nets and (t,s)-sequences", 1995).
//!
//! Each digit of a number is permuted at random, by a permutation that depends on all digits before
//! it. A scrambled number is uniform in [0, 1), and points that share an elementary interval of
//! some size still share one. Permutations are hashes of the digits before, so nothing is
//! approximated; digits after those that tell the points of a set apart are random as a whole.

use super::Key;
use super::random::below_one;

/// Scrambles the first `digits` bits of `bits`, the most significant one first.
pub fn scramble_2(key: Key, bits: u32, digits: u32) -> f64 {
    // Nodes of the tree of leading digits are numbered as in a heap.
    let (mut node, mut scrambled) = (1u64, 0u64);
    for digit in 0..digits {
        let bit = u64::from(bits >> (u32::BITS - 1 - digit) & 1);
        let flip = key.child(node).bits() >> 63;
        scrambled = scrambled << 1 | (bit ^ flip);
        node = node << 1 | bit;
    }
    finish(key.child(node), scrambled, (1u64 << digits) as f64)
}

/// The permutations of three digits.
const PERMUTATIONS: [[u64; 3]; 6] = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
];

/// Scrambles `digits` digits in base 3: those of `number`, the least significant one first.
pub fn scramble_3(key: Key, mut number: u32, digits: u32) -> f64 {
    let (mut node, mut scrambled, mut scale) = (0u64, 0u64, 1u64);
    for _ in 0..digits {
        let digit = u64::from(number % 3);
        number /= 3;
        let permutation = PERMUTATIONS[key.child(node).below(6) as usize];
        scrambled = 3 * scrambled + permutation[digit as usize];
        node = 3 * node + 1 + digit;
        scale *= 3;
    }
    finish(key.child(node), scrambled, scale as f64)
}

/// A uniform place in interval `number` out of `scale`.
fn finish(key: Key, number: u64, scale: f64) -> f64 {
    below_one((number as f64 + key.uniform()) / scale)
}

/// Returns how many digits in a base tell `count` numbers apart.
pub fn digits(count: u32, base: u64) -> u32 {
    let mut digits = 0;
    let mut numbers = 1;
    while numbers < u64::from(count) {
        numbers *= base;
        digits += 1;
    }
    digits
}
