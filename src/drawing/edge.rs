use std::ops::Range;

use glam::DVec2;

use super::Drawing;

/// A directed segment of a closed polyline.
///
/// Walking along it in canvas coordinates (y down), the winding number to its right exceeds the
/// one to its left by 1.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// Where it starts.
    pub a: DVec2,
    /// Where it ends.
    pub b: DVec2,
    /// The distance in pixels below which a point of this edge counts as on another: a bound on what
    /// rounding may have done to its vertices and to points on it, not a parameter of the method.
    pub coincidence: f64,
    /// dx/dy: the step to the right for a step down. Not used on horizontal edges.
    pub inverse_slope: f64,
    /// dy/dx: the step down for a step to the right. Not used on vertical edges.
    pub slope: f64,
    /// The layer whose outline it is part of.
    pub layer: u32,
    /// The edge that follows it on its contour.
    pub next: u32,
    /// The seam that it is part of. It then does not count for winding numbers: both of its sides
    /// are inside the layer, or both are outside.
    pub seam: Option<u32>,
}

impl Edge {
    pub(super) fn new(a: DVec2, b: DVec2, layer: u32, next: u32) -> Self {
        let d = b - a;
        Self {
            a,
            b,
            coincidence: coincidence(a, b),
            inverse_slope: finite_slope(d.x, d.y),
            slope: finite_slope(d.y, d.x),
            layer,
            next,
            seam: None,
        }
    }

    /// Returns the vector from start to end.
    pub fn direction(&self) -> DVec2 {
        self.b - self.a
    }

    /// Returns the point at `t`, 0 at the start and 1 at the end.
    pub fn at(&self, t: f64) -> DVec2 {
        self.a + t * (self.b - self.a)
    }

    /// Tells whether the horizontal line at `y` crosses it; of its two ends the upper one counts.
    pub fn spans_y(&self, y: f64) -> bool {
        (self.a.y <= y) != (self.b.y <= y)
    }

    /// Tells whether the vertical line at `x` crosses it; of its two ends the left one counts.
    pub fn spans_x(&self, x: f64) -> bool {
        (self.a.x <= x) != (self.b.x <= x)
    }

    /// Returns where the horizontal line at `y` crosses it, if it does.
    pub fn x_at(&self, y: f64) -> f64 {
        self.a.x + (y - self.a.y) * self.inverse_slope
    }

    /// Returns where the vertical line at `x` crosses it, if it does.
    pub fn y_at(&self, x: f64) -> f64 {
        self.a.y + (x - self.a.x) * self.slope
    }

    /// Tells whether its slope is positive, also where that is rounded to 0.
    pub(super) fn runs_down_to_the_right(&self) -> bool {
        (self.a.x < self.b.x) == (self.a.y < self.b.y)
    }

    /// Returns what a crossing from its left to its right side (along +x) adds to the winding
    /// number.
    pub fn winding_along_x(&self) -> i32 {
        if self.a.y < self.b.y { -1 } else { 1 }
    }

    /// Returns what a crossing from above to below (along +y) adds to the winding number.
    pub fn winding_along_y(&self) -> i32 {
        if self.a.x < self.b.x { 1 } else { -1 }
    }
}

/// Returns [`Edge::coincidence`] of an edge between two points.
pub(super) fn coincidence(a: DVec2, b: DVec2) -> f64 {
    COINCIDENCE_ULPS * f64::EPSILON * a.abs().max(b.abs()).max_element().max(1.0)
}

/// Returns `rise / run`, or the largest number where that is too large for one: an edge may be lower
/// than 1e-308. Along its line nothing then changes at its start, which infinity times 0 would not tell.
pub(crate) fn finite_slope(rise: f64, run: f64) -> f64 {
    (rise / run).clamp(f64::MIN, f64::MAX)
}

/// All edges of a drawing, in the order of their first vertices.
#[derive(Clone, Debug)]
pub struct Edges {
    list: Vec<Edge>,
}

/// The tolerance of an edge in units in the last place of its largest coordinate.
const COINCIDENCE_ULPS: f64 = 64.0;

impl Edges {
    /// Returns the edges of a drawing.
    pub fn new(drawing: &Drawing) -> Self {
        let layout = &drawing.layout;
        let mut list = Vec::with_capacity(layout.vertex_count());
        for (index, layer) in layout.layers().iter().enumerate() {
            for contour in &layout.contours()[layer.contours.clone()] {
                push_polyline(drawing, index, contour.clone(), true, &mut list);
            }
            for number in layer.seams.clone() {
                let vertices = layout.seams()[number].vertices.clone();
                let (first, closed) = (vertices.start, vertices.len() > 2);
                push_polyline(drawing, index, vertices, closed, &mut list);
                for edge in &mut list[first..] {
                    edge.seam = Some(number as u32);
                }
            }
        }
        Self { list }
    }

    /// Returns the edges.
    pub fn list(&self) -> &[Edge] {
        &self.list
    }

    /// Has points never count as on another edge: a mutation for tests.
    pub(super) fn forget_coincidence(&mut self) {
        for edge in &mut self.list {
            edge.coincidence = -f64::MIN_POSITIVE;
        }
    }
}

/// Adds the edges of a polyline. Of an open one the last edge is a point, so that every vertex has
/// an edge of its number.
fn push_polyline(
    drawing: &Drawing,
    layer: usize,
    vertices: Range<usize>,
    closed: bool,
    list: &mut Vec<Edge>,
) {
    let Some(last) = vertices.clone().last() else {
        return;
    };
    let points = drawing.vertices(vertices.clone());
    let edge = |a: &[f64; 2], b: &[f64; 2], next: usize| {
        Edge::new(DVec2::from(*a), DVec2::from(*b), layer as u32, next as u32)
    };
    let pairs = points.windows(2).zip(vertices.start + 1..);
    list.extend(pairs.map(|(pair, next)| edge(&pair[0], &pair[1], next)));
    let next = if closed { vertices.start } else { last };
    let (a, b) = (&points[points.len() - 1], &points[next - vertices.start]);
    list.push(edge(a, b, next));
}
