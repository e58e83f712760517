use crate::ad::Scalar;
use crate::geometry::{Affine, Vec2};
use crate::scene::{Geometry, Lift};

use super::flatten::{Flattener, Weights};
use super::{Vertices, circle, path, polygon, rect};

/// How a shape becomes polylines: everything about its outline that is not a smooth function of
/// the parameters.
///
/// ```
/// use reynolds::outline::OutlinePlan;
/// use reynolds::scene::{Geometry, Point, Real};
/// let point = |x, y| Point { x: Real::Constant(x), y: Real::Constant(y) };
/// let rect = Geometry::Rect { min: point(1.0, 2.0), max: point(4.0, 6.0) };
/// let theta: &[f64] = &[];
/// let plan = OutlinePlan::new(&rect, theta, None, 0.01);
/// let mut vertices = Vec::new();
/// plan.trace(&rect, theta, None, &mut vertices);
/// assert_eq!(plan.contour_lengths(), [4]);
/// assert_eq!(vertices[2].value(), glam::DVec2::new(4.0, 6.0));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutlinePlan {
    /// The number of vertices of each contour.
    pub(super) contour_lengths: Vec<usize>,
    /// The weights of the vertices between the ends of a curve, curve after curve of a path.
    weights: Vec<Weights>,
    /// Where the weights of each curve end.
    curve_ends: Vec<usize>,
}

impl OutlinePlan {
    /// Plans the outline of a shape at the current values.
    ///
    /// The outline lies within `tolerance` canvas pixels of the polyline and the polyline within
    /// that of the outline, unless a shape would need more vertices than the limits of its family
    /// allow (65,536 a circle, 49,152 a curve). Rectangles and polygons are exact.
    pub fn new(
        geometry: &Geometry,
        lift: &(impl Lift<f64> + ?Sized),
        to_canvas: Option<Affine<f64>>,
        tolerance: f64,
    ) -> Self {
        let mut plans = Self::of_shapes(&[(geometry, to_canvas)], lift, tolerance);
        plans.pop().expect("there is a plan for every shape")
    }

    /// Plans the outlines of shapes, each with its map to the canvas, as [`new`](Self::new) does. It
    /// takes less time than one by one.
    pub(crate) fn of_shapes(
        shapes: &[(&Geometry, Option<Affine<f64>>)],
        lift: &(impl Lift<f64> + ?Sized),
        tolerance: f64,
    ) -> Vec<Self> {
        let mut flattener = Flattener::default();
        for &(geometry, to_canvas) in shapes {
            if let Geometry::Path {
                points, segments, ..
            } = geometry
            {
                path::add_curves(points, segments, lift, to_canvas, &mut flattener);
            }
        }
        let mut flattened = flattener.flatten(tolerance);
        let plan = |&(geometry, to_canvas): &(&Geometry, _)| match geometry {
            Geometry::Circle { radius, .. } => {
                let radius = lift.real(*radius);
                circle::plan(Vec2::new(radius, radius), to_canvas, tolerance)
            }
            Geometry::Ellipse { radii, .. } => {
                circle::plan(lift.point(*radii), to_canvas, tolerance)
            }
            Geometry::Rect { .. } => rect::plan(),
            Geometry::Polygon { points, .. } => polygon::plan(points),
            Geometry::Path { segments, .. } => path::plan(segments, &mut flattened),
            Geometry::Group { .. } => Self::default(),
        };
        shapes.iter().map(plan).collect()
    }

    /// Returns the plan of contours without curves.
    pub(super) fn of_contours(contour_lengths: Vec<usize>) -> Self {
        Self {
            contour_lengths,
            ..Self::default()
        }
    }

    /// Returns a plan without contours that has room for curves with so many vertices between their
    /// ends.
    pub(super) fn of_curves(curves: usize, vertices: usize) -> Self {
        Self {
            contour_lengths: Vec::new(),
            weights: Vec::with_capacity(vertices),
            curve_ends: Vec::with_capacity(curves),
        }
    }

    /// Adds a curve whose weights `append` appends; returns the number of its vertices after the
    /// start.
    pub(super) fn add_curve(&mut self, append: impl FnOnce(&mut Vec<Weights>)) -> usize {
        let start = self.weights.len();
        append(&mut self.weights);
        self.curve_ends.push(self.weights.len());
        self.weights.len() - start + 1
    }

    /// Iterates over the curves of a path: the weights of the vertices between the ends.
    pub(super) fn curves(&self) -> impl Iterator<Item = &[Weights]> {
        let mut start = 0;
        self.curve_ends.iter().map(move |&end| {
            let curve = &self.weights[start..end];
            start = end;
            curve
        })
    }

    /// Returns the number of vertices of each contour. A contour is closed: its last edge leads
    /// from the last vertex to the first.
    pub fn contour_lengths(&self) -> &[usize] {
        &self.contour_lengths
    }

    /// Returns the number of vertices of all contours.
    pub fn vertex_count(&self) -> usize {
        self.contour_lengths.iter().sum()
    }

    /// Gives `out` the vertices of all contours, in canvas pixels, one contour after the other:
    /// [`vertex_count`](Self::vertex_count) in all.
    ///
    /// `geometry` is the one that the plan was made for, at any values of the parameters.
    pub fn trace<S: Scalar>(
        &self,
        geometry: &Geometry,
        lift: &(impl Lift<S> + ?Sized),
        to_canvas: Option<Affine<S>>,
        out: &mut impl Vertices<S>,
    ) {
        match geometry {
            Geometry::Circle { center, radius } => {
                let radius = lift.real(*radius);
                let radii = Vec2::new(radius, radius);
                circle::trace(self, lift.point(*center), radii, to_canvas, out);
            }
            Geometry::Ellipse { center, radii } => {
                circle::trace(
                    self,
                    lift.point(*center),
                    lift.point(*radii),
                    to_canvas,
                    out,
                );
            }
            Geometry::Rect { min, max } => {
                rect::trace(lift.point(*min), lift.point(*max), to_canvas, out);
            }
            Geometry::Polygon { points, .. } => polygon::trace(points, lift, to_canvas, out),
            Geometry::Path {
                points, segments, ..
            } => path::trace(self, points, segments, lift, to_canvas, out),
            Geometry::Group { .. } => {}
        }
    }
}

/// Maps a point to the canvas; without a map it is there already.
pub(super) fn place<S: Scalar>(to_canvas: Option<Affine<S>>, point: Vec2<S>) -> Vec2<S> {
    to_canvas.map_or(point, |map| map.apply(point))
}
