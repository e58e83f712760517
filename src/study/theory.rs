//! What theory says about the variance: exponents of the number of samples.
//!
//! | in pixels | smooth | sum | kink | sum with kinks | curved jump | sum that jumps | varying jump along an axis |
//! |---|---|---|---|---|---|---|---|
//! | `independent`, `antithetic` | −1 | −1 | −1 | −1 | −1 | −1 | −1 |
//! | `stratified` | −2 | −2 | −2 | −2 | −1.5 | −1.5 | −1.5 |
//! | `latin-hypercube` | −1 | −3 | −1 | −3 | −1 | −2 | −1 |
//! | `multi-jittered` | −2 | −3 | −2 | −3 | −1.5 | −2 | −1.5 |
//! | `correlated-multi-jittered` | −1.5 | −3 | −1.5 | −3 | −1.5 | −2 | −1.5 |
//! | `halton` | −2 | −2 | −2 | −2 | −1.5 | −2 | −1.9 |
//! | `sobol` | −2.9 | −3 | −2.5 | −3 | −1.5 | −2 | −2 |
//! | `stratified-antithetic` | −3 | −3 | −2.5 | −2.5 | −1.5 | −1.5 | −1.5 |
//!
//! | on edges | smooth | kink | jump |
//! |---|---|---|---|
//! | `independent`, `antithetic` | −1 | −1 | −1 |
//! | `stratified`, `multi-jittered`, `correlated-multi-jittered`, `latin-hypercube`, `sobol`, `halton` | −3 | −3 | −2 |
//! | `systematic` | −2 | −2 | −2 |
//! | `stratified-antithetic` | −5 | −4 | −2 |
//!
//! A *sum* is one of a function of x and one of y. A jump along an axis is one only if its height is
//! the same all along; a Latin hypercube has −2 for it and −1 for any other, which is no sum but the
//! product of a step with what varies. Multi-jittered points leave it to chance which rows of the
//! column of cells with the jump have their point before it: N^(1/2) terms of size 1/N, hence −1.5.
//! Nets control that too: the N/2^j points in a strip of width 2^(−j) before the jump are a net along
//! it, of variance 2^(−2j) (N/2^j)^(−3), and the sum over all j up to log N is of the order of N^(−2).
//! Halton points have base 3 along it, in which no power of 2 is full: (N/2^j)^(−2), and with all j
//! N^(−2) log N. That, and the N^(−3) log N of nets for smooth integrands, have no exponent; −1.9 and
//! −2.9 are the slopes around some thousand samples, −2 + 1/log N and −3 + 1/log N.
//! Antithetic pairs in the N^(1/2) cells with a jump have an error each, as single points have: −1.5.
//! On edges, a kink in one stratum of length h leaves a pair the error h · h, hence −4.
//!
//! Stratification: Mitchell, "Consequences of stratified sampling in graphics", 1996. Latin
//! hypercubes: Stein, Technometrics 29, 1987. Scrambled nets: Owen, Annals of
//! Statistics 25, 1997, and 36, 2008; He and Owen, arXiv 1406.4549. An estimate with several terms
//! has the slowest exponent of them. Exponents are those of powers of 4, and asymptotic.

use super::integrand::{Integrands, Kinds, Terms};
use super::{Integral, IntegrandKind, Prediction, Quantity, Term};
use crate::estimator::Method;
use crate::sampling::Sampler;

use IntegrandKind::{CurvedJump, EdgeSmooth};

/// Returns what theory says about the variance of an estimator, if it says something.
pub fn predict(
    method: Method,
    sampler: Sampler,
    integral: &Integral,
    integrands: &Integrands,
) -> Option<Prediction> {
    let terms = match &integral.parameter {
        Some(name) => integrands.derivatives.get(name)?.clone(),
        None => Terms {
            interior: Some(Vec::new()),
            boundary: Some(Vec::new()),
        },
    };
    let is_plain = matches!(sampler, Sampler::Independent | Sampler::Antithetic);
    let mut slowest: Option<Prediction> = None;
    for (kinds, reason) in cases(method, integral, terms, integrands.image.clone(), is_plain)? {
        // Where one term is unknown, so is the sum.
        for integrand in kinds? {
            let exponent = exponent(sampler, integrand)?;
            if slowest
                .as_ref()
                .is_none_or(|slowest| exponent > slowest.exponent)
            {
                slowest = Some(Prediction {
                    exponent,
                    integrand,
                    reason: reason.to_owned(),
                });
            }
        }
    }
    slowest
}

