//! The judge judged: the exact image against closed forms.

#[path = "exact_image/crowded.rs"]
mod crowded;
mod support;

use proptest::prelude::*;
use reynolds::film::Image;
use reynolds::filter::Filter;
use reynolds::scene::Scene;
use support::{channel_sum, dot, exact, largest_difference, ones, scene, scene_on, square};

fn black_polygon(side: u32, points: &[[f64; 2]], rule: &str) -> Scene {
    scene(
        side,
        &format!(
            r#"{{"type": "polygon", "id": "p", "points": {points:?}, "fill_rule": "{rule}", "fill": [0, 0, 0]}}"#
        ),
    )
}

/// How much of each pixel is black.
fn coverage(scene: &Scene) -> Image {
    let mut image = exact(scene).image();
    for value in image.data_mut() {
        *value = 1.0 - *value;
    }
    image
}

/// The signed area by the shoelace formula.
fn shoelace(points: &[[f64; 2]]) -> f64 {
    let n = points.len();
    let cross = |i: usize| {
        let ([x0, y0], [x1, y1]) = (points[i], points[(i + 1) % n]);
        x0 * y1 - x1 * y0
    };
    0.5 * (0..n).map(cross).sum::<f64>()
}

/// The part of a row's strip `0 < x < x(y)` that an edge leaves in the pixel column `column`,
/// integrated over y in the pixel row `row`: Green's theorem for one edge and one pixel.
///
/// Within the row, x(y) goes linearly from p to q; the integral of clamp(x − column, 0, 1) has the
/// antiderivative G(x) = ∫ clamp, which is 0, x²/2, x − 1/2.
fn edge_in_pixel(a: [f64; 2], b: [f64; 2], column: f64, row: f64) -> f64 {
    let clamp_row = |y: f64| y.clamp(row, row + 1.0);
    let (y0, y1) = (clamp_row(a[1]), clamp_row(b[1]));
    if y0 == y1 {
        return 0.0;
    }
    let x_at = |y: f64| a[0] + (b[0] - a[0]) * ((y - a[1]) / (b[1] - a[1]));
    let (p, q) = (x_at(y0) - column, x_at(y1) - column);
    let antiderivative = |x: f64| {
        let inside = x.clamp(0.0, 1.0);
        0.5 * inside * inside + (x - 1.0).max(0.0)
    };
    let mean = if (q - p).abs() < 1e-7 {
        (0.5 * (p + q)).clamp(0.0, 1.0)
    } else {
        (antiderivative(q) - antiderivative(p)) / (q - p)
    };
    mean * (y1 - y0)
}

/// ∫ winding number over a pixel, by Green's theorem edge by edge: no region is ever formed.
fn winding_in_pixel(points: &[[f64; 2]], column: usize, row: usize) -> f64 {
    let n = points.len();
    let edge = |i: usize| edge_in_pixel(points[i], points[(i + 1) % n], column as f64, row as f64);
    (0..n).map(edge).sum()
}

