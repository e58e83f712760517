use std::io::Cursor;

use image::codecs::png::PngDecoder;
use image::{DynamicImage, ImageDecoder, Limits};

use crate::film::Image;
use crate::scene::ColorSpace;

use super::ReadDefect;
use super::bytes::{DeclaredSize, check_backed};
use super::transfer::decode;

/// The largest ratio of decoded to stored bytes: deflate makes 258 bytes of two bits (RFC 1951),
/// and a palette makes 24 bits of one.
const EXPANSION_RATIO: u64 = 24 * 1033;
/// The most memory that decoding may take, in bytes.
const MAX_MEMORY: u64 = 1 << 31;

/// Reads a PNG file: 3 channels if it has no alpha, otherwise 4, premultiplied.
pub(super) fn read(bytes: &[u8], space: ColorSpace) -> Result<Image, ReadDefect> {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_MEMORY);
    let decoder = PngDecoder::with_limits(Cursor::new(bytes), limits).map_err(malformed)?;
    let (width, height) = decoder.dimensions();
    let size = DeclaredSize {
        height: height.into(),
        width: width.into(),
        channels: 4,
    };
    size.values()?;
    check_backed(decoder.total_bytes(), bytes.len(), EXPANSION_RATIO)?;
    let picture = DynamicImage::from_decoder(decoder).map_err(malformed)?;
    let (width, height) = (width as usize, height as usize);
    let color = |level: u16| decode(unit(level), space);
    if picture.color().has_alpha() {
        let pixels = picture.into_rgba16().into_raw();
        let data = pixels.chunks_exact(4).flat_map(|pixel| {
            let alpha = unit(pixel[3]);
            let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(|level| color(level) * alpha);
            [r, g, b, alpha]
        });
        return Ok(Image::from_data(width, height, 4, data.collect()));
    }
    let data = picture.into_rgb16().into_raw().into_iter().map(color);
    Ok(Image::from_data(width, height, 3, data.collect()))
}

/// A level in [0, 1]. Those of 8 bits were widened by 257, so theirs are multiples of 1/255.
fn unit(level: u16) -> f64 {
    f64::from(level) / 65535.0
}

fn malformed(reason: impl ToString) -> ReadDefect {
    ReadDefect::Malformed {
        format: "PNG",
        reason: reason.to_string(),
    }
}
