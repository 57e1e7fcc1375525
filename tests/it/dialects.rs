//! Benches of other versions of criterion, and of other harnesses.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::published::root;
use crate::replay::{Replay, Said, bench, plain_benchmark, project};

/// A package of two benches that play scripts, `one` and `two`, and one, `foreign`, that takes no flags of criterion's. It
/// depends on these packages, each of a name and a version, with nothing in them.
struct Package {
    folder: TempDir,
}

impl Package {
    fn with(dependencies: &[(&str, &str)]) -> Package {
        let package = Package { folder: TempDir::new().expect("makes a folder") };
        let replay = project();
        let mut manifest = format!(
            "[package]\nname = \"dialects\"\nedition = \"2024\"\n[workspace]\n[lib]\nbench = false\n\
             [dev-dependencies]\nreplay = {{ path = {replay:?} }}\n"
        );
        for (name, version) in dependencies {
            let text = format!("[package]\nname = {name:?}\nversion = {version:?}\nedition = \"2024\"\n");
            package.write(&format!("{name}/Cargo.toml"), &text);
            package.write(&format!("{name}/src/lib.rs"), "");
            manifest.push_str(&format!("{name} = {{ path = {name:?} }}\n"));
        }
        let plays = replay.join("benches/replay.rs");
        for (name, path) in [("one", plays.as_path()), ("two", &plays), ("foreign", Path::new("foreign.rs"))]
        {
            manifest.push_str(&format!("[[bench]]\nname = {name:?}\npath = {path:?}\nharness = false\n"));
        }
        package.write("Cargo.toml", &manifest);
        package.write("src/lib.rs", "");
        let refuses =
            "fn main() {\n    eprintln!(\"error: unexpected argument\");\n    std::process::exit(2);\n}\n";
        package.write("foreign.rs", refuses);
        package
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.folder.path().join(file);
        fs::create_dir_all(path.parent().expect("has a folder")).expect("makes a folder");
        fs::write(path, text).expect("writes");
    }

    fn manifest(&self) -> PathBuf {
        self.folder.path().join("Cargo.toml")
    }

    fn run(&self, replay: &Replay, arguments: &[&str]) -> Said {
        replay.run_in(&self.manifest(), arguments)
    }
}

fn text(replay: &Replay, name: &str) -> String {
    fs::read_to_string(replay.baseline(name)).expect("is saved")
}

const ONE_ROUND: [&str; 4] = ["--rounds", "1", "--max-rounds", "1"];

#[test]
fn a_bench_of_another_harness_is_left_out_with_a_word() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    let package = Package::with(&[("criterion", "0.8.2"), ("gungraun", "0.17.0")]);
    package.run(&replay, &["save", "a", "--bench", "foreign"]).fails(2, "there is no criterion bench to run");
    assert!(!replay.path("baselines").exists(), "an empty folder is left");
    let saved = package.run(&replay, &[&["save", "a"], &ONE_ROUND[..]].concat()).succeeds();
    for words in [
        "bench `foreign` is skipped: there is no criterion in it (its package depends on gungraun); run it by \
         `cargo bench --package dialects --bench foreign`",
        "`--exclude-bench foreign`",
    ] {
        assert!(saved.stderr.contains(words), "{}", saved.stderr);
    }
    assert_eq!(text(&replay, "a").matches("[[benchmark]]").count(), 2);
}

#[test]
fn a_bench_of_another_harness_is_not_started() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    let package = Package::with(&[("criterion", "0.8.2")]);
    let starts = "fn main() {\n    std::fs::write(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/started\"), \"\").unwrap();\n}\n";
    package.write("foreign.rs", starts);
    let saved = package.run(&replay, &[&["save", "a"], &ONE_ROUND[..]].concat()).succeeds();
    let told = "there is no criterion in it, though its package depends on it: perhaps a feature is missing";
    assert!(saved.stderr.contains(told), "{}", saved.stderr);
    assert!(!package.folder.path().join("started").exists());
}

