use super::stack::Stack;
use crate::drawing::{Edge, EdgePoint, Edges, Entry, Piece, Rgba, over};

/// How long a piece is whose middle is near no other edge of a chain, in pixels: far more than what
/// counts as coincident, and little enough that hardly any piece is shorter.
const LONG: f64 = 1e-6;

/// The jump of the colour along the edges of one layer within one pixel.
///
/// What no sample has to be asked for is worked out before: the composite of the layers at the bottom
/// that cover the whole pixel, and how much those above the edges' own layer let through.
/// For tiles without groups and without paints that jump.
#[derive(Debug, Default)]
pub(super) struct PieceJump {
    /// The layers on the pixel.
    entries: Vec<Entry>,
    /// The number of the edges' own layer among them.
    own: usize,
    /// How many at the bottom are solid and cover the pixel, and their composite.
    fixed: usize,
    bottom: Rgba,
    /// The part of the jump that layers above which cover the pixel let through.
    through: f64,
    /// The other layers above.
    after: Vec<Entry>,
    /// Whether the own layer's edges are a chain that comes near itself at its vertices only. Its left
    /// side then has the same winding number everywhere in the pixel; it is noted when it is first
    /// known.
    is_chain: bool,
    left: Option<i32>,
    /// The middle of a piece of the chain, if the piece is so long that no other edge is near there.
    middle: Option<EdgePoint>,
    /// The jump from inside to outside, if it is the same everywhere in the pixel.
    constant: Option<Rgba>,
    /// What a sample of the piece was told, if all others are told the same.
    known: Option<Option<Rgba>>,
    /// The upper border of the pixel.
    top: f64,
}

impl PieceJump {
    /// Enters a pixel, the number `pixel` of the tile row by row. Tells whether any layer is partly in
    /// it.
    pub(super) fn enter_pixel(&mut self, stack: &Stack<'_>, pixel: usize) -> bool {
        let is_partial = stack.cover().is_partial(pixel);
        if is_partial {
            self.entries.clear();
            let entries = stack.cover().layers(pixel);
            self.entries.extend(entries.map(|(_, entry)| *entry));
            self.top = stack.top_of(pixel);
            self.composite_bottom(stack);
        }
        is_partial
    }

    fn composite_bottom(&mut self, stack: &Stack<'_>) {
        self.bottom = stack.background();
        self.fixed = 0;
        for entry in &self.entries {
            let Some(color) = stack.fixed_color(entry) else {
                break;
            };
            self.bottom = over(color, self.bottom);
            self.fixed += 1;
        }
    }

    /// Returns the layers of the pixel. One that is not here is hidden.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Turns to the edges of the layer `own` of those of the pixel, which have to be partly in it.
    /// Tells whether there may be a jump: no layer that covers the pixel hides it.
    pub(super) fn enter(&mut self, stack: &Stack<'_>, own: usize) -> bool {
        self.own = own;
        self.through = 1.0;
        self.after.clear();
        for entry in &self.entries[own + 1..] {
            match stack.fixed_color(entry) {
                Some(color) => self.through *= 1.0 - color[3],
                None => self.after.push(*entry),
            }
        }
        let own = &self.entries[own];
        self.is_chain = is_chain(stack.edges(), stack.cover().near(own));
        (self.left, self.middle) = (None, None);
        let color = stack.slot(own).solid;
        let color = color.filter(|_| self.after.is_empty() && self.fixed == self.own);
        self.constant = color.map(|own| toggled(own, self.bottom, self.through));
        self.through != 0.0
    }

    /// Turns to a piece of an edge.
    pub(super) fn enter_piece(&mut self, edges: &Edges, index: u32, piece: &Piece) {
        self.known = None;
        if !self.is_chain || self.left.is_some() {
            return;
        }
        let length = edges.list()[index as usize].direction() * (piece.end - piece.start);
        self.middle = (length.length_squared() > LONG * LONG)
            .then(|| EdgePoint::new(edges, index, 0.5 * (piece.start + piece.end)));
    }

    /// Returns `f⁻ − f⁺` at a point of the piece, or `None` where the two sides do not differ in the
    /// edge's own layer.
    #[inline]
    pub(super) fn value(&mut self, stack: &Stack<'_>, point: &EdgePoint) -> Option<Rgba> {
        if let Some(known) = self.known {
            return known;
        }
        let value = self.find_value(stack, point);
        if self.left.is_some() && self.constant.is_some() {
            self.known = Some(value);
        }
        value
    }

    fn find_value(&mut self, stack: &Stack<'_>, point: &EdgePoint) -> Option<Rgba> {
        let minus = self.winding_before(stack, point);
        let own = &self.entries[self.own];
        let rule = stack.slot(own).rule;
        let [minus, plus] = [minus, minus + point.own_step()].map(|w| rule.is_inside(w));
        if minus == plus {
            return None;
        }
        if let Some(jump) = self.constant {
            return Some(if minus {
                jump
            } else {
                jump.map(|channel| -channel)
            });
        }
        let color = |entry: &Entry| stack.color_of(entry, point.position);
        let mut below = self.bottom;
        for entry in &self.entries[self.fixed..self.own] {
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
        Some(toggled(color(own), below, through))
    }

    /// Returns the winding number of the own layer on the − side of one of its edges.
    fn winding_before(&mut self, stack: &Stack<'_>, point: &EdgePoint) -> i32 {
        // To its right the winding number is larger by 1.
        let right = |point: &EdgePoint| i32::from(!point.right_is_plus);
        let own = &self.entries[self.own];
        if let (None, Some(middle)) = (self.left, &self.middle) {
            self.left = Some(stack.winding_before(own, middle, self.top) - right(middle));
        }
        match self.left {
            Some(left) => left + right(point),
            None => stack.winding_before(own, point, self.top),
        }
    }
}

/// Returns what a layer of colour `own` changes above `below`, under layers that let `through` a part.
fn toggled(own: Rgba, below: Rgba, through: f64) -> Rgba {
    std::array::from_fn(|c| through * (own[c] - own[3] * below[c]))
}

/// Tells whether edges follow each other on a contour, all within 45° of the direction of the first.
/// Any two are then within 90° of each other, and a point of one is near another only near a vertex.
fn is_chain(edges: &[Edge], indices: &[u32]) -> bool {
    let Some(&first) = indices.first() else {
        return false;
    };
    let along = edges[first as usize].direction();
    let mut next = first;
    indices.iter().all(|&index| {
        let edge = &edges[index as usize];
        let follows = next == index;
        next = edge.next;
        let direction = edge.direction();
        let dot = direction.dot(along);
        let squares = direction.length_squared() * along.length_squared();
        follows && dot > 0.0 && 2.0 * dot * dot > squares
    })
}
