//! Lines along which gradients jump: where they are, which side is which, how they move.

use glam::DVec2;

use super::color::{gradient_parameter, premultiply};
use super::tests::{Painted, SPREADS, assert_color, linear, radial};
use super::*;
use crate::ad::{Dual, Scalar};
use crate::geometry::Vec2;
use crate::scene::Spread;
use crate::scene::fixture::Numbers;

pub(super) const RED: [f64; 4] = [1.0, 0.0, 0.0, 1.0];
pub(super) const GREEN: [f64; 4] = [0.0, 1.0, 0.0, 0.5];
const BLACK: [f64; 4] = [0.0, 0.0, 0.0, 1.0];
pub(super) const BLUE: [f64; 4] = [0.0, 0.0, 1.0, 0.25];
/// Jumps at 0.3 and, from an offset in two steps, at 0.6.
const STOPS: [(f64, [f64; 4]); 6] = [
    (0.3, RED),
    (0.3, GREEN),
    (0.6, GREEN),
    (0.6, BLUE),
    (0.6, RED),
    (1.0, BLUE),
];
pub(super) const BOUNDS: [DVec2; 2] = [DVec2::new(-20.0, -10.0), DVec2::new(30.0, 25.0)];

pub(super) fn values(painted: &Painted) -> Vec<f64> {
    painted.coefficients(painted.theta.as_slice())
}

pub(super) fn plan(painted: &Painted) -> Vec<IsoLine> {
    IsoLine::plan(painted.layout(), &values(painted), BOUNDS, 1e-3)
}

/// The layout that jumps along the lines as planned.
pub(super) fn jumping(painted: &Painted) -> PaintLayout {
    let sides = plan(painted).first().map_or(0, |line| line.vertex_count());
    painted.layout().with_sides(sides as u32)
}

/// Puts a gradient into groups with transforms.
pub(super) fn in_groups(mut gradient: Painted) -> Painted {
    let mut numbers = Numbers {
        theta: gradient.theta,
    };
    gradient.transforms = numbers.transforms();
    gradient.theta = numbers.theta;
    gradient
}

fn gradients() -> Vec<Painted> {
    let mut gradients = Vec::new();
    for spread in SPREADS {
        for make in [linear, radial] {
            for transformed in [false, true] {
                let gradient = Painted::new(|n| make(n, [[1.0, 2.0], [9.0, 5.0]], spread, &STOPS));
                gradients.push(if transformed {
                    in_groups(gradient)
                } else {
                    gradient
                });
            }
        }
    }
    gradients
}

#[test]
fn jumps_are_where_offsets_meet_and_where_repeat_starts_again() {
    for gradient in gradients() {
        let PaintLayout::Linear { spread, .. } = gradient.layout() else {
            continue;
        };
        let mut expected = vec![Jump::Stops(0), Jump::Stops(2), Jump::Stops(3)];
        expected.extend((spread == Spread::Repeat).then_some(Jump::Wrap));
        let coefficients = values(&gradient);
        assert_eq!(jumps(gradient.layout(), &coefficients), expected);
        let [before, after] = Jump::Stops(2).colors(gradient.layout(), &coefficients);
        assert_color(before, premultiply(GREEN));
        assert_color(after, premultiply(BLUE));
        let [before, after] = Jump::Wrap.colors(gradient.layout(), &coefficients);
        assert_color(before, premultiply(BLUE));
        assert_color(after, premultiply(RED));
    }
}

#[test]
fn solid_and_smooth_paints_have_no_jump() {
    let stops = [(0.0, RED), (0.5, GREEN), (1.0, RED)];
    for spread in SPREADS {
        let smooth = Painted::new(|n| radial(n, [[1.0, 2.0], [9.0, 5.0]], spread, &stops));
        assert_eq!(jumps(smooth.layout(), &values(&smooth)), []);
        assert_eq!(plan(&smooth), []);
        let point = Painted::new(|n| linear(n, [[1.0, 2.0], [1.0, 2.0]], spread, &STOPS));
        assert_eq!(plan(&point), []);
    }
    assert_eq!(jumps(PaintLayout::Solid, &[0.0; 4]), []);
}

