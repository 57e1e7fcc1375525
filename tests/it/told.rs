//! What a user is told of things that are not as they should be, where no other test is about them: what was done, to what,
//! and what to do.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use crate::ab::contest::{Contest, rows};
use crate::book::directive;
use crate::replay::{Replay, bench, project, tensorprof};

#[test]
fn a_session_under_other_conditions_is_not_appended() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    replay.run(&["save", "a", "--threads", "1", "--rounds", "2"]).succeeds();
    let calls = replay.calls().len();
    let other = replay.run(&["save", "a", "--append", "--threads", "2", "--rounds", "2"]);
    other.fails(2, "cannot append to baseline `a`: ");
    other.fails(2, "save under another name or replace it with `--force`");
    assert_eq!(replay.calls().len(), calls, "nothing was measured for it");
}

#[test]
fn several_failures_are_counted_and_each_is_named() {
    let replay = Replay::new();
    let failing = |id: &str| format!("benchmark {id}\nbegin {id}\npanic\nend\n");
    let sound = format!("benchmark g|-|3\n{}end\n", crate::replay::benchmark("g|-|3", 1000.0));
    replay
        .script("default", &format!("greet 0.8.2\n{}{}{sound}group g\n", failing("g|-|1"), failing("g|-|2")));
    let saved = replay.run(&["save", "a", "--rounds", "1"]);
    saved.fails(101, "2 failures while measuring; see the warnings above");
    for id in ["`g/1`", "`g/2`"] {
        assert!(saved.stderr.contains(&format!("failed in benchmark {id}")), "{}", saved.stderr);
    }
}

#[test]
fn what_a_newer_version_has_kept_is_not_saved() {
    let replay = Replay::new();
    replay.save("a", &bench(&[("g|-|1", 1000.0)]));
    let text = fs::read_to_string(replay.baseline("a")).expect("is saved");
    let kept = replay.path("kept.toml");
    fs::write(&kept, text.replacen("format = 1", "format = 99", 1)).expect("writes");
    let said = replay.run(&["save", "b", "--from", kept.to_str().expect("is UTF-8")]);
    said.fails(2, "cannot save what ");
    said.fails(2, "; update tensorprof");
    assert!(!replay.baseline("b").exists() && kept.exists());
}

#[test]
fn folders_that_cannot_be_made_are_named() {
    let replay = Replay::new();
    replay.save("a", &bench(&[("g|-|1", 1000.0)]));
    fs::write(replay.path("file"), "").expect("writes");
    let below = replay.path("file/report");
    let below = below.to_str().expect("is UTF-8");
    replay.run(&["diff", "a", "a", "--output", below]).fails(2, below);
    replay.run(&["show", "a", "--output", below]).fails(2, below);
    replay.run(&["man", below]).fails(2, "cannot write the manual pages to ");
}

#[test]
fn a_folder_of_baselines_that_is_none_fails_the_book_at_its_directive() {
    let replay = Replay::new();
    let mut command = tensorprof(&project().join("Cargo.toml"), &["book"]);
    command.current_dir(replay.path(""));
    let missing = replay.path("missing");
    let said = directive(command, &replay.path(""), Some(&missing), "{{#tensorprof show a}}");
    said.fails(2, "x.md:1:1: baseline `a` not found in ");
    said.fails(2, "the book has 1 error in its directives; see above");
}

#[test]
fn a_revision_without_the_project_is_named() {
    let contest = Contest::new(&rows(&[("g|-|1", 1000.0)]));
    contest.git(&["checkout", "--quiet", "--orphan", "empty"]);
    contest.git(&["rm", "--quiet", "--cached", "-r", "."]);
    contest.git(&["commit", "--quiet", "--allow-empty", "--message", "empty"]);
    contest.git(&["add", "--all"]);
    let said = contest.ab(&["empty"]);
    said.fails(2, " has no Cargo.toml; compare with a revision that has it");
    assert!(contest.calls().is_empty());
}

