//! Where a reader sees the share of a peak, and that it is the same everywhere.

use serde_json::Value;

use crate::compare::fixtures::{baseline, peaks, peaks_of, row};
use crate::compare::{Comparison, Options, compare};
use crate::dtype::Dtype;
use crate::inference::{Model, Phase};
use crate::model::{Access, Baseline, Benchmark, Inference, MEMORY};
use crate::report::saved::{self, Saved};
use crate::report::terminal::{self, View};
use crate::report::tests::plain;
use crate::report::{Reproduction, csv, render};
use crate::work::Work;

/// Arithmetic at a quarter of its peak, bytes beyond theirs, a short time, and a benchmark without work.
fn side(name: &str) -> Baseline {
    let benchmark =
        |name: &str, work: Work, ns: f64| Benchmark { work: Some(work), ..row(name, &[ns, ns, ns]) };
    let benchmarks = vec![
        benchmark("dot", Work::none().flops(100_000).dtype::<f32>(), 4000.0),
        benchmark("none", Work::none(), 4000.0),
        benchmark("short", Work::none().flops(1000).dtype::<f32>(), 100.0),
        benchmark("sum", Work::none().bytes(80_000), 4000.0),
    ];
    let mut side = baseline(name, benchmarks);
    side.environment.peaks = vec![peaks(1, 100.0, 10.0)];
    side
}

#[test]
fn a_saved_benchmark_shows_its_share_and_what_bounds_it() {
    let found = Saved::of(&side("a"), &|_| true);
    let text = plain(&saved::show_table(&found, None));
    let words = |name: &str| -> Vec<&str> {
        let line = text.lines().find(|line| line.starts_with(&format!("ops/{name} "))).expect("a row");
        line.split_whitespace().collect()
    };
    assert!(words("dot").join(" ").ends_with("25 % arithmetic (avx2)"), "{text}");
    assert!(words("short").join(" ").ends_with("10 % overhead"), "{text}");
    assert!(words("sum").join(" ").ends_with("200 % memory (1)"), "{text}");
    assert!(words("none").join(" ").ends_with("- -"), "{text}");
    assert!(text.contains("(1) More than 100 % means that less is done than declared"), "{text}");
    let page = saved::show_markdown(&found);
    assert!(page.contains("| arithmetic (`avx2`) |") && page.contains("in a nearer cache than"), "{page}");
}

#[test]
fn json_of_both_kinds_tells_the_same() {
    let old = side("a");
    let shown: Value = serde_json::from_str(&saved::show_json(&Saved::of(&old, &|_| true))).expect("JSON");
    let report = render(&compare(&old, &side("b"), &Options::default()), &Reproduction::default());
    let compared: Value = serde_json::from_str(&report.json).expect("JSON");
    let rows = ["dot", "none", "short", "sum"];
    let expected = [(Some(0.25), "arithmetic"), (None, ""), (Some(0.1), "overhead"), (Some(2.0), "memory")];
    for (index, (name, (share, bound))) in rows.into_iter().zip(expected).enumerate() {
        let (saved, row) = (&shown["rows"][index], &compared["rows"][index]);
        assert_eq!(
            (&saved["id"], &row["id"]),
            (&format!("ops/{name}").into(), &format!("ops/{name}").into())
        );
        let (saved, row) = (&saved["efficiency"], &row["efficiency"]);
        let Some(share) = share else {
            assert_eq!((saved, row), (&Value::Null, &Value::Null));
            continue;
        };
        for found in [&saved["share"], &row["baseline"], &row["candidate"]] {
            assert!((found.as_f64().expect("a number") - share).abs() < 1e-9, "{name}: {found}");
        }
        assert_eq!((&saved["bound"], &row["bound"]), (&bound.into(), &bound.into()));
        assert_eq!(row["roofs"]["candidate"], saved["roof"]);
    }
    let mut notes = compared["rows"][3]["notes"].as_array().expect("a list").iter();
    let note = notes.find(|note| note["code"] == "beyond-peaks").expect("the note");
    let text = note["text"].as_str().expect("a text");
    assert!(
        text.starts_with("Of the peaks of the machine: 200 % of the baseline, 200 % of the candidate."),
        "{text}"
    );
    let notes = &shown["rows"][3]["notes"];
    assert_eq!((notes.as_array().map(Vec::len), &notes[0]["code"]), (Some(1), &"beyond-peaks".into()));
    assert!(notes[0]["text"].as_str().is_some_and(|text| text.contains("in a nearer cache")), "{notes}");
    assert_eq!(shown["rows"][0]["notes"], Value::Null);
}

