//! Derivatives against closed forms: laws of areas, of translations, and of composition.
//!
//! Every law gives the derivative of the red channel's sum over the canvas. The exact method must
//! meet it to rounding, edge sampling within its standard error.

#[path = "closed_forms/offsets.rs"]
mod offsets;
mod support;

use std::f64::consts::PI;

use reynolds::filter::Filter;
use reynolds::integrator::{Method, Renderer};
use reynolds::scene::{RenderSettings, Scene};
use reynolds::statistics::RunningMoments;
use support::{
    Estimate, FrozenScene, assert_unbiased, channel_sum, check_laws, derivative, dot, exact, find,
    largest_difference, ones, scene, scene_on, smooth_weights, uniform,
};

#[test]
fn circle() {
    // Black on white: the sum of red is that of the canvas less the area.
    let r = 9.13;
    let scene = scene(
        32,
        r#"{"type": "circle", "id": "disk", "center": [16.31, 15.77], "radius": 9.13, "fill": [0, 0, 0]}"#,
    );
    let laws = [
        ("disk.radius", -2.0 * PI * r),
        ("disk.center.x", 0.0),
        ("disk.center.y", 0.0),
    ];
    check_laws("circle", &scene, &laws);
}

#[test]
fn ellipse_in_filters_that_sum_to_one() {
    // The shifted copies of a Gaussian do not sum to one.
    for filter in [Filter::Box, Filter::Tent, Filter::Mitchell] {
        let mut scene = scene(
            32,
            r#"{"type": "ellipse", "id": "egg", "center": [16.31, 15.77], "radii": [8.1, 5.3], "fill": [0.25, 0, 0]}"#,
        );
        scene.render.filter = filter;
        let laws = [
            ("egg.radii.x", -0.75 * PI * 5.3),
            ("egg.radii.y", -0.75 * PI * 8.1),
            ("egg.center.x", 0.0),
        ];
        check_laws(&format!("ellipse, filter {filter}"), &scene, &laws);
    }
}

#[test]
fn rectangle() {
    let scene = scene(
        32,
        r#"{"type": "rect", "id": "box", "min": [6.3, 9.2], "max": [21.9, 25.4], "fill": [0.5, 0, 0]}"#,
    );
    let (width, height) = (21.9 - 6.3, 25.4 - 9.2);
    let laws = [
        ("box.min.x", 0.5 * height),
        ("box.max.x", -0.5 * height),
        ("box.min.y", 0.5 * width),
        ("box.max.y", -0.5 * width),
    ];
    check_laws("rectangle", &scene, &laws);
}

#[test]
fn a_rectangle_that_reaches_out_of_the_canvas() {
    // Only what is on the canvas counts: 20 rows of the left edge, 12.5 columns of the lower one.
    let scene = scene(
        24,
        r#"{"type": "rect", "id": "box", "min": [11.5, -7.3], "max": [40.2, 20.0], "fill": [0, 0, 0]}"#,
    );
    let laws = [
        ("box.min.x", 20.0),
        ("box.max.x", 0.0),
        ("box.min.y", 0.0),
        ("box.max.y", -12.5),
    ];
    check_laws("rectangle across the border", &scene, &laws);
}

/// Returns the derivative of the area of a polygon (with the sign of its orientation) by each
/// coordinate: half of the chord between the neighbours, turned.
fn area_gradient(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let n = points.len();
    (0..n)
        .map(|i| {
            let ([px, py], [nx, ny]) = (points[(i + n - 1) % n], points[(i + 1) % n]);
            [0.5 * (ny - py), 0.5 * (px - nx)]
        })
        .collect()
}

#[test]
fn polygon_vertices() {
    let points = [
        [5.2, 7.9],
        [24.7, 4.3],
        [27.1, 22.8],
        [14.9, 13.2],
        [8.4, 26.6],
    ];
    let json =
        format!(r#"{{"type": "polygon", "id": "p", "points": {points:?}, "fill": [0, 0, 0]}}"#);
    let names: Vec<[String; 2]> = (0..points.len())
        .map(|i| ["x", "y"].map(|axis| format!("p.points.{i}.{axis}")))
        .collect();
    let gradient = area_gradient(&points);
    let laws: Vec<(&str, f64)> = names
        .iter()
        .zip(&gradient)
        .flat_map(|([x, y], [dx, dy])| [(x.as_str(), -dx), (y.as_str(), -dy)])
        .collect();
    check_laws("polygon", &scene(32, &json), &laws);
}

#[test]
fn the_border_of_a_hole() {
    // The inner square runs the other way round: it lowers the area as it grows.
    let scene = scene(
        32,
        r#"{"type": "path", "id": "frame", "fill": [0, 0, 0],
            "d": "M 4.3 5.1 L 27.3 5.1 L 27.3 26.9 L 4.3 26.9 Z M 10.2 11.4 L 10.2 21.1 L 20.9 21.1 L 20.9 11.4 Z"}"#,
    );
    let (outer_height, inner_height) = (26.9 - 5.1, 21.1 - 11.4);
    let laws = [
        ("frame.points.0.x", 0.5 * outer_height),
        ("frame.points.1.x", -0.5 * outer_height),
        ("frame.points.4.x", -0.5 * inner_height),
        ("frame.points.6.x", 0.5 * inner_height),
    ];
    check_laws("frame", &scene, &laws);
}

