use crate::estimator::Method;
use crate::statistics::{bootstrap_mean, student_quantile};
use crate::study::record::{Batch, CellRecord, Row, Timing};
use crate::study::{CellSummary, Estimate, Integral, Quantity, Tail};

/// A bias is told from 0 at this level, two-sided.
const LEVEL: f64 = 1e-6;
/// Biases smaller than this part of the size are rounding.
const ROUNDING: f64 = 1e-10;
/// Variances smaller than this part of the squared size are rounding.
pub const NO_VARIANCE: f64 = 1e-24;
/// The seed of the bootstrap.
const BOOTSTRAP: u64 = 1;

/// Returns what was found in a cell, one entry a row of its record.
pub fn summaries(record: &CellRecord, timing: &Timing) -> Vec<CellSummary> {
    record
        .rows
        .iter()
        .map(|row| summary(record, row, timing))
        .collect()
}

fn summary(record: &CellRecord, row: &Row, timing: &Timing) -> CellSummary {
    let (bias, is_biased) = if record.quantity == Quantity::Vjp {
        bias_of_number(row, record.replicates)
    } else {
        bias_of_image(row)
    };
    let (variance, rmse) = (variance(row), rmse(row));
    let seconds = median(&timing.seconds);
    let floor = NO_VARIANCE * row.size * row.size;
    let per = |loss: f64| (loss > floor && seconds > 0.0).then(|| 1.0 / (loss * seconds));
    CellSummary {
        cell: record.cell.clone(),
        integral: Integral {
            scene: record.scene.clone(),
            quantity: record.quantity,
            parameter: row.parameter.clone(),
            term: row.term,
        },
        estimator: record.method.to_string(),
        method: record.method.name().to_owned(),
        settings: settings(record.method),
        sampler: record.sampler.to_string(),
        budget: record.budget,
        pixel_samples: record.pixel_samples,
        edge_samples: record.edge_samples,
        replicates: record.replicates * row.batches.len() as u32,
        bias,
        is_biased,
        variance,
        rmse,
        seconds,
        efficiency: per(variance.value),
        efficiency_of_error: per(rmse.value * rmse.value),
        tail: row.tail.map(tail),
    }
}

/// Returns the settings of a method by name.
pub fn settings(mut method: Method) -> Vec<(String, String)> {
    let settings = method.settings();
    let settings = settings.iter();
    settings
        .map(|(name, value)| ((*name).to_owned(), value.to_string()))
        .collect()
}

