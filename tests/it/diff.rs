//! `diff`: verdicts, exit codes, the report on disk.

use std::fs;

use crate::replay::{
    CONTENDED, Replay, UNCONTENDED, bench, benchmark, plain_benchmark, probed_benchmark, said,
};

/// The verdict of a row in a JSON comparison.
fn verdict<'a>(diff: &'a serde_json::Value, id: &str) -> &'a str {
    let rows = diff["rows"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("no row {id} in {diff}"));
    row["verdict"].as_str().expect("is text")
}

/// Two baselines of rows that stay, slow down, speed up, appear and vanish.
fn mixed() -> Replay {
    let replay = Replay::new();
    let before =
        [("g|-|same", 1000.0), ("g|-|slower", 10_000.0), ("g|-|faster", 10_000.0), ("g|-|old", 1000.0)];
    let after = [("g|-|same", 1001.0), ("g|-|slower", 12_000.0), ("g|-|faster", 8000.0), ("g|-|new", 1000.0)];
    replay.save("before", &bench(&before));
    replay.save("after", &bench(&after));
    replay
}

#[test]
fn every_row_gets_its_verdict_and_the_report_lies_in_its_folder() {
    let replay = mixed();
    let folder = replay.path("report");
    fs::create_dir(&folder).expect("makes a folder");
    let stale = [folder.join("tokens-per-second.svg")];
    stale.iter().for_each(|file| fs::write(file, "of an earlier report").expect("writes"));
    fs::write(folder.join(".tensorprof-report"), "").expect("writes the mark");
    let arguments =
        ["diff", "before", "after", "--format", "json", "--output", folder.to_str().expect("is UTF-8")];
    let said = replay.run(&arguments).succeeds();
    let diff = said.json();
    assert_eq!(diff["format"], "tensorprof-diff");
    for (id, expected) in [
        ("same", "unchanged"),
        ("slower", "regressed"),
        ("faster", "improved"),
        ("old", "removed"),
        ("new", "added"),
    ] {
        assert_eq!(verdict(&diff, &format!("g/{id}")), expected, "{id}");
    }
    assert_eq!(diff["summary"]["regressed"], 1, "{}", diff["summary"]);
    let page = fs::read_to_string(folder.join("report.md")).expect("is written");
    assert_eq!(fs::read_to_string(folder.join("report.json")).expect("is written"), said.stdout);
    let shown: Vec<&str> = page.split(['(', ')']).filter(|text| text.ends_with(".svg")).collect();
    for file in &shown {
        assert!(folder.join(file).exists(), "{file} is shown and missing");
    }
    assert!(shown.contains(&"time-ratios.svg"), "{shown:?}");
    assert!(!stale.iter().any(|file| file.exists()), "charts of an earlier report stay");
}

#[test]
fn a_comment_is_one_more_way_to_say_it_and_changes_no_exit_code() {
    let replay = mixed();
    let folder = replay.path("report");
    let comment = |arguments: &[&str]| {
        let output = ["--format", "comment", "--output", folder.to_str().expect("is UTF-8")];
        replay.run(&[&["diff", "before", "after"], &output[..], arguments].concat())
    };
    let text = comment(&[]).succeeds().stdout;
    assert!(
        text.starts_with("<!-- tensorprof -->\n### `after` against `before`\n\n**Mixed.** 1 of 5 "),
        "{text}"
    );
    let last = text.lines().next_back().expect("lines").replace("&#46;", ".");
    assert!(last.starts_with("The whole report: ") && last.contains("report.md"), "{last}");
    assert!(!text.contains(".svg"), "a comment shows no local file: {text}");
    assert!(folder.join("report.md").exists());
    let gated = comment(&["--gate"]);
    gated.fails(1, "");
    assert_eq!(gated.stdout, text);
    comment(&["--gate", "--filter", "same|faster"]).succeeds();
    comment(&["--gate", "--filter", "old"]).fails(3, "");
    replay.run(&["history", "--format", "comment"]).fails(2, "'comment'");
}

