use std::cell::RefCell;

use crate::ad::{Adjoints, Scalar, Tape, Var};
use crate::geometry::Vec2;

use super::{Color, ParameterId, Point, Real};

/// Gives the numbers of a scene as scalars of one kind.
///
/// All code that turns shapes into outlines and fills into paints reads the scene through this,
/// and so works for values, tangents and adjoints alike.
pub trait Lift<S: Scalar> {
    /// Returns a parameter as a scalar.
    fn parameter(&self, id: ParameterId) -> S;

    /// Returns a number of the scene as a scalar.
    fn real(&self, real: Real) -> S {
        match real {
            Real::Parameter(id) => self.parameter(id),
            Real::Constant(value) => S::constant(value),
        }
    }

    /// Returns a point or a vector.
    fn point(&self, point: Point) -> Vec2<S> {
        Vec2::new(self.real(point.x), self.real(point.y))
    }

    /// Returns a straight colour: red, green, blue, alpha.
    fn color(&self, color: Color) -> [S; 4] {
        [color.r, color.g, color.b, color.a].map(|real| self.real(real))
    }
}

/// θ lifted already: one scalar a parameter.
impl<S: Scalar> Lift<S> for [S] {
    fn parameter(&self, id: ParameterId) -> S {
        self[id.index()]
    }
}

/// Lifts parameters to leaves of a tape and remembers which leaf stands for which parameter.
///
/// Every access makes a leaf of its own, so a tape holds only what one shape uses.
///
/// ```
/// use reynolds::ad::Tape;
/// use reynolds::scene::{Lift, ParameterId, TapeLift};
/// let tape = Tape::new();
/// let lift = TapeLift::new(&tape, &[3.0, 2.0]);
/// let x = lift.parameter(ParameterId::new(0));
/// let y = lift.parameter(ParameterId::new(1));
/// let mut gradient = [0.0; 2];
/// lift.accumulate(&tape.pull_back(&[(x * y, 1.0)]), &mut gradient);
/// assert_eq!(gradient, [2.0, 3.0]);
/// ```
#[derive(Debug)]
pub struct TapeLift<'t> {
    tape: &'t Tape,
    theta: &'t [f64],
    leaves: RefCell<Vec<(Var<'t>, ParameterId)>>,
}

impl<'t> TapeLift<'t> {
    /// Returns a lift of the parameter vector `theta` to leaves of `tape`.
    pub fn new(tape: &'t Tape, theta: &'t [f64]) -> Self {
        Self {
            tape,
            theta,
            leaves: RefCell::default(),
        }
    }

    /// Adds the adjoints of all leaves to those of their parameters.
    ///
    /// # Panics
    /// If `theta_bar` is shorter than θ.
    pub fn accumulate(&self, adjoints: &Adjoints, theta_bar: &mut [f64]) {
        for (id, adjoint) in self.adjoints(adjoints) {
            theta_bar[id.index()] += adjoint;
        }
    }

    /// Lists the adjoints of all leaves with their parameters; a parameter may come more than once.
    pub fn adjoints(&self, adjoints: &Adjoints) -> Vec<(ParameterId, f64)> {
        let leaves = self.leaves.borrow();
        let list = leaves.iter().map(|&(leaf, id)| (id, adjoints.of(leaf)));
        list.collect()
    }
}

impl<'t> Lift<Var<'t>> for TapeLift<'t> {
    fn parameter(&self, id: ParameterId) -> Var<'t> {
        let leaf = self.tape.variable(self.theta[id.index()]);
        self.leaves.borrow_mut().push((leaf, id));
        leaf
    }
}
