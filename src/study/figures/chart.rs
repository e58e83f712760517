use super::scale::{Axis, number};
use super::svg::{Anchor, GRAY, GRID, INK, Svg, color, width_of};

/// A point of a curve with the interval of its height.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub x: f64,
    pub y: f64,
    pub interval: Option<[f64; 2]>,
}

/// A straight line on the axes' scales.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    pub ends: [[f64; 2]; 2],
    pub is_dashed: bool,
}

/// Points with a name.
#[derive(Clone, Debug)]
pub struct Curve {
    pub label: String,
    pub points: Vec<Point>,
    /// Whether neighbours are connected.
    pub is_connected: bool,
    pub segments: Vec<Segment>,
}

/// Curves over two axes, each with its name beside its end.
pub struct Chart {
    pub title: String,
    pub axes: [Axis; 2],
    pub curves: Vec<Curve>,
    /// Places on the x axis with a name.
    pub marks: Vec<(f64, String)>,
    /// What the reader has to know, below the figure.
    pub notes: Vec<String>,
}

const WIDTH: f64 = 440.0;
const LEFT: f64 = 76.0;
const TOP: f64 = 40.0;
const SMALL: f64 = 11.0;
const LABEL_GAP: f64 = 14.0;
const LINE: f64 = 15.0;

impl Chart {
    /// Returns the figure.
    pub fn draw(&self) -> String {
        let room = self
            .curves
            .iter()
            .map(|curve| width_of(&curve.label, SMALL));
        let room = room.fold(0.0, f64::max) + 34.0;
        let total = (LEFT + WIDTH + room).max(width_of(&self.title, 13.0) + 24.0);
        let height = (LABEL_GAP * self.curves.len() as f64 + 12.0).max(300.0);
        let notes = wrapped(&self.notes, total - 24.0);
        let bottom = TOP + height + 52.0;
        let mut svg = Svg::new(total, bottom + LINE * notes.len() as f64);
        svg.text([12.0, 22.0], Anchor::Start, 13.0, INK, &self.title);
        let plot = Plot {
            axes: &self.axes,
            height,
        };
        plot.draw_axes(&mut svg);
        for (x, name) in &self.marks {
            plot.draw_mark(&mut svg, *x, name);
        }
        for (index, curve) in self.curves.iter().enumerate() {
            plot.draw_curve(&mut svg, index, curve);
        }
        plot.draw_labels(&mut svg, &self.curves);
        for (index, note) in notes.iter().enumerate() {
            let y = bottom + LINE * index as f64;
            svg.text([12.0, y], Anchor::Start, SMALL, GRAY, note);
        }
        svg.finish(&self.title)
    }
}

struct Plot<'a> {
    axes: &'a [Axis; 2],
    height: f64,
}

