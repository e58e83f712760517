//! Arrays in the NPY format (NEP 1; versions 1 to 3).
//!
//! The reader is written here because files come from outside: the header is parsed without
//! recursion, and sizes are checked before anything is multiplied or allocated.

use std::io::{self, Write};

use crate::film::Image;

use super::ReadDefect;
use super::bytes::{DeclaredSize, check_backed};
use super::npy_header::{Header, malformed};

const MAGIC: &[u8] = b"\x93NUMPY";

/// The longest header text that is read, in bytes. The header of a picture has about a hundred.
const MAX_HEADER: usize = 4096;

/// Writes a picture as float64, little-endian, C order, `[height][width][channels]`.
pub(super) fn write(mut file: impl Write, image: &Image) -> io::Result<()> {
    let (height, width, channels) = (image.height(), image.width(), image.channels());
    let mut text = format!(
        "{{'descr': '<f8', 'fortran_order': False, 'shape': ({height}, {width}, {channels}), }}"
    );
    // Magic, version, length, text and a line feed: together a multiple of 64 bytes.
    let used = MAGIC.len() + 4 + text.len() + 1;
    text.push_str(&" ".repeat(used.next_multiple_of(64) - used));
    text.push('\n');
    let length = u16::try_from(text.len()).expect("three sizes fit into a short header");
    file.write_all(MAGIC)?;
    file.write_all(&[1, 0])?;
    file.write_all(&length.to_le_bytes())?;
    file.write_all(text.as_bytes())?;
    for value in image.data() {
        file.write_all(&value.to_le_bytes())?;
    }
    Ok(())
}

/// Reads an array of float64 or float32 with two or three axes, in either byte order.
pub(super) fn read(bytes: &[u8]) -> Result<Image, ReadDefect> {
    let (text, values) = split_header(bytes)?;
    let header = Header::parse(text)?;
    if header.fortran_order {
        return Err(ReadDefect::FortranOrder);
    }
    let size = match header.shape[..] {
        [height, width] => DeclaredSize {
            height,
            width,
            channels: 1,
        },
        [height, width, channels] => DeclaredSize {
            height,
            width,
            channels,
        },
        _ => {
            return Err(ReadDefect::Shape {
                found: header.shape,
            });
        }
    };
    let count = size.values()?;
    let (value_bytes, convert) = element(&header.element_type)?;
    check_backed(count * value_bytes as u64, values.len(), 1)?;
    let data: Vec<f64> = values
        .chunks_exact(value_bytes)
        .take(count as usize)
        .map(convert)
        .collect();
    let [width, height, channels] =
        [size.width, size.height, size.channels].map(|side| side as usize);
    Ok(Image::from_data(width, height, channels, data))
}

/// Returns the text of the header and the bytes after it.
fn split_header(bytes: &[u8]) -> Result<(&str, &[u8]), ReadDefect> {
    let rest = bytes
        .strip_prefix(MAGIC)
        .ok_or_else(|| malformed("it does not start with \\x93NUMPY"))?;
    let (length, rest) = match *rest {
        [1, _, a, b, ref rest @ ..] => (usize::from(u16::from_le_bytes([a, b])), rest),
        [2 | 3, _, a, b, c, d, ref rest @ ..] => (u32::from_le_bytes([a, b, c, d]) as usize, rest),
        _ => return Err(malformed("its version is not 1, 2 or 3")),
    };
    if length > MAX_HEADER {
        return Err(malformed("its header is too long for a picture"));
    }
    if length > rest.len() {
        return Err(malformed("it ends inside its header"));
    }
    let (text, values) = rest.split_at(length);
    let text = std::str::from_utf8(text).map_err(|_| malformed("its header is not text"))?;
    Ok((text, values))
}

/// Reads one value from the bytes of one element.
type Convert = fn(&[u8]) -> f64;

