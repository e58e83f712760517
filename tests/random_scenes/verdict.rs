//! Edge sampling against the exact integrator, in one scene.

use std::ops::Range;
use std::sync::LazyLock;

use rayon::{ThreadPool, ThreadPoolBuilder};
use reynolds::drawing::TILE_SIZE;
use reynolds::film::Image;
use reynolds::integrator::{Method, Renderer};
use reynolds::scene::{ParameterId, ParameterKind, RenderSettings, Scene};
use reynolds::statistics::{RunningMoments, holm};

use crate::support::{Estimate, dot, noise, uniform};

/// Rounding, in parts of the sum of the sizes of terms.
const ROUNDING: f64 = 1e-10;
/// With how many times as many samples a suspicious scene is looked at again.
const MORE: u32 = 16;

/// A look at a scene.
struct Look {
    seeds: Range<u64>,
    /// How many times as many samples as the scene asks for.
    samples: u32,
    /// The probability that a right estimator is rejected.
    level: f64,
    /// What an event that was not seen may weigh, in events per sample; see [`silence`].
    silence: f64,
}

/// Whether a scene had to be looked at twice, and what is wrong with it.
pub struct Verdict {
    /// Whether the first look was not enough.
    pub suspicious: bool,
    /// What is wrong, a line each.
    pub failures: Vec<String>,
}

/// Holds a scene to all that has to be true. `level` is the probability that this fails by chance.
pub fn judge(scene: &Scene, level: f64) -> Verdict {
    let truth = Truth::new(scene);
    let mut failures = truth.broken_laws();
    failures.extend(threads_differ(scene, &truth));
    let first = Look {
        seeds: 0..32,
        samples: 1,
        level: 1e-3,
        silence: 1.0,
    };
    let suspicious = !truth.biases(&first).is_empty();
    if suspicious {
        failures.extend(truth.biases(&Look {
            seeds: 1000..1064,
            samples: MORE,
            level,
            silence: -level.ln(),
        }));
    }
    Verdict {
        suspicious,
        failures,
    }
}

/// An exact value and the size of what adds up to it.
struct Value {
    name: String,
    value: f64,
    scale: f64,
}

/// What the exact integrator says of a scene: the gradient of `Σ w·I`, its derivative along a
/// direction, found forward, and the image.
struct Truth<'a> {
    scene: &'a Scene,
    weights: Image,
    direction: Vec<(ParameterId, f64)>,
    values: Vec<Value>,
    /// The derivative along the direction, found backward, and the size of its terms.
    backward: [f64; 2],
}

impl<'a> Truth<'a> {
    fn new(scene: &'a Scene) -> Self {
        let exact = Renderer::new(scene, scene.render.clone()).with_method(Method::Exact);
        let weights = noise(scene, exact.channels(), 4);
        let direction: Vec<_> = (scene.parameters.iter())
            .map(|(id, _)| (id, uniform(3, id.index() as u64)))
            .collect();
        let gradient = exact.vjp(&weights);
        let forward = exact.jvp(&direction);
        let size = size(&weights, &forward);
        let terms = direction.iter().map(|&(id, v)| gradient[id.index()] * v);
        let backward = [terms.clone().sum(), terms.map(f64::abs).sum::<f64>() + size];
        let mut values: Vec<Value> = (scene.parameters.iter())
            .map(|(id, parameter)| Value {
                name: format!("derivative by {}", parameter.name),
                value: gradient[id.index()],
                scale: scale(scene, parameter.kind, &gradient),
            })
            .collect();
        values.push(Value {
            name: FORWARD.to_owned(),
            value: dot(&weights, &forward),
            scale: size.max(1.0),
        });
        values.extend(pixels(&exact.image()));
        Self {
            scene,
            weights,
            direction,
            values,
            backward,
        }
    }

    /// Sampling, and the slower exact method where there is more than one tile to do at a time.
    fn threaded_methods(&self) -> Vec<Method> {
        let canvas = &self.scene.canvas;
        let tiles = canvas.width.max(canvas.height) > TILE_SIZE.unsigned_abs();
        if tiles {
            vec![Method::Edge, Method::Exact]
        } else {
            vec![Method::Edge]
        }
    }

    /// What is not a number, and whether forward and backward derivatives differ.
    fn broken_laws(&self) -> Vec<String> {
        let infinite = self.values.iter().filter(|value| !value.value.is_finite());
        let mut broken: Vec<String> = infinite
            .map(|value| format!("exact {}: {}", value.name, value.value))
            .collect();
        let forward = self.values.iter().find(|value| value.name == FORWARD);
        let forward = forward.expect("it is listed").value;
        let [backward, size] = self.backward;
        if (forward - backward).abs() > ROUNDING * size {
            broken.push(format!(
                "exact derivative along a direction: {forward:e} forward, {backward:e} backward"
            ));
        }
        broken
    }

