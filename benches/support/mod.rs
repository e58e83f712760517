//! What the benches share: scenes to measure, the yardstick, ways to run and to time.

#![allow(dead_code, unused_imports, reason = "each bench uses a part")]

mod pictures;
mod rounds;
mod running;
mod svg;
mod yardstick;

pub use pictures::{Picture, disks, pictures, scene, waves};
pub use rounds::{Contender, Quartiles, Seconds, ratios, time_in_rounds};
pub use running::{criterion, on_threads, table};
pub use yardstick::Yardstick;
