//! Flattened curves against the curves.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Dxsm;

use super::*;

fn flatten<const N: usize>(control: &[DVec2; N], tolerance: f64) -> Vec<f64> {
    let mut parameters = Vec::new();
    super::flatten(control, tolerance, &mut parameters);
    parameters
}

const TOLERANCES: [f64; 3] = [0.5, 1.0 / 16.0, 1.0 / 256.0];

fn point_at<const N: usize>(control: &[DVec2; N], t: f64) -> DVec2 {
    let weights = bernstein::<N>(t);
    (0..N).map(|i| weights[i] * control[i]).sum()
}

/// The largest distance of points of the curve from their chords, by dense sampling.
fn measured_deviation<const N: usize>(control: &[DVec2; N], parameters: &[f64]) -> f64 {
    let mut from = 0.0;
    let mut largest: f64 = 0.0;
    for &to in parameters {
        let (a, b) = (point_at(control, from), point_at(control, to));
        for i in 0..=100 {
            let p = point_at(control, from + (to - from) * f64::from(i) / 100.0);
            largest = largest.max(distance_to_segment(p, a, b));
        }
        from = to;
    }
    largest
}

fn check<const N: usize>(control: &[DVec2; N], tolerance: f64) -> usize {
    let parameters = flatten(control, tolerance);
    assert_eq!(parameters.last(), Some(&1.0));
    assert!(parameters.is_sorted(), "{control:?}: {parameters:?}");
    let deviation = measured_deviation(control, &parameters);
    let rounding = 1e-12 * control.iter().map(|p| p.length()).fold(0.0, f64::max);
    assert!(
        deviation <= tolerance + rounding,
        "{control:?}: {deviation} is more than {tolerance}"
    );
    parameters.len()
}

/// Wang's bound: as many equal steps of the parameter keep the tolerance.
fn wang<const N: usize>(control: &[DVec2; N], tolerance: f64) -> f64 {
    let degree = (N - 1) as f64;
    let second = control
        .windows(3)
        .map(|p| (p[0] - 2.0 * p[1] + p[2]).length());
    let largest = second.fold(0.0, f64::max);
    (degree * (degree - 1.0) * largest / (8.0 * tolerance))
        .sqrt()
        .ceil()
        .max(1.0)
}

fn random_control<const N: usize>(random: &mut Pcg64Dxsm, size: f64) -> [DVec2; N] {
    std::array::from_fn(|_| {
        DVec2::new(
            random.random_range(0.0..size),
            random.random_range(0.0..size),
        )
    })
}

#[test]
fn random_curves_keep_the_tolerance_with_fewer_pieces_than_equal_steps() {
    let mut random = Pcg64Dxsm::seed_from_u64(3);
    for size in [1.0, 30.0, 1000.0] {
        for tolerance in TOLERANCES {
            let (mut planned, mut equal) = (0.0, 0.0);
            for _ in 0..200 {
                let cubic: [DVec2; 4] = random_control(&mut random, size);
                let quadratic: [DVec2; 3] = random_control(&mut random, size);
                planned += (check(&cubic, tolerance) + check(&quadratic, tolerance)) as f64;
                equal += wang(&cubic, tolerance) + wang(&quadratic, tolerance);
            }
            if size > 10.0 {
                assert!(
                    planned < 0.8 * equal,
                    "{planned} pieces, {equal} by equal steps"
                );
            }
        }
    }
}

#[test]
fn integer_control_points_keep_the_tolerance() {
    // Cusps, loops, collinear and coincident points abound on a small grid.
    let grid = |i: u32| DVec2::new(f64::from(i % 3), f64::from(i / 3)) * 20.0;
    for code in 0..9_u32.pow(4) {
        let control = std::array::from_fn(|k| grid(code / 9_u32.pow(k as u32) % 9));
        check::<4>(&control, 1.0 / 64.0);
    }
    for code in 0..9_u32.pow(3) {
        let control = std::array::from_fn(|k| grid(code / 9_u32.pow(k as u32) % 9));
        check::<3>(&control, 1.0 / 64.0);
    }
}

