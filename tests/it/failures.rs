//! Benches that fail: the exit code, the words, and that nothing measured beside them is lost.

use crate::replay::{Replay, Said, bench, benchmark, json_id, project, said, tensorprof};

/// A bench that measures one benchmark well and then, in the second, does what `end` says.
fn breaks(end: &str) -> String {
    format!("greet 0.8.2\n{}begin g|-|bad\n{end}\n", benchmark("g|-|good", 1000.0))
}

/// Saves with a bench that ends so, and checks that the good row is kept and the bad one marked.
#[track_caller]
fn save_keeps_the_good_row(end: &str, word: &str) {
    save_within_keeps_the_good_row("300", end, word);
}

#[track_caller]
fn save_within_keeps_the_good_row(seconds: &str, end: &str, word: &str) {
    let replay = Replay::new();
    replay.script("default", &breaks(end));
    replay.run(&["save", "a", "--timeout", seconds]).fails(101, word);
    replay.run(&["save", "b", "--timeout", seconds]).fails(101, word);
    let diff: Said = replay.run(&["diff", "a", "b", "--format", "json"]);
    let diff = diff.json();
    let verdict = |parameter: &str| {
        let rows = diff["rows"].as_array().expect("rows");
        rows.iter().find(|row| row["id"] == format!("g/{parameter}")).expect("is there")["verdict"].clone()
    };
    assert_eq!(verdict("bad"), "failed", "{diff}");
    assert_ne!(verdict("good"), "failed", "{diff}");
}

#[test]
fn a_bench_that_panics() {
    save_keeps_the_good_row("panic", "the bench panics");
}

#[test]
fn an_id_of_thousands_of_characters_is_named_in_short_and_not_saved() {
    let replay = Replay::new();
    let long = format!("g|-|{}", "x".repeat(3000));
    replay.script("default", &bench(&[("g|-|good", 1000.0), (&long, 1000.0)]));
    let saved = replay.run(&["save", "a", "--rounds", "2"]);
    saved.fails(101, "its id has 3002 characters, and a baseline holds at most 500; shorten it");
    assert!(!saved.stderr.contains(&"x".repeat(500)), "{}", saved.stderr);
    let shown = replay.run(&["show", "a"]).succeeds().stdout;
    assert!(shown.contains("g/good") && !shown.contains("xxx"), "{shown}");
}

#[test]
fn a_bench_that_hangs() {
    save_within_keeps_the_good_row("1", "hang", "nothing for 1 s");
}

/// A save whose bench breaks so, within a silence of one second.
#[track_caller]
fn is_stopped(end: &str, word: &str) {
    let replay = Replay::new();
    replay.script("default", &breaks(end));
    let saved = replay.run(&["save", "a", "--timeout", "1"]);
    saved.fails(101, word);
    assert!(saved.stderr.contains("g/bad"), "{}", saved.stderr);
}

#[test]
fn a_bench_that_chatters_without_end() {
    is_stopped("chatter", "did not end this benchmark within 4 s and was killed; `--timeout` allows more");
}

#[test]
fn a_bench_that_stops_in_the_middle_of_a_message() {
    is_stopped("frame 00000009\nhang", "a message has begun and not ended in time");
    is_stopped("half-line\nhang", "a line has begun and not ended in time");
}

#[test]
fn a_bench_whose_messages_are_too_long() {
    is_stopped("frame 7fffffff\nhang", "a message is longer than 16 MiB");
    is_stopped("endless-line\nhang", "a line is longer than 64 MiB");
}

#[test]
fn a_bench_that_prints_without_end() {
    is_stopped("prints-bytes 4294967297\nhang", "it has printed more than 4 GiB");
}

#[test]
fn a_bench_that_ends_early() {
    save_keeps_the_good_row("exit 0", "ended in the middle of a benchmark");
}

#[test]
fn a_bench_that_ends_with_an_error() {
    save_keeps_the_good_row("print something of note\nexit 3", "something of note");
}

