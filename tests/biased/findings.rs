use reynolds::statistics::RunningMoments;

use super::case::{Known, REPLICATES};

/// Standard errors that a mean may be off: at 127 degrees of freedom a probability of 7e-13.
pub const LIMIT: f64 = 8.0;
const RARE: f64 = 20.0;

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

/// What was seen of one estimator, over scenes and parameters.
#[derive(Default)]
pub struct Seen {
    method: String,
    rows: usize,
    /// Rows with a bias beyond chance, at either setting.
    biased: [usize; 2],
    /// Sums over rows, but for those without a limit, of squared biases of the `limits`, against sizes.
    squares: [f64; 2],
    /// Rows and settings where a mean of twice the target would be noticed.
    sharp: usize,
    /// The largest part of what is allowed that a mean was off.
    most: f64,
    /// What is allowed, in parts of the size.
    allowed: Vec<f64>,
}

impl Seen {
    /// Half of the rows and settings would show an error of this part of the size.
    fn resolution(&self) -> f64 {
        let mut allowed = self.allowed.clone();
        allowed.sort_by(f64::total_cmp);
        allowed.get(allowed.len() / 2).copied().unwrap_or(f64::NAN)
    }
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

    /// Holds the means of an estimator against those that they should have. `limits` are means for one
    /// setting and a quarter of it or less, by which one tells how they come near the derivative, less what the
    /// estimator is known to leave out.
    pub fn hold(
        &mut self,
        method: &str,
        known: &Known,
        found: [RunningMoments; 2],
        targets: Targets,
        limits: [f64; 2],
    ) {
        let seen = self.of(method);
        seen.rows += 1;
        // A shape without area has no size, but what the larger setting makes of it.
        let scale = known.size.max(limits[0].abs());
        if known.has_limit && scale * known.unit > 1e-9 {
            for (sum, limit) in seen.squares.iter_mut().zip(limits) {
                *sum += ((limit - known.derivative) / scale).powi(2);
            }
        }
        for (setting, (found, target)) in found.iter().zip(targets).enumerate() {
            let Target {
                mean: target,
                slack,
                error: own,
                sample,
            } = target;
            let (mean, error) = (found.mean(), found.standard_error().hypot(own));
            // The errors of an estimate that is exact are those of rounding.
            let rounding = 1e-9 * known.size.max(known.derivative.abs()) + 1e-12;
            let chance = LIMIT * error + RARE * sample / REPLICATES as f64 + rounding;
            let off = (mean - target).abs();
            let seen = self.of(method);
            seen.most = seen.most.max(off / (chance + slack));
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

/// Every mean is right; biases are seen at the large setting, and the targets near the derivative.
pub fn conclude(findings: &Findings) {
    let mut failures = findings.failures.clone();
    for seen in &findings.seen {
        let line = format!(
            "{}: {} rows, biased {:?}, mean squares of biases {:.1e} and {:.1e}, sharp {}, half within {:.1e} of the size, most {:.2} of what is allowed",
            seen.method,
            seen.rows,
            seen.biased,
            seen.squares[0] / seen.rows as f64,
            seen.squares[1] / seen.rows as f64,
            seen.sharp,
            seen.resolution(),
            seen.most
        );
        println!("{line}");
        // A setting that is at most a quarter as large, an order of one half at least; `interior` has none.
        let shrinks = seen.squares[1] <= 0.25 * seen.squares[0];
        if seen.biased[0] == 0 || !(shrinks || seen.method == "interior") {
            failures.push(line);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
