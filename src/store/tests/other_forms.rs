//! Files that are TOML in other words than `save` uses: each is read as TOML has it, or refused as TOML does.

use super::{example, named};
use crate::model::Baseline;
use crate::store::FileFault;
use crate::store::format::{parse, render};

/// The example's text with one text replaced.
#[track_caller]
fn edited(from: &str, to: &str) -> String {
    let text = render(&example()).expect("a file");
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

fn read(text: &str) -> Result<Baseline, FileFault> {
    parse(text, &named("main")).map(|loaded| loaded.baseline)
}

/// The example as it is read from its own form.
fn plain() -> Baseline {
    read(&render(&example()).expect("a file")).expect("a baseline")
}

#[test]
fn a_header_may_have_blanks_quotes_and_a_comment() {
    for header in [
        "[[benchmark]] # note",
        " [[benchmark]]",
        "\t[[ benchmark ]]\t",
        "[['benchmark']]",
        "[[\"bench\\u006dark\"]]",
    ] {
        assert_eq!(read(&edited("[[benchmark]]", header)), Ok(plain()), "{header}");
    }
    for (from, to) in [
        ("[benchmark.work]", "[ benchmark . work ] # note"),
        ("[[benchmark.round]]", "  [[benchmark.'round']]"),
        ("[end]", "# last\n\t[end]# of all"),
    ] {
        assert_eq!(read(&edited(from, to)), Ok(plain()), "{to}");
    }
}

#[test]
fn no_benchmark_is_lost_behind_a_comment() {
    let text = edited("[[benchmark]]", "[[benchmark]] # note").replace("benchmarks = 4", "benchmarks = 3");
    let fault = read(&text).expect_err("there are four").to_string();
    assert!(fault.contains("it has 4 benchmarks, but [end] says 3"), "{fault}");
}

#[test]
fn a_benchmark_in_a_text_is_none() {
    let text =
        edited("[[benchmark]]", "[notes]\nx = '''\n[[benchmark]]\npackage = 'p'\n'''\n\n[[benchmark]]");
    assert_eq!(read(&text), Ok(plain()));
}

#[test]
fn what_is_no_toml_is_refused() {
    for (from, to) in [
        ("name = ", "benchmark = []\nname = "),
        ("name = ", "benchmark.x = 1\nname = "),
        ("parameter = \"64x64\"", "parameter = \"64x64\"\nround = []"),
        ("[benchmark.work]", "[benchmark.work]\n[benchmark.work]"),
        ("[machine]", "[build]"),
        ("[end]", "[benchmark]\n[end]"),
        ("[[benchmark]]", "[[benchmark]] note"),
    ] {
        assert!(matches!(read(&edited(from, to)), Err(FileFault::Syntax { .. })), "{to}");
    }
}

#[test]
fn tables_may_stand_in_any_order() {
    let text = render(&example()).expect("a file");
    let (head, benchmarks) = text.split_at(text.find("[settings]").expect("settings"));
    let (middle, benchmarks) = benchmarks.split_at(benchmarks.find("[[benchmark]]").expect("a benchmark"));
    assert_eq!(read(&format!("{head}{benchmarks}\n{middle}")), Ok(plain()));
}
