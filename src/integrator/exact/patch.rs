use glam::DVec2;

use super::faces::Windings;
use super::region::{self, Line};
use crate::drawing::{Drawing, Edge, EdgePoint, Edges, Tile};

/// An edge that comes near a patch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near<'a> {
    /// Its place among the edges that come near the tile.
    pub(super) number: usize,
    /// Its index among all edges.
    pub(super) index: u32,
    /// The slot of its layer.
    pub(super) slot: usize,
    pub(super) edge: &'a Edge,
}

/// A pixel or a part of one, with all that is needed to walk along the edges in it.
///
/// The winding numbers of one point of it are known, those of any other follow from the edges that
/// are crossed on the way there. All of them are near, since the way does not leave the patch. It
/// has one corner; both lines that meet there pass no special place, so that there is no edge of
/// which rounding could say that it is crossed on both or on neither.
#[derive(Clone, Debug)]
pub(super) struct Patch<'a> {
    pub(super) min: DVec2,
    pub(super) max: DVec2,
    /// The edges of outlines that come within rounding errors of it.
    pub(super) outlines: Vec<Near<'a>>,
    /// The edges of seams that do.
    pub(super) seams: Vec<Near<'a>>,
    /// The lines along which paints are not smooth.
    pub(super) lines: Vec<Line>,
    /// What counts as near: more than the distance at which edges coincide.
    margin: f64,
    /// The point whose winding numbers are known, and these.
    start: DVec2,
    windings: Windings,
}

/// Where the start of a patch is in it: nothing in a scene is likely to be there.
/// In particular it is on neither diagonal.
const START: DVec2 = DVec2::new(0.585_786_437_626_905, 0.321_928_094_887_362);
/// A patch with more edges and lines than this is cut into four.
const MANY: usize = 12;

impl<'a> Patch<'a> {
    /// Computes the winding numbers of a point of the patch that lies on an edge: on its − side
    /// for its own layer; with coincident edges in the order of [`EdgePoint`].
    pub(super) fn windings_beside(&self, point: &EdgePoint, own: &Near, windings: &mut Windings) {
        windings.copy_from(&self.windings);
        let (start, end) = (self.start, point.position);
        for near in &self.outlines {
            let edge = near.edge;
            let coincidence = edge.coincidence.max(own.edge.coincidence);
            let is_own = near.index == own.index;
            let change = if point.is_steep() {
                let passed = |edge_x: f64| {
                    if is_own || (end.x - edge_x).abs() <= coincidence {
                        point.is_beyond(near.index, point.normal.x)
                    } else {
                        end.x >= edge_x
                    }
                };
                let last = if is_own || edge.spans_y(end.y) {
                    let edge_x = if is_own { end.x } else { edge.x_at(end.y) };
                    edge.winding_along_x() * step(start.x >= edge_x, passed(edge_x))
                } else {
                    0
                };
                down(edge, start.x, start.y, end.y) + last
            } else {
                let passed = |edge_y: f64| {
                    if is_own || (end.y - edge_y).abs() <= coincidence {
                        point.is_beyond(near.index, point.normal.y)
                    } else {
                        end.y > edge_y
                    }
                };
                let last = if is_own || edge.spans_x(end.x) {
                    let edge_y = if is_own { end.y } else { edge.y_at(end.x) };
                    edge.winding_along_y() * step(start.y > edge_y, passed(edge_y))
                } else {
                    0
                };
                right(edge, start.y, start.x, end.x) + last
            };
            if change != 0 {
                windings.add(near.slot, change);
            }
        }
    }

    /// Cuts the patch into four. There is no way to do it where it leaves most edges together.
    pub(super) fn quarters(&self) -> Option<[Self; 4]> {
        let count = self.outlines.len() + self.lines.len();
        if count <= MANY {
            return None;
        }
        let (min, max) = (self.min, self.max);
        let middle = 0.5 * (min + max);
        let quarters = [
            (min, middle),
            (DVec2::new(middle.x, min.y), DVec2::new(max.x, middle.y)),
            (DVec2::new(min.x, middle.y), DVec2::new(middle.x, max.y)),
            (middle, max),
        ]
        .map(|(min, max)| self.part(min, max));
        let separates = |part: &Self| 10 * (part.outlines.len() + part.lines.len()) < 9 * count;
        quarters.iter().all(separates).then_some(quarters)
    }

