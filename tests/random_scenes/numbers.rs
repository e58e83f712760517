//! Numbers that are hard on geometry: on lines of the grid, one unit in the last place beside them,
//! used before, tiny.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Distances from a line of the grid that are more than rounding. Those about 1e-12 pixel are left
/// out: there rounding decides what counts as coincident, and both methods may decide differently.
const TINY: [f64; 4] = [1e-3, 1e-5, 1e-7, 1e-9];

/// Random numbers for one scene.
pub struct Numbers {
    random: Pcg64Mcg,
    coordinates: Vec<f64>,
    vertices: Vec<[f64; 2]>,
    /// The longer side of the canvas.
    side: u32,
}

impl Numbers {
    /// Starts the numbers of a scene.
    pub fn new(seed: u64, index: u64) -> Self {
        // Scenes next to each other differ by one bit; the generator is told apart by all of them.
        let mixed = seed.wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        Self {
            random: Pcg64Mcg::seed_from_u64(mixed),
            coordinates: Vec::new(),
            vertices: Vec::new(),
            side: 8,
        }
    }

    /// Has coordinates spread over a canvas of that side.
    pub fn spread_over(&mut self, side: u32) {
        self.side = side;
    }

    /// Returns a number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        self.random.random_range(0..count)
    }

    /// Tells whether something of that probability happens.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.random.random_bool(probability)
    }

    /// Returns a uniform number.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.random.random::<f64>()
    }

    /// Returns one of a list.
    pub fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// Returns a coordinate on the canvas or up to two pixels outside.
    pub fn coordinate(&mut self) -> f64 {
        let used = !self.coordinates.is_empty() && self.happens(0.2);
        let value = if used {
            let index = self.below(self.coordinates.len());
            self.coordinates[index]
        } else {
            let far = f64::from(self.side) + 2.0;
            let place = self.between(-2.0, far);
            self.beside(place)
        };
        self.coordinates.push(value);
        value
    }

    /// Returns a radius: 0 or more, at most 6 and a bit.
    pub fn radius(&mut self) -> f64 {
        let place = self.between(0.0, 6.0);
        self.beside(place).abs()
    }

    /// Returns a vertex, in one of four cases one that was there before.
    pub fn vertex(&mut self) -> [f64; 2] {
        if !self.vertices.is_empty() && self.happens(0.25) {
            let index = self.below(self.vertices.len());
            return self.vertices[index];
        }
        let vertex = [self.coordinate(), self.coordinate()];
        self.vertices.push(vertex);
        vertex
    }

    /// Returns a number near a place: on a whole or half number, or just beside one, or anywhere.
    fn beside(&mut self, place: f64) -> f64 {
        let whole = place.round();
        let half = place.floor() + 0.5;
        match self.below(9) {
            0 | 1 => whole,
            2 => half,
            3 => whole.next_up(),
            4 => whole.next_down(),
            5 if self.happens(0.5) => half.next_up(),
            5 => half.next_down(),
            6 => whole + self.one_of(&[1.0, -1.0]) * self.one_of(&TINY),
            _ => place,
        }
    }
}
