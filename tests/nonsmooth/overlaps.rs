//! Outlines that cross or retrace themselves.

use reynolds::scene::Scene;

use super::support::{channel_sum, check_laws, exact};
use super::{ANGLES, METHODS, check_moves_of_all, check_smooth, ids, turned, with_method};

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
