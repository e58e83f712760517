use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::CliError;

static REQUESTED: AtomicBool = AtomicBool::new(false);
static LISTENING: OnceLock<()> = OnceLock::new();

/// Exit code of an interrupted run, 128 and the number of the signal.
pub const INTERRUPTED: u8 = 130;

/// From now on a first Ctrl-C is remembered; a second one ends the process at once.
pub fn listen() -> Result<(), CliError> {
    if LISTENING.set(()).is_err() {
        return Ok(());
    }
    let handler = || {
        if REQUESTED.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED.into());
        }
    };
    ctrlc::set_handler(handler).map_err(CliError::Interrupt)
}

/// Tells whether there was a Ctrl-C.
pub fn is_requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}
