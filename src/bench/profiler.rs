//! The timing loops of a profile group: criterion's, with probes around each sample, or counting allocation
//! instead of time.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Bencher};

use super::{allocation, probe};
use crate::channel::{AllocationCount, Reading};

/// Runs the routine of one benchmark; what criterion's `Bencher` is to a plain one. A benchmark calls one loop.
pub struct Profiler<'a, 'b> {
    mode: Mode<'a, 'b>,
}

enum Mode<'a, 'b> {
    Time(Timing<'a, 'b>),
    /// Allocation is counted and nothing timed.
    Allocation(Vec<AllocationCount>),
}

impl<'a, 'b> Profiler<'a, 'b> {
    pub(super) fn timing(bencher: &'a mut Bencher<'b>, probed: bool) -> Self {
        Profiler { mode: Mode::Time(Timing { bencher, probed, probe: None }) }
    }

    pub(super) fn counting() -> Self {
        Profiler { mode: Mode::Allocation(Vec::new()) }
    }

    /// The probes before and after the sample just timed.
    pub(super) fn into_probe(self) -> Option<[Reading; 2]> {
        match self.mode {
            Mode::Time(timing) => timing.probe,
            Mode::Allocation(_) => None,
        }
    }

    /// One count an iteration of the allocation pass.
    pub(super) fn into_counts(self) -> Vec<AllocationCount> {
        match self.mode {
            Mode::Time(_) => Vec::new(),
            Mode::Allocation(counts) => counts,
        }
    }

    /// Times `routine` and the drop of its output. Criterion's `Bencher::iter`.
    pub fn iter<O>(&mut self, mut routine: impl FnMut() -> O) {
        match &mut self.mode {
            Mode::Allocation(counts) => *counts = allocation::count(|| (), |()| routine()),
            Mode::Time(timing) => timing.sample(|bencher| bencher.iter(routine)),
        }
    }

    /// Times `routine` on inputs made by `setup`, which is not timed. Criterion's `Bencher::iter_batched`.
    pub fn iter_batched<I, O>(
        &mut self,
        setup: impl FnMut() -> I,
        routine: impl FnMut(I) -> O,
        size: BatchSize,
    ) {
        match &mut self.mode {
            Mode::Allocation(counts) => *counts = allocation::count(setup, routine),
            Mode::Time(timing) => timing.sample(|bencher| bencher.iter_batched(setup, routine, size)),
        }
    }

    /// As [`Profiler::iter_batched`], on inputs by reference, whose drop is not timed either. Criterion's
    /// `Bencher::iter_batched_ref`.
    pub fn iter_batched_ref<I, O>(
        &mut self,
        setup: impl FnMut() -> I,
        mut routine: impl FnMut(&mut I) -> O,
        size: BatchSize,
    ) {
        match &mut self.mode {
            Mode::Allocation(counts) => {
                *counts = allocation::count(setup, |mut input| (routine(&mut input), input));
            }
            Mode::Time(timing) => timing.sample(|bencher| bencher.iter_batched_ref(setup, routine, size)),
        }
    }

    /// Times `routine` on inputs made one at a time by `setup`. Criterion's `Bencher::iter_with_setup`.
    pub fn iter_with_setup<I, O>(&mut self, setup: impl FnMut() -> I, routine: impl FnMut(I) -> O) {
        self.iter_batched(setup, routine, BatchSize::PerIteration);
    }

    /// Times `routine` without the drop of its output. Criterion's `Bencher::iter_with_large_drop`.
    pub fn iter_with_large_drop<O>(&mut self, mut routine: impl FnMut() -> O) {
        self.iter_batched(|| (), |()| routine(), BatchSize::SmallInput);
    }

    /// `routine` runs the given number of iterations and says how long they took. Criterion's `Bencher::iter_custom`.
    /// The allocation pass asks it for one iteration at a time.
    pub fn iter_custom(&mut self, mut routine: impl FnMut(u64) -> Duration) {
        match &mut self.mode {
            Mode::Allocation(counts) => *counts = allocation::count(|| (), |()| routine(1)),
            Mode::Time(timing) => timing.sample(|bencher| bencher.iter_custom(routine)),
        }
    }

    /// Times work that `routine` only queues on a device: `synchronize` waits until the device is done, once before the
    /// clock starts and once, timed, before it stops. Iterations of a sample queue up behind one another.
    pub fn iter_synchronized<O>(&mut self, mut synchronize: impl FnMut(), mut routine: impl FnMut() -> O) {
        self.iter_custom(|iterations| {
            synchronize();
            let start = Instant::now();
            for _ in 0..iterations {
                black_box(routine());
            }
            synchronize();
            start.elapsed()
        });
    }
}

/// Criterion's bencher, for one sample.
struct Timing<'a, 'b> {
    bencher: &'a mut Bencher<'b>,
    probed: bool,
    probe: Option<[Reading; 2]>,
}

impl<'b> Timing<'_, 'b> {
    /// Has criterion take the sample by one of its loops. The probes run right around the loop, not around what else
    /// the benchmark's closure does; where that runs several loops, criterion keeps the last one's time, and so
    /// does the probe.
    fn sample(&mut self, run: impl FnOnce(&mut Bencher<'b>)) {
        if self.probed {
            let before = probe::reading();
            run(self.bencher);
            self.probe = Some([before, probe::reading()]);
        } else {
            run(self.bencher);
        }
    }
}
