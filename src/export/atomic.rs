use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::{ExportError, WriteDefect};

/// Writes a file whole or not at all: `write` fills a temporary file in the same folder, which
/// then takes the place of `path`.
///
/// Missing folders are made; they stay when a later step fails. A symbolic link stays and the file
/// that it names is replaced.
///
/// # Errors
/// [`ExportError::Write`] if `path` is a folder or a device, and for every error of the operating
/// system and of `write`. Then `path` is as it was and no temporary file is left.
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&mut File>) -> io::Result<()>,
) -> Result<(), ExportError> {
    replace(path, write).map_err(|defect| ExportError::Write {
        path: path.into(),
        defect,
    })
}

/// Writes a text file whole or not at all; see [`write_atomically`].
///
/// # Errors
/// Those of [`write_atomically`].
pub fn write_text(path: &Path, text: &str) -> Result<(), ExportError> {
    write_atomically(path, |file| file.write_all(text.as_bytes()))
}

/// Checks that [`write_atomically`] could write to `path` now, and changes nothing.
///
/// Meant for the time before a long computation, so that a slip in a path does not cost its result.
///
/// # Errors
/// [`ExportError::Write`] if `path` is a folder or a device, or if its folder, or the nearest
/// folder above that is there, takes no new files.
pub fn check_writable(path: &Path) -> Result<(), ExportError> {
    let check = || -> Result<(), WriteDefect> {
        let target = final_target(path)?;
        let folder = folder_of(&target);
        let above = folder.ancestors().find(|folder| folder.exists());
        let above = above.unwrap_or(Path::new("."));
        let probe = if above.is_dir() {
            create_temporary(above).map(drop)
        } else {
            Err(io::ErrorKind::NotADirectory.into())
        };
        probe.map_err(|error| WriteDefect::Folder {
            folder: folder.into(),
            error,
        })
    };
    check().map_err(|defect| ExportError::Write {
        path: path.into(),
        defect,
    })
}

/// Returns the folder that a file is in.
fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn replace(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&mut File>) -> io::Result<()>,
) -> Result<(), WriteDefect> {
    let target = final_target(path)?;
    let folder = folder_of(&target);
    fs::create_dir_all(folder).map_err(|error| WriteDefect::Folder {
        folder: folder.into(),
        error,
    })?;
    let mut temporary = create_temporary(folder)?;
    let mut buffer = BufWriter::new(temporary.as_file_mut());
    write(&mut buffer)?;
    buffer.flush()?;
    drop(buffer);
    temporary.as_file().sync_all()?;
    temporary.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Returns the file that a write to `path` replaces.
fn final_target(path: &Path) -> Result<PathBuf, WriteDefect> {
    // `out/` has the file name `out`, but means a folder, whether it is there or not.
    let ends_in_separator = path
        .as_os_str()
        .as_encoded_bytes()
        .last()
        .is_some_and(|&byte| std::path::is_separator(char::from(byte)));
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => return Err(WriteDefect::Directory),
        Ok(metadata) if !metadata.is_file() => return Err(WriteDefect::NotAFile),
        _ if ends_in_separator => return Err(WriteDefect::Directory),
        _ if path.file_name().is_none() => return Err(WriteDefect::NoName),
        _ => {}
    }
    if path.is_symlink() && path.exists() {
        return Ok(fs::canonicalize(path)?);
    }
    Ok(path.into())
}

fn create_temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".reynolds-").suffix(".tmp");
    // Temporary files are private by default; this one becomes an ordinary file, so it gets what
    // the umask leaves of 0666.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn missing_folders_are_made_and_old_files_replaced() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/b/c.txt");
        write_text(&path, "first, and longer").unwrap();
        write_text(&path, "second").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "second");
        assert_eq!(entries(path.parent().unwrap()), ["c.txt"]);
    }

    #[test]
    fn a_failing_writer_leaves_the_old_file() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("c.txt");
        let fail = |file: &mut BufWriter<&mut File>| {
            file.write_all(&[7; 100_000])?;
            Err(io::Error::other("disk full"))
        };
        let error = write_atomically(&path, fail).unwrap_err();
        assert!(error.to_string().ends_with("c.txt: disk full"), "{error}");
        assert!(entries(root.path()).is_empty());
        write_text(&path, "old").unwrap();
        write_atomically(&path, fail).unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(entries(root.path()), ["c.txt"]);
    }

    #[test]
    fn folders_and_paths_under_files_are_refused() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        write_text(&file, "x").unwrap();
        let under = write_text(&file.join("y.txt"), "y").unwrap_err();
        assert!(under.to_string().contains("folder"), "{under}");
        for folder in [root.path().to_path_buf(), root.path().join("new/")] {
            let error = write_text(&folder, "y").unwrap_err();
            let defect = "it is a folder; name a file in it";
            assert!(error.to_string().ends_with(defect), "{error}");
        }
        assert!(matches!(
            write_text(Path::new(""), "y").unwrap_err(),
            ExportError::Write {
                defect: WriteDefect::NoName,
                ..
            }
        ));
        assert_eq!(entries(root.path()), ["file"]);
    }

    #[test]
    fn a_check_agrees_with_writing_and_changes_nothing() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        write_text(&file, "x").unwrap();
        for good in ["file", "new.txt", "a/b/new.txt"] {
            check_writable(&root.path().join(good)).unwrap();
        }
        for bad in ["", "new/", "file/y.txt", "file/a/y.txt"] {
            let path = root.path().join(bad);
            assert!(check_writable(&path).is_err(), "{bad}");
            assert!(write_text(&path, "y").is_err(), "{bad}");
        }
        assert_eq!(entries(root.path()), ["file"]);
    }

    #[cfg(unix)]
    #[test]
    fn new_files_have_the_permissions_of_ordinary_files() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let (plain, written) = (root.path().join("plain"), root.path().join("written"));
        fs::write(&plain, "x").unwrap();
        write_text(&written, "x").unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&plain), mode(&written));
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_and_devices_are_refused() {
        let root = tempfile::tempdir().unwrap();
        let (file, link) = (root.path().join("file"), root.path().join("link"));
        write_text(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_text(&link, "new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(matches!(
            write_text(Path::new("/dev/null"), "y").unwrap_err(),
            ExportError::Write {
                defect: WriteDefect::NotAFile,
                ..
            }
        ));
    }
}
