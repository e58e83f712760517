use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::CliError;
use super::report::Report;
use crate::check::{self, Plan, Row};
use crate::export::{write_gradient, write_text};
use crate::scene::{ParameterId, Scene};

/// The name of the report in the output folder.
pub const REPORT: &str = "check.json";

/// Replicates whose mean a picture shows, at most.
const PICTURE_REPLICATES: u64 = 16;

/// What the files of a check are about.
pub struct CheckFiles<'a> {
    /// Where they go.
    pub folder: &'a Path,
    /// The scene file.
    pub path: &'a Path,
    pub scene: &'a Scene,
    pub plan: &'a Plan,
}

/// The report, with all that it takes to replay the check.
#[derive(Serialize)]
struct File<'a> {
    passes: bool,
    scene: String,
    method: String,
    sampler: String,
    filter: String,
    spp: u32,
    edge_samples: f64,
    edge_allocation: String,
    tolerance: f64,
    seed: u64,
    replicates: u64,
    level: f64,
    parameters: &'a [Row],
}

/// Returns where the picture of a parameter goes.
pub fn picture_path(folder: &Path, scene: &Scene, id: ParameterId) -> PathBuf {
    folder.join(format!("{}.png", scene.parameters[id].name))
}

impl CheckFiles<'_> {
    /// Writes the report and the pictures.
    pub fn write(&self, found: &check::Report, report: &Report) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(&self.file(found));
        let path = self.folder.join(REPORT);
        write_text(
            &path,
            &(text.expect("names and numbers fit into JSON") + "\n"),
        )?;
        report.line(&format!("{}", path.display()))?;
        let progress = report.progress();
        progress.start_steps(self.plan.parameters.len() as u64, "pictures");
        for &id in &self.plan.parameters {
            self.write_picture(id, report)?;
            progress.tick();
        }
        progress.finish();
        Ok(())
    }

    fn file<'a>(&self, found: &'a check::Report) -> File<'a> {
        let settings = &self.plan.settings;
        File {
            passes: found.passes(),
            scene: self.path.display().to_string(),
            method: self.plan.method.to_string(),
            sampler: settings.sampler.to_string(),
            filter: settings.filter.to_string(),
            spp: settings.spp,
            edge_samples: settings.edge_samples,
            edge_allocation: settings.edge_allocation.to_string(),
            tolerance: settings.tolerance,
            seed: settings.seed,
            replicates: found.replicates,
            level: found.level,
            parameters: &found.rows,
        }
    }

    fn write_picture(&self, id: ParameterId, report: &Report) -> Result<(), CliError> {
        let replicates = self.plan.replicates.min(PICTURE_REPLICATES);
        let path = picture_path(self.folder, self.scene, id);
        let panels = check::panels(self.scene, self.plan, id, replicates);
        let name = &self.scene.parameters[id].name;
        let range = write_gradient(&path, &panels, name, None)?;
        report.line(&format!("{}  range ±{range:.2e}", path.display()))
    }
}
