use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::placement::{Disc, place};
use crate::film::Image;
use crate::loss::resize;
use crate::scene::{Override, Scene, SceneError};

/// A scene to start from, made from the target alone: `blobs:N` or `circles:N`.
///
/// N shapes are placed on the canvas, large ones first, each where the picture differs most from
/// what is there; the background is the picture's mean colour, or transparent if the picture has
/// alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Initial {
    /// The kind of shapes.
    pub kind: InitialKind,
    /// How many.
    pub count: u32,
}

/// The kinds of shapes that a start is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InitialKind {
    /// Closed paths of four cubic curves.
    Blobs,
    /// Circles.
    Circles,
}

/// Why a text names no start.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected blobs:N or circles:N with N from 1 to {MOST}, got `{0}`")]
pub struct InitialError(String);

/// The most shapes.
const MOST: u32 = 100_000;
/// Where shapes are placed the longer side of the picture has at most as many pixels.
const PLACEMENT_SIDE: f64 = 256.0;
/// The alpha of shapes. Through it those below feel the target; opaque ones would hide them.
const ALPHA: f64 = 0.75;
/// A quarter of a circle as a cubic curve: the distance of the control points, for a radius of 1.
const KAPPA: f64 = 0.552_284_749_830_793_4;

impl Initial {
    /// Returns a scene of the size of a target with 3 channels or 4.
    ///
    /// # Errors
    /// If an override does not fit the scene, or the target is too large for one.
    pub fn scene(self, target: &Image, overrides: &[Override]) -> Result<Scene, SceneError> {
        let longer = target.width().max(target.height()) as f64;
        let scale = (PLACEMENT_SIDE / longer).min(1.0);
        let side = |length: usize| ((length as f64 * scale).round() as usize).max(1);
        let small = resize(target, side(target.width()), side(target.height()));
        let ground = ground(&small);
        let discs = place(&small, &ground, self.count as usize);
        let pixel = target.width() as f64 / small.width() as f64;
        let mut text = format!(
            "{{\"version\": 1, \"canvas\": {{\"width\": {}, \"height\": {}, \"background\": {:?}}},\n\"shapes\": [",
            target.width(),
            target.height(),
            straight(&ground),
        );
        for (index, disc) in discs.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let shape = self.shape(index, disc, pixel);
            write!(text, "{comma}\n{shape}").expect("a string takes all text");
        }
        text.push_str("],\n\"render\": {\"spp\": 4, \"edge_samples\": 2}}\n");
        Scene::parse(&text, &format!("--init {self}"), overrides)
    }

    fn shape(self, index: usize, disc: &Disc, pixel: f64) -> String {
        let [x, y] = disc.center.map(|place| place * pixel);
        let radius = disc.radius * pixel;
        let [r, g, b, a] = straight(&disc.color);
        let fill = [r, g, b, ALPHA * a];
        match self.kind {
            InitialKind::Circles => format!(
                r#"{{"type": "circle", "id": "circle{index}", "center": [{x}, {y}], "radius": {radius}, "fill": {fill:?}}}"#
            ),
            InitialKind::Blobs => format!(
                r#"{{"type": "path", "id": "blob{index}", "d": "{}", "fill": {fill:?}}}"#,
                blob([x, y], radius)
            ),
        }
    }
}

/// Path data of a circle.
fn blob([x, y]: [f64; 2], radius: f64) -> String {
    let mut text = format!("M {} {y}", x + radius);
    for quarter in 0..4 {
        // The corner of a quarter turn and the one before, exactly.
        let corner = |turn: i32| match turn % 4 {
            0 => [1.0, 0.0],
            1 => [0.0, 1.0],
            2 => [-1.0, 0.0],
            _ => [0.0, -1.0],
        };
        let (from, to) = (corner(quarter), corner(quarter + 1));
        let mix = |a: [f64; 2], b: [f64; 2]| {
            let [dx, dy] = [a[0] + KAPPA * b[0], a[1] + KAPPA * b[1]];
            format!("{} {}", x + radius * dx, y + radius * dy)
        };
        let end = mix(to, [0.0; 2]);
        write!(text, " C {} {} {end}", mix(from, to), mix(to, from))
            .expect("a string takes all text");
    }
    text + " Z"
}

