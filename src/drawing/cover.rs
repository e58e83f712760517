//! What lies on each pixel of a tile.
//!
//! The scheme of tiles once more, within one tile: for a pixel, an edge is *near*, *left* of it, or
//! of no account. A layer is absent from a pixel, covers all of it, or has near edges, a base number
//! and walls there. All but the last kind need no test of any sample.

use std::ops::Range;

use super::cover_builder::LayerCells;
use super::crossing::Surround;
use super::{Drawing, Edge, Layer, PixelRect, Tile, Wall};

/// The layers on each pixel of a tile, in paint order.
#[derive(Clone, Debug, Default)]
pub struct Cover {
    rect: Option<PixelRect>,
    /// Whether all pixels have the same layers, so that one list serves all.
    uniform: bool,
    /// Lists of entries, linked.
    pub(super) entries: Vec<Entry>,
    /// For each list the first and the last entry.
    ends: Vec<[u32; 2]>,
    /// For each list whether a layer covers a part of the pixel only.
    partial: Vec<bool>,
    /// For each list whether it may differ from the one before; one more for the end.
    changes: Vec<bool>,
    pub(super) near: Vec<u32>,
    pub(super) walls: Vec<Wall>,
}

/// A layer on a pixel.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its slot: its place among the layers of the tile.
    pub slot: u32,
    next: u32,
    /// The winding number at the pixel's left border, above all walls.
    pub(super) base: i32,
    /// Its near edges and walls, as ranges of the lists of the cover. It covers the whole pixel if
    /// there are none.
    pub(super) near: (u32, u32),
    pub(super) walls: (u32, u32),
}

/// The end of a list.
const NONE: u32 = u32::MAX;

impl Entry {
    /// Tells whether the layer covers the whole pixel.
    pub fn is_whole(&self) -> bool {
        self.near.0 == self.near.1 && self.walls.0 == self.walls.1
    }
}

impl Cover {
    /// Finds out what lies on the pixels of a tile. Its memory and that of `cells` serve again.
    ///
    /// Layers below one that `hides` what is below are left out where it covers a whole pixel.
    pub fn build(
        &mut self,
        drawing: &Drawing,
        edges: &[Edge],
        tile: &Tile,
        hides: impl Fn(&Layer) -> bool,
        cells: &mut LayerCells,
    ) {
        self.rect = Some(tile.rect);
        self.uniform = tile.edges.is_empty();
        let pixels = tile.rect.width() * tile.rect.height();
        let lists = if self.uniform { 1 } else { pixels };
        self.entries.clear();
        self.near.clear();
        self.walls.clear();
        self.ends.clear();
        self.ends.resize(lists, [NONE; 2]);
        self.partial.clear();
        self.partial.resize(lists, false);
        self.changes.clear();
        self.changes.resize(lists + 1, false);
        for (slot, tile_layer) in tile.layers.iter().enumerate() {
            let layer = &drawing.layout.layers()[tile_layer.layer as usize];
            let hides = layer.group.is_none() && hides(layer);
            if tile.edges(tile_layer).is_empty() {
                if layer.rule.is_inside(tile_layer.base) {
                    self.push_whole(slot, 0..lists, hides);
                }
            } else {
                cells.sort_edges(edges, tile, tile_layer);
                cells.push_entries(self, slot, tile.edges(tile_layer), layer.rule, hides);
            }
        }
    }

    /// Returns how many bytes its lists take.
    pub fn size(&self) -> usize {
        size_of_val(&*self.entries)
            + size_of_val(&*self.ends)
            + size_of_val(&*self.partial)
            + size_of_val(&*self.changes)
            + size_of_val(&*self.near)
            + size_of_val(&*self.walls)
    }

    /// Adds a layer to the lists of pixels that it covers.
    pub(super) fn push_whole(&mut self, slot: usize, lists: Range<usize>, hides: bool) {
        self.changes[lists.start] = true;
        self.changes[lists.end] = true;
        for list in lists {
            if hides {
                self.ends[list] = [NONE; 2];
                self.partial[list] = false;
            }
            self.push(
                list,
                Entry {
                    slot: slot as u32,
                    next: NONE,
                    base: 0,
                    near: (0, 0),
                    walls: (0, 0),
                },
            );
        }
    }

    /// Adds a layer with near edges to the list of a pixel.
    pub(super) fn push_partial(
        &mut self,
        slot: usize,
        list: usize,
        base: i32,
        near: (u32, u32),
        walls: (u32, u32),
    ) {
        let slot = slot as u32;
        self.partial[list] = true;
        self.changes[list] = true;
        self.changes[list + 1] = true;
        self.push(
            list,
            Entry {
                slot,
                next: NONE,
                base,
                near,
                walls,
            },
        );
    }

    fn push(&mut self, list: usize, entry: Entry) {
        let index = self.entries.len() as u32;
        self.entries.push(entry);
        let [first, last] = &mut self.ends[list];
        if *first == NONE {
            *first = index;
        } else {
            self.entries[*last as usize].next = index;
        }
        *last = index;
    }

    /// Tells whether all pixels have the same layers.
    pub fn is_uniform(&self) -> bool {
        self.uniform
    }

    /// Tells whether a layer covers a part of a pixel only.
    pub fn is_partial(&self, pixel: usize) -> bool {
        self.partial[if self.uniform { 0 } else { pixel }]
    }

    /// Returns the length of the run of pixels with the same layers that begins at the number `pixel` and
    /// ends at `end`, which is in its row, at the latest. A pixel that a layer covers in part is a run alone.
    pub fn run_length(&self, pixel: usize, end: usize) -> usize {
        if self.uniform {
            return end - pixel;
        }
        let rest = &self.changes[pixel + 1..end];
        1 + rest.iter().take_while(|&&changes| !changes).count()
    }

    /// Iterates over the layers on a pixel, the number `pixel` of the tile row by row, in paint
    /// order; with each its number among all entries.
    pub fn layers(&self, pixel: usize) -> impl Iterator<Item = (usize, &Entry)> {
        let list = if self.uniform { 0 } else { pixel };
        let mut index = self.ends[list][0];
        std::iter::from_fn(move || {
            let current = index as usize;
            let entry = self.entries.get(current)?;
            index = entry.next;
            Some((current, entry))
        })
    }

    /// Returns the indices of the edges near a pixel of one of its layers.
    pub fn near(&self, entry: &Entry) -> &[u32] {
        &self.near[entry.near.0 as usize..entry.near.1 as usize]
    }

    /// Returns what tells the winding number of a layer at points of a pixel whose upper border is
    /// at `top`.
    pub fn surround(&self, entry: &Entry, top: f64) -> Surround<'_> {
        Surround {
            base: entry.base,
            walls: &self.walls[entry.walls.0 as usize..entry.walls.1 as usize],
            near: self.near(entry),
            top,
        }
    }
}