/// Returns the size of an element in bytes and the function that reads one.
fn element(name: &str) -> Result<(usize, Convert), ReadDefect> {
    const SIZE: &str = "chunks have the size of an element";
    match name {
        "<f8" => Ok((8, |b| f64::from_le_bytes(b.try_into().expect(SIZE)))),
        ">f8" => Ok((8, |b| f64::from_be_bytes(b.try_into().expect(SIZE)))),
        "<f4" => Ok((4, |b| f32::from_le_bytes(b.try_into().expect(SIZE)).into())),
        ">f4" => Ok((4, |b| f32::from_be_bytes(b.try_into().expect(SIZE)).into())),
        _ => Err(ReadDefect::ElementType { found: name.into() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of a version-1 file with this header text and these values.
    fn file(text: &str, values: &[u8]) -> Vec<u8> {
        let length = u16::try_from(text.len()).unwrap().to_le_bytes();
        [MAGIC, &[1, 0], &length, text.as_bytes(), values].concat()
    }

    fn header(element_type: &str, fortran: &str, shape: &str) -> String {
        format!("{{'descr': '{element_type}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n")
    }

    #[test]
    fn the_bytes_are_those_that_numpy_writes() {
        let image = Image::from_data(3, 1, 1, vec![1.0, -2.0, 0.5]);
        let mut bytes = Vec::new();
        write(&mut bytes, &image).unwrap();
        let start = b"\x93NUMPY\x01\x00\x76\x00\
            {'descr': '<f8', 'fortran_order': False, 'shape': (1, 3, 1), }";
        assert_eq!(&bytes[..start.len()], start);
        assert_eq!(bytes[127], b'\n');
        assert!(bytes[start.len()..127].iter().all(|&byte| byte == b' '));
        let values = [0x3ff0_u64 << 48, 0xc000 << 48, 0x3fe0 << 48];
        assert_eq!(bytes[128..], values.map(u64::to_le_bytes).concat());
    }

    #[test]
    fn another_reader_agrees() {
        let data: Vec<f64> = (0..5 * 7 * 4).map(|i| f64::from(i).sin()).collect();
        let image = Image::from_data(7, 5, 4, data.clone());
        let mut bytes = Vec::new();
        write(&mut bytes, &image).unwrap();
        let array = npyz::NpyFile::new(&bytes[..]).unwrap();
        assert_eq!(array.shape(), &[5, 7, 4]);
        assert_eq!(array.order(), npyz::Order::C);
        assert_eq!(array.into_vec::<f64>().unwrap(), data);
    }

    #[test]
    fn both_widths_and_byte_orders_and_two_axes_are_read() {
        let values = [1.5_f32, -2.0];
        let little = values.map(f32::to_le_bytes).concat();
        let big = values.map(f32::to_be_bytes).concat();
        for (name, bytes) in [("<f4", &little), (">f4", &big)] {
            let image = read(&file(&header(name, "False", "(1, 2)"), bytes)).unwrap();
            assert_eq!(image, Image::from_data(2, 1, 1, vec![1.5, -2.0]));
        }
        let wide = 3.25_f64.to_be_bytes();
        let image = read(&file(&header(">f8", "False", "(1,1,1)"), &wide)).unwrap();
        assert_eq!(image.data(), [3.25]);
        // Double quotes, another order of the keys, no trailing comma.
        let text = r#"{"shape": (1, 1), "fortran_order": False, "descr": ">f8"}"#;
        assert_eq!(read(&file(text, &wide)).unwrap().data(), [3.25]);
    }

    #[test]
    fn versions_two_and_three_have_long_lengths() {
        let text = header("<f8", "False", "(1, 1)");
        for version in [2, 3] {
            let length = (text.len() as u32).to_le_bytes();
            let value = 2.0_f64.to_le_bytes();
            let bytes = [MAGIC, &[version, 0], &length, text.as_bytes(), &value].concat();
            assert_eq!(read(&bytes).unwrap().data(), [2.0]);
        }
    }

    #[test]
    fn other_arrays_are_refused_with_the_reason() {
        let message = |text: &str| read(&file(text, &[0; 64])).unwrap_err().to_string();
        let cases = [
            (header("<i4", "False", "(2, 2)"), "numbers are <i4"),
            (header("<f8", "True", "(2, 2)"), "Fortran"),
            (header("<f8", "False", "(8,)"), "shape is [8]"),
            (header("<f8", "False", "()"), "shape is []"),
            (header("<f8", "False", "(2, 0)"), "zero"),
            (header("<f8", "False", "(2, 2, 3)"), "cut short"),
            (header("<f8", "False", "(9999999, 9999999)"), "at most"),
            (
                header("<f8", "False", "(4294967296, 4294967296, 2)"),
                "at most",
            ),
            (
                header("<f8", "False", "(99999999999999999999, 1)"),
                "list of sizes",
            ),
            (header("<f8", "False", "(-1, 1)"), "list of sizes"),
            ("{}".into(), "misses descr"),
            (
                "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1, 1)}".into(),
                "structured",
            ),
        ];
        for (text, part) in cases {
            let message = message(&text);
            assert!(message.contains(part), "{text}: {message}");
        }
    }

    #[test]
    fn a_header_longer_than_the_limit_is_not_read() {
        let bytes = [MAGIC, &[2, 0], &u32::MAX.to_le_bytes(), &[b'('; 100]].concat();
        assert!(read(&bytes).unwrap_err().to_string().contains("too long"));
    }
}
