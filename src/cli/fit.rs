use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::error::CliError;
use super::fit_options::FitArguments;
use super::interrupt;
use super::measure::run_measured;
use super::report::Report;
use super::seconds::{Seconds, Stage};
use crate::film::Image;
use crate::fit::{
    Checkpoint, Fit, FitError, Losses, Output, Reason, RunFolder, Summary, Tables, ZeroGradient,
    zero_gradients,
};

/// Samples a pixel of the pictures of a run, and of the losses in its summary, at least: 8 × 8.
const PICTURE_SPP: u32 = 64;
/// Parameters that a line about zero gradients names, at most.
const NAMED: usize = 6;

/// Fits a scene and tells whether the run came to its end, or was interrupted.
pub fn run(arguments: &FitArguments) -> Result<bool, CliError> {
    interrupt::listen()?;
    let first = AtomicBool::new(true);
    run_measured(&arguments.run, |report, seconds| {
        // A repetition replaces the run before it.
        let replace = arguments.force || !first.swap(false, Ordering::Relaxed);
        let mut session = seconds.time(Stage::Load, || match &arguments.resume {
            Some(folder) => Session::resume(folder, arguments),
            None => Session::start(arguments, replace),
        })?;
        let outcome = session.run(report, seconds);
        // Whatever ended the steps, what they came to is kept.
        let finished = session.finish(report, seconds);
        outcome.and(finished)?;
        Ok(session.fit.problem().samples())
    })?;
    Ok(!interrupt::is_requested())
}

/// A run and its files.
struct Session {
    fit: Fit,
    folder: RunFolder,
    tables: Tables,
    output: Output,
    zero_gradients: Vec<ZeroGradient>,
    pause: Duration,
    /// The picture before the first step, if this is when the session began.
    initial: Option<Image>,
    initial_loss: f64,
}

impl Session {
    fn start(arguments: &FitArguments, replace: bool) -> Result<Self, CliError> {
        let (scene, target) = arguments.read()?;
        let settings = arguments.settings(&scene);
        let fit = Fit::new(scene, &target, settings);
        let mut fit = fit.map_err(|error| arguments.blame(error))?;
        let path = arguments.output.as_ref();
        let path = path.expect("without --resume it is required");
        let folder = RunFolder::create(path, replace)?;
        let image = picture(&mut fit);
        folder.write_start(&fit, &image)?;
        let session = Self {
            tables: folder.tables(&fit)?,
            folder,
            output: arguments.files.output(),
            zero_gradients: Vec::new(),
            pause: Duration::from_secs_f64(arguments.files.checkpoint_every),
            initial_loss: fit.problem().loss_of(&image),
            initial: Some(image),
            fit,
        };
        session.store()?;
        Ok(session)
    }

    fn resume(path: &std::path::Path, arguments: &FitArguments) -> Result<Self, CliError> {
        let (folder, scene, target, checkpoint) = RunFolder::open(path)?;
        let mut settings = checkpoint.settings;
        settings.steps = arguments.descent.steps.unwrap_or(settings.steps);
        let mut fit = Fit::new(scene, &target, settings)?;
        let image = picture(&mut fit);
        let initial_loss = fit.problem().loss_of(&image);
        let fit = fit.with_state(checkpoint.state)?;
        if fit.is_complete() {
            return Err(CliError::NothingToResume {
                folder: path.into(),
                steps: fit.steps_made(),
            });
        }
        Ok(Self {
            tables: folder.tables(&fit)?,
            folder,
            output: checkpoint.output,
            zero_gradients: checkpoint.zero_gradients,
            pause: Duration::from_secs_f64(arguments.files.checkpoint_every),
            initial_loss,
            initial: None,
            fit,
        })
    }

    fn run(&mut self, report: &Report, seconds: &mut Seconds) -> Result<(), CliError> {
        report.detail(|| self.describe());
        let progress = report.progress();
        progress.start_fit(self.fit.settings().steps, self.fit.steps_made());
        let before = self.fit.problem().seconds();
        let mut stored = Instant::now();
        while !self.fit.is_complete() && !interrupt::is_requested() {
            let evaluation = self.fit.step()?;
            if self.fit.steps_made() == 1 {
                self.explain(&evaluation.gradient, report)?;
            }
            progress.tick_fit(evaluation.loss);
            seconds.time(Stage::Write, || {
                self.tables.record(&self.fit)?;
                let every = self.output.save_every;
                if every.is_some_and(|n| self.fit.steps_made().is_multiple_of(n)) {
                    self.folder.write_snapshot(&mut self.fit)?;
                }
                if stored.elapsed() >= self.pause {
                    self.store()?;
                    stored = Instant::now();
                }
                Ok::<(), CliError>(())
            })?;
        }
        progress.finish();
        let spent = self.fit.problem().seconds();
        seconds.outline += spent.outline - before.outline;
        seconds.image += spent.image - before.image;
        seconds.gradient += spent.gradient - before.gradient;
        Ok(())
    }

    /// Says which derivatives were exactly 0 in the first step, and why.
    fn explain(&mut self, gradient: &[f64], report: &Report) -> Result<(), CliError> {
        if gradient.iter().all(|&slope| slope != 0.0) {
            return Ok(());
        }
        // They are those at the start.
        let now = self.fit.values().to_vec();
        let start = self.fit.start().to_vec();
        let seed = self.fit.settings().step_seed(0);
        self.fit.problem_mut().set(&start);
        self.zero_gradients = zero_gradients(self.fit.problem(), gradient, seed);
        self.fit.problem_mut().set(&now);
        zero_lines(&self.zero_gradients)
            .iter()
            .try_for_each(|line| report.line(line))
    }

