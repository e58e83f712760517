use std::path::Path;

use serde::Serialize;

use super::error::CliError;
use super::report::Report;
use crate::check::{self, Plan, Row};
use crate::export::{write_gradient, write_text};
use crate::scene::Scene;

/// The name of the report in the output folder.
pub const REPORT: &str = "check.json";

/// Replicates whose mean a picture shows, at most.
const PICTURE_REPLICATES: u64 = 16;

#[derive(Serialize)]
struct File<'a> {
    passes: bool,
    method: String,
    replicates: u64,
    level: f64,
    seed: u64,
    spp: u32,
    edge_samples: f64,
    parameters: &'a [Row],
}

/// Writes the report and the pictures of a check.
pub fn write(
    folder: &Path,
    scene: &Scene,
    plan: &Plan,
    found: &check::Report,
    report: &Report,
) -> Result<(), CliError> {
    let file = File {
        passes: found.passes(),
        method: plan.method.to_string(),
        replicates: found.replicates,
        level: found.level,
        seed: plan.settings.seed,
        spp: plan.settings.spp,
        edge_samples: plan.settings.edge_samples,
        parameters: &found.rows,
    };
    let text = serde_json::to_string_pretty(&file).expect("names and numbers fit into JSON");
    let path = folder.join(REPORT);
    write_text(&path, &(text + "\n"))?;
    report.line(&format!("{}", path.display()))?;
    let replicates = plan.replicates.min(PICTURE_REPLICATES);
    for &id in &plan.parameters {
        let name = &scene.parameters[id].name;
        let path = folder.join(format!("{name}.png"));
        let panels = check::panels(scene, plan, id, replicates);
        let range = write_gradient(&path, &panels, name, None)?;
        report.line(&format!("{}  range ±{range:.2e}", path.display()))?;
    }
    Ok(())
}
