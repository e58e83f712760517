//! Random paths.

use super::numbers::Numbers;

/// A curve whose points are all as near to one line of the grid counts as lying along it.
const ALONG_GRID: f64 = 1e-2;

/// Returns path data of one or two subpaths of lines, Bézier curves and arcs.
pub fn path_data(numbers: &mut Numbers) -> String {
    let mut data = String::new();
    for _ in 0..1 + numbers.below(2) {
        let mut last = numbers.vertex();
        data += &format!("M {} ", pair(last));
        for _ in 0..1 + numbers.below(4) {
            data += &command(numbers, &mut last);
        }
        if numbers.happens(0.5) {
            data += "Z ";
        }
    }
    data.trim_end().to_owned()
}

fn pair([x, y]: [f64; 2]) -> String {
    format!("{x:?} {y:?}")
}

/// A command from `last`, which becomes its end.
fn command(numbers: &mut Numbers, last: &mut [f64; 2]) -> String {
    match numbers.below(5) {
        0 | 1 => {
            *last = numbers.vertex();
            format!("L {} ", pair(*last))
        }
        2 => curve(numbers, last, "Q", 2),
        3 => curve(numbers, last, "C", 3),
        _ => {
            // As flat arcs as very different radii give are curves along a line.
            let [rx, ry] = [0; 2].map(|_| numbers.radius().max(0.5));
            let turn = numbers.one_of(&[0.0, 30.0, 90.0]);
            let [large, sweep] = [0; 2].map(|_| numbers.below(2));
            *last = numbers.vertex();
            format!("A {rx:?} {ry:?} {turn:?} {large} {sweep} {} ", pair(*last))
        }
    }
}

fn curve(numbers: &mut Numbers, last: &mut [f64; 2], letter: &str, count: usize) -> String {
    let mut points: Vec<[f64; 2]> = (0..count).map(|_| numbers.vertex()).collect();
    for axis in 0..2 {
        leave_grid_line(*last, &mut points, axis);
    }
    *last = points[count - 1];
    let points: Vec<String> = points.into_iter().map(pair).collect();
    format!("{letter} {} ", points.join(" "))
}

/// Takes the last point of a curve that lies along a line of the grid up to rounding away from it.
///
/// Such a curve has no width, and its pieces lie on one line or on several that rounding tells apart.
/// The derivative at such a kink is one-sided, and both methods may take different sides of it.
/// Exactly on the line there is one line, and the methods agree.
fn leave_grid_line(first: [f64; 2], points: &mut [[f64; 2]], axis: usize) {
    let line = first[axis].round();
    let all = || std::iter::once(&first).chain(points.iter());
    let near = all().all(|point| (point[axis] - line).abs() < ALONG_GRID);
    let same = all().all(|point| point[axis] == line);
    if near && !same {
        points[points.len() - 1][axis] = line + 0.7;
    }
}
