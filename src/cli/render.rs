use std::path::PathBuf;

use clap::Args;

use super::details;
use super::error::CliError;
use super::measure::run_measured;
use super::method_parser::check_method;
use super::options::{RenderOptions, RunOptions, SceneOptions};
use super::outputs::Outputs;
use super::report::Report;
use super::seconds::{Seconds, Stage};
use crate::export::{gradient_path, gradient_range, write_gradient, write_image};
use crate::film::Image;
use crate::integrator::{Renderer, SampleCounts};
use crate::scene::{ParameterId, Scene, Unit};

/// Render a scene to image files, with gradient images beside them
///
/// The extension picks the format: .png (8 bits), .npy (float64, [height][width][channels]), .exr
/// (32-bit float). Images have 3 channels over an opaque background, otherwise 4.
///
/// A gradient image holds the derivative of every pixel with respect to one parameter, per unit of
/// the parameter. In PNG it is a colour map, white at zero, with the range that is printed; in .npy
/// and .exr it has the signed values.
#[derive(Args, Debug)]
#[command(override_usage = "reynolds render [OPTIONS] <SCENE> --output <FILE>...")]
#[command(after_help = "\
Examples:
  reynolds render scene.json -o out/scene.png --grad 'disk.*'
  reynolds render scene.json -o out/scene.png out/scene.npy --spp 64 --filter mitchell
  reynolds render scene.json -o out/big.exr -D canvas.width=1024 -D disk.radius=90
  reynolds render scene.json -o out/scene.png --grad '*.center.?' --stats out/stats.json --repeat 5")]
pub struct RenderArguments {
    #[command(flatten)]
    scene: SceneOptions,

    /// Image file (.png, .npy or .exr); several may follow, and the option may be repeated
    #[arg(short, long, value_name = "FILE", required = true, num_args = 1..)]
    output: Vec<PathBuf>,

    /// Write a gradient image for each parameter that matches, as <stem>.d.<parameter>.<ext>
    /// beside each output; repeatable. `*` stands for any text, `?` for one character, `{a,b}` for
    /// one of several
    #[arg(long, value_name = "GLOB")]
    grad: Vec<String>,

    #[command(flatten)]
    render: RenderOptions,

    #[command(flatten)]
    run: RunOptions,
}

/// Renders an image and gradient images.
pub fn run(arguments: &RenderArguments) -> Result<(), CliError> {
    run_measured(&arguments.run, |report, seconds| {
        render(arguments, report, seconds)
    })
}

fn render(
    arguments: &RenderArguments,
    report: &Report,
    seconds: &mut Seconds,
) -> Result<SampleCounts, CliError> {
    let scene = seconds.time(Stage::Load, || arguments.scene.load())?;
    let parameters = select(arguments, &scene)?;
    check_outputs(arguments, &scene, &parameters)?;
    let settings = arguments.render.settings(&scene.render);

    let tick = || report.progress().tick();
    let renderer = seconds.time(Stage::Outline, || Renderer::new(&scene, settings));
    let renderer = renderer
        .with_method(arguments.render.method)
        .with_progress(&tick);
    report.detail(|| details::describe(&scene, &renderer, arguments.render.method));
    check_method(&renderer, arguments.render.method)?;
    let derivative = arguments.render.method.estimator().jvp_passes();
    let passes = 1 + derivative * parameters.len();
    report
        .progress()
        .start(renderer.grid().tiles().len(), passes);

    let image = seconds.time(Stage::Image, || renderer.image());
    write_images(arguments, &scene, &image, report, seconds)?;
    // One at a time, so that memory does not grow with the number of parameters.
    for id in parameters {
        let gradient = seconds.time(Stage::Gradient, || renderer.jvp(&[(id, 1.0)]));
        write_gradients(arguments, &scene, id, &gradient, report, seconds)?;
    }
    report.progress().finish();
    Ok(renderer.sample_counts())
}

fn select(arguments: &RenderArguments, scene: &Scene) -> Result<Vec<ParameterId>, CliError> {
    let selected = scene.parameters.select(&arguments.grad);
    selected.map_err(|source| CliError::Select {
        option: "--grad",
        source,
    })
}

fn check_outputs(
    arguments: &RenderArguments,
    scene: &Scene,
    parameters: &[ParameterId],
) -> Result<(), CliError> {
    let mut outputs = Outputs::new(&arguments.run)?;
    for output in &arguments.output {
        outputs.add_picture(output)?;
        for &id in parameters {
            outputs.add_picture(&gradient_path(output, &scene.parameters[id].name))?;
        }
    }
    Ok(())
}

fn write_images(
    arguments: &RenderArguments,
    scene: &Scene,
    image: &Image,
    report: &Report,
    seconds: &mut Seconds,
) -> Result<(), CliError> {
    for path in &arguments.output {
        seconds.time(Stage::Write, || {
            write_image(path, image, scene.canvas.color_space)
        })?;
        let channels = if image.channels() == 3 { "RGB" } else { "RGBA" };
        let (width, height) = (image.width(), image.height());
        let path = path.display();
        report.line(&format!("{path}  {width} × {height} px, {channels}"))?;
    }
    Ok(())
}

fn write_gradients(
    arguments: &RenderArguments,
    scene: &Scene,
    id: ParameterId,
    gradient: &Image,
    report: &Report,
    seconds: &mut Seconds,
) -> Result<(), CliError> {
    let parameter = &scene.parameters[id];
    let range = gradient_range(gradient);
    for output in &arguments.output {
        let path = gradient_path(output, &parameter.name);
        seconds.time(Stage::Write, || {
            write_gradient(&path, gradient, &parameter.name, Some(range))
        })?;
        let range = describe_range(range, parameter.kind.unit());
        report.line(&format!("{}  {range}", path.display()))?;
    }
    Ok(())
}

fn describe_range(range: f64, unit: Unit) -> String {
    match unit {
        _ if range == 0.0 => "range 0".to_owned(),
        Unit::One => format!("range ±{range:.2e}"),
        unit => format!("range ±{range:.2e} per {}", unit.symbol()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_the_inverse_unit_of_the_parameter() {
        assert_eq!(describe_range(3.25, Unit::Pixel), "range ±3.25e0 per px");
        assert_eq!(describe_range(0.01, Unit::Degree), "range ±1.00e-2 per deg");
        assert_eq!(describe_range(1234.0, Unit::One), "range ±1.23e3");
        assert_eq!(describe_range(0.0, Unit::Pixel), "range 0");
    }
}
