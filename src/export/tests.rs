//! Laws of whole files: round trips, texts, limits, failures that leave nothing, and any bytes.

use std::io::Cursor;
use std::path::Path;

use proptest::prelude::*;

use super::picture::decode;
use super::*;
use crate::film::Image;
use crate::scene::ColorSpace;

/// Returns a picture of signed values with no repetition.
fn signed(width: usize, height: usize, channels: usize) -> Image {
    let data = (0..width * height * channels).map(|i| (0.7 * i as f64 + 0.3).sin() * 3.0);
    Image::from_data(width, height, channels, data.collect())
}

/// Returns a premultiplied picture of values that PNG holds exactly.
fn levels(width: usize, height: usize, channels: usize) -> Image {
    let mut image = Image::new(width, height, channels);
    let pixels = image.data_mut().chunks_exact_mut(channels);
    for (i, pixel) in pixels.enumerate() {
        let level = |k: usize| ((i * 37 + k * 101) % 256) as f64 / 255.0;
        let alpha = if channels == 4 { level(3) } else { 1.0 };
        for (k, value) in pixel.iter_mut().enumerate() {
            *value = if k == 3 { alpha } else { level(k) * alpha };
        }
    }
    image
}

fn assert_close(a: &Image, b: &Image, tolerance: f64) {
    let size = |image: &Image| (image.width(), image.height(), image.channels());
    assert_eq!(size(a), size(b));
    for (i, (a, b)) in a.data().iter().zip(b.data()).enumerate() {
        assert!((a - b).abs() <= tolerance, "value {i}: {a} and {b}");
    }
}

const SIZES: [(usize, usize); 4] = [(1, 1), (7, 3), (1, 19), (33, 17)];

#[test]
fn arrays_come_back_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    for (width, height) in SIZES {
        for channels in [1, 3, 4] {
            let image = signed(width, height, channels);
            let path = folder.path().join("a.npy");
            write_image(&path, &image, ColorSpace::Linear).unwrap();
            assert_eq!(read_image(&path, ColorSpace::Linear).unwrap(), image);
            let path = folder.path().join("a.EXR");
            write_image(&path, &image, ColorSpace::Linear).unwrap();
            let back = read_image(&path, ColorSpace::Linear).unwrap();
            let narrow: Vec<_> = image.data().iter().map(|&v| f64::from(v as f32)).collect();
            assert_eq!(back, Image::from_data(width, height, channels, narrow));
        }
    }
}

#[test]
fn png_levels_come_back_in_both_colour_spaces() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    for space in [ColorSpace::Srgb, ColorSpace::Linear] {
        for (width, height) in SIZES {
            // Levels that are exact in the file, whatever the space: write, read, write, read.
            for channels in [3, 4] {
                write_image(&path, &levels(width, height, channels), space).unwrap();
                let first = read_image(&path, space).unwrap();
                let bytes = std::fs::read(&path).unwrap();
                write_image(&path, &first, space).unwrap();
                assert_eq!(std::fs::read(&path).unwrap(), bytes);
                if space == ColorSpace::Srgb {
                    assert_close(&first, &levels(width, height, channels), 1e-12);
                }
            }
            // Grey files are read as RGB.
            write_image(&path, &levels(width, height, 1), space).unwrap();
            assert_eq!(read_image(&path, space).unwrap().channels(), 3);
        }
    }
}

