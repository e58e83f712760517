use glam::DVec2;

use super::strata::{self, for_each_stratum};
use crate::film::Image;
use crate::integrator::{Renderer, Tangent};

/// How the [sampled](crate::integrator::boundary) boundary term of `⟨adjoint, J v⟩` scatters, for
/// every direction v.
///
/// The samples of a stratum of length dt have the value `g(t) dt`; strata are independent, so the
/// variance is `Σ dt² Var g`. With the normal speeds `s₀`, `s₁` of the ends of the edge, g is
/// `(1 − t) h s₀ + t h s₁`, and its variance a quadratic form in them, the same for all directions.
/// Here too the integrals are exact, so that an event too rare for any number of replicates, such
/// as a sliver of another shape across an edge, is accounted for.
#[derive(Clone, Debug)]
pub struct Scatter {
    /// For each edge the form `[s₀², s₀ s₁, s₁²]` and the normal, as long as the edge.
    forms: Vec<([f64; 3], DVec2)>,
}

impl Scatter {
    /// Integrates over all strata, for the number of samples and the sampler of the settings; none
    /// if the sampler's points depend on each other, or their strata are not those of pieces within
    /// pixels.
    pub fn new(renderer: &Renderer<'_>, adjoint: &Image) -> Option<Self> {
        if !strata::are_independent(renderer) {
            return None;
        }
        let tiles = renderer.map_tiles(|_, tile| {
            let mut list = Vec::new();
            let mut values: Vec<([f64; 2], f64)> = Vec::new();
            for_each_stratum(
                renderer,
                tile,
                |_| true,
                |strata, nodes| {
                    values.clear();
                    for node in nodes.iter() {
                        let h = node.weighted_jump(adjoint) * strata.dt;
                        values.push(([(1.0 - node.t) * h, node.t * h], node.weight / strata.dt));
                    }
                    let form = covariance(&values).map(|c| c / strata.samples);
                    list.push((strata.edge, form, nodes[0].normal));
                },
            );
            list
        });
        let count = renderer.grid().edges().list().len();
        let mut forms = vec![([0.0; 3], DVec2::ZERO); count];
        for (index, form, normal) in tiles.into_iter().flatten() {
            let (sum, all) = &mut forms[index as usize];
            *sum = std::array::from_fn(|i| sum[i] + form[i]);
            *all = normal;
        }
        Some(Self { forms })
    }

    /// Returns the variance of one estimate along a direction.
    pub fn variance(&self, renderer: &Renderer<'_>, tangent: &Tangent) -> f64 {
        let edges = renderer.grid().edges().list().iter();
        let terms = edges
            .zip(&self.forms)
            .enumerate()
            .map(|(i, (edge, (form, normal)))| {
                let speed = |vertex: usize| tangent.velocity(vertex).dot(*normal);
                let (s, e) = (speed(i), speed(edge.next as usize));
                (form[0] * s * s + 2.0 * form[1] * s * e + form[2] * e * e).max(0.0)
            });
        terms.sum()
    }
}

/// The covariances of a pair of random numbers from values with their probabilities; what is left
/// over of the probability is at 0.
fn covariance(values: &[([f64; 2], f64)]) -> [f64; 3] {
    let (mut mass, mut mean) = (0.0, [0.0; 2]);
    for (value, p) in values {
        mass += p;
        mean = [mean[0] + p * value[0], mean[1] + p * value[1]];
    }
    let rest = (1.0 - mass).max(0.0);
    let mut form = [
        rest * mean[0] * mean[0],
        rest * mean[0] * mean[1],
        rest * mean[1] * mean[1],
    ];
    for (value, p) in values {
        let [x, y] = [value[0] - mean[0], value[1] - mean[1]];
        form = [
            form[0] + p * x * x,
            form[1] + p * x * y,
            form[2] + p * y * y,
        ];
    }
    form
}