/// A polygon whose corners go around a point once: simple, however ragged.
fn star_shaped() -> impl Strategy<Value = Vec<[f64; 2]>> {
    (
        prop::collection::vec((0.05f64..1.0, 2.0f64..11.0), 3..12),
        12.0f64..20.0,
        12.0f64..20.0,
    )
        .prop_map(|(steps, x, y)| {
            let whole: f64 = steps.iter().map(|(step, _)| step).sum();
            let mut angle = 0.0;
            let point = |(step, radius): (f64, f64)| {
                angle += step / whole * std::f64::consts::TAU;
                [x + radius * angle.cos(), y + radius * angle.sin()]
            };
            steps.into_iter().map(point).collect()
        })
    // Where a step is wider than half a turn, the centre is outside and the area is still right.
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn simple_polygons_cover_what_greens_theorem_says(points in star_shaped()) {
        let covered = coverage(&black_polygon(32, &points, "nonzero"));
        let area = shoelace(&points).abs();
        prop_assert!((channel_sum(&covered, 0) - area).abs() < 1e-10 * area.max(1.0));
        let sign = shoelace(&points).signum();
        for y in 0..32 {
            for x in 0..32 {
                let expected = sign * winding_in_pixel(&points, x, y);
                let found = covered.pixel(x, y)[0];
                prop_assert!((found - expected).abs() < 1e-10, "pixel {x}, {y}: {found}, should be {expected}");
            }
        }
    }

    #[test]
    fn the_inclusion_of_random_triangles(
        points in prop::collection::vec([0.0f64..20.0, 0.0f64..20.0], 6),
    ) {
        // |A ∪ B| + |A ∩ B| = |A| + |B| and |A ∪ B| − |A ∩ B| = |A △ B|, pixel by pixel, whichever
        // way the triangles run: with both oriented alike the winding numbers add up.
        let orient = |t: &[[f64; 2]]| -> Vec<[f64; 2]> {
            let mut t = t.to_vec();
            if shoelace(&t) < 0.0 {
                t.swap(0, 1);
            }
            t
        };
        let (a, b) = (orient(&points[..3]), orient(&points[3..]));
        let path = |rule: &str| {
            let contour = |t: &[[f64; 2]]| {
                format!("M {:?} {:?} L {:?} {:?} L {:?} {:?} Z", t[0][0], t[0][1], t[1][0], t[1][1], t[2][0], t[2][1])
            };
            scene(20, &format!(
                r#"{{"type": "path", "id": "p", "d": "{} {}", "fill_rule": "{rule}", "fill": [0, 0, 0]}}"#,
                contour(&a), contour(&b)
            ))
        };
        let (union, difference) = (coverage(&path("nonzero")), coverage(&path("evenodd")));
        for y in 0..20 {
            for x in 0..20 {
                let winding = winding_in_pixel(&a, x, y) + winding_in_pixel(&b, x, y);
                let (u, d) = (union.pixel(x, y)[0], difference.pixel(x, y)[0]);
                let intersection = u - d;
                prop_assert!((u + intersection - winding).abs() < 1e-10, "pixel {x}, {y}: {u} + {intersection}, should be {winding}");
            }
        }
    }

    #[test]
    fn a_half_plane_through_a_pixel(angle in 0.0f64..360.0, offset in -0.7f64..0.7) {
        // The area of a unit square on one side of a line at a distance from its centre: by
        // symmetry, the line has a normal (c, s) with c ≥ s ≥ 0.
        let (s, c) = angle.to_radians().sin_cos();
        let covered = {
            let big = 100.0;
            let (nx, ny) = (c, s);
            let on = [1.5 + offset * nx, 1.5 + offset * ny];
            let corner = |along: f64, across: f64| [on[0] - ny * along + nx * across, on[1] + nx * along + ny * across];
            let points = [corner(-big, 0.0), corner(big, 0.0), corner(big, -big), corner(-big, -big)];
            coverage(&black_polygon(3, &points, "nonzero")).pixel(1, 1)[0]
        };
        let (c, s) = (c.abs().max(s.abs()), c.abs().min(s.abs()));
        let (near, far) = (0.5 * (c - s), 0.5 * (c + s));
        let d = offset.abs();
        // Beyond the far corner nothing, between the corners a triangle, else a trapezoid.
        let cut = if d >= far { 0.0 }
            else if d > near { (far - d).powi(2) / (2.0 * c * s) }
            else { 0.5 - d / c };
        let expected = if offset < 0.0 { cut } else { 1.0 - cut };
        prop_assert!((covered - expected).abs() < 1e-12, "{covered}, should be {expected}");
    }
}

