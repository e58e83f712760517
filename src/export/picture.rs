use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use crate::film::Image;
use crate::scene::ColorSpace;

use super::{ExportError, Format, ReadDefect, WriteDefect};
use super::{bytes, exr, npy, png, png_reading, write_atomically};

/// Writes a picture in the format that the extension of `path` names, whole or not at all.
///
/// Pictures have 1 (grey), 3 (RGB) or 4 channels (RGBA, premultiplied). In PNG, colours are
/// divided by alpha, clamped to `[0, 1]`, passed through the sRGB transfer function if `space` is
/// [`ColorSpace::Linear`], and rounded to the nearest of 256 levels; a pixel of alpha 0 is stored
/// as zeros. In `.npy` and `.exr` all values are stored as they are, and `space` has no effect.
///
/// # Errors
/// [`ExportError::UnknownFormat`]; [`ExportError::Write`] for other channels, an empty picture and
/// all that [`write_atomically`] names.
pub fn write_image(path: &Path, image: &Image, space: ColorSpace) -> Result<(), ExportError> {
    let format = Format::of(path)?;
    write_checked(path, image, |file| match format {
        Format::Png => png::write(file, image, space),
        Format::Npy => npy::write(file, image),
        Format::Exr => exr::write(file, image),
    })
}

/// Writes a file after checking that the formats can hold the picture.
pub(super) fn write_checked(
    path: &Path,
    image: &Image,
    write: impl FnOnce(&mut BufWriter<&mut File>) -> io::Result<()>,
) -> Result<(), ExportError> {
    check_writable(image).map_err(|defect| ExportError::Write {
        path: path.into(),
        defect,
    })?;
    write_atomically(path, write)
}

fn check_writable(image: &Image) -> Result<(), WriteDefect> {
    let (width, height) = (image.width(), image.height());
    if width == 0 || height == 0 {
        return Err(WriteDefect::Empty);
    }
    // PNG stores sizes in 31 bits; EXR, whose windows are signed, in one less.
    if width.max(height) > 1 << 30 {
        return Err(WriteDefect::TooLarge { width, height });
    }
    match image.channels() {
        1 | 3 | 4 => Ok(()),
        channels => Err(WriteDefect::Channels(channels)),
    }
}

/// Reads a picture in the format that the extension of `path` names.
///
/// The result has 1, 3 (RGB) or 4 channels (RGBA, premultiplied):
///
/// - `.png`: 1 to 16 bits, grey, RGB, palette, with or without alpha; 3 channels if the file has
///   no alpha, otherwise 4. If `space` is [`ColorSpace::Linear`], colours pass through the inverse
///   of the sRGB transfer function. Colour profiles and gamma chunks are not read.
/// - `.npy`: float64 or float32, C order; `[height][width]` is one channel, and the channels of
///   `[height][width][channels]` are kept as they are, however many.
/// - `.exr`: the largest level of a file with one part and the channels Y, or R, G, B, or
///   R, G, B, A.
///
/// # Errors
/// [`ExportError::UnknownFormat`]; [`ExportError::Read`] for files that are missing, larger than
/// [`MAX_FILE_BYTES`](super::MAX_FILE_BYTES) or [`MAX_VALUES`](super::MAX_VALUES), cut short,
/// malformed, of another kind, or with a value that is not finite. A header that declares more
/// than the file can hold is refused before memory is allocated for it.
pub fn read_image(path: &Path, space: ColorSpace) -> Result<Image, ExportError> {
    let format = Format::of(path)?;
    bytes::read_file(path)
        .and_then(|bytes| decode(&bytes, format, space))
        .map_err(|defect| ExportError::Read {
            path: path.into(),
            defect,
        })
}

/// Returns the picture that the content of a file describes.
pub(super) fn decode(bytes: &[u8], format: Format, space: ColorSpace) -> Result<Image, ReadDefect> {
    let image = match format {
        Format::Png => png_reading::read(bytes, space),
        Format::Npy => npy::read(bytes),
        Format::Exr => exr::read(bytes),
    }?;
    bytes::check_finite(&image)?;
    Ok(image)
}
