//! The hash: no pattern survives in neighbouring seeds, streams, pixels and samples.

use std::collections::HashSet;

use super::super::{Key, Stream};
use super::hypothesis::{Z_LIMIT, correlation, uniformity};

const STREAMS: [Stream; 7] = [
    Stream::Image,
    Stream::Interior,
    Stream::Boundary,
    Stream::Replicate,
    Stream::Perturbation,
    Stream::Border,
    Stream::Pilot,
];

/// A numbering of keys.
type Family = fn(u64) -> Key;

/// Ways to number keys by consecutive integers, one for each argument of a name.
fn families() -> [(&'static str, Family); 4] {
    [
        ("seeds", |i| Key::new(i, Stream::Image).child(0).child(0)),
        ("pixels", |i| {
            Key::new(0, Stream::Interior).child(i).child(0)
        }),
        ("samples", |i| {
            Key::new(0, Stream::Boundary).child(0).child(i)
        }),
        ("bare seeds", |i| Key::new(i, Stream::Replicate)),
    ]
}

#[test]
fn different_names_have_different_keys() {
    let mut seen = HashSet::new();
    for seed in 0..16 {
        for stream in STREAMS {
            for pixel in 0..256 {
                let pixel = Key::new(seed, stream).child(pixel);
                for sample in 0..16 {
                    assert!(seen.insert(pixel.child(sample)));
                }
                assert!(seen.insert(pixel));
            }
        }
    }
}

#[test]
fn every_bit_is_one_half_of_the_time() {
    let count = 1 << 18;
    for (name, key) in families() {
        for bit in 0..64 {
            let ones: u64 = (0..count).map(|i| key(i).bits() >> bit & 1).sum();
            let z = (ones as f64 - count as f64 / 2.0) / (count as f64 / 4.0).sqrt();
            assert!(z.abs() < Z_LIMIT, "bit {bit} of {name}: z = {z}");
        }
    }
}

#[test]
fn one_flipped_bit_flips_half_of_the_bits() {
    let count = 2048;
    for (name, key) in families() {
        let mut flips = [[0u32; 64]; 64];
        for i in 0..count {
            let i = Key::new(i, Stream::Image).bits();
            for (from, row) in flips.iter_mut().enumerate() {
                let change = key(i).bits() ^ key(i ^ 1 << from).bits();
                for (to, cell) in row.iter_mut().enumerate() {
                    *cell += (change >> to & 1) as u32;
                }
            }
        }
        for (from, row) in flips.iter().enumerate() {
            for (to, &cell) in row.iter().enumerate() {
                let z = (f64::from(cell) - count as f64 / 2.0) / (count as f64 / 4.0).sqrt();
                // 4096 cells at 10⁻⁶ in all.
                assert!(z.abs() < 6.4, "bit {from} to {to} of {name}: z = {z}");
            }
        }
    }
}

#[test]
fn neighbours_are_uncorrelated() {
    for (name, key) in families() {
        for lag in [1, 2, 3, 16, 256, 1 << 20, 1 << 32] {
            for (a, b) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let pairs = (0..1 << 18).map(|i| [key(i).pair()[a], key(i + lag).pair()[b]]);
                let z = correlation(pairs);
                assert!(z.abs() < Z_LIMIT, "{name}, lag {lag}, {a} and {b}: z = {z}");
            }
        }
        let z = correlation((0..1 << 18).map(|i| key(i).pair()));
        assert!(z.abs() < Z_LIMIT, "the coordinates of {name}: z = {z}");
    }
}

#[test]
fn a_key_and_its_children_are_uncorrelated() {
    for index in [0, 1, 7] {
        let pairs = (0..1 << 18).map(|i| {
            let key = Key::new(3, Stream::Image).child(i);
            [key.uniform(), key.child(index).uniform()]
        });
        let z = correlation(pairs);
        assert!(z.abs() < Z_LIMIT, "child {index}: z = {z}");
    }
}

#[test]
fn streams_are_uncorrelated() {
    for (i, a) in STREAMS.into_iter().enumerate() {
        for b in STREAMS.into_iter().skip(i + 1) {
            let draw = |stream, i| Key::new(0, stream).child(i).child(0).uniform();
            let z = correlation((0..1 << 18).map(|i| [draw(a, i), draw(b, i)]));
            assert!(z.abs() < Z_LIMIT, "{a:?} and {b:?}: z = {z}");
        }
    }
}

#[test]
fn points_of_neighbouring_keys_fill_the_square_evenly() {
    for (name, key) in families() {
        // Successive first coordinates as a point: serial pairs, and both coordinates of one key.
        let mut serial = [0; 1024];
        let mut own = [0; 1024];
        for i in 0..1 << 18 {
            let bin = |x: f64, y: f64| (x * 32.0) as usize * 32 + (y * 32.0) as usize;
            let [x, y] = key(2 * i).pair();
            own[bin(x, y)] += 1;
            serial[bin(x, key(2 * i + 1).uniform())] += 1;
        }
        for (what, counts) in [("own", own), ("serial", serial)] {
            let p = uniformity(&counts);
            assert!(p > 1e-6, "{what} pairs of {name}: p = {p}");
        }
    }
}
