//! What a study concludes, held against what is known: laws, exact variances, exact biases.

use super::*;
use crate::integrator::{Renderer, Tangent, exact};
use crate::sampling::Sampler;
use crate::scene::{RenderSettings, Scene};

const DISC: &str = r#"{"version": 1, "canvas": {"width": 12, "height": 12, "background": [0, 0, 0]},
    "shapes": [{"type": "circle", "id": "disc", "center": [6, 6], "radius": 3.5, "fill": [1, 0.5, 0.2]}]}"#;

/// A translucent card with a gradient over a disc: both terms, and outlines that cross.
const CARD: &str = r#"{"version": 1, "canvas": {"width": 12, "height": 12, "background": [0.1, 0.2, 0.3]},
    "shapes": [
        {"type": "circle", "id": "disc", "center": [5, 6], "radius": 3.5, "fill": [1, 0.5, 0.2]},
        {"type": "polygon", "id": "card", "points": [[3, 2], [10, 4], [7, 11]],
         "fill": {"type": "linear_gradient", "start": [2, 2], "end": [11, 9], "stops": [
            {"offset": 0, "color": [0, 1, 0.4, 0.5]}, {"offset": 1, "color": [0.9, 0, 0.2, 0.9]}]}}]}"#;

fn study(scene: &str, globs: &[&str], estimators: &[&str]) -> Study {
    let scene = Scene::parse(scene, "scene.json", &[]).expect("the scene is one");
    let globs: Vec<String> = globs.iter().map(|&glob| glob.to_owned()).collect();
    let parameters = scene.parameters.select(&globs).expect("there are such");
    let methods = estimators
        .iter()
        .map(|text| text.parse().expect("there is one"));
    Study {
        title: String::new(),
        description: String::new(),
        scenes: vec![StudyScene {
            name: "scene".into(),
            scene,
            parameters,
        }],
        quantities: vec![Quantity::Vjp],
        weights: WeightKind::Waves,
        estimators: methods.collect(),
        samplers: vec![Sampler::Stratified],
        budgets: vec![4],
        edge_ratio: 1.0,
        replicates: 128,
        batches: 32,
        random_offset: true,
        fit_from: 1,
        terms: true,
        seed: 5,
    }
}

fn run(study: &Study) -> (Summary, tempfile::TempDir) {
    let place = tempfile::tempdir().expect("there is room");
    let folder = StudyFolder::create(place.path(), study, Shard::WHOLE, false).expect("it is new");
    let hooks = Hooks {
        advance: &|_| {},
        is_stopped: &|| false,
    };
    let run = Run::new(study, &folder, Shard::WHOLE).expect("nothing is done");
    assert!(run.run(&hooks, |_, _| {}).expect("all is finite"));
    (folder.write_results(study).expect("there is room"), place)
}

#[test]
fn exponents_are_those_of_theory() {
    // Root mean squares over 432 values of 128 replicates: an exponent is good to 0.02 or so.
    let disc = Study {
        quantities: vec![Quantity::Image],
        samplers: vec![Sampler::Independent, Sampler::Stratified, Sampler::Sobol],
        budgets: vec![4, 16, 64, 256],
        ..study(DISC, &["disc.radius"], &["edge"])
    };
    for (series, expected) in run(&disc).0.series.iter().zip([-1.0, -1.5, -1.5]) {
        let (fit, prediction) = (series.fit.unwrap(), series.prediction.as_ref().unwrap());
        assert_eq!(prediction.exponent, expected, "{}", series.sampler);
        assert_eq!(fit.range, [4, 256]);
        let [low, high] = fit.exponent.interval;
        let found = fit.exponent.value;
        assert!(low <= found && found <= high && high - low < 0.1, "{fit:?}");
        assert!(
            (found - expected).abs() < 0.1,
            "{}: {fit:?}",
            series.sampler
        );
    }
}

