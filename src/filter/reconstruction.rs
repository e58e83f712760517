use std::fmt;

use clap::ValueEnum;

use super::{Piece, boxcar, gaussian, mitchell, tent};

/// A reconstruction filter: the weight of a point in the value of a pixel.
///
/// All are separable: the weight at distance `(x, y)` from the centre of the pixel is
/// `weight(x) · weight(y)`, in pixels.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    ValueEnum,
    serde::Deserialize,
    serde::Serialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[value(rename_all = "kebab-case")]
pub enum Filter {
    /// The mean over the pixel.
    #[default]
    Box,
    /// A triangle of radius 1.
    Tent,
    /// A Gaussian of standard deviation 0.5 and radius 2.
    Gaussian,
    /// Mitchell and Netravali's cubic with B = C = 1/3.
    Mitchell,
}

impl Filter {
    /// Returns the half-width of the support in pixels.
    #[inline]
    pub fn radius(self) -> f64 {
        match self {
            Self::Box => boxcar::RADIUS,
            Self::Tent => tent::RADIUS,
            Self::Gaussian => gaussian::RADIUS,
            Self::Mitchell => mitchell::RADIUS,
        }
    }

    /// Returns the weight at the signed distance `x` (point minus centre of the pixel), in pixels.
    ///
    /// The integral over the line is 1. The weight is 0 at and beyond the radius, except that the
    /// box is half-open and has weight 1 at -1/2. `Mitchell` has negative weights.
    #[inline]
    pub fn weight(self, x: f64) -> f64 {
        match self {
            Self::Box => boxcar::weight(x),
            Self::Tent => tent::weight(x),
            Self::Gaussian => gaussian::weight(x),
            Self::Mitchell => mitchell::weight(x),
        }
    }

    /// Returns the derivative of the weight at the signed distance `x`, per pixel.
    ///
    /// At a breakpoint it is that of the piece to the right. The jumps of the box at its ends are
    /// left out: its slope is 0 everywhere.
    pub fn slope(self, x: f64) -> f64 {
        match self.pieces() {
            Some(pieces) => {
                let piece = pieces
                    .iter()
                    .find(|piece| (piece.from..piece.to).contains(&x));
                piece.map_or(0.0, |piece| piece.slope(x))
            }
            None => gaussian::slope(x),
        }
    }

    /// Returns how many pixels beyond its own, to each side, a point can have weight in.
    #[inline]
    pub fn support_pixels(self) -> i32 {
        (self.radius() - 0.5).ceil() as i32
    }

    /// Returns the distances between which the kernel is smooth, ascending, from minus the radius
    /// to the radius.
    pub fn breakpoints(self) -> &'static [f64] {
        match self {
            Self::Box => &boxcar::BREAKPOINTS,
            Self::Tent => &tent::BREAKPOINTS,
            Self::Gaussian => &gaussian::BREAKPOINTS,
            Self::Mitchell => &mitchell::BREAKPOINTS,
        }
    }

    /// Returns the polynomials between the breakpoints, or `None` where the kernel has none.
    pub fn pieces(self) -> Option<&'static [Piece]> {
        match self {
            Self::Box => Some(&boxcar::PIECES),
            Self::Tent => Some(&tent::PIECES),
            Self::Gaussian => None,
            Self::Mitchell => Some(&mitchell::PIECES),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value().expect("no filter is hidden");
        f.pad(value.get_name())
    }
}
