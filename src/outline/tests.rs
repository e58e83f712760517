//! Laws of outlines: areas, derivatives, tolerances, degenerate shapes.

use std::f64::consts::PI;

use glam::DVec2;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Dxsm;

use super::{OutlinePlan, regular};
use crate::ad::{Dual, Scalar};
use crate::geometry::{Affine, Vec2};
use crate::scene::fixture::{self, Map, Numbers};
use crate::scene::{FillRule, Geometry, Lift, PathSegment, Point, Real, Transform};

/// A shape under transforms with its plan: a map from θ to vertex coordinates.
struct Outline {
    geometry: Geometry,
    transforms: Vec<Transform>,
    theta: Vec<f64>,
    plan: OutlinePlan,
}

impl Outline {
    fn new(
        transformed: bool,
        tolerance: f64,
        geometry: impl FnOnce(&mut Numbers) -> Geometry,
    ) -> Self {
        let mut numbers = Numbers::default();
        let geometry = geometry(&mut numbers);
        let transforms = if transformed {
            numbers.transforms()
        } else {
            Vec::new()
        };
        let theta = numbers.theta;
        let to_canvas = fixture::compose(&transforms, theta.as_slice());
        let plan = OutlinePlan::new(&geometry, theta.as_slice(), to_canvas, tolerance);
        Self {
            geometry,
            transforms,
            theta,
            plan,
        }
    }

    fn vertices<S: Scalar>(&self, lift: &(impl Lift<S> + ?Sized)) -> Vec<Vec2<S>> {
        let mut vertices = Vec::new();
        let to_canvas = fixture::compose(&self.transforms, lift);
        self.plan
            .trace(&self.geometry, lift, to_canvas, &mut vertices);
        vertices
    }

    fn values(&self) -> Vec<DVec2> {
        let vertices: Vec<Vec2<f64>> = self.vertices(self.theta.as_slice());
        vertices.into_iter().map(Vec2::value).collect()
    }
}

impl Map for Outline {
    fn evaluate<S: Scalar, L: Lift<S> + ?Sized>(&self, lift: &L) -> Vec<S> {
        let vertices = self.vertices(lift);
        vertices.into_iter().flat_map(|v| [v.x, v.y]).collect()
    }
}

fn circle(numbers: &mut Numbers, x: f64, y: f64, radius: f64) -> Geometry {
    Geometry::Circle {
        center: numbers.point(x, y),
        radius: numbers.real(radius),
    }
}

fn ellipse(numbers: &mut Numbers, rx: f64, ry: f64) -> Geometry {
    Geometry::Ellipse {
        center: numbers.point(-2.0, 7.0),
        radii: numbers.point(rx, ry),
    }
}

fn rect(numbers: &mut Numbers) -> Geometry {
    Geometry::Rect {
        min: numbers.point(1.0, 2.0),
        max: numbers.point(5.0, 4.0),
    }
}

fn points(numbers: &mut Numbers, points: &[[f64; 2]]) -> Vec<Point> {
    points.iter().map(|&[x, y]| numbers.point(x, y)).collect()
}

fn polygon(numbers: &mut Numbers, corners: &[[f64; 2]]) -> Geometry {
    Geometry::Polygon {
        points: points(numbers, corners),
        fill_rule: FillRule::Nonzero,
    }
}

fn path(numbers: &mut Numbers, segments: &[PathSegment], list: &[[f64; 2]]) -> Geometry {
    Geometry::Path {
        points: points(numbers, list),
        segments: segments.to_vec(),
        fill_rule: FillRule::Nonzero,
    }
}

/// Two subpaths, the second left open; a line and a cubic after `Z` without `M` between.
fn rich_path(numbers: &mut Numbers) -> Geometry {
    use PathSegment::{Close, Cubic, Line, Move, Quadratic};
    path(
        numbers,
        &[
            Move, Line, Quadratic, Close, Line, Cubic, Close, Move, Cubic, Line,
        ],
        &[
            [1.0, 2.0],
            [9.0, 3.0],
            [12.0, 8.0],
            [4.0, 9.0],
            [-3.0, 5.0],
            [-8.0, 9.0],
            [2.0, 14.0],
            [1.0, 2.0],
            [20.0, 20.0],
            [30.0, 10.0],
            [35.0, 20.0],
            [25.0, 25.0],
            [22.0, 31.0],
        ],
    )
}

