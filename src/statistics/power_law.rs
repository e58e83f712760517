use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// How many bootstrap samples an interval is taken from.
const RESAMPLES: usize = 1000;

/// Independent replicates of an estimate at one budget, as squared distances from the truth.
#[derive(Clone, Debug)]
pub struct SquaredErrors {
    /// The budget: how many samples an estimate takes.
    pub budget: f64,
    /// One squared error a replicate.
    pub values: Vec<f64>,
}

/// A law `variance = c · budget^exponent` with what is known about the exponent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerLaw {
    /// The slope of log variance against log budget.
    pub exponent: f64,
    /// A 95% bootstrap interval of it.
    pub interval: [f64; 2],
    /// c.
    pub constant: f64,
}

/// Fits a power law to the mean squared errors at several budgets: a line by least squares in
/// log–log scale.
///
/// The interval is from the percentiles of a bootstrap (Efron, Annals of Statistics 7, 1979): the
/// replicates of each budget are drawn again with replacement and the line is fitted anew, with
/// random numbers from `seed`. It is about the noise of the errors; where the errors follow no
/// power law, as a sum of two does not, the interval does not say so.
///
/// ```
/// use reynolds::statistics::{SquaredErrors, fit_power_law};
/// let errors = |budget: f64| SquaredErrors { budget, values: vec![3.0 / (budget * budget); 10] };
/// let law = fit_power_law(&[errors(4.0), errors(16.0), errors(64.0)], 1);
/// assert!((law.exponent + 2.0).abs() < 1e-12 && (law.constant - 3.0).abs() < 1e-12);
/// ```
///
/// # Panics
/// If there are fewer than two budgets, or one without replicates.
pub fn fit_power_law(errors: &[SquaredErrors], seed: u64) -> PowerLaw {
    assert!(errors.len() >= 2, "a line goes through two points at least");
    let logs: Vec<f64> = errors.iter().map(|point| point.budget.ln()).collect();
    let means = errors
        .iter()
        .map(|point| mean(point.values.iter().copied()));
    let (exponent, intercept) = line(&logs, &means.map(f64::ln).collect::<Vec<f64>>());
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let resampled = |_| {
        let means = errors.iter().map(|point| {
            let count = point.values.len();
            mean((0..count).map(|_| point.values[random.random_range(0..count)]))
        });
        line(&logs, &means.map(f64::ln).collect::<Vec<f64>>()).0
    };
    let mut exponents: Vec<f64> = (0..RESAMPLES).map(resampled).collect();
    PowerLaw {
        exponent,
        interval: percentiles(&mut exponents),
        constant: intercept.exp(),
    }
}

/// Returns the mean of some numbers with a 95% bootstrap interval from the same percentiles, for
/// numbers too skewed for Student's.
///
/// # Panics
/// If there are none.
pub fn bootstrap_mean(values: &[f64], seed: u64) -> (f64, [f64; 2]) {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let count = values.len();
    let resampled = |_| mean((0..count).map(|_| values[random.random_range(0..count)]));
    let mut means: Vec<f64> = (0..RESAMPLES).map(resampled).collect();
    (mean(values.iter().copied()), percentiles(&mut means))
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len();
    assert!(count > 0, "a mean is of one value at least");
    values.sum::<f64>() / count as f64
}

/// Slope and intercept of the line of least squares.
fn line(x: &[f64], y: &[f64]) -> (f64, f64) {
    let (x_mean, y_mean) = (mean(x.iter().copied()), mean(y.iter().copied()));
    let (mut covariance, mut variance) = (0.0, 0.0);
    for (x, y) in x.iter().zip(y) {
        covariance += (x - x_mean) * (y - y_mean);
        variance += (x - x_mean) * (x - x_mean);
    }
    let slope = covariance / variance;
    (slope, y_mean - slope * x_mean)
}

/// The 2.5% and the 97.5% quantile.
fn percentiles(values: &mut [f64]) -> [f64; 2] {
    values.sort_by(f64::total_cmp);
    let last = (values.len() - 1) as f64;
    [0.025, 0.975].map(|part| values[(part * last).round() as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Squares of normal numbers of the variance `budget^exponent`.
    fn noisy(exponent: f64, seed: u64) -> Vec<SquaredErrors> {
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let mut square = || {
            // The sum of 12 uniform numbers is close to normal, with the variance 1.
            let sum: f64 = (0..12).map(|_| random.random::<f64>()).sum();
            (sum - 6.0).powi(2)
        };
        [16.0, 64.0, 256.0, 1024.0]
            .map(|budget: f64| SquaredErrors {
                budget,
                values: (0..200).map(|_| budget.powf(exponent) * square()).collect(),
            })
            .to_vec()
    }

    #[test]
    fn the_interval_contains_the_exponent_as_often_as_it_says() {
        // 200 fits; of 95% intervals fewer than 180 contain it with probability 3e-4. Percentile
        // intervals of 200 skewed numbers are a little narrow: 93%, so 170 is the limit.
        let fits = (0..200).map(|seed| fit_power_law(&noisy(-1.5, seed), seed));
        let (mut inside, mut sum) = (0, 0.0);
        for law in fits {
            let [low, high] = law.interval;
            inside += usize::from(low <= -1.5 && -1.5 <= high);
            sum += law.exponent / 200.0;
            assert!(low < law.exponent && law.exponent < high);
        }
        assert!((170..=199).contains(&inside), "{inside} of 200");
        // A log of a mean of 200 squares has the variance 2/200, the slope (1/λ²)(0.01)/Σ(x − x̄)²
        // with λ = ln 4 and Σ = 5: a standard error of 0.032, and 0.0023 for the mean of 200.
        assert!((sum + 1.5).abs() < 0.012, "{sum}");
    }

    #[test]
    fn a_mean_has_an_interval_around_it() {
        // Of 1 … 1000: 500.5 with the standard error 288.7 / √1000 = 9.13; ±1.96 of these.
        let values: Vec<f64> = (1..=1000).map(f64::from).collect();
        let (mean, [low, high]) = bootstrap_mean(&values, 3);
        assert_eq!(mean, 500.5);
        assert!((low - 482.6).abs() < 2.5 && (high - 518.4).abs() < 2.5);
    }

    #[test]
    fn one_seed_gives_one_interval() {
        let errors = noisy(-2.0, 5);
        assert_eq!(fit_power_law(&errors, 7), fit_power_law(&errors, 7));
        assert_ne!(fit_power_law(&errors, 7), fit_power_law(&errors, 8));
    }
}
