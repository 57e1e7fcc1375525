//! What benchmarks are called: where ids are easily confused, every output tells them apart in the same words.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use tempfile::TempDir;
use tensorprof::model::{Baseline, Benchmark};
use tensorprof::store::{Mode, Store};

use crate::book;
use crate::replay::{Replay, Said, bench, project, said, tensorprof};

/// Two ids that join to one path, and another.
const FIRST: &str = "io/read/4k (group io, function read/4k)";
const SECOND: &str = "io/read/4k (group io, function read, parameter 4k)";
const OTHER: &str = "io/write";

/// Baselines `a` and `b`; in `b` the second of two ids of one path takes twice as long.
fn of_one_path() -> Replay {
    let replay = Replay::new();
    let script = |second| bench(&[("io|read/4k|-", 1000.0), ("io|read|4k", second), ("io|write|-", 500.0)]);
    replay.save("a", &script(1000.0));
    replay.save("b", &script(2000.0));
    replay
}

/// The only line that begins so.
#[track_caller]
fn line<'a>(text: &'a str, start: &str) -> &'a str {
    let mut lines = text.lines().filter(|line| line.starts_with(start));
    let found = lines.next().unwrap_or_else(|| panic!("no line begins with {start}:\n{text}"));
    assert_eq!(lines.next(), None, "another line begins with {start}");
    found
}

#[test]
fn ids_of_one_path_are_told_apart_in_every_output() {
    let replay = of_one_path();
    let folder = replay.path("report");
    let output = folder.to_str().expect("is UTF-8");
    let diff = replay.run(&["diff", "a", "b", "--output", output]).succeeds().stdout;
    assert!(line(&diff, FIRST).contains("unchanged"), "{diff}");
    assert!(line(&diff, SECOND).contains("regressed"), "{diff}");
    line(&diff, OTHER);
    let page = fs::read_to_string(folder.join("report.md")).expect("is written");
    for anchor in
        ["row-io-read-4k-group-io-function-read-4k", "row-io-read-4k-group-io-function-read-parameter-4k"]
    {
        assert_eq!(page.matches(&format!("<a id=\"{anchor}\"></a>")).count(), 1, "{page}");
    }
    for arguments in [
        &["show", "a"][..],
        &["history"],
        &["diff", "a", "b", "--format", "csv"],
        &["compare", "a", "b"],
        &["compare", "a", "b", "--format", "csv"],
    ] {
        let shown = replay.run(arguments).succeeds().stdout;
        assert!(shown.contains(FIRST) && shown.contains(SECOND), "{arguments:?}: {shown}");
    }
    let chart = fs::read_to_string(folder.join("time-ratios.svg")).expect("is written");
    let names: Vec<&str> = chart.lines().filter(|line| line.starts_with("io/read")).collect();
    assert!(names.len() == 2 && names[0] != names[1], "{names:?}");
}

#[test]
fn json_has_whole_ids_and_their_labels() {
    let replay = of_one_path();
    let arguments = [
        &["show", "a", "--format", "json"][..],
        &["diff", "a", "b", "--format", "json"],
        &["history", "--format", "json"],
        &["compare", "a", "b", "--format", "json"],
    ];
    for arguments in arguments {
        let json = replay.run(arguments).succeeds().json();
        let rows = json["rows"].as_array().expect("rows");
        let row = |label: &str| rows.iter().find(|row| row["label"] == label).expect("a row of that label");
        for (label, function, parameter) in [(FIRST, "read/4k", None), (SECOND, "read", Some("4k"))] {
            let row = row(label);
            assert_eq!(row["id"], "io/read/4k", "{row}");
            assert_eq!((&row["function"], row["parameter"].as_str()), (&function.into(), parameter), "{row}");
        }
    }
}

#[test]
fn filters_match_paths_whatever_labels_say() {
    let replay = of_one_path();
    let filtered = replay.run(&["diff", "a", "b", "--filter", "^io/read/4k$"]).succeeds().stdout;
    assert!(filtered.contains(FIRST) && filtered.contains(SECOND) && !filtered.contains(OTHER), "{filtered}");
    let alone = replay.run(&["diff", "a", "b", "--filter", "write"]).succeeds().stdout;
    line(&alone, OTHER);
}

/// Saves the baseline again with every benchmark twice, once in another package.
fn in_two_packages(replay: &Replay, name: &str) {
    let folder = replay.path("baselines");
    let store = Store::new(&folder, &folder);
    let mut saved: Baseline = store.load(&name.parse().expect("a name")).expect("is saved").baseline;
    let elsewhere = |benchmark: &Benchmark| {
        let mut other = benchmark.clone();
        other.id.package = "other".to_owned();
        other.failure = Some("no disk".to_owned());
        other
    };
    let others: Vec<Benchmark> = saved.benchmarks.iter().map(elsewhere).collect();
    saved.benchmarks.extend(others);
    fs::remove_file(replay.baseline(name)).expect("removes");
    store.save(&saved, Mode::New).expect("saves");
}

