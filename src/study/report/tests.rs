use std::fs;

use image::{Rgb, RgbImage};

use super::write_report;
use crate::study::figures::sample_summary;

/// A page that asks for nothing: no address but the name space of SVG, no file, no style sheet.
#[test]
fn the_report_stands_alone() {
    let folder = tempfile::tempdir().expect("there is room");
    let summary = sample_summary();
    for scene in &summary.scenes {
        let path = folder.path().join(&scene.picture);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it can be made");
        let picture = RgbImage::from_pixel(4, 3, Rgb([200, 100, 0]));
        picture.save(path).expect("it can be written");
    }
    write_report(&summary, folder.path()).expect("nothing is missing");
    let page = fs::read_to_string(folder.path().join("report.html")).expect("there is a page");
    let rest = page.replace("http://www.w3.org/2000/svg", "");
    for outside in ["http:", "https:", "//", "src=", "@import", "url(", "fetch("] {
        // Comments of the script are no addresses.
        let found = rest.replace("// What has no number", "").contains(outside);
        assert!(!found, "{outside} in the page");
    }
    assert_eq!(
        page.matches("href=").count(),
        page.matches("href=\"data:,\"").count()
    );
    // The title is a text, not an element.
    assert!(page.contains("a &lt;b&gt; &amp; c") && !page.contains("a <b> & c"));
    assert!(page.contains("disk.radius") && page.contains("reynolds "));
    let figures = fs::read_dir(folder.path().join("figures")).expect("there are figures");
    for figure in figures {
        let name = figure.expect("it can be read").file_name();
        let name = name
            .to_str()
            .expect("plain names")
            .trim_end_matches(".svg")
            .to_owned();
        assert!(
            page.contains(&format!("id=\"{name}\"")),
            "{name} is in the page"
        );
    }
}
