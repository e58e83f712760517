use glam::DVec2;

use super::{Edge, Edges, Tile, TileLayer, Wall};

/// A direction that no edge of a drawing is likely to be orthogonal to; it decides which side of a
/// line is its + side. Some direction must break the tie, since the lines of the plane have no
/// continuous orientation.
pub(super) const PLUS: DVec2 = DVec2::new(0.829_037_572_555_041_7, 0.559_192_903_470_746_8);

/// A point on an edge, seen from its two sides.
///
/// This is where scenes are nonsmooth and where no ε helps. Edges that pass through the point
/// along the same line get an order, their index: seen from this edge, earlier ones are on the −
/// side already crossed (the point is on their + side), later ones are not (the point is on their
/// − side). + and − are the sides of the *line*, the same for all edges on it whichever way they
/// run. So the jumps of coincident edges telescope: moved together they give the exact derivative.
#[derive(Clone, Copy, Debug)]
pub struct EdgePoint {
    /// The index of the edge.
    pub edge: u32,
    /// The place, in canvas pixels.
    pub position: DVec2,
    /// The normal from the − side to the + side, as long as the edge.
    pub normal: DVec2,
    /// Whether the line is nearer to the vertical; the ray that counts crossings is then
    /// horizontal, so that it never runs along the edge.
    steep: bool,
    /// Whether the right side of the edge is the + side of the line. From − to + the winding number
    /// of the edge's layer then grows by 1; otherwise it falls by 1.
    pub right_is_plus: bool,
    coincidence: f64,
}

/// What tells the winding number of a layer at points of a tile or a pixel: the edges that are near,
/// and what those left of it add.
#[derive(Clone, Copy, Debug)]
pub struct Surround<'a> {
    /// The winding number at the left border, above all walls.
    pub base: i32,
    /// Its changes along the left border.
    pub walls: &'a [Wall],
    /// The indices of the edges that come near.
    pub near: &'a [u32],
    /// The upper border.
    pub top: f64,
}

impl Surround<'_> {
    /// Returns the part of the winding number at height `y` that comes from edges to the left
    /// which are not near.
    pub fn winding_left_of(&self, y: f64) -> i32 {
        let passed = self.walls.iter().filter(|wall| y >= wall.y);
        self.base + passed.map(|wall| wall.winding).sum::<i32>()
    }

    /// Returns the winding number at a point.
    pub fn winding_at(&self, edges: &[Edge], p: DVec2) -> i32 {
        let mut winding = self.winding_left_of(p.y);
        for &index in self.near {
            let edge = &edges[index as usize];
            if edge.spans_y(p.y) && p.x >= edge.x_at(p.y) {
                winding += edge.winding_along_x();
            }
        }
        winding
    }
}

/// The winding numbers of the two sides of an edge, for its own layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sides {
    /// On the − side.
    pub minus: i32,
    /// On the + side.
    pub plus: i32,
}

impl EdgePoint {
    /// Returns the point at `t` of an edge.
    pub fn new(edges: &Edges, index: u32, t: f64) -> Self {
        Self::on(&edges.list()[index as usize], index, t)
    }

    /// Returns the point at `t` of the edge `index`.
    #[inline]
    pub(crate) fn on(edge: &Edge, index: u32, t: f64) -> Self {
        let direction = edge.direction();
        let (right, step) = (direction.perp(), Self::step_along(direction.x, direction.y));
        Self {
            edge: index,
            position: edge.at(t),
            normal: right * step,
            steep: right.x.abs() >= right.y.abs(),
            right_is_plus: step > 0.0,
            coincidence: edge.coincidence,
        }
    }

    /// Returns the winding numbers of a layer of the tile on both sides of the edge. For every
    /// layer but the edge's own they are equal, and for that of a seam too.
    pub fn windings(&self, tile: &Tile, layer: &TileLayer, edges: &Edges) -> Sides {
        let minus = self.winding_before(&tile.surround(layer), edges.list());
        let edge = &edges.list()[self.edge as usize];
        let own = edge.layer == layer.layer && edge.seam.is_none();
        Sides {
            minus,
            plus: minus + if own { self.own_step() } else { 0 },
        }
    }

    /// Returns what the edge adds to the winding number of its own layer from − to +.
    pub fn own_step(&self) -> i32 {
        if self.right_is_plus { 1 } else { -1 }
    }