#[test]
fn scale_and_rotation() {
    let (sx, sy, r): (f64, f64, f64) = (1.3, 0.7, 6.1);
    let scene = scene(
        32,
        r#"{"type": "group", "id": "g", "transform": {"rotate": 33.0, "scale": [1.3, 0.7], "origin": [15.1, 16.9], "translate": [0.4, 0.3]},
            "children": [{"type": "circle", "id": "disk", "center": [15.7, 16.2], "radius": 6.1, "fill": [0, 0, 0]}]}"#,
    );
    let laws = [
        ("g.transform.scale.x", -PI * r * r * sy),
        ("g.transform.scale.y", -PI * r * r * sx),
        ("g.transform.rotate", 0.0),
        ("g.transform.translate.x", 0.0),
        ("g.transform.origin.y", 0.0),
        ("disk.radius", -2.0 * PI * r * sx * sy),
    ];
    check_laws("scaled and rotated disc", &scene, &laws);
}

#[test]
fn a_matrix_scales_areas_by_its_determinant() {
    let [a, b, c, d] = [0.9, 0.3, -0.5, 1.1];
    let area = 12.0 * 9.5;
    let scene = scene(
        32,
        r#"{"type": "rect", "id": "box", "min": [6.2, 5.1], "max": [18.2, 14.6], "fill": [0, 0, 0],
            "transform": {"matrix": [0.9, 0.3, -0.5, 1.1, 8.3, 2.7]}}"#,
    );
    let laws = [
        ("box.transform.matrix.0", -area * d),
        ("box.transform.matrix.1", area * c),
        ("box.transform.matrix.2", area * b),
        ("box.transform.matrix.3", -area * a),
        ("box.transform.matrix.4", 0.0),
        ("box.min.x", 9.5 * (a * d - b * c)),
    ];
    check_laws("matrix", &scene, &laws);
}

#[test]
fn composition_is_linear_in_colours_and_opacities() {
    // Over the disc: o a r + (1 − o a) B, B the background's red; A its area.
    let (area, canvas) = (PI * 7.7 * 7.7, 32.0 * 32.0);
    let (r, a, o, background) = (0.3, 0.8, 0.6, 0.9);
    let scene = scene_on(
        32,
        "[0.9, 0.5, 0.4]",
        r#"{"type": "circle", "id": "disk", "center": [15.2, 16.8], "radius": 7.7, "fill": [0.3, 0.1, 0.2, 0.8], "opacity": 0.6}"#,
    );
    let laws = [
        ("disk.fill.color.r", area * a * o),
        ("disk.fill.color.g", 0.0),
        ("disk.fill.color.a", area * o * (r - background)),
        ("disk.opacity", area * a * (r - background)),
        ("canvas.background.r", canvas - area * a * o),
        ("disk.radius", 2.0 * PI * 7.7 * a * o * (r - background)),
    ];
    check_laws("colours", &scene, &laws);
}

#[test]
fn a_group_is_composited_as_one() {
    // Two opaque squares overlap in a group of opacity o: the overlap shows the upper one alone.
    let scene = scene(
        32,
        r#"{"type": "group", "id": "g", "opacity": 0.4, "children": [
            {"type": "rect", "id": "low", "min": [4.3, 4.7], "max": [16.3, 16.7], "fill": [0.2, 0, 0]},
            {"type": "rect", "id": "high", "min": [10.3, 8.7], "max": [26.3, 24.7], "fill": [0.7, 0, 0]}]}"#,
    );
    let (low, high, overlap) = (12.0 * 12.0, 16.0 * 16.0, 6.0 * 8.0);
    let laws = [
        (
            "g.opacity",
            (low - overlap) * (0.2 - 1.0) + high * (0.7 - 1.0),
        ),
        ("low.fill.color.r", 0.4 * (low - overlap)),
        ("high.fill.color.r", 0.4 * high),
        // The lower square's right edge is hidden from y = 8.7 on.
        ("low.max.x", 0.4 * (0.2 - 1.0) * (8.7 - 4.7)),
        // The upper square's left edge covers the lower one for 8 rows and white for the rest.
        ("high.min.x", 0.4 * ((0.2 - 0.7) * 8.0 + (1.0 - 0.7) * 8.0)),
    ];
    check_laws("group", &scene, &laws);
}

