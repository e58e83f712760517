//! Scenes that are not smooth: shared and coincident borders, hidden and degenerate shapes, edges
//! along the grid of pixels and tiles. Each has an answer that comes from mathematics.

mod support;

use std::f64::consts::PI;

use reynolds::filter::Filter;
use reynolds::integrator::{Method, Renderer};
use reynolds::sampling::EdgeAllocation;
use reynolds::scene::{ParameterId, RenderSettings, Scene};
use support::{
    Estimate, FrozenScene, assert_unbiased, channel_sum, check_laws, derivative, exact, find,
    largest_difference, noise, one_sided, ones, scene, smooth_weights, square, vjp_estimates,
};

const METHODS: [Method; 2] = [Method::Edge, Method::Exact];

fn with_method(scene: &Scene, method: Method) -> Renderer<'_> {
    Renderer::new(scene, scene.render.clone()).with_method(method)
}

/// Returns a scene whose shapes are in a group `g` that is turned about the middle of the canvas.
fn turned(side: u32, degrees: f64, shapes: &str) -> Scene {
    let middle = 0.5 * f64::from(side);
    scene(
        side,
        &format!(
            r#"{{"type": "group", "id": "g",
                "transform": {{"translate": [0.013, 0.017], "rotate": {degrees:?}, "scale": [1, 1], "origin": [{middle:?}, {middle:?}]}},
                "children": [{shapes}]}}"#
        ),
    )
}

const MOVES_OF_ALL: [&str; 5] = [
    "g.transform.translate.x",
    "g.transform.translate.y",
    "g.transform.rotate",
    "g.transform.scale.x",
    "g.transform.scale.y",
];

fn ids(scene: &Scene, names: &[&str]) -> Vec<(ParameterId, f64)> {
    names.iter().map(|name| (find(scene, name), 1.0)).collect()
}

/// Checks derivatives along directions in which the image is smooth: the exact method against
/// differences, edge sampling within its error.
fn check_smooth(what: &str, scene: &Scene, directions: &[(&str, Vec<(ParameterId, f64)>)]) {
    let frozen = FrozenScene::new(scene);
    let weights = smooth_weights(scene, 3, 21);
    let gradient = exact(scene).vjp(&weights);
    let along = |gradient: &[f64], direction: &[(ParameterId, f64)]| -> f64 {
        direction
            .iter()
            .map(|&(id, v)| gradient[id.index()] * v)
            .sum()
    };
    let mut truths = Vec::new();
    for (name, direction) in directions {
        let derivative = derivative(&frozen, direction, 1e-6);
        let (truth, error) = derivative.dot(&weights);
        let found = along(&gradient, direction);
        let terms: f64 = direction
            .iter()
            .map(|&(id, v)| (gradient[id.index()] * v).abs())
            .sum();
        let scale = truth.abs().max(terms).max(derivative.typical(&weights));
        assert!(
            (found - truth).abs() <= 1e-6 * scale && error <= 1e-6 * scale,
            "{what}, by {name}: exact {found:.10e}, difference {truth:.10e} ± {error:.1e}"
        );
        truths.push((found, scale));
    }
    let settings = RenderSettings {
        // With these the ends of overlaps do not fall close to borders of strata, where a rare
        // event that no seed sees would make up for a small bias.
        edge_samples: 13.0,
        ..scene.render.clone()
    };
    let mut moments = vec![reynolds::statistics::RunningMoments::default(); directions.len()];
    for seed in 0..32 {
        let settings = RenderSettings {
            seed,
            ..settings.clone()
        };
        let gradient = Renderer::new(scene, settings).vjp(&weights);
        for (moments, (_, direction)) in moments.iter_mut().zip(directions) {
            moments.push(along(&gradient, direction));
        }
    }
    let family: Vec<Estimate> = directions
        .iter()
        .zip(&truths)
        .zip(moments)
        .map(|(((name, _), &(truth, scale)), moments)| Estimate {
            name: (*name).to_owned(),
            truth,
            uncertainty: 1e-9 * scale,
            scale,
            moments,
        })
        .collect();
    assert_unbiased(what, &family, 0.02);
}

/// Checks that all shapes of the group `g` moved as one give the derivative of the moved image.
fn check_moves_of_all(what: &str, scene: &Scene) {
    let directions = MOVES_OF_ALL.map(|name| (name, ids(scene, &[name])));
    check_smooth(what, scene, &directions);
}

