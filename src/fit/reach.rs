//! What a parameter can reach: any number of the drawing at all, and any that matters on the
//! canvas.

use glam::DVec2;

use super::counterfactual::make_all_opaque;
use crate::drawing::{Drawing, Layout};
use crate::sampling::{Key, Stream};
use crate::scene::{RenderSettings, Scene};

/// For each parameter of a scene, what it changes.
pub(super) struct Reach {
    /// Whether it changes anything: where an outline runs, a paint, an opacity, the background.
    pub anything: Vec<bool>,
    /// Whether it changes anything on the canvas: an edge that may meet it, a paint whose layer
    /// may.
    pub canvas: Vec<bool>,
}

impl Reach {
    /// Returns what each parameter reaches, by two derivatives of random weightings of the drawing
    /// variables: of all, and of those that matter on the canvas.
    ///
    /// An edge may meet the canvas if the rectangle around it does, a layer likewise.
    pub fn new(scene: &Scene, settings: &RenderSettings) -> Self {
        // The coefficients of a paint are premultiplied, so without alpha no colour reaches them.
        let mut opaque = scene.clone();
        make_all_opaque(&mut opaque);
        let scene = &opaque;
        let drawing = Drawing::new(scene, settings.tolerance);
        let layout = &drawing.layout;
        let key = Key::new(2, Stream::Replicate);
        let count = layout.variable_count();
        let all: Vec<f64> = (0..count)
            .map(|i| key.child(i as u64).uniform() + 0.5)
            .collect();
        let margin = f64::from(settings.filter.support_pixels());
        let canvas = Rectangle {
            low: DVec2::splat(-margin),
            high: DVec2::new(
                f64::from(scene.canvas.width) + margin,
                f64::from(scene.canvas.height) + margin,
            ),
        };
        let matters = variables_on(&drawing, layout, canvas);
        let on_canvas: Vec<f64> = all
            .iter()
            .zip(matters)
            .map(|(&weight, matters)| if matters { weight } else { 0.0 })
            .collect();
        let reached = |weights: &[f64]| {
            let slopes = layout.pull_back(scene, weights).into_iter();
            slopes.map(|slope| slope != 0.0).collect()
        };
        Self {
            anything: reached(&all),
            canvas: reached(&on_canvas),
        }
    }
}

/// Tells for each drawing variable whether it matters on a rectangle.
fn variables_on(drawing: &Drawing, layout: &Layout, canvas: Rectangle) -> Vec<bool> {
    let mut matters = vec![true; layout.variable_count()];
    matters[..2 * layout.vertex_count()].fill(false);
    for layer in layout.layers() {
        let vertices = layer.vertices.clone().map(|index| drawing.vertex(index));
        let meets = Rectangle::around(vertices).is_some_and(|around| around.meets(&canvas));
        matters[layer.coefficients.clone()].fill(meets);
        let mut last_contour = layer.vertices.start;
        for contour in &layout.contours()[layer.contours.clone()] {
            let pairs = contour.clone().map(|index| {
                let next = if index + 1 == contour.end {
                    contour.start
                } else {
                    index + 1
                };
                [index, next]
            });
            for edge in pairs {
                let ends = edge.map(|index| drawing.vertex(index));
                if Rectangle::around(ends.into_iter()).is_some_and(|around| around.meets(&canvas)) {
                    for index in edge {
                        matters[2 * index..2 * index + 2].fill(true);
                    }
                }
            }
            last_contour = last_contour.max(contour.end);
        }
        // Seams are planned on the canvas only.
        matters[2 * last_contour..2 * layer.vertices.end].fill(true);
    }
    matters
}

struct Rectangle {
    low: DVec2,
    high: DVec2,
}

impl Rectangle {
    fn around(points: impl Iterator<Item = DVec2>) -> Option<Self> {
        points.fold(None, |around: Option<Self>, p| {
            let (low, high) = around.map_or((p, p), |around| (around.low, around.high));
            Some(Self {
                low: low.min(p),
                high: high.max(p),
            })
        })
    }

    fn meets(&self, other: &Self) -> bool {
        self.low.cmple(other.high).all() && other.low.cmple(self.high).all()
    }
}
