//! Choosing baselines by name.

use std::fmt;
use std::str::FromStr;

use super::name::{BaselineName, InvalidName};
use super::nearest::nearest;

/// The name of a baseline, in which `*` stands for any characters or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePattern(String);

/// Stands for any characters.
const ANY: char = '*';

impl NamePattern {
    /// Whether a name is meant.
    pub fn matches(&self, name: &BaselineName) -> bool {
        let mut parts = self.0.split(ANY);
        let first = parts.next().unwrap_or_default();
        let Some(rest) = name.as_str().strip_prefix(first) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        let Some(mut middle) = rest.strip_suffix(last) else { return false };
        // The earliest place of each part leaves the most to the others.
        parts.all(|part| match middle.split_once(part) {
            Some((_, behind)) => {
                middle = behind;
                true
            }
            None => false,
        })
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for NamePattern {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        // Some name must fit.
        text.replace(ANY, "x").parse::<BaselineName>().map_err(|error| error.called(text))?;
        Ok(NamePattern(text.to_owned()))
    }
}

/// A pattern that no baseline has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` matches no baseline; saved: {}{}", listed(.saved), suggested(.pattern, .saved))]
pub struct Unmatched {
    pattern: NamePattern,
    saved: Vec<BaselineName>,
}

fn listed(names: &[BaselineName]) -> String {
    let names: Vec<&str> = names.iter().map(BaselineName::as_str).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Those of the names that any of the patterns matches, in their order; all without patterns.
///
/// # Errors
/// A pattern matches none.
pub fn choose(names: &[BaselineName], patterns: &[NamePattern]) -> Result<Vec<BaselineName>, Unmatched> {
    let idle = patterns.iter().find(|pattern| !names.iter().any(|name| pattern.matches(name)));
    if let Some(pattern) = idle {
        return Err(Unmatched { pattern: pattern.clone(), saved: names.to_vec() });
    }
    let chosen =
        |name: &&BaselineName| patterns.is_empty() || patterns.iter().any(|pattern| pattern.matches(name));
    Ok(names.iter().filter(chosen).cloned().collect())
}

/// What was probably meant, after a semicolon.
fn suggested(pattern: &NamePattern, names: &[BaselineName]) -> String {
    let nearest = nearest(&pattern.0, names.iter().map(BaselineName::as_str));
    nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> NamePattern {
        text.parse().expect("a pattern")
    }

    fn names(names: &[&str]) -> Vec<BaselineName> {
        names.iter().map(|name| name.parse().expect("a name")).collect()
    }

    #[test]
    fn a_star_stands_for_any_characters() {
        let matches = |text: &str, name: &str| pattern(text).matches(&name.parse().expect("a name"));
        for (text, name) in [
            ("main", "main"),
            ("*", "main"),
            ("main*", "main"),
            ("*in", "main"),
            ("m*n", "main"),
            ("*1*2*", "a-1-b-2-c"),
            ("a*a*a", "aaa"),
            ("a*b*c", "abbc"),
        ] {
            assert!(matches(text, name), "{text} {name}");
        }
        for (text, name) in [
            ("main", "main-2"),
            ("mai", "main"),
            ("m*n", "mainz"),
            ("a*a", "a"),
            ("a*a*a", "aa"),
            ("*1*2*", "a-2-b-1-c"),
            ("a.b", "axb"),
        ] {
            assert!(!matches(text, name), "{text} {name}");
        }
    }

    #[test]
    fn what_no_name_can_fit_is_refused_as_it_was_given() {
        for text in ["", "../*", "a b*", ".*"] {
            let error = text.parse::<NamePattern>().expect_err("no pattern").to_string();
            assert!(error.starts_with(&format!("`{text}` is not a baseline name")), "{error}");
        }
    }

    #[test]
    fn names_are_chosen_once_and_in_their_order() {
        let saved = names(&["a-1", "a-2", "b-1"]);
        let chosen = |patterns: &[&str]| {
            choose(&saved, &patterns.iter().map(|text| pattern(text)).collect::<Vec<_>>())
        };
        assert_eq!(chosen(&[]), Ok(saved.clone()));
        assert_eq!(chosen(&["b-1", "*-1"]), Ok(names(&["a-1", "b-1"])));
        let refused = chosen(&["a-*", "c*"]).expect_err("nothing is called that").to_string();
        assert_eq!(refused, "`c*` matches no baseline; saved: a-1, a-2, b-1");
        let mistyped = chosen(&["a1"]).expect_err("nothing is called that").to_string();
        assert_eq!(mistyped, "`a1` matches no baseline; saved: a-1, a-2, b-1; did you mean `a-1`?");
        let empty = choose(&[], &[pattern("x")]).expect_err("there is none").to_string();
        assert_eq!(empty, "`x` matches no baseline; saved: none");
    }
}
