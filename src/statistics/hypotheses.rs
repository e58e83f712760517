use statrs::function::erf::erfc;

/// Returns the probability that a standard normal number is at least as far from zero as `z`.
///
/// It is `erfc(|z| / √2)`, computed without cancellation, so small probabilities keep their
/// digits. NaN gives NaN.
///
/// ```
/// use reynolds::statistics::normal_two_sided_p;
/// assert!((normal_two_sided_p(1.959963984540054) - 0.05).abs() < 1e-10);
/// ```
pub fn normal_two_sided_p(z: f64) -> f64 {
    if z.is_nan() {
        return f64::NAN;
    }
    erfc(z.abs() * std::f64::consts::FRAC_1_SQRT_2)
}

/// Tells for each p-value whether its hypothesis is rejected, with a probability of at most
/// `level` that any true one is (Holm, Scandinavian Journal of Statistics 6, 1979).
///
/// The p-values may depend on each other in any way. From the smallest on, the k-th of n (k from
/// 0) is compared with `level / (n − k)`; the first that is above ends the rejections. A NaN is
/// counted and never rejected.
pub fn holm(p_values: &[f64], level: f64) -> Vec<bool> {
    let n = p_values.len();
    let mut order: Vec<usize> = (0..n).collect();
    let key = |i: usize| {
        if p_values[i].is_nan() {
            f64::INFINITY
        } else {
            p_values[i]
        }
    };
    order.sort_by(|&a, &b| key(a).total_cmp(&key(b)));
    let mut rejected = vec![false; n];
    for (k, &i) in order.iter().enumerate() {
        if key(i) > level / (n - k) as f64 {
            break;
        }
        rejected[i] = true;
    }
    rejected
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn known_probabilities() {
        assert_eq!(normal_two_sided_p(0.0), 1.0);
        assert_eq!(normal_two_sided_p(f64::INFINITY), 0.0);
        assert!(normal_two_sided_p(f64::NAN).is_nan());
        // Tables of the normal distribution: 1, 2, 3, 4 and 6 standard errors.
        for (z, p) in [
            (1.0, 0.317_310_507_862_914),
            (2.0, 0.045_500_263_896_358),
            (3.0, 0.002_699_796_063_260),
            (4.0, 6.334_248_366_624e-5),
            (6.0, 1.973_175_290_075e-9),
        ] {
            assert_relative_eq!(normal_two_sided_p(z), p, max_relative = 1e-9);
            assert_relative_eq!(normal_two_sided_p(-z), p, max_relative = 1e-9);
        }
    }

    #[test]
    fn holm_steps_down() {
        // Thresholds at level 0.05 for four: 0.0125, 0.01667, 0.025, 0.05.
        let rejected = holm(&[0.01, 0.04, 0.03, 0.005], 0.05);
        assert_eq!(rejected, [true, false, false, true]);
        // Bonferroni (0.0125 for each) would keep the second and the third.
        let rejected = holm(&[0.001, 0.014, 0.02, 0.04], 0.05);
        assert_eq!(rejected, [true; 4]);
        // One that fails protects all that are larger, even below their own threshold.
        let rejected = holm(&[0.02, 0.021, 0.022, 0.023], 0.05);
        assert_eq!(rejected, [false; 4]);
    }

    #[test]
    fn holm_at_its_edges() {
        assert!(holm(&[], 0.05).is_empty());
        assert_eq!(holm(&[0.05], 0.05), [true]);
        assert_eq!(holm(&[f64::NAN, 0.01], 0.05), [false, true]);
    }
}
