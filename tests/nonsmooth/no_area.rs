//! Shapes with next to no area, or none at all.

use std::f64::consts::PI;

use reynolds::film::Image;
use reynolds::integrator::Method;
use reynolds::scene::Scene;

use super::support::{exact, find, largest_difference, noise, ones, scene, smooth_weights, square};
use super::{METHODS, turned, with_method};

/// The derivatives that all methods give, for pixels of these weights.
fn gradients(scene: &Scene, weights: &Image) -> Vec<(Method, Vec<f64>)> {
    let of = |method| (method, with_method(scene, method).vjp(weights));
    METHODS.into_iter().map(of).collect()
}

#[test]
fn thin_shapes() {
    for width in [1e-6, 1e-9, 1e-11] {
        for angle in [0.0, 17.3, 45.0] {
            let scene = turned(
                24,
                angle,
                &square("r", [11.3, 6.2], [11.3 + width, 17.7], "[0.3, 0, 0]"),
            );
            let side = 0.7 * (17.7 - 6.2);
            let area = side * ((11.3 + width) - 11.3);
            for (method, gradient) in gradients(&scene, &ones(&scene, 3, 0)) {
                for (name, expected) in [
                    ("r.min.x", side),
                    ("r.max.x", -side),
                    ("g.transform.scale.x", -area),
                ] {
                    let found = gradient[find(&scene, name).index()];
                    assert!(
                        (found - expected).abs() < 1e-9,
                        "width {width:e}, turned by {angle}, {method:?} by {name}: {found}, should be {expected}"
                    );
                }
            }
        }
    }
}

#[test]
fn shapes_as_thin_as_rounding_errors() {
    // Both borders count as on one line: the derivative by the width w is that of |w| on one of its
    // sides, and the whole still moves without a change.
    for width in [0.0, 1e-13] {
        let scene = scene(
            24,
            &square("r", [11.3, 6.2], [11.3 + width, 17.7], "[0.3, 0, 0]"),
        );
        let side = 0.7 * (17.7 - 6.2);
        for (method, gradient) in gradients(&scene, &ones(&scene, 3, 0)) {
            let [min, max] =
                ["r.min.x", "r.max.x"].map(|name| gradient[find(&scene, name).index()]);
            assert!(
                (max.abs() - side).abs() < 1e-9,
                "width {width:e}, {method:?}: {max}, should be ±{side}"
            );
            assert!(
                (min + max).abs() < 1e-9,
                "width {width:e}, {method:?}: {min} + {max}"
            );
        }
    }
}

/// Checks that a scene renders as white and that its derivatives are finite.
fn check_nothing(what: &str, scene: &Scene) {
    for method in METHODS {
        let renderer = with_method(scene, method);
        let image = renderer.image();
        let difference = image
            .data()
            .iter()
            .map(|v| (v - 1.0).abs())
            .fold(0.0, f64::max);
        assert!(
            difference < 1e-12,
            "{what}, {method:?}: off white by {difference:e}"
        );
        let gradient = renderer.vjp(&noise(scene, 3, 5));
        for (id, parameter) in scene.parameters.iter() {
            let found = gradient[id.index()];
            assert!(
                found.is_finite(),
                "{what}, {method:?} by {}: {found}",
                parameter.name
            );
            let image = renderer.jvp(&[(id, 1.0)]);
            let finite = image.data().iter().all(|v| v.is_finite());
            assert!(finite, "{what}, {method:?}: J v by {}", parameter.name);
        }
    }
}

