//! A workspace as it is found: several packages, other harnesses, examples and features beside criterion's benches.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::labels::{run_in, workspace};
use crate::replay::{Replay, Said, bench, project};

/// Package `p` has an example, features, a bench of libtest's and one that requires a feature; `q` has one of divan's. Both
/// have a bench `player`, and all of criterion's play one script.
fn found() -> (TempDir, Replay) {
    let folder = workspace();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("makes folders");
        fs::write(path, text).expect("writes");
    };
    let add = |path: &str, text: &str| {
        let before = fs::read_to_string(folder.path().join(path)).expect("is there");
        write(path, &format!("{before}\n{text}"));
    };
    let player = fs::read_to_string(project().join("benches/replay.rs")).expect("is there");
    add(
        "p/Cargo.toml",
        "[features]\ndefault = [\"slow\"]\nslow = []\nfast = []\n\n[[bench]]\nname = \"libtest\"\n\n\
         [[bench]]\nname = \"featured\"\nharness = false\nrequired-features = [\"fast\"]\n",
    );
    write("p/benches/libtest.rs", "");
    write("p/benches/featured.rs", &player);
    write("p/examples/example.rs", "fn main() {\n    panic!(\"an example is run\");\n}\n");
    add(
        "q/Cargo.toml",
        "[dev-dependencies]\ndivan = { path = \"../divan\" }\n\n[[bench]]\nname = \"foreign\"\nharness = false\n",
    );
    let refuses =
        "fn main() {\n    eprintln!(\"error: unexpected argument\");\n    std::process::exit(2);\n}\n";
    write("q/benches/foreign.rs", refuses);
    write("divan/Cargo.toml", "[package]\nname = \"divan\"\nversion = \"0.1.21\"\nedition = \"2024\"\n");
    write("divan/src/lib.rs", "");
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    (folder, replay)
}

fn save(folder: &TempDir, replay: &Replay, name: &str, flags: &[&str]) -> Said {
    run_in(folder, replay, &[&["save", name, "--rounds", "2", "--max-rounds", "2"], flags].concat())
}

/// Package, bench and id of each benchmark of a baseline, sorted.
fn places(folder: &TempDir, replay: &Replay, name: &str) -> Vec<[String; 3]> {
    let shown = run_in(folder, replay, &["show", name, "--format", "json"]).succeeds().json();
    let place =
        |row: &Value| ["package", "target", "id"].map(|key| row[key].as_str().expect("text").to_owned());
    let mut places: Vec<[String; 3]> = shown["rows"].as_array().expect("rows").iter().map(place).collect();
    places.sort();
    places
}

#[test]
fn benches_of_criterion_are_measured_and_others_named() {
    let (folder, replay) = found();
    let saved = save(&folder, &replay, "a", &[]).succeeds();
    for words in [
        "bench `libtest` is skipped: it uses libtest's harness",
        "bench `foreign` is skipped: there is no criterion in it (its package depends on divan); run it by `cargo bench \
         --package q --bench foreign`",
    ] {
        assert!(saved.stderr.contains(words), "{}", saved.stderr);
    }
    assert_eq!(places(&folder, &replay, "a"), [["p", "player", "g/1"], ["q", "player", "g/1"]]);
    let diff =
        run_in(&folder, &replay, &["diff", "a", "--rounds", "2", "--format", "json"]).succeeds().json();
    let labels = diff["rows"].as_array().expect("rows").iter().map(|row| row["label"].clone());
    assert_eq!(labels.collect::<Vec<_>>(), ["p::player::g/1", "q::player::g/1"]);
    assert!(replay.calls().iter().all(|call| !call.contains("example")), "{:?}", replay.calls());
}

#[test]
fn flags_select_as_they_do_for_cargo_bench_and_are_recorded() {
    let (folder, replay) = found();
    let text = |name: &str| fs::read_to_string(replay.baseline(name)).expect("is saved");
    save(&folder, &replay, "one", &["-p", "q"]).succeeds();
    assert_eq!(places(&folder, &replay, "one"), [["q", "player", "g/1"]]);
    assert!(text("one").contains("cargo-arguments = [\"--package\", \"q\"]\n"), "{}", text("one"));
    save(&folder, &replay, "without", &["--workspace", "--exclude", "q"]).succeeds();
    assert_eq!(places(&folder, &replay, "without"), [["p", "player", "g/1"]]);
    save(&folder, &replay, "fast", &["-p", "p", "--features", "fast", "--no-default-features"]).succeeds();
    assert_eq!(places(&folder, &replay, "fast"), [["p", "featured", "g/1"], ["p", "player", "g/1"]]);
    let features = "features = [\"fast\", \"--no-default-features\"]\n";
    assert!(text("fast").contains(features), "{}", text("fast"));
    let page =
        run_in(&folder, &replay, &["diff", "without", "fast", "--format", "markdown"]).succeeds().stdout;
    let told = page.lines().any(|line| line.contains("features") && line.contains("fast"));
    assert!(told, "the features differ: {page}");
    // As it was measured.
    let again = run_in(&folder, &replay, &["diff", "fast", "--save", "again", "--rounds", "2"]).succeeds();
    assert!(!again.stderr.contains("foreign"), "{}", again.stderr);
    assert!(text("again").contains(features), "{}", text("again"));
}

