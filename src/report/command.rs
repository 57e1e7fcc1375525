//! The command lines that give a comparison, or a page on a baseline, again.

use std::collections::BTreeSet;

use crate::compare::{Fact, Options, Rule, SmallestChange};
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
    command.push_str(&judging_flags(options));
    command
}

/// `cargo tensorprof show A` with the flag that this filter takes.
pub fn show_command(baseline: &str, filter: Option<&str>) -> String {
    let filter = filter.map(|filter| format!(" --filter {}", quoted(filter))).unwrap_or_default();
    format!("cargo tensorprof show {baseline}{filter}")
}

/// The flags of `diff` that give these options in the same project, a blank before each.
pub fn judging_flags(options: &Options) -> String {
    let rule = if options.rule == Rule::Point { " --rule point" } else { "" };
    format!("{rule}{}", contest_flags(options))
}

/// Those of them that `ab` has as well: how much a time has to change for the change to count, as far as the user said it,
/// and which facts may differ.
pub(super) fn contest_flags(options: &Options) -> String {
    let SmallestChange { threshold, floor_ns } = options.said;
    let threshold = threshold.map(|threshold| format!(" --threshold {}", percent(threshold)));
    let floor = floor_ns.map(|floor_ns| format!(" --floor {floor_ns}"));
    let facts: Vec<&str> = options.across.iter().map(|fact: &Fact| fact.name()).collect();
    let across = (!facts.is_empty()).then(|| format!(" --across {}", facts.join(",")));
    [threshold, floor, across].into_iter().flatten().collect()
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

/// A pattern of the gate's limits for the benchmarks of this id in this bench alone.
pub fn qualified_pattern(benchmark: &BenchmarkId) -> String {
    format!("^{}$", literal(&benchmark.qualified()))
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
    fn what_nobody_said_is_left_out_and_choices_are_kept() {
        let of_metadata = Options { threshold: 0.15, floor_ns: 3.0, ..Options::default() };
        assert_eq!(diff_command("a", Some("b"), None, &of_metadata), "cargo tensorprof diff a b");
        let said = of_metadata.with(SmallestChange { threshold: Some(0.02), floor_ns: Some(0.0) });
        assert_eq!(
            diff_command("a", Some("b"), None, &said),
            "cargo tensorprof diff a b --threshold 2 --floor 0",
            "the metadata say other ones than the default"
        );
        let options = Options {
            rule: Rule::Point,
            across: BTreeSet::from([Fact::Threads, Fact::Machine]),
            ..Options::default().with(SmallestChange { threshold: Some(7.0 / 100.0), floor_ns: None })
        };
        assert_eq!(
            diff_command("a", None, Some("it's"), &options),
            r"cargo tensorprof diff a --filter 'it'\''s' --rule point --threshold 7 --across machine,threads"
        );
    }
}
