//! Estimators that are broken on purpose, each in one way: the judges that accept the estimator as
//! it is have to reject every one of them, at the same level and with the same seeds.

mod support;

use reynolds::filter::Filter;
use reynolds::integrator::{Method, Mutation, Renderer};
use reynolds::loss::PixelLoss;
use reynolds::scene::{RenderSettings, Scene};
use reynolds::statistics::RunningMoments;
use support::{
    Case, Estimate, Term, assert_unbiased, budget, exact, find, find_bias, intact, judge,
};
use support::{replicate, selection, shrunk};

const REPLICATES: u64 = 200;

fn case(name: &str) -> Case {
    let scene = shrunk(name, 16);
    let settings = budget(&scene, 4, 3.0);
    let parameters = selection(&scene, 3);
    Case::new(name, scene, settings, &parameters)
}

/// The case of one boundary term.
fn moving(name: &str, parameter: &str) -> Case {
    let mut case = case(name);
    case.terms = vec![Term::Boundary(find(&case.scene, parameter))];
    case
}

fn check(what: &str, case: Case, breaking: impl for<'a> Fn(Renderer<'a>) -> Renderer<'a>) {
    let cases = [case];
    judge(&cases, REPLICATES, intact).assert_passes();
    let findings = judge(&cases, REPLICATES, breaking);
    assert!(
        !findings.rejected().is_empty(),
        "{what} is not noticed among {} values",
        findings.count
    );
}

fn check_mutation(case: Case, mutation: Mutation) {
    let what = format!("{mutation:?} in {}", case.name);
    check(&what, case, |renderer| renderer.with_mutation(mutation));
}

#[test]
fn no_boundary_term() {
    let mut case = case("circle");
    case.terms = vec![Term::Total(find(&case.scene, "disk.radius"))];
    check("no boundary term", case, |renderer| {
        renderer.with_method(Method::Interior)
    });
}

#[test]
fn wrong_normals() {
    for name in ["circle", "rect", "linear-gradient-pad", "filter-mitchell"] {
        check_mutation(case(name), Mutation::FlippedNormal);
    }
}

#[test]
fn missing_jacobians() {
    for name in ["circle", "polygon", "path-cubic"] {
        check_mutation(case(name), Mutation::NoEdgeLength);
    }
    // Of edges long enough for several strata.
    for name in ["rect", "polygon", "path-lines"] {
        check_mutation(case(name), Mutation::NoStratumWidth);
    }
}

/// Any edge of a circle's polygon, each a hundredth of it or so.
#[test]
fn one_edge_left_out() {
    for edge in [0, 1, 5, 13] {
        let case = moving("circle", "disk.radius");
        check_mutation(case, Mutation::SkippedEdge(edge));
    }
}

#[test]
fn channels_in_the_wrong_order() {
    check_mutation(case("opacity"), Mutation::SwappedChannels);
}

#[test]
fn coincident_edges_without_an_order() {
    check_mutation(case("coincident-edges"), Mutation::NoCoincidenceRule);
}

/// Each term with the weights of another filter than the truth's.
#[test]
fn filter_weights_left_out() {
    let all = case("filter-tent").terms;
    for term in all {
        let mut case = case("filter-tent");
        case.terms = vec![term];
        assert_eq!(case.truth.filter, Filter::Tent);
        let cases = [case];
        judge(&cases, REPLICATES, intact).assert_passes();
        let truth = support::truth(&renderer(&cases[0]), &cases[0], term).0;
        let [mut case] = cases;
        case.settings.filter = Filter::Box;
        // A term that is 0 has no weights.
        let is_zero = truth.data().iter().all(|&value| value == 0.0);
        let rejected = !judge(&[case], REPLICATES, intact).rejected().is_empty();
        assert_ne!(rejected, is_zero, "{term:?}");
    }
}

fn renderer(case: &Case) -> Renderer<'_> {
    Renderer::new(&case.scene, case.truth.clone())
}

/// A scene and an estimate of its neighbour: a hundredth of a pixel is enough.
#[test]
fn another_scene() {
    let mut case = case("circle");
    case.terms = vec![Term::Image];
    judge(&[case], REPLICATES, intact).assert_passes();
    let scene = shrunk("circle", 16);
    let radius = find(&scene, "disk.radius");
    let (exact_image, spread) = {
        let case = Case::new("circle", scene.clone(), budget(&scene, 4, 3.0), &[]);
        support::truth(&renderer(&case), &case, Term::Image)
    };
    let mut moved = scene.clone();
    // Shrunk to a quarter: 0.2 in the file are 0.05 pixels.
    moved.parameters.values_mut()[radius.index()] += 0.2;
    let mut sampled = Renderer::new(&moved, budget(&moved, 4, 3.0));
    let mut sums = vec![0.0; exact_image.data().len()];
    for index in 0..REPLICATES {
        sampled.set_seed(replicate(index));
        for (sum, value) in sums.iter_mut().zip(sampled.image().data()) {
            *sum += value / REPLICATES as f64;
        }
    }
    let smallest = (0..sums.len())
        .map(|i| {
            let deviation = sums[i] - exact_image.data()[i];
            let (variance, reach) = (spread.variance.data()[i], spread.reach.data()[i]);
            support::bennett(deviation, variance, reach, REPLICATES as f64)
        })
        .fold(1.0, f64::min);
    assert!(smallest < support::LEVEL / sums.len() as f64, "{smallest}");
}