/// Encodes a PNG with the settings that the exporter never uses.
fn foreign_png(
    color: ::png::ColorType,
    depth: ::png::BitDepth,
    size: (u32, u32),
    palette: Option<(&[u8], &[u8])>,
    data: &[u8],
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, size.0, size.1);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if let Some((colors, alphas)) = palette {
        encoder.set_palette(colors.to_vec());
        encoder.set_trns(alphas.to_vec());
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn every_kind_of_png_is_read() {
    use ::png::{BitDepth, ColorType};
    let read = |bytes: &[u8]| decode(bytes, Format::Png, ColorSpace::Srgb).unwrap();
    // 1-bit grey: the bits 1 0 1.
    let bytes = foreign_png(
        ColorType::Grayscale,
        BitDepth::One,
        (3, 1),
        None,
        &[0b1010_0000],
    );
    let white = [1.0; 3];
    let expected = [white, [0.0; 3], white].concat();
    assert_eq!(read(&bytes), Image::from_data(3, 1, 3, expected));
    // 16-bit grey with alpha: white at 0x8000.
    let data = [0xff, 0xff, 0x80, 0x00];
    let bytes = foreign_png(
        ColorType::GrayscaleAlpha,
        BitDepth::Sixteen,
        (1, 1),
        None,
        &data,
    );
    let alpha = f64::from(0x8000) / 65535.0;
    assert_eq!(read(&bytes), Image::from_data(1, 1, 4, vec![alpha; 4]));
    // 16-bit RGB.
    let data = [0x12, 0x34, 0x00, 0x00, 0xff, 0xff];
    let bytes = foreign_png(ColorType::Rgb, BitDepth::Sixteen, (1, 1), None, &data);
    let expected = vec![f64::from(0x1234) / 65535.0, 0.0, 1.0];
    assert_eq!(read(&bytes), Image::from_data(1, 1, 3, expected));
    // 2-bit palette of red, opaque, and green, at 51 / 255; the indices 0 1.
    let palette: (&[u8], &[u8]) = (&[255, 0, 0, 0, 255, 0], &[255, 51]);
    let bytes = foreign_png(
        ColorType::Indexed,
        BitDepth::Two,
        (2, 1),
        Some(palette),
        &[0b0001_0000],
    );
    let expected = vec![1.0, 0.0, 0.0, 1.0, 0.0, 0.2, 0.0, 0.2];
    assert_close(&read(&bytes), &Image::from_data(2, 1, 4, expected), 1e-15);
}

/// Returns the texts of a PNG file by keyword.
fn texts(path: &Path) -> Vec<(String, String)> {
    let bytes = std::fs::read(path).unwrap();
    let reader = ::png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
    let chunks = &reader.info().uncompressed_latin1_text;
    let pair = |c: &::png::text_metadata::TEXtChunk| (c.keyword.clone(), c.text.clone());
    chunks.iter().map(pair).collect()
}

#[test]
fn png_files_tell_where_they_come_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    write_image(&path, &levels(5, 5, 3), ColorSpace::Srgb).unwrap();
    let software = format!("reynolds {}", env!("CARGO_PKG_VERSION"));
    assert_eq!(texts(&path), [("Software".to_owned(), software.clone())]);

    let gradient = Image::from_data(2, 1, 3, vec![0.0, 0.25, 0.0, -0.75, 0.0, 0.0]);
    let range = write_gradient(&path, &gradient, "disk.center.x", None).unwrap();
    assert_eq!(range, 0.75);
    let texts = texts(&path);
    let text = |keyword: &str| {
        let found = texts.iter().find(|(name, _)| name == keyword);
        found.map(|(_, text)| text.as_str())
    };
    assert_eq!(text("Software"), Some(software.as_str()));
    assert_eq!(text("reynolds:parameter"), Some("disk.center.x"));
    assert_eq!(text("reynolds:range"), Some("[-0.75, 0.75]"));
    assert!(text("reynolds:shows").unwrap().contains("luminance"));

    let shown = read_image(&path, ColorSpace::Srgb).unwrap();
    let colors = [diverging_color(1.0 / 3.0), diverging_color(-1.0)].concat();
    let expected = colors.iter().map(|&c| f64::from(c) / 255.0).collect();
    assert_eq!(shown, Image::from_data(2, 1, 3, expected));
}

#[test]
fn raw_gradients_keep_their_signs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("g.npy");
    let gradient = signed(5, 4, 4);
    let range = write_gradient(&path, &gradient, "x", None).unwrap();
    assert_eq!(range, gradient_range(&gradient));
    assert_eq!(read_image(&path, ColorSpace::Srgb).unwrap(), gradient);
}

#[test]
fn the_same_picture_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for extension in ["png", "npy", "exr"] {
        let write = |name: &str| {
            let path = folder.path().join(name).with_extension(extension);
            write_image(&path, &signed(65, 40, 4), ColorSpace::Srgb).unwrap();
            std::fs::read(path).unwrap()
        };
        assert_eq!(write("a"), write("b"));
    }
}

#[test]
fn values_that_no_scene_gives_do_not_panic() {
    let folder = tempfile::tempdir().unwrap();
    let wild = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MAX,
        -1e-320,
        0.0,
    ];
    for alpha in wild {
        let data = wild.iter().flat_map(|&v| [v, v, v, alpha]).collect();
        let image = Image::from_data(6, 1, 4, data);
        for name in ["a.png", "a.npy", "a.exr"] {
            let path = folder.path().join(name);
            write_image(&path, &image, ColorSpace::Linear).unwrap();
            let _ = write_gradient(&path, &image, "x", Some(1e-310));
        }
    }
    // A file of such values is refused when it is read.
    let path = folder.path().join("nan.npy");
    let image = Image::from_data(2, 1, 3, vec![0.0, 1.0, 2.0, 3.0, f64::NAN, 5.0]);
    write_image(&path, &image, ColorSpace::Srgb).unwrap();
    let error = read_image(&path, ColorSpace::Srgb).unwrap_err().to_string();
    assert!(
        error.contains("channel 1 at pixel (1, 0) is NaN"),
        "{error}"
    );
}

