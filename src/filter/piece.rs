/// A cubic polynomial on an interval, one part of a piecewise polynomial.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// Where the piece begins.
    pub from: f64,
    /// Where the piece ends.
    pub to: f64,
    /// The coefficients of 1, x, x², x³. The variable is not relative to `from`.
    pub coefficients: [f64; 4],
}

impl Piece {
    /// Returns the value of the polynomial at `x`, also outside the interval.
    #[inline]
    pub fn value(&self, x: f64) -> f64 {
        let [a, b, c, d] = self.coefficients;
        a + x * (b + x * (c + x * d))
    }

    /// Returns the derivative of the polynomial at `x`, also outside the interval.
    #[inline]
    pub fn slope(&self, x: f64) -> f64 {
        let [_, b, c, d] = self.coefficients;
        b + x * (2.0 * c + x * 3.0 * d)
    }

    /// Returns the mirror image in x = 0.
    pub const fn mirrored(&self) -> Self {
        let [a, b, c, d] = self.coefficients;
        Self {
            from: -self.to,
            to: -self.from,
            coefficients: [a, -b, c, -d],
        }
    }
}
