//! Sorts the edges of one layer into the pixels of a tile.
//!
//! In the row of pixels with the upper border Y, an edge left of a pixel adds `[y ≥ b.y] − [y ≥ a.y]`
//! to the winding numbers of its points. The part that is the same for all of the row, `[Y ≥ b.y] −
//! [Y ≥ a.y]`, goes to the base numbers of the pixels right of the edge. What remains are the
//! vertices within the row where the contour passes from left to near or back: walls. A neighbour
//! that is not in the tile's list lies wholly left or wholly right of the tile.

use std::mem::take;
use std::ops::Range;

use glam::DVec2;

use super::piece::floor;
use super::whole_run::WholeRun;
use super::{Cover, Edge, Tile, TileLayer, Wall};
use crate::scene::FillRule;

/// Memory for one layer at a time, to build covers.
#[derive(Debug, Default)]
pub struct LayerCells {
    rows: usize,
    columns: usize,
    /// The corner of the tile.
    x0: f64,
    y0: f64,
    /// The winding number of each row at the left border of the tile.
    bases: Vec<i32>,
    /// For each row, changes of the base number from pixel to pixel; one more than there are
    /// columns.
    steps: Vec<i32>,
    /// For each row, the first and one past the last column that an edge is near, or has its walls.
    spans: Vec<(u32, u32)>,
    /// For each pixel the number of its near edges and that of its walls, then where the next of them
    /// go.
    counts: Vec<[u32; 2]>,
    /// Near edges with their pixels.
    near: Vec<(u32, Stretch)>,
    /// Walls with their pixels.
    walls: Vec<(u32, Wall)>,
    /// The ends of runs of edges that follow each other in the list.
    starts: Vec<RunEnd>,
    stops: Vec<RunEnd>,
}

/// Edges that follow each other in the list of the layer.
type Stretch = Range<u32>;

/// A pixel of the tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pixel {
    row: usize,
    column: usize,
}

/// The pixel of a vertex, if it is in one and near no other.
type Place = Option<Pixel>;

/// The first or the last vertex of a run.
#[derive(Clone, Copy, Debug)]
struct RunEnd {
    /// The first edge of the run, or the edge that follows the last one.
    edge: u32,
    /// The vertex.
    vertex: DVec2,
    /// From which column on its edge in the run is left, in the vertex's row.
    end: u32,
    /// Whether the run is joined to the one before it on the contour.
    is_joined: bool,
}

impl LayerCells {
    /// Sorts the edges of a layer.
    pub(super) fn sort_edges(&mut self, edges: &[Edge], tile: &Tile, layer: &TileLayer) {
        self.reset(tile, layer);
        let list = tile.edges(layer);
        let mut run: Option<RunEnd> = None;
        let (mut place, mut coincidence) = (None, 0.0);
        let mut position = 0;
        while position < list.len() {
            let index = list[position];
            let first = &edges[index as usize];
            let follows = run.is_some_and(|previous| previous.edge == index);
            if !follows || first.coincidence > coincidence {
                place = self.place_of(first.a, first.coincidence);
            }
            let (stretch, [start, end], to) = self.sort_stretch(edges, list, position, place);
            if let Some(previous) = run.filter(|_| follows) {
                self.add_wall(first.a.y, previous.end, start);
            } else {
                self.stops.extend(run);
                self.starts.push(RunEnd {
                    edge: index,
                    vertex: first.a,
                    end: start,
                    is_joined: false,
                });
            }
            position = stretch.end as usize;
            let last = &edges[list[position - 1] as usize];
            (place, coincidence) = (to, last.coincidence);
            run = Some(RunEnd {
                edge: last.next,
                vertex: last.b,
                end,
                is_joined: false,
            });
        }
        self.stops.extend(run);
        self.join_runs();
    }

    fn reset(&mut self, tile: &Tile, layer: &TileLayer) {
        (self.rows, self.columns) = (tile.rect.height(), tile.rect.width());
        (self.x0, self.y0) = (f64::from(tile.rect.x0), f64::from(tile.rect.y0));
        let (rows, columns) = (self.rows, self.columns);
        self.bases.clear();
        let left = tile.surround(layer);
        self.bases
            .extend((0..rows).map(|row| left.winding_left_of(self.y0 + row as f64)));
        self.steps.resize(rows * (columns + 1), 0);
        self.spans.clear();
        self.spans.resize(rows, (u32::MAX, 0));
        self.counts.resize(rows * columns, [0; 2]);
        self.near.clear();
        self.walls.clear();
        self.starts.clear();
        self.stops.clear();
    }

