//! Files that are not baselines: each is rejected with a reason, and never read as a smaller baseline.

use super::{TempStore, example, named};
use crate::store::StoreError;
use crate::store::format::{parse, render};

/// The error's text for a file with this content, loaded as `main`.
#[track_caller]
fn refusal(content: impl AsRef<[u8]>) -> String {
    let temp = TempStore::new();
    temp.put("main", content);
    let error = temp.store.load(&named("main")).expect_err("a bad file");
    temp.message(&error)
}

/// The error's text for the example with one text replaced.
#[track_caller]
pub(super) fn edited(from: &str, to: &str) -> String {
    let text = render(&example()).expect("a file");
    assert!(text.contains(from), "{from}");
    refusal(text.replacen(from, to, 1))
}

#[test]
fn empty() {
    assert_eq!(
        refusal(""),
        "cannot read baseline `main` from baselines/main.toml: the file is empty; restore it from version control \
         or save it again with `--force`"
    );
    assert!(refusal(" \n\n").contains("the file is empty"));
}

#[test]
fn what_git_puts_in_the_place_of_a_file_is_named() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    assert_eq!(
        refusal(pointer),
        "cannot read baseline `main` from baselines/main.toml: it is a Git LFS pointer, not the file that this points to; \
         fetch the file with `git lfs pull`"
    );
    let conflict = |line: &str| format!("<<<<<<< HEAD\n{line}\n=======\n{line}\n>>>>>>> feature");
    let said = edited("rounds = 1", &conflict("rounds = 1"));
    assert!(said.contains("begins a merge conflict that nobody has resolved; "), "{said}");
    assert!(said.contains("`git checkout --ours`"), "{said}");
    assert!(edited("format = 1", &conflict("format = 1")).contains("line 1 begins a merge conflict"));
}

#[test]
fn no_format_or_one_that_never_was() {
    for content in ["name = 'main'\n", "hello", "format = 'x'", "format = 0", "format = -1", "format = 1.5"] {
        assert!(refusal(content).contains("its first line is not `format = 1`"), "{content}");
    }
}

#[test]
fn not_text() {
    assert!(refusal(b"format = 1\nname = \"\xff\"\n").contains("byte 19 is not UTF-8 text"));
}

#[test]
fn broken_toml_names_line_and_column() {
    let message = edited("dirty = false", "dirty = maybe");
    assert!(message.contains("line 17, column 9: "), "{message}");
    assert!(!message.contains('\n'), "{message}");
}

#[test]
fn a_wrong_type_or_a_missing_key_names_its_line() {
    assert!(edited("cores = 8", "cores = 'eight'").contains("line 31, column 9: invalid type"));
    assert!(edited("rounds = 1\n", "").contains("missing field `rounds`"));
    assert!(edited("dtype = \"f32\"", "dtype = \"f31\"").contains("unknown variant `f31`"));
}

#[test]
fn every_truncation_is_noticed() {
    let text = render(&example()).expect("a file");
    let whole = text.trim_end();
    for (end, _) in whole.char_indices() {
        assert!(parse(&whole[..end], &named("main")).is_err(), "cut to {end} bytes");
    }
    assert!(parse(whole, &named("main")).is_ok(), "only the last line break is missing");
}

#[test]
fn cut_at_the_end_of_a_line() {
    let text = render(&example()).expect("a file");
    let (head, _) = text.split_once("\n[end]").expect("an end");
    assert!(refusal(head).contains("the file is cut short: it has no [end] table"));
}

#[test]
fn a_lost_benchmark() {
    assert!(edited("benchmarks = 4", "benchmarks = 5").contains("it has 4 benchmarks, but [end] says 5"));
}

#[test]
fn numbers_that_no_measurement_gives() {
    for value in ["nan", "-nan", "inf", "-inf", "0.0", "-21346.0", "1e16", "1e300", "1e-10"] {
        let message = edited("[21346,", &format!("[{value},"));
        assert!(message.contains("benchmark `MatMul/64x64`: round 1: sample 1 is "), "{value}: {message}");
        let message = edited("probes = [101350", &format!("probes = [{value}"));
        assert!(message.contains("benchmark `MatMul/64x64`: round 1: probe 1 is "), "{value}: {message}");
    }
    for value in ["1e999", "99999999999999999999999999"] {
        assert!(edited("[21346,", &format!("[{value},")).contains("cannot read baseline `main`"), "{value}");
    }
}

#[test]
fn durations_and_counts_that_cannot_be() {
    assert!(edited("warm-up-seconds = 0.15", "warm-up-seconds = nan").contains("warm-up-seconds is NaN"));
    assert!(edited("measurement-seconds = 0.5", "measurement-seconds = -1.0").contains("is -1, not within"));
    assert!(edited("rounds = 1", "rounds = -1").contains("line 6, column 10"));
    assert!(edited("rounds = 1", "rounds = 5000000000").contains("line 6, column 10"));
    assert!(edited("flops = 524288", "flops = -1").contains("invalid value"));
    assert!(edited("count = [1, 3]", "count = [3, 1]").contains("allocation count is [3, 1]"));
}

#[test]
fn a_name_that_is_too_long() {
    let long = format!("parameter = \"{}\"", "x".repeat(494));
    assert!(edited("parameter = \"64x64\"", &long).contains("its id has 501 characters"));
    let long = format!("nested-in = \"{}\"", "x".repeat(501));
    assert!(edited("nested-in = \"Model/forward\"", &long).contains("its `nested-in` has 501 characters"));
}