#[test]
fn straight_lines_lie_at_every_repetition_in_the_bounds() {
    let stops = [(0.4, RED), (0.4, BLACK)];
    let abscissas = |spread| {
        let gradient = Painted::new(|n| linear(n, [[0.0, 0.0], [10.0, 0.0]], spread, &stops));
        let mut list: Vec<i64> = Vec::new();
        for line in plan(&gradient) {
            let mut ends = Vec::new();
            line.trace(gradient.layout(), &values(&gradient), BOUNDS, &mut ends);
            assert!((ends[0].x - ends[1].x).abs() < 1e-12);
            assert!(ends[0].y.min(ends[1].y) <= -10.0 && ends[0].y.max(ends[1].y) >= 25.0);
            list.push(ends[0].x.round() as i64);
        }
        list.sort_unstable();
        list
    };
    assert_eq!(abscissas(Spread::Pad), [4]);
    assert_eq!(abscissas(Spread::Reflect), [-16, -4, 4, 16, 24]);
    let repeat = [-20, -16, -10, -6, 0, 4, 10, 14, 20, 24, 30];
    assert_eq!(abscissas(Spread::Repeat), repeat);
}

#[test]
fn ellipses_far_from_the_bounds_are_left_out() {
    let stops = [(0.5, RED), (0.5, BLACK)];
    let radii = |center: [f64; 2]| {
        let rings = Painted::new(|n| radial(n, [center, [10.0, 10.0]], Spread::Pad, &stops));
        plan(&rings).len()
    };
    assert_eq!(radii([0.0, 0.0]), 1);
    assert_eq!(radii([-24.9, 0.0]), 1);
    assert_eq!(radii([-25.1, 0.0]), 0);
    assert_eq!(radii([-24.0, 29.0]), 0);
    // Repeated, from the nearest side at 80 px to the farthest corner at 134.6 px: radii 85 to 125
    // for the stops, 80 to 130 for the wrap.
    let rings = Painted::new(|n| radial(n, [[-100.0, 0.0], [10.0, 10.0]], Spread::Repeat, &stops));
    let wraps = plan(&rings)
        .iter()
        .filter(|line| line.jump() == Jump::Wrap)
        .count();
    assert_eq!(plan(&rings).len() - wraps, 5);
    assert_eq!(wraps, 6);
}

#[test]
fn the_colour_after_the_jump_lies_on_the_side_of_perp() {
    for gradient in gradients() {
        let (layout, coefficients) = (jumping(&gradient), values(&gradient));
        for line in plan(&gradient) {
            // Of the jumps that share a place, only the outer colours can be seen.
            let expected = match line.jump() {
                Jump::Wrap => [premultiply(BLUE), premultiply(RED)],
                Jump::Stops(0) => [premultiply(RED), premultiply(GREEN)],
                Jump::Stops(_) => [premultiply(GREEN), premultiply(RED)],
            };
            let mut vertices = Vec::new();
            line.trace(layout, &coefficients, BOUNDS, &mut vertices);
            assert_eq!(vertices.len(), line.vertex_count());
            for pair in vertices.windows(2) {
                let middle = 0.5 * (pair[0].value() + pair[1].value());
                let aside = 1e-9 * (pair[1].value() - pair[0].value()).normalize().perp();
                let [before, after] = [middle - aside, middle + aside]
                    .map(|position| color_at(layout, &coefficients, position));
                // Ellipses and their polygons part by up to a thousandth of a pixel, and colours
                // change by less than 2 a pixel.
                let near =
                    |a: [f64; 4], b: [f64; 4]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 2e-3);
                assert!(near(before, expected[0]), "{line:?}: {before:?}");
                assert!(near(after, expected[1]), "{line:?}: {after:?}");
            }
        }
    }
}

/// The gradient parameter at a place that moves.
fn parameter_at<S: Scalar>(map: &[S], x: Vec2<S>) -> S {
    match *map {
        [gx, gy, h] => gx * x.x + gy * x.y + h,
        [a, b, c, d, e, f] => (a * x.x + c * x.y + e).hypot(b * x.x + d * x.y + f),
        _ => unreachable!("gradient maps are linear or radial"),
    }
}

