use crate::scene::ColorSpace;

/// Returns the sRGB value of a linear intensity in `[0, 1]` (IEC 61966-2-1).
pub fn linear_to_srgb(linear: f64) -> f64 {
    if linear <= 0.003_130_8 {
        12.92 * linear
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    }
}

/// Returns the linear intensity of an sRGB value in `[0, 1]` (IEC 61966-2-1).
pub fn srgb_to_linear(srgb: f64) -> f64 {
    if srgb <= 0.040_45 {
        srgb / 12.92
    } else {
        ((srgb + 0.055) / 1.055).powf(2.4)
    }
}

/// Returns the value that a PNG stores for a colour of a picture.
pub(super) fn encode(value: f64, space: ColorSpace) -> f64 {
    let value = value.clamp(0.0, 1.0);
    match space {
        ColorSpace::Srgb => value,
        ColorSpace::Linear => linear_to_srgb(value),
    }
}

/// Returns the colour of a picture for the value that a PNG stores.
pub(super) fn decode(stored: f64, space: ColorSpace) -> f64 {
    match space {
        ColorSpace::Srgb => stored,
        ColorSpace::Linear => srgb_to_linear(stored),
    }
}

/// Returns the nearest of the 256 levels of `[0, 1]`; values outside are clamped, NaN becomes 0.
pub(super) fn quantize(value: f64) -> u8 {
    // `as` saturates and sends NaN to 0.
    (value.clamp(0.0, 1.0) * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn known_points_of_the_curve() {
        assert_eq!(linear_to_srgb(0.0), 0.0);
        assert_abs_diff_eq!(linear_to_srgb(1.0), 1.0, epsilon = 1e-15);
        // Mid grey, 0.5 in sRGB, is 21.404 % of white.
        assert_abs_diff_eq!(srgb_to_linear(0.5), 0.214_041_14, epsilon = 1e-8);
        // 18 % grey is level 118 of 255: 0.46135.
        assert_abs_diff_eq!(linear_to_srgb(0.18), 0.461_356_12, epsilon = 1e-7);
        // The two branches meet, to the precision of the standard's constants.
        assert_abs_diff_eq!(linear_to_srgb(0.003_130_8), 0.040_449_94, epsilon = 1e-8);
        assert_abs_diff_eq!(
            linear_to_srgb(0.003_130_800_1),
            0.040_449_94,
            epsilon = 1e-6
        );
    }

    #[test]
    fn the_curves_are_inverse() {
        for level in 0..=1000 {
            let value = f64::from(level) / 1000.0;
            assert_abs_diff_eq!(linear_to_srgb(srgb_to_linear(value)), value, epsilon = 1e-7);
        }
    }

    #[test]
    fn rounding_is_to_nearest_and_clamped() {
        assert_eq!(quantize(-3.0), 0);
        assert_eq!(quantize(f64::NAN), 0);
        assert_eq!(quantize(7.0), 255);
        assert_eq!(quantize(0.5 / 255.0), 1);
        assert_eq!(quantize(0.499 / 255.0), 0);
        assert_eq!(quantize(254.499 / 255.0), 254);
        assert_eq!(quantize(0.5), 128);
    }
}
