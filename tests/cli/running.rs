use std::process::{Command, Stdio};

use predicates::prelude::*;
use serde_json::Value;

use crate::workspace::{Workspace, program};

const RENDER: [&str; 6] = [
    "render",
    "scene.json",
    "-o",
    "a.npy",
    "--grad",
    "dot.radius",
];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    RENDER.into_iter().chain(more.iter().copied()).collect()
}

/// A constant colour leaves the derivative by the radius to the edge samples alone, that by the
/// alpha to the samples in pixels.
#[test]
fn every_setting_changes_what_it_should() {
    let workspace = Workspace::new();
    let render = |flags: &[&str]| {
        let alpha = ["--grad", "dot.fill.color.a"];
        // Several samples on each piece of edge, where the filter varies: else all would agree.
        let scene = ["-D", "render.filter=tent", "-D", "render.edge_samples=40"];
        let all = with(&[alpha.as_slice(), scene.as_slice()].concat());
        workspace.done(&[&all[..], flags].concat());
        ["a.npy", "a.d.dot.radius.npy", "a.d.dot.fill.color.a.npy"].map(|name| workspace.read(name))
    };
    let original = render(&[]);
    for (flags, changes) in [
        (["--method", "edge"], [false, false, false]),
        (["--method", "interior"], [false, true, false]),
        (["--method", "exact"], [true, true, true]),
        (["--spp", "3"], [true, false, true]),
        (["--edge-samples", "4.5"], [false, true, false]),
        (["--seed", "1"], [true, true, true]),
        (["--sampler", "independent"], [true, true, true]),
        (["--filter", "box"], [true, true, true]),
        (["-D", "dot.radius=2"], [true, true, true]),
        (["-D", "render.tolerance=0.5"], [true, true, true]),
    ] {
        let now = render(&flags);
        let changed = [0, 1, 2].map(|file| now[file] != original[file]);
        assert_eq!(changed, changes, "{flags:?}");
    }
}

#[test]
fn flags_win_over_overrides_and_these_over_the_file() {
    let workspace = Workspace::new();
    let bytes = |flags: &[&str]| {
        workspace.done(&with(flags));
        workspace.read("a.npy")
    };
    let three = bytes(&["--spp", "3"]);
    assert!(bytes(&["-D", "render.spp=3"]) == three);
    assert!(bytes(&["-D", "render.spp=5", "--spp", "3"]) == three);
}

#[test]
fn one_thread_and_two_give_the_same_bits() {
    let workspace = Workspace::new();
    let bytes = |threads: &str| {
        workspace.done(&with(&["-t", threads, "--filter", "gaussian"]));
        let gradient = workspace.done(&["grad", "scene.json", "--target", "a.npy", "-t", threads]);
        (
            workspace.read("a.npy"),
            workspace.read("a.d.dot.radius.npy"),
            gradient,
        )
    };
    assert!(bytes("1") == bytes("2"));
}

#[test]
fn statistics_have_the_seconds_of_every_stage() {
    let workspace = Workspace::new();
    workspace.done(&with(&["--stats", "out/stats.json", "--threads", "2"]));
    let stats = workspace.json("out/stats.json");
    let stages = ["load", "outline", "image", "gradient", "write"];
    let seconds = stats["seconds"].as_object().unwrap();
    assert_eq!(seconds.keys().collect::<Vec<_>>(), stages);
    for stage in stages {
        assert!(seconds[stage].as_f64().unwrap() > 0.0, "{stats}");
    }
    // The image takes all samples, the interior term none where the dot is not.
    let pixel = stats["samples"]["pixel"].as_u64().unwrap();
    assert!(
        (24 * 16 * 16..=2 * 24 * 16 * 16).contains(&pixel),
        "{stats}"
    );
    let edge = stats["samples"]["edge"].as_f64().unwrap();
    assert!(edge > 2.0 * 6.0 * 3.1, "{stats}");
    assert_eq!(stats["threads"], 2);
    assert_eq!(stats.as_object().unwrap().len(), 3);
}

#[test]
fn repeated_runs_give_lists_of_seconds_and_one_report() {
    let workspace = Workspace::new();
    let once = workspace.done(&with(&["--stats", "once.json"]));
    let many = workspace.done(&with(&["--stats", "many.json", "--repeat", "3"]));
    assert_eq!(many, once);
    let [once, many] = ["once.json", "many.json"].map(|name| workspace.json(name));
    assert_eq!(many["samples"], once["samples"]);
    for stage in ["load", "outline", "image", "gradient", "write"] {
        let list = many["seconds"][stage].as_array().unwrap();
        assert_eq!(list.len(), 3);
        assert!(list.iter().all(Value::is_f64), "{many}");
    }
    workspace.done(&with(&["--stats", "one.json", "--repeat", "1"]));
    let one = workspace.json("one.json");
    assert_eq!(one["seconds"]["load"].as_array().unwrap().len(), 1);
    assert!(
        workspace
            .refused(&with(&["--repeat", "3"]))
            .contains("--stats")
    );
}