/// A group of overlapping shapes that is moved as one, with none of its gradients jumping.
fn moving_group(offset: [f64; 2]) -> Scene {
    let [x, y] = offset;
    scene_on(
        32,
        "[0.9, 0.8, 0.7]",
        &format!(
            r#"{{"type": "group", "id": "all", "transform": {{"translate": [{x:?}, {y:?}]}}, "children": [
            {{"type": "circle", "id": "disk", "center": [12.3, 13.1], "radius": 6.7, "fill": [0.8, 0.1, 0.2, 0.7]}},
            {{"type": "polygon", "id": "star", "fill_rule": "evenodd", "fill": [0.1, 0.4, 0.9, 0.8],
              "points": [[18.3, 7.2], [22.9, 21.1], [11.1, 12.5], [25.7, 12.5], [13.8, 21.2]]}},
            {{"type": "rect", "id": "sky", "min": [8.2, 14.3], "max": [19.9, 24.1], "transform": {{"rotate": 12, "origin": [14, 19]}},
              "fill": {{"type": "linear_gradient", "start": [9, 15], "end": [18, 22], "stops": [
                {{"offset": 0.1, "color": [0.9, 0.9, 0.1, 0.6]}}, {{"offset": 0.8, "color": [0.2, 0.2, 0.3]}}]}}}}]}}"#
        ),
    )
}

#[test]
fn moving_everything_shifts_the_image() {
    // All shapes lie well inside, so the image moves as a whole: D = −∂I/∂x, here by differences.
    let scene = moving_group([0.31, 0.17]);
    let translate = find(&scene, "all.transform.translate.x");
    let difference = derivative(&FrozenScene::new(&scene), &[(translate, 1.0)], 1e-5).image();
    let found = exact(&scene).jvp(&[(translate, 1.0)]);
    let distance = largest_difference(&found, &difference);
    assert!(
        distance < 1e-8,
        "largest difference of a pixel: {distance:e}"
    );
    for channel in 0..3 {
        let sum = channel_sum(&found, channel);
        assert!(
            sum.abs() < 1e-10,
            "the sum of channel {channel} changes: {sum:e}"
        );
    }
}

#[test]
fn the_derivative_integrates_to_a_shift_by_one_pixel() {
    // ∫₀¹ dI(x₀ + t)/dt dt is the image shifted by a pixel less the image. With t uniform, one
    // estimate at one t is unbiased for it.
    let start = moving_group([0.0, 0.0]);
    let weights = smooth_weights(&start, 3, 5);
    let before = exact(&start).image();
    let shifted = moving_group([1.0, 0.0]);
    let after = exact(&shifted).image();
    let truth = dot(&weights, &after) - dot(&weights, &before);
    for y in 0..32 {
        for x in 1..32 {
            let (a, b) = (after.pixel(x, y), before.pixel(x - 1, y));
            assert!(
                a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12),
                "pixel {x}, {y}"
            );
        }
    }
    let mut moments = RunningMoments::default();
    for seed in 0..256 {
        let t = 0.5 + 0.5 * uniform(9, seed);
        let scene = moving_group([t, 0.0]);
        let settings = RenderSettings {
            seed,
            ..scene.render.clone()
        };
        let renderer = Renderer::new(&scene, settings).with_method(Method::Edge);
        let translate = find(&scene, "all.transform.translate.x");
        moments.push(dot(&weights, &renderer.jvp(&[(translate, 1.0)])));
    }
    let estimate = Estimate {
        name: "all.transform.translate.x".into(),
        truth,
        uncertainty: 1e-10,
        scale: truth.abs(),
        moments,
    };
    assert_unbiased("shift by a pixel", &[estimate], 0.01);
}

#[test]
fn interior_sampling_lacks_exactly_the_boundary_term() {
    // The negative control: flat colours have no interior term, so plain automatic
    // differentiation finds nothing where the truth is 2πr.
    let scene = scene(
        32,
        r#"{"type": "circle", "id": "disk", "center": [16.31, 15.77], "radius": 9.13, "fill": [0, 0, 0]}"#,
    );
    let renderer = Renderer::new(&scene, scene.render.clone()).with_method(Method::Interior);
    let gradient = renderer.vjp(&ones(&scene, 3, 0));
    assert_eq!(gradient[find(&scene, "disk.radius").index()], 0.0);
    // Colours have no boundary term.
    let red = gradient[find(&scene, "disk.fill.color.r").index()];
    let area = PI * 9.13 * 9.13;
    assert!((red - area).abs() < 0.02 * area, "{red}");
}
