use std::path::PathBuf;

use clap::{ArgAction, Args};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::error::CliError;
use super::method_parser::MethodParser;
use crate::estimator::Method;
use crate::filter::Filter;
use crate::sampling::{EdgeAllocation, Sampler};
use crate::scene::{MAX_EDGE_SAMPLES, MAX_SPP, Override, RenderSettings, Scene};

/// Which scene.
#[derive(Args, Debug)]
pub struct SceneOptions {
    /// Scene file (JSON, version 1)
    #[arg(value_name = "SCENE")]
    pub path: PathBuf,

    /// Set a parameter or a field before rendering: disk.radius=30, canvas.width=512,
    /// shapes[2].fill=[1,0,0], render.tolerance=0.001; repeatable
    #[arg(short = 'D', long = "define", value_name = "PATH=VALUE")]
    pub overrides: Vec<Override>,
}

impl SceneOptions {
    pub fn load(&self) -> Result<Scene, CliError> {
        Ok(Scene::load(&self.path, &self.overrides)?)
    }
}

/// How to render.
#[derive(Args, Debug)]
#[command(next_help_heading = "Rendering")]
pub struct RenderOptions {
    /// Samples per pixel, for the image and again for the interior term of a derivative
    /// [default: the scene's, or 16]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_SPP)))]
    spp: Option<u32>,

    /// Samples per pixel of edge length, on average, for the boundary term of a derivative; a
    /// positive number, fractions allowed; each piece of an edge in a pixel gets at least one,
    /// unless allocated otherwise
    /// [default: the scene's, or 4]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = edge_samples)]
    edge_samples: Option<f64>,

    /// Which parts of edges take these samples [default: the scene's, or pixel]
    #[arg(long, value_name = "NAME")]
    edge_allocation: Option<EdgeAllocation>,

    /// How samples are placed [default: the scene's, or stratified]
    #[arg(long, value_name = "NAME")]
    sampler: Option<Sampler>,

    /// Reconstruction filter [default: the scene's, or box]
    #[arg(long, value_name = "NAME")]
    filter: Option<Filter>,

    /// Seed of all random numbers; one seed gives the same bits on any number of threads
    /// [default: the scene's, or 0]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    seed: Option<u64>,

    /// How images and derivatives are computed, with settings where the method has some:
    /// finite-difference:step=0.5,common=false
    #[arg(long, value_name = "NAME[:SETTING=VALUE,...]", default_value_t = Method::Edge)]
    #[arg(value_parser = MethodParser)]
    pub method: Method,
}

impl RenderOptions {
    /// Returns the settings of a scene with what the command line changes.
    pub fn settings(&self, scene: &RenderSettings) -> RenderSettings {
        RenderSettings {
            spp: self.spp.unwrap_or(scene.spp),
            edge_samples: self.edge_samples.unwrap_or(scene.edge_samples),
            edge_allocation: self.edge_allocation.unwrap_or(scene.edge_allocation),
            sampler: self.sampler.unwrap_or(scene.sampler),
            filter: self.filter.unwrap_or(scene.filter),
            seed: self.seed.unwrap_or(scene.seed),
            tolerance: scene.tolerance,
        }
    }
}

/// How to run, and what to tell.
#[derive(Args, Debug)]
#[command(next_help_heading = "Running")]
pub struct RunOptions {
    /// Threads to work on [default: one per core]
    #[arg(short, long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    /// Write seconds by stage, sample counts and threads to this file (JSON)
    #[arg(long, value_name = "FILE")]
    pub stats: Option<PathBuf>,

    /// Run N times, load to write; each of the seconds in --stats becomes a list of N
    #[arg(
        long,
        value_name = "N",
        requires = "stats",
        allow_negative_numbers = true
    )]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub repeat: Option<u32>,

    /// Print nothing but errors, and results that have no file
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Tell more on the standard error: settings, sizes, samples, seconds
    #[arg(short, long, action = ArgAction::SetTrue)]
    pub verbose: bool,
}

impl RunOptions {
    /// Returns a pool of as many threads as asked for.
    pub fn pool(&self) -> Result<ThreadPool, CliError> {
        // The builder takes 0 for its own default.
        let count = usize::from(self.threads.unwrap_or(0));
        let pool = ThreadPoolBuilder::new().num_threads(count).build();
        pool.map_err(|source| CliError::Threads { count, source })
    }
}

fn edge_samples(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "it is not a number".to_owned())?;
    if value > 0.0 && value <= MAX_EDGE_SAMPLES {
        Ok(value)
    } else {
        Err(format!(
            "it must be positive and at most {MAX_EDGE_SAMPLES}"
        ))
    }
}
