//! The probes: how fast the core runs at the moment, and how much of it this process has.

use std::hint::black_box;
use std::time::Instant;

use crate::channel::Reading;
use crate::cpu_clock::thread_time;

/// Steps of the clock probe: about 0.1 ms on a core at 3 to 5 GHz, where a dependent multiplication and
/// addition take 6 to 8 cycles. That is long compared to the resolution of the clock, and short compared to a
/// sample.
pub const CHAIN_LENGTH: u32 = 50_000;

/// Hyperbolic tangents of the contention probe: about 0.03 ms.
pub const TANGENTS: u16 = 3_000;

/// Runs of the contention probe before a reading after a wait.
const WARM_UP_RUNS: usize = 3;

/// Runs both probes, one after the other.
pub fn reading() -> Reading {
    Reading { clock: clock(), contention: contention() }
}

/// Runs the contention probe for nothing. A core that was idle has to wake up, and another program may have used its caches
/// and branch predictors meanwhile: the first reading would pass for contention.
pub fn warm_up() {
    for _ in 0..WARM_UP_RUNS {
        black_box(contention());
    }
}

/// Times a fixed chain of dependent scalar arithmetic, nanoseconds.
///
/// The chain uses no memory and only one execution unit of the core, so its time depends on the clock
/// frequency.
#[inline(never)]
pub fn clock() -> f64 {
    let (factor, term) = (black_box(0.999), black_box(0.001));
    let stopwatch = Stopwatch::start();
    // Stays between the start value and the fixed point 1, so that no operand is denormal or infinite.
    let mut x: f64 = black_box(0.5);
    for _ in 0..CHAIN_LENGTH {
        x = x * factor + term;
    }
    black_box(x);
    stopwatch.stop()
}

/// Times [`TANGENTS`] independent hyperbolic tangents, nanoseconds.
///
/// Ordinary scalar code with branches, loads and arithmetic uses all that the core can issue in a cycle. If
/// another hardware thread shares the core, each gets about half, and this takes far longer.
/// The chain of [`clock`] uses so little of the core that it hardly changes.
#[inline(never)]
pub fn contention() -> f64 {
    let step = black_box(0.002f32);
    let stopwatch = Stopwatch::start();
    // The values depend on each other only through the sum, and none is so small or large that `tanh` takes a
    // short cut.
    let sum: f32 = (0..TANGENTS).map(|index| (black_box(step) * index as f32).tanh()).sum();
    black_box(sum);
    stopwatch.stop()
}

/// Times fixed work by the wall clock or, where another program had the core meanwhile, by the CPU clock of the thread.
/// Undisturbed work has the lesser time by the wall clock, which is read closer to it.
struct Stopwatch {
    cpu: Option<f64>,
    start: Instant,
}

impl Stopwatch {
    fn start() -> Stopwatch {
        let cpu = thread_time();
        Stopwatch { cpu, start: Instant::now() }
    }

    /// Nanoseconds.
    fn stop(self) -> f64 {
        let wall = self.start.elapsed().as_secs_f64() * 1e9;
        let cpu = self.cpu.and_then(|start| Some(thread_time()? - start));
        // A clock that stands still says nothing.
        cpu.filter(|cpu| *cpu > 0.0).map_or(wall, |cpu| cpu.min(wall))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_is_a_pair_of_times() {
        let Reading { clock, contention } = reading();
        assert!(clock.is_finite() && clock > 0.0);
        assert!(contention.is_finite() && contention > 0.0);
    }
}
