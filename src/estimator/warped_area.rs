//! Samples in pixels, carried along with the edges: no samples on edges.
//!
//! * Formula: for any Lipschitz field V, the divergence theorem gives
//!   `∂I/∂θ = ∫ [k ∂f/∂θ + ∇·(k f V)] dx + ∫_Γ k J (v − V)·n dl`. A field that moves as the edges do
//!   leaves no boundary term: `mean [k (∂f/∂θ + ∇f·V + f ∇·V) + f ∇k·V]`. A box filter jumps, and
//!   `−∮ k f V·n` over the border of the pixel takes the place of `f ∇k·V`; it is estimated from
//!   `edge_samples` points on each side, the same for both pixels.
//! * `strength` s scales the field: what V leaves of the boundary term, a part 1 − s, is estimated on
//!   edges. The sum does not depend on s, nor on `reach`: a strong test.
//! * Fields: `closest-point` for any scene, which dies off within `reach` pixels of the edges;
//!   `mean-value` for a single simple polygon. See [`field`](super::field).
//! * Density: uniform, `spp` in a pixel.
//! * Bias: none where edges that meet move together. Where they move apart at a point (a crossing)
//!   the divergence is as 1/r there: the mean is right, the variance infinite. Where they coincide
//!   along a length V is a mean of their velocities, and the estimate is biased.
//! * Variance: O(1/N); grows as 1/reach.
//! * f is taken relative to the background, which changes nothing in the mean.
//! * Bangaru, Li and Durand, "Unbiased warped-area sampling for differentiable rendering", 2020; the
//!   fields here are exact on edges, without their auxiliary samples.

use std::collections::BTreeMap;

use glam::DVec2;

use super::Estimator;
use super::common::{add_scaled, pull_back, sum_vectors};
use super::field::{Polygon, closest_point, mean_value};
use super::samples::{PixelSamples, nearby};
use super::setting::Setting;
use crate::ad::Dual;
use crate::drawing::{Drawing, Nearby, Painter, Rgba, Scratch, Tile};
use crate::film::Image;
use crate::filter::Filter;
use crate::geometry::Vec2;
use crate::integrator::interior::pixel_number;
use crate::integrator::splat::Kernel;
use crate::integrator::{Renderer, SampleCounts, Tangent, boundary};
use crate::paint::translate;
use crate::sampling::{Key, Stream};
use crate::scene::ParameterId;

/// How V follows the edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// The velocities of the closest points of the edges around.
    ClosestPoint,
    /// Mean value coordinates of a polygon.
    MeanValue,
}

/// Warped-area sampling with its settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WarpedArea {
    /// The field.
    pub field: FieldKind,
    /// How far from edges the closest-point field reaches, in pixels.
    pub reach: f64,
    /// Which part of the boundary term the field takes over.
    pub strength: f64,
}

impl Default for WarpedArea {
    fn default() -> Self {
        Self {
            field: FieldKind::ClosestPoint,
            reach: 1.0,
            strength: 1.0,
        }
    }
}

impl WarpedArea {
    /// Returns the settings by name.
    pub fn settings(&mut self) -> Vec<(&'static str, Setting<'_>)> {
        vec![
            ("field", Setting::Field(&mut self.field)),
            ("reach", Setting::Reach(&mut self.reach)),
            ("strength", Setting::Fraction(&mut self.strength)),
        ]
    }
}

