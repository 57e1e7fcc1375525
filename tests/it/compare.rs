//! `compare`: several baselines side by side.

use std::collections::BTreeMap;
use std::fs;

use snapbox::{Data, assert_data_eq};

use crate::published::root;
use crate::replay::{Replay, Said, bench, said};

/// Saves `name`, measured with so many threads.
fn save(replay: &Replay, name: &str, threads: &str, rows: &[(&str, f64)]) {
    replay.script("default", &bench(rows));
    replay.run(&["save", name, "--threads", threads]).succeeds();
}

/// `main`, a faster one, one that lacks a row and is slower at another, and one on other threads.
fn four() -> Replay {
    let replay = Replay::new();
    let main = [("Add|-|1000", 500.0), ("MatMul|-|64", 20_000.0), ("MatMul|-|128", 90_000.0)];
    let simd = [("Add|-|1000", 500.5), ("MatMul|-|64", 8_000.0), ("MatMul|-|128", 36_000.0)];
    save(&replay, "main", "2", &main);
    save(&replay, "simd", "2", &simd);
    save(&replay, "half", "2", &[("MatMul|-|64", 26_000.0), ("MatMul|-|128", 90_100.0)]);
    save(&replay, "three", "3", &simd);
    replay
}

fn compare(replay: &Replay, arguments: &[&str]) -> Said {
    replay.run(&[&["compare", "--no-learned"], arguments].concat())
}

#[track_caller]
fn assert_golden(text: &str, name: &str) {
    let golden = root().join("tests/golden/compare").join(name);
    assert_data_eq!(text, Data::read_from(&golden, None).raw());
}

/// The entry of a baseline at a line of a JSON leaderboard.
fn entry<'a>(json: &'a serde_json::Value, lines: &str, label: &str, name: &str) -> &'a serde_json::Value {
    let find = |list: &'a serde_json::Value, key: &str, value: &str| {
        let mut items = list.as_array().expect("a list").iter();
        items.find(|item| item[key] == value).unwrap_or_else(|| panic!("no {value} in {list}"))
    };
    find(&find(&json[lines], "label", label)["baselines"], "name", name)
}

#[test]
fn baselines_stand_side_by_side_and_what_is_not_comparable_says_why() {
    let replay = four();
    let names = ["main", "simd", "half", "three"];
    let table = compare(&replay, &names).succeeds().stdout;
    assert_golden(&table, "rows.txt");
    assert_golden(
        &compare(&replay, &[&names[..], &["--by", "family"]].concat()).succeeds().stdout,
        "families.txt",
    );
    assert_golden(
        &compare(&replay, &[&names[..], &["--format", "markdown"]].concat()).succeeds().stdout,
        "rows.md",
    );
    let across = compare(&replay, &["main", "three", "--across", "threads"]).succeeds().stdout;
    assert!(!across.contains("not comparable") && across.contains("compared because of"), "{across}");
}

#[test]
fn another_reference_turns_the_table() {
    let replay = four();
    let turned = compare(&replay, &["simd", "main", "half", "--reference", "main"]).succeeds();
    assert_eq!(turned.stdout, compare(&replay, &["main", "simd", "half"]).succeeds().stdout);
    let apart = compare(&replay, &["simd", "half", "--reference", "main"]).succeeds();
    assert_eq!(apart.stdout, turned.stdout, "it need not be among the others");
    let path = replay.baseline("main");
    let path = path.to_str().expect("is UTF-8");
    let again = compare(&replay, &["main", path, "simd", "half", "main"]).succeeds();
    assert_eq!(again.stdout, turned.stdout, "one that is named twice counts once");
}

