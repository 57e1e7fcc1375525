//! Golden files of histories. `SNAPSHOTS=overwrite cargo test` refreshes them; then look at them.

use jiff::{SignedDuration, Timestamp};
use snapbox::assert_data_eq;

use super::{HistoryReport, json, render, tables};
use crate::compare::fixtures::{self, allocation};
use crate::compare::{History, Options, history};
use crate::model::{Baseline, Benchmark, CpuTime, Range, Round, Session};
use crate::report::fixture::{RowBuilder, baseline};
use crate::report::tests::{
    assert_golden_file, assert_whole_tables, elementwise, golden, matmul, plain, rounded,
};
use crate::work::Work;

/// Five probed rounds near `ns`.
fn benchmark(path: &str, ns: f64, work: Option<Work>) -> Benchmark {
    let round = |wander: f64| Round {
        samples: (0..12).map(|i| ns * wander * (1.0 + 2e-3 * f64::from(i % 3))).collect(),
        probes: vec![65_000.0 * wander; 12],
        contention: vec![40_000.0 * wander; 12],
        ..Round::default()
    };
    let rounds = [1.0, 1.006, 0.997, 1.003, 0.998].map(round).to_vec();
    Benchmark { work, ..fixtures::benchmark(RowBuilder::new(path).build().id, rounds) }
}

/// A baseline of the so many-th week.
fn in_week(week: i64, name: &str, benchmarks: Vec<Benchmark>) -> Baseline {
    let first: Timestamp = "2026-01-05T09:00:00Z".parse().expect("a timestamp");
    let started = first + SignedDuration::from_hours(7 * 24 * week);
    let commit = format!("{:0<40}", format!("{:x}", 0xa844_83f0_c1d2_u64 * (week as u64 + 1)));
    Baseline {
        sessions: vec![Session::new(started)],
        benchmarks,
        ..baseline(name, "2026-01-05T09:00:00Z", &commit)
    }
}

fn contended(mut benchmark: Benchmark) -> Benchmark {
    let rounds = benchmark.rounds.iter_mut();
    rounds.flat_map(|round| &mut round.contention).for_each(|contention| *contention *= 1.7);
    benchmark
}

fn failed(benchmark: Benchmark) -> Benchmark {
    let failure = Some("panicked at ops.rs:12:\nlen is 3 | 4".to_owned());
    Benchmark { rounds: vec![], failure, ..benchmark }
}

/// Two levels, a machine that changes, rows that are contended, fail, come and go, markup in a name.
fn eventful() -> History {
    let matmul_ns = [104e3, 104.3e3, 131e3, 130.2e3, 131.1e3, 96e3, 82e3, 82.2e3];
    let saved = (0..8).map(|week| {
        let ns = matmul_ns[week];
        let gelu = |ns| benchmark("GELU/1000", ns, Some(elementwise(1000, 8, 2)));
        let level = gelu(9_200.0 * (1.0 + 0.002 * (week % 3) as f64));
        let allocation = allocation(Range { low: 4096, high: if week > 4 { 5000 } else { 4096 } });
        let mut rows = vec![
            Benchmark { allocation: Some(allocation), ..benchmark("MatMul/128x128", ns, Some(matmul(128))) },
            match week {
                2 => contended(gelu(14e3)),
                3 => failed(level),
                _ => level,
            },
        ];
        if week > 3 {
            rows.push(benchmark(
                "evil/<img src=x>|`a`*b*_c_{{#include /x}}\n# no\u{1b}[31m",
                120.0 + 40.0 * week as f64,
                None,
            ));
        }
        let mut saved = in_week(week as i64, &format!("week-{week}"), rows);
        if week > 4 {
            saved.environment.machine.cpu = "AMD EPYC 9654 96-Core Processor".to_owned();
        }
        saved
    });
    history(&saved.collect::<Vec<_>>(), &Options::default(), &|_| true)
}

/// So many baselines of four rows that drift, jump, jump back and stay.
fn many(baselines: usize) -> History {
    let wobble = |index: usize| 1.0 + 0.004 * ((index * 7 % 11) as f64 / 5.0 - 1.0);
    let saved = (0..baselines).map(|index| {
        let share = index as f64 / baselines as f64;
        let spike = if share > 0.4 && share < 0.5 { 1.3 } else { 1.0 };
        let rows = vec![
            benchmark("Drift/1", 5e6 * (1.0 + 0.2 * share) * wobble(index), None),
            benchmark("Jump/1", 800.0 * if share > 0.6 { 0.7 } else { 1.0 } * wobble(index), None),
            benchmark("Spike/1", 3e9 * spike * wobble(index + 3), None),
            benchmark("Still/1", 44_000.0 * wobble(index + 5), None),
        ];
        in_week(index as i64, &format!("2026-{:02}-{:02}", 1 + index / 28, 1 + index % 28), rows)
    });
    history(&saved.collect::<Vec<_>>(), &Options::default(), &|_| true)
}