/// The gradient of a squared loss by a colour, image and derivative from independent points. The
/// truth is the gradient of the loss of the exact image.
fn loss_gradient(breaking: impl for<'a> Fn(Renderer<'a>) -> Renderer<'a>) -> Vec<Estimate> {
    let scene: Scene = shrunk("circle", 16);
    let exact = exact(&scene);
    let image = exact.image();
    let mut target = image.clone();
    target
        .data_mut()
        .iter_mut()
        .for_each(|value| *value += 0.01);
    let gradient = exact.vjp(&PixelLoss::L2.adjoint(&image, &target));
    let settings: RenderSettings = budget(&scene, 4, 3.0);
    let mut sampled = breaking(Renderer::new(&scene, settings));
    let names = ["disk.fill.r", "disk.fill.g", "canvas.background.b"];
    let names = names.map(|name| {
        let list = scene.parameters.iter();
        let short = |p: &str| p.replace(".color", "");
        let found = list
            .filter(|(_, p)| short(&p.name) == name)
            .map(|(id, _)| id);
        found
            .last()
            .unwrap_or_else(|| panic!("no parameter {name}"))
    });
    let mut moments = [RunningMoments::default(); 3];
    for index in 0..1000 {
        sampled.set_seed(replicate(index));
        let adjoint = PixelLoss::L2.adjoint(&sampled.image(), &target);
        let estimate = sampled.vjp(&adjoint);
        for (moments, id) in moments.iter_mut().zip(names) {
            moments.push(estimate[id.index()]);
        }
    }
    let estimates = names
        .into_iter()
        .zip(moments)
        .map(|(id, moments)| Estimate {
            name: scene.parameters[id].name.clone(),
            truth: gradient[id.index()],
            uncertainty: 1e-14,
            scale: gradient[id.index()].abs(),
            moments,
        });
    estimates.collect()
}

#[test]
fn shared_points_in_the_gradient_of_a_loss() {
    assert_unbiased("gradient of a loss", &loss_gradient(intact), 0.1);
    let broken = loss_gradient(|renderer| renderer.with_mutation(Mutation::SharedPoints));
    for estimate in broken {
        let name = estimate.name.clone();
        assert!(!find_bias(&[estimate], 0.1).is_empty(), "{name}");
    }
}

/// One seed for both factors: E[2(Î − T) ∂Î] is off by 2 Cov(Î, ∂Î). By the red of a flat disc, Î =
/// b + (c − b) k with the part k of the pixel's samples inside, and ∂Î = k, so the bias is that of
/// 2 (c − b) Var k. With 2 × 2 strata, Var k = Σ q (1 − q) / 16 over the quarters of the pixel, q the
/// part of each inside: the pixels of an exact picture at twice the size.
#[test]
fn the_bias_of_shared_points_has_the_predicted_size() {
    let (red, ground) = (0.9, 0.2);
    let disk = |scale: f64, fill: &str| {
        let [x, y, r] = [7.3, 8.1, 5.7].map(|length| scale * length);
        format!(
            r#"{{"type": "circle", "id": "disk", "center": [{x}, {y}], "radius": {r}, "fill": {fill}}}"#
        )
    };
    let twice = support::scene_on(32, "[0, 0, 0]", &disk(2.0, "[1, 1, 1]"));
    let quarters = exact(&twice).image();
    let variance: f64 = quarters
        .data()
        .iter()
        .step_by(3)
        .map(|q| q * (1.0 - q) / 16.0)
        .sum();
    let scene = support::scene_on(16, "[0.2, 0.3, 0.4]", &disk(1.0, "[0.9, 0.3, 0.4]"));
    let count = (16 * 16 * 3) as f64;
    let predicted = 2.0 * (red - ground) * variance / count;

    let id = find(&scene, "disk.fill.color.r");
    let image = exact(&scene).image();
    let mut target = image.clone();
    target
        .data_mut()
        .iter_mut()
        .for_each(|value| *value -= 0.01);
    let truth = exact(&scene).vjp(&PixelLoss::L2.adjoint(&image, &target))[id.index()];
    let mean = |shared: bool| {
        let mut sampled = Renderer::new(&scene, budget(&scene, 4, 3.0));
        if shared {
            sampled = sampled.with_mutation(Mutation::SharedPoints);
        }
        let seeds = (0..2000).map(|index| {
            sampled.set_seed(replicate(index));
            let adjoint = PixelLoss::L2.adjoint(&sampled.image(), &target);
            sampled.vjp(&adjoint)[id.index()]
        });
        seeds.collect::<RunningMoments>()
    };
    let (shared, independent) = (mean(true), mean(false));
    let z = |moments: &RunningMoments, expected: f64| {
        (moments.mean() - expected) / moments.standard_error()
    };
    assert!(
        z(&independent, truth).abs() < 5.0,
        "{}",
        z(&independent, truth)
    );
    assert!(
        z(&shared, truth + predicted).abs() < 5.0,
        "{}",
        z(&shared, truth + predicted)
    );
    assert!(
        z(&shared, truth) > 20.0,
        "the test would not see it: {}",
        z(&shared, truth)
    );
}