#[test]
fn lines_stay_on_their_value_of_the_parameter() {
    for gradient in gradients() {
        let (layout, lines) = (gradient.layout(), plan(&gradient));
        assert!(!lines.is_empty());
        let map_count = layout.map_count();
        for direction in 0..gradient.theta.len() {
            let numbers = gradient.theta.iter().enumerate();
            let theta: Vec<Dual<1>> = numbers
                .map(|(i, &x)| Dual::new(x, [f64::from(i == direction)]))
                .collect();
            let coefficients = gradient.coefficients(theta.as_slice());
            let map = &coefficients[..map_count];
            for &line in &lines {
                let mut vertices = Vec::new();
                line.trace(layout, &coefficients, BOUNDS, &mut vertices);
                // Polygons of ellipses have vertices outside by one factor.
                let step = std::f64::consts::TAU / line.vertex_count() as f64;
                let factor = match layout {
                    PaintLayout::Radial { .. } => (step / step.sin()).sqrt(),
                    _ => 1.0,
                };
                let tau = line.parameter(layout, &coefficients);
                for vertex in vertices {
                    let t = parameter_at(map, vertex) * (1.0 / factor);
                    let within = t.value - tau.value;
                    let mirrored = t.value + tau.value;
                    let sign = if (within - within.round()).abs() < 1e-9 {
                        1.0
                    } else {
                        assert!((mirrored - mirrored.round()).abs() < 1e-9);
                        -1.0
                    };
                    assert!(
                        (t.tangent[0] - sign * tau.tangent[0]).abs() < 1e-9,
                        "{line:?}"
                    );
                }
            }
        }
    }
}

/// How much each line of a jump at 0.4 of ten pixels moves along x with the first offset and with the
/// second, and its colours before and after.
fn moves(colors: [[f64; 4]; 2]) -> Vec<([f64; 2], [[f64; 4]; 2])> {
    let stops = colors.map(|color| (0.4, color));
    let gradient = Painted::new(|n| linear(n, [[0.0, 0.0], [10.0, 0.0]], Spread::Pad, &stops));
    let move_of = |line: IsoLine, offset: usize| {
        let mut theta: Vec<Dual<1>> = gradient.theta.iter().map(|&x| Dual::constant(x)).collect();
        theta[offset].tangent[0] = 1.0;
        let mut ends = Vec::new();
        let coefficients = gradient.coefficients(theta.as_slice());
        line.trace(gradient.layout(), &coefficients, BOUNDS, &mut ends);
        assert!(ends.iter().all(|end| (end.x.value - 4.0).abs() < 1e-12));
        assert_eq!(ends[0].x.tangent, ends[1].x.tangent);
        ends[0].x.tangent[0]
    };
    let lines = plan(&gradient).into_iter();
    lines
        .map(|line| {
            let colors = line.colors(gradient.layout(), &values(&gradient), DVec2::ZERO);
            ([4, 9].map(|offset| move_of(line, offset)), colors)
        })
        .collect()
}

#[test]
fn a_jump_of_colour_or_of_alpha_moves_by_half_of_each_offset() {
    let faint_red = [1.0, 0.0, 0.0, 0.5];
    for colors in [[BLUE, [1.0, 0.0, 0.0, 0.25]], [RED, faint_red]] {
        assert_eq!(moves(colors), [([5.0, 5.0], colors.map(premultiply))]);
    }
}

#[test]
fn a_jump_of_both_is_parted_at_the_mean_of_its_ramp() {
    // Along the ramp from red to half of green, red is (1 − u)(1 − u/2) and green u (1 − u/2).
    let [first, second] = moves([RED, GREEN])[..] else {
        panic!("two lines");
    };
    let mean = [5.0 / 12.0, 1.0 / 3.0, 0.0, 0.75];
    assert_eq!([first.0, second.0], [[10.0, 0.0], [0.0, 10.0]]);
    assert_eq!([first.1[0], second.1[1]], [RED, GREEN].map(premultiply));
    assert_color(first.1[1], mean);
    assert_color(second.1[0], mean);
}

#[test]
fn noise_has_no_lines() {
    for make in [linear, radial] {
        let fine = Painted::new(|n| make(n, [[0.0, 0.0], [1e-4, 1e-4]], Spread::Repeat, &STOPS));
        assert_eq!(plan(&fine), []);
        let coefficients = values(&fine);
        let far = gradient_parameter(&coefficients[..fine.layout().map_count()], BOUNDS[1]);
        assert!(far > 4096.0);
    }
}
