//! How fast the variance falls with the number N of samples, by sampler and kind of integrand.
//!
//! Every squared error is of an independent randomisation of the whole set, against the exact
//! integral; jumps and kinks have random places, so that none aliases with a grid. Exponents are
//! fitted over the range of N named below and are within 0.1 of theory, with 95% bootstrap
//! intervals narrower than 0.3.

use std::f64::consts::{E, PI};

use super::super::{Key, Sampler, Stream};
use crate::statistics::{SquaredErrors, fit_power_law};
use Sampler::*;

/// How near an exponent has to be to that of theory.
const NEAR: f64 = 0.1;
/// How wide its interval may be.
const WIDTH: f64 = 0.3;

/// An integrand with two random numbers and, given these, its integral.
struct Integrand<const D: usize> {
    name: &'static str,
    value: fn([f64; D], [f64; 2]) -> f64,
    integral: fn([f64; 2]) -> f64,
}

/// Squared errors by integrand and budget, all integrands at the same points.
fn errors<const D: usize>(
    integrands: &[Integrand<D>],
    budgets: &[u32],
    replicates: u64,
    sample: impl Fn(Key, u32, u32) -> [f64; D],
) -> Vec<Vec<SquaredErrors>> {
    let mut all = vec![Vec::new(); integrands.len()];
    for &count in budgets {
        let mut values = vec![Vec::new(); integrands.len()];
        for replicate in 0..replicates {
            let root = Key::new(31, Stream::Replicate)
                .child(u64::from(count))
                .child(replicate);
            let place = root.child(1).pair();
            let mut sums = vec![0.0; integrands.len()];
            for index in 0..count {
                let point = sample(root.child(0), index, count);
                for (sum, integrand) in sums.iter_mut().zip(integrands) {
                    *sum += (integrand.value)(point, place);
                }
            }
            for ((values, sum), integrand) in values.iter_mut().zip(sums).zip(integrands) {
                let error = sum / f64::from(count) - (integrand.integral)(place);
                values.push(error * error);
            }
        }
        for (all, values) in all.iter_mut().zip(values) {
            let budget = f64::from(count);
            all.push(SquaredErrors { budget, values });
        }
    }
    all
}