#[test]
fn an_id_of_two_packages_has_its_package_in_tables_failures_and_books() {
    let replay = Replay::new();
    replay.save("a", &bench(&[("g|-|1", 1000.0)]));
    in_two_packages(&replay, "a");
    let [own, other] = ["replay::replay::g/1", "other::replay::g/1"];
    let shown = replay.run(&["show", "a"]).succeeds().stdout;
    line(&shown, own);
    line(&shown, other);
    assert!(line(&shown, "failed: ").starts_with(&format!("failed: {other}: no disk")), "{shown}");
    assert!(shown.contains(&format!("1 benchmark was not measured: {other}")), "{shown}");
    let page = in_a_book(&replay, "{{#tensorprof show a}}");
    assert!(
        page.contains(&format!("| `{own}` |")) && page.contains(&format!("- Failed: `{other}`: ")),
        "{page}"
    );
}

#[test]
fn an_id_of_two_packages_has_its_package_in_a_column_of_csv() {
    let replay = Replay::new();
    replay.save("a", &bench(&[("g|-|1", 1000.0)]));
    in_two_packages(&replay, "a");
    let csv = replay.run(&["diff", "a", "a", "--format", "csv"]).succeeds().stdout;
    for package in ["other", "replay"] {
        let columns = format!("g/1,{package}::replay::g/1,{package},replay,g,,1,time,ns,");
        assert_eq!(csv.lines().filter(|line| line.starts_with(&columns)).count(), 1, "{csv}");
    }
}

/// What a directive becomes in a book for another renderer than HTML.
fn in_a_book(replay: &Replay, directive: &str) -> String {
    let (root, baselines) = (replay.path(""), replay.path("baselines"));
    let mut command = tensorprof(&project().join("Cargo.toml"), &["book"]);
    command.current_dir(&root);
    book::chapter(&book::directive(command, &root, Some(&baselines), directive).succeeds())
}

/// A workspace of two packages with a bench of the same name, which plays the scripts of `replay`.
pub(crate) fn workspace() -> TempDir {
    let folder = TempDir::new().expect("makes a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("makes folders");
        fs::write(path, text).expect("writes");
    };
    write("Cargo.toml", "[workspace]\nmembers = [\"p\", \"q\"]\nresolver = \"3\"\n");
    let player = fs::read_to_string(project().join("benches/replay.rs")).expect("is there");
    for package in ["p", "q"] {
        let manifest = format!(
            "[package]\nname = \"{package}\"\nedition = \"2024\"\n\n[lib]\nname = \"replay\"\nbench = false\n\n\
             [[bench]]\nname = \"player\"\nharness = false\n"
        );
        write(&format!("{package}/Cargo.toml"), &manifest);
        write(
            &format!("{package}/src/lib.rs"),
            "/// It plays the scripts of `$REPLAY`.\npub const SCRIPT: &str = \"\";\n",
        );
        write(&format!("{package}/benches/player.rs"), &player);
    }
    folder
}

/// A command on that workspace.
pub(crate) fn run_in(workspace: &TempDir, replay: &Replay, arguments: &[&str]) -> Said {
    let baselines = replay.path("baselines");
    let baselines = ["--baselines", baselines.to_str().expect("is UTF-8")];
    let mut command: Command =
        tensorprof(&workspace.path().join("Cargo.toml"), &[&baselines, arguments].concat());
    command.env("REPLAY", replay.path("scripts")).env("CARGO_TARGET_DIR", workspace.path().join("target"));
    said(command.output().expect("starts"))
}

#[test]
fn a_bench_that_is_skipped_in_one_of_two_packages_is_named_with_its_package() {
    let workspace = workspace();
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    for package in ["p", "q"] {
        let folder = workspace.path().join(package);
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("is there");
        let more = "\n[[bench]]\nname = \"foreign\"\nharness = false\n\n[[bench]]\nname = \"libtest\"\n";
        fs::write(folder.join("Cargo.toml"), manifest + more).expect("writes");
        let refuses =
            "fn main() {\n    eprintln!(\"error: unexpected argument\");\n    std::process::exit(2);\n}\n";
        fs::write(folder.join("benches/foreign.rs"), refuses).expect("writes");
        fs::write(folder.join("benches/libtest.rs"), "").expect("writes");
    }
    let save = |name: &str, more: &[&str]| {
        let arguments = [&["save", name, "--rounds", "1", "--max-rounds", "1"], more].concat();
        run_in(&workspace, &replay, &arguments).succeeds()
    };
    let skipped = save("a", &[]).stderr;
    for package in ["p", "q"] {
        let skips = format!("bench `{package}::foreign` is skipped: there is no criterion in it");
        let pasted = format!(
            "run it by `cargo bench --package {package} --bench foreign`, and leave it out from the start by \
             `--exclude-bench {package}::foreign`"
        );
        let libtest = format!("bench `{package}::libtest` is skipped: it uses libtest's harness");
        assert!([skips, pasted, libtest].iter().all(|words| skipped.contains(words)), "{skipped}");
    }
    let without =
        ["--exclude-bench", "p::foreign", "--exclude-bench", "q::foreign", "--exclude-bench", "libtest"];
    let all = save("b", &without).stderr;
    assert!(!all.contains("is skipped"), "{all}");
    let again = run_in(&workspace, &replay, &["diff", "b", "--rounds", "1"]).stderr;
    assert!(!again.contains("is skipped"), "{again}");
    let one = save("c", &without[..2]).stderr;
    assert!(one.contains("bench `q::foreign` is skipped") && !one.contains("bench `p::foreign`"), "{one}");
}

