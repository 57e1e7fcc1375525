//! What the metadata say of the least change that counts holds wherever baselines are compared, and flags come before it.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::ab::contest::{Contest, verdict};
use crate::book::{chapter, directive};
use crate::compare::records;
use crate::metadata::Project;
use crate::names::outside;
use crate::replay::{Said, bench, isolated};

/// Of the rows below only `worse` changes by more than these allow.
const SETTINGS: &str = r#"[workspace.metadata.tensorprof]
threshold = 15
floor-ns = 50
rows."g/restless-*" = { threshold = 60 }
"#;

const IDS: [&str; 4] = ["restless-1", "short", "steady", "worse"];
const BY_METADATA: [&str; 4] = ["unchanged", "unchanged", "unchanged", "regressed"];

/// Baselines `a` and `b` of a project with these metadata. By name they stand in their order, too: both may be of one second.
fn saved(metadata: &str) -> Project {
    let project = Project::new(metadata);
    let ids = IDS.map(|id| format!("g|-|{id}"));
    for (name, times) in [("a", [1000.0, 100.0, 1000.0, 1000.0]), ("b", [1300.0, 140.0, 1080.0, 1300.0])] {
        let rows: Vec<(&str, f64)> = ids.iter().map(String::as_str).zip(times).collect();
        project.save(name, &bench(&rows));
    }
    project
}

/// The verdicts of a comparison in JSON.
fn verdicts(diff: &Value) -> [String; 4] {
    IDS.map(|id| verdict(diff, &format!("g/{id}")).to_owned())
}

/// What a directive becomes in a book of the project.
fn in_its_book(project: &Project, text: &str) -> String {
    let command = project.replay.command_in(&project.path("Cargo.toml"), &["book"]);
    chapter(&directive(command, &project.replay.path(""), None, text).succeeds())
}

/// The same in a book whose configuration names the folder of the baselines, expanded from this folder.
fn in_a_book_at(project: &Project, folder: &Path, text: &str) -> Said {
    let mut command = isolated(Command::new(env!("CARGO_BIN_EXE_cargo-tensorprof")));
    command.args(["tensorprof", "book"]).current_dir(folder).env("CARGO_TERM_COLOR", "never");
    directive(command, folder, Some(&project.replay.path("baselines")), text)
}

/// The verdicts in the table of benchmarks of a page.
fn verdicts_on(page: &str) -> [&'static str; 4] {
    let words = ["unchanged", "regressed", "inconclusive", "suspect"];
    IDS.map(|id| {
        let line =
            page.lines().find(|line| line.contains(&format!("g/{id}"))).unwrap_or_else(|| panic!("{page}"));
        words.into_iter().find(|word| line.contains(word)).unwrap_or_else(|| panic!("{line}"))
    })
}

const TABLE: &str = "{{#tensorprof diff a b section=benchmarks}}\n";

#[test]
fn diff_judges_by_them_unless_a_flag_says_otherwise() {
    let project = saved(SETTINGS);
    let diff = |flags: &[&str]| {
        let said = project.run(&[&["diff", "a", "b", "--format", "json"], flags].concat());
        verdicts(&said.succeeds().json())
    };
    assert_eq!(diff(&[]), BY_METADATA);
    assert_eq!(diff(&["--threshold", "2"]), ["regressed", "unchanged", "regressed", "regressed"]);
    assert_eq!(diff(&["--floor", "0"]), ["unchanged", "regressed", "unchanged", "regressed"]);
    project.says("");
    assert_eq!(diff(&[]), ["regressed"; 4]);
}

#[test]
fn compare_judges_by_them() {
    let project = saved(SETTINGS);
    let csv = project.run(&["compare", "a", "b", "--format", "csv"]).succeeds().stdout;
    let records = records(&csv);
    let verdict = |id: &str| {
        let of = |record: &&std::collections::BTreeMap<String, String>| {
            record["benchmark"] == format!("g/{id}") && record["baseline"] == "b"
        };
        records.iter().find(of).unwrap_or_else(|| panic!("{csv}"))["verdict"].clone()
    };
    assert_eq!(IDS.map(verdict), BY_METADATA);
}

