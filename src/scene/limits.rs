/// The largest width and height of a canvas, in pixels.
pub const MAX_CANVAS_SIDE: u32 = 1 << 16;

/// The largest number of pixels of a canvas: 2 GiB of `f64` RGBA.
pub const MAX_CANVAS_PIXELS: u64 = 1 << 26;

/// The largest number of samples per pixel.
pub const MAX_SPP: u32 = 1 << 16;

/// The largest number of boundary samples per pixel of edge length.
pub const MAX_EDGE_SAMPLES: f64 = 65_536.0;

/// The smallest distance that may be asked for between a curve and its polyline, in pixels.
pub const MIN_TOLERANCE: f64 = 1e-6;

/// The largest distance that may be allowed between a curve and its polyline, in pixels.
pub const MAX_TOLERANCE: f64 = 1.0;

/// The largest magnitude of a number in a scene, so that products of a few of them stay finite.
pub const MAX_MAGNITUDE: f64 = 1e9;

/// The largest magnitude of a coefficient of the map from a shape to the canvas.
pub const MAX_TRANSFORM: f64 = 1e15;

/// How many groups may lie around a shape.
pub const MAX_GROUP_DEPTH: usize = 256;

/// How deep arrays and objects may be nested in a scene file: two levels a group, and the rest.
pub const MAX_JSON_DEPTH: usize = 2 * MAX_GROUP_DEPTH + 16;

/// The largest scene file, in bytes.
pub const MAX_FILE_BYTES: u64 = 1 << 28;
