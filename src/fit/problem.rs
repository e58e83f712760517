use std::time::Instant;

use super::{FitError, FitSettings};
use crate::film::Image;
use crate::integrator::{Method, Renderer, SampleCounts};
use crate::loss::{PixelLoss, fit_target};
use crate::scene::{ParameterId, Parameters, Real, RenderSettings, Scene};

/// What is minimised: the distance of a scene's image from a target, plus penalties, as a function
/// of the moving parameters.
#[derive(Clone, Debug)]
pub struct Problem {
    scene: Scene,
    target: Image,
    moving: Vec<ParameterId>,
    loss: PixelLoss,
    /// Place among the moving parameters, weight, value that it is pulled to.
    penalties: Vec<(usize, f64, f64)>,
    method: Method,
    render: RenderSettings,
    seconds: StageSeconds,
    samples: SampleCounts,
}

/// The loss and its gradient at one place.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// The loss, penalties included; from samples, its expectation is higher by the variance.
    pub loss: f64,
    /// Its derivative with respect to each moving parameter.
    pub gradient: Vec<f64>,
}

/// Wall-clock seconds by what they were spent on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StageSeconds {
    /// Outlines, paints, tiles.
    pub outline: f64,
    /// Images.
    pub image: f64,
    /// Derivatives.
    pub gradient: f64,
}

impl Problem {
    /// Returns the problem of a scene and a target of its size.
    ///
    /// A target with alpha is laid over the scene's background if that is opaque. The alpha of an
    /// opaque background does not move: it decides how many channels there are.
    ///
    /// # Errors
    /// If the target has another size, a glob matches nothing, or nothing moves.
    pub fn new(scene: Scene, target: &Image, settings: &FitSettings) -> Result<Self, FitError> {
        let moving = moving(&scene, &settings.params)?;
        let penalties = penalties(&scene.parameters, settings, &moving)?;
        let renderer = Renderer::new(&scene, settings.render.clone());
        let size = (scene.canvas.width as usize, scene.canvas.height as usize);
        let background = renderer.drawing().background();
        let target = fit_target(target, size, renderer.channels(), background)?;
        Ok(Self {
            target,
            moving,
            loss: settings.loss,
            penalties,
            method: settings.method,
            render: settings.render.clone(),
            seconds: StageSeconds::default(),
            samples: SampleCounts::default(),
            scene,
        })
    }

    /// Returns the scene at the values last set.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// Returns the target, with the channels of the image.
    pub fn target(&self) -> &Image {
        &self.target
    }

    /// Returns the parameters that move.
    pub fn moving(&self) -> &[ParameterId] {
        &self.moving
    }

    /// Returns the method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// Returns the settings of rendering.
    pub fn render_settings(&self) -> &RenderSettings {
        &self.render
    }

    /// Returns the time spent so far.
    pub fn seconds(&self) -> StageSeconds {
        self.seconds
    }

    /// Returns the samples evaluated so far.
    pub fn samples(&self) -> SampleCounts {
        self.samples
    }

    /// Returns the values of the moving parameters.
    pub fn values(&self) -> Vec<f64> {
        let all = self.scene.parameters.values();
        self.moving.iter().map(|id| all[id.index()]).collect()
    }

    /// Sets the values of the moving parameters.
    ///
    /// # Panics
    /// If there are more or fewer values than moving parameters.
    pub fn set(&mut self, values: &[f64]) {
        assert_eq!(values.len(), self.moving.len(), "one value a parameter");
        let all = self.scene.parameters.values_mut();
        for (id, &value) in self.moving.iter().zip(values) {
            all[id.index()] = value;
        }
    }

