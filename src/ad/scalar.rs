use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A real number that may carry derivatives.
///
/// Every branch in generic code looks at [`value`](Scalar::value) only, so that all scalars take
/// the same path. At a kink (`abs`, `min`, `max`, the norm at the origin) an operation takes one
/// fixed element of the Clarke subdifferential, stated with the method; it is always finite.
pub trait Scalar:
    Copy
    + Debug
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
    + Div<f64, Output = Self>
{
    /// Lifts a number that depends on nothing.
    fn constant(value: f64) -> Self;

    /// Returns the primal value.
    fn value(self) -> f64;

    /// Applies a function of one variable, given its value and its derivative at `self.value()`.
    ///
    /// Every other unary operation is one call of this.
    fn chain(self, value: f64, derivative: f64) -> Self;

    /// Returns `Σ coefficients[i] · terms[i]`, a point of a curve for instance, as one operation.
    fn linear<const N: usize>(coefficients: [f64; N], terms: [Self; N]) -> Self;

    /// Returns the square root. Its derivative at 0 is taken as 0.
    fn sqrt(self) -> Self {
        let root = self.value().sqrt();
        self.chain(root, if root > 0.0 { 0.5 / root } else { 0.0 })
    }

    /// Returns the reciprocal.
    fn recip(self) -> Self {
        let r = 1.0 / self.value();
        self.chain(r, -r * r)
    }

    /// Returns the sine of an angle in radians.
    fn sin(self) -> Self {
        let (sin, cos) = self.value().sin_cos();
        self.chain(sin, cos)
    }

    /// Returns the cosine of an angle in radians.
    fn cos(self) -> Self {
        let (sin, cos) = self.value().sin_cos();
        self.chain(cos, -sin)
    }

    /// Returns sine and cosine of an angle in degrees, exact at multiples of 90°.
    fn sin_cos_degrees(self) -> (Self, Self) {
        let (sin, cos) = sin_cos_degrees(self.value());
        let radian = std::f64::consts::PI / 180.0;
        (
            self.chain(sin, cos * radian),
            self.chain(cos, -sin * radian),
        )
    }

    /// Returns the exponential.
    fn exp(self) -> Self {
        let e = self.value().exp();
        self.chain(e, e)
    }

    /// Returns the natural logarithm.
    fn ln(self) -> Self {
        self.chain(self.value().ln(), 1.0 / self.value())
    }

    /// Returns the absolute value. Its derivative at 0 is taken as 0.
    fn abs(self) -> Self {
        let value = self.value();
        let sign = if value > 0.0 {
            1.0
        } else if value < 0.0 {
            -1.0
        } else {
            0.0
        };
        self.chain(value.abs(), sign)
    }

    /// Returns the smaller of two numbers; of equal ones, `self` with its derivative.
    fn min(self, other: Self) -> Self {
        if other.value() < self.value() {
            other
        } else {
            self
        }
    }

    /// Returns the larger of two numbers; of equal ones, `self` with its derivative.
    fn max(self, other: Self) -> Self {
        if other.value() > self.value() {
            other
        } else {
            self
        }
    }

    /// Returns the length of the vector `(self, other)`. Its derivative at the origin is taken as 0.
    fn hypot(self, other: Self) -> Self {
        let length = self.value().hypot(other.value());
        if length > 0.0 {
            let (x, y) = (self.value() / length, other.value() / length);
            let tangent = Self::linear([x, y], [self, other]);
            tangent.chain(length, 1.0)
        } else {
            Self::linear([0.0, 0.0], [self, other])
        }
    }
}

impl Scalar for f64 {
    fn constant(value: f64) -> Self {
        value
    }

    fn value(self) -> f64 {
        self
    }

    fn chain(self, value: f64, _derivative: f64) -> Self {
        value
    }

    fn linear<const N: usize>(coefficients: [f64; N], terms: [Self; N]) -> Self {
        let mut sum = 0.0;
        for i in 0..N {
            sum += coefficients[i] * terms[i];
        }
        sum
    }
}

/// Sine and cosine of degrees: the angle is reduced to [−45°, 45°] before radians come in, so that
/// multiples of 90° give exact zeros and ones.
fn sin_cos_degrees(degrees: f64) -> (f64, f64) {
    let quarter = (degrees / 90.0).round();
    let (sin, cos) = (degrees - 90.0 * quarter).to_radians().sin_cos();
    match quarter.rem_euclid(4.0) as u8 {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

#[cfg(test)]
mod tests {
    use super::sin_cos_degrees;

    #[test]
    fn quarter_turns_are_exact_and_others_agree_with_radians() {
        assert_eq!(sin_cos_degrees(90.0), (1.0, 0.0));
        assert_eq!(sin_cos_degrees(-180.0), (0.0, -1.0));
        assert_eq!(sin_cos_degrees(270.0), (-1.0, 0.0));
        for i in -800..800 {
            let degrees = f64::from(i) * 0.917;
            let (sin, cos) = sin_cos_degrees(degrees);
            assert!((sin - degrees.to_radians().sin()).abs() < 1e-14);
            assert!((cos - degrees.to_radians().cos()).abs() < 1e-14);
        }
    }
}
