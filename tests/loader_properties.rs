//! Mutated scene files: the loader never panics, and what it accepts can be written and read back.

use proptest::prelude::*;
use reynolds::scene::{Override, Scene};

const SEEDS: [&str; 3] = [
    r#"{"version": 1,
      "canvas": {"width": 8, "height": 9, "background": [1, 0.5, 0, 1], "color_space": "linear"},
      "shapes": [
        {"type": "circle", "id": "a", "center": [1, 2], "radius": 3, "fill": [0, 0.25, 1]},
        {"type": "ellipse", "id": "b", "center": [1, 2], "radii": [3, 4], "opacity": 0.5},
        {"type": "rect", "id": "c", "min": [1, 2], "max": [3, 4], "fill": [0, 0, 0, 0.5]}],
      "render": {"spp": 4, "edge_samples": 2.5, "edge_allocation": "length", "sampler": "independent", "filter": "tent",
        "seed": 7, "tolerance": 0.01}}"#,
    r#"{"version": 1, "canvas": {"width": 8, "height": 9}, "shapes": [
        {"type": "group", "id": "g", "opacity": 0.5, "transform": {"rotate": 30, "scale": [2, 3]},
         "children": [
          {"type": "polygon", "id": "p", "points": [[0, 0], [4, 0], [0, 4]], "fill_rule": "evenodd",
           "fill": {"type": "linear_gradient", "start": [0, 0], "end": [4, 4], "spread": "repeat",
            "stops": [{"offset": 0, "color": [0, 0, 0]}, {"offset": 1, "color": [1, 1, 1, 0.5]}]}},
          {"type": "group", "id": "h", "transform": {"matrix": [1, 0, 0, 1, 5, 6]},
           "children": []}]}]}"#,
    r#"{"version": 1, "canvas": {"width": 8, "height": 9}, "shapes": [
        {"type": "path", "id": "leaf", "d": "m1 2 3 4h5V6q1 1 2 2t3-3c1 2 3 4 5 6s1 2 3 4a5 3 20 1 0 7 1zl1 1",
         "transform": {"translate": [1, 2], "origin": [3, 4]},
         "fill": {"type": "radial_gradient", "center": [1, 1], "radius": [2, 3],
          "stops": [{"offset": 0.5, "color": [0, 1, 0]}]}}]}"#,
];

const TOKENS: [&str; 36] = [
    "0",
    "-1",
    "1e999",
    "-1e308",
    "1e-320",
    "0.1",
    "-0.0",
    "1e9",
    "18446744073709551616",
    "null",
    "true",
    "NaN",
    "[]",
    "{}",
    "\"\"",
    "[1, 2]",
    "[[",
    "]]",
    "{\"type\": \"group\"",
    "\"circle\"",
    "\"path\"",
    "\"matrix\": [1, 0, 0, 1, 0, 0],",
    "\"type\": \"rect\",",
    ",",
    ":",
    "\"",
    "\\",
    "\\ud800",
    "é",
    "\u{feff}",
    "\n",
    "M",
    "a1 1 0 00 9",
    "Z",
    "1e5 1e-7",
    "e",
];

/// The scenes above and those that come with the project.
fn seeds() -> Vec<String> {
    let mut seeds: Vec<String> = SEEDS.iter().map(|&seed| seed.to_owned()).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenes");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    // Large files add time, not cases.
    let texts = files
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("a scene is UTF-8"));
    seeds.extend(texts.filter(|text| text.len() < 8192));
    seeds
}

/// One change to a text; places are fractions of its length.
#[derive(Clone, Debug)]
enum Mutation {
    Flip(f64, u8),
    Delete(f64, usize),
    Insert(f64, usize),
    ReplaceToken(f64, usize),
    SwapTokens(f64, f64),
    Copy(f64, usize, f64),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let place = || 0.0..1.0_f64;
    prop_oneof![
        (place(), 0..8_u8).prop_map(|(at, bit)| Mutation::Flip(at, 1 << bit)),
        (place(), 1..40_usize).prop_map(|(at, length)| Mutation::Delete(at, length)),
        (place(), 0..TOKENS.len()).prop_map(|(at, token)| Mutation::Insert(at, token)),
        (place(), 0..TOKENS.len()).prop_map(|(at, token)| Mutation::ReplaceToken(at, token)),
        (place(), place()).prop_map(|(a, b)| Mutation::SwapTokens(a, b)),
        (place(), 1..120_usize, place()).prop_map(|(from, n, to)| Mutation::Copy(from, n, to)),
    ]
}

/// Returns the start and the end of the number, word or string that a place is in.
fn token(text: &[u8], at: usize) -> (usize, usize) {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-._\"".contains(byte);
    let before = text[..at]
        .iter()
        .rev()
        .take_while(|byte| is_part(byte))
        .count();
    let after = text[at..].iter().take_while(|byte| is_part(byte)).count();
    (at - before, at + after)
}

