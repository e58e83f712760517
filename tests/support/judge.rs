use reynolds::film::Image;
use reynolds::integrator::exact::{self, Spread};
use reynolds::integrator::{Renderer, Tangent, boundary, interior};
use reynolds::sampling::{Key, Stream};
use reynolds::scene::{ParameterId, RenderSettings, Scene};
use reynolds::statistics::holm;

/// The probability with which a right estimator may be rejected.
pub const LEVEL: f64 = 1e-6;
/// What is put down to rounding, in parts of the largest contribution of a sample and of 1.
const ROUNDING: f64 = 1e-11;
/// The root of the seeds of replicates.
const SEED: u64 = 2026;

/// Something to judge pixel by pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// The image.
    Image,
    /// The interior term of the derivative by a parameter.
    Interior(ParameterId),
    /// The boundary term.
    Boundary(ParameterId),
    /// Both together, as the renderer's method gives them.
    Total(ParameterId),
}

/// A scene with what to judge of it.
pub struct Case {
    /// What it is called in reports.
    pub name: String,
    /// The scene.
    pub scene: Scene,
    /// The settings of the estimator; seeds are replaced.
    pub settings: RenderSettings,
    /// The settings of the truth.
    pub truth: RenderSettings,
    /// The terms.
    pub terms: Vec<Term>,
}

/// One value of one pixel.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Scene, term, pixel and channel, the mean and the truth.
    pub name: String,
    /// The probability of a mean as far from the truth, at most.
    pub p_value: f64,
}

/// What was found.
#[derive(Default)]
pub struct Findings {
    /// How many values were compared.
    pub count: usize,
    /// Those that are not as improbable as to be trusted, the least probable first.
    pub suspects: Vec<Cell>,
}

impl Case {
    /// Returns the case of all terms of some parameters.
    pub fn new(
        name: &str,
        scene: Scene,
        settings: RenderSettings,
        parameters: &[ParameterId],
    ) -> Self {
        let both = |&id: &ParameterId| [Term::Interior(id), Term::Boundary(id)];
        let terms = std::iter::once(Term::Image).chain(parameters.iter().flat_map(both));
        Self {
            name: name.to_owned(),
            terms: terms.collect(),
            truth: settings.clone(),
            settings,
            scene,
        }
    }
}

/// Compares the means of estimates with the truth, in every pixel of every term of every case.
/// `breaking` may break the estimator.
pub fn judge(
    cases: &[Case],
    replicates: u64,
    breaking: impl for<'a> Fn(Renderer<'a>) -> Renderer<'a>,
) -> Findings {
    let mut findings = Findings::default();
    for case in cases {
        let mut sampled = breaking(Renderer::new(&case.scene, case.settings.clone()));
        let exact = Renderer::new(&case.scene, case.truth.clone());
        for &term in &case.terms {
            let mean = mean(&mut sampled, case, term, replicates);
            let (truth, spread) = truth(&exact, case, term);
            findings.compare(case, term, replicates, [&mean, &truth], &spread);
        }
    }
    let p = |cell: &Cell| cell.p_value;
    findings.suspects.sort_by(|a, b| p(a).total_cmp(&p(b)));
    findings
}

