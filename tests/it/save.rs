//! `save`: rounds, provenance, what is refused before anything is built.

use std::fs;

use crate::replay::{
    CONTENDED, Replay, UNCONTENDED, bench, json_id, json_probes, plain_benchmark, probed_benchmark, said,
    tensorprof,
};

#[test]
fn every_round_is_a_fresh_process_in_the_packages_folder_with_short_settings() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("MatMul|f32|64x64", 5000.0)]));
    let saved =
        replay.run(&["save", "a", "MatMul", "--rounds", "3", "--", "--nresamples", "2000"]).succeeds();
    let call = "replay --bench --warm-up-time 0.05 --measurement-time 0.05 --sample-size 16 \
                --nresamples 2000 MatMul";
    assert_eq!(replay.calls(), [call; 3]);
    assert!(saved.stderr.contains("Saved 1 benchmark, 3 rounds in all, to "), "{}", saved.stderr);
    let shown = replay.run(&["show", "a", "--format", "json"]).succeeds().json();
    assert_eq!(shown["format"], "tensorprof-baseline");
    let text = fs::read_to_string(replay.baseline("a")).expect("is saved");
    for fact in ["rustc", "cpu", "criterion = \"0.8.2\"", "package = \"replay\"", "filter = \"MatMul\""] {
        assert!(text.contains(fact), "`{fact}` is not in:\n{text}");
    }
}

#[test]
fn a_name_that_is_taken_is_refused_before_anything_runs() {
    let replay = Replay::new();
    replay.save("a", &bench(&[("g|-|1", 1000.0)]));
    let before = fs::read_to_string(replay.baseline("a")).expect("is saved");
    let calls = replay.calls().len();
    replay.run(&["save", "a"]).fails(2, "--append");
    assert_eq!(replay.calls().len(), calls);
    assert_eq!(fs::read_to_string(replay.baseline("a")).expect("is kept"), before);
}

#[test]
fn force_replaces_and_append_adds_a_session() {
    let replay = Replay::new();
    replay.save("a", &bench(&[("g|-|1", 1000.0)]));
    replay.run(&["save", "a", "--append", "--rounds", "10"]).succeeds();
    let listed = replay.run(&["list", "--format", "json"]).succeeds().json();
    assert_eq!(sessions(&listed), 2, "{listed}");
    replay.run(&["save", "a", "--force"]).succeeds();
    let listed = replay.run(&["list", "--format", "json"]).succeeds().json();
    assert_eq!(sessions(&listed), 1, "{listed}");
}

/// Sessions of the only baseline listed.
fn sessions(listed: &serde_json::Value) -> usize {
    listed["baselines"][0]["sessions"].as_array().expect("dates").len()
}

#[test]
fn append_needs_a_baseline() {
    let replay = Replay::new();
    replay.run(&["save", "a", "--append"]).fails(2, "not found");
}

#[test]
fn names_that_are_no_plain_file_names_are_refused() {
    let replay = Replay::new();
    let long = "x".repeat(300);
    for name in ["../x", "a/b", "CON", ".x", "", &long] {
        replay.run(&["save", name]).fails(2, "is not a baseline name");
    }
    assert!(replay.calls().is_empty());
}

#[test]
fn one_save_of_a_name_at_a_time() {
    let replay = Replay::new();
    replay.script("default", "greet 0.8.2\nbegin g\nhang\n");
    let mut first = replay.start(&["save", "a"]);
    while replay.calls().is_empty() {
        assert!(first.try_wait().expect("asks").is_none(), "the first save ended early");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    replay.run(&["save", "a"]).fails(2, "another");
    first.kill().expect("kills");
    first.wait().expect("waits");
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    replay.run(&["save", "a"]).succeeds();
}

#[test]
fn threads_are_set_for_the_benches_and_recorded() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    replay.run(&["save", "a", "--threads", "1"]).succeeds();
    let text = fs::read_to_string(replay.baseline("a")).expect("is saved");
    assert!(text.contains("RAYON_NUM_THREADS = \"1\""), "{text}");
    let threads = fs::read_to_string(replay.path("scripts").join("threads")).expect("is noted");
    assert_eq!(threads, "1");
}

#[test]
fn records_of_the_bench_half_are_joined_by_id() {
    let replay = Replay::new();
    let id = "MatMul|-|64x64";
    let record = format!(
        "record {{\"message\":\"record\",{},\
         \"work\":{{\"flops\":524288,\"bytes\":49152,\"dtype\":\"f32\",\"convention\":\"tensorprof-1\"}},\
         {},\
         \"allocation\":[{{\"count\":2,\"bytes\":16640,\"peak\":16640,\"net\":0,\"live\":0}}]}}\n",
        json_id(id),
        json_probes(UNCONTENDED)
    );
    let script = format!("greet 0.8.2\n{}{record}group MatMul\n", plain_benchmark(id, 5000.0));
    replay.script("default", &script);
    replay.run(&["save", "a"]).succeeds();
    replay.run(&["save", "b"]).succeeds();
    let diff = replay.run(&["diff", "a", "b", "--format", "json"]).succeeds().json();
    let row = &diff["rows"][0];
    assert_eq!(row["dtype"], "f32", "{row}");
    assert_eq!(row["allocated_bytes"]["baseline"], 16640, "{row}");
    let gflops = row["gflops"]["candidate"].as_f64().expect("is a number");
    assert!((gflops - 104.85).abs() < 0.2, "{gflops}");
}

