use std::path::PathBuf;

use thiserror::Error;

use crate::export::ExportError;
use crate::scene::SceneError;

/// Why a study cannot be made. Except for errors in a file, the text completes "failed to …".
#[derive(Debug, Error)]
pub enum StudyError {
    /// A study file or a scene is none.
    #[error(transparent)]
    File(#[from] SceneError),
    /// A file cannot be read or written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The operating system refuses.
    #[error("use {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it says.
        source: std::io::Error,
    },
}
