use super::judge::{assert_mean, exact, ids, method, moments, scene, sizes, weights_of};
use crate::sampling::Sampler;
use crate::scene::Scene;

/// A disc in part behind a translucent rectangle with a gradient: what moves, crosses.
const OVERLAP: &str = r#"
    {"type": "circle", "id": "disk", "center": [7.3, 8.1], "radius": 4.6, "fill": [0.1, 0.3, 0.8]},
    {"type": "rect", "id": "box", "min": [8.2, 3.4], "max": [13.7, 9.8], "opacity": 0.7,
     "fill": {"type": "linear_gradient", "start": [7, 2], "end": [14, 9], "stops": [
        {"offset": 0.1, "color": [1, 0.2, 0.1, 0.9]}, {"offset": 0.8, "color": [0.2, 0.9, 0.1, 0.6]}]}}"#;

/// A rotated polygon alone, with a radial gradient.
const ALONE: &str = r#"
    {"type": "polygon", "id": "leaf", "points": [[3.3, 4.1], [12.2, 2.7], [10.4, 8.8], [12.9, 13.1], [4.2, 11.6]],
     "transform": {"rotate": 10, "origin": [8, 8]},
     "fill": {"type": "radial_gradient", "center": [9, 7], "radius": 9, "stops": [
        {"offset": 0, "color": [1, 0.2, 0.1]}, {"offset": 1, "color": [0.2, 0.9, 0.1, 0.3]}]}}"#;

const OVERLAP_PARAMETERS: [&str; 5] = [
    "disk.radius",
    "disk.center.x",
    "box.min.x",
    "box.fill.stops.0.offset",
    "disk.fill.color.g",
];

const ALONE_PARAMETERS: [&str; 4] = [
    "leaf.points.1.x",
    "leaf.transform.rotate",
    "leaf.fill.center.x",
    "leaf.fill.radius",
];

/// Checks the mean of each derivative; a bias by `resolution` of its size would be seen.
fn check(scene: &Scene, names: &[&str], method_name: &str, replicates: u64, resolution: f64) {
    let wanted = ids(scene, names);
    let exact = exact(scene);
    let truth = exact.vjp_by(&weights_of(scene), &wanted);
    let found = moments(
        scene,
        method(method_name),
        (Sampler::Stratified, 16),
        &wanted,
        replicates,
    );
    let scale = sizes(&exact, &wanted);
    for (i, name) in names.iter().enumerate() {
        let what = format!("{method_name}, {} filter, {name}", scene.render.filter);
        assert_mean(&what, &found[i], truth[i], resolution * scale[i]);
    }
}

#[test]
fn fibers() {
    for filter in ["box", "mitchell"] {
        let render = format!(r#""filter": "{filter}""#);
        check(
            &scene(16, &render, OVERLAP),
            &OVERLAP_PARAMETERS,
            "fiber",
            100,
            0.05,
        );
    }
    check(&scene(16, "", ALONE), &ALONE_PARAMETERS, "fiber", 100, 0.03);
}

#[test]
fn images_along_fibers() {
    let scene = scene(16, r#""filter": "tent""#, OVERLAP);
    let truth = exact(&scene).image();
    let mut renderer = exact(&scene).with_method(method("fiber"));
    let mut moments = crate::statistics::RunningMoments::default();
    let sum = |image: &crate::film::Image| {
        let pairs = image.data().iter().zip(weights_of(&scene).data().to_vec());
        pairs.map(|(value, weight)| value * weight).sum::<f64>()
    };
    for index in 0..100 {
        renderer.set_seed(super::judge::seed(index));
        moments.push(sum(&renderer.image()));
    }
    assert_mean("image", &moments, sum(&truth), 1.0);
}

/// Every field, every reach and every strength gives the same mean: that of edge sampling.
#[test]
fn warped_areas() {
    for filter in ["box", "gaussian"] {
        let render = format!(r#""filter": "{filter}""#);
        let overlap = scene(16, &render, OVERLAP);
        check(&overlap, &OVERLAP_PARAMETERS, "warped-area", 150, 0.25);
    }
    let alone = scene(16, "", ALONE);
    for settings in [
        "reach=0.5",
        "reach=2,strength=0.6",
        "reach=6",
        "field=mean-value",
        "field=mean-value,strength=0.3",
    ] {
        let name = format!("warped-area:{settings}");
        check(&alone, &ALONE_PARAMETERS, &name, 40, 0.06);
    }
    let tent = scene(16, r#""filter": "tent""#, ALONE);
    check(
        &tent,
        &ALONE_PARAMETERS,
        "warped-area:field=mean-value",
        150,
        0.05,
    );
}

/// With no strength a field does nothing: warped-area is edge sampling, from the same samples.
#[test]
fn a_field_without_strength_is_edge_sampling() {
    let scene = scene(16, "", OVERLAP);
    let wanted = ids(&scene, &OVERLAP_PARAMETERS);
    let by = |name: &str| {
        let renderer = exact(&scene).with_method(method(name));
        renderer.vjp_by(&weights_of(&scene), &wanted)
    };
    let (edge, warped) = (by("edge"), by("warped-area:strength=0"));
    for (edge, warped) in edge.iter().zip(warped) {
        assert!((edge - warped).abs() <= 1e-10 * edge.abs());
    }
}

/// Three parameters at a time, with every sampler: means do not depend on where samples lie.
#[test]
fn every_sampler_serves_every_estimator() {
    use clap::ValueEnum;
    let scene = scene(16, "", OVERLAP);
    let names = ["disk.radius", "box.min.x", "box.fill.stops.0.offset"];
    let wanted = ids(&scene, &names);
    let truth = exact(&scene).vjp_by(&weights_of(&scene), &wanted);
    for &sampler in Sampler::value_variants() {
        for name in ["fiber", "warped-area"] {
            let found = moments(&scene, method(name), (sampler, 7), &wanted, 40);
            for (i, parameter) in names.iter().enumerate() {
                let what = format!("{name}, {sampler}, {parameter}");
                assert_mean(&what, &found[i], truth[i], f64::INFINITY);
            }
        }
    }
}
