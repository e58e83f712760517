use super::stack::{Slot, Stack};
use crate::drawing::{EdgePoint, Entry, Rgba, over};

/// The jump of the colour along a piece of an edge within one pixel.
///
/// What no sample has to be asked for is worked out once a piece: the composite of the layers at the
/// bottom that cover the whole pixel, and how much those above the edge's own layer let through.
/// For tiles without groups and without paints that jump.
#[derive(Debug, Default)]
pub(super) struct PieceJump {
    /// The composite of the lowest layers, up to the first of `before`.
    bottom: Rgba,
    /// The other layers below the edge's own.
    before: Vec<Entry>,
    own: Option<Entry>,
    /// The part of the jump that layers above which cover the pixel let through.
    through: f64,
    /// The other layers above the edge's own.
    after: Vec<Entry>,
    /// The upper border of the pixel.
    top: f64,
}

impl PieceJump {
    /// Prepares the piece of an edge of the layer in `slot` in a pixel of the tile. Tells whether
    /// there may be a jump: no layer that covers the pixel hides it.
    pub(super) fn enter(&mut self, stack: &Stack<'_>, pixel: usize, slot: usize) -> bool {
        self.bottom = stack.background();
        self.before.clear();
        self.own = None;
        self.through = 1.0;
        self.after.clear();
        self.top = stack.top_of(pixel);
        for (_, entry) in stack.cover().layers(pixel) {
            let fixed = stack.slot(entry).solid.filter(|_| entry.is_whole());
            if entry.slot as usize == slot {
                self.own = Some(*entry);
            } else if self.own.is_some() {
                match fixed {
                    Some(color) => self.through *= 1.0 - color[3],
                    None => self.after.push(*entry),
                }
            } else {
                match fixed {
                    Some(color) if self.before.is_empty() => {
                        self.bottom = over(color, self.bottom);
                    }
                    _ => self.before.push(*entry),
                }
            }
        }
        // A layer that is not in the cover is hidden.
        self.own.is_some_and(|own| !own.is_whole()) && self.through != 0.0
    }

    /// Returns `f⁻ − f⁺` at a point of the piece, or `None` where the two sides do not differ in the
    /// edge's own layer.
    pub(super) fn value(&self, stack: &Stack<'_>, point: &EdgePoint) -> Option<Rgba> {
        let own = self.own.as_ref()?;
        let Slot { rule, .. } = *stack.slot(own);
        let minus = stack.winding_before(own, point, self.top);
        let [minus, plus] = [minus, minus + point.own_step()].map(|w| rule.is_inside(w));
        if minus == plus {
            return None;
        }
        let color = |entry: &Entry| stack.color_of(entry, point.position);
        let mut below = self.bottom;
        for entry in &self.before {
            if stack.is_inside(entry, point, self.top) {
                below = over(color(entry), below);
            }
        }
        let mut through = if minus { self.through } else { -self.through };
        for entry in &self.after {
            if stack.is_inside(entry, point, self.top) {
                through *= 1.0 - color(entry)[3];
            }
        }
        let own = color(own);
        Some(std::array::from_fn(|c| {
            through * (own[c] - own[3] * below[c])
        }))
    }
}
