//! Vertices of polylines, one of each walk.

use glam::DVec2;

use super::AIM;
use super::curve::{Curve, Station};
use super::lanes::{LANES, Lanes, Points, all, lesser};

/// Where velocity and acceleration differ by less than this angle, or the speed is less than this
/// part of the acceleration, a curve starts straight.
const STRAIGHT: f64 = 1e-6;
/// The longest step that is tried first.
const MAX_STEP: f64 = 4.0;

/// The curve of each walk.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Curves {
    coefficients: [Points; 4],
}

/// One vertex of each walk.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Vertices {
    /// The parameter of the point of the curve that it stands for.
    pub(super) t: Lanes,
    /// From the vertex to that point: `bend · acceleration − slide · velocity`, which is across the
    /// curve.
    pub(super) offset: Points,
    pub(super) bend: Lanes,
    pub(super) slide: Lanes,
    pub(super) position: Points,
    /// Of the curve at `t`.
    pub(super) velocity: Points,
    pub(super) acceleration: Points,
    /// The square of about how long a piece here may be.
    pub(super) step_square: Lanes,
}

impl Curves {
    pub(super) fn set(&mut self, lane: usize, curve: &Curve) {
        for (points, &coefficient) in self.coefficients.iter_mut().zip(&curve.coefficients) {
            points.set(lane, coefficient);
        }
    }

    /// Returns the vertices at distance `aim` outside of the curves or, where the bend is slight, as
    /// far as halves the deviation of pieces of a length: with length 0, on the curve.
    #[inline(always)]
    pub(super) fn vertices(&self, t: Lanes, length: Lanes, tolerance: f64) -> Vertices {
        let [p, q, r, s] = self.coefficients;
        let velocity = q + t * (all(2.0) * r + all(3.0) * t * s);
        let acceleration = all(2.0) * r + all(6.0) * t * s;
        let step_square = step_square(velocity, acceleration, AIM * tolerance);
        let bend = lesser(step_square, length * length) * all(1.0 / 16.0);
        let slide = bend * velocity.dot(acceleration) / velocity.length_squared();
        let offset = bend * acceleration - slide * velocity;
        let is_beside = length.simd_gt(all(0.0)) & offset.is_finite();
        let offset = offset.masked(is_beside);
        Vertices {
            t,
            offset,
            bend: bend & is_beside,
            slide: slide & is_beside,
            position: p + t * (q + t * (r + t * s)) - offset,
            velocity,
            acceleration,
            step_square,
        }
    }
}

impl Vertices {
    /// Returns these vertices where a mask is set, others elsewhere.
    #[inline(always)]
    pub(super) fn or(&self, mask: Lanes, others: &Self) -> Self {
        Self {
            t: mask.select(self.t, others.t),
            offset: self.offset.or(mask, others.offset),
            bend: mask.select(self.bend, others.bend),
            slide: mask.select(self.slide, others.slide),
            position: self.position.or(mask, others.position),
            velocity: self.velocity.or(mask, others.velocity),
            acceleration: self.acceleration.or(mask, others.acceleration),
            step_square: mask.select(self.step_square, others.step_square),
        }
    }

    /// Puts the vertex of a lane on a curve, at `t`.
    pub(super) fn set(&mut self, lane: usize, curve: &Curve, t: f64, tolerance: f64) {
        let (velocity, acceleration) = (curve.velocity(t), curve.acceleration(t));
        let step_square = step_square(
            Points::all(velocity),
            Points::all(acceleration),
            AIM * tolerance,
        );
        self.t.as_mut_array()[lane] = t;
        self.offset.set(lane, DVec2::ZERO);
        self.bend.as_mut_array()[lane] = 0.0;
        self.slide.as_mut_array()[lane] = 0.0;
        self.position.set(lane, curve.at(t));
        self.velocity.set(lane, velocity);
        self.acceleration.set(lane, acceleration);
        self.step_square.as_mut_array()[lane] = step_square.as_array()[0];
    }

    /// Returns the vertices of all lanes.
    pub(super) fn stations(&self) -> [Station; LANES] {
        std::array::from_fn(|lane| self.station(lane))
    }

    /// Returns the vertex of a lane.
    pub(super) fn station(&self, lane: usize) -> Station {
        Station {
            t: self.t.as_array()[lane],
            bend: self.bend.as_array()[lane],
            slide: self.slide.as_array()[lane],
        }
    }
}

/// Returns the square of about the length of a piece between vertices beside the curve that is off
/// by `aim`, if the curvature stays as it is.
#[inline(always)]
fn step_square(velocity: Points, acceleration: Points, aim: f64) -> Lanes {
    let across = velocity.perp_dot(acceleration).abs();
    let (speed, change) = (velocity.length_squared(), acceleration.length_squared());
    let straight = all(STRAIGHT * STRAIGHT);
    let longest = all(MAX_STEP * MAX_STEP);
    let curved = lesser(all(16.0 * aim) * speed.sqrt() / across, longest);
    let is_curved = (across * across).simd_gt(straight * (speed + straight * change) * change);
    is_curved.select(curved, longest)
}
