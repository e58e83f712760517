use std::path::PathBuf;

use clap::Args;

use super::error::CliError;
use super::options::{RenderOptions, RunOptions};
use crate::export::{AnimationFormat, read_image};
use crate::film::Image;
use crate::fit::{FitSettings, Initial, Output, SeedMode};
use crate::loss::{Penalty, PixelLoss, resize};
use crate::optimizer::{OptimizerKind, ScheduleShape};
use crate::scene::{ColorSpace, Override, Scene};

/// Fit a scene to a picture: move its parameters until its image looks like the target
///
/// Each step renders the scene, differentiates the loss with respect to all parameters and moves
/// them, by default with Adam, along rates that fall to nearly nothing. Everything that a scene may
/// not be is undone after each step: radii stay ≥ 0, colours and offsets in [0, 1], stops in order.
///
/// The gradient is unbiased for the losses l2 and pyramid: image and derivative come from
/// independent samples, new ones in each step. For l1 and huber no unbiased form is known: noise
/// that carries I − T over their kinks biases it, less with more samples, not at all with
/// --method exact.
///
/// The folder gets final.json (a scene again), final.png, target.png, initial.png, difference.png,
/// loss.csv, loss.svg, parameters.csv, summary.json and checkpoint.json. Ctrl-C finishes the step,
/// writes everything and exits with 130; --resume goes on and comes to the same bits as if nothing
/// had happened, also after the process was killed.
#[derive(Args, Debug)]
#[command(override_usage = "\
reynolds fit [OPTIONS] <SCENE> --target <T> -o <DIR>
       reynolds fit [OPTIONS] --init <KIND:N> --target <T> -o <DIR>
       reynolds fit --resume <DIR> [--steps <N>]")]
#[command(after_help = "\
Examples:
  reynolds fit scene.json --target photo.png -o out/fit
  reynolds fit --init blobs:256 --target photo.png -o out/photo --animate
  reynolds fit scene.json --target photo.png -o out/fit --params '*.center.?' --loss pyramid
  reynolds fit scene.json --target photo.npy -o out/fit --method exact --optimizer lbfgs
  reynolds fit --resume out/fit

Exit codes: 0 done, 2 wrong usage, bad input or a step that fails, 130 interrupted.")]
pub struct FitArguments {
    /// Scene file (JSON, version 1) to start from
    #[arg(value_name = "SCENE", required_unless_present_any = ["init", "resume"])]
    pub scene: Option<PathBuf>,

    /// Set a parameter or a field before the fit: disk.radius=30, canvas.background=[0,0,0];
    /// repeatable
    #[arg(short = 'D', long = "define", value_name = "PATH=VALUE")]
    pub overrides: Vec<Override>,

    /// Start without a scene, from N shapes placed where the picture needs them, large ones first:
    /// blobs:N (closed curves) or circles:N
    #[arg(long, value_name = "KIND:N", conflicts_with = "scene")]
    pub init: Option<Initial>,

    /// What the image should look like (.png, .npy or .exr); alpha is laid over the scene's
    /// background if that is opaque
    #[arg(long, value_name = "T", required_unless_present = "resume")]
    pub target: Option<PathBuf>,

    /// Resize the target to the scene's canvas; with --init, give the length of its longer side
    #[arg(long, value_name = "SIDE", num_args = 0..=1, require_equals = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub resize: Option<Option<u32>>,

    /// Folder for the run
    #[arg(short, long, value_name = "DIR", required_unless_present = "resume")]
    pub output: Option<PathBuf>,

    /// Replace a run that is in the folder already
    #[arg(long)]
    pub force: bool,

    /// Go on with the run in this folder, with its settings; of the options of a fit only --steps,
    /// for more steps than it had, may be given
    #[arg(long, value_name = "DIR")]
    #[arg(conflicts_with_all = [
        "scene", "overrides", "init", "target", "resize", "output", "force", "params",
        "optimizer", "loss", "regularize", "lr", "lr_points", "lr_color", "lr_params",
        "schedule", "lr_hold", "lr_end", "weight_decay", "seed_mode", "animate", "save_every",
        "spp", "edge_samples", "edge_allocation", "sampler", "filter", "seed", "method", "repeat",
    ])]
    pub resume: Option<PathBuf>,

    #[command(flatten)]
    pub descent: DescentOptions,

    #[command(flatten)]
    pub files: FileOptions,

    #[command(flatten)]
    pub render: RenderOptions,

    #[command(flatten)]
    pub run: RunOptions,
}

