use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::export::ExportError;
use crate::fit::{FitError, FolderError};
use crate::loss::TargetError;
use crate::scene::{SceneError, SelectError};
use crate::study::StudyError;

/// Why a command ends early. Except for errors in a scene, the text completes "failed to …".
#[derive(Debug, Error)]
pub enum CliError {
    /// The scene is none, or an override does not fit it.
    #[error("{0}")]
    Scene(#[from] SceneError),
    /// A glob selects nothing.
    #[error("select parameters: {option} {source}")]
    Select {
        /// The option with the glob.
        option: &'static str,
        /// Which glob, and why.
        source: SelectError,
    },
    /// A file cannot be read or written.
    #[error("{0}")]
    Export(#[from] ExportError),
    /// Two results have one path.
    #[error("write {}: two results would go to this file; change a name", .0.display())]
    Collision(PathBuf),
    /// An adjoint in a format that cannot hold one.
    #[error(
        "read {} as an adjoint: PNG cannot hold weights below 0 or above 1; use .npy or .exr",
        .0.display()
    )]
    AdjointFormat(PathBuf),
    /// An adjoint of another shape than the image's.
    #[error(
        "use {} as an adjoint: it is {found}, and the image is {expected}; \
         they must agree (one channel serves for all)",
        path.display()
    )]
    AdjointShape {
        /// The file.
        path: PathBuf,
        /// The adjoint's size and channels.
        found: String,
        /// The image's.
        expected: String,
    },
    /// A picture that is no target for the image.
    #[error("use {} as a target: {source}", path.display())]
    Target {
        /// The file.
        path: PathBuf,
        /// What is in the way.
        source: TargetError,
    },
    /// A fit cannot start or go on.
    #[error("{0}")]
    Fit(#[from] FitError),
    /// The folder of a run cannot be used.
    #[error("{0}")]
    Folder(#[from] FolderError),
    /// A study cannot be made.
    #[error("{0}")]
    Study(#[from] StudyError),
    /// A target is to be resized to a canvas that there is not yet.
    #[error("resize the target: with --init there is no canvas yet; give a side, --resize=256")]
    ResizeWithoutSide,
    /// A side for a target whose canvas has one.
    #[error("resize the target: the scene's canvas gives its size; write --resize without a side")]
    ResizeWithSide,
    /// A run that is at its end.
    #[error(
        "resume {}: all its {steps} steps are made; for more, give a larger number with --steps",
        folder.display()
    )]
    NothingToResume {
        /// The folder of the run.
        folder: PathBuf,
        /// How many steps it has.
        steps: u64,
    },
    /// Ctrl-C cannot be caught.
    #[error("listen for Ctrl-C: {0}")]
    Interrupt(ctrlc::Error),
    /// A method that cannot take the scene.
    #[error("use the method {name} with this scene: {reason}")]
    Method {
        /// The method.
        name: &'static str,
        /// What is in the way.
        reason: &'static str,
    },
    /// A result that is infinite or not a number.
    #[error("find the derivative of {name}: it is {value}; check the values of the adjoint")]
    NotFinite {
        /// The parameter.
        name: String,
        /// The result.
        value: f64,
    },
    /// The threads cannot be started.
    #[error("start {count} threads: {source}; ask for fewer with --threads")]
    Threads {
        /// How many were asked for.
        count: usize,
        /// What the system says.
        source: rayon::ThreadPoolBuildError,
    },
    /// The standard output takes no text.
    #[error("write to the standard output: {0}")]
    StandardOutput(io::Error),
}

impl CliError {
    /// Returns the line to print.
    ///
    /// Errors in a scene file begin with its name, line and column, so that editors can jump there.
    pub fn line(&self) -> String {
        match self {
            Self::Scene(error @ SceneError::Override { .. }) => format!("error: {error}"),
            Self::Scene(error) | Self::Study(StudyError::File(error)) => error.to_string(),
            _ => format!("error: failed to {self}"),
        }
    }
}
