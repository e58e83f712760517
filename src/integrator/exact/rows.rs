use glam::DVec2;

use super::cell::Cell;
use super::chord::Chord;
use super::faces::Windings;
use super::region;
use crate::drawing::{Drawing, Edges, Tile};

/// A tile cut into pixels, row by row.
///
/// In a row a chord is near some pixels and left of those that follow. What chords on the left add
/// to winding numbers is known from the heights of their ends alone, so no chord is ever
/// intersected with the border of a pixel.
pub(super) struct Rows<'a> {
    tile: &'a Tile,
    chords: Vec<Chord>,
    start: Windings,
    /// The walls of the tile: (slot, height, change).
    walls: Vec<(usize, f64, i32)>,
    /// For each row, the chords that touch it with their first column and the one after the last.
    rows: Vec<Vec<(u32, i32, i32)>>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(drawing: &Drawing, tile: &'a Tile, edges: &Edges) -> Self {
        let mut rows = Self {
            tile,
            chords: Vec::new(),
            start: Windings::new(drawing, tile),
            walls: Vec::new(),
            rows: vec![Vec::new(); tile.rect.height()],
        };
        for (slot, layer) in tile.layers.iter().enumerate() {
            rows.start.add(slot, tile.base(layer));
            let changes = tile.walls(layer).iter();
            rows.walls
                .extend(changes.map(|wall| (slot, wall.y, wall.winding)));
            // Horizontal edges are never crossed, and their ends are ends of their neighbours.
            let list = tile.edges(layer).iter().map(|&i| &edges.list()[i as usize]);
            for edge in list.filter(|edge| edge.a.y != edge.b.y) {
                rows.add(Chord::of_edge(edge, slot));
            }
        }
        for line in region::paint_lines(drawing, tile) {
            rows.add(Chord::of_paint(line));
        }
        rows
    }

    /// Sorts a chord into the rows.
    fn add(&mut self, chord: Chord) {
        let rect = self.tile.rect;
        let (top, bottom) = (chord.a.y.min(chord.b.y), chord.a.y.max(chord.b.y));
        // Casts of floats saturate.
        let first = (top.floor() as i32).max(rect.y0);
        let last = (bottom.ceil() as i32).min(rect.y1);
        for row in first..last {
            let (y0, y1) = (f64::from(row), f64::from(row) + 1.0);
            let (p, q) = if top == bottom {
                (chord.a.x, chord.b.x)
            } else {
                (chord.x_at(top.max(y0)), chord.x_at(bottom.min(y1)))
            };
            let start = (p.min(q).floor() as i32).max(rect.x0);
            let end = (p.max(q).ceil() as i32).max(rect.x0);
            if start < rect.x1 {
                let number = self.chords.len() as u32;
                self.rows[(row - rect.y0) as usize].push((number, start, end));
            }
        }
        self.chords.push(chord);
    }

    /// Visits the pixels, row by row. `visit` must leave the cell as it is.
    pub(super) fn for_each_pixel(&mut self, mut visit: impl FnMut((i32, i32), &Cell)) {
        let rect = self.tile.rect;
        let mut active: Vec<(u32, i32, i32)> = Vec::new();
        for row in rect.y0..rect.y1 {
            let y = f64::from(row);
            let mut cell = Cell::new(DVec2::new(f64::from(rect.x0), y), &self.start);
            cell.max.y = y + 1.0;
            for &(slot, height, change) in &self.walls {
                cell.add_wall(slot, height, change);
            }
            let chords = &mut self.rows[(row - rect.y0) as usize];
            chords.sort_by_key(|&(_, start, _)| start);
            let mut next = chords.iter().peekable();
            active.clear();
            for column in rect.x0..rect.x1 {
                while let Some(&&chord) = next.peek().filter(|chord| chord.1 <= column) {
                    active.push(chord);
                    next.next();
                }
                cell.near.clear();
                active.retain(|&(number, _, end)| {
                    let chord = &self.chords[number as usize];
                    if end <= column {
                        cell.add_left(chord);
                    } else {
                        cell.near.push(*chord);
                    }
                    end > column
                });
                cell.min.x = f64::from(column);
                cell.max.x = f64::from(column) + 1.0;
                visit((column, row), &cell);
            }
        }
    }
}
