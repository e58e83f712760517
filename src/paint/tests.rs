//! Paints against values worked out by hand, central differences and each other.

use glam::DVec2;
use proptest::prelude::*;

use super::layout::STOP;
use super::*;
use crate::ad::{Dual, Scalar};
use crate::scene::fixture::{self, Map, Numbers};
use crate::scene::{Gradient, GradientKind, Lift, Paint, Real, Spread, Stop, Transform};

pub(super) const SPREADS: [Spread; 3] = [Spread::Pad, Spread::Repeat, Spread::Reflect];
/// Red, half transparent green, blue.
const STOPS: [(f64, [f64; 4]); 3] = [
    (0.0, [1.0, 0.0, 0.0, 1.0]),
    (0.5, [0.0, 1.0, 0.0, 0.5]),
    (1.0, [0.0, 0.0, 1.0, 1.0]),
];

/// A paint under transforms, seen at some points: a map from θ to colours.
pub(super) struct Painted {
    pub(super) paint: Paint,
    opacity: Real,
    pub(super) transforms: Vec<Transform>,
    positions: Vec<DVec2>,
    pub(super) theta: Vec<f64>,
}

impl Painted {
    pub(super) fn new(paint: impl FnOnce(&mut Numbers) -> Paint) -> Self {
        let mut numbers = Numbers::default();
        Self {
            paint: paint(&mut numbers),
            opacity: Real::Constant(1.0),
            transforms: Vec::new(),
            positions: Vec::new(),
            theta: numbers.theta,
        }
    }

    pub(super) fn layout(&self) -> PaintLayout {
        PaintLayout::new(&self.paint)
    }

    pub(super) fn coefficients<S: Scalar>(&self, lift: &(impl Lift<S> + ?Sized)) -> Vec<S> {
        let mut coefficients = Vec::new();
        let to_canvas = fixture::compose(&self.transforms, lift);
        let opacity = lift.real(self.opacity);
        resolve(&self.paint, opacity, to_canvas, lift, &mut coefficients);
        assert_eq!(coefficients.len(), self.layout().coefficient_count());
        coefficients
    }

    fn color(&self, x: f64, y: f64) -> [f64; 4] {
        let coefficients: Vec<f64> = self.coefficients(self.theta.as_slice());
        color_at(self.layout(), &coefficients, DVec2::new(x, y))
    }
}

impl Map for Painted {
    fn evaluate<S: Scalar, L: Lift<S> + ?Sized>(&self, lift: &L) -> Vec<S> {
        let coefficients = self.coefficients(lift);
        let positions = self.positions.iter();
        positions
            .flat_map(|&position| color_at(self.layout(), &coefficients, position))
            .collect()
    }
}

fn stops(numbers: &mut Numbers, list: &[(f64, [f64; 4])]) -> Vec<Stop> {
    list.iter()
        .map(|&(offset, color)| Stop {
            offset: numbers.real(offset),
            color: numbers.color(color),
        })
        .collect()
}

pub(super) fn linear(
    numbers: &mut Numbers,
    [start, end]: [[f64; 2]; 2],
    spread: Spread,
    list: &[(f64, [f64; 4])],
) -> Paint {
    Paint::Gradient(Gradient {
        kind: GradientKind::Linear {
            start: numbers.point(start[0], start[1]),
            end: numbers.point(end[0], end[1]),
        },
        stops: stops(numbers, list),
        spread,
    })
}

pub(super) fn radial(
    numbers: &mut Numbers,
    [center, radii]: [[f64; 2]; 2],
    spread: Spread,
    list: &[(f64, [f64; 4])],
) -> Paint {
    Paint::Gradient(Gradient {
        kind: GradientKind::Radial {
            center: numbers.point(center[0], center[1]),
            radii: numbers.point(radii[0], radii[1]),
        },
        stops: stops(numbers, list),
        spread,
    })
}

