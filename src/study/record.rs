use serde::{Deserialize, Serialize};

use super::{Cell, Quantity, Term};
use crate::estimator::Method;
use crate::sampling::Sampler;

/// What the replicates of a cell came to: all that is kept of them but times and maps. The same
/// bits on any number of threads and in any part of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellRecord {
    /// The version of the format: 1.
    pub version: u32,
    /// The name of the cell.
    pub cell: String,
    /// The name of the scene.
    pub scene: String,
    /// What is estimated.
    pub quantity: Quantity,
    /// The estimator.
    pub method: Method,
    /// How its samples are placed.
    pub sampler: Sampler,
    /// Samples per pixel.
    pub budget: u32,
    /// Replicates in a batch.
    pub replicates: u32,
    /// Samples in pixels of one estimate.
    pub pixel_samples: f64,
    /// Samples on edges of one estimate.
    pub edge_samples: f64,
    /// One row a parameter and term.
    pub rows: Vec<Row>,
}

/// What was found about a parameter, if there is one, and a term.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The parameter of a derivative.
    pub parameter: Option<String>,
    /// Which part of it.
    pub term: Term,
    /// What errors are large or small against.
    pub size: f64,
    /// In the order of the batches.
    pub batches: Vec<Batch>,
    /// Hill's index of the tail of the error with the number of errors that it is from; none with
    /// too few replicates.
    pub tail: Option<(f64, u32)>,
}

/// What the replicates of a batch came to: of images, means over pixels and channels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// The exact value at the offset of the batch.
    pub exact: f64,
    /// The mean of estimate − exact value.
    pub error: f64,
    /// The variance of one estimate, with the divisor n − 1.
    pub variance: f64,
    /// The mean of (estimate − exact value)².
    pub mse: f64,
}

/// How long a cell took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// The name of the cell.
    pub cell: String,
    /// Seconds of one estimate on one thread, the mean of each batch.
    pub seconds: Vec<f64>,
    /// Seconds of the exact value on one thread.
    pub exact_seconds: f64,
}

impl CellRecord {
    /// Returns the record of a cell.
    pub(super) fn new(cell: &Cell, replicates: u32, samples: [f64; 2], rows: Vec<Row>) -> Self {
        Self {
            version: 1,
            cell: cell.name(),
            scene: cell.scene_name.clone(),
            quantity: cell.quantity,
            method: cell.method,
            sampler: cell.sampler,
            budget: cell.budget,
            replicates,
            pixel_samples: samples[0],
            edge_samples: samples[1],
            rows,
        }
    }
}
