//! The command lines that give a comparison, or a page on a baseline, again.

use std::collections::BTreeSet;

use crate::compare::{Fact, Options, Rule};
use crate::model::BenchmarkId;

/// The name of a side that is the working tree and was not saved.
pub const WORKING_TREE: &str = "working-tree";

/// `cargo tensorprof diff A B` with the flags that these options and this filter take. Without a candidate it
/// measures the working tree.
pub fn diff_command(
    baseline: &str,
    candidate: Option<&str>,
    filter: Option<&str>,
    options: &Options,
) -> String {
    let mut command = format!("cargo tensorprof diff {baseline}");
    if let Some(candidate) = candidate {
        command.push_str(&format!(" {candidate}"));
    }
    if let Some(filter) = filter {
        command.push_str(&format!(" --filter {}", quoted(filter)));
    }
    if options.rule == Rule::Point {
        command.push_str(" --rule point");
    }
    command.push_str(&smallest_change(options));
    if !options.across.is_empty() {
        let facts: Vec<&str> = options.across.iter().map(|fact: &Fact| fact.name()).collect();
        command.push_str(&format!(" --across {}", facts.join(",")));
    }
    command
}

/// `cargo tensorprof show A` with the flag that this filter takes.
pub fn show_command(baseline: &str, filter: Option<&str>) -> String {
    let filter = filter.map(|filter| format!(" --filter {}", quoted(filter))).unwrap_or_default();
    format!("cargo tensorprof show {baseline}{filter}")
}

/// The options that say how much a time has to change for the change to count, where they are not the default.
pub(super) fn smallest_change(options: &Options) -> String {
    let threshold = (options.threshold != Options::default().threshold)
        .then(|| format!(" --threshold {}", percent(options.threshold)));
    let floor = (options.floor_ns > 0.0).then(|| format!(" --floor {}", options.floor_ns));
    [threshold, floor].into_iter().flatten().collect()
}

/// A filter that only these benchmarks pass, and their namesakes in other benches.
pub fn exact_filter<'a>(benchmarks: impl IntoIterator<Item = &'a BenchmarkId>) -> String {
    let paths: BTreeSet<String> = benchmarks.into_iter().map(|id| literal(&id.path())).collect();
    let paths: Vec<String> = paths.into_iter().collect();
    match paths.as_slice() {
        [path] => format!("^{path}$"),
        paths => format!("^(?:{})$", paths.join("|")),
    }
}

/// A regular expression for this text, in which only what would mean something else is escaped, since people read it.
fn literal(text: &str) -> String {
    let escaped = |character: char| {
        let escape = r"\.+*?()|[]{}^$".contains(character).then_some('\\');
        escape.into_iter().chain([character])
    };
    text.chars().flat_map(escaped).collect()
}

/// A word as a shell takes it for what it is: in quotes where it is not plain.
pub fn shell_word(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./=,:+@%~^".contains(character);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { quoted(word) }
}

/// A word in quotes.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A fraction in percent, as it was typed: without what the division by 100 added.
fn percent(fraction: f64) -> f64 {
    (fraction * 100.0 * 1e9).round() / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_exact() {
        let id = |group: &str| BenchmarkId {
            package: "p".to_owned(),
            target: "t".to_owned(),
            criterion: crate::channel::CriterionId {
                group: group.to_owned(),
                function: None,
                parameter: None,
            },
        };
        assert_eq!(exact_filter(&[id("kv-cache/8")]), "^kv-cache/8$");
        assert_eq!(exact_filter(&[id("b"), id("a"), id("b")]), "^(?:a|b)$");
        let odd = [r"a.b", r"a+(b)|[c]{2}^$\?*", "ü-#&~ x"].map(id);
        let filter = regex::Regex::new(&exact_filter(&odd)).expect("a regular expression");
        assert!(odd.iter().all(|id| filter.is_match(&id.path())));
        assert!(!filter.is_match("axb") && !filter.is_match("a.b/c"));
    }

    #[test]
    fn defaults_are_left_out_and_choices_are_kept() {
        assert_eq!(diff_command("a", Some("b"), None, &Options::default()), "cargo tensorprof diff a b");
        let options = Options {
            rule: Rule::Point,
            threshold: 7.0 / 100.0,
            across: BTreeSet::from([Fact::Threads, Fact::Machine]),
            ..Options::default()
        };
        assert_eq!(
            diff_command("a", None, Some("it's"), &options),
            r"cargo tensorprof diff a --filter 'it'\''s' --rule point --threshold 7 --across machine,threads"
        );
    }
}
