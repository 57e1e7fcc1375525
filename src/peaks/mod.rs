//! Peaks of a machine: how much arithmetic it can do at most, and how fast it can go through
//! memory.
//!
//! A bench measures them, with the library in it like any other, so that its rounds, samples,
//! probes and clocks are those of every benchmark. [`run_bench`] is that bench, [`found()`] reads its
//! results.

mod arithmetic;
mod bench;
mod crew;
mod found;
mod levels;
mod memory;
mod probe;

pub use self::bench::run_bench;
pub use self::found::{Found, found};
pub use self::probe::without_placement;

/// Why there are no peaks of this processor; `None` where they can be measured.
pub fn impossible() -> Option<&'static str> {
    let text =
        "the loops that measure peaks are written for x86-64 and AArch64 processors, which this is not";
    (!cfg!(any(target_arch = "x86_64", target_arch = "aarch64"))).then_some(text)
}
