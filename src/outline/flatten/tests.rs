//! Flattened curves against the curves.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Dxsm;

use super::deviation::distance_to_segment;
use super::*;

const TOLERANCES: [f64; 3] = [0.5, 1.0 / 16.0, 1.0 / 256.0];

/// The weights of the vertices between the ends.
fn weights<const N: usize>(control: &[DVec2; N], tolerance: f64) -> Vec<Weights> {
    let mut flattener = Flattener::default();
    flattener.add(control);
    let mut weights = Vec::new();
    flattener.flatten(tolerance).append_next(&mut weights);
    weights
}

/// The vertices of the polyline, both ends included.
fn flatten<const N: usize>(control: &[DVec2; N], tolerance: f64) -> Vec<DVec2> {
    let weights = weights(control, tolerance);
    let inner = weights
        .iter()
        .map(|weights| (0..N).map(|i| weights[i] * control[i]).sum());
    std::iter::once(control[0])
        .chain(inner)
        .chain([control[N - 1]])
        .collect()
}

/// The largest distance of points of the curve from their edges, by dense sampling, and of vertices
/// from their points of the curve.
fn measured_deviation(curve: &Curve, stations: &[Station]) -> f64 {
    let mut largest: f64 = 0.0;
    for pair in stations.windows(2) {
        let (from, to) = (&pair[0], &pair[1]);
        let [a, b] = [from, to].map(|station| curve.vertex(station));
        for i in 0..=100 {
            let p = curve.at(from.t + (to.t - from.t) * f64::from(i) / 100.0);
            largest = largest.max(distance_to_segment(p, a, b));
        }
        largest = largest.max(curve.at(to.t).distance(b));
    }
    largest
}

