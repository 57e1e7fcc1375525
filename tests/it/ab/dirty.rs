//! What makes a working tree another source than its commit.

use super::contest::{Contest, rows};

/// Appends to a baseline of the commit after writing an untracked file.
#[track_caller]
fn append_after(file: &str, text: &str) -> crate::replay::Said {
    let contest = Contest::new(&rows(&[("g|-|1", 1000.0)]));
    contest.run(&["save", "a"]).succeeds();
    contest.write(file, text);
    contest.run(&["save", "a", "--append"])
}

#[test]
fn an_untracked_file_that_no_build_reads_does_not() {
    for file in ["notes/todo.md", "tests/other.rs", "benchmarks.csv", "elsewhere/src/lib.rs"] {
        append_after(file, "").succeeds();
    }
}

#[test]
fn an_untracked_file_that_a_build_may_read_does() {
    let files = [
        ("src/kernels/add.cu", ""),
        ("benches/other.rs", ""),
        (".cargo/config.toml", ""),
        ("build.rs", "fn main() {}"),
    ];
    for (file, text) in files {
        append_after(file, text).fails(2, "dirty (false before, true now)");
    }
}

#[test]
fn a_change_of_a_tracked_file_does_wherever_it_lies() {
    let contest = Contest::new(&rows(&[("g|-|1", 1000.0)]));
    contest.write("notes/todo.md", "");
    contest.commit("notes");
    contest.run(&["save", "a"]).succeeds();
    contest.write("notes/todo.md", "something");
    contest.run(&["save", "a", "--append"]).fails(2, "dirty (false before, true now)");
}
