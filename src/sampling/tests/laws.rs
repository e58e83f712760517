//! What each sampler puts where, in every set of points: exact, with no probability in it.

use clap::ValueEnum;

use super::super::multi_jittered::Grid;
use super::super::{Key, Sampler, Stream};

fn points(sampler: Sampler, count: u32, seed: u64) -> Vec<[f64; 2]> {
    let key = Key::new(seed, Stream::Image).child(3);
    (0..count)
        .map(|index| sampler.pixel_sample(key, index, count))
        .collect()
}

/// The largest number of points in one of `columns` × `rows` equal boxes.
fn fullest(points: &[[f64; 2]], columns: u32, rows: u32) -> u32 {
    let mut counts = vec![0; columns as usize * rows as usize];
    for [x, y] in points {
        let (column, row) = (
            (x * f64::from(columns)) as usize,
            (y * f64::from(rows)) as usize,
        );
        counts[column * rows as usize + row] += 1;
    }
    counts.into_iter().max().unwrap_or(0)
}

/// As many points as boxes: then at most one in each is exactly one.
#[track_caller]
fn assert_one_each(points: &[[f64; 2]], columns: u32, rows: u32, what: &str) {
    assert!(points.len() as u32 <= columns * rows);
    let fullest = fullest(points, columns, rows);
    assert!(
        fullest <= 1,
        "{what}: {fullest} in one of {columns} × {rows}"
    );
}

#[test]
fn latin_hypercubes_have_one_point_in_each_row_and_column() {
    for count in 1..=70 {
        for seed in 0..4 {
            let points = points(Sampler::LatinHypercube, count, seed);
            assert_one_each(&points, count, 1, "columns");
            assert_one_each(&points, 1, count, "rows");
        }
    }
}

#[test]
fn multi_jittered_points_are_latin_and_stratified() {
    for sampler in [Sampler::MultiJittered, Sampler::CorrelatedMultiJittered] {
        for count in 1..=70 {
            let Grid { columns, rows } = Grid::new(count);
            for seed in 0..4 {
                let what = format!("{sampler}, {count} points");
                let points = points(sampler, count, seed);
                assert_one_each(&points, 1, count, &what);
                assert_one_each(&points, columns * rows, 1, &what);
                if columns * rows == count {
                    assert_one_each(&points, columns, rows, &what);
                }
            }
        }
    }
}

#[test]
fn sobol_points_are_nets() {
    for m in 0..=11 {
        for seed in 0..3 {
            let points = points(Sampler::Sobol, 1 << m, seed);
            // Every aligned block of 2^k points is a net by itself.
            for k in 0..=m {
                for block in points.chunks(1 << k) {
                    for columns in 0..=k {
                        let what = format!("blocks of 2^{k} of 2^{m}");
                        assert_one_each(block, 1 << columns, 1 << (k - columns), &what);
                    }
                }
            }
        }
    }
}

#[test]
fn sobol_points_go_on_beyond_two_to_the_sixteen() {
    let points = points(Sampler::Sobol, 1 << 18, 1);
    for columns in [0, 5, 9, 18] {
        assert_one_each(&points, 1 << columns, 1 << (18 - columns), "2^18 points");
    }
}

#[test]
fn prefixes_of_sobol_and_halton_points_are_spread_out() {
    for count in 1..=70u32 {
        for seed in 0..3 {
            let halves = count.next_power_of_two();
            let thirds = (0..).map(|k| 3u32.pow(k)).find(|&n| n >= count);
            let thirds = thirds.expect("powers grow");
            for (sampler, y) in [(Sampler::Sobol, halves), (Sampler::Halton, thirds)] {
                let points = points(sampler, count, seed);
                assert_one_each(&points, halves, 1, "x");
                assert_one_each(&points, 1, y, "y");
            }
        }
    }
}

#[test]
fn halton_points_fill_boxes_of_halves_and_thirds() {
    for (a, b) in [(0, 0), (1, 1), (3, 2), (5, 3), (2, 4)] {
        let (columns, rows) = (1 << a, 3u32.pow(b));
        for seed in 0..3 {
            let points = points(Sampler::Halton, 5 * columns * rows, seed);
            for block in points.chunks((columns * rows) as usize) {
                assert_one_each(block, columns, rows, "boxes");
            }
        }
    }
}

