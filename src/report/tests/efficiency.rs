//! Where a reader sees the share of a peak, and that it is the same everywhere.

use serde_json::Value;

use crate::compare::fixtures::{baseline, peaks, row};
use crate::compare::{Options, compare};
use crate::model::{Baseline, Benchmark};
use crate::report::tests::plain;
use crate::report::{Reproduction, render, saved};
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
    let text = plain(&saved::show_table(&side("a"), None));
    let words = |name: &str| -> Vec<&str> {
        let line = text.lines().find(|line| line.starts_with(&format!("ops/{name} "))).expect("a row");
        line.split_whitespace().collect()
    };
    assert!(words("dot").join(" ").ends_with("25 % arithmetic (avx2)"), "{text}");
    assert!(words("short").join(" ").ends_with("10 % overhead"), "{text}");
    assert!(words("sum").join(" ").ends_with("200 % memory (1)"), "{text}");
    assert!(words("none").join(" ").ends_with("- -"), "{text}");
    assert!(text.contains("(1) More than 100 % means that less is done than declared"), "{text}");
    let page = saved::show_markdown(&side("a"));
    assert!(page.contains("| arithmetic (`avx2`) |") && page.contains("in a nearer cache than"), "{page}");
}

#[test]
fn json_of_both_kinds_tells_the_same() {
    let old = side("a");
    let shown: Value = serde_json::from_str(&saved::show_json(&old)).expect("JSON");
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
}
