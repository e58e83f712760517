use super::cells::NO_VARIANCE;
use super::whole::Found;
use crate::statistics::{SquaredErrors, fit_power_law};
use crate::study::integrand::Integrands;
use crate::study::theory::predict;
use crate::study::{Estimate, Series, SeriesPoint, Slope};

/// The seed of the bootstrap.
const BOOTSTRAP: u64 = 2;

/// Returns a series for each integral, estimator and sampler, in the order in which they come.
pub fn series(
    found: &[Found<'_>],
    fit_from: u32,
    integrands: &[(String, Integrands)],
) -> Vec<Series> {
    let mut groups: Vec<Vec<&Found<'_>>> = Vec::new();
    for cell in found {
        let same = |group: &&mut Vec<&Found<'_>>| {
            let first = &group[0].summary;
            first.integral == cell.summary.integral
                && first.estimator == cell.summary.estimator
                && first.sampler == cell.summary.sampler
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(cell),
            None => groups.push(vec![cell]),
        }
    }
    groups
        .iter()
        .map(|group| one(group, fit_from, integrands))
        .collect()
}

fn one(group: &[&Found<'_>], fit_from: u32, integrands: &[(String, Integrands)]) -> Series {
    let first = group[0];
    let summary = &first.summary;
    let points = group.iter().map(|cell| SeriesPoint {
        budget: cell.summary.budget,
        variance: cell.summary.variance,
        bias: cell.summary.bias,
        rmse: cell.summary.rmse,
        seconds: cell.summary.seconds,
    });
    let scene = integrands
        .iter()
        .find(|(name, _)| *name == summary.integral.scene);
    let prediction = scene.and_then(|(_, integrands)| {
        predict(
            first.record.method,
            first.record.sampler,
            &summary.integral,
            integrands,
        )
    });
    Series {
        integral: summary.integral.clone(),
        estimator: summary.estimator.clone(),
        method: summary.method.clone(),
        sampler: summary.sampler.clone(),
        points: points.collect(),
        fit: slope(group, fit_from),
        prediction,
        is_heavy: group
            .iter()
            .any(|cell| cell.summary.tail.is_some_and(|tail| tail.is_heavy)),
    }
}

/// Fits the variances of the batches, which scatter independently around those of the cells.
fn slope(group: &[&Found<'_>], fit_from: u32) -> Option<Slope> {
    let floor = NO_VARIANCE * group[0].row.size * group[0].row.size;
    let is_fitted =
        |cell: &&&Found<'_>| cell.summary.budget >= fit_from && cell.summary.variance.value > floor;
    let fitted: Vec<&&Found<'_>> = group.iter().filter(is_fitted).collect();
    let [first, .., last] = fitted.as_slice() else {
        return None;
    };
    let errors = fitted.iter().map(|cell| SquaredErrors {
        budget: f64::from(cell.summary.budget),
        values: cell
            .row
            .batches
            .iter()
            .map(|batch| batch.variance)
            .collect(),
    });
    let law = fit_power_law(&errors.collect::<Vec<SquaredErrors>>(), BOOTSTRAP);
    // Where most batches have no variance, resampled ones may have none at all.
    let all = [law.exponent, law.constant, law.interval[0], law.interval[1]];
    all.iter()
        .all(|number| number.is_finite())
        .then_some(Slope {
            exponent: Estimate {
                value: law.exponent,
                interval: law.interval,
            },
            constant: law.constant,
            range: [first.summary.budget, last.summary.budget],
        })
}
