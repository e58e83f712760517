use std::path::Path;

use ::png::ColorType;

use crate::film::Image;

use super::color_map::diverging_color;
use super::picture::write_checked;
use super::{ExportError, Format, WriteDefect, exr, npy, png};

/// What a PNG of a gradient says about its colours.
const SHOWS: &str = "the largest absolute derivative over the channels, with the sign of the \
    derivative of luminance: red where the pixel gets brighter, blue where it gets darker, white \
    at zero";

/// What a PNG of a difference says about its colours.
const SHOWS_DIFFERENCE: &str = "the largest absolute difference over the channels, with the sign \
    of that of luminance: red where the picture is too bright, blue where it is too dark, white \
    at zero";

/// Writes a gradient image: the derivative of every value of a picture with respect to the
/// parameter named `parameter`. Returns the range `m`, the largest absolute value that a PNG
/// shows.
///
/// In `.npy` and `.exr` the signed values are stored as they are. In PNG each pixel becomes one
/// signed number, shown by [`diverging_color`] from `-m` to `m`:
///
/// - its magnitude is the largest absolute derivative over the channels, alpha included, so that
///   no change is hidden, not even one between colours of the same mean;
/// - its sign is that of the derivative of luminance (Rec. 709 weights of R, G, B as stored): red
///   where the pixel gets brighter, blue where it gets darker. Where this is exactly zero it is
///   the sign of the largest channel.
///
/// `range` sets `m`, so that several pictures share a scale; values beyond have the colour of the
/// end. Without it, `m` is [`gradient_range`]; a picture of zeros is white with `m = 0`. The PNG
/// holds the texts `reynolds:parameter`, `reynolds:range` (`[-m, m]`) and `reynolds:shows`.
///
/// # Errors
/// Those of [`write_image`](super::write_image), and [`ExportError::Write`] for a range that is
/// negative or not finite.
pub fn write_gradient(
    path: &Path,
    gradient: &Image,
    parameter: &str,
    range: Option<f64>,
) -> Result<f64, ExportError> {
    let format = Format::of(path)?;
    let range = range.unwrap_or_else(|| gradient_range(gradient));
    let texts = texts(parameter, range);
    write_signed(path, format, gradient, range, &texts)?;
    Ok(range)
}

/// Writes the difference of two pictures like a [gradient image](write_gradient): red where it is
/// brighter, blue where it is darker. Returns the range, its largest absolute value.
///
/// # Errors
/// Those of [`write_gradient`].
pub fn write_difference(path: &Path, difference: &Image) -> Result<f64, ExportError> {
    let format = Format::of(path)?;
    let range = gradient_range(difference);
    let texts = [
        ("reynolds:range", describe(range)),
        ("reynolds:shows", SHOWS_DIFFERENCE.into()),
    ];
    write_signed(path, format, difference, range, &texts)?;
    Ok(range)
}

fn write_signed(
    path: &Path,
    format: Format,
    gradient: &Image,
    range: f64,
    texts: &[(&str, String)],
) -> Result<(), ExportError> {
    if !(range.is_finite() && range >= 0.0) {
        return Err(ExportError::Write {
            path: path.into(),
            defect: WriteDefect::Range(range),
        });
    }
    write_checked(path, gradient, |file| match format {
        Format::Png => {
            let levels = levels(gradient, range);
            png::write_levels(file, gradient, ColorType::Rgb, &levels, texts)
        }
        Format::Npy => npy::write(file, gradient),
        Format::Exr => exr::write(file, gradient),
    })
}

/// Returns the largest absolute value of a gradient image, 0 for an empty one.
pub fn gradient_range(gradient: &Image) -> f64 {
    gradient
        .data()
        .iter()
        .fold(0.0, |range, value| value.abs().max(range))
}

fn texts(parameter: &str, range: f64) -> [(&'static str, String); 3] {
    [
        ("reynolds:parameter", parameter.into()),
        ("reynolds:range", describe(range)),
        ("reynolds:shows", SHOWS.into()),
    ]
}

fn describe(range: f64) -> String {
    format!("[{:?}, {range:?}]", -range)
}

fn levels(gradient: &Image, range: f64) -> Vec<u8> {
    gradient
        .data()
        .chunks_exact(gradient.channels())
        .flat_map(|pixel| diverging_color(relative(shown_value(pixel), range)))
        .collect()
}

/// Returns `value / range`; with a range of zero, the sign of the value.
fn relative(value: f64, range: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value / range }
}

/// Returns the one number that stands for the channels of a pixel; see [`write_gradient`].
fn shown_value(channels: &[f64]) -> f64 {
    let largest = channels
        .iter()
        .copied()
        .fold(0.0, |a: f64, b| if b.abs() > a.abs() { b } else { a });
    let luminance = match *channels {
        [r, g, b] | [r, g, b, _] => 0.2126 * r + 0.7152 * g + 0.0722 * b,
        _ => largest,
    };
    if luminance == 0.0 {
        largest
    } else {
        largest.abs().copysign(luminance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_change_is_hidden_and_brighter_is_positive() {
        assert_eq!(shown_value(&[0.0, 0.0, 0.0]), 0.0);
        assert_eq!(shown_value(&[0.1, 0.2, 0.3]), 0.3);
        // Blue becomes red: the mean does not change, the luminance grows.
        assert_eq!(shown_value(&[0.8, 0.0, -0.8]), 0.8);
        assert_eq!(shown_value(&[-0.8, 0.0, 0.8]), -0.8);
        // A black shape grows over nothing: only alpha changes.
        assert_eq!(shown_value(&[0.0, 0.0, 0.0, 0.7]), 0.7);
        assert_eq!(shown_value(&[0.0, 0.0, 0.0, -0.7]), -0.7);
        assert_eq!(shown_value(&[-2.0]), -2.0);
    }

    #[test]
    fn a_picture_of_zeros_is_white() {
        let zeros = Image::new(3, 2, 3);
        assert_eq!(gradient_range(&zeros), 0.0);
        assert_eq!(levels(&zeros, 0.0), [255; 18]);
    }

    #[test]
    fn opposite_gradients_have_opposite_colours() {
        let image = Image::from_data(2, 1, 1, vec![2.0, -1.0]);
        let opposite = Image::from_data(2, 1, 1, vec![-2.0, 1.0]);
        let expected = |values: [f64; 2]| values.map(diverging_color).concat();
        assert_eq!(levels(&image, 2.0), expected([1.0, -0.5]));
        assert_eq!(levels(&opposite, 2.0), expected([-1.0, 0.5]));
        // A shared range of twice the size.
        assert_eq!(levels(&image, 4.0), expected([0.5, -0.25]));
    }

    #[test]
    fn ranges_that_are_no_ranges_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("g.png");
        for range in [-1.0, f64::NAN, f64::INFINITY] {
            let error = write_gradient(&path, &Image::new(1, 1, 3), "x", Some(range));
            assert!(matches!(
                error,
                Err(ExportError::Write {
                    defect: WriteDefect::Range(_),
                    ..
                })
            ));
        }
        assert!(!path.exists());
    }
}