fn list(row: &Row, of: fn(&Batch) -> f64) -> Vec<f64> {
    row.batches.iter().map(of).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The mean error, with Student's interval from the variance within batches.
fn bias_of_number(row: &Row, replicates: u32) -> (Estimate, bool) {
    let value = mean(&list(row, |batch| batch.error));
    let variance = mean(&list(row, |batch| batch.variance));
    let batches = row.batches.len() as f64;
    let count = batches * f64::from(replicates);
    let error = (variance / count).sqrt();
    let freedom = count - batches;
    let half = student_quantile(0.975, freedom) * error;
    let limit = student_quantile(1.0 - 0.5 * LEVEL, freedom) * error;
    let bias = Estimate {
        value,
        interval: [value - half, value + half],
    };
    (bias, value.abs() > limit.max(ROUNDING * row.size))
}

/// The root of the mean squared bias by pixel. In a batch of n, mse − variance is the square of the
/// mean error less its own variance/n: without bias for the squared bias.
fn bias_of_image(row: &Row) -> (Estimate, bool) {
    let squares = list(row, |batch| batch.mse - batch.variance);
    let value = mean(&squares);
    let (count, freedom) = (squares.len() as f64, squares.len() as f64 - 1.0);
    let spread: f64 = squares.iter().map(|square| (square - value).powi(2)).sum();
    let error = (spread / freedom / count).sqrt();
    let half = student_quantile(0.975, freedom) * error;
    let root = |square: f64| square.max(0.0).sqrt();
    let bias = Estimate {
        value: root(value),
        interval: [root(value - half), root(value + half)],
    };
    let limit = student_quantile(1.0 - LEVEL, freedom) * error;
    (bias, value > limit && root(value) > ROUNDING * row.size)
}

fn variance(row: &Row) -> Estimate {
    let (value, interval) = bootstrap_mean(&list(row, |batch| batch.variance), BOOTSTRAP);
    Estimate { value, interval }
}

fn rmse(row: &Row) -> Estimate {
    let (value, interval) = bootstrap_mean(&list(row, |batch| batch.mse), BOOTSTRAP);
    Estimate {
        value: value.sqrt(),
        interval: interval.map(f64::sqrt),
    }
}

fn tail((index, count): (f64, u32)) -> Tail {
    let half = 1.96 * index / f64::from(count).sqrt();
    Tail {
        index: Estimate {
            value: index,
            interval: [index - half, index + half],
        },
        count,
        is_heavy: index - half <= 2.0,
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        length if length % 2 == 0 => 0.5 * (sorted[middle - 1] + sorted[middle]),
        _ => sorted[middle],
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64Mcg;

    use super::*;
    use crate::study::Term;

    /// The row of batches of `count` estimates of several values each, with normal errors of the
    /// variance 4 and a bias.
    fn row(bias: f64, batches: usize, count: usize, values: usize, random: &mut Pcg64Mcg) -> Row {
        let mut normal = || {
            let sum: f64 = (0..12).map(|_| random.random::<f64>()).sum();
            bias + 2.0 * (sum - 6.0)
        };
        let mut batch = || {
            let errors: Vec<Vec<f64>> = (0..values)
                .map(|_| (0..count).map(|_| normal()).collect())
                .collect();
            let variance = |errors: &Vec<f64>| {
                let mean = mean(errors);
                errors.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1) as f64
            };
            let squares =
                |errors: &Vec<f64>| mean(&errors.iter().map(|x| x * x).collect::<Vec<f64>>());
            let over =
                |of: &dyn Fn(&Vec<f64>) -> f64| mean(&errors.iter().map(of).collect::<Vec<f64>>());
            Batch {
                exact: 0.0,
                error: over(&|errors| mean(errors)),
                variance: over(&variance),
                mse: over(&squares),
            }
        };
        Row {
            parameter: None,
            term: Term::Total,
            size: 1.0,
            batches: (0..batches).map(|_| batch()).collect(),
            tail: None,
        }
    }

    #[test]
    fn intervals_contain_the_bias_as_often_as_they_say() {
        let mut random = Pcg64Mcg::seed_from_u64(3);
        let (mut number, mut image, mut alarms) = (0, 0, 0);
        for _ in 0..400 {
            let (bias, is_biased) = bias_of_number(&row(0.0, 16, 4, 1, &mut random), 4);
            number += usize::from(bias.interval[0] <= 0.0 && 0.0 <= bias.interval[1]);
            alarms += usize::from(is_biased);
            let (bias, is_biased) = bias_of_image(&row(1.0, 16, 4, 20, &mut random));
            image += usize::from(bias.interval[0] <= 1.0 && 1.0 <= bias.interval[1]);
            assert!(is_biased, "{bias:?}");
        }
        // Of 400 intervals of 95% fewer than 363 or more than 394 contain it with probability 2e-4.
        assert!((363..=394).contains(&number), "{number} of 400");
        assert!((363..=394).contains(&image), "{image} of 400");
        assert_eq!(alarms, 0);
    }

    #[test]
    fn what_is_not_biased_is_not_called_so_and_what_is_is() {
        let mut random = Pcg64Mcg::seed_from_u64(4);
        for _ in 0..200 {
            assert!(!bias_of_image(&row(0.0, 16, 4, 20, &mut random)).1);
            assert!(bias_of_number(&row(2.5, 16, 4, 1, &mut random), 4).1);
        }
        // No variance, and a deviation beyond rounding.
        let exact = |error: f64| Row {
            batches: vec![
                Batch {
                    exact: 1.0,
                    error,
                    variance: 0.0,
                    mse: error * error
                };
                4
            ],
            ..row(0.0, 1, 2, 1, &mut Pcg64Mcg::seed_from_u64(0))
        };
        assert!(bias_of_number(&exact(1e-3), 2).1 && bias_of_image(&exact(1e-3)).1);
        assert!(!bias_of_number(&exact(1e-13), 2).1 && !bias_of_image(&exact(1e-13)).1);
    }

    #[test]
    fn errors_are_bias_and_variance() {
        let mut random = Pcg64Mcg::seed_from_u64(6);
        let row = row(1.0, 200, 4, 1, &mut random);
        let (variance, rmse) = (variance(&row), rmse(&row));
        // 800 normal errors: 4 ± 0.2, and 1 + 4 with a standard error of 0.25.
        assert!((variance.value - 4.0).abs() < 1.0, "{variance:?}");
        assert!((rmse.value.powi(2) - 5.0).abs() < 1.2, "{rmse:?}");
        assert!(variance.interval[0] < 4.0 && 4.0 < variance.interval[1]);
        assert!((0.4..1.4).contains(&(variance.interval[1] - variance.interval[0])));
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
    }
}
