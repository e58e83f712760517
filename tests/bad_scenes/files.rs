//! Texts and files that are no scene, and what surrounds the shapes.

use reynolds::scene::{MAX_GROUP_DEPTH, Override, Scene};

use super::{check_rows, refusal, with_canvas, with_render, with_shapes};

#[test]
fn texts_that_are_no_scene() {
    for text in ["", " \n\t", "\u{feff}"] {
        assert_eq!(
            refusal(text, &[]),
            "x.json: the file is empty; it should hold a JSON object"
        );
    }
    check_rows(
        str::to_owned,
        &[
            ("¶[]", "expected an object, got an array"),
            ("¶null", "expected an object, got null"),
            ("¶{}", "missing field `version`"),
            (
                "{\"version\": ¶1",
                "not valid JSON: the text ends in the middle of a value",
            ),
            (r#"{"version" ¶1}"#, "not valid JSON: expected `:`"),
            (
                "{\"version\": 1,\n\"é\": tru¶}",
                "not valid JSON: expected ident",
            ),
            (
                r#"{"é": 1, ¶'a': 2}"#,
                "not valid JSON: key must be a string",
            ),
            ("{} ¶{}", "not valid JSON: trailing characters"),
            (
                r#"¶{"\ud800": 1}"#,
                "a `\\u` escape in this string is no character",
            ),
            (
                r#"{"version": ¶NaN}"#,
                "`NaN` is not a number of JSON; write a finite number",
            ),
            (
                r#"{"version": -¶Infinity}"#,
                "`-Infinity` is not a number of JSON; write a finite number",
            ),
            (
                r#"{"version": ¶2}"#,
                "version: must be 1, the only version of the format so far, got 2",
            ),
            (
                r#"{"version": ¶"1"}"#,
                "version: expected a whole number, got the string \"1\"",
            ),
            (r#"¶{"version": 1}"#, "missing field `canvas`"),
            (
                "{\"version\": 1,\n ¶\"shape\": []}",
                "shape: unknown field, did you mean `shapes`?",
            ),
            (
                "{\"version\": 1,\n ¶\"banana\": []}",
                "banana: unknown field, expected one of `version`, `canvas`, `shapes`, `render`, `fit`",
            ),
            (
                "{\"version\": 1,\n \"shapes\": [],\n ¶\"shapes\": []}",
                "shapes: the field is given twice, first in line 2; keep one",
            ),
            (
                r#"{"version": 1, "canvas": {"width": 8, "height": 8}, "shapes": ¶{}}"#,
                "shapes: expected an array, got an object",
            ),
        ],
    );
}

#[test]
fn a_byte_order_mark_is_no_column() {
    assert_eq!(
        refusal("\u{feff}7", &[]),
        "x.json:1:1: expected an object, got the number 7"
    );
}

#[test]
fn canvases() {
    check_rows(
        with_canvas,
        &[
            ("¶[8, 8]", "canvas: expected an object, got an array"),
            (r#"¶{"width": 8}"#, "canvas: missing field `height`"),
            (
                r#"{"width": ¶0, "height": 8}"#,
                "canvas.width: must be between 1 and 65536, got 0",
            ),
            (
                "{\"width\": 8,\n \"height\": ¶-8}",
                "canvas.height: must not be negative, got -8",
            ),
            (
                r#"{"width": ¶2.5, "height": 8}"#,
                "canvas.width: must be a whole number, got 2.5",
            ),
            (
                r#"{"width": ¶65537, "height": 1}"#,
                "canvas.width: must be between 1 and 65536, got 65537",
            ),
            (
                r#"{"width": ¶1e30, "height": 1}"#,
                "canvas.width: must be at most 18446744073709551615, got 1e30",
            ),
            (
                r#"{"width": ¶1e999, "height": 1}"#,
                "canvas.width: must be a finite number, got 1e999",
            ),
            (
                r#"¶{"width": 65536, "height": 65536}"#,
                "canvas: 65536 × 65536 pixels are too many; at most 67108864 are allowed",
            ),
            (
                r#"{"width": 8, "height": 8, "background": ¶[1, 1]}"#,
                "canvas.background: expected [r, g, b] or [r, g, b, a], got 2 numbers",
            ),
            (
                r#"{"width": 8, "height": 8, "background": [1, 1, ¶1.5]}"#,
                "canvas.background[2]: must be between 0 and 1, got 1.5",
            ),
            (
                r#"{"width": 8, "height": 8, "background": ¶null}"#,
                "canvas.background: expected an array, got null",
            ),
            (
                r#"{"width": 8, "height": 8, "color_space": ¶"sRGB"}"#,
                "canvas.color_space: unknown name `sRGB`, did you mean `srgb`?",
            ),
            (
                r#"{"width": 8, "height": 8, "color_space": ¶3}"#,
                "canvas.color_space: expected one of `srgb`, `linear`, got the number 3",
            ),
        ],
    );
}

#[test]
fn render_settings() {
    check_rows(
        with_render,
        &[
            (
                r#"{"spp": ¶0}"#,
                "render.spp: must be between 1 and 65536, got 0",
            ),
            (
                r#"{"spp": ¶1.5}"#,
                "render.spp: must be a whole number, got 1.5",
            ),
            (
                r#"{"spp": ¶true}"#,
                "render.spp: expected a whole number, got true",
            ),
            (
                r#"{"edge_samples": ¶0}"#,
                "render.edge_samples: must be positive and at most 65536, got 0",
            ),
            (
                r#"{"tolerance": ¶2}"#,
                "render.tolerance: must be between 0.000001 and 1, got 2",
            ),
            (
                r#"{"seed": ¶-1}"#,
                "render.seed: must not be negative, got -1",
            ),
            (
                r#"{"sampler": ¶"stratifeid"}"#,
                "render.sampler: unknown name `stratifeid`, did you mean `stratified`?",
            ),
            (
                r#"{"filter": ¶{"type": "box"}}"#,
                "render.filter: expected one of `box`, `tent`, `gaussian`, `mitchell`, got an object",
            ),
            (
                r#"{¶"sp": 1}"#,
                "render.sp: unknown field, did you mean `spp`?",
            ),
        ],
    );
}

/// Returns groups in groups, each in a line of its own.
fn nested_groups(depth: usize) -> String {
    let mut shape = String::new();
    for i in 0..depth {
        shape += &format!("{{\"type\": \"group\", \"id\": \"g{i}\", \"children\": [\n");
    }
    shape + &"]}".repeat(depth)
}

#[test]
fn nesting() {
    let deepest = Scene::parse(&with_shapes(&nested_groups(MAX_GROUP_DEPTH)), "x.json", &[]);
    let deepest = deepest.expect("so many groups are allowed");
    assert_eq!(deepest.shapes.len(), MAX_GROUP_DEPTH);
    Scene::parse(&deepest.to_json(), "x.json", &[]).expect("they can be written and read back");

    // Group n, counted from 1, is in line n + 3.
    assert_eq!(
        refusal(&with_shapes(&nested_groups(MAX_GROUP_DEPTH + 1)), &[]),
        "x.json:260:1: shapes[0].children[0].children[0]…children[0].children[0].children[0]: \
         groups are nested deeper than 256 levels"
    );
    let limit = "nested deeper than 528 arrays and objects (groups may be nested 256 deep)";
    for depth in [10_000, 100_000] {
        // Group n opens levels 2n + 1 and 2n + 2.
        assert_eq!(
            refusal(&with_shapes(&nested_groups(depth)), &[]),
            format!("x.json:267:1: {limit}")
        );
        let array = "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(
            refusal(&format!("{{\"x\": {array}}}"), &[]),
            format!("x.json:1:534: {limit}")
        );
        let fill = format!("shapes[0].fill={array}");
        let error = Override::parse(&fill).unwrap_err().to_string();
        assert!(error.ends_with(limit));
        assert_eq!(
            refusal(&"[".repeat(depth), &[]),
            format!("x.json:1:{depth}: not valid JSON: the text ends in the middle of a value")
        );
    }
}

#[test]
fn files() {
    use assert_fs::prelude::*;
    let folder = assert_fs::TempDir::new().unwrap();
    let load = |name: &str| {
        let path = folder.child(name).path().to_owned();
        let error = Scene::load(&path, &[]).unwrap_err().to_string();
        error.replace(&*path.to_string_lossy(), "FILE")
    };
    let latin1 = folder.child("latin1.json");
    latin1.write_binary(b"{\n\"\xe9\"}").unwrap();
    folder.child("empty.json").touch().unwrap();
    folder.child("folder").create_dir_all().unwrap();
    assert_eq!(
        load("latin1.json"),
        "FILE:2: byte 3 of the file is not valid UTF-8"
    );
    assert_eq!(
        load("empty.json"),
        "FILE: the file is empty; it should hold a JSON object"
    );
    assert_eq!(load("folder"), "FILE: this is a directory; name a file");
    assert!(load("missing.json").starts_with("FILE: cannot be read: "));
}
