use glam::DVec2;

use super::cell::Cell;
use super::chord::Chord;
use super::faces::Windings;

/// The area between two chords (or borders of the cell) from one height to another, within which
/// no chord ends, crosses or meets the border.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trapezoid {
    pub(super) y0: f64,
    pub(super) y1: f64,
    /// Left border at `y0` and `y1`.
    pub(super) left: [f64; 2],
    /// Right border at `y0` and `y1`.
    pub(super) right: [f64; 2],
}

impl Trapezoid {
    /// Returns all of a cell.
    pub(super) fn of_cell(cell: &Cell) -> Self {
        Self {
            y0: cell.min.y,
            y1: cell.max.y,
            left: [cell.min.x; 2],
            right: [cell.max.x; 2],
        }
    }

    /// Returns the left and right border at the part `t` of its height.
    pub(super) fn span(&self, t: f64) -> (f64, f64) {
        let mix = |[a, b]: [f64; 2]| a + t * (b - a);
        (mix(self.left), mix(self.right))
    }

    /// Returns a point in its middle.
    pub(super) fn middle(&self) -> DVec2 {
        let (left, right) = self.span(0.5);
        DVec2::new(0.5 * (left + right), 0.5 * (self.y0 + self.y1))
    }

    /// Returns half of its greatest width, and half of the length of the way from top to bottom,
    /// along either border, at most.
    pub(super) fn half_size(&self) -> DVec2 {
        let width = |i: usize| self.right[i] - self.left[i];
        let run = |[a, b]: [f64; 2]| (b - a).abs();
        let down = self.y1 - self.y0 + run(self.left).max(run(self.right));
        0.5 * DVec2::new(width(0).max(width(1)), down)
    }

    /// Returns its area.
    pub(super) fn area(&self) -> f64 {
        let (left, right) = self.span(0.5);
        (self.y1 - self.y0) * (right - left)
    }

    /// Tells whether it is a rectangle.
    pub(super) fn is_rectangle(&self) -> bool {
        self.left[0] == self.left[1] && self.right[0] == self.right[1]
    }
}

/// Memory that calls share.
#[derive(Debug)]
pub(super) struct Sweep {
    events: Vec<f64>,
    active: Vec<(f64, usize)>,
    windings: Windings,
}

impl Sweep {
    /// Returns memory for cells of a tile, given any winding numbers in it.
    pub(super) fn new(windings: Windings) -> Self {
        Self {
            events: Vec::new(),
            active: Vec::new(),
            windings,
        }
    }

    /// Calls `visit` for each trapezoid of a cell with the winding numbers in it.
    pub(super) fn run(&mut self, cell: &Cell, visit: &mut impl FnMut(&Trapezoid, &Windings)) {
        if cell.is_plain() {
            return visit(&Trapezoid::of_cell(cell), cell.base());
        }
        self.collect_events(cell);
        for i in 1..self.events.len() {
            let (y0, y1) = (self.events[i - 1], self.events[i]);
            if y0 < y1 {
                self.slab(cell, y0, y1, visit);
            }
        }
    }

    /// The heights where something changes: ends, crossings, and where chords pass the borders.
    fn collect_events(&mut self, cell: &Cell) {
        let (top, bottom) = (cell.min.y, cell.max.y);
        self.events.clear();
        self.events.extend([top, bottom]);
        let mut add = |y: f64| {
            if y > top && y < bottom {
                self.events.push(y);
            }
        };
        for chord in &cell.near {
            add(chord.a.y);
            add(chord.b.y);
            chord.y_at(cell.min.x).into_iter().for_each(&mut add);
            chord.y_at(cell.max.x).into_iter().for_each(&mut add);
        }
        for wall in cell.wall_heights() {
            add(wall);
        }
        for (i, chord) in cell.near.iter().enumerate() {
            for other in &cell.near[i + 1..] {
                chord.crossing(other).into_iter().for_each(&mut add);
            }
        }
        self.events.sort_unstable_by(f64::total_cmp);
    }

    fn slab(
        &mut self,
        cell: &Cell,
        y0: f64,
        y1: f64,
        visit: &mut impl FnMut(&Trapezoid, &Windings),
    ) {
        let middle = 0.5 * (y0 + y1);
        cell.windings_at(middle, &mut self.windings);
        self.active.clear();
        for (index, chord) in cell.near.iter().enumerate() {
            if !chord.spans(middle) {
                continue;
            }
            let x = chord.x_at(middle);
            if x <= cell.min.x {
                cross(chord, &mut self.windings);
            } else if x < cell.max.x {
                self.active.push((x, index));
            }
        }
        self.active
            .sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut left = [cell.min.x; 2];
        for i in 0..=self.active.len() {
            let chord = self.active.get(i).map(|&(_, index)| &cell.near[index]);
            let border = |y: f64| {
                chord.map_or(cell.max.x, |chord| {
                    chord.x_at(y).clamp(cell.min.x, cell.max.x)
                })
            };
            let right = [border(y0), border(y1)];
            if left[0] < right[0] || left[1] < right[1] {
                let trapezoid = Trapezoid {
                    y0,
                    y1,
                    left,
                    right,
                };
                visit(&trapezoid, &self.windings);
            }
            left = right;
            if let Some(chord) = chord {
                cross(chord, &mut self.windings);
            }
        }
    }
}

fn cross(chord: &Chord, windings: &mut Windings) {
    if let Some((slot, winding)) = chord.winding {
        windings.add(slot as usize, winding);
    }
}
