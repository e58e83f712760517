use std::path::PathBuf;

use clap::Args;

use super::error::CliError;
use super::report::print;
use crate::export::write_text;
use crate::scene::json_schema;

/// Print the JSON Schema of scene files (draft 2020-12)
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  reynolds schema -o scene.schema.json")]
pub struct SchemaArguments {
    /// Write the schema to this file, not to the standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Prints or writes the schema.
pub fn run(arguments: &SchemaArguments) -> Result<(), CliError> {
    // The alternate form of a JSON value is indented and cannot fail.
    let text = format!("{:#}\n", json_schema());
    match &arguments.output {
        Some(path) => Ok(write_text(path, &text)?),
        None => print(&text),
    }
}
