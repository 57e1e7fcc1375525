//! `book`: the preprocessor as mdBook runs it, and the commands around it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::published::mdbook;
use crate::replay::{Replay, Said, bench, project, said, tensorprof};

/// A project with baselines `a` and `b`, and a folder for a book.
struct SavedBaselines {
    replay: Replay,
    folder: TempDir,
}

impl SavedBaselines {
    fn new() -> SavedBaselines {
        let replay = Replay::new();
        replay.save("a", &bench(&[("MatMul|-|64", 1000.0), ("GELU|-|1000", 500.0)]));
        replay.save("b", &bench(&[("MatMul|-|64", 1500.0), ("GELU|-|1000", 500.0)]));
        SavedBaselines { replay, folder: TempDir::new().expect("makes a folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("makes folders");
        fs::write(path, text).expect("writes");
    }

    /// `cargo tensorprof book ARGUMENTS` in the folder.
    fn book(&self, arguments: &[&str]) -> Said {
        let baselines = self.replay.path("baselines");
        let before = ["--baselines", baselines.to_str().expect("is UTF-8"), "book"];
        let mut command = tensorprof(&project().join("Cargo.toml"), &[&before, arguments].concat());
        said(command.current_dir(self.folder.path()).output().expect("starts"))
    }

    /// What mdBook hands over for a book of these chapters.
    fn input(&self, renderer: &str, version: &str, chapters: &[(&str, &str)]) -> String {
        let baselines = self.replay.path("baselines");
        input(self.folder.path(), Some(&baselines), [renderer, version], chapters)
    }

    /// `cargo tensorprof book` with this on standard input.
    fn expand(&self, input: &str) -> Said {
        let mut command = tensorprof(&project().join("Cargo.toml"), &["book"]);
        command.current_dir(self.folder.path());
        expand(command, input)
    }
}

/// What mdBook hands over for a book of these chapters, whose files are in the folder `text` of the book. Its configuration
/// may name the folder of the baselines.
fn input(
    root: &Path,
    baselines: Option<&Path>,
    [renderer, version]: [&str; 2],
    chapters: &[(&str, &str)],
) -> String {
    let chapter = |(path, text): &(&str, &str)| {
        json!({"Chapter": {
            "name": path, "content": text, "number": null, "sub_items": [], "path": path, "source_path": path,
            "parent_names": [],
        }})
    };
    let mut preprocessor = json!({"command": "cargo tensorprof book"});
    if let Some(baselines) = baselines {
        preprocessor["baselines"] = json!(baselines);
    }
    let config = json!({"book": {"src": "text"}, "preprocessor": {"tensorprof": preprocessor}});
    let context = json!({"root": root, "config": config, "renderer": renderer, "mdbook_version": version});
    let items: Vec<Value> = chapters.iter().map(chapter).collect();
    json!([context, {"items": items}]).to_string()
}

/// A command with this on standard input.
fn expand(mut command: Command, input: &str) -> Said {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("starts");
    child.stdin.take().expect("is piped").write_all(input.as_bytes()).expect("is read");
    said(child.wait_with_output().expect("ends"))
}

/// What a directive becomes, or why not, in a book in this folder for another renderer than HTML, which `command` expands.
pub(crate) fn directive(command: Command, root: &Path, baselines: Option<&Path>, directive: &str) -> Said {
    expand(command, &input(root, baselines, ["markdown", VERSION], &[("x.md", directive)]))
}

/// The text of the only chapter.
pub(crate) fn chapter(said: &Said) -> String {
    said.json()["items"][0]["Chapter"]["content"].as_str().expect("a chapter").to_owned()
}

const VERSION: &str = "0.5.4";

#[test]
fn renderers_but_that_of_tests_are_served() {
    let ask = |renderer| {
        let mut command = tensorprof(&project().join("Cargo.toml"), &["book", "supports", renderer]);
        said(command.output().expect("starts")).code
    };
    for renderer in ["html", "markdown", "linkcheck"] {
        assert_eq!(ask(renderer), Some(0), "{renderer}");
    }
    assert_eq!(ask("test"), Some(1));
}

#[test]
fn a_book_is_expanded_for_its_renderer() {
    let source = SavedBaselines::new();
    let text = "# Page\n\n{{#tensorprof diff a b}}\n";
    let html = source.expand(&source.input("html", VERSION, &[("page.md", text)])).succeeds();
    assert_eq!(html.stderr, "");
    let page = chapter(&html);
    assert!(page.contains("## Verdict {#a-b-verdict}\n\n**Slower.**"), "{page}");
    assert!(page.contains("<svg") && !page.contains("prefers-color-scheme"), "{page}");
    let other = chapter(&source.expand(&source.input("markdown", VERSION, &[("page.md", text)])).succeeds());
    assert!(other.contains("*Change of time. ") && !other.contains("<svg"), "{other}");
}

#[test]
fn a_leaderboard_marks_what_the_verdicts_call_faster() {
    let source = SavedBaselines::new();
    // `c` is faster than `a` by more than the threshold, and by less than one session a side can show.
    for (name, ns) in [("c", 975.0), ("d", 1500.0)] {
        source.replay.save(name, &bench(&[("MatMul|-|64", ns), ("GELU|-|1000", 500.0)]));
    }
    let diff = source
        .replay
        .run(&["diff", "a", "c", "MatMul", "--no-learned", "--format", "json"])
        .succeeds()
        .json();
    assert!(matches!(diff["rows"][0]["verdict"].as_str(), Some("inconclusive" | "suspect")), "{diff}");
    assert!(diff["rows"][0]["time"]["high"].as_f64().expect("a number") < 0.0, "{diff}");
    let stars = |directive: &str| {
        let text = format!("{{{{#tensorprof leaderboard {directive} filter=MatMul}}}}\n");
        let page = chapter(&source.expand(&source.input("html", VERSION, &[("page.md", &text)])).succeeds());
        let row = page.lines().find(|line| line.contains("MatMul/64")).unwrap_or_else(|| panic!("{page}"));
        row.split('|')
            .skip(2)
            .map(|cell| cell.contains('★'))
            .take(directive.split(' ').count())
            .collect::<Vec<_>>()
    };
    assert_eq!(stars("a c"), [false, false], "no verdict tells them apart");
    assert_eq!(stars("a d c"), [true, false, true], "both are faster than the third");
    assert_eq!(stars("d c a"), [false, true, true]);
}

#[test]
fn a_leaderboard_is_what_compare_says() {
    let source = SavedBaselines::new();
    source.replay.save("c", &bench(&[("MatMul|-|64", 3000.0), ("GELU|-|2000", 500.0)]));
    for options in ["", " by=family filter=MatMul"] {
        let text = format!("{{{{#tensorprof leaderboard a b c{options}}}}}\n");
        let page =
            chapter(&source.expand(&source.input("markdown", VERSION, &[("page.md", &text)])).succeeds());
        let options = options.split_whitespace().map(|option| format!("--{option}")).collect::<Vec<_>>();
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let command = ["compare", "a", "b", "c", "--format", "markdown", "--no-learned"];
        let said = source.replay.run(&[&command, options.as_slice()].concat()).succeeds().stdout;
        assert!(page.contains(said.trim_end()) && said.contains('★'), "{page}\n{said}");
    }
}

#[test]
fn all_errors_come_with_file_and_line() {
    let source = SavedBaselines::new();
    let chapters =
        [("x.md", "# X\n\n{{#tensorprof show c}}\n"), ("y/z.md", "{{#tensorprof diff a b across=x}}")];
    let refused = source.expand(&source.input("html", VERSION, &chapters));
    refused.fails(2, "text/x.md:3:1: baseline `c` not found in ");
    refused.fails(2, "saved: a, b");
    refused.fails(2, "text/y/z.md:1:24: `x` is not a fact; expected one of machine, threads,");
    refused.fails(2, "2 errors");
    assert_eq!(refused.stdout, "");
}

#[test]
fn a_damaged_baseline_is_an_error_of_its_chapter() {
    let source = SavedBaselines::new();
    fs::write(source.replay.baseline("a"), "format = 1\nname").expect("writes");
    let refused = source.expand(&source.input("html", VERSION, &[("x.md", "{{#tensorprof show a}}")]));
    refused.fails(2, "text/x.md:1:1: cannot read baseline `a`");
    refused.fails(2, "line 2, column");
}

#[test]
fn lines_are_those_of_the_file_although_mdbook_included_another() {
    let source = SavedBaselines::new();
    source.write("text/x.md", "{{#include long.md}}\n\n\\{{#tensorprof show d}}\n\n{{#tensorprof show c}}\n");
    let now = "1\n2\n3\n\n{{#tensorprof show d}}\n\n{{#tensorprof show c}}\n";
    let refused = source.expand(&source.input("html", VERSION, &[("x.md", now)]));
    refused.fails(2, "text/x.md:5:1: baseline `c` not found");
    refused.fails(2, "has 1 error");
}

#[test]
fn other_versions_of_mdbook_are_told() {
    let source = SavedBaselines::new();
    let said = source.expand(&source.input("html", "0.6.0", &[("x.md", "text")])).succeeds();
    assert!(
        said.stderr.contains("mdBook 0.6.0") && said.stderr.contains("supports mdBook 0.5"),
        "{}",
        said.stderr
    );
    assert_eq!(chapter(&said), "text");
    let old = source.input("html", "0.4.52", &[]).replace("\"items\"", "\"sections\"");
    source.expand(&old).fails(2, "mdBook 0.4.52");
    source.expand("").fails(2, "no book on standard input");
}

#[test]
fn init_makes_a_book_and_says_so_and_does_it_once() {
    let source = SavedBaselines::new();
    let made = source.book(&["init"]).succeeds();
    let names = ["book/book.toml", "book/src/SUMMARY.md", "book/src/performance.md", "book/.gitignore"];
    for name in names {
        assert!(made.stderr.contains(name) && source.path(name).exists(), "{name}: {}", made.stderr);
    }
    let texts = names.map(|name| source.read(name));
    let again = source.book(&["init"]).succeeds();
    assert!(again.stderr.contains("Unchanged") && !again.stderr.contains("Created"), "{}", again.stderr);
    assert_eq!(names.map(|name| source.read(name)), texts);
}

#[test]
fn init_adds_to_a_book_without_touching_the_rest() {
    let source = SavedBaselines::new();
    let config = "# Ours\n[book]\ntitle = 'Guide' # kept\nsrc = \"text\"\n\n[output.html]\n";
    source.write("docs/book.toml", config);
    source.write("docs/text/SUMMARY.md", "- [A](a.md)\n");
    let added = source.book(&["init", "docs"]).succeeds();
    assert!(added.stderr.contains("Added [preprocessor.tensorprof] to docs/book.toml"), "{}", added.stderr);
    let table = "\n[preprocessor.tensorprof]\ncommand = \"cargo tensorprof book\"\n";
    assert_eq!(source.read("docs/book.toml"), format!("{config}{table}"));
    assert_eq!(source.read("docs/text/SUMMARY.md"), "- [A](a.md)\n");
    assert!(!source.path("docs/text/performance.md").exists() && !source.path("docs/.gitignore").exists());
    source.write("broken/book.toml", "[book");
    source.book(&["init", "broken"]).fails(2, "cannot add the preprocessor to broken/book.toml");
}

#[test]
fn add_writes_a_chapter_once() {
    let source = SavedBaselines::new();
    source.book(&["add", "a", "b"]).fails(2, "run `cargo tensorprof book init book`");
    source.book(&["init"]).succeeds();
    source.book(&["add", "a", "c"]).fails(2, "saved: a, b");
    source.book(&["add", "a", "b", "--title", "Less\n[more]", "--across", "threads,machine"]).succeeds();
    let chapter = "# Less [more]\n\n{{#tensorprof diff a b across=threads,machine}}\n";
    assert_eq!(source.read("book/src/a-b.md"), chapter);
    let summary = source.read("book/src/SUMMARY.md");
    assert!(summary.ends_with("- [Performance](performance.md)\n- [Less \\[more\\]](a-b.md)\n"), "{summary}");
    source.book(&["add", "a", "b"]).fails(2, "a-b.md exists");
    assert_eq!(source.read("book/src/SUMMARY.md"), summary);
    assert_eq!(source.read("book/src/a-b.md"), chapter);
}

#[test]
fn build_names_what_is_missing() {
    let source = SavedBaselines::new();
    source.book(&["build"]).fails(2, "no book in book");
    source.book(&["init"]).succeeds();
    let mut command = tensorprof(&project().join("Cargo.toml"), &["book", "build"]);
    command.env("MDBOOK", "/nowhere/mdbook").current_dir(source.folder.path());
    let refused = said(command.output().expect("starts"));
    refused.fails(2, "cargo install mdbook --version 0.5");
}

/// `cargo tensorprof book build` with a path on which cargo finds the built command.
fn build(source: &SavedBaselines, mdbook: &str) -> Said {
    let own = Path::new(env!("CARGO_BIN_EXE_cargo-tensorprof")).parent().expect("a folder").to_owned();
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let paths =
        std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&paths))).expect("a path");
    let mut command = tensorprof(&project().join("Cargo.toml"), &["book", "build"]);
    command.env("MDBOOK", mdbook).env("PATH", paths).current_dir(source.folder.path());
    said(command.output().expect("starts"))
}

