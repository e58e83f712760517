//! Winding numbers at four samples on edges of one pixel at once.
//!
//! They count along the horizontal ray from the left, whichever way an edge runs, and an edge is
//! crossed if the sample is on its right. That is what [`EdgePoint`](crate::drawing::EdgePoint) says
//! unless the sample lies on another edge up to rounding, or as near to the height of an end of its
//! own: those are doubtful, and left to it.

use super::lanes::{LANES, Lanes, one_if};
use crate::drawing::{Edge, EdgePoint, Surround};

/// Four samples on edges of one pixel, with what is known of their own edges.
#[derive(Clone, Copy, Debug)]
pub(super) struct EdgeBatch {
    x: Lanes,
    y: Lanes,
    /// The number of the edge's layer among those of the pixel.
    layer: Lanes,
    /// What the edge adds to the winding number of its layer from the left to its − side, and from
    /// there to its + side.
    before: Lanes,
    pub(super) step: Lanes,
    /// 2 if an end of the edge is at the height of the sample, up to rounding, otherwise 0.
    is_at_end: Lanes,
}

impl EdgeBatch {
    /// Returns the samples that `sample` gives for the lanes: the numbers of their layers, their own
    /// edges, and where they are along these.
    #[inline]
    pub(super) fn new<'a>(sample: impl Fn(usize) -> (u32, &'a Edge, f64)) -> Self {
        let mut layer = [0.0; LANES];
        let (mut ax, mut ay, mut bx, mut by) =
            ([0.0; LANES], [0.0; LANES], [0.0; LANES], [0.0; LANES]);
        let (mut t, mut coincidence) = ([0.0; LANES], [0.0; LANES]);
        for lane in 0..LANES {
            let (own_layer, edge, place) = sample(lane);
            layer[lane] = f64::from(own_layer);
            (ax[lane], ay[lane]) = edge.a.into();
            (bx[lane], by[lane]) = edge.b.into();
            (t[lane], coincidence[lane]) = (place, edge.coincidence);
        }
        let mut batch = Self {
            x: [0.0; LANES],
            y: [0.0; LANES],
            layer,
            before: [0.0; LANES],
            step: [0.0; LANES],
            is_at_end: [0.0; LANES],
        };
        for lane in 0..LANES {
            let (dx, dy) = (bx[lane] - ax[lane], by[lane] - ay[lane]);
            batch.x[lane] = ax[lane] + t[lane] * dx;
            batch.y[lane] = ay[lane] + t[lane] * dy;
            let step = EdgePoint::step_along(dx, dy);
            // Crossed if its − side is on its right: what it adds is then undone by the step.
            batch.before[lane] = one_if(dy * step >= 0.0) * -step;
            batch.step[lane] = step;
            let (height, margin) = (dy.abs(), coincidence[lane]);
            let is_at_end = (t[lane] * height <= margin) | ((1.0 - t[lane]) * height <= margin);
            batch.is_at_end[lane] = 2.0 * one_if(is_at_end);
        }
        batch
    }

    /// Returns the winding numbers left of the near edges of the layer with the number `layer` of the
    /// pixel; for edges of that layer, what they themselves add on the way to their − side is in it.
    #[inline]
    pub(super) fn windings_left(&self, layer: usize, surround: &Surround<'_>) -> Lanes {
        let base = f64::from(surround.base);
        let is_own = self.are_of(layer);
        let mut windings: Lanes =
            std::array::from_fn(|lane| base + is_own[lane] * self.before[lane]);
        for wall in surround.walls {
            let step = f64::from(wall.winding);
            for (winding, &y) in windings.iter_mut().zip(&self.y) {
                *winding += one_if(y >= wall.y) * step;
            }
        }
        windings
    }

    /// Returns 1 for samples on edges of the layer with the number `layer` of the pixel, otherwise 0.
    #[inline]
    pub(super) fn are_of(&self, layer: usize) -> Lanes {
        let layer = layer as f64;
        self.layer.map(|own| one_if(own == layer))
    }

    /// Adds what edges add to the winding numbers of their layers at the samples, but for the samples'
    /// own edges. Returns 1 for samples that are not doubtful, otherwise other numbers.
    ///
    /// A sample is on its own edge, and never right of it by more than rounding does.
    #[inline]
    pub(super) fn cross(
        &self,
        edges: &[NearEdge],
        coincidence: f64,
        windings: &mut [Lanes],
    ) -> Lanes {
        let mut near = self.is_at_end;
        for edge in edges {
            let sums = &mut windings[edge.layer as usize];
            let mut windings = *sums;
            let margin = coincidence * edge.reach;
            for lane in 0..LANES {
                let (x, y) = (self.x[lane] - edge.x, self.y[lane] - edge.y);
                let side = x * edge.down - y * edge.right;
                // An edge that runs down takes 1 off the winding number, another adds 1.
                let spans = one_if(self.y[lane] >= edge.end) - one_if(y >= 0.0);
                windings[lane] += if side > margin { spans } else { 0.0 };
                near[lane] += one_if(side.abs() <= margin);
            }
            *sums = windings;
        }
        near
    }
}

/// An edge that comes near a pixel.
#[derive(Clone, Copy, Debug)]
pub(super) struct NearEdge {
    layer: u32,
    /// Where it starts, and the height of its end.
    x: f64,
    y: f64,
    end: f64,
    /// How far it goes to the right and down, walked downwards.
    right: f64,
    down: f64,
    /// How far it goes along both axes together: at least its length.
    reach: f64,
}

impl NearEdge {
    /// Returns an edge of the layer with the number `layer` among those of the pixel.
    #[inline]
    pub(super) fn new(layer: usize, edge: &Edge) -> Self {
        let direction = edge.direction();
        let downwards = 1.0_f64.copysign(direction.y);
        Self {
            layer: layer as u32,
            x: edge.a.x,
            y: edge.a.y,
            end: edge.b.y,
            right: direction.x * downwards,
            down: direction.y * downwards,
            reach: direction.x.abs() + direction.y.abs(),
        }
    }
}
