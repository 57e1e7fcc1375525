//! Baselines that somebody else wrote to harm who reads them: what a file says is shown, and does nothing.

use std::fs;
use std::path::Path;

use pulldown_cmark::{Event, Options, Parser};

use crate::replay::{Replay, Said, bench};

/// A TOML string that colours, reorders and clears a terminal, and means something to HTML, markdown and mdBook.
const HOSTILE: &str = r##""<script>alert(1)</script>\u001b[2J\u009b31m\u202e\u2066\u200f|`a`*b*[c](d)\n# no\n{{#include /etc/passwd}}\r\u0000\u0007&<!--\"'""##;

/// The keys of a baseline whose text a reader may see.
const KEYS: [&str; 15] = [
    "tool-version",
    "commit",
    "branch",
    "rustc",
    "target",
    "profile",
    "rustflags",
    "lock-hash",
    "criterion",
    "cpu",
    "governor",
    "kernel",
    "group",
    "function",
    "convention",
];

/// Two baselines of one benchmark that changed, with that text for every key that is text.
fn hostile() -> Replay {
    let replay = Replay::new();
    for (name, ns) in [("a", 10_000.0), ("b", 20_000.0)] {
        replay.save(name, &bench(&[("g|f|1", ns)]));
        let text = fs::read_to_string(replay.baseline(name)).expect("is saved");
        let lines = text.lines().map(|line| match line.split_once(" = \"") {
            Some((key, _)) if KEYS.contains(&key) => format!("{key} = {HOSTILE}"),
            _ => line.to_owned(),
        });
        let threads = format!("[threads]\n{HOSTILE} = {HOSTILE}");
        let failure = format!("failure = {HOSTILE}\n");
        let text = lines.collect::<Vec<_>>().join("\n");
        let text = text.replacen("[[session]]", &format!("{threads}\n\n[[session]]"), 1);
        let other =
            format!("[[benchmark]]\npackage = 'p'\ntarget = 't'\ngroup = {HOSTILE}\n{failure}\n[end]");
        let text = text.replacen("[end]", &other, 1).replacen("benchmarks = 1", "benchmarks = 2", 1);
        assert!(text.matches("alert").count() > 10, "{text}");
        fs::write(replay.baseline(name), text).expect("writes");
    }
    replay
}

/// Every character can be seen.
#[track_caller]
fn assert_visible(text: &str, place: &str) {
    let bad = |character: &char| {
        (character.is_control() && *character != '\n')
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
    };
    if let Some(at) = text.find(|character| bad(&character)) {
        let shown: String = text[..at].chars().rev().take(80).collect::<Vec<_>>().into_iter().rev().collect();
        panic!("{place} has {:?} after: {shown}", text[at..].chars().next());
    }
}

/// Nothing that a page would run, and nothing that mdBook would expand, which it does in code as well.
#[track_caller]
fn assert_harmless_markdown(text: &str, place: &str) {
    assert!(!text.contains("{{#include"), "{place} includes a file");
    let tags = Parser::new_ext(text, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Html(tag) | Event::InlineHtml(tag) => Some(tag.into_string()),
        _ => None,
    });
    for tag in tags {
        assert!(!tag.contains("<script") && !tag.contains("<!--\""), "{place} has {tag}");
    }
}

#[track_caller]
fn shown(said: &Said, place: &str) {
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_visible(&said.stdout, place);
    assert_visible(&said.stderr, place);
    assert!(said.stdout.contains("alert(1)") || said.stdout.contains("alert&#40;1"), "{}", said.stdout);
}

#[test]
fn what_a_baseline_says_neither_controls_a_terminal_nor_runs_in_a_page() {
    let replay = hostile();
    let report = replay.path("report");
    let output = report.to_str().expect("is UTF-8");
    shown(&replay.run(&["show", "a"]), "show");
    shown(&replay.run(&["diff", "a", "b", "--output", output]), "diff");
    shown(&replay.run(&["diff", "a", "b", "--format", "json"]), "diff --format json");
    shown(&replay.run(&["diff", "a", "b", "--format", "csv"]), "diff --format csv");
    let comment = replay.run(&["diff", "a", "b", "--format", "comment"]);
    shown(&comment, "the comment");
    assert_harmless_markdown(&comment.stdout, "the comment");
    assert_visible(&replay.run(&["list"]).stdout, "list");
    files(&report, &["md", "svg", "json"]);
    for format in ["table", "markdown", "csv", "json"] {
        let side_by_side = replay.run(&["compare", "a", "b", "--format", format]);
        shown(&side_by_side, &format!("compare --format {format}"));
        if format == "markdown" {
            assert_harmless_markdown(&side_by_side.stdout, "compare");
        }
    }
    let history = replay.path("history");
    let output = history.to_str().expect("is UTF-8");
    shown(&replay.run(&["history", "--output", output]), "history");
    files(&history, &["md", "svg"]);
}

/// Checks the files of a report, which has these kinds.
#[track_caller]
fn files(folder: &Path, kinds: &[&str]) {
    let mut found = vec![];
    for entry in fs::read_dir(folder).expect("is there") {
        let path = entry.expect("is readable").path();
        let text = fs::read_to_string(&path).expect("is UTF-8");
        assert_visible(&text, &path.display().to_string());
        let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default().to_owned();
        match kind.as_str() {
            "md" => assert_harmless_markdown(&text, &path.display().to_string()),
            "svg" => assert!(!text.contains("<script"), "{}", path.display()),
            _ => {}
        }
        found.push(kind);
    }
    assert!(kinds.iter().all(|kind| found.iter().any(|other| other == kind)), "{found:?}");
}

#[test]
fn an_error_that_quotes_a_baseline_does_not_control_the_terminal() {
    let replay = hostile();
    let text = fs::read_to_string(replay.baseline("a")).expect("is saved");
    let newer = text.replacen("format = 1", "format = 9", 1);
    fs::write(replay.baseline("newer"), newer).expect("writes");
    let said = replay.run(&["show", "newer"]);
    assert!(said.stderr.contains("written by tensorprof <script>"), "{}", said.stderr);
    assert_visible(&said.stderr, "a warning");
    let damaged = text.replacen("samples = [1", "samples = [-1", 1);
    fs::write(replay.baseline("damaged"), damaged).expect("writes");
    let said = replay.run(&["show", "damaged"]);
    said.fails(2, "sample 1 is -1");
    assert_visible(&said.stderr, "an error");
}