impl Estimator for WarpedArea {
    fn jvp(&self, renderer: &Renderer<'_>, direction: &[(ParameterId, f64)]) -> Image {
        let tangent = Tangent::new(renderer.drawing(), renderer.scene(), direction);
        let warp = Warp::new(renderer, self);
        let mut sum = renderer.sum_films(|tile, film, (): &mut ()| {
            let mut point = Place::new(&warp, tile);
            let mut velocity = Velocity::new(&tangent);
            warp.samples.for_each(tile, |pixel, p| {
                point.enter(p);
                let weight = warp.samples.weight;
                let filter = renderer.settings().filter;
                let kernel = Kernel::new(filter, pixel, p);
                let mut value = point.tangent(&tangent);
                if velocity.set(point.weights(), self.strength) {
                    let color = point.color();
                    let [dx, dy] = point.slopes();
                    for c in 0..4 {
                        value[c] += dx[c] * velocity.at.x
                            + dy[c] * velocity.at.y
                            + color[c] * velocity.divergence;
                    }
                    if filter != Filter::Box {
                        let slopes = Kernel::gradient(filter, pixel, p);
                        for (kernel, speed) in slopes.iter().zip(velocity.at.to_array()) {
                            film.splat(kernel, color.map(|c| c * speed * weight));
                        }
                    }
                }
                film.splat(&kernel, value.map(|c| c * weight));
            });
            warp.for_each_border(tile, |pixel, p, normal, weight| {
                point.enter(p);
                if velocity.set(point.weights(), self.strength) {
                    let flux = -velocity.at.dot(normal) * weight;
                    let kernel = Kernel::new(Filter::Box, pixel, p);
                    film.splat(&kernel, point.color().map(|c| c * flux));
                }
            });
        });
        if self.strength < 1.0 {
            let rest = boundary::jvp(renderer, &tangent);
            add_scaled(&mut sum, &rest, 1.0 - self.strength);
        }
        sum
    }

    fn vjp(&self, renderer: &Renderer<'_>, adjoint: &Image, wanted: &[ParameterId]) -> Vec<f64> {
        let warp = Warp::new(renderer, self);
        let filter = renderer.settings().filter;
        let mut variables = renderer.sum_adjoints(|tile, (): &mut (), list| {
            let mut point = Place::new(&warp, tile);
            let mut vertices = BTreeMap::<u32, DVec2>::new();
            warp.samples.for_each(tile, |pixel, p| {
                point.enter(p);
                let scaled = |kernel: &Kernel| {
                    let weight = warp.samples.weight;
                    kernel.gather(adjoint).map(|w| w * weight)
                };
                let weight = scaled(&Kernel::new(filter, pixel, p));
                point.pull_back(weight);
                if point.weights().is_empty() {
                    return;
                }
                let color = point.color();
                let [dx, dy] = point.slopes();
                let mut along = DVec2::new(dot(weight, dx), dot(weight, dy));
                if filter != Filter::Box {
                    let slopes = Kernel::gradient(filter, pixel, p);
                    along += DVec2::from(slopes.map(|kernel| dot(scaled(&kernel), color)));
                }
                let through = dot(weight, color);
                for &(vertex, psi) in &point.weights {
                    let share = along * psi.value + DVec2::from(psi.tangent) * through;
                    *vertices.entry(vertex).or_default() += share * self.strength;
                }
            });
            warp.for_each_border(tile, |pixel, p, normal, weight| {
                point.enter(p);
                let weights = Kernel::new(Filter::Box, pixel, p).gather(adjoint);
                let through = dot(weights, point.color()) * weight;
                for &(vertex, psi) in point.weights() {
                    let share = -normal * (psi.value * through);
                    *vertices.entry(vertex).or_default() += share * self.strength;
                }
            });
            point.list(list);
            for (vertex, share) in vertices {
                let x = 2 * vertex as usize;
                list.extend([(x, share.x), (x + 1, share.y)]);
            }
        });
        if self.strength < 1.0 {
            let rest = boundary::vjp(renderer, adjoint);
            let rest: Vec<f64> = rest.iter().map(|x| x * (1.0 - self.strength)).collect();
            variables = sum_vectors(variables, &rest);
        }
        pull_back(renderer, &variables, wanted)
    }

    fn meets_outlines_by_chance(&self) -> bool {
        true
    }

    fn jvp_passes(&self) -> usize {
        if self.strength < 1.0 { 2 } else { 1 }
    }

