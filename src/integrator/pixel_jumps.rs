//! The jumps of the colour at the samples on edges in one pixel, four samples at once.
//!
//! For tiles without groups and without paints that jump.

use super::boundary::Place;
use super::edge_lanes::{EdgeBatch, NearEdge, OwnEdge};
use super::lanes::{LANES, Lanes, inside_of};
use super::stack::Stack;
use crate::drawing::{Edge, Entry, Rgba, over};
use crate::scene::FillRule;

/// `C` numbers that are linear in a colour, such as its channels.
pub(super) type Seen<const C: usize> = [f64; C];

/// The layers on a pixel, and the samples on edges there.
#[derive(Debug)]
pub(super) struct PixelJumps<'a, const C: usize> {
    /// What is seen of colours: the sums over channels with these weights.
    views: [Rgba; C],
    /// The layers above the bottom, from the lowest up; the solid ones that cover the whole pixel
    /// make the bottom. What an opaque one hides is left out.
    layers: Vec<PixelLayer<C>>,
    bottom: Seen<C>,
    /// The upper border of the pixel.
    top: f64,
    /// The edges of the layers, and the largest of their tolerances.
    edges: Vec<NearEdge>,
    coincidence: f64,
    pieces: Vec<SampledPiece<'a>>,
    batches: Vec<EdgeBatch>,
    /// For each sample its piece, where it is along the edge, and the part of it that it stands for.
    samples: Vec<PieceSample>,
    /// The winding numbers of the layers on the − sides of the edges of four samples.
    windings: Vec<Lanes>,
    /// What is seen of the jumps at the samples, and some more to fill the last batch.
    jumps: Vec<Seen<C>>,
}

/// A layer on a pixel.
#[derive(Debug)]
struct PixelLayer<const C: usize> {
    entry: Entry,
    rule: FillRule,
    /// What is seen of a solid paint, and its alpha.
    solid: Option<(Seen<C>, f64)>,
}

/// A piece of an edge with samples.
#[derive(Debug)]
struct SampledPiece<'a> {
    /// The last of its samples.
    place: Place<'a>,
    /// Where its samples end.
    end: usize,
}

/// A sample on a piece of an edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct PieceSample {
    piece: u32,
    pub(super) t: f64,
    pub(super) dt: f64,
}

impl<'a, const C: usize> PixelJumps<'a, C> {
    pub(super) fn new() -> Self {
        Self {
            views: [[0.0; 4]; C],
            layers: Vec::new(),
            bottom: [0.0; C],
            top: 0.0,
            edges: Vec::new(),
            coincidence: 0.0,
            pieces: Vec::new(),
            batches: Vec::new(),
            samples: Vec::new(),
            windings: Vec::new(),
            jumps: Vec::new(),
        }
    }

    /// Enters a pixel, the number `pixel` of the tile row by row, without edges.
    pub(super) fn enter(&mut self, stack: &Stack<'_>, pixel: usize, views: [Rgba; C]) {
        self.views = views;
        self.top = stack.top_of(pixel);
        self.coincidence = f64::NEG_INFINITY;
        self.layers.clear();
        self.edges.clear();
        self.pieces.clear();
        self.samples.clear();
        let mut bottom = stack.background();
        for (_, entry) in stack.cover().layers(pixel) {
            if let Some(color) = stack.fixed_color(entry) {
                if color[3] == 1.0 {
                    self.layers.clear();
                }
                if self.layers.is_empty() {
                    bottom = over(color, bottom);
                    continue;
                }
            }
            let slot = stack.slot(entry);
            let solid = slot.solid.map(|color| (self.see(color), color[3]));
            self.layers.push(PixelLayer {
                entry: *entry,
                rule: slot.rule,
                solid,
            });
        }
        self.bottom = self.see(bottom);
    }

    fn see(&self, color: Rgba) -> Seen<C> {
        self.views
            .map(|view| (0..4).map(|c| view[c] * color[c]).sum())
    }

    /// Returns how many layers there are above the bottom.
    pub(super) fn layer_count(&self) -> usize {
        self.layers.len()
    }

    /// Returns a layer above the bottom.
    pub(super) fn entry(&self, layer: usize) -> Entry {
        self.layers[layer].entry
    }

    /// Adds an edge of a layer that is partly in the pixel. All have to be there.
    #[inline]
    pub(super) fn add_edge(&mut self, layer: usize, index: u32, edge: &Edge) {
        // Nothing crosses an edge without length, but everything is on its line.
        if edge.a != edge.b {
            self.edges.push(NearEdge::new(index, layer, edge));
            self.coincidence = self.coincidence.max(edge.coincidence);
        }
    }

    /// Adds a sample on a piece of an edge.
    #[inline]
    pub(super) fn add_sample(&mut self, own: &OwnEdge, place: &Place<'a>) {
        let number = self.samples.len();
        if number / LANES == self.batches.len() {
            self.batches.push(EdgeBatch::default());
        }
        let batch = &mut self.batches[number / LANES];
        batch.set(number % LANES, own, place.point.position, place.t);
        self.samples.push(PieceSample {
            piece: self.pieces.len() as u32,
            t: place.t,
            dt: place.dt,
        });
    }

