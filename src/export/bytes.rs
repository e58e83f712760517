use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::film::Image;

use super::ReadDefect;

/// The largest picture file that is read, in bytes: 2 GiB and room for a header.
pub const MAX_FILE_BYTES: u64 = (1 << 31) + (1 << 16);

/// The largest number of values (pixels times channels) of a picture that is read.
pub const MAX_VALUES: u64 = 1 << 28;

/// Returns the content of a regular file of at most [`MAX_FILE_BYTES`].
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, ReadDefect> {
    // Before opening: opening a pipe would wait for its other end.
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(ReadDefect::NotAFile);
    }
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let bytes = metadata.len().max(bytes.len() as u64);
        return Err(ReadDefect::FileTooLarge { bytes });
    }
    Ok(bytes)
}

/// The size that a header declares.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeclaredSize {
    /// In pixels.
    pub height: u64,
    /// In pixels.
    pub width: u64,
    /// Values a pixel.
    pub channels: u64,
}

impl DeclaredSize {
    /// Returns the number of values if it is neither zero nor above [`MAX_VALUES`].
    pub fn values(self) -> Result<u64, ReadDefect> {
        let Self {
            height,
            width,
            channels,
        } = self;
        if height == 0 || width == 0 || channels == 0 {
            return Err(ReadDefect::Empty);
        }
        height
            .checked_mul(width)
            .and_then(|pixels| pixels.checked_mul(channels))
            .filter(|&values| values <= MAX_VALUES)
            .ok_or(ReadDefect::TooManyValues {
                height,
                width,
                channels,
            })
    }
}

/// Checks that `present` bytes can hold `declared` bytes of values when they are compressed at
/// most `ratio` times; to be called before allocating for the values.
pub(super) fn check_backed(declared: u64, present: usize, ratio: u64) -> Result<(), ReadDefect> {
    let present = present as u64;
    if declared.div_ceil(ratio) > present {
        return Err(ReadDefect::Truncated { declared, present });
    }
    Ok(())
}

/// Checks that every value of a picture is finite.
pub(super) fn check_finite(image: &Image) -> Result<(), ReadDefect> {
    let values = image.data();
    match values.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(at) => Err(ReadDefect::NotFinite {
            x: at / image.channels() % image.width(),
            y: at / image.channels() / image.width(),
            channel: at % image.channels(),
            value: values[at],
        }),
    }
}