/// A package of helpers for benches hands criterion on to those who use it.
#[test]
fn a_criterion_that_another_package_hands_on_is_known() {
    let replay = Replay::new();
    replay.script("default", "panic\n");
    let package = Package::with(&[("helpers", "1.0.0")]);
    let manifest = |name: &str, version: &str, rest: &str| {
        let text = format!("[package]\nname = {name:?}\nversion = {version:?}\nedition = \"2024\"\n{rest}");
        package.write(&format!("{name}/Cargo.toml"), &text);
    };
    manifest("helpers", "1.0.0", "[dependencies]\ncriterion = { path = \"../criterion\" }\n");
    manifest("criterion", "0.3.6", "");
    package.write("criterion/src/lib.rs", "");
    let saved = package.run(&replay, &[&["save", "a", "--bench", "one"], &ONE_ROUND[..]].concat());
    saved.fails(101, "the bench panics");
    saved.fails(101, "criterion 0.3.6 takes whole seconds");
}

#[test]
fn a_bench_that_is_excluded_is_not_run_and_later_measurements_leave_it_out_too() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    let package = Package::with(&[("criterion", "0.8.2")]);
    let run = |arguments: &[&str]| package.run(&replay, &[arguments, &ONE_ROUND[..]].concat()).succeeds();
    let without = run(&["save", "a", "--exclude-bench", "foreign", "--exclude-bench", "two"]);
    // Cargo names what it has built.
    assert!(!without.stderr.contains("`foreign`"), "{}", without.stderr);
    let text = text(&replay, "a");
    assert!(text.contains("\"--exclude-bench\", \"foreign\", \"--exclude-bench\", \"two\""), "{text}");
    assert_eq!(replay.calls().len(), 1);
    let diff = package.run(&replay, &["diff", "a", "--save", "b"]);
    assert!(!diff.stderr.contains("`foreign`"), "{}", diff.stderr);
    assert_eq!(replay.calls().len(), 2);
    let with = run(&["save", "c", "--exclude-bench", "nothing"]);
    assert!(
        with.stderr.contains("`nothing` is skipped: `--exclude-bench` names it, and no such bench was built")
    );
    let rows = package.run(&replay, &["diff", "c", "a", "--format", "json"]).succeeds().json();
    let verdicts = rows["rows"].as_array().expect("rows").iter().map(|row| row["verdict"].clone());
    assert!(verdicts.collect::<Vec<_>>().contains(&"not-measured".into()), "{rows}");
}

#[test]
fn a_bench_that_cargo_bench_leaves_out_is_neither_built_nor_named() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    let package = Package::with(&[("criterion", "0.8.2")]);
    package.write("foreign.rs", "compile_error!(\"is switched off\");\n");
    let manifest = fs::read_to_string(package.manifest()).expect("is there");
    let switched_off = manifest.replace("name = \"foreign\"\n", "name = \"foreign\"\nbench = false\n");
    package.write("Cargo.toml", &switched_off);
    let saved = package.run(&replay, &[&["save", "a"], &ONE_ROUND[..]].concat()).succeeds();
    assert!(!saved.stderr.contains("foreign"), "{}", saved.stderr);
    assert_eq!(text(&replay, "a").matches("[[benchmark]]").count(), 2);
    package.run(&replay, &["save", "b", "--bench", "foreign"]).fails(101, "is switched off");
}

#[test]
fn every_version_of_criterion_is_recorded() {
    let replay = Replay::new();
    replay.script(1, &bench(&[("g|-|1", 1000.0)]).replace("0.8.2", "0.5.1"));
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    let package = Package::with(&[]);
    let save = ["save", "a", "--exclude-bench", "foreign"];
    package.run(&replay, &[&save, &ONE_ROUND[..]].concat()).succeeds();
    assert!(text(&replay, "a").contains("criterion = \"0.5.1, 0.8.2\"\n"), "{}", text(&replay, "a"));
}

