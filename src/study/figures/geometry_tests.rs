//! What stands where in a figure: read back from its elements.

use std::path::Path;

use resvg::usvg::roxmltree::{Document, Node};

use super::scale::number;
use super::tests::sample_summary;
use super::{FigureKind, figures};
use crate::study::Summary;

fn figure(kind: FigureKind) -> String {
    figure_of(&sample_summary(), kind)
}

pub(super) fn figure_of(summary: &Summary, kind: FigureKind) -> String {
    let figures = figures(summary, Path::new("nowhere")).expect("there are no maps");
    let found = figures.into_iter().find(|figure| figure.kind == kind);
    found.expect("there is one").svg
}

fn of<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    node.attribute(name).expect("it has the attribute")
}

fn at(node: Node<'_, '_>, name: &str) -> f64 {
    of(node, name).parse().expect("it is a number")
}

/// The tips of marks with the places of their circles.
pub(super) fn marks(svg: &Document<'_>) -> Vec<(String, [f64; 2])> {
    let circles = svg.descendants().filter(|node| node.has_tag_name("circle"));
    circles
        .map(|node| {
            let tip = node.first_element_child().and_then(|title| title.text());
            let tip = tip.expect("marks have tips").to_owned();
            (tip, [at(node, "cx"), at(node, "cy")])
        })
        .collect()
}

/// The tips of marks alone.
pub(super) fn tips(svg: &Document<'_>) -> Vec<String> {
    marks(svg).into_iter().map(|(tip, _)| tip).collect()
}

/// Lines of a width and with dashes, each from its start to its end.
pub(super) fn lines(svg: &Document<'_>, width: &str, dashes: Option<&str>) -> Vec<[[f64; 2]; 2]> {
    let lines = svg.descendants().filter(|node| {
        node.has_tag_name("line")
            && of(*node, "stroke-width") == width
            && node.attribute("stroke-dasharray").filter(|d| !d.is_empty()) == dashes
    });
    lines
        .map(|node| {
            [
                [at(node, "x1"), at(node, "y1")],
                [at(node, "x2"), at(node, "y2")],
            ]
        })
        .collect()
}

fn slope([[x0, y0], [x1, y1]]: [[f64; 2]; 2]) -> f64 {
    (y1 - y0) / (x1 - x0)
}

/// Variances of 1e-2, 1e-3 and 1e-4 at 4, 16 and 64 samples: a slope of −log 10/log 4. The fit is
/// 0.1 N^−1.66, and theory has N^−1.5 with the same value in the middle of it, 16.
#[test]
fn rates_are_drawn_to_scale() {
    let text = figure(FigureKind::Rate);
    let svg = Document::parse(&text).expect("it is XML");
    let places: Vec<[f64; 2]> = marks(&svg)
        .into_iter()
        .filter(|(tip, _)| tip.starts_with("stratified"))
        .map(|(_, place)| place)
        .collect();
    let [a, b, c] = places[..] else {
        panic!("{places:?}")
    };
    // Places are written with two decimals.
    let near = |x: f64, y: f64| (x - y).abs() < 0.03;
    assert!(near(b[0] - a[0], c[0] - b[0]) && near(b[1] - a[1], c[1] - b[1]));
    assert!(
        a[0] < b[0] && a[1] < b[1],
        "less variance is lower: {places:?}"
    );
    let (fitted, predicted) = (
        lines(&svg, "1.6", None)[0],
        lines(&svg, "1", Some("5 4"))[0],
    );
    // In units of the points' own slope.
    let unit = slope([a, c]) / -(10f64.ln() / 4f64.ln());
    assert!((slope(fitted) / unit + 1.66).abs() < 2e-3, "{fitted:?}");
    assert!(
        (slope(predicted) / unit + 1.5).abs() < 2e-3,
        "{predicted:?}"
    );
    for line in [fitted, predicted] {
        assert!(near(line[0][0], a[0]) && near(line[1][0], c[0]));
        // Heights in the middle: 0.1 · 16^−1.66 against the point's 1e-3.
        let decade = b[1] - a[1];
        let expected = b[1] - decade * ((0.1 * 16f64.powf(-1.66)) / 1e-3).log10();
        assert!(near(0.5 * (line[0][1] + line[1][1]), expected), "{line:?}");
    }
}

