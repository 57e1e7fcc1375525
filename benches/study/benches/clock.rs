//! Rows whose threads work, hand over to each other, sleep and wait for a disk: whose time is which clock's?

use std::fs::File;
use std::hint::black_box;
use std::io::{Seek as _, Write as _};
use std::thread;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use tensorprof::{ProfileExt, Work};

/// Pieces of the work of a pool.
const PIECES: u64 = 16;
/// Steps of arithmetic, about two milliseconds together.
const STEPS: u64 = 640_000;

fn clock(c: &mut Criterion) {
    let mut group = c.profile_group("Clock");
    group.bench("arithmetic", Work::none(), |p| p.iter(|| chain(STEPS)));
    // As many threads as the study asks for: one that the measuring thread waits for, or several at once.
    group.bench("pool", Work::none(), |p| {
        p.iter(|| {
            (0..PIECES).into_par_iter().map(|piece| chain(black_box(STEPS / PIECES + piece % 2))).sum::<u64>()
        });
    });
    group.bench("arithmetic and sleep", Work::none(), |p| {
        p.iter(|| {
            thread::sleep(Duration::from_millis(1));
            chain(STEPS / 2)
        });
    });
    let mut file: File = tempfile::tempfile().expect("a temporary file");
    group.bench("write and sync", Work::none(), |p| {
        p.iter(|| {
            file.rewind().expect("a file on disk");
            file.write_all(&[1; 1 << 16]).expect("room on the disk");
            file.sync_data().expect("a file on disk");
            chain(STEPS / 4)
        });
    });
}

/// Dependent steps.
fn chain(steps: u64) -> u64 {
    (0..black_box(steps)).fold(1, |state, step| (state ^ step).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

criterion_group!(benches, clock);
criterion_main!(benches);
