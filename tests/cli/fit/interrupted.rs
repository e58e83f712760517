//! Runs that are killed, interrupted or damaged.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use predicates::str::contains;
use serde_json::Value;

use super::{LONG, short, workspace};
use crate::workspace::Workspace;

/// What must not depend on whether a run was interrupted: everything but times.
fn results(workspace: &Workspace) -> (Vec<u8>, Vec<u8>, Vec<String>, Value) {
    let losses = String::from_utf8(workspace.read("run/loss.csv")).unwrap();
    let without_seconds = losses
        .lines()
        .map(|row| row.rsplit_once(',').unwrap().0.to_owned());
    let without_seconds = without_seconds.collect();
    let (scene, table) = (
        workspace.read("run/final.json"),
        workspace.read("run/parameters.csv"),
    );
    let loss = workspace.json("run/summary.json")["loss"].clone();
    (scene, table, without_seconds, loss)
}

fn start(workspace: &Workspace, arguments: &[&str]) -> Child {
    let mut command = std::process::Command::new(crate::workspace::program());
    command.current_dir(workspace.path("")).args(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Waits until a run has made at least so many steps, or is over.
fn wait_for_steps(workspace: &Workspace, child: &mut Child, steps: usize) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        let table = std::fs::read_to_string(workspace.path("run/loss.csv")).unwrap_or_default();
        if table.lines().count() > steps || child.try_wait().unwrap().is_some() {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("the run made no {steps} steps in a minute");
}

/// Killed once and again, at moments that no step knows, on any number of threads.
#[test]
fn killed_runs_resume_to_the_same_bits() {
    let workspace = workspace();
    workspace.done(&LONG);
    let whole = results(&workspace);
    std::fs::remove_dir_all(workspace.path("run")).unwrap();
    let mut child = start(&workspace, &LONG);
    for (steps, threads) in [(7, "1"), (43, "2"), (44, "1"), (101, "2")] {
        wait_for_steps(&workspace, &mut child, steps);
        // SIGKILL.
        child.kill().unwrap();
        child.wait().unwrap();
        let resume = [
            "fit",
            "--resume",
            "run",
            "--checkpoint-every",
            "0",
            "-t",
            threads,
        ];
        child = start(&workspace, &resume);
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(results(&workspace), whole);
    let again = workspace
        .command(&["fit", "--resume", "run"])
        .assert()
        .code(2);
    again.stderr(contains("all its 150 steps are made"));
    // Unless there are to be more.
    workspace.done(&["fit", "--resume", "run", "--steps", "155"]);
    assert_eq!(workspace.json("run/summary.json")["iterations"], 155);
}

#[cfg(unix)]
#[test]
fn an_interrupt_finishes_the_step_and_writes_everything() {
    let workspace = workspace();
    workspace.done(&LONG);
    let whole = results(&workspace);
    std::fs::remove_dir_all(workspace.path("run")).unwrap();
    let mut child = start(&workspace, &LONG);
    wait_for_steps(&workspace, &mut child, 20);
    let signal = ["-INT".to_owned(), child.id().to_string()];
    std::process::Command::new("kill")
        .args(signal)
        .status()
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let summary = workspace.json("run/summary.json");
    let steps = summary["iterations"].as_u64().unwrap();
    assert!((20..150).contains(&steps), "{steps}");
    assert_eq!(summary["interrupted"], true);
    for name in ["final.json", "final.png", "difference.png", "loss.svg"] {
        assert!(workspace.path("run").join(name).is_file(), "{name}");
    }
    workspace.done(&["fit", "--resume", "run"]);
    assert_eq!(results(&workspace), whole);
}

#[test]
fn damaged_checkpoints_are_named() {
    let workspace = workspace();
    short(&workspace, &[]);
    workspace.write("run/checkpoint.json", "{\"version\": 1");
    let error = workspace.refused(&["fit", "--resume", "run"]);
    assert!(
        error.contains("checkpoint.json") && error.contains("not a checkpoint"),
        "{error}"
    );
}
