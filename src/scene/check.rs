//! Relations between the numbers of a scene.

use super::build::Built;
use super::document::{Document, NodeId};
use super::limits::MAX_TRANSFORM;
use super::model::{Geometry, Paint, Point, Real, Stop, Transform};
use super::problem::Problem;
use super::quantity::format_number;
use crate::geometry::{Affine, Vec2};

/// Checks that rectangles are not inside out, that offsets of stops do not decrease, and that
/// nested transforms stay within [`MAX_TRANSFORM`].
pub(super) fn check(document: &Document<'_>, built: &Built) -> Result<(), Problem> {
    let checker = Checker { document, built };
    let mut maps: Vec<Affine<f64>> = Vec::new();
    for shape in &built.scene.shapes {
        if let Geometry::Rect { min, max } = &shape.geometry {
            checker.ordered(min.x, max.x, "max.x must not be less than min.x")?;
            checker.ordered(min.y, max.y, "max.y must not be less than min.y")?;
        }
        if let Some(Paint::Gradient(gradient)) = &shape.fill {
            checker.stops(&gradient.stops)?;
        }
        let outer = shape.parent.map_or(Affine::identity(), |group| maps[group]);
        maps.push(match &shape.transform {
            Some(transform) => checker.transform(outer, transform)?,
            None => outer,
        });
    }
    Ok(())
}

struct Checker<'a> {
    document: &'a Document<'a>,
    built: &'a Built,
}

impl Checker<'_> {
    fn value(&self, real: Real) -> f64 {
        match real {
            Real::Parameter(id) => self.built.scene.parameters.values()[id.index()],
            Real::Constant(value) => value,
        }
    }

    fn origin(&self, real: Real) -> Option<NodeId> {
        match real {
            Real::Parameter(id) => Some(self.built.origins[id.index()]),
            Real::Constant(_) => None,
        }
    }

    /// Blames an overridden number rather than one of the file, and else the first.
    fn problem(&self, numbers: &[Real], message: String) -> Problem {
        let mut origins = numbers.iter().filter_map(|&real| self.origin(real));
        let overridden = origins
            .clone()
            .find(|&node| self.document.is_overridden(node));
        let node = overridden.or_else(|| origins.next());
        Problem::with_value(node.unwrap_or(Document::ROOT), message)
    }

    fn ordered(&self, low: Real, high: Real, rule: &str) -> Result<(), Problem> {
        let (low_value, high_value) = (self.value(low), self.value(high));
        if low_value <= high_value {
            return Ok(());
        }
        let (low_text, high_text) = (format_number(low_value), format_number(high_value));
        let message = format!("{rule}, got {high_text} < {low_text}");
        Err(self.problem(&[high, low], message))
    }

    fn stops(&self, stops: &[Stop]) -> Result<(), Problem> {
        stops.windows(2).try_for_each(|pair| {
            let rule = "offsets of stops must not decrease";
            self.ordered(pair[0].offset, pair[1].offset, rule)
        })
    }

    fn transform(&self, outer: Affine<f64>, transform: &Transform) -> Result<Affine<f64>, Problem> {
        let (inner, numbers) = match transform {
            Transform::Matrix(coefficients) => (
                Affine(coefficients.map(|real| self.value(real))),
                coefficients.to_vec(),
            ),
            &Transform::Parts {
                translate,
                rotate,
                scale,
                origin,
            } => {
                let vector = |p: Point| Vec2::new(self.value(p.x), self.value(p.y));
                let map = Affine::from_parts(
                    vector(translate),
                    self.value(rotate),
                    vector(scale),
                    vector(origin),
                );
                let points = [scale, translate, origin];
                let numbers = points.iter().flat_map(|p| [p.x, p.y]);
                (map, numbers.chain([rotate]).collect())
            }
        };
        let map = outer.compose(inner);
        if map.0.iter().all(|x| x.abs() <= MAX_TRANSFORM) {
            return Ok(map);
        }
        let limit = format_number(MAX_TRANSFORM);
        let message =
            format!("this transform and those around it multiply to more than {limit}; scale less");
        Err(self.problem(&numbers, message))
    }
}
