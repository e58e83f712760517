use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on the standard error that counts steps; invisible where that is no terminal.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Returns a bar that appears with [`start`](Self::start), or never.
    pub fn new(hidden: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let style = "{wide_bar} {percent:>3} %  {pos}/{len} {msg}  {eta} left";
        let style = ProgressStyle::with_template(style).expect("the template is well formed");
        bar.set_style(style);
        if !hidden {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        Self { bar }
    }

    /// Shows the bar for `tiles` tiles in `passes` passes.
    pub fn start(&self, tiles: usize, passes: usize) {
        self.start_steps(tiles.saturating_mul(passes) as u64, "tiles");
    }

    /// Shows the bar for a number of steps of some name.
    pub fn start_steps(&self, steps: u64, name: &'static str) {
        self.bar.set_length(steps);
        self.bar.set_message(name);
        self.bar.reset();
    }

    /// Shows the bar for the steps of a fit, of which some are made already, with loss and rate.
    pub fn start_fit(&self, steps: u64, made: u64) {
        let style = "{wide_bar} {percent:>3} %  {pos}/{len} steps  {msg}  {per_sec}  {eta} left";
        let style = ProgressStyle::with_template(style).expect("the template is well formed");
        self.bar.set_style(style);
        self.bar.set_length(steps);
        self.bar.set_message("");
        self.bar.reset();
        self.bar.set_position(made);
        self.bar.reset_eta();
    }

    /// Counts one step of a fit.
    pub fn tick_fit(&self, loss: f64) {
        if !self.bar.is_hidden() {
            self.bar.set_message(format!("loss {loss:.3e}"));
        }
        self.bar.inc(1);
    }

    /// Shows the bar for an amount of work on a number of cells.
    pub fn start_study(&self, work: u64, cells: usize) {
        let style = "{wide_bar} {percent:>3} %  {msg} cells left  {eta} left";
        let style = ProgressStyle::with_template(style).expect("the template is well formed");
        self.bar.set_style(style);
        self.bar.set_length(work);
        self.bar.set_message(cells.to_string());
        self.bar.reset();
    }

    /// Counts one cell.
    pub fn count_cell(&self) {
        let left = self.bar.message().parse().unwrap_or(1_usize);
        self.bar.set_message(left.saturating_sub(1).to_string());
    }

    /// Counts an amount of work.
    pub fn advance(&self, work: u64) {
        self.bar.inc(work);
    }

    /// Counts one step.
    pub fn tick(&self) {
        self.bar.inc(1);
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Takes the bar away while `print` prints.
    pub fn pause<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }
}

impl Drop for Progress {
    /// Leaves no bar behind when a run fails.
    fn drop(&mut self) {
        self.finish();
    }
}