/// Checks two edges on one line: moved together they give the derivative; each alone gives that of
/// one of its two sides.
fn check_two_edges(what: &str, scene: &Scene, names: [&str; 2]) {
    check_smooth(what, scene, &[("both together", ids(scene, &names))]);
    let frozen = FrozenScene::new(scene);
    let weights = smooth_weights(scene, 3, 21);
    for method in METHODS {
        let mut settings = scene.render.clone();
        settings.edge_samples = 64.0;
        let gradient = Renderer::new(scene, settings)
            .with_method(method)
            .vjp(&weights);
        for name in names {
            let id = find(scene, name);
            let side = |step: f64| {
                let slope = |step: f64| one_sided(&frozen, &[(id, 1.0)], step, &weights);
                2.0 * slope(0.5 * step) - slope(step)
            };
            let (left, right) = (side(-1e-5), side(1e-5));
            let found = gradient[id.index()];
            let tolerance = if method == Method::Exact { 1e-6 } else { 0.02 };
            let scale = left.abs().max(right.abs());
            let distance = (found - left).abs().min((found - right).abs());
            assert!(
                distance <= tolerance * scale,
                "{what}, {method:?} by {name}: {found}, should be {left} or {right}"
            );
        }
    }
}

const ANGLES: [f64; 5] = [0.0, 17.3, 30.0, 45.0, 90.0];

#[test]
fn abutting_rectangles() {
    for (kind, a, b) in [
        ("different colours", "[0.2, 0.1, 0.6]", "[0.7, 0.9, 0.3]"),
        ("one colour", "[0.2, 0.1, 0.6]", "[0.2, 0.1, 0.6]"),
        (
            "translucent",
            "[0.2, 0.1, 0.6, 0.5]",
            "[0.7, 0.9, 0.3, 0.7]",
        ),
    ] {
        for angle in ANGLES {
            let shapes = [
                square("a", [6.3, 7.2], [13.4, 18.7], a),
                square("b", [13.4, 7.2], [18.1, 18.7], b),
            ];
            let scene = turned(24, angle, &shapes.join(","));
            let what = format!("abutting, {kind}, turned by {angle}");
            check_two_edges(&what, &scene, ["a.max.x", "b.min.x"]);
            check_moves_of_all(&what, &scene);
        }
    }
}

#[test]
fn abutting_rectangles_share_a_part_of_their_borders() {
    for angle in ANGLES {
        let shapes = [
            square("a", [6.3, 7.2], [13.4, 15.7], "[0.2, 0.1, 0.6, 0.8]"),
            square("b", [13.4, 10.1], [18.1, 18.7], "[0.7, 0.9, 0.3, 0.7]"),
        ];
        let scene = turned(24, angle, &shapes.join(","));
        let what = format!("part of a border, turned by {angle}");
        check_smooth(
            &what,
            &scene,
            &[("both together", ids(&scene, &["a.max.x", "b.min.x"]))],
        );
        check_moves_of_all(&what, &scene);
    }
}

#[test]
fn a_shared_border_of_one_colour_is_no_border() {
    // The seam shows nothing when both move, whatever each alone does.
    let shapes = [
        square("a", [6.3, 7.2], [13.4, 18.7], "[0.2, 0.1, 0.6]"),
        square("b", [13.4, 7.2], [18.1, 18.7], "[0.2, 0.1, 0.6]"),
    ];
    for angle in ANGLES {
        let scene = turned(24, angle, &shapes.join(","));
        let found = exact(&scene).jvp(&ids(&scene, &["a.max.x", "b.min.x"]));
        let largest = found.data().iter().fold(0.0f64, |m, v| m.max(v.abs()));
        assert!(largest < 1e-11, "turned by {angle}: {largest:e}");
    }
}

#[test]
fn three_edges_on_one_line() {
    for angle in ANGLES {
        let shapes = [
            square("a", [5.3, 6.2], [12.4, 17.7], "[0.2, 0.1, 0.6, 0.8]"),
            square("b", [12.4, 4.1], [18.1, 13.2], "[0.7, 0.9, 0.3, 0.7]"),
            square("c", [12.4, 9.6], [20.2, 19.3], "[0.9, 0.4, 0.1, 0.5]"),
        ];
        let scene = turned(24, angle, &shapes.join(","));
        let all = ids(&scene, &["a.max.x", "b.min.x", "c.min.x"]);
        let what = format!("three edges, turned by {angle}");
        check_smooth(&what, &scene, &[("all together", all)]);
        check_moves_of_all(&what, &scene);
    }
}

