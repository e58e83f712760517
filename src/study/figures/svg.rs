use std::fmt::Write;

/// An SVG picture in the making. Lengths are in pixels, y goes down.
pub struct Svg {
    size: [f64; 2],
    body: String,
}

/// Where a text is relative to its point.
#[derive(Clone, Copy)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

pub const INK: &str = "#222222";
pub const GRAY: &str = "#666666";
pub const GRID: &str = "#e4e4e4";

/// Colours that the colour-blind tell apart (Okabe and Ito, "Color universal design", 2008), but
/// for yellow, which is pale on white.
const COLORS: [&str; 7] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000",
];

/// Returns the colour of the curve of a number.
pub fn color(number: usize) -> &'static str {
    COLORS[number % COLORS.len()]
}

impl Svg {
    pub fn new(width: f64, height: f64) -> Self {
        Self {
            size: [width, height],
            body: String::new(),
        }
    }

    pub fn line(&mut self, [a, b]: [[f64; 2]; 2], color: &str, width: f64, dashes: &str) {
        let dashes = match dashes {
            "" => String::new(),
            dashes => format!(r#" stroke-dasharray="{dashes}""#),
        };
        self.push(format_args!(
            r#"<line x1="{:.2}" y1="{:.2}" x2="{:.2}" y2="{:.2}" stroke="{color}" stroke-width="{width}"{dashes}/>"#,
            a[0], a[1], b[0], b[1]
        ));
    }

    pub fn polyline(&mut self, points: &[[f64; 2]], color: &str, width: f64) {
        let mut list = String::new();
        for [x, y] in points {
            write!(list, "{x:.2},{y:.2} ").expect("a string takes all text");
        }
        self.push(format_args!(
            r#"<polyline points="{}" fill="none" stroke="{color}" stroke-width="{width}"/>"#,
            list.trim_end()
        ));
    }

    pub fn rect(&mut self, [x, y]: [f64; 2], [width, height]: [f64; 2], fill: &str) {
        self.push(format_args!(
            r#"<rect x="{x:.2}" y="{y:.2}" width="{width:.2}" height="{height:.2}" fill="{fill}" shape-rendering="crispEdges"/>"#
        ));
    }

    pub fn frame(&mut self, [x, y]: [f64; 2], [width, height]: [f64; 2]) {
        self.push(format_args!(
            r#"<rect x="{x:.2}" y="{y:.2}" width="{width:.2}" height="{height:.2}" fill="none" stroke="{GRAY}"/>"#
        ));
    }

    /// Draws the mark of the curve of a number; shapes differ where colours repeat. `tip` shows when
    /// the pointer rests on it.
    pub fn mark(&mut self, number: usize, [x, y]: [f64; 2], tip: &str) {
        let (fill, tip) = (color(number), escaped(tip));
        let shape = match number / COLORS.len() % 3 {
            0 => format!(r#"<circle cx="{x:.2}" cy="{y:.2}" r="3.4""#),
            1 => format!(
                r#"<rect x="{:.2}" y="{:.2}" width="6.4" height="6.4""#,
                x - 3.2,
                y - 3.2
            ),
            _ => format!(r#"<path d="M{x:.2} {:.2}l4.2 7.4h-8.4z""#, y - 4.6),
        };
        let name = shape[1..].split(' ').next().expect("an element has a name");
        self.push(format_args!(
            r#"{shape} fill="{fill}" stroke="white" stroke-width="0.8"><title>{tip}</title></{name}>"#
        ));
    }

    /// Draws an empty mark.
    pub fn ring(&mut self, [x, y]: [f64; 2], color: &str, tip: &str) {
        let tip = escaped(tip);
        self.push(format_args!(
            r#"<circle cx="{x:.2}" cy="{y:.2}" r="3.2" fill="white" stroke="{color}" stroke-width="1.6"><title>{tip}</title></circle>"#
        ));
    }

    pub fn text(&mut self, [x, y]: [f64; 2], anchor: Anchor, size: f64, color: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.push(format_args!(
            r#"<text x="{x:.2}" y="{y:.2}" text-anchor="{anchor}" font-size="{size}" fill="{color}">{}</text>"#,
            escaped(text)
        ));
    }

    /// Draws a text that runs upwards.
    pub fn vertical_text(&mut self, [x, y]: [f64; 2], size: f64, text: &str) {
        self.push(format_args!(
            r#"<text transform="translate({x:.2} {y:.2}) rotate(-90)" text-anchor="middle" font-size="{size}" fill="{INK}">{}</text>"#,
            escaped(text)
        ));
    }

    /// Returns the picture; `title` is its name for those who cannot see it.
    pub fn finish(self, title: &str) -> String {
        let [width, height] = self.size;
        let (title, body) = (escaped(title), self.body);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" aria-label=\"{title}\" \
             font-family=\"DejaVu Sans, Verdana, sans-serif\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n{body}</svg>\n"
        )
    }

    fn push(&mut self, element: std::fmt::Arguments<'_>) {
        self.body
            .write_fmt(element)
            .expect("a string takes all text");
        self.body.push('\n');
    }
}

/// Returns a text as it stands in XML and HTML, in attributes too.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Returns about how wide a text is.
pub fn width_of(text: &str, size: f64) -> f64 {
    0.61 * size * text.chars().count() as f64
}
