use predicates::prelude::*;

use crate::workspace::Workspace;

#[test]
fn each_output_has_its_gradient_images_beside_it() {
    let workspace = Workspace::new();
    let report = workspace.done(&[
        "render",
        "scene.json",
        "-o",
        "out/a.png",
        "b.npy",
        "-o",
        "c.EXR",
        "--grad",
        "dot.center.?",
        "--grad",
        "dot.radius",
    ]);
    let expected = [
        "b.d.dot.center.x.npy",
        "b.d.dot.center.y.npy",
        "b.d.dot.radius.npy",
        "b.npy",
        "c.EXR",
        "c.d.dot.center.x.EXR",
        "c.d.dot.center.y.EXR",
        "c.d.dot.radius.EXR",
        "out",
        "out/a.d.dot.center.x.png",
        "out/a.d.dot.center.y.png",
        "out/a.d.dot.radius.png",
        "out/a.png",
    ];
    assert_eq!(workspace.entries(), expected);
    // One line a file, gradients with their range.
    assert_eq!(report.lines().count(), 12);
    assert!(report.contains("out/a.png  24 × 16 px, RGB\n"), "{report}");
    let line = report
        .lines()
        .find(|line| line.starts_with("b.d.dot.radius.npy"));
    let is_range = predicate::str::is_match(r"  range ±\d\.\d\de-?\d per px$").unwrap();
    assert!(is_range.eval(line.unwrap()), "{report}");
}

/// The sum of all values of the image changes by minus the card's height a channel when its right
/// edge moves, and by its area when its red grows.
#[test]
fn gradient_images_hold_the_derivative() {
    let workspace = Workspace::new();
    workspace.done(&["render", "scene.json", "-o", "a.npy", "--grad", "card.*"]);
    let sum = |name: &str| workspace.image(name).data().iter().sum::<f64>();
    assert!((sum("a.d.card.max.x.npy") + 3.0 * 8.0).abs() < 1e-9);
    assert!((sum("a.d.card.fill.color.r.npy") - 8.0 * 8.25).abs() < 1e-9);
}

#[test]
fn a_transparent_background_gives_four_channels() {
    let workspace = Workspace::new();
    let background = "canvas.background=[0, 0, 0, 0]";
    let arguments = ["render", "scene.json", "-o", "a.npy", "-D", background];
    assert!(workspace.done(&arguments).contains("RGBA"));
    let image = workspace.image("a.npy");
    assert_eq!(image.channels(), 4);
    assert_eq!(image.pixel(0, 0), [0.0; 4]);
    assert_eq!(image.pixel(6, 6), [0.0, 0.0, 0.0, 1.0]);
}

#[test]
fn a_glob_without_a_match_suggests_a_name() {
    let workspace = Workspace::new();
    let error = workspace.refused(&["render", "scene.json", "-o", "a.png", "--grad", "dit.*"]);
    let expected = "error: failed to select parameters: --grad `dit.*`: no parameter matches, \
                    did you mean `dot.*`?\n";
    assert_eq!(error, expected);
}

#[test]
fn errors_in_scenes_begin_with_file_line_and_column() {
    let workspace = Workspace::new();
    workspace.write(
        "bad.json",
        "{\"version\": 1, \"canvas\": {\"width\": 8, \"height\": 8},\n \"shapes\": [\n  \
         {\"type\": \"circle\", \"id\": \"a\", \"center\": [4, 4], \"radius\": -1}]}",
    );
    let error = workspace.refused(&["render", "bad.json", "-o", "a.png"]);
    let column =
        "  {\"type\": \"circle\", \"id\": \"a\", \"center\": [4, 4], \"radius\": ".len() + 1;
    let expected = format!("bad.json:3:{column}: shapes[0].radius: must not be negative, got -1\n");
    assert_eq!(error, expected);
    let missing = workspace.refused(&["render", "none.json", "-o", "a.png"]);
    assert!(missing.starts_with("none.json: "), "{missing}");
}

#[test]
fn overrides_that_do_not_fit_are_named() {
    let workspace = Workspace::new();
    let error = workspace.refused(&["render", "scene.json", "-o", "a.png", "-D", "dot.radius=-1"]);
    let expected = "error: -D dot.radius=-1: must not be negative, got -1\n";
    assert_eq!(error, expected);
}

/// Paths are checked before the work, so that one bad path leaves no other file either.
#[test]
fn outputs_that_cannot_be_written_leave_nothing() {
    let workspace = Workspace::new();
    std::fs::create_dir(workspace.path("folder.png")).unwrap();
    for (bad, reason) in [
        ("a.jpeg", "its name must end in .png, .npy or .exr"),
        ("folder.png", "it is a folder; name a file in it"),
        ("scene.json/a.png", "its folder scene.json cannot be used"),
        (
            "scene.json/b/a.png",
            "its folder scene.json/b cannot be used",
        ),
    ] {
        let error = workspace.refused(&["render", "scene.json", "-o", "new/ok.png", bad]);
        assert!(
            error.starts_with("error: failed to ") && error.contains(reason),
            "{error}"
        );
    }
    let stats = [
        "render",
        "scene.json",
        "-o",
        "ok.png",
        "--stats",
        "folder.png",
    ];
    assert!(workspace.refused(&stats).contains("it is a folder"));
}

#[test]
fn two_results_in_one_file_are_refused() {
    let workspace = Workspace::new();
    for arguments in [
        ["-o", "a.png", "a.png"],
        ["-o", "a.png", "a.d.dot.radius.png"],
        ["-o", "a.png", "--stats=a.png"],
    ] {
        let mut all = vec!["render", "scene.json", "--grad", "dot.radius"];
        all.extend(arguments);
        let error = workspace.refused(&all);
        assert!(
            error.contains("two results would go to this file"),
            "{error}"
        );
    }
}