/// Leaves the estimator as it is.
pub fn intact(renderer: Renderer<'_>) -> Renderer<'_> {
    renderer
}

/// Returns the seed of a replicate.
pub fn replicate(index: u64) -> u64 {
    Key::new(SEED, Stream::Replicate).child(index).bits()
}

/// Returns one estimate of a term.
pub fn estimate(renderer: &Renderer<'_>, term: Term) -> Image {
    let tangent = |id| Tangent::new(renderer.drawing(), renderer.scene(), &[(id, 1.0)]);
    match term {
        Term::Image => interior::image(renderer),
        Term::Interior(id) => interior::jvp(renderer, &tangent(id)),
        Term::Boundary(id) => boundary::jvp(renderer, &tangent(id)),
        Term::Total(id) => renderer.jvp(&[(id, 1.0)]),
    }
}

fn mean(renderer: &mut Renderer<'_>, case: &Case, term: Term, replicates: u64) -> Image {
    let canvas = &case.scene.canvas;
    let (width, height) = (canvas.width as usize, canvas.height as usize);
    let mut mean = Image::new(width, height, renderer.channels());
    for index in 0..replicates {
        renderer.set_seed(replicate(index));
        let estimate = estimate(renderer, term);
        for (sum, value) in mean.data_mut().iter_mut().zip(estimate.data()) {
            *sum += value / replicates as f64;
        }
    }
    mean
}

/// Returns the exact value of a term and how the estimates of the case scatter around it.
pub fn truth(renderer: &Renderer<'_>, case: &Case, term: Term) -> (Image, Spread) {
    let tangent = |id| Tangent::new(renderer.drawing(), &case.scene, &[(id, 1.0)]);
    match term {
        Term::Image => (exact::image(renderer), known(exact::image_spread(renderer))),
        Term::Interior(id) => (
            exact::interior::jvp(renderer, &tangent(id)),
            known(exact::interior::spread(renderer, &tangent(id))),
        ),
        Term::Boundary(id) => (
            exact::boundary::jvp(renderer, &tangent(id)),
            known(exact::boundary::spread(renderer, &tangent(id))),
        ),
        Term::Total(id) => {
            let (mut sum, mut all) = truth(renderer, case, Term::Interior(id));
            let (boundary, spread) = truth(renderer, case, Term::Boundary(id));
            // The two terms come from independent samples.
            combine(&mut sum, &boundary, |a, b| a + b);
            combine(&mut all.variance, &spread.variance, |a, b| a + b);
            combine(&mut all.reach, &spread.reach, f64::max);
            (sum, all)
        }
    }
}

fn known(spread: Option<Spread>) -> Spread {
    spread.expect("the samples of the cases are independent")
}

fn combine(to: &mut Image, other: &Image, with: impl Fn(f64, f64) -> f64) {
    for (value, other) in to.data_mut().iter_mut().zip(other.data()) {
        *value = with(*value, *other);
    }
}

impl Findings {
    fn compare(
        &mut self,
        case: &Case,
        term: Term,
        replicates: u64,
        [mean, truth]: [&Image; 2],
        spread: &Spread,
    ) {
        let (width, channels) = (mean.width(), mean.channels());
        for (index, (mean, truth)) in mean.data().iter().zip(truth.data()).enumerate() {
            let variance = spread.variance.data()[index];
            let reach = spread.reach.data()[index];
            let p_value = bennett(mean - truth, variance, reach, replicates as f64);
            self.count += 1;
            if p_value < 1e-3 {
                let (pixel, channel) = (index / channels, index % channels);
                let (x, y) = (pixel % width, pixel / width);
                let term = match term {
                    Term::Image => "image".to_owned(),
                    Term::Interior(id) => format!("interior {}", case.scene.parameters[id].name),
                    Term::Boundary(id) => format!("boundary {}", case.scene.parameters[id].name),
                    Term::Total(id) => format!("both terms {}", case.scene.parameters[id].name),
                };
                let error = (variance / replicates as f64).sqrt();
                self.suspects.push(Cell {
                    name: format!(
                        "{}, {term}, pixel ({x}, {y}), channel {channel}: {replicates} replicates, mean {mean:.6e}, truth {truth:.6e}, exact standard error {error:.1e}, largest contribution {reach:.1e}, p {p_value:.1e}",
                        case.name
                    ),
                    p_value,
                });
            }
        }
    }

    /// Returns the values that are rejected: by Holm's rule, at [`LEVEL`] for all together.
    pub fn rejected(&self) -> Vec<&Cell> {
        let mut p_values: Vec<f64> = self.suspects.iter().map(|cell| cell.p_value).collect();
        p_values.resize(self.count, 1.0);
        let rejected = holm(&p_values, LEVEL);
        let pairs = self.suspects.iter().zip(rejected);
        pairs.filter_map(|(cell, no)| no.then_some(cell)).collect()
    }

    /// Checks that nothing is rejected.
    pub fn assert_passes(&self) {
        let rejected = self.rejected();
        let report: Vec<&str> = rejected.iter().take(20).map(|c| c.name.as_str()).collect();
        assert!(
            rejected.is_empty(),
            "{} of {} values are off, the worst:\n{}",
            rejected.len(),
            self.count,
            report.join("\n")
        );
    }
}

/// Returns a bound on the probability that the mean of replicates deviates as much or more.
///
/// The sum over R replicates is one of independent contributions, each within m = 2 · reach of its
/// mean, with the total variance R V, both known exactly. Bennett's inequality (Journal of the
/// American Statistical Association 57, 1962) bounds the probability of a sum R t from its mean on
/// either side by `2 exp(−(R V / m²) h(m t / V))`, `h(u) = (1 + u) ln(1 + u) − u`.
///
/// It is a theorem for every R, not a limit for many: nothing is normally distributed here. In
/// particular a sliver in one stratum that no replicate ever hits, of probability q and jump
/// reach, deviates by t = q · reach from its mean. A test by the *observed* variance, which is 0,
/// would reject it. Here V = q reach², u = 2 and the exponent is 0.32 R q: the silence of a right
/// estimator is rejected at 1e-12 only where some 85 hits were due. Where V is much larger than
/// m t the exponent is that of the normal distribution, `R t² / 2V`, so that little is lost where
/// contributions are many.
pub fn bennett(deviation: f64, variance: f64, reach: f64, replicates: f64) -> f64 {
    let t = deviation.abs() - ROUNDING * (1.0 + reach);
    if t <= 0.0 {
        return 1.0;
    }
    if variance <= 0.0 {
        return 0.0;
    }
    let range = 2.0 * reach;
    let u = range * t / variance;
    // (1 + u) ln(1 + u) − u = u²/2 − u³/6 + … loses all digits for small u.
    let h = if u < 1e-4 {
        0.5 * u * u * (1.0 - u / 3.0)
    } else {
        (1.0 + u) * u.ln_1p() - u
    };
    (2.0 * (-replicates * variance / (range * range) * h).exp()).min(1.0)
}
