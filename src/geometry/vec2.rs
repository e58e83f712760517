use std::ops::{Add, Mul, Neg, Sub};

use glam::DVec2;

use crate::ad::Scalar;

/// A point or a vector of the plane, generic in the scalar.
///
/// `glam` serves where plain numbers do; it cannot hold scalars that carry derivatives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vec2<S> {
    /// To the right.
    pub x: S,
    /// Downwards.
    pub y: S,
}

impl<S: Scalar> Vec2<S> {
    /// Returns the vector `(x, y)`.
    pub fn new(x: S, y: S) -> Self {
        Self { x, y }
    }

    /// Lifts a vector that depends on nothing.
    pub fn constant(x: f64, y: f64) -> Self {
        Self::new(S::constant(x), S::constant(y))
    }

    /// Returns the primal value.
    pub fn value(self) -> DVec2 {
        DVec2::new(self.x.value(), self.y.value())
    }

    /// Returns the scalar product.
    pub fn dot(self, other: Self) -> S {
        self.x * other.x + self.y * other.y
    }

    /// Returns the product by components.
    pub fn component_mul(self, other: Self) -> Self {
        Self::new(self.x * other.x, self.y * other.y)
    }

    /// Returns the vector turned by a quarter: `(x, y) ↦ (−y, x)`.
    pub fn perp(self) -> Self {
        Self::new(-self.y, self.x)
    }

    /// Returns the length. Its derivative at the origin is taken as 0.
    pub fn length(self) -> S {
        self.x.hypot(self.y)
    }

    /// Returns `Σ coefficients[i] · points[i]`.
    pub fn linear<const N: usize>(coefficients: [f64; N], points: [Self; N]) -> Self {
        Self::new(
            S::linear(coefficients, points.map(|p| p.x)),
            S::linear(coefficients, points.map(|p| p.y)),
        )
    }
}

impl<S: Scalar> Add for Vec2<S> {
    type Output = Self;
    fn add(self, rhs: Self) -> Self {
        Self::new(self.x + rhs.x, self.y + rhs.y)
    }
}

impl<S: Scalar> Sub for Vec2<S> {
    type Output = Self;
    fn sub(self, rhs: Self) -> Self {
        Self::new(self.x - rhs.x, self.y - rhs.y)
    }
}

impl<S: Scalar> Neg for Vec2<S> {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(-self.x, -self.y)
    }
}

impl<S: Scalar> Mul<S> for Vec2<S> {
    type Output = Self;
    fn mul(self, rhs: S) -> Self {
        Self::new(self.x * rhs, self.y * rhs)
    }
}
