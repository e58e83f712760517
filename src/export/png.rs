use std::io::{self, Write};

use ::png::{BitDepth, ColorType, Encoder};

use crate::film::Image;
use crate::scene::ColorSpace;

use super::transfer::{encode, quantize};

/// Writes a picture with 1, 3 or 4 channels as 8-bit PNG.
pub(super) fn write(file: impl Write, image: &Image, space: ColorSpace) -> io::Result<()> {
    let color = match image.channels() {
        1 => ColorType::Grayscale,
        3 => ColorType::Rgb,
        _ => ColorType::Rgba,
    };
    write_levels(file, image, color, &levels(image, space), &[])
}

/// Returns the stored levels of a picture, with straight alpha.
pub(super) fn levels(image: &Image, space: ColorSpace) -> Vec<u8> {
    let mut levels = Vec::with_capacity(image.data().len());
    for pixel in image.data().chunks_exact(image.channels()) {
        match *pixel {
            [r, g, b, a] => levels.extend(straight_levels([r, g, b, a], space)),
            _ => levels.extend(pixel.iter().map(|&value| quantize(encode(value, space)))),
        }
    }
    levels
}

/// Returns the stored levels of a premultiplied colour.
fn straight_levels([r, g, b, a]: [f64; 4], space: ColorSpace) -> [u8; 4] {
    if a > 0.0 {
        let level = |premultiplied: f64| quantize(encode(premultiplied / a, space));
        [level(r), level(g), level(b), quantize(a)]
    } else {
        [0; 4]
    }
}

/// Writes 8-bit levels of the size of `image`, with the texts under their keywords.
pub(super) fn write_levels(
    file: impl Write,
    image: &Image,
    color: ColorType,
    levels: &[u8],
    texts: &[(&str, String)],
) -> io::Result<()> {
    let side = |pixels: usize| u32::try_from(pixels).expect("sizes are checked before writing");
    let mut encoder = Encoder::new(file, side(image.width()), side(image.height()));
    encoder.set_color(color);
    encoder.set_depth(BitDepth::Eight);
    let software = concat!("reynolds ", env!("CARGO_PKG_VERSION"));
    encoder.add_text_chunk("Software".into(), software.into())?;
    for (keyword, text) in texts {
        encoder.add_text_chunk((*keyword).into(), text.clone())?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(levels)?;
    writer.finish()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn straight_colours_come_from_premultiplied_ones() {
        let levels = |rgba| straight_levels(rgba, ColorSpace::Srgb);
        assert_eq!(levels([0.1, 0.2, 0.4, 0.4]), [64, 128, 255, 102]);
        assert_eq!(levels([0.5, 0.5, 0.5, 0.0]), [0; 4]);
        assert_eq!(levels([0.5, 0.5, 0.5, -1e-9]), [0; 4]);
        // Alpha above one, as a filter with negative lobes gives: the colour is still p / a.
        assert_eq!(levels([0.55, 0.0, 1.1, 1.1]), [128, 0, 255, 255]);
        // The smallest alpha divides to infinity, which is clamped.
        assert_eq!(
            levels([1.0, 0.0, 0.0, f64::MIN_POSITIVE / 4.0]),
            [255, 0, 0, 0]
        );
    }

    #[test]
    fn alpha_is_never_passed_through_the_transfer_function() {
        let levels = straight_levels([0.09, 0.0, 0.5, 0.5], ColorSpace::Linear);
        // 0.18 linear is 0.46136 in sRGB, level 117.6.
        assert_eq!(levels, [118, 0, 255, 128]);
    }
}
