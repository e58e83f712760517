use predicates::prelude::*;
use predicates::str::contains;
use reynolds::export::write_image;
use reynolds::film::Image;
use reynolds::scene::{ColorSpace, Scene};

use super::workspace::Workspace;

mod interrupted;

/// A run that takes a second or so.
const LONG: [&str; 12] = [
    "fit",
    "scene.json",
    "--target",
    "target.npy",
    "-o",
    "run",
    "--steps",
    "150",
    "--spp",
    "64",
    "--checkpoint-every",
    "0",
];

/// A workspace with a target: the scene with its dot moved and the card widened.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace.done(&[
        "render",
        "scene.json",
        "-o",
        "target.npy",
        "--method",
        "exact",
        "-q",
        "-D",
        "dot.center.x=17",
        "-D",
        "card.max.x=13.4",
        "-D",
        "card.fill.color.r=0.3",
    ]);
    workspace
}

/// A run of 12 steps.
fn short(workspace: &Workspace, more: &[&str]) -> String {
    steps(workspace, "12", more)
}

fn steps(workspace: &Workspace, steps: &str, more: &[&str]) -> String {
    let fit = [
        "fit",
        "scene.json",
        "--target",
        "target.npy",
        "-o",
        "run",
        "--steps",
        steps,
    ];
    workspace.done(&[&fit[..], more].concat())
}

fn files(workspace: &Workspace, folder: &str) -> Vec<String> {
    let prefix = format!("{folder}/");
    let entries = workspace.entries().into_iter();
    entries
        .filter_map(|name| name.strip_prefix(&prefix).map(str::to_owned))
        .collect()
}

#[test]
fn a_run_leaves_a_scene_tables_and_pictures() {
    let workspace = workspace();
    let output = steps(&workspace, "40", &["--save-every", "5", "--animate"]);
    assert!(
        output.contains("run  loss ") && output.contains(", 40 steps, "),
        "{output}"
    );
    let expected = [
        "animation.gif",
        "checkpoint.json",
        "difference.png",
        "final.json",
        "final.png",
        "initial.json",
        "initial.png",
        "loss.csv",
        "loss.svg",
        "parameters.csv",
        "snapshots",
    ];
    let found = files(&workspace, "run");
    assert_eq!(found[..11], expected, "{found:?}");
    assert!(found.contains(&"snapshots/step-000035.png".to_owned()));
    assert!(found.contains(&"snapshots/step-000040.json".to_owned()));
    assert_eq!(
        found[found.len() - 3..],
        ["summary.json", "target.npy", "target.png"]
    );

    let summary = workspace.json("run/summary.json");
    let loss = |which: &str| summary["loss"][which].as_f64().unwrap();
    assert!(loss("final") < 0.1 * loss("initial"), "{summary}");
    assert_eq!(summary["iterations"], 40);
    assert_eq!(summary["interrupted"], false);
    assert_eq!(summary["unbiased_gradient"], true);
    assert!(summary["seconds"].as_f64().unwrap() > 0.0 && summary["converged"].is_boolean());

    // The same shapes and names, and a scene that renders.
    let scene = |name: &str| Scene::load(&workspace.path(name), &[]).unwrap();
    let (start, end) = (scene("scene.json"), scene("run/final.json"));
    let names = |scene: &Scene| {
        let list = scene.parameters.iter();
        list.map(|(_, p)| p.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&start), names(&end));
    workspace.done(&["render", "run/final.json", "-o", "again.png", "-q"]);
    // The run's picture has 64 samples a pixel, this one has 16.
    let (picture, again) = (
        workspace.image("run/final.png"),
        workspace.image("again.png"),
    );
    let pairs = picture.data().iter().zip(again.data());
    assert!(pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) < 0.2);

    let text = |name: &str| String::from_utf8(workspace.read(name)).unwrap();
    let losses = text("run/loss.csv");
    let rows: Vec<&str> = losses.lines().collect();
    assert_eq!(
        (rows[0], rows.len()),
        ("step,loss,gradient_norm,seconds", 41)
    );
    assert!(rows[40].starts_with("39,"));
    let parameters = text("run/parameters.csv");
    assert!(parameters.starts_with("step,card.min.x,card.min.y,card.max.x"));
    assert_eq!(parameters.lines().count(), 42);
    assert!(text("run/loss.svg").starts_with("<svg"));
    assert_eq!(workspace.read("run/animation.gif")[..6], *b"GIF89a");
}