    fn part(&self, min: DVec2, max: DVec2) -> Self {
        let near = |[a, b]: Line| touches(a, b, min - self.margin, max + self.margin);
        let near_edge = |list: &[Near<'a>]| -> Vec<Near<'a>> {
            let all = list.iter();
            all.filter(|n| near([n.edge.a, n.edge.b]))
                .copied()
                .collect()
        };
        let start = min + START * (max - min);
        let mut windings = self.windings.clone();
        for near in &self.outlines {
            let change = down(near.edge, self.start.x, self.start.y, start.y)
                + right(near.edge, start.y, self.start.x, start.x);
            windings.add(near.slot, change);
        }
        Self {
            min,
            max,
            outlines: near_edge(&self.outlines),
            seams: near_edge(&self.seams),
            lines: self.lines.iter().copied().filter(|&l| near(l)).collect(),
            margin: self.margin,
            start,
            windings,
        }
    }
}

/// What the way down (or up) from one height to another at `x` adds to the winding number.
fn down(edge: &Edge, x: f64, from: f64, to: f64) -> i32 {
    if !edge.spans_x(x) {
        return 0;
    }
    let y = edge.y_at(x);
    edge.winding_along_y() * step(from > y, to > y)
}

/// What the way to the right (or left) at height `y` adds to the winding number.
fn right(edge: &Edge, y: f64, from: f64, to: f64) -> i32 {
    if !edge.spans_y(y) {
        return 0;
    }
    let x = edge.x_at(y);
    edge.winding_along_x() * step(from >= x, to >= x)
}

fn step(before: bool, after: bool) -> i32 {
    i32::from(after) - i32::from(before)
}

/// Tells whether a segment may touch a rectangle; never no if it does.
fn touches(a: DVec2, b: DVec2, min: DVec2, max: DVec2) -> bool {
    if a.max(b).cmplt(min).any() || a.min(b).cmpgt(max).any() {
        return false;
    }
    // All corners on one side of the line, by more than rounding?
    let direction = b - a;
    let (center, half) = (0.5 * (min + max), 0.5 * (max - min));
    let distance = direction.perp_dot(center - a).abs();
    let reach = direction.x.abs() * half.y + direction.y.abs() * half.x;
    let slack = 1e-12 * direction.abs().max_element() * center.abs().max_element().max(1.0);
    distance <= reach + slack
}

/// The pixels of a tile as patches.
pub(super) struct Patches<'a> {
    tile: &'a Tile,
    edges: Vec<Near<'a>>,
    lines: Vec<Line>,
    /// For each pixel the numbers of edges, then of lines, near it.
    near: Lists,
    near_lines: Lists,
    /// For each row the crossings of the line through the starts of its patches: place, slot,
    /// change.
    crossings: Vec<Vec<(f64, usize, i32)>>,
    margin: f64,
    windings: Windings,
}

