use serde::{Deserialize, Serialize};

use super::Problem;
use super::counterfactual::{Subject, enlarge, make_opaque, tell_colors_apart, uncover};
use super::reach::Reach;
use crate::film::Image;
use crate::integrator::{Method, Renderer};
use crate::sampling::{Key, Stream};
use crate::scene::{ParameterId, RenderSettings, Scene};

/// A parameter whose derivative is exactly 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZeroGradient {
    /// Its name.
    pub parameter: String,
    /// Why.
    pub reason: Reason,
}

/// Why a derivative is exactly 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The image changes, but the loss is flat there: image and target agree.
    MatchesTarget,
    /// The method leaves out what outlines contribute.
    MethodWithoutOutlines,
    /// It would show with more samples.
    MissedBySamples,
    /// Without the shapes painted over it, it would show.
    Hidden,
    /// If it were opaque, and not hidden, it would show.
    Transparent,
    /// With other colours (and opaque, and not hidden) it would show.
    SameColor,
    /// All that it changes is outside the canvas.
    OutsideCanvas,
    /// The shape has no fill.
    NoFill,
    /// It changes nothing anywhere: the shape has no area, or its outline slides along itself.
    NoEffect,
    /// There are too many to examine them all.
    NotExamined,
}

impl Reason {
    /// Returns the reason in words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::MatchesTarget => "image and target agree wherever it shows",
            Self::MethodWithoutOutlines => "the method leaves out what outlines contribute",
            Self::MissedBySamples => "too small for the samples; raise --spp or --edge-samples",
            Self::Hidden => "hidden behind other shapes",
            Self::Transparent => "transparent",
            Self::SameColor => "the same colour on both sides",
            Self::OutsideCanvas => "outside the canvas",
            Self::NoFill => "the shape has no fill",
            Self::NoEffect => "no effect: no area, or an outline that slides along itself",
            Self::NotExamined => "not examined: too many",
        }
    }
}

/// Shapes that are examined, at most: each takes up to four derivatives of a scene.
const MOST_SUBJECTS: usize = 16;
/// Samples per pixel and per pixel of edge with which scenes are examined, at least.
const SPP: u32 = 16;
const EDGE_SAMPLES: f64 = 4.0;

/// Returns the parameters whose derivative in a gradient is exactly 0, in order, and why.
///
/// Some change nothing, or nothing on the canvas: this is told from the drawing. For the others
/// each reason is an experiment. The derivative of a random weighting of the image is 0 for
/// exactly those parameters that change no pixel. It is taken for the scene as it is, then without
/// the shapes above, then also with the shape made opaque, with colours that all differ, and with
/// the shape enlarged. The first change that makes the derivative appear is the reason.
///
/// `gradient` is that of the problem at its values, from samples of `seed`.
pub fn zero_gradients(problem: &Problem, gradient: &[f64], seed: u64) -> Vec<ZeroGradient> {
    let pairs = problem.moving().iter().zip(gradient);
    let zeros: Vec<ParameterId> = pairs
        .filter(|&(_, &slope)| slope == 0.0)
        .map(|(&id, _)| id)
        .collect();
    let mut examiner = Examiner {
        problem,
        seed,
        reasons: vec![None; zeros.len()],
        zeros,
    };
    if examiner.is_open() {
        examiner.look_at_the_drawing();
    }
    if examiner.is_open() {
        examiner.look_at_the_scene_as_it_is();
    }
    examiner.look_at_other_scenes();
    examiner.findings()
}

/// A change to a scene.
type Change<'a> = &'a dyn Fn(&mut Scene);

struct Examiner<'a> {
    problem: &'a Problem,
    seed: u64,
    zeros: Vec<ParameterId>,
    reasons: Vec<Option<Reason>>,
}

