use predicates::prelude::*;
use serde_json::{Value, json};

use crate::workspace::Workspace;

#[test]
fn parameters_are_listed_in_a_table() {
    let workspace = Workspace::new();
    let table = workspace.done(&["params", "scene.json"]);
    let lines: Vec<Vec<&str>> = table
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(lines[0], ["Name", "Value", "Unit", "Bounds", "Kind"]);
    assert_eq!(lines.len(), 15);
    assert_eq!(lines[3], ["card.max.x", "12.25", "px", "none", "position"]);
    assert_eq!(lines[10], ["dot.radius", "3", "px", "[0,", "∞)", "length"]);
    assert_eq!(
        lines[14],
        ["dot.fill.color.a", "0.5", "1", "[0,", "1]", "color"]
    );
}

#[test]
fn parameters_are_given_as_json() {
    let workspace = Workspace::new();
    let flags = [
        "params",
        "scene.json",
        "--json",
        "--params",
        "*.radius",
        "-D",
        "dot.radius=2.5",
    ];
    let list: Value = serde_json::from_str(&workspace.done(&flags)).unwrap();
    let expected = json!([{
        "name": "dot.radius", "value": 2.5, "unit": "px", "bounds": [0.0, null], "kind": "length",
    }]);
    assert_eq!(list, expected);
    let error = workspace.refused(&["params", "scene.json", "--params", "dot.radiu"]);
    assert!(error.contains("did you mean `dot.radius`?"), "{error}");
}

#[test]
fn the_schema_goes_to_the_standard_output_or_a_file() {
    let workspace = Workspace::new();
    let text = workspace.done(&["schema"]);
    let schema: Value = serde_json::from_str(&text).unwrap();
    let draft = schema["$schema"].as_str().unwrap();
    assert!(draft.contains("2020-12"), "{draft}");
    assert_eq!(workspace.done(&["schema", "-o", "out/schema.json"]), "");
    assert_eq!(workspace.read("out/schema.json"), text.as_bytes());
}

#[test]
fn completions_know_commands_and_flags() {
    let workspace = Workspace::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = workspace.done(&["completions", shell]);
        assert!(
            script.contains("render") && script.contains("edge-samples"),
            "{shell}"
        );
    }
    assert!(workspace.refused(&["completions", "sh"]).contains("bash"));
}

#[test]
fn help_has_examples_and_the_version_is_known() {
    let workspace = Workspace::new();
    assert!(workspace.done(&["--help"]).contains("Examples:"));
    for command in ["render", "grad", "params", "schema", "completions"] {
        let help = workspace.done(&[command, "--help"]);
        assert!(
            help.contains(&format!("Examples:\n  reynolds {command}")),
            "{help}"
        );
    }
    let version = format!("reynolds {}\n", env!("CARGO_PKG_VERSION"));
    workspace
        .command(&["-V"])
        .assert()
        .code(0)
        .stdout(predicate::eq(version));
}
