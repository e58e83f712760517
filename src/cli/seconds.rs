use std::time::Instant;

use serde::Serialize;

/// A stage of a run.
#[derive(Clone, Copy, Debug)]
pub enum Stage {
    /// Reading and checking the scene and other input.
    Load,
    /// Outlines, paints, tiles.
    Outline,
    /// Samples of the image.
    Image,
    /// Samples of derivatives.
    Gradient,
    /// Encoding and writing results.
    Write,
}

/// Wall-clock seconds by stage.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Seconds {
    pub load: f64,
    pub outline: f64,
    pub image: f64,
    pub gradient: f64,
    pub write: f64,
}

impl Seconds {
    /// Runs `work` and adds the time it takes to a stage.
    pub fn time<T>(&mut self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        let sum = match stage {
            Stage::Load => &mut self.load,
            Stage::Outline => &mut self.outline,
            Stage::Image => &mut self.image,
            Stage::Gradient => &mut self.gradient,
            Stage::Write => &mut self.write,
        };
        *sum += start.elapsed().as_secs_f64();
        result
    }
}
