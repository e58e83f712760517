use super::{FitDefaults, ParameterId, Parameters};

/// A scene that has been checked: what to draw, with every number in it a parameter.
///
/// Shapes are a list in the order of the file, a group before its children. So the descendants of
/// a group are the range after it, nothing that walks a scene needs recursion, and groups may be
/// nested as deep as one likes.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The picture's frame.
    pub canvas: Canvas,
    /// Shapes in paint order, groups before their children.
    pub shapes: Vec<Shape>,
    /// How to render unless told otherwise.
    pub render: RenderSettings,
    /// How to fit it to a target unless told otherwise.
    pub fit: FitDefaults,
    /// Names, kinds and values of every number.
    pub parameters: Parameters,
}

/// The picture's frame.
#[derive(Clone, Debug)]
pub struct Canvas {
    /// Width in pixels, at least 1.
    pub width: u32,
    /// Height in pixels, at least 1.
    pub height: u32,
    /// The colour behind all shapes, everywhere in the plane.
    pub background: Color,
    /// How PNG files store values.
    pub color_space: ColorSpace,
}

/// How PNG files store values.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Deserialize,
    serde::Serialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ColorSpace {
    /// As they are.
    #[default]
    Srgb,
    /// Through the sRGB transfer function.
    Linear,
}

/// How to render unless the command line says otherwise.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct RenderSettings {
    /// Samples per pixel, at least 1.
    pub spp: u32,
    /// Boundary samples per pixel of edge length, positive.
    pub edge_samples: f64,
    /// Which parts of edges take them.
    #[serde(default)]
    pub edge_allocation: crate::sampling::EdgeAllocation,
    /// How samples are placed.
    pub sampler: crate::sampling::Sampler,
    /// The reconstruction filter.
    pub filter: crate::filter::Filter,
    /// The seed of every random number.
    pub seed: u64,
    /// The largest distance between a curve and its polyline, in pixels.
    pub tolerance: f64,
}

/// A number of the scene: one of its parameters, or what a missing field stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Real {
    /// A parameter.
    Parameter(ParameterId),
    /// The default of a field that the file leaves out.
    Constant(f64),
}

/// A point or a vector of the scene.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: Real,
    /// Downwards.
    pub y: Real,
}

/// A straight (non-premultiplied) colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Color {
    /// Red.
    pub r: Real,
    /// Green.
    pub g: Real,
    /// Blue.
    pub b: Real,
    /// Alpha.
    pub a: Real,
}

/// One shape.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The name, unique in the scene.
    pub id: String,
    /// The group it is in: an index into [`Scene::shapes`], smaller than its own.
    pub parent: Option<usize>,
    /// Its outline, or that it is a group.
    pub geometry: Geometry,
    /// What is inside; nothing for a group.
    pub fill: Option<Paint>,
    /// Multiplies the alpha of all that it paints. A group that has one is composited by itself
    /// first.
    pub opacity: Option<Real>,
    /// Own coordinates to the parent's.
    pub transform: Option<Transform>,
}

/// The kinds of shapes.
#[derive(Clone, Debug)]
pub enum Geometry {
    /// A disc.
    Circle {
        /// Its centre.
        center: Point,
        /// Its radius.
        radius: Real,
    },
    /// A disc stretched along the axes.
    Ellipse {
        /// Its centre.
        center: Point,
        /// Horizontal and vertical radius.
        radii: Point,
    },
    /// A rectangle along the axes.
    Rect {
        /// The corner of small coordinates.
        min: Point,
        /// The corner of large coordinates.
        max: Point,
    },
    /// A closed polygon.
    Polygon {
        /// Its corners in order.
        points: Vec<Point>,
        /// What counts as inside.
        fill_rule: FillRule,
    },
    /// Lines and Bézier curves; open subpaths are closed by a line.
    Path {
        /// Every point of the absolute path data, control points included, in order.
        points: Vec<Point>,
        /// The segments in order; each takes its points from `points`, one after the other.
        segments: Vec<PathSegment>,
        /// What counts as inside.
        fill_rule: FillRule,
    },
    /// The shapes after this one, up to `end`, belong to it.
    Group {
        /// One past the index of the last descendant.
        end: usize,
    },
}

/// A segment of a path, in absolute form; how many points it takes from the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathSegment {
    /// `M`: starts a subpath; 1 point.
    Move,
    /// `L`: a line; 1 point.
    Line,
    /// `Q`: a quadratic Bézier curve; 2 points.
    Quadratic,
    /// `C`: a cubic Bézier curve; 3 points.
    Cubic,
    /// `Z`: a line back to the start of the subpath; no point.
    Close,
}

impl PathSegment {
    /// Returns how many points the segment takes.
    pub fn point_count(self) -> usize {
        match self {
            Self::Close => 0,
            Self::Move | Self::Line => 1,
            Self::Quadratic => 2,
            Self::Cubic => 3,
        }
    }
}

/// What counts as inside an outline.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Deserialize,
    serde::Serialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum FillRule {
    /// A winding number other than 0.
    #[default]
    Nonzero,
    /// An odd winding number.
    Evenodd,
}

impl FillRule {
    /// Tells whether a point of this winding number is inside.
    pub fn is_inside(self, winding: i32) -> bool {
        match self {
            Self::Nonzero => winding != 0,
            Self::Evenodd => winding & 1 != 0,
        }
    }
}

/// What fills a shape.
#[derive(Clone, Debug)]
pub enum Paint {
    /// One colour.
    Solid(Color),
    /// A colour that varies with the place.
    Gradient(Gradient),
}

/// A colour gradient, in the coordinates of its shape.
#[derive(Clone, Debug)]
pub struct Gradient {
    /// Where the gradient parameter t goes from 0 to 1.
    pub kind: GradientKind,
    /// At least one; offsets do not decrease. Between stops straight colours are interpolated.
    pub stops: Vec<Stop>,
    /// What happens outside [0, 1].
    pub spread: Spread,
}

/// Where the gradient parameter goes from 0 to 1.
#[derive(Clone, Debug)]
pub enum GradientKind {
    /// Along the line from `start` to `end`.
    Linear {
        /// Where t = 0.
        start: Point,
        /// Where t = 1.
        end: Point,
    },
    /// From the centre outwards.
    Radial {
        /// Where t = 0.
        center: Point,
        /// Horizontal and vertical distance at which t = 1; the same number twice for a circle.
        radii: Point,
    },
}

/// A colour at a place of the gradient.
#[derive(Clone, Copy, Debug)]
pub struct Stop {
    /// The place, in [0, 1].
    pub offset: Real,
    /// The colour there.
    pub color: Color,
}

/// What a gradient shows outside [0, 1].
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Deserialize,
    serde::Serialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Spread {
    /// The colour of the nearest end.
    #[default]
    Pad,
    /// The gradient again and again.
    Repeat,
    /// Again and again, every second time backwards.
    Reflect,
}

/// An affine map from a shape's coordinates to its parent's.
#[derive(Clone, Debug)]
pub enum Transform {
    /// `p ↦ translate + origin + R·S·(p − origin)`.
    Parts {
        /// Moves.
        translate: Point,
        /// Rotates, in degrees.
        rotate: Real,
        /// Stretches along the axes, before the rotation.
        scale: Point,
        /// The fixed point of rotation and scale.
        origin: Point,
    },
    /// The six coefficients in SVG order.
    Matrix([Real; 6]),
}
