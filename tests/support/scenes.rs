use reynolds::integrator::{Method, Renderer};
use reynolds::scene::{ParameterId, Scene};

/// Returns a scene on a white square canvas; `shapes` is what stands between the brackets.
pub fn scene(side: u32, shapes: &str) -> Scene {
    scene_on(side, "[1, 1, 1]", shapes)
}

/// The same on a background of the given colour.
pub fn scene_on(side: u32, background: &str, shapes: &str) -> Scene {
    let text = format!(
        r#"{{"version": 1, "canvas": {{"width": {side}, "height": {side}, "background": {background}}},
            "shapes": [{shapes}]}}"#
    );
    Scene::parse(&text, "inline.json", &[])
        .unwrap_or_else(|error| panic!("{error}\nin the scene\n{text}"))
}

/// Returns the JSON of a rectangle.
pub fn square(id: &str, [x0, y0]: [f64; 2], [x1, y1]: [f64; 2], fill: &str) -> String {
    format!(
        r#"{{"type": "rect", "id": "{id}", "min": [{x0:?}, {y0:?}], "max": [{x1:?}, {y1:?}], "fill": {fill}}}"#
    )
}

/// Returns the exact renderer of a scene.
pub fn exact(scene: &Scene) -> Renderer<'_> {
    Renderer::new(scene, scene.render.clone()).with_method(Method::Exact)
}

/// Returns the parameter of that name.
pub fn find(scene: &Scene, name: &str) -> ParameterId {
    let found = scene.parameters.find(name);
    found.unwrap_or_else(|| panic!("the scene has no parameter `{name}`"))
}

/// Scenes in general position that have every kind of parameter: name, side of the canvas,
/// background, shapes. No edge lies on the pixel grid and no two on one line.
pub const GENERIC: [(&str, u32, &str, &str); 4] = [
    ("solids", 32, "[0.9, 0.8, 0.7]", SOLIDS),
    ("groups", 32, "[0.2, 0.3, 0.1, 0.6]", GROUPS),
    ("linear gradients", 32, "[0.1, 0.2, 0.3]", LINEAR),
    ("radial gradients", 32, "[0.9, 0.9, 1]", RADIAL),
];

/// Returns the scenes of [`GENERIC`] with their names.
pub fn generic_scenes() -> Vec<(&'static str, Scene)> {
    let build = |&(name, side, background, shapes): &(&'static str, u32, &str, &str)| {
        (name, scene_on(side, background, shapes))
    };
    GENERIC.iter().map(build).collect()
}

const SOLIDS: &str = r#"
    {"type": "circle", "id": "disk", "center": [11.37, 12.83], "radius": 7.91, "fill": [0.8, 0.1, 0.2, 0.7]},
    {"type": "ellipse", "id": "egg", "center": [21.13, 13.71], "radii": [8.31, 5.17], "fill": [0.1, 0.6, 0.3, 0.8],
     "opacity": 0.9, "transform": {"rotate": 23.7, "origin": [21.1, 13.7], "scale": [1.1, 0.93], "translate": [0.31, -0.17]}},
    {"type": "rect", "id": "box", "min": [4.19, 15.33], "max": [17.77, 25.41], "fill": [0.2, 0.3, 0.9, 0.6]},
    {"type": "polygon", "id": "star", "fill_rule": "evenodd", "fill": [0.9, 0.8, 0.1, 0.75], "opacity": 0.8,
     "points": [[22.3, 14.2], [26.91, 28.13], [15.07, 19.53], [29.71, 19.47], [17.83, 28.23]]},
    {"type": "path", "id": "leaf", "fill": [0.3, 0.1, 0.5, 0.65],
     "d": "M 3.1 4.3 C 9.7 -2.9 14.3 13.7 19.9 5.3 Q 24.7 9.9 18.3 14.1 L 6.7 13.3 Z M 8.3 6.1 L 8.9 10.7 L 13.3 9.9 Z"}"#;

