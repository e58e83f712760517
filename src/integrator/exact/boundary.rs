//! The exact boundary term of the derivative.
//!
//! `∫_Γ k J (v·n) dl`: each edge is cut at the borders of cells, at its crossings with all other
//! edges and with the lines along which paints are not smooth. On a piece nothing is crossed, so
//! its jump is one smooth function and a Gauss–Legendre rule integrates it: exactly where filter
//! and paints are polynomials.

use std::ops::Range;

use super::area::{cells_per_pixel, kernel_degree};
use super::chord::Chord;
use super::quadrature::rule;
use super::region;
use super::spread::{Spread, collect};
use crate::drawing::{Edge, EdgePoint, Piece, PixelRect, Tile, for_each_piece};
use crate::film::Image;
use crate::integrator::boundary::sample_count;
use crate::integrator::edge_sample::{EdgeAdjoint, EdgeSample};
use crate::integrator::jump::Jumps;
use crate::integrator::splat::Kernel;
use crate::integrator::{Renderer, Tangent};
use crate::sampling::EdgeAllocation;

/// Returns the boundary term of `J v`.
pub fn jvp(renderer: &Renderer<'_>, tangent: &Tangent) -> Image {
    renderer.sum_films(|tile, film, (): &mut ()| {
        let moving = |layer| tangent.moves(layer);
        for_each_node(renderer, tile, moving, |index, edge, node| {
            node.splat(tangent, index, edge, film);
        });
    })
}

/// Returns the boundary term of `Jᵀ w`, as adjoints of the drawing variables.
pub fn vjp(renderer: &Renderer<'_>, adjoint: &Image) -> Vec<f64> {
    renderer.sum_adjoints(|tile, (): &mut (), list| {
        let mut sum = EdgeAdjoint::default();
        for_each_node(
            renderer,
            tile,
            |_| true,
            |index, edge, node| {
                sum.move_to(index, edge, list);
                sum.add(
                    node.t,
                    node.normal,
                    node.weighted_jump(adjoint) * node.weight,
                );
            },
        );
        sum.finish(list);
    })
}

/// Returns the variance of the [sampled](crate::integrator::boundary) boundary term of
/// `⟨adjoint, J v⟩`, for the number of samples and the sampler of the settings; none if the
/// sampler's points depend on each other, or their strata are not those of pieces within pixels.
///
/// The samples of a stratum of length dt have the value `g(t) dt`; strata are independent, so the
/// variance is `Σ dt² Var g`. Here too the integrals are exact, so that an event too rare for any
/// number of replicates, such as a sliver of another shape across an edge, is accounted for.
pub fn variance(renderer: &Renderer<'_>, tangent: &Tangent, adjoint: &Image) -> Option<f64> {
    let parts_of = strata(renderer)?;
    let parts = renderer.map_tiles(|_, tile| {
        let mut sum = 0.0;
        for_each_stratum(
            renderer,
            tile,
            tangent,
            parts_of,
            |walk, index, edge, stratum| {
                let dt = stratum.part.end - stratum.part.start;
                let (mut mean, mut square) = (0.0, 0.0);
                walk.for_each_node(index, edge, &stratum.part, true, &mut |node| {
                    let value = node.weighted_jump(adjoint) * node.speed(tangent, index, edge);
                    mean += value * node.weight / dt;
                    square += value * value * node.weight / dt;
                });
                sum += dt * dt * (square - mean * mean).max(0.0) / stratum.samples;
            },
        );
        sum
    });
    Some(parts.iter().sum())
}

/// Returns how the [sampled](crate::integrator::boundary) boundary term of `J v` scatters, or none
/// if the sampler's points depend on each other.
pub fn spread(renderer: &Renderer<'_>, tangent: &Tangent) -> Option<Spread> {
    let parts_of = strata(renderer)?;
    let spread = collect(renderer, |tile, spread| {
        for_each_stratum(
            renderer,
            tile,
            tangent,
            parts_of,
            |walk, index, edge, stratum| {
                let dt = stratum.part.end - stratum.part.start;
                walk.for_each_node(index, edge, &stratum.part, true, &mut |node| {
                    let flux = node.speed(tangent, index, edge) * dt / stratum.samples;
                    let value = node.jump.map(|channel| channel * flux);
                    spread.push(node.kernel, value, node.weight / dt);
                });
                spread.finish_stratum(stratum.samples);
            },
        );
    });
    Some(spread)
}

/// A piece of an edge within a pixel across which the colour jumps somewhere.
pub(crate) struct VisiblePiece {
    /// The edge.
    pub index: u32,
    /// The pixel.
    pub pixel: (i32, i32),
    /// Whether the jump itself jumps along the piece: something crosses it there.
    pub is_broken: bool,
}

