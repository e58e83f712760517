use std::path::Path;

use super::ExportError;

/// A file format of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// 8 bits a channel.
    Png,
    /// A numpy array of float64.
    Npy,
    /// OpenEXR, 32-bit float.
    Exr,
}

impl Format {
    /// Returns the format that the extension of `path` names, in upper or lower case.
    ///
    /// # Errors
    /// [`ExportError::UnknownFormat`] for any other extension and for none.
    ///
    /// ```
    /// use reynolds::export::Format;
    /// assert_eq!(Format::of("out/disk.npy".as_ref()).unwrap(), Format::Npy);
    /// assert!(Format::of("disk.jpeg".as_ref()).is_err());
    /// ```
    pub fn of(path: &Path) -> Result<Self, ExportError> {
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        match extension.to_str() {
            Some("png") => Ok(Self::Png),
            Some("npy") => Ok(Self::Npy),
            Some("exr") => Ok(Self::Exr),
            _ => Err(ExportError::UnknownFormat { path: path.into() }),
        }
    }
}
