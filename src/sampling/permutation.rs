//! Random permutations that are functions: no table, any element at any time.
//!
//! A few rounds of exclusive or, odd multiplication, addition and xorshifts, each a bijection of the
//! numbers of as many bits as the length needs; what falls outside is sent on until it falls inside (cycle
//! walking: Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002; for points in
//! pixels: Kensler, "Correlated multi-jittered sampling", Pixar Technical Memo 13-01, 2013). A
//! random rotation at the end makes every image of every element equally likely by construction;
//! that pairs of images are too is a matter of mixing, and tested.

use super::Key;

/// With these, pairs of images are equally likely to within a percent; each round less doubles the
/// deviation.
const ROUNDS: u64 = 8;

/// Returns where `index` goes under a random permutation of `0..length`.
pub fn permute(key: Key, index: u32, length: u32) -> u32 {
    debug_assert!(index < length, "element {index} of {length}");
    let width = u32::BITS - (length - 1).leading_zeros();
    if width == 0 {
        return 0;
    }
    let mask = u32::MAX >> (u32::BITS - width);
    let half = width.div_ceil(2);
    let mut bits = index;
    loop {
        for round in 0..ROUNDS {
            let random = key.child(round).bits();
            bits ^= random as u32 & mask;
            bits = bits.wrapping_mul((random >> 32) as u32 | 1) & mask;
            bits ^= bits >> half;
            bits = bits.wrapping_add((random >> 16) as u32) & mask;
            // Without something that happens by chance, the lowest bits see none of the others.
            if random >> 63 == 1 {
                bits ^= bits << half & mask;
            }
        }
        if bits < length {
            break;
        }
    }
    let rotation = key.child(ROUNDS).below(length);
    ((u64::from(bits) + u64::from(rotation)) % u64::from(length)) as u32
}

#[cfg(test)]
mod tests {
    use super::super::Stream;
    use super::super::tests::uniformity;
    use super::*;

    fn key(number: u64) -> Key {
        Key::new(21, Stream::Image).child(number)
    }

    #[test]
    fn every_element_is_hit_once() {
        for length in (1..=70).chain([1000, 4097]) {
            for number in 0..5 {
                let mut hits = vec![0; length as usize];
                for index in 0..length {
                    hits[permute(key(number), index, length) as usize] += 1;
                }
                assert!(hits.iter().all(|&n| n == 1), "{length}: {hits:?}");
            }
        }
    }

    #[test]
    fn all_permutations_of_four_are_equally_likely() {
        let mut counts = [0; 256];
        for number in 0..100_000 {
            let name = (0..4).fold(0, |name, i| 4 * name + permute(key(number), i, 4));
            counts[name as usize] += 1;
        }
        let counts: Vec<u64> = counts.into_iter().filter(|&n| n > 0).collect();
        assert_eq!(counts.len(), 24);
        assert!(uniformity(&counts) > 1e-6, "{counts:?}");
    }

    #[test]
    fn pairs_of_images_are_equally_likely() {
        for length in [2u32, 3, 5, 7, 8, 11, 16, 20] {
            for (a, b) in [(0, 1), (0, length - 1), (length / 2, length - 1)] {
                if a == b {
                    continue;
                }
                let size = length as usize;
                let mut counts = vec![0; size * size];
                for number in 0..50_000 {
                    let [x, y] = [a, b].map(|i| permute(key(number), i, length) as usize);
                    counts[x * size + y] += 1;
                }
                let off_diagonal = counts.iter().enumerate();
                let off_diagonal = off_diagonal.filter(|(i, _)| i / size != i % size);
                let off_diagonal: Vec<u64> = off_diagonal.map(|(_, &n)| n).collect();
                let p = uniformity(&off_diagonal);
                assert!(p > 1e-6, "elements {a} and {b} of {length}: p = {p}");
            }
        }
    }
}
