use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use super::arguments::{Arguments, Command};
use super::error::CliError;
use super::interrupt::INTERRUPTED;
use super::{check, completions, fit, grad, params, render, schema, study};

/// Exit code of a check that fails.
const VERDICT_NO: u8 = 1;
/// Exit code of wrong usage and bad input.
const BAD_INPUT: u8 = 2;

/// Runs the command that the arguments name and returns the code to exit with.
///
/// The first argument is the program's name. Prints reports and errors.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version count as errors to clap; nobody may be left to read them.
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::from(BAD_INPUT)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    match execute(&arguments.command) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{}", error.line());
            ExitCode::from(BAD_INPUT)
        }
    }
}

/// Returns the definition of the command line, for documents about it.
pub fn command() -> clap::Command {
    Arguments::command()
}

fn execute(command: &Command) -> Result<ExitCode, CliError> {
    match command {
        Command::Check(arguments) => {
            return Ok(if check::run(arguments)? {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(VERDICT_NO)
            });
        }
        Command::Fit(arguments) => {
            return Ok(if fit::run(arguments)? {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(INTERRUPTED)
            });
        }
        Command::Study(arguments) => {
            return Ok(if study::run(arguments)? {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(INTERRUPTED)
            });
        }
        Command::Render(arguments) => render::run(arguments),
        Command::Grad(arguments) => grad::run(arguments),
        Command::Params(arguments) => params::run(arguments),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Completions(arguments) => completions::run(arguments),
    }?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definition_has_no_contradictions() {
        super::command().debug_assert();
    }
}
