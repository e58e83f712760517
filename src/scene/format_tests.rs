//! What the format means: names, defaults, forms. Malformed files are in `tests/bad_scenes.rs`.

use super::*;

const EVERYTHING: &str = r#"{
  "version": 1,
  "canvas": {"width": 8, "height": 9, "background": [0.5, 0.25, 1]},
  "shapes": [
    {"type": "circle", "id": "disk", "center": [1, 2], "radius": 3, "fill": [0.1, 0.2, 0.3, 0.4],
     "opacity": 0.5},
    {"type": "group", "id": "badge", "opacity": 0.75,
     "transform": {"translate": [1, 2], "rotate": 30, "scale": [2, 3], "origin": [4, 5]},
     "children": [
      {"type": "ellipse", "id": "e", "center": [1, 2], "radii": [3, 4]},
      {"type": "rect", "id": "r", "min": [1, 2], "max": [3, 4],
       "fill": {"type": "linear_gradient", "start": [0, 1], "end": [2, 3], "spread": "reflect",
        "stops": [{"offset": 0, "color": [0, 0, 0]}, {"offset": 0.5, "color": [1, 1, 1, 0.5]}]}}
     ]},
    {"type": "polygon", "id": "star", "points": [[1, 2], [3, 4]], "fill_rule": "evenodd"},
    {"type": "path", "id": "leaf", "d": "m1 2 q1 0 2 2z", "transform": {"matrix": [1, 2, 3, 4, 5, 6]},
     "fill": {"type": "radial_gradient", "center": [1, 2], "radius": 3,
      "stops": [{"offset": 0.25, "color": [0, 0, 0]}]}},
    {"type": "circle", "id": "sky", "center": [1, 2], "radius": 0, "transform": {"rotate": -0.0},
     "fill": {"type": "radial_gradient", "center": [1, 2], "radius": [3, 4],
      "stops": [{"offset": 0.25, "color": [0, 0, 0]}]}}
  ],
  "render": {"spp": 4}
}"#;

fn scene() -> Scene {
    Scene::parse(EVERYTHING, "everything", &[]).unwrap()
}

fn minimal(overrides: &[&str]) -> Scene {
    let text = r#"{"version": 1, "canvas": {"width": 8, "height": 9}, "shapes": [
        {"type": "circle", "id": "a", "center": [1, 2], "radius": 3, "transform": {"rotate": 1}}]}"#;
    let overrides: Vec<Override> = overrides
        .iter()
        .map(|text| Override::parse(text).unwrap())
        .collect();
    Scene::parse(text, "minimal", &overrides).unwrap()
}

fn names(scene: &Scene) -> Vec<String> {
    let parameters = scene.parameters.iter();
    parameters.map(|(_, p)| p.name.clone()).collect()
}

#[test]
fn parameters_are_named_by_ids_and_fields_in_the_order_of_the_kinds() {
    let expected = "
        canvas.background.r canvas.background.g canvas.background.b
        disk.center.x disk.center.y disk.radius
        disk.fill.color.r disk.fill.color.g disk.fill.color.b disk.fill.color.a disk.opacity
        badge.opacity badge.transform.translate.x badge.transform.translate.y
        badge.transform.scale.x badge.transform.scale.y
        badge.transform.origin.x badge.transform.origin.y badge.transform.rotate
        e.center.x e.center.y e.radii.x e.radii.y
        r.min.x r.min.y r.max.x r.max.y
        r.fill.start.x r.fill.start.y r.fill.end.x r.fill.end.y
        r.fill.stops.0.offset
        r.fill.stops.0.color.r r.fill.stops.0.color.g r.fill.stops.0.color.b
        r.fill.stops.1.offset r.fill.stops.1.color.r r.fill.stops.1.color.g
        r.fill.stops.1.color.b r.fill.stops.1.color.a
        star.points.0.x star.points.0.y star.points.1.x star.points.1.y
        leaf.points.0.x leaf.points.0.y leaf.points.1.x leaf.points.1.y
        leaf.points.2.x leaf.points.2.y
        leaf.fill.center.x leaf.fill.center.y leaf.fill.radius
        leaf.fill.stops.0.offset leaf.fill.stops.0.color.r leaf.fill.stops.0.color.g
        leaf.fill.stops.0.color.b
        leaf.transform.matrix.0 leaf.transform.matrix.1 leaf.transform.matrix.2
        leaf.transform.matrix.3 leaf.transform.matrix.4 leaf.transform.matrix.5
        sky.center.x sky.center.y sky.radius
        sky.fill.center.x sky.fill.center.y sky.fill.radius.x sky.fill.radius.y
        sky.fill.stops.0.offset sky.fill.stops.0.color.r sky.fill.stops.0.color.g
        sky.fill.stops.0.color.b sky.transform.rotate";
    let expected: Vec<&str> = expected.split_whitespace().collect();
    assert_eq!(names(&scene()), expected);
}

