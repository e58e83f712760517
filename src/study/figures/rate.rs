use super::chart::{Chart, Curve, Point, Segment};
use super::collect::Lines;
use super::names::integral_name;
use super::scale::{Axis, Scale, number};
use crate::study::{Series, TruthSummary};

/// Variances smaller than this part of the squared size are rounding.
pub const ROUNDING: f64 = 1e-24;

/// Returns variance against budget, with fitted and predicted slopes; `fit_range` says to which budgets
/// they are fitted.
pub fn chart(
    truth: &TruthSummary,
    series: &[&Series],
    lines: &Lines<'_>,
    fit_range: &str,
) -> String {
    let floor = ROUNDING * truth.size * truth.size;
    let mut notes = vec![format!(
        "Solid: fitted {fit_range}. Dashed: the slope of theory, through the middle of the fit. \
         Bars: 95% bootstrap intervals. Size of the integral: {}.",
        number(truth.size)
    )];
    let mut curves = Vec::new();
    let mut without = Vec::new();
    for &one in series {
        let name = lines.name(&one.estimator, &one.sampler);
        let shown = one
            .points
            .iter()
            .filter(|point| point.variance.value > floor);
        let points: Vec<Point> = shown
            .map(|point| Point {
                x: f64::from(point.budget),
                y: point.variance.value,
                interval: Some(point.variance.interval),
            })
            .collect();
        if points.len() < one.points.len() {
            without.push(name.clone());
        }
        if !points.is_empty() {
            curves.push(Curve {
                label: label(one, &name),
                is_connected: one.fit.is_none(),
                segments: segments(one),
                points,
            });
        }
    }
    if !without.is_empty() {
        notes.push(format!(
            "No variance but rounding, at all or some budgets: {}.",
            without.join(", ")
        ));
    }
    if series.iter().any(|one| one.is_heavy) {
        notes
            .push("* A heavy tail: the variance may be infinite, and a slope mean nothing.".into());
    }
    let all = || curves.iter().flat_map(|curve| &curve.points);
    let budgets: Vec<f64> = series
        .first()
        .map(|one| {
            one.points
                .iter()
                .map(|point| f64::from(point.budget))
                .collect()
        })
        .unwrap_or_default();
    let x = Axis::new("samples per pixel", Scale::Log, budgets.clone()).with_ticks(budgets);
    let y = Axis::new(
        "variance of one estimate",
        Scale::Log,
        all().map(|point| point.y),
    );
    Chart {
        title: integral_name(&truth.integral),
        axes: [x, y],
        curves,
        marks: Vec::new(),
        notes,
    }
    .draw()
}

fn label(series: &Series, name: &str) -> String {
    let exponent = |x: f64| number((100.0 * x).round() / 100.0);
    let mut label = name.to_owned();
    if let Some(fit) = &series.fit {
        label += &format!("  {}", exponent(fit.exponent.value));
    }
    if let Some(prediction) = &series.prediction {
        label += &format!(" (theory {})", exponent(prediction.exponent));
    }
    if series.is_heavy {
        label += " *";
    }
    label
}

fn segments(series: &Series) -> Vec<Segment> {
    let Some(fit) = &series.fit else {
        return Vec::new();
    };
    let [first, last] = fit.range.map(f64::from);
    let middle = (first * last).sqrt();
    let height = fit.constant * middle.powf(fit.exponent.value);
    let through = |exponent: f64| [first, last].map(|x| [x, height * (x / middle).powf(exponent)]);
    let fitted = Segment {
        ends: through(fit.exponent.value),
        is_dashed: false,
    };
    let predicted = series.prediction.as_ref().map(|prediction| Segment {
        ends: through(prediction.exponent),
        is_dashed: true,
    });
    [Some(fitted), predicted].into_iter().flatten().collect()
}