/// An interval from 0.8 to 1.3 times the value is log 1.3 up and log 0.8 down. That of the first point
/// ends with the axis.
#[test]
fn bars_are_intervals() {
    let text = figure(FigureKind::Rate);
    let svg = Document::parse(&text).expect("it is XML");
    let marks = marks(&svg);
    let [a, b] = [0, 1].map(|i: usize| marks[i].1);
    let decade = b[1] - a[1];
    let ends = [0.8f64, 1.3].map(|part| b[1] - decade * part.log10());
    let bar = lines(&svg, "1", None).into_iter().find(|line| {
        let low = line[0][1].max(line[1][1]);
        let high = line[0][1].min(line[1][1]);
        line.iter().all(|p| (p[0] - b[0]).abs() < 0.02)
            && (low - ends[0]).abs() < 0.05
            && (high - ends[1]).abs() < 0.05
    });
    assert!(bar.is_some(), "{ends:?} in {:?}", lines(&svg, "1", None));
}

/// The size is 2. At 64 samples the bias of `stratified` is 1e-4 − 1e-3, that of `sobol` −1e-3; the
/// one is a ring, the other, biased, is filled.
#[test]
fn biases_are_percents_of_the_size() {
    let text = figure(FigureKind::Bias);
    let svg = Document::parse(&text).expect("it is XML");
    assert_eq!(
        tips(&svg),
        ["stratified: −0.045%", "sobol: −0.05%", "systematic: −0.05%"]
    );
    let circles = svg.descendants().filter(|node| node.has_tag_name("circle"));
    let rings = circles.map(|node| of(node, "fill") == "white");
    assert_eq!(rings.collect::<Vec<_>>(), [true, false, true]);
    // Each has its interval: a line of its own, through it.
    let bars = lines(&svg, "1.8", None);
    assert_eq!(bars.len(), 3);
    for (bar, (_, [x, y])) in bars.iter().zip(marks(&svg)) {
        let [low, high] = [bar[0][0].min(bar[1][0]), bar[0][0].max(bar[1][0])];
        assert!(
            low < x && x < high && (bar[0][1] - y).abs() < 0.02,
            "{bar:?}"
        );
    }
}

/// Errors are parts of the size, over seconds; the exact integrator took 0.01 s.
#[test]
fn errors_stand_over_seconds() {
    let text = figure(FigureKind::Time);
    let svg = Document::parse(&text).expect("it is XML");
    let marks = marks(&svg);
    assert_eq!(marks[0].0, "stratified: 0.05 at 4.00·10⁻⁴");
    assert_eq!(
        marks[2].0,
        format!("stratified: {} at {}", number(0.005), number(6.4e-3))
    );
    let exact = lines(&svg, "1", Some("2 3"))[0][0][0];
    // From 4e-4 to 6.4e-3 s: a factor of 16.
    let decade = (marks[2].1[0] - marks[0].1[0]) / 16f64.log10();
    let expected = marks[0].1[0] + decade * 25f64.log10();
    assert!((exact - expected).abs() < 0.05, "{exact} for {expected}");
}

/// Squares as parts of the squared size, 4; the best setting is marked.
#[test]
fn tuning_curves_are_what_they_are_called() {
    let text = figure(FigureKind::Tuning);
    let svg = Document::parse(&text).expect("it is XML");
    assert_eq!(
        tips(&svg),
        [
            "mean squared error: 0.025 at 0.1",
            "mean squared error: 0.05 at 0.2",
            "mean squared error: 0.1 at 0.4",
            "variance: 0.025 at 0.1",
            "variance: 0.05 at 0.2",
            "variance: 0.1 at 0.4"
        ]
    );
    let best = lines(&svg, "1", Some("2 3"))[0][0][0];
    assert!((best - marks(&svg)[0].1[0]).abs() < 0.02, "{best}");
}

