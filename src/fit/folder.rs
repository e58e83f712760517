use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{Checkpoint, Fit, FolderError, StepRecord, Summary, loss_plot};
use crate::export::{
    AnimationFormat, read_image, write_animation, write_difference, write_image, write_text,
};
use crate::film::Image;
use crate::scene::Scene;

/// The files of a run.
///
/// | file | what |
/// |---|---|
/// | `initial.json`, `initial.png` | the scene before the first step |
/// | `target.npy`, `target.png` | the target, exactly and to look at |
/// | `checkpoint.json` | all that it takes to go on |
/// | `loss.csv`, `parameters.csv` | a row a step, and a row every hundredth of the steps; they grow as the run goes on |
/// | `snapshots/` | every so many steps, if asked for |
/// | `final.json`, `final.png`, `difference.png`, `loss.svg`, `summary.json`, `animation.gif` or `.png` | the result |
///
/// All but the tables are written whole or not at all.
#[derive(Clone, Debug)]
pub struct RunFolder {
    path: PathBuf,
}

const CHECKPOINT: &str = "checkpoint.json";
const INITIAL_SCENE: &str = "initial.json";
const INITIAL_IMAGE: &str = "initial.png";
const TARGET: &str = "target.npy";
const TARGET_IMAGE: &str = "target.png";
const FINAL_SCENE: &str = "final.json";
const FINAL_IMAGE: &str = "final.png";
const DIFFERENCE: &str = "difference.png";
const LOSS_TABLE: &str = "loss.csv";
const LOSS_PLOT: &str = "loss.svg";
const PARAMETER_TABLE: &str = "parameters.csv";
const SUMMARY: &str = "summary.json";
const SNAPSHOTS: &str = "snapshots";
/// What tells that there is a run.
const TRACES: [&str; 4] = [CHECKPOINT, FINAL_SCENE, LOSS_TABLE, SUMMARY];
/// Rows of the table of parameters, at most, and frames of the film.
const ROWS: u64 = 100;

impl RunFolder {
    /// Returns a folder for a new run, made if it is missing.
    ///
    /// # Errors
    /// If there is a run in it already, unless `replace` is set: then the files of that run are
    /// removed, and no others.
    pub fn create(path: &Path, replace: bool) -> Result<Self, FolderError> {
        let folder = Self { path: path.into() };
        if let Some(found) = TRACES.iter().find(|name| folder.file(name).exists()) {
            if !replace {
                return Err(FolderError::Occupied {
                    folder: path.into(),
                    found: (*found).into(),
                });
            }
            folder.clear()?;
        }
        fs::create_dir_all(path).map_err(|source| folder.io_error("", source))?;
        Ok(folder)
    }

    /// Returns the folder of a run to go on with, and what is stored there: scene, target,
    /// checkpoint.
    ///
    /// # Errors
    /// If something is missing or damaged.
    pub fn open(path: &Path) -> Result<(Self, Scene, Image, Checkpoint), FolderError> {
        let folder = Self { path: path.into() };
        for name in [CHECKPOINT, INITIAL_SCENE, TARGET] {
            if !folder.file(name).is_file() {
                return Err(FolderError::NoRun {
                    folder: path.into(),
                    missing: name.into(),
                });
            }
        }
        let checkpoint = Checkpoint::read(&folder.file(CHECKPOINT))?;
        let scene = Scene::load(&folder.file(INITIAL_SCENE), &[])?;
        let target = read_image(&folder.file(TARGET), scene.canvas.color_space)?;
        Ok((folder, scene, target, checkpoint))
    }

