use crate::ad::Scalar;
use crate::geometry::Affine;
use crate::scene::{Lift, Point};

use super::plan::place;
use super::{OutlinePlan, Vertices};

/// Plans the polygon as it is; one without points has no contour.
pub(super) fn plan(points: &[Point]) -> OutlinePlan {
    let contour_lengths = match points.len() {
        0 => Vec::new(),
        count => vec![count],
    };
    OutlinePlan::of_contours(contour_lengths)
}

/// Appends the corners.
pub(super) fn trace<S: Scalar>(
    points: &[Point],
    lift: &(impl Lift<S> + ?Sized),
    to_canvas: Option<Affine<S>>,
    out: &mut impl Vertices<S>,
) {
    for &point in points {
        out.push(place(to_canvas, lift.point(point)));
    }
}
