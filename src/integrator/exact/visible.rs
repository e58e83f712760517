use glam::DVec2;

use super::walk::{Step, Walk, piece};
use crate::drawing::Rgba;
use crate::integrator::Renderer;

/// A piece of an edge within a pixel across which the colour jumps somewhere.
pub(crate) struct VisiblePiece {
    /// The edge.
    pub index: u32,
    /// The pixel.
    pub pixel: (i32, i32),
    /// Whether the jump itself jumps along the piece: something crosses it there.
    pub is_broken: bool,
}

/// Jumps smaller than this are rounding.
const NO_JUMP: f64 = 1e-12;

/// Returns all pieces of edges within pixels across which the colour jumps somewhere.
pub(crate) fn visible_pieces(renderer: &Renderer<'_>) -> Vec<VisiblePiece> {
    let lists = renderer.map_tiles(|_, tile| {
        let mut list = Vec::new();
        // The parts of a pixel: they come patch by patch.
        let mut found = Vec::new();
        Walk::new(renderer, tile).for_each_step(
            |_| true,
            |step| match step {
                Step::Part(jumps, part) => {
                    let edge = part.near.edge;
                    let min = DVec2::new(f64::from(part.pixel.0), f64::from(part.pixel.1));
                    let Some(whole) = piece(edge, min, min + 1.0) else {
                        return;
                    };
                    let (start, end) = part.range;
                    let jumps = [start, end].map(|t| jumps.value(edge.at(t)));
                    found.push(Found {
                        index: part.near.index,
                        pixel: part.pixel,
                        whole,
                        range: part.range,
                        jumps,
                    });
                }
                Step::EndOfPixel => {
                    found.sort_by(|a, b| {
                        (a.index, a.range.0)
                            .partial_cmp(&(b.index, b.range.0))
                            .expect("no NaN")
                    });
                    let pieces = found.chunk_by(|a, b| a.index == b.index);
                    list.extend(pieces.filter_map(visible_piece));
                    found.clear();
                }
            },
        );
        list
    });
    lists.into_iter().flatten().collect()
}

/// A part along which there is a jump, the same smooth function throughout.
struct Found {
    index: u32,
    pixel: (i32, i32),
    /// Where the piece within the pixel starts and ends along the edge.
    whole: (f64, f64),
    /// Where the part does.
    range: (f64, f64),
    /// The jumps at its ends.
    jumps: [Rgba; 2],
}

/// Returns what is known of the jump along a piece, given its parts, if there is one.
fn visible_piece(parts: &[Found]) -> Option<VisiblePiece> {
    let Found {
        index,
        pixel,
        whole,
        ..
    } = parts[0];
    let (mut is_visible, mut is_broken) = (false, false);
    let (mut place, mut before) = (whole.0, None);
    for part in parts {
        // Between parts there is no jump.
        if part.range.0 > place {
            is_broken |= before.is_some_and(|before| differs(before, NONE));
            before = Some(NONE);
        }
        let [first, last] = part.jumps;
        is_visible |= differs(first, NONE) || differs(last, NONE);
        is_broken |= before.is_some_and(|before| differs(before, first));
        (place, before) = (part.range.1, Some(last));
    }
    if place < whole.1 {
        is_broken |= before.is_some_and(|before| differs(before, NONE));
    }
    is_visible.then_some(VisiblePiece {
        index,
        pixel,
        is_broken,
    })
}

const NONE: Rgba = [0.0; 4];

fn differs(a: Rgba, b: Rgba) -> bool {
    a.iter().zip(b).any(|(a, b)| (a - b).abs() > NO_JUMP)
}
