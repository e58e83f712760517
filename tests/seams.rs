//! Gradients that jump, and outlines along their jumps: held to finite differences of the exact
//! image by the same check that the command line runs.

use reynolds::check::{self, Plan};
use reynolds::integrator::Method;
use reynolds::scene::Scene;

/// Checks all parameters that match, and fails with the rows that do not pass.
fn assert_passes(shapes: &str, globs: &[&str]) {
    let text = format!(
        r#"{{"version": 1, "canvas": {{"width": 32, "height": 24, "background": [0.9, 0.8, 0.7]}},
            "render": {{"spp": 64, "edge_samples": 16}},
            "shapes": {shapes}}}"#
    );
    let scene = Scene::parse(&text, "seams", &[]).expect("the scene is valid");
    let globs: Vec<String> = globs.iter().map(|glob| (*glob).to_owned()).collect();
    let plan = Plan {
        parameters: scene.parameters.select(&globs).expect("the globs match"),
        method: Method::Edge,
        settings: scene.render.clone(),
        replicates: 64,
        level: 1e-6,
    };
    let report = check::run(&scene, &plan, &|| ());
    assert!(report.passes(), "{shapes}\n{:#?}", report.rows);
}

const STOPS: &str = r#"[{"offset": 0, "color": [0.9, 0.1, 0.2]}, {"offset": 0.4, "color": [0.1, 0.8, 0.3]},
    {"offset": 0.4, "color": [0.2, 0.1, 0.9, 0.6]}, {"offset": 1, "color": [0.1, 0.6, 0.7]}]"#;

#[test]
fn stops_that_share_an_offset_move_with_their_shape_and_by_themselves() {
    for spread in ["pad", "repeat", "reflect"] {
        assert_passes(
            &format!(
                r#"[{{"type": "circle", "id": "a", "center": [15.3, 11.2], "radius": 9.3,
                    "transform": {{"rotate": 12, "scale": [1.1, 0.8], "origin": [14, 11]}},
                    "fill": {{"type": "linear_gradient", "start": [9, 8], "end": [15, 11],
                              "spread": "{spread}", "stops": {STOPS}}}}},
                   {{"type": "rect", "id": "b", "min": [13.2, 3.3], "max": [22.1, 20.8],
                     "fill": [0.1, 0.3, 0.8, 0.6]}}]"#
            ),
            &[
                "a.center.?",
                "a.radius",
                "a.fill.start.?",
                "a.fill.end.?",
                "a.fill.stops.[12].offset",
                "a.transform.*",
            ],
        );
    }
}

#[test]
fn an_outline_may_run_along_a_jump_of_its_own_paint() {
    // The right side of the rectangle is where the gradient starts again.
    for (left, right) in [(2.8, 27.1), (3.1, 25.7), (1.3, 18.9)] {
        for rotate in [0.0, 17.3, 45.0] {
            assert_passes(
                &format!(
                    r#"[{{"type": "group", "id": "g",
                        "transform": {{"translate": [0.3, 0.1], "rotate": {rotate}, "origin": [15, 12]}},
                        "children": [{{"type": "rect", "id": "a", "min": [{left}, 6.2], "max": [{right}, 17.6],
                            "fill": {{"type": "linear_gradient", "start": [{left}, 0], "end": [{right}, 0],
                                      "spread": "repeat", "stops": [
                                      {{"offset": 0, "color": [0.9, 0.1, 0.2]}},
                                      {{"offset": 1, "color": [0.1, 0.2, 0.9]}}]}}}}]}}]"#
                ),
                &[
                    "g.transform.translate.?",
                    "g.transform.rotate",
                    "a.min.y",
                    "a.max.y",
                ],
            );
        }
    }
}

#[test]
fn an_outline_may_run_along_a_jump_of_another_paint() {
    assert_passes(
        &format!(
            r#"[{{"type": "group", "id": "g", "transform": {{"translate": [0.3, 0.1], "rotate": 33, "origin": [15, 12]}},
                "children": [
                {{"type": "rect", "id": "below", "min": [3.3, 4.1], "max": [28.3, 19.7],
                  "fill": {{"type": "linear_gradient", "start": [3.3, 0], "end": [28.3, 0], "stops": {STOPS}}}}},
                {{"type": "rect", "id": "above", "min": [13.3, 7.1], "max": [24.2, 22.7],
                  "fill": [0.9, 0.7, 0.1, 0.5]}}]}}]"#
        ),
        &["g.transform.translate.?", "g.transform.rotate", "above.*"],
    );
}