    /// Returns loss and gradient at `values`, which are set.
    ///
    /// The image in the loss and the derivative that it multiplies draw from independent streams
    /// of the seed; see [`PixelLoss`] for the losses whose gradient this makes unbiased.
    pub fn evaluate(&mut self, values: &[f64], seed: u64) -> Evaluation {
        self.set(values);
        let mut clock = Clock::start();
        let renderer = self.renderer(&self.render, seed);
        let mut seconds = self.seconds;
        seconds.outline += clock.lap();
        let image = renderer.image();
        let (loss, adjoint) = self.loss.value_and_adjoint(image, &self.target);
        seconds.image += clock.lap();
        let all = renderer.vjp(&adjoint);
        let counts = renderer.sample_counts();
        let mut gradient: Vec<f64> = self.moving.iter().map(|id| all[id.index()]).collect();
        seconds.gradient += clock.lap();
        let penalty = self.add_penalties(values, &mut gradient);
        self.seconds = seconds;
        self.count(counts);
        Evaluation {
            loss: loss + penalty,
            gradient,
        }
    }

    /// Returns the image at the values last set, with at least `spp` samples a pixel.
    pub fn image(&mut self, spp: u32, seed: u64) -> Image {
        let settings = RenderSettings {
            spp: spp.max(self.render.spp),
            ..self.render.clone()
        };
        let renderer = self.renderer(&settings, seed);
        let mut clock = Clock::start();
        let image = renderer.image();
        let counts = renderer.sample_counts();
        self.seconds.image += clock.lap();
        self.count(counts);
        image
    }

    /// Returns the loss of an image at the values last set.
    pub fn loss_of(&self, image: &Image) -> f64 {
        let values = self.values();
        let mut gradient = vec![0.0; values.len()];
        self.loss.value(image, &self.target) + self.add_penalties(&values, &mut gradient)
    }

    fn renderer(&self, settings: &RenderSettings, seed: u64) -> Renderer<'_> {
        let mut renderer = Renderer::new(&self.scene, settings.clone()).with_method(self.method);
        renderer.set_seed(seed);
        renderer
    }

    fn count(&mut self, counts: SampleCounts) {
        self.samples.pixel += counts.pixel;
        self.samples.edge += counts.edge;
    }

    /// Adds the derivatives of the penalties and returns their sum.
    fn add_penalties(&self, values: &[f64], gradient: &mut [f64]) -> f64 {
        let mut sum = 0.0;
        for &(place, weight, center) in &self.penalties {
            let distance = values[place] - center;
            sum += weight * distance * distance;
            gradient[place] += 2.0 * weight * distance;
        }
        sum
    }
}

fn moving(scene: &Scene, globs: &[String]) -> Result<Vec<ParameterId>, FitError> {
    let parameters = &scene.parameters;
    let mut selected = if globs.is_empty() {
        parameters.iter().map(|(id, _)| id).collect()
    } else {
        let selected = parameters.select(globs);
        selected.map_err(|source| FitError::Select {
            what: "the fit",
            source,
        })?
    };
    selected.retain(|&id| {
        let is_alpha = scene.canvas.background.a == Real::Parameter(id);
        !(is_alpha && parameters.values()[id.index()] == 1.0)
    });
    if selected.is_empty() {
        return Err(FitError::NothingMoves);
    }
    Ok(selected)
}

fn penalties(
    parameters: &Parameters,
    settings: &FitSettings,
    moving: &[ParameterId],
) -> Result<Vec<(usize, f64, f64)>, FitError> {
    let mut all = Vec::new();
    for penalty in &settings.penalties {
        let terms = penalty.terms(parameters);
        let terms = terms.map_err(|source| FitError::Select {
            what: "a penalty",
            source,
        })?;
        for (index, weight, center) in terms {
            if let Ok(place) = moving.binary_search(&ParameterId::new(index)) {
                all.push((place, weight, center));
            }
        }
    }
    Ok(all)
}

struct Clock(Instant);

impl Clock {
    fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns the seconds since the start or the last lap.
    fn lap(&mut self) -> f64 {
        let seconds = self.0.elapsed().as_secs_f64();
        self.0 = Instant::now();
        seconds
    }
}
