//! Edges that are soft: another image, differentiated by automatic differentiation.
//!
//! * Formula: the shape of a layer covers a point by σ(φ/τ), the logistic function of the signed
//!   distance φ to its outline (positive inside), in place of 0 or 1. τ is `width`, in pixels. Images
//!   and derivatives are means over samples in pixels of the composite with these coverages and of
//!   its derivative, `∂σ/∂θ = σ' (v·n)/τ` with v and n at the closest point of the outline.
//! * Density: uniform, `spp` in a pixel.
//! * Bias: of image and derivative. Along a straight edge k becomes its mean across the edge under a
//!   logistic density of variance π²τ²/3: `π²τ²/6 ∫_Γ ∂²k/∂n² J (v·n) dl` for opaque shapes, to first
//!   order. Shapes and gaps narrower than some τ fade.
//! * Variance: O(1/(N τ)).
//! * Limits: coverages beyond 20 τ are 0 or 1 (an error of 2e-9); where more than 10 outlines are
//!   that near, those furthest away are hard. Jumps inside a paint stay hard: their motion is left
//!   out, as by [`interior`](super::interior). A shape without area is seen as the limit of thin ones:
//!   it covers half of what lies on it.
//! * Liu, Li, Chen and Li, "Soft rasterizer", ICCV 2019, with `over` in place of their aggregation.

use glam::DVec2;

use super::Estimator;
use super::closest_outline::{ClosestOutline, Motion};
use super::common::pull_back;
use super::samples::{PixelSamples, nearby};
use super::setting::Setting;
use crate::drawing::{Nearby, Painter, Rgba, Scratch, Tile};
use crate::film::Image;
use crate::integrator::splat::Kernel;
use crate::integrator::{Renderer, Tangent};
use crate::sampling::Stream;
use crate::scene::ParameterId;

/// Soft edges with their setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Soft {
    /// τ, in pixels.
    pub width: f64,
}

impl Default for Soft {
    fn default() -> Self {
        Self { width: 0.25 }
    }
}

/// Coverages are soft up to this many τ from an outline.
const REACH: f64 = 20.0;
/// The largest number of soft coverages at a point.
const MOST: usize = 10;

impl Soft {
    /// Returns the settings by name.
    pub fn settings(&mut self) -> Vec<(&'static str, Setting<'_>)> {
        vec![("width", Setting::Reach(&mut self.width))]
    }

    pub(super) fn image_from(&self, renderer: &Renderer<'_>, stream: Stream) -> Image {
        let softness = Softness::new(renderer, self.width, stream);
        renderer.sum_films(|tile, film, (): &mut ()| {
            let mut point = Point::new(&softness, tile);
            softness.samples.for_each(tile, |pixel, p| {
                point.enter(p);
                let mut sum = [0.0; 4];
                for number in 0..point.mixtures() {
                    let weight = point.weight(number) * softness.samples.weight;
                    add(&mut sum, point.color(number), weight);
                }
                film.splat(&Kernel::new(renderer.settings().filter, pixel, p), sum);
            });
        })
    }

    pub(super) fn jvp_from(
        &self,
        renderer: &Renderer<'_>,
        direction: &[(ParameterId, f64)],
        stream: Stream,
    ) -> Image {
        let tangent = Tangent::new(renderer.drawing(), renderer.scene(), direction);
        let softness = Softness::new(renderer, self.width, stream);
        renderer.sum_films(|tile, film, (): &mut ()| {
            let mut point = Point::new(&softness, tile);
            softness.samples.for_each(tile, |pixel, p| {
                point.enter(p);
                let speeds: Vec<f64> = point.soft.iter().map(|soft| soft.speed(&tangent)).collect();
                let mut sum = [0.0; 4];
                for number in 0..point.mixtures() {
                    let weight = point.weight(number) * softness.samples.weight;
                    add(&mut sum, point.push_forward(&tangent, number), weight);
                    let change: f64 = (0..speeds.len())
                        .map(|i| speeds[i] * point.weight_by(number, i))
                        .sum();
                    if change != 0.0 {
                        add(
                            &mut sum,
                            point.color(number),
                            change * softness.samples.weight,
                        );
                    }
                }
                film.splat(&Kernel::new(renderer.settings().filter, pixel, p), sum);
            });
        })
    }
}

