use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use ::png::{BitDepth, ColorType, Encoder};
use clap::ValueEnum;
use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, Frame, RgbaImage};
use serde::{Deserialize, Serialize};

use crate::film::Image;
use crate::scene::ColorSpace;

use super::png::levels;
use super::{ExportError, write_atomically};

/// Formats of films.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lowercase")]
pub enum AnimationFormat {
    /// GIF: 256 colours a frame.
    #[default]
    Gif,
    /// Animated PNG: all colours.
    Png,
}

impl fmt::Display for AnimationFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Gif => "gif",
            Self::Png => "png",
        })
    }
}

/// Hundredths of a second for a frame, and for the last one.
const FRAME: u16 = 4;
const LAST_FRAME: u16 = 200;
/// The quality of GIF palettes, from 1 (best) to 30 (fastest).
const GIF_SPEED: i32 = 10;

/// Writes a film that repeats for ever, 25 frames a second with a pause at the end, whole or not at
/// all. There are `count` frames of equal size with 3 or 4 channels.
///
/// # Errors
/// Those of [`write_atomically`].
pub fn write_animation(
    path: &Path,
    format: AnimationFormat,
    space: ColorSpace,
    count: u32,
    frames: impl Iterator<Item = Image>,
) -> Result<(), ExportError> {
    write_atomically(path, |file| match format {
        AnimationFormat::Gif => write_gif(file, space, count, frames),
        AnimationFormat::Png => write_png(file, space, count, frames),
    })
}

fn delay(index: u32, count: u32) -> u16 {
    if index + 1 == count {
        LAST_FRAME
    } else {
        FRAME
    }
}

fn write_gif(
    file: impl Write,
    space: ColorSpace,
    count: u32,
    frames: impl Iterator<Item = Image>,
) -> io::Result<()> {
    let mut encoder = GifEncoder::new_with_speed(file, GIF_SPEED);
    encoder
        .set_repeat(Repeat::Infinite)
        .map_err(io::Error::other)?;
    for (index, image) in (0..count).zip(frames) {
        let levels = rgba_levels(&image, space);
        let buffer = RgbaImage::from_raw(side(image.width()), side(image.height()), levels);
        let buffer = buffer.expect("four levels a pixel");
        let delay = Delay::from_numer_denom_ms(10 * u32::from(delay(index, count)), 1);
        let frame = Frame::from_parts(buffer, 0, 0, delay);
        encoder.encode_frame(frame).map_err(io::Error::other)?;
    }
    Ok(())
}

fn write_png(
    file: impl Write,
    space: ColorSpace,
    count: u32,
    frames: impl Iterator<Item = Image>,
) -> io::Result<()> {
    let mut frames = (0..count).zip(frames).peekable();
    let Some((_, first)) = frames.peek() else {
        return Err(io::Error::other("the film has no frames"));
    };
    let mut encoder = Encoder::new(file, side(first.width()), side(first.height()));
    encoder.set_color(ColorType::Rgba);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_animated(count, 0)?;
    let mut writer = encoder.write_header()?;
    for (index, image) in frames {
        writer.set_frame_delay(delay(index, count), 100)?;
        writer.write_image_data(&rgba_levels(&image, space))?;
    }
    writer.finish()?;
    Ok(())
}

fn side(pixels: usize) -> u32 {
    u32::try_from(pixels).expect("a canvas side fits into 32 bits")
}

fn rgba_levels(image: &Image, space: ColorSpace) -> Vec<u8> {
    let levels = levels(image, space);
    match image.channels() {
        4 => levels,
        _ => levels
            .chunks_exact(3)
            .flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 255])
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::AnimationDecoder;
    use image::codecs::gif::GifDecoder;
    use image::codecs::png::PngDecoder;

    use super::*;

    fn frame(level: f64) -> Image {
        Image::from_data(2, 1, 3, vec![level, 0.0, 1.0, 1.0, level, 0.0])
    }

    /// The first pixels and the delays of a film of three frames.
    fn written(format: AnimationFormat) -> Vec<([u8; 4], u32)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("film");
        let frames = [0.0, 0.6, 1.0].map(frame).into_iter();
        write_animation(&path, format, ColorSpace::Srgb, 3, frames).unwrap();
        let bytes = Cursor::new(std::fs::read(&path).unwrap());
        let frames = match format {
            AnimationFormat::Gif => GifDecoder::new(bytes).unwrap().into_frames(),
            AnimationFormat::Png => {
                let decoder = PngDecoder::new(bytes).unwrap();
                decoder.apng().unwrap().into_frames()
            }
        };
        let frames = frames.collect_frames().unwrap();
        let first = |frame: &Frame| frame.buffer().get_pixel(0, 0).0;
        let milliseconds = |frame: &Frame| frame.delay().numer_denom_ms().0;
        frames
            .iter()
            .map(|frame| (first(frame), milliseconds(frame)))
            .collect()
    }

    #[test]
    fn films_read_back() {
        let expected = [0, 153, 255].map(|level| [level, 0, 255, 255]);
        for format in [AnimationFormat::Gif, AnimationFormat::Png] {
            let found = written(format);
            let colors: Vec<_> = found.iter().map(|frame| frame.0).collect();
            assert_eq!(colors, expected, "{format}");
            let delays: Vec<_> = found.iter().map(|frame| frame.1).collect();
            assert_eq!(delays, [40, 40, 2000], "{format}");
        }
    }
}