type Case = (Kinds, &'static str);

/// The integrands that an estimator samples, with what they are; none if theory has no say. Plain
/// samplers have one exponent for all integrands.
fn cases(
    method: Method,
    integral: &Integral,
    terms: Terms,
    image: Kinds,
    is_plain: bool,
) -> Option<Vec<Case>> {
    if integral.quantity == Quantity::Image {
        return match method {
            Method::Fiber | Method::Soft(_) => None,
            _ => Some(vec![(image, "the colour, in pixels")]),
        };
    }
    let moves = terms
        .boundary
        .as_ref()
        .is_none_or(|kinds| !kinds.is_empty());
    let is_smooth = terms.boundary == Some(vec![EdgeSmooth]);
    let interior = (terms.interior, "the derivative of the colour, in pixels");
    let boundary = (
        terms.boundary,
        "the jump times the normal velocity, on edges",
    );
    Some(match (method, integral.term) {
        (Method::Edge, Term::Total) => vec![interior, boundary],
        (Method::Edge, Term::Interior) | (Method::Interior, _) => vec![interior],
        (Method::Edge, Term::Boundary) => vec![boundary],
        // The band, and the pixels that one of two images covers, end along lines beside the edges.
        (Method::ThinBand(_), _) => {
            let band = if moves { image } else { Some(Vec::new()) };
            vec![interior, (band, "the band around edges, in pixels")]
        }
        (Method::FiniteDifference(_), _) => {
            vec![(image, "the difference of two colours, in pixels")]
        }
        (Method::WarpedArea(_), _) if is_plain && is_smooth => {
            vec![
                interior,
                (
                    image,
                    "the divergence of the field times the colour, in pixels",
                ),
            ]
        }
        (Method::WarpedArea(_), _) if !moves => vec![interior],
        (Method::Fiber, _) if moves => {
            vec![(
                Some(vec![CurvedJump]),
                "lines that come to cross an edge within the pixel",
            )]
        }
        // The divergence of the field is small on edges, how small depends on the motion: its jump
        // shows with many samples or never. Where edges with different velocities cross the variance
        // may be infinite. Soft edges are smooth for more samples than there are; random
        // perturbations leave a variance that no number of samples takes away.
        (Method::WarpedArea(_) | Method::Fiber | Method::Soft(_), _)
        | (Method::Smoothing(_) | Method::Spsa(_) | Method::Exact, _) => return None,
    })
}

/// The exponent of a sampler for a kind of integrand, if there is one number for it.
fn exponent(sampler: Sampler, kind: IntegrandKind) -> Option<f64> {
    use IntegrandKind::*;
    use Sampler::*;
    Some(match (sampler, kind) {
        (Independent | Antithetic, _) => -1.0,
        (Systematic, EdgeSmooth | EdgeKink | EdgeJump) | (_, EdgeJump) => -2.0,
        (Systematic, _) => return None,
        (StratifiedAntithetic, EdgeSmooth) => -5.0,
        (StratifiedAntithetic, EdgeKink) => -4.0,
        (_, EdgeSmooth | EdgeKink) => -3.0,
        (LatinHypercube, Smooth | Kink | CurvedJump | VaryingJump) => -1.0,
        (CorrelatedMultiJittered, Smooth | Kink) | (_, CurvedJump) => -1.5,
        (Stratified | StratifiedAntithetic, AxisJump | VaryingJump) => -1.5,
        (MultiJittered | CorrelatedMultiJittered, VaryingJump) => -1.5,
        (Halton, VaryingJump) => -1.9,
        (Sobol, VaryingJump) | (_, AxisJump) => -2.0,
        (Stratified | Halton, _) | (MultiJittered, Smooth | Kink) => -2.0,
        (Sobol, Kink) | (StratifiedAntithetic, Kink | AdditiveKink) => -2.5,
        (Sobol, Smooth) => -2.9,
        (StratifiedAntithetic, Smooth) | (_, Additive | AdditiveKink) => -3.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use IntegrandKind::EdgeJump;

    fn predicted(method: &str, sampler: Sampler, term: Term, terms: Terms) -> Option<f64> {
        let integral = Integral {
            scene: "s".into(),
            quantity: Quantity::Vjp,
            parameter: Some("p".into()),
            term,
        };
        let integrands = Integrands {
            image: Some(vec![CurvedJump]),
            derivatives: [("p".to_owned(), terms)].into(),
        };
        let method = method.parse().expect("there is one");
        predict(method, sampler, &integral, &integrands).map(|prediction| prediction.exponent)
    }

    #[test]
    fn a_sum_is_as_slow_as_its_slowest_term() {
        let both = Terms {
            interior: Some(vec![CurvedJump]),
            boundary: Some(vec![EdgeSmooth]),
        };
        let flat = Terms {
            interior: Some(Vec::new()),
            ..both.clone()
        };
        let unknown = Terms {
            interior: None,
            ..both.clone()
        };
        let of = |term, terms: &Terms| predicted("edge", Sampler::Stratified, term, terms.clone());
        assert_eq!(of(Term::Total, &both), Some(-1.5));
        assert_eq!(of(Term::Boundary, &both), Some(-3.0));
        assert_eq!(of(Term::Total, &flat), Some(-3.0));
        assert_eq!(of(Term::Interior, &flat), None);
        assert_eq!(of(Term::Total, &unknown), None);
    }

    #[test]
    fn crossings_leave_warped_areas_without_a_prediction() {
        let terms = |boundary| Terms {
            interior: Some(Vec::new()),
            boundary: Some(vec![boundary]),
        };
        let of = |terms| predicted("warped-area", Sampler::Independent, Term::Total, terms);
        assert_eq!(of(terms(EdgeSmooth)), Some(-1.0));
        assert_eq!(of(terms(EdgeJump)), None);
    }
}
