use std::time::Instant;

use super::cell::name_key;
use super::parallel::Workers;
use super::{Quantity, Study, StudyScene, Term, WeightKind};
use crate::check;
use crate::estimator::Method;
use crate::film::Image;
use crate::integrator::{Renderer, Tangent, exact};
use crate::scene::{ParameterId, Point, Real, Scene, Transform};

/// What is estimated in a scene, with its exact values at all offsets.
///
/// Values are lists: of one number for a `vjp`, of all pixels and channels otherwise.
pub struct Truth {
    /// What is estimated.
    pub aim: Aim,
    /// The scene at each offset.
    pub scenes: Vec<Scene>,
    /// By offset, subject and value.
    pub values: Vec<Vec<Vec<f64>>>,
    /// What errors are large or small against, by subject.
    pub sizes: Vec<f64>,
    /// Seconds that the exact integrator took for one offset, on one thread: the mean.
    pub seconds: f64,
}

/// What is estimated in a scene.
#[derive(Clone, Debug)]
pub struct Aim {
    /// The quantity.
    pub quantity: Quantity,
    /// The parameters of a derivative.
    pub parameters: Vec<ParameterId>,
    /// The weights of a `vjp`.
    pub weights: Image,
}

/// A parameter, if there is one, and a term.
pub type Subject = (Option<ParameterId>, Term);

const TERMS: [Term; 3] = [Term::Total, Term::Interior, Term::Boundary];

impl Aim {
    /// Returns what each of the values is of: all parameters with all terms.
    pub fn subjects(&self) -> Vec<Subject> {
        if self.quantity == Quantity::Image {
            return vec![(None, Term::Total)];
        }
        let parameters = self.parameters.iter();
        parameters
            .flat_map(|&id| TERMS.map(|term| (Some(id), term)))
            .collect()
    }

    /// Returns the exact values by subject.
    fn exact(&self, renderer: &Renderer<'_>) -> Vec<Vec<f64>> {
        match self.quantity {
            Quantity::Image => vec![exact::image(renderer).data().to_vec()],
            Quantity::Jvp => {
                let tangent = self.tangent(renderer, self.parameters[0]);
                let interior = exact::interior::jvp(renderer, &tangent);
                let boundary = exact::boundary::jvp(renderer, &tangent);
                with_total(interior.data().to_vec(), boundary.data().to_vec())
            }
            Quantity::Vjp => {
                let interior = exact::interior::vjp(renderer, &self.weights);
                let boundary = exact::boundary::vjp(renderer, &self.weights);
                let [interior, boundary] = [interior, boundary].map(|v| self.pull(renderer, &v));
                let pairs = interior.into_iter().zip(boundary);
                pairs
                    .flat_map(|(interior, boundary)| with_total(vec![interior], vec![boundary]))
                    .collect()
            }
        }
    }

    fn tangent(&self, renderer: &Renderer<'_>, id: ParameterId) -> Tangent {
        Tangent::new(renderer.drawing(), renderer.scene(), &[(id, 1.0)])
    }

    /// Returns the derivatives by the parameters, given those by all drawing variables.
    pub fn pull(&self, renderer: &Renderer<'_>, variables: &[f64]) -> Vec<f64> {
        let layout = &renderer.drawing().layout;
        let all = layout.pull_back(renderer.scene(), variables);
        self.parameters.iter().map(|id| all[id.index()]).collect()
    }

    /// Returns the sizes of the subjects, given their values.
    fn sizes(&self, renderer: &Renderer<'_>, values: &[Vec<f64>]) -> Vec<f64> {
        if self.quantity != Quantity::Vjp {
            let whole = &values[0];
            let squares: f64 = whole.iter().map(|value| value * value).sum();
            return vec![(squares / whole.len() as f64).sqrt(); values.len()];
        }
        let size = |&id: &ParameterId| {
            let image = Method::Exact.estimator().jvp(renderer, &[(id, 1.0)]);
            let pairs = image.data().iter().zip(self.weights.data());
            [pairs.map(|(value, weight)| (value * weight).abs()).sum(); 3]
        };
        self.parameters.iter().flat_map(size).collect()
    }
}

/// A total and its two terms.
fn with_total(interior: Vec<f64>, boundary: Vec<f64>) -> Vec<Vec<f64>> {
    let total = interior.iter().zip(&boundary).map(|(a, b)| a + b).collect();
    vec![total, interior, boundary]
}

impl Truth {
    /// Computes the exact values of a quantity in a scene of a study, for the parameter of a `jvp`.
    pub fn new(
        study: &Study,
        scene: &StudyScene,
        quantity: Quantity,
        parameter: Option<ParameterId>,
        workers: &Workers,
    ) -> Self {
        let aim = Aim {
            quantity,
            parameters: parameter.map_or_else(|| scene.parameters.clone(), |id| vec![id]),
            weights: study.weights.image(&scene.scene),
        };
        let scenes = study.offset_scenes(scene);
        let render = |index: usize| {
            let scene: &Scene = &scenes[index];
            let start = Instant::now();
            let renderer = Renderer::new(scene, scene.render.clone());
            let values = aim.exact(&renderer);
            let seconds = start.elapsed().as_secs_f64();
            let sizes = (index == 0).then(|| aim.sizes(&renderer, &values));
            (values, sizes, seconds)
        };
        let rendered = workers.map(scenes.len(), render);
        let seconds = rendered.iter().map(|(_, _, seconds)| seconds).sum::<f64>();
        let seconds = seconds / scenes.len() as f64;
        let sizes = rendered.iter().find_map(|(_, sizes, _)| sizes.clone());
        Self {
            sizes: sizes.expect("there is one offset at least"),
            values: rendered.into_iter().map(|(values, _, _)| values).collect(),
            aim,
            scenes,
            seconds,
        }
    }
}

impl Study {
    /// Returns a scene at the offset of each batch, or at one for all.
    pub(super) fn offset_scenes(&self, scene: &StudyScene) -> Vec<Scene> {
        if !self.random_offset {
            return vec![scene.scene.clone()];
        }
        // No cell has a name with a blank.
        let key = name_key(self.seed, &format!("offsets of {}", scene.name));
        let shifted = |batch: u32| {
            let [x, y] = key.child(u64::from(batch)).pair();
            let point = |x, y| Point {
                x: Real::Constant(x),
                y: Real::Constant(y),
            };
            let mut scene = scene.scene.clone();
            scene.wrap(Transform::Parts {
                translate: point(x, y),
                rotate: Real::Constant(0.0),
                scale: point(1.0, 1.0),
                origin: point(0.0, 0.0),
            });
            scene
        };
        (0..self.batches).map(shifted).collect()
    }
}

impl WeightKind {
    /// Returns the weights for the image of a scene.
    fn image(&self, scene: &Scene) -> Image {
        let channels = Renderer::new(scene, scene.render.clone()).channels();
        let (width, height) = (scene.canvas.width as usize, scene.canvas.height as usize);
        match self {
            Self::Waves => check::weights(width, height, channels),
            Self::Ones => {
                let ones = vec![1.0; width * height * channels];
                Image::from_data(width, height, channels, ones)
            }
            Self::File(image) if image.channels() == channels => image.clone(),
            Self::File(image) => {
                let values = image.data().iter();
                let values = values.flat_map(|&value| vec![value; channels]).collect();
                Image::from_data(width, height, channels, values)
            }
        }
    }
}
