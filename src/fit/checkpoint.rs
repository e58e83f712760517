use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{FitSettings, FolderError, State, ZeroGradient};
use crate::export::write_text;

/// A run as it is stored between steps. Numbers have as many digits as it takes to read back the
/// same bits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The version of the format: 1.
    version: u32,
    /// The settings of the run.
    pub settings: FitSettings,
    /// Which files it writes.
    pub output: Output,
    /// Derivatives that were exactly 0 in the first step.
    pub zero_gradients: Vec<ZeroGradient>,
    /// What the run remembers.
    pub state: State,
}

/// Which files a run writes besides those that every run has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Picture and scene of every so many steps.
    pub save_every: Option<u64>,
    /// The film of the run.
    pub animation: Option<crate::export::AnimationFormat>,
}

const VERSION: u32 = 1;

impl Checkpoint {
    /// Returns a checkpoint.
    pub fn new(
        settings: FitSettings,
        output: Output,
        zero_gradients: Vec<ZeroGradient>,
        state: State,
    ) -> Self {
        Self {
            version: VERSION,
            settings,
            output,
            zero_gradients,
            state,
        }
    }

    /// Writes the checkpoint whole or not at all.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn write(&self, path: &Path) -> Result<(), FolderError> {
        let text = serde_json::to_string(self).expect("finite numbers can be written as JSON");
        Ok(write_text(path, &text)?)
    }

    /// Reads a checkpoint.
    ///
    /// # Errors
    /// If the file is missing or is no checkpoint.
    pub fn read(path: &Path) -> Result<Self, FolderError> {
        let damaged = |reason: String| FolderError::Damaged {
            path: path.into(),
            reason,
        };
        let text = std::fs::read_to_string(path).map_err(|source| FolderError::Io {
            path: path.into(),
            source,
        })?;
        let checkpoint: Self = serde_json::from_str(&text)
            .map_err(|error| damaged(format!("it is not a checkpoint: {error}")))?;
        match checkpoint.version {
            VERSION => Ok(checkpoint),
            other => Err(damaged(format!(
                "its version is {other}, and this program reads {VERSION}"
            ))),
        }
    }
}
