use std::path::Path;

use super::chart::spaced;
use super::scale::{Axis, Scale, number, power};
use super::{FigureKind, figures, short_names};
use crate::study::{
    CellSummary, Estimate, Integral, IntegrandKind, Optimum, Prediction, Quantity, SceneSummary,
    Series, SeriesPoint, Slope, Summary, Tail, Term, TruthSummary, Tuning, TuningPoint,
};

fn estimate(value: f64) -> Estimate {
    Estimate {
        value,
        interval: [0.8 * value, 1.3 * value],
    }
}

/// Variances of one estimator: usual ones, none, and what a bug or an overflow might leave.
const VARIANCES: [[f64; 3]; 4] = [
    [1e-2, 1e-3, 1e-4],
    [1e-3, 0.0, 0.0],
    [f64::NAN, 1e-3, f64::INFINITY],
    [0.0, 0.0, 0.0],
];
const BUDGETS: [u32; 3] = [4, 16, 64];

/// A study with all that is awkward.
pub fn sample_summary() -> Summary {
    let integral = Integral {
        scene: "a <b> & c".into(),
        quantity: Quantity::Vjp,
        parameter: Some("disk.radius".into()),
        term: Term::Total,
    };
    let sampler = |index: usize| ["stratified", "sobol", "halton", "systematic"][index].to_owned();
    let cell = |index: usize, at: usize| {
        let variance = VARIANCES[index][at];
        CellSummary {
            cell: format!("cell {index} {at}"),
            integral: integral.clone(),
            estimator: "edge".into(),
            method: "edge".into(),
            settings: Vec::new(),
            sampler: sampler(index),
            budget: BUDGETS[at],
            pixel_samples: 1.0,
            edge_samples: 1.0,
            replicates: 4,
            bias: estimate(variance - 1e-3),
            is_biased: index == 1,
            variance: estimate(variance),
            rmse: estimate(variance.sqrt()),
            seconds: 1e-3,
            efficiency: (variance > 0.0).then(|| 1e3 / variance),
            efficiency_of_error: None,
            tail: (index == 2).then(|| Tail {
                index: estimate(1.5),
                count: 5,
                is_heavy: true,
            }),
        }
    };
    let series = |index: usize| Series {
        integral: integral.clone(),
        estimator: "edge".into(),
        method: "edge".into(),
        sampler: sampler(index),
        points: (0..3)
            .map(|at| SeriesPoint {
                budget: BUDGETS[at],
                variance: estimate(VARIANCES[index][at]),
                bias: estimate(0.0),
                rmse: estimate(VARIANCES[index][at].sqrt()),
                seconds: 1e-4 * f64::from(BUDGETS[at]),
            })
            .collect(),
        fit: (index == 0).then(|| Slope {
            exponent: estimate(-1.66),
            constant: 0.1,
            range: [4, 64],
        }),
        prediction: (index == 0).then(|| Prediction {
            exponent: -1.5,
            integrand: IntegrandKind::CurvedJump,
            reason: "jumps".into(),
        }),
        is_heavy: index == 2,
    };
    let tuning = Tuning {
        integral: integral.clone(),
        method: "thin-band".into(),
        settings: Vec::new(),
        sampler: "stratified".into(),
        budget: 16,
        setting: "width".into(),
        points: [0.1, 0.2, 0.4]
            .map(|value| TuningPoint {
                value,
                mse: estimate(value),
                squared_bias: 0.0,
                variance: value,
            })
            .into(),
        optimum: Optimum {
            value: 0.1,
            mse: 0.1,
            at_end: true,
        },
    };
    Summary {
        version: 1,
        title: "a <b> & c".into(),
        description: "x < y".into(),
        seed: 3,
        replicates: 4,
        batches: 2,
        random_offset: true,
        budgets: BUDGETS.into(),
        edge_ratio: 1.0,
        fit_from: 4,
        cells_planned: 13,
        cells_done: 12,
        scenes: vec![SceneSummary {
            name: "a <b> & c".into(),
            file: "scene.json".into(),
            picture: "inputs/scene.png".into(),
            width: 4,
            height: 3,
            filter: "box".into(),
            parameters: vec!["disk.radius".into()],
        }],
        truths: vec![TruthSummary {
            integral: integral.clone(),
            value: 1.0,
            size: 2.0,
            seconds: 0.01,
        }],
        cells: (0..4)
            .flat_map(|index| (0..3).map(move |at| (index, at)))
            .map(|(index, at)| cell(index, at))
            .collect(),
        series: (0..4).map(series).collect(),
        tunings: vec![tuning],
        maps: Vec::new(),
    }
}

fn elements<'a>(svg: &'a resvg::usvg::roxmltree::Document<'_>, name: &'a str) -> usize {
    svg.descendants()
        .filter(|node| node.has_tag_name(name))
        .count()
}

