//! What estimates from samples are like: no bias, and the variance that theory gives.
//!
//! Every replicate randomises the whole set of points; a variance is never estimated from the
//! points of one stratified set.

use std::f64::consts::{E, PI};

use clap::ValueEnum;

use super::super::{Key, Sampler, Stream};
use super::hypothesis::{Z_LIMIT, mean_error, variance_error};

const REPLICATES: u64 = 20_000;

/// Independent estimates of the integral of `f` over the square.
fn square(sampler: Sampler, count: u32, f: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let estimate = |replicate| {
        let key = Key::new(11, Stream::Image).child(replicate);
        let points = (0..count).map(|i| sampler.pixel_sample(key, i, count));
        points.map(|[x, y]| f(x, y)).sum::<f64>() / f64::from(count)
    };
    (0..REPLICATES).map(estimate).collect()
}

/// Independent estimates of the integral of `f` over the interval.
fn interval(sampler: Sampler, count: u32, f: impl Fn(f64) -> f64) -> Vec<f64> {
    let estimate = |replicate| {
        let key = Key::new(12, Stream::Boundary).child(replicate);
        let places = (0..count).map(|i| sampler.edge_sample(key, i, count));
        places.map(&f).sum::<f64>() / f64::from(count)
    };
    (0..REPLICATES).map(estimate).collect()
}

#[track_caller]
fn assert_variance(values: &[f64], mean: f64, expected: f64) {
    let z = variance_error(values, mean, expected);
    assert!(
        z.abs() < Z_LIMIT,
        "expected {expected}, off by {z} standard errors"
    );
}

#[test]
fn estimates_of_discontinuous_integrands_have_no_bias() {
    let inside = |x: f64, y: f64| f64::from((x - 0.47).hypot(y - 0.55) < 0.4);
    for &sampler in Sampler::value_variants() {
        for count in [1, 2, 3, 5, 7, 11, 16, 30] {
            let z = mean_error(&square(sampler, count, inside), PI * 0.4 * 0.4);
            assert!(z.abs() < Z_LIMIT, "disc, {sampler}, {count}: z = {z}");
            let step = |t| f64::from(t < 1.0 / PI);
            let z = mean_error(&interval(sampler, count, step), 1.0 / PI);
            assert!(z.abs() < Z_LIMIT, "step, {sampler}, {count}: z = {z}");
        }
    }
}

/// Var = Var(f) / N.
#[test]
fn independent_variance_falls_as_one_over_the_count() {
    for count in [1, 7, 16] {
        let values = square(Sampler::Independent, count, |x, y| 3.0 * x + 2.0 * y);
        assert_variance(&values, 2.5, 13.0 / 12.0 / f64::from(count));
        let values = interval(Sampler::Independent, count, |t| 3.0 * t);
        assert_variance(&values, 1.5, 9.0 / 12.0 / f64::from(count));
    }
}

/// Var = N⁻² (1/12) ∫|∇f|² for square cells, exact for linear f.
#[test]
fn stratified_variance_of_a_linear_integrand() {
    for count in [1, 4, 16, 64] {
        let values = square(Sampler::Stratified, count, |x, y| 3.0 * x + 2.0 * y);
        assert_variance(&values, 2.5, 13.0 / 12.0 / f64::from(count).powi(2));
    }
}

/// Seven cells in columns of 2, 3, 2: widths 2/7, 3/7, 2/7 and heights 1/2, 1/3, 1/2. The variance
/// is N⁻² times the sum over cells of (9 width² + 4 height²) / 12.
#[test]
fn stratified_variance_for_a_count_that_is_no_square() {
    let widths = (4.0 * 4.0 + 3.0 * 9.0) / 49.0;
    let heights = 4.0 / 4.0 + 3.0 / 9.0;
    let expected = (9.0 * widths + 4.0 * heights) / 12.0 / 49.0;
    let values = square(Sampler::Stratified, 7, |x, y| 3.0 * x + 2.0 * y);
    assert_variance(&values, 2.5, expected);
}

/// f = eˣ sin(πy): ∫f = 2(e − 1)/π, ∫|∇f|² = (e² − 1)/2 · (1 + π²)/2. The law is the leading term;
/// with 256 cells the exact variance is 0.15% below it, far inside the test's resolution of 5%.
#[test]
fn stratified_variance_of_a_smooth_integrand() {
    let values = square(Sampler::Stratified, 256, |x, y| x.exp() * (PI * y).sin());
    let gradient = (E * E - 1.0) / 2.0 * (1.0 + PI * PI) / 2.0;
    assert_variance(
        &values,
        2.0 * (E - 1.0) / PI,
        gradient / 12.0 / 256f64.powi(2),
    );
}

