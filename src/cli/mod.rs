//! The command line: one file a command, and what they share.
//!
//! Results go to files, the short report to the standard output, progress and errors to the
//! standard error. The process exits with 0 when all is done and with 2 for wrong usage and bad
//! input; 1 is kept for the verdict "no" of a check, 130 for a fit or a study that Ctrl-C ended. Only
//! this module prints.

mod arguments;
mod check;
mod check_files;
mod completions;
mod details;
mod error;
mod fit;
mod fit_options;
mod grad;
mod gradient_json;
mod interrupt;
mod measure;
mod method_parser;
mod objective;
mod options;
mod outputs;
mod params;
mod progress;
mod render;
mod report;
mod run;
mod schema;
mod seconds;
mod study;

pub use run::{command, run};