fn compared(old: &Baseline, new: &Baseline) -> Comparison {
    compare(old, new, &Options::default())
}

fn page_of(comparison: &Comparison) -> String {
    render(comparison, &Reproduction::default()).markdown.replace('\u{a0}', " ")
}

/// The cells of the row of a markdown table that begins with that name.
fn cells<'a>(page: &'a str, table: &str, name: &str) -> Vec<&'a str> {
    let table = page.split_once(table).unwrap_or_else(|| panic!("no {table}: {page}")).1;
    let line = table.lines().find(|line| line.contains(&format!("`{name}`"))).expect("a row");
    line.trim_matches('|').split('|').map(str::trim).collect()
}

#[test]
fn a_comparison_shows_the_shares_of_both_sides_where_there_are_peaks() {
    let mut new = side("b");
    new.benchmarks[0].rounds.iter_mut().for_each(|round| round.samples = vec![2000.0]);
    let found = compared(&side("a"), &new);
    let text = plain(&terminal::table(
        &found,
        &Reproduction::default(),
        View { width: None, all: true, has_report: false },
    ));
    assert!(text.lines().any(|line| line.contains(" of peak ") && line.ends_with(" bound by")), "{text}");
    assert!(text.contains("25 % -> 50 %") && text.contains("10 % -> 10 %"), "{text}");
    let narrow = plain(&terminal::table(
        &found,
        &Reproduction::default(),
        View { width: Some(60), all: true, has_report: false },
    ));
    assert!(!narrow.contains("of peak") && narrow.contains("verdict"), "{narrow}");
    let page = page_of(&found);
    let row = |name: &str| cells(&page, "\n## Efficiency\n", name);
    assert_eq!(row("ops/dot")[1..3], ["25 % → 50 %", "arithmetic"]);
    assert_eq!(row("ops/dot")[3..5], ["arithmetic (`avx2`), 1 thread", "1.00 µs"]);
    assert_eq!(row("ops/short")[2..4], ["overhead", "arithmetic (`avx2`), 1 thread"]);
    assert!(row("ops/sum")[0].ends_with("<sup>1</sup>"), "200 % is noted: {page}");
    assert!(page.contains("- **Of peak**: ") && !page.contains("Of AVX2"), "{page}");

    let mut without = [side("a"), new];
    without.iter_mut().for_each(|side| side.environment.peaks.clear());
    let found = compared(&without[0], &without[1]);
    let text = plain(&terminal::table(
        &found,
        &Reproduction::default(),
        View { width: None, all: true, has_report: false },
    ));
    assert!(!text.contains("of peak"), "{text}");
    let page = page_of(&found);
    assert!(!page.contains("## Efficiency") && !page.contains("**Of peak**"), "{page}");
}

#[test]
fn a_wider_instruction_set_has_the_share_of_avx2_beside_it() {
    let mut wide = side("a");
    let arithmetic = [(Dtype::F32, "avx2", 100.0), (Dtype::F32, "avx512f", 250.0)];
    wide.environment.peaks = vec![peaks_of(2, 0.01, &arithmetic, &[])];
    let page = page_of(&compared(&wide, &side("b")));
    let row = cells(&page, "\n## Efficiency\n", "ops/dot");
    assert_eq!(row[1], "10 % → 25 %");
    assert_eq!(row[3], "arithmetic (`avx512f`), 2 threads → arithmetic (`avx2`), 1 thread");
    assert_eq!(row.last(), Some(&"25 % → -"));
    let text = plain(&terminal::table(
        &compared(&wide, &side("b")),
        &Reproduction::default(),
        View { width: None, all: true, has_report: false },
    ));
    let ends = |end: &str| text.lines().any(|line| line.ends_with(end));
    assert!(ends(" of AVX2") && ends(" 25 % -> -"), "{text}");
    let shown = Saved::of(&wide, &|_| true);
    let text = plain(&saved::show_table(&shown, None));
    let dot = text.lines().find(|line| line.starts_with("ops/dot ")).expect("a row");
    assert!(
        dot.split_whitespace().collect::<Vec<_>>().join(" ").ends_with("10 % arithmetic (avx512f) 25 %"),
        "{text}"
    );
    let json: Value = serde_json::from_str(&saved::show_json(&shown)).expect("JSON");
    let is_quarter = |found: &Value| found.as_f64().is_some_and(|share| (share - 0.25).abs() < 1e-9);
    assert!(is_quarter(&json["rows"][0]["efficiency"]["of_avx2"]), "{json}");
    let report = render(&compared(&wide, &side("b")), &Reproduction::default());
    let json: Value = serde_json::from_str(&report.json).expect("JSON");
    let of_avx2 = &json["rows"][0]["efficiency"]["of_avx2"];
    assert!(is_quarter(&of_avx2["baseline"]) && of_avx2["candidate"].is_null(), "{of_avx2}");
}

