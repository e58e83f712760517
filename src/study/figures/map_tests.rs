//! Maps: which colour stands where, and what it is called.

use resvg::usvg::roxmltree::Document;

use super::tests::sample_summary;
use super::{FigureKind, figures};
use crate::export::{diverging_color, write_image};
use crate::film::Image;
use crate::scene::ColorSpace;
use crate::study::{Map, MapKind, Summary};

/// Returns the figure of maps that show an image each, with the largest value in it.
fn figure(maps: &[(MapKind, &Image, f64)]) -> String {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut summary: Summary = sample_summary();
    for (index, &(kind, image, largest)) in maps.iter().enumerate() {
        let file = format!("{index}.npy");
        let path = folder.path().join(&file);
        write_image(&path, image, ColorSpace::Srgb).expect("it can be written");
        summary.maps.push(Map {
            cell: "a".into(),
            integral: summary.truths[0].integral.clone(),
            estimator: "edge".into(),
            sampler: "sobol".into(),
            budget: 64,
            kind,
            file,
            largest,
        });
    }
    let figures = figures(&summary, folder.path()).expect("the maps are there");
    let mut maps = figures
        .into_iter()
        .filter(|figure| figure.kind == FigureKind::Map);
    maps.next().expect("there are some").svg
}

/// Left, top, width, height and colour of all squares.
fn squares(text: &str) -> Vec<([f64; 4], String)> {
    let svg = Document::parse(text).expect("it is XML");
    let squares = svg
        .descendants()
        .filter(|node| node.attribute("shape-rendering").is_some());
    squares
        .map(|node| {
            let number = |name| {
                let text = node.attribute(name).expect("squares have it");
                text.parse().expect("it is a number")
            };
            (
                ["x", "y", "width", "height"].map(number),
                node.attribute("fill").expect("squares have one").to_owned(),
            )
        })
        .collect()
}

fn hex(value: f64) -> String {
    let [r, g, b] = diverging_color(value);
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Squares overlap by this much, and numbers are written with two decimals.
const OVERLAP: f64 = 0.2;
const NEAR: f64 = 0.011;

/// Each pixel has the colour of the channel that is largest, by its sign and as a part of the largest of
/// all: here of the second, after a smaller one and before one of the other sign.
#[test]
fn a_square_has_the_colour_of_its_pixel() {
    let (width, height, largest) = (3, 2, 4.0);
    let value = |x: usize, y: usize| [[-1.0, 0.5, -0.25], [0.75, -0.5, 1.0]][y][x];
    let mut image = Image::new(width, height, 3);
    for y in 0..height {
        for x in 0..width {
            let value = largest * value(x, y);
            let channels = [0.5 * value, value, -0.75 * value];
            image.pixel_mut(x, y).copy_from_slice(&channels);
        }
    }
    let squares = squares(&figure(&[(MapKind::Bias, &image, largest)]));
    assert_eq!(squares.len(), width * height);
    let ([left, top, ..], _) = squares[0];
    // 132 along the longer side.
    let side = 132.0 / 3.0;
    for (index, ([x, y, w, h], fill)) in squares.iter().enumerate() {
        let (column, row) = (index % width, index / width);
        let expected = [left + side * column as f64, top + side * row as f64];
        assert!((x - expected[0]).abs() < NEAR && (y - expected[1]).abs() < NEAR);
        assert!((w - side - OVERLAP).abs() < NEAR && (h - side - OVERLAP).abs() < NEAR);
        assert_eq!(*fill, hex(value(column, row)), "pixel {column}, {row}");
    }
}

/// 98 pixels are 33 squares of 3 × 3 pixels, of which the last has 2 columns, and 4 rows are two
/// squares, of which the lower has one. Within each, values are around a mean.
#[test]
fn squares_of_many_pixels_have_their_mean() {
    let (width, height) = (98, 4);
    let mean = |column: usize, row: usize| match (column + row) % 2 {
        0 => 0.5,
        _ => -0.25,
    };
    let mut image = Image::new(width, height, 1);
    for y in 0..height {
        for x in 0..width {
            // Sums to 0 over 3 columns, or over the 2 of the last.
            let around = match (x % 3, x / 3) {
                (0, _) => 0.25,
                (1, 32) | (2, _) => -0.25,
                _ => 0.0,
            };
            image.pixel_mut(x, y)[0] = mean(x / 3, y / 3) + around;
        }
    }
    let squares = squares(&figure(&[(MapKind::StandardError, &image, 1.0)]));
    assert_eq!(squares.len(), 2 * 33);
    let ([left, top, ..], _) = squares[0];
    let side = 132.0 / 98.0;
    for (index, ([x, y, w, h], fill)) in squares.iter().enumerate() {
        let (column, row) = (index % 33, index / 33);
        let columns = if column == 32 { 2.0 } else { 3.0 };
        let rows = if row == 1 { 1.0 } else { 3.0 };
        assert!((x - left - 3.0 * side * column as f64).abs() < 2.0 * NEAR);
        assert!((y - top - 3.0 * side * row as f64).abs() < 2.0 * NEAR);
        assert!((w - OVERLAP - columns * side).abs() < NEAR, "{column}: {w}");
        assert!((h - OVERLAP - rows * side).abs() < NEAR, "{row}: {h}");
        assert_eq!(*fill, hex(mean(column, row)), "square {column}, {row}");
    }
}

/// Standard errors come first. Each map tells its largest value, under what it is.
#[test]
fn maps_say_what_they_show() {
    let mut image = Image::new(1, 1, 1);
    image.pixel_mut(0, 0)[0] = 0.25;
    let text = figure(&[
        (MapKind::Bias, &image, 0.25),
        (MapKind::StandardError, &image, 0.5),
    ]);
    let svg = Document::parse(&text).expect("it is XML");
    let texts: Vec<&str> = svg.descendants().filter_map(|node| node.text()).collect();
    let place = |start: &str| {
        let found = texts.iter().position(|text| text.starts_with(start));
        found.unwrap_or_else(|| panic!("no {start} in {texts:?}"))
    };
    let order = ["standard error", "to 0.5", "bias", "to 0.25"].map(place);
    assert!(order.is_sorted(), "{order:?}");
    let fills: Vec<String> = squares(&text).into_iter().map(|(_, fill)| fill).collect();
    assert_eq!(fills, [hex(0.5), hex(1.0)]);
}
