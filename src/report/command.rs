//! The command line that gives a comparison again.

use crate::compare::{Fact, Options, Rule};

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
    if options.threshold != Options::default().threshold {
        command.push_str(&format!(" --threshold {}", percent(options.threshold)));
    }
    if options.floor_ns > 0.0 {
        command.push_str(&format!(" --floor {}", options.floor_ns));
    }
    if !options.across.is_empty() {
        let facts: Vec<&str> = options.across.iter().map(|fact: &Fact| fact.name()).collect();
        command.push_str(&format!(" --across {}", facts.join(",")));
    }
    command
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
    use std::collections::BTreeSet;

    use super::*;

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
