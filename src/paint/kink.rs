//! Places where the colour of a gradient goes on without a jump, but not smoothly.

use glam::DVec2;

use super::PaintLayout;
use super::color::color_at;
use super::layout::STOP;

/// How far from a place, and twice that, the colour is looked at. Stops that make a jump are closer
/// together than a tenth of this.
const STEP: f64 = 1e-8;

/// Tells whether the colour of a gradient is continuous at `t`, the parameter before the spread, but
/// the slope of a channel changes by more than 1/1000 per unit of t, or of the steepest slope there.
///
/// Ramps narrower than 10⁻⁴ may be taken for jumps, or for bent where they are not.
pub fn has_kink(layout: PaintLayout, coefficients: &[f64], t: f64) -> bool {
    if layout == PaintLayout::Solid {
        return false;
    }
    // The same stops, with the point's x for t.
    let stops = &coefficients[layout.map_count()..];
    let straight = [&[1.0, 0.0, 0.0], stops].concat();
    let layout = PaintLayout::Linear {
        stops: stops.len() / STOP,
        spread: layout.spread(),
    };
    let color = |offset| color_at(layout, &straight, DVec2::new(t + offset, 0.0));
    let [far_before, before, after, far_after] = [-2.0 * STEP, -STEP, STEP, 2.0 * STEP].map(color);
    let slopes = |near: [f64; 4], far: [f64; 4]| [0, 1, 2, 3].map(|c| (far[c] - near[c]) / STEP);
    let left = slopes(before, far_before).map(|slope| -slope);
    let right = slopes(after, far_after);
    // Premultiplied colours are quadratic: beside a ramp of width w, slopes change by 6 STEP/w² from one
    // side to the other, and colours followed up to the place are off by less than 4 (STEP/w)².
    let steepest = left
        .iter()
        .chain(&right)
        .fold(1.0f64, |most, slope| most.max(slope.abs()));
    let bends = (0..4).any(|c| (right[c] - left[c]).abs() > 1e-3 * steepest);
    let jump = |c: usize| after[c] - before[c] - STEP * (left[c] + right[c]);
    bends && (0..4).all(|c| jump(c).abs() < 1e-5)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Painted, SPREADS, linear, radial};
    use super::*;
    use crate::scene::Spread;

    const BLACK: [f64; 4] = [0.0, 0.0, 0.0, 1.0];
    const GRAY: [f64; 4] = [0.5, 0.5, 0.5, 1.0];
    const WHITE: [f64; 4] = [1.0, 1.0, 1.0, 1.0];
    const CLEAR: [f64; 4] = [1.0, 1.0, 1.0, 0.0];

    /// What is told of each offset of a gradient, and of all repetitions, linear and radial alike.
    fn kinks<const N: usize>(list: [(f64, [f64; 4]); N]) -> [bool; N] {
        list.map(|(offset, _)| {
            let mut told = Vec::new();
            for spread in SPREADS {
                for make in [linear, radial] {
                    let paint = Painted::new(|n| make(n, [[1.0, 2.0], [9.0, 5.0]], spread, &list));
                    let values: Vec<f64> = paint.coefficients(paint.theta.as_slice());
                    let places = match spread {
                        Spread::Pad => [offset; 3],
                        Spread::Repeat => [offset, 1.0 + offset, 27.0 + offset],
                        Spread::Reflect => [offset, 2.0 - offset, 26.0 + offset],
                    };
                    told.extend(places.map(|t| has_kink(paint.layout(), &values, t)));
                }
            }
            assert!(told.iter().all(|&one| one == told[0]), "{offset}: {told:?}");
            told[0]
        })
    }

    #[test]
    fn ramps_have_kinks_at_both_ends_however_steep() {
        for width in [0.5, 0.05, 0.005, 1e-4, 1e-5] {
            for end in [WHITE, CLEAR] {
                let ramp = [(0.3, BLACK), (0.3 + width, end)];
                assert_eq!(kinks(ramp), [true; 2], "{width} to {end:?}");
            }
        }
    }

    #[test]
    fn jumps_are_no_kinks_whatever_slopes_are_beside_them() {
        for width in [0.2, 0.005, 1e-4] {
            let jump = [
                (0.5 - width, WHITE),
                (0.5, BLACK),
                (0.5, GRAY),
                (0.5 + width, BLACK),
            ];
            assert_eq!(kinks(jump), [true, false, false, true], "{width}");
        }
        // As high as a ramp of this steepness is in 10⁻⁶, to which a jump must not be held.
        let low = 0.5 + 1e-3;
        let faint = [low, low, low, 1.0];
        let jump = [(0.499, BLACK), (0.5, GRAY), (0.5, faint), (0.501, WHITE)];
        assert_eq!(kinks(jump), [true, false, false, true]);
    }

    #[test]
    fn a_stop_on_the_way_between_two_is_no_kink() {
        for width in [0.2, 0.005, 1e-4] {
            // Also where colour and opacity both change, so that their product is curved.
            let halfway = [0.5, 0.5, 0.5, 0.5];
            for (middle, end) in [(GRAY, WHITE), (halfway, CLEAR)] {
                let ramp = [(0.5 - width, BLACK), (0.5, middle), (0.5 + width, end)];
                assert_eq!(kinks(ramp), [true, false, true], "{width} to {end:?}");
            }
        }
    }
}