#[test]
fn benchmarks_whose_core_was_shared_are_measured_again_and_others_are_not() {
    let replay = Replay::new();
    let script = |contention| {
        let (contended, uncontended) = (
            probed_benchmark("g|-|a.b", 1000.0, contention),
            probed_benchmark("g|-|uncontended", 1000.0, UNCONTENDED),
        );
        format!("greet 0.8.2\n{contended}{uncontended}group g\n")
    };
    replay.script(1, &script(UNCONTENDED));
    replay.script("default", &script(CONTENDED));
    replay.run(&["save", "a", "--rounds", "4"]).succeeds();
    let calls = replay.calls();
    assert_eq!(calls.len(), 6, "after two contended extra rounds, two more cannot make up for three");
    assert!(calls[4..].iter().all(|call| call.ends_with(r"^(?:g/a\.b)$")), "{calls:?}");
}

#[test]
fn the_most_rounds_are_said_stored_and_kept() {
    let replay = Replay::new();
    let contended =
        |contention| format!("greet 0.8.2\n{}group g\n", probed_benchmark("g|-|1", 1000.0, contention));
    replay.script(1, &contended(UNCONTENDED));
    replay.script("default", &contended(CONTENDED));
    let saved = replay.run(&["save", "a", "--rounds", "3", "--max-rounds", "5"]).succeeds();
    assert!(saved.stderr.contains("Measuring 3 rounds, at most 5"), "{}", saved.stderr);
    assert_eq!(
        replay.calls().len(),
        4,
        "after a fourth contended round, one more cannot make three uncontended ones"
    );
    let text = fs::read_to_string(replay.baseline("a")).expect("is saved");
    assert!(text.contains("rounds = 3\nmax-rounds = 5\n"), "{text}");
    replay.run(&["diff", "a", "--max-rounds", "2"]).fails(2, "`--max-rounds 2` is less than the 3 rounds");
    let measured = replay.run(&["diff", "a", "--max-rounds", "3", "--save", "b"]);
    assert!(measured.stderr.contains("Measuring 3 rounds\n"), "{}", measured.stderr);
    let saved = replay.run(&["save", "c", "--rounds", "3"]).succeeds();
    assert!(saved.stderr.contains("Measuring 3 rounds, at most 6"), "{}", saved.stderr);
}

#[test]
fn benchmarks_whose_rounds_differ_are_measured_again() {
    let replay = Replay::new();
    let script = |ns| bench(&[("g|-|restless", ns), ("g|-|steady", 1000.0)]);
    // The lower half of the five rounds, 1000, 1000 and 1006 ns, is known to 1.16 %: 5 (1.16^2 - 1), rounded up, are two more.
    for (turn, ns) in [(1, 1100.0), (2, 1150.0), (3, 1006.0)] {
        replay.script(turn, &script(ns));
    }
    replay.script("default", &script(1000.0));
    replay.run(&["save", "a", "--rounds", "5"]).succeeds();
    let calls = replay.calls();
    assert_eq!(calls.len(), 7, "{calls:?}");
    assert!(calls[5..].iter().all(|call| call.ends_with(r"^(?:g/restless)$")), "{calls:?}");
}

/// The bench computes for far longer than its script says, so that the runner sees most of it however late it looks.
#[cfg(target_os = "linux")]
#[test]
fn a_bench_without_the_library_has_cpu_times_and_probes_of_the_runner() {
    let replay = Replay::new();
    let script = format!("greet 0.8.2\ncompute 100\n{}group g\n", plain_benchmark("g|-|1", 10.0));
    replay.script("default", &script);
    for threads in [&["--threads", "1"][..], &[]] {
        replay.run(&[&["save", "a", "--force", "--rounds", "2"], threads].concat()).succeeds();
        for round in rounds_of(&replay, "a") {
            let numbers = |key: &str| round[key].as_array().unwrap_or_else(|| panic!("no {key}: {round}"));
            let cpu = numbers("cpu")[0].as_float().or(numbers("cpu")[0].as_integer().map(|cpu| cpu as f64));
            assert_eq!(numbers("cpu").len(), 1, "{round}");
            assert!(cpu.is_some_and(|cpu| cpu > 0.0), "{round}");
            assert!(round.get("waits").is_none(), "it waits for the runner alone: {round}");
            for probe in ["probes", "contention"] {
                assert_eq!(numbers(probe).len(), 10, "{round}");
                assert!(numbers(probe).iter().all(|reading| *reading == numbers(probe)[0]), "{round}");
            }
        }
    }
}

