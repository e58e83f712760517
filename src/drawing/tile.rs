use std::ops::Range;

use glam::DVec2;
use rayon::prelude::*;

use super::crossing::Surround;
use super::tile_builder;
use super::{Drawing, Edge, Edges};

/// A rectangle of pixels: columns `x0..x1`, rows `y0..y1`. Samples are taken outside the canvas
/// too where the filter reaches in, so indices may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelRect {
    /// First column.
    pub x0: i32,
    /// First row.
    pub y0: i32,
    /// One past the last column.
    pub x1: i32,
    /// One past the last row.
    pub y1: i32,
}

impl PixelRect {
    /// Returns the number of columns.
    pub fn width(&self) -> usize {
        (self.x1 - self.x0).max(0) as usize
    }

    /// Returns the number of rows.
    pub fn height(&self) -> usize {
        (self.y1 - self.y0).max(0) as usize
    }

    /// Tells whether a pixel is inside.
    pub fn contains(&self, x: i32, y: i32) -> bool {
        (self.x0..self.x1).contains(&x) && (self.y0..self.y1).contains(&y)
    }

    /// Returns the rectangle with `margin` more pixels on each side.
    pub fn grown(&self, margin: i32) -> Self {
        Self {
            x0: self.x0 - margin,
            y0: self.y0 - margin,
            x1: self.x1 + margin,
            y1: self.y1 + margin,
        }
    }

    /// Returns what both rectangles cover.
    pub fn intersection(&self, other: &Self) -> Self {
        Self {
            x0: self.x0.max(other.x0),
            y0: self.y0.max(other.y0),
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
        }
    }

    /// Returns the number of one of its pixels, counted row by row.
    pub fn number_of(&self, (x, y): (i32, i32)) -> usize {
        (y - self.y0) as usize * self.width() + (x - self.x0) as usize
    }

    /// Returns its corners, row by row.
    pub fn corners(&self) -> [DVec2; 4] {
        [
            (self.x0, self.y0),
            (self.x1, self.y0),
            (self.x0, self.y1),
            (self.x1, self.y1),
        ]
        .map(|(x, y)| DVec2::new(f64::from(x), f64::from(y)))
    }

    /// Iterates over the pixels, row by row.
    pub fn pixels(self) -> impl Iterator<Item = (i32, i32)> {
        (self.y0..self.y1).flat_map(move |y| (self.x0..self.x1).map(move |x| (x, y)))
    }
}

/// Pixels beside each other in a row.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// The column and row of the first.
    pub first: (i32, i32),
    /// How many there are.
    pub length: usize,
}

impl Run {
    /// Iterates over the pixels from left to right.
    pub fn pixels(self) -> impl Iterator<Item = (i32, i32)> {
        let (x, y) = self.first;
        (x..x + self.length as i32).map(move |x| (x, y))
    }
}

/// A rectangle of pixels with all that is needed to tell what is at a point of it: the edges that
/// come near, and the winding numbers that edges to its left leave behind.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Its place among the tiles of the grid.
    pub number: usize,
    /// The pixels.
    pub rect: PixelRect,
    /// The layers that have an edge in the tile or cover it, in paint order.
    pub layers: Vec<TileLayer>,
    pub(super) edges: Vec<u32>,
    pub(super) seams: Vec<u32>,
    pub(super) walls: Vec<Wall>,
}

/// A layer in a tile.
#[derive(Clone, Debug)]
pub struct TileLayer {
    /// The index of the layer.
    pub layer: u32,
    /// The winding number at the tile's left border, above all walls.
    pub(super) base: i32,
    pub(super) edges: Range<u32>,
    pub(super) seams: Range<u32>,
    pub(super) walls: Range<u32>,
}

/// A change of the winding number along the left border of a tile: edges to the left end here and
/// go on inside the tile's own list.
#[derive(Clone, Copy, Debug)]
pub struct Wall {
    /// Where it starts; it goes on downwards.
    pub y: f64,
    /// What it adds to the winding number.
    pub winding: i32,
}

impl Tile {
    pub(super) fn new(number: usize, rect: PixelRect) -> Self {
        Self {
            number,
            rect,
            layers: Vec::new(),
            edges: Vec::new(),
            seams: Vec::new(),
            walls: Vec::new(),
        }
    }

    /// Returns the indices of the edges of one of its layers' outline that come near the tile.
    pub fn edges(&self, layer: &TileLayer) -> &[u32] {
        &self.edges[layer.edges.start as usize..layer.edges.end as usize]
    }

    /// Returns the winding number of a layer at the left border, above all walls.
    pub fn base(&self, layer: &TileLayer) -> i32 {
        layer.base
    }

    /// Returns the changes of a layer's winding number along the left border.
    pub fn walls(&self, layer: &TileLayer) -> &[Wall] {
        &self.walls[layer.walls.start as usize..layer.walls.end as usize]
    }

    /// Returns the indices of the edges of one of its layers' seams that come near the tile.
    pub fn seams(&self, layer: &TileLayer) -> &[u32] {
        &self.seams[layer.seams.start as usize..layer.seams.end as usize]
    }

    /// Tells whether any edges of seams come near the tile.
    pub fn has_seams(&self) -> bool {
        !self.seams.is_empty()
    }

    /// Returns the indices of all edges of outlines that come near the tile.
    pub fn all_edges(&self) -> &[u32] {
        &self.edges
    }

    /// Returns what tells the winding number of a layer at points of the tile.
    pub fn surround(&self, layer: &TileLayer) -> Surround<'_> {
        Surround {
            base: layer.base,
            walls: self.walls(layer),
            near: self.edges(layer),
            top: f64::from(self.rect.y0),
        }
    }

    /// Returns the winding number of a layer at a point of the tile.
    pub fn winding_at(&self, layer: &TileLayer, edges: &[Edge], p: DVec2) -> i32 {
        self.surround(layer).winding_at(edges, p)
    }
}

/// The canvas, with a margin, cut into tiles.
#[derive(Clone, Debug)]
pub struct TileGrid {
    tiles: Vec<Tile>,
    columns: usize,
    edges: Edges,
}

/// The side of a tile, in pixels.
pub const TILE_SIZE: i32 = 16;

impl TileGrid {
    /// Sorts the edges of a drawing into the tiles of a picture of `width` × `height` pixels with
    /// `margin` pixels around it.
    pub fn new(drawing: &Drawing, width: u32, height: u32, margin: i32) -> Self {
        let edges = Edges::new(drawing);
        let area = PixelRect {
            x0: 0,
            y0: 0,
            x1: width as i32,
            y1: height as i32,
        }
        .grown(margin);
        Self {
            tiles: tile_builder::build(drawing, &edges, area),
            columns: area.width().div_ceil(TILE_SIZE as usize),
            edges,
        }
    }

    /// Returns the tiles, row by row.
    pub fn tiles(&self) -> &[Tile] {
        &self.tiles
    }

    /// Iterates in parallel over the rows of tiles, from the top down.
    pub fn rows(&self) -> impl IndexedParallelIterator<Item = &[Tile]> {
        self.tiles.par_chunks(self.columns)
    }

    pub(super) fn tiles_mut(&mut self) -> &mut [Tile] {
        &mut self.tiles
    }

    /// Has points never count as on another edge: a mutation for tests.
    pub(crate) fn forget_coincidence(&mut self) {
        self.edges.forget_coincidence();
    }

    /// Returns the edges of the drawing.
    pub fn edges(&self) -> &Edges {
        &self.edges
    }
}