#[test]
fn the_real_mdbook_builds_a_book() {
    let Some(mdbook) = mdbook() else { return };
    let source = SavedBaselines::new();
    source.book(&["init"]).succeeds();
    source.book(&["add", "a", "b"]).succeeds();
    let config = source.read("book/book.toml");
    source.write("book/book.toml", &format!("{config}baselines = {:?}\n", source.replay.path("baselines")));
    source.write("book/src/other.md", "1\n2\n3\n");
    let page = source.read("book/src/a-b.md");
    source.write(
        "book/src/a-b.md",
        &format!("{page}\n{{{{#include other.md}}}}\n\n\\{{{{#tensorprof show x}}}}\n"),
    );
    let built = build(&source, &mdbook);
    assert_eq!(built.code, Some(0), "{}", built.stderr);
    let html = source.read("book/book/a-b.html");
    for part in [
        "id=\"a-b-verdict\"",
        "id=\"a-b-row-MatMul-64\"",
        "<figure class=\"tensorprof\"",
        "</svg>",
        "<p>{{#tensorprof show x}}</p>",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("{{#tensorprof diff"));
    source.write("book/src/a-b.md", "{{#include other.md}}\n\n{{#tensorprof diff a c}}\n");
    let refused = build(&source, &mdbook);
    refused.fails(101, "src/a-b.md:3:1: baseline `c` not found");
}

