//! The `reynolds` command; see [`reynolds::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    reynolds::cli::run(std::env::args_os())
}
