/// The mean and the variance of numbers that come one at a time.
///
/// Updates follow Welford (Technometrics 4, 1962), merges Chan, Golub and LeVeque (1979): both
/// subtract before they square, so a mean far from zero costs no digits. A merge is not exactly
/// associative; merge in a fixed order where bits must not depend on threads.
///
/// ```
/// use reynolds::statistics::RunningMoments;
/// let moments: RunningMoments = [1.0, 2.0, 3.0, 4.0].into_iter().collect();
/// assert_eq!(moments.mean(), 2.5);
/// assert_eq!(moments.variance(), 5.0 / 3.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunningMoments {
    count: u64,
    mean: f64,
    /// The sum of squared distances from the mean.
    squares: f64,
}

impl RunningMoments {
    /// Adds a number.
    pub fn push(&mut self, value: f64) {
        self.count += 1;
        let before = value - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (value - self.mean);
    }

    /// Adds all numbers of `other`, as if they came after those of `self`.
    pub fn merge(&mut self, other: &Self) {
        if self.count == 0 || other.count == 0 {
            // Without this, empty parts would divide zero by zero or cost digits.
            if self.count == 0 {
                *self = *other;
            }
            return;
        }
        let (a, b) = (self.count as f64, other.count as f64);
        let between = other.mean - self.mean;
        self.mean += between * (b / (a + b));
        self.squares += other.squares + between * between * (a * b / (a + b));
        self.count += other.count;
    }

    /// Returns how many numbers came.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Returns the mean, 0 if no number came.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Returns the unbiased variance of one number (divisor `n − 1`), NaN for fewer than two.
    pub fn variance(&self) -> f64 {
        if self.count < 2 {
            return f64::NAN;
        }
        self.squares / (self.count - 1) as f64
    }

    /// Returns the standard error of the mean, `√(variance / n)`, NaN for fewer than two numbers.
    pub fn standard_error(&self) -> f64 {
        (self.variance() / self.count as f64).sqrt()
    }
}

impl Extend<f64> for RunningMoments {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, values: I) {
        for value in values {
            self.push(value);
        }
    }
}

impl FromIterator<f64> for RunningMoments {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut moments = Self::default();
        moments.extend(values);
        moments
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn few_numbers() {
        let mut moments = RunningMoments::default();
        assert_eq!((moments.count(), moments.mean()), (0, 0.0));
        assert!(moments.variance().is_nan() && moments.standard_error().is_nan());
        moments.push(3.0);
        assert_eq!(moments.mean(), 3.0);
        assert!(moments.variance().is_nan());
        moments.push(5.0);
        assert_eq!((moments.mean(), moments.variance()), (4.0, 2.0));
        assert_eq!(moments.standard_error(), 1.0);
    }

    #[test]
    fn a_mean_far_from_zero_costs_no_digits() {
        // Variance of 4, 7, 13, 16 is 30; the shift leaves it.
        let shifted = [4.0, 7.0, 13.0, 16.0].map(|v| v + 1e9);
        let moments: RunningMoments = shifted.into_iter().collect();
        assert_eq!(moments.mean(), 1e9 + 10.0);
        assert_relative_eq!(moments.variance(), 30.0, max_relative = 1e-12);
    }

    #[test]
    fn merging_is_pushing() {
        // 1 … n has the mean (n + 1) / 2 and the variance n (n + 1) / 12.
        let n = 1001;
        for split in [0, 1, 400, 1001] {
            let mut left: RunningMoments = (1..=split).map(f64::from).collect();
            let right: RunningMoments = (split + 1..=n).map(f64::from).collect();
            left.merge(&right);
            assert_eq!(left.count(), 1001);
            assert_relative_eq!(left.mean(), 501.0, max_relative = 1e-13);
            assert_relative_eq!(
                left.variance(),
                1001.0 * 1002.0 / 12.0,
                max_relative = 1e-13
            );
        }
    }
}
