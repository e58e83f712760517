use crate::ad::Scalar;
use crate::geometry::{Affine, Vec2};

use super::plan::place;
use super::{OutlinePlan, Vertices};

/// Plans four corners.
pub(super) fn plan() -> OutlinePlan {
    OutlinePlan::of_contours(vec![4])
}

/// Appends the corners, from `min` on along the edge to the right.
pub(super) fn trace<S: Scalar>(
    min: Vec2<S>,
    max: Vec2<S>,
    to_canvas: Option<Affine<S>>,
    out: &mut impl Vertices<S>,
) {
    let corners = [min, Vec2::new(max.x, min.y), max, Vec2::new(min.x, max.y)];
    for corner in corners {
        out.push(place(to_canvas, corner));
    }
}