#[test]
fn a_pentagram_under_both_rules() {
    // The shoelace formula counts the tips once and the inner pentagon twice.
    let point = |i: usize, radius: f64, turn: f64| {
        let angle = (90.0 + turn + 72.0 * i as f64).to_radians();
        [12.3 + radius * angle.cos(), 12.7 + radius * angle.sin()]
    };
    let tips: Vec<[f64; 2]> = (0..5).map(|i| point(2 * i, 10.0, 7.0)).collect();
    // The inner pentagon has the circumradius R cos 72° / cos 36°.
    let inner_radius = 10.0 * 72f64.to_radians().cos() / 36f64.to_radians().cos();
    let inner: Vec<[f64; 2]> = (0..5).map(|i| point(i, inner_radius, 43.0)).collect();
    let (wound, inner) = (shoelace(&tips).abs(), shoelace(&inner).abs());
    let nonzero = channel_sum(&coverage(&black_polygon(25, &tips, "nonzero")), 0);
    let evenodd = channel_sum(&coverage(&black_polygon(25, &tips, "evenodd")), 0);
    assert!(
        (nonzero - (wound - inner)).abs() < 1e-12 * wound * 25.0,
        "{nonzero}"
    );
    assert!(
        (evenodd - (wound - 2.0 * inner)).abs() < 1e-12 * wound * 25.0,
        "{evenodd}"
    );
}

#[test]
fn overlapping_translucent_squares() {
    // Inside one pixel: areas by hand, colours by the over operator.
    let scene = scene_on(
        1,
        "[0.1, 0.2, 0.3]",
        &[
            square("a", [0.125, 0.125], [0.625, 0.75], "[0.9, 0.5, 0.1, 0.5]"),
            square("b", [0.375, 0.25], [0.875, 0.625], "[0.2, 0.8, 0.6, 0.75]"),
        ]
        .join(","),
    );
    let (a, b, both) = (0.5 * 0.625, 0.5 * 0.375, 0.25 * 0.375);
    let image = exact(&scene).image();
    let background = [0.1, 0.2, 0.3];
    let (color_a, color_b) = ([0.9, 0.5, 0.1], [0.2, 0.8, 0.6]);
    for c in 0..3 {
        let over_a = 0.5 * color_a[c] + 0.5 * background[c];
        let over_b = |below: f64| 0.75 * color_b[c] + 0.25 * below;
        let expected = (1.0 - a - b + both) * background[c]
            + (a - both) * over_a
            + (b - both) * over_b(background[c])
            + both * over_b(over_a);
        let found = image.pixel(0, 0)[c];
        assert!(
            (found - expected).abs() < 1e-14,
            "channel {c}: {found}, should be {expected}"
        );
    }
}

#[test]
fn a_jump_around_a_disc_has_the_polygon_of_equal_area() {
    // Black up to the jump and white beyond it, over the whole canvas: pixel by pixel the picture of a
    // black polygon, and in all that of the ellipse, whose area the polygon has.
    let hard = scene(
        24,
        r#"{"type": "rect", "id": "r", "min": [-5, -5], "max": [40, 40],
            "transform": {"rotate": 13.0, "origin": [11, 12]},
            "fill": {"type": "radial_gradient", "center": [12.1, 11.3], "radius": [11.3, 9.1], "stops": [
              {"offset": 0.8, "color": [0, 0, 0]}, {"offset": 0.8, "color": [1, 1, 1]}]}}"#,
    );
    let renderer = exact(&hard);
    let drawing = renderer.drawing();
    let [seam] = drawing.layout.seams() else {
        panic!("one jump");
    };
    let vertices = seam.vertices.clone().map(|index| drawing.vertex(index));
    let points: Vec<[f64; 2]> = vertices.map(|vertex| vertex.to_array()).collect();
    let area = std::f64::consts::PI * 0.64 * 11.3 * 9.1;
    assert!((shoelace(&points).abs() - area).abs() < 1e-12 * area);
    let (jump, polygon) = (
        coverage(&hard),
        coverage(&black_polygon(24, &points, "nonzero")),
    );
    assert!((channel_sum(&jump, 0) - area).abs() < 1e-12 * area);
    let difference = largest_difference(&jump, &polygon);
    assert!(difference < 1e-12, "{difference}");
}

