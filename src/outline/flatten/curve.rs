use glam::DVec2;
use wide::f64x4;

use super::Weights;

/// A quadratic or cubic curve in the basis of monomials.
#[derive(Clone, Copy, Debug)]
pub(super) struct Curve {
    pub(super) coefficients: [DVec2; 4],
    degree: usize,
}

/// What a vertex of the polyline is: the point of the curve at `t`, less `bend` times the
/// acceleration there, and `slide` times the velocity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Station {
    pub(super) t: f64,
    pub(super) bend: f64,
    pub(super) slide: f64,
}

impl Curve {
    pub(super) fn new(control: &[DVec2]) -> Self {
        let coefficients = match *control {
            [a, b, c] => [a, 2.0 * (b - a), a - 2.0 * b + c, DVec2::ZERO],
            [a, b, c, d] => [
                a,
                3.0 * (b - a),
                3.0 * (a - 2.0 * b + c),
                d - a + 3.0 * (b - c),
            ],
            _ => panic!("curves are quadratic or cubic"),
        };
        Self {
            coefficients,
            degree: control.len() - 1,
        }
    }

    /// Returns weights for the control points from the last to the first.
    pub(super) fn turned(&self, [a, b, c, d]: Weights) -> Weights {
        if self.degree == 2 {
            [c, b, a, d]
        } else {
            [d, c, b, a]
        }
    }

    pub(super) fn at(&self, t: f64) -> DVec2 {
        let [p, q, r, s] = self.coefficients;
        p + t * (q + t * (r + t * s))
    }

    pub(super) fn velocity(&self, t: f64) -> DVec2 {
        let [_, q, r, s] = self.coefficients;
        q + t * (2.0 * r + 3.0 * t * s)
    }

    pub(super) fn acceleration(&self, t: f64) -> DVec2 {
        let [_, _, r, s] = self.coefficients;
        2.0 * r + 6.0 * t * s
    }

    /// Returns where a vertex is.
    pub(super) fn vertex(&self, station: &Station) -> DVec2 {
        let Station { t, bend, slide } = *station;
        self.at(t) - (bend * self.acceleration(t) - slide * self.velocity(t))
    }

    /// Returns the weights of the control points that make a vertex.
    pub(super) fn weights(&self, station: &Station) -> Weights {
        let (t, s) = (station.t, 1.0 - station.t);
        let (position, velocity, acceleration) = if self.degree == 2 {
            (
                f64x4::new([s, 2.0 * s, t, 0.0]) * f64x4::new([s, t, t, 0.0]),
                f64x4::new([-2.0 * s, 2.0 * (s - t), 2.0 * t, 0.0]),
                f64x4::new([2.0, -4.0, 2.0, 0.0]),
            )
        } else {
            let (thrice_s, thrice_t) = (3.0 * s, 3.0 * t);
            let slopes = f64x4::new([s, s - 2.0 * t, 2.0 * s - t, t]);
            (
                f64x4::new([s, thrice_s, thrice_s, t])
                    * f64x4::new([s, s, t, t])
                    * f64x4::new([s, t, t, t]),
                f64x4::new([-thrice_s, thrice_s, thrice_t, thrice_t]) * slopes,
                f64x4::splat(6.0) * f64x4::new([s, t - 2.0 * s, s - 2.0 * t, t]),
            )
        };
        let [bend, slide] = [station.bend, station.slide].map(f64x4::splat);
        let weights = position - bend * acceleration + slide * velocity;
        weights.to_array()
    }
}
