use crate::study::Estimate;
use crate::study::figures::number;

/// A cell of a table: what is shown, and what it is sorted by.
pub struct Entry {
    text: String,
    value: Option<f64>,
}

/// Returns a text.
pub fn text(text: impl Into<String>) -> Entry {
    Entry {
        text: text.into(),
        value: None,
    }
}

/// Returns a number.
pub fn value(x: f64) -> Entry {
    Entry {
        text: number(x),
        value: Some(x),
    }
}

/// Returns a number that may be missing.
pub fn optional(x: Option<f64>) -> Entry {
    x.map_or_else(|| text("—"), value)
}

/// Returns a number with its interval.
pub fn estimate(estimate: &Estimate) -> Entry {
    let [low, high] = estimate.interval.map(number);
    Entry {
        text: format!("{} [{low}, {high}]", number(estimate.value)),
        value: Some(estimate.value),
    }
}

/// Returns a table in HTML that sorts by a click on the head of a column.
pub fn table(heads: &[&str], rows: &[Vec<Entry>]) -> String {
    let escaped = crate::study::figures::escaped;
    let mut html = String::from("<div class=\"wide\"><table><thead><tr>");
    for head in heads {
        html += &format!(
            "<th><button type=\"button\">{}</button></th>",
            escaped(head)
        );
    }
    html += "</tr></thead><tbody>\n";
    for row in rows {
        html += "<tr>";
        for entry in row {
            let shown = escaped(&entry.text);
            html += &match entry.value {
                Some(value) => format!("<td class=\"n\" data-v=\"{value:e}\">{shown}</td>"),
                None => format!("<td>{shown}</td>"),
            };
        }
        html += "</tr>\n";
    }
    html + "</tbody></table></div>\n"
}