#[test]
fn rounds_that_do_not_fit() {
    assert!(
        edited("session = 1", "session = 2").contains("round 2: it names session 2 of 2, counted from 0")
    );
    assert!(edited("session = 1", "session = -1").contains("column 11"));
    assert!(edited("probes = [", "probes = [1.0, ").contains("round 1: it has 10 samples and 11 probes"));
    let text = render(&example()).expect("a file");
    let samples = text.lines().find(|line| line.starts_with("samples = [")).expect("samples").to_owned();
    assert!(edited(&samples, "samples = []").contains("round 1: it has no samples"));
}

#[test]
fn a_benchmark_that_is_empty_or_there_twice() {
    let failure = "failure = \"panicked at benches/tensor.rs:12:5: out of memory\"\n";
    assert!(edited(failure, "").contains("`MatMul/16384x16384`: it has neither a round nor a failure"));
    assert!(edited("16384x16384", "64x64").contains("benchmark `MatMul/64x64`: it occurs twice"));
}

#[test]
fn sessions_that_are_none() {
    assert!(
        edited("started = 2026-02-03T10:11:12Z", "started = 2026-02-03").contains("session 0: `2026-02-03`")
    );
    let message = edited("[[session]]", "[[other]]").to_owned();
    assert!(message.contains("it names session 1 of 1"), "{message}");
}

#[test]
fn more_changed_rows_of_identical_code_than_rows() {
    let run = "\n[session.head-to-head]\nid = '0'\nmost-blocks = 30\nnull-rows = 2\nnull-changed = 3\n";
    let first = "started = 2026-02-03T10:11:12Z\n";
    assert!(
        edited(first, &format!("{first}{run}")).contains("null-changed is 3, more than the 2 of null-rows")
    );
}

#[test]
fn peaks_that_are_no_rates_or_of_an_unknown_kind() {
    assert!(edited("avx2 = [1036.4,", "avx2 = [-1.0,").contains("a peak on 8 threads is -1e0"));
    assert!(edited("threads = 8", "threads = 0").contains("it has peaks on 0 threads"));
    assert!(edited("[peaks.gb-per-s.read]", "[peaks.gb-per-s.erase]").contains("unknown variant `erase`"));
    assert!(edited("avx2 = [1036.4, 0.0021]", "avx2 = [1036.4]").contains("invalid length 1"));
}

#[test]
fn a_huge_file_is_not_read() {
    let temp = TempStore::new();
    temp.put("main", "format = 1\n");
    let file = std::fs::OpenOptions::new().write(true).open(temp.store.file(&named("main"))).expect("a file");
    file.set_len(300 << 20).expect("a sparse file");
    let error = temp.store.load(&named("main")).expect_err("a bad file");
    assert!(temp.message(&error).contains("the file has 314572800 bytes, more than the 134217728 allowed"));
}

#[test]
fn a_folder_in_place_of_a_file() {
    let temp = TempStore::new();
    std::fs::create_dir_all(temp.store.file(&named("main"))).expect("a folder");
    let error = temp.store.load(&named("main")).expect_err("a folder");
    assert!(temp.message(&error).contains("it is not a file"));
}

#[test]
fn a_newer_format_that_cannot_be_read_as_ours() {
    let message = refusal("format = 2\nname = 'main'\n\n[settings]\nrounds = 'many'\n");
    assert!(message.contains("it has format 2, newer than this tool's (line 5, column 10: "), "{message}");
    assert!(message.ends_with("; update tensorprof"), "{message}");
}

#[test]
fn a_newer_format_is_read_with_a_warning() {
    let temp = TempStore::new();
    let text = render(&example()).expect("a file").replacen("format = 1", "format = 7", 1);
    temp.put("main", text.replace("[end]", "[energy]\njoules = 3.5\n\n[end]"));
    let loaded = temp.store.load(&named("main")).expect("a baseline");
    let expected = parse(&render(&example()).expect("a file"), &named("main")).expect("a baseline");
    assert_eq!(loaded.baseline, expected.baseline);
    let warning = loaded.newer.expect("a warning").to_string();
    assert_eq!(
        warning,
        "baseline `main` has format 7, written by tensorprof 0.1.0; this tool knows format 1 and ignores the rest"
    );
}

#[test]
fn a_missing_baseline_names_what_is_there() {
    let temp = TempStore::new();
    let missing = |name: &str| {
        let error = temp.store.load(&named(name)).expect_err("nothing there");
        assert!(matches!(error, StoreError::Missing { .. }));
        temp.message(&error)
    };
    assert_eq!(
        missing("main"),
        "baseline `main` not found in baselines/; none is saved; run `cargo tensorprof save main`"
    );
    temp.put("b", "");
    temp.put("after", "");
    assert_eq!(
        missing("main"),
        "baseline `main` not found in baselines/; saved: after, b; run `cargo tensorprof save main`"
    );
    assert_eq!(
        missing("atfer"),
        "baseline `atfer` not found in baselines/; saved: after, b; did you mean `after`?"
    );
    (0..12).for_each(|index| temp.put(&format!("v{index}"), ""));
    assert!(missing("main").contains("saved: after, b, v0, v1, v10, v11, v2, v3, v4, v5 and 4 more;"));
}