    /// Notes where an edge is near and where it is left, and the edges after it that are within the
    /// same pixel: nothing happens at the vertices between them. Returns these edges, from which column
    /// on the first and the last are left, in the rows of the outer vertices, and the place of the last
    /// vertex, given that of the first.
    fn sort_stretch(
        &mut self,
        edges: &[Edge],
        list: &[u32],
        start: usize,
        from: Place,
    ) -> (Stretch, [u32; 2], Place) {
        let mut last = &edges[list[start] as usize];
        let mut end = start + 1;
        let to = self.place_of(last.b, last.coincidence);
        let stretch = start as u32..end as u32;
        let (Some(a), Some(b)) = (from, to) else {
            let ends = self.sort_edge(last, &stretch);
            return (stretch, ends, to);
        };
        if a != b {
            let ends = if a.row == b.row || a.column == b.column {
                self.sort_straight(a, b, &stretch)
            } else {
                self.sort_edge(last, &stretch)
            };
            return (stretch, ends, to);
        }
        let inner = self.inner(a, last.coincidence);
        while let Some(&index) = list.get(end)
            && last.next == index
            && inner.contains(edges[index as usize].b)
        {
            last = &edges[index as usize];
            end += 1;
        }
        let stretch = start as u32..end as u32;
        self.add_near(a.row, a.column, &stretch);
        self.widen(a.row, a.column, a.column + 1);
        (stretch, [a.column as u32 + 1; 2], to)
    }

    /// Sorts an edge between pixels of one row or of one column.
    fn sort_straight(&mut self, a: Pixel, b: Pixel, stretch: &Stretch) -> [u32; 2] {
        let (start, end) = (a.column.min(b.column), a.column.max(b.column) + 1);
        let (first, last) = (a.row.min(b.row), a.row.max(b.row));
        for row in first..=last {
            for column in start..end {
                self.add_near(row, column, stretch);
            }
            self.widen(row, start, end);
            if row > first {
                // It passes the upper border of the row.
                self.steps[row * (self.columns + 1) + end] += if a.row > b.row { 1 } else { -1 };
            }
        }
        [end as u32; 2]
    }

    /// Notes where any edge is near and where it is left;
    /// returns from which column on it is left in the rows of its two vertices.
    fn sort_edge(&mut self, edge: &Edge, stretch: &Stretch) -> [u32; 2] {
        let margin = edge.coincidence;
        let (low, high) = (edge.a.min(edge.b), edge.a.max(edge.b));
        let first = below(low.y - margin - self.y0, self.rows);
        let last = below(high.y + margin - self.y0 + 1.0, self.rows);
        let vertex_rows = [edge.a.y, edge.b.y].map(|y| self.row_of(y));
        let mut ends = [self.columns as u32; 2];
        for row in first..last {
            let y = self.y0 + row as f64;
            let (start, end) = self.columns_of(edge, y, margin, low, high);
            for column in start..end {
                self.add_near(row, column, stretch);
            }
            let step = i32::from(edge.b.y <= y) - i32::from(edge.a.y <= y);
            self.steps[row * (self.columns + 1) + end] += step;
            self.widen(row, start, end);
            for (result, vertex_row) in ends.iter_mut().zip(vertex_rows) {
                if vertex_row == row {
                    *result = end as u32;
                }
            }
        }
        ends
    }

    /// The row that a height is in; no row of the tile above or below it. A difference of heights may
    /// be rounded to a border between rows, their whole parts are exact.
    fn row_of(&self, y: f64) -> usize {
        (i64::from(floor(y)) - self.y0 as i64) as usize
    }

    /// The pixel of a point that comes near no other pixel.
    fn place_of(&self, p: DVec2, coincidence: f64) -> Place {
        let (x, y) = (p.x - self.x0, p.y - self.y0);
        let (row, column) = (y as i32 as usize, x as i32 as usize);
        let pixel = Pixel { row, column };
        let is_there = (row < self.rows) & (column < self.columns);
        (is_there && self.inner(pixel, coincidence).contains(p)).then_some(pixel)
    }

    /// The part of a pixel whose points are near no other.
    fn inner(&self, pixel: Pixel, coincidence: f64) -> Inner {
        let corner = DVec2::new(self.x0 + pixel.column as f64, self.y0 + pixel.row as f64);
        let margin = 2.0 * coincidence;
        Inner {
            low: corner + margin,
            high: corner + (1.0 - margin),
        }
    }

    fn add_near(&mut self, row: usize, column: usize, stretch: &Stretch) {
        let pixel = row * self.columns + column;
        self.near.push((pixel as u32, stretch.clone()));
        self.counts[pixel][0] += stretch.end - stretch.start;
    }

    fn widen(&mut self, row: usize, start: usize, end: usize) {
        let span = &mut self.spans[row];
        *span = (span.0.min(start as u32), span.1.max(end as u32));
    }

    /// The columns of the pixels that an edge comes near in the row below `y`; the pixels from the
    /// last one on have it to their left.
    fn columns_of(
        &self,
        edge: &Edge,
        y: f64,
        margin: f64,
        low: DVec2,
        high: DVec2,
    ) -> (usize, usize) {
        let (from, to) = if low.y >= y - margin && high.y <= y + 1.0 + margin {
            (low.x, high.x)
        } else {
            let at = |y: f64| edge.x_at(y.clamp(low.y, high.y)).clamp(low.x, high.x);
            let (p, q) = (at(y - margin), at(y + 1.0 + margin));
            (p.min(q), p.max(q))
        };
        let start = below(from - 2.0 * margin - self.x0, self.columns);
        let end = below(to + 2.0 * margin - self.x0 + 1.0, self.columns);
        (start, end)
    }

