//! `check` over the gallery: edge sampling passes on every scene; the interior term alone fails
//! wherever an outline that moves is visible, by the boundary term, and passes where none is.

mod support;

use clap::ValueEnum;
use reynolds::check::{Plan, Row, Verdict, run, weights};
use reynolds::integrator::exact::boundary;
use reynolds::integrator::{Method, Renderer, Tangent};
use reynolds::sampling::Sampler;
use reynolds::scene::{ParameterId, ParameterKind, RenderSettings, Scene};
use support::{budget, dot, gallery, selection, shrunk};

fn plan(scene: &Scene, method: Method, replicates: u64) -> Plan {
    Plan {
        parameters: selection(scene, 6),
        method,
        settings: budget(scene, 16, 8.0),
        replicates,
        level: 1e-6,
    }
}

/// Scenes as they are, but for those with many pixels.
fn scene(name: &str) -> Scene {
    let large = [
        "bauhaus",
        "bokeh",
        "dragon",
        "dusk",
        "quickstart",
        "group-opacity",
    ];
    shrunk(name, if large.contains(&name) { 96 } else { 64 })
}

#[test]
fn edge_sampling_passes_on_every_scene() {
    let names = gallery();
    assert!(names.len() >= 40, "{} scenes", names.len());
    // Many radial gradients over each other take minutes.
    for name in names.iter().filter(|name| *name != "bokeh") {
        let scene = scene(name);
        let report = run(&scene, &plan(&scene, Method::Edge, 6), &|| {});
        let failures: Vec<&Row> = report.rows.iter().filter(|row| fails(row)).collect();
        assert!(failures.is_empty(), "{name}: {failures:#?}");
    }
}

#[test]
fn every_sampler_passes() {
    let scene = shrunk("opacity", 48);
    for &sampler in Sampler::value_variants() {
        // A number of samples that no sampler likes.
        let settings = RenderSettings {
            sampler,
            ..budget(&scene, 7, 5.0)
        };
        let plan = Plan {
            settings,
            ..plan(&scene, Method::Edge, 12)
        };
        let report = run(&scene, &plan, &|| {});
        let failures: Vec<&Row> = report.rows.iter().filter(|row| fails(row)).collect();
        assert!(failures.is_empty(), "{sampler}: {failures:#?}");
    }
}