#[test]
fn a_linear_gradient_across_a_rectangle() {
    // Opaque, along x from 2 to 10: a pixel shows the mean of the colour over what is covered.
    let scene = scene(
        12,
        r#"{"type": "rect", "id": "r", "min": [2.5, 3.25], "max": [9.75, 8.5],
            "fill": {"type": "linear_gradient", "start": [2, 0], "end": [10, 0], "stops": [
              {"offset": 0, "color": [0, 0, 0]}, {"offset": 1, "color": [0.8, 0, 0]}]}}"#,
    );
    let image = exact(&scene).image();
    for y in 0..12 {
        for x in 0..12 {
            let [left, right] = [x as f64, x as f64 + 1.0].map(|v| v.clamp(2.5, 9.75));
            let [top, bottom] = [y as f64, y as f64 + 1.0].map(|v| v.clamp(3.25, 8.5));
            let ramp = |x: f64| 0.05 * (x - 2.0).powi(2);
            let covered = (right - left) * (bottom - top);
            let expected = 1.0 - covered + (ramp(right) - ramp(left)) * (bottom - top);
            let found = image.pixel(x, y)[0];
            assert!(
                (found - expected).abs() < 1e-13,
                "pixel {x}, {y}: {found}, should be {expected}"
            );
        }
    }
}

#[test]
fn a_gradient_to_transparent() {
    // Straight red r and alpha a are both linear in t, so what is seen over white is
    // r a + (1 − a) with r = t and a = 1 − t/2.
    let scene = scene(
        8,
        r#"{"type": "rect", "id": "r", "min": [0, 0], "max": [8, 8],
            "fill": {"type": "linear_gradient", "start": [0, 0], "end": [4.8, 6.4], "stops": [
              {"offset": 0, "color": [0, 0, 0, 1]}, {"offset": 1, "color": [1, 0, 0, 0.5]}]}}"#,
    );
    // Over a pixel, t has the mean of the pixel's centre, t² that squared plus the variance
    // 1/(12·64).
    let image = exact(&scene).image();
    let (x, y) = (3, 2);
    let t = (4.8 * 3.5 + 6.4 * 2.5) / 64.0;
    let t_squared = t * t + 1.0 / (12.0 * 64.0);
    let expected = t - 0.5 * t_squared + 0.5 * t;
    let found = image.pixel(x, y)[0];
    assert!(
        (found - expected).abs() < 1e-13,
        "{found}, should be {expected}"
    );
}

#[test]
fn the_tip_of_a_cone() {
    // Around the centre of a radial gradient its parameter is r/R, and over the square |x|, |y| < a
    // ∫ r = 4 a³ (√2 + asinh 1)/3. What no cut leads to is a square of 1/2048 pixel around the tip;
    // its error is at most the integral there, less than 1 · (1/2048)³.
    let (a, radius) = (1.25f64, 3.0);
    let scene = scene_on(
        6,
        "[0, 0, 0]",
        r#"{"type": "rect", "id": "r", "min": [2.12, 1.79], "max": [4.62, 4.29],
            "fill": {"type": "radial_gradient", "center": [3.37, 3.04], "radius": 3, "stops": [
              {"offset": 0, "color": [0, 0, 0]}, {"offset": 1, "color": [1, 1, 1]}]}}"#,
    );
    let image = exact(&scene).image();
    let sum: f64 = image.data().iter().sum::<f64>() / 3.0;
    let expected = 4.0 * a.powi(3) * (2f64.sqrt() + 1f64.asinh()) / (3.0 * radius);
    let bound = 2048f64.powi(-3) / radius + 1e-12;
    assert!(
        (sum - expected).abs() < bound,
        "{sum}, should be {expected} within {bound:e}"
    );
}