/// Checks exponents; NaN stands where theory has no number.
fn check<const D: usize>(
    sampler: Sampler,
    integrands: &[Integrand<D>],
    expected: &[f64],
    errors: &[Vec<SquaredErrors>],
) {
    let mut failures = Vec::new();
    for ((integrand, &expected), errors) in integrands.iter().zip(expected).zip(errors) {
        let law = fit_power_law(errors, 5);
        let [low, high] = law.interval;
        let what = format!(
            "{sampler}, {}: N^{:.3} in [{low:.3}, {high:.3}], theory {expected}",
            integrand.name, law.exponent
        );
        let near = (law.exponent - expected).abs() <= NEAR && high - low < WIDTH;
        if !near && !expected.is_nan() {
            failures.push(what);
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

/// The middle of a disc of radius [`RADIUS`] that lies in the square.
fn middle([u, v]: [f64; 2]) -> [f64; 2] {
    [0.35 + 0.3 * u, 0.35 + 0.3 * v]
}

const RADIUS: f64 = 0.3;

fn squared_distance(p: [f64; 2], place: [f64; 2]) -> f64 {
    let m = middle(place);
    (p[0] - m[0]).powi(2) + (p[1] - m[1]).powi(2)
}

const PLANE: [Integrand<2>; 7] = [
    Integrand {
        name: "smooth",
        value: |[x, y], _| (x * (1.0 + y)).exp(),
        integral: |_| SMOOTH,
    },
    Integrand {
        name: "additive",
        value: |[x, y], _| x.exp() + (y * PI).sin() + y,
        integral: |_| E - 1.0 + 2.0 / PI + 0.5,
    },
    Integrand {
        name: "curved jump",
        value: |p, place| f64::from(squared_distance(p, place) < RADIUS * RADIUS),
        integral: |_| PI * RADIUS * RADIUS,
    },
    Integrand {
        name: "axis-parallel jump",
        value: |[x, _], [u, _]| f64::from(x < u),
        integral: |[u, _]| u,
    },
    Integrand {
        name: "kink",
        value: |[x, y], place| {
            let paraboloid = RADIUS * RADIUS - squared_distance([x, y], place);
            (x * (1.0 + y)).exp() + 24.0 * paraboloid.max(0.0)
        },
        integral: |_| SMOOTH + 12.0 * PI * RADIUS.powi(4),
    },
    Integrand {
        name: "jump that varies along an axis",
        value: |[x, y], [u, _]| f64::from(x < u) * (4.0 * y - 2.0),
        integral: |_| 0.0,
    },
    Integrand {
        name: "additive with kinks",
        value: |[x, y], [u, v]| (x - u).abs() + (y - v).abs(),
        integral: |[u, v]| u * u - u + v * v - v + 1.0,
    },
];

/// ∫∫ exp(x (1 + y)) = ∫ (exp(1 + y) − 1) / (1 + y) dy = Ein(2) − Ein(1) with
/// Ein(z) = Σ zᵏ / (k · k!).
const SMOOTH: f64 = 3.683_871_510_540_41 - 1.317_902_151_454_404;

#[test]
fn the_constant_is_right() {
    let ein = |z: f64| {
        let mut term = 1.0;
        (1..40).fold(0.0, |sum, k| {
            term *= z / f64::from(k);
            sum + term / f64::from(k)
        })
    };
    assert!((ein(2.0) - ein(1.0) - SMOOTH).abs() < 1e-14, "{}", ein(2.0));
}

/// N = 256 … 16384, powers of 4.
fn plane(sampler: Sampler, expected: [f64; 7]) {
    let budgets = [256, 1024, 4096, 16384];
    let errors = errors(&PLANE, &budgets, 300, |key, index, count| {
        sampler.pixel_sample(key, index, count)
    });
    check(sampler, &PLANE, &expected, &errors);
}

#[test]
fn plane_independent() {
    plane(Independent, [-1.0; 7]);
    plane(Antithetic, [-1.0; 7]);
}

#[test]
fn plane_stratified() {
    plane(Stratified, [-2.0, -2.0, -1.5, -1.5, -2.0, -1.5, -2.0]);
    plane(
        StratifiedAntithetic,
        [-3.0, -3.0, -1.5, -1.5, -2.5, -1.5, -2.5],
    );
}

#[test]
fn plane_latin() {
    plane(LatinHypercube, [-1.0, -3.0, -1.0, -2.0, -1.0, -1.0, -3.0]);
    plane(MultiJittered, [-2.0, -3.0, -1.5, -2.0, -2.0, -1.5, -3.0]);
    plane(
        CorrelatedMultiJittered,
        [-1.5, -3.0, -1.5, -2.0, -1.5, -1.5, -3.0],
    );
}

#[test]
fn plane_sequences() {
    plane(Sobol, [-2.9, -3.0, -1.5, -2.0, -2.5, -2.0, -3.0]);
    plane(Halton, [-2.0, -2.0, -1.5, -2.0, -2.0, -1.9, -2.0]);
}

/// One shift for all points: their errors add up unless the integrand is periodic, as a disc within
/// the square is. Its Fourier coefficients fall as |k|^(−3/2); the variance is the sum of their
/// squares over the multiples of √N.
#[test]
fn plane_systematic() {
    plane(Systematic, [-1.0, -1.0, -1.5, -1.0, -1.0, -1.0, f64::NAN]);
}

const LINE: [Integrand<1>; 3] = [
    Integrand {
        name: "smooth",
        value: |[t], _| t.exp(),
        integral: |_| E - 1.0,
    },
    Integrand {
        name: "jump",
        value: |[t], [u, _]| f64::from(t < u),
        integral: |[u, _]| u,
    },
    Integrand {
        name: "kink",
        value: |[t], [u, _]| (t - u).abs(),
        integral: |[u, _]| (u * u + (1.0 - u) * (1.0 - u)) / 2.0,
    },
];

/// N = 64 … 4096.
fn line(sampler: Sampler, expected: [f64; 3]) {
    let budgets = [64, 256, 1024, 4096];
    let errors = errors(&LINE, &budgets, 1000, |key, index, count| {
        [sampler.edge_sample(key, index, count)]
    });
    check(sampler, &LINE, &expected, &errors);
}

#[test]
fn lines() {
    line(Independent, [-1.0; 3]);
    line(Stratified, [-3.0, -2.0, -3.0]);
    line(Systematic, [-2.0; 3]);
    line(Sobol, [-3.0, -2.0, -3.0]);
    // Beside its kink |t − u| is linear, which pairs integrate exactly: what is left is one part
    // of length h = 2/N, over which the mean of a pair varies by h, so h² h² of variance. The
    // exponent of −3 holds for kinks at which a derivative is infinite.
    line(StratifiedAntithetic, [-5.0, -2.0, -4.0]);
}
