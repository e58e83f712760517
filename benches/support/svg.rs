use std::fmt::Write;

use reynolds::scene::{FillRule, Geometry, Lift, Paint, PathSegment, Point, Scene, Shape};

/// Writes a scene of circles and paths of one colour as SVG, without its background.
///
/// # Panics
/// If there is anything else in the scene.
pub fn svg(scene: &Scene) -> String {
    let (width, height) = (scene.canvas.width, scene.canvas.height);
    let mut shapes = String::new();
    for shape in &scene.shapes {
        shapes += &element(shape, scene.parameters.values());
    }
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{shapes}</svg>"#
    )
}

fn element(shape: &Shape, theta: &[f64]) -> String {
    let (Some(Paint::Solid(color)), None, None) = (&shape.fill, shape.opacity, &shape.transform)
    else {
        panic!("{}: the benches draw fills of one colour only", shape.id);
    };
    let [r, g, b, a]: [f64; 4] = theta.color(*color);
    let [r, g, b] = [r, g, b].map(|v| (255.0 * v).round());
    let fill = format!(r#"fill="rgb({r},{g},{b})" fill-opacity="{a}""#);
    match &shape.geometry {
        Geometry::Circle { center, radius } => {
            let ([x, y], r): (_, f64) = (place(theta, *center), theta.real(*radius));
            format!(r#"<circle cx="{x}" cy="{y}" r="{r}" {fill}/>"#)
        }
        Geometry::Path {
            points,
            segments,
            fill_rule,
        } => {
            let d = path_data(points, segments, theta);
            let rule = match fill_rule {
                FillRule::Nonzero => "nonzero",
                FillRule::Evenodd => "evenodd",
            };
            format!(r#"<path d="{d}" fill-rule="{rule}" {fill}/>"#)
        }
        _ => panic!("{}: the benches draw circles and paths only", shape.id),
    }
}

fn path_data(points: &[Point], segments: &[PathSegment], theta: &[f64]) -> String {
    let mut points = points.iter();
    let mut d = String::new();
    for segment in segments {
        d.push(match segment {
            PathSegment::Move => 'M',
            PathSegment::Line => 'L',
            PathSegment::Quadratic => 'Q',
            PathSegment::Cubic => 'C',
            PathSegment::Close => 'Z',
        });
        for point in points.by_ref().take(segment.point_count()) {
            let [x, y] = place(theta, *point);
            write!(d, "{x} {y} ").expect("text can be appended");
        }
    }
    d
}

fn place(theta: &[f64], point: Point) -> [f64; 2] {
    [theta.real(point.x), theta.real(point.y)]
}
