use std::f64::consts::{PI, TAU};

use glam::DVec2;

use crate::ad::Scalar;
use crate::geometry::{Affine, Vec2};

use super::OutlinePlan;
use super::plan::place;

/// The fewest sides, also of a circle of radius 0.
const MIN_SIDES: usize = 8;
/// The most sides: enough for a radius of 5,000,000 pixels at a tolerance of 1/256.
const MAX_SIDES: usize = 1 << 16;

/// Plans a regular polygon of the unit disc's area, mapped like the disc.
///
/// The polygon's corners lie outside the circle by `(f − 1) r`, the middles of its sides inside by
/// less ([`circumradius`] gives f). The map of the disc stretches both by its norm at most.
pub(super) fn plan(
    radii: Vec2<f64>,
    to_canvas: Option<Affine<f64>>,
    tolerance: f64,
) -> OutlinePlan {
    let disc = Affine([radii.x, 0.0, 0.0, radii.y, 0.0, 0.0]);
    let disc = to_canvas.map_or(disc, |map| map.compose(disc));
    OutlinePlan {
        contour_lengths: vec![side_count(disc.max_stretch(), tolerance)],
        curves: Vec::new(),
    }
}

/// Appends the polygon's vertices.
pub(super) fn trace<S: Scalar>(
    plan: &OutlinePlan,
    center: Vec2<S>,
    radii: Vec2<S>,
    to_canvas: Option<Affine<S>>,
    out: &mut Vec<Vec2<S>>,
) {
    let sides = plan.contour_lengths[0];
    let factor = circumradius(sides);
    out.extend((0..sides).map(|index| {
        let offset = factor * direction(index, sides);
        let vertex = Vec2::new(
            S::linear([1.0, offset.x], [center.x, radii.x]),
            S::linear([1.0, offset.y], [center.y, radii.y]),
        );
        place(to_canvas, vertex)
    }));
}

/// Returns the smallest multiple of four whose polygon is within `tolerance` of a circle.
fn side_count(radius: f64, tolerance: f64) -> usize {
    // f − 1 = π²/3n² + O(n⁻⁴), all terms positive, so this starts at or below the answer.
    let estimate = PI * (radius / (3.0 * tolerance)).sqrt();
    let mut sides = (estimate.min(MAX_SIDES as f64) as usize)
        .max(MIN_SIDES)
        .next_multiple_of(4);
    while sides < MAX_SIDES && radius * (circumradius(sides) - 1.0) > tolerance {
        sides += 4;
    }
    sides
}

/// Returns the circumradius of the regular polygon that has the area of the unit disc.
///
/// n sin(2π/n) R²/2 = π.
fn circumradius(sides: usize) -> f64 {
    let step = TAU / sides as f64;
    (step / step.sin()).sqrt()
}

/// Returns the direction of a vertex.
///
/// The first lies on the axis to the right. With a multiple of four sides there is a vertex at each
/// end of both axes, the polygon has the square's symmetries, and no edge is parallel to an axis:
/// such an edge would pass a whole row of samples or a pixel border at once, which is a kink in the
/// picture as a function of the centre. Each quarter turn is exact.
fn direction(index: usize, sides: usize) -> DVec2 {
    let quarter = sides / 4;
    let (sin, cos) = (TAU * (index % quarter) as f64 / sides as f64).sin_cos();
    match index / quarter {
        0 => DVec2::new(cos, sin),
        1 => DVec2::new(-sin, cos),
        2 => DVec2::new(-cos, -sin),
        _ => DVec2::new(sin, -cos),
    }
}
