use crate::ad::Scalar;
use crate::geometry::{Affine, Vec2};

use super::OutlinePlan;
use super::plan::place;
use super::regular::{side_count, unit_disc};

/// Plans a regular polygon of the unit disc's area, mapped like the disc.
///
/// The map of the disc stretches the polygon's distance from the circle by its norm at most.
pub(super) fn plan(
    radii: Vec2<f64>,
    to_canvas: Option<Affine<f64>>,
    tolerance: f64,
) -> OutlinePlan {
    let disc = Affine([radii.x, 0.0, 0.0, radii.y, 0.0, 0.0]);
    let disc = to_canvas.map_or(disc, |map| map.compose(disc));
    OutlinePlan::of_contours(vec![side_count(disc.max_stretch(), tolerance)])
}

/// Appends the polygon's vertices.
pub(super) fn trace<S: Scalar>(
    plan: &OutlinePlan,
    center: Vec2<S>,
    radii: Vec2<S>,
    to_canvas: Option<Affine<S>>,
    out: &mut Vec<Vec2<S>>,
) {
    out.extend(unit_disc(plan.contour_lengths[0]).map(|offset| {
        let vertex = Vec2::new(
            S::linear([1.0, offset.x], [center.x, radii.x]),
            S::linear([1.0, offset.y], [center.y, radii.y]),
        );
        place(to_canvas, vertex)
    }));
}
