//! Rules of ARCHITECTURE.md that no lint holds.

use std::fs;
use std::path::{Path, PathBuf};

/// Every Rust file below a folder of the package.
fn sources(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("is a folder") {
            let path = entry.expect("is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "{folder} holds no source");
    found
}

/// Asserts that none of these words occurs in the code (not the comments) of a folder.
#[track_caller]
fn never(folder: &str, words: &[&str]) {
    for path in sources(folder) {
        let text = fs::read_to_string(&path).expect("is text");
        for (number, line) in
            text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            for word in words {
                assert!(!line.contains(word), "{}:{}: `{word}`", path.display(), number + 1);
            }
        }
    }
}

#[test]
fn statistics_comparison_report_and_book_do_no_io_and_read_no_clock() {
    let words =
        ["std::fs", "std::env", "std::net", "std::process", "Instant::now", "SystemTime", "Timestamp::now"];
    for folder in ["src/stats", "src/compare", "src/report", "src/model", "src/book"] {
        never(folder, &words);
    }
}

#[test]
fn only_the_runner_starts_processes() {
    for folder in ["src/stats", "src/compare", "src/report", "src/model", "src/bench", "src/book", "src/bin"]
    {
        never(folder, &["Command::new"]);
    }
}

#[test]
fn the_bench_half_uses_nothing_of_the_command_half() {
    let modules = ["book", "compare", "model", "report", "runner", "stats", "store"]
        .map(|module| format!("crate::{module}"));
    never("src/bench", &modules.each_ref().map(String::as_str));
}