#[test]
fn a_polygon_that_retraces_its_edges() {
    // A frame cut open along a slit that is walked in both directions, with a spike besides.
    let points = "[[4.3, 5.2], [19.1, 5.2], [19.1, 18.8], [4.3, 18.8], [4.3, 12.1], [8.2, 12.1], [8.2, 15.3],
        [15.7, 15.3], [15.7, 8.4], [8.2, 8.4], [8.2, 12.1], [4.3, 12.1], [4.3, 9.0], [1.9, 9.0], [4.3, 9.0]]";
    let hole = (15.7 - 8.2) * (15.3 - 8.4);
    let area = (19.1 - 4.3) * (18.8 - 5.2) - hole;
    for angle in ANGLES {
        for rule in ["nonzero", "evenodd"] {
            let shape = format!(
                r#"{{"type": "polygon", "id": "p", "fill_rule": "{rule}", "points": {points}, "fill": [0.3, 0.1, 0.2]}}"#
            );
            let scene = turned(24, angle, &shape);
            let what = format!("keyhole, {rule}, turned by {angle}");
            check_moves_of_all(&what, &scene);
            let red = exact(&scene).jvp(&ids(&scene, &["g.transform.scale.x"]));
            let expected = -0.7 * area;
            let found = channel_sum(&red, 0);
            assert!(
                (found - expected).abs() < 1e-9,
                "{what}: {found}, should be {expected}"
            );
        }
    }
}

fn pentagram(rule: &str) -> Scene {
    let tip = |i: usize| {
        let angle = (97.0 + 144.0 * i as f64).to_radians();
        [12.3 + 10.0 * angle.cos(), 12.7 + 10.0 * angle.sin()]
    };
    let tips: Vec<[f64; 2]> = (0..5).map(tip).collect();
    turned(
        25,
        0.0,
        &format!(
            r#"{{"type": "polygon", "id": "p", "fill_rule": "{rule}", "points": {tips:?}, "fill": [0, 0, 0]}}"#
        ),
    )
}

#[test]
fn a_pentagram_under_both_rules() {
    // A regular pentagon of circumradius R has the area (5/2) R² sin 72°. The tips have the winding
    // number 1, the inner pentagon 2; the integral of the winding number is (5/2) R² sin 144°.
    let inner_radius = 10.0 * 72f64.to_radians().cos() / 36f64.to_radians().cos();
    let inner = 2.5 * inner_radius * inner_radius * 72f64.to_radians().sin();
    let wound = 2.5 * 100.0 * 144f64.to_radians().sin();
    for (rule, area) in [("nonzero", wound - inner), ("evenodd", wound - 2.0 * inner)] {
        let scene = pentagram(rule);
        let laws = [
            ("g.transform.scale.x", -area),
            ("g.transform.scale.y", -area),
            ("g.transform.rotate", 0.0),
        ];
        check_laws(rule, &scene, &laws);
        let by_tip: Vec<String> = (0..5).map(|i| format!("p.points.{i}.x")).collect();
        let directions: Vec<_> = by_tip
            .iter()
            .map(|name| (name.as_str(), ids(&scene, &[name])))
            .collect();
        check_smooth(rule, &scene, &directions);
    }
}

#[test]
fn inner_edges_of_a_pentagram_count_only_under_even_odd() {
    // Well inside the inner circle of the tips' crossings there are inner edges only.
    for method in METHODS {
        for rule in ["nonzero", "evenodd"] {
            let scene = pentagram(rule);
            let image =
                with_method(&scene, method).jvp(&ids(&scene, &["p.points.0.x", "p.points.3.y"]));
            let near = (0..25).flat_map(|y| (0..25).map(move |x| (x, y)));
            let near = near.filter(|&(x, y)| {
                let far = |v: usize, center: f64| {
                    (v as f64 - center)
                        .abs()
                        .max((v as f64 + 1.0 - center).abs())
                };
                far(x, 12.3).hypot(far(y, 12.7)) < 3.75
            });
            let largest = near
                .map(|(x, y)| image.pixel(x, y)[0].abs())
                .fold(0.0, f64::max);
            if rule == "nonzero" {
                assert_eq!(largest, 0.0, "{method:?}");
            } else {
                assert!(largest > 0.1, "{method:?}: {largest}");
            }
        }
    }
}

