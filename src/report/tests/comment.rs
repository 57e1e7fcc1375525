//! The short form of comparisons.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser};

use super::{assert_whole_tables, improved, many, mixed, regressed, reproduction, unchanged};
use crate::compare::{Comparison, Difference, Row, Side, Verdict, Warning};
use crate::report::fixture::{RowBuilder, comparison};
use crate::report::{Reproduction, comment};

pub(super) const REPORT: &str = "target/tensorprof/before-after/report.md";

/// GitHub's limit, characters.
const LIMIT: usize = 65_536;

/// The names in the first table.
fn in_the_open(comment: &str) -> Vec<&str> {
    let (open, _) = comment.split_once("<details>").expect("something folded");
    let rows = open.lines().filter(|line| line.starts_with("| `"));
    rows.filter_map(|row| row.split('`').nth(1)).collect()
}

#[test]
fn changes_of_time_come_first_then_those_of_allocation_then_what_one_side_lacks() {
    let row = |name: &str, verdict| RowBuilder::new(name).sides(Some(1e6), Some(1e6)).verdict(verdict);
    let rows = vec![
        row("a/added", Verdict::Added).build(),
        row("b/failed", Verdict::Failed).build(),
        row("c/inconclusive", Verdict::Inconclusive).build(),
        row("d/more", Verdict::Inconclusive).allocation([100, 200], [1, 1]).build(),
        unchanged("e/less", [1e6, 1e6], 0.01).allocation([900, 100], [1, 1]).build(),
        unchanged("f/much-more", [1e6, 1e6], 0.01).allocation([100, 9000], [1, 1]).build(),
        unchanged("g/unchanged", [1e6, 1e6], 0.01).allocation([900, 900], [1, 1]).build(),
        row("h/suspect", Verdict::Suspect).build(),
        improved("i/faster", [2e6, 1e6], 0.01).allocation([900, 100], [1, 1]).build(),
        regressed("j/slower", [1e6, 1.1e6], 0.01).build(),
        regressed("k/much-slower", [1e6, 2e6], 0.01).build(),
    ];
    let text = comment(&comparison(rows), &reproduction(), Some(REPORT));
    let expected = [
        "k/much-slower",
        "j/slower",
        "i/faster",
        "h/suspect",
        "f/much-more",
        "d/more",
        "e/less",
        "b/failed",
        "a/added",
    ];
    assert_eq!(in_the_open(&text), expected, "{text}");
}

#[test]
fn ten_rows_are_in_the_open_and_of_the_rest_a_hundred_are_folded() {
    let text = comment(&many(10_000), &reproduction(), Some(REPORT));
    assert_eq!(in_the_open(&text).len(), 10);
    assert!(text.contains("<summary>100 of 1,991 more changed benchmarks</summary>"), "{text}");
    assert!(text.contains("Left out: 1,891 more changed benchmarks. The whole report: "), "{text}");
    assert!(text.contains("cargo tensorprof diff before after"), "the command has room");
}

#[test]
fn a_part_that_has_no_room_is_left_out_and_named() {
    let mut comparison = mixed();
    comparison.differences[1].candidate = "x".repeat(LIMIT);
    let text = comment(&comparison, &reproduction(), Some(REPORT));
    assert!(text.contains("<summary>1 of 2 environment differences</summary>"), "{text}");
    assert!(text.contains("<summary>1 note</summary>"), "what comes after it has room: {text}");
    assert!(text.contains("\nLeft out: 1 environment difference. The whole report: "), "{text}");
}

/// The tags of a text that a reader's browser would see.
fn tags(markdown: &str) -> String {
    let html = |event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Some(html.into_string()),
        _ => None,
    };
    Parser::new_ext(markdown, Options::ENABLE_TABLES).filter_map(html).collect()
}

/// Only the tags that we write.
fn assert_own_tags(markdown: &str) {
    for tag in tags(markdown).split_inclusive('>').map(str::trim) {
        let name = tag.rsplit('<').next().unwrap_or_default().trim_start_matches('/');
        let own = ["details>", "summary>", "sup>", "code>", "wbr>", "!-- tensorprof -->"];
        assert!(tag.is_empty() || own.contains(&name), "{tag}");
    }
}

#[test]
fn markup_in_names_is_nowhere_markup() {
    let text = comment(&mixed(), &reproduction(), Some("<b>`x`</b>/report.md"));
    assert_own_tags(&text);
    assert!(!text.contains("{{#include") && !text.contains('\u{1b}'), "{text}");
}

/// Rows with every verdict, reasons, containers and changes of allocation, whose names begin alike.
fn rows(count: usize, name: &str, [baseline, candidate, spread]: [f64; 3]) -> Vec<Row> {
    let row = |index: usize| {
        RowBuilder::new(&format!("{name}/{index}"))
            .time(baseline, candidate, spread)
            .verdict(Verdict::ALL[index % Verdict::ALL.len()])
            .allocation([index as u64, 5_000], [1, index as u64])
            .nested_in(&format!("{name}{}", index % 20))
            .note(Warning::Failed { side: Side::Candidate, reason: format!("{index}{name}") })
            .build()
    };
    (0..count).map(row).collect()
}

/// The same text in every place where a foreign text can stand.
fn foreign(count: usize, text: &str, numbers: [f64; 3]) -> Comparison {
    let mut comparison = comparison(rows(count, text, numbers));
    let difference = Difference {
        name: text.to_owned(),
        baseline: text.to_owned(),
        candidate: text.repeat(count % 20),
        fact: None,
    };
    comparison.differences = vec![difference; count % 150];
    comparison.warnings =
        vec![Warning::Failed { side: Side::Baseline, reason: text.to_owned() }; count % 120];
    if let Some(revision) = &mut comparison.sides.candidate.baseline.environment.revision {
        revision.branch = Some(text.repeat(count % 200));
    }
    comparison
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_comment_is_whole_and_below_the_limit(
        count in prop_oneof![0..150usize, Just(9_999), Just(10_000)],
        text in prop_oneof!["[a-z/|`<>{}#@*_\\-]{0,600}", ".{0,400}", "\u{202e}{300}"],
        numbers in any::<[f64; 3]>(),
    ) {
        let comparison = foreign(count, &text, numbers);
        let commands = Reproduction { commands: vec![text.repeat(count % 300)], ..Reproduction::default() };
        let comment = comment(&comparison, &commands, Some(&text.repeat(3)));
        prop_assert!(comment.len() < LIMIT, "{}", comment.len());
        prop_assert!(comment.starts_with("<!-- tensorprof -->\n"));
        prop_assert!(comment.lines().next_back().is_some_and(|last| last.contains("The whole report: ")));
        assert_whole_tables(&comment);
        assert_own_tags(&comment);
        let tags = tags(&comment);
        for tag in ["details", "summary", "sup", "code"] {
            let [opened, closed] = [format!("<{tag}>"), format!("</{tag}>")].map(|tag| tags.matches(&tag).count());
            prop_assert_eq!(opened, closed, "{}", tag);
        }
    }
}
