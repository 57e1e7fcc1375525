//! Slowdowns that are planted on purpose, to study how well changes of a known size are found.
//!
//! With `TENSORPROF_PLANT=0.05` every operation repeats 5 % of its work. A small operation, with many
//! iterations in a sample, repeats as a whole in every twentieth iteration. For a large operation with few
//! iterations, some samples would then contain a repetition and others none, and the median would not move.
//! So large operations repeat in pieces of a few rows. The cost of a piece relative to the whole is measured
//! when the benchmark first runs, in CPU time, so that other programs on the core do not enter it. The time of
//! an operation grows by about the share, not exactly: pieces also change caches and heap for the whole.
//!
//! The steps of a model grow by arithmetic that takes that share of their time ([`Lengthened`]).

use std::cell::OnceCell;
use std::env;
use std::hint::black_box;
use std::time::Duration;

use candle_core::{Result, Tensor};

/// Environment variable: the share of its work that every operation repeats.
pub const VARIABLE: &str = "TENSORPROF_PLANT";

/// Operations on operands with at least this many elements repeat in pieces.
const PIECES_FROM: usize = 1 << 14;
/// Pieces of an operand, if it has as many rows.
const PIECES: usize = 64;
/// Runs of the whole and of pieces, in turn, of which the medians are used. Odd.
const CALIBRATION_RUNS: usize = 25;
/// Runs of the steps of a model and of arithmetic, in turn. Odd.
const STEP_RUNS: usize = 9;

/// The share in `$TENSORPROF_PLANT`, `None` if it is unset.
///
/// # Panics
/// If the value is not a positive number: a study must not run without its slowdown.
pub fn share() -> Option<f64> {
    let text = env::var(VARIABLE).ok()?;
    let share = text.parse().ok().filter(|share: &f64| share.is_finite() && *share > 0.0);
    Some(share.unwrap_or_else(|| panic!("{VARIABLE} is `{text}`; give a positive number, such as 0.05")))
}

/// The part of `operand` for a piece of the work: its first rows if it is large, else all of it.
pub fn piece(operand: &Tensor) -> Result<Tensor> {
    if operand.elem_count() < PIECES_FROM {
        return Ok(operand.clone());
    }
    operand.narrow(0, 0, (operand.dim(0)? / PIECES).max(1))
}

/// An operation with a slowdown, or without one.
pub struct Planted<W, P> {
    whole: W,
    piece: P,
    slowdown: Option<Slowdown>,
}

impl<O, W: Fn() -> O, P: Fn() -> O> Planted<W, P> {
    /// Repeats `share` of `whole` in runs of `piece`.
    pub fn new(share: Option<f64>, whole: W, piece: P) -> Self {
        Planted { whole, piece, slowdown: share.map(Slowdown::new) }
    }

    /// Measures the cost of a piece, once. Must not be called within a timed iteration, which would make the
    /// first one slow.
    pub fn calibrate(&mut self) {
        if let Some(slowdown) = &mut self.slowdown
            && slowdown.cost.is_none()
        {
            slowdown.cost = Some(cost(slowdown.share, &self.whole, &self.piece));
        }
    }

    /// Runs the whole operation, and the pieces that are due.
    ///
    /// # Panics
    /// If a slowdown has not been calibrated.
    #[inline]
    pub fn run(&mut self) -> O {
        if let Some(slowdown) = &mut self.slowdown {
            for _ in 0..slowdown.due() {
                black_box((self.piece)());
            }
        }
        (self.whole)()
    }
}

struct Slowdown {
    /// Work to repeat in each run, as a share of the whole.
    share: f64,
    /// Cost of a piece, as a share of the whole; unknown before the calibration.
    cost: Option<f64>,
    /// Work that is due but not yet repeated, kept from run to run.
    owed: f64,
}

impl Slowdown {
    fn new(share: f64) -> Self {
        Slowdown { share, cost: None, owed: 0.0 }
    }

    /// The number of pieces to run now.
    fn due(&mut self) -> u64 {
        let cost = self.cost.expect("calibrated before it runs");
        self.owed += self.share;
        let pieces = (self.owed / cost).floor();
        self.owed -= pieces * cost;
        pieces as u64
    }
}

/// The typical time of a piece, as a share of that of the whole, page faults included. Runs as many pieces in
/// a row as repeat `share`, because the first one, with cold caches, takes longer.
fn cost<O>(share: f64, whole: impl Fn() -> O, piece: impl Fn() -> O) -> f64 {
    let row = (share * PIECES as f64).ceil();
    let pieces = || (0..row as u64).for_each(|_| drop(black_box(piece())));
    let timed = |_| [seconds(|| ()), seconds(&whole), seconds(pieces)];
    let timed: Vec<[f64; 3]> = (0..CALIBRATION_RUNS).map(timed).collect();
    let [reading, whole, pieces] =
        [0, 1, 2].map(|which| median(timed.iter().map(|times| times[which]).collect()));
    // Reading the clock takes as long as a small operation.
    (pieces - reading).max(reading) / row / (whole - reading).max(reading)
}