#[cfg(unix)]
#[test]
fn a_second_run_in_turn_waits_for_no_other() {
    let contest = Contest::new("greet 0.8.2\nbegin g|-|1\nhang\n");
    contest.plays("# changed\ngreet 0.8.2\nbegin g|-|1\nhang\n");
    let mut first = contest.start(&["ab", "HEAD", "--timeout", "60"]);
    while contest.calls().is_empty() {
        assert!(first.try_wait().expect("asks").is_none(), "it ended early");
        sleep(Duration::from_millis(10));
    }
    contest.ab(&["HEAD"]).fails(2, "is at work in this project; wait for its end, or stop it");
    let kill = std::process::Command::new("kill").args(["-INT", &first.id().to_string()]).status();
    assert!(kill.expect("starts kill").success());
    assert_eq!(first.wait().expect("waits").code(), Some(130));
}

#[test]
fn one_word_says_how_much_is_measured_in_turn_too() {
    let contest = Contest::changed_to(1300.0);
    contest.ab(&["HEAD", "--quick", "--save", "old", "new"]).succeeds();
    let text = fs::read_to_string(contest.baseline("new")).expect("is saved");
    assert!(text.contains("\nwarm-up-seconds = 0.02\n"), "{text}");
    contest.ab(&["HEAD", "--quick", "--thorough"]).fails(2, "cannot be used with");
}

#[test]
fn a_bench_that_cannot_be_run_is_named_in_turn_once_as_by_save() {
    let contest = Contest::changed_to(1300.0);
    let libtest = "[[bench]]\nname = \"libtest\"\n";
    contest.write("Cargo.toml", &format!("{}\n{libtest}", contest.manifest()));
    contest.write("benches/libtest.rs", "");
    let said = contest.ab(&["HEAD", "--format", "json"]).succeeds();
    assert_eq!(
        said.stderr.matches("bench `libtest` is skipped: it uses libtest's").count(),
        1,
        "{}",
        said.stderr
    );
}

#[test]
fn what_is_asked_for_and_is_not_there_is_named_with_the_next_step() {
    let replay = Replay::new();
    replay.run(&["history"]).fails(2, "; save one with `cargo tensorprof save NAME`");
    replay.run(&["show", "--work"]).fails(2, "; run `cargo tensorprof save NAME`");
    for name in ["a", "b"] {
        replay.save(name, &bench(&[("g|-|1", 1000.0)]));
    }
    // No benchmark passes a filter.
    replay.script("default", "greet 0.8.2\n");
    let nowhere = replay.path("nowhere");
    let nowhere = nowhere.to_str().expect("is UTF-8");
    for (arguments, said) in [
        (
            &["show", "a", "nothing"][..],
            "no benchmark of baseline `a` matches `nothing`; `cargo tensorprof show a` lists them",
        ),
        (
            &["compare", "a", "b", "--filter", "nothing"],
            "no benchmark of these baselines matches `nothing`; `cargo tensorprof show NAME`",
        ),
        (&["export", "a", "b", "--format", "bencher"], "which takes one baseline at a time"),
        (&["bless", "g/1", "--reason", " "], "give the reason in one line without ` -- `: `--reason TEXT`"),
        (&["show", "a", "("], "`(` is not a regular expression"),
        (&["book", "add", "a", "b", "--book", nowhere], "; run `cargo tensorprof book init "),
        (&["book", "build", nowhere], "; run `cargo tensorprof book init "),
        (&["save", "x", "nothing"], "no benchmark of replay matches `nothing`; `cargo bench -- --list`"),
    ] {
        replay.run(arguments).fails(2, said);
    }
    let book = replay.path("book");
    let book = book.to_str().expect("is UTF-8");
    replay.run(&["book", "init", book]).succeeds();
    replay.run(&["book", "add", "a", "b", "--book", book]).succeeds();
    let again = replay.run(&["book", "add", "a", "b", "--book", book]);
    again.fails(2, "cannot add the chapter: ");
    again.fails(2, "a-b.md exists; edit or remove it");
}

#[test]
fn two_sides_are_saved_under_two_names() {
    let contest = Contest::new(&rows(&[("g|-|1", 1000.0)]));
    let said = contest.ab(&["HEAD", "--save", "x", "x"]);
    said.fails(2, "both sides cannot be saved as `x`; give `--save` two names");
}