fn check<const N: usize>(control: &[DVec2; N], tolerance: f64) -> usize {
    let mut flattener = Flattener::default();
    flattener.add(control);
    let curve = flattener.curves[0].curve;
    let mut control = *control;
    if flattener.curves[0].is_reversed {
        control.reverse();
    }
    let end = |t| Station {
        t,
        bend: 0.0,
        slide: 0.0,
    };
    let mut stations = vec![end(0.0)];
    let mut flattened = flattener.flatten(tolerance);
    flattened.next_stations(|station| stations.push(*station));
    stations.push(end(1.0));
    assert!(stations.is_sorted_by(|a, b| a.t < b.t), "{control:?}");
    let deviation = measured_deviation(&curve, &stations);
    let size = control.iter().map(|p| p.length()).fold(0.0, f64::max);
    assert!(
        deviation <= tolerance + 1e-12 * size,
        "{control:?}: {deviation} is more than {tolerance}"
    );
    // The weights make the vertices.
    for station in &stations {
        let weights = curve.weights(station);
        let position: DVec2 = (0..N).map(|i| weights[i] * control[i]).sum();
        let rounding = 1e-11 * size * (1.0 + station.bend + station.slide.abs());
        let vertex = curve.vertex(station);
        assert!(position.distance(vertex) <= rounding, "{control:?}");
    }
    stations.len() - 1
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
fn enormous_curves_end_although_they_need_more_pieces_than_there_may_be() {
    // Thin ellipses, as arcs that are scaled up to reach their ends, at all sizes.
    let kappa = 0.552_284_75;
    let control = [[1.0, 0.0], [1.0, kappa], [kappa, 1.0], [0.0, 1.0]].map(DVec2::from);
    for exponent in 4..=17 {
        for thinness in [1.0, 4e-3, 1e-6] {
            for turn in 0..8 {
                let size = 10.0_f64.powi(exponent);
                let axes = DVec2::new(size, size * thinness);
                let rotation = DVec2::from_angle(f64::from(turn));
                let count = flatten(&control.map(|p| rotation.rotate(p * axes)), 1e-3).len();
                assert!(count <= 2 * MAX_SEGMENTS, "{count} vertices");
            }
        }
    }
}

#[test]
fn straight_curves_take_one_piece_and_turns_on_a_line_one_more_each() {
    let on_line = |x: f64| DVec2::new(3.0 * x, 4.0 * x);
    assert_eq!(flatten(&[0.0, 1.0, 5.0, 6.0].map(on_line), 0.01).len(), 2);
    assert_eq!(flatten(&[0.0, 1.0, 5.0].map(on_line), 0.01).len(), 2);
    assert_eq!(flatten(&[2.0, 2.0, 2.0, 2.0].map(on_line), 0.01).len(), 2);
    // 2 s t · 9 + t² · 3 turns where 18 − 30 t = 0.
    let turn = flatten(&[0.0, 9.0, 3.0].map(on_line), 0.01);
    assert_eq!(turn.len(), 3);
    assert!(turn[1].distance(on_line(2.0 * 0.4 * 0.6 * 9.0 + 0.36 * 3.0)) < 1e-12);
    // 3 s² t · 10 − 3 s t² · 9 + t³ turns twice.
    assert_eq!(flatten(&[0.0, 10.0, -9.0, 1.0].map(on_line), 0.01).len(), 4);
}

#[test]
fn a_curve_and_the_same_backwards_have_the_same_vertices() {
    let mut random = Pcg64Dxsm::seed_from_u64(7);
    for _ in 0..200 {
        let cubic: [DVec2; 4] = random_control(&mut random, 50.0);
        let quadratic: [DVec2; 3] = random_control(&mut random, 50.0);
        let pairs = [
            (flatten(&cubic, 0.01), {
                let [a, b, c, d] = cubic;
                flatten(&[d, c, b, a], 0.01)
            }),
            (flatten(&quadratic, 0.01), {
                let [a, b, c] = quadratic;
                flatten(&[c, b, a], 0.01)
            }),
        ];
        for (forwards, backwards) in pairs {
            assert_eq!(forwards.len(), backwards.len());
            for (p, q) in forwards.iter().zip(backwards.iter().rev()) {
                // The same weights, summed in another order.
                assert!(p.distance(*q) <= 8.0 * f64::EPSILON * 50.0, "{p} and {q}");
            }
        }
    }
}

#[test]
fn what_curves_are_flattened_together_makes_no_difference() {
    let mut random = Pcg64Dxsm::seed_from_u64(11);
    let mut together = Flattener::default();
    let mut alone = Vec::new();
    for index in 0..100 {
        // Short and long, straight ones and turns on a line among them.
        let size = 10.0_f64.powi(index % 5 - 1);
        let mut cubic: [DVec2; 4] = random_control(&mut random, size);
        if index % 7 == 0 {
            cubic = cubic.map(|point| DVec2::splat(point.x));
        }
        let quadratic = [cubic[0], cubic[1], cubic[2]];
        together.add(&cubic);
        together.add(&quadratic);
        alone.extend([weights(&cubic, 0.01), weights(&quadratic, 0.01)]);
    }
    let mut together = together.flatten(0.01);
    for expected in alone {
        let mut found = Vec::new();
        together.append_next(&mut found);
        assert_eq!(found, expected);
    }
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
            // Half the deviation inside, half outside. Steps aim at 0.96 of the tolerance and
            // are 0.98 of what that takes: 1/(0.98 · √0.96) = 1.042.
            let ideal = std::f64::consts::FRAC_PI_2 / angle / std::f64::consts::SQRT_2;
            let count = check(&control, tolerance) as f64;
            assert!(
                count <= 1.06 * ideal + 2.0,
                "{count} pieces, {ideal} are enough"
            );
        }
    }
}

#[test]
fn weights_sum_to_one() {
    let control = [[0.0, 0.0], [3.0, 9.0], [11.0, -4.0], [20.0, 7.0]].map(DVec2::from);
    let mut all = weights(&control, 0.01);
    all.extend(weights(&[control[0], control[1], control[2]], 0.01));
    for weights in all {
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-14);
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
