use super::chart::{Chart, Curve, Point};
use super::collect::Lines;
use super::names::integral_name;
use super::rate::ROUNDING;
use super::scale::{Axis, Scale};
use crate::study::{Series, TruthSummary};

/// Returns the error against the time of an estimate.
pub fn chart(truth: &TruthSummary, series: &[&Series], lines: &Lines<'_>) -> String {
    let floor = ROUNDING.sqrt() * truth.size;
    let mut without = Vec::new();
    let mut curves = Vec::new();
    for &one in series {
        let name = lines.name(&one.estimator, &one.sampler);
        let shown = one.points.iter().filter(|point| point.rmse.value > floor);
        let points: Vec<Point> = shown
            .map(|point| Point {
                x: point.seconds,
                y: point.rmse.value / truth.size,
                interval: Some(point.rmse.interval.map(|end| end / truth.size)),
            })
            .collect();
        if points.is_empty() {
            without.push(name);
            continue;
        }
        curves.push(Curve {
            label: name,
            points,
            is_connected: true,
            segments: Vec::new(),
        });
    }
    let mut notes = vec![
        "Root of the mean squared error against the exact value, as a part of the integral's size; from left to right with growing budgets."
            .to_owned(),
    ];
    if !without.is_empty() {
        notes.push(format!("No error but rounding: {}.", without.join(", ")));
    }
    let all = || curves.iter().flat_map(|curve: &Curve| &curve.points);
    let times = all().map(|point| point.x).chain([truth.seconds]);
    let x = Axis::new("seconds of one estimate, on one thread", Scale::Log, times);
    let y = Axis::new(
        "error / size of the integral",
        Scale::Log,
        all().map(|point| point.y),
    );
    Chart {
        title: integral_name(&truth.integral),
        axes: [x, y],
        curves,
        marks: vec![(truth.seconds, "exact".into())],
        notes,
    }
    .draw()
}