#[test]
fn criterion_0_3_gets_whole_seconds() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    let package = Package::with(&[("criterion", "0.3.6")]);
    let save = ["save", "a", "--bench", "one", "--measurement-time", "1.5"];
    let saved = package.run(&replay, &[&save, &ONE_ROUND[..]].concat()).succeeds();
    assert!(saved.stderr.contains("criterion 0.3.6 takes whole seconds"), "{}", saved.stderr);
    let call = &replay.calls()[0];
    assert!(call.contains("--warm-up-time 1 --measurement-time 2 "), "{call}");
}

#[test]
fn bits_are_exact() {
    let replay = Replay::new();
    let row = |bits: u64| {
        let id = format!("bits|-|{bits}");
        format!("throughput Bits {bits}\n{}group bits\n", plain_benchmark(&id, 1000.0))
    };
    replay.save("a", &format!("greet 0.8.2\n{}", [1, 12, 16].map(row).concat()));
    let text = text(&replay, "a");
    for counts in ["bits = 1\n", "bits = 12\n", "bytes = 2\n"] {
        assert!(text.contains(&format!("[benchmark.work]\n{counts}")), "{text}");
    }
    let shown = replay.run(&["show", "a", "--format", "json"]).succeeds().json();
    let rate = |row: usize| shown["rows"][row]["gb_per_s"].as_f64().expect("is there");
    for (row, expected) in [(0, 0.000_125), (1, 0.001_5), (2, 0.002)] {
        assert!((rate(row) / expected - 1.0).abs() < 1e-3, "{shown}");
    }
    let table = replay.run(&["show", "a"]).succeeds().stdout;
    assert!(!table.contains(" 0 GB/s"), "{table}");
}

#[test]
fn flags_of_criterion_that_are_set_by_ours_are_named() {
    let replay = Replay::new();
    for command in [&["save", "a"][..], &["diff", "a"], &["ab", "HEAD"], &["bisect", "HEAD~1", "HEAD", "g"]] {
        for flag in ["--sample-size", "--warm-up-time=1"] {
            let said = replay.run(&[command, &["--", flag, "20"]].concat());
            said.fails(2, "this is an option of `cargo tensorprof` too");
        }
    }
    replay.run(&["save", "a", "--", "--list"]).fails(2, "measures nothing");
    replay.run(&["save", "a", "--", "--save-baseline", "b"]).fails(2, "`cargo tensorprof save NAME`");
    assert!(replay.calls().is_empty());
}

/// A real bench with this criterion.
#[track_caller]
fn is_measured(fixture: &str, version: &str) {
    let replay = Replay::new();
    let manifest = root().join("tests/fixtures").join(fixture).join("Cargo.toml");
    let save = ["save", "a", "--locked", "--sample-size", "10", "--rounds", "1", "--max-rounds", "1"];
    replay.run_in(&manifest, &save).fails(101, "panicked at ");
    let text = text(&replay, "a");
    assert!(text.contains(&format!("criterion = \"{version}\"\n")), "{text}");
    let shown = replay.run_in(&manifest, &["show", "a", "--format", "json"]).succeeds().json();
    let rows = shown["rows"].as_array().expect("rows");
    let measured = |row: &serde_json::Value| (row["id"].clone(), row["time_ns"].is_number());
    let expected = [("adds/16", true), ("after", true), ("panics", false)];
    assert_eq!(rows.iter().map(measured).collect::<Vec<_>>(), expected.map(|(id, is)| (id.into(), is)));
    assert!(rows[2]["failure"].as_str().is_some_and(|reason| reason.ends_with(": no")), "{shown}");
}

#[test]
fn the_oldest_criterion_is_measured() {
    is_measured("criterion-oldest", "0.3.3");
}

#[test]
fn the_newest_criterion_is_measured() {
    is_measured("criterion-newest", "0.8.2");
}