#[test]
fn programs_get_the_share_and_what_bounds_it() {
    let of = |metric: &str, lines: &str| {
        let wanted = format!(",{metric},");
        lines.lines().find(|line| line.contains(&wanted)).expect("a line").to_owned()
    };
    let lines = csv(&compared(&side("a"), &side("b")));
    assert!(of("metric,unit", &lines).ends_with(",bound,notes"), "{lines}");
    assert!(of("efficiency,share", &lines).ends_with(",arithmetic,"), "{lines}");
    assert!(of("time,ns", &lines).contains(",inconclusive,,"), "{lines}");
    let shown = saved::show_csv(&Saved::of(&side("a"), &|_| true));
    let head = "id,label,package,target,group,function,parameter,metric,unit,value,low,high,bound,notes";
    assert_eq!(shown.lines().next(), Some(head));
    let line = of("efficiency,share", &shown);
    let [value, low, high] =
        [9, 10, 11].map(|column| line.split(',').nth(column).and_then(|cell| cell.parse::<f64>().ok()));
    assert!((value.expect("a share") - 0.25).abs() < 1e-9, "{line}");
    assert!(low < value && value < high && line.ends_with(",arithmetic,"), "{line}");
    // Beyond the peaks, both say why that may be, beside the share.
    for (text, beginning) in
        [(&lines, "Of the peaks of the machine: 200 % of "), (&shown, "More than 100 % means ")]
    {
        let noted: Vec<&str> = text.lines().filter(|line| line.contains("in a nearer cache than")).collect();
        let [line] = noted.as_slice() else { panic!("{text}") };
        assert!(line.contains(",efficiency,share,") && line.contains(beginning), "{line}");
    }
}

/// A model of 1,000 weights of 4 bytes, read from 10 GB/s: at most 2.24 million tokens a second with 7 in the cache.
fn with_model(name: &str, token: f64) -> Baseline {
    let model = Model::new("Tiny").matrices([1000]).shape(1, 8).attention(2, 2, 4).dtype::<f32>();
    let benchmark = |name: &str, phase: Phase, nanoseconds: f64| Benchmark {
        work: Some(model.work(&phase)),
        inference: Some(Inference { model: "Tiny".to_owned(), phase }),
        ..row(name, &[nanoseconds, nanoseconds, nanoseconds])
    };
    let benchmarks = vec![
        benchmark("decode", Phase::Decode { generated: 2, cached: 6 }, 2.0 * token),
        benchmark("prompt", Phase::Prefill { prompt: 8, cached: 0 }, 8000.0),
    ];
    let mut side = baseline(name, benchmarks);
    let memory = [(Access::Read, MEMORY, 128 << 20, 10.0)];
    side.environment.peaks = vec![peaks_of(1, 0.01, &[(Dtype::F32, "avx2", 100.0)], &memory)];
    side.models = vec![model];
    side
}

#[test]
fn decoding_is_held_against_the_bandwidth_of_weights_and_cache() {
    let found = compared(&with_model("a", 4480.0), &with_model("b", 2240.0));
    let page = page_of(&found);
    let decode = cells(&page, "\n### Against the Machine\n", "ops/decode");
    // 4,000 bytes of weights and 7.5 times 64 of keys and values take 448 ns.
    assert_eq!(
        decode[1..],
        ["10 % → 20 %", "bandwidth of `memory`", "223200 → 446400", "2230000", "4.375 KiB"]
    );
    let prompt = cells(&page, "\n### Against the Machine\n", "ops/prompt");
    assert_eq!((prompt[2], prompt[5]), ("arithmetic (`avx2`)", "-"));
    let json: Value = serde_json::from_str(&render(&found, &Reproduction::default()).json).expect("JSON");
    let of_token = &json["rows"][0]["token_efficiency"];
    assert!((of_token["candidate"].as_f64().expect("a number") - 0.2).abs() < 1e-9, "{of_token}");
    let bound = &of_token["bounds"]["baseline"];
    assert_eq!((&bound["bytes"], &bound["level"]), (&4480.0.into(), &"memory".into()));
    let shown = plain(&saved::show_table(&Saved::of(&with_model("a", 4480.0), &|_| true), None));
    let line = shown.lines().find(|line| line.contains("bandwidth of memory")).expect("a row");
    assert!(line.contains(" 10 % ") && !line.contains("->"), "{shown}");
}
