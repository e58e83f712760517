use reynolds::film::Image;
use reynolds::integrator::{Method, Renderer};
use reynolds::scene::{RenderSettings, Scene};
use reynolds::statistics::{RunningMoments, holm};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// The probability with which a whole family of right estimates may be found wrong.
const LEVEL: f64 = 1e-6;

/// An estimate with what it should be.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// What is estimated.
    pub name: String,
    /// The true value.
    pub truth: f64,
    /// How far off the true value may be itself.
    pub uncertainty: f64,
    /// What the standard error is compared with.
    pub scale: f64,
    /// The estimates of all seeds.
    pub moments: RunningMoments,
}

/// Returns the moments of each component of `Jᵀ w` over the seeds `0..count`.
pub fn vjp_estimates(
    scene: &Scene,
    settings: &RenderSettings,
    weights: &Image,
    count: u64,
) -> Vec<RunningMoments> {
    let mut moments = vec![RunningMoments::default(); scene.parameters.len()];
    for seed in 0..count {
        let settings = RenderSettings {
            seed,
            ..settings.clone()
        };
        let renderer = Renderer::new(scene, settings).with_method(Method::Edge);
        for (moments, value) in moments.iter_mut().zip(renderer.vjp(weights)) {
            moments.push(value);
        }
    }
    moments
}

/// Checks that no estimate is biased; see [`find_bias`].
pub fn assert_unbiased(what: &str, family: &[Estimate], power: f64) {
    let report = find_bias(family, power);
    assert!(
        report.is_empty(),
        "{what}, of {} estimates:\n{report}",
        family.len()
    );
}

/// Describes the estimates that are biased: Student's test of each mean, corrected for the size of
/// the family by Holm's rule at a level of 10⁻⁶. So that this can find any, no standard error may
/// exceed the part `power` of the scale; those that do are described too.
pub fn find_bias(family: &[Estimate], power: f64) -> String {
    let p_values: Vec<f64> = family.iter().map(Estimate::p_value).collect();
    let rejected = holm(&p_values, LEVEL);
    let mut report = String::new();
    for ((estimate, p), rejected) in family.iter().zip(&p_values).zip(&rejected) {
        let error = estimate.moments.standard_error();
        let blunt = error.is_nan() || error > power * estimate.scale;
        if *rejected || blunt || !p.is_finite() {
            report += &format!(
                "{}: {} seeds from 0 on, mean {:.9e} ± {:.2e}, truth {:.9e} ± {:.1e}, z {:.2}, p {p:.1e}, scale {:.2e}{}\n",
                estimate.name,
                estimate.moments.count(),
                estimate.moments.mean(),
                error,
                estimate.truth,
                estimate.uncertainty,
                (estimate.moments.mean() - estimate.truth) / error,
                estimate.scale,
                if blunt { ", too uncertain to tell" } else { "" }
            );
        }
    }
    report
}

impl Estimate {
    /// The probability of a mean as far from the truth as this one, if it is right. What lies
    /// within the uncertainty of the truth itself is no evidence. What is not a number is wrong.
    pub fn p_value(&self) -> f64 {
        let distance = (self.moments.mean() - self.truth).abs() - self.uncertainty;
        if distance <= 0.0 {
            return 1.0;
        }
        let t = distance / self.moments.standard_error();
        if t == f64::INFINITY || t.is_nan() {
            return 0.0;
        }
        let degrees = self.moments.count() as f64 - 1.0;
        let student = StudentsT::new(0.0, 1.0, degrees).expect("at least two seeds");
        2.0 * student.cdf(-t)
    }
}
