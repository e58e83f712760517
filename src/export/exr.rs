use std::io::{self, Cursor, Seek, Write};

use ::exr::prelude::{
    AnyChannel, AnyChannels, Blocks, Compression, Encoding, FlatSamples, Image as ExrImage,
    LineOrder, MetaData, ReadChannels, ReadLayers, Vec2, WritableImage,
};

use crate::film::Image;

use super::ReadDefect;
use super::bytes::{DeclaredSize, check_backed};

/// The largest ratio of declared to stored bytes that is believed. Blank blocks of the lossy
/// methods come near 66,000.
const EXPANSION_RATIO: u64 = 1 << 17;

/// Returns the names of the channels in the order of a picture.
fn channel_names(channels: usize) -> &'static [&'static str] {
    match channels {
        1 => &["Y"],
        3 => &["R", "G", "B"],
        _ => &["R", "G", "B", "A"],
    }
}

/// Writes a picture with 1, 3 or 4 channels as 32-bit float in scan lines. Values beyond the
/// range of 32-bit floats become the largest one.
pub(super) fn write(file: impl Write + Seek, image: &Image) -> io::Result<()> {
    let channels = channel_names(image.channels())
        .iter()
        .enumerate()
        .map(|(channel, &name)| AnyChannel::new(name, FlatSamples::F32(plane(image, channel))))
        .collect();
    // Blocks in increasing order by one thread: the bytes depend on nothing but the picture.
    let encoding = Encoding {
        compression: Compression::ZIP16,
        blocks: Blocks::ScanLines,
        line_order: LineOrder::Increasing,
    };
    let size = (image.width(), image.height());
    ExrImage::from_encoded_channels(size, encoding, AnyChannels::sort(channels))
        .write()
        .non_parallel()
        .to_buffered(file)
        .map_err(io::Error::other)
}

fn plane(image: &Image, channel: usize) -> Vec<f32> {
    let limit = f64::from(f32::MAX);
    let values = image.data().iter().skip(channel).step_by(image.channels());
    values.map(|v| v.clamp(-limit, limit) as f32).collect()
}

/// Reads the largest level of an EXR file that has one part.
pub(super) fn read(bytes: &[u8]) -> Result<Image, ReadDefect> {
    check_header(bytes)?;
    let picture = ::exr::prelude::read()
        .no_deep_data()
        .largest_resolution_level()
        .all_channels()
        .first_valid_layer()
        .all_attributes()
        .non_parallel()
        .from_buffered(Cursor::new(bytes))
        .map_err(malformed)?;
    let Vec2(width, height) = picture.layer_data.size;
    let list = &picture.layer_data.channel_data.list;
    let names = channel_names(list.len());
    let mut image = Image::new(width, height, names.len());
    for (channel, &name) in names.iter().enumerate() {
        let samples = list
            .iter()
            .find(|candidate| candidate.name.eq(name))
            .map(|found| &found.sample_data)
            .filter(|samples| samples.len() == width * height)
            .ok_or_else(|| malformed("a channel is missing"))?;
        for (index, value) in samples.values_as_f32().enumerate() {
            image.data_mut()[index * names.len() + channel] = value.into();
        }
    }
    Ok(image)
}

/// Checks that the file has one part, whole, with known channels and a size that it can hold.
fn check_header(bytes: &[u8]) -> Result<(), ReadDefect> {
    let metadata = MetaData::read_from_buffered(bytes, false).map_err(malformed)?;
    let [header] = &metadata.headers[..] else {
        return Err(malformed("it has several parts"));
    };
    if header.deep {
        return Err(malformed("it holds deep data"));
    }
    let list = &header.channels.list;
    let mut names: Vec<_> = list.iter().map(|c| c.name.to_string()).collect();
    let mut known = channel_names(list.len()).to_vec();
    names.sort();
    known.sort_unstable();
    if names != known || list.iter().any(|c| c.sampling != Vec2(1, 1)) {
        let found = names.join(", ");
        return Err(ReadDefect::Channels { found });
    }
    let size = DeclaredSize {
        height: header.layer_size.height() as u64,
        width: header.layer_size.width() as u64,
        channels: names.len() as u64,
    };
    let values = size.values()?;
    check_backed(4 * values, bytes.len(), EXPANSION_RATIO)?;
    // Every block has an entry of eight bytes in the offset table.
    check_backed(
        (header.chunk_count as u64).saturating_mul(8),
        bytes.len(),
        1,
    )?;
    let display = header.shared_attributes.display_window;
    if display != header.data_window() {
        return Err(ReadDefect::Cropped);
    }
    Ok(())
}

fn malformed(reason: impl ToString) -> ReadDefect {
    ReadDefect::Malformed {
        format: "EXR",
        reason: reason.to_string(),
    }
}