#[test]
fn quiet_is_silent_and_verbose_tells_more() {
    let workspace = Workspace::new();
    workspace
        .command(&with(&["-q"]))
        .assert()
        .code(0)
        .stdout("")
        .stderr("");
    // No progress bar where the standard error is no terminal.
    workspace.command(&RENDER).assert().code(0).stderr("");
    let told = [
        "2 layers",
        "edges",
        "tiles",
        "16 samples per pixel",
        "seconds: load",
    ];
    let mut verbose = workspace.command(&with(&["-v"])).assert().code(0);
    for word in told {
        verbose = verbose.stderr(predicate::str::contains(word));
    }
    workspace.refused(&with(&["-q", "-v"]));
}

#[test]
fn wrong_usage_says_what_would_be_right() {
    let workspace = Workspace::new();
    for (flags, reason) in [
        (&["--spp", "0"][..], "1..=65536"),
        (&["--spp", "-4"], "1..=65536"),
        (&["--edge-samples", "0"], "must be positive"),
        (&["--edge-samples", "-1"], "must be positive"),
        (&["--edge-samples", "nan"], "must be positive"),
        (&["--sampler", "sobolev"], "stratified"),
        (&["--filter", "tents"], "tent"),
        (&["--method", "eadge"], "did you mean `edge`?"),
        (&["--method", "spsa:stp=1"], "did you mean `step`?"),
        (&["--method", "soft:width=0"], "takes a positive number"),
        (&["--method", "soft:width=1000"], "at most 100"),
        (
            &["--method", "warped-area:field=mean-value"],
            "takes one shape with one outline",
        ),
        (&["--seed", "-1"], "--seed"),
        (&["-t", "0"], "1..=1024"),
        (&["-D", "dot.radius"], "expected path=value"),
        (&["--stats", "s.json", "--repeat", "0"], "--repeat"),
        (&["--nonsense"], "--nonsense"),
    ] {
        let error = workspace.refused(&with(flags));
        assert!(error.contains(reason), "{flags:?}: {error}");
    }
    workspace.refused(&["render", "scene.json"]);
    workspace.refused(&["paint"]);
    workspace.refused(&[]);
}

#[test]
fn numbers_that_nothing_can_be_done_with_are_refused() {
    let workspace = Workspace::new();
    for (arguments, reason) in [
        (&["check", "scene.json", "--level", "1e-300"][..], "1e-60"),
        (&["check", "scene.json", "--level", "1"], "1e-60"),
        (
            &[
                "fit",
                "scene.json",
                "--target",
                "t.png",
                "-o",
                "run",
                "--checkpoint-every",
                "1e20",
            ],
            "from 0 to 1e9",
        ),
    ] {
        let error = workspace.refused(arguments);
        assert!(error.contains(reason), "{arguments:?}: {error}");
    }
}

#[test]
fn a_file_is_one_file_by_whatever_name() {
    let workspace = Workspace::new();
    let error = workspace.refused(&["render", "scene.json", "-o", "a.png", "./a.png"]);
    assert!(error.contains("a.png"), "{error}");
}

#[test]
fn a_quiet_check_without_a_folder_prints_its_result() {
    let workspace = Workspace::new();
    let check = ["check", "scene.json", "--params", "dot.radius", "-q"];
    let with_level = [&check[..], &["--level", "1e-60"]].concat();
    for arguments in [&check[..], &with_level] {
        let run = workspace.command(arguments).assert().code(0).stderr("");
        run.stdout(predicate::str::contains("1 of 1 parameters pass"));
    }
    let quiet = [&check[..], &["-o", "found"]].concat();
    workspace.command(&quiet).assert().code(0).stdout("");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let workspace = Workspace::new();
    for arguments in [&["schema"][..], &["params", "scene.json"], &RENDER] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let child = Command::new(program())
            .current_dir(workspace.path("."))
            .args(arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(child.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&child.stderr), "");
    }
    // Nobody hears about this error; the exit code tells it.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut unheard = Command::new(program());
    let unheard = unheard
        .args(["params", "none.json"])
        .stderr(writer)
        .status();
    assert_eq!(unheard.unwrap().code(), Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn a_standard_output_that_is_full_is_an_error() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let child = Command::new(program())
        .arg("schema")
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(child.status.code(), Some(2));
    let error = String::from_utf8_lossy(&child.stderr);
    let expected = "error: failed to write to the standard output: ";
    assert!(error.starts_with(expected), "{error}");
}
