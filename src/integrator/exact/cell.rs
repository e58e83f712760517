use glam::DVec2;

use super::chord::Chord;
use super::faces::Windings;

/// A rectangle of a tile with the chords that cut it.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) min: DVec2,
    pub(super) max: DVec2,
    /// The chords that may cut it.
    pub(super) near: Vec<Chord>,
    /// The winding numbers at its left border, above all walls.
    base: Windings,
    /// Changes of the winding numbers along the left border: (slot, height, change). They come from
    /// ends of chords on the left; where both chords of a vertex are there, nothing is left of it.
    walls: Vec<(usize, f64, i32)>,
}

/// A cell of more chords than this is cut into four: sorting costs less than crossing.
const MANY: usize = 8;
/// Cells are cut at most this often.
const MAX_DEPTH: usize = 12;

impl Cell {
    /// Returns a cell of no size at a corner, with the winding numbers there.
    pub(super) fn new(corner: DVec2, base: &Windings) -> Self {
        Self {
            min: corner,
            max: corner,
            near: Vec::new(),
            base: base.clone(),
            walls: Vec::new(),
        }
    }

    /// Makes `part` the part of the cell in a smaller rectangle.
    pub(super) fn cut(&self, min: DVec2, max: DVec2, part: &mut Self) {
        (part.min, part.max) = (min, max);
        part.near.clear();
        part.walls.clear();
        part.base.copy_from(&self.base);
        for &(slot, height, change) in &self.walls {
            part.add_wall(slot, height, change);
        }
        for chord in &self.near {
            match part.side(chord) {
                Side::Near => part.near.push(*chord),
                Side::Left => part.add_left(chord),
                Side::Elsewhere => {}
            }
        }
    }

    /// Adds a change of a winding number from a height on.
    pub(super) fn add_wall(&mut self, slot: usize, height: f64, change: i32) {
        if height <= self.min.y {
            self.base.add(slot, change);
        } else if height < self.max.y {
            let mut walls = self.walls.iter();
            match walls.position(|wall| (wall.0, wall.1) == (slot, height)) {
                Some(i) if self.walls[i].2 == -change => {
                    self.walls.swap_remove(i);
                }
                Some(i) => self.walls[i].2 += change,
                None => self.walls.push((slot, height, change)),
            }
        }
    }

    /// Adds a chord to the left of the cell.
    pub(super) fn add_left(&mut self, chord: &Chord) {
        let Some((slot, winding)) = chord.winding else {
            return;
        };
        let (top, bottom) = (chord.a.y.min(chord.b.y), chord.a.y.max(chord.b.y));
        self.add_wall(slot as usize, top, winding);
        self.add_wall(slot as usize, bottom, -winding);
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
        .map(|(min, max)| {
            let mut part = Self::new(min, &self.base);
            self.cut(min, max, &mut part);
            part
        })
    }

    /// Tells whether winding numbers are the same everywhere in it, and paints smooth.
    pub(super) fn is_plain(&self) -> bool {
        self.near.is_empty() && self.walls.is_empty()
    }

    /// Returns the winding numbers at the left border, above all walls.
    pub(super) fn base(&self) -> &Windings {
        &self.base
    }

    /// Returns the heights at which the winding numbers of the left border change.
    pub(super) fn wall_heights(&self) -> impl Iterator<Item = f64> {
        self.walls.iter().map(|wall| wall.1)
    }

    /// Computes the winding numbers at a height of the left border.
    pub(super) fn windings_at(&self, y: f64, windings: &mut Windings) {
        windings.copy_from(&self.base);
        for &(slot, start, change) in &self.walls {
            if y >= start {
                windings.add(slot, change);
            }
        }
    }
}

/// Where a chord is, seen from a cell.
enum Side {
    Near,
    Left,
    Elsewhere,
}
