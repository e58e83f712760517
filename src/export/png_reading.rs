use std::io::Cursor;

use ::png::{BitDepth, ColorType, Decoder, Limits, Transformations};

use crate::film::Image;
use crate::scene::ColorSpace;

use super::ReadDefect;
use super::bytes::{DeclaredSize, check_backed};
use super::transfer::decode;

/// The largest ratio of compression by deflate: 258 bytes in two bits (RFC 1951), rounded up.
const DEFLATE_RATIO: u64 = 1033;

/// Reads a PNG file: 3 channels if it has no alpha, otherwise 4, premultiplied.
pub(super) fn read(bytes: &[u8], space: ColorSpace) -> Result<Image, ReadDefect> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: 1 << 31 });
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let info = decoder.read_header_info().map_err(malformed)?;
    let size = DeclaredSize {
        height: info.height.into(),
        width: info.width.into(),
        channels: 4,
    };
    size.values()?;
    let row = info.raw_row_length() as u64;
    check_backed(row.saturating_mul(size.height), bytes.len(), DEFLATE_RATIO)?;

    let mut reader = decoder.read_info().map_err(malformed)?;
    let length = reader
        .output_buffer_size()
        .ok_or_else(|| malformed("its size overflows"))?;
    let mut buffer = vec![0; length];
    let frame = reader.next_frame(&mut buffer).map_err(malformed)?;
    buffer.truncate(frame.buffer_size());
    let (width, height) = (frame.width as usize, frame.height as usize);
    let stored = unit_values(&buffer, frame.bit_depth)?;
    let channels = if has_alpha(frame.color_type) { 4 } else { 3 };
    let mut data = Vec::with_capacity(width * height * channels);
    for pixel in stored.chunks_exact(frame.color_type.samples()) {
        push_pixel(&mut data, pixel, space);
    }
    if data.len() != width * height * channels {
        return Err(malformed("its pixels do not fill its size"));
    }
    Ok(Image::from_data(width, height, channels, data))
}

fn has_alpha(color: ColorType) -> bool {
    matches!(color, ColorType::GrayscaleAlpha | ColorType::Rgba)
}

/// Returns samples scaled to `[0, 1]`.
fn unit_values(buffer: &[u8], depth: BitDepth) -> Result<Vec<f64>, ReadDefect> {
    match depth {
        BitDepth::Eight => Ok(buffer
            .iter()
            .map(|&level| f64::from(level) / 255.0)
            .collect()),
        BitDepth::Sixteen => Ok(buffer
            .chunks_exact(2)
            .map(|pair| f64::from(u16::from_be_bytes([pair[0], pair[1]])) / 65535.0)
            .collect()),
        _ => Err(malformed("its bit depth was not expanded")),
    }
}

/// Appends the channels of a pixel: colours decoded, grey repeated, premultiplied by alpha.
fn push_pixel(data: &mut Vec<f64>, stored: &[f64], space: ColorSpace) {
    let color = |value: f64| decode(value, space);
    match *stored {
        [grey] => data.extend([color(grey); 3]),
        [grey, a] => data.extend([color(grey) * a, color(grey) * a, color(grey) * a, a]),
        [r, g, b] => data.extend([r, g, b].map(color)),
        [r, g, b, a] => data.extend([color(r) * a, color(g) * a, color(b) * a, a]),
        _ => {}
    }
}

fn malformed(reason: impl ToString) -> ReadDefect {
    ReadDefect::Malformed {
        format: "PNG",
        reason: reason.to_string(),
    }
}