/// Unbiased estimators in every scene where what they assume holds.
#[test]
#[ignore = "takes minutes; the estimators' own tests are in src/estimator/tests"]
fn unbiased_estimators_pass_on_every_scene() {
    let mut failures = Vec::new();
    for name in gallery().iter().filter(|name| *name != "bokeh") {
        let scene = shrunk(name, 40);
        for method in ["warped-area", "warped-area:strength=0.5", "fiber"] {
            let method: Method = method.parse().expect("the method is valid");
            // Edges that coincide, and with the border of pixels, have no one field; shapes of
            // 10⁻⁹ pixels are too seldom hit for six replicates to have a variance. On the border of
            // pixels lines meet both one-sided derivatives.
            let broken: &[&str] = match method.name() {
                "warped-area" => &["coincident-edges", "pixel-grid", "degenerate", "thin"],
                _ => &["pixel-grid"],
            };
            if broken.contains(&name.as_str()) {
                continue;
            }
            let plan = Plan {
                parameters: selection(&scene, 4),
                ..plan(&scene, method, 6)
            };
            let report = run(&scene, &plan, &|| {});
            let rows = report.rows.iter().filter(|row| fails(row));
            failures.extend(rows.map(|row| format!("{name}, {method}: {row:?}")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The short sides of a hair of 10⁻⁶ pixel are met by no fiber: that is no bias, and no proof of none. Edge
/// sampling never misses a side, and what lacks the boundary term lacks theirs too.
#[test]
fn an_outline_that_no_sample_meets_proves_nothing() {
    let scene = shrunk("thin", 40);
    let side = scene.parameters.find("hair.min.x").expect("there is one");
    let expected = [
        (Method::Edge, Verdict::Pass),
        (Method::Fiber, Verdict::Inconclusive),
        (Method::Interior, Verdict::Biased),
    ];
    for (method, verdict) in expected {
        let plan = Plan {
            parameters: vec![side],
            ..plan(&scene, method, 6)
        };
        let report = run(&scene, &plan, &|| {});
        assert_eq!(report.rows[0].verdict, verdict, "{method}: {report:#?}");
    }
}

/// Tells whether something is wrong. With few replicates some rows are inconclusive; that biases
/// are small too is shown by the test of equivalence in `coverage.rs`.
fn fails(row: &Row) -> bool {
    matches!(row.verdict, Verdict::Biased | Verdict::ExactDiffers)
}

/// The exact boundary term of `⟨w, ∂I⟩`.
fn boundary_term(scene: &Scene, plan: &Plan, id: ParameterId) -> f64 {
    let renderer = Renderer::new(scene, plan.settings.clone());
    let (width, height) = (scene.canvas.width as usize, scene.canvas.height as usize);
    let weights = weights(width, height, renderer.channels());
    let tangent = Tangent::new(renderer.drawing(), scene, &[(id, 1.0)]);
    dot(&weights, &boundary::jvp(&renderer, &tangent))
}

#[test]
fn the_interior_term_alone_fails_by_the_boundary_term() {
    let (mut biased, mut passed) = (0, 0);
    for name in [
        "circle",
        "ellipse",
        "groups",
        "linear-gradient-pad",
        "radial-gradient-pad",
        "self-overlap",
        "hidden",
        "opacity",
        "filter-mitchell",
        "transparent-background",
    ] {
        let scene = scene(name);
        let plan = plan(&scene, Method::Interior, 24);
        let report = run(&scene, &plan, &|| {});
        for (row, &id) in report.rows.iter().zip(&plan.parameters) {
            let missing = boundary_term(&scene, &plan, id);
            let what = format!("{name}, {}: lacks {missing:e}, {row:#?}", row.parameter);
            let size = row.size;
            // The bias is the term that is missing: to within 8 standard errors, at 23 degrees
            // of freedom a probability of 4e-8.
            let off = row.estimate - (row.exact - missing);
            assert!(
                off.abs() <= 8.0 * row.standard_error + 1e-9 * size,
                "{what}"
            );
            if missing.abs() > 1.3 * row.visible_bias + 1e-9 * size {
                assert_eq!(row.verdict, Verdict::Biased, "{what}");
                biased += 1;
            } else if missing == 0.0 {
                assert!(!fails(row), "{what}");
                passed += 1;
            }
            let kind = scene.parameters[id].kind;
            if matches!(kind, ParameterKind::Color | ParameterKind::Opacity) {
                assert_eq!(missing, 0.0, "{what}");
            }
        }
    }
    assert!(
        biased >= 20 && passed >= 10,
        "{biased} biased, {passed} pass"
    );
}

/// Whole scenes, all parameters, as `reynolds check` does.
#[test]
#[ignore = "takes an hour"]
fn every_scene_passes_in_full() {
    for name in gallery() {
        let scene = full(&name);
        let plan = Plan {
            parameters: scene.parameters.iter().map(|(id, _)| id).collect(),
            method: Method::Edge,
            settings: scene.render.clone(),
            replicates: 64,
            level: 1e-6,
        };
        let report = run(&scene, &plan, &|| {});
        let failures = report.rows.iter().filter(|r| r.verdict != Verdict::Pass);
        let failures: Vec<&Row> = failures.collect();
        assert!(failures.is_empty(), "{name}: {failures:#?}");
    }
}

fn full(name: &str) -> Scene {
    let path = format!("{}/scenes/{name}.json", env!("CARGO_MANIFEST_DIR"));
    Scene::load(path.as_ref(), &[]).unwrap_or_else(|error| panic!("{error}"))
}
