//! Which figures there are, and what they are called.

use std::path::Path;

use super::tests::sample_summary;
use super::{FigureKind, figures, integral_name};
use crate::study::{Integral, Quantity, Summary, Term};

/// The names of the figures of a kind, with the number of names of curves in them.
fn found(summary: &Summary, kind: FigureKind) -> Vec<(String, usize)> {
    let figures = figures(summary, Path::new("nowhere")).expect("there are no maps");
    let figures = figures.into_iter().filter(|figure| figure.kind == kind);
    figures
        .map(|figure| (figure.name, figure.svg.matches("(theory").count()))
        .collect()
}

/// A study of estimators with samplers, all with the same numbers.
fn many(estimators: usize, samplers: usize) -> Summary {
    let mut summary = sample_summary();
    let one = summary.series[0].clone();
    summary.series = (0..estimators * samplers)
        .map(|number| {
            let mut series = one.clone();
            series.estimator = format!("method-{}", number / samplers);
            series.sampler = format!("sampler-{}", number % samplers);
            // Its name alone, and not the tips of its marks.
            series.points.truncate(1);
            series
        })
        .collect();
    summary
}

/// Each series has one mark, with a tip, and a name: two texts.
#[test]
fn long_lists_are_split_by_estimator_or_by_twelve() {
    let stem = "a--b----c-vjp-disk.radius-total";
    let expected = |numbers: &[usize]| -> Vec<(String, usize)> {
        let names = ["rate", "rate2", "rate3"].iter().zip(numbers);
        names
            .map(|(name, count)| (format!("{name}-{stem}"), 2 * count))
            .collect()
    };
    for (estimators, samplers, numbers) in [
        (1, 12, &[12][..]),
        (1, 13, &[12, 1]),
        (2, 7, &[7, 7]),
        (3, 5, &[5, 5, 5]),
        // Two samplers each: charts of two are not worth it.
        (9, 2, &[12, 6]),
    ] {
        let summary = many(estimators, samplers);
        let found = found(&summary, FigureKind::Rate);
        assert_eq!(found, expected(numbers), "{estimators} × {samplers}");
    }
}

/// A term that is all of the derivative, or nothing of it, has no figures.
#[test]
fn terms_have_figures_where_they_are_a_part() {
    for (part, is_shown) in [(1.0, false), (0.5, true), (0.0, false)] {
        let mut summary = sample_summary();
        // Without what is no number, which equals nothing.
        summary.cells.retain(|cell| cell.variance.value.is_finite());
        let mut truth = summary.truths[0].clone();
        truth.integral.term = Term::Interior;
        let cells = summary.cells.clone().into_iter().map(|mut cell| {
            cell.integral = truth.integral.clone();
            cell.variance.value *= part;
            cell.rmse.value *= part;
            cell
        });
        summary.cells.extend(cells.collect::<Vec<_>>());
        summary.truths.push(truth);
        let names: Vec<String> = found(&summary, FigureKind::Bias)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        let shown = names.iter().any(|name| name.ends_with("interior"));
        assert_eq!(shown, is_shown, "{part}: {names:?}");
        assert!(names.iter().any(|name| name.ends_with("total")));
    }
}

#[test]
fn integrals_are_named_by_what_is_estimated() {
    let name = |quantity, parameter: Option<&str>, term| {
        integral_name(&Integral {
            scene: "disc".into(),
            quantity,
            parameter: parameter.map(str::to_owned),
            term,
        })
    };
    let radius = Some("disk.radius");
    for (found, expected) in [
        (name(Quantity::Image, None, Term::Total), "disc: image"),
        (
            name(Quantity::Jvp, radius, Term::Total),
            "disc: ∂ image / ∂ disk.radius",
        ),
        (
            name(Quantity::Vjp, radius, Term::Interior),
            "disc: ∂ Σ w·image / ∂ disk.radius, interior term",
        ),
        (
            name(Quantity::Jvp, radius, Term::Boundary),
            "disc: ∂ image / ∂ disk.radius, boundary term",
        ),
    ] {
        assert_eq!(found, expected);
    }
}