    /// Writes a checkpoint.
    fn store(&self) -> Result<(), CliError> {
        let checkpoint = Checkpoint::new(
            self.fit.settings().clone(),
            self.output,
            self.zero_gradients.clone(),
            self.fit.state().clone(),
        );
        Ok(self.folder.write_checkpoint(&checkpoint)?)
    }

    fn finish(&mut self, report: &Report, seconds: &mut Seconds) -> Result<(), CliError> {
        // First of all, since a second Ctrl-C may end what follows.
        seconds.time(Stage::Write, || self.store())?;
        self.tables.finish(&self.fit)?;
        self.fit.set_result();
        let image = match self.initial.take() {
            Some(initial) if self.fit.steps_made() == 0 => initial,
            _ => picture(&mut self.fit),
        };
        let summary = self.summary(&image);
        seconds.time(Stage::Write, || {
            self.folder.write_result(&self.fit, &image, &summary)?;
            match self.output.animation {
                Some(format) => self.folder.write_film(&mut self.fit, format),
                None => Ok(()),
            }
        })?;
        report.line(&self.describe_result(&summary))
    }

    fn summary(&self, image: &Image) -> Summary {
        let (fit, settings) = (&self.fit, self.fit.settings());
        Summary {
            loss: Losses {
                initial: self.initial_loss,
                last: fit.problem().loss_of(image),
            },
            iterations: fit.steps_made(),
            // The sum of nothing is −0.
            seconds: 0.0 + fit.history().iter().map(|step| step.seconds).sum::<f64>(),
            converged: fit.has_converged(),
            interrupted: !fit.is_complete(),
            judged_at_spp: PICTURE_SPP.max(settings.render.spp),
            parameters: fit.values().len(),
            unbiased_gradient: fit.has_unbiased_gradient(),
            zero_gradients: self.zero_gradients.clone(),
            settings: settings.clone(),
        }
    }

    fn describe_result(&self, summary: &Summary) -> String {
        let Losses { initial, last } = summary.loss;
        let state = match (summary.interrupted, summary.converged) {
            (true, _) => "stopped early; --resume goes on",
            (false, true) => "converged",
            (false, false) => "not converged; try more --steps",
        };
        format!(
            "{}  loss {initial:.4e} → {last:.4e}, {} steps, {:.2} s, {state}",
            self.folder.path().display(),
            summary.iterations,
            summary.seconds,
        )
    }

    fn describe(&self) -> String {
        let settings = self.fit.settings();
        format!(
            "fit: {} of {} parameters move; {} steps of {}, loss {}, rates {} to a factor of {}\n\
             settings: method {}, sampler {}, filter {}, {} samples per pixel, {} per pixel of \
             edge, seed {}",
            self.fit.values().len(),
            self.fit.scene().parameters.len(),
            settings.steps,
            settings.optimizer,
            settings.loss,
            settings.schedule,
            settings.end,
            settings.method,
            settings.render.sampler,
            settings.render.filter,
            settings.render.spp,
            settings.render.edge_samples,
            settings.render.seed,
        )
    }
}

impl FitArguments {
    /// Names the file of a target that does not fit.
    fn blame(&self, error: FitError) -> CliError {
        match (error, &self.target) {
            (FitError::Target(source), Some(path)) => CliError::Target {
                path: path.clone(),
                source,
            },
            (error, _) => error.into(),
        }
    }
}

/// Returns the picture of a fit at its present values, with many samples.
fn picture(fit: &mut Fit) -> Image {
    let seed = fit.settings().render.seed;
    fit.problem_mut().image(PICTURE_SPP, seed)
}

/// A line for each reason, the commonest first.
fn zero_lines(zeros: &[ZeroGradient]) -> Vec<String> {
    let mut reasons: Vec<(Reason, Vec<&str>)> = Vec::new();
    for zero in zeros {
        match reasons
            .iter_mut()
            .find(|(reason, _)| *reason == zero.reason)
        {
            Some((_, names)) => names.push(&zero.parameter),
            None => reasons.push((zero.reason, vec![&zero.parameter])),
        }
    }
    reasons.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
    let line = |(reason, names): (Reason, Vec<&str>)| {
        let plural = if names.len() == 1 { "" } else { "s" };
        let more = names.len().saturating_sub(NAMED);
        let rest = match more {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let shown = &names[..names.len() - more];
        format!(
            "{} gradient{plural} exactly 0, {}: {}{rest}",
            names.len(),
            reason.describe(),
            shown.join(", "),
        )
    };
    reasons.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_gradients_are_told_by_reason() {
        let zero = |name: String, reason| ZeroGradient {
            parameter: name,
            reason,
        };
        let mut zeros = vec![zero("a.radius".into(), Reason::Hidden)];
        zeros.extend((0..8).map(|i| zero(format!("p.points.{i}.x"), Reason::OutsideCanvas)));
        let expected = [
            "8 gradients exactly 0, outside the canvas: p.points.0.x, p.points.1.x, p.points.2.x, \
             p.points.3.x, p.points.4.x, p.points.5.x, and 2 more",
            "1 gradient exactly 0, hidden behind other shapes: a.radius",
        ];
        assert_eq!(zero_lines(&zeros), expected);
    }
}