#[test]
fn terms_have_the_kinds_of_their_integrands() {
    let card = study(
        CARD,
        &[
            "card.points.0.x",
            "card.fill.stops.0.color.g",
            "disc.radius",
        ],
        &["edge"],
    );
    let (summary, _place) = run(&card);
    let kind = |parameter: &str, term: Term| {
        let is_it = |series: &&Series| {
            series.integral.parameter.as_deref() == Some(parameter) && series.integral.term == term
        };
        let series = summary.series.iter().find(is_it).expect("it was measured");
        series
            .prediction
            .as_ref()
            .map(|prediction| prediction.integrand)
    };
    use IntegrandKind::*;
    // The outline of the card crosses that of the disc.
    assert_eq!(kind("card.points.0.x", Term::Boundary), Some(EdgeJump));
    assert_eq!(kind("card.points.0.x", Term::Interior), None);
    assert_eq!(kind("card.fill.stops.0.color.g", Term::Boundary), None);
    assert_eq!(
        kind("card.fill.stops.0.color.g", Term::Interior),
        Some(CurvedJump)
    );
    assert_eq!(kind("disc.radius", Term::Total), Some(EdgeJump));
    let disc = study(DISC, &["disc.radius"], &["edge"]);
    let (summary, _place) = run(&disc);
    let predicted = summary.series[2].prediction.as_ref().expect("there is one");
    assert_eq!(
        (predicted.integrand, predicted.exponent),
        (EdgeSmooth, -3.0)
    );
}

/// A picture of one pixel, all of it covered by `shapes`.
fn kinds_of(shapes: &str, glob: &str) -> [integrand::Kinds; 3] {
    let text = format!(
        r#"{{"version": 1, "canvas": {{"width": 1, "height": 1, "background": [0, 0, 0]}}, "shapes": [{shapes}]}}"#
    );
    let study = study(&text, &[glob], &["edge"]);
    let scene = &study.scenes[0];
    let mut found = integrand::Integrands::new(scene, &scene.scene);
    let terms = found.derivatives.remove(glob).expect("it is wanted");
    [found.image, terms.interior, terms.boundary]
}

/// A rectangle with a gradient.
fn box_with(min: &str, fill: &str) -> String {
    format!(r#"{{"type": "rect", "id": "box", "min": {min}, "max": [9, 9], "fill": {fill}}}"#)
}

fn linear(start: &str, end: &str, offset: f64, alpha: f64) -> String {
    format!(
        r#"{{"type": "linear_gradient", "start": {start}, "end": {end}, "stops": [
            {{"offset": 0, "color": [0.1, 0.2, 0.3, {alpha}]}},
            {{"offset": {offset}, "color": [0.9, 0.3, 0.1]}},
            {{"offset": 1, "color": [0.2, 0.8, 0.5]}}]}}"#
    )
}

#[test]
fn integrands_in_pixels_are_told_apart() {
    use IntegrandKind::*;
    let image = |min: &str, fill: &str| kinds_of(&box_with(min, fill), "box.min.x")[0].clone();
    let only = |kind| Some(vec![kind]);
    let (far, side, bottom) = ("[-9, -9]", "[0.3, -9]", "[0.3, 0.6]");
    // Its stops in the middle are beyond the pixel.
    let along = linear("[-2, 0]", "[20, 0]", 0.5, 0.4);
    assert_eq!(image(far, &along), only(Additive));
    // Straight colours and alphas both change along the diagonal: a square of x + y.
    assert_eq!(
        image(far, &linear("[-2, -3]", "[9, 8]", 0.9, 0.4)),
        only(Smooth)
    );
    assert_eq!(
        image(far, &linear("[-2, -3]", "[9, 8]", 0.9, 1.0)),
        only(Additive)
    );
    let creased = linear("[-0.5, -0.4]", "[1.2, 1.5]", 0.5, 0.4);
    assert_eq!(image(far, &creased), only(Kink));
    assert_eq!(
        image(far, &linear("[-0.4, 0]", "[1.3, 0]", 0.5, 0.4)),
        only(AdditiveKink)
    );
    assert_eq!(image(side, "[0.8, 0.3, 0.1]"), only(AxisJump));
    assert_eq!(image(side, &along), only(AxisJump));
    assert_eq!(
        image(side, &linear("[0, -2]", "[0, 20]", 0.5, 0.4)),
        only(VaryingJump)
    );
    // Both sides meet in the pixel.
    assert_eq!(image(bottom, "[0.8, 0.3, 0.1]"), only(VaryingJump));
    assert_eq!(image(side, &creased), Some(vec![VaryingJump, Kink]));
    let disc =
        r#"{"type": "circle", "id": "box", "center": [0, 0], "radius": 0.7, "fill": [1, 0, 0]}"#;
    assert_eq!(kinds_of(disc, "box.radius")[0], only(CurvedJump));
    // What is covered is not there.
    let lid =
        r#", {"type": "rect", "id": "lid", "min": [-9, -9], "max": [9, 9], "fill": [0, 1, 0]}"#;
    assert_eq!(
        kinds_of(&(box_with(far, &creased) + lid), "box.min.x")[0],
        only(Additive)
    );
}

