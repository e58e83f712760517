use glam::DVec2;

use crate::ad::Scalar;
use crate::geometry::{Affine, Vec2};
use crate::scene::{GradientKind, Lift, Paint, Stop};

use super::layout::{LINEAR_MAP, RADIAL_MAP};

/// The steepest gradient, in units of t a pixel. One that goes from 0 to 1 within a billionth of a
/// pixel has no width to show and counts as degenerate.
const MAX_SLOPE: f64 = 1e9;
/// Squared lengths and areas below this are 0: their reciprocals' squares leave the range of `f64`.
const MIN_SQUARE: f64 = 1e-100;

/// Appends the coefficients of a paint, as many as its [layout](super::PaintLayout) says.
///
/// `opacity` is the shape's own. `to_canvas` maps the shape's coordinates to canvas pixels.
///
/// A gradient without extent (its line is a point, a radius is 0, the transform flattens it) shows
/// the colour of its last stop everywhere, as in SVG, and does not depend on its geometry.
pub fn resolve<S: Scalar>(
    paint: &Paint,
    opacity: S,
    to_canvas: Option<Affine<S>>,
    lift: &(impl Lift<S> + ?Sized),
    out: &mut Vec<S>,
) {
    match paint {
        Paint::Solid(color) => {
            let [r, g, b, a] = lift.color(*color);
            let alpha = a * opacity;
            out.extend([r * alpha, g * alpha, b * alpha, alpha]);
        }
        Paint::Gradient(gradient) => {
            match gradient.kind {
                GradientKind::Linear { start, end } => {
                    out.extend(linear_map(lift.point(start), lift.point(end), to_canvas));
                }
                GradientKind::Radial { center, radii } => {
                    out.extend(radial_map(lift.point(center), lift.point(radii), to_canvas));
                }
            }
            resolve_stops(&gradient.stops, opacity, lift, out);
        }
    }
}

/// Returns (gx, gy, h) with t = g·X + h at canvas point X.
fn linear_map<S: Scalar>(
    start: Vec2<S>,
    end: Vec2<S>,
    to_canvas: Option<Affine<S>>,
) -> [S; LINEAR_MAP] {
    regular_linear_map(start, end, to_canvas).unwrap_or([0.0, 0.0, 1.0].map(S::constant))
}

/// t = (p − start)·d / |d|² at p = L⁻¹(X − o), so g = L⁻ᵀ d / |d|².
fn regular_linear_map<S: Scalar>(
    start: Vec2<S>,
    end: Vec2<S>,
    to_canvas: Option<Affine<S>>,
) -> Option<[S; LINEAR_MAP]> {
    let along = end - start;
    let square = along.dot(along);
    if !is_invertible(square) {
        return None;
    }
    let slope = Vec2::new(along.x / square, along.y / square);
    let map = match to_canvas {
        None => [slope.x, slope.y, -slope.dot(start)],
        Some(map) => {
            let [a, b, c, d, e, f] = invert(map)?.0;
            [
                slope.x * a + slope.y * b,
                slope.x * c + slope.y * d,
                slope.dot(Vec2::new(e, f) - start),
            ]
        }
    };
    let [gx, gy, h] = map.map(S::value);
    (gx.abs().max(gy.abs()) <= MAX_SLOPE && h.is_finite()).then_some(map)
}

/// Returns the affine map of the canvas under which the gradient's ellipse t = 1 is the unit circle.
fn radial_map<S: Scalar>(
    center: Vec2<S>,
    radii: Vec2<S>,
    to_canvas: Option<Affine<S>>,
) -> [S; RADIAL_MAP] {
    regular_radial_map(center, radii, to_canvas)
        .unwrap_or([0.0, 0.0, 0.0, 0.0, 1.0, 0.0].map(S::constant))
}

fn regular_radial_map<S: Scalar>(
    center: Vec2<S>,
    radii: Vec2<S>,
    to_canvas: Option<Affine<S>>,
) -> Option<[S; RADIAL_MAP]> {
    if !is_invertible(radii.x * radii.x) || !is_invertible(radii.y * radii.y) {
        return None;
    }
    let (x, y) = (radii.x.recip(), radii.y.recip());
    let zero = S::constant(0.0);
    let disc = Affine([x, zero, zero, y, -(center.x * x), -(center.y * y)]);
    let map = match to_canvas {
        None => disc,
        Some(map) => disc.compose(invert(map)?),
    };
    let values = map.value().0;
    let steepest = values[..4]
        .iter()
        .fold(0.0_f64, |m, slope| m.max(slope.abs()));
    (steepest <= MAX_SLOPE && values.iter().all(|v| v.is_finite())).then_some(map.0)
}

/// Returns where a radial gradient has a point of the canvas, in the plane where its ellipse t = 1 is
/// the unit circle.
///
/// # Panics
/// If the coefficients are not those of a radial gradient.
pub(super) fn unit_disc_point(coefficients: &[f64], position: DVec2) -> DVec2 {
    let map = Affine(std::array::from_fn(|i| coefficients[i]));
    map.apply(Vec2::new(position.x, position.y)).value()
}

/// Returns the inverse, or `None` where it or its derivatives are not finite.
pub(super) fn invert<S: Scalar>(map: Affine<S>) -> Option<Affine<S>> {
    if is_invertible(map.determinant().abs()) {
        map.inverse()
    } else {
        None
    }
}

/// Tells whether one over a number that is not negative, and its derivatives, are finite.
fn is_invertible<S: Scalar>(square: S) -> bool {
    square.value() >= MIN_SQUARE && square.value().is_finite()
}

/// Appends five coefficients a stop. An offset smaller than one before it is raised to that, as in
/// SVG.
fn resolve_stops<S: Scalar>(
    stops: &[Stop],
    opacity: S,
    lift: &(impl Lift<S> + ?Sized),
    out: &mut Vec<S>,
) {
    let mut previous: Option<S> = None;
    for stop in stops {
        let offset = lift.real(stop.offset);
        let offset = previous.map_or(offset, |previous| offset.max(previous));
        previous = Some(offset);
        let [r, g, b, a] = lift.color(stop.color);
        out.extend([offset, r, g, b, a * opacity]);
    }
}
