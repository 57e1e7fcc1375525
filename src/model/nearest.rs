//! What was probably meant by a mistyped name.

/// Most edits between a mistyped name and the one that is suggested.
const TYPING_ERRORS: usize = 2;

/// The nearest to a mistyped name among those that exist, if one is near.
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distances = names.into_iter().map(|name| (strsim::osa_distance(typed, name), name));
    let near = distances.filter(|(distance, _)| *distance <= TYPING_ERRORS && *distance < typed.len());
    near.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_is_suggested_and_nothing_else() {
        let names = ["main", "mainly", "v1"];
        assert_eq!(nearest("mian", names), Some("main"));
        assert_eq!(nearest("v2", names), Some("v1"));
        assert_eq!(nearest("x", names), None, "every name is as near as nothing");
        assert_eq!(nearest("release", names), None);
        assert_eq!(nearest("main", []), None);
    }
}
