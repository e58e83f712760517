//! Edges and vertices on the grid of pixels, on borders of tiles and of the canvas.

use reynolds::filter::Filter;

use super::support::{channel_sum, check_laws, exact, noise, scene, square};
use super::{METHODS, check_smooth, ids, with_method};

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