const GROUPS: &str = r#"
    {"type": "group", "id": "outer", "opacity": 0.7,
     "transform": {"translate": [1.37, -0.83], "rotate": 17.3, "scale": [0.9, 1.15], "origin": [15.1, 16.3]},
     "children": [
       {"type": "rect", "id": "plate", "min": [7.21, 8.13], "max": [22.87, 19.71], "fill": [0.9, 0.2, 0.1, 0.8]},
       {"type": "group", "id": "inner", "opacity": 0.6, "transform": {"matrix": [0.87, 0.31, -0.42, 1.07, 3.3, -2.1]},
        "children": [
          {"type": "circle", "id": "dot", "center": [16.11, 14.29], "radius": 5.53, "fill": [0.1, 0.7, 0.9]},
          {"type": "polygon", "id": "kite", "points": [[14.3, 9.1], [25.7, 12.9], [19.3, 22.7], [9.9, 17.3]], "fill": [0.2, 0.9, 0.4, 0.7]}]},
       {"type": "ellipse", "id": "bean", "center": [12.7, 20.9], "radii": [4.1, 6.3], "fill": [0.8, 0.8, 0.2, 0.9]}]},
    {"type": "group", "id": "plain", "transform": {"rotate": -31.1, "origin": [20.3, 9.7]}, "children": [
       {"type": "path", "id": "fish", "d": "M 14.9 7.3 Q 20.1 1.7 26.3 8.9 C 23.3 13.1 18.9 10.9 14.9 7.3 Z", "fill": [0.4, 0.2, 0.9, 0.85]},
       {"type": "rect", "id": "bar", "min": [15.3, 8.7], "max": [27.9, 10.9], "fill": [0.9, 0.9, 0.9, 0.5]}]}"#;

const LINEAR: &str = r#"
    {"type": "rect", "id": "sky", "min": [2.3, 3.7], "max": [24.9, 21.1],
     "fill": {"type": "linear_gradient", "start": [4.1, 5.3], "end": [22.7, 17.9], "stops": [
       {"offset": 0.1, "color": [0.9, 0.1, 0.2, 0.8]}, {"offset": 0.55, "color": [0.2, 0.8, 0.3, 0.6]}, {"offset": 0.9, "color": [0.1, 0.3, 0.9]}]}},
    {"type": "group", "id": "tilt", "transform": {"rotate": 11.0, "translate": [0.7, 0.9], "origin": [9.0, 20.0]}, "children": [
      {"type": "ellipse", "id": "waves", "center": [10.3, 11.9], "radii": [7.1, 8.3], "opacity": 0.9,
       "fill": {"type": "linear_gradient", "spread": "reflect", "start": [9.3, 9.1], "end": [14.9, 13.3], "stops": [
         {"offset": 0.05, "color": [0.9, 0.2, 0.2]}, {"offset": 0.95, "color": [0.1, 0.3, 0.8, 0.7]}]}}]},
    {"type": "polygon", "id": "teeth", "points": [[3.3, 18.7], [17.9, 21.4], [13.1, 29.3]],
     "fill": {"type": "linear_gradient", "spread": "repeat", "start": [5.1, 20.3], "end": [9.7, 22.9], "stops": [
       {"offset": 0.05, "color": [0.2, 0.5, 0.9]}, {"offset": 0.4, "color": [0.9, 0.7, 0.3, 0.6]}, {"offset": 0.95, "color": [0.2, 0.5, 0.9]}]}},
    {"type": "rect", "id": "stripes", "min": [18.7, 2.3], "max": [29.1, 11.9],
     "fill": {"type": "linear_gradient", "spread": "repeat", "start": [19.1, 3.3], "end": [24.3, 5.1], "stops": [
       {"offset": 0.0, "color": [0.1, 0.1, 0.1]}, {"offset": 0.5, "color": [0.9, 0.3, 0.6]}, {"offset": 0.5, "color": [0.3, 0.9, 0.6]}, {"offset": 1.0, "color": [0.8, 0.8, 0.8]}]}}"#;