impl Estimator for Soft {
    fn image(&self, renderer: &Renderer<'_>) -> Image {
        self.image_from(renderer, Stream::Image)
    }

    fn jvp(&self, renderer: &Renderer<'_>, direction: &[(ParameterId, f64)]) -> Image {
        self.jvp_from(renderer, direction, Stream::Interior)
    }

    fn vjp(&self, renderer: &Renderer<'_>, adjoint: &Image, wanted: &[ParameterId]) -> Vec<f64> {
        let softness = Softness::new(renderer, self.width, Stream::Interior);
        let variables = renderer.sum_adjoints(|tile, (): &mut (), list| {
            let mut point = Point::new(&softness, tile);
            let mut sums = vec![0.0; point.painter.variables().len()];
            softness.samples.for_each(tile, |pixel, p| {
                let kernel = Kernel::new(renderer.settings().filter, pixel, p);
                let adjoint = kernel.gather(adjoint).map(|w| w * softness.samples.weight);
                if adjoint == [0.0; 4] {
                    return;
                }
                point.enter(p);
                let mut coverages = vec![0.0; point.soft.len()];
                for number in 0..point.mixtures() {
                    let weight = point.weight(number);
                    point.pull_back(number, adjoint.map(|w| w * weight), &mut sums);
                    if !coverages.is_empty() {
                        let color = point.color(number);
                        let product: f64 = adjoint.iter().zip(color).map(|(w, c)| w * c).sum();
                        for (i, sum) in coverages.iter_mut().enumerate() {
                            *sum += product * point.weight_by(number, i);
                        }
                    }
                }
                for (soft, coverage) in point.soft.iter().zip(coverages) {
                    soft.pull_back(coverage, list);
                }
            });
            list.extend(point.painter.variables().iter().copied().zip(sums));
        });
        pull_back(renderer, &variables, wanted)
    }

    fn jvp_passes(&self) -> usize {
        1
    }
}

fn add(sum: &mut Rgba, value: Rgba, weight: f64) {
    for (sum, channel) in sum.iter_mut().zip(value) {
        *sum += weight * channel;
    }
}

/// What all tiles share.
struct Softness<'a, 'b> {
    renderer: &'a Renderer<'b>,
    samples: PixelSamples<'a, 'b>,
    nearby: Nearby,
    width: f64,
}

impl<'a, 'b> Softness<'a, 'b> {
    fn new(renderer: &'a Renderer<'b>, width: f64, stream: Stream) -> Self {
        Self {
            renderer,
            samples: PixelSamples::new(renderer, stream),
            nearby: nearby(renderer, REACH * width),
            width,
        }
    }
}

/// The coverage of a layer whose outline is near.
#[derive(Clone, Copy, Debug)]
struct SoftLayer {
    slot: usize,
    coverage: f64,
    distance: f64,
    /// What the tangent of the coverage is made of.
    motions: [Motion; 2],
}

impl SoftLayer {
    /// The tangent of the coverage.
    fn speed(&self, tangent: &Tangent) -> f64 {
        self.motions.iter().map(|part| part.speed(tangent)).sum()
    }

    /// Lists the adjoints of the vertices, given that of the coverage.
    fn pull_back(&self, adjoint: f64, list: &mut Vec<(usize, f64)>) {
        for motion in &self.motions {
            motion.pull_back(adjoint, list);
        }
    }
}

/// A point that samples visit one after the other.
///
/// The composite is affine in the coverage of each layer. So it is a mixture of hard composites:
/// one for each choice of inside or outside for every soft layer, weighted by the products of
/// coverages.
struct Point<'a> {
    softness: &'a Softness<'a, 'a>,
    slots: usize,
    outlines: ClosestOutline<'a>,
    painter: Painter<'a>,
    scratch: Scratch,
    p: DVec2,
    inside: Vec<bool>,
    soft: Vec<SoftLayer>,
}

