use super::chart::{Chart, Curve, Point};
use super::names::integral_name;
use super::scale::{Axis, Scale, number};
use crate::study::{TruthSummary, Tuning, TuningPoint};

/// Returns mean squared error, squared bias and variance against a setting.
pub fn chart(truth: &TruthSummary, tuning: &Tuning) -> String {
    let square = truth.size * truth.size;
    let curve = |label: &str, of: fn(&TuningPoint) -> f64, interval: bool| Curve {
        label: label.into(),
        points: (tuning.points.iter())
            .map(|point| Point {
                x: point.value,
                y: of(point) / square,
                interval: interval.then(|| point.mse.interval.map(|end| end / square)),
            })
            .collect(),
        is_connected: true,
        segments: Vec::new(),
    };
    let curves = vec![
        curve("mean squared error", |point| point.mse.value, true),
        curve("squared bias", |point| point.squared_bias, false),
        curve("variance", |point| point.variance, false),
    ];
    let optimum = &tuning.optimum;
    let best = match optimum.at_end {
        true => format!("best of the range: {}", number(optimum.value)),
        false => format!("best: {}", number(optimum.value)),
    };
    let mut notes = vec!["As parts of the squared size of the integral.".to_owned()];
    if optimum.at_end {
        notes.push("The best value is an end of the range: the optimum may lie outside.".into());
    }
    if tuning.points.iter().any(|point| point.squared_bias <= 0.0) {
        notes.push("A squared bias of 0 is one that the noise hides.".into());
    }
    // A bias far below the variance is noise of the estimate of it: it needs no room.
    let floor = 1e-8
        * tuning
            .points
            .iter()
            .fold(0.0, |most: f64, p| most.max(p.mse.value))
        / square;
    let numbers = curves
        .iter()
        .flat_map(|curve| &curve.points)
        .map(|point| point.y);
    let values: Vec<f64> = tuning.points.iter().map(|point| point.value).collect();
    let y = Axis::new(
        "squared error / squared size",
        Scale::Log,
        numbers.filter(|y| *y > floor),
    );
    let settings: Vec<String> = tuning
        .settings
        .iter()
        .map(|(k, v)| format!("{k}={v}"))
        .collect();
    Chart {
        title: format!(
            "{} {} by {}, {}, {} samples: {}",
            tuning.method,
            settings.join(" "),
            tuning.setting,
            tuning.sampler,
            tuning.budget,
            integral_name(&tuning.integral)
        ),
        axes: [
            Axis::new(&tuning.setting, Scale::Log, values.clone()).with_ticks(values),
            y,
        ],
        curves,
        marks: vec![(optimum.value, best)],
        notes,
    }
    .draw()
}