#[test]
fn parameters_have_the_kind_and_the_value_of_their_field() {
    let scene = scene();
    for (name, kind, value) in [
        ("disk.center.y", ParameterKind::Position, 2.0),
        ("disk.radius", ParameterKind::Length, 3.0),
        ("disk.fill.color.a", ParameterKind::Color, 0.4),
        ("disk.opacity", ParameterKind::Opacity, 0.5),
        ("e.radii.y", ParameterKind::Length, 4.0),
        ("r.max.x", ParameterKind::Position, 3.0),
        ("r.fill.stops.1.offset", ParameterKind::Offset, 0.5),
        (
            "badge.transform.translate.y",
            ParameterKind::Translation,
            2.0,
        ),
        ("badge.transform.rotate", ParameterKind::Angle, 30.0),
        ("badge.transform.scale.y", ParameterKind::Scale, 3.0),
        ("badge.transform.origin.x", ParameterKind::Position, 4.0),
        ("leaf.transform.matrix.3", ParameterKind::Scale, 4.0),
        ("leaf.transform.matrix.4", ParameterKind::Translation, 5.0),
        ("leaf.points.2.y", ParameterKind::Position, 4.0),
        ("sky.fill.radius.y", ParameterKind::Length, 4.0),
    ] {
        let id = scene.parameters.find(name).unwrap();
        assert_eq!(scene.parameters[id].kind, kind, "{name}");
        assert_eq!(scene.parameters.values()[id.index()], value, "{name}");
    }
}

#[test]
fn shapes_are_in_preorder() {
    let scene = scene();
    let shapes = scene.shapes.iter();
    let tree: Vec<_> = shapes.map(|s| (s.id.as_str(), s.parent)).collect();
    let expected = [
        ("disk", None),
        ("badge", None),
        ("e", Some(1)),
        ("r", Some(1)),
        ("star", None),
        ("leaf", None),
        ("sky", None),
    ];
    assert_eq!(tree, expected);
    assert!(matches!(
        scene.shapes[1].geometry,
        Geometry::Group { end: 4 }
    ));
}

#[test]
fn missing_fields_have_constants() {
    let scene = minimal(&[]);
    assert_eq!(
        names(&scene),
        ["a.center.x", "a.center.y", "a.radius", "a.transform.rotate"]
    );
    let one = Real::Constant(1.0);
    let white = Color {
        r: one,
        g: one,
        b: one,
        a: one,
    };
    assert_eq!(scene.canvas.background, white);
    assert_eq!(scene.canvas.color_space, ColorSpace::Srgb);
    let expected = RenderSettings {
        spp: 16,
        edge_samples: 4.0,
        edge_allocation: crate::sampling::EdgeAllocation::Pixel,
        sampler: crate::sampling::Sampler::Stratified,
        filter: crate::filter::Filter::Box,
        seed: 0,
        tolerance: 0.00390625,
    };
    assert_eq!(scene.render, expected);
    let shape = &scene.shapes[0];
    assert!(shape.fill.is_none() && shape.opacity.is_none());
    let Some(Transform::Parts {
        translate, scale, ..
    }) = shape.transform
    else {
        panic!("the transform has parts");
    };
    assert_eq!(translate.x, Real::Constant(0.0));
    assert_eq!(scale.y, Real::Constant(1.0));
}

#[test]
fn overrides_set_parameters_and_fields() {
    let scene = minimal(&[
        "a.radius=30",
        "canvas.width=512",
        "render.filter=tent",
        "canvas.background=[0, 0, 0, 1]",
        "shapes[0].fill=[1, 0, 0]",
        "shapes[0].opacity=0.5",
        "a.radius=40",
    ]);
    let value = |name| scene.parameters.values()[scene.parameters.find(name).unwrap().index()];
    assert_eq!(scene.canvas.width, 512);
    assert_eq!(scene.render.filter, crate::filter::Filter::Tent);
    assert_eq!(value("canvas.background.a"), 1.0);
    assert_eq!(value("a.fill.color.r"), 1.0);
    assert_eq!(value("a.opacity"), 0.5);
    assert_eq!(value("a.radius"), 40.0);
}