/// What stands between two pieces of a text.
#[track_caller]
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}"));
    rest.split_once(end).unwrap_or_else(|| panic!("no {end} behind {start} in {text}")).0
}

const IN_ITEMS: &str = "\
# L

1. Measure.

   {{#tensorprof show a}}

   Still the first step.

2. Compare.

- bullet

    {{#tensorprof diff a b}}

    No code.

Text[^n].

[^n]: A footnote.

    {{#tensorprof show a}}

    Still the note.
";

#[test]
fn a_report_in_a_list_item_or_a_footnote_stays_in_it() {
    let Some(mdbook) = mdbook() else { return };
    let source = SavedBaselines::new();
    source.book(&["init"]).succeeds();
    let config = source.read("book/book.toml");
    source.write("book/book.toml", &format!("{config}baselines = {:?}\n", source.replay.path("baselines")));
    source.write("book/src/performance.md", IN_ITEMS);
    let built = build(&source, &mdbook);
    assert_eq!(built.code, Some(0), "{}", built.stderr);
    let html = source.read("book/book/performance.html");
    for (start, end) in [
        ("<p>Measure.</p>", "<p>Still the first step.</p>"),
        ("<p>bullet</p>", "<p>No code.</p>"),
        ("A footnote.", "Still the note."),
    ] {
        let within = between(&html, start, end);
        assert!(within.contains("<table>") && within.contains("</table>"), "{start}: {within}");
        let opened = within.matches("<li>").count() + within.matches("<li ").count();
        assert_eq!(within.matches("</li>").count(), opened, "{start}: {within}");
    }
    source.write("book/src/performance.md", "# L\n\n1. Measure.\n  {{#tensorprof show a}}\n");
    let refused = build(&source, &mdbook);
    refused.fails(101, "src/performance.md:4:3: a directive in a list item or a footnote must be indented");
}
