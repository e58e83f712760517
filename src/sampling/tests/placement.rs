//! Where samples lie: pure, in range, one in each cell, uniform.

use clap::ValueEnum;

use super::super::stratified::cell;
use super::super::{Key, PixelPattern, Sampler, Stream};
use super::hypothesis::{Z_LIMIT, correlation, uniformity};

fn pixel(index: u64) -> Key {
    Key::new(5, Stream::Interior).child(index)
}

#[test]
fn samples_do_not_depend_on_the_order_of_drawing() {
    for &sampler in Sampler::value_variants() {
        for count in [1, 2, 7, 16, 61] {
            let names: Vec<(u64, u32)> = (0..20)
                .flat_map(|p| (0..count).map(move |i| (p, i)))
                .collect();
            let draw = |&(p, i): &(u64, u32)| {
                let [x, y] = sampler.pixel_sample(pixel(p), i, count);
                let t = sampler.edge_sample(pixel(p), i, count);
                [x, y, t].map(f64::to_bits)
            };
            let forward: Vec<_> = names.iter().map(draw).collect();
            let mut backward: Vec<_> = names.iter().rev().map(draw).collect();
            backward.reverse();
            assert_eq!(forward, backward);
        }
    }
}

#[test]
fn a_pattern_has_the_same_bits() {
    for &sampler in Sampler::value_variants() {
        for count in 1..=100 {
            let pattern = PixelPattern::new(sampler, count);
            assert_eq!(pattern.count(), count);
            for index in 0..count {
                let expected = sampler.pixel_sample(pixel(9), index, count);
                let point = pattern.point(pixel(9), index);
                assert_eq!(point.map(f64::to_bits), expected.map(f64::to_bits));
            }
        }
    }
}

#[test]
fn samples_lie_in_range() {
    for &sampler in Sampler::value_variants() {
        for count in [1, 2, 3, 100, 1 << 16, u32::MAX] {
            for p in 0..1000 {
                for index in [0, count / 2, count - 1] {
                    let point = sampler.pixel_sample(pixel(p), index, count);
                    assert!(point.iter().all(|x| (0.0..1.0).contains(x)));
                    let place = sampler.edge_sample(pixel(p), index, count);
                    assert!((0.0..1.0).contains(&place));
                }
            }
        }
    }
}

#[test]
fn each_cell_has_exactly_one_stratified_point() {
    for count in 1..=100 {
        for p in 0..20 {
            let mut points = vec![0; count as usize];
            let mut places = vec![0; count as usize];
            for index in 0..count {
                let point = Sampler::Stratified.pixel_sample(pixel(p), index, count);
                let holds = |i: &u32| {
                    let cell = cell(*i, count);
                    (0..2).all(|k| {
                        let offset = point[k] - cell.origin[k];
                        offset >= 0.0 && offset < cell.size[k]
                    })
                };
                for i in (0..count).filter(holds) {
                    points[i as usize] += 1;
                }
                let place = Sampler::Stratified.edge_sample(pixel(p), index, count);
                places[(place * f64::from(count)) as usize] += 1;
            }
            assert!(points.iter().all(|&n| n == 1), "{count}: {points:?}");
            assert!(places.iter().all(|&n| n == 1), "{count}: {places:?}");
        }
    }
}

/// The number of a sample, independent of where it lies.
fn any_index(p: u64, count: u32) -> u32 {
    Key::new(6, Stream::Replicate).child(p).below(count)
}

/// The bins of a regular `side × side` grid.
fn bin([x, y]: [f64; 2], side: usize) -> usize {
    (x * side as f64) as usize * side + (y * side as f64) as usize
}

#[test]
fn pixel_samples_are_uniform_over_the_pixel() {
    for &sampler in Sampler::value_variants() {
        for count in [1, 2, 5, 7, 16, 23] {
            // Points of one pixel depend on each other, so χ² takes one of each pixel.
            let mut counts = [0; 16 * 16];
            for p in 0..50_000 {
                let index = any_index(p, count);
                counts[bin(sampler.pixel_sample(pixel(p), index, count), 16)] += 1;
            }
            let p = uniformity(&counts);
            assert!(p > 1e-6, "{sampler}, {count} samples: p = {p}");
        }
    }
}

#[test]
fn stratified_points_are_uniform_in_their_cells() {
    for (index, count) in [(0, 1), (1, 2), (3, 7), (6, 7), (9, 16), (22, 23)] {
        let cell = cell(index, count);
        let mut counts = [0; 16 * 16];
        for p in 0..100_000 {
            let point = Sampler::Stratified.pixel_sample(pixel(p), index, count);
            let inside = [0, 1].map(|k| (point[k] - cell.origin[k]) / cell.size[k]);
            counts[bin(inside, 16)] += 1;
        }
        let p = uniformity(&counts);
        assert!(p > 1e-6, "sample {index} of {count}: p = {p}");
    }
}

#[test]
fn edge_samples_are_uniform() {
    for &sampler in Sampler::value_variants() {
        for (index, count) in [(0, 1), (0, 3), (2, 3), (10, 64)] {
            let mut all = [0; 100];
            let mut own = [0; 100];
            for p in 0..20_000 {
                let place = sampler.edge_sample(pixel(p), any_index(p, count), count);
                all[(place * 100.0) as usize] += 1;
                let place = sampler.edge_sample(pixel(p), index, count);
                let inside = match sampler {
                    Sampler::Independent | Sampler::Antithetic => place,
                    // Where pairs share a part of the edge, a half of it is as uniform.
                    _ => (place * f64::from(count)).fract(),
                };
                own[(inside * 100.0) as usize] += 1;
            }
            for counts in [all, own] {
                let p = uniformity(&counts);
                assert!(p > 1e-6, "{sampler}, {index} of {count}: p = {p}");
            }
        }
    }
}

/// Pixels, and replicates, have keys of their own: what their points have in common is nothing.
#[test]
fn samples_of_neighbouring_keys_are_uncorrelated() {
    for &sampler in Sampler::value_variants() {
        for count in [1, 5, 16] {
            let indices = |p: u64| [2 * p, 2 * p + 1].map(|p| any_index(p, count));
            for (a, b) in [(0, 0), (0, 1), (1, 1)] {
                let draw = |p, i| sampler.pixel_sample(pixel(p), i, count);
                let z = correlation((0..40_000).map(|p| {
                    let [i, j] = indices(p);
                    [draw(p, i)[a], draw(p + 1, j)[b]]
                }));
                assert!(z.abs() < Z_LIMIT, "{sampler}, {count} samples: z = {z}");
            }
            let draw = |p, i| sampler.edge_sample(pixel(p), i, count);
            let z = correlation((0..40_000).map(|p| {
                let [i, j] = indices(p);
                [draw(p, i), draw(p + 1, j)]
            }));
            assert!(z.abs() < Z_LIMIT, "{sampler}, {count} on an edge: z = {z}");
        }
    }
}

/// The relative positions of samples `i` and `j` in their cells are independent.
#[test]
fn samples_of_a_pixel_are_uncorrelated_within_their_cells() {
    let count = 9;
    let inside = |p, i| {
        let [x, y] = Sampler::Stratified.pixel_sample(pixel(p), i, count);
        [(x * 3.0).fract(), (y * 3.0).fract()]
    };
    for i in 0..count {
        for j in 0..i {
            for (a, b) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let pairs = (0..50_000).map(|p| [inside(p, i)[a], inside(p, j)[b]]);
                let z = correlation(pairs);
                assert!(z.abs() < Z_LIMIT, "samples {i} and {j}: z = {z}");
            }
        }
    }
}