    /// Ends a piece of an edge, whose samples are all added.
    #[inline]
    pub(super) fn end_piece(&mut self, place: Place<'a>) {
        self.pieces.push(SampledPiece {
            place,
            end: self.samples.len(),
        });
    }

    /// Visits each piece with its samples and what is seen of `f⁻ − f⁺` at them.
    pub(super) fn for_each_piece(
        &mut self,
        stack: &Stack<'_>,
        mut visit: impl FnMut(&Place<'a>, &[PieceSample], &[Seen<C>]),
    ) {
        self.jumps.clear();
        for first in (0..self.samples.len()).step_by(LANES) {
            self.find_windings(stack, first);
            self.find_jumps(stack, first);
        }
        let mut first = 0;
        for piece in &self.pieces {
            let samples = first..piece.end;
            first = piece.end;
            visit(
                &piece.place,
                &self.samples[samples.clone()],
                &self.jumps[samples],
            );
        }
    }

    /// Finds the winding numbers at four samples.
    fn find_windings(&mut self, stack: &Stack<'_>, first: usize) {
        let batch = &self.batches[first / LANES];
        self.windings.clear();
        for (number, layer) in self.layers.iter().enumerate() {
            let surround = stack.cover().surround(&layer.entry, self.top);
            let windings = batch.windings_left(number, &surround);
            self.windings.push(windings);
        }
        let coincidence = 2.0 * self.coincidence;
        let is_doubtful = batch.cross(&self.edges, coincidence, &mut self.windings);
        if is_doubtful != [0.0; LANES] {
            self.settle_doubts(stack, first, is_doubtful);
        }
    }

    /// Finds the winding numbers at those of four samples that are doubtful.
    #[cold]
    fn settle_doubts(&mut self, stack: &Stack<'_>, first: usize, is_doubtful: Lanes) {
        let samples = self.samples[first..].iter().zip(is_doubtful).enumerate();
        for (lane, (sample, _)) in samples.filter(|(_, (_, is_doubtful))| *is_doubtful != 0.0) {
            let place = &self.pieces[sample.piece as usize].place;
            let mut point = place.point;
            point.move_to(place.edge, sample.t);
            for (layer, windings) in self.layers.iter().zip(&mut self.windings) {
                if !layer.entry.is_whole() {
                    windings[lane] =
                        f64::from(stack.winding_before(&layer.entry, &point, self.top));
                }
            }
        }
    }

    /// Carries the jumps at four samples from their own layers through those above.
    fn find_jumps(&mut self, stack: &Stack<'_>, first: usize) {
        let batch = &self.batches[first / LANES];
        let mut below = self.bottom.map(|seen| [seen; LANES]);
        let mut jumps = [[0.0; LANES]; C];
        for (number, layer) in self.layers.iter().enumerate() {
            let (inside, sign) = sides(layer, number, &self.windings[number], batch);
            let (color, alpha) = match layer.solid {
                Some((color, alpha)) => (color.map(|seen| [seen; LANES]), [alpha; LANES]),
                None => self.colors(stack, layer, first),
            };
            for c in 0..C {
                for lane in 0..LANES {
                    let change = color[c][lane] - alpha[lane] * below[c][lane];
                    let through = 1.0 - inside[lane] * alpha[lane];
                    jumps[c][lane] = jumps[c][lane] * through + sign[lane] * change;
                    below[c][lane] += inside[lane] * change;
                }
            }
        }
        let seen = |lane| std::array::from_fn(|c: usize| jumps[c][lane]);
        self.jumps.extend([0, 1, 2, 3].map(seen));
    }

    /// Returns what is seen of a layer's colours at four samples, and their alphas.
    fn colors(
        &self,
        stack: &Stack<'_>,
        layer: &PixelLayer<C>,
        first: usize,
    ) -> ([Lanes; C], Lanes) {
        let (mut seen, mut alphas) = ([[0.0; LANES]; C], [0.0; LANES]);
        for (lane, sample) in self.samples[first..].iter().take(LANES).enumerate() {
            let place = &self.pieces[sample.piece as usize].place;
            let color = stack.color_of(&layer.entry, place.edge.at(sample.t));
            for (lanes, value) in seen.iter_mut().zip(self.see(color)) {
                lanes[lane] = value;
            }
            alphas[lane] = color[3];
        }
        (seen, alphas)
    }
}

/// Returns whether four samples are inside a layer on the − sides of their edges, as 0 or 1, and
/// for edges of that layer by how much that exceeds the same on the + side.
fn sides<const C: usize>(
    layer: &PixelLayer<C>,
    number: usize,
    windings: &Lanes,
    batch: &EdgeBatch,
) -> (Lanes, Lanes) {
    if layer.entry.is_whole() {
        return ([1.0; LANES], [0.0; LANES]);
    }
    let is_own = batch.are_of(number);
    let inside = inside_of(layer.rule, *windings);
    let plus = std::array::from_fn(|lane| windings[lane] + batch.step[lane]);
    let plus = inside_of(layer.rule, plus);
    let sign = std::array::from_fn(|lane| is_own[lane] * (inside[lane] - plus[lane]));
    (inside, sign)
}