#[test]
fn a_radial_gradient_integrates_to_a_cone() {
    // White less a cone of height 1 over a disc: ∫ (1 − r/R) = πR²/3.
    let radius = 7.3;
    let scene = scene(
        20,
        r#"{"type": "rect", "id": "r", "min": [0, 0], "max": [20, 20],
            "fill": {"type": "radial_gradient", "center": [9.7, 10.2], "radius": 7.3, "stops": [
              {"offset": 0, "color": [0, 0, 0]}, {"offset": 1, "color": [1, 1, 1]}]}}"#,
    );
    let volume = channel_sum(&coverage(&scene), 0);
    let expected = std::f64::consts::PI * radius * radius / 3.0;
    // The cone's tip is no polynomial and its foot is cut along a polygon.
    assert!(
        (volume - expected).abs() < 1e-4,
        "{volume}, should be {expected}"
    );
}

#[test]
fn filters_are_partitions_of_unity() {
    // A shape well inside: its light is shared out among pixels, none is lost. The Gaussian's
    // shifted copies do not sum to one; their mean over shifts of the shape nearly does (it ends in a
    // kink, so a little is left).
    for (filter, shifts, tolerance) in [
        (Filter::Box, 1, 1e-11),
        (Filter::Tent, 1, 1e-11),
        (Filter::Mitchell, 1, 1e-11),
        (Filter::Gaussian, 8, 1e-8),
    ] {
        let (mut sum, mut expected) = (0.0, 0.0);
        for shift in 0..shifts {
            for other in 0..shifts {
                let [dx, dy] = [shift, other].map(|s| f64::from(s) / f64::from(shifts));
                let points = [[6.3, 5.9], [13.1, 8.4], [8.8, 14.7]].map(|[x, y]| [x + dx, y + dy]);
                let mut scene = black_polygon(22, &points, "nonzero");
                scene.render.filter = filter;
                // Against the same canvas without the shape: the borders lose light to the outside.
                let mut empty = scene_on(22, "[1, 1, 1]", "");
                empty.render.filter = filter;
                let ones = ones(&scene, 3, 0);
                sum += dot(&ones, &exact(&empty).image()) - dot(&ones, &exact(&scene).image());
                expected += shoelace(&points).abs();
            }
        }
        let error = (sum - expected).abs() / f64::from(shifts * shifts);
        assert!(error < tolerance, "{filter}: off by {error:e}");
    }
}

#[test]
fn tent_of_a_half_plane() {
    // The tent's integral left of an edge at distance d from the pixel's centre: 1/2 + d − d²/2.
    let mut scene = scene(7, &square("r", [-50.0, -50.0], [3.75, 50.0], "[0, 0, 0]"));
    scene.render.filter = Filter::Tent;
    let covered = coverage(&scene);
    let cumulative = |d: f64| {
        let d = d.clamp(-1.0, 1.0);
        0.5 + d - 0.5 * d * d.abs()
    };
    for x in 0..7 {
        let expected = cumulative(3.75 - (x as f64 + 0.5));
        let found = covered.pixel(x, 3)[0];
        assert!(
            (found - expected).abs() < 1e-13,
            "pixel {x}: {found}, should be {expected}"
        );
    }
}

#[test]
fn crossings_at_vertices() {
    // Two opaque triangles that touch in a vertex, and a line through that vertex: a bow tie whose
    // waist lies on a pixel corner, and on no corner.
    for waist in [[8.0, 8.0], [8.3, 7.6]] {
        let [x, y] = waist;
        let points = [
            [x - 5.0, y - 4.0],
            [x, y],
            [x + 5.0, y + 4.0],
            [x + 5.0, y - 4.0],
            [x, y],
            [x - 5.0, y + 4.0],
        ];
        for rule in ["nonzero", "evenodd"] {
            let sum = channel_sum(&coverage(&black_polygon(16, &points, rule)), 0);
            assert!((sum - 40.0).abs() < 1e-11, "waist {waist:?}, {rule}: {sum}");
        }
    }
}

