//! Every malformed scene is refused with a message that names place and cause.

use reynolds::scene::{MAX_GROUP_DEPTH, Override, Scene};

/// Stands in a text of the tables below before the character that the message must point at.
const MARK: char = '¶';

/// Returns the message for a text that must be refused.
fn refusal(text: &str, overrides: &[&str]) -> String {
    let overrides: Vec<Override> = overrides
        .iter()
        .map(|text| Override::parse(text).expect("the override is well formed"))
        .collect();
    match Scene::parse(text, "x.json", &overrides) {
        Ok(_) => panic!("accepted: {text}"),
        Err(error) => error.to_string(),
    }
}

/// Checks every row: a text with a mark, and the message after file, line and column.
fn check_rows(wrap: impl Fn(&str) -> String, rows: &[(&str, &str)]) {
    for (marked, expected) in rows {
        let marked = wrap(marked);
        let before = marked.split(MARK).next().expect("a text has a first part");
        assert!(before.len() < marked.len(), "no mark: {marked}");
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
        let message = refusal(&marked.replace(MARK, ""), &[]);
        assert_eq!(
            message,
            format!("x.json:{line}:{column}: {expected}"),
            "for {marked}"
        );
    }
}

/// Returns a scene with these shapes.
fn with_shapes(shapes: &str) -> String {
    format!(
        "{{\"version\": 1,\n\"canvas\": {{\"width\": 8, \"height\": 8}},\n\"shapes\": [\n  {shapes}]}}"
    )
}

/// Returns a scene with a circle that has this field.
fn with_field(field: &str) -> String {
    with_shapes(&format!(
        r#"{{"type": "circle", "id": "a", "center": [1, 2], "radius": 3, {field}}}"#
    ))
}