#[test]
fn quiet_runs_print_nothing() {
    let workspace = workspace();
    assert_eq!(short(&workspace, &["-q"]), "");
    let command = workspace.command(&[&LONG[..6], &["--steps", "3", "-q", "--force"]].concat());
    let mut command = command;
    command.assert().code(0).stdout("").stderr("");
}

#[test]
fn only_what_is_selected_moves() {
    let workspace = workspace();
    short(&workspace, &["--params", "dot.center.x"]);
    let parameters = |name: &str| Scene::load(&workspace.path(name), &[]).unwrap().parameters;
    let (before, after) = (parameters("scene.json"), parameters("run/final.json"));
    let pairs = before.iter().zip(before.values()).zip(after.values());
    let moved: Vec<&str> = pairs
        .filter(|((_, old), new)| old != new)
        .map(|(((_, parameter), _), _)| parameter.name.as_str())
        .collect();
    assert_eq!(moved, ["dot.center.x"]);
}

#[test]
fn a_run_is_not_replaced_unless_asked() {
    let workspace = workspace();
    short(&workspace, &["--save-every", "4", "--animate=png"]);
    workspace.write("run/notes.txt", "mine");
    let before = workspace.read("run/final.json");
    let fit = [
        "fit",
        "scene.json",
        "--target",
        "target.npy",
        "-o",
        "run",
        "--steps",
        "5",
    ];
    let mut command = workspace.command(&fit);
    let message = contains("there is one already (checkpoint.json)").and(contains("--force"));
    command
        .assert()
        .code(2)
        .stdout("")
        .stderr(message.and(contains("--resume run")));
    assert_eq!(workspace.read("run/final.json"), before);
    workspace.done(&[&fit[..], &["--force"]].concat());
    // What the first run wrote and the second does not is gone; other files stay.
    let found = files(&workspace, "run");
    assert!(found.contains(&"notes.txt".to_owned()), "{found:?}");
    assert!(
        !found
            .iter()
            .any(|name| name.contains("step-") || name.contains("animation"))
    );
}

#[test]
fn wrong_usage_and_bad_input() {
    let workspace = workspace();
    workspace.write("text.txt", "no picture");
    let refused = |arguments: &[&str]| workspace.refused(&[&["fit"], arguments].concat());
    let with = |more: &[&str]| {
        refused(&[&["scene.json", "--target", "target.npy", "-o", "run"], more].concat())
    };
    assert!(refused(&[]).contains("<SCENE>"));
    assert!(refused(&["scene.json", "-o", "run"]).contains("--target"));
    assert!(refused(&["scene.json", "--target", "target.npy"]).contains("--output"));
    assert!(refused(&["scene.json", "--target", "no.png", "-o", "run"]).contains("no.png"));
    assert!(
        refused(&["scene.json", "--target", "text.txt", "-o", "run"]).contains("choose a format")
    );
    assert!(with(&["--optimizer", "lbfgs"]).contains("--method exact"));
    assert!(with(&["--params", "disc.*"]).contains("no parameter matches"));
    assert!(with(&["--loss", "l3"]).contains("expected l2, l1, huber"));
    assert!(with(&["--lr", "-1"]).contains("positive"));
    assert!(with(&["--steps", "0"]).contains("0 is not in"));
    assert!(with(&["--init", "blobs:5"]).contains("cannot be used with"));
    assert!(with(&["--resize=20"]).contains("without a side"));
    assert!(with(&["--resume", "run"]).contains("cannot be used with"));
    assert!(refused(&["--resume", "run", "--lr", "2"]).contains("cannot be used with"));
    assert!(refused(&["--resume", "run"]).contains("there is no checkpoint.json in it"));
    workspace.write_image("small.png", &Image::new(5, 4, 3));
    let small = refused(&["scene.json", "--target", "small.png", "-o", "run"]);
    assert!(
        small.contains("small.png") && small.contains("5 × 4 px"),
        "{small}"
    );
}