#[test]
fn history_finds_changes_by_them() {
    let project = saved(SETTINGS);
    let history = |flags: &[&str]| {
        let said = project.run(&[&["history", "--format", "json"], flags].concat()).succeeds().json();
        let rows = said["rows"].as_array().expect("rows").clone();
        let changed = rows.iter().filter(|row| row["changes"] != serde_json::json!([]));
        let ids = changed.map(|row| row["id"].as_str().expect("an id").trim_start_matches("g/").to_owned());
        (ids.collect::<Vec<_>>(), said["options"].clone())
    };
    let (changed, options) = history(&[]);
    assert_eq!(changed, ["worse"]);
    let numbers = [&options["threshold"], &options["floor_ns"], &options["rows"][0]["threshold"]];
    assert_eq!(numbers.map(Value::as_f64), [0.15, 50.0, 0.6].map(Some), "{options}");
    assert_eq!(history(&["--threshold", "2"]).0, ["restless-1", "steady", "worse"]);
    assert_eq!(history(&["--threshold", "2", "--floor", "0"]).0, IDS);
    let page = project.run(&["history", "--format", "markdown"]).succeeds().stdout;
    assert!(page.contains("beyond 15 % or 50 ns, or beyond the threshold that the metadata"), "{page}");
}

#[test]
fn a_book_of_the_project_says_what_its_commands_say() {
    let project = saved(SETTINGS);
    assert_eq!(verdicts_on(&in_its_book(&project, TABLE)), BY_METADATA);
    let said = TABLE.replace(" section", " threshold=2 floor=0 section");
    assert_eq!(verdicts_on(&in_its_book(&project, &said)), ["regressed"; 4]);
    let history = |options: &str| in_its_book(&project, &format!("{{{{#tensorprof history{options}}}}}\n"));
    assert!(history("").contains("1 change point in 4 benchmarks"), "{}", history(""));
    assert!(history(" threshold=2 floor=0").contains("4 change points in 4 benchmarks"));
    let board = in_its_book(&project, "{{#tensorprof leaderboard a b}}\n");
    let compared = project.run(&["compare", "a", "b", "--format", "markdown", "--no-learned"]);
    assert!(board.contains(compared.succeeds().stdout.trim_end()), "{board}");
    let marked = board.lines().filter(|line| line.contains("g/") && line.contains('★'));
    assert_eq!(marked.count(), 1, "one row is faster in one of them: {board}");
}

#[test]
fn a_book_that_names_its_baselines_judges_by_the_project_around_it_if_there_is_one() {
    let project = saved(SETTINGS);
    let inside = in_a_book_at(&project, &project.path("src"), TABLE).succeeds();
    assert_eq!(verdicts_on(&chapter(&inside)), BY_METADATA);
    let outside = in_a_book_at(&project, &project.replay.path(""), TABLE).succeeds();
    assert_eq!((verdicts_on(&chapter(&outside)), outside.stderr.as_str()), (["regressed"; 4], ""));
    project.says("[workspace.metadata.tensorprof]\ntreshold = 15\n");
    in_a_book_at(&project, &project.path("src"), TABLE)
        .fails(2, "cannot use the metadata at Cargo.toml:16:1: unknown field `treshold`");
}

#[test]
fn files_are_judged_by_the_project_in_which_they_are_compared() {
    let project = saved(SETTINGS);
    let folder = project.replay.path("baselines");
    let files = [folder.join("a.toml"), folder.join("b.toml")];
    let files = files.each_ref().map(|file| file.to_str().expect("is UTF-8"));
    let diff = |place: &Path| outside(place, &["diff", files[0], files[1], "--format", "json"]).succeeds();
    assert_eq!(verdicts(&diff(&project.path("src")).json()), BY_METADATA);
    let nowhere = diff(&folder);
    assert_eq!(
        (verdicts(&nowhere.json()), nowhere.stderr.as_str()),
        (["regressed"; 4].map(str::to_owned), "")
    );
    project.says("[workspace.metadata.tensorprof]\ntreshold = 15\n");
    let in_project = |arguments: &[&str], word: &str| {
        outside(&project.path("src"), arguments).fails(2, word);
    };
    let [a, b] = files;
    let commands = [
        &["diff", a, b][..],
        &["diff", "--baseline-file", a, "--candidate-file", b],
        &["compare", a, b],
        &["show", a],
        &["export", a, "--format", "json"],
        &["export", a, b, "--format", "json"],
        &["gate", "--self-test"],
    ];
    for command in commands {
        in_project(command, "cannot use the metadata at Cargo.toml:16:1: unknown field `treshold`");
    }
    fs::write(project.path("Cargo.toml"), "[package\n").expect("writes");
    for command in commands {
        in_project(command, "cannot read the project with `cargo metadata`");
        outside(&folder, command).succeeds();
    }
}

/// A row of 1000 ns in the commit and of 1300 ns in the working tree, whose manifest says this.
fn changed_in_turn(metadata: &str) -> Contest {
    let contest = Contest::changed_to(1300.0);
    contest.write("Cargo.toml", &format!("{}\n{metadata}", contest.manifest()));
    contest
}

