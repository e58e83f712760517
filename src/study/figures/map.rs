use std::path::Path;

use super::collect::Lines;
use super::names::integral_name;
use super::scale::number;
use super::svg::{Anchor, GRAY, INK, Svg, width_of};
use crate::export::{diverging_color, read_image};
use crate::film::Image;
use crate::scene::ColorSpace;
use crate::study::{Integral, Map, MapKind, StudyError};

/// Pictures are drawn in at most this many squares along their longer side.
const MOST_SQUARES: usize = 48;
const SIDE: f64 = 132.0;
const GAP: f64 = 22.0;
const TOP: f64 = 62.0;
const COLUMNS: usize = 6;

/// Returns the maps of an integral, each with a range of colours of its own.
pub fn chart(
    integral: &Integral,
    maps: &[&Map],
    lines: &Lines<'_>,
    folder: &Path,
) -> Result<String, StudyError> {
    let mut rows: Vec<(MapKind, Vec<&Map>)> = Vec::new();
    for kind in [MapKind::StandardError, MapKind::Bias] {
        let of: Vec<&Map> = maps
            .iter()
            .copied()
            .filter(|map| map.kind == kind)
            .collect();
        rows.extend(of.chunks(COLUMNS).map(|part| (kind, part.to_vec())));
    }
    let columns = rows.iter().map(|(_, row)| row.len()).max().unwrap_or(1);
    let title = integral_name(integral);
    let width = (GAP + (SIDE + GAP) * columns as f64).max(width_of(&title, 13.0) + 2.0 * GAP);
    let mut svg = Svg::new(width, 34.0 + (TOP + SIDE + 6.0) * rows.len() as f64);
    svg.text([12.0, 22.0], Anchor::Start, 13.0, INK, &title);
    for (index, (kind, row)) in rows.iter().enumerate() {
        let y = 34.0 + (TOP + SIDE + 6.0) * index as f64;
        let caption = match kind {
            MapKind::StandardError => "standard error of one estimate, from white, 0, to dark",
            MapKind::Bias => "bias, blue below and red above 0",
        };
        svg.text([GAP, y + 14.0], Anchor::Start, 11.0, GRAY, caption);
        for (column, map) in row.iter().enumerate() {
            let x = GAP + (SIDE + GAP) * column as f64;
            let range = map.largest;
            let texts = [
                lines.name(&map.estimator, &map.sampler),
                format!("to {}", number(range)),
            ];
            for (line, text) in texts.iter().enumerate() {
                let y = y + 33.0 + 13.0 * line as f64;
                let text = shortened(text, (SIDE / 6.1) as usize);
                svg.text([x, y], Anchor::Start, 10.0, INK, &text);
            }
            let image = read_image(&folder.join(&map.file), ColorSpace::Srgb)?;
            let value = |pixel: &[f64]| {
                let largest = |a: f64, &b: &f64| if b.abs() > a.abs() { b } else { a };
                match range > 0.0 {
                    true => pixel.iter().fold(0.0, largest) / range,
                    false => 0.0,
                }
            };
            squares(&mut svg, [x, y + TOP - 8.0], &image, |pixel| {
                diverging_color(value(pixel))
            });
        }
    }
    Ok(svg.finish(&format!("errors by pixel, {title}")))
}

/// Cuts off what does not fit.
fn shortened(text: &str, most: usize) -> String {
    match text.chars().count() > most {
        true => text.chars().take(most - 1).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

/// Returns a picture as SVG.
pub fn picture(image: &Image, title: &str) -> String {
    let mut svg = Svg::new(SIDE + 2.0, SIDE + 2.0);
    squares(&mut svg, [1.0, 1.0], image, |pixel| {
        [0, 1, 2].map(|c| (255.0 * pixel[c].clamp(0.0, 1.0)).round() as u8)
    });
    svg.finish(title)
}

/// Draws an image as squares; of those that share one the mean is shown.
fn squares(svg: &mut Svg, [x, y]: [f64; 2], image: &Image, color: impl Fn(&[f64]) -> [u8; 3]) {
    let longer = image.width().max(image.height());
    let step = longer.div_ceil(MOST_SQUARES);
    let side = SIDE / longer as f64;
    for row in (0..image.height()).step_by(step) {
        // Neighbours of one colour are one rectangle.
        let mut pending: Option<(usize, usize, [u8; 3])> = None;
        let mut flush = |pending: Option<(usize, usize, [u8; 3])>| {
            if let Some((start, end, [r, g, b])) = pending {
                let height = step.min(image.height() - row);
                svg.rect(
                    [x + side * start as f64, y + side * row as f64],
                    [
                        side * (end - start) as f64 + 0.2,
                        side * height as f64 + 0.2,
                    ],
                    &format!("#{r:02x}{g:02x}{b:02x}"),
                );
            }
        };
        for column in (0..image.width()).step_by(step) {
            let end = (column + step).min(image.width());
            let next = color(&mean(image, [column, row], step));
            pending = match pending {
                Some((start, _, known)) if known == next => Some((start, end, known)),
                other => {
                    flush(other);
                    Some((column, end, next))
                }
            };
        }
        flush(pending);
    }
    let size = [image.width(), image.height()].map(|n| side * n as f64);
    svg.frame([x, y], size);
}

fn mean(image: &Image, [x, y]: [usize; 2], step: usize) -> Vec<f64> {
    let mut sum = vec![0.0; image.channels()];
    let mut count = 0.0;
    for row in y..(y + step).min(image.height()) {
        for column in x..(x + step).min(image.width()) {
            for (sum, value) in sum.iter_mut().zip(image.pixel(column, row)) {
                *sum += value;
            }
            count += 1.0;
        }
    }
    sum.iter().map(|sum| sum / count).collect()
}
