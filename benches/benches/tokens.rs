//! The cost of recording a token, as a markdown table: nanoseconds by itself, and how much longer a
//! generation of real steps takes with [`Profiler::generate`] than with a bare loop.
//!
//! The two loops alternate within one process, so that drift of the machine affects both. The intervals are
//! those of one process; between processes the ratio differs by more, some tenths of a percent, so run it
//! several times and use the range. A token's cost is that of a hot loop. Run it on one thread
//! (`RAYON_NUM_THREADS=1`): threads that wait for each other vary by far more than the cost that is measured.

use std::cell::Cell;
use std::env;
use std::hint::black_box;
use std::time::{Duration, Instant};

use candle_core::{Result, Tensor};
use criterion::Criterion;
use tensorprof::channel::PORT_VARIABLE;
use tensorprof::{ProfileExt, Profiler, TokenRecorder, Work};
use tensorprof_suite::{Inputs, Median};

const ROUNDS: usize = 1000;
/// Tokens of a round, enough for the resolution of the clock.
const TOKENS: usize = 1000;

const PAIRS: usize = 3000;
/// Steps of a generation: few, so that neighbouring generations meet the same state of the machine.
const STEPS: u32 = 2;
/// Products of a step: about 0.2 ms.
const PRODUCTS: usize = 32;
/// The matrices of the products, used in turn, and their width: they fit into the core's own cache.
const MATRICES: usize = 2;
const WIDTH: usize = 256;

fn main() -> Result<()> {
    // Reports nothing to `cargo tensorprof`, which must not wait for it.
    if env::var_os(PORT_VARIABLE).is_some() || !env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let cost = Median::of((0..ROUNDS).map(|_| round()).collect());
    let decode = Decode::new()?;
    let (steps, ratios) = pairs(&decode);
    println!("\nMedian (95 % interval of this run)\n");
    println!("| Recording | | Target |");
    println!("|---|--:|--:|");
    println!("| a token, ns | {cost:.1} | at most 100 |");
    println!("| a bare step, us | {steps:.1} | |");
    println!("| a generation, recorded / bare | {ratios:.5} | |");
    Ok(())
}

/// Nanoseconds per token recorded.
fn round() -> f64 {
    let mut recorder = TokenRecorder::new(TOKENS);
    let start = Instant::now();
    (0..TOKENS).for_each(|_| black_box(&mut recorder).token());
    nanoseconds(start) / TOKENS as f64
}

/// A sequence that times itself from its creation to its drop, so that both loops are timed in the same way.
struct Sequence<'a> {
    state: Tensor,
    elapsed: &'a Cell<f64>,
    start: Instant,
}

impl Drop for Sequence<'_> {
    fn drop(&mut self) {
        self.elapsed.set(nanoseconds(self.start));
    }
}

/// Steps that take as long as those of a small model: a vector is multiplied by a chain of matrices.
struct Decode {
    weights: Vec<Tensor>,
    start: Tensor,
}

impl Decode {
    fn new() -> Result<Self> {
        let mut inputs = Inputs::new(1);
        // With this variance the numbers neither vanish nor saturate.
        let scale = 2.0 / (WIDTH as f64 / 3.0).sqrt();
        let weights = (0..MATRICES).map(|_| inputs.tensor::<f32>((WIDTH, WIDTH))? * scale);
        Ok(Decode { weights: weights.collect::<Result<_>>()?, start: inputs.tensor::<f32>((1, WIDTH))? })
    }

    /// Replaces the state by the next one.
    fn step(&self, state: &mut Tensor) -> Result<()> {
        for weights in self.weights.iter().cycle().take(PRODUCTS) {
            *state = state.matmul(weights)?.tanh()?;
        }
        Ok(())
    }

    fn sequence<'a>(&self, elapsed: &'a Cell<f64>) -> Sequence<'a> {
        Sequence { state: self.start.clone(), elapsed, start: Instant::now() }
    }

    /// Nanoseconds of a generation with a bare loop.
    fn bare(&self) -> f64 {
        let elapsed = Cell::new(0.0);
        let mut sequence = self.sequence(&elapsed);
        (0..STEPS).for_each(|_| black_box(self.step(&mut sequence.state)).expect("matrices that fit"));
        drop(sequence);
        elapsed.get()
    }

    /// Nanoseconds of a generation with a profiler.
    fn recorded(&self, profiler: &mut Profiler<'_, '_>) -> f64 {
        let elapsed = Cell::new(0.0);
        profiler.generate(|| self.sequence(&elapsed), |sequence| self.step(&mut sequence.state));
        elapsed.get()
    }
}

/// Microseconds of a bare step, and ratios of neighbouring generations.
fn pairs(decode: &Decode) -> (Median, Median) {
    let (mut steps, mut ratios) = (Vec::new(), Vec::new());
    // Too short for a second generation in a sample; criterion warns about that.
    let short = Duration::from_nanos(1);
    let mut criterion =
        Criterion::default().without_plots().sample_size(PAIRS).warm_up_time(short).measurement_time(short);
    criterion.profile_group("Tokens").bench("recorded", Work::none().tokens(STEPS.into()), |profiler| {
        // The two take turns in being second, with warmer caches.
        let (bare, recorded) = if ratios.len() % 2 == 0 {
            let bare = decode.bare();
            (bare, decode.recorded(profiler))
        } else {
            let recorded = decode.recorded(profiler);
            (decode.bare(), recorded)
        };
        steps.push(bare / 1e3 / f64::from(STEPS));
        ratios.push(recorded / bare);
    });
    (Median::of(steps), Median::of(ratios))
}

fn nanoseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e9
}
