//! Borders that shapes share, and shapes in piles.

use std::f64::consts::PI;

use reynolds::integrator::{Method, Renderer};

use super::support::{channel_sum, exact, find, noise, ones, scene, square};
use super::{
    ANGLES, METHODS, check_moves_of_all, check_smooth, check_two_edges, ids, turned, with_method,
};

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