fn mutate(text: &mut Vec<u8>, mutation: &Mutation) {
    let length = text.len();
    if length == 0 {
        return;
    }
    let place = |at: f64| ((at * length as f64) as usize).min(length - 1);
    match *mutation {
        Mutation::Flip(at, bit) => text[place(at)] ^= bit,
        Mutation::Delete(at, n) => drop(text.drain(place(at)..(place(at) + n).min(length))),
        Mutation::Insert(at, new) => drop(text.splice(place(at)..place(at), TOKENS[new].bytes())),
        Mutation::ReplaceToken(at, new) => {
            let (start, end) = token(text, place(at));
            text.splice(start..end, TOKENS[new].bytes());
        }
        Mutation::SwapTokens(a, b) => {
            let (first, second) = (token(text, place(a.min(b))), token(text, place(a.max(b))));
            if first.1 <= second.0 {
                let (left, right) = (
                    text[first.0..first.1].to_vec(),
                    text[second.0..second.1].to_vec(),
                );
                text.splice(second.0..second.1, left);
                text.splice(first.0..first.1, right);
            }
        }
        Mutation::Copy(from, n, to) => {
            let slice = text[place(from)..(place(from) + n).min(length)].to_vec();
            text.splice(place(to)..place(to), slice);
        }
    }
}

/// Checks that writing and reading a scene keeps names, values and structure.
fn assert_round_trip(scene: &Scene) {
    let text = scene.to_json();
    let back =
        Scene::parse(&text, "written", &[]).unwrap_or_else(|error| panic!("{error}\n{text}"));
    // `Debug` shows every field but for the table of names, whose order is not fixed.
    let show = |scene: &Scene| {
        let shapes = format!("{:?} {:?} {:?}", scene.canvas, scene.shapes, scene.render);
        let names: Vec<_> = scene.parameters.iter().map(|(_, p)| p.clone()).collect();
        let bits: Vec<_> = scene
            .parameters
            .values()
            .iter()
            .map(|x| x.to_bits())
            .collect();
        (shapes, names, bits)
    };
    assert_eq!(show(&back), show(scene), "{text}");
    assert_eq!(back.to_json(), text);
}

fn load(text: &[u8]) {
    if let Ok(text) = std::str::from_utf8(text) {
        match Scene::parse(text, "mutated", &[]) {
            Ok(scene) => {
                assert!(scene.parameters.values().iter().all(|x| x.is_finite()));
                assert_round_trip(&scene);
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

#[test]
fn the_seeds_are_valid() {
    for seed in seeds() {
        let scene = Scene::parse(&seed, "seed", &[]).unwrap_or_else(|error| panic!("{error}"));
        assert_round_trip(&scene);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 20_000,
        rng_seed: proptest::test_runner::RngSeed::Fixed(0x5ce7e),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn mutated_scenes_never_panic(
        seed in 0..1000_usize,
        mutations in prop::collection::vec(mutation(), 1..5),
    ) {
        thread_local!(static TEXTS: Vec<String> = seeds());
        let mut text = TEXTS.with(|texts| texts[seed % texts.len()].clone().into_bytes());
        for mutation in &mutations {
            mutate(&mut text, mutation);
        }
        load(&text);
    }

    #[test]
    fn any_path_data_is_read_or_refused(
        d in "([MmLlHhVvCcSsQqTtAaZz]|[-+]?[0-9]{1,3}(\\.[0-9]+)?(e-?[0-9]{1,3})?|[ ,\n]|é|x){0,40}",
    ) {
        let d = serde_json::Value::from(d);
        let text = format!(
            "{{\"version\": 1, \"canvas\": {{\"width\": 8, \"height\": 8}}, \
             \"shapes\": [{{\"type\": \"path\", \"id\": \"p\", \"d\": {d}}}]}}"
        );
        load(text.as_bytes());
    }

    #[test]
    fn valid_path_data_round_trips(
        commands in prop::collection::vec((0..9_usize, prop::array::uniform7(-99.5..99.5_f64), any::<bool>()), 0..8),
    ) {
        let mut d = String::from("M 1 2");
        for (kind, numbers, relative) in &commands {
            let (letter, count) = [("L", 2), ("H", 1), ("V", 1), ("C", 6), ("S", 4), ("Q", 4),
                ("T", 2), ("A", 7), ("Z", 0)][*kind];
            d += &if *relative { letter.to_lowercase() } else { letter.to_owned() };
            for (i, number) in numbers[..count].iter().enumerate() {
                let flag = letter == "A" && (i == 3 || i == 4);
                d += &if flag { format!(" {}", i32::from(*number > 0.0)) } else { format!(" {number}") };
            }
        }
        let text = format!(
            "{{\"version\": 1, \"canvas\": {{\"width\": 8, \"height\": 8}}, \
             \"shapes\": [{{\"type\": \"path\", \"id\": \"p\", \"d\": \"{d}\"}}]}}"
        );
        assert_round_trip(&Scene::parse(&text, "path", &[]).expect("the path data is valid"));
    }

    #[test]
    fn overrides_never_panic(
        path in "(canvas|render|shapes|a|g)(\\[[0-9]\\]|\\.[a-z]{1,8}|\\.fill|\\.width|\\.radius|\\.children){0,4}",
        value in prop::sample::select(&TOKENS[..]),
        seed in 0..SEEDS.len(),
    ) {
        if let Ok(entry) = Override::parse(&format!("{path}={value}"))
            && let Ok(scene) = Scene::parse(SEEDS[seed], "seed", &[entry])
        {
            assert_round_trip(&scene);
        }
    }
}
