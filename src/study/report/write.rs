use std::path::Path;

use super::page::page;
use crate::export::{read_image, write_text};
use crate::scene::ColorSpace;
use crate::study::figures::{figures, picture};
use crate::study::{StudyError, Summary};

/// Writes `report.html` and its figures into the folder of a run.
///
/// Called with the folder that `summary.json` and the [maps](crate::study::Map) are in, after each
/// run and each merge.
///
/// # Errors
/// If a map or a picture of a scene cannot be read, and those of the operating system.
pub fn write_report(summary: &Summary, folder: &Path) -> Result<(), StudyError> {
    let figures = figures(summary, folder)?;
    for figure in &figures {
        let path = folder.join(format!("figures/{}.svg", figure.name));
        write_text(&path, &figure.svg)?;
    }
    let mut pictures = Vec::new();
    for scene in &summary.scenes {
        let image = read_image(&folder.join(&scene.picture), ColorSpace::Srgb)?;
        pictures.push(picture(&image, &scene.name));
    }
    let page = page(summary, &figures, &pictures);
    Ok(write_text(&folder.join("report.html"), &page)?)
}
