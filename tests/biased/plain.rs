//! A drawing, read in the plainest way: every edge of a layer tells what is inside, every layer is
//! composited. Nothing of tiles, covers, lists of near edges, orders of edges.

use std::ops::Range;

use glam::DVec2;
use reynolds::ad::{Dual, Scalar};
use reynolds::drawing::{Drawing, EdgePoint, Edges, over};
use reynolds::film::Image;
use reynolds::filter::Filter;
use reynolds::paint::color_at;
use reynolds::scene::{ParameterId, Scene};

use super::band_target::APART;

/// Edges of one layer are moved by this, times their number, to their + side: those that lie on one line
/// then have sides of their own, in the order that estimators put them in. It is large against rounding.
const EDGES_APART: f64 = 1e-10;
/// A step to either side of an edge: across it, and not across another on its line.
const ASIDE: f64 = 1e-11;

/// The largest number of parameters that derivatives are taken by at once.
pub const DIRECTIONS: usize = 8;
pub type Number = Dual<DIRECTIONS>;

pub struct Plain<'a> {
    pub drawing: &'a Drawing,
    /// The edges of the outline of each layer.
    pub outlines: Vec<Vec<Line>>,
    /// The lines along which paints jump.
    pub seams: Vec<Line>,
    /// For each layer a rectangle around its outline, and the groups that it is in, outermost first.
    bounds: Vec<[DVec2; 2]>,
    groups: Vec<Vec<usize>>,
}

/// An edge: the numbers of its vertices, where these are, and by how much it is moved aside.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub vertices: [usize; 2],
    pub ends: [DVec2; 2],
    step: DVec2,
}

impl Line {
    /// Returns the points on both sides of a place on it: to the left and to the right in a picture whose
    /// y grows downwards.
    pub fn sides(&self, t: f64) -> [DVec2; 2] {
        let [a, b] = self.ends;
        let right = (b - a).perp().normalize();
        [-ASIDE, ASIDE].map(|s| a.lerp(b, t) + self.step + s * right)
    }

    /// The axis that is nearer to its normal.
    pub fn ray(&self) -> Ray {
        let along = (self.ends[1] - self.ends[0]).abs();
        if along.x < along.y {
            Ray::Left
        } else {
            Ray::Up
        }
    }
}

/// Where edges are counted.
#[derive(Clone, Copy, Debug)]
pub enum Ray {
    Left,
    Up,
}

impl<'a> Plain<'a> {
    pub fn new(drawing: &'a Drawing) -> Self {
        let layout = &drawing.layout;
        let edges = Edges::new(drawing);
        // `last` is where a layer's seams begin, which stay on the jumps of its paint.
        let line = |last: usize, a: usize, b: usize| {
            let plus = EdgePoint::new(&edges, a as u32, 0.0).normal;
            let before = last.saturating_sub(a) as f64;
            Line {
                vertices: [a, b],
                ends: [a, b].map(|vertex| drawing.vertex(vertex)),
                step: -before * EDGES_APART * plus.normalize_or_zero(),
            }
        };
        let closed = |last: usize, range: &Range<usize>| -> Vec<Line> {
            let after = |i: usize| {
                if i + 1 < range.end {
                    i + 1
                } else {
                    range.start
                }
            };
            range.clone().map(|i| line(last, i, after(i))).collect()
        };
        let mut plain = Self {
            drawing,
            outlines: Vec::new(),
            seams: Vec::new(),
            bounds: Vec::new(),
            groups: Vec::new(),
        };
        for layer in layout.layers() {
            let contours = layout.contours()[layer.contours.clone()].iter();
            let seams = &layout.seams()[layer.seams.clone()];
            let last = seams
                .first()
                .map_or(layer.vertices.end, |seam| seam.vertices.start);
            let most = (last - layer.vertices.start) as f64 * EDGES_APART;
            assert!(
                most < APART,
                "edges of one layer are moved further than layers"
            );
            let lines: Vec<Line> = contours.flat_map(|contour| closed(last, contour)).collect();
            let starts = lines.iter().map(|line| line.ends[0]);
            let corner = [f64::INFINITY, f64::NEG_INFINITY].map(DVec2::splat);
            plain
                .bounds
                .push(starts.fold(corner, |[min, max], p| [min.min(p), max.max(p)]));
            plain.outlines.push(lines);
            let parent = |&group: &usize| layout.groups()[group].parent;
            let mut groups: Vec<usize> = std::iter::successors(layer.group, parent).collect();
            groups.reverse();
            plain.groups.push(groups);
            for seam in seams {
                let Range { start, end } = seam.vertices;
                if end - start > 2 {
                    plain.seams.extend(closed(last, &seam.vertices));
                } else {
                    plain.seams.push(line(last, start, end - 1));
                }
            }
        }
        plain
    }

