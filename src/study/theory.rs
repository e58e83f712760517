//! What theory says about the variance: exponents of the number of samples.
//!
//! | in pixels | smooth | curved jump | axis-parallel jump |
//! |---|---|---|---|
//! | `independent`, `antithetic` | −1 | −1 | −1 |
//! | `stratified` | −2 | −1.5 | −1.5 |
//! | `latin-hypercube` | −1 | −1 | −2 |
//! | `multi-jittered`, `halton` | −2 | −1.5 | −2 |
//! | `correlated-multi-jittered` | −1.5 | −1.5 | −2 |
//! | `sobol` | −3 | −1.5 | −2 |
//! | `stratified-antithetic` | −3 | −1.5 | |
//!
//! | on edges | smooth | jump |
//! |---|---|---|
//! | `independent`, `antithetic` | −1 | −1 |
//! | `stratified`, `multi-jittered`, `correlated-multi-jittered`, `latin-hypercube`, `sobol`, `halton` | −3 | −2 |
//! | `systematic` | −2 | −2 |
//! | `stratified-antithetic` | −5 | −2 |
//!
//! Stratification: Mitchell, "Consequences of stratified sampling in graphics", 1996. Latin
//! hypercubes: Stein, Technometrics 29, 1987 (what is a sum of functions of one variable each, as an
//! indicator with axis-parallel borders may be, has −2 or better). Scrambled nets: Owen, Annals of
//! Statistics 25, 1997, and 36, 2008; He and Owen, arXiv 1406.4549. An estimate with several terms
//! has the slowest exponent of them.

use super::integrand::{Integrands, Terms};
use super::{Integral, IntegrandKind, Prediction, Quantity, Term};
use crate::estimator::Method;
use crate::sampling::Sampler;

use IntegrandKind::{AxisJump, CurvedJump, EdgeJump, EdgeSmooth, Smooth};

/// Returns what theory says about the variance of an estimator, if it says something.
pub fn predict(
    method: Method,
    sampler: Sampler,
    integral: &Integral,
    integrands: &Integrands,
) -> Option<Prediction> {
    let terms = match &integral.parameter {
        Some(name) => *integrands.derivatives.get(name)?,
        None => Terms::default(),
    };
    let is_plain = matches!(sampler, Sampler::Independent | Sampler::Antithetic);
    let cases = cases(method, integral, terms, integrands.image, is_plain)?;
    let cases = cases
        .into_iter()
        .filter_map(|(kind, reason)| Some((exponent(sampler, kind?), kind?, reason)));
    let mut slowest: Option<Prediction> = None;
    for (exponent, integrand, reason) in cases {
        // Where one term is unknown, so is the sum.
        let exponent = exponent?;
        if slowest
            .as_ref()
            .is_none_or(|slowest| exponent > slowest.exponent)
        {
            let reason = reason.to_owned();
            slowest = Some(Prediction {
                exponent,
                integrand,
                reason,
            });
        }
    }
    slowest
}

type Case = (Option<IntegrandKind>, &'static str);

/// The integrands that an estimator samples, with what they are; none if theory has no say. Plain
/// samplers have one exponent for all integrands.
fn cases(
    method: Method,
    integral: &Integral,
    terms: Terms,
    image: Option<IntegrandKind>,
    is_plain: bool,
) -> Option<Vec<Case>> {
    if integral.quantity == Quantity::Image {
        return match method {
            Method::Fiber | Method::Soft(_) => None,
            _ => Some(vec![(image, "the colour, in pixels")]),
        };
    }
    let interior = (terms.interior, "the derivative of the colour, in pixels");
    let boundary = (
        terms.boundary,
        "the jump times the normal velocity, on edges",
    );
    let moves = terms.boundary.is_some();
    Some(match (method, integral.term) {
        (Method::Edge, Term::Total) => vec![interior, boundary],
        (Method::Edge, Term::Interior) | (Method::Interior, _) => vec![interior],
        (Method::Edge, Term::Boundary) => vec![boundary],
        // The band, and the pixels that one of two images covers, end along lines beside the edges.
        (Method::ThinBand(_), _) => {
            let band = image.filter(|_| moves);
            vec![interior, (band, "the band around edges, in pixels")]
        }
        (Method::FiniteDifference(_), _) => {
            vec![(image, "the difference of two colours, in pixels")]
        }
        (Method::WarpedArea(_), _) if is_plain && terms.boundary == Some(EdgeSmooth) => {
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
                Some(CurvedJump),
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
    use Sampler::*;
    Some(match (sampler, kind) {
        (Independent | Antithetic, _) => -1.0,
        (Stratified | MultiJittered | Halton, Smooth) => -2.0,
        (CorrelatedMultiJittered, Smooth | CurvedJump) => -1.5,
        (LatinHypercube, Smooth | CurvedJump) => -1.0,
        (Sobol | StratifiedAntithetic, Smooth) => -3.0,
        (Stratified, CurvedJump | AxisJump) => -1.5,
        (MultiJittered | Halton | Sobol | StratifiedAntithetic, CurvedJump) => -1.5,
        (LatinHypercube | MultiJittered | CorrelatedMultiJittered | Halton | Sobol, AxisJump) => {
            -2.0
        }
        (StratifiedAntithetic, AxisJump) | (Systematic, Smooth | CurvedJump | AxisJump) => {
            return None;
        }
        (StratifiedAntithetic, EdgeSmooth) => -5.0,
        (Systematic, EdgeSmooth) => -2.0,
        (_, EdgeSmooth) => -3.0,
        (_, EdgeJump) => -2.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predicted(method: &str, sampler: Sampler, term: Term, terms: Terms) -> Option<f64> {
        let integral = Integral {
            scene: "s".into(),
            quantity: Quantity::Vjp,
            parameter: Some("p".into()),
            term,
        };
        let integrands = Integrands {
            image: Some(CurvedJump),
            derivatives: [("p".to_owned(), terms)].into(),
        };
        let method = method.parse().expect("there is one");
        predict(method, sampler, &integral, &integrands).map(|prediction| prediction.exponent)
    }

    #[test]
    fn a_sum_is_as_slow_as_its_slowest_term() {
        let both = Terms {
            interior: Some(CurvedJump),
            boundary: Some(EdgeSmooth),
        };
        let flat = Terms {
            interior: None,
            ..both
        };
        let of = |term, terms| predicted("edge", Sampler::Stratified, term, terms);
        assert_eq!(of(Term::Total, both), Some(-1.5));
        assert_eq!(of(Term::Boundary, both), Some(-3.0));
        assert_eq!(of(Term::Total, flat), Some(-3.0));
        assert_eq!(of(Term::Interior, flat), None);
    }

    #[test]
    fn crossings_leave_warped_areas_without_a_prediction() {
        let terms = |boundary| Terms {
            interior: None,
            boundary,
        };
        let of = |terms| predicted("warped-area", Sampler::Independent, Term::Total, terms);
        assert_eq!(of(terms(Some(EdgeSmooth))), Some(-1.0));
        assert_eq!(of(terms(Some(EdgeJump))), None);
    }
}
