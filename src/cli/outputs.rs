use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::error::CliError;
use super::options::RunOptions;
use crate::export::{Format, check_writable};

/// Files that a command is going to write, checked before it starts to compute.
pub struct Outputs {
    paths: HashSet<PathBuf>,
}

impl Outputs {
    /// Returns the files that the common options ask for.
    pub fn new(options: &RunOptions) -> Result<Self, CliError> {
        let mut outputs = Self {
            paths: HashSet::new(),
        };
        options
            .stats
            .iter()
            .try_for_each(|path| outputs.add(path))?;
        Ok(outputs)
    }

    /// Adds a file.
    pub fn add(&mut self, path: &Path) -> Result<(), CliError> {
        check_writable(path)?;
        // `./x` and `x` are one file.
        let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        if self.paths.insert(full) {
            Ok(())
        } else {
            Err(CliError::Collision(path.to_owned()))
        }
    }

    /// Adds a picture, whose name must end in that of a known format.
    pub fn add_picture(&mut self, path: &Path) -> Result<(), CliError> {
        Format::of(path)?;
        self.add(path)
    }
}