    /// All edges and seams.
    pub fn lines(&self) -> impl Iterator<Item = Line> {
        self.outlines.iter().flatten().chain(&self.seams).copied()
    }

    pub fn layer_count(&self) -> usize {
        self.outlines.len()
    }

    /// Counts the edges that a ray from a point crosses.
    pub fn is_inside(&self, layer: usize, p: DVec2, ray: Ray) -> bool {
        let [min, max] = self.bounds[layer];
        if p.cmplt(min - 1.0).any() || p.cmpgt(max + 1.0).any() {
            return false;
        }
        let turned = |v: DVec2| match ray {
            Ray::Left => v,
            Ray::Up => v.perp(),
        };
        let p = turned(p);
        let mut winding = 0;
        for line in &self.outlines[layer] {
            let ([a, b], step) = (line.ends.map(turned), turned(line.step));
            if (a.y <= p.y) != (b.y <= p.y) {
                let (sign, side) = if a.y < b.y { (-1, -1.0) } else { (1, 1.0) };
                if side * (b - a).perp_dot(p - a - step) > 0.0 {
                    winding += sign;
                }
            }
        }
        self.drawing.layout.layers()[layer].rule.is_inside(winding)
    }

    /// Composites all layers over the background, each times its coverage.
    pub fn composite<S: Scalar>(
        &self,
        variables: &[S],
        p: DVec2,
        coverages: &[Option<S>],
    ) -> [S; 4] {
        let layout = &self.drawing.layout;
        let background = layout.background();
        let mut below: [S; 4] = std::array::from_fn(|c| variables[background + c]);
        let mut open: Vec<(usize, [S; 4])> = Vec::new();
        let close = |open: &mut Vec<(usize, [S; 4])>, below: &mut [S; 4]| {
            let (group, outside) = open.pop().expect("a group is open");
            let opacity = variables[layout.groups()[group].opacity];
            *below = over(below.map(|channel| channel * opacity), outside);
        };
        for (number, coverage) in coverages.iter().enumerate() {
            let Some(coverage) = *coverage else { continue };
            let groups = &self.groups[number];
            while open
                .iter()
                .map(|(group, _)| group)
                .ne(groups.iter().take(open.len()))
            {
                close(&mut open, &mut below);
            }
            for &group in &groups[open.len()..] {
                open.push((group, below));
                below = [S::constant(0.0); 4];
            }
            let layer = &layout.layers()[number];
            let color = color_at(layer.paint, &variables[layer.coefficients.clone()], p);
            below = over(color.map(|channel| channel * coverage), below);
        }
        while !open.is_empty() {
            close(&mut open, &mut below);
        }
        below
    }

    /// The colour at a point.
    pub fn color(&self, p: DVec2, ray: Ray) -> [f64; 4] {
        let inside = |layer| self.is_inside(layer, p, ray).then_some(1.0);
        let coverages: Vec<Option<f64>> = (0..self.layer_count()).map(inside).collect();
        self.composite(&self.drawing.variables, p, &coverages)
    }
}

/// Returns the drawing variables with their derivatives by some parameters.
pub fn derived(drawing: &Drawing, scene: &Scene, wanted: &[ParameterId]) -> Vec<Number> {
    assert!(wanted.len() <= DIRECTIONS);
    let lift = |&value: &f64| Number::new(value, [0.0; DIRECTIONS]);
    let mut variables: Vec<Number> = drawing.variables.iter().map(lift).collect();
    for (direction, &id) in wanted.iter().enumerate() {
        let tangents = drawing.layout.push_forward(scene, &[(id, 1.0)]);
        for (variable, tangent) in variables.iter_mut().zip(tangents) {
            variable.tangent[direction] = tangent;
        }
    }
    variables
}

/// Returns `Σ_q w_q k(p − x_q)` over all pixels q, channel by channel.
pub fn gather(weights: &Image, filter: Filter, p: DVec2) -> [f64; 4] {
    let columns = reached(p.x, filter, weights.width());
    let rows = reached(p.y, filter, weights.height());
    let mut sum = [0.0; 4];
    for (y, along_y) in rows {
        for &(x, along_x) in &columns {
            for (sum, w) in sum.iter_mut().zip(weights.pixel(x, y)) {
                *sum += along_x * along_y * w;
            }
        }
    }
    sum
}

/// The pixels along an axis that have weight at a place, with it.
fn reached(place: f64, filter: Filter, count: usize) -> Vec<(usize, f64)> {
    let first = (place - filter.radius() - 0.5).floor().max(0.0);
    let last = (place + filter.radius()).ceil().max(0.0);
    let pixels = first as usize..(last as usize).min(count);
    let weight = |pixel: usize| (pixel, filter.weight(place - (pixel as f64 + 0.5)));
    pixels
        .map(weight)
        .filter(|(_, weight)| *weight != 0.0)
        .collect()
}

pub fn dot(a: [f64; 4], b: [f64; 4]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