/// t = x / 10.
fn ten_pixels(spread: Spread) -> Painted {
    Painted::new(|n| linear(n, [[0.0, 0.0], [10.0, 0.0]], spread, &STOPS))
}

pub(super) fn assert_color(actual: [f64; 4], expected: [f64; 4]) {
    let near = actual
        .iter()
        .zip(expected)
        .all(|(a, e)| (a - e).abs() < 1e-13);
    assert!(near, "{actual:?} is not {expected:?}");
}

#[test]
fn solid_colours_are_premultiplied_with_the_opacity() {
    let mut solid = Painted::new(|n| Paint::Solid(n.color([0.5, 1.0, 0.25, 0.5])));
    assert_color(solid.color(3.0, 4.0), [0.25, 0.5, 0.125, 0.5]);
    solid.opacity = Real::Constant(0.5);
    assert_color(solid.color(-3.0, 9.0), [0.125, 0.25, 0.0625, 0.25]);
}

#[test]
fn linear_gradients_interpolate_straight_colours() {
    let mut gradient = ten_pixels(Spread::Pad);
    // (x, premultiplied colour): between stops the straight colours are mixed first.
    let expected = [
        (-3.0, [1.0, 0.0, 0.0, 1.0]),
        (0.0, [1.0, 0.0, 0.0, 1.0]),
        (2.5, [0.375, 0.375, 0.0, 0.75]),
        (5.0, [0.0, 0.5, 0.0, 0.5]),
        (7.5, [0.0, 0.375, 0.375, 0.75]),
        (10.0, [0.0, 0.0, 1.0, 1.0]),
        (13.0, [0.0, 0.0, 1.0, 1.0]),
    ];
    for (x, color) in expected {
        assert_color(gradient.color(x, 7.0), color);
    }
    gradient.opacity = Real::Constant(0.5);
    assert_color(gradient.color(2.5, 0.0), [0.1875, 0.1875, 0.0, 0.375]);
}

#[test]
fn spreads_continue_the_gradient() {
    let quarter = [0.375, 0.375, 0.0, 0.75];
    for x in [2.5, 12.5, -7.5, 92.5] {
        assert_color(ten_pixels(Spread::Repeat).color(x, 0.0), quarter);
    }
    for x in [2.5, 17.5, -2.5, 22.5, -17.5] {
        assert_color(ten_pixels(Spread::Reflect).color(x, 0.0), quarter);
    }
    assert_color(
        ten_pixels(Spread::Reflect).color(20.0, 0.0),
        [1.0, 0.0, 0.0, 1.0],
    );
}

#[test]
fn spreads_carry_the_derivative_of_the_parameter() {
    // α falls by 1 a unit of t before the middle stop. ∂t/∂start = (x − 10) / 100,
    // ∂t/∂end = −x / 100.
    let cases = [
        (Spread::Pad, 2.5, [0.075, 0.025]),
        (Spread::Repeat, 12.5, [-0.025, 0.125]),
        (Spread::Reflect, 17.5, [0.075, -0.175]),
        (Spread::Reflect, 22.5, [-0.125, 0.225]),
        (Spread::Pad, 11.0, [0.0, 0.0]),
    ];
    for (spread, x, [by_start, by_end]) in cases {
        let mut gradient = ten_pixels(spread);
        gradient.positions = vec![DVec2::new(x, 1.0)];
        let alpha_by = |index| fixture::column(&gradient, &gradient.theta, index)[3];
        assert!((alpha_by(0) - by_start).abs() < 1e-14, "{spread:?} {x}");
        assert!((alpha_by(2) - by_end).abs() < 1e-14, "{spread:?} {x}");
    }
}

