use super::whole::Found;
use crate::statistics::bootstrap_mean;
use crate::study::{Estimate, Optimum, Quantity, Tuning, TuningPoint};

/// The seed of the bootstrap.
const BOOTSTRAP: u64 = 3;

/// Returns a curve for each numeric setting that has several values while all else is the same.
pub fn tunings(found: &[Found<'_>]) -> Vec<Tuning> {
    let mut curves: Vec<Curve<'_>> = Vec::new();
    for cell in found {
        for (index, (name, value)) in cell.summary.settings.iter().enumerate() {
            let Ok(value) = value.parse::<f64>() else {
                continue;
            };
            let mut others = cell.summary.settings.clone();
            others.remove(index);
            let same = |curve: &&mut Curve<'_>| {
                let first = &curve.points[0].1.summary;
                let summary = &cell.summary;
                curve.setting == *name
                    && curve.others == others
                    && first.method == summary.method
                    && first.integral == summary.integral
                    && first.sampler == summary.sampler
                    && first.budget == summary.budget
            };
            match curves.iter_mut().find(same) {
                Some(curve) => curve.points.push((value, cell)),
                None => curves.push(Curve {
                    setting: name.clone(),
                    others,
                    points: vec![(value, cell)],
                }),
            }
        }
    }
    let several = |curve: &Curve<'_>| curve.points.len() > 1;
    curves
        .into_iter()
        .filter(several)
        .map(Curve::tuning)
        .collect()
}

struct Curve<'a> {
    setting: String,
    others: Vec<(String, String)>,
    points: Vec<(f64, &'a Found<'a>)>,
}

impl Curve<'_> {
    fn tuning(mut self) -> Tuning {
        self.points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let points: Vec<TuningPoint> = self
            .points
            .iter()
            .map(|&(value, cell)| point(value, cell))
            .collect();
        let summary = &self.points[0].1.summary;
        Tuning {
            integral: summary.integral.clone(),
            method: summary.method.clone(),
            settings: self.others,
            sampler: summary.sampler.clone(),
            budget: summary.budget,
            setting: self.setting,
            optimum: optimum(&points),
            points,
        }
    }
}

fn point(value: f64, cell: &Found<'_>) -> TuningPoint {
    let errors: Vec<f64> = cell.row.batches.iter().map(|batch| batch.mse).collect();
    let (mse, interval) = bootstrap_mean(&errors, BOOTSTRAP);
    let variance = cell.summary.variance.value;
    TuningPoint {
        value,
        mse: Estimate {
            value: mse,
            interval,
        },
        squared_bias: squared_bias(cell, mse),
        variance,
    }
}

/// An estimate of the squared bias without bias of its own, cut off at 0.
fn squared_bias(cell: &Found<'_>, mse: f64) -> f64 {
    let summary = &cell.summary;
    let variance = summary.variance.value;
    let square = if summary.integral.quantity == Quantity::Vjp {
        summary.bias.value.powi(2) - variance / f64::from(summary.replicates)
    } else {
        mse - variance
    };
    square.max(0.0)
}

/// Returns the lowest point of a parabola through the best point and its neighbours, in log–log
/// scale.
fn optimum(points: &[TuningPoint]) -> Optimum {
    let best =
        (0..points.len()).min_by(|&a, &b| points[a].mse.value.total_cmp(&points[b].mse.value));
    let best = best.expect("a curve has points");
    let measured = |at_end| Optimum {
        value: points[best].value,
        mse: points[best].mse.value,
        at_end,
    };
    if best == 0 || best + 1 == points.len() {
        return measured(true);
    }
    let [a, b, c] =
        [best - 1, best, best + 1].map(|i| (points[i].value.ln(), points[i].mse.value.ln()));
    // Slopes of the two chords, and the parabola through the three points in Newton's form.
    let (left, right) = ((b.1 - a.1) / (b.0 - a.0), (c.1 - b.1) / (c.0 - b.0));
    let curvature = (right - left) / (c.0 - a.0);
    let x = 0.5 * (a.0 + b.0) - 0.5 * left / curvature;
    let y = a.1 + left * (x - a.0) + curvature * (x - a.0) * (x - b.0);
    if !(x.is_finite() && y.is_finite()) {
        return measured(false);
    }
    Optimum {
        value: x.exp(),
        mse: y.exp(),
        at_end: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_optimum_of_a_parabola_is_found() {
        // ln mse = (ln x − 1)² + 2: the least is e² at x = e.
        let point = |x: f64| {
            let mse = ((x.ln() - 1.0).powi(2) + 2.0).exp();
            TuningPoint {
                value: x,
                mse: Estimate {
                    value: mse,
                    interval: [mse; 2],
                },
                squared_bias: 0.0,
                variance: mse,
            }
        };
        let found = optimum(&[0.5, 1.0, 2.0, 5.0, 9.0].map(point));
        assert!(
            (found.value - std::f64::consts::E).abs() < 1e-12,
            "{found:?}"
        );
        assert!((found.mse - 2f64.exp()).abs() < 1e-11 && !found.at_end);
        let found = optimum(&[0.1, 0.2, 0.5].map(point));
        assert!(found.at_end && found.value == 0.5);
    }
}
