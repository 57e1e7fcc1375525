//! Whole books in memory. `SNAPSHOTS=overwrite cargo test` refreshes the golden files; then look at them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use mdbook_preprocessor::book::{Book, BookItem, Chapter};
use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};
use snapbox::{Data, assert_data_eq};

use super::find::dialect;
use super::{Charts, Expansion, Fault, Source, expand};
use crate::compare::Options;
use crate::compare::fixtures::{self, allocation};
use crate::model::{self, Baseline, BaselineName, Benchmark, Session};
use crate::report::fixture::{RowBuilder, baseline};
use crate::work::{Bytes, Flops, Work};

/// A baseline of three benchmarks, all times multiplied by `slowdown` but for the first.
fn saved(name: &str, slowdown: f64) -> Baseline {
    let benchmark = |path: &str, flops: u64, ns: f64| {
        let row = RowBuilder::new(path).time(ns, ns, 0.01).rounds(8, 10).build();
        let rounds = row.rounds.baseline;
        Benchmark {
            work: Some(Work { flops: Some(Flops(flops)), bytes: Some(Bytes(flops / 16)), ..Work::default() }),
            allocation: Some(allocation(model::Range::exact(4096))),
            ..fixtures::benchmark(row.id, rounds)
        }
    };
    let mut saved = baseline(name, "2026-02-03T02:36:36Z", "a84483f0c1d2e3f405162738495a6b7c8d9e0f10");
    saved.benchmarks = vec![
        benchmark("Add/1000", 1_000, 1_000.0),
        benchmark("MatMul/128x128", 4_194_304, 104_000.0 * slowdown),
        benchmark("MatMul/64x64", 524_288, 21_400.0 * slowdown),
    ];
    saved
}

/// Baselines by name, and the names of those that were read.
struct SavedBaselines {
    baselines: BTreeMap<BaselineName, Baseline>,
    read: Vec<String>,
}

impl SavedBaselines {
    fn of(baselines: impl IntoIterator<Item = Baseline>) -> SavedBaselines {
        let named = baselines.into_iter().map(|baseline| (baseline.name.clone(), baseline));
        SavedBaselines { baselines: named.collect(), read: vec![] }
    }

    /// `before`, two later baselines, and four nights with a slowdown in the third.
    fn usual() -> SavedBaselines {
        let days =
            [("before", 1.0), ("after", 1.25), ("fast", 0.5)].map(|(name, slowdown)| saved(name, slowdown));
        let nights = [1.0, 1.001, 1.3, 1.302].into_iter().zip(1..).map(|(slowdown, night)| Baseline {
            sessions: vec![Session::new(format!("2026-03-0{night}T22:00:00Z").parse().expect("a time"))],
            ..saved(&format!("night-{night}"), slowdown)
        });
        SavedBaselines::of(days.into_iter().chain(nights))
    }
}

impl Source for SavedBaselines {
    fn names(&mut self) -> Result<Vec<BaselineName>, String> {
        Ok(self.baselines.keys().cloned().collect())
    }

    fn load(&mut self, name: &BaselineName) -> Result<Baseline, String> {
        self.read.push(name.to_string());
        self.baselines.get(name).cloned().ok_or_else(|| format!("baseline `{name}` not found"))
    }

    fn judging(&mut self) -> Result<Options, String> {
        Ok(Options::default())
    }
}

/// A book of chapters: path and text.
fn book(chapters: &[(&str, &str)]) -> Book {
    let chapter = |(path, text): &(&str, &str)| {
        BookItem::Chapter(Chapter::new("A chapter", (*text).to_owned(), *path, vec![]))
    };
    Book::new_with_items(chapters.iter().map(chapter).collect())
}

/// The texts of the expanded chapters, and the names of the baselines in the order they were read.
fn expanded(
    chapters: &[(&str, &str)],
    charts: Charts,
    file: &dyn Fn(&Path) -> Option<String>,
) -> (Result<Vec<String>, Vec<Fault>>, Vec<String>) {
    let mut source = SavedBaselines::usual();
    let result = expand(book(chapters), Expansion { charts, baselines: &mut source, file });
    let texts = result.map(|book| book.chapters().map(|chapter| chapter.content.clone()).collect());
    (texts, source.read)
}

