use std::io;

use thiserror::Error;

/// Why a scene cannot be had.
///
/// The text names the file as it was given, then line and column (of characters, counted from 1),
/// then the path of the value inside the file, as far as they are known.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SceneError {
    /// The file cannot be read.
    #[error("{file}: cannot be read: {source}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        source: io::Error,
    },
    /// What is there is no text of a scene: a directory, an empty or a huge file.
    #[error("{file}: {message}")]
    NoScene {
        /// The file.
        file: String,
        /// What it is instead.
        message: String,
    },
    /// The file is not UTF-8.
    #[error("{file}:{line}: byte {offset} of the file is not valid UTF-8")]
    Encoding {
        /// The file.
        file: String,
        /// The line of the first invalid byte.
        line: usize,
        /// The place of the first invalid byte, counted from 0.
        offset: usize,
    },
    /// The text is not JSON.
    #[error("{file}:{line}:{column}: {message}")]
    Syntax {
        /// The file.
        file: String,
        /// The line.
        line: usize,
        /// The column.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// The JSON is not a scene.
    #[error("{file}:{line}:{column}: {path}{}{message}", if path.is_empty() { "" } else { ": " })]
    Invalid {
        /// The file.
        file: String,
        /// The line.
        line: usize,
        /// The column.
        column: usize,
        /// Which value, such as `shapes[2].radius`; empty for the whole file.
        path: String,
        /// What is wrong.
        message: String,
    },
    /// An override does not fit the scene.
    #[error("-D {text}: {message}")]
    Override {
        /// The override as it was given.
        text: String,
        /// What is wrong.
        message: String,
    },
}