    fn objection(&self, renderer: &Renderer<'_>) -> Option<&'static str> {
        match self.field {
            FieldKind::ClosestPoint => None,
            FieldKind::MeanValue => Polygon::of(renderer.drawing()).err(),
        }
    }
}

/// What all tiles share.
struct Warp<'a, 'b> {
    renderer: &'a Renderer<'b>,
    samples: PixelSamples<'a, 'b>,
    nearby: Nearby,
    reach: f64,
    polygon: Option<Polygon>,
    /// The drawing variables with their derivatives as all paints move by −1 pixel along x or y:
    /// what shows how colours change with the place. None where all paints are solid.
    shifts: Option<[Vec<Dual<1>>; 2]>,
    border_key: Key,
}

impl<'a, 'b> Warp<'a, 'b> {
    fn new(renderer: &'a Renderer<'b>, method: &WarpedArea) -> Self {
        let polygon = match method.field {
            FieldKind::ClosestPoint => None,
            FieldKind::MeanValue => match Polygon::of(renderer.drawing()) {
                Ok(polygon) => Some(polygon),
                Err(reason) => panic!("{reason}: ask `Estimator::objection` before"),
            },
        };
        Self {
            renderer,
            samples: PixelSamples::new(renderer, Stream::Interior),
            nearby: nearby(renderer, method.reach),
            reach: method.reach,
            polygon,
            shifts: shifts(renderer.drawing()),
            border_key: Key::new(renderer.settings().seed, Stream::Border),
        }
    }

    /// Visits the points on the border of each pixel of a tile, under a box filter: the pixel, the
    /// point, the outer normal and the length that it stands for. Pixels that share a side have its
    /// points in common.
    fn for_each_border(&self, tile: &Tile, mut visit: impl FnMut((i32, i32), DVec2, DVec2, f64)) {
        let settings = self.renderer.settings();
        let number = self.nearby.tile_of_pixel(tile.rect.x0, tile.rect.y0);
        let still = self.polygon.is_none() && self.nearby.edges(number).is_empty();
        if settings.filter != Filter::Box || still {
            return;
        }
        let count = (settings.edge_samples.round() as u32).max(1);
        let weight = 1.0 / f64::from(count);
        for (x, y) in tile.rect.pixels() {
            for (side, dx, dy, sign) in [
                (0, 0, 0, -1.0),
                (0, 1, 0, 1.0),
                (1, 0, 0, -1.0),
                (1, 0, 1, 1.0),
            ] {
                let key = self
                    .border_key
                    .child(side)
                    .child(pixel_number(x + dx, y + dy));
                let corner = DVec2::new(f64::from(x + dx), f64::from(y + dy));
                let (along, normal) = match side {
                    0 => (DVec2::Y, DVec2::X * sign),
                    _ => (DVec2::X, DVec2::Y * sign),
                };
                for index in 0..count {
                    let u = settings.sampler.edge_sample(key, index, count);
                    visit((x, y), corner + along * u, normal, weight);
                }
            }
        }
        let sides = 4 * tile.rect.width() * tile.rect.height();
        self.renderer.count_samples(SampleCounts {
            pixel: 0,
            edge: sides as u64 * u64::from(count),
        });
    }
}

/// The variables with their derivatives as paints move by −1 pixel along each axis. The
/// coefficients of paints are affine in a translation, so a difference is the derivative.
fn shifts(drawing: &Drawing) -> Option<[Vec<Dual<1>>; 2]> {
    let mut any = false;
    let shifts = [DVec2::NEG_X, DVec2::NEG_Y].map(|offset| {
        let mut moved = drawing.variables.clone();
        for layer in drawing.layout.layers() {
            translate(layer.paint, &mut moved[layer.coefficients.clone()], offset);
        }
        any |= moved != drawing.variables;
        let pairs = drawing.variables.iter().zip(&moved);
        pairs.map(|(&at, to)| Dual::new(at, [to - at])).collect()
    });
    any.then_some(shifts)
}

/// A point that samples visit one after the other.
struct Place<'a> {
    renderer: &'a Renderer<'a>,
    warp: &'a Warp<'a, 'a>,
    painters: Vec<(usize, Painter<'a>)>,
    /// Which of the painters is that of the point. The first is that of the tile at hand.
    current: usize,
    p: DVec2,
    inside: Vec<bool>,
    scratch: Scratch,
    weights: Vec<(u32, Dual<2>)>,
    adjoints: Vec<f64>,
}

impl<'a> Place<'a> {
    fn new(warp: &'a Warp<'a, 'a>, tile: &Tile) -> Self {
        let number = warp.nearby.tile_of_pixel(tile.rect.x0, tile.rect.y0);
        let painter = Painter::new(warp.renderer.drawing(), warp.nearby.tile(number));
        Self {
            renderer: warp.renderer,
            warp,
            adjoints: vec![0.0; painter.variables().len()],
            painters: vec![(number, painter)],
            current: 0,
            p: DVec2::ZERO,
            inside: Vec::new(),
            scratch: Scratch::default(),
            weights: Vec::new(),
        }
    }