#[test]
fn near_cusps_keep_the_tolerance() {
    for exponent in 0..14 {
        let gap = 10.0_f64.powi(-exponent);
        for sign in [-1.0, 0.0, 1.0] {
            let crossing = [
                DVec2::ZERO,
                DVec2::new(100.0 + sign * gap, 100.0),
                DVec2::new(0.0, 100.0),
                DVec2::new(100.0, 0.0),
            ];
            let turning = [
                DVec2::ZERO,
                DVec2::new(100.0, sign * gap),
                DVec2::new(30.0, 0.0),
            ];
            for tolerance in TOLERANCES {
                check(&crossing, tolerance);
                check(&turning, tolerance);
            }
        }
    }
}

#[test]
fn straight_curves_take_one_piece_and_turns_on_a_line_one_more_each() {
    let on_line = |x: f64| DVec2::new(3.0 * x, 4.0 * x);
    assert_eq!(flatten(&[0.0, 1.0, 5.0, 6.0].map(on_line), 0.01), [1.0]);
    assert_eq!(flatten(&[0.0, 1.0, 5.0].map(on_line), 0.01), [1.0]);
    assert_eq!(flatten(&[2.0, 2.0, 2.0, 2.0].map(on_line), 0.01), [1.0]);
    // 2 s t · 9 + t² · 3 turns where 18 − 30 t = 0.
    let turn = flatten(&[0.0, 9.0, 3.0].map(on_line), 0.01);
    assert_eq!(turn.len(), 2);
    assert!((turn[0] - 0.6).abs() < 1e-12);
    // 3 s² t · 10 − 3 s t² · 9 + t³ turns twice.
    assert_eq!(flatten(&[0.0, 10.0, -9.0, 1.0].map(on_line), 0.01).len(), 3);
}

#[test]
fn a_quarter_circle_takes_the_number_of_chords_that_a_circle_asks_for() {
    // A chord of angle α leaves a circle of radius r by r (1 − cos α/2).
    let kappa = 0.552_284_75;
    for radius in [5.0, 50.0, 500.0] {
        let control = [[1.0, 0.0], [1.0, kappa], [kappa, 1.0], [0.0, 1.0]];
        let control = control.map(|p| radius * DVec2::from(p));
        for tolerance in TOLERANCES {
            let angle = 2.0 * (1.0 - tolerance / radius).acos();
            let ideal = std::f64::consts::FRAC_PI_2 / angle;
            let count = check(&control, tolerance) as f64;
            assert!(
                count <= 1.05 * ideal + 2.0,
                "{count} pieces, {ideal} are enough"
            );
        }
    }
}

#[test]
fn bernstein_weights_sum_to_one_and_are_exact_at_the_ends() {
    assert_eq!(bernstein::<4>(0.0), [1.0, 0.0, 0.0, 0.0]);
    assert_eq!(bernstein::<3>(1.0), [0.0, 0.0, 1.0]);
    for i in 0..=100 {
        let t = f64::from(i) / 100.0;
        assert!((bernstein::<4>(t).iter().sum::<f64>() - 1.0).abs() < 1e-15);
        assert!((bernstein::<3>(t).iter().sum::<f64>() - 1.0).abs() < 1e-15);
    }
}

#[test]
fn thin_and_uneven_curves_keep_the_tolerance() {
    let mut random = Pcg64Dxsm::seed_from_u64(5);
    for _ in 0..5000 {
        let squeeze = 10.0_f64.powf(random.random_range(-6.0..0.0));
        let size = 10.0_f64.powf(random.random_range(-1.0..4.0));
        let spread = random.random_range(1.0..6.0);
        // A power crowds the control points around 0.
        let mut coordinate = || {
            let x: f64 = random.random_range(-1.0..1.0);
            size * x.signum() * x.abs().powf(spread)
        };
        let cubic: [DVec2; 4] =
            std::array::from_fn(|_| DVec2::new(coordinate(), squeeze * coordinate()));
        let quadratic = [cubic[0], cubic[1], cubic[2]];
        check(&cubic, 1.0 / 64.0);
        check(&quadratic, 1.0 / 64.0);
    }
}
