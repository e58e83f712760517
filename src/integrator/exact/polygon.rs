//! Polygons along which a radial gradient jumps, or is cut where it has a kink.

use std::f64::consts::{PI, TAU};

use glam::DVec2;

use crate::drawing::PixelRect;
use crate::geometry::{Affine, Vec2};
use crate::outline::regular::unit_vertex;
use crate::paint::PaintLayout;

/// How far the polygon of an ellipse along which a colour has a kink may be from it, in pixels.
const KINK_TOLERANCE: f64 = 1e-5;

/// A polygon in the place of a circle around the centre of a radial gradient, where that is round.
pub(super) enum Polygon {
    /// Where the gradient jumps: the very polygon that decides its colours.
    Jump { radius: f64, sides: usize },
    /// Where it has a kink: one of equal area, with sides that have their middles on the axes.
    Kink { circumradius: f64, sides: usize },
}

impl Polygon {
    /// The one of a jump where the gradient parameter is `radius`.
    pub(super) fn of_jump(layout: PaintLayout, radius: f64) -> Self {
        Self::Jump {
            radius,
            sides: layout.sides(),
        }
    }

    /// The one of a kink where the gradient parameter is `radius`; `inverse` leads to the canvas.
    pub(super) fn of_kink(inverse: Affine<f64>, radius: f64) -> Self {
        let size = radius * inverse.max_stretch();
        let n = (PI * (size / (3.0 * KINK_TOLERANCE)).sqrt()).ceil();
        // Rounded up to three binary digits, so that it hardly ever changes with the parameters.
        let digit = (0.25 * n).log2().floor().exp2();
        let n = ((n / digit).ceil() * digit).clamp(16.0, 65_536.0);
        let step = TAU / n;
        Self::Kink {
            circumradius: radius * (step / step.sin()).sqrt(),
            sides: n as usize,
        }
    }

    fn sides(&self) -> usize {
        match *self {
            Self::Jump { sides, .. } | Self::Kink { sides, .. } => sides,
        }
    }

    /// The angle of its first vertex, in parts of that between two.
    fn phase(&self) -> f64 {
        match self {
            Self::Jump { .. } => 0.0,
            Self::Kink { .. } => 0.5,
        }
    }

    fn vertex(&self, index: i64) -> DVec2 {
        match *self {
            Self::Jump { radius, sides } => {
                radius * unit_vertex(sides, index.rem_euclid(sides as i64) as usize)
            }
            Self::Kink {
                circumradius,
                sides,
            } => {
                let step = TAU / sides as f64;
                circumradius * DVec2::from_angle(step * (index as f64 + self.phase()))
            }
        }
    }

    /// Returns its sides near a rectangle; `inverse` leads to the canvas.
    pub(super) fn sides_near(&self, inverse: Affine<f64>, rect: PixelRect) -> Vec<[DVec2; 2]> {
        let vertex = |i: i64| {
            let vertex = self.vertex(i);
            inverse.apply(Vec2::new(vertex.x, vertex.y)).value()
        };
        let step = TAU / self.sides() as f64;
        let (first, last) = sector(inverse, rect);
        let first = (first / step - self.phase()).floor() as i64 - 1;
        let last =
            ((last / step - self.phase()).ceil() as i64 + 1).min(first + self.sides() as i64);
        let [min, .., max] = rect.corners();
        let mut sides = Vec::new();
        let mut a = vertex(first);
        for i in first + 1..=last {
            let b = vertex(i);
            if a.min(b).cmple(max).all() && a.max(b).cmpge(min).all() {
                sides.push([a, b]);
            }
            a = b;
        }
        sides
    }
}

/// The angles between which a rectangle lies, seen from the centre of an ellipse and measured
/// where it is a circle; a full turn if the centre is inside.
fn sector(inverse: Affine<f64>, rect: PixelRect) -> (f64, f64) {
    let Some(map) = inverse.inverse() else {
        return (0.0, TAU);
    };
    let angles = rect.corners().map(|p| {
        let q = map.apply(Vec2::new(p.x, p.y));
        q.y.atan2(q.x)
    });
    let turns = angles.map(|angle| (angle - angles[0] + PI).rem_euclid(TAU) - PI);
    let low = turns.into_iter().fold(0.0, f64::min);
    let high = turns.into_iter().fold(0.0, f64::max);
    // A convex set that leaves the centre out is seen under less than half a turn.
    if high - low >= 0.999 * PI {
        return (0.0, TAU);
    }
    (angles[0] + low, angles[0] + high)
}