fn with_path(d: &str) -> String {
    with_shapes(&format!(r#"{{"type": "path", "id": "a", "d": {d}}}"#))
}

fn with_canvas(canvas: &str) -> String {
    format!("{{\"version\": 1, \"shapes\": [], \"canvas\":\n{canvas}\n}}")
}

fn with_render(render: &str) -> String {
    format!(
        "{{\"version\": 1, \"canvas\": {{\"width\": 8, \"height\": 8}}, \"shapes\": [], \
         \"render\":\n{render}\n}}"
    )
}

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

#[test]
fn fields_of_shapes() {
    check_rows(
        with_shapes,
        &[
            ("¶7", "shapes[0]: expected an object, got the number 7"),
            ("¶{}", "shapes[0]: missing field `type`"),
            (
                r#"{"type": ¶3}"#,
                "shapes[0].type: expected a string, got the number 3",
            ),
            (
                r#"{"type": ¶"cirle"}"#,
                "shapes[0].type: unknown name `cirle`, did you mean `circle`?",
            ),
            (
                r#"{"type": ¶"banana"}"#,
                "shapes[0].type: unknown name `banana`, expected one of `circle`, `ellipse`, \
                 `rect`, `polygon`, `path`, `group`",
            ),
            (
                r#"¶{"type": "circle", "center": [1, 2], "radius": 3}"#,
                "shapes[0]: missing field `id`",
            ),
            (
                r#"¶{"type": "circle", "id": "a", "radius": 3}"#,
                "shapes[0]: missing field `center`",
            ),
            (
                r#"{"type": "circle", "id": "a", "center": [1, 2], ¶"radus": 3}"#,
                "shapes[0].radus: unknown field, did you mean `radius`?",
            ),
            (
                r#"{"type": "group", "id": "a", "children": [], ¶"fill": [0, 0, 0]}"#,
                "shapes[0].fill: a group has no fill; give one to each of its children",
            ),
            (
                r#"{"type": "group", "id": "a", "children": ¶{}}"#,
                "shapes[0].children: expected an array, got an object",
            ),
            (
                r#"¶{"type": "group", "id": "a"}"#,
                "shapes[0]: missing field `children`",
            ),
        ],
    );
    check_rows(
        with_field,
        &[
            (
                r#"¶"fill_rule": "evenodd""#,
                "shapes[0].fill_rule: unknown field, expected one of `id`, `center`, `radius`, \
                 `fill`, `opacity`, `transform`",
            ),
            (
                r#""opacity": ¶2"#,
                "shapes[0].opacity: must be between 0 and 1, got 2",
            ),
            (
                r#"¶"stroke": {}"#,
                "shapes[0].stroke: strokes are not supported yet; remove this field",
            ),
            (
                r#"¶"radius": 3"#,
                "shapes[0].radius: the field is given twice, first in line 4; keep one",
            ),
        ],
    );
}

#[test]
fn numbers_of_shapes() {
    check_rows(
        with_shapes,
        &[
            (
                r#"{"type": "circle", "id": "a", "center": [1, 2], "radius": ¶-3}"#,
                "shapes[0].radius: must not be negative, got -3",
            ),
            (
                r#"{"type": "circle", "id": "a", "center": [1, 2], "radius": ¶1e999}"#,
                "shapes[0].radius: must be a finite number, got 1e999",
            ),
            (
                r#"{"type": "circle", "id": "a", "center": [1, 2], "radius": ¶null}"#,
                "shapes[0].radius: expected a number, got null",
            ),
            (
                r#"{"type": "circle", "id": "a", "center": ¶[1, 2, 3], "radius": 3}"#,
                "shapes[0].center: expected 2 numbers, got 3",
            ),
            (
                r#"{"type": "circle", "id": "a", "center": ¶5, "radius": 3}"#,
                "shapes[0].center: expected an array of 2 numbers, got the number 5",
            ),
            (
                r#"{"type": "circle", "id": "a", "center": [1, ¶"x"], "radius": 3}"#,
                "shapes[0].center[1]: expected a number, got the string \"x\"",
            ),
            (
                r#"{"type": "circle", "id": "a", "center": [1, ¶2e9], "radius": 3}"#,
                "shapes[0].center[1]: must be at most 1000000000 in magnitude, got 2000000000",
            ),
            (
                r#"{"type": "ellipse", "id": "a", "center": [1, 2], "radii": [1, ¶-1]}"#,
                "shapes[0].radii[1]: must not be negative, got -1",
            ),
            (
                r#"{"type": "rect", "id": "a", "min": [1, 2], "max": [¶0, 3]}"#,
                "shapes[0].max[0]: max.x must not be less than min.x, got 0 < 1",
            ),
            (
                r#"{"type": "rect", "id": "a", "min": [1, 2], "max": [1, ¶1]}"#,
                "shapes[0].max[1]: max.y must not be less than min.y, got 1 < 2",
            ),
            (
                r#"{"type": "polygon", "id": "a", "points": [[1, 2], ¶[3]]}"#,
                "shapes[0].points[1]: expected 2 numbers, got 1",
            ),
            (
                "{\"type\": \"group\", \"id\": \"a\", \"children\": [\n {\"type\": \"circle\", \
                 \"id\": \"b\", \"center\": [1, 2], \"radius\": ¶-3}]}",
                "shapes[0].children[0].radius: must not be negative, got -3",
            ),
        ],
    );
}

#[test]
fn ids() {
    let group = |id: &str| format!(r#"{{"type": "group", "id": {id}, "children": []}}"#);
    let letters = "an id is made of the letters a to z and A to Z, digits, `_` and `-`";
    for id in [r#"¶"""#, r#"¶"a b""#, r#"¶"a.b""#, r#"¶"ä""#, r#"¶"a\n""#] {
        check_rows(
            |id| with_shapes(&group(id)),
            &[(id, &format!("shapes[0].id: {letters}"))],
        );
    }
    check_rows(
        |id| with_shapes(&format!("{},\n {}", group("\"a\""), group(id))),
        &[
            (
                r#"¶"canvas""#,
                "shapes[1].id: `canvas` names the canvas; choose another id",
            ),
            ("¶3", "shapes[1].id: expected a string, got the number 3"),
            (
                r#"¶"a""#,
                "shapes[1].id: duplicate id `a`, first used in line 4; choose another",
            ),
        ],
    );
}

#[test]
fn path_data() {
    check_rows(
        with_path,
        &[
            ("¶3", "shapes[0].d: expected a string, got the number 3"),
            (
                r#""M 0 0 L 1 ¶X""#,
                "shapes[0].d: column 11: expected a finite number, got `X`",
            ),
            (
                r#""¶L 0 0""#,
                "shapes[0].d: column 1: path data starts with M or m, got `L`",
            ),
            (
                r#""M 0¶""#,
                "shapes[0].d: column 4: the path data ends too early, expected a number",
            ),
            (
                r#""M 0 0 A 1 1 0 ¶2 0 3 3""#,
                "shapes[0].d: column 15: expected a number or a command, got `2`",
            ),
            // With an escape in it, the string is not what the file shows.
            (
                r#"¶"M 0 0\nM 0 0 ?""#,
                "shapes[0].d: column 13: expected a number or a command, got `?`",
            ),
            (
                r#"¶"M 1e308 1e308 l 1e308 0""#,
                "shapes[0].d: command 1: a coordinate must be at most 1000000000 in magnitude, \
                 got 1e308",
            ),
        ],
    );
}

#[test]
fn paints() {
    check_rows(
        |paint| with_field(&format!("\"fill\": {paint}")),
        &[
            (
                "¶3",
                "shapes[0].fill: expected an array or an object, got the number 3",
            ),
            (
                r#"¶"red""#,
                "shapes[0].fill: expected an array or an object, got the string \"red\"",
            ),
            (
                "[0, 0, ¶-1]",
                "shapes[0].fill[2]: must be between 0 and 1, got -1",
            ),
            (r#"¶{"stops": []}"#, "shapes[0].fill: missing field `type`"),
            (
                r#"{"type": ¶"image"}"#,
                "shapes[0].fill.type: unknown name `image`, expected one of `linear_gradient`, \
                 `radial_gradient`",
            ),
            (
                r#"{"type": "linear_gradient", "start": [0, 0], "end": [1, 1], "stops": ¶[]}"#,
                "shapes[0].fill.stops: a gradient needs at least one stop",
            ),
            (
                r#"{"type": "radial_gradient", "center": [0, 0], "radius": ¶"big", "stops": []}"#,
                "shapes[0].fill.radius: expected a number or an array, got the string \"big\"",
            ),
            (
                r#"{"type": "radial_gradient", "center": [0, 0], "radius": [1, ¶-2], "stops": []}"#,
                "shapes[0].fill.radius[1]: must not be negative, got -2",
            ),
        ],
    );
    check_rows(
        |rest| {
            with_field(&format!(
                r#""fill": {{"type": "linear_gradient", "start": [0, 0], "end": [1, 1], {rest}}}"#
            ))
        },
        &[
            (
                "\"stops\": [{\"offset\": 0.5, \"color\": [0, 0, 0]},\n\
                 {\"offset\": ¶0.25, \"color\": [0, 0, 0]}]",
                "shapes[0].fill.stops[1].offset: offsets of stops must not decrease, \
                 got 0.25 < 0.5",
            ),
            (
                r#""stops": [{"offset": ¶1.5, "color": [0, 0, 0]}]"#,
                "shapes[0].fill.stops[0].offset: must be between 0 and 1, got 1.5",
            ),
            (
                r#""stops": [¶{"offset": 0}]"#,
                "shapes[0].fill.stops[0]: missing field `color`",
            ),
            (
                r#""spread": ¶"padd""#,
                "shapes[0].fill.spread: unknown name `padd`, did you mean `pad`?",
            ),
        ],
    );
}

#[test]
fn transforms() {
    check_rows(
        |transform| with_field(&format!("\"transform\": {transform}")),
        &[
            (
                r#"{¶"rotation": 3}"#,
                "shapes[0].transform.rotation: unknown field, did you mean `rotate`?",
            ),
            (
                r#"{"scale": ¶2}"#,
                "shapes[0].transform.scale: expected an array of 2 numbers, got the number 2",
            ),
            (
                r#"{"matrix": ¶[1, 0, 0, 1]}"#,
                "shapes[0].transform.matrix: expected 6 numbers, got 4",
            ),
            (
                r#"¶{"matrix": [1, 0, 0, 1, 0, 0], "rotate": 3}"#,
                "shapes[0].transform: give either `matrix` or translate, rotate, scale and origin",
            ),
            (
                r#"{"scale": [¶1e9, 1e9], "origin": [1e9, 0]}"#,
                "shapes[0].transform.scale[0]: this transform and those around it multiply to \
                 more than 1e15; scale less",
            ),
        ],
    );
}

#[test]
fn overrides() {
    let scene = with_shapes(
        r#"{"type": "circle", "id": "disk", "center": [1, 2], "radius": 3, "fill": [0, 0, 0]},
        {"type": "rect", "id": "r", "min": [1, 2], "max": [3, 4]}"#,
    );
    let rows = [
        ("canvas.width=0", "must be between 1 and 65536, got 0"),
        (
            "canvas.background=[0,0,2]",
            "canvas.background[2]: must be between 0 and 1, got 2",
        ),
        (
            "render.filter=bax",
            "unknown name `bax`, did you mean `box`?",
        ),
        ("disk.radius=-1", "must not be negative, got -1"),
        ("disk.radius=1e999", "must be a finite number, got inf"),
        ("disk.radius=big", "expected a number, got big"),
        ("disk.radius=[1]", "expected a number, got [1]"),
        ("disk.fill.color.r=1.5", "must be between 0 and 1, got 1.5"),
        ("r.min.x=5", "max.x must not be less than min.x, got 3 < 5"),
        (
            "shapes[0].fill={\"a\":1,\"a\":2}",
            "shapes[0].fill.a: the field is given twice; keep one",
        ),
    ];
    for (text, expected) in rows {
        assert_eq!(refusal(&scene, &[text]), format!("-D {text}: {expected}"));
    }
    let unknown = [
        ("canvas.widht=3", Some("canvas.width")),
        ("disk.radus=3", Some("disk.radius")),
        ("rendr.spp=3", Some("render.spp")),
        ("render.sp=3", Some("render.spp")),
        ("shapes[0].fil=[1,1,1]", Some("shapes[0].fill")),
        ("shapes[7].radius=3", None),
        ("canvas.width.x=3", None),
        ("banana=3", None),
    ];
    for (text, near) in unknown {
        let near = near.map_or_else(String::new, |near| format!(", did you mean {near}?"));
        assert_eq!(
            refusal(&scene, &[text]),
            format!("-D {text}: no field or parameter of this name{near}")
        );
    }
    // The parameter is gone with the paint that had it.
    let fill = r#"shapes[0].fill={"type": "linear_gradient", "start": [0, 0], "end": [1, 1],
        "stops": [{"offset": 0, "color": [0, 0, 0]}]}"#;
    assert_eq!(
        refusal(&scene, &["disk.fill.color.r=1", fill]),
        "-D disk.fill.color.r=1: no field or parameter of this name"
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
