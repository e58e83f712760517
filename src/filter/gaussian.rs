//! A Gaussian of standard deviation 1/2, lowered by its value at the radius so that it ends
//! continuously: `w(x) = (e^(−2x²) − e^(−8)) / Z` for `|x| < 2`.
//!
//! The integral of the numerator is `Z = √(π/2)·erf(2√2) − 4e^(−8)`.

/// The half-width of the support in pixels.
pub const RADIUS: f64 = 2.0;

/// The ends of the smooth parts, ascending.
pub static BREAKPOINTS: [f64; 2] = [-RADIUS, RADIUS];

/// e^(−8).
const VALUE_AT_RADIUS: f64 = 0.000_335_462_627_902_511_84;

/// 1 / Z.
const SCALE: f64 = 0.798_790_376_540_694_2;

/// Returns the weight at distance `x`.
#[inline]
pub fn weight(x: f64) -> f64 {
    if x.abs() < RADIUS {
        SCALE * ((-2.0 * x * x).exp() - VALUE_AT_RADIUS)
    } else {
        0.0
    }
}

/// Returns the derivative of the weight.
#[inline]
pub fn slope(x: f64) -> f64 {
    if x.abs() < RADIUS {
        SCALE * -4.0 * x * (-2.0 * x * x).exp()
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::FRAC_PI_2;

    use statrs::function::erf::erf;

    use super::*;

    #[test]
    fn the_constants_follow_from_their_formulas() {
        assert_eq!(VALUE_AT_RADIUS, (-8.0f64).exp());
        let z = FRAC_PI_2.sqrt() * erf(8f64.sqrt()) - 4.0 * VALUE_AT_RADIUS;
        assert!((SCALE * z - 1.0).abs() < 1e-14);
    }
}
