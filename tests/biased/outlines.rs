use reynolds::scene::ParameterId;

use super::band_target::{APART, BandTarget};
use super::case::{Case, Known};
use super::findings::{Demand, Findings, LIMIT, RESOLUTION, Target, Targets};
use super::plain::{DIRECTIONS, Line, Number, Plain, derived};
use super::soft_target::SoftTarget;

/// ε; the larger, the more of a bias there is to be seen.
const WIDTHS: [f64; 2] = [4.0, 0.5];
/// τ where all outlines of a scene are soft, and where a scene may have more than an estimator can bear:
/// it takes time that doubles with each outline near a sample.
const FEW: usize = 4;
const SOFT_WIDTHS: [[f64; 2]; 2] = [[1.0, 0.125], [0.125, 0.03125]];

/// The settings by which one tells an order: the smaller ones, and a part of these.
const RATIO: f64 = 4.0;

/// Parameters with the drawing's derivatives by them.
struct Motion<'a> {
    known: &'a [Known],
    ids: Vec<ParameterId>,
    variables: Vec<Number>,
}

impl<'a> Motion<'a> {
    fn new(case: &Case<'_>, known: &'a [Known]) -> Self {
        let ids: Vec<ParameterId> = known.iter().map(|known| known.id).collect();
        let variables = derived(case.exact.drawing(), case.exact.scene(), &ids);
        Self {
            known,
            ids,
            variables,
        }
    }
}

/// The band's term is the boundary term with a blurred filter; the rest is that of the exact derivative.
pub fn thin_band(case: &Case<'_>, known: &[Known], findings: &mut Findings) {
    let motion = Motion::new(case, known);
    let apart = case.exact.drawing().pulled_apart(APART);
    let plain = Plain::new(&apart);
    let lines: Vec<Line> = plain.lines().collect();
    let widths = [WIDTHS[0], WIDTHS[1], WIDTHS[1] / RATIO];
    let targets = widths.map(|width| {
        let band = BandTarget {
            case,
            plain: &plain,
            variables: &motion.variables,
            width,
        };
        band.of_lines(&lines)
    });
    let found =
        WIDTHS.map(|width| case.estimates(&format!("thin-band:width={width}"), &motion.ids));
    for (i, known) in motion.known.iter().enumerate() {
        let target = |setting: usize| {
            let (moments, fastest) = &targets[setting];
            Target {
                mean: known.derivative - known.boundary + moments[i].mean(),
                slack: 0.0,
                error: moments[i].standard_error(),
                sample: case.reach * fastest[i] * case.area() / (2.0 * widths[setting]),
            }
        };
        let [large, small, smaller] = [0, 1, 2].map(target);
        findings.hold(
            "thin-band",
            known,
            [found[0][i], found[1][i]],
            [large, small],
            &demand([small, smaller], (0.0, 0.0)),
        );
    }
}

/// An order, by the means of small settings, to which what both leave out is added.
fn demand(targets: Targets, (left_out, error): (f64, f64)) -> Demand {
    Demand {
        means: targets.map(|target| target.mean + left_out),
        ratio: RATIO,
        order: 2.0,
        slack: LIMIT * targets[1].error.hypot(error),
        resolution: RESOLUTION,
    }
}

/// The whole of the derivative is that of another image.
pub fn soft(case: &Case<'_>, known: &[Known], findings: &mut Findings) {
    let motion = Motion::new(case, known);
    let plain = Plain::new(case.exact.drawing());
    let large_and_small = SOFT_WIDTHS[usize::from(plain.layer_count() > FEW)];
    let [large, small] = large_and_small;
    let targets = [large, small, small / RATIO]
        .map(|width| SoftTarget::new(case, &plain, &motion.variables, width).moments());
    let found =
        large_and_small.map(|width| case.estimates(&format!("soft:width={width}"), &motion.ids));
    let seams = left_out(case, &motion.variables);
    for (i, known) in motion.known.iter().enumerate() {
        let target = |setting: usize| {
            let (moments, samples) = &targets[setting];
            Target {
                mean: moments[i].mean(),
                slack: 0.0,
                error: moments[i].standard_error(),
                sample: samples[i] * case.area(),
            }
        };
        let [large, small, smaller] = [0, 1, 2].map(target);
        findings.hold(
            "soft",
            known,
            [found[0][i], found[1][i]],
            [large, small],
            &demand([small, smaller], seams[i]),
        );
    }
}

/// What the motion of lines along which paints jump adds to derivatives, with its standard error: `soft`
/// leaves it out.
fn left_out(case: &Case<'_>, variables: &[Number]) -> [(f64, f64); DIRECTIONS] {
    let apart = case.exact.drawing().pulled_apart(APART);
    let plain = Plain::new(&apart);
    let target = BandTarget {
        case,
        plain: &plain,
        variables,
        width: 0.0,
    };
    let (moments, _) = target.of_lines(&plain.seams);
    moments.map(|moments| (moments.mean(), moments.standard_error()))
}
