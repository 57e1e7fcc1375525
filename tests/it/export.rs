//! Baselines in the formats of other tools.

use std::env;
use std::process::Command;

use serde_json::{Value, json};

use crate::committed::committed;
use crate::import;
use crate::published::skipped;
use crate::replay::{Replay, bench, benchmark, said};

/// A baseline of two benchmarks, of which one names its bytes; each round takes a little longer than the one before.
fn saved() -> Replay {
    let replay = Replay::new();
    for turn in 1..=12 {
        let slower = 1.0 + 1e-4 * f64::from(turn);
        let plain = benchmark("g|plain|1", 1000.0 * slower);
        let sized = benchmark("g|sized|2", 2000.0 * slower);
        replay.script(turn, &format!("greet 0.8.2\n{plain}throughput Bytes 4096\n{sized}group g\n"));
    }
    replay.run(&["save", "a"]).succeeds();
    replay
}

fn exported(replay: &Replay, format: &str) -> Value {
    replay.run(&["export", "a", "--format", format]).succeeds().json()
}

fn near(value: &Value, expected: f64) -> bool {
    value.as_f64().is_some_and(|value| (value / expected - 1.0).abs() < 0.01)
}

#[test]
fn bencher_has_a_latency_and_rates_with_their_bounds() {
    let json = exported(&saved(), "bencher");
    let plain = &json["g/plain/1"]["latency"];
    assert!(near(&plain["value"], 1000.0), "{json}");
    assert!(plain["lower_value"].as_f64() < plain["upper_value"].as_f64(), "{json}");
    assert!(near(&json["g/sized/2"]["bytes-per-second"]["value"], 4096.0 / 2e-6), "{json}");
    assert_eq!(json["g/plain/1"]["bytes-per-second"], Value::Null);
}

#[test]
fn github_action_benchmark_has_a_point_for_each_time() {
    let json = exported(&saved(), "github-action-benchmark");
    let points = json.as_array().expect("points");
    let names: Vec<&Value> = points.iter().map(|point| &point["name"]).collect();
    assert_eq!(names, ["g/plain/1", "g/sized/2"]);
    assert!(points.iter().all(|point| point["unit"] == "ns/iter"), "{json}");
    assert!(near(&points[1]["value"], 2000.0), "{json}");
}

#[test]
fn critcmp_has_the_parts_of_ids_throughputs_and_estimates() {
    let json = exported(&saved(), "critcmp");
    assert_eq!(json["name"], "a");
    let row = &json["benchmarks"]["g/sized/2"];
    let benchmark = &row["criterion_benchmark_v1"];
    let parts = ["group_id", "function_id", "value_str", "full_id"].map(|key| &benchmark[key]);
    assert_eq!(parts, ["g", "sized", "2", "g/sized/2"]);
    assert_eq!(benchmark["throughput"], json!({ "Bytes": 4096 }));
    assert!(near(&row["criterion_estimates_v1"]["mean"]["point_estimate"], 2000.0), "{json}");
}

/// The real program, where it is installed.
#[test]
fn critcmp_compares_what_is_exported() {
    let Some(critcmp) = critcmp() else { return };
    let replay = saved();
    replay.save("b", &bench(&[("g|plain|1", 3000.0)]));
    for name in ["a", "b"] {
        let text = replay.run(&["export", name, "--format", "critcmp"]).succeeds().stdout;
        std::fs::write(replay.path(&format!("{name}.json")), text).expect("writes");
    }
    let files = ["a.json", "b.json"].map(|file| replay.path(file));
    let table = said(Command::new(critcmp).args(files).output().expect("starts")).succeeds().stdout;
    let row = table.lines().find(|line| line.starts_with("g/plain/1")).expect("a row");
    assert!(row.contains("1000.") && row.contains("3.00"), "{table}");
}

/// What critcmp exports of a baseline of criterion's, and what is exported of the same when it is imported.
#[test]
fn critcmp_exports_the_same_of_what_criterion_saved() {
    let Some(critcmp) = critcmp() else { return };
    let replay = Replay::new();
    let rows = [("g/f/1", "null"), ("g/f/2", "{\"Bytes\":4096}"), ("g/f/3", "{\"Elements\":7}")];
    let listed = rows.map(|(id, _)| format!("benchmark {0}\nend\n", id.replace('/', "|")));
    replay.script("default", &format!("greet 0.8.2\n{}group g\n", listed.concat()));
    let folder = replay.path("target/criterion");
    for (index, (id, throughput)) in rows.into_iter().enumerate() {
        import::saved(&folder, "before", id, throughput, 1000.0 * (index + 1) as f64);
    }
    let mut theirs = Command::new(critcmp);
    theirs.arg("--target-dir").arg(replay.path("target")).args(["--export", "before"]);
    let theirs = said(theirs.output().expect("starts")).succeeds().json();
    replay.run(&["import", "before", "--from", folder.to_str().expect("is UTF-8")]).succeeds();
    let ours = replay.run(&["export", "before", "--format", "critcmp"]).succeeds().json();
    let ids =
        |file: &Value| file["benchmarks"].as_object().expect("rows").keys().cloned().collect::<Vec<_>>();
    assert_eq!(ids(&theirs), rows.map(|(id, _)| id));
    assert_eq!((&ours["name"], ids(&ours)), (&theirs["name"], ids(&theirs)));
    for (id, theirs) in theirs["benchmarks"].as_object().expect("rows") {
        let ours = &ours["benchmarks"][id];
        assert_eq!(ours["fullname"], theirs["fullname"]);
        let [own, other] = [ours, theirs].map(|row| &row["criterion_benchmark_v1"]);
        for key in ["group_id", "function_id", "value_str", "full_id"] {
            assert_eq!(own[key], other[key], "{id}: {key}");
        }
        for unit in ["Bytes", "Elements"] {
            assert_eq!(own["throughput"][unit], other["throughput"][unit], "{id}: {unit}");
        }
        let [own, other] = [ours, theirs].map(|row| &row["criterion_estimates_v1"]["mean"]["point_estimate"]);
        assert!(near(own, other.as_f64().expect("a time")), "{id}: {own} for {other}");
    }
}

