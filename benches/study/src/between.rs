//! Other work between two saves, like that of a developer's machine between two measurements.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

/// Size of the memory that is written to, in `u64`s: 64 MiB, more than the caches of most machines.
const MEMORY: usize = 8 << 20;

/// Keeps every core busy for a duration: branches and hashing as in a compiler, in turn with memory traffic.
pub fn busy(duration: Duration) {
    let until = Instant::now() + duration;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for core in 0..cores {
            scope.spawn(move || mix(core as u64, until));
        }
    });
}

fn mix(seed: u64, until: Instant) {
    let mut memory: Vec<u64> = (0..MEMORY as u64).map(|index| index ^ seed).collect();
    let mut state = seed | 1;
    while Instant::now() < until {
        state = (0..1_000_000).fold(state, |state, step| hash(state ^ step));
        let start = state as usize % 8;
        memory.iter_mut().skip(start).step_by(8).for_each(|word| *word = word.wrapping_add(state));
        black_box(&mut memory);
    }
    black_box(state);
}

/// A step with a branch that cannot be predicted.
fn hash(state: u64) -> u64 {
    let mixed = state.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23);
    if mixed & 1 == 0 { mixed ^ (state >> 7) } else { mixed.wrapping_add(state) }
}