    /// Returns the same, as a number like all others, for an edge that goes `x` to the right and `y`
    /// down.
    #[inline]
    pub(crate) fn step_along(x: f64, y: f64) -> f64 {
        let right = DVec2::new(x, y).perp();
        if right.dot(PLUS) > 0.0 { 1.0 } else { -1.0 }
    }

    /// Returns the winding number of a layer on the − side of the edge.
    pub fn winding_before(&self, layer: &Surround<'_>, edges: &[Edge]) -> i32 {
        if self.steep {
            self.winding_by_row(layer, edges)
        } else {
            self.winding_by_column(layer, edges)
        }
    }

    /// Returns the same where none of the near edges but this one is at the height of the point.
    pub(crate) fn winding_alone(&self, edge: &Edge, layer: &Surround<'_>) -> i32 {
        let is_crossed = self.is_beyond(self.edge, self.normal.x);
        let own = if is_crossed {
            edge.winding_along_x()
        } else {
            0
        };
        layer.winding_left_of(self.position.y) + own
    }

    /// Counts along the horizontal ray from the left; the edge itself is seen from its − side.
    fn winding_by_row(&self, layer: &Surround<'_>, edges: &[Edge]) -> i32 {
        let DVec2 { x, y } = self.position;
        let mut winding = layer.winding_left_of(y);
        for &index in layer.near {
            let edge = &edges[index as usize];
            let crossed = if index == self.edge {
                self.is_beyond(index, self.normal.x)
            } else if !edge.spans_y(y) {
                false
            } else {
                let distance = x - edge.x_at(y);
                if distance.abs() <= self.coincidence.max(edge.coincidence) {
                    self.is_beyond(index, self.normal.x)
                } else {
                    distance > 0.0
                }
            };
            if crossed {
                winding += edge.winding_along_x();
            }
        }
        winding
    }

    /// Counts along the horizontal ray to the point above this one on the upper border, then down.
    fn winding_by_column(&self, layer: &Surround<'_>, edges: &[Edge]) -> i32 {
        let DVec2 { x, y } = self.position;
        let top = layer.top;
        let mut winding = layer.winding_left_of(top);
        for &index in layer.near {
            let edge = &edges[index as usize];
            let spans_top = edge.spans_y(top);
            let right_of_it = spans_top && x >= edge.x_at(top);
            if right_of_it {
                winding += edge.winding_along_x();
            }
            let own = index == self.edge;
            if !own && !edge.spans_x(x) {
                continue;
            }
            let edge_y = if own { y } else { edge.y_at(x) };
            // Whether the edge is above the start of the way down, told by the same comparison: right
            // of an edge that runs down to the right is above it. `edge_y` may be off by rounding.
            let above_start = match spans_top {
                true => right_of_it != edge.runs_down_to_the_right(),
                false => edge.a.y <= top,
            };
            let crossed = if own || (y - edge_y).abs() <= self.coincidence.max(edge.coincidence) {
                self.is_beyond(index, self.normal.y)
            } else {
                y > edge_y
            };
            winding += edge.winding_along_y() * (i32::from(crossed) - i32::from(above_start));
        }
        winding
    }

    /// Tells whether the line is nearer to the vertical than to the horizontal.
    pub(crate) fn is_steep(&self) -> bool {
        self.steep
    }

    /// Tells whether the point lies on the line of another edge, up to rounding.
    pub fn lies_on(&self, edge: &Edge) -> bool {
        let direction = edge.direction();
        let distance = direction.perp_dot(self.position - edge.a).abs();
        distance <= self.coincidence.max(edge.coincidence) * direction.length()
    }

    /// Returns a step to the + or the − side of the line, longer than the rounding errors of the
    /// point and of another edge on that line.
    pub fn step_aside(&self, edge: &Edge, to_plus: bool) -> DVec2 {
        let length = 2.0 * self.coincidence.max(edge.coincidence);
        let step = self.normal.normalize_or_zero() * length;
        if to_plus { step } else { -step }
    }

    /// Tells whether the ray crosses an edge of this line: whether the side that it is seen from
    /// lies on from it along the ray. `normal` is the component of the normal along the ray.
    pub(crate) fn is_beyond(&self, index: u32, normal: f64) -> bool {
        let seen_from_plus = index < self.edge;
        seen_from_plus == (normal > 0.0)
    }
}