    fn biases(&self, look: &Look) -> Vec<String> {
        let mut settings = self.scene.render.clone();
        settings.spp *= look.samples;
        settings.edge_samples *= f64::from(look.samples);
        let family = self.estimates(&settings, look);
        let p_values: Vec<f64> = family.iter().map(Estimate::p_value).collect();
        let rejected = holm(&p_values, look.level);
        let rows = family.iter().zip(&p_values).zip(rejected);
        let wrong = rows.filter(|((row, _), no)| *no || !row.moments.mean().is_finite());
        wrong
            .map(|((row, p), _)| {
                format!(
                    "{}: edge sampling {:.9e} ± {:.1e}, exact {:.9e}, p {p:.0e}",
                    row.name,
                    row.moments.mean(),
                    row.moments.standard_error(),
                    row.truth
                )
            })
            .collect()
    }

    fn estimates(&self, settings: &RenderSettings, look: &Look) -> Vec<Estimate> {
        let mut renderer = Renderer::new(self.scene, settings.clone());
        let mut moments = vec![RunningMoments::default(); self.values.len()];
        for seed in look.seeds.clone() {
            renderer.set_seed(seed);
            let mut values = renderer.vjp(&self.weights);
            values.push(dot(&self.weights, &renderer.jvp(&self.direction)));
            values.extend_from_slice(renderer.image().data());
            for (moments, value) in moments.iter_mut().zip(values) {
                moments.push(value);
            }
        }
        let silence = look.silence / silence_samples(settings, look);
        let rows = self.values.iter().zip(moments);
        rows.map(|(value, moments)| Estimate {
            name: value.name.clone(),
            truth: value.value,
            uncertainty: (silence + ROUNDING) * value.scale,
            scale: value.scale,
            moments,
        })
        .collect()
    }
}

const FORWARD: &str = "derivative along a direction, forward";

/// Returns of how many samples it is known that they did not hit what no sample hit.
///
/// A sliver that a sample hits with the small probability q and that then weighs as much as the whole
/// changes the mean by q; n samples all miss it with the probability exp(−q n). So a deviation
/// below ln(1/p)/n of the whole is no evidence at a level of p, however little the samples scatter.
fn silence_samples(settings: &RenderSettings, look: &Look) -> f64 {
    let replicates = (look.seeds.end - look.seeds.start) as f64;
    replicates * f64::from(settings.spp).min(settings.edge_samples)
}

/// What a derivative by a parameter of a kind is small against: the largest by one of that kind, and
/// what an edge one pixel long gives between black and white.
fn scale(scene: &Scene, kind: ParameterKind, gradient: &[f64]) -> f64 {
    let unit = match kind {
        ParameterKind::Angle => 0.1,
        _ => 1.0,
    };
    let parameters = scene.parameters.iter().zip(gradient);
    let same = parameters.filter(|((_, parameter), _)| parameter.kind == kind);
    same.map(|(_, derivative)| derivative.abs())
        .fold(unit, f64::max)
}

fn size(weights: &Image, image: &Image) -> f64 {
    let pairs = weights.data().iter().zip(image.data());
    pairs.map(|(w, d)| (w * d).abs()).sum()
}

fn pixels(image: &Image) -> Vec<Value> {
    let (width, channels) = (image.width(), image.channels());
    let name = |index: usize| {
        let (pixel, channel) = (index / channels, index % channels);
        let (x, y) = (pixel % width, pixel / width);
        format!("channel {channel} of pixel ({x}, {y})")
    };
    let values = image.data().iter().enumerate();
    values
        .map(|(index, &value)| Value {
            name: name(index),
            value,
            scale: 1.0,
        })
        .collect()
}

static TWO_THREADS: LazyLock<ThreadPool> = LazyLock::new(|| {
    let pool = ThreadPoolBuilder::new().num_threads(2).build();
    pool.expect("a pool starts")
});

/// Tells whether one seed gives other bits on two threads than here, on one.
fn threads_differ(scene: &Scene, truth: &Truth) -> Option<String> {
    let render = |method| {
        let renderer = Renderer::new(scene, scene.render.clone()).with_method(method);
        let gradient = renderer.vjp(&truth.weights);
        gradient.into_iter().map(f64::to_bits).collect::<Vec<_>>()
    };
    let differs = |&method: &Method| render(method) != TWO_THREADS.install(|| render(method));
    let differ: Vec<Method> = truth
        .threaded_methods()
        .into_iter()
        .filter(differs)
        .collect();
    (!differ.is_empty()).then(|| format!("other bits on two threads than on one by {differ:?}"))
}
