use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::measure::Measured;
use super::record::{CellRecord, Timing};
use super::report::write_report;
use super::summarize::{Findings, summarize};
use super::tables;
use super::{Cell, MapKind, Shard, Study, StudyError, StudyScene, Summary, WeightKind};
use crate::estimator::Method;
use crate::export::{read_image, write_image, write_text};
use crate::film::Image;
use crate::integrator::Renderer;
use crate::scene::ColorSpace;

/// The files of a run.
///
/// | file | what |
/// |---|---|
/// | `inputs/` | the study with all that it needs, and which part of it the run is |
/// | `cells/` | for each cell a record, and how long it took |
/// | `maps/` | standard error and bias by pixel |
/// | `results.csv`, `timings.csv` | the same as tables, a row a batch; they grow as the run goes on |
/// | `summary.json` | what is concluded |
/// | `report.html`, `figures/` | the same, to look at |
///
/// All but the tables are written whole or not at all; a cell is done once its record is there.
#[derive(Clone, Debug)]
pub struct StudyFolder {
    path: PathBuf,
}

const STUDY: &str = "inputs/study.json";
const SHARD: &str = "inputs/shard.json";
const SCENES: &str = "inputs/scenes";
const WEIGHTS: &str = "inputs/weights.npy";
const CELLS: &str = "cells";
const MAPS: &str = "maps";
const RESULTS: &str = "results.csv";
const TIMINGS: &str = "timings.csv";
const SUMMARY: &str = "summary.json";

/// Returns where the file of a scene, or its picture, is in the folder of a run.
pub(super) fn scene_file(scene: &StudyScene, extension: &str) -> String {
    format!("{SCENES}/{}.{extension}", scene.name)
}

impl StudyFolder {
    /// Returns a folder for a new run, made if it is missing, with the study written into it.
    ///
    /// # Errors
    /// If there is a run in it already, unless `replace` is set: then the files of that run are
    /// removed, and no others. And those of the operating system.
    pub fn create(
        path: &Path,
        study: &Study,
        shard: Shard,
        replace: bool,
    ) -> Result<Self, StudyError> {
        let folder = Self { path: path.into() };
        if folder.file(STUDY).exists() {
            if !replace {
                return Err(StudyError::Occupied {
                    folder: path.into(),
                });
            }
            folder.clear()?;
        }
        for scene in &study.scenes {
            write_text(
                &folder.file(&scene_file(scene, "json")),
                &scene.scene.to_json(),
            )?;
            let renderer = Renderer::new(&scene.scene, scene.scene.render.clone());
            let image = renderer.with_method(Method::Exact).image();
            let space = scene.scene.canvas.color_space;
            write_image(&folder.file(&scene_file(scene, "png")), &image, space)?;
        }
        if let WeightKind::File(image) = &study.weights {
            write_image(&folder.file(WEIGHTS), image, ColorSpace::Srgb)?;
        }
        folder.write_json(SHARD, &shard)?;
        let scene_file = |scene: &StudyScene| format!("scenes/{}.json", scene.name);
        // Last of all: with it, the folder is one of a run.
        write_text(
            &folder.file(STUDY),
            &study.to_json(scene_file, "weights.npy"),
        )?;
        Ok(folder)
    }

    /// Returns the folder of a run to go on with, its study, and which part of it the run is.
    ///
    /// # Errors
    /// If something is missing or damaged.
    pub fn open(path: &Path) -> Result<(Self, Study, Shard), StudyError> {
        let folder = Self { path: path.into() };
        if !folder.file(STUDY).is_file() {
            return Err(StudyError::NoRun {
                folder: path.into(),
            });
        }
        let study = Study::load(&folder.file(STUDY))?;
        let shard = folder.read_json(SHARD)?;
        Ok((folder, study, shard))
    }

    /// Returns the path of the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Tells whether a cell is done.
    pub fn has(&self, cell: &Cell) -> bool {
        self.file(&record_file(cell)).is_file()
    }

