//! Mitchell and Netravali's family of cubics ("Reconstruction filters in computer graphics",
//! SIGGRAPH 1988, equation 8) at the member they recommend.

use super::Piece;

/// The half-width of the support in pixels.
pub const RADIUS: f64 = 2.0;

/// The parameters of the family. All members integrate to one; B + 2C = 1 holds here.
const B: f64 = 1.0 / 3.0;
const C: f64 = 1.0 / 3.0;

/// The ends of the smooth parts, ascending.
pub static BREAKPOINTS: [f64; 5] = [-RADIUS, -1.0, 0.0, 1.0, RADIUS];

const INNER: Piece = Piece {
    from: 0.0,
    to: 1.0,
    coefficients: [
        (6.0 - 2.0 * B) / 6.0,
        0.0,
        (-18.0 + 12.0 * B + 6.0 * C) / 6.0,
        (12.0 - 9.0 * B - 6.0 * C) / 6.0,
    ],
};

const OUTER: Piece = Piece {
    from: 1.0,
    to: RADIUS,
    coefficients: [
        (8.0 * B + 24.0 * C) / 6.0,
        (-12.0 * B - 48.0 * C) / 6.0,
        (6.0 * B + 30.0 * C) / 6.0,
        (-B - 6.0 * C) / 6.0,
    ],
};

/// The polynomials between the breakpoints.
pub static PIECES: [Piece; 4] = [OUTER.mirrored(), INNER.mirrored(), INNER, OUTER];

/// Returns the weight at distance `x`: negative for distances above 8/7.
#[inline]
pub fn weight(x: f64) -> f64 {
    let distance = x.abs();
    if distance < INNER.to {
        INNER.value(distance)
    } else if distance < OUTER.to {
        OUTER.value(distance)
    } else {
        0.0
    }
}
