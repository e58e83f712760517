use std::io::{self, ErrorKind, Write};

use super::error::CliError;
use super::options::RunOptions;
use super::progress::Progress;

/// Where a run tells what it does.
pub struct Report {
    results: bool,
    report: bool,
    details: bool,
    progress: Progress,
}

impl Report {
    /// Returns the report of one of several runs; only the first, number 0, prints lines.
    pub fn new(options: &RunOptions, run: u32) -> Self {
        Self {
            results: run == 0,
            report: run == 0 && !options.quiet,
            details: run == 0 && options.verbose,
            progress: Progress::new(options.quiet),
        }
    }

    /// Returns the progress bar.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Prints a line of the short report.
    pub fn line(&self, line: &str) -> Result<(), CliError> {
        if !self.report {
            return Ok(());
        }
        self.progress.pause(|| print(&format!("{line}\n")))
    }

    /// Prints a result that has no file.
    pub fn result(&self, text: &str) -> Result<(), CliError> {
        if !self.results {
            return Ok(());
        }
        self.progress.pause(|| print(text))
    }

    /// Prints a line for the curious to the standard error.
    pub fn detail(&self, line: impl FnOnce() -> String) {
        if self.details {
            // Nothing depends on these lines, so nothing fails with them.
            let _ = self.progress.pause(|| writeln!(io::stderr(), "{}", line()));
        }
    }
}

/// Prints a text to the standard output.
///
/// A reader that has gone away has what it wanted; every other error counts.
pub fn print(text: &str) -> Result<(), CliError> {
    let mut output = io::stdout().lock();
    let written = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(CliError::StandardOutput(error)),
        _ => Ok(()),
    }
}