#[test]
fn two_translucent_layers_may_jump_along_one_line() {
    let layer = |id: &str, y: f64| {
        format!(
            r#"{{"type": "rect", "id": "{id}", "min": [3.3, {y}], "max": [28.3, 19.7], "opacity": 0.6,
                "fill": {{"type": "linear_gradient", "start": [3.3, 0], "end": [28.3, 0], "stops": {STOPS}}}}}"#
        )
    };
    let (a, b) = (layer("a", 4.1), layer("b", 9.4));
    assert_passes(
        &format!(
            r#"[{{"type": "group", "id": "g", "transform": {{"translate": [0.3, 0.1], "rotate": 21, "origin": [15, 12]}},
                "children": [{a}, {b}]}}]"#
        ),
        &[
            "g.transform.translate.?",
            "g.transform.rotate",
            "?.fill.start.?",
            "?.fill.stops.1.offset",
        ],
    );
}

#[test]
fn rings_of_a_radial_gradient_move_with_their_shape_and_by_themselves() {
    // Stops of one offset, and the wrap; through outlines, under another layer.
    for (spread, radii) in [
        ("pad", "[12.1, 9.7]"),
        ("repeat", "[6.1, 4.7]"),
        ("reflect", "[6.1, 4.7]"),
    ] {
        assert_passes(
            &format!(
                r#"[{{"type": "circle", "id": "a", "center": [15.3, 11.2], "radius": 9.3,
                    "transform": {{"rotate": 12, "scale": [1.1, 0.8], "origin": [14, 11]}},
                    "fill": {{"type": "radial_gradient", "center": [14.1, 10.3], "radius": {radii},
                              "spread": "{spread}", "stops": {STOPS}}}}},
                   {{"type": "rect", "id": "b", "min": [13.2, 3.3], "max": [22.1, 20.8],
                     "fill": [0.1, 0.3, 0.8, 0.6]}}]"#
            ),
            &[
                "a.fill.center.x",
                "a.fill.radius.y",
                "a.transform.rotate",
                "a.fill.stops.1.color.g",
                "a.fill.stops.2.color.a",
            ],
        );
    }
}

#[test]
fn two_translucent_layers_may_jump_along_the_same_rings() {
    let layer = |id: &str, y: f64| {
        format!(
            r#"{{"type": "rect", "id": "{id}", "min": [3.3, {y}], "max": [28.3, 19.7], "opacity": 0.6,
                "fill": {{"type": "radial_gradient", "spread": "reflect", "center": [14.3, 11.7], "radius": 9.3, "stops": {STOPS}}}}}"#
        )
    };
    let (a, b) = (layer("a", 4.1), layer("b", 9.4));
    assert_passes(
        &format!(
            r#"[{{"type": "group", "id": "g", "transform": {{"translate": [0.3, 0.1], "rotate": 21, "origin": [15, 12]}},
                "children": [{a}, {b}]}}]"#
        ),
        &[
            "g.transform.translate.x",
            "g.transform.rotate",
            "b.fill.center.x",
        ],
    );
}

#[test]
fn a_radial_gradient_that_vanishes_within_a_step_is_harmless() {
    let scene = Scene::parse(
        r#"{"version": 1, "canvas": {"width": 16, "height": 16}, "shapes": [
            {"type": "circle", "id": "a", "center": [8, 8], "radius": 5,
             "fill": {"type": "radial_gradient", "center": [8, 8], "radius": 0.004, "stops": [
                {"offset": 0, "color": [1, 0, 0]}, {"offset": 0.5, "color": [0, 1, 0]},
                {"offset": 0.5, "color": [0, 0, 1]}, {"offset": 1, "color": [1, 1, 0]}]}}]}"#,
        "vanishing",
        &[],
    )
    .expect("the scene is valid");
    let renderer = reynolds::integrator::Renderer::new(&scene, scene.render.clone());
    let radius = scene.parameters.find("a.fill.radius").expect("it has one");
    let mut theta = scene.parameters.values().to_vec();
    theta[radius.index()] = 0.0;
    let image = renderer.at(&theta).image();
    assert!(image.data().iter().all(|value| value.is_finite()));
}