impl Examiner<'_> {
    /// Tells whether anything is not explained.
    fn is_open(&self) -> bool {
        self.reasons.contains(&None)
    }

    /// Gives a reason to all that have none and are concerned.
    fn assign(&mut self, reason: Reason, concerned: impl Fn(ParameterId) -> bool) {
        for (slot, &id) in self.reasons.iter_mut().zip(&self.zeros) {
            if slot.is_none() && concerned(id) {
                *slot = Some(reason);
            }
        }
    }

    fn subject(&self, id: ParameterId) -> Subject {
        let scene = self.problem.scene();
        Subject::of(scene, &scene.parameters[id].name)
    }

    fn look_at_the_drawing(&mut self) {
        let problem = self.problem;
        let scene = problem.scene();
        let reach = Reach::new(scene, problem.render_settings());
        let has_no_fill = |id: ParameterId| match Subject::of(scene, &scene.parameters[id].name) {
            Subject::Background => false,
            Subject::Shapes { first, end } => {
                end == first + 1 && scene.shapes[first].fill.is_none()
            }
        };
        self.assign(Reason::NoFill, has_no_fill);
        self.assign(Reason::NoEffect, |id| !reach.anything[id.index()]);
        self.assign(Reason::OutsideCanvas, |id| !reach.canvas[id.index()]);
    }

    fn look_at_the_scene_as_it_is(&mut self) {
        let (scene, own) = (self.problem.scene(), self.problem.render_settings());
        let method = self.problem.method();
        let shows = self.shows(scene, own.clone(), method);
        self.assign(Reason::MatchesTarget, |id| shows[id.index()]);
        let shows = self.shows(scene, self.careful(), Method::Edge);
        let reason = match method {
            Method::Interior => Reason::MethodWithoutOutlines,
            _ => Reason::MissedBySamples,
        };
        self.assign(reason, |id| shows[id.index()]);
    }

    fn look_at_other_scenes(&mut self) {
        let mut subjects = Vec::new();
        for place in 0..self.zeros.len() {
            let subject = self.subject(self.zeros[place]);
            if self.reasons[place].is_some() || subjects.contains(&subject) {
                continue;
            }
            subjects.push(subject);
            if subjects.len() <= MOST_SUBJECTS {
                self.look_at_subject(subject);
            }
        }
    }

    fn look_at_subject(&mut self, subject: Subject) {
        let original = self.problem.scene();
        let is_own =
            |id: ParameterId| Subject::of(original, &original.parameters[id].name) == subject;
        let changes: [(Change<'_>, Reason); 4] = [
            (&|scene| uncover(scene, subject), Reason::Hidden),
            (&|scene| make_opaque(scene, subject), Reason::Transparent),
            (&|scene| tell_colors_apart(scene), Reason::SameColor),
            (&|scene| enlarge(scene, subject), Reason::MissedBySamples),
        ];
        let mut scene = original.clone();
        for (change, reason) in changes {
            change(&mut scene);
            let shows = self.shows(&scene, self.careful(), Method::Edge);
            self.assign(reason, |id| is_own(id) && shows[id.index()]);
            let mut left = self.zeros.iter().zip(&self.reasons);
            if !left.any(|(&id, reason)| reason.is_none() && is_own(id)) {
                return;
            }
        }
        self.assign(Reason::NoEffect, is_own);
    }

    /// Tells for each parameter of a scene whether any pixel depends on it.
    fn shows(&self, scene: &Scene, settings: RenderSettings, method: Method) -> Vec<bool> {
        let mut renderer = Renderer::new(scene, settings).with_method(method);
        renderer.set_seed(self.seed);
        let weights = weights(scene, renderer.channels());
        let derivatives = renderer.vjp(&weights);
        derivatives.into_iter().map(|slope| slope != 0.0).collect()
    }

    fn careful(&self) -> RenderSettings {
        let settings = self.problem.render_settings();
        RenderSettings {
            spp: settings.spp.max(SPP),
            edge_samples: settings.edge_samples.max(EDGE_SAMPLES),
            ..settings.clone()
        }
    }

    fn findings(self) -> Vec<ZeroGradient> {
        let parameters = &self.problem.scene().parameters;
        let named = self.zeros.iter().zip(&self.reasons);
        named
            .map(|(&id, reason)| ZeroGradient {
                parameter: parameters[id].name.clone(),
                reason: reason.unwrap_or(Reason::NotExamined),
            })
            .collect()
    }
}

