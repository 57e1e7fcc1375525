//! A slowdown planted on purpose, to study how well changes of a known size are found.
//!
//! With `TENSORPROF_PLANT=0.05` every operation really repeats 5 % of its work. An operation whose sample is
//! many iterations repeats whole in every twentieth. One whose sample is few would then have samples with and
//! without, and their median would not move; so large operations repeat in pieces of a few rows. What a piece
//! costs against the whole is measured when the benchmark first runs. The time of an operation then grows by
//! about the share, not exactly: pieces also move caches and heap under the whole.

use std::env;
use std::hint::black_box;
use std::time::Instant;

use candle_core::{Result, Tensor};

/// Environment variable: the share of its work that every operation repeats.
pub const VARIABLE: &str = "TENSORPROF_PLANT";

/// Operands of at least so many elements repeat in pieces.
const PIECES_FROM: usize = 1 << 14;
/// Pieces in an operand, where it has as many rows.
const PIECES: usize = 64;
/// Runs of the whole and of a piece, in turn, of which the median of each counts. Odd.
const CALIBRATION_RUNS: usize = 25;

/// The share in `$TENSORPROF_PLANT`, none where it is unset.
///
/// # Panics
/// Where the value is not a positive number: a study must not run without the slowdown it is about.
pub fn share() -> Option<f64> {
    let text = env::var(VARIABLE).ok()?;
    let share = text.parse().ok().filter(|share: &f64| share.is_finite() && *share > 0.0);
    Some(share.unwrap_or_else(|| panic!("{VARIABLE} is `{text}`; give a positive number, such as 0.05")))
}

/// The part of `operand` that a piece of the work is done on: its first rows if it is large, all of it if
/// not.
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

    /// Measures, once, what a piece costs. Called off the clock, lest criterion take it for a slow first
    /// iteration.
    pub fn calibrate(&mut self) {
        if let Some(slowdown) = &mut self.slowdown
            && slowdown.cost.is_none()
        {
            slowdown.cost = Some(cost(slowdown.share, &self.whole, &self.piece));
        }
    }

    /// Runs the whole operation, and what is due of the repetition.
    ///
    /// # Panics
    /// Where a slowdown was not calibrated before.
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
    /// Work to repeat in each run, in runs of the whole.
    share: f64,
    /// Cost of a piece, in runs of the whole; unknown before the calibration.
    cost: Option<f64>,
    /// Work not yet repeated, kept from run to run and so from sample to sample.
    owed: f64,
}

impl Slowdown {
    fn new(share: f64) -> Self {
        Slowdown { share, cost: None, owed: 0.0 }
    }

    /// How many pieces are due in this run.
    fn due(&mut self) -> u64 {
        let cost = self.cost.expect("calibrated before it runs");
        self.owed += self.share;
        let pieces = (self.owed / cost).floor();
        self.owed -= pieces * cost;
        pieces as u64
    }
}

/// What a piece takes against the whole, each typically: with the page faults that go with it, say. As many
/// pieces run in a row as repeat `share`, for a first one in cold caches is dearer.
fn cost<O>(share: f64, whole: impl Fn() -> O, piece: impl Fn() -> O) -> f64 {
    let row = (share * PIECES as f64).ceil();
    let pieces = || (0..row as u64).for_each(|_| drop(black_box(piece())));
    let pairs = (0..CALIBRATION_RUNS).map(|_| (seconds(&whole), seconds(pieces)));
    let (whole, pieces): (Vec<f64>, Vec<f64>) = pairs.unzip();
    median(pieces) / row / median(whole)
}

/// The middle one of an odd number of values.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn seconds<O>(run: impl Fn() -> O) -> f64 {
    let start = Instant::now();
    black_box(run());
    start.elapsed().as_secs_f64()
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
    fn large_operands_split_into_rows() -> Result<()> {
        for (shape, rows) in [((64, 64), 64), ((512, 512), 8), ((2, 1_000_000), 1)] {
            let operand = Tensor::ones(shape, DType::F32, &Device::Cpu)?;
            assert_eq!(piece(&operand)?.dims2()?, (rows, shape.1), "{shape:?}");
        }
        Ok(())
    }
}
