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

/// Calls `visit` for the part of the edge in each pixel of a rectangle.
///
/// Neighbouring rectangles cut an edge at the same numbers, so nothing is lost or counted twice.
/// An edge along the grid belongs to the pixels right of it or below it. `cuts` is scratch space.
pub fn pieces_in(edge: &Edge, rect: PixelRect, cuts: &mut Vec<f64>, mut visit: impl FnMut(Piece)) {
    cuts.clear();
    cuts.extend([0.0, 1.0]);
    push_cuts(cuts, edge.a.x, edge.b.x, rect.x0, rect.x1);
    push_cuts(cuts, edge.a.y, edge.b.y, rect.y0, rect.y1);
    cuts.sort_unstable_by(f64::total_cmp);
    for pair in cuts.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        let middle = edge.at(0.5 * (start + end)).floor();
        let pixel = (middle.x as i32, middle.y as i32);
        if start < end && rect.contains(pixel.0, pixel.1) {
            visit(Piece { pixel, start, end });
        }
    }
}

/// The same without scratch space, at once for an edge within one pixel.
pub fn for_each_piece_in(edge: &Edge, rect: PixelRect, mut visit: impl FnMut(Piece)) {
    let (a, b) = (edge.a.floor(), edge.b.floor());
    if a == b {
        let pixel = (a.x as i32, a.y as i32);
        if rect.contains(pixel.0, pixel.1) {
            visit(Piece {
                pixel,
                start: 0.0,
                end: 1.0,
            });
        }
    } else {
        pieces_in(edge, rect, &mut Vec::new(), visit);
    }
}

/// Adds the places in (0, 1) where a coordinate that goes from `a` to `b` passes one of the grid
/// lines `first..=last`.
fn push_cuts(cuts: &mut Vec<f64>, a: f64, b: f64, first: i32, last: i32) {
    let (low, high) = (a.min(b), a.max(b));
    let from = (low.ceil() as i32).max(first);
    let to = (high.floor() as i32).min(last);
    for line in from..=to {
        let t = (f64::from(line) - a) / (b - a);
        if t > 0.0 && t < 1.0 {
            cuts.push(t);
        }
    }
}

#[cfg(test)]
mod tests {
    use glam::DVec2;

    use super::*;

    fn edge(a: [f64; 2], b: [f64; 2]) -> Edge {
        Edge::new(DVec2::from(a), DVec2::from(b), 0, 0)
    }

    fn rect(x0: i32, y0: i32, x1: i32, y1: i32) -> PixelRect {
        PixelRect { x0, y0, x1, y1 }
    }

    fn pieces(edge: &Edge, rect: PixelRect) -> Vec<Piece> {
        let mut list = Vec::new();
        pieces_in(edge, rect, &mut Vec::new(), |piece| list.push(piece));
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
