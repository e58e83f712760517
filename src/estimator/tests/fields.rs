use super::super::field::{Polygon, closest_point, mean_value};
use super::judge::{exact, ids, method as judge_method, scene};
use crate::ad::Dual;
use crate::drawing::Drawing;
use crate::geometry::Vec2;
use crate::integrator::Tangent;
use glam::DVec2;

/// V and its divergence for one tangent.
fn sum(tangent: &Tangent, weights: &[(u32, Dual<2>)]) -> (DVec2, f64) {
    let mut velocity = DVec2::ZERO;
    let mut divergence = 0.0;
    for (vertex, psi) in weights {
        let v = tangent.velocity(*vertex as usize);
        velocity += v * psi.value;
        divergence += v.dot(DVec2::from(psi.tangent));
    }
    (velocity, divergence)
}

fn place(p: DVec2) -> Vec2<Dual<2>> {
    Vec2::new(Dual::variable(p.x, 0), Dual::variable(p.y, 1))
}

/// Next to an edge both fields move as the edge does, on either side.
#[test]
fn fields_move_with_the_edges() {
    let scene = scene(
        16,
        "",
        r#"{"type": "polygon", "id": "leaf", "points": [[3.3, 4.1], [12.2, 2.7], [10.4, 8.8], [12.9, 13.1], [4.2, 11.6]], "fill": [0, 0, 0]}"#,
    );
    let renderer = exact(&scene);
    let direction: Vec<_> = ["leaf.points.1.x", "leaf.points.2.y"]
        .iter()
        .zip([1.0, -0.7])
        .map(|(name, v)| (ids(&scene, &[name])[0], v))
        .collect();
    let tangent = Tangent::new(renderer.drawing(), &scene, &direction);
    let edges = renderer.grid().edges().list();
    let polygon = Polygon::of(renderer.drawing()).unwrap();
    let mut weights = Vec::new();
    for (index, edge) in edges.iter().enumerate() {
        for t in [0.1, 0.5, 0.8] {
            let [a, b] = [index, edge.next as usize].map(|v| tangent.velocity(v));
            let expected = a.lerp(b, t);
            for side in [-1e-7, 1e-7] {
                let p = edge.at(t) + edge.direction().perp().normalize() * side;
                let all = edges.iter().enumerate().map(|(i, e)| (i as u32, e));
                closest_point(place(p), all, 0.7, &mut weights);
                let (near, _) = sum(&tangent, &weights);
                assert!(
                    (near - expected).length() < 1e-6,
                    "closest point: {near}, {expected}"
                );
                mean_value(place(p), &polygon, &mut weights);
                let (near, _) = sum(&tangent, &weights);
                assert!(
                    (near - expected).length() < 1e-5,
                    "mean value: {near}, {expected}"
                );
            }
        }
    }
    // Coordinates that reproduce linear functions: a rotation of all vertices is one of the plane.
    let p = DVec2::new(7.1, 6.3);
    mean_value(place(p), &polygon, &mut weights);
    let total: f64 = weights.iter().map(|(_, psi)| psi.value).sum();
    let mean = weights.iter().fold(DVec2::ZERO, |sum, (vertex, psi)| {
        sum + renderer.drawing().vertex(*vertex as usize) * psi.value
    });
    assert!((total - 1.0).abs() < 1e-13 && (mean - p).length() < 1e-12);
}

/// On an edge only the edge counts.
#[test]
fn on_an_edge_the_field_is_that_of_the_edge() {
    let scene = scene(
        16,
        "",
        r#"{"type": "rect", "id": "box", "min": [3, 4], "max": [9, 12], "fill": [0, 0, 0]}"#,
    );
    let renderer = exact(&scene);
    let wanted = ids(&scene, &["box.max.x"])[0];
    let tangent = Tangent::new(renderer.drawing(), &scene, &[(wanted, 1.0)]);
    let edges = renderer.grid().edges().list().iter().enumerate();
    let mut weights = Vec::new();
    let edges = edges.map(|(i, e)| (i as u32, e));
    closest_point(place(DVec2::new(9.0, 7.25)), edges, 20.0, &mut weights);
    assert_eq!(sum(&tangent, &weights).0, DVec2::X);
}

#[test]
fn outlines_that_touch_themselves_have_no_mean_value_field() {
    let polygon = |points: &str| {
        let shape =
            format!(r#"{{"type": "polygon", "id": "a", "points": {points}, "fill": [0, 0, 0]}}"#);
        let scene = scene(16, "", &shape);
        let drawing = Drawing::new(&scene, 0.01);
        Polygon::of(&drawing).map(|_| ())
    };
    assert!(polygon("[[1, 1], [9, 1], [9, 9], [1, 9]]").is_ok());
    assert!(polygon("[[1, 1], [9, 9], [9, 1], [1, 9]]").is_err());
    assert!(polygon("[[1, 1], [9, 1], [9, 1], [1, 9]]").is_err());
    assert!(polygon("[[1, 1], [9, 1], [5, 1], [1, 9]]").is_err());
}

/// Edges along the border of pixels, where border samples lie on them, at corners too.
#[test]
fn edges_along_the_grid_are_finite() {
    let scene = scene(
        16,
        "",
        r#"{"type": "polygon", "id": "a", "points": [[4, 4], [9, 4], [9, 12], [4, 12]], "fill": [0, 0, 0]}"#,
    );
    let wanted = ids(&scene, &["a.points.1.x", "a.points.2.y"]);
    for method in [
        "warped-area",
        "warped-area:field=mean-value",
        "fiber",
        "thin-band",
        "soft",
    ] {
        let renderer = exact(&scene).with_method(judge_method(method));
        let image = renderer.jvp(&[(wanted[0], 1.0), (wanted[1], 0.5)]);
        assert!(image.data().iter().all(|x| x.is_finite()), "{method}");
        assert!(image.data().iter().any(|&x| x != 0.0), "{method}");
    }
    let drawing = Drawing::new(&scene, 0.01);
    let polygon = Polygon::of(&drawing).unwrap();
    let mut weights = Vec::new();
    for (p, expected) in [
        ([9.0, 6.0], [(1, 0.75), (2, 0.25)]),
        ([9.0, 4.0], [(0, 0.0), (1, 1.0)]),
    ] {
        mean_value(place(DVec2::from(p)), &polygon, &mut weights);
        let found: Vec<(u32, f64)> = weights.iter().map(|(v, psi)| (*v, psi.value)).collect();
        assert_eq!(found, expected);
    }
}