impl Plot<'_> {
    fn at(&self, x: f64, y: f64) -> Option<[f64; 2]> {
        let [x, y] = [self.axes[0].place(x)?, self.axes[1].place(y)?];
        Some([LEFT + x * WIDTH, TOP + (1.0 - y) * self.height])
    }

    fn draw_axes(&self, svg: &mut Svg) {
        let (right, bottom) = (LEFT + WIDTH, TOP + self.height);
        for (x, label) in self.axes[0].ticks() {
            let x = LEFT + WIDTH * self.axes[0].place(x).expect("ticks have places");
            svg.line([[x, TOP], [x, bottom]], GRID, 1.0, "");
            svg.text([x, bottom + 16.0], Anchor::Middle, SMALL, INK, &label);
        }
        for (y, label) in self.axes[1].ticks() {
            let y = TOP + self.height * (1.0 - self.axes[1].place(y).expect("ticks have places"));
            svg.line([[LEFT, y], [right, y]], GRID, 1.0, "");
            svg.text([LEFT - 7.0, y + 4.0], Anchor::End, SMALL, INK, &label);
        }
        svg.frame([LEFT, TOP], [WIDTH, self.height]);
        let middle = [LEFT + 0.5 * WIDTH, bottom + 34.0];
        svg.text(middle, Anchor::Middle, 12.0, INK, &self.axes[0].label);
        svg.vertical_text([18.0, TOP + 0.5 * self.height], 12.0, &self.axes[1].label);
    }

    fn draw_mark(&self, svg: &mut Svg, x: f64, name: &str) {
        let Some(place) = self.axes[0].place(x).filter(|x| (0.0..=1.0).contains(x)) else {
            return;
        };
        let x = LEFT + WIDTH * place;
        svg.line([[x, TOP], [x, TOP + self.height]], GRAY, 1.0, "2 3");
        let (anchor, shift) = if place < 0.6 {
            (Anchor::Start, 4.0)
        } else {
            (Anchor::End, -4.0)
        };
        svg.text([x + shift, TOP + 13.0], anchor, SMALL, GRAY, name);
    }

    fn draw_curve(&self, svg: &mut Svg, index: usize, curve: &Curve) {
        let ink = color(index);
        for segment in &curve.segments {
            let [a, b] = segment.ends.map(|[x, y]| self.at(x, y));
            if let (Some(a), Some(b)) = (a, b) {
                let (width, dashes) = if segment.is_dashed {
                    (1.0, "5 4")
                } else {
                    (1.6, "")
                };
                svg.line([a, b], ink, width, dashes);
            }
        }
        if curve.is_connected {
            // What has no place leaves a gap.
            let places: Vec<_> = curve.points.iter().map(|p| self.at(p.x, p.y)).collect();
            for part in places.split(Option::is_none).filter(|part| part.len() > 1) {
                let part: Vec<[f64; 2]> = part.iter().copied().flatten().collect();
                svg.polyline(&part, ink, 1.6);
            }
        }
        for point in &curve.points {
            let Some([x, y]) = self.at(point.x, point.y) else {
                continue;
            };
            if let Some(interval) = point.interval {
                // An interval that reaches down to 0 ends with the axis.
                let [low, high] = interval.map(|end| self.at(point.x, end));
                let low = low.map_or(TOP + self.height, |[_, y]| y.min(TOP + self.height));
                let high = high.map_or(y, |[_, y]| y.max(TOP));
                svg.line([[x, low], [x, high]], ink, 1.0, "");
            }
            let tip = format!(
                "{}: {} at {}",
                curve.label,
                number(point.y),
                number(point.x)
            );
            svg.mark(index, [x, y], &tip);
        }
    }

    /// Writes the name of each curve beside its last point, moved so that no two overlap.
    fn draw_labels(&self, svg: &mut Svg, curves: &[Curve]) {
        let last = |curve: &Curve| {
            let places = curve.points.iter().map(|point| self.at(point.x, point.y));
            places.flatten().last()
        };
        let ends = curves.iter().enumerate();
        let mut ends: Vec<(usize, [f64; 2])> = ends
            .filter_map(|(i, curve)| Some((i, last(curve)?)))
            .collect();
        ends.sort_by(|a, b| a.1[1].total_cmp(&b.1[1]));
        let heights: Vec<f64> = ends.iter().map(|(_, [_, y])| *y).collect();
        let heights = spaced(&heights, LABEL_GAP, [TOP + 6.0, TOP + self.height - 2.0]);
        for (&(index, [x, y]), &height) in ends.iter().zip(&heights) {
            let end = LEFT + WIDTH + 18.0;
            svg.line([[x + 5.0, y], [end - 3.0, height]], color(index), 0.5, "");
            svg.text(
                [end, height + 4.0],
                Anchor::Start,
                SMALL,
                INK,
                &curves[index].label,
            );
            svg.rect([end - 4.0, height - 4.0], [2.5, 9.0], color(index));
        }
    }
}

/// Returns heights near the given ones, which increase, at least `gap` apart, and between the two
/// limits as long as they fit.
pub fn spaced(heights: &[f64], gap: f64, [low, high]: [f64; 2]) -> Vec<f64> {
    let mut placed: Vec<f64> = Vec::with_capacity(heights.len());
    for &height in heights {
        let least = placed.last().map_or(low, |last| last + gap);
        placed.push(height.max(least));
    }
    let mut most = high;
    for height in placed.iter_mut().rev() {
        *height = height.min(most);
        most = *height - gap;
    }
    placed
}

/// Breaks notes into lines.
pub fn wrapped(notes: &[String], width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for note in notes {
        lines.push(String::new());
        for word in note.split(' ') {
            let line = lines.last_mut().expect("there is a line");
            if !line.is_empty() && width_of(line, SMALL) + width_of(word, SMALL) + 7.0 > width {
                lines.push(word.to_owned());
            } else {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
        }
    }
    lines
}
