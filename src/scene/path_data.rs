//! SVG path data and its normal form: absolute `M`, `L`, `Q`, `C` and `Z`.
//!
//! The grammar is that of SVG 2, section 9.3; the crate `svgtypes` reads it.

use std::fmt::Write;

use kurbo::{Arc, Point, SvgArc, Vec2};
use svgtypes::{PathParser, PathSegment as Command};

use super::model::PathSegment;
use super::parameter::ParameterKind;
use super::quantity::format_number;

/// How far the cubics of an arc may be from it, as a part of its larger radius.
///
/// A quarter of a circle takes two cubics then.
const ARC_ACCURACY: f64 = 2e-5;

/// A path in normal form: every subpath starts with a move, every number is absolute.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PathData {
    pub points: Vec<[f64; 2]>,
    pub segments: Vec<PathSegment>,
}

/// Why a text is no path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PathError {
    /// The character at which it shows, counted from 0.
    pub character: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl PathData {
    /// Reads SVG path data; an empty text is an empty path.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let mut normalizer = Normalizer::default();
        for (index, command) in PathParser::from(text).enumerate() {
            let command = command.map_err(|error| path_error(text, &error))?;
            normalizer.push(command);
            normalizer.check(index)?;
        }
        Ok(normalizer.path)
    }

    /// Returns the path as path data that reads back as the same numbers.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let mut points = self.points.iter();
        for segment in &self.segments {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push(match segment {
                PathSegment::Move => 'M',
                PathSegment::Line => 'L',
                PathSegment::Quadratic => 'Q',
                PathSegment::Cubic => 'C',
                PathSegment::Close => 'Z',
            });
            for [x, y] in points.by_ref().take(segment.point_count()) {
                let (x, y) = (format_number(*x), format_number(*y));
                write!(text, " {x} {y}").expect("a string takes all text");
            }
        }
        text
    }

    fn push(&mut self, segment: PathSegment, points: &[Point]) {
        debug_assert_eq!(points.len(), segment.point_count());
        self.segments.push(segment);
        self.points.extend(points.iter().map(|p| [p.x, p.y]));
    }
}

fn path_error(text: &str, error: &svgtypes::Error) -> PathError {
    use svgtypes::Error as E;
    let position = match error {
        E::UnexpectedData(p) | E::InvalidNumber(p) => Some(*p),
        E::InvalidChar(_, p) | E::InvalidString(_, p) => Some(*p),
        E::UnexpectedEndOfStream | E::InvalidValue | E::InvalidIdent => None,
    };
    let length = text.chars().count();
    let character = position.map_or(length, |p| p.saturating_sub(1)).min(length);
    let message = match (error, text.chars().nth(character)) {
        (_, None) => "the path data ends too early, expected a number".to_owned(),
        (E::InvalidNumber(_), Some(c)) => {
            format!("expected a finite number, got `{}`", c.escape_debug())
        }
        (_, Some(c)) if is_first(text, character) => {
            format!("path data starts with M or m, got `{}`", c.escape_debug())
        }
        (_, Some(c)) => format!("expected a number or a command, got `{}`", c.escape_debug()),
    };
    PathError {
        character: Some(character),
        message,
    }
}

/// Tells whether only whitespace comes before a character.
fn is_first(text: &str, character: usize) -> bool {
    text.chars().take(character).all(char::is_whitespace)
}

/// Turns commands into segments of the normal form.
#[derive(Default)]
struct Normalizer {
    path: PathData,
    /// Where the subpath started.
    start: Point,
    /// Where the last segment ended.
    current: Point,
    /// The last control point, if the last command was of this kind of curve.
    cubic_control: Option<Point>,
    quadratic_control: Option<Point>,
    /// The numbers of the last command that are no points.
    radii: [f64; 2],
    /// How many points have passed the check.
    checked: usize,
}

