use glam::DVec2;

use super::chord::Chord;
use crate::drawing::{Edges, Tile};

/// A rectangle of a tile with the chords that cut it.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) min: DVec2,
    pub(super) max: DVec2,
    /// The chords that may cut it.
    pub(super) near: Vec<Chord>,
    /// Edges to its left that end within its height.
    left: Vec<Chord>,
    /// The winding number at its left border of each slot, less what `left` adds.
    base: Vec<i32>,
    /// The walls of the tile: (slot, height, change).
    walls: Vec<(usize, f64, i32)>,
}

/// A cell of more chords than this is cut into four: sorting costs less than crossing.
const MANY: usize = 32;
/// Cells are cut at most this often.
const MAX_DEPTH: usize = 10;

impl Cell {
    /// Returns the whole of a tile as a cell, with `extra` chords besides the edges.
    pub(super) fn of_tile(tile: &Tile, edges: &Edges, extra: Vec<Chord>) -> Self {
        let rect = tile.rect;
        let mut near = extra;
        let mut walls = Vec::new();
        let mut base = Vec::new();
        for (slot, layer) in tile.layers.iter().enumerate() {
            // Horizontal edges are never crossed, and their ends are ends of their neighbours.
            let list = tile.edges(layer).iter().map(|&i| &edges.list()[i as usize]);
            let list = list.filter(|edge| edge.a.y != edge.b.y);
            near.extend(list.map(|edge| Chord::of_edge(edge, slot)));
            base.push(tile.base(layer));
            let changes = tile.walls(layer).iter();
            walls.extend(changes.map(|wall| (slot, wall.y, wall.winding)));
        }
        Self {
            min: DVec2::new(f64::from(rect.x0), f64::from(rect.y0)),
            max: DVec2::new(f64::from(rect.x1), f64::from(rect.y1)),
            near,
            left: Vec::new(),
            base,
            walls,
        }
    }

    /// Returns the part of the cell in a smaller rectangle.
    pub(super) fn part(&self, min: DVec2, max: DVec2) -> Self {
        let mut part = Self {
            min,
            max,
            near: Vec::new(),
            left: Vec::new(),
            base: self.base.clone(),
            walls: Vec::new(),
        };
        for &(slot, y, change) in &self.walls {
            if y <= min.y {
                part.base[slot] += change;
            } else if y < max.y {
                part.walls.push((slot, y, change));
            }
        }
        for chord in &self.left {
            part.add_left(*chord);
        }
        for chord in &self.near {
            match part.side(chord) {
                Side::Near => part.near.push(*chord),
                Side::Left => part.add_left(*chord),
                Side::Elsewhere => {}
            }
        }
        part
    }

    fn add_left(&mut self, chord: Chord) {
        let Some((slot, winding)) = chord.winding else {
            return;
        };
        let (top, bottom) = (chord.a.y.min(chord.b.y), chord.a.y.max(chord.b.y));
        if top <= self.min.y && bottom >= self.max.y {
            self.base[slot] += winding;
        } else if top < self.max.y && bottom > self.min.y {
            self.left.push(chord);
        }
    }

    fn side(&self, chord: &Chord) -> Side {
        let (top, bottom) = (chord.a.y.min(chord.b.y), chord.a.y.max(chord.b.y));
        if top >= self.max.y || bottom <= self.min.y {
            return Side::Elsewhere;
        }
        let (p, q) = if top == bottom {
            (chord.a.x, chord.b.x)
        } else {
            let (top, bottom) = (top.max(self.min.y), bottom.min(self.max.y));
            (chord.x_at(top), chord.x_at(bottom))
        };
        if p.min(q) >= self.max.x {
            Side::Elsewhere
        } else if p.max(q) <= self.min.x {
            Side::Left
        } else {
            Side::Near
        }
    }

    /// Calls `visit` for the cell, or for parts of it with fewer chords.
    pub(super) fn visit_parts(&self, visit: &mut impl FnMut(&Self)) {
        self.visit_to_depth(MAX_DEPTH, visit);
    }

    fn visit_to_depth(&self, depth: usize, visit: &mut impl FnMut(&Self)) {
        if self.near.len() <= MANY || depth == 0 {
            return visit(self);
        }
        let quarters = self.quarters();
        // Chords on one line cannot be told apart by cutting.
        let separates = |part: &Self| 10 * part.near.len() < 9 * self.near.len();
        if !quarters.iter().all(separates) {
            return visit(self);
        }
        for quarter in &quarters {
            quarter.visit_to_depth(depth - 1, visit);
        }
    }

    fn quarters(&self) -> [Self; 4] {
        let (min, max) = (self.min, self.max);
        let middle = 0.5 * (min + max);
        [
            (min, middle),
            (DVec2::new(middle.x, min.y), DVec2::new(max.x, middle.y)),
            (DVec2::new(min.x, middle.y), DVec2::new(middle.x, max.y)),
            (middle, max),
        ]
        .map(|(min, max)| self.part(min, max))
    }

    /// Returns the heights at which the winding numbers of the left border change.
    pub(super) fn wall_heights(&self) -> impl Iterator<Item = f64> {
        let walls = self.walls.iter().map(|wall| wall.1);
        let ends = self.left.iter().flat_map(|chord| [chord.a.y, chord.b.y]);
        walls.chain(ends)
    }

    /// Computes the winding number of each slot at a height of the left border.
    pub(super) fn windings_at(&self, y: f64, windings: &mut Vec<i32>) {
        windings.clear();
        windings.extend_from_slice(&self.base);
        for &(slot, start, change) in &self.walls {
            if y >= start {
                windings[slot] += change;
            }
        }
        for chord in self.left.iter().filter(|chord| chord.spans(y)) {
            let (slot, winding) = chord.winding.expect("only outlines are kept on the left");
            windings[slot] += winding;
        }
    }
}

/// Where a chord is, seen from a cell.
enum Side {
    Near,
    Left,
    Elsewhere,
}
