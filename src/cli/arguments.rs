use clap::{Parser, Subcommand};

use super::check::CheckArguments;
use super::completions::CompletionsArguments;
use super::fit_options::FitArguments;
use super::grad::GradArguments;
use super::params::ParamsArguments;
use super::render::RenderArguments;
use super::schema::SchemaArguments;
use super::study::StudyArguments;

/// Render 2D scenes and their derivatives, silhouettes included, and fit scenes to pictures
#[derive(Debug, Parser)]
#[command(name = "reynolds", version, arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  reynolds render scenes/quickstart.json -o out/quickstart.png --grad 'disk.*'
  reynolds grad scenes/quickstart.json --target photo.png -o out/gradient.json
  reynolds fit scenes/quickstart.json --target photo.png -o out/fit
  reynolds study studies/stratification.json -o out/study
  reynolds params scenes/quickstart.json

Exit codes: 0 done, 1 a check fails, 2 wrong usage or bad input, 130 a fit or a study was interrupted.")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Render(RenderArguments),
    Grad(GradArguments),
    Check(CheckArguments),
    // As large as all others together.
    Fit(Box<FitArguments>),
    Study(StudyArguments),
    Params(ParamsArguments),
    Schema(SchemaArguments),
    Completions(CompletionsArguments),
}
