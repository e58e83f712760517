use glam::DVec2;

use crate::drawing::Edge;

/// Tells whether edges are an arc: whether each follows the one before, and all of them run to the
/// right, all to the left, all down, or all up. An arc does not cross itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arc {
    /// The edge that follows the last one.
    next: u32,
    /// How many edges do not follow the one before, the first among them.
    starts: u32,
    /// The smallest and the largest steps of edges along the axes.
    low: DVec2,
    high: DVec2,
    /// The largest tolerance of an edge.
    coincidence: f64,
}

impl Arc {
    /// Returns an arc without edges.
    pub(super) fn new() -> Self {
        Self {
            next: u32::MAX,
            starts: 0,
            low: DVec2::INFINITY,
            high: DVec2::NEG_INFINITY,
            coincidence: f64::NEG_INFINITY,
        }
    }

    /// Adds the edge `index`.
    #[inline]
    pub(super) fn add(&mut self, index: u32, edge: &Edge) {
        self.starts += u32::from(self.next != index);
        self.next = edge.next;
        let step = edge.direction();
        self.low = self.low.min(step);
        self.high = self.high.max(step);
        self.coincidence = edge.coincidence.max(self.coincidence);
    }

    /// Tells whether the edges are an arc.
    pub(super) fn is_arc(&self) -> bool {
        (self.starts == 1) & (self.is_upright() | (self.low.x > 0.0) | (self.high.x < 0.0))
    }

    /// Tells whether all edges run down, or all up.
    pub(super) fn is_upright(&self) -> bool {
        (self.low.y > 0.0) | (self.high.y < 0.0)
    }

    /// Tells whether a part of one of the edges is longer than rounding errors, along the axis that the
    /// arc runs along. Its middle then is away from all other edges.
    pub(super) fn is_clear(&self, edge: &Edge, part: f64) -> bool {
        let step = edge.direction();
        let step = if self.is_upright() { step.y } else { step.x };
        part * step.abs() > 4.0 * self.coincidence
    }
}