#[test]
fn what_cannot_be_written_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let error = |name: &str, image: &Image| {
        let result = write_image(&path(name), image, ColorSpace::Srgb);
        result.unwrap_err().to_string()
    };
    assert!(error("a.jpg", &levels(1, 1, 3)).contains(".png, .npy or .exr"));
    assert!(error("a", &levels(1, 1, 3)).contains(".png, .npy or .exr"));
    assert!(error("a.png", &Image::new(1, 1, 2)).contains("2 channels"));
    assert!(error("a.exr", &Image::new(0, 4, 3)).contains("no pixels"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    std::fs::create_dir(path("b.png")).unwrap();
    assert!(error("b.png", &levels(1, 1, 3)).contains("it is a folder"));
    std::fs::write(path("c"), "").unwrap();
    assert!(error("c/d.npy", &levels(1, 1, 3)).contains("cannot be used"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn what_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = |name: &str| {
        let result = read_image(&folder.path().join(name), ColorSpace::Srgb);
        result.unwrap_err().to_string()
    };
    assert!(error("missing.png").starts_with("read "));
    assert!(error("a.tiff").contains(".png, .npy or .exr"));
    std::fs::create_dir(folder.path().join("d.exr")).unwrap();
    assert!(error("d.exr").contains("not a regular file"));
    for (name, format) in [("e.png", "PNG"), ("e.npy", "NPY"), ("e.exr", "EXR")] {
        std::fs::write(folder.path().join(name), "").unwrap();
        let message = error(name);
        assert!(
            message.contains(&format!("not a valid {format} file")),
            "{message}"
        );
    }
    let file = std::fs::File::create(folder.path().join("huge.npy")).unwrap();
    file.set_len(MAX_FILE_BYTES + 1).unwrap();
    assert!(error("huge.npy").contains("at most"));
}

#[test]
fn huge_headers_are_refused_by_name() {
    let mut bytes = encoded(Format::Png, &levels(3, 3, 3));
    // Width and height of IHDR; its checksum must follow.
    let declare = |bytes: &mut Vec<u8>, width: u32, height: u32| {
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    };
    let read = |bytes: &[u8]| decode(bytes, Format::Png, ColorSpace::Srgb).unwrap_err();
    declare(&mut bytes, 1 << 20, 1 << 20);
    assert!(matches!(read(&bytes), ReadDefect::TooManyValues { .. }));
    declare(&mut bytes, 8000, 8000);
    assert!(matches!(read(&bytes), ReadDefect::Truncated { .. }));
}

/// The checksum of PNG chunks (CRC-32, reflected polynomial edb88320).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc: u32, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    })
}

/// Returns the content of a file in this format.
fn encoded(format: Format, image: &Image) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    match format {
        Format::Png => png::write(&mut file, image, ColorSpace::Srgb),
        Format::Npy => npy::write(&mut file, image),
        Format::Exr => exr::write(&mut file, image),
    }
    .unwrap();
    file.into_inner()
}

const FORMATS: [Format; 3] = [Format::Png, Format::Npy, Format::Exr];

#[test]
fn every_shortened_file_is_an_error() {
    for format in FORMATS {
        let bytes = encoded(format, &levels(5, 3, 4));
        // The last chunk of a PNG, IEND, holds nothing.
        let needed = bytes.len() - if format == Format::Png { 12 } else { 0 };
        for length in 0..bytes.len() {
            let result = decode(&bytes[..length], format, ColorSpace::Srgb);
            assert!(result.is_err() || length >= needed, "{format:?}: {length}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn changed_bytes_never_panic(
        format in prop::sample::select(&FORMATS[..]),
        channels in prop::sample::select(&[1_usize, 3, 4][..]),
        width in 1_usize..40,
        height in 1_usize..40,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        // Most changes go to the header, where the structure is.
        header_only in prop::bool::weighted(0.8),
        length in any::<prop::sample::Index>(),
        shorten in prop::bool::weighted(0.2),
    ) {
        let mut bytes = encoded(format, &levels(width, height, channels));
        let reach = if header_only { bytes.len().min(330) } else { bytes.len() };
        for (place, value) in changes {
            bytes[place.index(reach)] = value;
        }
        if format == Format::Png {
            // Without this nearly every change would end at the checksum.
            let sum = crc(&bytes[12..29]);
            bytes[29..33].copy_from_slice(&sum.to_be_bytes());
        }
        if shorten {
            bytes.truncate(length.index(bytes.len()));
        }
        if let Ok(image) = decode(&bytes, format, ColorSpace::Linear) {
            prop_assert!(image.data().iter().all(|value| value.is_finite()));
        }
    }

    #[test]
    fn any_bytes_never_panic(
        format in prop::sample::select(&FORMATS[..]),
        tail in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let keep = match format {
            Format::Png => 16,
            Format::Npy => 8,
            Format::Exr => 8,
        };
        let mut bytes = encoded(format, &levels(2, 2, 3));
        bytes.truncate(keep);
        bytes.extend(tail);
        let _ = decode(&bytes, format, ColorSpace::Srgb);
    }
}