#[test]
fn shapes_without_area() {
    for (what, shape) in [
        (
            "a disc of radius 0",
            r#"{"type": "circle", "id": "s", "center": [8.3, 7.7], "radius": 0, "fill": [0, 0, 0]}"#,
        ),
        (
            "a disc of radius 0 on a pixel corner",
            r#"{"type": "circle", "id": "s", "center": [8, 8], "radius": 0, "fill": [0, 0, 0]}"#,
        ),
        (
            "an ellipse without width",
            r#"{"type": "ellipse", "id": "s", "center": [8.3, 7.7], "radii": [0, 5], "fill": [0, 0, 0]}"#,
        ),
        (
            "an ellipse without height",
            r#"{"type": "ellipse", "id": "s", "center": [8.3, 7.7], "radii": [5, 0], "fill": [0, 0, 0]}"#,
        ),
        (
            "a rectangle on a pixel border",
            r#"{"type": "rect", "id": "s", "min": [8, 3.2], "max": [8, 12.1], "fill": [0, 0, 0]}"#,
        ),
        (
            "a point",
            r#"{"type": "polygon", "id": "s", "points": [[8.3, 7.7]], "fill": [0, 0, 0]}"#,
        ),
        (
            "one point three times",
            r#"{"type": "polygon", "id": "s", "points": [[8, 8], [8, 8], [8, 8]], "fill": [0, 0, 0]}"#,
        ),
        (
            "a line there and back",
            r#"{"type": "polygon", "id": "s", "points": [[2.5, 3.25], [12.5, 11.25]], "fill": [0, 0, 0]}"#,
        ),
        (
            "three points on a line",
            r#"{"type": "polygon", "id": "s", "points": [[2.5, 3.25], [12.5, 11.25], [7.5, 7.25]], "fill": [0, 0, 0]}"#,
        ),
        (
            "no points",
            r#"{"type": "polygon", "id": "s", "points": [], "fill": [0, 0, 0]}"#,
        ),
        (
            "an empty path",
            r#"{"type": "path", "id": "s", "d": "M 3 3", "fill": [0, 0, 0]}"#,
        ),
        (
            "a curve without extent",
            r#"{"type": "path", "id": "s", "d": "M 3 3 C 3 3 3 3 3 3 Z", "fill": [0, 0, 0]}"#,
        ),
        (
            "a flattened group",
            r#"{"type": "group", "id": "g", "transform": {"scale": [0, 1], "origin": [8.3, 2]}, "children": [{"type": "circle", "id": "s", "center": [8.3, 7.7], "radius": 4, "fill": [0, 0, 0]}]}"#,
        ),
        (
            "a group that shrank to a point",
            r#"{"type": "group", "id": "g", "transform": {"scale": [0, 0]}, "children": [{"type": "rect", "id": "s", "min": [2, 3], "max": [9, 8], "fill": [0, 0, 0]}]}"#,
        ),
        (
            "a gradient without length",
            r#"{"type": "rect", "id": "s", "min": [2, 3], "max": [2, 8], "fill": {"type": "linear_gradient", "start": [3, 3], "end": [3, 3], "stops": [{"offset": 0, "color": [0, 0, 0]}, {"offset": 1, "color": [1, 0, 0]}]}}"#,
        ),
    ] {
        check_nothing(what, &scene(16, shape));
    }
}

#[test]
fn a_disc_of_radius_zero_has_no_perimeter() {
    let scene = scene(
        16,
        r#"{"type": "circle", "id": "s", "center": [8.3, 7.7], "radius": 0, "fill": [0, 0, 0]}"#,
    );
    for (method, gradient) in gradients(&scene, &noise(&scene, 3, 5)) {
        for (id, parameter) in scene.parameters.iter() {
            if parameter.name.starts_with("s.") {
                let found = gradient[id.index()];
                assert_eq!(found, 0.0, "{method:?} by {}", parameter.name);
            }
        }
    }
}

#[test]
fn an_ellipse_without_width_has_a_derivative_within_its_kink() {
    // Its area is π |rx| ry; at rx = 0 anything between both sides will do.
    let scene = scene(
        16,
        r#"{"type": "ellipse", "id": "s", "center": [8.3, 7.7], "radii": [0, 5], "fill": [0, 0, 0]}"#,
    );
    for (method, gradient) in gradients(&scene, &ones(&scene, 3, 0)) {
        let found = gradient[find(&scene, "s.radii.x").index()];
        assert!(found.abs() <= 5.0 * PI + 1e-9, "{method:?}: {found}");
    }
}

#[test]
fn repeated_points_share_the_gradient() {
    let polygon = |points: &str| {
        scene(
            24,
            &format!(r#"{{"type": "polygon", "id": "p", "points": {points}, "fill": [0, 0, 0]}}"#),
        )
    };
    let once = polygon("[[4.3, 5.1], [19.2, 7.4], [11.8, 18.9]]");
    let often =
        polygon("[[4.3, 5.1], [4.3, 5.1], [19.2, 7.4], [19.2, 7.4], [19.2, 7.4], [11.8, 18.9]]");
    let distance = largest_difference(&exact(&once).image(), &exact(&often).image());
    assert!(distance < 1e-13, "{distance:e}");
    let weights = smooth_weights(&once, 3, 8);
    let (a, b) = (exact(&once).vjp(&weights), exact(&often).vjp(&weights));
    let groups: [&[usize]; 3] = [&[0, 1], &[2, 3, 4], &[5]];
    for (i, group) in groups.iter().enumerate() {
        for axis in ["x", "y"] {
            let at = |scene: &Scene, gradient: &[f64], i: usize| {
                gradient[find(scene, &format!("p.points.{i}.{axis}")).index()]
            };
            let sum: f64 = group.iter().map(|&j| at(&often, &b, j)).sum();
            let expected = at(&once, &a, i);
            assert!(
                (sum - expected).abs() < 1e-11,
                "point {i}.{axis}: {sum}, should be {expected}"
            );
        }
    }
}
