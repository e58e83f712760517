//! Scenes as they are not: what would be seen if something were not in the way.

use crate::drawing::Drawing;
use crate::sampling::{Key, Stream};
use crate::scene::{Canvas, Color, Geometry, Paint, Real, Scene, Shape, Transform};

/// The part of the canvas that a shape fills once it is [enlarged](enlarge).
const FILLED: f64 = 0.8;

/// What a parameter belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// The background.
    Background,
    /// A shape and, if it is a group, those in it: a range of [`Scene::shapes`].
    Shapes {
        /// The shape.
        first: usize,
        /// One past the last in it.
        end: usize,
    },
}

impl Subject {
    /// Returns the subject of a parameter by its name.
    pub fn of(scene: &Scene, parameter: &str) -> Self {
        let id = parameter.split('.').next().unwrap_or_default();
        match scene.shapes.iter().position(|shape| shape.id == id) {
            None => Self::Background,
            Some(first) => Self::Shapes {
                first,
                end: match scene.shapes[first].geometry {
                    Geometry::Group { end } => end,
                    _ => first + 1,
                },
            },
        }
    }
}

/// Removes what is painted over the subject.
pub(super) fn uncover(scene: &mut Scene, subject: Subject) {
    let end = match subject {
        Subject::Background => 0,
        Subject::Shapes { end, .. } => end,
    };
    scene.shapes.truncate(end);
    for shape in &mut scene.shapes {
        if let Geometry::Group { end: group_end } = &mut shape.geometry {
            *group_end = (*group_end).min(end);
        }
    }
}

/// Makes the subject and the groups around it opaque.
pub(super) fn make_opaque(scene: &mut Scene, subject: Subject) {
    let alphas: Vec<Real> = match subject {
        Subject::Background => vec![scene.canvas.background.a],
        Subject::Shapes { first, end } => {
            let around = std::iter::successors(Some(first), |&i| scene.shapes[i].parent);
            let shapes = around.chain(first..end);
            shapes.flat_map(|i| alphas(&scene.shapes[i])).collect()
        }
    };
    alphas.into_iter().for_each(|alpha| set(scene, alpha, 1.0));
}

/// Makes all shapes and groups opaque.
pub(super) fn make_all_opaque(scene: &mut Scene) {
    let alphas: Vec<Real> = scene.shapes.iter().flat_map(alphas).collect();
    alphas.into_iter().for_each(|alpha| set(scene, alpha, 1.0));
}

/// Gives every fill, every stop and the background a colour of its own; alphas stay.
pub(super) fn tell_colors_apart(scene: &mut Scene) {
    let key = Key::new(0, Stream::Replicate);
    let mut all: Vec<Color> = scene.shapes.iter().flat_map(colors).collect();
    let Canvas { background, .. } = &mut scene.canvas;
    // A background that the file leaves out is no parameter.
    if background.r == Real::Constant(1.0) {
        let gray = Real::Constant(0.5);
        (background.r, background.g, background.b) = (gray, gray, gray);
    }
    all.push(*background);
    for (index, color) in all.into_iter().enumerate() {
        for (channel, real) in [color.r, color.g, color.b].into_iter().enumerate() {
            let key = key.child(index as u64).child(channel as u64);
            set(scene, real, key.uniform());
        }
    }
}

/// Enlarges or moves all shapes so that the subject fills the canvas.
pub(super) fn enlarge(scene: &mut Scene, subject: Subject) {
    let Subject::Shapes { first, end } = subject else {
        return;
    };
    let Some([left, top, right, bottom]) = bounds(scene, first, end) else {
        return;
    };
    let side = |length: u32| f64::from(length);
    let (width, height) = (side(scene.canvas.width), side(scene.canvas.height));
    let (w, h) = (right - left, bottom - top);
    let scale = FILLED * (width / w).min(height / h);
    let scale = if scale.is_finite() { scale } else { 1.0 };
    let shift = |size: f64, low: f64, high: f64| 0.5 * size - scale * 0.5 * (low + high);
    let matrix = [
        scale,
        0.0,
        0.0,
        scale,
        shift(width, left, right),
        shift(height, top, bottom),
    ];
    scene.wrap(Transform::Matrix(matrix.map(Real::Constant)));
}

/// Returns the rectangle around the outlines of shapes, on the canvas.
fn bounds(scene: &Scene, first: usize, end: usize) -> Option<[f64; 4]> {
    let drawing = Drawing::new(scene, scene.render.tolerance);
    let layers = drawing.layout.layers().iter();
    let own = layers.filter(|layer| (first..end).contains(&layer.shape));
    let vertices = own.flat_map(|layer| layer.vertices.clone());
    vertices
        .map(|index| drawing.vertex(index))
        .fold(None, |box_, p| {
            let [left, top, right, bottom] = box_.unwrap_or([p.x, p.y, p.x, p.y]);
            Some([left.min(p.x), top.min(p.y), right.max(p.x), bottom.max(p.y)])
        })
}

fn alphas(shape: &Shape) -> impl Iterator<Item = Real> + use<> {
    let colors = colors(shape).map(|color| color.a);
    shape.opacity.into_iter().chain(colors)
}

fn colors(shape: &Shape) -> impl Iterator<Item = Color> + use<> {
    let list = match &shape.fill {
        None => Vec::new(),
        Some(Paint::Solid(color)) => vec![*color],
        Some(Paint::Gradient(gradient)) => gradient.stops.iter().map(|stop| stop.color).collect(),
    };
    list.into_iter()
}

/// Changes a number of a scene, unless it is a constant.
fn set(scene: &mut Scene, real: Real, value: f64) {
    if let Real::Parameter(id) = real {
        scene.parameters.values_mut()[id.index()] = value;
    }
}
