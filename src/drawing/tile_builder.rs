//! Sorts edges into tiles, exactly.
//!
//! The winding number at a point is a sum over the edges that a ray from the left crosses. For a
//! tile, an edge is one of three: *near* (in the tile's list, tested point by point), *left* of
//! the tile, or of no account. An edge left of it adds `[y ≥ b.y] − [y ≥ a.y]`, whatever its
//! shape. Summed over a contour, terms of a shared vertex cancel where both its edges are left; so
//! what remains are a base number for each tile and *walls*: the vertices where a contour goes
//! from left to near. No crossing is ever computed, so nothing can be rounded inconsistently.

use rayon::prelude::*;

use super::tile::TILE_SIZE;
use super::{Drawing, Edge, Edges, PixelRect, Tile, TileLayer, Wall};

/// Builds the tiles of `area`, row by row.
pub(super) fn build(drawing: &Drawing, edges: &Edges, area: PixelRect) -> Vec<Tile> {
    let columns = tile_count(area.width());
    let rows = tile_count(area.height());
    let by_row = RowLists::new(edges, area, rows);
    let rows: Vec<Vec<Tile>> = (0..rows)
        .into_par_iter()
        .map(|row| RowBuilder::new(edges, area, columns, row, by_row.row(row)).build(drawing))
        .collect();
    rows.into_iter().flatten().collect()
}

fn tile_count(pixels: usize) -> usize {
    pixels.div_ceil(TILE_SIZE as usize)
}

/// For each row of tiles the edges that come near it, in order.
struct RowLists {
    starts: Vec<usize>,
    edges: Vec<u32>,
}

impl RowLists {
    fn new(edges: &Edges, area: PixelRect, rows: usize) -> Self {
        let range = |edge: &Edge| {
            let (low, high) = (edge.a.y.min(edge.b.y), edge.a.y.max(edge.b.y));
            cells(low, high, edge.coincidence, area.y0, rows)
        };
        let mut starts = vec![0; rows + 1];
        for edge in edges.list() {
            for row in range(edge) {
                starts[row + 1] += 1;
            }
        }
        for row in 0..rows {
            starts[row + 1] += starts[row];
        }
        let mut fill = starts.clone();
        let mut list = vec![0; starts[rows]];
        for (index, edge) in edges.list().iter().enumerate() {
            for row in range(edge) {
                list[fill[row]] = index as u32;
                fill[row] += 1;
            }
        }
        Self {
            starts,
            edges: list,
        }
    }

    fn row(&self, row: usize) -> &[u32] {
        &self.edges[self.starts[row]..self.starts[row + 1]]
    }
}

/// The cells among `count` cells of [`TILE_SIZE`] from `origin` on that `low..=high` touches, with
/// a margin.
fn cells(low: f64, high: f64, margin: f64, origin: i32, count: usize) -> std::ops::Range<usize> {
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
    list: &'a [u32],
    /// For each edge of the list, the first and one past the last column it comes near. The tiles
    /// from `ends` on have it to their left.
    starts: Vec<usize>,
    ends: Vec<usize>,
    tiles: Vec<Tile>,
    /// Changes of the base number from column to column, for one layer.
    base_steps: Vec<i32>,
}

impl<'a> RowBuilder<'a> {
    fn new(edges: &'a Edges, area: PixelRect, columns: usize, row: usize, list: &'a [u32]) -> Self {
        let y0 = area.y0 + row as i32 * TILE_SIZE;
        let y1 = (y0 + TILE_SIZE).min(area.y1);
        let tiles = (0..columns).map(|column| {
            let x0 = area.x0 + column as i32 * TILE_SIZE;
            let x1 = (x0 + TILE_SIZE).min(area.x1);
            Tile::new(PixelRect { x0, y0, x1, y1 })
        });
        let mut builder = Self {
            edges,
            columns,
            y0: f64::from(y0),
            y1: f64::from(y1),
            list,
            starts: Vec::with_capacity(list.len()),
            ends: Vec::with_capacity(list.len()),
            tiles: tiles.collect(),
            base_steps: vec![0; columns + 1],
        };
        for &index in list {
            let range = builder.near_columns(&edges.list()[index as usize], area.x0);
            builder.starts.push(range.start);
            builder.ends.push(range.end);
        }
        builder
    }

    /// The columns that the part of an edge within the row comes near.
    fn near_columns(&self, edge: &Edge, origin: i32) -> std::ops::Range<usize> {
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
        cells(from, to, 2.0 * margin, origin, self.columns)
    }

    fn build(mut self, drawing: &Drawing) -> Vec<Tile> {
        let mut start = 0;
        while start < self.list.len() {
            let layer = self.edge(start).layer;
            let count = self.list[start..]
                .iter()
                .take_while(|&&index| self.edges.list()[index as usize].layer == layer)
                .count();
            let rule = drawing.layout.layers()[layer as usize].rule;
            self.add_layer(layer, start..start + count, rule);
            start += count;
        }
        self.tiles
    }

    fn edge(&self, position: usize) -> &Edge {
        &self.edges.list()[self.list[position] as usize]
    }

    fn add_layer(
        &mut self,
        layer: u32,
        positions: std::ops::Range<usize>,
        rule: crate::scene::FillRule,
    ) {
        let columns = self.layer_columns(positions.clone());
        self.base_steps[columns.start..=columns.end].fill(0);
        for position in positions.clone() {
            if self.edge(position).seam.is_none() {
                self.add_near(layer, position);
                self.add_base(position, columns.end);
                self.add_wall(layer, position);
            }
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

    /// Adds an edge of a seam to the tiles where its layer is.
    fn add_seam(&mut self, layer: u32, position: usize) {
        for column in self.starts[position]..self.ends[position] {
            let tile = &mut self.tiles[column];
            if let Some(last) = tile.layers.last_mut()
                && last.layer == layer
            {
                last.seams.end += 1;
                tile.seams.push(self.list[position]);
            }
        }
    }

    /// The columns in which a layer may have anything: right of all its edges all terms cancel.
    fn layer_columns(&self, positions: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let start = self.starts[positions.clone()].iter().min().copied();
        let end = self.ends[positions].iter().max().copied();
        let start = start.unwrap_or(0).min(self.columns);
        start..end.unwrap_or(0).max(start)
    }

    fn add_near(&mut self, layer: u32, position: usize) {
        for column in self.starts[position]..self.ends[position] {
            let tile = &mut self.tiles[column];
            open_layer(tile, layer).edges.end += 1;
            tile.edges.push(self.list[position]);
        }
    }

    /// Adds the constant part of an edge's `[y ≥ b.y] − [y ≥ a.y]` to the tiles right of it.
    fn add_base(&mut self, position: usize, end: usize) {
        let edge = self.edge(position);
        let step = i32::from(edge.b.y <= self.y0) - i32::from(edge.a.y <= self.y0);
        let from = self.ends[position];
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
        let (incoming, outgoing) = (self.ends[position], self.ends[next]);
        let winding = if incoming < outgoing { 1 } else { -1 };
        for column in incoming.min(outgoing)..incoming.max(outgoing) {
            let tile = &mut self.tiles[column];
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
