use glam::DVec2;

use super::{Edge, PixelRect};

/// The part of an edge within one pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// The pixel's column and row.
    pub pixel: (i32, i32),
    /// Where it starts along the edge, in [0, 1].
    pub start: f64,
    /// Where it ends, larger than `start`.
    pub end: f64,
}

/// Calls `visit` for the part of the edge in each pixel of a rectangle, from its start to its end.
///
/// Neighbouring rectangles cut an edge at the same numbers, so nothing is lost or counted twice.
/// An edge along the grid belongs to the pixels right of it or below it.
pub fn for_each_piece(edge: &Edge, rect: PixelRect, mut visit: impl FnMut(Piece)) {
    let (a, b) = (pixel_of(edge.a), pixel_of(edge.b));
    if a == b {
        if rect.contains(a.0, a.1) {
            let (start, end) = (0.0, 1.0);
            visit(Piece {
                pixel: a,
                start,
                end,
            });
        }
        return;
    }
    let mut columns = Cuts::new(edge.a.x, edge.b.x, rect.x0, rect.x1);
    let mut rows = Cuts::new(edge.a.y, edge.b.y, rect.y0, rect.y1);
    let mut start = 0.0;
    while start < 1.0 {
        let end = columns.next.min(rows.next).min(1.0);
        if start < end {
            let pixel = (columns.cell(), rows.cell());
            if rect.contains(pixel.0, pixel.1) {
                visit(Piece { pixel, start, end });
            }
            start = end;
        }
        columns.pass(end);
        rows.pass(end);
    }
}

/// Returns the part of an edge in one pixel, if there is any: the same that [`for_each_piece`] visits
/// there.
#[inline]
pub fn piece_in(edge: &Edge, (x, y): (i32, i32)) -> Option<Piece> {
    let (a, b) = (edge.a.to_array(), edge.b.to_array());
    let low = [f64::from(x), f64::from(y)];
    // No branches: edges are within, leave and enter pixels in no order. Along a grid line the cuts
    // are infinite, or 0/0 where the coordinate is on the line: the start is then at or before 0,
    // and the end not a number, which no start is before. The gain must not be −0 for that.
    let (mut from, mut to) = ([0.0; 2], [0.0; 2]);
    for i in 0..2 {
        let gain = b[i] - a[i] + 0.0;
        let (at_low, at_high) = ((low[i] - a[i]) / gain, (low[i] + 1.0 - a[i]) / gain);
        (from[i], to[i]) = if at_high < at_low {
            (at_high, at_low)
        } else {
            (at_low, at_high)
        };
        from[i] = if from[i] > 0.0 { from[i] } else { 0.0 };
        to[i] = if to[i] > 1.0 { 1.0 } else { to[i] };
    }
    let start = if from[0] > from[1] { from[0] } else { from[1] };
    let end = if to[0] < to[1] { to[0] } else { to[1] };
    let (pixel, is_there) = ((x, y), (start < to[0]) & (start < to[1]));
    is_there.then_some(Piece { pixel, start, end })
}

fn pixel_of(p: DVec2) -> (i32, i32) {
    (floor(p.x), floor(p.y))
}

/// The largest whole number that is not larger, within the range of the type. Not all processors
/// that this is built for have an instruction for it.
pub(super) fn floor(x: f64) -> i32 {
    let toward_zero = x as i32;
    toward_zero.saturating_sub(i32::from(x < f64::from(toward_zero)))
}

/// Where a coordinate along an edge passes the grid lines of a rectangle, in order.
struct Cuts {
    /// The coordinate at the start, and what it gains to the end.
    from: f64,
    gain: f64,
    /// The next grid line, one past the last of them, and the step between them.
    line: i32,
    stop: i32,
    step: i32,
    /// The place of the next cut on the edge; infinite after the last.
    next: f64,
}

impl Cuts {
    fn new(a: f64, b: f64, first: i32, last: i32) -> Self {
        let low = floor(-a.min(b)).saturating_neg().max(first);
        let high = floor(a.max(b)).min(last);
        let (line, stop, step) = match a < b {
            true => (low, high + 1, 1),
            false => (high, low - 1, -1),
        };
        let mut cuts = Self {
            from: a,
            gain: b - a,
            line,
            stop: if low <= high { stop } else { line },
            step,
            next: 0.0,
        };
        cuts.next = cuts.place();
        cuts.pass(0.0);
        cuts
    }

    /// Returns the place of the next grid line on the edge.
    fn place(&self) -> f64 {
        let place = (f64::from(self.line) - self.from) / self.gain;
        // Along a grid line there is no cut.
        if self.line == self.stop || place.is_nan() {
            f64::INFINITY
        } else {
            place
        }
    }

    /// Goes on to the first cut behind `t`.
    fn pass(&mut self, t: f64) {
        while self.next <= t {
            self.line += self.step;
            self.next = self.place();
        }
    }

