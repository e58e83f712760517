//! Sorts edges into tiles, exactly.
//!
//! The winding number at a point is a sum over the edges that a ray from the left crosses. For a
//! tile, an edge is one of three: *near* (in the tile's list, tested point by point), *left* of
//! the tile, or of no account. An edge left of it adds `[y ≥ b.y] − [y ≥ a.y]`, whatever its
//! shape. Summed over a contour, terms of a shared vertex cancel where both its edges are left; so
//! what remains are a base number for each tile and *walls*: the vertices where a contour goes
//! from left to near. No crossing is ever computed, so nothing can be rounded inconsistently.

use std::ops::Range;

use rayon::prelude::*;

use super::tile::TILE_SIZE;
use super::{Drawing, Edge, Edges, PixelRect, Tile, TileLayer, Wall};
use crate::scene::FillRule;

/// Edges that one task gives to rows of tiles.
const EDGES_AT_ONCE: usize = 1 << 14;

/// Builds the tiles of `area`, row by row.
pub(super) fn build(drawing: &Drawing, edges: &Edges, area: PixelRect) -> Vec<Tile> {
    let columns = tile_count(area.width());
    let rows = tile_count(area.height());
    let chunks: Vec<Vec<Vec<Run>>> = edges
        .list()
        .par_chunks(EDGES_AT_ONCE)
        .enumerate()
        .map(|(chunk, edges)| runs_by_row(edges, chunk * EDGES_AT_ONCE, area.y0, rows))
        .collect();
    let rows: Vec<Vec<Tile>> = (0..rows)
        .into_par_iter()
        .map(|row| {
            let runs = chunks.iter().flat_map(|chunk| chunk[row].iter().cloned());
            let runs: Vec<Run> = runs.collect();
            RowBuilder::new(edges, area, columns, row, &runs).build(drawing)
        })
        .collect();
    rows.into_iter().flatten().collect()
}

fn tile_count(pixels: usize) -> usize {
    pixels.div_ceil(TILE_SIZE as usize)
}

/// Edges of one layer that follow each other in the list of all.
type Run = Range<u32>;

/// Lists for each row of tiles which of some edges come near it, in order. The first of the edges has
/// the number `first`.
fn runs_by_row(edges: &[Edge], first: usize, origin: i32, rows: usize) -> Vec<Vec<Run>> {
    let mut lists = vec![Vec::new(); rows];
    let mut run: Run = 0..0;
    let (mut layer, mut near) = (u32::MAX, 0..0);
    let mut end_run = |run: &Run, near: &Range<usize>| {
        for list in &mut lists[near.clone()] {
            list.push(run.clone());
        }
    };
    for (index, edge) in (first..).zip(edges) {
        let (low, high) = (edge.a.y.min(edge.b.y), edge.a.y.max(edge.b.y));
        let rows = cells(low, high, edge.coincidence, origin, rows);
        if rows != near || edge.layer != layer {
            end_run(&run, &near);
            (run, near, layer) = (index as u32..index as u32, rows, edge.layer);
        }
        run.end += 1;
    }
    end_run(&run, &near);
    lists
}

/// The cells among `count` cells of [`TILE_SIZE`] from `origin` on that `low..=high` touches, with
/// a margin.
fn cells(low: f64, high: f64, margin: f64, origin: i32, count: usize) -> Range<usize> {
    let (origin, scale) = (f64::from(origin), 1.0 / f64::from(TILE_SIZE));
    // Casts of floats saturate, so far-away edges end at the limits.
    let below = |place: f64| (((place - origin) * scale) as i32).max(0) as usize;
    let start = below(low - margin).min(count);
    let end = below(high + margin + f64::from(TILE_SIZE)).min(count);
    start..end.max(start)
}

/// Builds one row of tiles.
struct RowBuilder<'a> {
    edges: &'a Edges,
    columns: usize,
    y0: f64,
    y1: f64,
    /// The edges that come near the row.
    runs: &'a [Run],
    list: Vec<u32>,
    /// For each edge of the list, the columns it comes near. The tiles from their end on have it to
    /// their left.
    near: Vec<Range<u32>>,
    tiles: Vec<Tile>,
    /// Changes of the base number from column to column, for one layer.
    base_steps: Vec<i32>,
}

impl<'a> RowBuilder<'a> {
    fn new(edges: &'a Edges, area: PixelRect, columns: usize, row: usize, runs: &'a [Run]) -> Self {
        let y0 = area.y0 + row as i32 * TILE_SIZE;
        let y1 = (y0 + TILE_SIZE).min(area.y1);
        let tiles = (0..columns).map(|column| {
            let x0 = area.x0 + column as i32 * TILE_SIZE;
            let x1 = (x0 + TILE_SIZE).min(area.x1);
            Tile::new(row * columns + column, PixelRect { x0, y0, x1, y1 })
        });
        let mut builder = Self {
            edges,
            columns,
            y0: f64::from(y0),
            y1: f64::from(y1),
            runs,
            list: runs.iter().cloned().flatten().collect(),
            near: Vec::new(),
            tiles: tiles.collect(),
            base_steps: vec![0; columns + 1],
        };
        let near = |&index: &u32| builder.near_columns(&edges.list()[index as usize], area.x0);
        builder.near = builder.list.iter().map(near).collect();
        builder
    }

    /// The columns that the part of an edge within the row comes near.
    fn near_columns(&self, edge: &Edge, origin: i32) -> Range<u32> {
        let margin = edge.coincidence;
        let (low, high) = (edge.a.x.min(edge.b.x), edge.a.x.max(edge.b.x));
        let (top, bottom) = (edge.a.y.min(edge.b.y), edge.a.y.max(edge.b.y));
        let (from, to) = if top >= self.y0 - margin && bottom <= self.y1 + margin {
            (low, high)
        } else {
            let at = |y: f64| edge.x_at(y.clamp(top, bottom)).clamp(low, high);
            let (p, q) = (at(self.y0 - margin), at(self.y1 + margin));
            (p.min(q), p.max(q))
        };
        let columns = cells(from, to, 2.0 * margin, origin, self.columns);
        columns.start as u32..columns.end as u32
    }

