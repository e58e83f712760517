use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use super::workspace::{Workspace, program};

/// A study of 16 cells that takes a fraction of a second.
fn study() -> Value {
    json!({
        "version": 1,
        "title": "A card and a dot",
        "scenes": ["scene.json"],
        "params": ["dot.center.x", "card.max.x"],
        "quantity": ["vjp", "image"],
        "estimators": ["edge", {"method": "thin-band", "width": [0.1, 0.3]}],
        "samplers": ["independent", "sobol"],
        "budgets": [2, 8],
        "replicates": 16,
        "batches": 4,
    })
}

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("study.json", &study().to_string());
    workspace
}

/// All that has the same bits in every run of a study, by file.
fn bits(workspace: &Workspace, run: &str) -> Vec<(String, Vec<u8>)> {
    let is_kept = |name: &String| {
        let rest = name
            .strip_prefix(run)
            .and_then(|rest| rest.strip_prefix('/'));
        rest.is_some_and(|rest| {
            rest == "results.csv"
                || rest == "inputs/study.json"
                || (rest.starts_with("cells/") || rest.starts_with("maps/"))
                    && !rest.ends_with(".time.json")
        })
    };
    let names = workspace.entries().into_iter().filter(is_kept);
    names
        .map(|name| {
            let bytes = workspace.read(&name);
            (name[run.len()..].to_owned(), bytes)
        })
        .collect()
}

/// A summary without what depends on time.
fn timeless(mut summary: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for name in ["seconds", "efficiency", "efficiency_of_error"] {
                    fields.remove(name);
                }
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut summary);
    summary
}