/// Random weights: that a change of the image is orthogonal to them has probability 0.
fn weights(scene: &Scene, channels: usize) -> Image {
    let (width, height) = (scene.canvas.width as usize, scene.canvas.height as usize);
    let key = Key::new(1, Stream::Replicate);
    let count = width * height * channels;
    let values = (0..count).map(|i| key.child(i as u64).uniform() + 0.5);
    Image::from_data(width, height, channels, values.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::FitSettings;

    /// What the target of a test is.
    enum Target {
        White,
        Itself,
    }

    fn explain(
        shapes: &str,
        target: Target,
        settings: impl Fn(&mut FitSettings),
    ) -> Vec<(String, Reason)> {
        let text = format!(
            r#"{{"version": 1, "canvas": {{"width": 32, "height": 32, "background": [0.9, 0.8, 0.7]}}, "shapes": [{shapes}]}}"#
        );
        let scene = Scene::parse(&text, "inline.json", &[]).unwrap();
        let mut settings_of = FitSettings::of(&scene);
        settings(&mut settings_of);
        let target = match target {
            Target::White => Image::from_data(32, 32, 3, vec![1.0; 32 * 32 * 3]),
            Target::Itself => {
                let renderer = Renderer::new(&scene, settings_of.render.clone());
                renderer.with_method(Method::Exact).image()
            }
        };
        let mut problem = Problem::new(scene, &target, &settings_of).unwrap();
        let seed = settings_of.step_seed(0);
        let values = problem.values();
        let gradient = problem.evaluate(&values, seed).gradient;
        let found = zero_gradients(&problem, &gradient, seed);
        found.into_iter().map(|z| (z.parameter, z.reason)).collect()
    }

    fn reasons(shapes: &str) -> Vec<(String, Reason)> {
        explain(shapes, Target::White, |_| {})
    }

    /// The reasons of one shape, which all agree.
    fn reason(found: &[(String, Reason)], prefix: &str) -> Option<Reason> {
        let mut own = found.iter().filter(|(name, _)| name.starts_with(prefix));
        let first = own.next()?.1;
        assert!(own.all(|(_, reason)| *reason == first), "{found:?}");
        Some(first)
    }

    const COVER: &str = r#"{"type": "rect", "id": "cover", "min": [3.3, 3.2], "max": [28.7, 28.4], "fill": [0.2, 0.4, 0.1]}"#;

    fn disk(center: [f64; 2], rest: &str) -> String {
        format!(r#"{{"type": "circle", "id": "disk", "center": {center:?}, "radius": 5, {rest}}}"#)
    }

    #[test]
    fn a_shape_that_shows_has_no_reason() {
        assert!(reasons(&disk([15.3, 16.1], r#""fill": [0, 0, 1]"#)).is_empty());
    }

    #[test]
    fn hidden_shapes() {
        let found = reasons(&format!(
            "{}, {COVER}",
            disk([15.3, 16.1], r#""fill": [0, 0, 1]"#)
        ));
        assert_eq!(reason(&found, "disk"), Some(Reason::Hidden));
        assert_eq!(reason(&found, "cover"), None);
    }

    #[test]
    fn transparent_shapes() {
        let found = reasons(&disk([15.3, 16.1], r#""fill": [0, 0, 1, 0]"#));
        assert_eq!(reason(&found, "disk.center"), Some(Reason::Transparent));
        assert_eq!(
            reason(&found, "disk.fill.color.b"),
            Some(Reason::Transparent)
        );
        // The alpha itself would make it appear.
        assert_eq!(reason(&found, "disk.fill.color.a"), None);
        let found = reasons(&disk([15.3, 16.1], r#""fill": [0, 0, 1], "opacity": 0"#));
        assert_eq!(reason(&found, "disk.radius"), Some(Reason::Transparent));
    }

    #[test]
    fn the_same_colour_on_both_sides() {
        let found = reasons(&disk([15.3, 16.1], r#""fill": [0.9, 0.8, 0.7]"#));
        assert_eq!(reason(&found, "disk.center"), Some(Reason::SameColor));
        assert_eq!(reason(&found, "disk.fill"), None);
        let flat = r#""fill": {"type": "linear_gradient", "start": [10, 10], "end": [20, 20],
            "stops": [{"offset": 0.1, "color": [0, 0, 1]}, {"offset": 0.8, "color": [0, 0, 1]}]}"#;
        let found = reasons(&disk([15.3, 16.1], flat));
        assert_eq!(reason(&found, "disk.fill.start"), Some(Reason::SameColor));
        assert_eq!(
            reason(&found, "disk.fill.stops.0.offset"),
            Some(Reason::SameColor)
        );
        assert_eq!(reason(&found, "disk.center"), None);
    }

    #[test]
    fn shapes_outside_the_canvas() {
        let found = reasons(&disk([60.0, -20.0], r#""fill": [0, 0, 1]"#));
        assert_eq!(reason(&found, "disk"), Some(Reason::OutsideCanvas));
        // One corner outside; its two sides do not reach the canvas.
        let found = reasons(
            r#"{"type": "polygon", "id": "p", "points": [[5, 5], [20, 6], [40, -3], [50, -40], [30, -5]], "fill": [0, 0, 1]}"#,
        );
        assert_eq!(reason(&found, "p.points.3"), Some(Reason::OutsideCanvas));
        assert_eq!(reason(&found, "p.points.0"), None);
    }

    #[test]
    fn shapes_that_are_nothing() {
        let found = reasons(r#"{"type": "circle", "id": "disk", "center": [15, 16], "radius": 5}"#);
        assert_eq!(reason(&found, "disk"), Some(Reason::NoFill));
        let found = reasons(
            r#"{"type": "polygon", "id": "p", "points": [[9, 9], [9, 9], [9, 9]], "fill": [0, 0, 1]}"#,
        );
        assert_eq!(reason(&found, "p"), Some(Reason::NoEffect));
    }

    #[test]
    fn a_group_and_what_is_in_it() {
        let group = r#"{"type": "group", "id": "g", "opacity": 0.5, "transform": {"translate": [1.5, 0.5]}, "children": ["#;
        let found = reasons(&format!(
            "{group}{}]}}, {COVER}",
            disk([15.3, 16.1], r#""fill": [0, 0, 1]"#)
        ));
        assert_eq!(reason(&found, "g"), Some(Reason::Hidden));
        assert_eq!(reason(&found, "disk"), Some(Reason::Hidden));
    }

    #[test]
    fn a_background_that_is_covered() {
        let found = reasons(
            r#"{"type": "rect", "id": "all", "min": [-3, -3], "max": [40, 40], "fill": [0.2, 0.4, 0.1]}"#,
        );
        assert_eq!(reason(&found, "canvas.background"), Some(Reason::Hidden));
        assert_eq!(reason(&found, "all.min"), Some(Reason::OutsideCanvas));
    }

    #[test]
    fn a_target_that_is_met() {
        let exact = |settings: &mut FitSettings| settings.method = Method::Exact;
        let found = explain(
            &disk([15.3, 16.1], r#""fill": [0, 0, 1]"#),
            Target::Itself,
            exact,
        );
        assert_eq!(reason(&found, "disk"), Some(Reason::MatchesTarget));
    }

    #[test]
    fn what_samples_or_the_method_miss() {
        let tiny = r#"{"type": "circle", "id": "dot", "center": [15.31, 16.13], "radius": 0.09, "fill": [0, 0, 1]}"#;
        let coarse = |settings: &mut FitSettings| settings.render.spp = 1;
        let found = explain(tiny, Target::White, coarse);
        assert_eq!(
            reason(&found, "dot.fill.color.b"),
            Some(Reason::MissedBySamples)
        );
        let interior = |settings: &mut FitSettings| settings.method = Method::Interior;
        let found = explain(
            &disk([15.3, 16.1], r#""fill": [0, 0, 1]"#),
            Target::White,
            interior,
        );
        assert_eq!(
            reason(&found, "disk.radius"),
            Some(Reason::MethodWithoutOutlines)
        );
    }
}
