//! Four samples side by side.
//!
//! Loops over the lanes of arrays become vector instructions. There is one code for every machine,
//! it has no fused operations, and so the same bits everywhere.

use glam::DVec2;

/// The number of samples that are evaluated together.
pub(super) const LANES: usize = 4;

/// One number for each of four samples.
pub(super) type Lanes = [f64; LANES];

/// Premultiplied RGBA of four samples.
pub(super) type LaneColors = [Lanes; 4];

/// Up to four points of one pixel. Lanes beyond `count` repeat another point and are not to be used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Batch {
    pub(super) x: Lanes,
    pub(super) y: Lanes,
    pub(super) count: usize,
}

impl Batch {
    /// Returns a batch of some points, at least one and at most four.
    pub(super) fn new(points: &[[f64; 2]]) -> Self {
        let point = |lane: usize| points[lane.min(points.len() - 1)];
        Self {
            x: std::array::from_fn(|lane| point(lane)[0]),
            y: std::array::from_fn(|lane| point(lane)[1]),
            count: points.len(),
        }
    }

    /// Returns the point of a lane.
    pub(super) fn point(&self, lane: usize) -> DVec2 {
        DVec2::new(self.x[lane], self.y[lane])
    }
}
