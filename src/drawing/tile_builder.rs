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

use super::stretch::{Lattice, Stretch};
use super::{Drawing, Edge, Edges, PixelRect, Tile, TileLayer, Wall};
use crate::scene::FillRule;

/// Edges that one task gives to rows of tiles.
const EDGES_AT_ONCE: usize = 1 << 14;

/// Builds the tiles of `area`, row by row.
pub(super) fn build(drawing: &Drawing, edges: &Edges, area: PixelRect) -> Vec<Tile> {
    let lattice = Lattice::new(area);
    let chunks: Vec<Vec<Vec<Stretch>>> = edges
        .list()
        .par_chunks(EDGES_AT_ONCE)
        .enumerate()
        .map(|(chunk, edges)| lattice.stretches_by_row(edges, (chunk * EDGES_AT_ONCE) as u32))
        .collect();
    let rows: Vec<Vec<Tile>> = (0..lattice.rows)
        .into_par_iter()
        .map(|row| {
            let stretches: Vec<&[Stretch]> = chunks.iter().map(|chunk| &chunk[row][..]).collect();
            RowBuilder::new(edges, &lattice, row, &stretches.concat()).build(drawing)
        })
        .collect();
    rows.into_iter().flatten().collect()
}

/// Builds one row of tiles.
struct RowBuilder<'a> {
    edges: &'a Edges,
    y0: f64,
    y1: f64,
    /// The edges that come near the row.
    stretches: &'a [Stretch],
    tiles: Vec<Tile>,
    /// Changes of the base number from column to column, for one layer.
    base_steps: Vec<i32>,
}

impl<'a> RowBuilder<'a> {
    fn new(edges: &'a Edges, lattice: &Lattice, row: usize, stretches: &'a [Stretch]) -> Self {
        let PixelRect { y0, y1, .. } = lattice.rect(row, 0);
        let columns = lattice.columns;
        let tile = |column| Tile::new(row * columns + column, lattice.rect(row, column));
        let mut tiles: Vec<Tile> = (0..columns).map(tile).collect();
        for (tile, count) in tiles.iter_mut().zip(edge_counts(stretches, columns)) {
            tile.edges.reserve_exact(count);
        }
        Self {
            edges,
            y0: f64::from(y0),
            y1: f64::from(y1),
            stretches,
            tiles,
            base_steps: vec![0; columns + 1],
        }
    }

    fn build(mut self, drawing: &Drawing) -> Vec<Tile> {
        let (list, all) = (self.edges.list(), self.stretches);
        let layer_of = |stretch: &Stretch| list[stretch.edges.start as usize].layer;
        for stretches in all.chunk_by(|a, b| layer_of(a) == layer_of(b)) {
            let layer = layer_of(&stretches[0]);
            let rule = drawing.layout.layers()[layer as usize].rule;
            self.add_layer(layer, stretches, rule);
        }
        self.tiles
    }

    fn edge(&self, index: u32) -> &'a Edge {
        &self.edges.list()[index as usize]
    }

    fn add_layer(&mut self, layer: u32, stretches: &[Stretch], rule: FillRule) {
        let columns = layer_columns(stretches);
        self.base_steps[columns.start..=columns.end].fill(0);
        for stretch in stretches {
            if !self.is_seam(stretch) {
                self.add_near(layer, stretch);
                self.add_base(stretch, columns.end);
                self.add_wall(layer, stretch, stretches);
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
        for stretch in stretches {
            if self.is_seam(stretch) {
                self.add_seam(layer, stretch);
            }
        }
    }

    /// Tells whether the edges of a stretch are those of a seam.
    fn is_seam(&self, stretch: &Stretch) -> bool {
        self.edge(stretch.edges.start).seam.is_some()
    }

    /// The tiles that a stretch comes near.
    fn tiles_near(&mut self, stretch: &Stretch) -> &mut [Tile] {
        &mut self.tiles[stretch.near.start as usize..stretch.near.end as usize]
    }

    /// Adds edges of a seam to the tiles where its layer is.
    fn add_seam(&mut self, layer: u32, stretch: &Stretch) {
        for tile in self.tiles_near(stretch) {
            if let Some(last) = tile.layers.last_mut()
                && last.layer == layer
            {
                last.seams.end += stretch.edges.len() as u32;
                tile.seams.extend(stretch.edges.clone());
            }
        }
    }

    fn add_near(&mut self, layer: u32, stretch: &Stretch) {
        for tile in self.tiles_near(stretch) {
            open_layer(tile, layer).edges.end += stretch.edges.len() as u32;
            tile.edges.extend(stretch.edges.clone());
        }
    }

    /// Adds the constant part of the edges' `[y ≥ b.y] − [y ≥ a.y]` to the tiles right of them.
    fn add_base(&mut self, stretch: &Stretch, end: usize) {
        let Range {
            start: first,
            end: past,
        } = stretch.edges;
        let (first, last) = (self.edge(first), self.edge(past - 1));
        let step = i32::from(last.b.y <= self.y0) - i32::from(first.a.y <= self.y0);
        let from = stretch.near.end as usize;
        if step != 0 && from < end {
            self.base_steps[from] += step;
        }
    }

    /// Adds the vertex at the end of a stretch as a wall to the tiles that have one of its two edges
    /// to their left and not the other. All stretches are those of the layer.
    fn add_wall(&mut self, layer: u32, stretch: &Stretch, all: &[Stretch]) {
        let edge = self.edge(stretch.edges.end - 1);
        let y = edge.b.y;
        if y <= self.y0 || y >= self.y1 {
            return;
        }
        let (incoming, outgoing) = (stretch.near.end, stretch_of(edge.next, all).near.end);
        let winding = if incoming < outgoing { 1 } else { -1 };
        for column in incoming.min(outgoing)..incoming.max(outgoing) {
            let tile = &mut self.tiles[column as usize];
            open_layer(tile, layer).walls.end += 1;
            tile.walls.push(Wall { y, winding });
        }
    }
}

/// The numbers of edges near the tiles of a row.
fn edge_counts(stretches: &[Stretch], columns: usize) -> Vec<usize> {
    let mut counts = vec![0; columns];
    for Stretch { edges, near } in stretches {
        for count in &mut counts[near.start as usize..near.end as usize] {
            *count += edges.len();
        }
    }
    counts
}

/// The stretch, among those of its layer, of an edge that has an end inside the row.
fn stretch_of(index: u32, stretches: &[Stretch]) -> &Stretch {
    let place = stretches.partition_point(|stretch| stretch.edges.end <= index);
    let stretch = stretches.get(place);
    stretch.expect("an edge with an end in the row is in a stretch")
}

/// The columns in which a layer may have anything: right of all its edges all terms cancel.
fn layer_columns(stretches: &[Stretch]) -> Range<usize> {
    let near = || stretches.iter().map(|stretch| &stretch.near);
    let start = near().map(|near| near.start).min().unwrap_or(0);
    let end = near().map(|near| near.end).max().unwrap_or(0);
    start as usize..end.max(start) as usize
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