#[test]
fn the_gate_has_exit_codes() {
    let replay = mixed();
    replay.run(&["diff", "before", "after"]).succeeds();
    replay.run(&["diff", "before", "after", "--gate"]).fails(1, "");
    replay.run(&["diff", "before", "after", "--gate", "--filter", "same|faster"]).succeeds();
    replay.run(&["diff", "before", "after", "--gate", "--filter", "old"]).fails(3, "");
    replay.run(&["diff", "before", "after", "--filter", "old|new"]).fails(3, "");
    replay.run(&["diff", "before", "after", "--gate-inconclusive", "fail"]).fails(2, "--gate");
}

#[test]
fn a_gate_keeps_its_exit_code_when_the_reader_of_its_table_has_gone() {
    let replay = mixed();
    for arguments in [&["--gate"][..], &["--gate", "--format", "json"]] {
        let mut child = replay.start(&[&["diff", "before", "after"], arguments].concat());
        drop(child.stdout.take());
        let said = said(child.wait_with_output().expect("ends"));
        said.fails(1, "Gate failed: 1 row slower");
        assert!(!said.stderr.contains("error"), "{}", said.stderr);
    }
}

#[test]
fn inconclusive_rows_pass_the_gate_and_are_counted_unless_they_are_to_fail_it() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    replay.save("a", &bench(&[("g|-|1", 1000.0)]));
    // Beyond the threshold by less than what one session a side can show.
    replay.save("b", &bench(&[("g|-|1", 1025.0)]));
    let gate = |arguments: &[&str]| replay.run(&[&["diff", "a", "b", "--gate"], arguments].concat());
    let passed = gate(&[]).succeeds();
    assert!(passed.stderr.contains("passed, with 1 row inconclusive"), "{}", passed.stderr);
    let refused = gate(&["--gate-inconclusive", "fail"]);
    assert!(refused.stderr.contains("cannot judge: 1 row inconclusive"), "{}", refused.stderr);
    refused.fails(3, "");
}

/// The codes of the notes of a row.
fn notes<'a>(diff: &'a serde_json::Value, id: &str) -> Vec<&'a str> {
    let rows = diff["rows"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("no row {id} in {diff}"));
    let notes = row["notes"].as_array().map(Vec::as_slice).unwrap_or_default();
    notes.iter().filter_map(|note| note["code"].as_str()).collect()
}

#[test]
fn a_filter_changes_no_verdict_and_the_gate_holds_what_it_shows() {
    let replay = Replay::new();
    // Ten rows that change by more and more, across the least that one session a side can show, among many that do not.
    let same: Vec<String> = (0..60).map(|index| format!("g|-|same-{index}")).collect();
    let edge: Vec<String> = (0..10).map(|index| format!("g|-|edge-{index}")).collect();
    let times = |step: f64| {
        let edge = edge
            .iter()
            .enumerate()
            .map(|(index, id)| (id.as_str(), 1e4 * (1.0 + step * (16.0 + index as f64))));
        same.iter().map(|id| (id.as_str(), 1e4)).chain(edge).collect::<Vec<_>>()
    };
    replay.save("a", &bench(&times(0.0)));
    replay.save("b", &bench(&times(0.002)));
    let diff = |arguments: &[&str]| {
        replay.run(&[&["diff", "a", "b", "--no-learned", "--format", "json"], arguments].concat())
    };
    let whole = diff(&[]).succeeds().json();
    let ids: Vec<String> = (0..10).map(|index| format!("g/edge-{index}")).collect();
    assert!(
        ids.iter().any(|id| notes(&whole, id) == ["false-discovery"]),
        "some are lost among many: {whole}"
    );
    for id in &ids {
        let filter = format!("^{id}$");
        let said = diff(&[&filter, "--gate"]);
        said.fails(if verdict(&whole, id) == "regressed" { 1 } else { 0 }, "Gate");
        let alone = said.json();
        assert_eq!(alone["rows"].as_array().expect("rows").len(), 1);
        assert_eq!(
            (verdict(&alone, id), notes(&alone, id)),
            (verdict(&whole, id), notes(&whole, id)),
            "{id}"
        );
    }
    assert_eq!(verdict(&whole, &ids[9]), "regressed");
    diff(&["--filter", "same", "--gate"]).fails(0, "Gate passed");
}

