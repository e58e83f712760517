//! Random lines through pixels, each integrated exactly.
//!
//! * Formula: a line through a pixel has a direction d, uniform over the half-circle, and an offset,
//!   uniform over the width w of the pixel across d. `mean w [∫ k ∂f/∂θ ds + Σ 2 |n·d| k J (v·n)]`,
//!   the integral along the line within the pixel and the sum over the edges that it crosses.
//! * Why: for any d, the mean of w ∫ g ds over offsets is ∫ g dx, and that of w Σ h is ∫_Γ h |n·d|
//!   dl. The derivative of one line's integral has the factor 1/|n·d| in place of 2 |n·d|: the lines
//!   that graze an edge then make its variance infinite, and lines parallel to it never see it. So
//!   crossings have the weight 2 (n·d)², whose mean over all directions is 1.
//! * Density: 1/(π w) over directions and offsets; `spp` lines in a pixel, placed by the sampler.
//! * Bias: none. The image is estimated along lines, too.
//! * Limits: each line is cut at everything that it meets; exact along lines as far as
//!   [`exact`](crate::integrator::exact) is in areas.
//! * After Richardson, Oktay, Ovadia, Bowden, Adams, "Fiber Monte Carlo", ICLR 2024.

use std::f64::consts::PI;

use glam::DVec2;

use super::Estimator;
use super::common::{pull_back, sum_images, sum_vectors};
use super::samples::PixelSamples;
use crate::drawing::{Edge, EdgePoint, Painter, Scratch, Tile};
use crate::film::Image;
use crate::integrator::edge_sample::{EdgeAdjoint, EdgeSample};
use crate::integrator::exact::area::{cells_per_pixel, kernel_degree};
use crate::integrator::exact::quadrature::rule;
use crate::integrator::exact::region;
use crate::integrator::exact::scale::{Scale, degree};
use crate::integrator::jump::Jumps;
use crate::integrator::splat::Kernel;
use crate::integrator::{Renderer, Tangent};
use crate::sampling::Stream;
use crate::scene::ParameterId;

/// Integrals along random lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fiber;

impl Estimator for Fiber {
    fn image(&self, renderer: &Renderer<'_>) -> Image {
        renderer.sum_films(|tile, film, (): &mut ()| {
            let painter = Painter::new(renderer.drawing(), tile);
            let mut scratch = Scratch::default();
            for_each_node(renderer, tile, Stream::Image, |node| {
                let color = painter.color(node.position, node.inside, &mut scratch);
                film.splat(&node.kernel, color.map(|channel| channel * node.weight));
            });
        })
    }

    fn jvp(&self, renderer: &Renderer<'_>, direction: &[(ParameterId, f64)]) -> Image {
        let tangent = Tangent::new(renderer.drawing(), renderer.scene(), direction);
        let interior = renderer.sum_films(|tile, film, (): &mut ()| {
            if !tangent.changes_tile(tile) {
                return;
            }
            let painter = Painter::new(renderer.drawing(), tile);
            let mut scratch = Scratch::default();
            for_each_node(renderer, tile, Stream::Interior, |node| {
                let (p, inside) = (node.position, node.inside);
                let color = painter.push_forward(tangent.variables(), p, inside, &mut scratch);
                film.splat(&node.kernel, color.map(|channel| channel * node.weight));
            });
        });
        let boundary = renderer.sum_films(|tile, film, (): &mut ()| {
            let moving = |layer| tangent.moves(layer);
            for_each_crossing(renderer, tile, moving, |index, edge, sample| {
                sample.splat(&tangent, index, edge, film);
            });
        });
        sum_images(interior, &boundary)
    }

    fn vjp(&self, renderer: &Renderer<'_>, adjoint: &Image, wanted: &[ParameterId]) -> Vec<f64> {
        let interior = renderer.sum_adjoints(|tile, (): &mut (), list| {
            let painter = Painter::new(renderer.drawing(), tile);
            let mut scratch = Scratch::default();
            let mut sums = vec![0.0; painter.variables().len()];
            for_each_node(renderer, tile, Stream::Interior, |node| {
                let weight = node.kernel.gather(adjoint).map(|w| w * node.weight);
                painter.pull_back(node.position, node.inside, weight, &mut scratch, &mut sums);
            });
            list.extend(painter.variables().iter().copied().zip(sums));
        });
        let boundary = renderer.sum_adjoints(|tile, (): &mut (), list| {
            let mut sum = EdgeAdjoint::default();
            for_each_crossing(
                renderer,
                tile,
                |_| true,
                |index, edge, sample| {
                    sum.add_sample(index, edge, sample, adjoint, list);
                },
            );
            sum.finish(list);
        });
        pull_back(renderer, &sum_vectors(interior, &boundary), wanted)
    }

    fn meets_outlines_by_chance(&self) -> bool {
        true
    }

    fn jvp_passes(&self) -> usize {
        2
    }
}

/// The part of a line within a pixel.
struct Line {
    pixel: (i32, i32),
    a: DVec2,
    b: DVec2,
    /// The width of the pixel across the line.
    width: f64,
}

impl Line {
    /// Returns the line at a point of the unit square: direction and offset.
    fn new(pixel: (i32, i32), [u, v]: [f64; 2]) -> Self {
        let direction = DVec2::from_angle(PI * u);
        let width = direction.x.abs() + direction.y.abs();
        let foot = direction.perp() * ((v - 0.5) * width);
        // Where the line is within half a pixel of the centre in both coordinates.
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        for (d, f) in [(direction.x, foot.x), (direction.y, foot.y)] {
            let (s, t) = ((-0.5 - f) / d, (0.5 - f) / d);
            low = low.max(s.min(t));
            high = high.min(s.max(t));
        }
        let center = DVec2::new(f64::from(pixel.0) + 0.5, f64::from(pixel.1) + 0.5);
        let at = |t: f64| center + foot + direction * t;
        Self {
            pixel,
            a: at(low),
            b: at(high.max(low)),
            width,
        }
    }

