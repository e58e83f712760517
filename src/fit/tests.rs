//! Gradients of fits are unbiased, and fits come back to the parameters of a synthetic target.

use super::counterfactual::Subject;
use super::*;
use crate::film::Image;
use crate::integrator::{Method, Renderer};
use crate::loss::PixelLoss;
use crate::optimizer::OptimizerKind;
use crate::scene::{ParameterKind, RenderSettings, Scene};
use crate::statistics::RunningMoments;

fn parse(side: u32, background: &str, shape: &str, fit: &str) -> Scene {
    let text = format!(
        r#"{{"version": 1, "canvas": {{"width": {side}, "height": {side} {background}}}, "shapes": [{shape}], "fit": {fit}}}"#
    );
    Scene::parse(&text, "inline.json", &[]).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn exact_image(scene: &Scene) -> Image {
    let renderer = Renderer::new(scene, scene.render.clone());
    renderer.with_method(Method::Exact).image()
}

/// A start and what it should become.
struct Case {
    start: Scene,
    truth: Scene,
}

/// Small versions of the examples in `scenes/fit`.
fn small_cases() -> Vec<(&'static str, Case)> {
    let case = |background: &str, fit: &str, start: &str, truth: &str| Case {
        start: parse(48, background, start, fit),
        truth: parse(48, background, truth, fit),
    };
    let gray = "{\"offset\": 0.1, \"color\": [0.5, 0.5, 0.5]}, {\"offset\": 0.9, \"color\": [0.5, 0.5, 0.5]}";
    let colors = "{\"offset\": 0.1, \"color\": [0.95, 0.7, 0.2]}, {\"offset\": 0.9, \"color\": [0.3, 0.1, 0.4]}";
    let ball = |stops: &str| {
        format!(
            r#"{{"type": "circle", "id": "ball", "center": [24.3, 23.8], "radius": 17.4, "fill":
            {{"type": "linear_gradient", "start": [12.5, 9.2], "end": [34.6, 40.3], "stops": [{stops}]}}}}"#
        )
    };
    vec![
        (
            "circle",
            case(
                "",
                r#"{"loss": "pyramid"}"#,
                r#"{"type": "circle", "id": "disk", "center": [10.3, 36.6], "radius": 4.4, "fill": [0.35, 0.45, 0.55]}"#,
                r#"{"type": "circle", "id": "disk", "center": [34.7, 13.2], "radius": 7.3, "fill": [0.86, 0.29, 0.2]}"#,
            ),
        ),
        (
            "ellipse",
            case(
                r#", "background": [0.09, 0.13, 0.22]"#,
                r#"{"params": ["egg.transform.rotate", "egg.radii.*", "egg.fill.color.?"]}"#,
                r#"{"type": "ellipse", "id": "egg", "center": [24.2, 23.7], "radii": [16.6, 6.3], "fill": [0.95, 0.76, 0.33],
                    "transform": {"rotate": -8.5, "origin": [24, 24]}}"#,
                r#"{"type": "ellipse", "id": "egg", "center": [24.2, 23.7], "radii": [18.1, 8.8], "fill": [0.87, 0.58, 0.42],
                    "transform": {"rotate": 41.3, "origin": [24, 24]}}"#,
            ),
        ),
        (
            "gradient",
            case(
                "",
                r#"{"params": ["ball.fill.stops.*.color.*"]}"#,
                &ball(gray),
                &ball(colors),
            ),
        ),
        (
            "polygon",
            case(
                "",
                r#"{"params": ["gem.points.*"]}"#,
                r#"{"type": "polygon", "id": "gem", "fill": [0.18, 0.42, 0.56], "points": [
                    [39.7, 24.4], [31.6, 37.9], [16.2, 37.6], [8.3, 23.8], [16.4, 10.3], [31.9, 10.7]]}"#,
                r#"{"type": "polygon", "id": "gem", "fill": [0.18, 0.42, 0.56], "points": [
                    [41.6, 18.3], [34.7, 38.8], [19.4, 43.2], [6.3, 29.4], [12.8, 9.6], [29.9, 5.7]]}"#,
            ),
        ),
    ]
}

