//! A 2D differentiable renderer, and a testbed for Monte Carlo differentiation.
//!
//! A pixel is an integral, `I_p(θ) = ∫ k(x − x_p) f(x; θ) dx`: k is the reconstruction filter, f
//! the colour at a place of a scene of overlapping shapes with parameters θ. f jumps across every
//! visible outline Γ(θ), so the derivative has two terms (the transport theorem of Reynolds):
//!
//! ```text
//! ∂I/∂θ = ∫ k ∂f/∂θ dx  +  ∫_Γ k J (v·n) dl       J = f⁻ − f⁺,  n from − to +,  v = ∂γ/∂θ
//!           interior           boundary
//! ```
//!
//! Plain automatic differentiation of a Monte Carlo estimate gives the first. This crate gives
//! both, unbiased, for *nonsmooth* scenes too: corners, crossing and coincident edges, shapes
//! without area, gradients with hard stops.
//!
//! # The pipeline
//!
//! ```text
//! scene.json ─ scene ─▶ Scene ─ parameters ─▶ θ, with names, kinds, bounds
//!                                  │  lifted to a scalar: f64 | Dual | Var           (ad)
//!                                  ▼
//!                     outline: shapes → closed polylines        paint: colours → coefficients
//!                                  ▼
//!                     drawing: layers, groups, edges, tiles with winding numbers
//!                                  ▼  tiles in parallel
//!          ┌───────────────────────┼───────────────────────────┐
//!     integrator::interior   integrator::boundary       integrator::exact
//!     samples in pixels      samples on edges           regions and edges cut exactly
//!          └───────────────────────┼───────────────────────────┘
//!                                  ▼
//!        image · JVP (derivative images) · VJP (a derivative for each parameter)
//!                                  ▼
//!     check: estimators against the truth    fit: inverse rendering    study: estimators compared    cli
//! ```
//!
//! Besides: [`sampling`] and [`filter`] serve the integrators, [`loss`] turns a target into
//! adjoints, [`optimizer`] gradients into steps, [`statistics`] judges what is random.
//!
//! # Start
//!
//! ```
//! use reynolds::integrator::Renderer;
//! use reynolds::scene::Scene;
//!
//! let scene = Scene::parse(r#"{
//!     "version": 1,
//!     "canvas": {"width": 48, "height": 48},
//!     "shapes": [{"type": "rect", "id": "box", "min": [10.5, 8], "max": [30.5, 32], "fill": [0, 0, 0]}]
//! }"#, "box.json", &[])?;
//! let renderer = Renderer::new(&scene, scene.render.clone());
//!
//! // How the picture changes when the right side moves: one column of pixels gets darker.
//! let right = scene.parameters.find("box.max.x").expect("rectangles have one");
//! let derivative = renderer.jvp(&[(right, 1.0)]);
//! assert!((derivative.pixel(30, 20)[0] + 1.0).abs() < 1e-12);
//! assert_eq!(derivative.pixel(20, 20)[0], 0.0);
//! # Ok::<(), reynolds::scene::SceneError>(())
//! ```
//!
//! [`Renderer`](integrator::Renderer) is the door to all of it; the README has the command line.
//!
//! # Limits
//!
//! * What is differentiated is the drawing: curves are polylines within
//!   [`tolerance`](scene::RenderSettings::tolerance) (1/256 pixel by default), planned once at the
//!   current values.
//! * First derivatives only.
//! * Where the image itself is not differentiable (an edge on the border of a pixel under a box
//!   filter, edges that coincide) derivatives are one element of the Clarke subdifferential.
//! * Radial gradients are no polynomials: the exact integrator integrates them to a relative 1e-13
//!   but for 1/2048 pixel around their centre, between polygons of their stops within 1e-5 pixel; the
//!   boundary term along jumps of theirs runs on a polygon within 1e-4 pixel.
//! * A gradient that repeats so often that more than 4096 lines of it cross the canvas has no
//!   boundary term along them.

#![deny(missing_docs)]

pub mod ad;
pub mod check;
pub mod cli;
pub mod drawing;
pub mod estimator;
pub mod export;
pub mod film;
pub mod filter;
pub mod fit;
pub mod geometry;
pub mod integrator;
pub mod loss;
pub mod optimizer;
pub mod outline;
pub mod paint;
pub mod sampling;
pub mod scene;
pub mod statistics;
pub mod study;

/// Runs the example of the README as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