#[test]
fn ab_judges_by_them() {
    let contest = changed_in_turn("[package.metadata.tensorprof]\nthreshold = 50\n");
    assert_eq!(verdict(&contest.json(&["HEAD"]), "g/1"), "unchanged");
    assert_eq!(verdict(&contest.json(&["HEAD", "--threshold", "2"]), "g/1"), "regressed");
    let rows = "[package.metadata.tensorprof.rows]\n\"g/{n}\" = { threshold = 50 }\n";
    assert_eq!(verdict(&changed_in_turn(rows).json(&["HEAD"]), "g/1"), "unchanged");
}

#[test]
fn bisect_looks_for_changes_by_them_and_knows_the_work() {
    let contest = changed_in_turn("");
    contest.tag("slower");
    let bisect = |metadata: &str| {
        contest.write("Cargo.toml", &format!("{}\n{metadata}", contest.manifest()));
        contest.run(&["bisect", "slower~1", "slower", "g/1"])
    };
    bisect("").succeeds();
    let of_rows =
        bisect("[package.metadata.tensorprof.rows]\n\"g/{n}\" = { threshold = 50, flops = \"1000*n\" }\n");
    of_rows.fails(3, "no benchmark is shown to have changed");
    assert!(of_rows.stderr.contains("GFLOP/s"), "{}", of_rows.stderr);
    bisect("[package.metadata.tensorprof]\nfloor-ns = 500\n")
        .fails(3, "no benchmark is shown to have changed");
}

#[test]
fn what_reproduces_a_report_says_what_the_user_said() {
    let project = saved(SETTINGS);
    let command = |flags: &[&str]| {
        let arguments = [&["diff", "a", "b", "--format", "markdown"], flags].concat();
        let page = project.run(&arguments).succeeds().stdout;
        let line = page.lines().rfind(|line| line.starts_with("cargo tensorprof diff a b"));
        let line = line.unwrap_or_else(|| panic!("{page}")).to_owned();
        line.split(" --manifest-path").next().unwrap_or_default().to_owned()
    };
    assert_eq!(command(&[]), "cargo tensorprof diff a b", "the metadata say the rest again");
    assert_eq!(
        command(&["--threshold", "2", "--floor", "0"]),
        "cargo tensorprof diff a b --threshold 2 --floor 0",
        "they are the defaults, and not those of this project"
    );
    assert_eq!(command(&["--threshold", "15"]), "cargo tensorprof diff a b --threshold 15");
}

#[test]
fn the_gate_has_limits_and_its_policy_from_the_metadata_and_flags_come_last() {
    let project = saved("");
    let gate = |flags: &[&str]| project.run(&[&["diff", "a", "b", "--gate"], flags].concat());
    gate(&[]).fails(1, "Gate failed: 4 rows slower");
    project.says("[workspace.metadata.tensorprof]\ngate-limit = [\"time=90%\", \"time=9%@steady\"]\n");
    gate(&[]).succeeds();
    gate(&["--gate-limit", "time=1%@worse"]).fails(1, "1 row beyond a limit: g/worse (time=1%@worse)");
    project.says("[workspace.metadata.tensorprof]\ngate-limit = [\"time=90%\", \"time=30%@worse\"]\n");
    gate(&[]).succeeds();
    project.says(
        "[workspace.metadata.tensorprof]\ngate-inconclusive = \"fail\"\ngate-limit = [\"time=90%\", \"time=30%@worse\"]\n",
    );
    gate(&[]).fails(3, "cannot judge: 1 row inconclusive or suspect");
    gate(&["--gate-inconclusive", "pass"]).succeeds();
    project.says("[workspace.metadata.tensorprof]\ngate-limit = [\"time=90%\", \"time=9%@stedy\"]\n");
    gate(&[]).fails(0, "warning: the limit `time=9%@stedy` holds for no row that has that metric");
    let test = project.run(&["gate", "--self-test"]).succeeds().stdout;
    assert!(test.contains("ok     fails: time=9%@stedy: beyond the limit"), "{test}");
    project.says("[workspace.metadata.tensorprof]\ngate-limit = [\"time=5%\", \"speed=5%\"]\n");
    let place = "cannot use the metadata at Cargo.toml:16:26: invalid value 'speed=5%' for '--gate-limit";
    gate(&[]).fails(2, place);
    project.run(&["gate", "--self-test"]).fails(2, place);
    fs::create_dir(project.replay.path("nowhere")).expect("makes a folder");
    outside(&project.replay.path("nowhere"), &["gate", "--self-test"]).succeeds();
}
