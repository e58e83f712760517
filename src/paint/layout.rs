use glam::DVec2;

use crate::scene::{GradientKind, Paint, Spread};

/// Coefficients of a gradient stop: offset, red, green, blue, alpha.
pub(super) const STOP: usize = 5;
/// Coefficients of the map from the canvas to the parameter of a linear gradient.
pub(super) const LINEAR_MAP: usize = 3;
/// Coefficients of the map from the canvas to the unit disc of a radial gradient.
pub(super) const RADIAL_MAP: usize = 6;

/// The structure of a paint without its numbers: what does not change with the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaintLayout {
    /// One colour.
    Solid,
    /// A linear gradient.
    Linear {
        /// The number of stops, at least 1.
        stops: usize,
        /// What shows outside [0, 1].
        spread: Spread,
    },
    /// A radial gradient.
    Radial {
        /// The number of stops, at least 1.
        stops: usize,
        /// What shows outside [0, 1].
        spread: Spread,
        /// The number of sides of the polygons along which it jumps; 0 if it has no jump in sight. It
        /// is planned, and then fixed, as for outlines.
        sides: u32,
    },
}

impl PaintLayout {
    /// Returns the layout of a paint.
    pub fn new(paint: &Paint) -> Self {
        match paint {
            Paint::Solid(_) => Self::Solid,
            Paint::Gradient(gradient) => {
                let (stops, spread) = (gradient.stops.len(), gradient.spread);
                match gradient.kind {
                    GradientKind::Linear { .. } => Self::Linear { stops, spread },
                    GradientKind::Radial { .. } => Self::Radial {
                        stops,
                        spread,
                        sides: 0,
                    },
                }
            }
        }
    }

    /// Returns how many coefficients the paint has.
    pub fn coefficient_count(self) -> usize {
        match self {
            Self::Solid => 4,
            Self::Linear { stops, .. } | Self::Radial { stops, .. } => {
                self.map_count() + STOP * stops
            }
        }
    }

    /// Returns how many coefficients come before the stops.
    pub(super) fn map_count(self) -> usize {
        match self {
            Self::Solid => 0,
            Self::Linear { .. } => LINEAR_MAP,
            Self::Radial { .. } => RADIAL_MAP,
        }
    }

    /// Returns which channel of a colour a coefficient is: 0 to 3 for red, green, blue and alpha. None of the
    /// map, nor of an offset.
    pub fn color_channel(self, coefficient: usize) -> Option<usize> {
        let of_stops = coefficient.checked_sub(self.map_count())?;
        match self {
            Self::Solid => Some(of_stops),
            Self::Linear { .. } | Self::Radial { .. } => (of_stops % STOP).checked_sub(1),
        }
    }

    /// Returns the layout with the jumps of a radial gradient along polygons of so many sides, a
    /// multiple of 4.
    pub fn with_sides(self, sides: u32) -> Self {
        debug_assert!(sides.is_multiple_of(4), "{sides} sides");
        match self {
            Self::Radial { stops, spread, .. } => Self::Radial {
                stops,
                spread,
                sides,
            },
            _ => self,
        }
    }

    /// Returns the number of sides of the polygons along which a radial gradient jumps; 0 if there
    /// are none.
    pub fn sides(self) -> usize {
        match self {
            Self::Radial { sides, .. } => sides as usize,
            Self::Solid | Self::Linear { .. } => 0,
        }
    }

    /// Returns how a gradient goes on outside [0, 1]; a solid paint is the same everywhere.
    pub fn spread(self) -> Spread {
        match self {
            Self::Solid => Spread::Pad,
            Self::Linear { spread, .. } | Self::Radial { spread, .. } => spread,
        }
    }
}

impl PaintLayout {
    /// Returns the offsets of a gradient's stops among its coefficients; none for a solid paint.
    pub fn stop_offsets(self, coefficients: &[f64]) -> Vec<f64> {
        match self {
            Self::Solid => Vec::new(),
            Self::Linear { .. } | Self::Radial { .. } => {
                let stops = coefficients[self.map_count()..].chunks_exact(STOP);
                stops.map(|stop| stop[0]).collect()
            }
        }
    }
}

/// Moves a paint by a vector in the canvas.
pub fn translate(layout: PaintLayout, coefficients: &mut [f64], offset: DVec2) {
    match layout {
        PaintLayout::Solid => {}
        // t = g·X + h
        PaintLayout::Linear { .. } => {
            coefficients[2] -= coefficients[0] * offset.x + coefficients[1] * offset.y;
        }
        // An affine map in SVG order.
        PaintLayout::Radial { .. } => {
            coefficients[4] -= coefficients[0] * offset.x + coefficients[2] * offset.y;
            coefficients[5] -= coefficients[1] * offset.x + coefficients[3] * offset.y;
        }
    }
}
