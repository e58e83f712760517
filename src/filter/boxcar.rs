//! The mean over the pixel.

use super::Piece;

/// The half-width of the support in pixels.
pub const RADIUS: f64 = 0.5;

/// The ends of the smooth parts, ascending.
pub static BREAKPOINTS: [f64; 2] = [-RADIUS, RADIUS];

/// The polynomials between the breakpoints.
pub static PIECES: [Piece; 1] = [Piece {
    from: -RADIUS,
    to: RADIUS,
    coefficients: [1.0, 0.0, 0.0, 0.0],
}];

/// Returns the weight at distance `x`. Half-open, so that a point counts in exactly one pixel.
#[inline]
pub fn weight(x: f64) -> f64 {
    if (-RADIUS..RADIUS).contains(&x) {
        1.0
    } else {
        0.0
    }
}
