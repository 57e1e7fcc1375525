//! The loops of the profiler that generate tokens.

use std::hint::black_box;

use super::profiler::Profiler;
use super::recorder::TokenRecorder;
use super::step_outcome::StepOutcome;

/// Generation of tokens. One iteration is one generation: from a fresh sequence to the last of the tokens
/// that the benchmark declares, by its [`Phase`](crate::Phase) or, in a profile group, by
/// [`Work::tokens`](crate::Work::tokens). Each step, from one token to the next, is recorded separately, in
/// time and in allocation.
///
/// The first step lasts from the end of `setup` to the first token. In an inference it is the prefill, and
/// its time is the time to first token.
///
/// If a generation fails, or yields a different number of tokens than declared, only its benchmark fails.
/// In a plain `cargo bench`, which cannot mark a benchmark as failed, it panics.
impl Profiler<'_, '_> {
    /// Generates with `step`, which makes the next token available and is called once for each. `setup` makes
    /// a fresh sequence, such as one with a cleared cache; neither `setup` nor the drop of the sequence is
    /// timed. A step returns the token, or a `Result` whose error fails the benchmark.
    ///
    /// ```no_run
    /// # struct Model;
    /// # struct Sequence;
    /// # impl Model {
    /// #     fn prefilled(&self, _: usize) -> Sequence { Sequence }
    /// #     fn next_token(&self, _: &mut Sequence) -> u32 { 0 }
    /// # }
    /// # let model = Model;
    /// # let mut criterion = criterion::Criterion::default();
    /// use tensorprof::{ProfileExt, Work};
    ///
    /// criterion.profile_group("Generation").bench("32", Work::none().tokens(32), |p| {
    ///     p.generate(|| model.prefilled(128), |sequence| model.next_token(sequence))
    /// });
    /// ```
    pub fn generate<S, T: StepOutcome>(&mut self, setup: impl FnMut() -> S, step: impl FnMut(&mut S) -> T) {
        self.generate_synchronized(|| (), setup, step);
    }

    /// Like [`Profiler::generate`], for a `step` that only queues work on a device. `synchronize` waits until
    /// the device is done. It is called once before the clock starts and, timed, after each step: only then
    /// is the token available.
    pub fn generate_synchronized<S, T: StepOutcome>(
        &mut self,
        mut synchronize: impl FnMut(),
        setup: impl FnMut() -> S,
        mut step: impl FnMut(&mut S) -> T,
    ) {
        self.generations(setup, |sequence, recorder| {
            synchronize();
            recorder.start();
            for _ in 0..recorder.declared() {
                let token = black_box(step(sequence).outcome()?);
                synchronize();
                recorder.token();
                // Dropping the token is part of the next step, as in a loop that overwrites it.
                drop(token);
            }
            Ok::<(), T::Error>(())
        });
    }

    /// Like [`Profiler::generate`], for code with a loop of its own: `run` generates all tokens and calls
    /// [`TokenRecorder::token`] for each as it arrives; it returns `()` or a `Result`.
    /// What `run` does after the last token is not timed.
    ///
    /// ```no_run
    /// # struct Model;
    /// # impl Model {
    /// #     fn stream(&self, _: &mut Vec<u32>, _: impl FnMut(u32)) -> Result<(), std::fmt::Error> { Ok(()) }
    /// # }
    /// # let model = Model;
    /// # let mut criterion = criterion::Criterion::default();
    /// use tensorprof::{ProfileExt, Work};
    ///
    /// criterion.profile_group("Generation").bench("32", Work::none().tokens(32), |p| {
    ///     p.generate_streamed(
    ///         || vec![1, 2, 3],
    ///         |sequence, recorder| model.stream(sequence, |_token| recorder.token()),
    ///     )
    /// });
    /// ```
    pub fn generate_streamed<S, R: StepOutcome>(
        &mut self,
        setup: impl FnMut() -> S,
        mut run: impl FnMut(&mut S, &mut TokenRecorder<'_>) -> R,
    ) {
        self.generations(setup, |sequence, recorder| {
            recorder.start();
            run(sequence, recorder).outcome().map(drop)
        });
    }
}
