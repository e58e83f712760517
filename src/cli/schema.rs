use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::error::CliError;
use super::report::print;
use crate::export::write_text;
use crate::{scene, study};

/// Print the JSON Schema of scene or study files (draft 2020-12)
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  reynolds schema -o scene.schema.json
  reynolds schema study -o study.schema.json")]
pub struct SchemaArguments {
    /// Which files
    #[arg(value_name = "FILES", default_value = "scene")]
    of: Files,

    /// Write the schema to this file, not to the standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Files that have a schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Files {
    /// Scenes
    Scene,
    /// Studies
    Study,
}

/// Prints or writes the schema.
pub fn run(arguments: &SchemaArguments) -> Result<(), CliError> {
    let schema = match arguments.of {
        Files::Scene => scene::json_schema(),
        Files::Study => study::json_schema(),
    };
    // The alternate form of a JSON value is indented and cannot fail.
    let text = format!("{schema:#}\n");
    match &arguments.output {
        Some(path) => Ok(write_text(path, &text)?),
        None => print(&text),
    }
}
