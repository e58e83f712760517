use crate::ad::Scalar;

use super::Vec2;

/// An affine map `(x, y) ↦ (a x + c y + e, b x + d y + f)`: the SVG order of coefficients.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine<S>(pub [S; 6]);

impl<S: Scalar> Affine<S> {
    /// Returns the map that leaves every point where it is.
    pub fn identity() -> Self {
        Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0].map(S::constant))
    }

    /// Returns `p ↦ translate + origin + R S (p − origin)`, the rotation in degrees.
    pub fn from_parts(translate: Vec2<S>, degrees: S, scale: Vec2<S>, origin: Vec2<S>) -> Self {
        let (sin, cos) = degrees.sin_cos_degrees();
        let linear = [
            cos * scale.x,
            sin * scale.x,
            -(sin * scale.y),
            cos * scale.y,
        ];
        let [a, b, c, d] = linear;
        let offset = translate + origin;
        Self([
            a,
            b,
            c,
            d,
            offset.x - (a * origin.x + c * origin.y),
            offset.y - (b * origin.x + d * origin.y),
        ])
    }

    /// Maps a point.
    pub fn apply(self, p: Vec2<S>) -> Vec2<S> {
        let [a, b, c, d, e, f] = self.0;
        Vec2::new(a * p.x + c * p.y + e, b * p.x + d * p.y + f)
    }

    /// Maps a vector: the translation is left out.
    pub fn apply_vector(self, v: Vec2<S>) -> Vec2<S> {
        let [a, b, c, d, ..] = self.0;
        Vec2::new(a * v.x + c * v.y, b * v.x + d * v.y)
    }

    /// Returns the map `p ↦ self(inner(p))`.
    pub fn compose(self, inner: Self) -> Self {
        let [a, b, c, d, e, f] = inner.0;
        let x = self.apply_vector(Vec2::new(a, b));
        let y = self.apply_vector(Vec2::new(c, d));
        let offset = self.apply(Vec2::new(e, f));
        Self([x.x, x.y, y.x, y.y, offset.x, offset.y])
    }

    /// Returns the signed factor by which areas grow.
    pub fn determinant(self) -> S {
        let [a, b, c, d, ..] = self.0;
        a * d - b * c
    }

    /// Returns the inverse map, or `None` where its coefficients are not finite numbers.
    pub fn inverse(self) -> Option<Self> {
        let [a, b, c, d, e, f] = self.0;
        let det = self.determinant();
        let (ia, ib, ic, id) = (d / det, -b / det, -c / det, a / det);
        let inverse = [ia, ib, ic, id, -(ia * e + ic * f), -(ib * e + id * f)];
        let finite = inverse.iter().all(|x| x.value().is_finite());
        finite.then_some(Self(inverse))
    }

    /// Returns the map of the primal values.
    pub fn value(self) -> Affine<f64> {
        Affine(self.0.map(S::value))
    }
}

impl Affine<f64> {
    /// Returns the largest factor by which the map stretches a vector: its spectral norm.
    pub fn max_stretch(self) -> f64 {
        let [a, b, c, d, ..] = self.0;
        let half_trace = 0.5 * (a * a + b * b + c * c + d * d);
        let det = self.determinant();
        (half_trace + (half_trace * half_trace - det * det).max(0.0).sqrt()).sqrt()
    }
}
