use std::collections::HashMap;

use super::document::{Document, NodeId};
use super::file::{
    CanvasFile, ColorFile, GradientFile, PaintFile, RadiusFile, RenderFile, SceneFile, ShapeFile,
    StopFile, TransformFile,
};
use super::limits::{MAX_CANVAS_PIXELS, MAX_GROUP_DEPTH};
use super::model::{
    Canvas, Color, Geometry, Gradient, GradientKind, Paint, Point, Real, RenderSettings, Scene,
    Shape, Stop, Transform,
};
use super::parameter::{ParameterKind, Parameters};
use super::path_data::PathData;
use super::problem::{Place, Problem};
use super::reader::read;

/// A scene and where each of its parameters was written.
pub(super) struct Built {
    pub scene: Scene,
    pub origins: Vec<NodeId>,
}

/// Reads a document as a scene; relations between numbers are left to [`super::check`].
pub(super) fn build(document: &Document<'_>) -> Result<Built, Problem> {
    let file: SceneFile = read(document, Document::ROOT)?;
    let mut builder = Builder {
        document,
        parameters: Parameters::default(),
        origins: Vec::new(),
        shapes: Vec::new(),
        ids: HashMap::new(),
    };
    let canvas = builder.canvas(&file.canvas)?;
    builder.shapes()?;
    Ok(Built {
        scene: Scene {
            canvas,
            shapes: builder.shapes,
            render: render_settings(&file.render),
            fit: file.fit.defaults(),
            parameters: builder.parameters,
        },
        origins: builder.origins,
    })
}

fn render_settings(file: &RenderFile) -> RenderSettings {
    RenderSettings {
        spp: file.spp.0,
        edge_samples: file.edge_samples.0,
        edge_allocation: file.edge_allocation,
        sampler: file.sampler,
        filter: file.filter,
        seed: file.seed.0,
        tolerance: file.tolerance.0,
    }
}

/// A value in the file and the name that it has, or that its parts begin with.
#[derive(Clone)]
struct At {
    name: String,
    node: NodeId,
}

struct Builder<'a> {
    document: &'a Document<'a>,
    parameters: Parameters,
    origins: Vec<NodeId>,
    shapes: Vec<Shape>,
    ids: HashMap<String, NodeId>,
}

/// A list of shapes that is being read.
struct OpenList<'a> {
    group: Option<usize>,
    rest: std::slice::Iter<'a, NodeId>,
}

impl<'a> Builder<'a> {
    fn canvas(&mut self, file: &CanvasFile) -> Result<Canvas, Problem> {
        let at = At {
            name: "canvas".into(),
            node: self.field(Document::ROOT, "canvas"),
        };
        let (width, height) = (file.width.0, file.height.0);
        if u64::from(width) * u64::from(height) > MAX_CANVAS_PIXELS {
            let message = format!(
                "{width} × {height} pixels are too many; at most {MAX_CANVAS_PIXELS} are allowed"
            );
            return Err(Problem::with_value(at.node, message));
        }
        let white = || [1.0; 4].map(Real::Constant);
        let background = match &file.background {
            Some(color) => self.color(&self.part(&at, "background"), color),
            None => {
                let [r, g, b, a] = white();
                Color { r, g, b, a }
            }
        };
        Ok(Canvas {
            width,
            height,
            background,
            color_space: file.color_space,
        })
    }

    /// Reads all shapes, groups without recursion.
    fn shapes(&mut self) -> Result<(), Problem> {
        let mut open = vec![self.open(None, Document::ROOT, "shapes")];
        while let Some(list) = open.last_mut() {
            let group = list.group;
            if let Some(&node) = list.rest.next() {
                let index = self.shapes.len();
                if self.shape(node, group)? {
                    if open.len() > MAX_GROUP_DEPTH {
                        let message =
                            format!("groups are nested deeper than {MAX_GROUP_DEPTH} levels");
                        return Err(Problem::with_value(node, message));
                    }
                    open.push(self.open(Some(index), node, "children"));
                }
            } else {
                open.pop();
                if let Some(group) = group {
                    let end = self.shapes.len();
                    self.shapes[group].geometry = Geometry::Group { end };
                }
            }
        }
        Ok(())
    }

