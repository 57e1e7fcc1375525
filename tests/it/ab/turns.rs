//! Never does one side compute while the other is timed: real criterion, the real library, and benches that log by one clock
//! when they compute.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::published::{copy_folder, root};
use crate::replay::{said, tensorprof};
use crate::sides::lab::git;

/// A piece of computing.
#[derive(Debug, Clone, PartialEq)]
struct Interval {
    side: String,
    process: u32,
    what: String,
    start: u64,
    end: u64,
    /// CPU time of the process at the start and the end.
    cpu: [u64; 2],
    iterations: u64,
}

impl Interval {
    fn parse(line: &str) -> Interval {
        let words: Vec<&str> = line.split(' ').collect();
        let number = |word: usize| words[word].parse().expect("a number");
        Interval {
            side: words[0].to_owned(),
            process: number(1) as u32,
            what: words[2].to_owned(),
            start: number(3),
            end: number(4),
            cpu: [number(5), number(6)],
            iterations: number(7),
        }
    }
}

/// Samples of a process.
const SAMPLES: usize = 10;

/// What both sides of the fixture computed, by start.
fn intervals() -> Vec<Interval> {
    let folder = TempDir::new().expect("makes a folder");
    let repository = folder.path().join("repository");
    copy_folder(&root().join("tests/fixtures/turns"), &repository);
    let manifest = fs::read_to_string(repository.join("Cargo.toml")).expect("is there");
    let library = root().display().to_string();
    fs::write(repository.join("Cargo.toml"), manifest.replace("TENSORPROF", &library)).expect("writes");
    // The versions of this project, which are there.
    fs::copy(root().join("Cargo.lock"), repository.join("Cargo.lock")).expect("copies");
    git(&repository, &["init", "--quiet"]);
    git(&repository, &["add", "--all"]);
    git(&repository, &["commit", "--quiet", "--message", "first"]);
    let library = fs::read_to_string(repository.join("src/lib.rs")).expect("is there");
    fs::write(repository.join("src/lib.rs"), library.replace("old", "new")).expect("writes");
    let log = folder.path().join("intervals");
    let samples = SAMPLES.to_string();
    let arguments =
        ["--budget", "0.5", "--warm-up-time", "0.02", "--measurement-time", "0.1", "--sample-size", &samples];
    let mut ab = tensorprof(&repository.join("Cargo.toml"), &[&["ab", "HEAD"], &arguments[..]].concat());
    // A folder that stays, so that criterion is not built every time.
    ab.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("turns"));
    ab.env("XDG_CACHE_HOME", folder.path().join("cache")).env("INTERVALS", &log).current_dir(&repository);
    said(ab.output().expect("starts")).succeeds();
    let log = fs::read_to_string(log).expect("is written");
    let mut intervals: Vec<Interval> = log.lines().map(Interval::parse).collect();
    intervals.sort_by_key(|interval| interval.start);
    intervals
}

#[cfg(unix)]
#[test]
fn sides_alternate_and_never_compute_at_the_same_time() {
    let intervals = intervals();
    for what in ["alone/1", "alone/2", "pool/1", "pool/thread", "plain/1", "plain/2"] {
        let blocks = by_block(&intervals, what);
        assert!(blocks.len() >= 4, "{what}: {}", blocks.len());
    }
    assert_no_overlap(&intervals);
    for what in ["alone/1", "alone/2", "pool/1"] {
        for block in by_block(&intervals, what) {
            assert_balanced(&samples(&block));
        }
        assert_waiting_costs_no_core(&intervals, what);
    }
    for what in ["plain/1", "plain/2"] {
        assert_one_after_the_other(&by_block(&intervals, what));
    }
}

fn assert_no_overlap(intervals: &[Interval]) {
    let mut latest: Option<&Interval> = None;
    for interval in intervals {
        if let Some(before) = latest {
            assert!(
                before.end <= interval.start || before.process == interval.process,
                "{interval:?} begins before the end of {before:?}"
            );
        }
        latest = latest.filter(|before| before.end > interval.end).or(Some(interval));
    }
}

