//! Studies: ways to estimate images and their derivatives, compared with each other and with the
//! truth.
//!
//! A study file names scenes, parameters, estimators with settings, samplers and budgets. Every
//! combination is a [`Cell`]; its random numbers are seeded by its name, so a cell has the same
//! bits whatever else the study has, on any number of threads and in any part of a run. A cell is
//! measured by independent replicates in batches, each batch at another offset of the scene from
//! the pixel grid, and leaves a record: mean, variance and mean squared error of every batch
//! against the exact value. All that is concluded ([`Summary`]) comes from the records.
//!
//! Reading order: `file` (the format), `model` (a study that has been checked), `cell`, `truth`,
//! `measure`, `record`, `summary` and `summarize`, `folder` (the files of a run), `figures`, `report`.

mod additive;
mod cell;
mod crease;
mod error;
pub mod figures;
mod file;
mod folder;
mod integrand;
mod measure;
mod merge;
mod model;
mod parallel;
mod read;
mod record;
pub mod report;
mod run;
mod shard;
mod summarize;
mod summary;
mod tables;
#[cfg(test)]
mod tests;
mod theory;
mod truth;
mod write;

pub use cell::{Cell, Quantity, Term};
pub use error::StudyError;
pub use file::json_schema;
pub use folder::StudyFolder;
pub use measure::Hooks;
pub use merge::merge;
pub use model::{Study, StudyScene, WeightKind};
pub use record::{Batch, CellRecord, Row, Timing};
pub use run::Run;
pub use shard::{Shard, ShardError};
pub use summary::{
    CellSummary, Estimate, Integral, IntegrandKind, Map, MapKind, Optimum, Prediction,
    SceneSummary, Series, SeriesPoint, Slope, Summary, Tail, TruthSummary, Tuning, TuningPoint,
};