/// How to descend.
#[derive(Args, Debug)]
#[command(next_help_heading = "Descent")]
pub struct DescentOptions {
    /// Move only the parameters that match; repeatable [default: the scene's, or all]
    #[arg(long, value_name = "GLOB")]
    params: Vec<String>,

    /// Number of steps [default: the scene's, or 300]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=1 << 32))]
    pub steps: Option<u64>,

    /// Optimiser [default: the scene's, or adam]
    #[arg(long, value_name = "NAME")]
    optimizer: Option<OptimizerKind>,

    /// Loss between image I and target T, a mean over pixels and channels: l2 (I − T)², l1 |I − T|,
    /// huber[:DELTA] (l2 that grows linearly beyond DELTA, 0.1 unless given), pyramid[:LEVELS] (l2
    /// over coarser and coarser pictures: it pulls shapes that do not yet touch their target). The
    /// gradients of l1 and huber are biased by noise [default: the scene's, or l2]
    #[arg(long, value_name = "NAME")]
    loss: Option<PixelLoss>,

    /// Add weight · Σ (θ − c)² over the parameters that match, with their start for c, or one value:
    /// GLOB=WEIGHT or GLOB=WEIGHT@C; repeatable
    #[arg(long, value_name = "GLOB=WEIGHT")]
    regularize: Vec<Penalty>,

    /// Factor on all learning rates [default: 1]
    #[arg(long, value_name = "FACTOR", allow_negative_numbers = true, value_parser = positive)]
    lr: Option<f64>,

    /// Learning rate of positions, translations and radii; widths take a tenth [default: 1 px]
    #[arg(long, value_name = "PX", allow_negative_numbers = true, value_parser = positive)]
    lr_points: Option<f64>,

    /// Learning rate of colours and opacities [default: 0.01]
    #[arg(long, value_name = "RATE", allow_negative_numbers = true, value_parser = positive)]
    lr_color: Option<f64>,

    /// Learning rate of the parameters that match, in their unit; repeatable, later ones win
    /// [default: 1 deg for angles, 0.01 for scales and offsets]
    #[arg(long, value_name = "GLOB=RATE", value_parser = rate_of_glob)]
    lr_params: Vec<(String, f64)>,

    /// How learning rates fall over the run [default: the scene's, or cosine]
    #[arg(long, value_name = "NAME")]
    schedule: Option<ScheduleShape>,

    /// Part of the steps before learning rates fall [default: 0.8]
    #[arg(long, value_name = "PART", allow_negative_numbers = true, value_parser = part)]
    lr_hold: Option<f64>,

    /// Factor on the learning rates after the last step, for all schedules but constant
    /// [default: 0.001]
    #[arg(long, value_name = "FACTOR", allow_negative_numbers = true, value_parser = end)]
    lr_end: Option<f64>,

    /// Part of the way back to its start that adamw takes every parameter in a step
    /// [default: 0.01]
    #[arg(long, value_name = "PART", allow_negative_numbers = true, value_parser = part)]
    weight_decay: Option<f64>,

    /// Whether each step has random numbers of its own: fresh or fixed [default: fresh]
    #[arg(long, value_name = "NAME")]
    seed_mode: Option<SeedMode>,
}

/// Which files to write.
#[derive(Args, Debug)]
#[command(next_help_heading = "Files")]
pub struct FileOptions {
    /// Write a film of the run, animation.gif or, with =png, an animated PNG
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "gif")]
    animate: Option<AnimationFormat>,

    /// Write picture and scene of every N-th step into DIR/snapshots
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=1 << 32))]
    save_every: Option<u64>,

    /// Seconds between two checkpoints, at least; 0 for one after each step
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0)]
    #[arg(allow_negative_numbers = true, value_parser = seconds)]
    pub checkpoint_every: f64,
}

