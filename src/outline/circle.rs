use crate::ad::Scalar;
use crate::geometry::{Affine, Vec2};

use super::plan::place;
use super::regular::{side_count, unit_disc};
use super::{OutlinePlan, Vertices};

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
    out: &mut impl Vertices<S>,
) {
    let zero = S::constant(0.0);
    let axes = [Vec2::new(radii.x, zero), Vec2::new(zero, radii.y)];
    let [x, y] = axes.map(|axis| to_canvas.map_or(axis, |map| map.apply_vector(axis)));
    let offsets = unit_disc(plan.contour_lengths[0]);
    out.extend_linear(
        [place(to_canvas, center), x, y],
        offsets.map(|offset| [1.0, offset.x, offset.y]),
    );
}
