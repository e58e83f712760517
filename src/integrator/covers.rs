use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::drawing::{Cover, Tile};

/// How many bytes of covers are kept: those of a picture of a few megapixels.
const ROOM: usize = 1 << 28;

/// The covers of tiles, kept from one pass over them to the next as long as there is room.
///
/// An image and its derivative ask for the same covers. Whether one is kept or built again changes
/// nothing but the time.
#[derive(Debug, Default)]
pub(super) struct KeptCovers {
    covers: Vec<OnceLock<Cover>>,
    /// The bytes that are in use.
    used: AtomicUsize,
}

impl KeptCovers {
    /// Returns room for the covers of some tiles.
    pub(super) fn new(tiles: usize) -> Self {
        Self {
            covers: std::iter::repeat_with(OnceLock::new).take(tiles).collect(),
            used: AtomicUsize::new(0),
        }
    }

    /// Returns the cover of a tile: the one that is kept, or `cover`, which `build` fills.
    pub(super) fn get<'a>(
        &'a self,
        tile: &Tile,
        cover: &'a mut Cover,
        build: impl FnOnce(&mut Cover),
    ) -> &'a Cover {
        let place = &self.covers[tile.number];
        if let Some(cover) = place.get() {
            return cover;
        }
        build(cover);
        // Without edges it is built as fast as it is found.
        let size = cover.size();
        if !cover.is_uniform() && self.used.load(Ordering::Relaxed) + size <= ROOM {
            self.used.fetch_add(size, Ordering::Relaxed);
            return place.get_or_init(|| cover.clone());
        }
        cover
    }
}