impl Normalizer {
    fn push(&mut self, command: Command) {
        let cubic = self.cubic_control.take();
        let quadratic = self.quadratic_control.take();
        let base = if command.is_abs() {
            Vec2::ZERO
        } else {
            self.current.to_vec2()
        };
        let at = |x: f64, y: f64| Point::new(x, y) + base;
        match command {
            Command::MoveTo { x, y, .. } => self.move_to(at(x, y)),
            Command::LineTo { x, y, .. } => self.line_to(at(x, y)),
            Command::HorizontalLineTo { x, .. } => {
                self.line_to(Point::new(x + base.x, self.current.y));
            }
            Command::VerticalLineTo { y, .. } => {
                self.line_to(Point::new(self.current.x, y + base.y));
            }
            Command::Quadratic { x1, y1, x, y, .. } => self.quadratic_to(at(x1, y1), at(x, y)),
            Command::SmoothQuadratic { x, y, .. } => {
                self.quadratic_to(self.reflected(quadratic), at(x, y));
            }
            #[rustfmt::skip]
            Command::CurveTo { x1, y1, x2, y2, x, y, .. } => {
                self.cubic_to(at(x1, y1), at(x2, y2), at(x, y));
            }
            Command::SmoothCurveTo { x2, y2, x, y, .. } => {
                self.cubic_to(self.reflected(cubic), at(x2, y2), at(x, y));
            }
            #[rustfmt::skip]
            Command::EllipticalArc { rx, ry, x_axis_rotation, large_arc, sweep, x, y, .. } => {
                self.arc_to(&SvgArc {
                    from: self.current,
                    to: at(x, y),
                    radii: Vec2::new(rx, ry),
                    x_rotation: (x_axis_rotation % 360.0).to_radians(),
                    large_arc,
                    sweep,
                });
            }
            Command::ClosePath { .. } => self.close(),
        }
    }

    /// Returns the mirror image of a control point at the current point, which stands for a
    /// control point that is not there.
    fn reflected(&self, control: Option<Point>) -> Point {
        control.map_or(self.current, |c| self.current + (self.current - c))
    }

    fn move_to(&mut self, p: Point) {
        self.path.push(PathSegment::Move, &[p]);
        (self.start, self.current) = (p, p);
    }

    /// Starts a subpath where the last one started if that was closed.
    fn continue_subpath(&mut self) {
        if self.path.segments.last() == Some(&PathSegment::Close) {
            self.move_to(self.start);
        }
    }

    fn line_to(&mut self, p: Point) {
        self.continue_subpath();
        self.path.push(PathSegment::Line, &[p]);
        self.current = p;
    }

    fn quadratic_to(&mut self, control: Point, p: Point) {
        self.continue_subpath();
        self.path.push(PathSegment::Quadratic, &[control, p]);
        self.quadratic_control = Some(control);
        self.current = p;
    }

    fn cubic_to(&mut self, control1: Point, control2: Point, p: Point) {
        self.continue_subpath();
        self.path.push(PathSegment::Cubic, &[control1, control2, p]);
        self.cubic_control = Some(control2);
        self.current = p;
    }

    /// Adds the cubics of an arc, the last of which ends exactly at its end.
    fn arc_to(&mut self, svg_arc: &SvgArc) {
        self.radii = [svg_arc.radii.x, svg_arc.radii.y];
        let mut cubics = Vec::new();
        if let Some(arc) = Arc::from_svg_arc(svg_arc) {
            let tolerance = ARC_ACCURACY * arc.radii.x.max(arc.radii.y);
            arc.to_cubic_beziers(tolerance, |p1, p2, p3| cubics.push([p1, p2, p3]));
        }
        let Some(last) = cubics.last_mut() else {
            return self.line_to(svg_arc.to);
        };
        last[2] = svg_arc.to;
        for [p1, p2, p3] in cubics {
            self.cubic_to(p1, p2, p3);
        }
        self.cubic_control = None;
    }

    /// Closes the subpath; closing it again changes nothing.
    fn close(&mut self) {
        if self.path.segments.last() != Some(&PathSegment::Close) {
            self.path.push(PathSegment::Close, &[]);
        }
        self.current = self.start;
    }

