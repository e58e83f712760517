use clap::{Parser, Subcommand};

use super::check::CheckArguments;
use super::completions::CompletionsArguments;
use super::grad::GradArguments;
use super::params::ParamsArguments;
use super::render::RenderArguments;
use super::schema::SchemaArguments;

/// Render 2D scenes and their derivatives, silhouettes included
#[derive(Debug, Parser)]
#[command(name = "reynolds", version, arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  reynolds render scenes/quickstart.json -o out/quickstart.png --grad 'disk.*'
  reynolds grad scenes/quickstart.json --target photo.png -o out/gradient.json
  reynolds params scenes/quickstart.json

Exit codes: 0 done, 1 a check fails, 2 wrong usage or bad input.")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Render(RenderArguments),
    Grad(GradArguments),
    Check(CheckArguments),
    Params(ParamsArguments),
    Schema(SchemaArguments),
    Completions(CompletionsArguments),
}
