//! Pieces of scenes for tests: numbers become parameters in the order in which they are made.

use std::fmt::Debug;

use crate::ad::{Dual, Scalar, Tape, Var};
use crate::geometry::Affine;

use super::{Color, Lift, ParameterId, Point, Real, TapeLift, Transform};

/// θ in the making.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbers {
    pub(crate) theta: Vec<f64>,
}

impl Numbers {
    pub(crate) fn real(&mut self, value: f64) -> Real {
        self.theta.push(value);
        Real::Parameter(ParameterId::new(self.theta.len() - 1))
    }

    pub(crate) fn point(&mut self, x: f64, y: f64) -> Point {
        Point {
            x: self.real(x),
            y: self.real(y),
        }
    }

    pub(crate) fn color(&mut self, [r, g, b, a]: [f64; 4]) -> Color {
        Color {
            r: self.real(r),
            g: self.real(g),
            b: self.real(b),
            a: self.real(a),
        }
    }

    /// A rotation with scale, and a skewing matrix around it.
    pub(crate) fn transforms(&mut self) -> Vec<Transform> {
        vec![
            Transform::Matrix([1.2, 0.3, -0.4, 0.8, 5.0, -2.0].map(|value| self.real(value))),
            Transform::Parts {
                translate: self.point(3.0, -4.0),
                rotate: self.real(33.0),
                scale: self.point(1.5, -0.6),
                origin: self.point(2.0, 1.0),
            },
        ]
    }
}

/// Composes transforms, the outermost first.
pub(crate) fn compose<S: Scalar>(
    transforms: &[Transform],
    lift: &(impl Lift<S> + ?Sized),
) -> Option<Affine<S>> {
    transforms
        .iter()
        .map(|transform| transform.to_affine(lift))
        .reduce(Affine::compose)
}

/// A map from θ to many numbers, generic in the scalar.
pub(crate) trait Map {
    fn evaluate<S: Scalar, L: Lift<S> + ?Sized>(&self, lift: &L) -> Vec<S>;
}

/// Column `index` of the Jacobian, by `Dual`.
pub(crate) fn column(map: &impl Map, theta: &[f64], index: usize) -> Vec<f64> {
    let mut direction = vec![0.0; theta.len()];
    direction[index] = 1.0;
    jvp(map, theta, &direction)
}

/// J v, by `Dual`.
pub(crate) fn jvp(map: &impl Map, theta: &[f64], v: &[f64]) -> Vec<f64> {
    let pairs = theta.iter().zip(v);
    let lifted: Vec<Dual<1>> = pairs.map(|(&x, &v)| Dual::new(x, [v])).collect();
    let outputs = map.evaluate(lifted.as_slice());
    outputs.iter().map(|y| y.tangent[0]).collect()
}

/// Jᵀ w, on a tape.
pub(crate) fn vjp(map: &impl Map, theta: &[f64], w: &[f64]) -> Vec<f64> {
    let tape = Tape::new();
    let lift = TapeLift::new(&tape, theta);
    let outputs: Vec<Var> = map.evaluate(&lift);
    let seeds: Vec<_> = outputs.into_iter().zip(w.iter().copied()).collect();
    let mut theta_bar = vec![0.0; theta.len()];
    lift.accumulate(&tape.pull_back(&seeds), &mut theta_bar);
    theta_bar
}

/// Holds every column of the Jacobian against central differences of step `h`.
///
/// Their error is at most h²/6 times the third derivative, and the rounding of the values over h.
pub(crate) fn check_columns(map: &impl Map, theta: &[f64], h: f64, third: f64, what: impl Debug) {
    for index in 0..theta.len() {
        let shifted = |step: f64| {
            let mut theta = theta.to_vec();
            theta[index] += step;
            map.evaluate(theta.as_slice())
        };
        let (above, below): (Vec<f64>, Vec<f64>) = (shifted(h), shifted(-h));
        let width = (theta[index] + h) - (theta[index] - h);
        for (output, tangent) in column(map, theta, index).into_iter().enumerate() {
            let difference = (above[output] - below[output]) / width;
            let size = above[output].abs() + theta.iter().fold(1.0, |m, x| f64::max(m, x.abs()));
            let bound = h * h / 6.0 * third + 50.0 * f64::EPSILON * size / h;
            assert!(
                (difference - tangent).abs() <= bound,
                "{what:?}: output {output} by parameter {index}: {tangent}, differences say {difference}"
            );
        }
    }
}

/// Checks ⟨w, J v⟩ = ⟨Jᵀ w, v⟩ for some v and w that repeat nothing.
pub(crate) fn check_adjoint(map: &impl Map, theta: &[f64], what: impl Debug) {
    let v: Vec<f64> = (0..theta.len())
        .map(|i| (1.3 + 2.7 * i as f64).sin())
        .collect();
    let tangents = jvp(map, theta, &v);
    let w: Vec<f64> = (0..tangents.len())
        .map(|i| (0.4 + 1.9 * i as f64).cos())
        .collect();
    let adjoints = vjp(map, theta, &w);
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let size = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a * b).abs()).sum::<f64>();
    let (forward, reverse) = (dot(&w, &tangents), dot(&adjoints, &v));
    let scale = size(&w, &tangents) + size(&adjoints, &v);
    assert!(
        (forward - reverse).abs() <= 1e-12 * scale,
        "{what:?}: {forward} is not {reverse}"
    );
}