#[test]
fn a_bench_that_fails_in_one_of_two_packages_is_named_with_its_package() {
    let workspace = workspace();
    let replay = Replay::new();
    replay.script("default", "greet 0.8.2\nbegin g|-|1\npanic\n");
    let run = |arguments: &[&str]| run_in(&workspace, &replay, arguments);
    let broken = run(&["save", "a", "--rounds", "1"]);
    broken.fails(101, "bench `p::player` failed in benchmark `g/1`: ");
    broken.fails(101, "bench `q::player` failed in benchmark `q::player::g/1`: ");
    broken.fails(101, "round 1 of 1, bench p::player");
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    run(&["save", "b", "--rounds", "1"]).succeeds();
    let shown = run(&["show", "b"]).succeeds().stdout;
    line(&shown, "p::player::g/1");
    line(&shown, "q::player::g/1");
}

#[test]
fn ids_of_hundreds_of_characters_are_cut_where_they_do_not_differ() {
    let replay = Replay::new();
    let long = |middle: &str| format!("{}|-|{middle}{}", "g".repeat(200), "z".repeat(200));
    let script = bench(&[(&long("one"), 1000.0), (&long("two"), 1000.0)]);
    replay.save("a", &script);
    replay.save("b", &script);
    let named =
        |text: &str| text.lines().filter(|line| line.contains("ggg")).map(str::to_owned).collect::<Vec<_>>();
    for arguments in [&["show", "a"][..], &["diff", "a", "b"], &["history"]] {
        let shown = replay.run(arguments).succeeds().stdout;
        assert!(shown.contains("…one") && shown.contains("…two"), "{shown}");
        assert!(named(&shown).iter().all(|line| line.chars().count() < 200), "{arguments:?}: {shown}");
    }
    let json = replay.run(&["show", "a", "--format", "json"]).succeeds().json();
    assert_eq!(json["rows"][0]["id"].as_str().expect("is text").len(), 404);
    let csv = replay.run(&["diff", "a", "b", "--format", "csv"]).succeeds().stdout;
    let ids: BTreeSet<&str> = csv.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let whole = ["one", "two"].map(|middle| long(middle).replace("|-|", "/"));
    assert_eq!(ids, whole.iter().map(String::as_str).collect());
}

/// Two packages whose benches have the same ids.
fn namesakes() -> (TempDir, Replay) {
    let (workspace, replay) = (workspace(), Replay::new());
    for (name, ns) in [("a", 1000.0), ("b", 1300.0)] {
        replay.script("default", &bench(&[("g|-|1", ns)]));
        run_in(&workspace, &replay, &["save", name]).succeeds();
    }
    (workspace, replay)
}

#[test]
fn a_change_of_one_of_several_namesakes_is_accepted_by_its_bench_alone() {
    let (workspace, replay) = namesakes();
    let run = |arguments: &[&str]| run_in(&workspace, &replay, arguments);
    let bless = |row: &str| run(&["bless", row, "--reason", "it checks its bounds"]);
    let gate = || run(&["diff", "a", "b", "--gate", "--no-learned"]);
    for word in ["g/1", "player::g/1"] {
        bless(word).fails(
            2,
            &format!(
                "several benches have a benchmark `{word}`; name one of `p::player::g/1`, `q::player::g/1`, each by a `bless` \
                 of its own"
            ),
        );
    }
    assert!(!replay.path("baselines/accepted").exists());
    bless("r::player::g/1").fails(2, "no baseline has a benchmark `r::player::g/1`; ");
    bless("q::player::g/1").succeeds();
    let text = fs::read_to_string(replay.path("baselines/accepted")).expect("is written");
    assert!(text.contains("\ntime=any@^q::player::g/1$ -- it checks its bounds\n"), "{text}");
    gate().fails(1, "Gate failed: 1 row slower");
    bless("p::player::g/1").succeeds();
    gate().succeeds();
}

#[test]
fn an_id_of_one_bench_is_accepted_with_its_bench_before_it_too() {
    let replay = of_one_path();
    for word in ["io/read/4k", "replay::io/read/4k", "replay::replay::io/read/4k"] {
        replay.run(&["bless", word, "--limit", "time=5%", "--reason", "it checks its bounds"]).succeeds();
    }
    let text = fs::read_to_string(replay.path("baselines/accepted")).expect("is written");
    let lines = text.lines().filter(|line| line.starts_with("time=5%@^io/read/4k$ -- "));
    assert_eq!(lines.count(), 3, "one limit holds for all ids of that path in a bench: {text}");
}