    fn open(&self, group: Option<usize>, node: NodeId, field: &str) -> OpenList<'a> {
        OpenList {
            group,
            rest: self.document.items(self.field(node, field)).iter(),
        }
    }

    /// Reads a shape and tells whether it is a group.
    fn shape(&mut self, node: NodeId, parent: Option<usize>) -> Result<bool, Problem> {
        self.refuse_unsupported(node)?;
        let file: ShapeFile = read(self.document, node)?;
        let (id, fill, opacity, transform) = match &file {
            ShapeFile::Circle(s) => (&s.id, &s.fill, s.opacity, &s.transform),
            ShapeFile::Ellipse(s) => (&s.id, &s.fill, s.opacity, &s.transform),
            ShapeFile::Rect(s) => (&s.id, &s.fill, s.opacity, &s.transform),
            ShapeFile::Polygon(s) => (&s.id, &s.fill, s.opacity, &s.transform),
            ShapeFile::Path(s) => (&s.id, &s.fill, s.opacity, &s.transform),
            ShapeFile::Group(s) => (&s.id, &None, s.opacity, &s.transform),
        };
        self.claim(&id.0, self.field(node, "id"))?;
        let at = At {
            name: id.0.clone(),
            node,
        };
        let geometry = self.geometry(&at, &file)?;
        let is_group = matches!(geometry, Geometry::Group { .. });
        let fill = match fill {
            Some(paint) => Some(self.paint(&self.part(&at, "fill"), paint)?),
            None => None,
        };
        let opacity =
            opacity.map(|x| self.real(self.part(&at, "opacity"), ParameterKind::Opacity, x.0));
        let transform = match transform {
            Some(transform) => Some(self.transform(&self.part(&at, "transform"), transform)?),
            None => None,
        };
        self.shapes.push(Shape {
            id: id.0.clone(),
            parent,
            geometry,
            fill,
            opacity,
            transform,
        });
        Ok(is_group)
    }

    /// Refuses what the format has, or a newcomer may expect, but this version does not draw.
    fn refuse_unsupported(&self, node: NodeId) -> Result<(), Problem> {
        use super::document::Value;
        if let Some(stroke) = self.document.field(node, "stroke") {
            let message = "strokes are not supported yet; remove this field";
            return Err(Problem::new(message).at(Place::Key(stroke)));
        }
        let kind = self.document.field(node, "type");
        let is_group = kind.is_some_and(
            |kind| matches!(self.document.value(kind), Value::String(name) if name == "group"),
        );
        match self.document.field(node, "fill") {
            Some(fill) if is_group => {
                let message = "a group has no fill; give one to each of its children";
                Err(Problem::new(message).at(Place::Key(fill)))
            }
            _ => Ok(()),
        }
    }

    fn claim(&mut self, id: &str, node: NodeId) -> Result<(), Problem> {
        let Some(earlier) = self.ids.insert(id.to_owned(), node) else {
            return Ok(());
        };
        let place = match self.document.line(earlier) {
            Some(line) => format!("first used in line {line}"),
            None => format!("first used by {}", self.document.path(earlier)),
        };
        let message = format!("duplicate id `{id}`, {place}; choose another");
        Err(Problem::with_value(node, message))
    }

    fn geometry(&mut self, at: &At, file: &ShapeFile) -> Result<Geometry, Problem> {
        use ParameterKind::{Length, Position};
        Ok(match file {
            ShapeFile::Circle(circle) => Geometry::Circle {
                center: self.point(&self.part(at, "center"), Position, circle.center),
                radius: self.real(self.part(at, "radius"), Length, circle.radius.0),
            },
            ShapeFile::Ellipse(ellipse) => Geometry::Ellipse {
                center: self.point(&self.part(at, "center"), Position, ellipse.center),
                radii: self.point(&self.part(at, "radii"), Length, ellipse.radii),
            },
            ShapeFile::Rect(rect) => Geometry::Rect {
                min: self.point(&self.part(at, "min"), Position, rect.min),
                max: self.point(&self.part(at, "max"), Position, rect.max),
            },
            ShapeFile::Polygon(polygon) => {
                let at = self.part(at, "points");
                let points = polygon.points.iter().enumerate();
                Geometry::Polygon {
                    points: points
                        .map(|(i, &p)| self.point(&self.item(&at, i), Position, p))
                        .collect(),
                    fill_rule: polygon.fill_rule,
                }
            }
            ShapeFile::Path(path) => {
                let node = self.field(at.node, "d");
                let data = path_data(&path.d, node)?;
                let points = data.points.iter().enumerate();
                Geometry::Path {
                    points: points
                        .map(|(i, &[x, y])| {
                            let mut coordinate = |axis, value| {
                                let name = format!("{}.points.{i}.{axis}", at.name);
                                self.real(At { name, node }, Position, value)
                            };
                            Point {
                                x: coordinate("x", x),
                                y: coordinate("y", y),
                            }
                        })
                        .collect(),
                    segments: data.segments,
                    fill_rule: path.fill_rule,
                }
            }
            // The end is known once the children are read.
            ShapeFile::Group(_) => Geometry::Group { end: 0 },
        })
    }

    fn paint(&mut self, at: &At, file: &PaintFile) -> Result<Paint, Problem> {
        Ok(match file {
            PaintFile::Solid(color) => {
                let at = At {
                    name: format!("{}.color", at.name),
                    node: at.node,
                };
                Paint::Solid(self.color(&at, color))
            }
            PaintFile::Gradient(gradient) => Paint::Gradient(self.gradient(at, gradient)?),
        })
    }

    fn gradient(&mut self, at: &At, file: &GradientFile) -> Result<Gradient, Problem> {
        use ParameterKind::{Length, Position};
        let (kind, stops, spread) = match file {
            GradientFile::LinearGradient(linear) => {
                let kind = GradientKind::Linear {
                    start: self.point(&self.part(at, "start"), Position, linear.start),
                    end: self.point(&self.part(at, "end"), Position, linear.end),
                };
                (kind, &linear.stops, linear.spread)
            }
            GradientFile::RadialGradient(radial) => {
                let center = self.point(&self.part(at, "center"), Position, radial.center);
                let at = self.part(at, "radius");
                let radii = match radial.radius {
                    RadiusFile::Circular(radius) => {
                        let radius = self.real(at, Length, radius.0);
                        Point {
                            x: radius,
                            y: radius,
                        }
                    }
                    RadiusFile::Elliptical(radii) => self.point(&at, Length, radii),
                };
                let kind = GradientKind::Radial { center, radii };
                (kind, &radial.stops, radial.spread)
            }
        };
        let stops = self.stops(&self.part(at, "stops"), stops)?;
        Ok(Gradient {
            kind,
            stops,
            spread,
        })
    }

    fn stops(&mut self, at: &At, files: &[StopFile]) -> Result<Vec<Stop>, Problem> {
        if files.is_empty() {
            let message = "a gradient needs at least one stop";
            return Err(Problem::with_value(at.node, message));
        }
        let mut stops = Vec::with_capacity(files.len());
        for (index, file) in files.iter().enumerate() {
            let at = self.item(at, index);
            let offset = self.part(&at, "offset");
            stops.push(Stop {
                offset: self.real(offset, ParameterKind::Offset, file.offset.0),
                color: self.color(&self.part(&at, "color"), &file.color),
            });
        }
        Ok(stops)
    }

    fn transform(&mut self, at: &At, file: &TransformFile) -> Result<Transform, Problem> {
        use ParameterKind::{Angle, Position, Scale, Translation};
        if let Some(matrix) = file.matrix {
            let parts = [file.translate.is_some(), file.rotate.is_some()];
            let others = [file.scale.is_some(), file.origin.is_some()];
            if parts.into_iter().chain(others).any(|given| given) {
                let message = "give either `matrix` or translate, rotate, scale and origin";
                return Err(Problem::with_value(at.node, message));
            }
            let at = self.part(at, "matrix");
            let kinds = [Scale, Scale, Scale, Scale, Translation, Translation];
            let mut index = 0;
            return Ok(Transform::Matrix(matrix.map(|coefficient| {
                let at = self.item(&at, index);
                let kind = kinds[index];
                index += 1;
                self.real(at, kind, coefficient.0)
            })));
        }
        let mut pair = |field, kind, value: Option<[f64; 2]>, missing: f64| match value {
            Some(value) => self.point(&self.part(at, field), kind, value),
            None => Point {
                x: Real::Constant(missing),
                y: Real::Constant(missing),
            },
        };
        let translate = file.translate.map(|p| p.map(f64::from));
        let origin = file.origin.map(|p| p.map(f64::from));
        let scale = file.scale.map(|p| p.map(f64::from));
        let translate = pair("translate", Translation, translate, 0.0);
        let scale = pair("scale", Scale, scale, 1.0);
        let origin = pair("origin", Position, origin, 0.0);
        let rotate = match file.rotate {
            Some(degrees) => self.real(self.part(at, "rotate"), Angle, degrees.0),
            None => Real::Constant(0.0),
        };
        Ok(Transform::Parts {
            translate,
            rotate,
            scale,
            origin,
        })
    }

    fn color(&mut self, at: &At, file: &ColorFile) -> Color {
        let mut channel = |index: usize, name: &str| match file.0.get(index) {
            Some(value) => {
                let at = At {
                    name: format!("{}.{name}", at.name),
                    node: self.document.items(at.node)[index],
                };
                self.real(at, ParameterKind::Color, value.0)
            }
            None => Real::Constant(1.0),
        };
        Color {
            r: channel(0, "r"),
            g: channel(1, "g"),
            b: channel(2, "b"),
            a: channel(3, "a"),
        }
    }

    fn point(&mut self, at: &At, kind: ParameterKind, value: [impl Into<f64>; 2]) -> Point {
        let [x, y] = value.map(Into::into);
        let mut coordinate = |index: usize, axis: &str, value: f64| {
            let at = At {
                name: format!("{}.{axis}", at.name),
                node: self.document.items(at.node)[index],
            };
            self.real(at, kind, value)
        };
        Point {
            x: coordinate(0, "x", x),
            y: coordinate(1, "y", y),
        }
    }

    fn real(&mut self, at: At, kind: ParameterKind, value: f64) -> Real {
        let id = self.parameters.add(at.name, kind, value);
        self.origins.push(at.node);
        Real::Parameter(id.expect("ids are unique and have no dots, so names are unique"))
    }

    fn part(&self, at: &At, field: &str) -> At {
        At {
            name: format!("{}.{field}", at.name),
            node: self.field(at.node, field),
        }
    }

    fn item(&self, at: &At, index: usize) -> At {
        At {
            name: format!("{}.{index}", at.name),
            node: self.document.items(at.node)[index],
        }
    }

    fn field(&self, node: NodeId, name: &str) -> NodeId {
        let field = self.document.field(node, name);
        field.expect("a field that was read is there")
    }
}

fn path_data(text: &str, node: NodeId) -> Result<PathData, Problem> {
    PathData::parse(text).map_err(|error| match error.character {
        Some(index) => Problem::new(format!("column {}: {}", index + 1, error.message))
            .at(Place::Character(node, index)),
        None => Problem::with_value(node, error.message),
    })
}
