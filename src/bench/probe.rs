//! The probes: how fast does the core run right now, and how much of it is ours?

use std::hint::black_box;
use std::time::Instant;

use crate::channel::Reading;

/// Steps of the chain: about 0.1 ms on a core at 3 to 5 GHz, where a dependent multiplication and addition take 6 to 8
/// cycles. Long against the resolution of the clock, short against a sample.
pub const CHAIN_LENGTH: u32 = 50_000;

/// Hyperbolic tangents of the contention probe: about 0.03 ms.
pub const TANGENTS: u16 = 3_000;

/// Both probes, one after the other.
pub fn reading() -> Reading {
    Reading { clock: clock(), contention: contention() }
}

/// Times a fixed chain of dependent scalar arithmetic, nanoseconds.
///
/// The chain needs neither memory nor a second unit of the core, so its time moves with the clock frequency and with
/// what a hypervisor takes away.
#[inline(never)]
pub fn clock() -> f64 {
    let (factor, term) = (black_box(0.999), black_box(0.001));
    let start = Instant::now();
    // Stays between the start value and the fixed point 1: no denormal, infinite or changing-cost operand.
    let mut x: f64 = black_box(0.5);
    for _ in 0..CHAIN_LENGTH {
        x = x * factor + term;
    }
    black_box(x);
    start.elapsed().as_secs_f64() * 1e9
}

/// Times as many independent hyperbolic tangents, nanoseconds.
///
/// Ordinary scalar code with branches, loads and arithmetic fills what the core can issue in a cycle. Where another
/// hardware thread shares the core, both get about half, and this takes 1.6 to 1.9 times as long, while the chain of
/// [`clock`] leaves so much room that it hardly notices.
#[inline(never)]
pub fn contention() -> f64 {
    let step = black_box(0.002f32);
    let start = Instant::now();
    // No value depends on another but through the sum, and none is so small or large that it takes a short cut.
    let sum: f32 = (0..TANGENTS).map(|index| (black_box(step) * index as f32).tanh()).sum();
    black_box(sum);
    start.elapsed().as_secs_f64() * 1e9
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
