/// A derivative by finite differences, with what the steps tell about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The extrapolated central difference.
    pub value: f64,
    /// How far the extrapolations at neighbouring steps are apart: an estimate of the error.
    pub error: f64,
    /// The smallest step in `value`.
    pub step: f64,
    /// The extrapolated differences to the left and to the right. They differ at a kink.
    pub sides: [f64; 2],
    /// The same as `error` for the one-sided differences.
    pub side_errors: [f64; 2],
    /// The same as `step` for the one-sided differences.
    pub side_steps: [f64; 2],
}

/// The steps are h, h/4, h/16, …: this many. The last is 16384 times smaller than the first, since
/// scenes have kinks at all scales (outlines that nearly coincide cross and uncross).
const STEPS: usize = 8;
/// The ratio of neighbouring steps.
const RATIO: f64 = 4.0;
/// How often [`differentiate`] calls its function.
pub(super) const DIFFERENCE_CALLS: u64 = 2 * STEPS as u64 + 1;

impl Difference {
    /// Tells whether the function has a kink: its one-sided derivatives differ by more than their
    /// errors and than `tolerance`.
    pub fn is_kink(&self, tolerance: f64) -> bool {
        let gap = (self.sides[0] - self.sides[1]).abs();
        let error = self.side_errors[0].max(self.side_errors[1]);
        gap > tolerance.max(8.0 * error)
    }
}

/// Differentiates a function of one variable at 0 by Richardson extrapolation.
///
/// Central differences at steps `h, h/4, …` are extrapolated in a Neville tableau; the step is
/// chosen where two neighbouring extrapolations agree best (Ridders, Advances in Engineering
/// Software 4, 1982). One-sided differences come from the same values. `function` gets a step; it
/// may fail. It is called at most 17 times, fewer when the error falls below `enough` before.
///
/// # Errors
/// The first error of `function`.
///
/// ```
/// use reynolds::check::differentiate;
/// let sine = differentiate(0.1, 1e-11, |h| Ok::<f64, ()>((1.0 + h).sin()))?;
/// assert!((sine.value - 1f64.cos()).abs() < 1e-11);
/// let kink = differentiate(0.1, 0.0, |h| Ok::<f64, ()>(h.abs() + h))?;
/// assert!(kink.is_kink(1e-9));
/// # Ok::<(), ()>(())
/// ```
pub fn differentiate<E>(
    h: f64,
    enough: f64,
    mut function: impl FnMut(f64) -> Result<f64, E>,
) -> Result<Difference, E> {
    let here = function(0.0)?;
    let mut central = Tableau::new(RATIO * RATIO);
    let (mut left, mut right) = (Tableau::new(RATIO), Tableau::new(RATIO));
    let mut step = h;
    for _ in 0..STEPS {
        let (up, down) = (function(step)?, function(-step)?);
        central.push((up - down) / (2.0 * step));
        right.push((up - here) / step);
        left.push((here - down) / step);
        step /= RATIO;
        if central
            .best
            .error
            .max(left.best.error)
            .max(right.best.error)
            <= enough
        {
            break;
        }
    }
    let smallest = |tableau: &Tableau| h / RATIO.powi(tableau.best.row);
    Ok(Difference {
        value: central.best.value,
        error: central.best.error,
        step: smallest(&central),
        sides: [left.best.value, right.best.value],
        side_errors: [left.best.error, right.best.error],
        side_steps: [smallest(&left), smallest(&right)],
    })
}

/// Neville's tableau of values whose error is a series: a step of the next size divides its terms
/// by `factor` and the powers of that.
struct Tableau {
    factor: f64,
    last: Vec<f64>,
    rows: i32,
    best: Extrapolation,
}

/// An extrapolated value, its error and the row of the smallest step used.
struct Extrapolation {
    value: f64,
    error: f64,
    row: i32,
}

impl Tableau {
    fn new(factor: f64) -> Self {
        let best = Extrapolation {
            value: f64::NAN,
            error: f64::INFINITY,
            row: 0,
        };
        Self {
            factor,
            last: Vec::new(),
            rows: 0,
            best,
        }
    }

    /// Adds the value at the next step.
    fn push(&mut self, value: f64) {
        let mut current = vec![value];
        let mut divisor = self.factor;
        for (column, &coarse) in self.last.iter().enumerate() {
            let fine = current[column];
            let next = fine + (fine - coarse) / (divisor - 1.0);
            let error = (next - fine).abs().max((next - coarse).abs());
            if error < self.best.error {
                self.best = Extrapolation {
                    value: next,
                    error,
                    row: self.rows,
                };
            }
            current.push(next);
            divisor *= self.factor;
        }
        self.last = current;
        self.rows += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(f: impl Fn(f64) -> f64) -> Difference {
        differentiate(0.1, 0.0, |h| Ok::<f64, ()>(f(h))).expect("the function does not fail")
    }

    #[test]
    fn smooth_functions_reach_rounding_and_say_so() {
        let d = of(|h| (0.3 + h).exp());
        assert!((d.value - 0.3f64.exp()).abs() < 1e-11);
        assert!((d.value - 0.3f64.exp()).abs() <= 10.0 * d.error + 1e-13);
        assert!(!d.is_kink(1e-9));
    }

    #[test]
    fn it_stops_when_the_error_is_small_enough() {
        let mut calls = 0;
        let d = differentiate(1e-3, 1e-7, |h: f64| {
            calls += 1;
            Ok::<f64, ()>((1.0 + h).ln())
        });
        assert!((d.expect("no error").value - 1.0).abs() < 1e-7);
        assert!(calls < 10, "{calls} calls");
    }

    #[test]
    fn a_kink_gives_its_two_sides() {
        let d = of(|h: f64| if h > 0.0 { 3.0 * h + h * h } else { -h });
        assert!((d.sides[0] + 1.0).abs() < 1e-12 && (d.sides[1] - 3.0).abs() < 1e-12);
        assert!(d.is_kink(1e-9));
    }

    #[test]
    fn a_jump_far_from_the_point_is_avoided_by_small_steps() {
        let d = of(|h: f64| h.sin() + if h > 0.04 { 1e-3 } else { 0.0 });
        assert!((d.value - 1.0).abs() < 1e-9);
        let [_, right] = d.side_steps;
        assert!(right < 0.04 && d.step < 0.04, "{d:?}");
    }
}