const RADIAL: &str = r#"
    {"type": "circle", "id": "sun", "center": [19.7, 9.3], "radius": 8.1, "opacity": 0.85,
     "transform": {"rotate": 37.0, "origin": [19.7, 9.3], "scale": [1.1, 0.8]},
     "fill": {"type": "radial_gradient", "center": [17.9, 8.1], "radius": [7.3, 5.9], "stops": [
       {"offset": 0.15, "color": [0.95, 0.9, 0.2]}, {"offset": 0.6, "color": [0.9, 0.4, 0.1, 0.9]}, {"offset": 0.95, "color": [0.3, 0.1, 0.6, 0.4]}]}},
    {"type": "polygon", "id": "wedge", "points": [[3.1, 8.7], [16.3, 12.1], [7.9, 22.3]],
     "fill": {"type": "radial_gradient", "center": [8.7, 14.9], "radius": 6.7, "stops": [
       {"offset": 0.2, "color": [0.1, 0.9, 0.8, 0.9]}, {"offset": 0.8, "color": [0.7, 0.2, 0.4]}]}},
    {"type": "rect", "id": "rings", "min": [14.3, 15.1], "max": [29.7, 28.9], "opacity": 0.8,
     "fill": {"type": "radial_gradient", "spread": "reflect", "center": [21.1, 21.7], "radius": 6.3, "stops": [
       {"offset": 0.1, "color": [0.9, 0.9, 0.1, 0.8]}, {"offset": 0.9, "color": [0.1, 0.6, 0.3]}]}}"#;

/// Radial gradients that jump, in general position: two stops at one offset with each spread, three at
/// one offset, the wrap of `repeat` between other colours; under transforms, through each other, below
/// and above other layers, in a group.
pub const RINGS: &str = r#"
    {"type": "circle", "id": "target", "center": [13.7, 12.9], "radius": 10.3,
     "transform": {"rotate": 23.0, "origin": [13.7, 12.9], "scale": [1.1, 0.8]},
     "fill": {"type": "radial_gradient", "spread": "repeat", "center": [12.3, 13.7], "radius": [6.1, 4.9], "stops": [
       {"offset": 0.1, "color": [0.95, 0.9, 0.2]}, {"offset": 0.55, "color": [0.9, 0.4, 0.1, 0.9]},
       {"offset": 0.55, "color": [0.1, 0.5, 0.8, 0.6]}, {"offset": 0.9, "color": [0.3, 0.1, 0.6]}]}},
    {"type": "polygon", "id": "wedge", "points": [[9.1, 4.7], [29.3, 12.1], [17.9, 28.3]], "opacity": 0.8,
     "fill": {"type": "radial_gradient", "center": [18.7, 15.9], "radius": 9.7, "stops": [
       {"offset": 0.2, "color": [0.1, 0.9, 0.8, 0.9]}, {"offset": 0.7, "color": [0.7, 0.2, 0.4]},
       {"offset": 0.7, "color": [0.2, 0.2, 0.9]}, {"offset": 0.7, "color": [0.9, 0.8, 0.3, 0.5]},
       {"offset": 0.95, "color": [0.1, 0.4, 0.2]}]}},
    {"type": "group", "id": "pane", "opacity": 0.7, "children": [
      {"type": "rect", "id": "waves", "min": [12.3, 14.1], "max": [28.7, 29.9],
       "fill": {"type": "radial_gradient", "spread": "reflect", "center": [20.1, 21.7], "radius": 5.3, "stops": [
         {"offset": 0.1, "color": [0.9, 0.9, 0.1, 0.8]}, {"offset": 0.6, "color": [0.1, 0.6, 0.3]},
         {"offset": 0.6, "color": [0.8, 0.1, 0.2]}, {"offset": 0.9, "color": [0.9, 0.6, 0.7]}]}}]},
    {"type": "ellipse", "id": "veil", "center": [20.9, 12.2], "radii": [7.1, 5.3], "fill": [0.2, 0.7, 0.9, 0.5]}"#;