#[test]
fn a_written_scene_reads_back_with_the_same_forms() {
    let mut scene = scene();
    // Values without a short decimal form must survive too.
    for (i, value) in scene.parameters.values_mut().iter_mut().enumerate() {
        *value /= 1.0 + 1e-9 * (i as f64).sqrt();
    }
    let text = scene.to_json();
    let back = Scene::parse(&text, "written", &[]).unwrap();
    assert_eq!(names(&back), names(&scene));
    let bits = |scene: &Scene| -> Vec<u64> {
        let values = scene.parameters.values().iter();
        values.map(|x| x.to_bits()).collect()
    };
    assert_eq!(bits(&back), bits(&scene));
    assert_eq!(format!("{:?}", back.shapes), format!("{:?}", scene.shapes));
    assert_eq!(back.render, scene.render);
}

#[test]
fn a_written_scene_has_one_shape_a_line() {
    let text = minimal(&["render.spp=4", "shapes[0].fill=[1, 0.5, 0]"]).to_json();
    let expected = r#"{
  "version": 1,
  "canvas": {"width": 8, "height": 9},
  "shapes": [
    {"type": "circle", "id": "a", "center": [1, 2], "radius": 3, "fill": [1, 0.5, 0], "transform": {"rotate": 1}}
  ],
  "render": {"spp": 4}
}
"#;
    assert_eq!(text, expected);
}

#[test]
fn degenerate_shapes_are_scenes() {
    for shape in [
        r#"{"type": "circle", "id": "a", "center": [1, 2], "radius": 0}"#,
        r#"{"type": "rect", "id": "a", "min": [1, 2], "max": [1, 2]}"#,
        r#"{"type": "polygon", "id": "a", "points": []}"#,
        r#"{"type": "polygon", "id": "a", "points": [[1, 1], [1, 1]]}"#,
        r#"{"type": "path", "id": "a", "d": ""}"#,
        r#"{"type": "path", "id": "a", "d": "M 1 1"}"#,
        r#"{"type": "group", "id": "a", "children": [], "transform": {}}"#,
    ] {
        let text = format!(
            r#"{{"version": 1, "canvas": {{"width": 8, "height": 8}}, "shapes": [{shape}]}}"#
        );
        let scene = Scene::parse(&text, "degenerate", &[]).unwrap();
        let back = Scene::parse(&scene.to_json(), "degenerate", &[]).unwrap();
        assert_eq!(format!("{:?}", back.shapes), format!("{:?}", scene.shapes));
    }
}

#[test]
fn the_schema_accepts_scenes_and_what_is_written() {
    let schema = jsonschema::validator_for(&json_schema()).unwrap();
    for text in [
        EVERYTHING.to_owned(),
        scene().to_json(),
        minimal(&[]).to_json(),
    ] {
        let value = serde_json::from_str(&text).unwrap();
        if let Err(error) = schema.validate(&value) {
            panic!("{error} at {}", error.instance_path());
        }
    }
}

#[test]
fn the_schema_refuses_what_the_loader_refuses() {
    let schema = jsonschema::validator_for(&json_schema()).unwrap();
    let valid: serde_json::Value = serde_json::from_str(EVERYTHING).unwrap();
    for (pointer, value) in [
        ("/version", "2"),
        ("/canvas/width", "0"),
        ("/canvas/width", "1.5"),
        ("/canvas", r#"{"width": 8, "height": 8, "depth": 8}"#),
        ("/canvas/background", "[0, 0]"),
        ("/canvas/background", "null"),
        ("/shapes/0/radius", "-1"),
        ("/shapes/0/type", "\"disc\""),
        ("/shapes/0/type", "\"rect\""),
        ("/shapes/0/center", "[1, 2, 3]"),
        ("/shapes/0/id", "\"a b\""),
        ("/shapes/0/opacity", "1.5"),
        ("/shapes/0/opacity", "null"),
        ("/shapes/0/fill", "\"red\""),
        ("/shapes/1/children/0/radii", "3"),
        ("/shapes/1/children/1/fill/stops", "[]"),
        ("/shapes/1/children/1/fill/spread", "\"padding\""),
        (
            "/shapes/1/transform",
            r#"{"matrix": [1, 0, 0, 1, 0, 0], "rotate": 1}"#,
        ),
        ("/render/spp", "0"),
        ("/render", r#"{"sp": 4}"#),
    ] {
        let mut changed = valid.clone();
        *changed.pointer_mut(pointer).unwrap() = serde_json::from_str(value).unwrap();
        assert!(!schema.is_valid(&changed), "schema: {pointer} {value}");
        let text = changed.to_string();
        assert!(
            Scene::parse(&text, "changed", &[]).is_err(),
            "{pointer} {value}"
        );
    }
}
