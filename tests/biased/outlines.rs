use reynolds::scene::ParameterId;

use super::band_target::{APART, BandTarget};
use super::case::{Case, Known};
use super::findings::{Findings, Target};
use super::plain::{DIRECTIONS, Line, Plain, derived};
use super::soft_target::SoftTarget;

/// ε; the larger, the more of a bias there is to be seen.
const WIDTHS: [f64; 2] = [4.0, 0.5];
/// τ where all outlines of a scene are soft, and where a scene may have more than an estimator can bear:
/// it takes time that doubles with each outline near a sample.
const FEW: usize = 4;
const SOFT_WIDTHS: [[f64; 2]; 2] = [[1.0, 0.125], [0.125, 0.03125]];

/// The band's term is the boundary term with a blurred filter; the rest is that of the exact derivative.
pub fn thin_band(case: &Case<'_>, known: &[Known], findings: &mut Findings) {
    let (scene, drawing) = (case.exact.scene(), case.exact.drawing());
    let ids: Vec<ParameterId> = known.iter().map(|known| known.id).collect();
    let variables = derived(drawing, scene, &ids);
    let apart = drawing.pulled_apart(APART);
    let plain = Plain::new(&apart);
    let lines: Vec<Line> = plain.lines().collect();
    let band = |width| BandTarget {
        case,
        plain: &plain,
        variables: &variables,
        width,
    };
    let targets = WIDTHS.map(|width| band(width).of_lines(&lines));
    let found = WIDTHS.map(|width| case.estimates(&format!("thin-band:width={width}"), &ids));
    for (i, known) in known.iter().enumerate() {
        let target = |setting: usize| {
            let (moments, fastest) = &targets[setting];
            Target {
                mean: known.derivative - known.boundary + moments[i].mean(),
                slack: 0.0,
                error: moments[i].standard_error(),
                sample: case.reach * fastest[i] * case.area() / (2.0 * WIDTHS[setting]),
            }
        };
        let targets = [0, 1].map(target);
        let limits = targets.map(|target| target.mean);
        findings.hold(
            "thin-band",
            known,
            [found[0][i], found[1][i]],
            targets,
            limits,
        );
    }
}

/// The whole of the derivative is that of another image.
pub fn soft(case: &Case<'_>, known: &[Known], findings: &mut Findings) {
    let (scene, drawing) = (case.exact.scene(), case.exact.drawing());
    let ids: Vec<ParameterId> = known.iter().map(|known| known.id).collect();
    let variables = derived(drawing, scene, &ids);
    let plain = Plain::new(drawing);
    let widths = SOFT_WIDTHS[usize::from(plain.layer_count() > FEW)];
    let targets = widths.map(|width| SoftTarget::new(case, &plain, &variables, width).moments());
    let found = widths.map(|width| case.estimates(&format!("soft:width={width}"), &ids));
    let seams = left_out(case, &ids);
    for (i, known) in known.iter().enumerate() {
        let target = |setting: usize| {
            let (moments, samples) = &targets[setting];
            Target {
                mean: moments[i].mean(),
                slack: 0.0,
                error: moments[i].standard_error(),
                sample: samples[i] * case.area(),
            }
        };
        let targets = [0, 1].map(target);
        let limits = targets.map(|target| target.mean + seams[i]);
        findings.hold("soft", known, [found[0][i], found[1][i]], targets, limits);
    }
}

/// What the motion of lines along which paints jump adds to derivatives: `soft` leaves it out.
fn left_out(case: &Case<'_>, ids: &[ParameterId]) -> [f64; DIRECTIONS] {
    let (scene, drawing) = (case.exact.scene(), case.exact.drawing());
    let variables = derived(drawing, scene, ids);
    let apart = drawing.pulled_apart(APART);
    let plain = Plain::new(&apart);
    let target = BandTarget {
        case,
        plain: &plain,
        variables: &variables,
        width: 0.0,
    };
    let (moments, _) = target.of_lines(&plain.seams);
    moments.map(|moments| moments.mean())
}
