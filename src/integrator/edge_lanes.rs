//! Winding numbers at four samples on edges of one pixel at once.
//!
//! They count along the horizontal ray from the left, whichever way an edge runs, and an edge is
//! crossed if the sample is on its right. That is what [`EdgePoint`](crate::drawing::EdgePoint) says
//! unless the sample lies on another edge up to rounding, or as near to the height of an end of its
//! own: those are doubtful, and left to it.

use glam::DVec2;

use super::lanes::{LANES, Lanes, one_if};
use crate::drawing::{Edge, EdgePoint, Surround};

/// Four samples on edges of one pixel, with what is known of their own edges.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct EdgeBatch {
    x: Lanes,
    y: Lanes,
    /// The number of the edge. All numbers of edges are numbers of this type.
    edge: Lanes,
    /// The number of the edge's layer among those of the pixel.
    pub(super) layer: Lanes,
    /// What the edge adds to the winding number of its layer from the left to its − side, and from
    /// there to its + side.
    pub(super) before: Lanes,
    pub(super) step: Lanes,
    /// 1 if an end of the edge is at the height of the sample, up to rounding, otherwise 0.
    is_doubtful: Lanes,
}

impl EdgeBatch {
    /// Places a sample at a point, `t` along its edge.
    #[inline]
    pub(super) fn set(&mut self, lane: usize, own: &OwnEdge, position: DVec2, t: f64) {
        self.x[lane] = position.x;
        self.y[lane] = position.y;
        self.edge[lane] = own.index;
        self.layer[lane] = own.layer;
        self.before[lane] = own.before;
        self.step[lane] = own.step;
        let is_at_end = (t <= own.margin) | (1.0 - t <= own.margin);
        self.is_doubtful[lane] = one_if(is_at_end);
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
    /// own edges. Returns 0 for samples that are not doubtful.
    #[inline]
    pub(super) fn cross(
        &self,
        edges: &[NearEdge],
        coincidence: f64,
        windings: &mut [Lanes],
    ) -> Lanes {
        let mut is_doubtful = self.is_doubtful;
        for edge in edges {
            let sums = &mut windings[edge.layer as usize];
            let mut windings = *sums;
            let margin = coincidence * edge.reach;
            for lane in 0..LANES {
                let (x, y) = (self.x[lane] - edge.x, self.y[lane] - edge.y);
                let side = x * edge.down - y * edge.right;
                let is_other = one_if(self.edge[lane] != edge.index);
                // An edge that runs down takes 1 off the winding number, another adds 1.
                let spans = one_if(self.y[lane] >= edge.end) - one_if(y >= 0.0);
                windings[lane] += spans * one_if(side > 0.0) * is_other;
                is_doubtful[lane] += one_if(side.abs() <= margin) * is_other;
            }
            *sums = windings;
        }
        is_doubtful
    }
}

/// What samples need of their own edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct OwnEdge {
    index: f64,
    layer: f64,
    before: f64,
    step: f64,
    /// How far along the edge the height of an end is that of points up to rounding.
    margin: f64,
}

impl OwnEdge {
    /// Returns what is needed of the edge of a point, which is one of the layer with the number
    /// `layer` among those of the pixel.
    #[inline]
    pub(super) fn new(layer: usize, edge: &Edge, point: &EdgePoint) -> Self {
        // Crossed if its − side is on its right.
        let is_crossed = one_if(point.normal.x <= 0.0);
        Self {
            index: f64::from(point.edge),
            layer: layer as f64,
            before: is_crossed * f64::from(edge.winding_along_x()),
            step: f64::from(point.own_step()),
            margin: edge.coincidence / point.normal.x.abs(),
        }
    }
}

/// An edge that comes near a pixel.
#[derive(Clone, Copy, Debug)]
pub(super) struct NearEdge {
    index: f64,
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
    /// Returns the edge `index` of the layer with the number `layer` among those of the pixel.
    #[inline]
    pub(super) fn new(index: u32, layer: usize, edge: &Edge) -> Self {
        let direction = edge.direction();
        let downwards = 1.0_f64.copysign(direction.y);
        Self {
            index: f64::from(index),
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
