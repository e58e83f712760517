use colorous::RED_BLUE;

/// Returns the sRGB colour of a signed value in `[-1, 1]`: red above zero, blue below, exactly
/// white at zero, darker towards the ends. Values outside are clamped; NaN is shown as zero.
///
/// The map is ColorBrewer's RdBu turned round. Its middle is a light grey, so the difference to
/// white is added, fading linearly to nothing at the ends.
///
/// ```
/// use reynolds::export::diverging_color;
/// assert_eq!(diverging_color(0.0), [255, 255, 255]);
/// let [r, _, b] = diverging_color(0.5);
/// assert!(r > b);
/// ```
pub fn diverging_color(value: f64) -> [u8; 3] {
    let value = if value.is_nan() {
        0.0
    } else {
        value.clamp(-1.0, 1.0)
    };
    let color = RED_BLUE.eval_continuous(0.5 - 0.5 * value).as_array();
    let middle = RED_BLUE.eval_continuous(0.5).as_array();
    let fade = 1.0 - value.abs();
    std::array::from_fn(|i| {
        let lift = fade * f64::from(255 - middle[i]);
        // `as` saturates at 255.
        (f64::from(color[i]) + lift).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_white_and_signs_have_their_colours() {
        assert_eq!(diverging_color(0.0), [255; 3]);
        assert_eq!(diverging_color(-0.0), [255; 3]);
        assert_eq!(diverging_color(f64::NAN), [255; 3]);
        for step in 1..=100 {
            let value = f64::from(step) / 100.0;
            let [r, _, b] = diverging_color(value);
            assert!(r > b, "{value}: {r} {b}");
            let [r, _, b] = diverging_color(-value);
            assert!(b > r, "{value}: {r} {b}");
        }
    }

    #[test]
    fn colours_darken_away_from_zero() {
        let brightness = |value| {
            let [r, g, b] = diverging_color(value).map(f64::from);
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        for sign in [-1.0, 1.0] {
            for step in 0..100 {
                let (inner, outer) = (f64::from(step) / 100.0, f64::from(step + 1) / 100.0);
                assert!(brightness(sign * outer) <= brightness(sign * inner) + 0.5);
            }
        }
    }

    #[test]
    fn the_ends_are_those_of_the_map_and_clamp() {
        // The ends of ColorBrewer's 11-class RdBu; the crate's spline rounds down.
        let ends = [(1.0, [0x67, 0x00, 0x1f]), (-1.0, [0x05, 0x30, 0x61_u8])];
        for (value, end) in ends {
            for (shown, expected) in diverging_color(value).into_iter().zip(end) {
                assert!(shown.abs_diff(expected) <= 1, "{value}: {shown} {expected}");
            }
        }
        assert_eq!(diverging_color(f64::INFINITY), diverging_color(1.0));
        assert_eq!(diverging_color(-9.0), diverging_color(-1.0));
    }
}