#[test]
fn integrands_of_derivatives_are_told_apart() {
    use IntegrandKind::*;
    let of = |min: &str, fill: &str, glob: &str| {
        let [_, interior, boundary] = kinds_of(&box_with(min, fill), glob);
        [interior, boundary]
    };
    let (nothing, only) = (Some(Vec::new()), |kind| Some(vec![kind]));
    let creased = linear("[-0.5, -0.4]", "[1.2, 1.5]", 0.5, 1.0);
    // A colour of a stop makes a kink of itself, the place of the stop a jump.
    assert_eq!(
        of("[-9, -9]", &creased, "box.fill.stops.1.color.r"),
        [only(Kink), nothing.clone()]
    );
    assert_eq!(
        of("[-9, -9]", &creased, "box.fill.stops.1.offset"),
        [only(CurvedJump), nothing.clone()]
    );
    assert_eq!(
        of("[0.3, -9]", &creased, "box.min.x"),
        [nothing.clone(), only(EdgeKink)]
    );
    let smooth = linear("[-2, -3]", "[9, 8]", 0.9, 1.0);
    assert_eq!(
        of("[0.3, -9]", &smooth, "box.min.x"),
        [nothing, only(EdgeSmooth)]
    );
}

#[test]
fn the_unbiased_pass_and_the_negative_control_lacks_the_boundary_term() {
    let globs = ["card.points.0.x", "disc.radius", "card.fill.start.x"];
    let card = study(CARD, &globs, &["edge", "interior", "fiber"]);
    let (summary, _place) = run(&card);
    let truth = |integral: &Integral, term| {
        let of = Integral {
            term,
            ..integral.clone()
        };
        let found = summary.truths.iter().find(|truth| truth.integral == of);
        found.expect("edge is measured by terms").value
    };
    let mut covered = 0;
    for cell in &summary.cells {
        let half = 0.5 * (cell.bias.interval[1] - cell.bias.interval[0]);
        let expected = match cell.method.as_str() {
            "interior" => -truth(&cell.integral, Term::Boundary),
            _ => 0.0,
        };
        let deviation = (cell.bias.value - expected).abs();
        // 2.5 half-widths are about 5 standard errors.
        let scale = truth(&cell.integral, Term::Total).abs();
        assert!(
            deviation <= 2.5 * half + 1e-9 * scale,
            "{}: {cell:?}",
            cell.cell
        );
        assert!(
            half < 0.05 * scale || cell.method != "edge",
            "{}: {cell:?}",
            cell.cell
        );
        covered += usize::from(deviation <= half + 1e-9 * scale);
        let is_wrong = cell.method == "interior" && expected != 0.0;
        assert_eq!(cell.is_biased, is_wrong, "{}: {cell:?}", cell.cell);
    }
    // 15 intervals of 95%, not all independent: 11 or fewer contain it with probability 5e-3.
    assert!(covered >= 12, "{covered} of {}", summary.cells.len());
}

#[test]
fn variances_are_those_of_the_strata() {
    // Batches of two: a divisor n in place of n − 1 would halve the variance.
    let card = Study {
        random_offset: false,
        replicates: 2048,
        batches: 1024,
        samplers: vec![Sampler::Independent, Sampler::Stratified],
        ..study(CARD, &["card.points.0.x"], &["edge"])
    };
    let (summary, _place) = run(&card);
    let scene = &card.scenes[0];
    for sampler in &card.samplers {
        let settings = RenderSettings {
            spp: 4,
            edge_samples: 4.0,
            sampler: *sampler,
            ..scene.scene.render.clone()
        };
        let renderer = Renderer::new(&scene.scene, settings);
        let direction = [(scene.parameters[0], 1.0)];
        let tangent = Tangent::new(renderer.drawing(), &scene.scene, &direction);
        let weights = crate::check::weights(12, 12, renderer.channels());
        let scatter = exact::Scatter::new(&renderer, &weights).expect("samples are independent");
        let exact = scatter.variance(&renderer, &tangent);
        let is_it = |cell: &&CellSummary| {
            cell.integral.term == Term::Boundary && cell.sampler == sampler.to_string()
        };
        let cell = summary.cells.iter().find(is_it).expect("it was measured");
        // Normal errors: a standard error of √(2 / 1024) = 4.4%.
        let ratio = cell.variance.value / exact;
        assert!((ratio - 1.0).abs() < 0.22, "{sampler}: {ratio}");
        let [low, high] = cell.variance.interval;
        assert!(low < cell.variance.value && cell.variance.value < high);
        assert!(
            (0.1..0.3).contains(&((high - low) / exact)),
            "{sampler}: {cell:?}"
        );
    }
}

