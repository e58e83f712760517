//! The page that shows what a study found: one file with its figures, styles and a few lines of
//! script, which needs nothing from elsewhere.

mod page;
mod table;
#[cfg(test)]
mod tests;
mod write;

pub use write::write_report;