/// The mean colour, or nothing if the picture has alpha.
fn ground(picture: &Image) -> Vec<f64> {
    let channels = picture.channels();
    let mut mean = vec![0.0; channels];
    if channels == 3 {
        let count = (picture.width() * picture.height()) as f64;
        for pixel in picture.data().chunks_exact(channels) {
            for (sum, value) in mean.iter_mut().zip(pixel) {
                *sum += value / count;
            }
        }
    }
    mean
}

/// A colour of a scene file: straight, within bounds, opaque unless the picture has alpha.
fn straight(color: &[f64]) -> [f64; 4] {
    let alpha = color.get(3).copied().unwrap_or(1.0);
    let channel = |value: f64| {
        let value = if alpha > 0.0 { value / alpha } else { 0.0 };
        value.clamp(0.0, 1.0)
    };
    [
        channel(color[0]),
        channel(color[1]),
        channel(color[2]),
        alpha.clamp(0.0, 1.0),
    ]
}

impl FromStr for Initial {
    type Err = InitialError;

    fn from_str(text: &str) -> Result<Self, InitialError> {
        let error = || InitialError(text.to_owned());
        let (kind, count) = text.split_once(':').ok_or_else(error)?;
        let kind = match kind {
            "blobs" => InitialKind::Blobs,
            "circles" => InitialKind::Circles,
            _ => return Err(error()),
        };
        match count.parse() {
            Ok(count) if (1..=MOST).contains(&count) => Ok(Self { kind, count }),
            _ => Err(error()),
        }
    }
}

impl fmt::Display for Initial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            InitialKind::Blobs => "blobs",
            InitialKind::Circles => "circles",
        };
        write!(f, "{kind}:{}", self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrator::{Method, Renderer};

    fn target(channels: usize) -> Image {
        let mut picture = Image::new(30, 20, channels);
        for y in 0..20 {
            for x in 0..30 {
                let inside = f64::from(u8::from(x > 15));
                picture.pixel_mut(x, y).fill(inside);
            }
        }
        picture
    }

    #[test]
    fn starts_have_the_size_and_the_channels_of_the_target() {
        for (text, channels) in [("blobs:5", 3), ("circles:7", 4)] {
            let initial: Initial = text.parse().unwrap();
            assert_eq!(initial.to_string(), text);
            let scene = initial.scene(&target(channels), &[]).unwrap();
            assert_eq!((scene.canvas.width, scene.canvas.height), (30, 20));
            assert_eq!(scene.shapes.len(), initial.count as usize);
            let renderer = Renderer::new(&scene, scene.render.clone());
            assert_eq!(renderer.channels(), channels);
        }
    }

    /// A blob is a circle to 3 parts in 10,000.
    #[test]
    fn blobs_are_circles() {
        let area = |shape: &str| {
            let text = format!(
                r#"{{"version": 1, "canvas": {{"width": 30, "height": 30, "background": [0, 0, 0]}}, "shapes": [{shape}]}}"#
            );
            let scene = Scene::parse(&text, "blob.json", &[]).unwrap();
            let renderer = Renderer::new(&scene, scene.render.clone()).with_method(Method::Exact);
            renderer.image().data().iter().step_by(3).sum::<f64>()
        };
        let disc = Disc {
            center: [15.0, 14.0],
            radius: 10.0,
            color: vec![1.0; 3],
        };
        let blobs: Initial = "blobs:1".parse().unwrap();
        let disc_area = ALPHA * 100.0 * std::f64::consts::PI;
        let relative = area(&blobs.shape(0, &disc, 1.0)) / disc_area;
        assert!((relative - 1.0).abs() < 1e-3, "{relative}");
    }

    #[test]
    fn texts_that_name_no_start_are_refused() {
        for text in [
            "blobs",
            "blobs:0",
            "blobs:-1",
            "squares:3",
            "circles:1e9",
            "",
        ] {
            assert!(text.parse::<Initial>().is_err(), "{text}");
        }
    }
}
