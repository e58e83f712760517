use std::collections::BTreeMap;

use glam::DVec2;

use super::scale::{Scale, degree};
use crate::drawing::{Drawing, Tile};
use crate::scene::FillRule;

/// A set of slots of a tile: one bit each.
#[derive(Clone, Debug, Default, Eq, PartialOrd, Ord)]
pub(super) struct SlotSet {
    first: u64,
    /// Slots from 64 on; few tiles have any, so most sets are copied without allocating.
    rest: Vec<u64>,
}

impl PartialEq for SlotSet {
    /// Crowded pixels compare sets more often than anything else, and vectors without elements are
    /// compared by a call, too.
    fn eq(&self, other: &Self) -> bool {
        let Self { first, rest } = self;
        let is_as_long = rest.len() == other.rest.len();
        *first == other.first && is_as_long && (rest.is_empty() || *rest == other.rest)
    }
}

impl SlotSet {
    fn new(slots: usize) -> Self {
        Self {
            first: 0,
            rest: vec![0; slots.saturating_sub(1) / 64],
        }
    }

    /// Puts a slot in or takes it out.
    pub(super) fn put(&mut self, slot: usize, inside: bool) {
        let word = match slot / 64 {
            0 => &mut self.first,
            number => &mut self.rest[number - 1],
        };
        let bit = 1 << (slot % 64);
        if inside { *word |= bit } else { *word &= !bit }
    }

    /// Tells whether a slot is in.
    pub(super) fn contains(&self, slot: usize) -> bool {
        let word = match slot / 64 {
            0 => self.first,
            number => self.rest[number - 1],
        };
        word >> (slot % 64) & 1 == 1
    }

    /// Becomes a copy of another set, in the memory that it has.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.first = other.first;
        self.rest.clone_from(&other.rest);
    }
}

/// The winding number of each slot at a point of a tile, and the set of slots that are inside.
#[derive(Clone, Debug)]
pub(super) struct Windings {
    rules: Vec<FillRule>,
    numbers: Vec<i32>,
    inside: SlotSet,
}

impl Windings {
    /// Returns winding numbers of 0.
    pub(super) fn new(drawing: &Drawing, tile: &Tile) -> Self {
        let layers = drawing.layout.layers();
        let rules = tile.layers.iter();
        let rules: Vec<FillRule> = rules.map(|l| layers[l.layer as usize].rule).collect();
        Self {
            numbers: vec![0; rules.len()],
            inside: SlotSet::new(rules.len()),
            rules,
        }
    }

    /// Changes the winding number of a slot.
    pub(super) fn add(&mut self, slot: usize, change: i32) {
        let number = self.numbers[slot] + change;
        self.numbers[slot] = number;
        self.inside.put(slot, self.rules[slot].is_inside(number));
    }

    /// Tells whether a slot would be inside if its winding number were larger by `change`.
    pub(super) fn is_inside_after(&self, slot: usize, change: i32) -> bool {
        self.rules[slot].is_inside(self.numbers[slot] + change)
    }

    /// Takes over the numbers of other windings of the same tile.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.numbers.copy_from_slice(&other.numbers);
        self.inside.copy_from(&other.inside);
    }

    /// Returns the slots that are inside.
    pub(super) fn inside(&self) -> &SlotSet {
        &self.inside
    }
}

/// All places of a tile at which the same slots are inside.
#[derive(Clone, Debug)]
pub(super) struct Face {
    /// For each slot whether it is inside.
    pub(super) inside: Vec<bool>,
    /// Its place in the order in which the faces of the tile were met.
    pub(super) id: usize,
    /// The gradients of the slots that are inside.
    gradients: Vec<Scale>,
}

impl Face {
    fn new(drawing: &Drawing, tile: &Tile, set: &SlotSet, id: usize) -> Self {
        let inside: Vec<bool> = (0..tile.layers.len()).map(|s| set.contains(s)).collect();
        let present = tile
            .layers
            .iter()
            .zip(&inside)
            .filter(|(_, inside)| **inside);
        Self {
            gradients: present
                .filter_map(|(layer, _)| Scale::of_layer(drawing, layer))
                .collect(),
            inside,
            id,
        }
    }

    /// Tells whether it has one colour.
    pub(super) fn is_flat(&self) -> bool {
        self.gradients.is_empty()
    }

    /// Returns the degree at which the `power` of the colour is integrated along a straight line
    /// of length `2 half` with its middle within `around` of a place. Between the
    /// [lines](super::region::paint_lines) of paints it is a polynomial but for radial gradients.
    pub(super) fn degree(&self, place: DVec2, around: f64, half: f64, power: usize) -> usize {
        degree(self.gradients.iter(), place, around, half, power)
    }
}

/// The faces of a tile that were met so far.
pub(super) struct Faces<'a> {
    drawing: &'a Drawing,
    tile: &'a Tile,
    ids: BTreeMap<SlotSet, usize>,
    list: Vec<Face>,
    /// The two faces asked for last: on the sides of an edge they take turns.
    recent: [(SlotSet, usize); 2],
}

impl<'a> Faces<'a> {
    pub(super) fn new(drawing: &'a Drawing, tile: &'a Tile) -> Self {
        let empty = SlotSet::new(tile.layers.len());
        let face = Face::new(drawing, tile, &empty, 0);
        Self {
            drawing,
            tile,
            ids: BTreeMap::from([(empty.clone(), 0)]),
            list: vec![face],
            recent: [(empty.clone(), 0), (empty, 0)],
        }
    }

    /// Returns the face where the slots of a set are inside.
    pub(super) fn get(&mut self, set: &SlotSet) -> &Face {
        if self.recent[0].0 != *set {
            self.recent.swap(0, 1);
        }
        if self.recent[0].0 != *set {
            let id = self.find(set);
            self.recent[0].0.copy_from(set);
            self.recent[0].1 = id;
        }
        &self.list[self.recent[0].1]
    }

    fn find(&mut self, set: &SlotSet) -> usize {
        if let Some(&id) = self.ids.get(set) {
            return id;
        }
        let id = self.list.len();
        self.list.push(Face::new(self.drawing, self.tile, set, id));
        self.ids.insert(set.clone(), id);
        id
    }

    /// Returns the faces met so far.
    pub(super) fn list(&self) -> &[Face] {
        &self.list
    }
}

/// What is the same all over a face, computed once.
#[derive(Debug)]
pub(super) struct ByFace<T>(Vec<Option<T>>);

impl<T: Copy> ByFace<T> {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    /// Returns the value of a face.
    pub(super) fn get(&mut self, face: &Face, compute: impl FnOnce() -> T) -> T {
        if self.0.len() <= face.id {
            self.0.resize(face.id + 1, None);
        }
        *self.0[face.id].get_or_insert_with(compute)
    }
}
