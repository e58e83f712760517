use glam::DVec2;

use crate::drawing::{Drawing, TileLayer};
use crate::geometry::{Affine, Vec2};
use crate::paint::PaintLayout;

/// Over which lengths a gradient changes: what decides how fast a quadrature rule converges.
#[derive(Clone, Debug)]
pub(crate) enum Scale {
    /// Of a linear gradient, the distance over which it goes from one stop to the next, at least.
    Linear(f64),
    /// Of a radial gradient, the same where its rings are narrowest, and what tells the distance
    /// from its centre: the map to the unit disc and the most that this stretches.
    Radial(f64, Affine<f64>, f64),
}

/// The degree at which a radial gradient is integrated where nothing better is known: around its
/// centre, where it has a cone's tip, between lines that come ever closer to it.
const RADIAL_DEGREE: usize = 20;
/// The relative error that the rule may have elsewhere.
const ERROR: f64 = 1e-12;

impl Scale {
    /// Returns the scale of the gradient of a layer; a solid paint has none.
    pub(crate) fn of_layer(drawing: &Drawing, layer: &TileLayer) -> Option<Self> {
        let layer = &drawing.layout.layers()[layer.layer as usize];
        Self::new(layer.paint, &drawing.variables[layer.coefficients.clone()])
    }

    fn new(layout: PaintLayout, coefficients: &[f64]) -> Option<Self> {
        let offsets = layout.stop_offsets(coefficients);
        let gaps = offsets.windows(2).map(|pair| pair[1] - pair[0]);
        let gap = gaps.filter(|gap| *gap > 0.0).fold(f64::INFINITY, f64::min);
        match layout {
            PaintLayout::Solid => None,
            PaintLayout::Linear { .. } => {
                let slope = DVec2::new(coefficients[0], coefficients[1]).length();
                Some(Self::Linear(gap / slope))
            }
            PaintLayout::Radial { .. } => {
                let map = Affine(std::array::from_fn(|i| coefficients[i]));
                let stretch = map.max_stretch();
                Some(Self::Radial(gap / stretch, map, stretch))
            }
        }
    }

    /// The distance in the complex plane, along any line through a point at most `around` from
    /// `place`, within which the gradient is analytic and passes at most the distance of two
    /// stops.
    ///
    /// The parameter of a radial gradient is t = √(A (s − s₁)(s − s̄₁)) at the place s of the line,
    /// with √A at most the stretch of the map and |s₁| at least the distance d from the centre.
    /// Within d/2, |s − s₁| is between d/2 and 3d/2, so that |dt/ds| ≤ (√3 + 1/√3)/2 √A < 1.2 √A.
    fn reach(&self, place: DVec2, around: f64) -> f64 {
        match self {
            Self::Linear(length) => *length,
            Self::Radial(length, map, stretch) => {
                let t = map.apply(Vec2::new(place.x, place.y)).length();
                (0.5 * (t / stretch - around)).min(length / 1.2)
            }
        }
    }
}

/// Returns the degree at which the `power` of a composite of gradients is integrated along a
/// straight line of length `2 half` with its middle within `around` of a place.
///
/// Linear gradients are polynomials: straight colour times alpha, of degree 2, and degrees of
/// factors add up. With radial ones f is analytic on the Bernstein ellipse of ρ around the line,
/// with (ρ + 1/ρ)/2 = reach/half. There colours and alphas are at most 2 and 1 − α at most 3, so
/// that |f| ≤ 4 · 3^m with m layers, and a rule of n nodes errs by at most (64/15) |f| ρ^(−2n) of
/// the length (Trefethen, Approximation Theory and Approximation Practice, theorem 19.3).
pub(crate) fn degree<'a>(
    gradients: impl Iterator<Item = &'a Scale> + Clone,
    place: DVec2,
    around: f64,
    half: f64,
    power: usize,
) -> usize {
    let layers = power * gradients.clone().count();
    if gradients.clone().all(|g| matches!(g, Scale::Linear(_))) {
        return 2 * layers;
    }
    let most = 2 * (layers - 1) + power * RADIAL_DEGREE;
    let reach = gradients.map(|g| g.reach(place, around));
    let ratio = reach.fold(f64::INFINITY, f64::min) / half;
    if ratio.is_nan() || ratio < 1.1 {
        return most;
    }
    let rho = ratio + (ratio * ratio - 1.0).sqrt();
    let bound = power as f64 * 4f64.ln() + layers as f64 * 3f64.ln() + (64.0 / 15.0 / ERROR).ln();
    let nodes = (bound / (2.0 * rho.ln())).ceil().max(1.0);
    most.min(2 * nodes as usize - 1)
}
