//! Random polygons, pixel by pixel: Green's theorem, inclusion and exclusion, half planes.

use proptest::prelude::*;

use super::support::{channel_sum, scene};
use super::{black_polygon, coverage, shoelace};

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
