//! Damaged files: whatever happens to the bytes of a baseline, it is refused or read, compared and reported, never a panic.

use super::{TempStore, example, named};
use crate::compare::{self, Options};
use crate::model::Baseline;
use crate::report::saved::Saved;
use crate::report::{self, Reproduction};
use crate::store::StoreError;
use crate::store::format::render;

/// Numbers from a seed, by SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }
}

/// What takes the place of some bytes.
const REPLACEMENTS: [&[u8]; 19] = [
    b"",
    b"\0",
    b"\xff",
    b"\n",
    b"'",
    b"\"\"\"",
    b"[",
    b"]",
    b"[[benchmark]]\n",
    b"-",
    b"9999999999999999999",
    b"nan",
    b"1e308",
    b"7",
    b"1e14",
    b"0.001",
    b"=",
    b"#",
    "\u{202e}\u{1b}[31m".as_bytes(),
];

fn mutated(original: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for _ in 0..=random.below(3) {
        let start = random.below(bytes.len());
        let end = (start + random.below(8)).min(bytes.len());
        let replacement = REPLACEMENTS[random.below(REPLACEMENTS.len())];
        bytes.splice(start..end, replacement.iter().copied());
    }
    bytes
}

/// Reads the file of `main` with this content as every command does.
fn read(temp: &TempStore, content: &[u8]) -> Result<Baseline, StoreError> {
    temp.put("main", content);
    temp.store.load(&named("main")).map(|loaded| loaded.baseline)
}

/// Does with a baseline what commands do.
fn report_on(baseline: &Baseline, other: &Baseline) {
    let found = Saved::of(baseline, &|_| true);
    report::saved::report(&found, &Reproduction { commands: vec![] });
    report::saved::show_table(&found, Some(80));
    report::saved::show_csv(&found);
    for [before, after] in [[baseline, other], [other, baseline]] {
        let comparison = compare::compare(before, after, &Options::default());
        let reproduction = Reproduction { commands: vec![] };
        report::render(&comparison, &reproduction);
        report::comment(&comparison, &reproduction, Some("report.md"));
        report::csv(&comparison);
    }
}

#[test]
fn a_mutated_file_is_refused_or_reported_on() {
    let original = render(&example()).expect("a file").into_bytes();
    let (temp, mut random) = (TempStore::new(), Random(10));
    let read: Vec<Baseline> =
        (0..400).filter_map(|_| read(&temp, &mutated(&original, &mut random)).ok()).collect();
    assert!((20..380).contains(&read.len()), "{} of 400: too weak or too strong", read.len());
    read.iter().for_each(|baseline| report_on(baseline, &example()));
}

#[test]
fn a_truncated_file_is_refused() {
    let original = render(&example()).expect("a file").into_bytes();
    let (temp, mut random) = (TempStore::new(), Random(20));
    for _ in 0..200 {
        let end = random.below(original.len() - 1);
        let error = read(&temp, &original[..end]).expect_err("a part of a file");
        assert!(matches!(error, StoreError::Unreadable { .. }), "cut to {end} bytes: {error}");
    }
}