impl<'a> Patches<'a> {
    pub(super) fn new(drawing: &Drawing, tile: &'a Tile, edges: &'a Edges) -> Self {
        let mut list = Vec::new();
        for (slot, layer) in tile.layers.iter().enumerate() {
            for &index in tile.edges(layer).iter().chain(tile.seams(layer)) {
                let (number, edge) = (list.len(), &edges.list()[index as usize]);
                list.push(Near {
                    number,
                    index,
                    slot,
                    edge,
                });
            }
        }
        let coincidence = list.iter().map(|near| near.edge.coincidence);
        let margin = 2.0 * coincidence.fold(0.0, f64::max);
        let lines = region::paint_lines(drawing, tile);
        let mut crossings = vec![Vec::new(); tile.rect.height()];
        for near in list.iter().filter(|near| near.edge.seam.is_none()) {
            let (low, high) = (
                near.edge.a.y.min(near.edge.b.y),
                near.edge.a.y.max(near.edge.b.y),
            );
            let first = (low.floor() as i32).max(tile.rect.y0);
            let last = (high.floor() as i32).min(tile.rect.y1 - 1);
            for row in first..=last {
                let y = f64::from(row) + START.y;
                if near.edge.spans_y(y) {
                    let (x, winding) = (near.edge.x_at(y), near.edge.winding_along_x());
                    crossings[(row - tile.rect.y0) as usize].push((x, near.slot, winding));
                }
            }
        }
        for row in &mut crossings {
            row.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        let near = list.iter().map(|near| [near.edge.a, near.edge.b]);
        Self {
            near: Lists::new(tile, margin, near),
            near_lines: Lists::new(tile, margin, lines.iter().copied()),
            tile,
            edges: list,
            lines,
            crossings,
            margin,
            windings: Windings::new(drawing, tile),
        }
    }

    /// Returns how many edges come near the tile.
    pub(super) fn edges(&self) -> &[Near<'a>] {
        &self.edges
    }

    /// Visits the pixels that have an edge which is `wanted`.
    pub(super) fn for_each_pixel(
        &self,
        wanted: impl Fn(&Near<'_>) -> bool,
        mut visit: impl FnMut((i32, i32), &Patch<'a>),
    ) {
        let rect = self.tile.rect;
        let mut patch = Patch {
            min: DVec2::ZERO,
            max: DVec2::ZERO,
            outlines: Vec::new(),
            seams: Vec::new(),
            lines: Vec::new(),
            margin: self.margin,
            start: DVec2::ZERO,
            windings: self.windings.clone(),
        };
        let empty = patch.windings.clone();
        for (row, crossings) in (rect.y0..).zip(&self.crossings) {
            patch.windings.copy_from(&empty);
            let y = f64::from(row) + START.y;
            for (slot, layer) in self.tile.layers.iter().enumerate() {
                patch
                    .windings
                    .add(slot, self.tile.surround(layer).winding_left_of(y));
            }
            let mut crossings = crossings.iter().peekable();
            for column in rect.x0..rect.x1 {
                let min = DVec2::new(f64::from(column), f64::from(row));
                let start = min + START;
                while let Some(&(_, slot, change)) = crossings.next_if(|c| c.0 <= start.x) {
                    patch.windings.add(slot, change);
                }
                let pixel = (row - rect.y0) as usize * rect.width() + (column - rect.x0) as usize;
                let near = self.near.of(pixel);
                if !near.iter().any(|&n| wanted(&self.edges[n as usize])) {
                    continue;
                }
                (patch.min, patch.max, patch.start) = (min, min + 1.0, start);
                patch.outlines.clear();
                patch.seams.clear();
                patch.lines.clear();
                for &number in near {
                    let near = self.edges[number as usize];
                    if near.edge.seam.is_none() {
                        patch.outlines.push(near);
                    } else {
                        patch.seams.push(near);
                    }
                }
                let lines = self.near_lines.of(pixel).iter();
                patch.lines.extend(lines.map(|&n| self.lines[n as usize]));
                visit((column, row), &patch);
            }
        }
    }
}

/// For each pixel of a tile the segments that come near it, in order.
struct Lists {
    starts: Vec<usize>,
    numbers: Vec<u32>,
}

impl Lists {
    fn new(tile: &Tile, margin: f64, segments: impl Iterator<Item = Line>) -> Self {
        let rect = tile.rect;
        let count = rect.width() * rect.height();
        let mut pairs = Vec::new();
        for (number, [a, b]) in segments.enumerate() {
            let (top, bottom) = if a.y <= b.y { (a, b) } else { (b, a) };
            let first = ((top.y - margin).floor() as i32).max(rect.y0);
            let last = ((bottom.y + margin).floor() as i32).min(rect.y1 - 1);
            for row in first..=last {
                let y0 = f64::from(row) - margin;
                let y1 = f64::from(row) + 1.0 + margin;
                let x_at = |y: f64| top.x + (y - top.y) * ((bottom.x - top.x) / (bottom.y - top.y));
                let p = if y0 > top.y { x_at(y0) } else { top.x };
                let q = if y1 < bottom.y { x_at(y1) } else { bottom.x };
                let start = ((p.min(q) - margin).floor() as i32).max(rect.x0);
                let end = ((p.max(q) + margin).floor() as i32).min(rect.x1 - 1);
                let row_start = (row - rect.y0) as usize * rect.width();
                for column in start..=end {
                    let pixel = row_start + (column - rect.x0) as usize;
                    pairs.push((pixel as u32, number as u32));
                }
            }
        }
        let mut starts = vec![0; count + 1];
        for &(pixel, _) in &pairs {
            starts[pixel as usize + 1] += 1;
        }
        for pixel in 0..count {
            starts[pixel + 1] += starts[pixel];
        }
        let mut next = starts.clone();
        let mut numbers = vec![0; pairs.len()];
        for (pixel, number) in pairs {
            numbers[next[pixel as usize]] = number;
            next[pixel as usize] += 1;
        }
        Self { starts, numbers }
    }

    fn of(&self, pixel: usize) -> &[u32] {
        &self.numbers[self.starts[pixel]..self.starts[pixel + 1]]
    }
}