/// Texts of a size with their places, and whether they run upwards.
fn texts(svg: &Document<'_>, size: &str) -> Vec<(String, Option<[f64; 2]>)> {
    let texts = svg
        .descendants()
        .filter(|node| node.has_tag_name("text") && of(*node, "font-size") == size);
    texts
        .map(|node| {
            let is_level = node.attribute("transform").is_none();
            let place = is_level.then(|| [at(node, "x"), at(node, "y")]);
            (node.text().unwrap_or_default().to_owned(), place)
        })
        .collect()
}

#[test]
fn axes_have_the_names_of_their_numbers() {
    for (kind, across, upwards) in [
        (
            FigureKind::Rate,
            "samples per pixel",
            "variance of one estimate",
        ),
        (
            FigureKind::Time,
            "seconds of one estimate, on one thread",
            "error / size of the integral",
        ),
        (FigureKind::Tuning, "width", "squared error / squared size"),
    ] {
        let text = figure(kind);
        let svg = Document::parse(&text).expect("it is XML");
        let names: Vec<(String, bool)> = texts(&svg, "12")
            .into_iter()
            .map(|(name, place)| (name, place.is_some()))
            .collect();
        assert_eq!(names, [(across.into(), true), (upwards.into(), false)]);
    }
}

/// Variances of 1e-3 at 16 samples and of 1e-4 at 64 stand at the ticks that say so.
#[test]
fn ticks_stand_beside_their_numbers() {
    let text = figure(FigureKind::Rate);
    let svg = Document::parse(&text).expect("it is XML");
    let ticks = texts(&svg, "11");
    let tick = |label: &str| {
        let found = ticks.iter().find(|(text, _)| text == label);
        found.and_then(|(_, place)| *place).expect("there is one")
    };
    for (tip, budget, variance) in [
        ("stratified  −1.66 (theory −1.5): 0.001 at 16", "16", "10⁻³"),
        (
            "stratified  −1.66 (theory −1.5): 1.00·10⁻⁴ at 64",
            "64",
            "10⁻⁴",
        ),
    ] {
        let found = marks(&svg).into_iter().find(|(known, _)| known == tip);
        let (_, [x, y]) = found.unwrap_or_else(|| panic!("no {tip} in {:?}", tips(&svg)));
        assert!((tick(budget)[0] - x).abs() < 0.02, "{tip}");
        // Letters are lower than their middle by 4.
        assert!((tick(variance)[1] - 4.0 - y).abs() < 0.02, "{tip}");
    }
}

/// A thin line goes from the last mark of each curve to the name of the curve.
#[test]
fn names_of_curves_are_joined_to_their_ends() {
    let text = figure(FigureKind::Rate);
    let svg = Document::parse(&text).expect("it is XML");
    let joins = lines(&svg, "0.5", None);
    assert_eq!(joins.len(), 3);
    let labels = texts(&svg, "11");
    for [start, end] in joins {
        let all = marks(&svg);
        let (tip, _) = all
            .iter()
            .rfind(|(_, [x, y])| (x + 5.0 - start[0]).abs() < 0.02 && (y - start[1]).abs() < 0.02)
            .expect("it starts beside a mark");
        let (name, _) = labels
            .iter()
            .find(|(_, place)| {
                place.is_some_and(|[x, y]| x > end[0] && (y - 4.0 - end[1]).abs() < 0.02)
            })
            .expect("it ends beside a name");
        let (of_mark, _) = tip.split_once(": ").expect("tips name their curve");
        assert_eq!(of_mark, name);
        // No mark of the same curve lies further to the right.
        let mut own = all.iter().filter(|(other, _)| other.starts_with(of_mark));
        assert!(own.all(|(_, [x, _])| x + 5.0 <= start[0] + 0.02));
    }
}