#[test]
fn overlapping_collinear_edges() {
    // An L of two rectangles that share part of a line, and one that retraces its border: areas.
    let points = [
        [2.0, 3.0],
        [9.0, 3.0],
        [9.0, 6.0],
        [5.0, 6.0],
        [5.0, 12.0],
        [5.0, 6.0],
        [7.0, 6.0],
        [5.0, 6.0],
        [5.0, 11.0],
        [2.0, 11.0],
    ];
    for turn in [0.0, 17.3, 30.0, 45.0, 90.0f64] {
        let (s, c) = turn.to_radians().sin_cos();
        let turned: Vec<[f64; 2]> = (points.iter())
            .map(|[x, y]| {
                [
                    8.0 + c * (x - 6.0) - s * (y - 7.0),
                    8.0 + s * (x - 6.0) + c * (y - 7.0),
                ]
            })
            .collect();
        for rule in ["nonzero", "evenodd"] {
            let sum = channel_sum(&coverage(&black_polygon(16, &turned, rule)), 0);
            let expected = 7.0 * 3.0 + 3.0 * 5.0;
            assert!(
                (sum - expected).abs() < 1e-11,
                "turned by {turn}, {rule}: {sum}"
            );
        }
    }
}

#[test]
fn slivers() {
    for width in [1e-6, 1e-9, 1e-12] {
        let scene = scene(
            16,
            &square("r", [7.3, 2.0], [7.3 + width, 14.5], "[0, 0, 0]"),
        );
        let sum = channel_sum(&coverage(&scene), 0);
        let real = (7.3 + width) - 7.3;
        assert!(
            (sum - 12.5 * real).abs() < 1e-13,
            "width {width:e}: {sum:e}"
        );
    }
    // A needle from corner to corner, ever thinner.
    for width in [1e-3, 1e-9] {
        let points = [[1.0, 1.0], [15.0, 13.0], [1.0, 1.0 + width]];
        let sum = channel_sum(&coverage(&black_polygon(16, &points, "nonzero")), 0);
        assert!(
            (sum - 7.0 * ((1.0 + width) - 1.0)).abs() < 1e-12,
            "needle {width:e}: {sum:e}"
        );
    }
}

#[test]
fn edges_along_pixel_and_tile_borders() {
    let image = coverage(&scene(
        48,
        &square("r", [16.0, 5.0], [32.0, 16.0], "[0, 0, 0]"),
    ));
    for y in 0..48 {
        for x in 0..48 {
            let inside = (16..32).contains(&x) && (5..16).contains(&y);
            assert_eq!(
                image.pixel(x, y)[0],
                f64::from(u8::from(inside)),
                "pixel {x}, {y}"
            );
        }
    }
}

#[test]
fn a_shape_cut_by_tiles_is_the_same_shape() {
    // The same picture a fraction of a tile further: whole pixels shift, nothing else.
    let polygon = |dx: f64, dy: f64| {
        let points = [
            [10.3, 9.1],
            [25.7, 14.9],
            [19.3, 27.7],
            [16.0, 16.0],
            [9.9, 17.3],
        ];
        black_polygon(48, &points.map(|[x, y]| [x + dx, y + dy]), "evenodd")
    };
    let here = coverage(&polygon(0.0, 0.0));
    for (dx, dy) in [(1, 0), (6, 6), (16, 3), (13, 16)] {
        let there = coverage(&polygon(dx as f64, dy as f64));
        let mut shifted = Image::new(48, 48, 3);
        for y in dy..48 {
            for x in dx..48 {
                shifted
                    .pixel_mut(x, y)
                    .copy_from_slice(here.pixel(x - dx, y - dy));
            }
        }
        let distance = largest_difference(&there, &shifted);
        assert!(distance < 1e-12, "shift by {dx}, {dy}: {distance:e}");
    }
}
