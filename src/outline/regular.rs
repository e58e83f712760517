//! The regular polygon that stands for the unit disc.

use std::f64::consts::{PI, TAU};

use glam::DVec2;

/// The fewest sides, also of a circle of radius 0.
const MIN_SIDES: usize = 8;
/// The most sides: enough for a radius of 5,000,000 pixels at a tolerance of 1/256.
const MAX_SIDES: usize = 1 << 16;

/// Returns the smallest multiple of four whose polygon is within `tolerance` of a circle.
///
/// The corners lie outside the circle by `(f − 1) r`, the middles of the sides inside by less.
pub(crate) fn side_count(radius: f64, tolerance: f64) -> usize {
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

/// Returns the vertices of the regular polygon that has the area of the unit disc.
///
/// The first lies on the axis to the right. With a multiple of four sides there is a vertex at each
/// end of both axes, the polygon has the square's symmetries, and no edge is parallel to an axis:
/// such an edge would pass a whole row of samples or a pixel border at once, which is a kink in the
/// picture as a function of the centre. Each quarter turn is exact.
pub(crate) fn unit_disc(sides: usize) -> impl DoubleEndedIterator<Item = DVec2> {
    let factor = circumradius(sides);
    (0..sides).map(move |index| factor * direction(sides, index))
}

/// Returns one of these vertices.
pub(crate) fn unit_vertex(sides: usize, index: usize) -> DVec2 {
    circumradius(sides) * direction(sides, index)
}

/// The direction in which a vertex lies.
fn direction(sides: usize, index: usize) -> DVec2 {
    let quarter = sides / 4;
    let (sin, cos) = (TAU * (index % quarter) as f64 / sides as f64).sin_cos();
    match index / quarter {
        0 => DVec2::new(cos, sin),
        1 => DVec2::new(-sin, cos),
        2 => DVec2::new(-cos, -sin),
        _ => DVec2::new(sin, -cos),
    }
}

/// Returns the gauge of a point: by how much the polygon that has the area of the unit disc has to be
/// stretched to pass through it.
///
/// It differs from the distance to the origin by at most [`gauge_deviation`] of that.
pub(crate) fn gauge(sides: usize, point: DVec2) -> f64 {
    // In the first quarter, where the sides are numbered from the axis on.
    let DVec2 { x, y } = point.abs();
    let step = TAU / sides as f64;
    let side = (y.atan2(x) / step).floor();
    let (sin, cos) = (step * (side + 0.5)).sin_cos();
    (x * cos + y * sin) / (circumradius(sides) * (0.5 * step).cos())
}

/// Returns the part of the distance to the origin by which the [`gauge`] differs from it, at most.
///
/// At a corner it is 1 − 1/R < R − 1, with R the circumradius, and less at the middle of a side. R − 1
/// = π²/3n² + O(n⁻⁴), and below 3.5/n² for the fewest sides.
pub(crate) fn gauge_deviation(sides: usize) -> f64 {
    4.0 / (sides * sides) as f64
}