/// How far a parameter may be off: a hundredth of a pixel, half a level of a colour of 8 bits, a
/// twentieth of a degree.
fn tolerance(kind: ParameterKind) -> f64 {
    match kind {
        ParameterKind::Position | ParameterKind::Length | ParameterKind::Translation => 0.01,
        ParameterKind::Angle => 0.05,
        _ => 0.002,
    }
}

/// Fits and lists the parameters that are off.
fn misses(case: &Case, target: &Image, change: impl Fn(&mut FitSettings)) -> Vec<String> {
    let mut settings = FitSettings::of(&case.start);
    change(&mut settings);
    let mut fit = Fit::new(case.start.clone(), target, settings).unwrap();
    while !fit.is_complete() {
        fit.step().unwrap();
    }
    fit.set_result();
    let found = &fit.scene().parameters;
    let expected = case.truth.parameters.values();
    let pairs = found.iter().zip(found.values()).zip(expected);
    let off = pairs.filter(|(((_, parameter), value), truth)| {
        (*value - *truth).abs() > tolerance(parameter.kind)
    });
    off.map(|(((_, parameter), value), truth)| format!("{}: {value} for {truth}", parameter.name))
        .collect()
}

#[test]
fn exact_gradients_bring_the_parameters_back() {
    for (name, case) in small_cases() {
        let target = exact_image(&case.truth);
        let exact = |settings: &mut FitSettings| settings.method = Method::Exact;
        let found = misses(&case, &target, exact);
        assert!(found.is_empty(), "{name}: {found:?}");
    }
}

#[test]
fn sampled_gradients_bring_the_parameters_back() {
    for (name, case) in small_cases() {
        let target = exact_image(&case.truth);
        let found = misses(&case, &target, |_| {});
        assert!(found.is_empty(), "{name}: {found:?}");
    }
}

/// All optimisers, on the circle that overlaps its target.
#[test]
fn every_optimizer_finds_the_way() {
    let shape = |x: f64, radius: f64| {
        format!(
            r#"{{"type": "circle", "id": "disk", "center": [{x}, 11.4], "radius": {radius}, "fill": [0, 0, 0]}}"#
        )
    };
    let fit = r#"{"params": ["disk.center.x", "disk.radius"]}"#;
    let case = Case {
        start: parse(24, "", &shape(10.1, 5.2), fit),
        truth: parse(24, "", &shape(13.3, 6.4), fit),
    };
    let target = exact_image(&case.truth);
    use clap::ValueEnum;
    for &optimizer in OptimizerKind::value_variants() {
        // AdamW stays between the start and the target.
        let found = misses(&case, &target, |settings| {
            settings.optimizer = optimizer;
            settings.decay = 0.0;
            settings.method = Method::Exact;
            settings.steps = 150;
        });
        assert!(found.is_empty(), "{optimizer}: {found:?}");
    }
}