    /// Returns the path of the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes what a run starts from.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn write_start(&self, fit: &Fit, image: &Image) -> Result<(), FolderError> {
        let scene = fit.scene();
        let (target, space) = (fit.problem().target(), scene.canvas.color_space);
        write_image(&self.file(TARGET), target, space)?;
        write_image(&self.file(TARGET_IMAGE), target, space)?;
        write_text(&self.file(INITIAL_SCENE), &scene.to_json())?;
        Ok(write_image(&self.file(INITIAL_IMAGE), image, space)?)
    }

    /// Writes a checkpoint.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn write_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), FolderError> {
        checkpoint.write(&self.file(CHECKPOINT))
    }

    /// Writes picture and scene of the present step.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn write_snapshot(&self, fit: &mut Fit) -> Result<(), FolderError> {
        let step = fit.steps_made();
        let stem = self.file(SNAPSHOTS).join(format!("step-{step:06}"));
        let seed = fit.settings().step_seed(step);
        let image = fit.problem_mut().image(1, seed);
        let space = fit.scene().canvas.color_space;
        write_image(&stem.with_extension("png"), &image, space)?;
        Ok(write_text(
            &stem.with_extension("json"),
            &fit.scene().to_json(),
        )?)
    }

    /// Writes the result of a run.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn write_result(
        &self,
        fit: &Fit,
        image: &Image,
        summary: &Summary,
    ) -> Result<(), FolderError> {
        let (scene, target) = (fit.scene(), fit.problem().target());
        write_text(&self.file(FINAL_SCENE), &scene.to_json())?;
        write_image(&self.file(FINAL_IMAGE), image, scene.canvas.color_space)?;
        let mut difference = image.clone();
        for (value, target) in difference.data_mut().iter_mut().zip(target.data()) {
            *value -= target;
        }
        write_difference(&self.file(DIFFERENCE), &difference)?;
        write_text(&self.file(LOSS_PLOT), &loss_plot(fit.history()))?;
        let text = serde_json::to_string_pretty(summary);
        let text = text.expect("names and finite numbers fit into JSON") + "\n";
        Ok(write_text(&self.file(SUMMARY), &text)?)
    }

    /// Writes the film of a run: a frame for each row of the table of parameters.
    ///
    /// # Errors
    /// If the table is damaged, and those of the operating system.
    pub fn write_film(&self, fit: &mut Fit, format: AnimationFormat) -> Result<(), FolderError> {
        let rows = self.read_parameters(fit)?;
        let count = u32::try_from(rows.len()).expect("the table has about a hundred rows");
        let space = fit.scene().canvas.color_space;
        let now = fit.problem().values();
        let path = self.file(&format!("animation.{format}"));
        let settings = fit.settings().clone();
        let problem = fit.problem_mut();
        let frames = rows.into_iter().map(|(step, values)| {
            problem.set(&values);
            problem.image(1, settings.step_seed(step))
        });
        let written = write_animation(&path, format, space, count, frames);
        fit.problem_mut().set(&now);
        Ok(written?)
    }

    /// Opens the tables at the steps that a fit has made; rows of later steps are dropped.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn tables(&self, fit: &Fit) -> Result<Tables, FolderError> {
        let stride = (fit.settings().steps / ROWS).max(1);
        let mut losses = String::from("step,loss,gradient_norm,seconds\n");
        for (step, record) in fit.history().iter().enumerate() {
            losses += &loss_row(step as u64, record);
        }
        write_text(&self.file(LOSS_TABLE), &losses)?;
        let old = fs::read_to_string(self.file(PARAMETER_TABLE)).unwrap_or_default();
        let mut parameters = parameter_header(fit);
        for line in old.split_inclusive('\n').skip(1) {
            let step = line.split(',').next().and_then(|text| text.parse().ok());
            let kept = step
                .is_some_and(|step: u64| step < fit.steps_made() && step.is_multiple_of(stride));
            if kept {
                parameters += line;
            }
        }
        if fit.steps_made().is_multiple_of(stride) {
            parameters += &parameter_row(fit);
        }
        write_text(&self.file(PARAMETER_TABLE), &parameters)?;
        Ok(Tables {
            losses: self.append(LOSS_TABLE)?,
            parameters: self.append(PARAMETER_TABLE)?,
            stride,
            folder: self.clone(),
        })
    }

    fn read_parameters(&self, fit: &Fit) -> Result<Vec<(u64, Vec<f64>)>, FolderError> {
        let path = self.file(PARAMETER_TABLE);
        let text = fs::read_to_string(&path).map_err(|e| self.io_error(PARAMETER_TABLE, e))?;
        let parse = |line: &str| {
            let (step, values) = line.split_once(',')?;
            let values: Result<Vec<f64>, _> = values.split(',').map(str::parse).collect();
            let values = values.ok().filter(|v| v.len() == fit.values().len())?;
            Some((step.parse().ok()?, values))
        };
        let rows = text.lines().enumerate().skip(1).map(|(number, line)| {
            parse(line).ok_or_else(|| FolderError::Damaged {
                path: path.clone(),
                reason: format!("line {} is not a row of the table", number + 1),
            })
        });
        rows.collect()
    }

    fn append(&self, name: &str) -> Result<File, FolderError> {
        let file = OpenOptions::new().append(true).open(self.file(name));
        file.map_err(|source| self.io_error(name, source))
    }

    /// Removes the files of a run.
    fn clear(&self) -> Result<(), FolderError> {
        let mut files: Vec<PathBuf> = [
            CHECKPOINT,
            INITIAL_SCENE,
            INITIAL_IMAGE,
            TARGET,
            TARGET_IMAGE,
            FINAL_SCENE,
            FINAL_IMAGE,
            DIFFERENCE,
            LOSS_TABLE,
            LOSS_PLOT,
            PARAMETER_TABLE,
            SUMMARY,
            "animation.gif",
            "animation.png",
        ]
        .map(|name| self.file(name))
        .into();
        if let Ok(entries) = fs::read_dir(self.file(SNAPSHOTS)) {
            let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
            files.extend(paths.filter(|path| is_snapshot(path)));
        }
        for path in files.into_iter().filter(|path| path.exists()) {
            fs::remove_file(&path).map_err(|source| FolderError::Io { path, source })?;
        }
        Ok(())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    fn io_error(&self, name: &str, source: std::io::Error) -> FolderError {
        FolderError::Io {
            path: self.file(name),
            source,
        }
    }
}

