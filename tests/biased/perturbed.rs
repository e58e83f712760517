use super::case::{Case, Known};
use super::findings::{Findings, Target};

/// Both kinds of difference and one-sided ones; spsa by one parameter, which is the first.
pub fn differences(case: &Case<'_>, known: &Known, findings: &mut Findings) {
    const STEPS: [f64; 2] = [2.0, 0.5];
    // An order shows at steps that are small against whatever is in a scene.
    const SMALL_STEPS: [f64; 2] = [1.0 / 1024.0, 1.0 / 4096.0];
    let quotient = |step: f64, central: bool| {
        let h = step * known.unit;
        let back = if central { -h } else { 0.0 };
        (case.at(known.id, h) - case.at(known.id, back)) / (h - back)
    };
    let target = |step: f64, central: bool| {
        let width = if central { 2.0 } else { 1.0 } * step * known.unit;
        let sample = case.reach * case.area() / width;
        Target {
            mean: quotient(step, central),
            sample,
            ..Target::default()
        }
    };
    let limits = [true, false].map(|central| SMALL_STEPS.map(|step| quotient(step, central)));
    let [central, one_sided] = [true, false].map(|central| STEPS.map(|step| target(step, central)));
    for (method, targets, limits) in [
        ("finite-difference:common=true", central, limits[0]),
        ("finite-difference:common=false", central, limits[0]),
        ("finite-difference:central=false", one_sided, limits[1]),
        ("spsa:draws=2", central, limits[0]),
    ] {
        let found =
            STEPS.map(|step| case.estimates(&format!("{method},step={step}"), &[known.id])[0]);
        findings.hold(method, known, found, targets, limits);
    }
}

/// What varies between rows of smoothing.
pub struct Draws<'a> {
    pub count: u32,
    /// Whether pixels that a parameter cannot reach are left out.
    pub local: &'a [bool],
    pub sigmas: [f64; 2],
}

pub fn smoothing(case: &Case<'_>, known: &Known, findings: &mut Findings) {
    let draws = Draws {
        count: 8,
        local: &[true, false],
        sigmas: [10.0, 0.5],
    };
    smoothing_by(&draws, case, known, findings);
}

pub fn smoothing_by(draws: &Draws<'_>, case: &Case<'_>, known: &Known, findings: &mut Findings) {
    const STEP: f64 = 0.2;
    let count = draws.count;
    let target = |sigma: f64| {
        let sigma = sigma * known.unit;
        let term = |i: i32| {
            let u = STEP * f64::from(i);
            let density = (-0.5 * u * u).exp() / std::f64::consts::TAU.sqrt();
            u * density * (case.at(known.id, sigma * u) - case.at(known.id, -sigma * u)) / sigma
        };
        let terms: Vec<f64> = (1..=30).map(term).collect();
        let fine = STEP * terms.iter().sum::<f64>();
        let coarse = 2.0 * STEP * terms.iter().skip(1).step_by(2).sum::<f64>();
        // The rule is of second order at least: at kinks, and at the ends of the domain. Normal
        // numbers beyond 3 are one in 370.
        let sample = 3.0 * case.reach * case.area() / (2.0 * sigma * f64::from(count));
        Target {
            mean: fine,
            slack: (fine - coarse).abs(),
            sample,
            ..Target::default()
        }
    };
    let targets = draws.sigmas.map(target);
    for local in draws.local {
        let method = format!("smoothing:draws={count},local={local}");
        let of = |sigma| case.estimates(&format!("{method},sigma={sigma}"), &[known.id])[0];
        let limits = targets.map(|target| target.mean);
        findings.hold(&method, known, draws.sigmas.map(of), targets, limits);
    }
}

pub fn interior(case: &Case<'_>, known: &Known, findings: &mut Findings) {
    let target = Target {
        mean: known.derivative - known.boundary,
        ..Target::default()
    };
    let found = case.estimates("interior", &[known.id])[0];
    findings.hold("interior", known, [found; 2], [target; 2], [target.mean; 2]);
}
