/// One in this many values is in the tail.
const PART: usize = 32;
/// With fewer values in the tail, there is no telling how heavy it is.
const FEWEST: usize = 16;

/// Returns the index α of a tail `P(x > t) ~ t^(−α)` of positive values, and from how many of the
/// largest it is; its standard error is α/√n. None if there are fewer than 512 values, or the tail
/// is one value.
///
/// Hill's estimator (Annals of Statistics 3, 1975), from the largest 32nd of the values: it tells
/// moments apart that may be infinite, α being the order up to which they are finite. Tails that
/// fall faster than any power have no index; then the number grows with that of the values, from
/// about 5 for 512 normal ones.
///
/// ```
/// use reynolds::statistics::hill;
/// // The quantiles of Pareto's law with α = 1.5.
/// let values: Vec<f64> = (0..3200).map(|i| ((i as f64 + 0.5) / 3200.0).powf(-1.0 / 1.5)).collect();
/// let (index, count) = hill(&values).unwrap();
/// assert_eq!(count, 100);
/// assert!((index - 1.5).abs() < 0.05);
/// ```
pub fn hill(values: &[f64]) -> Option<(f64, u32)> {
    let count = values.len() / PART;
    if count < FEWEST {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let threshold = sorted[count];
    let logs = sorted[..count].iter().map(|value| (value / threshold).ln());
    let index = count as f64 / logs.sum::<f64>();
    index.is_finite().then_some((index, count as u32))
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64Mcg;

    use super::*;

    /// How often the interval α(1 ± 1.96/√n) has the true index, and the mean of the estimates.
    fn pareto(index: f64) -> (usize, f64) {
        let mut random = Pcg64Mcg::seed_from_u64(11);
        let (mut inside, mut sum) = (0, 0.0);
        for _ in 0..400 {
            let values: Vec<f64> = (0..2048)
                .map(|_| (1.0 - random.random::<f64>()).powf(-1.0 / index))
                .collect();
            let (found, count) = hill(&values).expect("there are enough");
            inside += usize::from((found - index).abs() <= 1.96 * found / f64::from(count).sqrt());
            sum += found / 400.0;
        }
        (inside, sum)
    }

    #[test]
    fn the_index_of_paretos_law_is_found() {
        for index in [1.0, 2.0, 4.0] {
            let (inside, mean) = pareto(index);
            // The sum of the logarithms is exactly a gamma variable: n/(n − 1) α in the mean with
            // the standard deviation α/√(n − 2), n = 64. Of 400 intervals of 95% fewer than 363
            // contain α with probability 1e-4.
            let expected = index * 64.0 / 63.0;
            let error = index / (62.0 * 400.0_f64).sqrt();
            assert!(
                (mean - expected).abs() < 4.0 * error,
                "{mean} for {expected}"
            );
            assert!((363..400).contains(&inside), "{inside} of 400");
        }
    }

    #[test]
    fn light_tails_are_told_from_heavy_ones() {
        let mut random = Pcg64Mcg::seed_from_u64(5);
        let normal: Vec<f64> = (0..4096)
            .map(|_| {
                let sum: f64 = (0..12).map(|_| random.random::<f64>()).sum();
                (sum - 6.0).abs()
            })
            .collect();
        let (index, count) = hill(&normal).expect("there are enough");
        assert!(
            index * (1.0 - 1.96 / f64::from(count).sqrt()) > 2.0,
            "{index}"
        );
    }

    #[test]
    fn too_few_or_equal_values_have_no_index() {
        assert_eq!(hill(&[1.0; 511]), None);
        assert_eq!(hill(&[1.0; 512]), None);
        assert_eq!(hill(&[0.0; 512]), None);
    }
}
