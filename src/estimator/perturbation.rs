//! Random differences in all parameters at once: what [`smoothing`](super::smoothing) and
//! [`spsa`](super::spsa) share.
//!
//! `mean u_i (Î(θ + c S u) − Î(θ − c S u)) / (2 c s_i)` over some draws of a random vector u with
//! independent entries of mean 0 and variance 1; S has the unit steps s_i. Both images of a pair have
//! the same samples.

use std::f64::consts::TAU;

use super::common::{add_scaled, derivative_key, image_at, unit_step_of};
use super::locality::Locality;
use crate::film::Image;
use crate::integrator::Renderer;
use crate::sampling::Key;
use crate::scene::ParameterId;

/// The distribution of an entry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// Normal.
    Gaussian,
    /// −1 or 1.
    Signs,
}

impl Distribution {
    fn draw(self, key: Key) -> f64 {
        match self {
            // Box and Muller's transform: the coordinates are never 0.
            Self::Gaussian => {
                let [u, v] = key.pair();
                (-2.0 * u.ln()).sqrt() * (TAU * v).cos()
            }
            Self::Signs => 1.0 - 2.0 * (key.bits() >> 63) as f64,
        }
    }
}

/// Some draws.
#[derive(Clone, Copy, Debug)]
pub struct Perturbation {
    pub distribution: Distribution,
    /// c.
    pub size: f64,
    pub draws: u32,
    /// Whether pixels that a parameter cannot reach are left out.
    pub local: bool,
}

impl Perturbation {
    /// Returns the derivative along a direction; its parameters alone are perturbed.
    pub fn jvp(&self, renderer: &Renderer<'_>, direction: &[(ParameterId, f64)]) -> Image {
        let wanted: Vec<ParameterId> = direction.iter().map(|&(id, _)| id).collect();
        let locality = self.locality(renderer, &wanted);
        let mut sum = renderer.black();
        self.for_each_draw(renderer, &wanted, |factors, difference| {
            let factors = factors.iter().zip(direction);
            let factors: Vec<f64> = factors.map(|(factor, (_, v))| factor * v).collect();
            match &locality {
                None => add_scaled(&mut sum, difference, factors.iter().sum()),
                Some(locality) => locality.add_scaled(&mut sum, difference, &factors),
            }
        });
        sum
    }

    /// Returns the derivatives of `Σ adjoint · image`; the parameters wanted alone are perturbed.
    pub fn vjp(
        &self,
        renderer: &Renderer<'_>,
        adjoint: &Image,
        wanted: &[ParameterId],
    ) -> Vec<f64> {
        let locality = self.locality(renderer, wanted);
        let mut sums = vec![0.0; wanted.len()];
        self.for_each_draw(renderer, wanted, |factors, difference| {
            let products = match &locality {
                None => vec![super::common::dot(adjoint, difference); wanted.len()],
                Some(locality) => locality.dots(adjoint, difference),
            };
            for ((sum, factor), product) in sums.iter_mut().zip(factors).zip(products) {
                *sum += factor * product;
            }
        });
        sums
    }

    fn locality(&self, renderer: &Renderer<'_>, wanted: &[ParameterId]) -> Option<Locality> {
        self.local
            .then(|| Locality::new(renderer, wanted, self.size))
    }

    /// Visits the draws: what each parameter's derivative multiplies the difference of the images
    /// by, and the difference.
    fn for_each_draw(
        &self,
        renderer: &Renderer<'_>,
        wanted: &[ParameterId],
        mut visit: impl FnMut(&[f64], &Image),
    ) {
        for draw in 0..u64::from(self.draws) {
            let key = derivative_key(renderer).child(draw);
            let seed = key.child(0).bits();
            let entry = |id: ParameterId| {
                let key = key.child(1).child(id.index() as u64);
                (self.distribution.draw(key), unit_step_of(renderer, id))
            };
            let entries: Vec<(f64, f64)> = wanted.iter().map(|&id| entry(id)).collect();
            let steps = |sign: f64| {
                let entries = wanted.iter().zip(&entries);
                entries.map(move |(&id, (u, unit))| (id, sign * self.size * unit * u))
            };
            let mut difference = image_at(renderer, steps(1.0), seed);
            add_scaled(
                &mut difference,
                &image_at(renderer, steps(-1.0), seed),
                -1.0,
            );
            let factor =
                |(u, unit): &(f64, f64)| u / (2.0 * self.size * unit * f64::from(self.draws));
            let factors: Vec<f64> = entries.iter().map(factor).collect();
            visit(&factors, &difference);
        }
    }
}