impl<'a> Point<'a> {
    fn new(softness: &'a Softness<'a, 'a>, tile: &Tile) -> Self {
        let number = softness.nearby.tile_of_pixel(tile.rect.x0, tile.rect.y0);
        let tile = softness.nearby.tile(number);
        let (renderer, nearby) = (softness.renderer, &softness.nearby);
        Self {
            softness,
            slots: tile.layers.len(),
            outlines: ClosestOutline::new(renderer, nearby, number, REACH * softness.width),
            painter: Painter::new(softness.renderer.drawing(), tile),
            scratch: Scratch::default(),
            p: DVec2::ZERO,
            inside: Vec::new(),
            soft: Vec::new(),
        }
    }

    /// Goes to a point and finds the coverages there.
    fn enter(&mut self, p: DVec2) {
        self.p = p;
        let edges = self.softness.renderer.grid().edges().list();
        self.painter.inside(edges, p, &mut self.inside);
        self.soft.clear();
        for slot in 0..self.slots {
            self.soft.extend(self.soft_layer(slot));
        }
        if self.soft.len() > MOST {
            self.soft.sort_by(|a, b| a.distance.total_cmp(&b.distance));
            self.soft.truncate(MOST);
        }
    }

    /// The coverage of a layer, if its outline is near.
    fn soft_layer(&self, slot: usize) -> Option<SoftLayer> {
        let width = self.softness.width;
        let closest = self.outlines.find(slot, self.p, REACH * width)?;
        let outwards = if self.inside[slot] { 1.0 } else { -1.0 };
        let phi = outwards * closest.distance / width;
        let coverage = 1.0 / (1.0 + (-phi).exp());
        // dσ/dφ times the direction out of the shape.
        let slope = coverage * (1.0 - coverage) / width;
        let along = closest.direction * (outwards * slope);
        Some(SoftLayer {
            slot,
            coverage,
            distance: closest.distance,
            motions: self.outlines.motions(&closest, along),
        })
    }

    /// The number of hard composites.
    fn mixtures(&self) -> usize {
        1 << self.soft.len()
    }

    /// The factor of a coverage in a hard composite.
    fn factor(&self, number: usize, i: usize) -> f64 {
        let coverage = self.soft[i].coverage;
        if number >> i & 1 == 1 {
            coverage
        } else {
            1.0 - coverage
        }
    }

    /// The weight of a hard composite.
    fn weight(&self, number: usize) -> f64 {
        (0..self.soft.len())
            .map(|i| self.factor(number, i))
            .product()
    }

    /// The derivative of the weight by a coverage.
    fn weight_by(&self, number: usize, i: usize) -> f64 {
        let others = (0..self.soft.len()).filter(|&j| j != i);
        let product: f64 = others.map(|j| self.factor(number, j)).product();
        if number >> i & 1 == 1 {
            product
        } else {
            -product
        }
    }

    fn choose(&mut self, number: usize) {
        for (i, soft) in self.soft.iter().enumerate() {
            self.inside[soft.slot] = number >> i & 1 == 1;
        }
    }

    fn color(&mut self, number: usize) -> Rgba {
        self.choose(number);
        self.painter.color(self.p, &self.inside, &mut self.scratch)
    }

    fn push_forward(&mut self, tangent: &Tangent, number: usize) -> Rgba {
        self.choose(number);
        let variables = tangent.variables();
        self.painter
            .push_forward(variables, self.p, &self.inside, &mut self.scratch)
    }

    fn pull_back(&mut self, number: usize, adjoint: Rgba, sums: &mut [f64]) {
        self.choose(number);
        self.painter
            .pull_back(self.p, &self.inside, adjoint, &mut self.scratch, sums);
    }
}
