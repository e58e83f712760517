use approx::assert_relative_eq;
use reynolds::film::Image;
use serde_json::Value;

use crate::workspace::Workspace;

const NAMES: [&str; 11] = [
    "card.min.x",
    "card.min.y",
    "card.max.x",
    "card.max.y",
    "card.fill.color.r",
    "card.fill.color.g",
    "card.fill.color.b",
    "dot.center.x",
    "dot.center.y",
    "dot.radius",
    "dot.fill.color.r",
];

fn ones(channels: usize) -> Image {
    Image::from_data(24, 16, channels, vec![1.0; 24 * 16 * channels])
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// With weights of one, the objective is the sum of all values: it changes by minus the card's
/// height a channel when its right edge moves, and by its area when its red grows.
#[test]
fn an_adjoint_gives_one_number_a_parameter_in_the_order_of_the_file() {
    let workspace = Workspace::new();
    workspace.write_image("ones.npy", &ones(3));
    workspace.write_image("grey.exr", &ones(1));
    let text = workspace.done(&["grad", "scene.json", "--adjoint", "ones.npy"]);
    let gradient = parse(&text);
    let names: Vec<_> = gradient.as_object().unwrap().keys().collect();
    assert_eq!(names[..11], NAMES);
    assert_eq!(names.len(), 14);
    let derivative = |name: &str| gradient[name].as_f64().unwrap();
    assert_relative_eq!(derivative("card.max.x"), -24.0, max_relative = 1e-12);
    assert_relative_eq!(derivative("card.fill.color.r"), 66.0, max_relative = 1e-12);
    // One channel serves for all three.
    let grey = workspace.done(&["grad", "scene.json", "--adjoint", "grey.exr"]);
    assert_eq!(grey, text);
}

/// The card's right edge stands at a quarter of a pixel, where the image is 3/4. With T = 1, the
/// derivative of the mean of (I − T)² is 2 (3/4 − 1) (−1) · 8 / (24 · 16) = 1/96, that of |I − T|
/// is 8 / (24 · 16) = 1/48.
#[test]
fn losses_have_the_derivative_of_their_formula() {
    let workspace = Workspace::new();
    workspace.write_image("white.png", &ones(3));
    for (loss, expected) in [("l2", 1.0 / 96.0), ("l1", 1.0 / 48.0)] {
        let arguments = [
            "grad",
            "scene.json",
            "--target",
            "white.png",
            "--loss",
            loss,
        ];
        let gradient = parse(&workspace.done(&arguments));
        let derivative = gradient["card.max.x"].as_f64().unwrap();
        assert_relative_eq!(derivative, expected, max_relative = 1e-12);
    }
    let default = workspace.done(&["grad", "scene.json", "--target", "white.png"]);
    let l2 = [
        "grad",
        "scene.json",
        "--target",
        "white.png",
        "--loss",
        "l2",
    ];
    assert_eq!(workspace.done(&l2), default);
}

/// Without the dot the mean of |I − 1| is the card's share of the canvas.
#[test]
fn with_a_file_the_report_has_the_loss() {
    let workspace = Workspace::new();
    workspace.write_image("white.png", &ones(3));
    let arguments = [
        "grad",
        "scene.json",
        "--target",
        "white.png",
        "--loss",
        "l1",
        "-D",
        "dot.radius=0",
    ];
    let text = workspace.done(&arguments);
    let report = workspace.done(&[&arguments[..], &["-o", "out/g.json"]].concat());
    assert_eq!(workspace.read("out/g.json"), text.as_bytes());
    let lines: Vec<_> = report.lines().collect();
    assert_eq!(lines[0], "out/g.json  14 derivatives");
    let loss: f64 = lines[1].strip_prefix("loss ").unwrap().parse().unwrap();
    assert_relative_eq!(loss, 66.0 / (24.0 * 16.0), max_relative = 1e-6);
    let quiet = workspace.done(&[&arguments[..], &["-q"]].concat());
    assert_eq!(quiet, text);
}

#[test]
fn globs_choose_the_parameters() {
    let workspace = Workspace::new();
    workspace.write_image("ones.npy", &ones(3));
    let all = ["grad", "scene.json", "--adjoint", "ones.npy"];
    let some = [&all[..], &["--params", "dot.radius", "--params", "*.max.?"]].concat();
    let (all, some) = (parse(&workspace.done(&all)), parse(&workspace.done(&some)));
    let names: Vec<_> = some.as_object().unwrap().keys().collect();
    assert_eq!(names, ["card.max.x", "card.max.y", "dot.radius"]);
    assert!(names.iter().all(|&name| some[name] == all[name]));
    let none = [
        "grad",
        "scene.json",
        "--adjoint",
        "ones.npy",
        "--params",
        "moon",
    ];
    assert!(workspace.refused(&none).contains("--params `moon`"));
}

/// The sum over the image changes by minus 2πr · 0.5 · (3 − 0.2 − 0.4 − 0.8) when the dot grows.
#[test]
fn replicates_give_mean_and_standard_error() {
    let workspace = Workspace::new();
    workspace.write_image("ones.npy", &ones(3));
    let arguments = |count, more: &[&'static str]| {
        let all = [
            "grad",
            "scene.json",
            "--adjoint",
            "ones.npy",
            "--replicates",
            count,
        ];
        [&all[..], more].concat()
    };
    let run = |count, more: &[&'static str]| parse(&workspace.done(&arguments(count, more)));
    let noisy = ["--sampler", "independent", "--edge-samples", "0.25"];
    let estimate = run("16", &noisy);
    for (name, entry) in estimate.as_object().unwrap() {
        let keys: Vec<_> = entry.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["mean", "stderr"], "{name}");
    }
    let number = |name: &str, key: &str| estimate[name][key].as_f64().unwrap();
    // Noise moves this one from seed to seed, and an edge alone leaves none.
    assert!(number("dot.fill.color.r", "stderr") > 0.0);
    assert_relative_eq!(number("card.max.x", "mean"), -24.0, max_relative = 1e-12);
    let exact = -2.0 * std::f64::consts::PI * 3.0 * 0.5 * (3.0 - 0.2 - 0.4 - 0.8);
    assert_relative_eq!(number("dot.radius", "mean"), exact, max_relative = 0.01);
    assert_ne!(
        run("16", &[&noisy[..], &["--seed", "1"]].concat()),
        estimate
    );
    let one = arguments("1", &[]);
    assert!(workspace.refused(&one).contains("--replicates"));
}

#[test]
fn pictures_that_do_not_fit_are_refused_with_both_shapes() {
    let workspace = Workspace::new();
    workspace.write_image("small.npy", &Image::new(20, 16, 3));
    workspace.write_image("rgba.npy", &ones(4));
    workspace.write_image("ones.png", &ones(3));
    for (arguments, reasons) in [
        (
            ["--adjoint", "small.npy"],
            ["20 × 16 px with 3 channels", "24 × 16 px with 3 channels"],
        ),
        (
            ["--adjoint", "rgba.npy"],
            ["24 × 16 px with 4 channels", "24 × 16 px with 3 channels"],
        ),
        (["--target", "small.npy"], ["20 × 16 px", "24 × 16 px"]),
        (
            ["--adjoint", "ones.png"],
            ["PNG cannot hold", ".npy or .exr"],
        ),
        (["--target", "none.png"], ["failed to read none.png", ""]),
        (["--target", "scene.json"], ["its name must end in", ""]),
    ] {
        let mut all = vec!["grad", "scene.json"];
        all.extend(arguments);
        let error = workspace.refused(&all);
        assert!(
            reasons.iter().all(|reason| error.contains(reason)),
            "{error}"
        );
    }
}

#[test]
fn exactly_one_objective_is_asked_for() {
    let workspace = Workspace::new();
    workspace.write_image("ones.npy", &ones(3));
    for arguments in [
        &[][..],
        &["--adjoint", "ones.npy", "--target", "ones.npy"],
        &["--adjoint", "ones.npy", "--loss", "l1"],
    ] {
        let all = [&["grad", "scene.json"][..], arguments].concat();
        assert!(workspace.refused(&all).contains("--target"));
    }
}

/// A target without alpha is opaque: over a transparent canvas it differs from nothing everywhere.
#[test]
fn a_target_without_alpha_is_opaque() {
    let workspace = Workspace::new();
    workspace.write_image("white.png", &ones(3));
    let report = workspace.done(&[
        "grad",
        "scene.json",
        "--target",
        "white.png",
        "-o",
        "g.json",
        "--loss",
        "l1",
        "-D",
        "canvas.background=[0, 0, 0, 0]",
        "-D",
        "shapes=[]",
    ]);
    assert!(report.contains("loss 1.000000e0"), "{report}");
}