#[test]
fn radial_gradients_measure_from_the_centre_in_radii() {
    let gradient = Painted::new(|n| radial(n, [[5.0, 5.0], [8.0, 2.0]], Spread::Pad, &STOPS));
    let quarter = [0.375, 0.375, 0.0, 0.75];
    assert_color(gradient.color(5.0, 5.0), [1.0, 0.0, 0.0, 1.0]);
    assert_color(gradient.color(7.0, 5.0), quarter);
    assert_color(gradient.color(5.0, 4.5), quarter);
    assert_color(gradient.color(5.0 + 4.8, 5.0 - 1.6), [0.0, 0.0, 1.0, 1.0]);
    assert_color(gradient.color(50.0, 5.0), [0.0, 0.0, 1.0, 1.0]);
}

#[test]
fn a_gradient_starts_with_its_first_stop_in_every_spread() {
    for spread in SPREADS {
        let gradient = Painted::new(|n| radial(n, [[5.0, 5.0], [8.0, 2.0]], spread, &STOPS));
        assert_color(gradient.color(5.0, 5.0), [1.0, 0.0, 0.0, 1.0]);
        assert_color(ten_pixels(spread).color(0.0, 3.0), [1.0, 0.0, 0.0, 1.0]);
    }
}

#[test]
fn gradients_move_with_the_transform() {
    for make in [linear, radial] {
        let mut gradient =
            Painted::new(|n| make(n, [[1.0, 2.0], [9.0, 5.0]], Spread::Reflect, &STOPS));
        let mut numbers = Numbers {
            theta: gradient.theta.clone(),
        };
        let transforms = numbers.transforms();
        let map = fixture::compose(&transforms, numbers.theta.as_slice());
        let map: crate::geometry::Affine<f64> = map.expect("two transforms");
        let points = [[0.0, 0.0], [3.0, 4.0], [-7.0, 11.0]];
        let own = points.map(|[x, y]| gradient.color(x, y));
        gradient.theta = numbers.theta;
        gradient.transforms = transforms;
        for ([x, y], color) in points.into_iter().zip(own) {
            let moved = map.apply(crate::geometry::Vec2::new(x, y));
            assert_color(gradient.color(moved.x, moved.y), color);
        }
    }
}

#[test]
fn one_stop_and_hard_stops_need_no_interval() {
    let single = Painted::new(|n| linear(n, [[0.0, 0.0], [10.0, 0.0]], Spread::Pad, &STOPS[1..2]));
    for x in [-1.0, 4.0, 5.0, 6.0, 20.0] {
        assert_color(single.color(x, 0.0), [0.0, 0.5, 0.0, 0.5]);
    }
    let [red, green, blue] = STOPS.map(|(_, color)| color);
    let list = [
        (0.0, red),
        (0.5, red),
        (0.5, green),
        (0.5, blue),
        (1.0, blue),
    ];
    let hard = Painted::new(|n| linear(n, [[0.0, 0.0], [10.0, 0.0]], Spread::Pad, &list));
    assert_color(hard.color(4.999, 0.0), red);
    assert_color(hard.color(5.0, 0.0), blue);
    assert_color(hard.color(5.001, 0.0), blue);
}

#[test]
fn offsets_do_not_fall_behind_the_ones_before() {
    let list = [STOPS[0], (0.8, STOPS[1].1), (0.3, STOPS[2].1)];
    let mut gradient = Painted::new(|n| linear(n, [[0.0, 0.0], [10.0, 0.0]], Spread::Pad, &list));
    assert_color(gradient.color(8.1, 0.0), STOPS[2].1);
    assert_color(gradient.color(4.0, 0.0), [0.375, 0.375, 0.0, 0.75]);
    gradient.positions = vec![DVec2::new(4.0, 0.0)];
    assert_eq!(fixture::column(&gradient, &gradient.theta, 14), [0.0; 4]);
}

