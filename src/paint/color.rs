use glam::DVec2;

use crate::ad::Scalar;
use crate::geometry::Vec2;

use super::PaintLayout;
use super::piece::Piece;

/// Stops closer than this make a jump, halfway between them, instead of a ramp.
pub(super) const MIN_STOP_GAP: f64 = 1e-9;

/// Returns the premultiplied colour of a paint at a point of the canvas, in pixels.
///
/// Where the colour has a kink or a jump, the derivative is that of one side. Jumps (stops of equal
/// offset, the wrap of `repeat`) move with the parameters; the derivative here leaves that out.
///
/// # Panics
/// If there are fewer coefficients than the layout asks for.
pub fn color_at<S: Scalar>(layout: PaintLayout, coefficients: &[S], position: DVec2) -> [S; 4] {
    let (map, stops) = coefficients.split_at(layout.map_count());
    match layout {
        PaintLayout::Solid => [stops[0], stops[1], stops[2], stops[3]],
        PaintLayout::Radial { sides, .. } if sides != 0 => {
            jumping_color(layout, coefficients, position)
        }
        PaintLayout::Linear { spread, .. } | PaintLayout::Radial { spread, .. } => {
            let t = gradient_parameter(map, position);
            let (piece, inner) = Piece::by_stops(spread, stops, t);
            piece.color(inner, piece.stops(stops))
        }
    }
}

/// The colour of a radial gradient that jumps, out of the way of all others.
#[inline(never)]
fn jumping_color<S: Scalar>(layout: PaintLayout, coefficients: &[S], position: DVec2) -> [S; 4] {
    let (map, stops) = coefficients.split_at(layout.map_count());
    let t = gradient_parameter(map, position);
    let (piece, inner) = Piece::at(layout, coefficients, t, position);
    piece.color(inner, piece.stops(stops))
}

/// Returns the gradient parameter before the spread, from the coefficients of a linear or a radial
/// map.
pub(super) fn gradient_parameter<S: Scalar>(map: &[S], position: DVec2) -> S {
    match *map {
        [gx, gy, h] => S::linear([position.x, position.y, 1.0], [gx, gy, h]),
        [a, b, c, d, e, f] => {
            let weights = [position.x, position.y, 1.0];
            let q = Vec2::new(S::linear(weights, [a, c, e]), S::linear(weights, [b, d, f]));
            q.length()
        }
        _ => panic!("gradient maps are linear or radial"),
    }
}

/// Returns the part of the way from one offset to another that `t` has gone.
pub(super) fn fraction<S: Scalar>(t: S, low: S, high: S) -> S {
    (t - low) / (high - low)
}

/// Returns what lies a part `u` of the way from one number to another.
pub(super) fn between<S: Scalar>(from: S, to: S, u: S) -> S {
    from + (to - from) * u
}

pub(super) fn premultiply<S: Scalar>([r, g, b, a]: [S; 4]) -> [S; 4] {
    [r * a, g * a, b * a, a]
}