    /// Returns the place along the line where it meets a segment, if it does.
    fn meeting(&self, [p, q]: [DVec2; 2]) -> Option<f64> {
        let (d, e) = (self.b - self.a, q - p);
        let determinant = d.perp_dot(e);
        let offset = p - self.a;
        let t = offset.perp_dot(e) / determinant;
        let u = offset.perp_dot(d) / determinant;
        // Along a parallel both are infinite or not numbers.
        (t > 0.0 && t < 1.0 && (0.0..=1.0).contains(&u)).then_some(t)
    }
}

/// A node of the quadrature along a line.
struct Node<'a> {
    position: DVec2,
    inside: &'a [bool],
    weight: f64,
    kernel: Kernel,
}

/// Visits the nodes on the lines of a tile.
fn for_each_node(
    renderer: &Renderer<'_>,
    tile: &Tile,
    stream: Stream,
    mut visit: impl FnMut(Node<'_>),
) {
    let (drawing, filter) = (renderer.drawing(), renderer.settings().filter);
    let edges = renderer.grid().edges().list();
    let painter = Painter::new(drawing, tile);
    let samples = PixelSamples::new(renderer, stream);
    let mut segments = region::paint_lines(drawing, tile);
    segments.extend(tile.all_edges().iter().map(|&index| {
        let edge = &edges[index as usize];
        [edge.a, edge.b]
    }));
    let scales: Vec<Option<Scale>> = tile
        .layers
        .iter()
        .map(|layer| Scale::of_layer(drawing, layer))
        .collect();
    let (mut cuts, mut inside) = (Vec::new(), Vec::new());
    samples.for_each_offset(tile, |pixel, offset| {
        let line = Line::new(pixel, offset);
        cuts.clear();
        cuts.extend([0.0, 1.0]);
        cuts.extend(segments.iter().filter_map(|&segment| line.meeting(segment)));
        if cells_per_pixel(filter) > 1 {
            let center = DVec2::new(f64::from(pixel.0) + 0.5, f64::from(pixel.1) + 0.5);
            let middles = (center - line.a) / (line.b - line.a);
            cuts.extend(
                middles
                    .to_array()
                    .into_iter()
                    .filter(|t| (0.0..1.0).contains(t)),
            );
        }
        cuts.sort_unstable_by(f64::total_cmp);
        let length = line.a.distance(line.b) * line.width * samples.weight;
        for part in cuts.windows(2).filter(|part| part[0] < part[1]) {
            let middle = line.a.lerp(line.b, 0.5 * (part[0] + part[1]));
            painter.inside(edges, middle, &mut inside);
            let half = 0.5 * (part[1] - part[0]) * line.a.distance(line.b);
            let present = scales.iter().zip(&inside).filter(|(_, inside)| **inside);
            let gradients = present.filter_map(|(scale, _)| scale.as_ref());
            let degree = degree(gradients, middle, 0.0, half, 1);
            for &(s, weight) in rule(2 * kernel_degree(filter) + degree) {
                let position = line.a.lerp(line.b, part[0] + s * (part[1] - part[0]));
                visit(Node {
                    position,
                    inside: &inside,
                    weight: weight * (part[1] - part[0]) * length,
                    kernel: Kernel::new(filter, line.pixel, position),
                });
            }
        }
    });
}

/// Visits where the lines of a tile cross edges of the layers that are `wanted`, as far as the
/// colour jumps there.
fn for_each_crossing(
    renderer: &Renderer<'_>,
    tile: &Tile,
    wanted: impl Fn(u32) -> bool,
    mut visit: impl FnMut(u32, &Edge, &EdgeSample),
) {
    let edges = renderer.grid().edges();
    let mut targets = Vec::new();
    for (slot, layer) in tile.layers.iter().enumerate() {
        if wanted(layer.layer) {
            let list = tile.edges(layer).iter().chain(tile.seams(layer));
            targets.extend(list.map(|&index| (slot, index)));
        }
    }
    if targets.is_empty() {
        return;
    }
    let filter = renderer.settings().filter;
    let mut jumps = Jumps::new(renderer, tile);
    let samples = PixelSamples::new(renderer, Stream::Boundary);
    samples.for_each_offset(tile, |pixel, offset| {
        let line = Line::new(pixel, offset);
        for &(slot, index) in &targets {
            let edge = &edges.list()[index as usize];
            let Some(t) = crossing(edge, &line) else {
                continue;
            };
            let point = EdgePoint::new(edges, index, t);
            if !jumps.enter(&point, slot) {
                continue;
            }
            let direction = (line.b - line.a).normalize_or_zero();
            let squared = edge.direction().length_squared();
            let graze = 2.0 * point.normal.dot(direction).abs() / squared;
            let sample = EdgeSample {
                t,
                jump: jumps.value(point.position),
                normal: point.normal,
                weight: samples.weight * line.width * graze,
                kernel: Kernel::new(filter, line.pixel, point.position),
            };
            visit(index, edge, &sample);
        }
    });
}

/// The place on an edge where a line crosses it, if it does.
fn crossing(edge: &Edge, line: &Line) -> Option<f64> {
    let (d, e) = (line.b - line.a, edge.direction());
    let determinant = d.perp_dot(e);
    if determinant == 0.0 {
        return None;
    }
    let offset = edge.a - line.a;
    let (s, t) = (
        offset.perp_dot(e) / determinant,
        offset.perp_dot(d) / determinant,
    );
    ((0.0..1.0).contains(&s) && (0.0..1.0).contains(&t)).then_some(t)
}