#[test]
fn what_decides_open_rows_is_said_in_every_form_and_can_be_run() {
    let replay = Replay::new();
    let script =
        |ns| format!("greet 0.8.2\n{}group g\n", [("g|-|1", ns), ("g|-|2", 1000.0)].map(row).concat());
    replay.save("a", &script(1000.0));
    replay.save("b", &script(1030.0));
    let diff = |arguments: &[&str]| {
        replay.run(&[&["diff", "a", "b", "--no-learned"], arguments].concat()).succeeds().stdout
    };
    let json: serde_json::Value = serde_json::from_str(&diff(&["--format", "json"])).expect("is JSON");
    assert!(matches!(verdict(&json, "g/1"), "inconclusive" | "suspect"), "{json}");
    let commands = json["advice"]["commands"].as_array().expect("commands").iter();
    let commands: Vec<&str> = commands.map(|command| command.as_str().expect("is text")).collect();
    // Both sides are of one commit, so no head-to-head run would tell them apart.
    for (command, name) in commands.iter().zip(["a", "b"]) {
        assert!(command.starts_with(&format!("cargo tensorprof save {name} --append ")), "{command}");
        assert!(command.contains(" --filter '^g/1$' --manifest-path "), "{command}");
    }
    assert_eq!(commands.len(), 2);
    for form in ["table", "markdown", "comment"] {
        let text = diff(&["--format", form]);
        let said = json["advice"]["text"].as_str().expect("is text");
        assert!(text.contains(said) && commands.iter().all(|command| text.contains(command)), "{text}");
    }
    for (command, ns) in commands.iter().zip([1000.0, 1030.0]) {
        replay.script("default", &script(ns));
        replay.paste(command).succeeds();
    }
    let more = diff(&["--format", "json"]);
    let more: serde_json::Value = serde_json::from_str(&more).expect("is JSON");
    for side in ["baseline", "candidate"] {
        assert_eq!(more[side]["sessions"].as_array().map(Vec::len), Some(2), "{}", more[side]);
    }
    let half_width = |diff: &serde_json::Value| {
        let time = &diff["rows"][0]["time"];
        time["high"].as_f64().expect("a number") - time["low"].as_f64().expect("a number")
    };
    assert!(
        half_width(&more) < 0.8 * half_width(&json),
        "another session a side makes the interval narrower"
    );
}

#[test]
fn what_decides_rows_of_the_working_tree_measures_it_as_it_was_measured() {
    let replay = Replay::new();
    replay.save("a", &bench(&[("g|-|1", 1000.0)]));
    replay.script("default", &bench(&[("g|-|1", 1025.0)]));
    let measured = ["--bench", "replay", "--timeout", "200", "--threshold", "2.1", "--offline"];
    let diff = [&["diff", "a", "--no-learned", "--format", "json"], &measured[..]].concat();
    let json = replay.run(&diff).succeeds().json();
    let commands = json["advice"]["commands"].as_array().expect("commands");
    let [append, again] = commands.as_slice() else { panic!("{json}") };
    let [append, again] = [append, again].map(|command| command.as_str().expect("is text"));
    let project = append.find(" --manifest-path ").map(|at| &append[at..]).expect("the project");
    assert!(project.contains(" --baselines ") && project.ends_with(" --offline"), "{append}");
    let rest = format!(" --threshold 2.1 --no-learned --bench replay --timeout 200{project}");
    // A row that only another session decides asks for no number of rounds.
    assert!(again.starts_with("cargo tensorprof diff a ") && again.contains(" --filter '^g/1$' "), "{again}");
    assert!(again.ends_with(&rest), "{again}");
    for command in [append, again] {
        replay.paste(command).succeeds();
    }
    let page = replay.run(&[&diff[..3], &["--format", "markdown", "--rounds", "2"], &measured].concat());
    let page = page.succeeds().stdout;
    let command = page.lines().rfind(|line| line.starts_with("cargo tensorprof diff a")).expect("a command");
    let expected = format!(
        "cargo tensorprof diff a --threshold 2.1 --no-learned --rounds 2 --bench replay --timeout 200{project}"
    );
    assert_eq!(command, expected);
    replay.paste(command).succeeds();
}

/// A benchmark that a filter can leave out.
fn row((id, ns): (&str, f64)) -> String {
    format!("benchmark {id}\n{}end\n", benchmark(id, ns))
}

