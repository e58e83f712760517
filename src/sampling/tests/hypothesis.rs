//! Hypothesis tests with known null distributions.

use statrs::distribution::{ChiSquared, ContinuousCDF};

/// |z| of a standard normal number that is exceeded with probability 10⁻⁶.
pub const Z_LIMIT: f64 = 4.8916;

/// Returns the probability of a χ² statistic at least as large as that of `counts` when all bins
/// are equally likely.
pub fn uniformity(counts: &[u64]) -> f64 {
    let expected = counts.iter().sum::<u64>() as f64 / counts.len() as f64;
    assert!(expected >= 20.0, "too few numbers a bin for a χ² test");
    let terms = counts.iter().map(|&n| (n as f64 - expected).powi(2));
    let statistic = terms.sum::<f64>() / expected;
    let freedom = counts.len() as f64 - 1.0;
    ChiSquared::new(freedom).unwrap().sf(statistic)
}

/// Returns the correlation of pairs of uniform numbers in standard errors.
///
/// Under independence the products `12 (a − ½)(b − ½)` have mean 0 and variance 1.
pub fn correlation(pairs: impl Iterator<Item = [f64; 2]>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for [a, b] in pairs {
        sum += 12.0 * (a - 0.5) * (b - 0.5);
        count += 1.0;
    }
    sum / f64::sqrt(count)
}

/// Returns the mean of `values` minus `expected`, in standard errors.
pub fn mean_error(values: &[f64], expected: f64) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares = values.iter().map(|v| (v - mean).powi(2));
    let variance = squares.sum::<f64>() / (count - 1.0);
    (mean - expected) / (variance / count).sqrt()
}

/// Returns the variance of `values`, whose expectation is `mean`, minus `expected`, in standard
/// errors.
pub fn variance_error(values: &[f64], mean: f64, expected: f64) -> f64 {
    let squares: Vec<f64> = values.iter().map(|v| (v - mean).powi(2)).collect();
    mean_error(&squares, expected)
}

#[test]
fn the_tests_reject_what_they_should() {
    use super::super::{Key, Stream};

    let key = Key::new(1, Stream::Image);
    let uniforms: Vec<f64> = (0..20_000).map(|i| key.child(i).uniform()).collect();
    let mut counts = [0; 16];
    for u in &uniforms {
        counts[(u.powf(1.2) * 16.0) as usize] += 1;
    }
    assert!(uniformity(&counts) < 1e-6);
    let drift = uniforms.iter().map(|u| [*u, (u + 0.4) % 1.0]);
    assert!(correlation(drift).abs() > Z_LIMIT);
    assert!(mean_error(&uniforms, 0.52).abs() > Z_LIMIT);
    assert!(variance_error(&uniforms, 0.5, 1.1 / 12.0).abs() > Z_LIMIT);
}