impl FitArguments {
    /// Returns the scene to start from and the target, read and resized.
    pub fn read(&self) -> Result<(Scene, Image), CliError> {
        let path = self
            .target
            .as_ref()
            .expect("without --resume it is required");
        if let Some(initial) = self.init {
            let target = read_image(path, ColorSpace::Srgb)?;
            let target = match self.resize {
                None => target,
                Some(Some(side)) => shrink(&target, side as usize),
                Some(None) => return Err(CliError::ResizeWithoutSide),
            };
            let target = channels_of_a_scene(path, target)?;
            return Ok((initial.scene(&target, &self.overrides)?, target));
        }
        let scene = self.scene.as_ref().expect("without --init it is required");
        let scene = Scene::load(scene, &self.overrides)?;
        let target = read_image(path, scene.canvas.color_space)?;
        match self.resize {
            None => Ok((scene, target)),
            Some(None) => {
                let (width, height) = (scene.canvas.width as usize, scene.canvas.height as usize);
                let target = resize(&target, width, height);
                Ok((scene, target))
            }
            Some(Some(_)) => Err(CliError::ResizeWithSide),
        }
    }

    /// Returns the settings: the defaults, the scene's, the command line's.
    pub fn settings(&self, scene: &Scene) -> FitSettings {
        let mut settings = FitSettings::of(scene);
        self.descent.apply(&mut settings);
        settings.render = self.render.settings(&scene.render);
        settings.method = self.render.method;
        settings
    }
}

impl DescentOptions {
    fn apply(&self, settings: &mut FitSettings) {
        fn set<T: Copy>(slot: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *slot = value;
            }
        }
        if !self.params.is_empty() {
            settings.params.clone_from(&self.params);
        }
        settings.penalties.extend(self.regularize.iter().cloned());
        let rates = &mut settings.rates;
        rates.by_glob.extend(self.lr_params.iter().cloned());
        set(&mut rates.factor, self.lr);
        set(&mut rates.points, self.lr_points);
        set(&mut rates.color, self.lr_color);
        set(&mut settings.steps, self.steps);
        set(&mut settings.optimizer, self.optimizer);
        set(&mut settings.loss, self.loss);
        set(&mut settings.schedule, self.schedule);
        set(&mut settings.hold, self.lr_hold);
        set(&mut settings.end, self.lr_end);
        set(&mut settings.decay, self.weight_decay);
        set(&mut settings.seed_mode, self.seed_mode);
    }
}

impl FileOptions {
    /// Returns which files to write.
    pub fn output(&self) -> Output {
        Output {
            save_every: self.save_every,
            animation: self.animate,
        }
    }
}

/// Returns a picture whose longer side has that many pixels.
fn shrink(image: &Image, side: usize) -> Image {
    let longer = image.width().max(image.height()) as f64;
    let scaled = |length: usize| ((length as f64 * side as f64 / longer).round() as usize).max(1);
    resize(image, scaled(image.width()), scaled(image.height()))
}

/// Returns a picture with 3 channels or 4; grey becomes RGB.
fn channels_of_a_scene(path: &std::path::Path, image: Image) -> Result<Image, CliError> {
    let size = (image.width(), image.height());
    let channels = if image.channels() == 4 { 4 } else { 3 };
    let fitted = crate::loss::fit_target(&image, size, channels, [1.0; 4]);
    fitted.map_err(|source| CliError::Target {
        path: path.into(),
        source,
    })
}

fn number(text: &str, valid: impl Fn(f64) -> bool, must: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "it is not a number".to_owned())?;
    if valid(value) {
        Ok(value)
    } else {
        Err(format!("it must be {must}"))
    }
}

fn positive(text: &str) -> Result<f64, String> {
    let valid = |value: f64| value > 0.0 && value.is_finite();
    number(text, valid, "positive and finite")
}

fn end(text: &str) -> Result<f64, String> {
    let valid = |value: f64| value > 0.0 && value <= 1.0;
    number(text, valid, "above 0 and at most 1")
}

fn part(text: &str) -> Result<f64, String> {
    number(
        text,
        |value| (0.0..=1.0).contains(&value),
        "between 0 and 1",
    )
}

fn seconds(text: &str) -> Result<f64, String> {
    let valid = |value: f64| (0.0..=1e9).contains(&value);
    number(text, valid, "a number of seconds from 0 to 1e9")
}

fn rate_of_glob(text: &str) -> Result<(String, f64), String> {
    let (glob, rate) = text
        .rsplit_once('=')
        .filter(|(glob, _)| !glob.is_empty())
        .ok_or("expected GLOB=RATE")?;
    Ok((glob.to_owned(), positive(rate)?))
}
