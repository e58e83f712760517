use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, Subcommand};

use super::error::CliError;
use super::interrupt;
use super::measure::run_measured;
use super::options::RunOptions;
use super::report::{Report, print};
use super::seconds::{Seconds, Stage};
use crate::integrator::SampleCounts;
use crate::study::{CellRecord, Hooks, Run, Shard, Study, StudyFolder, Summary, Timing, merge};

/// Compare estimators, samplers and budgets with each other and with the truth
///
/// A study file names scenes, parameters, estimators with settings, samplers and budgets; every
/// combination is measured by independent replicates against the exact value: bias, variance, error
/// and time, with intervals, exponents of the variance beside those of theory, and the best values of
/// settings.
///
/// The folder gets results.csv and timings.csv (a row a batch of replicates), summary.json,
/// report.html with its figures, maps of the error by pixel, and in inputs/ all that it takes to go on
/// or to repeat the run. Ctrl-C stops at once, keeps all cells that are done and exits with 130;
/// --resume goes on, also after the process was killed. A cell has the same bits whatever runs beside
/// it: only times differ.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
#[command(override_usage = "\
reynolds study [OPTIONS] <STUDY> -o <DIR> [--shard <I/N>]
       reynolds study --resume <DIR>
       reynolds study merge <DIR>... -o <DIR>")]
#[command(after_help = "\
Examples:
  reynolds study study.json -o out/study
  reynolds study --resume out/study
  reynolds study study.json -o out/part1 --shard 1/2    (and 2/2 elsewhere)
  reynolds study merge out/part1 out/part2 -o out/study

Exit codes: 0 done, 2 wrong usage or bad input, 130 interrupted.")]
pub struct StudyArguments {
    #[command(subcommand)]
    action: Option<StudyAction>,

    /// Study file (JSON, version 1)
    #[arg(value_name = "STUDY", required_unless_present = "resume")]
    study: Option<PathBuf>,

    /// Folder for the run, made if it is missing
    #[arg(short, long, value_name = "DIR", required_unless_present = "resume")]
    output: Option<PathBuf>,

    /// Go on with the run in this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["study", "output", "shard", "force"])]
    resume: Option<PathBuf>,

    /// Run the I-th of N parts, each in a folder of its own; `study merge` joins them
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,

    /// Replace a run that is in the folder
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    run: RunOptions,
}

#[derive(Debug, Subcommand)]
enum StudyAction {
    Merge(MergeArguments),
}

/// Join the parts of a study that ran apart, to the same results as one run
///
/// Cells that no part has are missing; --resume measures them.
#[derive(Args, Debug)]
struct MergeArguments {
    /// Folders of the parts
    #[arg(value_name = "DIR", required = true)]
    parts: Vec<PathBuf>,

    /// Folder for the whole, made if it is missing
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    /// Replace a run that is in the folder
    #[arg(long)]
    force: bool,

    /// Print nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

/// Runs a study, or joins parts of one, and tells whether it came to its end.
pub fn run(arguments: &StudyArguments) -> Result<bool, CliError> {
    if let Some(StudyAction::Merge(arguments)) = &arguments.action {
        return join(arguments).map(|()| true);
    }
    interrupt::listen()?;
    let first = AtomicBool::new(true);
    let complete = AtomicBool::new(true);
    run_measured(&arguments.run, |report, seconds| {
        // A repetition replaces the run before it.
        let replace = arguments.force || !first.swap(false, Ordering::Relaxed);
        let (folder, study, shard) = seconds.time(Stage::Load, || open(arguments, replace))?;
        let measured = measure(&folder, &study, shard, report, seconds)?;
        complete.fetch_and(measured.is_complete, Ordering::Relaxed);
        let summary = seconds.time(Stage::Write, || folder.write_results(&study))?;
        report.line(&describe(&folder, &summary, measured.is_complete))?;
        Ok(measured.samples)
    })?;
    Ok(complete.into_inner())
}

fn open(
    arguments: &StudyArguments,
    replace: bool,
) -> Result<(StudyFolder, Study, Shard), CliError> {
    if let Some(folder) = &arguments.resume {
        return Ok(StudyFolder::open(folder)?);
    }
    let (Some(study), Some(output)) = (&arguments.study, &arguments.output) else {
        unreachable!("without --resume both are required");
    };
    let shard = arguments.shard.unwrap_or(Shard::WHOLE);
    StudyFolder::create(output, &Study::load(study)?, shard, replace)?;
    // What runs is what --resume finds.
    Ok(StudyFolder::open(output)?)
}

/// What a session measured.
struct Session {
    is_complete: bool,
    samples: SampleCounts,
}

fn measure(
    folder: &StudyFolder,
    study: &Study,
    shard: Shard,
    report: &Report,
    seconds: &mut Seconds,
) -> Result<Session, CliError> {
    let run = Run::new(study, folder, shard)?;
    report.detail(|| {
        let (open, all) = (run.open_cells().len(), study.cell_count());
        format!(
            "study: {open} of {all} cells to measure, {} replicates each",
            study.replicates
        )
    });
    let progress = report.progress();
    progress.start_study(run.work(), run.open_cells().len());
    let hooks = Hooks {
        advance: &|work| progress.advance(work),
        is_stopped: &interrupt::is_requested,
    };
    let mut samples = SampleCounts::default();
    let on_cell = |record: &CellRecord, timing: &Timing| {
        progress.count_cell();
        samples.pixel += (record.pixel_samples * f64::from(study.replicates)) as u64;
        samples.edge += (record.edge_samples * f64::from(study.replicates)) as u64;
        report.detail(|| {
            let mean = timing.seconds.iter().sum::<f64>() / timing.seconds.len() as f64;
            format!("{}: {mean:.2e} s an estimate", record.cell)
        });
    };
    let is_complete = seconds.time(Stage::Gradient, || run.run(&hooks, on_cell));
    progress.finish();
    Ok(Session {
        is_complete: is_complete?,
        samples,
    })
}

fn join(arguments: &MergeArguments) -> Result<(), CliError> {
    let summary = merge(&arguments.parts, &arguments.output, arguments.force)?;
    if arguments.quiet {
        return Ok(());
    }
    let missing = summary.cells_planned - summary.cells_done;
    let rest = match missing {
        0 => String::new(),
        missing => format!(", {missing} missing; --resume measures them"),
    };
    print(&format!(
        "{}  {} of {} cells{rest}\n",
        arguments.output.display(),
        summary.cells_done,
        summary.cells_planned
    ))
}

fn describe(folder: &StudyFolder, summary: &Summary, is_complete: bool) -> String {
    let state = if is_complete {
        ""
    } else {
        ", stopped early; --resume goes on"
    };
    format!(
        "{}  {} of {} cells{state}",
        folder.path().display(),
        summary.cells_done,
        summary.cells_planned
    )
}