/// Rounds of the only benchmark.
#[cfg(target_os = "linux")]
fn rounds_of(replay: &Replay, name: &str) -> Vec<toml::Value> {
    let text = fs::read_to_string(replay.baseline(name)).expect("is saved");
    let file: toml::Value = toml::from_str(&text).expect("is TOML");
    file["benchmark"][0]["round"].as_array().expect("has rounds").clone()
}

#[test]
fn strangers_on_the_ports_are_turned_away() {
    let replay = Replay::new();
    replay.script("default", &format!("strangers\n{}", bench(&[("g|-|1", 1000.0)])));
    replay.run(&["save", "a", "--rounds", "1"]).succeeds();
    let text = fs::read_to_string(replay.baseline("a")).expect("is saved");
    assert!(text.contains("probes = [65000,"), "the bench behind the strangers was heard: {text}");
}

#[test]
fn a_bench_with_the_harness_of_libtest_is_left_out_with_a_word() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    let saved = replay.run(&["save", "a"]).succeeds();
    assert!(saved.stderr.contains("`libtest` is skipped"), "{}", saved.stderr);
    assert!(
        saved.stderr.contains("`bench = false`"),
        "what `cargo bench -- --save-baseline` needs: {}",
        saved.stderr
    );
}

#[test]
fn a_project_without_benches_is_told_what_is_missing() {
    let folder = tempfile::TempDir::new().expect("makes a folder");
    fs::create_dir(folder.path().join("src")).expect("makes a folder");
    fs::write(folder.path().join("src/lib.rs"), "").expect("writes");
    let manifest = folder.path().join("Cargo.toml");
    fs::write(&manifest, "[package]\nname = \"bare\"\nedition = \"2024\"\n").expect("writes");
    said(tensorprof(&manifest, &["save", "a"]).output().expect("starts")).fails(2, "no benches");
}

#[test]
fn the_folder_of_baselines_can_be_set_in_the_manifest() {
    let folder = tempfile::TempDir::new().expect("makes a folder");
    fs::create_dir(folder.path().join("src")).expect("makes a folder");
    fs::write(folder.path().join("src/lib.rs"), "").expect("writes");
    let manifest = folder.path().join("Cargo.toml");
    let text = "[package]\nname = \"bare\"\nedition = \"2024\"\n[package.metadata.tensorprof]\nbaselines = \"perf\"\n";
    fs::write(&manifest, text).expect("writes");
    let shown = said(tensorprof(&manifest, &["show", "a"]).output().expect("starts"));
    shown.fails(2, "perf");
}

#[test]
fn rounds_that_differ_much_are_not_saved_without_a_word() {
    let replay = Replay::new();
    let script = |ns| bench(&[("g|-|restless", ns), ("g|-|steady", 1000.0)]);
    for (turn, ns) in [(1, 1000.0), (2, 1300.0), (3, 1600.0), (4, 2000.0)] {
        replay.script(turn, &script(ns));
    }
    replay.script("default", &script(1000.0));
    let rounds = ["--rounds", "4", "--max-rounds", "4"];
    let saved = replay.run(&[&["save", "a"], &rounds[..]].concat()).succeeds();
    let said = "warning: the rounds of 1 benchmark differ much: `g/restless` by ";
    assert!(saved.stderr.contains(said), "{}", saved.stderr);
    assert!(
        saved.stderr.contains("What helps: ") && !saved.stderr.contains("`g/steady`"),
        "{}",
        saved.stderr
    );
    let steady = replay.run(&[&["save", "b"], &rounds[..]].concat()).succeeds();
    assert!(!steady.stderr.contains("differ much"), "{}", steady.stderr);
}

#[test]
fn a_word_says_how_much_is_measured_and_flags_say_it_more_exactly() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    let measured = |name: &str, arguments: &[&str]| {
        let before = replay.calls().len();
        let saved = replay.run(&[&["save", name], arguments].concat()).succeeds();
        let calls = replay.calls().split_off(before);
        let settings = calls[0].split("--bench ").nth(1).expect("settings").to_owned();
        (calls.len(), settings, saved.stderr)
    };
    let (rounds, settings, said) = measured("quick", &["--quick"]);
    assert_eq!(
        (rounds, settings.as_str()),
        (5, "--warm-up-time 0.02 --measurement-time 0.03 --sample-size 10")
    );
    assert!(said.contains("Measuring 5 rounds\n"), "no extra ones: {said}");
    let (rounds, settings, _) = measured("thorough", &["--thorough"]);
    assert_eq!(
        (rounds, settings.as_str()),
        (30, "--warm-up-time 0.1 --measurement-time 0.1 --sample-size 32")
    );
    let (rounds, settings, _) = measured("both", &["--quick", "--rounds", "7", "--sample-size", "12"]);
    assert_eq!(
        (rounds, settings.as_str()),
        (7, "--warm-up-time 0.02 --measurement-time 0.03 --sample-size 12")
    );
    replay.run(&["save", "x", "--quick", "--thorough"]).fails(2, "cannot be used with");
}
