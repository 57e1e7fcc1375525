//! Records a generation token by token: the time of each step, or its allocation.

use std::fmt::Display;
use std::time::{Duration, Instant};

use super::counters::{Mark, Section};
use crate::channel::AllocationCount;

/// Records each token of a generation as it becomes available. [`Profiler::generate_streamed`] passes it to
/// the code that generates.
///
/// Recording a token costs one reading of the clock, stored in memory that is allocated before the generation
/// begins.
///
/// [`Profiler::generate_streamed`]: super::Profiler::generate_streamed
pub struct TokenRecorder<'a> {
    /// Tokens that the generation must yield.
    declared: usize,
    /// Tokens of this generation so far. Those beyond the declared number are only counted.
    generated: usize,
    meter: Meter<'a>,
}

enum Meter<'a> {
    Clock { start: Instant, tokens: Vec<Instant> },
    Allocator { section: &'a Section<'a>, mark: Mark, steps: Vec<AllocationCount> },
}

impl<'a> TokenRecorder<'a> {
    /// A recorder of times with room for `tokens` tokens, for generations outside of a profile group. The
    /// first step begins now.
    pub fn new(tokens: usize) -> Self {
        let room = Vec::with_capacity(tokens);
        let meter = Meter::Clock { start: Instant::now(), tokens: room };
        TokenRecorder { declared: tokens, generated: 0, meter }
    }

    /// A recorder of the allocations in `section`.
    pub(super) fn counting(tokens: usize, section: &'a Section<'a>) -> Self {
        // Allocates all memory of the recorder itself before the first step is marked.
        let steps = Vec::with_capacity(tokens);
        let meter = Meter::Allocator { section, mark: section.mark(), steps };
        TokenRecorder { declared: tokens, generated: 0, meter }
    }

    /// Begins a generation and its first step.
    pub(super) fn start(&mut self) {
        self.generated = 0;
        match &mut self.meter {
            Meter::Clock { start, tokens } => {
                tokens.clear();
                *start = Instant::now();
            }
            Meter::Allocator { section, mark, steps } => {
                steps.clear();
                *mark = section.mark();
            }
        }
    }

    /// Records that the next token is available: a step ends and another begins. If a device computes it,
    /// synchronise first.
    #[inline]
    pub fn token(&mut self) {
        self.generated += 1;
        if self.generated > self.declared {
            return;
        }
        match &mut self.meter {
            Meter::Clock { tokens, .. } => tokens.push(Instant::now()),
            Meter::Allocator { section, mark, steps } => steps.push(section.lap(mark)),
        }
    }

    /// Tokens that the generation must yield.
    pub(super) fn declared(&self) -> usize {
        self.declared
    }

    /// Checks that a generation, which ended with `outcome`, yielded the declared number of tokens.
    ///
    /// # Errors
    /// Names the declared and the actual number of tokens, and the error of `outcome`.
    pub(super) fn check(&self, outcome: Result<(), impl Display>) -> Result<(), String> {
        let Self { declared, generated, .. } = self;
        let tokens = format!("tokens declared: {declared}, generated: {generated}");
        match outcome {
            Err(error) => Err(format!("a generation failed ({tokens}): {error}")),
            Ok(()) if generated != declared => {
                Err(format!("a generation did not yield the declared number of tokens ({tokens})"))
            }
            Ok(()) => Ok(()),
        }
    }

    /// Time from the start to the last token. Zero for a recorder of allocations.
    pub(super) fn elapsed(&self) -> Duration {
        match &self.meter {
            Meter::Clock { start, tokens } => tokens.last().map_or(Duration::ZERO, |last| *last - *start),
            Meter::Allocator { .. } => Duration::ZERO,
        }
    }

    /// Nanoseconds of each step. Empty for a recorder of allocations.
    pub(super) fn times(&self) -> Vec<f64> {
        let Meter::Clock { start, tokens } = &self.meter else { return Vec::new() };
        let starts = std::iter::once(start).chain(tokens);
        starts.zip(tokens).map(|(start, end)| (*end - *start).as_secs_f64() * 1e9).collect()
    }

    /// Allocation of each step. Empty for a recorder of times.
    pub(super) fn into_counts(self) -> Vec<AllocationCount> {
        match self.meter {
            Meter::Clock { .. } => Vec::new(),
            Meter::Allocator { steps, .. } => steps,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(tokens: usize) -> TokenRecorder<'static> {
        let mut recorder = TokenRecorder::new(3);
        (0..tokens).for_each(|_| recorder.token());
        recorder
    }

    #[test]
    fn steps_end_with_tokens_and_add_up_to_the_generation() {
        let recorder = after(3);
        let sum: f64 = recorder.times().iter().sum();
        assert_eq!(recorder.times().len(), 3);
        assert!((sum - recorder.elapsed().as_nanos() as f64).abs() < 1e-3);
    }

    #[test]
    fn tokens_beyond_the_declared_are_counted_but_neither_timed_nor_kept() {
        let mut recorder = after(3);
        let elapsed = recorder.elapsed();
        recorder.token();
        assert_eq!((recorder.times().len(), recorder.elapsed()), (3, elapsed));
        assert!(recorder.check(Ok::<(), String>(())).is_err());
    }

    #[test]
    fn a_start_forgets_the_generation_before() {
        let mut recorder = after(2);
        recorder.start();
        assert_eq!((recorder.times(), recorder.elapsed()), (vec![], Duration::ZERO));
        assert_eq!(recorder.check(Err("x")), after(0).check(Err("x")));
    }

    #[test]
    fn a_bad_generation_says_what_was_declared_and_what_came() {
        let said = |tokens, outcome: Result<(), &str>| after(tokens).check(outcome).err();
        assert_eq!(said(3, Ok(())), None);
        let counts = |generated| {
            Some(format!(
                "a generation did not yield the declared number of tokens (tokens declared: 3, generated: {generated})"
            ))
        };
        assert_eq!([0, 2, 4].map(|tokens| said(tokens, Ok(()))), [0, 2, 4].map(counts));
        let failed = "a generation failed (tokens declared: 3, generated: 1): cache is full";
        assert_eq!(said(1, Err("cache is full")).as_deref(), Some(failed));
    }
}
