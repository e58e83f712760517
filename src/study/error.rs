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
    /// There is a run already.
    #[error(
        "start a study in {}: there is a run already; go on with --resume {}, replace it with \
         --force, or name another folder",
        folder.display(),
        folder.display()
    )]
    Occupied {
        /// The folder.
        folder: PathBuf,
    },
    /// There is no run.
    #[error("read the run in {}: there is no inputs/study.json in it; name the folder of a run", folder.display())]
    NoRun {
        /// The folder.
        folder: PathBuf,
    },
    /// A file of the run is not what it should be.
    #[error("read {}: {reason}; remove it, and --resume measures the cell again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Runs of different studies.
    #[error(
        "merge {} and {}: they are of different studies, or of different scenes",
        first.display(),
        other.display()
    )]
    Different {
        /// The first folder.
        first: PathBuf,
        /// Another.
        other: PathBuf,
    },
    /// The result of a merge would replace a part.
    #[error("merge into {}: it is one of the parts; name another folder", folder.display())]
    MergeIntoPart {
        /// The folder.
        folder: PathBuf,
    },
    /// No parts.
    #[error("merge: there is nothing to merge; name the folders of runs")]
    NothingToMerge,
    /// An estimate that is infinite or not a number.
    #[error("measure {cell}: an estimate is infinite or not a number (seed {seed})")]
    NotFinite {
        /// The cell.
        cell: String,
        /// The seed of the estimate.
        seed: u64,
    },
    /// The threads cannot be started.
    #[error("start threads: {0}; ask for fewer with --threads")]
    Threads(rayon::ThreadPoolBuildError),
    /// The operating system refuses.
    #[error("use {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it says.
        source: std::io::Error,
    },
}