    /// Goes to a point.
    fn enter(&mut self, p: DVec2) {
        self.p = p;
        let number = self.warp.nearby.tile_at(p);
        let known = self.painters.iter().position(|(tile, _)| *tile == number);
        self.current = known.unwrap_or_else(|| {
            let tile = self.warp.nearby.tile(number);
            let painter = Painter::new(self.renderer.drawing(), tile);
            self.painters.push((number, painter));
            self.painters.len() - 1
        });
        let edges = self.renderer.grid().edges().list();
        let painter = &self.painters[self.current].1;
        painter.inside(edges, p, &mut self.inside);
    }

    /// The weights of the vertices in the field, with their gradients; none where it is 0.
    fn weights(&mut self) -> &[(u32, Dual<2>)] {
        let p = Vec2::new(Dual::variable(self.p.x, 0), Dual::variable(self.p.y, 1));
        match &self.warp.polygon {
            Some(polygon) => mean_value(p, polygon, &mut self.weights),
            None => {
                let edges = self.renderer.grid().edges().list();
                let near = self.warp.nearby.edges(self.painters[self.current].0);
                let near = near.iter().map(|&index| (index, &edges[index as usize]));
                closest_point(p, near, self.warp.reach, &mut self.weights);
            }
        }
        &self.weights
    }

    /// The colour less the background.
    fn color(&mut self) -> Rgba {
        let painter = &self.painters[self.current].1;
        let color = painter.color(self.p, &self.inside, &mut self.scratch);
        let background = self.renderer.drawing().background();
        std::array::from_fn(|c| color[c] - background[c])
    }

    /// The tangent of the colour at a fixed place.
    fn tangent(&mut self, tangent: &Tangent) -> Rgba {
        self.push_forward(tangent.variables())
    }

    /// How the colour changes along x and y.
    fn slopes(&mut self) -> [Rgba; 2] {
        match &self.warp.shifts {
            Some(shifts) => [0, 1].map(|axis| self.push_forward(&shifts[axis])),
            None => [[0.0; 4]; 2],
        }
    }

    fn push_forward(&mut self, variables: &[Dual<1>]) -> Rgba {
        let painter = &self.painters[self.current].1;
        painter.push_forward(variables, self.p, &self.inside, &mut self.scratch)
    }

    /// Adds the adjoints of what the colour at a point of the tile depends on.
    fn pull_back(&mut self, weight: Rgba) {
        let (_, painter) = &self.painters[0];
        painter.pull_back(
            self.p,
            &self.inside,
            weight,
            &mut self.scratch,
            &mut self.adjoints,
        );
    }

    /// Lists the adjoints added so far.
    fn list(self, list: &mut Vec<(usize, f64)>) {
        let variables = self.painters[0].1.variables().iter().copied();
        list.extend(variables.zip(self.adjoints));
    }
}

/// The field of a tangent at a point.
struct Velocity<'a> {
    tangent: &'a Tangent,
    at: DVec2,
    divergence: f64,
}

impl<'a> Velocity<'a> {
    fn new(tangent: &'a Tangent) -> Self {
        Self {
            tangent,
            at: DVec2::ZERO,
            divergence: 0.0,
        }
    }

    /// Computes `strength · V` from the weights of the vertices; tells whether there is any.
    fn set(&mut self, weights: &[(u32, Dual<2>)], strength: f64) -> bool {
        (self.at, self.divergence) = (DVec2::ZERO, 0.0);
        for (vertex, psi) in weights {
            let velocity = self.tangent.velocity(*vertex as usize) * strength;
            self.at += velocity * psi.value;
            self.divergence += velocity.dot(DVec2::from(psi.tangent));
        }
        self.at != DVec2::ZERO || self.divergence != 0.0
    }
}

fn dot(a: Rgba, b: Rgba) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
