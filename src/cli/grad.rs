use std::path::PathBuf;

use clap::Args;

use super::details;
use super::error::CliError;
use super::gradient_json::gradient_json;
use super::measure::run_measured;
use super::method_parser::check_method;
use super::objective::{Objective, ObjectiveOptions};
use super::options::{RenderOptions, RunOptions, SceneOptions};
use super::outputs::Outputs;
use super::params::select;
use super::report::Report;
use super::seconds::{Seconds, Stage};
use crate::export::write_text;
use crate::integrator::{Renderer, SampleCounts};
use crate::sampling::{Key, Stream};
use crate::scene::{ParameterId, Scene};
use crate::statistics::RunningMoments;

/// Differentiate a function of the image with respect to all parameters of a scene
///
/// The result is a JSON object from parameter names to derivatives, in the order of the scene file
/// and with all digits; derivatives are per unit of the parameter.
#[derive(Args, Debug)]
#[command(override_usage = "reynolds grad [OPTIONS] <SCENE> <--adjoint <W>|--target <T>>")]
#[command(after_help = "\
Examples:
  reynolds grad scene.json --target photo.png -o out/gradient.json
  reynolds grad scene.json --target photo.exr --loss l1 --params 'disk.*'
  reynolds grad scene.json --adjoint weights.npy --replicates 32 -o out/gradient.json")]
pub struct GradArguments {
    #[command(flatten)]
    scene: SceneOptions,

    #[command(flatten)]
    objective: ObjectiveOptions,

    /// Write the JSON to this file, not to the standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Give only the parameters that match; repeatable [default: all]
    #[arg(long, value_name = "GLOB")]
    params: Vec<String>,

    /// Estimate with R independent seeds and give {"mean", "stderr"} of each derivative; R is at
    /// least 2
    #[arg(long, value_name = "R", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    replicates: Option<u32>,

    #[command(flatten)]
    render: RenderOptions,

    #[command(flatten)]
    run: RunOptions,
}

/// Estimates a gradient.
pub fn run(arguments: &GradArguments) -> Result<(), CliError> {
    run_measured(&arguments.run, |report, seconds| {
        grad(arguments, report, seconds)
    })
}

fn grad(
    arguments: &GradArguments,
    report: &Report,
    seconds: &mut Seconds,
) -> Result<SampleCounts, CliError> {
    let (scene, picture) = seconds.time(Stage::Load, || {
        let scene = arguments.scene.load()?;
        let picture = arguments.objective.read(scene.canvas.color_space)?;
        Ok::<_, CliError>((scene, picture))
    })?;
    let parameters = select(&scene.parameters, &arguments.params)?;
    let mut outputs = Outputs::new(&arguments.run)?;
    arguments
        .output
        .iter()
        .try_for_each(|path| outputs.add(path))?;
    let settings = arguments.render.settings(&scene.render);

    let tick = || report.progress().tick();
    let renderer = seconds.time(Stage::Outline, || Renderer::new(&scene, settings));
    let mut renderer = renderer
        .with_method(arguments.render.method)
        .with_progress(&tick);
    let objective = Objective::new(picture, &scene, &renderer)?;
    report.detail(|| details::describe(&scene, &renderer, arguments.render.method));

    check_method(&renderer, arguments.render.method)?;
    let gradient = estimate(
        arguments,
        &mut renderer,
        &parameters,
        &objective,
        report,
        seconds,
    );
    let counts = renderer.sample_counts();
    report.progress().finish();
    write(arguments, &scene, &parameters, &gradient, report, seconds)?;
    Ok(counts)
}

/// Estimates over all replicates.
struct Gradient {
    /// The loss, if the objective is one.
    loss: Option<RunningMoments>,
    /// One derivative for each parameter that is wanted.
    derivatives: Vec<RunningMoments>,
}

fn estimate(
    arguments: &GradArguments,
    renderer: &mut Renderer<'_>,
    parameters: &[ParameterId],
    objective: &Objective,
    report: &Report,
    seconds: &mut Seconds,
) -> Gradient {
    let seeds = seeds(renderer.settings().seed, arguments.replicates);
    let estimator = arguments.render.method.estimator();
    let passes = usize::from(objective.needs_image()) + estimator.vjp_passes(parameters.len());
    let tiles = renderer.grid().tiles().len();
    report
        .progress()
        .start(tiles, passes.saturating_mul(seeds.len()));

    let mut gradient = Gradient {
        loss: None,
        derivatives: Vec::new(),
    };
    for seed in seeds {
        renderer.set_seed(seed);
        // Image and derivative draw from streams of their own, so they are independent.
        let (adjoint, loss) = seconds.time(Stage::Image, || objective.adjoint(|| renderer.image()));
        let derivatives = seconds.time(Stage::Gradient, || renderer.vjp_by(&adjoint, parameters));
        gradient.push(loss, &derivatives);
    }
    gradient
}

/// Returns the seeds to render with: the given one, or those of independent replicates.
fn seeds(seed: u64, replicates: Option<u32>) -> Vec<u64> {
    let root = Key::new(seed, Stream::Replicate);
    match replicates {
        None => vec![seed],
        Some(count) => (0..u64::from(count))
            .map(|number| root.child(number).bits())
            .collect(),
    }
}

impl Gradient {
    fn push(&mut self, loss: Option<f64>, derivatives: &[f64]) {
        if let Some(loss) = loss {
            self.loss.get_or_insert_default().push(loss);
        }
        self.derivatives
            .resize(derivatives.len(), RunningMoments::default());
        for (moments, &derivative) in self.derivatives.iter_mut().zip(derivatives) {
            moments.push(derivative);
        }
    }

    fn describe_loss(&self) -> Option<String> {
        let loss = self.loss?;
        let mean = loss.mean();
        Some(match loss.count() {
            1 => format!("loss {mean:.6e}"),
            count => {
                let error = loss.standard_error();
                format!("loss {mean:.6e} ± {error:.1e} (mean of {count} replicates)")
            }
        })
    }
}

fn write(
    arguments: &GradArguments,
    scene: &Scene,
    parameters: &[ParameterId],
    gradient: &Gradient,
    report: &Report,
    seconds: &mut Seconds,
) -> Result<(), CliError> {
    let names = parameters
        .iter()
        .map(|&id| scene.parameters[id].name.as_str());
    let rows = names.zip(gradient.derivatives.iter().copied());
    let json = gradient_json(&rows.collect::<Vec<_>>())?;
    let Some(path) = &arguments.output else {
        report.detail(|| gradient.describe_loss().unwrap_or_default());
        return seconds.time(Stage::Write, || report.result(&json));
    };
    seconds.time(Stage::Write, || write_text(path, &json))?;
    let plural = if parameters.len() == 1 { "" } else { "s" };
    let count = parameters.len();
    report.line(&format!("{}  {count} derivative{plural}", path.display()))?;
    gradient
        .describe_loss()
        .map_or(Ok(()), |line| report.line(&line))
}