#[test]
fn maps_are_the_errors_by_pixel() {
    let disc = Study {
        quantities: vec![Quantity::Jvp],
        budgets: vec![2, 4],
        ..study(DISC, &["disc.radius"], &["thin-band:width=0.5"])
    };
    let (summary, place) = run(&disc);
    let read = |map: &Map| {
        let path = place.path().join(&map.file);
        crate::export::read_image(&path, crate::scene::ColorSpace::Srgb).expect("it was written")
    };
    let [error, bias] = summary.maps.as_slice() else {
        panic!("one cell has maps: {:?}", summary.maps);
    };
    assert_eq!(
        (error.kind, bias.kind, error.budget),
        (MapKind::StandardError, MapKind::Bias, 4)
    );
    let mean_square = |map: &Map| {
        let image = read(map);
        let largest = image
            .data()
            .iter()
            .fold(0.0, |most: f64, value| most.max(value.abs()));
        assert_eq!(largest, map.largest);
        image.data().iter().map(|value| value * value).sum::<f64>() / image.data().len() as f64
    };
    let cell = summary
        .cells
        .iter()
        .find(|cell| cell.cell == error.cell)
        .expect("it is one");
    assert!((mean_square(error) / cell.variance.value - 1.0).abs() < 1e-12);
    // Thin bands are biased in single pixels; the mean over offsets hides some of it.
    assert!(cell.is_biased && mean_square(bias) > 0.0);
}

#[test]
fn crossings_give_warped_areas_a_tail_of_index_2() {
    // Around a crossing the divergence of the field is as 1/r: P(|error| > x) ~ x⁻².
    let card = Study {
        quantities: vec![Quantity::Jvp],
        replicates: 4096,
        budgets: vec![1],
        terms: false,
        ..study(CARD, &["card.points.0.x"], &["edge", "warped-area"])
    };
    let (summary, _place) = run(&card);
    let [edge, warped] = [0, 1].map(|index| summary.cells[index].tail);
    let (edge, warped) = (edge.expect("it scatters"), warped.expect("it scatters"));
    assert!(
        warped.is_heavy && warped.index.interval[0] < 2.0 && 2.0 < warped.index.interval[1],
        "{warped:?}"
    );
    assert!(!edge.is_heavy, "{edge:?}");
}

#[test]
fn an_offset_moves_the_picture_and_no_parameter() {
    let scene = Scene::parse(CARD, "card.json", &[]).expect("it is one");
    let card = study(CARD, &["*"], &["edge"]);
    let shifted = card.offset_scenes(&card.scenes[0]);
    assert_eq!(shifted.len(), 32);
    assert_ne!(shifted[0].parameters.values().len(), 0);
    let vertices = |scene: &Scene| {
        let renderer = Renderer::new(scene, scene.render.clone());
        let count = renderer.grid().edges().list().len();
        (0..count)
            .map(|index| renderer.drawing().vertex(index))
            .collect::<Vec<_>>()
    };
    let (before, after) = (vertices(&scene), vertices(&shifted[7]));
    let shift = after[0] - before[0];
    assert!((0.0..1.0).contains(&shift.x) && (0.0..1.0).contains(&shift.y) && shift.x != shift.y);
    for (before, after) in before.iter().zip(&after) {
        assert!((*after - *before - shift).length() < 1e-12);
    }
    for (id, parameter) in scene.parameters.iter() {
        assert_eq!(shifted[7].parameters[id].name, parameter.name);
        assert_eq!(
            shifted[7].parameters.values()[id.index()],
            scene.parameters.values()[id.index()]
        );
    }
}
