//! Every operation against the `num-dual` crate, and the choices at kinks.

use std::fmt::Debug;

use num_dual::{Dual64, DualNum};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Dxsm;

use super::{Dual, Scalar, Tape};

/// An operation of one or two operands, written twice: for our scalars and for the other crate's.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Operation {
    Add,
    Sub,
    Mul,
    Div,
    Neg,
    AddConstant,
    SubConstant,
    MulConstant,
    DivConstant,
    Linear,
    LinearSame,
    Sqrt,
    Recip,
    Sin,
    Cos,
    SinDegrees,
    CosDegrees,
    Exp,
    Ln,
    Abs,
    Min,
    Max,
    Hypot,
    HypotSame,
    Composite,
}

use Operation::*;

const ALL: [Operation; 25] = [
    Add,
    Sub,
    Mul,
    Div,
    Neg,
    AddConstant,
    SubConstant,
    MulConstant,
    DivConstant,
    Linear,
    LinearSame,
    Sqrt,
    Recip,
    Sin,
    Cos,
    SinDegrees,
    CosDegrees,
    Exp,
    Ln,
    Abs,
    Min,
    Max,
    Hypot,
    HypotSame,
    Composite,
];

fn ours<S: Scalar>(operation: Operation, x: S, y: S) -> S {
    match operation {
        Add => x + y,
        Sub => x - y,
        Mul => x * y,
        Div => x / y,
        Neg => -x,
        AddConstant => x + 1.7,
        SubConstant => x - 1.7,
        MulConstant => x * -2.3,
        DivConstant => x / -2.3,
        Linear => S::linear([2.5, -0.75, 4.0], [x, y, S::constant(3.0)]),
        LinearSame => S::linear([2.5, -0.75], [x, x]),
        Sqrt => x.sqrt(),
        Recip => x.recip(),
        Sin => x.sin(),
        Cos => x.cos(),
        SinDegrees => x.sin_cos_degrees().0,
        CosDegrees => x.sin_cos_degrees().1,
        Exp => x.exp(),
        Ln => x.ln(),
        Abs => x.abs(),
        Min => x.min(y),
        Max => x.max(y),
        Hypot => x.hypot(y),
        HypotSame => x.hypot(x),
        Composite => ((x * y).sin() + x / (y * y + 1.0)).exp() - y.hypot(x * 3.0),
    }
}

fn theirs(operation: Operation, x: Dual64, y: Dual64) -> Dual64 {
    let radian = std::f64::consts::PI / 180.0;
    match operation {
        Add => x + y,
        Sub => x - y,
        Mul => x * y,
        Div => x / y,
        Neg => -x,
        AddConstant => x + 1.7,
        SubConstant => x - 1.7,
        MulConstant => x * -2.3,
        DivConstant => x / -2.3,
        Linear => x * 2.5 - y * 0.75 + 12.0,
        LinearSame => x * 1.75,
        Sqrt => x.sqrt(),
        Recip => x.recip(),
        Sin => x.sin(),
        Cos => x.cos(),
        SinDegrees => (x * radian).sin(),
        CosDegrees => (x * radian).cos(),
        Exp => x.exp(),
        Ln => x.ln(),
        Abs => (x * x).sqrt(),
        Min => (x + y - ((x - y) * (x - y)).sqrt()) * 0.5,
        Max => (x + y + ((x - y) * (x - y)).sqrt()) * 0.5,
        Hypot => (x * x + y * y).sqrt(),
        HypotSame => (x * x * 2.0).sqrt(),
        Composite => ((x * y).sin() + x / (y * y + 1.0)).exp() - (y * y + x * x * 9.0).sqrt(),
    }
}

/// Value and partial derivatives.
type Jet = (f64, [f64; 2]);

fn forward(operation: Operation, x: f64, y: f64) -> Jet {
    let z = ours(operation, Dual::<2>::variable(x, 0), Dual::variable(y, 1));
    (z.value, z.tangent)
}

fn reverse(operation: Operation, x: f64, y: f64) -> Jet {
    let tape = Tape::new();
    let (x, y) = (tape.variable(x), tape.variable(y));
    let z = ours(operation, x, y);
    let adjoints = tape.pull_back(&[(z, 1.0)]);
    (z.value(), [adjoints.of(x), adjoints.of(y)])
}

fn peer(operation: Operation, x: f64, y: f64) -> Jet {
    let by_x = theirs(operation, Dual64::new(x, 1.0), Dual64::new(y, 0.0));
    let by_y = theirs(operation, Dual64::new(x, 0.0), Dual64::new(y, 1.0));
    (by_x.re, [by_x.eps, by_y.eps])
}