#[test]
fn the_working_tree_can_be_measured_in_more_rounds_and_only_what_is_asked_for() {
    let replay = Replay::new();
    let script =
        |ns| format!("greet 0.8.2\n{}group g\n", [("g|-|1", ns), ("g|-|2", 1000.0)].map(row).concat());
    replay.script("default", &script(1000.0));
    replay.run(&["save", "a", "--rounds", "2"]).succeeds();
    let filter = "^(?:g/1)$";
    let diff =
        replay.run(&["diff", "a", "--rounds", "5", "--filter", filter, "--format", "json"]).succeeds().json();
    assert_eq!((&diff["candidate"]["rounds"], &diff["candidate"]["benchmarks"]), (&5.into(), &1.into()));
    assert_eq!(diff["rows"].as_array().map(Vec::len), Some(1));
    assert_eq!(replay.calls().len(), 2 + 5);
    assert!(replay.calls()[6].ends_with(filter), "{:?}", replay.calls());
    replay.run(&["diff", "a", "a", "--rounds", "5"]).fails(2, "--rounds");
}

#[test]
fn every_metric_of_every_row_is_a_line_of_csv() {
    let replay = mixed();
    let csv = replay.run(&["diff", "before", "after", "--format", "csv"]).succeeds().stdout;
    let mut lines = csv.lines();
    let head = "id,label,package,target,group,function,parameter,\
                metric,unit,baseline,candidate,change,low,high,threshold,verdict,bound,notes";
    assert_eq!(lines.next(), Some(head));
    let start = "g/slower,g/slower,replay,replay,g,,slower,time,ns,";
    let slower: Vec<&str> = lines.filter(|line| line.starts_with(start)).collect();
    let [slower] = slower.as_slice() else { panic!("{csv}") };
    let cells: Vec<&str> = slower.split(',').collect();
    let number = |cell: usize| cells[cell].parse::<f64>().expect("a number");
    assert!((number(10) / number(9) - 1.0 - number(11)).abs() < 1e-9, "{slower}");
    assert_eq!((cells[14], cells[15]), ("0.02", "regressed"));
}

#[test]
fn what_is_not_known_is_empty_in_csv() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 10_000.0)]));
    replay.run(&["save", "a", "--rounds", "1"]).succeeds();
    replay.run(&["save", "b", "--rounds", "1"]).succeeds();
    let csv = replay.run(&["diff", "a", "b", "--format", "csv"]).succeeds().stdout;
    let time = csv.lines().nth(1).unwrap_or_else(|| panic!("{csv}"));
    let note = "\"Too few rounds for an interval: 1 in the baseline, 1 in the candidate.\"";
    let end = format!(",0,,,0.02,inconclusive,,{note}");
    assert!(time.ends_with(&end), "the interval has no ends: {csv}");
}

#[test]
fn one_name_measures_the_working_tree_with_the_same_settings_and_saves_it_only_on_request() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 10_000.0)]));
    replay.run(&["save", "a", "--rounds", "4", "--threads", "1"]).succeeds();
    replay.script("default", &bench(&[("g|-|1", 20_000.0)]));
    let diff = replay.run(&["diff", "a", "--format", "json"]).succeeds().json();
    assert_eq!(verdict(&diff, "g/1"), "regressed");
    assert_eq!(replay.calls().len(), 8);
    assert_eq!(replay.calls()[0], replay.calls()[7]);
    let names = fs::read_dir(replay.path("baselines")).expect("is there").count();
    assert_eq!(names, 1);
    replay.run(&["diff", "a", "--save", "b"]).succeeds();
    assert!(replay.baseline("b").exists());
    replay.run(&["diff", "a", "--save", "b"]).fails(2, "`b`");
}

#[test]
fn other_threads_are_not_compared_unless_asked_for() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 10_000.0)]));
    replay.run(&["save", "one", "--threads", "1"]).succeeds();
    replay.run(&["save", "two", "--threads", "2"]).succeeds();
    let refused = replay.run(&["diff", "one", "two", "--format", "json"]);
    refused.fails(3, "");
    assert_eq!(verdict(&refused.json(), "g/1"), "not-comparable");
    let across = replay.run(&["diff", "one", "two", "--across", "threads", "--format", "json"]).succeeds();
    assert_eq!(verdict(&across.json(), "g/1"), "unchanged");
}

