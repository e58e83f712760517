//! What charts make of numbers that are awkward: gaps, ends, rounding, notes.

use resvg::usvg::roxmltree::Document;

use super::FigureKind;
use super::geometry_tests::{figure_of, lines, marks, tips};
use super::tests::sample_summary;
use crate::study::{Estimate, TuningPoint};

/// The numbers of points of each connected line.
fn polylines(text: &str) -> Vec<usize> {
    let svg = Document::parse(text).expect("it is XML");
    let lines = svg
        .descendants()
        .filter(|node| node.has_tag_name("polyline"));
    lines
        .map(|node| {
            let points = node.attribute("points").expect("lines have points");
            points.split(' ').count()
        })
        .collect()
}

/// Points with a fit are left to it; in other charts each is joined to the next.
#[test]
fn points_are_connected_where_no_line_is_fitted() {
    let mut summary = sample_summary();
    assert!(polylines(&figure_of(&summary, FigureKind::Rate)).is_empty());
    assert_eq!(polylines(&figure_of(&summary, FigureKind::Time)), [3]);
    summary.series[0].fit = None;
    assert_eq!(polylines(&figure_of(&summary, FigureKind::Rate)), [3]);
}

#[test]
fn what_has_no_place_leaves_a_gap() {
    let mut summary = sample_summary();
    let point = |value: f64, variance: f64| TuningPoint {
        value,
        mse: Estimate {
            value,
            interval: [value; 2],
        },
        squared_bias: 0.0,
        variance,
    };
    summary.tunings[0].points = vec![
        point(0.1, 1.0),
        point(0.2, 1.0),
        point(0.3, 0.0),
        point(0.4, 1.0),
        point(0.5, 1.0),
    ];
    let text = figure_of(&summary, FigureKind::Tuning);
    assert_eq!(polylines(&text), [5, 2, 2]);
}

/// A bar goes from 0.8 to 1.3 times the error, which is a part of the size as the error is: log 0.8 down,
/// log 1.3 up. Errors at 4 and 16 samples are half a decade apart.
#[test]
fn bars_of_errors_are_intervals() {
    let text = figure_of(&sample_summary(), FigureKind::Time);
    let svg = Document::parse(&text).expect("it is XML");
    let marks = marks(&svg);
    let [a, b] = [0, 1].map(|i: usize| marks[i].1);
    let decade = 2.0 * (b[1] - a[1]);
    let [low, high] = [0.8f64, 1.3].map(|part| b[1] - decade * part.log10());
    let is_bar = |line: &[[f64; 2]; 2]| {
        line.iter().all(|p| (p[0] - b[0]).abs() < 0.02)
            && (line[0][1] - low).abs() < 0.05
            && (line[1][1] - high).abs() < 0.05
    };
    let bars = lines(&svg, "1", None);
    assert!(bars.iter().any(is_bar), "{low} to {high} in {bars:?}");
}

/// An interval that has no upper end ends at its mark.
#[test]
fn bars_without_an_end_end_at_their_mark() {
    let mut summary = sample_summary();
    summary.series[0].points[1].variance.interval[1] = f64::INFINITY;
    let text = figure_of(&summary, FigureKind::Rate);
    let svg = Document::parse(&text).expect("it is XML");
    let [x, y] = marks(&svg)[1].1;
    let bars = lines(&svg, "1", None);
    let mut bars = bars.iter().filter(|line| line.iter().all(|p| p[0] == x));
    // One is the line of the grid, over all of the height.
    let [grid, bar] = [bars.next(), bars.next()].map(|bar| bar.expect("there are two"));
    assert!(grid[0][1] < y - 1.0);
    assert!(
        bar[0][1] > y + 1.0 && (bar[1][1] - y).abs() < 0.02,
        "{bar:?}"
    );
}

/// Of a size of 2·10¹⁰, a variance of 10⁻⁴ is less than 10⁻²⁴ parts of the square, and an error of 10⁻² less
/// than 10⁻¹² parts.
#[test]
fn what_is_rounding_is_told_by_the_size() {
    let mut summary = sample_summary();
    for (size, shown) in [(2e9, 3), (2e10, 2)] {
        summary.truths[0].size = size;
        for kind in [FigureKind::Rate, FigureKind::Time] {
            let text = figure_of(&summary, kind);
            let svg = Document::parse(&text).expect("it is XML");
            let own = tips(&svg)
                .into_iter()
                .filter(|tip| tip.starts_with("stratified"));
            assert_eq!(own.count(), shown, "{kind:?}, {size}");
        }
    }
}

#[test]
fn notes_have_the_numbers_of_the_study() {
    let summary = sample_summary();
    let rate = figure_of(&summary, FigureKind::Rate);
    assert!(rate.contains("Size of the integral: 2."));
    let bias = figure_of(&summary, FigureKind::Bias);
    assert!(bias.contains("At 64 samples per pixel"));
}

/// Biases of 0.2, 0.4 and 0.8, squared and as parts of the squared size, 4. The best setting is in the middle.
#[test]
fn tunings_show_the_squared_bias_and_the_best_setting() {
    let mut summary = sample_summary();
    let tuning = &mut summary.tunings[0];
    for (point, bias) in tuning.points.iter_mut().zip([0.2f64, 0.4, 0.8]) {
        point.squared_bias = bias.powi(2);
    }
    for at_end in [true, false] {
        let optimum = &mut summary.tunings[0].optimum;
        (optimum.value, optimum.mse, optimum.at_end) = (0.2, 0.4, at_end);
        let text = figure_of(&summary, FigureKind::Tuning);
        let svg = Document::parse(&text).expect("it is XML");
        let tips = tips(&svg);
        let biases: Vec<&String> = tips
            .iter()
            .filter(|tip| tip.starts_with("squared"))
            .collect();
        assert_eq!(
            biases,
            [
                "squared bias: 0.01 at 0.1",
                "squared bias: 0.04 at 0.2",
                "squared bias: 0.16 at 0.4"
            ]
        );
        let best = lines(&svg, "1", Some("2 3"))[0][0][0];
        assert!((best - marks(&svg)[1].1[0]).abs() < 0.02);
        assert_eq!(text.contains(">best of the range: 0.2<"), at_end);
        assert_eq!(text.contains(">best: 0.2<"), !at_end);
    }
}
