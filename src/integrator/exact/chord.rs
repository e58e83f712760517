use glam::DVec2;

use crate::drawing::Edge;

/// A segment that cuts a cell: part of an outline, or a line along which a paint is not smooth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chord {
    pub(super) a: DVec2,
    pub(super) b: DVec2,
    inverse_slope: f64,
    /// The slot of its layer and what a crossing from left to right adds to its winding number;
    /// nothing for a line inside a paint.
    pub(super) winding: Option<(usize, i32)>,
}

impl Chord {
    /// Returns an edge of the outline of the layer in `slot`.
    pub(super) fn of_edge(edge: &Edge, slot: usize) -> Self {
        Self {
            a: edge.a,
            b: edge.b,
            inverse_slope: edge.inverse_slope,
            winding: Some((slot, edge.winding_along_x())),
        }
    }

    /// Returns a line along which a paint is not smooth.
    pub(crate) fn of_paint(a: DVec2, b: DVec2) -> Self {
        Self {
            a,
            b,
            inverse_slope: (b.x - a.x) / (b.y - a.y),
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

    /// The heights between `top` and `bottom` where it passes the vertical line at `x`.
    pub(super) fn y_at(&self, x: f64) -> Option<f64> {
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

    /// The place along the segment from `a` to `b` where it crosses this chord, if it does.
    pub(crate) fn crossing_along(&self, a: DVec2, b: DVec2) -> Option<f64> {
        let (d, e) = (b - a, self.b - self.a);
        let det = d.perp_dot(e);
        let offset = self.a - a;
        let (t, u) = (offset.perp_dot(e) / det, offset.perp_dot(d) / det);
        let inside = t > 0.0 && t < 1.0 && (0.0..=1.0).contains(&u);
        (det != 0.0 && inside).then_some(t)
    }

    /// The places along the segment from `a` to `b` where an end of this chord lies on it, up to a
    /// distance.
    pub(super) fn ends_on(&self, a: DVec2, b: DVec2, distance: f64) -> impl Iterator<Item = f64> {
        let d = b - a;
        let squared = d.length_squared();
        [self.a, self.b].into_iter().filter_map(move |end| {
            let offset = end - a;
            let t = offset.dot(d) / squared;
            let near = offset.perp_dot(d).powi(2) <= distance * distance * squared;
            (near && t > 0.0 && t < 1.0).then_some(t)
        })
    }
}
