//! The loops of a profile group: criterion's timing loops with probes around each sample, or the same loops
//! with allocation counted instead of time.

use std::fmt::Display;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Bencher};

use super::allocation::{self, Counts};
use super::cpu::Meter;
use super::recorder::TokenRecorder;
use super::sample::Sample;
use super::{probe, record, rest, runner_connection};

/// Runs the routine of one benchmark, like criterion's `Bencher`. A benchmark calls one loop.
pub struct Profiler<'a, 'b> {
    mode: Mode<'a, 'b>,
    /// The declared number of tokens of a generation.
    tokens: Option<usize>,
    failure: Option<String>,
}

enum Mode<'a, 'b> {
    Time(Timing<'a, 'b>),
    /// Allocation is counted, and nothing is timed.
    Allocation(Counts),
}

impl<'a, 'b> Profiler<'a, 'b> {
    pub(super) fn timing(bencher: &'a mut Bencher<'b>, probed: bool, tokens: Option<usize>) -> Self {
        let timing = Timing { bencher, probed, sample: Sample::default() };
        Profiler { mode: Mode::Time(timing), tokens, failure: None }
    }

    pub(super) fn counting(tokens: Option<usize>) -> Self {
        Profiler { mode: Mode::Allocation(Counts::default()), tokens, failure: None }
    }

    /// The sample, or why there is none.
    pub(super) fn into_sample(self) -> Result<Sample, String> {
        match (self.failure, self.mode) {
            (Some(failure), _) => Err(failure),
            (None, Mode::Time(timing)) => Ok(timing.sample),
            (None, Mode::Allocation(_)) => Ok(Sample::default()),
        }
    }

    /// The counts of the allocation pass, or why there are none.
    pub(super) fn into_counts(self) -> Result<Counts, String> {
        match (self.failure, self.mode) {
            (Some(failure), _) => Err(failure),
            (None, Mode::Time(_)) => Ok(Counts::default()),
            (None, Mode::Allocation(counts)) => Ok(counts),
        }
    }

    /// Runs generations. `run` starts the recorder and calls it for each token.
    pub(super) fn generations<S, E: Display>(
        &mut self,
        mut setup: impl FnMut() -> S,
        mut run: impl FnMut(&mut S, &mut TokenRecorder<'_>) -> Result<(), E>,
    ) {
        let generation = |recorder: &mut TokenRecorder<'_>| {
            let mut sequence = setup();
            let outcome = run(&mut sequence, recorder);
            recorder.check(outcome)
        };
        let outcome = match (&mut self.mode, self.tokens) {
            (_, None) => Err(record::no_token_count()),
            (Mode::Time(timing), Some(tokens)) => timing.generations(tokens, generation),
            (Mode::Allocation(counts), Some(tokens)) => {
                allocation::count_generations(tokens, generation).map(|counted| *counts = counted)
            }
        };
        self.failure = self.failure.take().or(outcome.err());
    }

    /// Times `routine` and the drop of its output. Criterion's `Bencher::iter`.
    pub fn iter<O>(&mut self, mut routine: impl FnMut() -> O) {
        match &mut self.mode {
            Mode::Allocation(counts) => *counts = allocation::count(|| (), |()| routine()),
            Mode::Time(timing) => timing.run(|bencher| bencher.iter(routine)),
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
            Mode::Time(timing) => timing.run(|bencher| bencher.iter_batched(setup, routine, size)),
        }
    }

    /// Like [`Profiler::iter_batched`], with inputs by reference, whose drop is not timed either. Criterion's
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
            Mode::Time(timing) => timing.run(|bencher| bencher.iter_batched_ref(setup, routine, size)),
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

    /// `routine` runs the given number of iterations and says how long they took. Criterion's
    /// `Bencher::iter_custom`. The allocation pass calls it for one iteration at a time.
    pub fn iter_custom(&mut self, mut routine: impl FnMut(u64) -> Duration) {
        match &mut self.mode {
            Mode::Allocation(counts) => *counts = allocation::count(|| (), |()| routine(1)),
            Mode::Time(timing) => timing.run(|bencher| bencher.iter_custom(routine)),
        }
    }

    /// Times work that `routine` only queues on a device. `synchronize` waits until the device is done. It is
    /// called once before the clock starts and, timed, once before it stops. All iterations of a sample are
    /// queued at once.
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

/// Criterion's bencher for one sample.
struct Timing<'a, 'b> {
    bencher: &'a mut Bencher<'b>,
    probed: bool,
    sample: Sample,
}

impl<'b> Timing<'_, 'b> {
    /// Lets criterion take the sample with one of its loops. The probes run right before and after the loop,
    /// not around the rest of the benchmark's closure. If the closure runs several loops, criterion keeps the
    /// time of the last one, and so does the sample.
    fn run(&mut self, run: impl FnOnce(&mut Bencher<'b>)) {
        if !self.probed {
            run(self.bencher);
            return;
        }
        let took_turn = runner_connection::take_turn();
        let rested = rest::before_sample();
        if took_turn || rested {
            probe::warm_up();
        }
        let before = probe::reading();
        let meter = Meter::start();
        run(self.bencher);
        let cpu = meter.stop();
        rest::after_sample(cpu.as_ref());
        self.sample = Sample { probe: Some([before, probe::reading()]), cpu, steps: Vec::new() };
    }

    /// Takes the sample with generations. If one fails, criterion gets a time of zero for this sample.
    fn generations(
        &mut self,
        tokens: usize,
        mut generation: impl FnMut(&mut TokenRecorder<'_>) -> Result<(), String>,
    ) -> Result<(), String> {
        let mut recorder = TokenRecorder::new(tokens);
        let mut outcome = Ok(());
        self.run(|bencher| {
            bencher.iter_custom(|iterations| {
                let times = (0..iterations).map(|_| generation(&mut recorder).map(|()| recorder.elapsed()));
                let total: Result<Duration, String> = times.sum();
                total.unwrap_or_else(|failure| {
                    outcome = Err(failure);
                    Duration::ZERO
                })
            });
        });
        self.sample.steps = recorder.times();
        outcome
    }
}