/// Jumps smaller than this are rounding.
const NO_JUMP: f64 = 1e-12;

/// Returns all pieces of edges within pixels across which the colour jumps somewhere.
pub(crate) fn visible_pieces(renderer: &Renderer<'_>) -> Vec<VisiblePiece> {
    let lists = renderer.map_tiles(|_, tile| {
        let mut list = Vec::new();
        Walk::new(renderer, tile).for_each_piece(
            |_| true,
            |walk, index, _, piece| list.extend(walk.visible_piece(index, piece)),
        );
        list
    });
    lists.into_iter().flatten().collect()
}

/// A part of an edge in which samples are uniform and independent.
struct Stratum {
    part: Piece,
    samples: f64,
}

/// Returns how many strata the samples of a piece fall in, given their number.
fn strata(renderer: &Renderer<'_>) -> Option<impl Fn(u32) -> u32 + Copy + Sync + use<>> {
    let sampler = renderer.settings().sampler;
    // Elsewhere strata do not end with pieces.
    if renderer.settings().edge_allocation != EdgeAllocation::Pixel {
        return None;
    }
    sampler.independent_edge_parts(1)?;
    Some(move |count| {
        let parts = sampler.independent_edge_parts(count);
        parts.expect("independence does not depend on the number")
    })
}

/// Visits the strata on the edges of a tile that move.
fn for_each_stratum(
    renderer: &Renderer<'_>,
    tile: &Tile,
    tangent: &Tangent,
    parts_of: impl Fn(u32) -> u32,
    mut visit: impl FnMut(&mut Walk<'_>, u32, &Edge, &Stratum),
) {
    let mut walk = Walk::new(renderer, tile);
    walk.for_each_piece(
        |layer| tangent.moves(layer),
        |walk, index, edge, piece| {
            let density = renderer.settings().edge_samples;
            let count = sample_count(density, edge, piece.end - piece.start);
            let strata = parts_of(count);
            let dt = (piece.end - piece.start) / f64::from(strata);
            for number in 0..strata {
                let start = piece.start + dt * f64::from(number);
                let part = Piece {
                    start,
                    end: start + dt,
                    ..*piece
                };
                let samples = f64::from(count / strata);
                visit(walk, index, edge, &Stratum { part, samples });
            }
        },
    );
}

/// Visits the nodes on the edges of the layers of a tile that are `wanted`.
fn for_each_node(
    renderer: &Renderer<'_>,
    tile: &Tile,
    wanted: impl Fn(u32) -> bool,
    mut visit: impl FnMut(u32, &Edge, &EdgeSample),
) {
    Walk::new(renderer, tile).for_each_piece(wanted, |walk, index, edge, piece| {
        walk.for_each_node(index, edge, piece, false, &mut |node| {
            visit(index, edge, &node)
        });
    });
}

/// A walk along the edges of a tile, piece by piece.
struct Walk<'a> {
    renderer: &'a Renderer<'a>,
    tile: &'a Tile,
    jumps: Jumps<'a>,
    crossings: Crossings,
    /// The slot of the edge that the walk is on, and where it is cut.
    slot: usize,
    cuts: Vec<f64>,
}

impl<'a> Walk<'a> {
    fn new(renderer: &'a Renderer<'a>, tile: &'a Tile) -> Self {
        Self {
            renderer,
            tile,
            jumps: Jumps::new(renderer, tile),
            crossings: Crossings::new(renderer, tile),
            slot: 0,
            cuts: Vec::new(),
        }
    }

    /// Visits the pieces of the edges of the layers that are `wanted`.
    fn for_each_piece(
        &mut self,
        wanted: impl Fn(u32) -> bool,
        mut visit: impl FnMut(&mut Self, u32, &Edge, &Piece),
    ) {
        let edges = self.renderer.grid().edges().list();
        let mut pieces = Vec::new();
        for (slot, layer) in self.tile.layers.iter().enumerate() {
            if !wanted(layer.layer) {
                continue;
            }
            self.slot = slot;
            let (outline, seams) = (self.tile.edges(layer), self.tile.seams(layer));
            for &index in outline.iter().chain(seams) {
                let edge = &edges[index as usize];
                pieces.clear();
                for_each_piece(edge, self.tile.rect, |piece| pieces.push(piece));
                if !pieces.is_empty() {
                    self.crossings.along(index, edge, &mut self.cuts);
                }
                for piece in &pieces {
                    visit(self, index, edge, piece);
                }
            }
        }
    }

