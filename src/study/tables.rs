//! Records as rows of CSV tables. Numbers have as many digits as it takes to read back the same
//! bits.

use std::fmt::Write;

use super::record::{CellRecord, Timing};

/// The first line of the table of results.
pub const RESULT_HEADER: &str = "cell,scene,quantity,parameter,term,estimator,sampler,budget,batch,\
     replicates,pixel_samples,edge_samples,exact,error,variance,mse\n";

/// The first line of the table of times.
pub const TIMING_HEADER: &str = "cell,batch,seconds,exact_seconds\n";

/// Returns the rows of a record: one a parameter, term and batch.
pub fn result_rows(record: &CellRecord) -> String {
    let mut rows = String::new();
    for row in &record.rows {
        let start = format!(
            "{},{},{},{},{},{},{},{}",
            quoted(&record.cell),
            record.scene,
            record.quantity,
            row.parameter.as_deref().unwrap_or_default(),
            row.term,
            quoted(&record.method.to_string()),
            record.sampler,
            record.budget,
        );
        let samples = format!(
            "{},{},{}",
            record.replicates, record.pixel_samples, record.edge_samples
        );
        for (number, batch) in row.batches.iter().enumerate() {
            writeln!(
                rows,
                "{start},{number},{samples},{:?},{:?},{:?},{:?}",
                batch.exact, batch.error, batch.variance, batch.mse
            )
            .expect("a string takes all text");
        }
    }
    rows
}

/// Returns the rows of the times of a cell: one a batch.
pub fn timing_rows(timing: &Timing) -> String {
    let mut rows = String::new();
    let cell = quoted(&timing.cell);
    for (number, seconds) in timing.seconds.iter().enumerate() {
        writeln!(
            rows,
            "{cell},{number},{seconds:?},{:?}",
            timing.exact_seconds
        )
        .expect("a string takes all text");
    }
    rows
}

/// Names of cells and estimators have commas, and no quotes.
fn quoted(text: &str) -> String {
    if text.contains(',') {
        format!("\"{text}\"")
    } else {
        text.to_owned()
    }
}
