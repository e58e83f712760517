//! The pixels of a row that a layer covers wholly, run by run.

use super::Cover;

/// Where in a row of pixels one layer covers them wholly, and whether it does so where one is.
pub(super) struct WholeRun {
    slot: usize,
    /// The first pixel of the row.
    pixels: usize,
    hides: bool,
    /// The column where a run has begun.
    start: Option<usize>,
}

impl WholeRun {
    pub(super) fn new(slot: usize, pixels: usize, hides: bool) -> Self {
        Self {
            slot,
            pixels,
            hides,
            start: None,
        }
    }

    /// Goes on to a column, from which on pixels are covered or are not.
    pub(super) fn go_to(&mut self, column: usize, is_whole: bool, cover: &mut Cover) {
        match self.start {
            Some(start) if !is_whole => {
                let run = self.pixels + start..self.pixels + column;
                cover.push_whole(self.slot, run, self.hides);
                self.start = None;
            }
            None if is_whole => self.start = Some(column),
            _ => {}
        }
    }
}