#[test]
fn systematic_points_are_a_grid_with_one_shift() {
    let points = points(Sampler::Systematic, 25, 1);
    let [x, y] = points[0];
    for (index, point) in points.iter().enumerate() {
        let expected = [x + (index / 5) as f64 / 5.0, y + (index % 5) as f64 / 5.0];
        assert!((0..2).all(|k| (point[k] - expected[k]).abs() < 1e-15));
    }
    let key = Key::new(1, Stream::Boundary);
    let place = |index| Sampler::Systematic.edge_sample(key, index, 7);
    assert!((1..7).all(|i| (place(i) - place(0) - f64::from(i) / 7.0).abs() < 1e-15));
}

#[test]
fn pairs_are_opposite() {
    for count in 1..=70u32 {
        for [a, b] in points(Sampler::Antithetic, count, 1)
            .chunks_exact(2)
            .map(|pair| [pair[0], pair[1]])
        {
            assert!((0..2).all(|k| (a[k] + b[k] - 1.0).abs() < 1e-15));
        }
        let key = Key::new(1, Stream::Boundary);
        let place = |index| Sampler::StratifiedAntithetic.edge_sample(key, index, count);
        for pair in 0..count / 2 {
            // In pair / (count / 2), opposite about its middle.
            let middle = f64::from(2 * pair + 1) / f64::from(count);
            let [a, b] = [place(2 * pair) - middle, place(2 * pair + 1) - middle];
            assert!((a + b).abs() < 1e-15 && a.abs() <= 1.0 / f64::from(count));
        }
    }
}

/// The points of an edge are, in each of as many parts, one; but for those that are free.
#[test]
fn places_on_an_edge_are_spread_out() {
    let key = Key::new(9, Stream::Boundary).child(4);
    for &sampler in Sampler::value_variants() {
        let (each, of) = match sampler {
            Sampler::Independent | Sampler::Antithetic => continue,
            Sampler::StratifiedAntithetic => (2, 2),
            _ => (1, 1),
        };
        for count in [1, 2, 4, 8, 32, 64u32] {
            let parts = count.div_ceil(of);
            let mut counts = vec![0; parts as usize];
            for index in 0..count {
                let place = sampler.edge_sample(key, index, count);
                counts[(place * f64::from(parts)) as usize] += 1;
            }
            let expected = each.min(count);
            assert!(counts.iter().all(|&n| n == expected), "{sampler}, {count}");
        }
    }
}

/// Numbers near those asked for at which no sample stands alone and no digit is half used.
#[test]
fn edges_take_the_numbers_that_samplers_like() {
    for expected in (0..3000).map(|i| 0.1 * f64::from(i)).chain([1e5, 2e9, 3e9]) {
        for &sampler in Sampler::value_variants() {
            let taken = sampler.edge_count(expected);
            let what = format!("{sampler}, {expected}: {taken}");
            let ratio = f64::from(taken) / expected.max(1.0);
            match sampler {
                Sampler::Sobol | Sampler::Halton => {
                    assert!(taken.is_power_of_two(), "{what}");
                    // No other power is nearer.
                    assert!((2.0 / 3.0..=4.0 / 3.0).contains(&ratio), "{what}");
                    // Four times as many are four times as many: no exponent hangs on rounding.
                    if (1.0..1e9).contains(&expected) {
                        assert_eq!(sampler.edge_count(4.0 * expected), 4 * taken, "{what}");
                    }
                }
                Sampler::Antithetic | Sampler::StratifiedAntithetic => {
                    let more = f64::from(taken) - expected.max(0.5);
                    assert!(taken % 2 == 0 && (-0.5..=1.5).contains(&more), "{what}");
                }
                _ => {
                    let off = f64::from(taken) - expected.max(0.5);
                    assert!(taken > 0 && off.abs() <= 0.5 + 1e-9, "{what}");
                }
            }
        }
    }
}
