use serde::Serialize;

use super::error::CliError;
use super::options::RunOptions;
use super::report::Report;
use super::seconds::Seconds;
use crate::export::write_text;
use crate::integrator::SampleCounts;

/// Runs a command's work in threads of its own as often as asked, and writes the statistics.
///
/// Only the first run reports; later ones do the same work again and replace the results by equal
/// ones.
pub fn run_measured(
    options: &RunOptions,
    work: impl Fn(&Report, &mut Seconds) -> Result<SampleCounts, CliError> + Sync,
) -> Result<(), CliError> {
    let pool = options.pool()?;
    let threads = pool.current_num_threads();
    let mut runs = Vec::new();
    let mut samples = SampleCounts::default();
    for run in 0..options.repeat.unwrap_or(1) {
        let report = Report::new(options, run);
        let mut seconds = Seconds::default();
        samples = pool.install(|| work(&report, &mut seconds))?;
        report.detail(|| describe_run(&seconds, samples, threads));
        runs.push(seconds);
    }
    match &options.stats {
        Some(path) => Ok(write_text(path, &stats(options, &runs, samples, threads))?),
        None => Ok(()),
    }
}

fn describe_run(seconds: &Seconds, samples: SampleCounts, threads: usize) -> String {
    let Seconds {
        load,
        outline,
        image,
        gradient,
        write,
    } = seconds;
    format!(
        "samples: {} in pixels, {} on edges; threads: {threads}\n\
         seconds: load {load:.4}, outline {outline:.4}, image {image:.4}, \
         gradient {gradient:.4}, write {write:.4}",
        samples.pixel, samples.edge,
    )
}

#[derive(Serialize)]
struct Stats<T> {
    seconds: T,
    samples: Samples,
    threads: usize,
}

#[derive(Serialize)]
struct Samples {
    pixel: u64,
    edge: u64,
}

/// The seconds of all runs: a list for each stage.
#[derive(Serialize)]
struct Lists {
    load: Vec<f64>,
    outline: Vec<f64>,
    image: Vec<f64>,
    gradient: Vec<f64>,
    write: Vec<f64>,
}

impl Lists {
    fn new(runs: &[Seconds]) -> Self {
        let list = |stage: fn(&Seconds) -> f64| runs.iter().map(stage).collect();
        Self {
            load: list(|run| run.load),
            outline: list(|run| run.outline),
            image: list(|run| run.image),
            gradient: list(|run| run.gradient),
            write: list(|run| run.write),
        }
    }
}

fn stats(options: &RunOptions, runs: &[Seconds], counts: SampleCounts, threads: usize) -> String {
    let samples = Samples {
        pixel: counts.pixel,
        edge: counts.edge,
    };
    if options.repeat.is_some() {
        return to_text(&Stats {
            seconds: Lists::new(runs),
            samples,
            threads,
        });
    }
    to_text(&Stats {
        seconds: runs[0],
        samples,
        threads,
    })
}

fn to_text(stats: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(stats);
    text.expect("plain numbers can be written as JSON") + "\n"
}
