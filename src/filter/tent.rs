//! A triangle: linear interpolation between pixel centres, transposed.

use super::Piece;

/// The half-width of the support in pixels.
pub const RADIUS: f64 = 1.0;

/// The ends of the smooth parts, ascending.
pub static BREAKPOINTS: [f64; 3] = [-RADIUS, 0.0, RADIUS];

const RIGHT: Piece = Piece {
    from: 0.0,
    to: RADIUS,
    coefficients: [1.0, -1.0, 0.0, 0.0],
};

/// The polynomials between the breakpoints.
pub static PIECES: [Piece; 2] = [RIGHT.mirrored(), RIGHT];

/// Returns the weight at distance `x`.
#[inline]
pub fn weight(x: f64) -> f64 {
    (RADIUS - x.abs()).max(0.0)
}