/// The examples at their own size, ten seeds each.
#[test]
#[ignore = "takes minutes; run by hand: cargo test --release examples_bring -- --ignored"]
fn examples_bring_the_parameters_back() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenes/fit/");
    let load = |name: String| Scene::load((folder.to_owned() + &name).as_ref(), &[]).unwrap();
    let mut failures = Vec::new();
    for name in ["circle", "ellipse", "gradient", "polygon"] {
        let case = Case {
            start: load(format!("{name}.json")),
            truth: load(format!("{name}.truth.json")),
        };
        let path = format!("{folder}{name}.target.png");
        let space = case.start.canvas.color_space;
        let target = crate::export::read_image(path.as_ref(), space).unwrap();
        let exact = |settings: &mut FitSettings| settings.method = Method::Exact;
        let found = misses(&case, &target, exact);
        println!("{name} exact: {found:?}");
        failures.extend(found);
        for seed in 0..10 {
            let found = misses(&case, &target, |settings| settings.render.seed = seed);
            println!("{name} seed {seed}: {found:?}");
            failures.extend(found);
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

/// A disc under another, coarse samples, a target that differs everywhere.
fn noisy_problem(loss: PixelLoss, method: Method) -> (Problem, FitSettings) {
    let scene = parse(
        16,
        r#", "background": [0.9, 0.8, 0.7]"#,
        r#"{"type": "circle", "id": "disk", "center": [7.3, 8.1], "radius": 4.7, "fill": [0.1, 0.4, 0.8, 0.8]},
           {"type": "rect", "id": "box", "min": [6.2, 2.3], "max": [13.1, 7.6], "fill": [0.8, 0.3, 0.1, 0.7]}"#,
        "{}",
    );
    let mut target = exact_image(&scene);
    let values = target.data_mut().iter_mut().enumerate();
    values.for_each(|(index, value)| *value += 0.05 + 0.02 * (index % 7) as f64);
    let settings = FitSettings {
        loss,
        method,
        render: RenderSettings {
            spp: 4,
            edge_samples: 2.0,
            ..scene.render.clone()
        },
        ..FitSettings::of(&scene)
    };
    let problem = Problem::new(scene, &target, &settings).unwrap();
    (problem, settings)
}

/// Over 2,000 steps: seeds of steps are those of independent replicates.
#[test]
fn gradients_of_steps_are_unbiased() {
    for loss in [PixelLoss::L2, PixelLoss::Pyramid { levels: None }] {
        let (mut exact, _) = noisy_problem(loss, Method::Exact);
        let values = exact.values();
        let truth = exact.evaluate(&values, 0).gradient;
        let (mut sampled, settings) = noisy_problem(loss, Method::Edge);
        let mut moments = vec![RunningMoments::default(); truth.len()];
        for step in 0..2000 {
            let gradient = sampled.evaluate(&values, settings.step_seed(step)).gradient;
            for (moments, slope) in moments.iter_mut().zip(gradient) {
                moments.push(slope);
            }
        }
        for ((id, moments), truth) in sampled.moving().iter().zip(&moments).zip(truth) {
            let error = moments.standard_error();
            let name = &sampled.scene().parameters[*id].name;
            // Five standard errors: one in 100,000 of all right estimates is off by more.
            let z = (moments.mean() - truth) / error;
            assert!(
                z.abs() < 5.0,
                "{loss} {name}: {} for {truth}, z {z}",
                moments.mean()
            );
            assert!(error < 0.05 * truth.abs() + 1e-5, "{loss} {name}: {error}");
        }
    }
}

#[test]
fn stored_states_go_on_to_the_same_bits() {
    use clap::ValueEnum;
    for &optimizer in OptimizerKind::value_variants() {
        let new = || {
            let method = match optimizer {
                OptimizerKind::Lbfgs => Method::Exact,
                _ => Method::Edge,
            };
            let (problem, mut settings) = noisy_problem(PixelLoss::L2, method);
            settings.optimizer = optimizer;
            settings.steps = 9;
            let target = problem.target().clone();
            Fit::new(problem.scene().clone(), &target, settings).unwrap()
        };
        let run = |mut fit: Fit, steps: u64| {
            while fit.steps_made() < steps && !fit.is_complete() {
                fit.step().unwrap();
            }
            fit
        };
        let whole = run(new(), 9);
        for stop in [1, 4, 8] {
            let half = run(new(), stop);
            let text = serde_json::to_string(half.state()).unwrap();
            let state: State = serde_json::from_str(&text).unwrap();
            assert_eq!(&state, half.state(), "{optimizer}");
            let mut resumed = run(new().with_state(state).unwrap(), 9);
            assert_eq!(
                resumed.values(),
                whole.values(),
                "{optimizer}, stopped at {stop}"
            );
            let mut whole = run(new(), 9);
            resumed.set_result();
            whole.set_result();
            assert_eq!(resumed.scene().to_json(), whole.scene().to_json());
        }
    }
}

#[test]
fn seeds_of_steps_are_fixed_or_fresh() {
    let (_, mut settings) = noisy_problem(PixelLoss::L2, Method::Edge);
    assert_ne!(settings.step_seed(0), settings.step_seed(1));
    settings.seed_mode = SeedMode::Fixed;
    assert_eq!(settings.step_seed(0), settings.step_seed(1));
}

#[test]
fn penalties_pull_where_the_picture_does_not() {
    let shape =
        r#"{"type": "circle", "id": "disk", "center": [60, 60], "radius": 3, "fill": [0, 0, 0]}"#;
    let scene = parse(16, "", shape, r#"{"regularize": ["disk.radius=1e-3@5"]}"#);
    let target = exact_image(&scene);
    let settings = FitSettings::of(&scene);
    let mut problem = Problem::new(scene, &target, &settings).unwrap();
    let values = problem.values();
    let evaluation = problem.evaluate(&values, 0);
    assert!((evaluation.loss - 4e-3).abs() < 1e-15);
    let radius = problem.scene().parameters.find("disk.radius").unwrap();
    for (id, slope) in problem.moving().iter().zip(evaluation.gradient) {
        let expected = if *id == radius { -4e-3 } else { 0.0 };
        assert!((slope - expected).abs() < 1e-15);
    }
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let (problem, settings) = noisy_problem(PixelLoss::L2, Method::Edge);
    let refuse = |change: &dyn Fn(&mut FitSettings), target: &Image| {
        let mut settings = settings.clone();
        change(&mut settings);
        let fit = Fit::new(problem.scene().clone(), target, settings);
        fit.unwrap_err().to_string()
    };
    let target = problem.target();
    let lbfgs = |s: &mut FitSettings| s.optimizer = OptimizerKind::Lbfgs;
    assert!(refuse(&lbfgs, target).contains("--method exact"));
    let unknown = |s: &mut FitSettings| s.params = vec!["disc.*".into()];
    assert!(refuse(&unknown, target).contains("did you mean `disk.*`?"));
    let rate = |s: &mut FitSettings| s.rates.by_glob = vec![("banana".into(), 1.0)];
    assert!(refuse(&rate, target).contains("a learning rate: `banana`"));
    assert!(refuse(&|_| {}, &Image::new(3, 3, 3)).contains("they must have one size"));
    let nothing = parse(4, "", "", "{}");
    let settings = FitSettings::of(&nothing);
    let fit = Fit::new(nothing, &Image::new(4, 4, 3), settings);
    assert!(
        fit.unwrap_err()
            .to_string()
            .contains("no parameter that can move")
    );
}

#[test]
fn a_loss_that_is_not_finite_stops_and_keeps_the_values() {
    let (problem, settings) = noisy_problem(PixelLoss::L2, Method::Edge);
    let mut target = problem.target().clone();
    target.data_mut()[5] = 1e200;
    let mut fit = Fit::new(problem.scene().clone(), &target, settings).unwrap();
    let before = fit.values().to_vec();
    let message = fit.step().unwrap_err().to_string();
    assert!(
        message.starts_with("make step 0: the loss is inf"),
        "{message}"
    );
    assert!(message.contains(&fit.settings().step_seed(0).to_string()));
    assert_eq!((fit.values(), fit.steps_made()), (before.as_slice(), 0));
}

#[test]
fn a_gradient_that_is_too_long_for_a_number_stops_too() {
    let (problem, settings) = noisy_problem(PixelLoss::L2, Method::Edge);
    let settings = FitSettings {
        penalties: vec!["*=1e200@5".parse().unwrap()],
        ..settings
    };
    let target = problem.target().clone();
    let mut fit = Fit::new(problem.scene().clone(), &target, settings).unwrap();
    let message = fit.step().unwrap_err().to_string();
    let expected = "make step 0: the length of the gradient is inf";
    assert!(message.starts_with(expected), "{message}");
}

#[test]
fn subjects_of_parameters() {
    let (problem, _) = noisy_problem(PixelLoss::L2, Method::Edge);
    let subject = |name| Subject::of(problem.scene(), name);
    assert_eq!(subject("box.min.x"), Subject::Shapes { first: 1, end: 2 });
    assert_eq!(subject("canvas.background.r"), Subject::Background);
}
