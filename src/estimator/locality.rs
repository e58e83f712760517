use crate::drawing::PixelRect;
use crate::film::Image;
use crate::integrator::Renderer;
use crate::scene::ParameterId;

use super::common::unit_step_of;

/// Normal numbers are larger with probability 2e-9.
const REACH: f64 = 6.0;

/// Which pixels each of some parameters may change, when all of them are perturbed: a rectangle.
#[derive(Clone, Debug)]
pub struct Locality {
    rects: Vec<PixelRect>,
}

impl Locality {
    /// Returns the rectangles of parameters that are perturbed by `size` unit steps at a time.
    ///
    /// They are the boxes around the layers that depend on a parameter, grown by what six times
    /// `size` in every parameter may move them, to first order.
    pub fn new(renderer: &Renderer<'_>, wanted: &[ParameterId], size: f64) -> Self {
        let layout = &renderer.drawing().layout;
        let layers = layout.layers();
        let mut moves = vec![0.0; layers.len()];
        let mut depends = Vec::with_capacity(wanted.len());
        for &id in wanted {
            let step = REACH * size * unit_step_of(renderer, id);
            let tangents = layout.push_forward(renderer.scene(), &[(id, 1.0)]);
            let any = |range: std::ops::Range<usize>| tangents[range].iter().any(|&t| t != 0.0);
            let shared = layout.background() - layout.groups().len()..layout.variable_count();
            let touched = layers
                .iter()
                .map(|layer| layer.variables().into_iter().any(any));
            depends.push((!any(shared)).then(|| touched.collect::<Vec<bool>>()));
            for (moves, layer) in moves.iter_mut().zip(layers) {
                let vertices = tangents[2 * layer.vertices.start..2 * layer.vertices.end].iter();
                *moves += step * vertices.fold(0.0, |most: f64, t| most.max(t.abs()));
            }
        }
        let boxes = layers.iter().zip(&moves);
        let boxes: Vec<PixelRect> = boxes
            .map(|(layer, moves)| bounds(renderer, layer.vertices.clone(), *moves))
            .collect();
        let rect = |depends: &Option<Vec<bool>>| match depends {
            None => renderer.canvas(),
            Some(list) => {
                let boxes = boxes.iter().zip(list).filter(|(_, depends)| **depends);
                boxes.fold(EMPTY, |all, (rect, _)| union(all, *rect))
            }
        };
        Self {
            rects: depends.iter().map(rect).collect(),
        }
    }

    /// Adds to each pixel the image times the sum of the factors of the parameters that reach it.
    pub fn add_scaled(&self, to: &mut Image, image: &Image, factors: &[f64]) {
        for (rect, factor) in self.rects.iter().zip(factors) {
            for (x, y) in rect.pixels() {
                let (x, y) = (x as usize, y as usize);
                for (sum, value) in to.pixel_mut(x, y).iter_mut().zip(image.pixel(x, y)) {
                    *sum += factor * value;
                }
            }
        }
    }

    /// Returns for each parameter `Σ a · b` over the pixels that it reaches.
    pub fn dots(&self, a: &Image, b: &Image) -> Vec<f64> {
        let dot = |rect: &PixelRect| {
            let pixels = rect.pixels().map(|(x, y)| {
                let (x, y) = (x as usize, y as usize);
                let pairs = a.pixel(x, y).iter().zip(b.pixel(x, y));
                pairs.map(|(a, b)| a * b).sum::<f64>()
            });
            pixels.sum()
        };
        self.rects.iter().map(dot).collect()
    }
}

const EMPTY: PixelRect = PixelRect {
    x0: i32::MAX,
    y0: i32::MAX,
    x1: i32::MIN,
    y1: i32::MIN,
};

fn union(a: PixelRect, b: PixelRect) -> PixelRect {
    PixelRect {
        x0: a.x0.min(b.x0),
        y0: a.y0.min(b.y0),
        x1: a.x1.max(b.x1),
        y1: a.y1.max(b.y1),
    }
}

/// The pixels of the canvas that vertices enclose or come near, with how far they move and the
/// filter reaches.
fn bounds(renderer: &Renderer<'_>, vertices: std::ops::Range<usize>, moves: f64) -> PixelRect {
    let reach = moves + f64::from(renderer.settings().filter.support_pixels());
    let (mut low, mut high) = (glam::DVec2::MAX, glam::DVec2::MIN);
    for vertex in vertices.map(|index| renderer.drawing().vertex(index)) {
        (low, high) = (low.min(vertex), high.max(vertex));
    }
    let (low, high) = ((low - reach).floor(), (high + reach).ceil());
    let rect = PixelRect {
        x0: low.x as i32,
        y0: low.y as i32,
        x1: high.x as i32,
        y1: high.y as i32,
    };
    rect.intersection(&renderer.canvas())
}