#[test]
fn figures_are_well_formed_and_show_what_is_there() {
    let summary = sample_summary();
    let figures = figures(&summary, Path::new("nowhere")).expect("there are no maps");
    let kinds: Vec<FigureKind> = figures.iter().map(|figure| figure.kind).collect();
    use FigureKind::{Bias, Rate, Time, Tuning};
    assert_eq!(kinds, [Rate, Time, Bias, Tuning]);
    for figure in &figures {
        let svg = resvg::usvg::roxmltree::Document::parse(&figure.svg);
        let svg = svg.unwrap_or_else(|error| panic!("{}: {error}", figure.name));
        assert!(svg.root_element().has_tag_name("svg"), "{}", figure.name);
        for wrong in ["NaN", "inf\"", "inf,"] {
            assert!(!figure.svg.contains(wrong), "{wrong} in {}", figure.name);
        }
        let marks = elements(&svg, "title");
        let expected = match figure.kind {
            // Positive finite variances; errors of them; the biases that are numbers; 3 curves.
            Rate | Time => 5,
            Bias => 3,
            _ => 6,
        };
        assert_eq!(marks, expected, "{}", figure.name);
    }
    let rate = &figures[0].svg;
    assert!(
        rate.contains(
            "No variance but rounding, at all or some budgets: sobol, halton, systematic."
        )
    );
    assert!(
        rate.contains("stratified  −1.66 (theory −1.5)")
            && rate.contains("stroke-dasharray=\"5 4\"")
    );
    assert!(rate.contains("A heavy tail"));
    assert!(figures[2].svg.contains("no number"));
}

#[test]
fn captions_say_which_budgets_are_fitted() {
    for (fit_from, caption) in [
        (1, "Solid: fitted over all budgets."),
        (4, "Solid: fitted over all budgets."),
        (5, "Solid: fitted from 5 samples per pixel on."),
        (16, "Solid: fitted from 16 samples per pixel on."),
    ] {
        let summary = Summary {
            fit_from,
            ..sample_summary()
        };
        let figures = figures(&summary, Path::new("nowhere")).expect("there are no maps");
        assert!(figures[0].svg.contains(caption), "{fit_from}");
    }
}

#[test]
fn labels_keep_apart() {
    let heights = [10.0, 11.0, 12.0, 90.0, 99.0];
    let placed = spaced(&heights, 14.0, [0.0, 100.0]);
    assert!(
        placed
            .windows(2)
            .all(|pair| pair[1] - pair[0] >= 14.0 - 1e-9)
    );
    assert!(placed.iter().all(|height| (0.0..=100.0).contains(height)));
    assert_eq!(spaced(&[20.0, 80.0], 14.0, [0.0, 100.0]), [20.0, 80.0]);
}

#[test]
fn equal_ratios_are_equal_distances() {
    let axis = Axis::new("", Scale::Log, [1.0, 1000.0]);
    let places = [1.0, 10.0, 100.0, 1000.0].map(|x| axis.place(x).expect("it is positive"));
    for pair in places.windows(2) {
        assert!((pair[1] - pair[0] - (places[1] - places[0])).abs() < 1e-12);
    }
    assert_eq!(axis.place(0.0), None);
    assert_eq!(axis.place(f64::NAN), None);
    let signed = Axis::new("", Scale::SignedLog(0.1), [-10.0, 10.0]);
    let [low, zero, high] = [-3.0, 0.0, 3.0].map(|x| signed.place(x).expect("all have places"));
    assert!((zero - 0.5).abs() < 1e-12 && ((high - zero) - (zero - low)).abs() < 1e-12);
    // ln(1 + x/0.1): at 0.1 it is ln 2, at 10 it is ln 101.
    let [one, hundred] = [0.1, 10.0].map(|x| signed.place(x).expect("all have places") - zero);
    assert!((one / hundred - 2f64.ln() / 101f64.ln()).abs() < 1e-12);
}

#[test]
fn axes_of_nothing_have_ticks_or_none() {
    for numbers in [vec![], vec![0.0], vec![f64::NAN, -1.0], vec![5.0]] {
        for scale in [Scale::Log, Scale::SignedLog(1.0)] {
            let ticks = Axis::new("", scale, numbers.clone()).ticks();
            assert!(ticks.iter().all(|(x, _)| x.is_finite()));
        }
    }
}

#[test]
fn ticks_are_all_there_or_thinned_out_evenly() {
    for count in 1..40_u32 {
        let all: Vec<f64> = (1..=count).map(f64::from).collect();
        let axis = Axis::new("", Scale::Log, all.clone()).with_ticks(all);
        let ticks: Vec<f64> = axis.ticks().into_iter().map(|(x, _)| x).collect();
        assert!(ticks.len() <= 9, "{ticks:?}");
        assert!(count > 9 || ticks.len() as u32 == count, "{ticks:?}");
        let step = f64::from(count.div_ceil(9));
        assert!(ticks.windows(2).all(|pair| pair[1] - pair[0] == step));
    }
}

#[test]
fn numbers_are_short() {
    let cases = [
        (0.0, "0"),
        (-2.5, "−2.5"),
        (1e-7, "1.00·10⁻⁷"),
        (12345.0, "12345"),
        (0.05, "0.05"),
        (f64::NAN, "—"),
    ];
    for (x, text) in cases {
        assert_eq!(number(x), text);
    }
    assert_eq!(power(1e-5), "10⁻⁵");
    assert_eq!(power(-1e4), "−10⁴");
    assert_eq!(power(3e-5), "3·10⁻⁵");
    assert_eq!(power(-7e-5), "−7·10⁻⁵");
}

#[test]
fn names_have_the_settings_that_differ() {
    let names = short_names([
        "edge",
        "spsa:step=1,draws=4",
        "spsa:step=2,draws=4",
        "soft:width=1",
    ]);
    assert_eq!(names["edge"], "edge");
    assert_eq!(names["spsa:step=2,draws=4"], "spsa step=2");
    assert_eq!(names["soft:width=1"], "soft");
}