#[test]
fn a_bench_that_never_heard_of_this_tool_is_compared_too() {
    let replay = Replay::new();
    let script = |ns| format!("greet 0.5.1\n{}group g\n", plain_benchmark("g|-|1", ns));
    replay.save("a", &script(10_000.0));
    replay.save("b", &script(12_000.0));
    let diff = replay.run(&["diff", "a", "b", "--format", "json"]).succeeds().json();
    assert_eq!(verdict(&diff, "g/1"), "regressed");
}

/// A bench of a row with this contention probe, and of one whose core was uncontended.
fn beside_a_quiet_row(ns: f64, contention: f64) -> String {
    let quiet = probed_benchmark("g|-|quiet", 1000.0, UNCONTENDED);
    format!("greet 0.8.2\n{quiet}{}group g\n", probed_benchmark("g|-|1", ns, contention))
}

#[test]
fn a_change_beyond_what_contention_does_is_one_under_contention_too() {
    let replay = Replay::new();
    replay.save("a", &beside_a_quiet_row(10_000.0, UNCONTENDED));
    replay.save("b", &beside_a_quiet_row(30_000.0, CONTENDED));
    let diff = replay.run(&["diff", "a", "b", "--format", "json"]).succeeds().json();
    assert_eq!(verdict(&diff, "g/1"), "regressed");
    assert_eq!(diff["rows"][0]["time"]["threshold"], 1.0, "{diff}");
    assert_eq!(diff["summary"]["time_ratio_geomean"]["rows"], 1, "the time under contention is in no mean");
}

#[test]
fn a_row_measured_under_contention_is_not_judged() {
    let replay = Replay::new();
    replay.save("a", &beside_a_quiet_row(10_000.0, UNCONTENDED));
    replay.save("b", &beside_a_quiet_row(15_000.0, CONTENDED));
    let diff = replay.run(&["diff", "a", "b", "--format", "json"]).succeeds().json();
    assert_eq!(verdict(&diff, "g/1"), "inconclusive");
    let codes: Vec<&str> = diff["rows"][0]["notes"]
        .as_array()
        .expect("notes")
        .iter()
        .filter_map(|note| note["code"].as_str())
        .collect();
    assert_eq!(codes, ["contended"], "{diff}");
    let alone = replay.run(&["diff", "a", "b", "--filter", "g/1", "--format", "json"]).succeeds().json();
    assert_eq!(verdict(&alone, "g/1"), "inconclusive", "a filter changes no verdict");
}

#[test]
fn point_estimates_are_labelled() {
    let replay = mixed();
    let said = replay.run(&[
        "diff",
        "before",
        "after",
        "--rule",
        "point",
        "--threshold",
        "5",
        "--format",
        "markdown",
    ]);
    let page = said.succeeds().stdout;
    assert!(page.contains("point estimate") && page.contains("noise model"), "{page}");
    assert!(page.contains("--rule point --threshold 5"), "{page}");
}

#[test]
fn markup_in_an_id_is_escaped_in_every_output() {
    let replay = Replay::new();
    let id = "<script>alert(1)</script>|a*b_c`d|x";
    replay.save("a", &bench(&[(id, 10_000.0)]));
    replay.save("b", &bench(&[(id, 20_000.0)]));
    let folder = replay.path("report");
    replay.run(&["diff", "a", "b", "--output", folder.to_str().expect("is UTF-8")]).succeeds();
    for entry in fs::read_dir(&folder).expect("is there") {
        let path = entry.expect("is readable").path();
        let text = fs::read_to_string(&path).expect("is UTF-8");
        if path.extension().is_some_and(|ending| ending != "json") {
            assert!(!text.contains("<script>"), "{}", path.display());
        }
    }
}

#[test]
fn the_same_baselines_give_the_same_bytes() {
    let replay = mixed();
    let read = |folder: &str| {
        let folder = replay.path(folder);
        replay.run(&["diff", "before", "after", "--output", folder.to_str().expect("is UTF-8")]).succeeds();
        let mut files: Vec<(std::ffi::OsString, Vec<u8>)> = fs::read_dir(folder)
            .expect("is there")
            .map(|entry| entry.expect("is readable"))
            .map(|entry| (entry.file_name(), fs::read(entry.path()).expect("is readable")))
            .collect();
        files.sort();
        files
    };
    assert_eq!(read("one"), read("two"));
}