/// Compares every output with its golden file, and with itself rendered again.
fn assert_golden(name: &str, history: &History) -> HistoryReport {
    let report = render(history);
    report.files().for_each(|(file, content)| assert_golden_file(name, &file, &content));
    for width in [80, 120] {
        let text = plain(&tables(history, Some(width)));
        assert_data_eq!(text, golden(&format!("{name}/terminal-{width}.txt")));
    }
    assert_eq!(report, render(history), "not deterministic");
    report
}

#[test]
fn an_eventful_history() {
    let history = eventful();
    let report = assert_golden("history-eventful", &history);
    assert_data_eq!(rounded(&json(&history)), golden("history-eventful/history.json"));
    assert!(report.markdown.contains("](history.svg)"));
}

#[test]
fn a_history_of_two() {
    assert_golden("history-two", &many(2));
}

#[test]
fn a_history_of_fifty() {
    let chart = render(&many(50)).chart.expect("a chart");
    assert_golden_file("history-fifty", "history.svg", &chart.svg);
}

/// Its two threads were ready without a core for this share of every sample.
fn waiting(mut benchmark: Benchmark, share: f64) -> Benchmark {
    let cpu = CpuTime {
        wall: 9e3,
        outside: 0.0,
        thread: 9e3,
        process: 14e3,
        delay: share * 9e3,
        waits: 9,
        preemptions: 9,
    };
    benchmark.rounds.iter_mut().for_each(|round| round.cpu = vec![cpu; round.samples.len()]);
    benchmark
}

#[test]
fn the_ways_in_which_cores_were_used_are_told_apart() {
    let gelu = || benchmark("GELU/1000", 9e3, None);
    let rows = [waiting(gelu(), 0.01), contended(gelu()), waiting(gelu(), 0.9), waiting(gelu(), 0.25)];
    let saved =
        rows.into_iter().zip(0..).map(|(row, week)| in_week(week, &format!("week-{week}"), vec![row]));
    let history = history(&saved.collect::<Vec<_>>(), &Options::default(), &|_| true);
    for text in [render(&history).markdown, plain(&tables(&history, None))] {
        for remark in ["contended", "cores lost", "waited longer for cores"] {
            assert!(text.contains(&format!("{remark}, not judged")), "{text}");
        }
    }
    let json: serde_json::Value = serde_json::from_str(&json(&history)).expect("JSON");
    let word = |point: usize| json["rows"][0]["points"][point]["unjudged"].as_str();
    let words = [None, Some("contended"), Some("cores-lost"), Some("longer-wait")];
    assert_eq!([0, 1, 2, 3].map(word), words);
}

#[test]
fn a_history_of_nothing_is_said_to_be_one() {
    let report = render(&history::<Baseline>(&[], &Options::default(), &|_| true));
    assert_eq!(report.chart, None);
    assert!(
        report.markdown.contains("No change point in 0 benchmarks over 0 baselines."),
        "{}",
        report.markdown
    );
}

#[test]
fn markup_in_names_is_nowhere_markup() {
    let history = eventful();
    let report = render(&history);
    for text in ["<img src", "{{#include", "\n# no"] {
        assert!(!report.markdown.contains(text), "{text}");
    }
    let chart = report.chart.expect("a chart");
    assert!(!chart.svg.contains("<img"));
    let texts = [report.markdown, chart.svg, plain(&tables(&history, None))];
    assert!(texts.iter().all(|text| !text.contains('\u{1b}')));
}

#[test]
fn tables_have_as_many_cells_as_headings() {
    assert_whole_tables(&render(&eventful()).markdown);
}

#[test]
fn times_beyond_measure_do_not_panic() {
    let extremes = [1e-9, 1e15, 1.0, 1e-9];
    let saved =
        (0..4).map(|index| in_week(index, "b", vec![benchmark("x/1", extremes[index as usize], None)]));
    let history = history(&saved.collect::<Vec<_>>(), &Options::default(), &|_| true);
    assert!(render(&history).chart.is_some());
    tables(&history, Some(1));
}