/// The text of one chapter.
fn page(text: &str) -> String {
    let (texts, _) = expanded(&[("page.md", text)], Charts::Described, &|_| None);
    texts.expect("no fault").concat()
}

/// The faults of one chapter as `line:column: message`.
fn faults(text: &str) -> Vec<String> {
    let (texts, _) = expanded(&[("page.md", text)], Charts::Described, &|_| None);
    let faults = texts.expect_err("faults");
    faults.iter().map(|fault| fault.to_string().replacen("page.md:", "", 1)).collect()
}

const ALL: &str = "\
# Reports

Before.

{{#tensorprof diff before after filter=\"MatMul|Add\"}}

## One section

{{#tensorprof diff before after section=verdict,benchmarks}}
After.

## Three

{{#tensorprof leaderboard before after fast}}
{{#tensorprof leaderboard fast before by=family filter=MatMul}}

### Alone

{{#tensorprof show before filter=MatMul}}

{{#tensorprof chart before after time-ratios}}
{{#tensorprof chart before after rates}}
{{#tensorprof chart before before samples}}
{{#tensorprof diff before after section=environment}}

## Over time

{{#tensorprof history MatMul baselines=night-*}}
{{#tensorprof history filter=Add baselines=night-1,night-* last=2 threshold=50%}}
";

#[test]
fn every_directive() {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/book/all.md");
    assert_data_eq!(page(ALL), Data::read_from(&golden, None).raw());
}

#[test]
fn a_baseline_is_read_once() {
    let (texts, mut read) = expanded(&[("a.md", ALL), ("b.md", ALL)], Charts::Described, &|_| None);
    assert_eq!(texts.expect("no fault").len(), 2);
    read.sort();
    assert_eq!(read, ["after", "before", "fast", "night-1", "night-2", "night-3", "night-4"]);
}

#[test]
fn a_chart_is_one_block_of_html() {
    let (texts, _) = expanded(&[("a.md", ALL)], Charts::Drawn, &|_| None);
    let text = texts.expect("no fault").concat();
    let blocks = Parser::new(&text).into_offset_iter().filter_map(|(event, range)| {
        matches!(event, Event::Start(Tag::HtmlBlock)).then(|| text[range].trim_end())
    });
    let figures: Vec<&str> = blocks.filter(|block| block.starts_with("<figure")).collect();
    assert_eq!(figures.len(), text.matches("<svg").count());
    assert!(figures.len() >= 4, "{}", figures.len());
    for figure in figures {
        assert!(figure.ends_with("</figure>"), "{figure}");
        assert!(figure.contains("<title>") && figure.contains("currentColor"), "{figure}");
        assert!(!figure.contains("<style"), "{figure}");
    }
}

/// The innermost list item, footnote or definition around a place.
fn around(page: &str, place: usize) -> Range<usize> {
    let containers = Parser::new_ext(page, dialect()).into_offset_iter().filter_map(|(event, range)| {
        let container = matches!(
            event,
            Event::Start(Tag::Item | Tag::FootnoteDefinition(_) | Tag::DefinitionListDefinition)
        );
        (container && range.contains(&place)).then_some(range)
    });
    containers.last().unwrap_or_else(|| panic!("nothing is around {place} in {page}"))
}

#[test]
fn what_replaces_a_directive_stays_in_its_item_note_or_definition() {
    for (before, indentation) in
        [("1. a", "   "), ("- a\n  - b", "    "), ("- a", "    "), ("[^n]: a", "    "), ("a\n: b", "  ")]
    {
        let directive = "{{#tensorprof diff before after}}";
        let text = format!("{before}\n\n{indentation}{directive}\n\n{indentation}end\n");
        for charts in [Charts::Drawn, Charts::Described] {
            let (texts, _) = expanded(&[("a.md", &text)], charts, &|_| None);
            let page = texts.expect("no fault").concat();
            let container = around(&page, page.rfind("end").expect("the text behind"));
            let mut tables = 0;
            for (event, range) in Parser::new_ext(&page, dialect()).into_offset_iter() {
                assert!(!matches!(event, Event::Start(Tag::CodeBlock(CodeBlockKind::Indented))), "{page}");
                if matches!(event, Event::Start(Tag::Table(_))) {
                    assert!(container.contains(&range.start), "{page}");
                    tables += 1;
                }
            }
            assert!(tables > 2, "{page}");
        }
    }
}

#[test]
fn tables_are_boxed_where_pages_are_drawn_and_styled_once() {
    let text = "{{#tensorprof show before}}\n\n{{#tensorprof show after}}\n";
    let (texts, _) = expanded(&[("a.md", text)], Charts::Drawn, &|_| None);
    let drawn = texts.expect("no fault").concat();
    assert_eq!(drawn.matches("<style>").count(), 1, "{drawn}");
    assert_eq!(drawn.matches("<div class=\"tensorprof\">\n\n| Benchmark |").count(), 2, "{drawn}");
    assert!(!page(text).contains('<'), "other renderers get markdown alone");
}

#[test]
fn rows_have_anchors_that_outlive_their_verdicts() {
    let row = "<a id=\"before-after-row-MatMul-64x64\"></a>`MatMul/64x64`";
    let page = page("{{#tensorprof diff before after}}\n");
    assert_eq!(page.matches(row).count(), 1, "{page}");
}

#[test]
fn all_faults_are_reported_with_their_places() {
    let chapters = [
        ("b/two.md", "\n{{#tensorprof diff before gone}}\n\n{{#tensorprof show lost}}\n"),
        ("a.md", "# A\n\n{{#tensorprof dif before}}\n\n  {{#tensorprof diff before after treshold=5}}\n"),
        ("fine.md", "{{#tensorprof show before}}\n"),
    ];
    let (texts, _) = expanded(&chapters, Charts::Described, &|_| None);
    let shown: Vec<String> = texts.expect_err("faults").iter().map(ToString::to_string).collect();
    let expected = [
        "a.md:3:15: `dif` is not a directive; expected one of diff, chart, show, leaderboard, history",
        "a.md:5:35: `diff` has no option `treshold`; expected one of section, filter, across, rule, threshold, floor",
        "b/two.md:2:1: baseline `gone` not found",
        "b/two.md:4:1: baseline `lost` not found",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn every_fault_says_what_was_expected() {
    let fault = |directive: &str| faults(&format!("{{{{#tensorprof {directive}}}}}\n")).join("\n");
    for (directive, expected) in [
        ("", "1:1: the directive does not say what to show; expected one of diff, chart"),
        ("diff before", "1:15: `diff` was given 1 word; expected `diff A B`"),
        ("leaderboard before", "expected `leaderboard A B ...`"),
        ("leaderboard before after by=x", "`x` is not a kind of line; expected one of row, family"),
        ("leaderboard before after filter=nothing", "1:1: the filter `nothing` matches no benchmark"),
        ("show", "was given nothing; expected `show A`"),
        ("diff before ../after", "1:27: `../after` is not a baseline name"),
        (
            "diff before after section=method",
            "`method` is not a section; expected one of header, verdict, summary,",
        ),
        ("chart before after rate", "`rate` is not a chart; expected one of time-ratios, samples, scaling"),
        ("diff before after across=threads,cpu", "`cpu` is not a fact; expected one of machine, threads,"),
        ("diff before after rule=p", "`p` is not a rule; expected one of interval, point"),
        ("diff before after threshold=-1", "a percentage between 0 and 1000"),
        ("diff before after floor=-1", "a number of nanoseconds from 0 to 1e15"),
        ("show before filter=(", "`(` is not a filter; expected a regular expression"),
        ("show before filter=nothing", "1:1: the filter `nothing` matches no benchmark"),
        ("diff before after filter=nothing", "1:1: the filter `nothing` matches no benchmark"),
        ("show before filter=a filter=b", "1:36: the option `filter` is given twice"),
        ("show before rule=point", "`show` has no option `rule`; expected one of filter"),
        ("history a b", "1:15: `history` was given 2 words; expected `history [FILTER]`"),
        ("history [", "1:23: `[` is not a filter; expected a regular expression"),
        ("history Add filter=Add", "1:23: the option `filter` is given twice"),
        ("history nothing", "1:1: the filter `nothing` matches no benchmark"),
        ("history baselines=before,gone*", "1:1: `gone*` matches no baseline; saved: after, before, fast,"),
        ("history baselines=before,", "1:23: `` is not a baseline name: it is empty"),
        ("history last=0", "1:23: `0` is not a number of baselines; expected a whole number from 1"),
        (
            "history across=threads",
            "`history` has no option `across`; expected one of filter, baselines, last,",
        ),
        ("leaderboard gone before lost", "1:1: baseline `gone` not found\n1:1: baseline `lost` not found"),
    ] {
        let found = fault(directive);
        assert!(found.contains(expected), "{directive}: {found}");
    }
    assert_eq!(faults("a {{#tensorprof show before}}"), ["1:3: a directive must stand alone on its line"]);
    let lazy = faults("1. a\n {{#tensorprof show before}}");
    assert_eq!(
        lazy,
        ["2:2: a directive in a list item or a footnote must be indented as far as the text there"]
    );
    assert_eq!(faults("# ü\n{{#tensorprof show before"), ["2:1: the directive is not closed by `}}`"]);
}

#[test]
fn what_is_escaped_or_code_is_kept() {
    let text =
        "\\{{#tensorprof show x}} and `{{#tensorprof show x}}`\n\n```\n\\{{#tensorprof show x}}\n```\n";
    assert_eq!(page(text), text.replacen('\\', "", 1));
}

#[test]
fn the_author_s_file_tells_lines_and_escapes() {
    let file = "{{#include long}}\n\n\\{{#tensorprof show x}}\n\n{{#tensorprof show y}}\n";
    let chapter = "1\n2\n3\n\n{{#tensorprof show x}}\n\n{{#tensorprof show y}}\n";
    let (texts, _) = expanded(&[("a.md", chapter)], Charts::Described, &|path| {
        (path == Path::new("a.md")).then(|| file.to_owned())
    });
    let shown: Vec<String> = texts.expect_err("a fault").iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["a.md:5:1: baseline `y` not found"]);
}

#[test]
fn a_draft_is_left_alone() {
    let draft = Book::new_with_items(vec![BookItem::Chapter(Chapter::new_draft("later", vec![]))]);
    let mut empty = SavedBaselines::of([]);
    let expansion = Expansion { charts: Charts::Drawn, baselines: &mut empty, file: &|_| None };
    assert_eq!(expand(draft.clone(), expansion), Ok(draft));
}

#[test]
fn a_history_of_nothing_says_what_to_do() {
    let mut empty = SavedBaselines::of([]);
    let chapters = book(&[("a.md", "{{#tensorprof history}}")]);
    let expansion = Expansion { charts: Charts::Drawn, baselines: &mut empty, file: &|_| None };
    let faults = expand(chapters, expansion).expect_err("there is no baseline");
    assert!(faults[0].message.contains("cargo tensorprof save NAME"), "{}", faults[0]);
}

#[test]
fn a_long_history_is_folded_and_drawn_once() {
    let night = |night: i64| Baseline {
        sessions: vec![Session::new(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * night))],
        ..saved(&format!("night-{night}"), if night < 20 { 1.0 } else { 1.3 })
    };
    let mut source = SavedBaselines::of((0..41).map(night));
    let chapters = book(&[("a.md", "# A\n\n{{#tensorprof history}}\n")]);
    let expansion = Expansion { charts: Charts::Drawn, baselines: &mut source, file: &|_| None };
    let expanded = expand(chapters, expansion).expect("no fault");
    let text: String = expanded.chapters().map(|chapter| chapter.content.as_str()).collect();
    assert_eq!(text.matches("<svg").count(), 1);
    assert_eq!(text.matches("<summary>41 baselines</summary>").count(), 3);
    assert!(text.contains("<summary>1 benchmark without a change point</summary>"), "{text}");
    assert!(text.contains("## Change points {#history-change-points}"), "{text}");
    assert_eq!(source.read.len(), 41);
}

proptest! {
    #[test]
    fn no_text_panics_and_text_without_directives_is_kept(
        parts in prop::collection::vec(
            prop_oneof![
                Just("{{#tensorprof".to_owned()), Just("}}".to_owned()), Just("\\".to_owned()), Just("`".to_owned()),
                Just("\n".to_owned()), Just(" show before".to_owned()), Just(" filter=\"".to_owned()),
                Just("<!--".to_owned()), Just("    ".to_owned()), ".{0,6}",
            ],
            0..16,
        )
    ) {
        let text = parts.concat();
        let (texts, _) = expanded(&[("a.md", &text)], Charts::Drawn, &|_| Some(text.clone()));
        if !text.contains("#tensorprof") {
            prop_assert_eq!(texts, Ok(vec![text]));
        }
    }
}