#[test]
fn the_judge_is_that_of_diff() {
    let replay = four();
    let board = compare(&replay, &["main", "simd", "half", "three", "--format", "json"]).succeeds().json();
    assert_eq!(
        (&board["format"], &board["reference"]["name"]),
        (&"tensorprof-compare".into(), &"main".into())
    );
    for name in ["simd", "half", "three"] {
        let diff = replay.run(&["diff", "main", name, "--no-learned", "--format", "json"]).json();
        for row in diff["rows"].as_array().expect("rows") {
            let label = row["label"].as_str().expect("is text");
            let entry = entry(&board, "rows", label, name);
            for key in ["verdict", "time", "notes"] {
                assert_eq!(entry[key], row[key], "{name} {label} {key}");
            }
        }
        for family in diff["families"].as_array().expect("families") {
            let label = family["label"].as_str().expect("is text");
            assert_eq!(entry(&board, "families", label, name)["time"], family["time"], "{name} {label}");
        }
    }
    let fastest = |name| entry(&board, "rows", "MatMul/64", name)["fastest"].as_bool().expect("is told");
    assert_eq!(["simd", "half", "three"].map(fastest), [true, false, false]);
    let verdicts = &entry(&board, "families", "MatMul", "half")["verdicts"];
    assert_eq!(*verdicts, serde_json::json!({"regressed": 1, "unchanged": 1}));
}

#[test]
fn the_exit_codes_are_those_of_diff_and_the_worst_baseline_decides_a_gate() {
    let replay = four();
    compare(&replay, &["main", "three"]).fails(3, "");
    compare(&replay, &["main", "three", "simd"]).succeeds();
    compare(&replay, &["main", "simd", "--gate"]).fails(0, "Gate simd: passed");
    let slower = compare(&replay, &["main", "simd", "half", "three", "--gate"]);
    slower.fails(1, "Gate simd: passed");
    slower.fails(1, "Gate half: failed: 1 row slower");
    slower.fails(1, "Gate three: cannot judge: 3 rows not comparable");
    compare(&replay, &["main", "simd", "three", "--gate"]).fails(3, "Gate three: cannot judge");
    compare(&replay, &["main", "simd", "half", "--gate", "--filter", "128"]).fails(0, "Gate half: passed");
    compare(&replay, &["main", "half", "--gate", "--filter", "Add"])
        .fails(3, "1 row not comparable, failed or missing");
}

/// The lines of a CSV text as its columns by name.
pub(crate) fn records(csv: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = csv.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let head = lines.next().expect("a head");
    lines.map(|cells| head.iter().cloned().zip(cells).collect()).collect()
}

#[test]
fn every_baseline_has_a_line_of_csv_at_every_benchmark() {
    let replay = four();
    let csv = compare(&replay, &["main", "simd", "half", "--format", "csv"]).succeeds().stdout;
    let head = "id,benchmark,reference,baseline,time_ns,change,low,high,threshold,verdict,fastest,notes";
    assert_eq!(csv.lines().next(), Some(head));
    let records = records(&csv);
    assert_eq!(records.len(), 9, "{csv}");
    let of = |benchmark: &str, baseline: &str| {
        let mut found = records
            .iter()
            .filter(|record| record["benchmark"] == benchmark && record["baseline"] == baseline);
        found.next().unwrap_or_else(|| panic!("{benchmark} of {baseline}: {csv}"))
    };
    let number = |text: &str| text.parse::<f64>().unwrap_or_else(|_| panic!("{text} is no number: {csv}"));
    let (reference, simd) = (of("MatMul/64", "main"), of("MatMul/64", "simd"));
    assert_eq!((reference["change"].as_str(), reference["verdict"].as_str()), ("", ""));
    let ratio = number(&simd["time_ns"]) / number(&reference["time_ns"]);
    assert!((ratio - 1.0 - number(&simd["change"])).abs() < 1e-9, "{csv}");
    assert!(
        number(&simd["low"]) < number(&simd["change"]) && number(&simd["change"]) < number(&simd["high"])
    );
    assert_eq!([&simd["verdict"], &simd["fastest"], &reference["fastest"]], ["improved", "true", "false"]);
    let missing = of("Add/1000", "half");
    assert_eq!([&missing["time_ns"], &missing["change"], &missing["verdict"]], ["", "", "removed"]);
    let families = compare(&replay, &["main", "simd", "half", "--format", "csv", "--by", "family"]);
    let families = families.succeeds().stdout;
    assert!(families.starts_with("id,family,reference,"), "{families}");
    assert!(
        families.contains("\n,MatMul,main,half,") && families.contains("\"1 regressed, 1 unchanged\""),
        "{families}"
    );
}