/// A jump along x = s cuts the m cells of one column at the fraction p = m s − ⌊m s⌋ of their
/// width: Var = N⁻² m p (1 − p).
#[test]
fn stratified_variance_of_a_jump_along_the_grid() {
    let values = square(Sampler::Stratified, 16, |x, _| f64::from(x < 1.0 / 3.0));
    let p = 1.0 / 3.0;
    assert_variance(&values, 1.0 / 3.0, 4.0 * p * (1.0 - p) / 256.0);
}

/// Var = N⁻³ (1/12) ∫f'², exact for linear f and to 0.003% for eᵗ with 64 parts.
#[test]
fn stratified_variance_on_an_edge() {
    for count in [1, 2, 5, 16, 64] {
        let values = interval(Sampler::Stratified, count, |t| 3.0 * t);
        assert_variance(&values, 1.5, 9.0 / 12.0 / f64::from(count).powi(3));
    }
    let values = interval(Sampler::Stratified, 64, f64::exp);
    assert_variance(&values, E - 1.0, (E * E - 1.0) / 2.0 / 12.0 / 64f64.powi(3));
}

/// One point in each of N intervals of x and of y integrates g(x) + h(y) as well as one point in
/// each of N parts of an edge: Var = N⁻³ (1/12) ∫(g'² + h'²), exact for linear g and h.
#[test]
fn variance_of_a_sum_over_thin_rows_and_columns() {
    use Sampler::{CorrelatedMultiJittered, LatinHypercube, MultiJittered};
    for sampler in [LatinHypercube, MultiJittered, CorrelatedMultiJittered] {
        for count in [1, 6, 16] {
            let values = square(sampler, count, |x, y| 3.0 * x + 2.0 * y);
            assert_variance(&values, 2.5, 13.0 / 12.0 / f64::from(count).powi(3));
        }
    }
}

/// A pair in a part of length h averages f''/2 · d² around the middle, d uniform up to h/2: a
/// variance of h⁴ f''²/720 in each of N/2 parts, together N⁻⁵ (2/45) ∫f''².
#[test]
fn antithetic_variance_on_an_edge() {
    for count in [2, 4, 16] {
        let values = interval(Sampler::StratifiedAntithetic, count, |t| 3.0 * t * t);
        let expected = 2.0 / 45.0 * 36.0 / f64::from(count).powi(5);
        assert_variance(&values, 1.0, expected);
    }
    let values = interval(Sampler::StratifiedAntithetic, 64, f64::exp);
    let expected = 2.0 / 45.0 * (E * E - 1.0) / 2.0 / 64f64.powi(5);
    assert_variance(&values, E - 1.0, expected);
}

/// With one shift u all parts err alike: N⁻¹ (f(1) − f(0)) (u − ½) for linear f.
#[test]
fn systematic_variance_on_an_edge() {
    for count in [1, 3, 16] {
        let values = interval(Sampler::Systematic, count, |t| 3.0 * t);
        assert_variance(&values, 1.5, 9.0 / 12.0 / f64::from(count).powi(2));
    }
}

/// Linear integrands are odd about every middle.
#[test]
fn pairs_have_no_error_for_linear_integrands() {
    for sampler in [Sampler::Antithetic, Sampler::StratifiedAntithetic] {
        for count in [2, 6, 30] {
            let values = square(sampler, count, |x, y| 3.0 * x + 2.0 * y);
            assert!(values.iter().all(|v| (v - 2.5).abs() < 1e-14));
        }
    }
    // Of 7 points the last stands alone in its cell of area 1/7: the four cells stand in two
    // columns, of 4 and 3 points; the cell is 3/7 wide and 1/3 high.
    let values = square(Sampler::StratifiedAntithetic, 7, |x, y| 3.0 * x + 2.0 * y);
    let expected = (9.0 * 9.0 / 49.0 + 4.0 / 9.0) / 12.0 / 49.0;
    assert_variance(&values, 2.5, expected);
}

/// A jump at the fraction p of its part: Var = N⁻² p (1 − p), whose mean over p is N⁻²/6.
#[test]
fn stratified_variance_of_a_jump_on_an_edge() {
    let values = interval(Sampler::Stratified, 16, |t| f64::from(t < 1.0 / 3.0));
    assert_variance(&values, 1.0 / 3.0, 2.0 / 9.0 / 256.0);
}