fn assert_close(actual: f64, expected: f64, scale: f64, what: impl Debug) {
    let error = (actual - expected).abs();
    assert!(
        error <= 1e-13 * (1.0 + expected.abs() + scale),
        "{what:?}: {actual} is not {expected}"
    );
}

#[test]
fn every_operation_agrees_with_num_dual() {
    let mut random = Pcg64Dxsm::seed_from_u64(1);
    for operation in ALL {
        for _ in 0..500 {
            let (mut x, y) = (
                random.random_range(-3.0..3.0),
                random.random_range(-3.0..3.0),
            );
            if matches!(operation, Sqrt | Ln) {
                x = f64::abs(x);
            }
            let expected = peer(operation, x, y);
            // The other crate's quotient rule rounds terms as large as (x / y)².
            let scale = expected.1[0].powi(2) + expected.1[1].powi(2);
            assert_close(ours(operation, x, y), expected.0, scale, (operation, x, y));
            for jet in [forward(operation, x, y), reverse(operation, x, y)] {
                assert_close(jet.0, expected.0, scale, (operation, x, y));
                assert_close(jet.1[0], expected.1[0], scale, (operation, x, y, "by x"));
                assert_close(jet.1[1], expected.1[1], scale, (operation, x, y, "by y"));
            }
        }
    }
}

#[test]
fn kinks_take_the_documented_element() {
    // (operation, x, y, expected value and partial derivatives)
    let cases = [
        (Sqrt, 0.0, 0.0, (0.0, [0.0, 0.0])),
        (Abs, 0.0, 0.0, (0.0, [0.0, 0.0])),
        (Abs, -0.0, 0.0, (0.0, [0.0, 0.0])),
        (Min, 2.0, 2.0, (2.0, [1.0, 0.0])),
        (Max, 2.0, 2.0, (2.0, [1.0, 0.0])),
        (Hypot, 0.0, 0.0, (0.0, [0.0, 0.0])),
        (Hypot, 0.0, -2.0, (2.0, [0.0, -1.0])),
        (HypotSame, 0.0, 0.0, (0.0, [0.0, 0.0])),
    ];
    for (operation, x, y, expected) in cases {
        assert_eq!(forward(operation, x, y), expected, "{operation:?}");
        assert_eq!(reverse(operation, x, y), expected, "{operation:?}");
    }
}

#[test]
fn hypot_neither_overflows_nor_underflows() {
    for size in [1e-300, 1.0, 1e300] {
        let (value, partials) = forward(Hypot, 3.0 * size, 4.0 * size);
        assert_close(value / size, 5.0, 0.0, size);
        assert_close(partials[0], 0.6, 0.0, size);
        assert_close(partials[1], 0.8, 0.0, size);
    }
}

#[test]
fn sines_of_quarter_turns_are_exact() {
    let radian = std::f64::consts::PI / 180.0;
    for (degrees, sin, cos) in [
        (0.0, 0.0, 1.0),
        (90.0, 1.0, 0.0),
        (180.0, 0.0, -1.0),
        (-90.0, -1.0, 0.0),
    ] {
        assert_eq!(
            forward(SinDegrees, degrees, 0.0),
            (sin, [cos * radian, 0.0])
        );
        assert_eq!(
            forward(CosDegrees, degrees, 0.0),
            (cos, [-sin * radian, 0.0])
        );
    }
}

#[test]
fn constants_have_no_derivative_and_no_node() {
    let tape = Tape::new();
    let x = tape.variable(2.0);
    for operation in ALL {
        let constant = ours(operation, Dual::<1>::constant(2.0), Dual::constant(0.7));
        assert_eq!(constant.tangent, [0.0], "{operation:?}");
        let constant: super::Var = ours(operation, Scalar::constant(2.0), Scalar::constant(0.7));
        assert_eq!(constant.value(), ours(operation, 2.0, 0.7));
        assert_eq!(
            tape.pull_back(&[(constant, 1.0), (x, 1.0)]).of(constant),
            0.0
        );
    }
}

#[test]
fn outputs_on_a_tape_add_up_and_clearing_forgets() {
    let mut tape = Tape::new();
    let x = tape.variable(3.0);
    let (square, double) = (x * x, x + x);
    let adjoints = tape.pull_back(&[(square, 1.0), (double, 10.0), (square, 1.0), (x, 0.5)]);
    assert_eq!(adjoints.of(x), 2.0 * 6.0 + 10.0 * 2.0 + 0.5);
    tape.clear();
    let y = tape.variable(5.0);
    assert_eq!(tape.pull_back(&[(y * y, 1.0)]).of(y), 10.0);
}
