use super::case::{Case, Known};
use super::findings::{Demand, Findings, RESOLUTION, Target};

/// Both kinds of difference and one-sided ones; spsa by one parameter, which is the first.
pub fn differences(case: &Case<'_>, known: &Known, findings: &mut Findings) {
    const STEPS: [f64; 2] = [2.0, 0.5];
    // An order shows at steps that are small against what is in a scene, and biases that are large against
    // rounding.
    const SMALL_STEPS: [f64; 2] = [1.0 / 64.0, 1.0 / 256.0];
    // Those of central and of one-sided differences.
    const ORDERS: [f64; 2] = [2.0, 1.0];
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
    let demand = |central: bool| Demand {
        means: SMALL_STEPS.map(|step| quotient(step, central)),
        ratio: SMALL_STEPS[0] / SMALL_STEPS[1],
        order: ORDERS[usize::from(!central)],
        slack: 0.0,
        resolution: RESOLUTION,
    };
    let demands = [true, false].map(demand);
    let [central, one_sided] = [true, false].map(|central| STEPS.map(|step| target(step, central)));
    for (method, targets, demand) in [
        ("finite-difference:common=true", central, &demands[0]),
        ("finite-difference:common=false", central, &demands[0]),
        ("finite-difference:central=false", one_sided, &demands[1]),
        ("spsa:draws=2", central, &demands[0]),
    ] {
        let found =
            STEPS.map(|step| case.estimates(&format!("{method},step={step}"), &[known.id])[0]);
        findings.hold(method, known, found, targets, demand);
    }
}

/// What varies between rows of smoothing.
pub struct Draws<'a> {
    pub count: u32,
    /// Whether pixels that a parameter cannot reach are left out.
    pub local: &'a [bool],
    pub sigmas: [f64; 2],
    pub resolution: f64,
}

pub fn smoothing(case: &Case<'_>, known: &Known, findings: &mut Findings) {
    let draws = Draws {
        count: 8,
        local: &[true, false],
        sigmas: [10.0, 0.5],
        // The squares of 1024 normal numbers have a mean that is known to √(2/1024), LIMIT times that being a
        // third, if an image is linear. Errors of a few percent are for those with many draws; what is to be
        // seen in each scene is a pixel or a shape that is left out.
        resolution: 0.35,
    };
    smoothing_by(&draws, case, known, findings);
}

pub fn smoothing_by(draws: &Draws<'_>, case: &Case<'_>, known: &Known, findings: &mut Findings) {
    const STEP: f64 = 0.2;
    // Between the smaller σ and a part of it one tells an order.
    const RATIO: f64 = 4.0;
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
    let limits = [targets[1], target(draws.sigmas[1] / RATIO)];
    let demand = Demand {
        means: limits.map(|target| target.mean),
        ratio: RATIO,
        order: 2.0,
        slack: limits[1].slack,
        resolution: draws.resolution,
    };
    for local in draws.local {
        let method = format!("smoothing:draws={count},local={local}");
        let of = |sigma| case.estimates(&format!("{method},sigma={sigma}"), &[known.id])[0];
        findings.hold(&method, known, draws.sigmas.map(of), targets, &demand);
    }
}

pub fn interior(case: &Case<'_>, known: &Known, findings: &mut Findings) {
    let target = Target {
        mean: known.derivative - known.boundary,
        ..Target::default()
    };
    let found = case.estimates("interior", &[known.id])[0];
    let demand = Demand {
        means: [target.mean; 2],
        ratio: 1.0,
        order: 0.0,
        slack: 0.0,
        resolution: RESOLUTION,
    };
    findings.hold("interior", known, [found; 2], [target; 2], &demand);
}