    /// Checks the points that the last command added.
    fn check(&mut self, index: usize) -> Result<(), PathError> {
        let points = self.path.points[self.checked..].as_flattened();
        for &value in self.radii.iter().chain(points) {
            ParameterKind::Position
                .check(value)
                .map_err(|message| PathError {
                    character: None,
                    message: format!("command {}: a coordinate {message}", index + 1),
                })?;
        }
        self.checked = self.path.points.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> String {
        PathData::parse(text).unwrap().to_text()
    }

    #[test]
    fn every_command_becomes_absolute_and_explicit() {
        let cases = [
            ("m1 2 3 4", "M 1 2 L 4 6"),
            ("M1,2 3,4 5,6z", "M 1 2 L 3 4 L 5 6 Z"),
            ("M1 2h3v4H0V-1", "M 1 2 L 4 2 L 4 6 L 0 6 L 0 -1"),
            ("M1 1l2 0-1-1", "M 1 1 L 3 1 L 2 0"),
            ("M1 1q1 0 1 1t2 3", "M 1 1 Q 2 1 2 2 Q 2 3 4 5"),
            ("M1 1T3 4T5 6", "M 1 1 Q 1 1 3 4 Q 5 7 5 6"),
            (
                "M0 0c0 1 1 2 3 4s1 1 2 2",
                "M 0 0 C 0 1 1 2 3 4 C 5 6 4 5 5 6",
            ),
            ("M2 3S4 5 6 7", "M 2 3 C 2 3 4 5 6 7"),
            ("M2 3A0 5 0 0 1 6 7", "M 2 3 L 6 7"),
            ("M1 1L2 2ZL3 3", "M 1 1 L 2 2 Z M 1 1 L 3 3"),
            ("M1 1L2 2zzl1 0", "M 1 1 L 2 2 Z M 1 1 L 2 1"),
            ("M1 1l2 2zm1 1l1 0", "M 1 1 L 3 3 Z M 2 2 L 3 2"),
            ("", ""),
            (" \n", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(normal(text), expected, "{text}");
        }
    }

    #[test]
    fn a_smooth_curve_after_another_kind_takes_the_current_point() {
        assert_eq!(
            normal("M0 0Q1 2 3 4S5 6 7 8"),
            "M 0 0 Q 1 2 3 4 C 3 4 5 6 7 8"
        );
        assert_eq!(
            normal("M0 0C1 1 2 2 3 3T7 8"),
            "M 0 0 C 1 1 2 2 3 3 Q 3 3 7 8"
        );
    }

    #[test]
    fn the_normal_form_of_the_normal_form_is_itself() {
        for text in [
            "M.1.2a5 3 20 1 0 7 1s.3.7 1e-7 2zl1 1",
            "m0 0q1 1 2 .3t4 4h.1",
        ] {
            let once = PathData::parse(text).unwrap();
            let twice = PathData::parse(&once.to_text()).unwrap();
            assert_eq!(once, twice, "{text}");
        }
    }

    /// The point of a cubic at a parameter, from Bernstein's polynomials.
    fn cubic_point(p: &[[f64; 2]], t: f64) -> [f64; 2] {
        let s = 1.0 - t;
        let weights = [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t];
        [0, 1].map(|axis| (0..4).map(|i| weights[i] * p[i][axis]).sum())
    }

    #[test]
    fn an_arc_stays_on_its_circle_and_ends_where_it_should() {
        // Three quarters of a circle of radius 200 around the origin.
        let path = PathData::parse("M200 0A200 200 0 1 1 0-200").unwrap();
        assert_eq!(path.points.last(), Some(&[0.0, -200.0]));
        for cubic in path.points.windows(4).step_by(3) {
            for i in 0..=20 {
                let [x, y] = cubic_point(cubic, f64::from(i) / 20.0);
                assert!((x.hypot(y) - 200.0).abs() < 200.0 * ARC_ACCURACY);
            }
        }
    }

    #[test]
    fn radii_too_small_for_an_arc_grow() {
        // The ends are 4 apart: a half circle of radius 2.
        let path = PathData::parse("M-2 0A1 1 0 0 1 2 0").unwrap();
        for [x, y] in path.points.iter().copied().step_by(3) {
            approx::assert_relative_eq!(x.hypot(y), 2.0, max_relative = 1e-12);
            assert!(y <= 1e-12, "y down: the arc goes over negative y");
        }
    }

    #[test]
    fn errors_name_the_character() {
        let cases = [
            ("L 1 1", Some(0), "path data starts with M or m, got `L`"),
            (
                "M 1 1 X",
                Some(6),
                "expected a number or a command, got `X`",
            ),
            (
                "M 1 1 L 2 ",
                Some(10),
                "the path data ends too early, expected a number",
            ),
            ("M 1 1 L 2 Z", Some(10), "expected a finite number, got `Z`"),
            ("M 1 1e999", Some(4), "expected a finite number, got `1`"),
            (
                "M 1 1 Z 2 2",
                Some(8),
                "expected a number or a command, got `2`",
            ),
            ("é", Some(0), "path data starts with M or m, got `é`"),
            (
                "M 1e308 1e308 l 1e308 0",
                None,
                "command 1: a coordinate must be at most 1000000000 in magnitude, got 1e308",
            ),
            (
                "M 1e9 0 l 1 0",
                None,
                "command 2: a coordinate must be at most 1000000000 in magnitude, got 1000000001",
            ),
            (
                "M 0 0 A 1e99 1 0 0 0 1 1",
                None,
                "command 2: a coordinate must be at most 1000000000 in magnitude, got 1e99",
            ),
        ];
        for (text, character, message) in cases {
            let error = PathData::parse(text).unwrap_err();
            assert_eq!(
                (error.character, error.message.as_str()),
                (character, message)
            );
        }
    }
}
