use std::fmt::Write;
use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use serde_json::{Map, Value, json};

use super::file::RenderFile;
use super::model::{
    Color, Geometry, Gradient, GradientKind, Paint, Point, Real, RenderSettings, Scene, Shape,
    Transform,
};
use super::path_data::PathData;

impl Scene {
    /// Returns the text of a scene file with the current values, one shape a line.
    ///
    /// Every number keeps its form, its place and its exact value. What the file left out stays
    /// out, and so does what has its default value. Path data is in its absolute form.
    pub fn to_json(&self) -> String {
        let mut text = format!(
            "{{\n  \"version\": 1,\n  \"canvas\": {},\n  \"shapes\": [",
            one_line(&self.canvas_json())
        );
        self.write_shapes(&mut text);
        text.push_str("\n  ]");
        let render = render_json(&self.render);
        if !render.is_empty() {
            let render = one_line(&Value::Object(render));
            write!(text, ",\n  \"render\": {render}").expect("a string takes all text");
        }
        let fit = self.fit.to_json();
        if !fit.is_empty() {
            let fit = one_line(&Value::Object(fit));
            write!(text, ",\n  \"fit\": {fit}").expect("a string takes all text");
        }
        text.push_str("\n}\n");
        text
    }

    fn write_shapes(&self, text: &mut String) {
        let mut ends: Vec<usize> = Vec::new();
        let mut first = true;
        for (index, shape) in self.shapes.iter().enumerate() {
            first &= !self.close_groups(text, &mut ends, index);
            text.push_str(if first { "\n" } else { ",\n" });
            indent(text, ends.len());
            let line = one_line(&Value::Object(self.shape_json(shape)));
            first = match shape.geometry {
                Geometry::Group { end } => {
                    text.push_str(line.strip_suffix('}').expect("an object ends with a brace"));
                    text.push_str(", \"children\": [");
                    ends.push(end);
                    true
                }
                _ => {
                    text.push_str(&line);
                    false
                }
            };
        }
        self.close_groups(text, &mut ends, self.shapes.len());
    }

    /// Closes the groups that end before shape `index` and tells whether there were any.
    fn close_groups(&self, text: &mut String, ends: &mut Vec<usize>, index: usize) -> bool {
        let open = ends.len();
        while ends.pop_if(|end| *end <= index).is_some() {
            text.push('\n');
            indent(text, ends.len());
            text.push_str("]}");
        }
        ends.len() < open
    }

    fn canvas_json(&self) -> Value {
        let canvas = &self.canvas;
        let mut object = Map::new();
        object.insert("width".into(), canvas.width.into());
        object.insert("height".into(), canvas.height.into());
        if is_given(canvas.background.r) {
            object.insert("background".into(), self.color(canvas.background));
        }
        insert_unless_default(&mut object, "color_space", canvas.color_space);
        Value::Object(object)
    }

    fn shape_json(&self, shape: &Shape) -> Map<String, Value> {
        let mut object = Map::new();
        let mut set = |key: &str, value: Value| drop(object.insert(key.into(), value));
        set("type", shape.geometry.name().into());
        set("id", shape.id.clone().into());
        match &shape.geometry {
            Geometry::Circle { center, radius } => {
                set("center", self.pair(*center));
                set("radius", self.number(*radius));
            }
            Geometry::Ellipse { center, radii } => {
                set("center", self.pair(*center));
                set("radii", self.pair(*radii));
            }
            Geometry::Rect { min, max } => {
                set("min", self.pair(*min));
                set("max", self.pair(*max));
            }
            Geometry::Polygon { points, fill_rule } => {
                set("points", points.iter().map(|&p| self.pair(p)).collect());
                insert_unless_default(&mut object, "fill_rule", *fill_rule);
            }
            Geometry::Path {
                points,
                segments,
                fill_rule,
            } => {
                let data = PathData {
                    points: points
                        .iter()
                        .map(|p| [self.value(p.x), self.value(p.y)])
                        .collect(),
                    segments: segments.clone(),
                };
                set("d", data.to_text().into());
                insert_unless_default(&mut object, "fill_rule", *fill_rule);
            }
            Geometry::Group { .. } => {}
        }
        let mut set = |key: &str, value: Value| drop(object.insert(key.into(), value));
        if let Some(paint) = &shape.fill {
            set("fill", self.paint(paint));
        }
        if let Some(opacity) = shape.opacity {
            set("opacity", self.number(opacity));
        }
        if let Some(transform) = &shape.transform {
            set("transform", self.transform(transform));
        }
        object
    }

    fn paint(&self, paint: &Paint) -> Value {
        match paint {
            Paint::Solid(color) => self.color(*color),
            Paint::Gradient(gradient) => self.gradient(gradient),
        }
    }

