//! The `reynolds` command; see [`reynolds::cli`].

use std::process::ExitCode;

/// Renders of a few megapixels ask for the same blocks again and again. The allocators of most systems
/// give such blocks back in between, and clearing them anew takes a seventh of the time of a fit.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    reynolds::cli::run(std::env::args_os())
}