#[test]
fn what_is_hidden_has_no_gradient() {
    let disk = r#"{"type": "circle", "id": "disk", "center": [12.1, 11.7], "radius": 4.9, "fill": [0.9, 0.1, 0.4]}"#;
    let cover = square("cover", [6.1, 6.2], [18.4, 18.3], "[0.2, 0.5, 0.7]");
    let scene = scene(24, &format!("{disk}, {cover}"));
    let weights = noise(&scene, 3, 5);
    for method in METHODS {
        let gradient = with_method(&scene, method).vjp(&weights);
        for (id, parameter) in scene.parameters.iter() {
            if parameter.name.starts_with("disk.") {
                assert_eq!(gradient[id.index()], 0.0, "{method:?}, {}", parameter.name);
            }
        }
    }
}

#[test]
fn coincident_discs() {
    // The lower of two opaque discs shows when it grows and is hidden when it shrinks.
    let disc = |id: &str, red: f64| {
        format!(
            r#"{{"type": "circle", "id": "{id}", "center": [12.1, 11.7], "radius": 7.3, "fill": [{red:?}, 0.5, 0.5]}}"#
        )
    };
    let (low, high) = (0.2, 0.6);
    let scene = scene(24, &[disc("low", low), disc("high", high)].join(","));
    let around = 2.0 * PI * 7.3;
    let red = ones(&scene, 3, 0);
    let names = ["low.radius", "high.radius"];
    for method in METHODS {
        let gradient = with_method(&scene, method).vjp(&red);
        let [of_low, of_high] = names.map(|name| gradient[find(&scene, name).index()]);
        let sum = (high - 1.0) * around;
        assert!(
            (of_low + of_high - sum).abs() < 1e-9,
            "{method:?}: {of_low} + {of_high}, should be {sum}"
        );
        let one_of = |found: f64, sides: [f64; 2]| {
            // Each edge of the polygon takes one of both sides.
            let [a, b] = sides;
            assert!(
                found > a.min(b) - 1e-9 && found < a.max(b) + 1e-9,
                "{method:?}: {found}, not between {a} and {b}"
            );
        };
        one_of(of_low, [0.0, (low - 1.0) * around]);
        one_of(of_high, [(high - 1.0) * around, (high - low) * around]);
    }
    let turned = turned(24, 12.0, &[disc("low", low), disc("high", high)].join(","));
    check_moves_of_all("coincident discs", &turned);
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
            for method in METHODS {
                let gradient = with_method(&scene, method).vjp(&ones(&scene, 3, 0));
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
        for method in METHODS {
            let gradient = with_method(&scene, method).vjp(&ones(&scene, 3, 0));
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
    for method in METHODS {
        let gradient = with_method(&scene, method).vjp(&noise(&scene, 3, 5));
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
    for method in METHODS {
        let gradient = with_method(&scene, method).vjp(&ones(&scene, 3, 0));
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

#[test]
fn an_edge_along_the_grid_belongs_to_the_pixel_right_of_it_or_below() {
    let scene = scene(24, &square("r", [8.0, 6.0], [15.0, 17.0], "[0.25, 0, 0]"));
    for method in METHODS {
        for (name, expected) in [
            ("r.min.x", [8, 6, 9, 17, 3]),
            ("r.max.x", [15, 6, 16, 17, -3]),
            ("r.min.y", [8, 6, 15, 7, 3]),
            ("r.max.y", [8, 17, 15, 18, -3]),
        ] {
            let image = with_method(&scene, method).jvp(&ids(&scene, &[name]));
            let [x0, y0, x1, y1, quarters] = expected;
            for y in 0..24 {
                for x in 0..24 {
                    let inside = (x0..x1).contains(&x) && (y0..y1).contains(&y);
                    let expected = if inside {
                        0.25 * f64::from(quarters)
                    } else {
                        0.0
                    };
                    let found = image.pixel(x as usize, y as usize)[0];
                    assert!(
                        (found - expected).abs() < 1e-13,
                        "{method:?} by {name}, pixel {x}, {y}: {found}, should be {expected}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_thousand_layers_over_one_point() {
    // All cover the canvas, except that the left border of number 500 crosses it. Layer k of alpha
    // a shows through all that are above it: (1 − a)^(999 − k).
    let alpha = 0.004f64;
    let red = |k: i32| 0.001 * f64::from(k);
    let layer = |k: i32| {
        let left = if k == 500 { 7.3 } else { -9.0 };
        let fill = format!("[{:?}, 0, 0, {alpha:?}]", red(k));
        square(&format!("s{k}"), [left, -9.0], [25.0, 25.0], &fill)
    };
    let scene = scene(12, &(0..1000).map(layer).collect::<Vec<_>>().join(","));
    let (right_part, left_part) = (12.0 * (12.0 - 7.3), 12.0 * 7.3);
    // What is below a layer, right and left of the border.
    let (mut below, mut below_left) = (1.0, 1.0);
    let mut laws = Vec::new();
    for k in 0..1000 {
        let through = (1.0 - alpha).powi(999 - k);
        let through_left = if k < 500 {
            through / (1.0 - alpha)
        } else {
            through
        };
        let left_part = if k == 500 { 0.0 } else { left_part };
        let shown = through * right_part + through_left * left_part;
        laws.push((format!("s{k}.fill.color.r"), alpha * shown));
        let behind = through * right_part * below + through_left * left_part * below_left;
        laws.push((format!("s{k}.fill.color.a"), red(k) * shown - behind));
        if k == 500 {
            let jump = alpha * (red(k) - below);
            laws.push((format!("s{k}.min.x"), -jump * through * 12.0));
        } else {
            below_left = alpha * red(k) + (1.0 - alpha) * below_left;
        }
        below = alpha * red(k) + (1.0 - alpha) * below;
    }
    let gradient = exact(&scene).vjp(&ones(&scene, 3, 0));
    for (name, expected) in &laws {
        let found = gradient[find(&scene, name).index()];
        assert!(
            (found - expected).abs() < 1e-10,
            "by {name}: {found}, should be {expected}"
        );
    }
    let edge = laws
        .iter()
        .find(|(name, _)| name == "s500.min.x")
        .expect("listed");
    let found = with_method(&scene, Method::Edge).jvp(&ids(&scene, &["s500.min.x"]));
    assert!(
        (channel_sum(&found, 0) - edge.1).abs() < 1e-10,
        "edge sampling by {}",
        edge.0
    );
}

#[test]
fn many_borders_on_one_line() {
    // Each border has its share of the jump, and all together they are the border of the pile.
    for (count, methods) in [(1000, &METHODS[..1]), (24, &METHODS[..])] {
        let layer = |k: i32| {
            let fill = format!("[{:?}, 0, 0, 0.04]", f64::from(k) / f64::from(count));
            square(&format!("s{k}"), [3.3, 2.6], [11.9, 12.4], &fill)
        };
        let scene = scene(16, &(0..count).map(layer).collect::<Vec<_>>().join(","));
        let pile = (0..count).fold(1.0, |below, k| {
            0.04 * f64::from(k) / f64::from(count) + 0.96 * below
        });
        let expected = (1.0 - pile) * (12.4 - 2.6);
        for &method in methods {
            let mut settings = scene.render.clone();
            settings.edge_samples = 1.0;
            let renderer = Renderer::new(&scene, settings).with_method(method);
            let all: Vec<_> = (0..count)
                .map(|k| (find(&scene, &format!("s{k}.min.x")), 1.0))
                .collect();
            let found = channel_sum(&renderer.jvp(&all), 0);
            assert!(
                (found - expected).abs() < 1e-10,
                "{count} layers, {method:?}: {found}, should be {expected}"
            );
        }
    }
}

#[test]
fn what_lies_outside_of_the_canvas_has_no_gradient() {
    let shapes = [
        square("left", [-30.0, 2.0], [-3.0, 9.0], "[0, 0, 0]"),
        square("far", [1e6, 1e6], [2e6, 2e6], "[0, 0, 0]"),
        r#"{"type": "circle", "id": "below", "center": [8, 40], "radius": 20, "fill": [0, 0, 0]}"#
            .to_owned(),
        // The canvas lies inside: no border of it is seen.
        square("around", [-1e6, -1e6], [1e6, 1e6], "[0.5, 0.5, 0.5]"),
    ];
    for filter in [Filter::Box, Filter::Gaussian] {
        let mut scene = scene(16, &shapes.join(","));
        scene.render.filter = filter;
        for method in METHODS {
            let gradient = with_method(&scene, method).vjp(&noise(&scene, 3, 5));
            for (id, parameter) in scene.parameters.iter() {
                if !parameter.name.starts_with("around.fill") {
                    assert_eq!(
                        gradient[id.index()],
                        0.0,
                        "{filter}, {method:?}, {}",
                        parameter.name
                    );
                }
            }
        }
    }
}

#[test]
fn filters_reach_over_the_border_of_the_canvas() {
    // Outside by 0.3 pixels; a tent's radius is 1.
    let mut scene = scene(
        16,
        &square("r", [-7.0, 3.2], [-0.3, 11.7], "[0.1, 0.2, 0.9]"),
    );
    scene.render.filter = Filter::Tent;
    let direction = ids(&scene, &["r.max.x"]);
    let found = exact(&scene).jvp(&direction);
    assert!(channel_sum(&found, 0) < -0.1);
    check_smooth("tent across the border", &scene, &[("r.max.x", direction)]);
}

#[test]
fn edges_that_cross_at_a_pixel_corner() {
    // Two translucent triangles whose borders cross in (12, 12), a corner of a pixel, and a vertex
    // of a third on it.
    let triangle = |id: &str, points: &str, fill: &str| {
        format!(r#"{{"type": "polygon", "id": "{id}", "points": {points}, "fill": {fill}}}"#)
    };
    let scene = scene(
        24,
        &[
            triangle(
                "a",
                "[[4, 4], [20, 20], [3.3, 19.1]]",
                "[0.9, 0.1, 0.2, 0.6]",
            ),
            triangle(
                "b",
                "[[20, 4], [4, 20], [21.2, 17.7]]",
                "[0.1, 0.7, 0.3, 0.7]",
            ),
            triangle(
                "c",
                "[[12, 12], [17.3, 2.1], [7.9, 1.3]]",
                "[0.2, 0.2, 0.9, 0.8]",
            ),
        ]
        .join(","),
    );
    let names: Vec<String> = ["a", "b", "c"]
        .iter()
        .flat_map(|id| {
            (0..3).flat_map(move |i| ["x", "y"].map(|axis| format!("{id}.points.{i}.{axis}")))
        })
        .collect();
    let directions: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), ids(&scene, &[name])))
        .collect();
    check_smooth("crossing at a corner", &scene, &directions);
}

#[test]
fn vertices_on_tile_borders() {
    // A diamond whose corners lie on the borders of tiles (every 16 pixels), black on white.
    let scene = scene(
        48,
        r#"{"type": "polygon", "id": "p", "points": [[16, 0], [32, 16], [16, 32], [0, 16]], "fill": [0, 0, 0]}"#,
    );
    let laws = [
        ("p.points.0.y", 16.0),
        ("p.points.1.x", -16.0),
        ("p.points.2.y", -16.0),
        ("p.points.3.x", 16.0),
        ("p.points.0.x", 0.0),
    ];
    check_laws("diamond on tile borders", &scene, &laws);
}

#[test]
fn edges_along_tile_borders() {
    let scene = scene(48, &square("r", [16.0, 16.0], [32.0, 32.0], "[0, 0, 0]"));
    let laws = [
        ("r.min.x", 16.0),
        ("r.max.x", -16.0),
        ("r.min.y", 16.0),
        ("r.max.y", -16.0),
    ];
    check_laws("square on tile borders", &scene, &laws);
}

/// Pieces as short as rounding is must not tell anything about the rest of their pixel: here an edge
/// passes a grid line by a unit in the last place before its contour turns.
#[test]
fn contours_that_turn_beside_a_grid_line() {
    for points in [
        "[[34, 40], [31.999999999999996, 52], [30, 40]]",
        "[[31, 40], [28.999999999999996, 52], [27, 40]]",
        "[[12, 20], [11, 10.5], [10.999999999999998, 10.5], [10, 20]]",
        "[[30, 12], [4, 12], [4, 8], [15.999999999999998, 8], [16, 8]]",
        "[[1, 7.000000000000001], [7.0000001, 7], [11, 2]]",
        "[[10, 40], [30, 52], [50, 40.00000000000001]]",
        "[[50, 40], [30, 52], [10, 40.00000000000001]]",
        "[[10, 40], [30, 52], [50, 39.99999999999999]]",
        "[[4, 20], [60, 20.000000000000004], [60, 30.5]]",
        "[[60, 20], [4, 20.000000000000004], [4, 30.5]]",
    ] {
        let shape =
            format!(r#"{{"type": "polygon", "id": "p", "points": {points}, "fill": [0, 0, 0]}}"#);
        // A wide filter has tiles that start at odd numbers.
        for (filter, allocation) in [
            (Filter::Box, EdgeAllocation::Pixel),
            (Filter::Box, EdgeAllocation::Importance),
            (Filter::Tent, EdgeAllocation::Pixel),
        ] {
            let mut scene = scene(64, &shape);
            scene.render.filter = filter;
            scene.render.edge_allocation = allocation;
            let weights = smooth_weights(&scene, 3, 21);
            let truth = exact(&scene).vjp(&weights);
            let scale = truth.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
            let moments = vjp_estimates(&scene, &scene.render, &weights, 64);
            let family: Vec<Estimate> = scene
                .parameters
                .iter()
                .zip(moments)
                .map(|((id, parameter), moments)| Estimate {
                    name: parameter.name.clone(),
                    truth: truth[id.index()],
                    uncertainty: 1e-9,
                    scale,
                    moments,
                })
                .collect();
            let what = format!("{points}, {filter:?}, {allocation:?}");
            assert_unbiased(&what, &family, 0.02);
        }
    }
}

/// The step to the right for a step down is larger than any number: infinity times 0 is none.
#[test]
fn an_edge_that_rises_by_less_than_any_slope_can_tell() {
    let polygon = |y: f64| {
        let points = [[7.0, y], [3.5, 0.0], [5.0, 3.0]];
        let shape =
            format!(r#"{{"type": "polygon", "id": "p", "points": {points:?}, "fill": [0, 0, 0]}}"#);
        scene(8, &shape)
    };
    for filter in [Filter::Box, Filter::Tent] {
        let [mut flat, mut low] = [0.0, 5e-324].map(polygon);
        (flat.render.filter, low.render.filter) = (filter, filter);
        let weights = smooth_weights(&low, 3, 21);
        let [truth, found] = [&flat, &low].map(|scene| exact(scene).vjp(&weights));
        let moments = vjp_estimates(&low, &low.render, &weights, 64);
        let scale = truth.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        let mut family = Vec::new();
        for (((id, parameter), found), moments) in low.parameters.iter().zip(found).zip(moments) {
            let truth = truth[id.index()];
            let name = &parameter.name;
            assert!(
                (found - truth).abs() < 1e-9,
                "{filter:?}, {name}: {found}, should be {truth}"
            );
            family.push(Estimate {
                name: name.clone(),
                truth,
                uncertainty: 1e-9,
                scale,
                moments,
            });
        }
        assert_unbiased(&format!("{filter:?}"), &family, 0.02);
    }
}

/// What is in the canvas is shorter than 1e-308, and one over it no number.
#[test]
fn an_edge_that_hardly_enters_the_canvas_takes_no_more_samples_than_others() {
    let shape = r#"{"type": "polygon", "id": "p", "points": [[1e-320, 1], [-5, 2], [-5, 5], [3, 5]],
        "fill": [0, 0, 0]}"#;
    let mut scene = scene(8, shape);
    let weights = smooth_weights(&scene, 3, 21);
    let truth = exact(&scene).vjp(&weights);
    let scale = truth.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    for allocation in [
        EdgeAllocation::Length,
        EdgeAllocation::Edge,
        EdgeAllocation::Importance,
    ] {
        scene.render.edge_allocation = allocation;
        let moments = vjp_estimates(&scene, &scene.render, &weights, 64);
        let parameters = scene.parameters.iter().zip(moments);
        let family: Vec<Estimate> = parameters
            .map(|((id, parameter), moments)| Estimate {
                name: parameter.name.clone(),
                truth: truth[id.index()],
                uncertainty: 1e-9,
                scale,
                moments,
            })
            .collect();
        assert_unbiased(&format!("{allocation:?}"), &family, 0.1);
    }
}
