use std::path::{Path, PathBuf};

use assert_cmd::Command;
use assert_fs::TempDir;
use reynolds::export::read_image;
use reynolds::film::Image;
use reynolds::scene::ColorSpace;

/// A black card and a transparent disc, apart from each other. The card is 8.25 px wide and 8 px
/// high; with 4 × 4 strata a pixel, a quarter of a pixel is covered exactly.
pub const SCENE: &str = r#"{"version": 1, "canvas": {"width": 24, "height": 16}, "shapes": [
  {"type": "rect", "id": "card", "min": [4, 4], "max": [12.25, 12], "fill": [0, 0, 0]},
  {"type": "circle", "id": "dot", "center": [18, 8], "radius": 3, "fill": [0.2, 0.4, 0.8, 0.5]}],
  "render": {"spp": 16, "edge_samples": 4, "sampler": "stratified", "filter": "box"}}"#;

/// A folder with a scene file, in which commands run.
pub struct Workspace {
    folder: TempDir,
}

impl Workspace {
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let workspace = Self { folder };
        workspace.write("scene.json", SCENE);
        workspace
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub fn write_image(&self, name: &str, image: &Image) {
        reynolds::export::write_image(&self.path(name), image, ColorSpace::Srgb).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        let path = self.path(name);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_slice(&self.read(name)).unwrap()
    }

    pub fn image(&self, name: &str) -> Image {
        read_image(&self.path(name), ColorSpace::Srgb).unwrap()
    }

    /// Returns the names of all files and folders, sorted, except the scene's.
    pub fn entries(&self) -> Vec<String> {
        let mut names = Vec::new();
        list(self.folder.path(), self.folder.path(), &mut names);
        names.retain(|name| name != "scene.json");
        names.sort();
        names
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.current_dir(self.folder.path()).args(arguments);
        command
    }

    /// Runs a command that must succeed and returns what it prints to the standard output.
    pub fn done(&self, arguments: &[&str]) -> String {
        let assert = self.command(arguments).assert().code(0);
        String::from_utf8(assert.get_output().stdout.clone()).unwrap()
    }

    /// Runs a command that must be refused, with no result, and returns the error text.
    pub fn refused(&self, arguments: &[&str]) -> String {
        let before = self.entries();
        let assert = self.command(arguments).assert().code(2).stdout("");
        assert_eq!(self.entries(), before, "{arguments:?} left files");
        String::from_utf8(assert.get_output().stderr.clone()).unwrap()
    }
}

/// Returns the path of the program under test.
pub fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_reynolds"))
}

fn list(root: &Path, folder: &Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap();
        names.push(name.to_str().unwrap().replace('\\', "/"));
        if path.is_dir() {
            list(root, &path, names);
        }
    }
}
