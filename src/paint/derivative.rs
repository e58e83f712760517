use glam::DVec2;

use crate::ad::{Dual, Scalar};

use super::PaintLayout;
use super::color::{between, gradient_parameter, premultiply};
use super::layout::{LINEAR_MAP, RADIAL_MAP, STOP};
use super::piece::Piece;

/// The most coefficients that a colour depends on at one point: a map and two stops.
const MAX_ACTIVE: usize = RADIAL_MAP + 2 * STOP;

/// The coefficients of a paint on which its colour at one point depends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Active {
    layout: PaintLayout,
    /// The part of a gradient that shows.
    piece: Option<Piece>,
}

impl Active {
    /// Returns how many coefficients there are, at most 16.
    pub fn count(self) -> usize {
        match self.piece {
            None => self.layout.coefficient_count(),
            Some(piece) => self.layout.map_count() + STOP * piece.count,
        }
    }

    /// Iterates over their places among the coefficients of the paint.
    pub fn indices(self) -> impl Iterator<Item = usize> {
        let map = self.layout.map_count();
        let first = self.piece.map_or(0, |piece| STOP * piece.first);
        let rest = self.count() - map;
        (0..map).chain(map + first..map + first + rest)
    }

    /// Returns the active coefficients as scalars made from their rank and their place; the rest of
    /// the array is zero.
    fn gather<S: Scalar>(self, scalar: impl Fn(usize, usize) -> S) -> [S; MAX_ACTIVE] {
        let mut gathered = [S::constant(0.0); MAX_ACTIVE];
        for (rank, index) in self.indices().enumerate() {
            gathered[rank] = scalar(rank, index);
        }
        gathered
    }

    /// Returns the colour as a function of the gathered coefficients.
    fn color<S: Scalar>(self, gathered: &[S; MAX_ACTIVE], position: DVec2) -> [S; 4] {
        let (map, stops) = gathered[..self.count()].split_at(self.layout.map_count());
        match self.piece {
            None => std::array::from_fn(|c| stops[c]),
            Some(piece) => {
                let t = gradient_parameter(map, position);
                piece.color(piece.spread_parameter(t), stops)
            }
        }
    }
}

/// Returns the coefficients on which the colour at a point depends: all of a solid paint; the map
/// and the stops around the point of a gradient.
///
/// # Panics
/// If there are fewer coefficients than the layout asks for.
pub fn active(layout: PaintLayout, coefficients: &[f64], position: DVec2) -> Active {
    let piece = match layout {
        PaintLayout::Solid => None,
        PaintLayout::Linear { .. } | PaintLayout::Radial { .. } => {
            let t = gradient_parameter(&coefficients[..layout.map_count()], position);
            Some(Piece::at(layout, coefficients, t, position).0)
        }
    };
    Active { layout, piece }
}

/// Returns the premultiplied colour at a point of the canvas and its tangent, given the tangents of
/// the coefficients (`J v`).
///
/// # Panics
/// If there are fewer coefficients or tangents than the layout asks for.
pub fn push_forward(
    layout: PaintLayout,
    coefficients: &[f64],
    tangents: &[f64],
    position: DVec2,
) -> ([f64; 4], [f64; 4]) {
    let active = active(layout, coefficients, position);
    let gathered = active.gather(|_, index| Dual::new(coefficients[index], [tangents[index]]));
    let color = active.color(&gathered, position);
    (color.map(|c| c.value), color.map(|c| c.tangent[0]))
}

/// Adds to the adjoints of the coefficients what the adjoint of the premultiplied colour at a point
/// of the canvas gives (`Jᵀ w`).
///
/// # Panics
/// If there are fewer coefficients or adjoints than the layout asks for.
pub fn pull_back(
    layout: PaintLayout,
    coefficients: &[f64],
    position: DVec2,
    color_adjoint: [f64; 4],
    adjoints: &mut [f64],
) {
    match layout {
        PaintLayout::Solid => add(adjoints, color_adjoint),
        PaintLayout::Linear { .. } => pull_back_gradient::<LINEAR_MAP>(
            layout,
            coefficients,
            position,
            color_adjoint,
            adjoints,
        ),
        PaintLayout::Radial { .. } => pull_back_gradient::<RADIAL_MAP>(
            layout,
            coefficients,
            position,
            color_adjoint,
            adjoints,
        ),
    }
}

/// The same for a gradient with a map of `MAP` coefficients.
///
/// A colour is a function of few numbers, step by step: the map gives t, t and two offsets the part
/// of the way between two stops, that and two numbers a channel, the channels the premultiplied
/// colour. Each step is differentiated with dual numbers of its own, with as many tangents as it
/// has arguments; adjoints go back from one to the next.
fn pull_back_gradient<const MAP: usize>(
    layout: PaintLayout,
    coefficients: &[f64],
    position: DVec2,
    color_adjoint: [f64; 4],
    adjoints: &mut [f64],
) {
    let (map, stops) = coefficients.split_at(MAP);
    let (map_adjoints, stop_adjoints) = adjoints.split_at_mut(MAP);
    let map: [Dual<MAP>; MAP] = std::array::from_fn(|i| Dual::variable(map[i], i));
    let t = gradient_parameter(&map, position);
    let (piece, t) = Piece::at(layout, coefficients, t, position);
    let first = &stops[STOP * piece.first..][..STOP];
    let first_adjoints = STOP * piece.first + 1;
    if piece.count == 1 {
        let straight = std::array::from_fn(|c| first[1 + c]);
        add(
            &mut stop_adjoints[first_adjoints..],
            straight_adjoint(straight, color_adjoint),
        );
        return;
    }
    let second = &stops[STOP * (piece.first + 1)..][..STOP];
    let second_adjoints = first_adjoints + STOP;
    let u = piece.fraction::<Dual<3>>(
        Dual::variable(t.value, 0),
        Dual::variable(first[0], 1),
        Dual::variable(second[0], 2),
    );
    let channels: [Dual<3>; 4] = std::array::from_fn(|c| {
        let (from, to) = (first[1 + c], second[1 + c]);
        between(
            Dual::variable(from, 0),
            Dual::variable(to, 1),
            Dual::variable(u.value, 2),
        )
    });
    let straight = straight_adjoint(channels.map(|channel| channel.value), color_adjoint);
    let mut u_adjoint = 0.0;
    for (c, (channel, adjoint)) in channels.iter().zip(straight).enumerate() {
        stop_adjoints[first_adjoints + c] += adjoint * channel.tangent[0];
        stop_adjoints[second_adjoints + c] += adjoint * channel.tangent[1];
        u_adjoint += adjoint * channel.tangent[2];
    }
    stop_adjoints[first_adjoints - 1] += u_adjoint * u.tangent[1];
    stop_adjoints[second_adjoints - 1] += u_adjoint * u.tangent[2];
    add(
        map_adjoints,
        t.tangent.map(|tangent| u_adjoint * u.tangent[0] * tangent),
    );
}

/// Returns the adjoint of a straight colour, given that of the premultiplied one.
fn straight_adjoint(straight: [f64; 4], color_adjoint: [f64; 4]) -> [f64; 4] {
    let color = premultiply::<Dual<4>>(std::array::from_fn(|c| Dual::variable(straight[c], c)));
    std::array::from_fn(|i| {
        let products = color.iter().zip(color_adjoint);
        products.map(|(c, w)| c.tangent[i] * w).sum()
    })
}

fn add<const N: usize>(sums: &mut [f64], values: [f64; N]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}
