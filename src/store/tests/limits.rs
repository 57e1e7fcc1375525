//! Files beyond any real project: each is refused by a bound that the error and FORMAT.md name.

use super::{TempStore, benchmark, example, named};
use crate::model::{Baseline, Benchmark, Round};
use crate::store::format::{FORMAT, parse, render};
use crate::store::{FileFault, Mode, StoreError, limits};

/// The reason for which a text is refused.
#[track_caller]
fn refusal(text: &str) -> String {
    parse(text, &named("main")).expect_err("a file beyond a limit").to_string()
}

/// The example's text up to its benchmarks.
fn head() -> String {
    let text = render(&example()).expect("a file");
    text[..text.find("[[benchmark]]").expect("a benchmark")].to_owned()
}

const BENCHMARK: &str = "[[benchmark]]\npackage = 'p'\ntarget = 't'\ngroup = 'g'\n";

#[test]
fn the_specification_names_every_limit() {
    let specification = include_str!("../../../FORMAT.md");
    let limits = specification.split("## Limits").nth(1).and_then(|rest| rest.split("\n## ").next());
    let limits = limits.expect("a chapter");
    let bytes =
        [limits::FILE_BYTES as usize, limits::PARSED_BYTES].map(|bytes| format!("{} MiB", bytes >> 20));
    let counts = [limits::BENCHMARKS, limits::ROUNDS, limits::SAMPLES, limits::ALL_SAMPLES].map(thousands);
    for limit in bytes.into_iter().chain(counts) {
        assert!(limits.contains(&limit), "FORMAT.md does not name {limit}");
    }
}

/// `5,000,000`.
fn thousands(count: usize) -> String {
    let rest = format!("{:03}", count % 1000);
    if count < 1000 { count.to_string() } else { format!("{},{rest}", thousands(count / 1000)) }
}

#[test]
fn too_many_rounds_are_neither_read_nor_written() {
    let rounds = "[[benchmark.round]]\nsamples = [1]\n".repeat(limits::ROUNDS + 1);
    let reason = refusal(&format!("{}{BENCHMARK}{rounds}[end]\nbenchmarks = 1\n", head()));
    assert_eq!(reason, "it has more than 10000 rounds in a benchmark, the most that a baseline can have");
    let round = Round { samples: vec![1.0], ..Round::default() };
    let rounds = vec![round; limits::ROUNDS + 1];
    let benchmarks = vec![Benchmark { rounds, ..benchmark("g", None, None) }];
    let temp = TempStore::new();
    let baseline = Baseline { benchmarks, ..example() };
    let error = temp.store.save(&baseline, Mode::New).expect_err("a limit");
    assert!(error.to_string().contains("benchmark `g`: it has more than 10000 rounds"), "{error}");
}

#[test]
fn too_many_benchmarks_are_refused() {
    let benchmarks = format!("{BENCHMARK}failure = 'x'\n").repeat(limits::BENCHMARKS + 1);
    let reason = refusal(&format!("{}{benchmarks}[end]\nbenchmarks = {}\n", head(), limits::BENCHMARKS + 1));
    assert_eq!(reason, "it has more than 20000 benchmarks, the most that a baseline can have");
}

#[test]
fn too_many_samples_are_refused() {
    let samples = "1,".repeat(limits::SAMPLES + 1);
    let round = format!("[[benchmark.round]]\nsamples = [{samples}]\n");
    let reason = refusal(&format!("{}{BENCHMARK}{round}[end]\nbenchmarks = 1\n", head()));
    assert_eq!(
        reason,
        "benchmark `g`: round 1: it has more than 10000 samples in a round, the most that a baseline can have"
    );
}

#[test]
fn a_table_that_is_too_large_is_not_parsed() {
    let long = "1,".repeat(limits::PARSED_BYTES / 2);
    let reason = refusal(&format!("{}{BENCHMARK}x = [{long}]\n[end]\nbenchmarks = 1\n", head()));
    let first = head().lines().count() + 1;
    let begins = format!("the tables from line {first} on have 4194364 bytes, more than the 4194304");
    assert!(reason.starts_with(&begins), "{reason}");
}

#[test]
fn a_large_file_is_read_in_its_own_form_alone() {
    let comment = format!("# {}\n", "x".repeat(limits::PARSED_BYTES));
    let text = render(&example()).expect("a file");
    let padded = text.replacen("[[benchmark.round]]", &format!("{comment}[[benchmark.round]]"), 2);
    let quoted = format!("{}failure = 'x'\n[end]", BENCHMARK.replace("benchmark", "'benchmark'"));
    let inline = |text: &str| text.replacen("[end]", &quoted, 1);
    assert!(matches!(parse(&padded, &named("main")), Err(FileFault::Limit { .. })), "one table is too large");
    let short = comment[..comment.len() / 3].to_owned() + "\n";
    let padded = text.replace("[[benchmark.round]]", &format!("{short}[[benchmark.round]]"));
    assert!(padded.len() > limits::PARSED_BYTES);
    assert!(parse(&padded, &named("main")).is_ok(), "every table is small");
    assert!(refusal(&inline(&padded)).contains("it is not in the form that `save` writes"));
    let damaged = padded.replacen("samples = [1226300,", "samples = [x,", 1);
    let line = damaged.lines().position(|line| line.starts_with("samples = [x,")).expect("is damaged") + 1;
    assert!(refusal(&damaged).starts_with(&format!("line {line}, column 12: ")), "{}", refusal(&damaged));
}

#[test]
fn what_no_reader_takes_is_not_written() {
    let mut baseline = example();
    baseline.benchmarks[0].failure = Some("x".repeat(limits::PARSED_BYTES));
    assert!(matches!(render(&baseline), Err(FileFault::Limit { .. })), "one table is too large");
    baseline.benchmarks[0].failure = Some("x".repeat(limits::PARSED_BYTES - 1000));
    assert!(render(&baseline).is_ok());
}

#[test]
fn a_newer_format_is_found_however_far_from_the_start() {
    let temp = TempStore::new();
    let text = render(&example()).expect("a file").replacen("format = 1", "format = 2", 1);
    let padded = format!("# {}\n{}{text}", "x".repeat(5000), "\n".repeat(5000));
    temp.put("main", &padded);
    for mode in [Mode::Force, Mode::Append] {
        let error = temp.store.save(&example(), mode).expect_err("a newer file");
        assert!(matches!(error, StoreError::ReplacesNewer { format, .. } if format > FORMAT), "{error}");
    }
    assert_eq!(temp.text("main"), padded);
}
