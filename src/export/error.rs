use std::io;
use std::path::PathBuf;

use super::{MAX_FILE_BYTES, MAX_VALUES};

/// Why a file could not be written or read. The text completes "failed to …".
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The extension names no known format.
    #[error("choose a format for {}: its name must end in .png, .npy or .exr", path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
    /// Reading failed.
    #[error("read {}: {defect}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        defect: ReadDefect,
    },
    /// Writing failed; the file is as it was before.
    #[error("write {}: {defect}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What is in the way.
        defect: WriteDefect,
    },
}

/// What is wrong with a picture file.
#[derive(Debug, thiserror::Error)]
pub enum ReadDefect {
    /// The operating system refused.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A folder or a device.
    #[error("it is not a regular file; name a picture")]
    NotAFile,
    /// More bytes than [`MAX_FILE_BYTES`].
    #[error("it has {bytes} bytes, and at most {MAX_FILE_BYTES} are read; use a smaller picture")]
    FileTooLarge {
        /// How many it has.
        bytes: u64,
    },
    /// More values than [`MAX_VALUES`].
    #[error(
        "it declares {height} × {width} × {channels} values, and at most {MAX_VALUES} are read; \
         use a smaller picture"
    )]
    TooManyValues {
        /// Declared height in pixels.
        height: u64,
        /// Declared width in pixels.
        width: u64,
        /// Declared number of channels.
        channels: u64,
    },
    /// A width, height or number of channels of zero.
    #[error("its size is zero; use a picture of at least one pixel")]
    Empty,
    /// The declared size cannot fit into the bytes that follow.
    #[error(
        "it is cut short: its header declares {declared} bytes of values, and {present} bytes \
         cannot hold them; write it again"
    )]
    Truncated {
        /// Bytes of values that the header declares.
        declared: u64,
        /// Bytes that are there.
        present: u64,
    },
    /// An array of other numbers than floats.
    #[error("its numbers are {found}; save them as float64, with array.astype('<f8') in numpy")]
    ElementType {
        /// The type as the file writes it.
        found: String,
    },
    /// An array whose first index runs fastest.
    #[error("it is in Fortran order; save numpy.ascontiguousarray(array)")]
    FortranOrder,
    /// An array that is no picture.
    #[error("its shape is {found:?}; a picture is [height, width] or [height, width, channels]")]
    Shape {
        /// The shape.
        found: Vec<u64>,
    },
    /// Channels that are neither grey, RGB nor RGBA.
    #[error("its channels are {found}; a picture has Y, or R, G, B, or R, G, B, A")]
    Channels {
        /// Their names, separated by commas.
        found: String,
    },
    /// A part of a bigger frame.
    #[error("its data window is not its display window; save it uncropped")]
    Cropped,
    /// A NaN or an infinity.
    #[error("the value of channel {channel} at pixel ({x}, {y}) is {value}; it must be finite")]
    NotFinite {
        /// The column.
        x: usize,
        /// The row.
        y: usize,
        /// The channel.
        channel: usize,
        /// The value.
        value: f64,
    },
    /// Bytes that do not follow the format.
    #[error("it is not a valid {format} file ({reason}); write it again")]
    Malformed {
        /// The format's name.
        format: &'static str,
        /// What the decoder says.
        reason: String,
    },
}

/// What is in the way of a file.
#[derive(Debug, thiserror::Error)]
pub enum WriteDefect {
    /// The operating system refused, or the encoder failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The folder of the file cannot be made or takes no files.
    #[error("its folder {} cannot be used: {error}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
    /// The path is a folder.
    #[error("it is a folder; name a file in it")]
    Directory,
    /// The path is a device, a pipe or a socket.
    #[error("it is not a regular file; name one, so that it can be replaced as a whole")]
    NotAFile,
    /// The path has no file name.
    #[error("the path has no file name; add one")]
    NoName,
    /// The picture has no pixels.
    #[error("the picture has no pixels")]
    Empty,
    /// The picture is wider or higher than the format can store.
    #[error("the picture has {width} × {height} pixels, more than the format can store")]
    TooLarge {
        /// The width in pixels.
        width: usize,
        /// The height in pixels.
        height: usize,
    },
    /// The picture has a number of channels that no format has a name for.
    #[error("the picture has {0} channels; only 1 (grey), 3 (RGB) and 4 (RGBA) can be written")]
    Channels(usize),
    /// The range of a colour map is negative, infinite or not a number.
    #[error("the range of the colour map is {0}; it must be finite and not negative")]
    Range(f64),
}
