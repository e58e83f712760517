use std::path::PathBuf;

use thiserror::Error;

use crate::export::ExportError;
use crate::loss::TargetError;
use crate::scene::{SceneError, SelectError};

/// Why a fit cannot start or go on. The text completes "failed to …".
#[derive(Debug, Error)]
pub enum FitError {
    /// A glob selects nothing.
    #[error("select parameters for {what}: {source}")]
    Select {
        /// What the glob is for.
        what: &'static str,
        /// Which glob, and why.
        source: SelectError,
    },
    /// The picture is no target for the scene.
    #[error("use the target: {0}")]
    Target(#[from] TargetError),
    /// Nothing can move.
    #[error("fit the scene: it has no parameter that can move; add shapes, or select others")]
    NothingMoves,
    /// L-BFGS with a noisy loss.
    #[error(
        "use the optimizer lbfgs: its line search needs a loss without noise; add --method exact, \
         or choose another optimizer"
    )]
    NoisyLineSearch,
    /// A loss or a derivative that is infinite or not a number.
    #[error(
        "make step {step}: {what} is {value}; the values before the step are kept, and --seed \
         {seed} with these values replays it"
    )]
    NotFinite {
        /// The loss, or which derivative.
        what: String,
        /// What it is.
        value: f64,
        /// The step, counted from 0.
        step: u64,
        /// The seed of the step.
        seed: u64,
    },
    /// What is stored does not belong to the scene.
    #[error("resume: the checkpoint has {stored} values, and {moving} parameters move")]
    Mismatch {
        /// How many values the state has.
        stored: usize,
        /// How many parameters move.
        moving: usize,
    },
}

/// Why a run folder cannot be used. The text completes "failed to …".
#[derive(Debug, Error)]
pub enum FolderError {
    /// A file cannot be read or written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// There is a run already.
    #[error(
        "start a run in {}: there is one already ({found}); go on with --resume {}, replace it \
         with --force, or name another folder",
        folder.display(),
        folder.display()
    )]
    Occupied {
        /// The folder.
        folder: PathBuf,
        /// A file of the run.
        found: String,
    },
    /// There is no run to go on with.
    #[error("resume {}: there is no {missing} in it; name the folder of a run", folder.display())]
    NoRun {
        /// The folder.
        folder: PathBuf,
        /// The file that is not there.
        missing: String,
    },
    /// A file of the run is not what it should be.
    #[error("resume from {}: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The scene of the run cannot be read.
    #[error("resume: {0}")]
    Scene(#[from] SceneError),
    /// The operating system refuses.
    #[error("use {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it says.
        source: std::io::Error,
    },
}
