//! Counts in words: the only place that decides between a singular and a plural.

/// A count with separated thousands.
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `count` things, in the singular for one.
pub fn things(count: usize, singular: &str) -> String {
    match count {
        1 => format!("1 {singular}"),
        _ => format!("{} {}", self::count(count as u64), plural(singular)),
    }
}

/// The plural of an English noun that has a regular one.
fn plural(singular: &str) -> String {
    let hisses = ["s", "x", "ch", "sh"].iter().any(|end| singular.ends_with(end));
    match singular.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if hisses => format!("{singular}es"),
        _ => format!("{singular}s"),
    }
}

/// The first `most` of these names and the number of the others: `a, b and 3 more`.
pub fn first_names(names: &[String], most: usize) -> String {
    let shown = names[..names.len().min(most)].join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {} more", count(more as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_no_plural_and_thousands_are_separated() {
        assert_eq!(
            [0, 1, 2, 1234567].map(|count| things(count, "row")),
            ["0 rows", "1 row", "2 rows", "1,234,567 rows"]
        );
    }

    #[test]
    fn a_noun_has_the_plural_of_its_ending() {
        let nouns = ["more family", "day", "bench", "process", "head-to-head run"];
        let plurals = ["2 more families", "2 days", "2 benches", "2 processes", "2 head-to-head runs"];
        assert_eq!(nouns.map(|noun| things(2, noun)), plurals);
    }

    #[test]
    fn what_is_not_named_is_counted() {
        let names: Vec<String> = ["a", "b", "c"].map(str::to_owned).into();
        assert_eq!(
            [1, 2, 3].map(|most| first_names(&names, most)),
            ["a and 2 more", "a, b and 1 more", "a, b, c"]
        );
    }
}