fn is_snapshot(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("step-") && (name.ends_with(".png") || name.ends_with(".json"))
}

/// The tables of a run, which grow by a row at a time.
#[derive(Debug)]
pub struct Tables {
    losses: File,
    parameters: File,
    stride: u64,
    folder: RunFolder,
}

impl Tables {
    /// Adds the rows of the step that a fit has just made.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn record(&mut self, fit: &Fit) -> Result<(), FolderError> {
        let made = fit.steps_made();
        if let Some(record) = fit.history().last() {
            let row = loss_row(made - 1, record);
            write(&mut self.losses, &row)
                .map_err(|source| self.folder.io_error(LOSS_TABLE, source))?;
        }
        if made.is_multiple_of(self.stride) {
            self.record_parameters(fit)?;
        }
        Ok(())
    }

    /// Adds the last row, unless it is there.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn finish(&mut self, fit: &Fit) -> Result<(), FolderError> {
        if fit.steps_made().is_multiple_of(self.stride) {
            return Ok(());
        }
        self.record_parameters(fit)
    }

    fn record_parameters(&mut self, fit: &Fit) -> Result<(), FolderError> {
        write(&mut self.parameters, &parameter_row(fit))
            .map_err(|source| self.folder.io_error(PARAMETER_TABLE, source))
    }
}

/// One call of the system, so that a row is there as a whole or not at all, whatever ends the run.
fn write(file: &mut File, row: &str) -> std::io::Result<()> {
    file.write_all(row.as_bytes())
}

fn loss_row(step: u64, record: &StepRecord) -> String {
    let StepRecord {
        loss,
        gradient_norm,
        seconds,
    } = record;
    format!("{step},{loss},{gradient_norm},{seconds:.6}\n")
}

fn parameter_header(fit: &Fit) -> String {
    let mut row = String::from("step");
    for &id in fit.problem().moving() {
        row.push(',');
        row += &fit.scene().parameters[id].name;
    }
    row + "\n"
}

fn parameter_row(fit: &Fit) -> String {
    use std::fmt::Write as _;
    let mut row = fit.steps_made().to_string();
    for value in fit.values() {
        write!(row, ",{value}").expect("a string takes all text");
    }
    row + "\n"
}
