use reynolds::statistics::RunningMoments;

use super::case::{Known, REPLICATES};

/// Standard errors that a mean may be off. At the 127 degrees of freedom of an estimate that is a probability
/// of 7e-13. Where the error of a random target, with the 15 of its trials, is most of it, it is up to 9e-7: for
/// the thousand such means of a sweep 9e-4 together.
pub const LIMIT: f64 = 8.0;
const RARE: f64 = 20.0;
/// An error of this part of the size of the derivative is to be seen in half of the rows at least: one edge too
/// many, a piece left out, or a wrong constant in a formula make more.
pub const RESOLUTION: f64 = 0.05;

/// The mean that an estimator should have.
#[derive(Clone, Copy, Debug, Default)]
pub struct Target {
    pub mean: f64,
    /// A bound on how far off it may be.
    pub slack: f64,
    /// Its standard error.
    pub error: f64,
    /// The largest contribution of one sample to the estimate.
    pub sample: f64,
}

/// The means at a large and a small setting.
pub type Targets = [Target; 2];

/// What is demanded of an estimator beside the right means: that they come near the derivative, less what
/// it is known to leave out, and that the test is sharp.
pub struct Demand {
    /// The means at two settings, the second of which is the smaller one by a factor `ratio`.
    pub means: [f64; 2],
    pub ratio: f64,
    /// The power of the setting that the bias is documented to have, 0 if it stays.
    pub order: f64,
    /// A bound on how far off the means may be.
    pub slack: f64,
    /// The part of the size that an error has to be to be seen in half of the rows.
    pub resolution: f64,
}

/// What was seen of one estimator, over scenes and parameters.
#[derive(Default)]
pub struct Seen {
    method: String,
    rows: usize,
    /// Rows with a bias beyond chance, at either setting.
    biased: [usize; 2],
    /// Rows with a limit, and the sums over them of squared biases in the approach, against sizes.
    limits: usize,
    squares: [f64; 2],
    /// Rows that show whether a bias falls by half of its order, and those where it does.
    telling: usize,
    falling: usize,
    has_order: bool,
    /// Means that should not be 0, and those among them of which one would notice if they were, or twice as large.
    means: usize,
    sharp: usize,
    /// The largest part of what is allowed that a mean was off.
    most: f64,
    /// What is allowed, in parts of the size, and what half of that may be.
    allowed: Vec<f64>,
    demanded: f64,
}

impl Seen {
    /// Half of the rows and settings would show an error of this part of the size.
    fn resolution(&self) -> f64 {
        let mut allowed = self.allowed.clone();
        allowed.sort_by(f64::total_cmp);
        allowed.get(allowed.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// Compares biases at two settings. An order is that of small settings: what is smaller than a setting,
    /// thin shapes, gaps, corners beside borders of pixels, falls more slowly. So half of it is demanded, in
    /// half of the rows: 1 of estimators of second order, which have that much in single pixels
    /// under a box filter.
    fn approach(&mut self, known: &Known, demand: &Demand) {
        // A shape without area has no size, but what the larger setting makes of it.
        let scale = known.size.max(demand.means[0].abs());
        if !known.has_limit || scale * known.unit <= 1e-9 {
            return;
        }
        let biases = demand.means.map(|mean| (mean - known.derivative).abs());
        self.limits += 1;
        for (sum, bias) in self.squares.iter_mut().zip(biases) {
            *sum += (bias / scale).powi(2);
        }
        self.has_order |= demand.order > 0.0;
        let limit = biases[0] * demand.ratio.powf(-0.5 * demand.order);
        if demand.order > 0.0 && limit > demand.slack + rounding(known) {
            self.telling += 1;
            self.falling += usize::from(biases[1] <= limit);
        }
    }

    /// What a test of this estimator has to show beside the right means.
    fn demands(&self) -> [(bool, &'static str); 5] {
        let is_small = !self.has_order || self.squares[1] <= 0.25 * self.squares[0];
        let has_order = !self.has_order || self.telling > 0 && 2 * self.falling >= self.telling;
        [
            (self.biased[0] > 0, "no bias is seen"),
            (is_small, "biases do not become half as large"),
            (
                has_order,
                "biases do not fall by half of their order in half of the rows that tell",
            ),
            (
                2 * self.sharp >= self.means,
                "half of the means could be twice as large",
            ),
            (
                self.resolution() <= self.demanded,
                "half of the rows would hide an error too large",
            ),
        ]
    }
}

/// The errors of an estimate that is exact are those of rounding.
fn rounding(known: &Known) -> f64 {
    1e-9 * known.size.max(known.derivative.abs()) + 1e-12
}

#[derive(Default)]
pub struct Findings {
    failures: Vec<String>,
    seen: Vec<Seen>,
}

impl Findings {
    fn of(&mut self, method: &str) -> &mut Seen {
        let at = self.seen.iter().position(|seen| seen.method == method);
        let at = at.unwrap_or_else(|| {
            self.seen.push(Seen {
                method: method.to_owned(),
                ..Seen::default()
            });
            self.seen.len() - 1
        });
        &mut self.seen[at]
    }

    /// Holds the means of an estimator, at a large and a small setting, against those that they should have.
    pub fn hold(
        &mut self,
        method: &str,
        known: &Known,
        found: [RunningMoments; 2],
        targets: Targets,
        demand: &Demand,
    ) {
        let seen = self.of(method);
        seen.rows += 1;
        seen.demanded = demand.resolution;
        seen.approach(known, demand);
        for (setting, (found, target)) in found.iter().zip(targets).enumerate() {
            let Target {
                mean: target,
                slack,
                error: own,
                sample,
            } = target;
            let (mean, error) = (found.mean(), found.standard_error().hypot(own));
            let chance = LIMIT * error + RARE * sample / REPLICATES as f64 + rounding(known);
            let off = (mean - target).abs();
            let seen = self.of(method);
            seen.most = seen.most.max(off / (chance + slack));
            seen.means += usize::from(target.abs() > rounding(known));
            seen.sharp += usize::from(target.abs() > chance + slack);
            if known.size * known.unit > 1e-9 {
                seen.allowed.push((chance + slack) / known.size);
            }
            seen.biased[setting] += usize::from((mean - known.derivative).abs() > chance);
            if off > chance + slack {
                self.failures.push(format!(
                    "{}, {method}, setting {setting}: mean {mean:.6e} ± {error:.1e}, should be {target:.6e} ± {slack:.1e}, a sample {sample:.1e}; derivative {:.6e}, size {:.2e}",
                    known.name, known.derivative, known.size
                ));
            }
        }
    }
}

/// Every mean is right, and what was held tells something.
pub fn conclude(findings: &Findings) {
    let mut failures = findings.failures.clone();
    for seen in &findings.seen {
        let line = format!(
            "{}: {} rows, biased {:?}; {} with a limit, mean squares of biases {:.1e} and {:.1e}, fall in {} of {} that tell; sharp {} of {}, half within {:.1e} of the size, most {:.2} of what is allowed",
            seen.method,
            seen.rows,
            seen.biased,
            seen.limits,
            seen.squares[0] / seen.limits as f64,
            seen.squares[1] / seen.limits as f64,
            seen.falling,
            seen.telling,
            seen.sharp,
            seen.means,
            seen.resolution(),
            seen.most
        );
        println!("{line}");
        for (is_met, what) in seen.demands() {
            if !is_met {
                failures.push(format!("{what}: {line}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