#[test]
fn targets_are_resized_when_asked() {
    let workspace = workspace();
    workspace.write_image(
        "large.png",
        &Image::from_data(48, 32, 3, vec![0.5; 48 * 32 * 3]),
    );
    let fit = [
        "fit",
        "scene.json",
        "--target",
        "large.png",
        "-o",
        "run",
        "--steps",
        "2",
    ];
    workspace.command(&fit).assert().code(2);
    workspace.done(&[&fit[..], &["--resize"]].concat());
    let target = workspace.image("run/target.npy");
    assert_eq!((target.width(), target.height()), (24, 16));
}

#[test]
fn a_picture_alone_is_enough() {
    let workspace = workspace();
    let init = [
        "fit",
        "--init",
        "circles:12",
        "--target",
        "target.npy",
        "-o",
        "run",
        "--steps",
        "30",
    ];
    let output = workspace.done(&init);
    let summary = workspace.json("run/summary.json");
    let loss = |which: &str| summary["loss"][which].as_f64().unwrap();
    assert!(loss("final") < 0.6 * loss("initial"), "{output}");
    // The mean of the picture would be far off.
    let target = workspace.image("target.npy");
    let mean = target.data().iter().sum::<f64>() / target.data().len() as f64;
    let variance = target
        .data()
        .iter()
        .map(|v| (v - mean) * (v - mean))
        .sum::<f64>();
    assert!(loss("final") < 0.3 * variance / target.data().len() as f64);
    let scene = workspace.json("run/final.json");
    assert_eq!(scene["shapes"].as_array().unwrap().len(), 12);
    let blobs = [
        "fit",
        "--init",
        "blobs:3",
        "--target",
        "target.npy",
        "-o",
        "b",
        "--steps",
        "2",
    ];
    workspace.done(&[&blobs[..], &["--resize=12"]].concat());
    assert_eq!(workspace.image("b/final.png").width(), 12);
}

#[test]
fn gradients_of_zero_are_explained() {
    let workspace = workspace();
    workspace.write(
        "hidden.json",
        r#"{"version": 1, "canvas": {"width": 24, "height": 16}, "shapes": [
            {"type": "circle", "id": "under", "center": [9, 8], "radius": 3, "fill": [0, 0, 1]},
            {"type": "rect", "id": "cover", "min": [4.2, 3.1], "max": [14.3, 12.6], "fill": [0.5, 0, 0]},
            {"type": "circle", "id": "away", "center": [90, 8], "radius": 3, "fill": [0, 0, 1]}]}"#,
    );
    let fit = [
        "fit",
        "hidden.json",
        "--target",
        "target.npy",
        "-o",
        "run",
        "--steps",
        "2",
    ];
    let output = workspace.done(&fit);
    let line = |text: &str| assert!(output.contains(text), "{output}");
    line("6 gradients exactly 0, hidden behind other shapes: under.center.x");
    line("6 gradients exactly 0, outside the canvas: away.center.x");
    let zeros = workspace.json("run/summary.json")["zero_gradients"].clone();
    assert_eq!(zeros[0]["parameter"], "under.center.x");
    assert_eq!(zeros[0]["reason"], "hidden");
}

#[test]
fn a_step_that_fails_names_itself_and_keeps_the_last_good_state() {
    let workspace = workspace();
    let mut target = workspace.image("target.npy");
    target.data_mut()[0] = 1e200;
    write_image(&workspace.path("huge.npy"), &target, ColorSpace::Srgb).unwrap();
    let fit = ["fit", "scene.json", "--target", "huge.npy", "-o", "run"];
    let failed = contains("failed to make step 0: the loss is inf").and(contains("--seed "));
    workspace.command(&fit).assert().code(2).stderr(failed);
    let scene = |name: &str| Scene::load(&workspace.path(name), &[]).unwrap();
    let (start, end) = (scene("scene.json"), scene("run/final.json"));
    assert_eq!(start.parameters.values(), end.parameters.values());
    assert!(files(&workspace, "run").contains(&"checkpoint.json".to_owned()));
}