    fn build(mut self, drawing: &Drawing) -> Vec<Tile> {
        let layer_of = |run: &Run| self.edges.list()[run.start as usize].layer;
        let mut start = 0;
        for runs in self.runs.chunk_by(|a, b| layer_of(a) == layer_of(b)) {
            let count: usize = runs.iter().map(Run::len).sum();
            let layer = layer_of(&runs[0]);
            let rule = drawing.layout.layers()[layer as usize].rule;
            self.add_layer(layer, start..start + count, rule);
            start += count;
        }
        self.tiles
    }

    fn edge(&self, position: usize) -> &'a Edge {
        &self.edges.list()[self.list[position] as usize]
    }

    fn add_layer(&mut self, layer: u32, positions: Range<usize>, rule: FillRule) {
        let columns = self.layer_columns(positions.clone());
        self.base_steps[columns.start..=columns.end].fill(0);
        let mut start = positions.start;
        while start < positions.end {
            let end = self.end_of_stretch(start, positions.end);
            if self.edge(start).seam.is_none() {
                self.add_near(layer, start..end);
                self.add_base(start..end, columns.end);
                self.add_wall(layer, end - 1);
            }
            start = end;
        }
        let mut base = 0;
        for column in columns {
            base += self.base_steps[column];
            let tile = &mut self.tiles[column];
            let listed = tile.layers.last().is_some_and(|last| last.layer == layer);
            if listed || rule.is_inside(base) {
                open_layer(tile, layer).base = base;
            }
        }
        for position in positions {
            if self.edge(position).seam.is_some() {
                self.add_seam(layer, position);
            }
        }
    }

    /// Where a stretch ends of edges that follow each other on the contour and are near the same
    /// tiles: nothing happens at the vertices between them.
    fn end_of_stretch(&self, start: usize, limit: usize) -> usize {
        let mut end = start + 1;
        while end < limit
            && self.edge(end - 1).next == self.list[end]
            && self.near[end] == self.near[start]
        {
            end += 1;
        }
        end
    }

    /// Adds an edge of a seam to the tiles where its layer is.
    fn add_seam(&mut self, layer: u32, position: usize) {
        for column in self.near[position].clone() {
            let tile = &mut self.tiles[column as usize];
            if let Some(last) = tile.layers.last_mut()
                && last.layer == layer
            {
                last.seams.end += 1;
                tile.seams.push(self.list[position]);
            }
        }
    }

    /// The columns in which a layer may have anything: right of all its edges all terms cancel.
    fn layer_columns(&self, positions: Range<usize>) -> Range<usize> {
        let near = &self.near[positions];
        let start = near.iter().map(|near| near.start).min().unwrap_or(0);
        let end = near.iter().map(|near| near.end).max().unwrap_or(0);
        start as usize..end.max(start) as usize
    }

    fn add_near(&mut self, layer: u32, stretch: Range<usize>) {
        let near = self.near[stretch.start].clone();
        let edges = &self.list[stretch];
        for tile in &mut self.tiles[near.start as usize..near.end as usize] {
            open_layer(tile, layer).edges.end += edges.len() as u32;
            tile.edges.extend_from_slice(edges);
        }
    }

    /// Adds the constant part of the edges' `[y ≥ b.y] − [y ≥ a.y]` to the tiles right of them.
    fn add_base(&mut self, stretch: Range<usize>, end: usize) {
        let (first, last) = (self.edge(stretch.start), self.edge(stretch.end - 1));
        let step = i32::from(last.b.y <= self.y0) - i32::from(first.a.y <= self.y0);
        let from = self.near[stretch.start].end as usize;
        if step != 0 && from < end {
            self.base_steps[from] += step;
        }
    }

    /// Adds the vertex at the end of an edge as a wall to the tiles that have one of its two edges
    /// to their left and not the other.
    fn add_wall(&mut self, layer: u32, position: usize) {
        let edge = self.edge(position);
        let y = edge.b.y;
        if y <= self.y0 || y >= self.y1 {
            return;
        }
        let next = self.position_of(edge.next, position);
        let (incoming, outgoing) = (self.near[position].end, self.near[next].end);
        let winding = if incoming < outgoing { 1 } else { -1 };
        for column in incoming.min(outgoing)..incoming.max(outgoing) {
            let tile = &mut self.tiles[column as usize];
            open_layer(tile, layer).walls.end += 1;
            tile.walls.push(Wall { y, winding });
        }
    }

    /// Where an edge that shares a vertex inside the row stands in the row's list.
    fn position_of(&self, index: u32, before: usize) -> usize {
        if self.list.get(before + 1) == Some(&index) {
            return before + 1;
        }
        self.list
            .binary_search(&index)
            .expect("an edge with an end in the row is in its list")
    }
}

/// The entry of the layer that is being added to a tile, made when it is the first of its layer.
fn open_layer(tile: &mut Tile, layer: u32) -> &mut TileLayer {
    if tile.layers.last().is_none_or(|last| last.layer != layer) {
        let edges = tile.edges.len() as u32;
        let seams = tile.seams.len() as u32;
        let walls = tile.walls.len() as u32;
        tile.layers.push(TileLayer {
            layer,
            base: 0,
            edges: edges..edges,
            seams: seams..seams,
            walls: walls..walls,
        });
    }
    tile.layers.last_mut().expect("just pushed")
}
