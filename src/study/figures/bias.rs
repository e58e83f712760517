use super::chart::wrapped;
use super::collect::Lines;
use super::names::integral_name;
use super::scale::{Axis, Scale, number};
use super::svg::{Anchor, GRAY, GRID, INK, Svg, width_of};
use crate::study::{CellSummary, TruthSummary};

const ROW: f64 = 17.0;
const TOP: f64 = 40.0;
const WIDTH: f64 = 420.0;
const SMALL: f64 = 11.0;

/// Returns the biases with their intervals, at the largest budget of each estimator and sampler.
pub fn chart(truth: &TruthSummary, cells: &[&CellSummary], lines: &Lines<'_>) -> String {
    let largest = cells.iter().map(|cell| cell.budget).max().unwrap_or(0);
    let cells: Vec<&&CellSummary> = cells.iter().filter(|cell| cell.budget == largest).collect();
    let percent = |x: f64| 100.0 * x / truth.size;
    let name = |cell: &CellSummary| lines.name(&cell.estimator, &cell.sampler);
    let left = cells.iter().map(|cell| width_of(&name(cell), SMALL));
    let left = left.fold(60.0, f64::max) + 24.0;
    let numbers = || {
        cells.iter().flat_map(|cell| {
            [
                cell.bias.value,
                cell.bias.interval[0],
                cell.bias.interval[1],
            ]
            .map(percent)
        })
    };
    let axis = Axis::new(
        "bias, in percent of the size of the integral",
        Scale::SignedLog(unit(numbers())),
        numbers().chain([0.0]),
    );
    let height = ROW * cells.len() as f64 + 10.0;
    let notes = [
        format!(
            "At {largest} samples per pixel; bars are 95% intervals. The axis is linear around 0, logarithmic outside."
        ),
        "Filled: differs from 0 at a level of 10⁻⁶.".to_owned(),
    ];
    let title = integral_name(&truth.integral);
    let total = (left + WIDTH).max(width_of(&title, 13.0)) + 24.0;
    let notes = wrapped(&notes, total - 24.0);
    let bottom = TOP + height;
    let mut svg = Svg::new(total, bottom + 54.0 + 15.0 * notes.len() as f64);
    svg.text(
        [12.0, 22.0],
        Anchor::Start,
        13.0,
        INK,
        &integral_name(&truth.integral),
    );
    let place = |x: f64| axis.place(x).map(|x| left + WIDTH * x.clamp(0.0, 1.0));
    for (x, label) in axis.ticks() {
        let ink = if x == 0.0 { GRAY } else { GRID };
        let x = place(x).expect("ticks have places");
        svg.line([[x, TOP], [x, bottom]], ink, 1.0, "");
        svg.text([x, bottom + 16.0], Anchor::Middle, SMALL, INK, &label);
    }
    for (row, cell) in cells.iter().enumerate() {
        let y = TOP + ROW * (row as f64 + 0.5) + 5.0;
        svg.text([left - 8.0, y + 4.0], Anchor::End, SMALL, INK, &name(cell));
        let ends = cell.bias.interval.map(|end| place(percent(end)));
        let (Some(x), [Some(low), Some(high)]) = (place(percent(cell.bias.value)), ends) else {
            svg.text(
                [left + 8.0, y + 4.0],
                Anchor::Start,
                SMALL,
                GRAY,
                "no number",
            );
            continue;
        };
        let number_of = usize::from(cell.is_biased);
        let ink = super::svg::color(number_of);
        svg.line([[low, y], [high, y]], ink, 1.8, "");
        let tip = format!("{}: {}%", name(cell), number(percent(cell.bias.value)));
        if cell.is_biased {
            svg.mark(number_of, [x, y], &tip);
        } else {
            svg.ring([x, y], ink, &tip);
        }
    }
    svg.frame([left, TOP], [WIDTH, height]);
    svg.text(
        [left + 0.5 * WIDTH, bottom + 34.0],
        Anchor::Middle,
        12.0,
        INK,
        &axis.label,
    );
    for (index, note) in notes.iter().enumerate() {
        let y = bottom + 54.0 + 15.0 * index as f64;
        svg.text([12.0, y], Anchor::Start, SMALL, GRAY, note);
    }
    svg.finish(&format!("bias, {}", integral_name(&truth.integral)))
}

/// Where the axis turns from linear to logarithmic: well below the largest number, and above 0.
fn unit(numbers: impl Iterator<Item = f64>) -> f64 {
    let sizes: Vec<f64> = numbers
        .map(f64::abs)
        .filter(|x| x.is_finite() && *x > 0.0)
        .collect();
    let largest = sizes.iter().copied().fold(0.0, f64::max);
    let smallest = sizes.iter().copied().fold(largest, f64::min);
    if largest == 0.0 {
        return 1.0;
    }
    smallest.max(1e-4 * largest)
}
