use crate::ad::Scalar;
use crate::geometry::{Affine, Vec2};
use crate::scene::{Lift, Point};

use super::OutlinePlan;
use super::plan::place;

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
    out: &mut Vec<Vec2<S>>,
) {
    out.extend(
        points
            .iter()
            .map(|&point| place(to_canvas, lift.point(point))),
    );
}
