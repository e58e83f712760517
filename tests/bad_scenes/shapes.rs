//! Shapes: their fields, numbers, ids, paths, paints and transforms.

use super::{check_rows, with_field, with_path, with_shapes};

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
