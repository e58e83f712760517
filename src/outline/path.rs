use crate::ad::Scalar;
use crate::geometry::{Affine, Vec2};
use crate::scene::{Lift, PathSegment, Point};

use super::flatten::{Flattened, Flattener, Weights};
use super::plan::place;
use super::{OutlinePlan, Vertices};

/// A step along a path; the numbers are places in its list of points.
///
/// Both the plan and the trace walk a path by these, so they cannot disagree on its contours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Begins a contour.
    Start(usize),
    Line(usize),
    Quadratic([usize; 3]),
    Cubic([usize; 4]),
}

/// Adds the curves of a path to those that become polylines together.
pub(super) fn add_curves(
    points: &[Point],
    segments: &[PathSegment],
    lift: &(impl Lift<f64> + ?Sized),
    to_canvas: Option<Affine<f64>>,
    flattener: &mut Flattener,
) {
    let points = placed(points, lift, to_canvas);
    for_each_step(segments, |step| match step {
        Step::Start(_) | Step::Line(_) => {}
        Step::Quadratic(control) => flattener.add(&control.map(|index| points[index].value())),
        Step::Cubic(control) => flattener.add(&control.map(|index| points[index].value())),
    });
}

/// Plans the contours of a path, whose curves are the next of those that are flattened: one a subpath,
/// closed or not. A subpath that is one point is a contour of one vertex; a point that repeats the one
/// before it is kept.
pub(super) fn plan(segments: &[PathSegment], flattened: &mut Flattened) -> OutlinePlan {
    let is_curve = |segment: &&PathSegment| segment.point_count() > 1;
    let curves = segments.iter().filter(is_curve).count();
    let mut plan = OutlinePlan::of_curves(curves, flattened.vertex_count(curves));
    for_each_step(segments, |step| {
        let added = match step {
            Step::Start(_) => {
                plan.contour_lengths.push(0);
                1
            }
            Step::Line(_) => 1,
            Step::Quadratic(_) | Step::Cubic(_) => {
                plan.add_curve(|weights| flattened.append_next(weights))
            }
        };
        let length = plan.contour_lengths.last_mut();
        *length.expect("a path begins with a move") += added;
    });
    plan
}

/// Appends the vertices of all contours.
pub(super) fn trace<S: Scalar>(
    plan: &OutlinePlan,
    points: &[Point],
    segments: &[PathSegment],
    lift: &(impl Lift<S> + ?Sized),
    to_canvas: Option<Affine<S>>,
    out: &mut impl Vertices<S>,
) {
    // Bézier curves commute with affine maps, and there are fewer control points than vertices.
    let points = placed(points, lift, to_canvas);
    let mut curves = plan.curves();
    let mut next_curve = || curves.next().expect("the plan has every curve of the path");
    for_each_step(segments, |step| match step {
        Step::Start(index) | Step::Line(index) => out.push(points[index]),
        Step::Quadratic(control) => {
            trace_curve(next_curve(), control.map(|index| points[index]), out);
        }
        Step::Cubic(control) => {
            trace_curve(next_curve(), control.map(|index| points[index]), out);
        }
    });
}

/// Appends the vertices of a curve after its start: those of the given weights, and its end.
fn trace_curve<S: Scalar, const N: usize>(
    weights: &[Weights],
    control: [Vec2<S>; N],
    out: &mut impl Vertices<S>,
) {
    let weights = weights
        .iter()
        .map(|weights| std::array::from_fn(|i| weights[i]));
    out.extend_linear(control, weights);
    out.push(control[N - 1]);
}

fn placed<S: Scalar>(
    points: &[Point],
    lift: &(impl Lift<S> + ?Sized),
    to_canvas: Option<Affine<S>>,
) -> Vec<Vec2<S>> {
    points
        .iter()
        .map(|&point| place(to_canvas, lift.point(point)))
        .collect()
}

/// Visits the steps of segments. A segment after `Z` other than `M` begins a contour at the start
/// of the subpath just closed, as in SVG.
fn for_each_step(segments: &[PathSegment], mut visit: impl FnMut(Step)) {
    let (mut taken, mut start, mut current) = (0, 0, 0);
    let mut closed = false;
    for &segment in segments {
        let first = taken;
        taken += segment.point_count();
        if closed && segment.point_count() > 0 && segment != PathSegment::Move {
            visit(Step::Start(start));
        }
        match segment {
            PathSegment::Move => {
                start = first;
                visit(Step::Start(first));
            }
            PathSegment::Line => visit(Step::Line(first)),
            PathSegment::Quadratic => visit(Step::Quadratic([current, first, first + 1])),
            PathSegment::Cubic => visit(Step::Cubic([current, first, first + 1, first + 2])),
            PathSegment::Close => {}
        }
        closed = segment == PathSegment::Close;
        current = if closed { start } else { taken - 1 };
    }
}
