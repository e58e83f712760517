use reynolds::scene::{RenderSettings, Scene};

use super::{Estimate, assert_unbiased, channel_sum, exact, find, ones, vjp_estimates};

/// Checks `∂ Σ red / ∂ parameter` for each parameter listed.
pub fn check_laws(what: &str, scene: &Scene, laws: &[(&str, f64)]) {
    let scale = laws
        .iter()
        .map(|(_, value)| value.abs())
        .fold(1.0, f64::max);
    let red = ones(scene, exact(scene).channels(), 0);
    let gradient = exact(scene).vjp(&red);
    for &(name, expected) in laws {
        let id = find(scene, name);
        let image = exact(scene).jvp(&[(id, 1.0)]);
        for (method, found) in [
            ("vjp", gradient[id.index()]),
            ("jvp", channel_sum(&image, 0)),
        ] {
            assert!(
                (found - expected).abs() <= 1e-10 * scale,
                "{what}, exact {method} by {name}: {found:.12e}, should be {expected:.12e}"
            );
        }
    }
    let settings = RenderSettings {
        spp: 16,
        edge_samples: 8.0,
        ..scene.render.clone()
    };
    let moments = vjp_estimates(scene, &settings, &red, 32);
    let family: Vec<Estimate> = laws
        .iter()
        .map(|&(name, truth)| Estimate {
            name: name.to_owned(),
            truth,
            uncertainty: 1e-10 * scale,
            scale,
            moments: moments[find(scene, name).index()],
        })
        .collect();
    assert_unbiased(what, &family, 0.01);
}
