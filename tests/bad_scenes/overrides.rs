//! Values given beside the file.

use super::{refusal, with_shapes};

#[test]
fn overrides() {
    let scene = with_shapes(
        r#"{"type": "circle", "id": "disk", "center": [1, 2], "radius": 3, "fill": [0, 0, 0]},
        {"type": "rect", "id": "r", "min": [1, 2], "max": [3, 4]}"#,
    );
    let rows = [
        ("canvas.width=0", "must be between 1 and 65536, got 0"),
        (
            "canvas.background=[0,0,2]",
            "canvas.background[2]: must be between 0 and 1, got 2",
        ),
        (
            "render.filter=bax",
            "unknown name `bax`, did you mean `box`?",
        ),
        ("disk.radius=-1", "must not be negative, got -1"),
        ("disk.radius=1e999", "must be a finite number, got inf"),
        ("disk.radius=big", "expected a number, got big"),
        ("disk.radius=[1]", "expected a number, got [1]"),
        ("disk.fill.color.r=1.5", "must be between 0 and 1, got 1.5"),
        ("r.min.x=5", "max.x must not be less than min.x, got 3 < 5"),
        (
            "shapes[0].fill={\"a\":1,\"a\":2}",
            "shapes[0].fill.a: the field is given twice; keep one",
        ),
    ];
    for (text, expected) in rows {
        assert_eq!(refusal(&scene, &[text]), format!("-D {text}: {expected}"));
    }
    let unknown = [
        ("canvas.widht=3", Some("canvas.width")),
        ("disk.radus=3", Some("disk.radius")),
        ("rendr.spp=3", Some("render.spp")),
        ("render.sp=3", Some("render.spp")),
        ("shapes[0].fil=[1,1,1]", Some("shapes[0].fill")),
        ("shapes[7].radius=3", None),
        ("canvas.width.x=3", None),
        ("banana=3", None),
    ];
    for (text, near) in unknown {
        let near = near.map_or_else(String::new, |near| format!(", did you mean {near}?"));
        assert_eq!(
            refusal(&scene, &[text]),
            format!("-D {text}: no field or parameter of this name{near}")
        );
    }
    // The parameter is gone with the paint that had it.
    let fill = r#"shapes[0].fill={"type": "linear_gradient", "start": [0, 0], "end": [1, 1],
        "stops": [{"offset": 0, "color": [0, 0, 0]}]}"#;
    assert_eq!(
        refusal(&scene, &["disk.fill.color.r=1", fill]),
        "-D disk.fill.color.r=1: no field or parameter of this name"
    );
}