    /// Stores what a cell came to, and adds it to the tables.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn store(&self, cell: &Cell, measured: &Measured) -> Result<(), StudyError> {
        if let Some(maps) = &measured.maps {
            for (kind, map) in MAP_KINDS.iter().zip(maps) {
                write_image(&self.file(&map_file(cell, *kind)), map, ColorSpace::Srgb)?;
            }
        }
        self.write_json(&timing_file(cell), &measured.timing)?;
        self.write_json(&record_file(cell), &measured.record)?;
        self.append(RESULTS, &tables::result_rows(&measured.record))?;
        self.append(TIMINGS, &tables::timing_rows(&measured.timing))
    }

    /// Prepares the folder for cells: writes the tables of those that are done, and removes what a
    /// killed run left half written.
    ///
    /// # Errors
    /// If a record is damaged, and those of the operating system.
    pub fn prepare(&self, study: &Study) -> Result<(), StudyError> {
        for folder in [CELLS, MAPS] {
            let Ok(entries) = fs::read_dir(self.file(folder)) else {
                continue;
            };
            let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
            for path in paths.filter(|path| is_temporary(path)) {
                fs::remove_file(&path).map_err(|source| StudyError::Io { path, source })?;
            }
        }
        self.write_tables(&self.findings(study)?)
    }

    /// Writes what came of the cells that are done: the tables, in the order of the study, and what
    /// is concluded, which it returns.
    ///
    /// # Errors
    /// If a record is damaged, and those of the operating system.
    pub fn write_results(&self, study: &Study) -> Result<Summary, StudyError> {
        let findings = self.findings(study)?;
        self.write_tables(&findings)?;
        let summary = summarize(study, &findings);
        self.write_json(SUMMARY, &summary)?;
        write_report(&summary, &self.path)?;
        Ok(summary)
    }

    fn write_tables(&self, findings: &Findings) -> Result<(), StudyError> {
        let results: String = findings.records.iter().map(tables::result_rows).collect();
        let timings: String = findings.timings.iter().map(tables::timing_rows).collect();
        write_text(
            &self.file(RESULTS),
            &(tables::RESULT_HEADER.to_owned() + &results),
        )?;
        Ok(write_text(
            &self.file(TIMINGS),
            &(tables::TIMING_HEADER.to_owned() + &timings),
        )?)
    }

    /// Reads the records of all cells that are done.
    fn findings(&self, study: &Study) -> Result<Findings, StudyError> {
        let mut findings = Findings::default();
        for cell in study.cells().iter().filter(|cell| self.has(cell)) {
            if study.has_maps(cell) {
                for kind in MAP_KINDS {
                    let file = map_file(cell, kind);
                    let map = read_image(&self.file(&file), ColorSpace::Srgb)?;
                    let index = findings.records.len();
                    findings.maps.push((index, kind, file, largest(&map)));
                }
            }
            let record: CellRecord = self.read_json(&record_file(cell))?;
            if record.cell != cell.name() {
                return Err(StudyError::Damaged {
                    path: self.file(&record_file(cell)),
                    reason: format!("it is of the cell {}", record.cell),
                });
            }
            let timing: Timing = self.read_json(&timing_file(cell))?;
            findings.records.push(record);
            findings.timings.push(timing);
        }
        Ok(findings)
    }

    /// Takes over from another run of the same study the cells that are not here.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn take(&self, from: &Self, study: &Study) -> Result<(), StudyError> {
        for cell in study.cells() {
            if self.has(&cell) || !from.has(&cell) {
                continue;
            }
            let mut files = vec![timing_file(&cell), record_file(&cell)];
            if study.has_maps(&cell) {
                files.splice(0..0, MAP_KINDS.map(|kind| map_file(&cell, kind)));
            }
            for file in files {
                self.copy(from, &file)?;
            }
        }
        Ok(())
    }

    /// Tells whether another run is of the same study, with the same scenes and weights.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn is_like(&self, other: &Self, study: &Study) -> Result<bool, StudyError> {
        let mut files = vec![STUDY.to_owned()];
        files.extend(study.scenes.iter().map(|scene| scene_file(scene, "json")));
        if matches!(study.weights, WeightKind::File(_)) {
            files.push(WEIGHTS.to_owned());
        }
        for file in files {
            if !other.file(&file).is_file() || self.read(&file)? != other.read(&file)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn copy(&self, from: &Self, name: &str) -> Result<(), StudyError> {
        let bytes = from.read(name)?;
        let write = |file: &mut std::io::BufWriter<&mut fs::File>| file.write_all(&bytes);
        Ok(crate::export::write_atomically(&self.file(name), write)?)
    }

    /// Removes the files of a run.
    fn clear(&self) -> Result<(), StudyError> {
        let mut files = vec![self.file(STUDY)];
        files.extend(
            [SHARD, WEIGHTS, RESULTS, TIMINGS, SUMMARY, "report.html"].map(|name| self.file(name)),
        );
        for (folder, extensions) in [
            (SCENES, &["json", "png"][..]),
            (CELLS, &["json"]),
            (MAPS, &["npy"]),
            ("figures", &["svg"]),
        ] {
            let Ok(entries) = fs::read_dir(self.file(folder)) else {
                continue;
            };
            let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
            files.extend(paths.filter(|path| {
                let extension = path.extension().unwrap_or_default();
                extensions.iter().any(|known| extension == *known)
            }));
        }
        for path in files.into_iter().filter(|path| path.exists()) {
            fs::remove_file(&path).map_err(|source| StudyError::Io { path, source })?;
        }
        Ok(())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, StudyError> {
        let path = self.file(name);
        fs::read(&path).map_err(|source| StudyError::Io { path, source })
    }

    fn write_json(&self, name: &str, value: &impl Serialize) -> Result<(), StudyError> {
        let text = serde_json::to_string_pretty(value);
        let text = text.expect("names and numbers fit into JSON") + "\n";
        Ok(write_text(&self.file(name), &text)?)
    }

    fn read_json<T: DeserializeOwned>(&self, name: &str) -> Result<T, StudyError> {
        serde_json::from_slice(&self.read(name)?).map_err(|error| StudyError::Damaged {
            path: self.file(name),
            reason: error.to_string(),
        })
    }

    /// Adds rows to a table in one call of the system, so that they are there as a whole or not at
    /// all, whatever ends the run.
    fn append(&self, name: &str, rows: &str) -> Result<(), StudyError> {
        let file = OpenOptions::new().append(true).open(self.file(name));
        let written = file.and_then(|mut file| file.write_all(rows.as_bytes()));
        written.map_err(|source| StudyError::Io {
            path: self.file(name),
            source,
        })
    }
}

const MAP_KINDS: [MapKind; 2] = [MapKind::StandardError, MapKind::Bias];

/// Tells whether a file is one that a writer had no time to rename.
fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(".reynolds-") && name.ends_with(".tmp")
}

fn record_file(cell: &Cell) -> String {
    format!("{CELLS}/{}.json", cell.stem())
}

fn timing_file(cell: &Cell) -> String {
    format!("{CELLS}/{}.time.json", cell.stem())
}

fn map_file(cell: &Cell, kind: MapKind) -> String {
    let kind = match kind {
        MapKind::StandardError => "error",
        MapKind::Bias => "bias",
    };
    format!("{MAPS}/{}.{kind}.npy", cell.stem())
}

fn largest(map: &Image) -> f64 {
    map.data()
        .iter()
        .fold(0.0, |most, value| value.abs().max(most))
}
