/// Returns the candidate nearest to `name`, if one is near enough to be what was meant.
///
/// Near enough is about one typing error in three letters, counted by Damerau and Levenshtein;
/// small and capital letters are the same.
pub(super) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let name = name.to_ascii_lowercase();
    let allowed = (name.chars().count() + 1) / 3;
    let distance = |other: &str| strsim::damerau_levenshtein(&name, &other.to_ascii_lowercase());
    candidates
        .into_iter()
        .map(|candidate| (distance(candidate), candidate))
        .filter(|&(distance, _)| distance <= allowed.max(1))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// Returns the end of a sentence about an unknown name: the nearest one, or all that there are.
pub(crate) fn hint(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("expected {}", one_of(known)),
    }
}

/// Returns ``one of `a`, `b`, `c` ``.
pub(super) fn one_of(known: &[&str]) -> String {
    let list: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    match list.as_slice() {
        [single] => single.clone(),
        list => format!("one of {}", list.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapped_letters_are_one_error() {
        assert_eq!(nearest("widht", ["height", "width"]), Some("width"));
    }

    #[test]
    fn nothing_near_is_not_a_suggestion() {
        assert_eq!(nearest("banana", ["height", "width"]), None);
        assert_eq!(hint("banana", &["x", "y"]), "expected one of `x`, `y`");
    }
}
