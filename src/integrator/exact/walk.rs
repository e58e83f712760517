use glam::DVec2;

use super::area::{cells_per_pixel, kernel_degree};
use super::faces::Windings;
use super::jump::Jumps;
use super::patch::{Near, Patch, Patches};
use super::quadrature::rule;
use crate::drawing::{Edge, EdgePoint, Edges, Tile};
use crate::filter::Filter;
use crate::integrator::Renderer;
use crate::integrator::edge_sample::EdgeSample;
use crate::integrator::splat::Kernel;

/// A walk along the edges of a tile, pixel by pixel, and in each edge by edge in parts along which
/// the jump is one smooth function.
pub(super) struct Walk<'a> {
    edges: &'a Edges,
    filter: Filter,
    patches: Patches<'a>,
    jumps: Jumps<'a>,
    windings: Windings,
    cuts: Vec<f64>,
}

/// A part of an edge along which the jump is one smooth function.
pub(super) struct Part<'a> {
    pub(super) near: Near<'a>,
    pub(super) pixel: (i32, i32),
    /// Where it starts and ends along the edge.
    pub(super) range: (f64, f64),
    /// From − to +, as long as the edge.
    normal: DVec2,
    /// The degree of the integrand.
    degree: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(renderer: &'a Renderer<'a>, tile: &'a Tile) -> Self {
        let (drawing, edges) = (renderer.drawing(), renderer.grid().edges());
        Self {
            edges,
            filter: renderer.settings().filter,
            patches: Patches::new(drawing, tile, edges),
            jumps: Jumps::new(renderer, tile),
            windings: Windings::new(drawing, tile),
            cuts: Vec::new(),
        }
    }

    /// Returns the edges that come near the tile; those of parts are numbered by them.
    pub(super) fn edges(&self) -> &[Near<'a>] {
        self.patches.edges()
    }

    /// Visits the parts of the edges that are `wanted`.
    pub(super) fn for_each_part(
        self,
        wanted: impl Fn(&Near<'_>) -> bool,
        mut visit: impl FnMut(&mut Jumps<'a>, &Part<'a>),
    ) {
        self.for_each_step(wanted, |step| {
            if let Step::Part(jumps, part) = step {
                visit(jumps, part);
            }
        });
    }

    /// The same; tells ends of pixels too.
    pub(super) fn for_each_step(
        self,
        wanted: impl Fn(&Near<'_>) -> bool,
        mut visit: impl FnMut(Step<'_, 'a>),
    ) {
        let mut walker = Walker {
            edges: self.edges,
            filter: self.filter,
            jumps: self.jumps,
            windings: self.windings,
            cuts: self.cuts,
            wanted: &wanted,
            visit: &mut visit,
        };
        self.patches.for_each_pixel(&wanted, |pixel, patch| {
            walker.walk(pixel, patch);
            (walker.visit)(Step::EndOfPixel);
        });
    }
}

/// A step of a walk.
pub(super) enum Step<'s, 'a> {
    /// Along a part of an edge.
    Part(&'s mut Jumps<'a>, &'s Part<'a>),
    /// Out of a pixel.
    EndOfPixel,
}

/// What a walk needs on its way.
struct Walker<'a, 'b, W, V> {
    edges: &'a Edges,
    filter: Filter,
    jumps: Jumps<'a>,
    windings: Windings,
    cuts: Vec<f64>,
    wanted: &'b W,
    visit: &'b mut V,
}

impl<'a, W, V> Walker<'a, '_, W, V>
where
    W: Fn(&Near<'_>) -> bool,
    V: FnMut(Step<'_, 'a>),
{
    /// Walks along the edges of a patch of a pixel, in quarters if there are many.
    fn walk(&mut self, pixel: (i32, i32), patch: &Patch<'a>) {
        if let Some(quarters) = patch.quarters() {
            for quarter in &quarters {
                self.walk(pixel, quarter);
            }
            return;
        }
        for near in patch.outlines.iter().chain(&patch.seams) {
            if (self.wanted)(near)
                && let Some((start, end)) = piece(near.edge, patch.min, patch.max)
            {
                self.walk_along(pixel, patch, near, (start, end));
            }
        }
    }

    fn walk_along(
        &mut self,
        pixel: (i32, i32),
        patch: &Patch<'a>,
        near: &Near<'a>,
        (start, end): (f64, f64),
    ) {
        self.collect_cuts(pixel, patch, near, (start, end));
        for i in 1..self.cuts.len() {
            let (start, end) = (self.cuts[i - 1], self.cuts[i]);
            if start >= end {
                continue;
            }
            let middle = EdgePoint::new(self.edges, near.index, 0.5 * (start + end));
            patch.windings_beside(&middle, near, &mut self.windings);
            let half = 0.5 * (end - start) * near.edge.direction().length();
            let entered = self.jumps.enter(&middle, half, near, &self.windings, patch);
            if let Some(degree) = entered {
                let part = Part {
                    near: *near,
                    pixel,
                    range: (start, end),
                    normal: middle.normal,
                    degree: 2 * kernel_degree(self.filter) + degree + 1,
                };
                (self.visit)(Step::Part(&mut self.jumps, &part));
            }
        }
    }

    /// Lists in order the ends of a piece of an edge and where something cuts it in between:
    /// another edge, an end of one, a line of a paint, a knot of the filter.
    fn collect_cuts(
        &mut self,
        pixel: (i32, i32),
        patch: &Patch<'a>,
        near: &Near<'a>,
        (start, end): (f64, f64),
    ) {
        let cuts = &mut self.cuts;
        cuts.clear();
        cuts.extend([start, end]);
        let mut add = |t: f64| {
            if start < t && t < end {
                cuts.push(t);
            }
        };
        let edge = near.edge;
        let others = patch.outlines.iter().filter(|o| o.index != near.index);
        let others = others.map(|other| [other.edge.a, other.edge.b]);
        for other in others.chain(patch.lines.iter().copied()) {
            meetings(edge, other, &mut add);
        }
        if cells_per_pixel(self.filter) > 1 {
            let (x, y) = (f64::from(pixel.0) + 0.5, f64::from(pixel.1) + 0.5);
            passage(edge.a.x, edge.b.x, x)
                .into_iter()
                .for_each(&mut add);
            passage(edge.a.y, edge.b.y, y)
                .into_iter()
                .for_each(&mut add);
        }
        self.cuts.sort_unstable_by(f64::total_cmp);
    }
}

impl Part<'_> {
    /// Visits the nodes of a rule that integrates the jump, or its square, from one place to
    /// another within the part.
    pub(super) fn for_each_node(
        &self,
        jumps: &mut Jumps<'_>,
        filter: Filter,
        (start, end): (f64, f64),
        squared: bool,
        mut visit: impl FnMut(EdgeSample),
    ) {
        let degree = if squared {
            2 * self.degree
        } else {
            self.degree
        };
        for &(s, weight) in rule(degree) {
            let t = start + s * (end - start);
            let p = self.near.edge.at(t);
            visit(EdgeSample {
                t,
                jump: jumps.value(p),
                normal: self.normal,
                weight: weight * (end - start),
                kernel: Kernel::new(filter, self.pixel, p),
            });
        }
    }
}

/// The part of an edge in a rectangle without its right and lower border. Neighbouring rectangles
/// cut an edge at the same number, so nothing is lost or counted twice.
pub(super) fn piece(edge: &Edge, min: DVec2, max: DVec2) -> Option<(f64, f64)> {
    let (a, b) = (edge.a, edge.b);
    let mut cuts = [0.0, 1.0, 1.0, 1.0, 1.0, 1.0];
    let passages = [
        passage(a.x, b.x, min.x),
        passage(a.x, b.x, max.x),
        passage(a.y, b.y, min.y),
        passage(a.y, b.y, max.y),
    ];
    for (cut, t) in cuts[1..].iter_mut().zip(passages) {
        *cut = t.unwrap_or(1.0);
    }
    cuts.sort_unstable_by(f64::total_cmp);
    let pairs = cuts.windows(2).map(|pair| (pair[0], pair[1]));
    let mut inside = pairs.filter(|(start, end)| {
        let middle = 0.5 * (start + end);
        let is_past = |corner: DVec2| {
            let [x, y] = [(a.x, b.x, corner.x), (a.y, b.y, corner.y)]
                .map(|(a, b, line)| is_past(a, b, line, middle));
            (x, y)
        };
        start < end && is_past(min) == (true, true) && is_past(max) == (false, false)
    });
    // Through a corner, rounding may leave a second pair of no length to speak of.
    let (start, end) = inside.next()?;
    Some((start, inside.next_back().map_or(end, |(_, end)| end)))
}

/// Where in (0, 1) a coordinate that goes from `a` to `b` passes a line, if it does.
fn passage(a: f64, b: f64, line: f64) -> Option<f64> {
    if (a <= line) == (b <= line) && (a >= line) == (b >= line) {
        return None;
    }
    let t = (line - a) / (b - a);
    (t > 0.0 && t < 1.0).then_some(t)
}

/// Tells whether a coordinate that goes from `a` to `b` is on a line or past it at `t`, which is neither
/// an end nor where it passes. The coordinate there is not asked: it may be rounded onto the line.
fn is_past(a: f64, b: f64, line: f64, t: f64) -> bool {
    match (a >= line && b >= line, a <= line && b <= line) {
        (true, _) => true,
        (false, true) => false,
        (false, false) => (t < (line - a) / (b - a)) == (a > line),
    }
}

/// Visits the places along an edge where it crosses a segment or where an end of that lies on it,
/// up to rounding.
fn meetings(edge: &Edge, [p, q]: [DVec2; 2], visit: &mut impl FnMut(f64)) {
    let d = edge.direction();
    let (from_p, from_q) = (p - edge.a, q - edge.a);
    let (side_p, side_q) = (d.perp_dot(from_p), d.perp_dot(from_q));
    let squared = d.length_squared();
    let slack = edge.coincidence * squared.sqrt();
    if side_p.min(side_q) > slack || side_p.max(side_q) < -slack {
        return;
    }
    for (side, offset) in [(side_p, from_p), (side_q, from_q)] {
        if side.abs() <= slack {
            visit(offset.dot(d) / squared);
        }
    }
    if (side_p < 0.0) != (side_q < 0.0) {
        let e = q - p;
        visit(from_p.perp_dot(e) / d.perp_dot(e));
    }
}