    /// Adds walls where runs meet each other or edges that are not in the list.
    fn join_runs(&mut self) {
        let (mut starts, stops) = (take(&mut self.starts), take(&mut self.stops));
        for stop in &stops {
            // The list, and so the starts of its runs, are in the order of edges.
            let next = starts.binary_search_by_key(&stop.edge, |start| start.edge);
            let outgoing = match next {
                Ok(next) => {
                    starts[next].is_joined = true;
                    starts[next].end
                }
                Err(_) => self.end_outside(stop.vertex.x),
            };
            self.add_wall(stop.vertex.y, stop.end, outgoing);
        }
        for start in starts.iter().filter(|start| !start.is_joined) {
            let incoming = self.end_outside(start.vertex.x);
            self.add_wall(start.vertex.y, incoming, start.end);
        }
        (self.starts, self.stops) = (starts, stops);
    }

    /// Where an edge ends that is not near the tile and has a vertex beside it.
    fn end_outside(&self, x: f64) -> u32 {
        if x < self.x0 { 0 } else { self.columns as u32 }
    }

    /// Adds a vertex between two edges that end at columns `incoming` and `outgoing`.
    fn add_wall(&mut self, y: f64, incoming: u32, outgoing: u32) {
        let row = self.row_of(y);
        // On a border between rows it is part of the base numbers.
        if incoming == outgoing || row >= self.rows || y == self.y0 + row as f64 {
            return;
        }
        let winding = if incoming < outgoing { 1 } else { -1 };
        let (start, end) = (incoming.min(outgoing), incoming.max(outgoing));
        for column in start..end {
            let pixel = (row * self.columns) as u32 + column;
            self.walls.push((pixel, Wall { y, winding }));
            self.counts[pixel as usize][1] += 1;
        }
        self.widen(row, start as usize, end as usize);
    }

    /// Adds the layer to the lists of the pixels that it touches or covers.
    pub(super) fn push_entries(
        &mut self,
        cover: &mut Cover,
        slot: usize,
        list: &[u32],
        rule: FillRule,
        hides: bool,
    ) {
        let mut ends = [cover.near.len() as u32, cover.walls.len() as u32];
        for row in 0..self.rows {
            let pixels = row * self.columns;
            let (start, end) = self.spans[row];
            let (start, end) = (start.min(end) as usize, end as usize);
            let steps = row * (self.columns + 1);
            let (steps, last) = self.steps[steps + start..=steps + end].split_at_mut(end - start);
            let counts = &mut self.counts[pixels + start..pixels + end];
            let mut base = self.bases[row];
            let mut run = WholeRun::new(slot, pixels, hides);
            run.go_to(0, rule.is_inside(base), cover);
            for (column, (step, counts)) in (start..end).zip(steps.iter_mut().zip(counts)) {
                base += take(step);
                let is_partial = *counts != [0; 2];
                run.go_to(column, !is_partial && rule.is_inside(base), cover);
                if is_partial {
                    let starts = ends;
                    ends = [starts[0] + counts[0], starts[1] + counts[1]];
                    *counts = starts;
                    let (near, walls) = ((starts[0], ends[0]), (starts[1], ends[1]));
                    cover.push_partial(slot, pixels + column, base, near, walls);
                }
            }
            base += take(&mut last[0]);
            run.go_to(end, rule.is_inside(base), cover);
            run.go_to(self.columns, false, cover);
        }
        let [near, walls] = ends;
        cover.near.resize(near as usize, 0);
        cover
            .walls
            .resize(walls as usize, Wall { y: 0.0, winding: 0 });
        self.scatter(cover, list);
    }

    /// Writes near edges and walls to their places, and forgets the places.
    fn scatter(&mut self, cover: &mut Cover, list: &[u32]) {
        for (pixel, stretch) in &self.near {
            let [place, _] = &mut self.counts[*pixel as usize];
            for position in stretch.clone() {
                cover.near[*place as usize] = list[position as usize];
                *place += 1;
            }
        }
        for &(pixel, wall) in &self.walls {
            let [_, place] = &mut self.counts[pixel as usize];
            cover.walls[*place as usize] = wall;
            *place += 1;
        }
        for (row, &(start, end)) in self.spans.iter().enumerate() {
            let pixels = row * self.columns;
            let span = pixels + start.min(end) as usize..pixels + end as usize;
            self.counts[span].fill([0; 2]);
        }
    }
}

/// A rectangle without its border.
struct Inner {
    low: DVec2,
    high: DVec2,
}

impl Inner {
    fn contains(&self, p: DVec2) -> bool {
        // Not with comparisons of vectors: those are slower.
        (self.low.x < p.x) & (p.x < self.high.x) & (self.low.y < p.y) & (p.y < self.high.y)
    }
}

/// The number of cells of size 1 that lie wholly before a place, among `count` from 0 on.
fn below(place: f64, count: usize) -> usize {
    // Casts saturate; those to 32 bits are the fast ones.
    ((place as i32).max(0) as usize).min(count)
}