fn assert_same(workspace: &Workspace, a: &str, b: &str) {
    let (left, right) = (bits(workspace, a), bits(workspace, b));
    let names = |list: &[(String, Vec<u8>)]| -> Vec<String> {
        list.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(names(&left), names(&right));
    for ((name, left), (_, right)) in left.iter().zip(&right) {
        assert!(left == right, "{name} of {a} and {b} differ");
    }
    let summary = |run: &str| timeless(workspace.json(&format!("{run}/summary.json")));
    assert_eq!(summary(a), summary(b));
}

#[test]
fn a_study_leaves_tables_maps_and_a_summary() {
    let workspace = workspace();
    let output = workspace.done(&["study", "study.json", "-o", "out/run"]);
    assert_eq!(output, "out/run  24 of 24 cells\n");
    let table = String::from_utf8(workspace.read("out/run/results.csv")).unwrap();
    // Of a vjp two parameters, and of `edge` three terms of each; of an image one row. Four batches.
    let rows = 4 * (4 * 2 * 3 + 8 * 2 + 12);
    assert_eq!(table.lines().count(), rows + 1);
    let times = String::from_utf8(workspace.read("out/run/timings.csv")).unwrap();
    assert_eq!(times.lines().count(), 24 * 4 + 1);

    let summary = workspace.json("out/run/summary.json");
    assert_eq!(summary["title"], "A card and a dot");
    assert_eq!(summary["cells_done"], 24);
    assert_eq!(summary["cells"].as_array().unwrap().len(), rows / 4);
    assert_eq!(summary["truths"].as_array().unwrap().len(), 7);
    // Two widths make a curve for each parameter, sampler and budget; and one for the image.
    assert_eq!(summary["tunings"].as_array().unwrap().len(), 3 * 2 * 2);
    let maps = summary["maps"].as_array().unwrap();
    assert_eq!(maps.len(), 3 * 2 * 2);
    let map = workspace.image(&format!("out/run/{}", maps[0]["file"].as_str().unwrap()));
    assert_eq!((map.width(), map.height(), map.channels()), (24, 16, 3));
    let picture = summary["scenes"][0]["picture"].as_str().unwrap();
    assert_eq!(workspace.image(&format!("out/run/{picture}")).width(), 24);
}

#[test]
fn threads_change_no_bit_and_cells_do_not_depend_on_each_other() {
    let workspace = workspace();
    workspace.done(&["study", "study.json", "-o", "a", "-q", "-t", "1"]);
    workspace.done(&["study", "study.json", "-o", "b", "-q", "-t", "3"]);
    assert_same(&workspace, "a", "b");
    let mut more = study();
    more["estimators"] = json!(["spsa", "edge", "thin-band:width=0.1"]);
    more["budgets"] = json!([1, 2, 8]);
    workspace.write("more.json", &more.to_string());
    workspace.done(&["study", "more.json", "-o", "c", "-q"]);
    let (a, c) = (bits(&workspace, "a"), bits(&workspace, "c"));
    let common = a.iter().filter(|(name, bytes)| {
        let other = c.iter().find(|(other, _)| other == name);
        other.is_some_and(|(_, other)| name.starts_with("/cells/") && other == bytes)
    });
    // Two of three estimators, two samplers, two budgets, two quantities.
    assert_eq!(common.count(), 16);
}

#[test]
fn two_parts_merged_are_one_run() {
    let workspace = workspace();
    workspace.done(&["study", "study.json", "-o", "whole", "-q"]);
    workspace.done(&["study", "study.json", "-o", "p1", "-q", "--shard", "1/2"]);
    let missing = workspace.done(&["study", "merge", "p1", "-o", "half"]);
    assert_eq!(
        missing,
        "half  12 of 24 cells, 12 missing; --resume measures them\n"
    );
    workspace.done(&["study", "--resume", "half", "-q"]);
    assert_same(&workspace, "whole", "half");
    workspace.done(&["study", "study.json", "-o", "p2", "-q", "--shard", "2/2"]);
    let output = workspace.done(&["study", "merge", "p1", "p2", "-o", "merged"]);
    assert_eq!(output, "merged  24 of 24 cells\n");
    assert_same(&workspace, "whole", "merged");

    let error = workspace.refused(&["study", "merge", "p1", "p2", "-o", "p2", "--force"]);
    assert!(error.contains("it is one of the parts"), "{error}");
    let mut other = study();
    other["seed"] = json!(1);
    workspace.write("study.json", &other.to_string());
    workspace.done(&["study", "study.json", "-o", "p3", "-q", "--shard", "2/2"]);
    let error = workspace.refused(&["study", "merge", "p1", "p3", "-o", "x"]);
    assert!(error.contains("they are of different studies"), "{error}");
    let error = workspace.refused(&["study", "merge", "p1", "nowhere", "-o", "x"]);
    assert!(
        error.contains("read the run in nowhere: there is no inputs/study.json"),
        "{error}"
    );
}

#[test]
fn a_run_that_is_killed_goes_on_to_the_same_bits() {
    let workspace = workspace();
    workspace.done(&["study", "study.json", "-o", "whole", "-q"]);
    let start = |arguments: &[&str]| {
        let mut command = std::process::Command::new(program());
        let command = command.current_dir(workspace.path("")).args(arguments);
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    // The places at which it dies are random: whatever the clock makes of these.
    let mut child = start(&["study", "study.json", "-o", "run", "-q", "-t", "1"]);
    std::thread::sleep(Duration::from_millis(40));
    child.kill().unwrap();
    child.wait().unwrap();
    for pause in [15, 35] {
        if !workspace.path("run/inputs/study.json").exists() {
            child = start(&["study", "study.json", "-o", "run", "-q", "-t", "1"]);
        } else {
            child = start(&["study", "--resume", "run", "-q", "-t", "1"]);
        }
        std::thread::sleep(Duration::from_millis(pause));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    if workspace.path("run/inputs/study.json").exists() {
        workspace.done(&["study", "--resume", "run", "-q"]);
    } else {
        workspace.done(&["study", "study.json", "-o", "run", "-q"]);
    }
    assert_same(&workspace, "whole", "run");
    // Nothing is left of files that were half written, but where a kill came between.
    workspace.done(&["study", "--resume", "run", "-q"]);
    assert_same(&workspace, "whole", "run");
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_what_is_done() {
    let workspace = workspace();
    let mut long = study();
    long["replicates"] = json!(4000);
    workspace.write("long.json", &long.to_string());
    let mut command = std::process::Command::new(program());
    let command = command
        .current_dir(workspace.path(""))
        .args(["study", "long.json", "-o", "run"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let first = |workspace: &Workspace| {
        let names = workspace.entries().into_iter();
        names
            .filter(|name| name.starts_with("run/cells/") && !name.ends_with(".time.json"))
            .count()
    };
    while first(&workspace) == 0 {
        std::thread::sleep(Duration::from_millis(5));
        assert!(
            child.try_wait().unwrap().is_none(),
            "it ended before a cell was done"
        );
    }
    let signal = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(signal.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains(" of 24 cells, stopped early; --resume goes on"),
        "{text}"
    );
    let done = workspace.json("run/summary.json")["cells_done"]
        .as_u64()
        .unwrap();
    assert!((1..24).contains(&done), "{done} cells");
    assert_eq!(first(&workspace) as u64, done);
}

#[test]
fn a_folder_with_a_run_is_not_replaced_unless_asked_to() {
    let workspace = workspace();
    workspace.done(&["study", "study.json", "-o", "run", "-q", "--shard", "1/12"]);
    workspace.write("run/notes.txt", "mine");
    let error = workspace.refused(&["study", "study.json", "-o", "run"]);
    assert!(
        error.contains("go on with --resume run, replace it with --force"),
        "{error}"
    );
    workspace.done(&[
        "study",
        "study.json",
        "-o",
        "run",
        "-q",
        "--shard",
        "2/12",
        "--force",
    ]);
    assert_eq!(workspace.json("run/summary.json")["cells_done"], 2);
    assert_eq!(workspace.read("run/notes.txt"), b"mine");
    let error = workspace.refused(&["study", "--resume", "nowhere"]);
    assert!(error.contains("name the folder of a run"), "{error}");
    let error = workspace.refused(&["study", "study.json", "-o", "x", "--shard", "3/2"]);
    assert!(error.contains("expected i/n with i from 1 to n"), "{error}");
}

/// A change to a study that must be refused, by its JSON pointer, and what the error says.
const BAD: [(&str, &str, &str); 27] = [
    ("/version", "2", "version: must be 1"),
    ("/colour", "1", "colour: unknown field"),
    ("/estimator", "[]", "did you mean `estimators`?"),
    ("/scenes", "[]", "scenes: the list is empty"),
    (
        "/scenes/0",
        "\"no.json\"",
        "scenes[0]: no.json: cannot be read",
    ),
    ("/scenes/0", "7", "scenes[0]: invalid type"),
    (
        "/scenes/0",
        "{\"name\": \"a\"}",
        "scenes[0]: missing field `file`",
    ),
    (
        "/scenes/0",
        "{\"file\": \"scene.json\", \"name\": \"a b\"}",
        "scenes[0].name: `a b` is no name",
    ),
    (
        "/scenes/0",
        "{\"file\": \"scene.json\", \"set\": {\"dot.radus\": 3}}",
        "did you mean dot.radius?",
    ),
    (
        "/scenes/1",
        "\"scene.json\"",
        "scenes[1]: a scene is named `scene` already",
    ),
    (
        "/params",
        "[\"dot.radus\"]",
        "params: in the scene `scene`: `dot.radus`: no parameter matches, did you mean",
    ),
    ("/params", "\"dot.radius\"", "params: "),
    (
        "/quantity",
        "\"jacobian\"",
        "quantity: unknown name `jacobian`",
    ),
    (
        "/weights",
        "\"w.png\"",
        "weights: expected `waves`, `ones`, or a file",
    ),
    ("/weights", "\"w.npy\"", "weights: failed to read w.npy"),
    (
        "/estimators/0",
        "\"edges\"",
        "estimators[0]: unknown method `edges`, did you mean `edge`?",
    ),
    (
        "/estimators/0",
        "\"exact\"",
        "estimators[0]: `exact` is what estimators are compared with",
    ),
    (
        "/estimators/1/widht",
        "1",
        "estimators[1].widht: `thin-band` has no setting `widht`",
    ),
    (
        "/estimators/1/width/0",
        "-1",
        "estimators[1].width: `width` of `thin-band` takes a positive number",
    ),
    (
        "/estimators/1/method",
        "[\"soft\", \"edge\"]",
        "estimators[1].method: expected the name of one method",
    ),
    (
        "/estimators/2",
        "\"thin-band:width=0.3\"",
        "estimators[2]: `thin-band:width=0.3` is there twice",
    ),
    (
        "/estimators/2",
        "{\"method\": \"warped-area\", \"field\": \"mean-value\"}",
        "estimators: `warped-area:field=mean-value",
    ),
    (
        "/samplers/1",
        "\"sobel\"",
        "samplers[1]: unknown name `sobel`, did you mean `sobol`?",
    ),
    (
        "/samplers/1",
        "\"independent\"",
        "samplers[1]: is there twice",
    ),
    (
        "/budgets/1",
        "2",
        "budgets[1]: budgets must increase, and 2 comes after 2",
    ),
    ("/budgets/1", "2.5", "budgets[1]: must be a whole number"),
    (
        "/replicates",
        "18",
        "replicates: must be a multiple of the 4 batches, with two or more in each, got 18; write 16",
    ),
];

#[test]
fn bad_studies_are_refused_with_file_place_and_way_out() {
    let workspace = workspace();
    for (pointer, value, expected) in BAD {
        let mut bad = study();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let value: Value = serde_json::from_str(value).unwrap();
        match bad.pointer_mut(parent).unwrap() {
            Value::Array(items) => {
                let index: usize = key.parse().unwrap();
                items.truncate(items.len().max(index));
                if index < items.len() {
                    items[index] = value;
                } else {
                    items.push(value);
                }
            }
            parent => parent[key] = value,
        }
        let mut text = serde_json::to_string_pretty(&bad).unwrap();
        text.push('\n');
        workspace.write("bad.json", &text);
        let error = workspace.refused(&["study", "bad.json", "-o", "out"]);
        assert!(error.starts_with("bad.json:"), "{pointer}: {error}");
        assert!(error.contains(expected), "{pointer}: {error}");
    }
}

#[test]
fn the_schema_accepts_what_the_loader_accepts() {
    let workspace = workspace();
    let schema: Value = serde_json::from_str(&workspace.done(&["schema", "study"])).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&study()));
    workspace.done(&["study", "study.json", "-o", "run", "-q", "--shard", "1/24"]);
    assert!(validator.is_valid(&workspace.json("run/inputs/study.json")));
    for (name, value) in [
        ("version", json!(2)),
        ("budgets", json!([0.5])),
        ("extra", json!(1)),
    ] {
        let mut bad = study();
        bad[name] = value;
        assert!(!validator.is_valid(&bad), "{name}");
    }
}
