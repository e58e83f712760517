/// A derivative by finite differences, with what the steps tell about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The extrapolated central difference.
    pub value: f64,
    /// How far the extrapolations at neighbouring steps are apart: an estimate of the error.
    pub error: f64,
    /// The smallest step used.
    pub step: f64,
    /// The extrapolated differences to the left and to the right. They differ at a kink.
    pub sides: [f64; 2],
    /// The same as `error` for the one-sided differences.
    pub side_error: f64,
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
        gap > tolerance.max(8.0 * self.side_error)
    }
}

/// Differentiates a function of one variable at 0 by Richardson extrapolation.
///
/// Central differences at steps `h, h/4, …` are extrapolated in a Neville tableau; the step is
/// chosen where two neighbouring extrapolations agree best (Ridders, Advances in Engineering
/// Software 4, 1982). One-sided differences come from the same values. `function` gets a step and
/// is called 17 times; it may fail.
///
/// # Errors
/// The first error of `function`.
///
/// ```
/// use reynolds::check::differentiate;
/// let sine = differentiate(0.1, |h| Ok::<f64, ()>((1.0 + h).sin()))?;
/// assert!((sine.value - 1f64.cos()).abs() < 1e-11);
/// let kink = differentiate(0.1, |h| Ok::<f64, ()>(h.abs() + h))?;
/// assert!(kink.is_kink(1e-9));
/// # Ok::<(), ()>(())
/// ```
pub fn differentiate<E>(
    h: f64,
    mut function: impl FnMut(f64) -> Result<f64, E>,
) -> Result<Difference, E> {
    let here = function(0.0)?;
    let mut central = [0.0; STEPS];
    let mut left = [0.0; STEPS];
    let mut right = [0.0; STEPS];
    let mut step = h;
    for i in 0..STEPS {
        let (up, down) = (function(step)?, function(-step)?);
        central[i] = (up - down) / (2.0 * step);
        right[i] = (up - here) / step;
        left[i] = (here - down) / step;
        step /= RATIO;
    }
    let (value, error, row) = extrapolate(central, RATIO * RATIO, RATIO * RATIO);
    let (left, left_error, _) = extrapolate(left, RATIO, RATIO);
    let (right, right_error, _) = extrapolate(right, RATIO, RATIO);
    Ok(Difference {
        value,
        error,
        step: h / RATIO.powi(row as i32),
        sides: [left, right],
        side_error: left_error.max(right_error),
    })
}

/// Neville's tableau for an error series whose terms a step of the next size divides by `first`,
/// `first · ratio`, … Returns the value, its error and the row of the smallest step used.
fn extrapolate(values: [f64; STEPS], first: f64, ratio: f64) -> (f64, f64, usize) {
    let mut previous = vec![values[0]];
    let mut best = (values[0], f64::INFINITY, 0);
    for (row, &value) in values.iter().enumerate().skip(1) {
        let mut current = vec![value];
        let mut factor = first;
        for column in 1..=row {
            let (fine, coarse) = (current[column - 1], previous[column - 1]);
            let next = fine + (fine - coarse) / (factor - 1.0);
            let error = (next - fine).abs().max((next - coarse).abs());
            if error < best.1 {
                best = (next, error, row);
            }
            current.push(next);
            factor *= ratio;
        }
        previous = current;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(f: impl Fn(f64) -> f64) -> Difference {
        differentiate(0.1, |h| Ok::<f64, ()>(f(h))).expect("the function does not fail")
    }

    #[test]
    fn smooth_functions_reach_rounding_and_say_so() {
        let d = of(|h| (0.3 + h).exp());
        assert!((d.value - 0.3f64.exp()).abs() < 1e-11);
        assert!((d.value - 0.3f64.exp()).abs() <= 10.0 * d.error + 1e-13);
        assert!(!d.is_kink(1e-9));
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
    }
}
