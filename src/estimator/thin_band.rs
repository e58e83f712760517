//! Samples in pixels that lie in a thin band around an edge stand for the edge.
//!
//! * Formula: `mean k ∂f/∂θ + (1/2ε) mean k(x) Σ_e J(c_e) (v·n)(c_e)` over all edges e from which x
//!   is at most ε away, with c_e the foot of the perpendicular on e. ε is `width`, in pixels.
//! * Density: uniform over the band of area 2ε ℓ around an edge of length ℓ.
//! * Target: the filter k in the boundary term becomes its mean across the edge, over ±ε. J and v
//!   are those of the edge itself, so close edges and corners do no harm.
//! * Bias: `ε²/6 ∫_Γ ∂²k/∂n² J (v·n) dl` to first order where k is smooth; O(ε) in single pixels
//!   under a box filter, whose weight jumps.
//! * Variance: O(1/(N ε)) for N samples; the best ε is N^(−1/5).
//! * Limits: ε should not exceed the size of what the filter resolves.
//! * After Wang, Deng, Zhang, Yan et al., "A simple approach to differentiable rendering of SDFs",
//!   arXiv 2405.08733, 2024.

use super::Estimator;
use super::common::{pull_back, sum_images, sum_vectors};
use super::samples::{PixelSamples, nearby};
use super::setting::Setting;
use crate::drawing::{Edge, EdgePoint, Nearby, Rgba, Tile};
use crate::film::Image;
use crate::integrator::edge_sample::{EdgeAdjoint, EdgeSample};
use crate::integrator::jump::Jumps;
use crate::integrator::splat::Kernel;
use crate::integrator::{Renderer, Tangent, interior};
use crate::sampling::Stream;
use crate::scene::ParameterId;

/// The thin band with its setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ThinBand {
    /// ε: how far the band reaches to each side of an edge, in pixels.
    pub width: f64,
}

impl Default for ThinBand {
    fn default() -> Self {
        Self { width: 0.1 }
    }
}

impl ThinBand {
    /// Returns the settings by name.
    pub fn settings(&mut self) -> Vec<(&'static str, Setting<'_>)> {
        vec![("width", Setting::Reach(&mut self.width))]
    }
}

impl Estimator for ThinBand {
    fn jvp(&self, renderer: &Renderer<'_>, direction: &[(ParameterId, f64)]) -> Image {
        let tangent = Tangent::new(renderer.drawing(), renderer.scene(), direction);
        let band = Band::new(renderer, self.width);
        let boundary = renderer.sum_films(|tile, film, (): &mut ()| {
            let moving = |layer| tangent.moves(layer);
            band.for_each(tile, moving, |index, edge, sample| {
                sample.splat(&tangent, index, edge, film);
            });
        });
        sum_images(interior::jvp(renderer, &tangent), &boundary)
    }

    fn vjp(&self, renderer: &Renderer<'_>, adjoint: &Image, wanted: &[ParameterId]) -> Vec<f64> {
        let band = Band::new(renderer, self.width);
        let boundary = renderer.sum_adjoints(|tile, (): &mut (), list| {
            let mut sum = EdgeAdjoint::default();
            band.for_each(
                tile,
                |_| true,
                |index, edge, sample| {
                    sum.add_sample(index, edge, sample, adjoint, list);
                },
            );
            sum.finish(list);
        });
        let variables = sum_vectors(interior::vjp(renderer, adjoint), &boundary);
        pull_back(renderer, &variables, wanted)
    }

    fn meets_outlines_by_chance(&self) -> bool {
        true
    }

    fn jvp_passes(&self) -> usize {
        2
    }
}

struct Band<'a, 'b> {
    renderer: &'a Renderer<'b>,
    nearby: Nearby,
    samples: PixelSamples<'a, 'b>,
    width: f64,
}

impl<'a, 'b> Band<'a, 'b> {
    fn new(renderer: &'a Renderer<'b>, width: f64) -> Self {
        Self {
            renderer,
            nearby: nearby(renderer, width),
            samples: PixelSamples::new(renderer, Stream::Boundary),
            width,
        }
    }

    /// Visits the feet of the samples of a tile on edges of the layers that are `wanted`, where the
    /// colour jumps.
    fn for_each(
        &self,
        tile: &Tile,
        wanted: impl Fn(u32) -> bool,
        mut visit: impl FnMut(u32, &Edge, &EdgeSample),
    ) {
        let edges = self.renderer.grid().edges();
        let near = self.nearby.tile_of_pixel(tile.rect.x0, tile.rect.y0);
        let near = self.nearby.edges(near).iter().copied();
        let near: Vec<u32> = near
            .filter(|&index| wanted(edges.list()[index as usize].layer))
            .collect();
        if near.is_empty() {
            return;
        }
        let filter = self.renderer.settings().filter;
        let mut jumps = JumpsAnywhere::new(self.renderer, &self.nearby);
        self.samples.for_each(tile, |pixel, p| {
            for &index in &near {
                let edge = &edges.list()[index as usize];
                let direction = edge.direction();
                let squared = direction.length_squared();
                let t = (p - edge.a).dot(direction) / squared;
                let across = direction.perp_dot(p - edge.a).powi(2);
                // A point that is an edge has no foot: t is not a number.
                if !(0.0..1.0).contains(&t) || across > self.width * self.width * squared {
                    continue;
                }
                let point = EdgePoint::new(edges, index, t);
                let Some(jump) = jumps.at(&point, edge.layer) else {
                    continue;
                };
                let area = 2.0 * self.width * squared.sqrt();
                let sample = EdgeSample {
                    t,
                    jump,
                    normal: point.normal,
                    weight: self.samples.weight / area,
                    kernel: Kernel::new(filter, pixel, p),
                };
                visit(index, edge, &sample);
            }
        });
    }
}

/// Jumps at points of edges in any tile.
struct JumpsAnywhere<'a> {
    renderer: &'a Renderer<'a>,
    nearby: &'a Nearby,
    tiles: Vec<(usize, Jumps<'a>)>,
}

impl<'a> JumpsAnywhere<'a> {
    fn new(renderer: &'a Renderer<'a>, nearby: &'a Nearby) -> Self {
        Self {
            renderer,
            nearby,
            tiles: Vec::new(),
        }
    }

    /// Returns `f⁻ − f⁺` at a point of an edge of a layer, if its sides differ.
    fn at(&mut self, point: &EdgePoint, layer: u32) -> Option<Rgba> {
        let number = self.nearby.tile_at(point.position);
        let tile = self.nearby.tile(number);
        let position = self.tiles.iter().position(|(tile, _)| *tile == number);
        let position = position.unwrap_or_else(|| {
            self.tiles.push((number, Jumps::new(self.renderer, tile)));
            self.tiles.len() - 1
        });
        let jumps = &mut self.tiles[position].1;
        let slot = tile.layers.iter().position(|other| other.layer == layer)?;
        jumps
            .enter(point, slot)
            .then(|| jumps.value(point.position))
    }
}