/// Gradients without extent: their line is a point, a radius is 0, the transform is singular.
fn degenerate_gradients() -> Vec<Painted> {
    let mut list = Vec::new();
    for spread in SPREADS {
        for tiny in [0.0, 1e-300, 1e-160, 1e-55, 1e-12] {
            list.push(Painted::new(|n| {
                linear(n, [[3.0 * tiny, 0.0], [0.0, tiny]], spread, &STOPS)
            }));
            list.push(Painted::new(|n| {
                radial(n, [[3.0, 2.0], [tiny, 4.0]], spread, &STOPS)
            }));
            for make in [linear, radial] {
                let mut flat = Painted::new(|n| make(n, [[3.0, 2.0], [7.0, 4.0]], spread, &STOPS));
                let mut numbers = Numbers { theta: flat.theta };
                let matrix = [1.0, 2.0, 2.0, 4.0 + tiny, 0.0, 0.0].map(|value| numbers.real(value));
                flat.transforms = vec![Transform::Matrix(matrix)];
                flat.theta = numbers.theta;
                list.push(flat);
            }
        }
    }
    list
}

#[test]
fn degenerate_gradients_show_their_last_stop_and_do_not_move() {
    for mut gradient in degenerate_gradients() {
        gradient.positions = vec![DVec2::ZERO, DVec2::new(3.0, 2.0), DVec2::new(-7.0, 1e6)];
        for &position in &gradient.positions {
            assert_color(gradient.color(position.x, position.y), [0.0, 0.0, 1.0, 1.0]);
        }
        for geometry in (0..4).chain(19..gradient.theta.len()) {
            let column = fixture::column(&gradient, &gradient.theta, geometry);
            assert!(
                column.iter().all(|&x| x == 0.0),
                "{gradient:?}",
                gradient = gradient.paint
            );
        }
    }
}

#[test]
fn derivatives_are_finite_at_every_size_and_at_the_centre() {
    for exponent in -300..300 {
        let size = 10.0_f64.powi(exponent);
        for make in [linear, radial] {
            for spread in SPREADS {
                let mut gradient =
                    Painted::new(|n| make(n, [[0.0, 0.0], [size, size]], spread, &STOPS));
                gradient.positions = vec![
                    DVec2::ZERO,
                    DVec2::new(0.3 * size, 0.2),
                    DVec2::new(3.0, -50.0),
                ];
                let v = vec![1.0; gradient.theta.len()];
                let finite = |list: Vec<f64>| list.iter().all(|x| x.is_finite());
                assert!(
                    finite(fixture::jvp(&gradient, &gradient.theta, &v)),
                    "{size}"
                );
                assert!(
                    finite(fixture::vjp(&gradient, &gradient.theta, &[1.0; 12])),
                    "{size}"
                );
            }
        }
    }
}

/// Every kind of paint under transforms, seen at points without a kink.
pub(super) fn every_paint() -> Vec<Painted> {
    let list = [
        (0.1, [0.9, 0.2, 0.1, 0.8]),
        (0.4, [0.3, 0.7, 0.5, 0.6]),
        (0.8, [0.1, 0.4, 0.9, 0.9]),
    ];
    let mut paints = vec![Painted::new(|n| Paint::Solid(n.color(list[0].1)))];
    for spread in SPREADS {
        paints.push(Painted::new(|n| {
            linear(n, [[1.0, 2.0], [9.0, 5.0]], spread, &list)
        }));
        paints.push(Painted::new(|n| {
            radial(n, [[1.0, 2.0], [9.0, 5.0]], spread, &list)
        }));
    }
    for paint in &mut paints {
        let mut numbers = Numbers {
            theta: std::mem::take(&mut paint.theta),
        };
        paint.opacity = numbers.real(0.7);
        paint.transforms = numbers.transforms();
        paint.theta = numbers.theta;
        paint.positions = (0..40)
            .map(|i| 20.0 * DVec2::new((0.7 * f64::from(i)).sin(), (1.9 * f64::from(i)).cos()))
            .collect();
    }
    paints
}

#[test]
fn tangents_agree_with_central_differences() {
    for paint in every_paint() {
        // Intervals of t of 0.3 and lengths of some pixels keep third derivatives below 10⁴.
        fixture::check_columns(&paint, &paint.theta, 1e-5, 1e4, &paint.paint);
    }
}

