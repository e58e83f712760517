/// The part of a run at its end that is compared with as long a part before it.
const PART: usize = 10;
/// The part of the whole decrease that counts as none.
const LITTLE: f64 = 1e-3;

/// Tells whether the losses of a run have levelled off: the mean over its last tenth, at least 5
/// steps, is lower than that of the tenth before by less than a thousandth of the whole decrease.
///
/// With rates that fall to nearly nothing this says that the run was carried out, not that a
/// longer one, whose rates fall more slowly, would find nothing better. A loss that is no lower
/// at the end than at the start has not converged, unless it is 0.
pub fn has_converged(losses: &[f64]) -> bool {
    let window = (losses.len() / PART).max(5);
    if losses.len() < 2 * window {
        return false;
    }
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    let (before, last) = losses[losses.len() - 2 * window..].split_at(window);
    let (before, last) = (mean(before), mean(last));
    let whole = losses[0] - last;
    // A difference of equal means is rounding.
    let falls = whole > 1e-12 * losses[0].abs();
    last == 0.0 || falls && before - last < LITTLE * whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_that_level_off_have_converged() {
        let falling = |rate: f64| (0..100).map(move |k| 0.1 + (-rate * f64::from(k)).exp());
        assert!(has_converged(&falling(0.2).collect::<Vec<_>>()));
        assert!(!has_converged(&falling(0.01).collect::<Vec<_>>()));
        assert!(!has_converged(&falling(0.2).take(8).collect::<Vec<_>>()));
        assert!(!has_converged(&[0.3; 100]));
        assert!(has_converged(&[0.0; 100]));
        assert!(!has_converged(&(0..100).map(f64::from).collect::<Vec<_>>()));
    }
}