#[test]
fn where_nothing_is_measured_the_exit_code_is_that_of_bad_input() {
    let (folder, replay) = found();
    let libtest = save(&folder, &replay, "x", &["--bench", "libtest"]);
    libtest.fails(2, "there is no criterion bench to run");
    libtest.fails(2, "features are required to build `featured` by `--features fast`");
    save(&folder, &replay, "x", &["--bench", "foreign"]).fails(2, "there is no criterion bench to run");
    replay.script("default", "greet 0.8.2\n");
    save(&folder, &replay, "x", &["nothing"]).fails(2, "no benchmark of ");
    assert!(!replay.baseline("x").exists());
}

#[test]
fn what_cargo_finds_nothing_to_build_for_is_bad_input_and_told_with_what_there_is() {
    let (folder, replay) = found();
    let empty = folder.path().join("bare");
    fs::create_dir_all(empty.join("src")).expect("makes folders");
    fs::write(empty.join("src/lib.rs"), "").expect("writes");
    fs::write(empty.join("Cargo.toml"), "[package]\nname = \"bare\"\nedition = \"2024\"\n").expect("writes");
    let root = folder.path().join("Cargo.toml");
    let manifest = fs::read_to_string(&root).expect("is there");
    fs::write(&root, manifest.replace("members = [", "members = [\"bare\", ")).expect("writes");
    for (flags, said) in [
        (&["--bench", "playe"][..], "have no bench `playe`; did you mean `player`?"),
        (&["-p", "q", "--bench", "libtest"], "package `q` has no bench `libtest`; it is selected by `-p p`"),
        (&["-p", "pp"], "the workspace has no package `pp`; did you mean `p`?"),
        (&["-p", "nope"], "the workspace has no package `nope`; there are: bare, divan, p, q"),
        (&["-p", "q", "--features", "nope"], "see what cargo says above"),
        (&["--profile", "nope"], "see what cargo says above"),
    ] {
        let refused = save(&folder, &replay, "x", flags);
        refused.fails(2, "the benches could not be built: ");
        refused.fails(2, said);
    }
    save(&folder, &replay, "x", &["-p", "bare"]).fails(2, "there is no criterion bench to run");
    // Without a bench that `cargo bench` leaves out, cargo is asked for benches alone.
    fs::remove_dir_all(folder.path().join("p")).expect("removes");
    fs::write(&root, "[workspace]\nmembers = [\"bare\", \"q\"]\nresolver = \"3\"\n").expect("writes");
    let none = save(&folder, &replay, "x", &["-p", "bare"]);
    none.fails(2, "package `bare` has no benches; those with benches are selected by `-p q`");
    assert!(!replay.baseline("x").exists());
    fs::write(folder.path().join("q/src/lib.rs"), "pub const SCRIPT: &str = 1;\n").expect("writes");
    save(&folder, &replay, "x", &["-p", "q"]).fails(101, "the benches could not be built");
}

#[test]
fn flags_for_other_targets_than_benches_are_refused_with_a_word() {
    let (folder, replay) = found();
    for flag in ["--lib", "--bins", "--bin", "--tests", "--test", "--examples", "--example", "--all-targets"]
    {
        let said = save(&folder, &replay, "x", &[flag, "example"]);
        said.fails(2, &format!("unexpected argument '{flag}' found"));
        said.fails(2, "bench targets alone are measured: all of them, or those that `--bench` names");
        run_in(&folder, &replay, &["ab", flag]).fails(2, "bench targets alone are measured");
    }
    save(&folder, &replay, "a", &["--all"]).succeeds();
    assert_eq!(places(&folder, &replay, "a"), [["p", "player", "g/1"], ["q", "player", "g/1"]]);
}