fn critcmp() -> Option<String> {
    let program = env::var("CRITCMP").unwrap_or_else(|_| "critcmp".to_owned());
    let version = Command::new(&program).arg("--version").output();
    let is_there = version.is_ok_and(|output| output.status.success());
    if is_there {
        return Some(program);
    }
    skipped("critcmp is not installed");
    None
}

#[test]
fn llama_bench_has_a_test_for_each_phase_of_a_model() {
    let file = committed().join("baselines/kv-cache.toml");
    let file = file.to_str().expect("is UTF-8");
    let arguments = ["export", file, "--format", "llama-bench", "--filter", "Small-f32"];
    let json = Replay::new().run(&arguments).succeeds().json();
    let tests = json.as_array().expect("tests");
    let test = |prompt: u64, generated: u64, depth: u64| {
        let sizes = [("n_prompt", prompt), ("n_gen", generated), ("n_depth", depth)];
        let found = tests.iter().find(|test| sizes.iter().all(|(key, size)| test[key] == *size));
        found.unwrap_or_else(|| panic!("no test of {sizes:?} in {json}"))
    };
    let prefill = test(64, 0, 0);
    assert!(near(&prefill["avg_ts"], 64.0 * 1e9 / prefill["avg_ns"].as_f64().expect("a time")), "{prefill}");
    assert_eq!(prefill["model_filename"], "Small-f32");
    test(0, 8, 128);
    test(10, 25, 0);
}

#[test]
fn what_has_no_model_is_not_exported_for_llama_bench() {
    let said = saved().run(&["export", "a", "--format", "llama-bench"]);
    said.fails(2, "cannot export baseline `a` for llama-bench: no benchmark of a model is chosen");
}

/// Both baselines, of which `b` takes three times as long and lacks a benchmark.
fn two_saved() -> Replay {
    let replay = saved();
    replay.save("b", &bench(&[("g|plain|1", 3000.0)]));
    replay
}

#[test]
fn json_and_csv_are_what_show_and_diff_print() {
    let replay = two_saved();
    for format in ["json", "csv"] {
        let of = ["--format", format];
        for [export, shown] in [
            [&["export", "a"][..], &["show", "a"]],
            [&["export", "a", "--filter", "plain"], &["show", "a", "plain"]],
            [&["export", "a", "b"], &["diff", "a", "b"]],
            [
                &["export", "a", "b", "plain", "--threshold", "900"],
                &["diff", "a", "b", "plain", "--threshold", "900"],
            ],
        ] {
            let exported = replay.run(&[export, &of].concat()).succeeds();
            assert_eq!(exported.stdout, replay.run(&[shown, &of].concat()).succeeds().stdout, "{export:?}");
            assert_eq!(exported.stderr, "", "{export:?} writes no report");
        }
    }
}

#[test]
fn a_comparison_is_exported_whatever_it_finds() {
    let replay = two_saved();
    let file = replay.baseline("b");
    let text = std::fs::read_to_string(&file).expect("is saved");
    std::fs::write(&file, text.replacen("profile = \"bench\"", "profile = \"other\"", 1)).expect("writes");
    let arguments = ["a", "b", "--format", "json"];
    replay.run(&[&["diff"], &arguments[..]].concat()).fails(3, "");
    let json = replay.run(&[&["export"], &arguments[..]].concat()).succeeds().json();
    assert_eq!(json["rows"][0]["verdict"], "not-comparable", "{json}");
    let across = replay.run(&[&["export", "--across", "profile"], &arguments[..]].concat()).succeeds().json();
    assert_eq!(across["rows"][0]["verdict"], "regressed", "{across}");
}

#[test]
fn other_tools_take_one_baseline_at_a_time() {
    let replay = two_saved();
    for format in ["bencher", "critcmp", "github-action-benchmark", "llama-bench"] {
        let said = replay.run(&["export", "a", "b", "--format", format]);
        said.fails(2, &format!("cannot export the comparison of `a` and `b` for {format}, which takes one"));
    }
}

#[test]
fn a_filter_that_leaves_nothing_of_a_comparison_and_judging_without_one_are_errors() {
    let replay = two_saved();
    replay.run(&["export", "a", "b", "nothing", "--format", "csv"]).fails(2, "matches `nothing`");
    for option in [&["--threshold", "5"][..], &["--rule", "point"], &["--across", "work"], &["--no-learned"]]
    {
        replay.run(&[&["export", "a", "--format", "json"], option].concat()).fails(2, "CANDIDATE");
    }
}