fn every_shape(transformed: bool, tolerance: f64) -> Vec<(&'static str, Outline)> {
    type Make = fn(&mut Numbers) -> Geometry;
    let shapes: [(&'static str, Make); 5] = [
        ("circle", |n| circle(n, 3.0, 4.0, 12.0)),
        ("ellipse", |n| ellipse(n, 15.0, 4.0)),
        ("rect", rect),
        ("polygon", |n| {
            polygon(n, &[[0.0, 0.0], [7.0, 1.0], [7.0, 1.0], [3.0, 9.0]])
        }),
        ("path", rich_path),
    ];
    shapes
        .into_iter()
        .map(|(name, make)| (name, Outline::new(transformed, tolerance, make)))
        .collect()
}

fn area<S: Scalar>(vertices: &[Vec2<S>]) -> S {
    let next = vertices.iter().cycle().skip(1);
    let crosses = vertices.iter().zip(next).map(|(p, q)| p.perp().dot(*q));
    crosses.fold(S::constant(0.0), |sum, cross| sum + cross) * 0.5
}

#[test]
fn tangents_agree_with_central_differences() {
    // Vertices are polynomials of degree one in each number but the angle; for that, coordinates
    // below 100 px and degrees give third derivatives below 100 (π/180)³.
    let third = 100.0 * (PI / 180.0).powi(3);
    for transformed in [false, true] {
        for (name, outline) in every_shape(transformed, 0.05) {
            let what = (name, transformed);
            fixture::check_columns(&outline, &outline.theta, 1e-2, third, what);
        }
    }
}

#[test]
fn adjoints_agree_with_tangents() {
    for transformed in [false, true] {
        for (name, outline) in every_shape(transformed, 0.05) {
            fixture::check_adjoint(&outline, &outline.theta, (name, transformed));
        }
    }
}

#[test]
fn lengths_count_the_vertices() {
    for transformed in [false, true] {
        for (name, outline) in every_shape(transformed, 0.01) {
            let count: usize = outline.plan.contour_lengths().iter().sum();
            assert_eq!(outline.values().len(), count, "{name}");
        }
    }
}

#[test]
fn untransformed_corners_are_the_parameters() {
    let rect = Outline::new(false, 0.1, rect);
    let corners = [[1.0, 2.0], [5.0, 2.0], [5.0, 4.0], [1.0, 4.0]].map(DVec2::from);
    assert_eq!(rect.values(), corners);
}

#[test]
fn a_line_after_close_starts_where_the_subpath_did() {
    let outline = Outline::new(false, 1e9, rich_path);
    // A tolerance without bound leaves one piece a curve.
    assert_eq!(outline.plan.contour_lengths(), [3, 3, 3]);
    let vertices = outline.values();
    assert_eq!(vertices[3], DVec2::new(1.0, 2.0));
    assert_eq!(vertices[4], DVec2::new(-3.0, 5.0));
    assert_eq!(vertices[5], vertices[3]);
    assert_eq!(vertices[8], DVec2::new(22.0, 31.0));
}

#[test]
fn circles_and_ellipses_have_their_area_and_its_derivative() {
    for tolerance in [1.0, 1.0 / 16.0, 1.0 / 256.0] {
        for transformed in [false, true] {
            let disc = Outline::new(transformed, tolerance, |n| circle(n, 3.0, 4.0, 12.5));
            check_area(&disc, [12.5, 12.5], 1);
            let oval = Outline::new(transformed, tolerance, |n| ellipse(n, 20.0, 0.7));
            check_area(&oval, [20.0, 0.7], 2);
        }
    }
}

/// The area is π rx ry times the determinant, which the parameters of centre and radii leave alone.
fn check_area(outline: &Outline, [rx, ry]: [f64; 2], radii: usize) {
    let lifted: Vec<Dual<5>> = (0..outline.theta.len())
        .map(|i| match i {
            0..5 => Dual::variable(outline.theta[i], i),
            _ => Dual::constant(outline.theta[i]),
        })
        .collect();
    let to_canvas = fixture::compose(&outline.transforms, outline.theta.as_slice());
    let det = to_canvas.map_or(1.0, |map: Affine<f64>| map.determinant());
    let area = area(&outline.vertices(lifted.as_slice()));
    let expected = PI * rx * ry * det;
    let scale = 1e-12 * expected.abs();
    assert!((area.value - expected).abs() <= scale, "{area:?}");
    let by_radii: &[f64] = match radii {
        1 => &[2.0 * PI * rx * det],
        _ => &[PI * ry * det, PI * rx * det],
    };
    assert!(area.tangent[0].abs() <= scale && area.tangent[1].abs() <= scale);
    for (tangent, expected) in area.tangent[2..].iter().zip(by_radii) {
        assert!(
            (tangent - expected).abs() <= 1e-12 * expected.abs(),
            "{area:?}"
        );
    }
}

/// Distance of a point from a closed polygon.
fn distance(p: DVec2, polygon: &[DVec2]) -> f64 {
    let next = polygon.iter().cycle().skip(1);
    let edges = polygon.iter().zip(next);
    let distances = edges.map(|(&a, &b)| {
        let along = b - a;
        let length = along.length_squared();
        let t = if length > 0.0 {
            ((p - a).dot(along) / length).clamp(0.0, 1.0)
        } else {
            0.0
        };
        p.distance(a + t * along)
    });
    distances.fold(f64::INFINITY, f64::min)
}

#[test]
fn circles_and_ellipses_keep_the_tolerance_and_do_not_waste_sides() {
    for radius in [0.3, 4.0, 37.0, 250.0] {
        for tolerance in [0.5, 1.0 / 16.0, 1.0 / 256.0] {
            for transformed in [false, true] {
                let shape =
                    Outline::new(transformed, tolerance, |n| ellipse(n, radius, 0.4 * radius));
                let to_canvas = fixture::compose(&shape.transforms, shape.theta.as_slice())
                    .unwrap_or(Affine::identity());
                let vertices = shape.values();
                for i in 0..1000 {
                    let (sin, cos) = (f64::from(i) * 0.1).sin_cos();
                    let point = Vec2::new(-2.0 + radius * cos, 7.0 + 0.4 * radius * sin);
                    let deviation = distance(to_canvas.apply(point).value(), &vertices);
                    assert!(deviation <= tolerance, "{radius} {tolerance}: {deviation}");
                }
                if !transformed {
                    // The corner at the end of the long axis is the farthest from the ellipse.
                    let excess = vertices[0].x - (-2.0 + radius);
                    assert!(excess <= tolerance, "{radius} {tolerance}: {excess}");
                    let sides = vertices.len() as f64;
                    let ideal = PI * (radius / (3.0 * tolerance)).sqrt();
                    assert!(
                        sides <= (ideal * 1.05 + 5.0).max(8.0),
                        "{sides} sides, {ideal}"
                    );
                }
            }
        }
    }
}

#[test]
fn circles_have_the_symmetries_of_the_square_and_no_edge_along_an_axis() {
    for radius in [0.01, 3.0, 77.0] {
        let outline = Outline::new(false, 0.01, |n| circle(n, 0.0, 0.0, radius));
        let vertices = outline.values();
        let quarter = vertices.len() / 4;
        for i in 0..vertices.len() {
            let (p, q) = (vertices[i], vertices[(i + 1) % vertices.len()]);
            assert!(p.x != q.x && p.y != q.y);
            assert_eq!(p.perp(), vertices[(i + quarter) % vertices.len()]);
        }
    }
}

#[test]
fn degenerate_shapes_are_finite_with_finite_derivatives() {
    use PathSegment::{Close, Cubic, Line, Move, Quadratic};
    type Make = fn(&mut Numbers) -> Geometry;
    let shapes: [Make; 8] = [
        |n| circle(n, 3.0, 3.0, 0.0),
        |n| ellipse(n, 0.0, 5.0),
        |n| ellipse(n, 0.0, 0.0),
        |n| polygon(n, &[]),
        |n| polygon(n, &[[1.0, 1.0]; 5]),
        |n| path(n, &[], &[]),
        |n| path(n, &[Move, Move, Close, Close, Move], &[[1.0, 1.0]; 3]),
        |n| path(n, &[Move, Cubic, Quadratic, Line, Close], &[[2.0, 2.0]; 7]),
    ];
    for (index, make) in shapes.into_iter().enumerate() {
        for transformed in [false, true] {
            let outline = Outline::new(transformed, 1.0 / 256.0, make);
            assert!(outline.values().len() <= 128, "shape {index}");
            for parameter in 0..outline.theta.len() {
                let column = fixture::column(&outline, &outline.theta, parameter);
                assert!(column.iter().all(|x| x.is_finite()), "shape {index}");
            }
        }
    }
}

#[test]
fn extreme_numbers_neither_hang_nor_panic() {
    use PathSegment::{Cubic, Move};
    for size in [1e-300, 1e12, 1e150, 1e300, f64::MAX] {
        let disc = Outline::new(true, 1.0 / 256.0, |n| circle(n, size, 0.0, size));
        let curve = Outline::new(true, 1.0 / 256.0, |n| {
            path(
                n,
                &[Move, Cubic],
                &[[0.0, size], [size, 0.0], [-size, 1.0], [1.0, -size]],
            )
        });
        for outline in [disc, curve] {
            let count: usize = outline.plan.contour_lengths().iter().sum();
            assert!(count <= 1 << 16);
            assert_eq!(outline.values().len(), count);
        }
    }
}

#[test]
fn transforms_compose_up_to_the_canvas() {
    let mut random = Pcg64Dxsm::seed_from_u64(2);
    let mut numbers = Numbers::default();
    let transforms = numbers.transforms();
    let theta = numbers.theta.as_slice();
    let [outer, inner] = [0, 1].map(|i| -> Affine<f64> { transforms[i].to_affine(theta) });
    let both: Affine<f64> = fixture::compose(&transforms, theta).expect("two transforms");
    for _ in 0..100 {
        let p = Vec2::new(
            random.random_range(-9.0..9.0),
            random.random_range(-9.0..9.0),
        );
        let (steps, at_once) = (outer.apply(inner.apply(p)), both.apply(p));
        assert!((steps.value() - at_once.value()).length() < 1e-13 * 40.0);
        // p ↦ translate + origin + R S (p − origin), written out.
        let (sin, cos) = 33.0_f64.to_radians().sin_cos();
        let scaled = DVec2::new(1.5 * (p.x - 2.0), -0.6 * (p.y - 1.0));
        let turned = DVec2::new(
            cos * scaled.x - sin * scaled.y,
            sin * scaled.x + cos * scaled.y,
        );
        let expected = turned + DVec2::new(3.0, -4.0) + DVec2::new(2.0, 1.0);
        assert!((inner.apply(p).value() - expected).length() < 1e-13 * 40.0);
    }
}

#[test]
fn constants_of_the_scene_are_lifted_too() {
    let rect = Geometry::Rect {
        min: Point {
            x: Real::Constant(1.5),
            y: Real::Constant(0.0),
        },
        max: Point {
            x: Real::Constant(2.0),
            y: Real::Constant(3.0),
        },
    };
    let theta: &[f64] = &[];
    let plan = OutlinePlan::new(&rect, theta, None, 1.0);
    let mut vertices = vec![Vec2::new(7.0, 7.0)];
    plan.trace(&rect, theta, None, &mut vertices);
    assert_eq!(vertices.len(), 5);
    assert_eq!(vertices[1].value(), DVec2::new(1.5, 0.0));
}

#[test]
fn the_gauge_is_one_on_the_polygon_and_near_the_distance() {
    for sides in [8, 12, 64, 1000, 65_536] {
        let corners: Vec<DVec2> = regular::unit_disc(sides).collect();
        let deviation = regular::gauge_deviation(sides);
        for i in 0..sides.min(200) {
            let (a, b) = (corners[i], corners[(i + 1) % sides]);
            assert_eq!(regular::unit_vertex(sides, i), a);
            for part in [0.0, 1e-3, 0.5, 0.8] {
                let place = 0.7 * (a + part * (b - a));
                let gauge = regular::gauge(sides, place);
                assert!((gauge - 0.7).abs() < 1e-15, "{sides} {i} {part}: {gauge}");
                let apart = (gauge - place.length()).abs();
                assert!(
                    apart <= deviation * place.length() + 1e-15,
                    "{sides}: {apart}"
                );
            }
        }
    }
}