    fn gradient(&self, gradient: &Gradient) -> Value {
        let mut object = Map::new();
        let mut set = |key: &str, value: Value| drop(object.insert(key.into(), value));
        match &gradient.kind {
            GradientKind::Linear { start, end } => {
                set("type", "linear_gradient".into());
                set("start", self.pair(*start));
                set("end", self.pair(*end));
            }
            GradientKind::Radial { center, radii } => {
                set("type", "radial_gradient".into());
                set("center", self.pair(*center));
                let circular = radii.x == radii.y;
                set(
                    "radius",
                    if circular {
                        self.number(radii.x)
                    } else {
                        self.pair(*radii)
                    },
                );
            }
        }
        let stops = gradient.stops.iter();
        let stops = stops.map(
            |stop| json!({ "offset": self.number(stop.offset), "color": self.color(stop.color) }),
        );
        set("stops", stops.collect());
        insert_unless_default(&mut object, "spread", gradient.spread);
        Value::Object(object)
    }

    fn transform(&self, transform: &Transform) -> Value {
        match transform {
            Transform::Matrix(numbers) => {
                json!({ "matrix": numbers.map(|number| self.number(number)) })
            }
            Transform::Parts {
                translate,
                rotate,
                scale,
                origin,
            } => {
                let mut object = Map::new();
                let mut set = |key: &str, probe: Real, value: Value| {
                    if is_given(probe) {
                        object.insert(key.into(), value);
                    }
                };
                set("translate", translate.x, self.pair(*translate));
                set("rotate", *rotate, self.number(*rotate));
                set("scale", scale.x, self.pair(*scale));
                set("origin", origin.x, self.pair(*origin));
                Value::Object(object)
            }
        }
    }

    fn color(&self, color: Color) -> Value {
        let channels = [color.r, color.g, color.b, color.a];
        let given = channels.into_iter().filter(|&channel| is_given(channel));
        given.map(|channel| self.number(channel)).collect()
    }

    fn pair(&self, point: Point) -> Value {
        json!([self.number(point.x), self.number(point.y)])
    }

    fn number(&self, real: Real) -> Value {
        number(self.value(real))
    }

    fn value(&self, real: Real) -> f64 {
        match real {
            Real::Parameter(id) => self.parameters.values()[id.index()],
            Real::Constant(value) => value,
        }
    }
}

impl Geometry {
    /// Returns the name of the kind of shape, as in a scene file.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Circle { .. } => "circle",
            Self::Ellipse { .. } => "ellipse",
            Self::Rect { .. } => "rect",
            Self::Polygon { .. } => "polygon",
            Self::Path { .. } => "path",
            Self::Group { .. } => "group",
        }
    }
}

/// Tells whether a number comes from the file.
fn is_given(real: Real) -> bool {
    matches!(real, Real::Parameter(_))
}

/// Returns a number, without a fraction if it has none.
fn number(value: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_negative_zero = value == 0.0 && value.is_sign_negative();
    if value.fract() == 0.0 && value.abs() < EXACT && !is_negative_zero {
        Value::from(value as i64)
    } else {
        Value::from(value)
    }
}

fn render_json(settings: &RenderSettings) -> Map<String, Value> {
    let default = RenderFile::default();
    let mut object = Map::new();
    let mut set = |key: &str, is_default: bool, value: Value| {
        if !is_default {
            object.insert(key.into(), value);
        }
    };
    let RenderSettings {
        spp,
        edge_samples,
        edge_allocation,
        sampler,
        filter,
        seed,
        tolerance,
    } = *settings;
    set("spp", spp == default.spp.0, spp.into());
    let is_default = edge_samples == default.edge_samples.0;
    set("edge_samples", is_default, number(edge_samples));
    let is_default = edge_allocation == default.edge_allocation;
    set("edge_allocation", is_default, json!(edge_allocation));
    set("sampler", sampler == default.sampler, json!(sampler));
    set("filter", filter == default.filter, json!(filter));
    set("seed", seed == default.seed.0, seed.into());
    let is_default = tolerance == default.tolerance.0;
    set("tolerance", is_default, number(tolerance));
    object
}

fn insert_unless_default<T: Default + PartialEq + Serialize>(
    object: &mut Map<String, Value>,
    key: &str,
    value: T,
) {
    if value != T::default() {
        object.insert(key.into(), json!(value));
    }
}

fn indent(text: &mut String, depth: usize) {
    // Deep groups are not indented further: the text would grow with the square of the depth.
    const DEEPEST: usize = 16;
    text.extend(std::iter::repeat_n("  ", 2 + depth.min(DEEPEST)));
}

/// Returns JSON in one line with spaces after commas and colons.
fn one_line(value: &Value) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, Spaced);
    let written = value.serialize(&mut serializer);
    written.expect("a JSON value can be written to memory");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

/// Puts spaces after commas and colons.
struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}