#[test]
fn a_bench_that_talks_garbage() {
    save_keeps_the_good_row("frame 00000003ffffff\nhang", "cannot be read");
}

#[test]
fn a_sample_that_took_no_time() {
    save_keeps_the_good_row("measured g|-|bad 10,10 0,0\ngroup g", "no time at all");
}

#[test]
fn a_count_of_work_that_no_file_can_hold() {
    let record = format!(
        "record {{\"message\":\"record\",{},\"work\":{{\"flops\":18446744073709551615}}}}",
        json_id("g|-|bad")
    );
    let end = format!("measured g|-|bad 10,10 1000,1000\n{record}\ngroup g");
    save_keeps_the_good_row(&end, "its declared work is too large");
}

#[test]
fn a_protocol_that_this_tool_does_not_speak() {
    let replay = Replay::new();
    replay.script("default", "greet 9.0.0 2\nhang\n");
    replay.run(&["save", "a"]).fails(2, "does not speak criterion's runner protocol");
}

#[test]
fn a_criterion_older_than_the_protocol_is_named_and_not_run() {
    let manifest = project().parent().expect("has a parent").join("old-criterion/Cargo.toml");
    let baselines = tempfile::TempDir::new().expect("makes a folder");
    let folder = baselines.path().to_str().expect("is UTF-8");
    let output = tensorprof(&manifest, &["save", "a", "--baselines", folder]).output().expect("starts");
    said(output).fails(2, "criterion 0.3.2 is too old");
}

#[test]
fn a_session_appended_by_a_bench_that_fails_keeps_its_good_rows() {
    let replay = Replay::new();
    replay.save("a", &bench(&[("g|-|good", 1000.0)]));
    replay.script("default", &breaks("panic"));
    replay.run(&["save", "a", "--append"]).fails(101, "the bench panics");
    let text = std::fs::read_to_string(replay.baseline("a")).expect("is kept");
    assert_eq!(text.matches("[[session]]").count(), 2, "{text}");
}

#[test]
fn a_failing_build_saves_nothing() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    replay.run(&["save", "a", "--features", "broken"]).fails(101, "could not be built");
    assert!(!replay.baseline("a").exists());
}

#[test]
fn a_bench_that_measures_something_else_than_time() {
    let replay = Replay::new();
    replay.script("default", "greet 0.8.2\nbegin g\nmeasured g 1,1 1,1 cycles\ngroup g\n");
    replay.run(&["save", "a"]).fails(101, "cycles");
    assert!(!replay.baseline("a").exists());
}

#[test]
fn a_bench_that_is_not_criterions() {
    let replay = Replay::new();
    replay.script("default", "print running 0 tests\n");
    replay.run(&["save", "a"]).fails(2, "does not speak criterion's runner protocol");
    assert!(!replay.baseline("a").exists());
}

#[test]
fn a_bench_that_fails_leaves_the_baseline_it_would_have_replaced() {
    let replay = Replay::new();
    replay.save("a", &bench(&[("g|-|1", 1000.0)]));
    let before = std::fs::read(replay.baseline("a")).expect("is saved");
    replay.script("default", "greet 0.8.2\npanic\n");
    replay.run(&["save", "a", "--force"]).fails(101, "the bench panics");
    assert_eq!(std::fs::read(replay.baseline("a")).expect("is kept"), before);
}

#[test]
fn a_measurement_that_no_baseline_holds_ends_after_its_first_round() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    let saved = replay.run(&["save", "a", "--rounds", "1000", "--sample-size", "10000"]);
    saved.fails(2, "and a baseline holds at most 5000000; lower `--rounds`");
    assert_eq!(replay.calls().len(), 1);
}

#[test]
fn filters_are_checked() {
    let replay = Replay::new();
    replay.script("default", "greet 0.8.2\ngroup g\n");
    replay.run(&["save", "a", "("]).fails(2, "is not a regular expression");
    replay.run(&["save", "a", "nothing"]).fails(2, "no benchmark of replay matches `nothing`");
}
