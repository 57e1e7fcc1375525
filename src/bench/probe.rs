//! The clock probe: how fast does the core run right now?

use std::hint::black_box;
use std::time::Instant;

/// Steps of the chain: about 0.1 ms on a core at 3 to 5 GHz, where a dependent multiplication and addition take 6 to 8
/// cycles. Long against the resolution of the clock, short against a sample.
pub const CHAIN_LENGTH: u32 = 50_000;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_takes_time_and_is_not_folded_away() {
        // A step cannot take less than a picosecond; a chain folded to a constant would.
        assert!(clock() > f64::from(CHAIN_LENGTH) * 1e-3);
    }
}