    /// Returns the column or row up to the next cut, which places on the edge may miss by rounding; any
    /// one outside of the rectangle stands for all.
    fn cell(&self) -> i32 {
        if self.gain == 0.0 {
            floor(self.from)
        } else {
            self.line - i32::from(self.gain > 0.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn edge(a: [f64; 2], b: [f64; 2]) -> Edge {
        Edge::new(DVec2::from(a), DVec2::from(b), 0, 0)
    }

    fn rect(x0: i32, y0: i32, x1: i32, y1: i32) -> PixelRect {
        PixelRect { x0, y0, x1, y1 }
    }

    fn pieces(edge: &Edge, rect: PixelRect) -> Vec<Piece> {
        let mut list = Vec::new();
        for_each_piece(edge, rect, |piece| list.push(piece));
        list
    }

    #[test]
    fn a_diagonal_visits_its_pixels_in_order() {
        let list = pieces(&edge([0.5, 0.5], [2.5, 1.5]), rect(0, 0, 4, 4));
        let pixels: Vec<_> = list.iter().map(|piece| piece.pixel).collect();
        assert_eq!(pixels, [(0, 0), (1, 0), (1, 1), (2, 1)]);
        assert_eq!(list[1].start, 0.25);
        assert_eq!(list[1].end, 0.5);
    }

    /// A sixteenth, or a neighbouring number.
    fn place() -> impl Strategy<Value = f64> {
        (-20i32..100, -2i32..3).prop_map(|(sixteenths, steps)| {
            let mut place = f64::from(sixteenths) / 16.0;
            for _ in 0..steps.abs() {
                place = if steps < 0 {
                    place.next_down()
                } else {
                    place.next_up()
                };
            }
            place
        })
    }

    proptest! {
        /// Vertices on a fine grid lie on borders and corners of pixels often.
        #[test]
        fn one_pixel_at_a_time_the_pieces_are_the_same(places in prop::array::uniform4(place())) {
            let [ax, ay, bx, by] = places;
            let e = edge([ax, ay], [bx, by]);
            let mut expected = pieces(&e, rect(0, 0, 5, 4));
            expected.sort_by_key(|piece| (piece.pixel.1, piece.pixel.0));
            let found: Vec<_> = rect(0, 0, 5, 4).pixels().filter_map(|pixel| piece_in(&e, pixel)).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn through_a_corner_of_pixels_there_is_no_piece_between() {
        let list = pieces(&edge([0.5, 0.25], [2.5, 1.25]), rect(0, 0, 4, 4));
        let pixels: Vec<_> = list.iter().map(|piece| piece.pixel).collect();
        assert_eq!(pixels, [(0, 0), (1, 0), (2, 1)]);
        assert_eq!(list[2].start, 0.75);
    }

    #[test]
    fn an_edge_along_the_grid_belongs_to_one_side() {
        let vertical = edge([2.0, 0.5], [2.0, 1.5]);
        assert_eq!(pieces(&vertical, rect(0, 0, 2, 4)), []);
        let list = pieces(&vertical, rect(2, 0, 4, 4));
        assert_eq!(
            list.iter().map(|p| p.pixel).collect::<Vec<_>>(),
            [(2, 0), (2, 1)]
        );
    }

    #[test]
    fn rectangles_that_tile_the_plane_share_out_the_whole_edge() {
        let e = edge([-3.3, 17.9], [41.7, -2.2]);
        let mut total = 0.0;
        for (x, y) in rect(-1, -1, 6, 3).pixels() {
            let cell = rect(8 * x, 8 * y, 8 * x + 8, 8 * y + 8);
            for piece in pieces(&e, cell) {
                total += piece.end - piece.start;
            }
        }
        assert!((total - 1.0).abs() < 1e-14);
    }

    #[test]
    fn an_edge_that_only_ends_on_a_grid_line_is_beside_it() {
        let before = 3.0_f64.next_down();
        for (a, b) in [(before, 3.0), (3.0, before)] {
            // Half-way between the two there is no number but the line.
            let list = pieces(&edge([a, 0.25], [b, 1.75]), rect(0, 0, 4, 4));
            let pixels: Vec<_> = list.iter().map(|piece| piece.pixel).collect();
            assert_eq!(pixels, [(2, 0), (2, 1)]);
        }
    }

    #[test]
    fn zeros_of_both_signs_are_one_place() {
        for (a, b) in [(0.0, -0.0), (-0.0, 0.0), (-0.0, -0.0)] {
            for e in [edge([a, 0.25], [b, 1.75]), edge([0.25, a], [1.75, b])] {
                let expected = pieces(&e, rect(-1, -1, 3, 3));
                let pixels = rect(-1, -1, 3, 3).pixels();
                let found: Vec<_> = pixels.filter_map(|pixel| piece_in(&e, pixel)).collect();
                assert_eq!(found.len(), 2, "{e:?}");
                assert_eq!(found, expected, "{e:?}");
            }
        }
    }

    #[test]
    fn points_and_far_edges_are_harmless() {
        assert_eq!(
            pieces(&edge([1.5, 1.5], [1.5, 1.5]), rect(0, 0, 4, 4)).len(),
            1
        );
        assert_eq!(
            pieces(&edge([-1e9, -1e9], [-1e9, 1e9]), rect(0, 0, 4, 4)),
            []
        );
        assert_eq!(
            pieces(&edge([-1e9, 0.5], [1e9, 0.5]), rect(0, 0, 4, 4)).len(),
            4
        );
    }
}