#[test]
fn adjoints_agree_with_tangents() {
    for paint in every_paint() {
        fixture::check_adjoint(&paint, &paint.theta, &paint.paint);
    }
}

#[test]
fn the_derivatives_of_a_sample_are_those_of_all_coefficients() {
    for paint in every_paint() {
        let coefficients: Vec<f64> = paint.coefficients(paint.theta.as_slice());
        for &position in &paint.positions {
            for (index, &coefficient) in coefficients.iter().enumerate() {
                check_coefficient(&paint, &coefficients, index, position);
                assert!(coefficient.is_finite());
            }
        }
    }
}

/// Compares one partial derivative by the active coefficients with the one by all.
fn check_coefficient(paint: &Painted, coefficients: &[f64], index: usize, position: DVec2) {
    let layout = paint.layout();
    let mut tangents = vec![0.0; coefficients.len()];
    tangents[index] = 1.0;
    let pairs = coefficients.iter().zip(&tangents);
    let dual: Vec<Dual<1>> = pairs.map(|(&c, &t)| Dual::new(c, [t])).collect();
    let expected = color_at(layout, &dual, position);
    let (color, tangent) = push_forward(layout, coefficients, &tangents, position);
    assert_eq!(color, expected.map(|c| c.value));
    assert_eq!(tangent, expected.map(|c| c.tangent[0]));
    let is_active = active(layout, coefficients, position)
        .indices()
        .any(|i| i == index);
    assert!(is_active || tangent == [0.0; 4]);
    for (channel, &partial) in tangent.iter().enumerate() {
        let mut color_adjoint = [0.0; 4];
        color_adjoint[channel] = 2.0;
        let mut adjoints = vec![1.0; coefficients.len()];
        pull_back(layout, coefficients, position, color_adjoint, &mut adjoints);
        assert!((adjoints[index] - (1.0 + 2.0 * partial)).abs() <= 1e-12 * (1.0 + partial.abs()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(4), ..Default::default() })]

    /// ⟨w, J v⟩ = ⟨Jᵀ w, v⟩ for the derivatives of a sample, also with equal offsets.
    #[test]
    fn samples_keep_the_adjoint_identity(
        ticks in prop::collection::vec(0_u32..5, 1..6),
        numbers in prop::collection::vec(-1.0..1.0, 128),
        which in 0_usize..9,
    ) {
        let mut ticks = ticks;
        ticks.sort_unstable();
        let spread = SPREADS[which / 3];
        let layout = match which % 3 {
            0 => PaintLayout::Linear { stops: ticks.len(), spread },
            kind => PaintLayout::Radial { stops: ticks.len(), spread, sides: 8 * (kind as u32 - 1) },
        };
        let count = layout.coefficient_count();
        let mut coefficients = numbers[..count].to_vec();
        for (stop, tick) in ticks.iter().enumerate() {
            coefficients[layout.map_count() + STOP * stop] = f64::from(*tick) / 4.0;
        }
        let v = &numbers[36..36 + count];
        let w = [numbers[80], numbers[81], numbers[82], numbers[83]];
        let position = DVec2::new(3.0 * numbers[90], 3.0 * numbers[91]);
        let (_, tangent) = push_forward(layout, &coefficients, v, position);
        let mut adjoints = vec![0.0; count];
        pull_back(layout, &coefficients, position, w, &mut adjoints);
        let forward: f64 = tangent.iter().zip(w).map(|(a, b)| a * b).sum();
        let reverse: f64 = adjoints.iter().zip(v).map(|(a, b)| a * b).sum();
        let scale: f64 = adjoints.iter().zip(v).map(|(a, b)| (a * b).abs()).sum();
        prop_assert!((forward - reverse).abs() <= 1e-12 * (1.0 + scale), "{forward} {reverse}");
        prop_assert!(forward.is_finite());
    }
}
