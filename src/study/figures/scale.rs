/// How numbers are placed on an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// Logarithmic: what is not positive has no place.
    Log,
    /// Logarithmic in both directions from this size on, and linear around 0.
    SignedLog(f64),
}

/// The numbers along an axis and what they mean.
#[derive(Clone, Debug)]
pub struct Axis {
    pub label: String,
    pub scale: Scale,
    low: f64,
    high: f64,
    /// Where there are ticks, if not at round numbers.
    ticks: Option<Vec<f64>>,
}

/// More ticks than these are thinned out.
const MOST_TICKS: usize = 9;

impl Axis {
    /// Returns an axis that has place for numbers, with some room around them.
    pub fn new(label: &str, scale: Scale, numbers: impl IntoIterator<Item = f64>) -> Self {
        let mut axis = Self {
            label: label.into(),
            scale,
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
            ticks: None,
        };
        for number in numbers {
            if let Some(place) = axis.unscaled(number) {
                axis.low = axis.low.min(place);
                axis.high = axis.high.max(place);
            }
        }
        if axis.low > axis.high {
            (axis.low, axis.high) = (0.0, 1.0);
        }
        let room = (0.05 * (axis.high - axis.low)).max(0.05);
        axis.low -= room;
        axis.high += room;
        axis
    }

    /// Puts the ticks at these numbers.
    pub fn with_ticks(mut self, ticks: Vec<f64>) -> Self {
        self.ticks = Some(ticks);
        self
    }

    /// Returns where a number is, 0 at the start of the axis and 1 at its end; none for what has no
    /// place on it.
    pub fn place(&self, number: f64) -> Option<f64> {
        let place = self.unscaled(number)?;
        Some((place - self.low) / (self.high - self.low))
    }

    fn unscaled(&self, number: f64) -> Option<f64> {
        let place = match self.scale {
            Scale::Log if number <= 0.0 => return None,
            Scale::Log => number.log10(),
            Scale::SignedLog(unit) => number.signum() * (number.abs() / unit).ln_1p() / LN_10,
        };
        place.is_finite().then_some(place)
    }

    /// Returns the numbers that have ticks, with their labels.
    pub fn ticks(&self) -> Vec<(f64, String)> {
        let inside = |number: &f64| {
            self.place(*number)
                .is_some_and(|place| (0.0..=1.0).contains(&place))
        };
        if let Some(ticks) = &self.ticks {
            let ticks = thinned(ticks.clone());
            return ticks
                .into_iter()
                .filter(inside)
                .map(|x| (x, number(x)))
                .collect();
        }
        match self.scale {
            Scale::Log => {
                let decades = self.low.floor() as i32..=self.high.ceil() as i32;
                let factors: &[f64] = match self.high - self.low {
                    span if span < 1.2 => &[1.0, 2.0, 5.0],
                    span if span < 2.5 => &[1.0, 3.0],
                    _ => &[1.0],
                };
                let all = decades.flat_map(|d| factors.iter().map(move |f| f * 10f64.powi(d)));
                let ticks = thinned(all.filter(inside).collect());
                ticks.into_iter().map(|x| (x, power(x))).collect()
            }
            Scale::SignedLog(unit) => {
                let first = unit.log10().ceil() as i32;
                let decades: Vec<f64> = (first..first + 40).map(|d| 10f64.powi(d)).collect();
                let reach = decades
                    .iter()
                    .filter(|x| inside(x) || inside(&-**x))
                    .count();
                let step = reach.div_ceil(4).max(1);
                let kept = decades.into_iter().take(reach).step_by(step);
                let signs = kept.flat_map(|x| [-x, x]).chain([0.0]);
                signs.filter(inside).map(|x| (x, power(x))).collect()
            }
        }
    }
}

const LN_10: f64 = std::f64::consts::LN_10;

fn thinned(ticks: Vec<f64>) -> Vec<f64> {
    let step = ticks.len().div_ceil(MOST_TICKS).max(1);
    ticks.into_iter().step_by(step).collect()
}

/// Returns a number as a text: four digits at most, and a power of ten where it is large or small.
pub fn number(x: f64) -> String {
    if !x.is_finite() {
        return "—".into();
    }
    let size = x.abs();
    if size != 0.0 && !(1e-3..1e5).contains(&size) {
        let text = format!("{x:.2e}");
        let (digits, exponent) = text.split_once('e').expect("there is an exponent");
        return format!("{}·10{}", signed(digits), superscript(exponent));
    }
    let decimals = match size {
        size if size == size.round() => 0,
        size if size >= 100.0 => 1,
        size if size >= 10.0 => 2,
        size if size >= 1.0 => 3,
        _ => 4,
    };
    let text = format!("{x:.decimals$}");
    match text.contains('.') {
        true => signed(text.trim_end_matches('0').trim_end_matches('.')),
        false => signed(&text),
    }
}

/// Returns the label of a tick: 10⁻³ for powers of ten.
pub fn power(x: f64) -> String {
    let exponent = x.abs().log10();
    let rounded = exponent.round();
    if x == 0.0 || (-2.0..3.0).contains(&exponent) {
        return number(x);
    }
    if (exponent - rounded).abs() < 1e-9 {
        let sign = if x < 0.0 { "−" } else { "" };
        return format!("{sign}10{}", superscript(&format!("{rounded:.0}")));
    }
    let digits = x.abs() / 10f64.powf(exponent.floor());
    let sign = if x < 0.0 { "−" } else { "" };
    format!(
        "{sign}{digits:.0}·10{}",
        superscript(&format!("{:.0}", exponent.floor()))
    )
}

fn signed(digits: &str) -> String {
    match digits.strip_prefix('-') {
        Some(rest) => format!("−{rest}"),
        None => digits.to_owned(),
    }
}

fn superscript(exponent: &str) -> String {
    let sign_or_digit = |c: char| match c.to_digit(10) {
        Some(digit) => ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][digit as usize],
        None => '⁻',
    };
    exponent.chars().map(sign_or_digit).collect()
}