    /// Returns what is known of the jump along a piece, if there is one.
    fn visible_piece(&mut self, index: u32, piece: &Piece) -> Option<VisiblePiece> {
        let edges = self.renderer.grid().edges();
        let (mut is_visible, mut is_broken) = (false, false);
        let mut before: Option<[f64; 4]> = None;
        for (start, end) in smooth_parts(piece, &self.cuts) {
            let middle = EdgePoint::new(edges, index, 0.5 * (start + end));
            let [first, last] = if self.jumps.enter(&middle, self.slot) {
                let edge = &edges.list()[index as usize];
                [start, end].map(|t| self.jumps.value(edge.at(t)))
            } else {
                [[0.0; 4]; 2]
            };
            let differs =
                |a: [f64; 4], b: [f64; 4]| a.iter().zip(b).any(|(a, b)| (a - b).abs() > NO_JUMP);
            is_visible |= differs(first, [0.0; 4]) || differs(last, [0.0; 4]);
            is_broken |= before.is_some_and(|before| differs(before, first));
            before = Some(last);
        }
        is_visible.then_some(VisiblePiece {
            index,
            pixel: piece.pixel,
            is_broken,
        })
    }

    /// Visits the nodes of a rule that integrates the jump, or its square, along a piece.
    fn for_each_node(
        &mut self,
        index: u32,
        edge: &Edge,
        piece: &Piece,
        squared: bool,
        visit: &mut impl FnMut(EdgeSample),
    ) {
        let filter = self.renderer.settings().filter;
        for (start, end) in smooth_parts(piece, &self.cuts) {
            let edges = self.renderer.grid().edges();
            let middle = EdgePoint::new(edges, index, 0.5 * (start + end));
            if !self.jumps.enter(&middle, self.slot) {
                continue;
            }
            let drawing = self.renderer.drawing();
            let degree =
                region::degree_of(drawing, self.tile, self.jumps.inside(), middle.position);
            let degree = 2 * kernel_degree(filter) + degree + 1;
            for &(s, weight) in rule(if squared { 2 * degree } else { degree }) {
                let t = start + s * (end - start);
                let p = edge.at(t);
                visit(EdgeSample {
                    t,
                    jump: self.jumps.value(p),
                    normal: middle.normal,
                    weight: weight * (end - start),
                    kernel: Kernel::new(filter, piece.pixel, p),
                });
            }
        }
    }
}

/// The parts of a piece between the cuts within it.
fn smooth_parts(piece: &Piece, cuts: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    let first = cuts.partition_point(|&t| t <= piece.start);
    let last = cuts.partition_point(|&t| t < piece.end);
    let inner = &cuts[first..last.max(first)];
    let starts = std::iter::once(piece.start).chain(inner.iter().copied());
    let ends = inner.iter().copied().chain([piece.end]);
    starts.zip(ends).filter(|(start, end)| start < end)
}

/// All that may cut the edges of a tile.
struct Crossings {
    edges: Vec<(u32, Chord)>,
    paints: Vec<Chord>,
    /// Whether filters have knots at pixel centres.
    half_pixels: bool,
    rect: PixelRect,
}

impl Crossings {
    fn new(renderer: &Renderer<'_>, tile: &Tile) -> Self {
        let edges = renderer.grid().edges();
        let chords = tile.all_edges().iter().map(|&index| {
            let edge = &edges.list()[index as usize];
            (index, Chord::of_paint(edge.a, edge.b))
        });
        Self {
            edges: chords.collect(),
            paints: region::paint_chords(renderer.drawing(), tile),
            half_pixels: cells_per_pixel(renderer.settings().filter) > 1,
            rect: tile.rect,
        }
    }

    /// Lists in order where along an edge something cuts it.
    fn along(&self, index: u32, edge: &Edge, cuts: &mut Vec<f64>) {
        cuts.clear();
        let others = self.edges.iter().filter(|(other, _)| *other != index);
        for chord in others.map(|(_, chord)| chord).chain(&self.paints) {
            cuts.extend(chord.crossing_along(edge.a, edge.b));
            cuts.extend(chord.ends_on(edge.a, edge.b, edge.coincidence));
        }
        if self.half_pixels {
            let rect = self.rect;
            push_half_pixels(edge.a.x, edge.b.x, rect.x0..rect.x1, cuts);
            push_half_pixels(edge.a.y, edge.b.y, rect.y0..rect.y1, cuts);
        }
        cuts.sort_unstable_by(f64::total_cmp);
    }
}

/// Adds the places in (0, 1) where a coordinate that goes from `a` to `b` passes the middle of one
/// of the pixels.
fn push_half_pixels(a: f64, b: f64, pixels: Range<i32>, cuts: &mut Vec<f64>) {
    let (low, high) = (a.min(b), a.max(b));
    let first = ((low - 0.5).floor() as i32).max(pixels.start);
    let last = ((high - 0.5).ceil() as i32).min(pixels.end - 1);
    for pixel in first..=last {
        let t = (f64::from(pixel) + 0.5 - a) / (b - a);
        if t > 0.0 && t < 1.0 {
            cuts.push(t);
        }
    }
}