/// Two baselines of a hundred rows, of which one is slower in the second.
fn hundred() -> Replay {
    let replay = Replay::new();
    let names: Vec<String> = (0..100).map(|row| format!("g|-|{row:03}")).collect();
    let rows = |slow: f64| {
        let rows =
            names.iter().map(|name| (name.as_str(), if name.ends_with("042") { slow } else { 1000.0 }));
        bench(&rows.collect::<Vec<_>>())
    };
    for (name, slow) in [("a", 1000.0), ("b", 1500.0)] {
        replay.script("default", &rows(slow));
        replay.run(&["save", name, "--rounds", "4"]).succeeds();
    }
    replay
}

#[test]
fn of_a_hundred_rows_those_that_differ_are_shown() {
    let replay = hundred();
    let shown = |arguments: &[&str]| compare(&replay, &[&["a", "b"], arguments].concat()).succeeds().stdout;
    let rows = |text: &str| text.lines().filter(|line| line.starts_with("g/")).count();
    let folded = shown(&[]);
    assert_eq!(rows(&folded), 1, "{folded}");
    assert!(folded.contains("\n99 unchanged in all, shown by `--all-rows`\n"), "{folded}");
    assert_eq!(rows(&shown(&["--all-rows"])), 100);
    let page = shown(&["--format", "markdown"]);
    assert!(page.contains("<summary>60 more lines</summary>"), "{page}");
    assert_eq!(page.lines().filter(|line| line.starts_with("| `g/")).count(), 100);
    assert_eq!(shown(&["--format", "csv"]).lines().count(), 1 + 2 * 100);
}

#[test]
fn a_reader_that_has_gone_changes_no_exit_code() {
    let replay = hundred();
    for format in ["table", "markdown", "csv", "json"] {
        let mut child = replay.start(&["compare", "a", "b", "--all-rows", "--gate", "--format", format]);
        drop(child.stdout.take());
        let said = said(child.wait_with_output().expect("ends"));
        said.fails(1, "Gate b: failed: 1 row slower");
        assert!(!said.stderr.contains("error"), "{}", said.stderr);
    }
}

#[test]
fn many_baselines_need_no_wide_window() {
    let replay = Replay::new();
    let names: Vec<String> = (1..=9).map(|number| format!("release-1.{number}")).collect();
    for (name, ns) in names.iter().zip(10..) {
        replay.script(
            "default",
            &bench(&[("MatMul|f32|512x512", 100.0 * f64::from(ns)), ("GELU|f32|1000", 900.0)]),
        );
        replay.run(&["save", name, "--rounds", "4"]).succeeds();
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let table = compare(&replay, &names).succeeds().stdout;
    let columns: Vec<&str> = table.lines().filter(|line| line.starts_with("benchmark")).collect();
    assert!(columns.len() > 1, "{table}");
    let headings: Vec<&str> = columns
        .iter()
        .flat_map(|line| line.split_whitespace())
        .filter(|word| word.starts_with("release"))
        .collect();
    let others: Vec<&str> = headings.into_iter().filter(|name| *name != names[0]).collect();
    assert_eq!(others, names[1..], "{table}");
    let widest =
        table.lines().take_while(|line| !line.starts_with("Time of")).map(|line| line.chars().count()).max();
    assert!(widest <= Some(120), "{widest:?}: {table}");
}

#[test]
fn errors_name_what_is_wrong_and_what_to_do() {
    let replay = four();
    compare(&replay, &["main", "smid", "half"]).fails(2, "baseline `smid` not found in ");
    compare(&replay, &["main", "smid", "half"]).fails(2, "did you mean `simd`?");
    compare(&replay, &["main", "--reference", "mian"]).fails(2, "`mian` not found");
    compare(&replay, &["main"]).fails(2, "name another baseline, or run `cargo tensorprof diff main`");
    compare(&replay, &["main", "main"]).fails(2, "there is nothing to compare `main` with");
    compare(&replay, &[]).fails(2, "<BASELINE>");
    compare(&replay, &["main", "simd", "--filter", "Softmax"]).fails(2, "matches `Softmax`");
    compare(&replay, &["main", "simd", "--filter", "["]).fails(2, "`[` is not a regular expression");
    compare(&replay, &["main", "simd", "--by", "column"]).fails(2, "'column'");
    fs::write(replay.baseline("simd"), "format = 1\n").expect("damages it");
    compare(&replay, &["main", "simd", "half"]).fails(2, "simd.toml");
}
