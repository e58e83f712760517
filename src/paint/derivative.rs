use glam::DVec2;

use crate::ad::{Dual, Scalar};

use super::color::{gradient_parameter, spread_parameter, stops_near};
use super::layout::{RADIAL_MAP, STOP};
use super::{PaintLayout, color_at};

/// The most coefficients that a colour depends on at one point: a map and two stops.
const MAX_ACTIVE: usize = RADIAL_MAP + 2 * STOP;

/// The coefficients of a paint on which its colour at one point depends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Active {
    /// The paint without its other stops.
    layout: PaintLayout,
    /// The place of the first stop's coefficients.
    stops_start: usize,
}

impl Active {
    /// Returns how many coefficients there are, at most 16.
    pub fn count(self) -> usize {
        self.layout.coefficient_count()
    }

    /// Iterates over their places among the coefficients of the paint.
    pub fn indices(self) -> impl Iterator<Item = usize> {
        let map = self.layout.map_count();
        (0..map).chain(self.stops_start..self.stops_start + self.count() - map)
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
        color_at(self.layout, &gathered[..self.count()], position)
    }
}

/// Returns the coefficients on which the colour at a point depends: all of a solid paint; the map
/// and the stops around the point of a gradient.
///
/// # Panics
/// If there are fewer coefficients than the layout asks for.
pub fn active(layout: PaintLayout, coefficients: &[f64], position: DVec2) -> Active {
    match layout {
        PaintLayout::Solid => Active {
            layout,
            stops_start: 0,
        },
        PaintLayout::Linear { stops, spread } | PaintLayout::Radial { stops, spread } => {
            let map = layout.map_count();
            let t = spread_parameter(gradient_parameter(&coefficients[..map], position), spread);
            let near = stops_near(t, |stop| coefficients[map + STOP * stop], stops);
            Active {
                layout: layout.with_stops(near.len()),
                stops_start: map + STOP * near.start,
            }
        }
    }
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
    if layout == PaintLayout::Solid {
        for (adjoint, channel) in adjoints.iter_mut().zip(color_adjoint) {
            *adjoint += channel;
        }
        return;
    }
    let active = active(layout, coefficients, position);
    let gathered =
        active.gather(|rank, index| Dual::<MAX_ACTIVE>::variable(coefficients[index], rank));
    let color = active.color(&gathered, position);
    for (rank, index) in active.indices().enumerate() {
        let products = color.iter().zip(color_adjoint);
        adjoints[index] += products.map(|(c, w)| c.tangent[rank] * w).sum::<f64>();
    }
}
