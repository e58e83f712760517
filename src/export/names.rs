use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Returns the path of a gradient image beside the image `output`: `<stem>.d.<parameter>.<ext>`.
///
/// Parameter names have letters, digits, `_`, `-` and `.` only, so the result is in the folder of
/// `output`.
///
/// ```
/// use reynolds::export::gradient_path;
/// let path = gradient_path("out/scene.png".as_ref(), "disk.center.x");
/// assert_eq!(path, std::path::Path::new("out/scene.d.disk.center.x.png"));
/// ```
pub fn gradient_path(output: &Path, parameter: &str) -> PathBuf {
    let mut name = OsString::from(output.file_stem().unwrap_or_default());
    name.push(".d.");
    name.push(parameter);
    if let Some(extension) = output.extension() {
        name.push(".");
        name.push(extension);
    }
    output.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_extension_moves() {
        let path = gradient_path(Path::new("a.b/c.d.exr"), "sky.fill.stops.1.offset");
        assert_eq!(path, Path::new("a.b/c.d.d.sky.fill.stops.1.offset.exr"));
        let bare = gradient_path(Path::new("out"), "x");
        assert_eq!(bare, Path::new("out.d.x"));
    }
}
