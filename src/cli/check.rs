use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};

use super::check_files;
use super::error::CliError;
use super::measure::run_measured;
use super::method_parser::check_method;
use super::options::{RenderOptions, RunOptions, SceneOptions};
use super::outputs::Outputs;
use super::params::select;
use super::report::Report;
use super::seconds::{Seconds, Stage};
use crate::check::{self, Plan, Row, Verdict};
use crate::integrator::Renderer;

/// Hold an estimator of derivatives against the truth, parameter by parameter
///
/// For a fixed smooth weight image w, each parameter's derivative of Σ w·I is computed three ways:
/// the mean of the estimator over independent replicates, the exact integrator, and finite
/// differences of the exact image (Richardson extrapolated, polylines held fixed). The estimator
/// fails where Student's test rejects it after Holm's correction; the exact value fails where it
/// and the difference disagree. "Visible" is the smallest bias that the run would have found with
/// 95 % probability; where that is above half a percent of the derivative's scale, there are more
/// replicates, up to 64 times as many, and then the verdict is "inconclusive", which fails too. The
/// scale is Σ |w ∂I|, the size that the derivative would have if nothing cancelled, or the root mean
/// square of the derivatives by all parameters of its kind if that is larger.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  reynolds check scene.json
  reynolds check scene.json --params 'disk.*' --replicates 256 -o out/check
  reynolds check scene.json --method interior        (fails wherever an outline moves)

Exit codes: 0 all pass, 1 something fails, 2 wrong usage or bad input.")]
pub struct CheckArguments {
    #[command(flatten)]
    scene: SceneOptions,

    /// Check only the parameters that match; repeatable
    #[arg(long, value_name = "GLOB")]
    params: Vec<String>,

    /// Independent replicates of the estimator, at least
    #[arg(long, value_name = "R", default_value_t = 64)]
    #[arg(value_parser = clap::value_parser!(u64).range(2..=1_000_000))]
    replicates: u64,

    /// Largest probability that a correct estimator fails, over all parameters together
    #[arg(long, value_name = "P", default_value_t = 1e-6, value_parser = level)]
    level: f64,

    /// Write check.json into this folder, and for each parameter a picture: estimator | exact |
    /// difference, on one scale
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    #[command(flatten)]
    render: RenderOptions,

    #[command(flatten)]
    run: RunOptions,
}

/// Checks a scene and returns whether everything passed.
pub fn run(arguments: &CheckArguments) -> Result<bool, CliError> {
    let passes = AtomicBool::new(true);
    run_measured(&arguments.run, |report, seconds| {
        let found = check(arguments, report, seconds)?;
        passes.store(found.passes(), Ordering::Relaxed);
        Ok(found.samples)
    })?;
    Ok(passes.into_inner())
}

fn check(
    arguments: &CheckArguments,
    report: &Report,
    seconds: &mut Seconds,
) -> Result<check::Report, CliError> {
    let scene = seconds.time(Stage::Load, || arguments.scene.load())?;
    let plan = Plan {
        parameters: select(&scene.parameters, &arguments.params)?,
        method: arguments.render.method,
        settings: arguments.render.settings(&scene.render),
        replicates: arguments.replicates,
        level: arguments.level,
    };
    let mut outputs = Outputs::new(&arguments.run)?;
    if let Some(folder) = &arguments.output {
        outputs.add(&folder.join(check_files::REPORT))?;
        for &id in &plan.parameters {
            outputs.add(&check_files::picture_path(folder, &scene, id))?;
        }
    }
    let renderer = Renderer::new(&scene, plan.settings.clone());
    check_method(&renderer, plan.method)?;
    let progress = report.progress();
    progress.start_steps(plan.steps(), "renderings");
    let found = seconds.time(Stage::Gradient, || {
        check::run(&scene, &plan, &|| progress.tick())
    });
    progress.finish();
    let result = format!("{}\n{}\n", table(&found.rows), summary(&found));
    if arguments.output.is_some() {
        report.line(result.trim_end())?;
    } else {
        report.result(&result)?;
    }
    if let Some(folder) = &arguments.output {
        seconds.time(Stage::Write, || {
            let files = check_files::CheckFiles {
                folder,
                path: &arguments.scene.path,
                scene: &scene,
                plan: &plan,
            };
            files.write(&found, report)
        })?;
    }
    Ok(found)
}

fn table(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "Parameter",
        "Estimate",
        "Stderr",
        "Exact",
        "Difference",
        "z",
        "Visible",
        "Verdict",
    ]);
    for row in rows {
        table.add_row([
            row.parameter.clone(),
            format!("{:.6}", row.estimate),
            format!("{:.1e}", row.standard_error),
            format!("{:.6}", row.exact),
            describe_difference(row),
            row.z.map_or("–".into(), |z| format!("{z:+.2}")),
            format!("{:.1e}", row.visible_bias),
            describe(row.verdict).into(),
        ]);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if (1..7).contains(&index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

fn describe_difference(row: &Row) -> String {
    match row.kink {
        Some([left, right]) => format!("kink {left:.4} | {right:.4}"),
        None => format!("{:.6}", row.difference),
    }
}

fn describe(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Inconclusive => "inconclusive",
        Verdict::Biased => "BIASED",
        Verdict::ExactDiffers => "EXACT DIFFERS",
    }
}

fn summary(found: &check::Report) -> String {
    let failed = found.rows.iter().filter(|row| row.verdict != Verdict::Pass);
    let relative = found.rows.iter().filter(|row| row.scale > 0.0);
    let relative = relative.map(|row| row.visible_bias / row.scale);
    let relative = relative.fold(0.0, f64::max);
    format!(
        "{} of {} parameters pass (family level {:.0e}, {} replicates); largest visible bias \
         {:.2} % of its derivative's scale",
        found.rows.len() - failed.count(),
        found.rows.len(),
        found.level,
        found.replicates,
        100.0 * relative,
    )
}

/// Quantiles of Student's distribution are not computed for much less.
const MIN_LEVEL: f64 = 1e-60;

fn level(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "it is not a number".to_owned())?;
    if (MIN_LEVEL..1.0).contains(&value) {
        Ok(value)
    } else {
        Err(format!("it must be at least {MIN_LEVEL:e} and below 1"))
    }
}
