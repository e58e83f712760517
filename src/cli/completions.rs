use clap::Args;
use clap_complete::{Shell, generate};

use super::error::CliError;
use super::report::print;
use super::run::command;

/// Print a script that completes commands and options in a shell
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  reynolds completions bash > ~/.local/share/bash-completion/completions/reynolds")]
pub struct CompletionsArguments {
    /// Shell to write the script for
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Prints the script.
pub fn run(arguments: &CompletionsArguments) -> Result<(), CliError> {
    // Into memory first: the generator panics where a pipe is closed.
    let mut script = Vec::new();
    generate(arguments.shell, &mut command(), "reynolds", &mut script);
    print(&String::from_utf8_lossy(&script))
}
