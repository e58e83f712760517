use glam::DVec2;

use super::region::Line;
use crate::drawing::{Edge, finite_slope};

/// A segment that cuts a cell: part of an outline, or a line along which a paint is not smooth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chord {
    pub(super) a: DVec2,
    pub(super) b: DVec2,
    inverse_slope: f64,
    /// The slot of its layer and what a crossing from left to right adds to its winding number;
    /// nothing for a line inside a paint.
    pub(super) winding: Option<(u32, i32)>,
}

impl Chord {
    /// Returns an edge of the outline of the layer in `slot`.
    pub(super) fn of_edge(edge: &Edge, slot: usize) -> Self {
        Self {
            a: edge.a,
            b: edge.b,
            inverse_slope: edge.inverse_slope,
            winding: Some((slot as u32, edge.winding_along_x())),
        }
    }

    /// Returns a line along which a paint is not smooth.
    pub(super) fn of_paint([a, b]: Line) -> Self {
        Self {
            a,
            b,
            inverse_slope: finite_slope(b.x - a.x, b.y - a.y),
            winding: None,
        }
    }

    pub(super) fn spans(&self, y: f64) -> bool {
        (self.a.y <= y) != (self.b.y <= y)
    }

    /// Where the horizontal line at `y` meets it; meant for lines that do.
    pub(super) fn x_at(&self, y: f64) -> f64 {
        let x = self.a.x + (y - self.a.y) * self.inverse_slope;
        x.clamp(self.a.x.min(self.b.x), self.a.x.max(self.b.x))
    }

    /// The height at which it passes the vertical line at `x`, if it does.
    pub(super) fn y_at(&self, x: f64) -> Option<f64> {
        if (self.a.x < x) == (self.b.x < x) {
            return None;
        }
        let t = (x - self.a.x) / (self.b.x - self.a.x);
        (t > 0.0 && t < 1.0).then_some(self.a.y + t * (self.b.y - self.a.y))
    }

    /// The height at which it crosses another chord, if it does.
    pub(super) fn crossing(&self, other: &Self) -> Option<f64> {
        let (d, e) = (self.b - self.a, other.b - other.a);
        let det = d.perp_dot(e);
        if det == 0.0 {
            return None;
        }
        let offset = other.a - self.a;
        let (t, u) = (offset.perp_dot(e) / det, offset.perp_dot(d) / det);
        let inside = (0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u);
        inside.then_some(self.a.y + t * d.y)
    }
}
