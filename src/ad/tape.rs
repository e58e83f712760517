use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

use super::Scalar;

/// The record of a computation, to be run backwards.
///
/// A node stores its parents and the partial derivatives with respect to them. Constants are not
/// recorded, so code that works on constants costs nothing.
///
/// ```
/// use reynolds::ad::{Scalar, Tape};
/// let tape = Tape::new();
/// let (x, y) = (tape.variable(3.0), tape.variable(2.0));
/// let z = x * x * y;
/// let adjoints = tape.pull_back(&[(z, 1.0)]);
/// assert_eq!((adjoints.of(x), adjoints.of(y)), (12.0, 9.0));
/// ```
#[derive(Debug, Default)]
pub struct Tape {
    record: RefCell<Record>,
}

#[derive(Debug, Default)]
struct Record {
    /// For each node, where its operands end in `operands`.
    ends: Vec<u32>,
    /// (parent node, partial derivative), node after node.
    operands: Vec<(u32, f64)>,
}

impl Record {
    fn push(&mut self) -> u32 {
        let index = u32::try_from(self.ends.len()).expect("a tape holds fewer than 2^32 nodes");
        let end = u32::try_from(self.operands.len()).expect("a tape holds fewer than 2^32 edges");
        self.ends.push(end);
        index
    }
}

/// A number on a [`Tape`], or a constant.
#[derive(Clone, Copy, Debug)]
pub struct Var<'t> {
    value: f64,
    /// The tape and the node on it; `None` for a constant.
    node: Option<(&'t Tape, u32)>,
}

/// The adjoints of every node of a tape: what [`Tape::pull_back`] returns.
#[derive(Clone, Debug)]
pub struct Adjoints(Vec<f64>);

impl Adjoints {
    /// Returns the adjoint of `var`; 0 for a constant.
    pub fn of(&self, var: Var<'_>) -> f64 {
        var.node.map_or(0.0, |(_, index)| self.0[index as usize])
    }
}

impl Tape {
    /// Returns an empty tape.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records an independent variable.
    pub fn variable(&self, value: f64) -> Var<'_> {
        let index = self.record.borrow_mut().push();
        Var {
            value,
            node: Some((self, index)),
        }
    }

    /// Returns the adjoints of every node, given the adjoints of some outputs (`Jᵀ w`).
    ///
    /// An output may be listed more than once; its adjoints add up.
    pub fn pull_back(&self, outputs: &[(Var<'_>, f64)]) -> Adjoints {
        let record = self.record.borrow();
        let mut adjoints = vec![0.0; record.ends.len()];
        for (var, adjoint) in outputs {
            if let Some((_, index)) = var.node {
                adjoints[index as usize] += adjoint;
            }
        }
        for node in (0..record.ends.len()).rev() {
            let adjoint = adjoints[node];
            if adjoint == 0.0 {
                continue;
            }
            let start = if node == 0 { 0 } else { record.ends[node - 1] };
            for &(parent, partial) in &record.operands[start as usize..record.ends[node] as usize] {
                adjoints[parent as usize] += partial * adjoint;
            }
        }
        Adjoints(adjoints)
    }

    /// Forgets every node and keeps the memory. Variables of before must not be used again, which
    /// the borrow checker sees to.
    pub fn clear(&mut self) {
        let record = self.record.get_mut();
        record.ends.clear();
        record.operands.clear();
    }
}

impl<'t> Var<'t> {
    /// Records `value` as a function of `operands` with these partial derivatives.
    fn record<const N: usize>(value: f64, operands: [(Self, f64); N]) -> Self {
        let tape = operands
            .iter()
            .find_map(|(var, _)| var.node.map(|(tape, _)| tape));
        let Some(tape) = tape else {
            return Self::constant(value);
        };
        let mut record = tape.record.borrow_mut();
        for (var, partial) in operands {
            if let Some((_, index)) = var.node
                && partial != 0.0
            {
                record.operands.push((index, partial));
            }
        }
        let index = record.push();
        Self {
            value,
            node: Some((tape, index)),
        }
    }
}

impl Scalar for Var<'_> {
    fn constant(value: f64) -> Self {
        Self { value, node: None }
    }

    fn value(self) -> f64 {
        self.value
    }

    fn chain(self, value: f64, derivative: f64) -> Self {
        Self::record(value, [(self, derivative)])
    }

    fn linear<const N: usize>(coefficients: [f64; N], terms: [Self; N]) -> Self {
        let value = f64::linear(coefficients, terms.map(|term| term.value));
        Self::record::<N>(value, std::array::from_fn(|i| (terms[i], coefficients[i])))
    }
}

impl Add for Var<'_> {
    type Output = Self;
    fn add(self, rhs: Self) -> Self {
        Self::record(self.value + rhs.value, [(self, 1.0), (rhs, 1.0)])
    }
}

impl Sub for Var<'_> {
    type Output = Self;
    fn sub(self, rhs: Self) -> Self {
        Self::record(self.value - rhs.value, [(self, 1.0), (rhs, -1.0)])
    }
}

impl Mul for Var<'_> {
    type Output = Self;
    fn mul(self, rhs: Self) -> Self {
        Self::record(
            self.value * rhs.value,
            [(self, rhs.value), (rhs, self.value)],
        )
    }
}

impl Div for Var<'_> {
    type Output = Self;
    fn div(self, rhs: Self) -> Self {
        let quotient = self.value / rhs.value;
        let inverse = 1.0 / rhs.value;
        Self::record(quotient, [(self, inverse), (rhs, -quotient * inverse)])
    }
}

impl Neg for Var<'_> {
    type Output = Self;
    fn neg(self) -> Self {
        self.chain(-self.value, -1.0)
    }
}

impl Add<f64> for Var<'_> {
    type Output = Self;
    fn add(self, rhs: f64) -> Self {
        self.chain(self.value + rhs, 1.0)
    }
}

impl Sub<f64> for Var<'_> {
    type Output = Self;
    fn sub(self, rhs: f64) -> Self {
        self.chain(self.value - rhs, 1.0)
    }
}

impl Mul<f64> for Var<'_> {
    type Output = Self;
    fn mul(self, rhs: f64) -> Self {
        self.chain(self.value * rhs, rhs)
    }
}

impl Div<f64> for Var<'_> {
    type Output = Self;
    fn div(self, rhs: f64) -> Self {
        self.chain(self.value / rhs, 1.0 / rhs)
    }
}
