//! From records to what is concluded.

mod cells;
mod series;
mod tuning;
mod whole;

pub use whole::{Findings, summarize};
