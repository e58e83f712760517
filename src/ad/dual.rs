use std::ops::{Add, Div, Mul, Neg, Sub};

use super::Scalar;

/// A number with `N` directional derivatives: `value + Σ tangent[i] εᵢ`, `εᵢ εⱼ = 0`.
///
/// ```
/// use reynolds::ad::{Dual, Scalar};
/// let x = Dual::<2>::variable(3.0, 0);
/// let y = Dual::<2>::variable(2.0, 1);
/// let z = x * x * y;
/// assert_eq!(z.value(), 18.0);
/// assert_eq!(z.tangent, [12.0, 9.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual<const N: usize> {
    /// The primal value.
    pub value: f64,
    /// The derivative in each of the `N` directions.
    pub tangent: [f64; N],
}

impl<const N: usize> Dual<N> {
    /// Returns a number with the given value and tangent.
    pub fn new(value: f64, tangent: [f64; N]) -> Self {
        Self { value, tangent }
    }

    /// Returns the independent variable of direction `index`.
    ///
    /// # Panics
    /// If `index >= N`.
    pub fn variable(value: f64, index: usize) -> Self {
        let mut tangent = [0.0; N];
        tangent[index] = 1.0;
        Self { value, tangent }
    }

    /// `value` with the tangent `Σ partial · tangent` of one or two operands.
    fn combine(value: f64, a: &[f64; N], da: f64, b: &[f64; N], db: f64) -> Self {
        let mut tangent = [0.0; N];
        for i in 0..N {
            tangent[i] = da * a[i] + db * b[i];
        }
        Self { value, tangent }
    }
}

impl<const N: usize> Scalar for Dual<N> {
    fn constant(value: f64) -> Self {
        Self::new(value, [0.0; N])
    }

    fn value(self) -> f64 {
        self.value
    }

    fn chain(self, value: f64, derivative: f64) -> Self {
        Self::new(value, self.tangent.map(|t| derivative * t))
    }

    fn linear<const M: usize>(coefficients: [f64; M], terms: [Self; M]) -> Self {
        let mut sum = Self::constant(0.0);
        for (c, term) in coefficients.into_iter().zip(terms) {
            sum = sum + term * c;
        }
        sum
    }
}

impl<const N: usize> Add for Dual<N> {
    type Output = Self;
    fn add(self, rhs: Self) -> Self {
        Self::combine(
            self.value + rhs.value,
            &self.tangent,
            1.0,
            &rhs.tangent,
            1.0,
        )
    }
}

impl<const N: usize> Sub for Dual<N> {
    type Output = Self;
    fn sub(self, rhs: Self) -> Self {
        Self::combine(
            self.value - rhs.value,
            &self.tangent,
            1.0,
            &rhs.tangent,
            -1.0,
        )
    }
}

impl<const N: usize> Mul for Dual<N> {
    type Output = Self;
    fn mul(self, rhs: Self) -> Self {
        Self::combine(
            self.value * rhs.value,
            &self.tangent,
            rhs.value,
            &rhs.tangent,
            self.value,
        )
    }
}

impl<const N: usize> Div for Dual<N> {
    type Output = Self;
    fn div(self, rhs: Self) -> Self {
        let quotient = self.value / rhs.value;
        let inverse = 1.0 / rhs.value;
        Self::combine(
            quotient,
            &self.tangent,
            inverse,
            &rhs.tangent,
            -quotient * inverse,
        )
    }
}

impl<const N: usize> Neg for Dual<N> {
    type Output = Self;
    fn neg(self) -> Self {
        self.chain(-self.value, -1.0)
    }
}

impl<const N: usize> Add<f64> for Dual<N> {
    type Output = Self;
    fn add(self, rhs: f64) -> Self {
        self.chain(self.value + rhs, 1.0)
    }
}

impl<const N: usize> Sub<f64> for Dual<N> {
    type Output = Self;
    fn sub(self, rhs: f64) -> Self {
        self.chain(self.value - rhs, 1.0)
    }
}

impl<const N: usize> Mul<f64> for Dual<N> {
    type Output = Self;
    fn mul(self, rhs: f64) -> Self {
        self.chain(self.value * rhs, rhs)
    }
}

impl<const N: usize> Div<f64> for Dual<N> {
    type Output = Self;
    fn div(self, rhs: f64) -> Self {
        self.chain(self.value / rhs, 1.0 / rhs)
    }
}