/// The intervals of a benchmark, of each pair of processes that were alive at once.
fn by_block(intervals: &[Interval], what: &str) -> Vec<Vec<Interval>> {
    let mut first_seen: Vec<u32> = Vec::new();
    for interval in intervals.iter().filter(|interval| interval.what == what) {
        if !first_seen.contains(&interval.process) {
            first_seen.push(interval.process);
        }
    }
    let blocks = first_seen.chunks(2).map(|pair| {
        intervals
            .iter()
            .filter(|interval| interval.what == what && pair.contains(&interval.process))
            .cloned()
            .collect()
    });
    blocks.collect()
}

/// The intervals of the samples of a block: in the end, after those of the warm-up, but for that of the allocation pass.
fn samples(block: &[Interval]) -> Vec<Interval> {
    let mut of_process: BTreeMap<u32, Vec<&Interval>> = BTreeMap::new();
    for interval in block {
        of_process.entry(interval.process).or_default().push(interval);
    }
    let mut samples: Vec<Interval> = Vec::new();
    for of in of_process.into_values() {
        // The allocation pass, after the samples, runs single iterations.
        let end = of.iter().rposition(|interval| interval.iterations > 1).expect("has samples") + 1;
        samples.extend(of[end - SAMPLES..end].iter().copied().cloned());
    }
    samples.sort_by_key(|interval| interval.start);
    samples
}

/// ABBA or BAAB: of two pairs one begins with each side.
fn assert_balanced(samples: &[Interval]) {
    let pairs: Vec<(u32, u32)> = samples.chunks(2).map(|pair| (pair[0].process, pair[1].process)).collect();
    assert!(pairs.iter().all(|(first, second)| first != second), "{samples:?}");
    let reversed = |pairs: &[(u32, u32)]| pairs.chunks_exact(2).all(|two| two[0] == (two[1].1, two[1].0));
    // The warm-up may have had an odd number of pairs.
    assert!(reversed(&pairs) || reversed(&pairs[1..]), "{samples:?}");
}

/// Between two of its samples a process uses little of the time of the other's sample: its probes, and no more. One that
/// waited on its core would use all of it, which is half of the time of all samples.
fn assert_waiting_costs_no_core(intervals: &[Interval], what: &str) {
    for block in by_block(intervals, what) {
        let samples = samples(&block);
        let computed: u64 = samples.iter().map(|interval| interval.cpu[1] - interval.cpu[0]).sum();
        let process = samples[0].process;
        let own: Vec<&Interval> = samples.iter().filter(|interval| interval.process == process).collect();
        // A thread of its pool may compute for longer than the one that measures.
        let all = || intervals.iter().filter(|interval| interval.process == process);
        let ended = |before: u64| all().filter(|other| other.start < before).map(|other| other.cpu[1]).max();
        let waited: u64 = own
            .windows(2)
            .map(|two| two[1].cpu[0].saturating_sub(ended(two[1].start).expect("has ended one")))
            .sum();
        assert!(
            2 * waited < computed,
            "{what}: waiting used {waited} ns of CPU time, all samples {computed} ns"
        );
    }
}

/// In a block, all of one process and then all of the other; over two blocks, each side begins once.
fn assert_one_after_the_other(blocks: &[Vec<Interval>]) {
    for block in blocks {
        let changes = block.windows(2).filter(|two| two[0].process != two[1].process).count();
        assert_eq!(changes, 1, "{block:?}");
    }
    // Not those of the null arm, whose sides are the same code.
    let both = blocks.iter().filter(|block| block.iter().any(|interval| interval.side != block[0].side));
    let first: Vec<&str> = both.map(|block| block[0].side.as_str()).collect();
    assert!(first.chunks_exact(2).all(|two| two[0] != two[1]), "{first:?}");
}