/// Arithmetic that takes a share of the time of a step.
pub struct Lengthened {
    share: Option<f64>,
    /// Arithmetic after each step; unknown before the calibration.
    arithmetic: OnceCell<u64>,
}

impl Lengthened {
    /// Repeats `share` of a step's time.
    pub fn new(share: Option<f64>) -> Self {
        Lengthened { share, arithmetic: OnceCell::new() }
    }

    /// Measures how long a step takes, once: `steps` runs so many of them. Must not be called within a timed
    /// iteration.
    pub fn calibrate(&self, count: u64, steps: impl FnMut()) {
        self.calibrate_by(|run| seconds(run), count, steps);
    }

    /// `seconds`: the clock.
    fn calibrate_by(
        &self,
        mut seconds: impl FnMut(&mut dyn FnMut()) -> f64,
        count: u64,
        mut steps: impl FnMut(),
    ) {
        let Some(share) = self.share else { return };
        self.arithmetic.get_or_init(|| {
            let times = (0..STEP_RUNS).map(|_| [seconds(&mut steps), seconds(&mut || arithmetic(UNIT))]);
            let (steps, unit): (Vec<f64>, Vec<f64>) = times.map(|[steps, unit]| (steps, unit)).unzip();
            (share * median(steps) / count as f64 / median(unit) * UNIT as f64).round() as u64
        });
    }

    /// Lengthens the step that has just run.
    ///
    /// # Panics
    /// If it has a share and has not been calibrated.
    #[inline]
    pub fn run(&self) {
        if self.share.is_some() {
            arithmetic(*self.arithmetic.get().expect("calibrated before it runs"));
        }
    }
}

/// Arithmetic whose time is measured, about 0.1 ms.
const UNIT: u64 = 100_000;

/// So many dependent multiplications.
fn arithmetic(count: u64) {
    black_box(
        (0..black_box(count)).fold(1_u64, |state, step| (state ^ step).wrapping_mul(0x9E37_79B9_7F4A_7C15)),
    );
}

/// The middle one of an odd number of values.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// CPU time of all threads of the process, where the system tells.
fn seconds<O>(mut run: impl FnMut() -> O) -> f64 {
    let start = cpu_time();
    black_box(run());
    (cpu_time() - start).as_secs_f64()
}

#[cfg(unix)]
fn cpu_time() -> Duration {
    nix::time::ClockId::CLOCK_PROCESS_CPUTIME_ID.now().expect("a POSIX clock").into()
}

#[cfg(not(unix))]
fn cpu_time() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use candle_core::{DType, Device};

    use super::*;

    #[test]
    fn the_share_is_repeated_whatever_a_piece_costs() {
        for cost in [0.001, 0.03, 0.05, 0.07, 1.0] {
            let mut slowdown = Slowdown { share: 0.05, cost: Some(cost), owed: 0.0 };
            let repeated: f64 = (0..1000).map(|_| slowdown.due() as f64 * cost).sum();
            assert!((50.0 - repeated).abs() <= cost + 1e-6, "{repeated} of 50 at {cost}");
        }
    }

    #[test]
    fn without_a_share_only_the_whole_runs() {
        let runs = Cell::new(0);
        let mut planted = Planted::new(None, || runs.set(runs.get() + 1), || panic!("a piece ran"));
        (0..10).for_each(|_| planted.run());
        assert_eq!(runs.get(), 10);
    }

    #[test]
    fn with_a_share_pieces_run_beside_every_whole() {
        let (wholes, pieces) = (Cell::new(0), Cell::new(0));
        let count = |runs: &Cell<u32>| runs.set(runs.get() + 1);
        let mut planted = Planted::new(Some(0.5), || count(&wholes), || count(&pieces));
        planted.slowdown.as_mut().expect("planted").cost = Some(0.25);
        (0..10).for_each(|_| planted.run());
        assert_eq!((wholes.get(), pieces.get()), (10, 20));
    }

    #[test]
    fn steps_grow_by_the_share_of_their_time() {
        let plain = Lengthened::new(None);
        plain.calibrate(1, || panic!("a step ran"));
        plain.run();
        let lengthened = Lengthened::new(Some(0.5));
        // A clock by which a step takes as long as three units of arithmetic: that of the machine runs on for other tests.
        let steps = Cell::new(0);
        let seconds = |run: &mut dyn FnMut()| {
            let before = steps.get();
            run();
            if steps.get() > before { 3.0 * f64::from(steps.get() - before) } else { 1.0 }
        };
        lengthened.calibrate_by(seconds, 2, || steps.set(steps.get() + 2));
        let found = *lengthened.arithmetic.get().expect("calibrated") as f64 / UNIT as f64;
        assert!((found / 1.5 - 1.0).abs() < 0.3, "{found}");
    }

    #[test]
    fn large_operands_split_into_rows() -> Result<()> {
        for (shape, rows) in [((64, 64), 64), ((512, 512), 8), ((2, 1_000_000), 1)] {
            let operand = Tensor::ones(shape, DType::F32, &Device::Cpu)?;
            assert_eq!(piece(&operand)?.dims2()?, (rows, shape.1), "{shape:?}");
        }
        Ok(())
    }
}
