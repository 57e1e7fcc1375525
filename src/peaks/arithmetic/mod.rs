//! Arithmetic as fast as the processor can do it: chains of one instruction that do not depend on
//! each other.
//!
//! In assembler, so that what runs is what is written, whatever the compiler and its flags: loops
//! that the compiler turns into vector code measure the compiler. There are enough chains to hide
//! the latency of an instruction, and they leave room for their two operands in the registers.

#![expect(unsafe_code, reason = "assembler, of instructions that this processor was asked for")]

#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
#[cfg_attr(not(any(target_arch = "x86_64", target_arch = "aarch64")), path = "absent.rs")]
mod processor;

use std::ptr::from_ref;

use half::{bf16, f16};

use self::processor::CHAINS;
pub(super) use self::processor::kernels;
use crate::dtype::Dtype;

/// Rounds of the chains in one run: some 50 µs, so that starting it counts for nothing.
const PASSES: u64 = (12 << 15) / CHAINS;

/// Runs so many passes over the operands, which are those of [`Operands`].
type Code = unsafe fn(u64, *const Operands);

/// One element type of one instruction set.
pub(super) struct Kernel {
    pub(super) dtype: Dtype,
    pub(super) instruction_set: &'static str,
    /// Operations of one instruction, multiplications and additions each counted.
    operations: u64,
    code: Code,
}

impl Kernel {
    /// Operations of one run.
    pub(super) fn operations(&self) -> u64 {
        self.operations * CHAINS * PASSES
    }

    /// Does the operations once.
    pub(super) fn run(&self) {
        let operands = Operands::of(self.dtype);
        // SAFETY: a kernel comes from `kernels`, which has asked the processor for the instructions
        // of its code, and its code reads the operands.
        unsafe { (self.code)(PASSES, from_ref(&operands)) }
    }
}

/// What every chain begins with, and the operands that stay: 64 bytes each, the widest vector.
#[repr(C, align(64))]
struct Operands {
    start: [u64; 8],
    factor: [u64; 8],
    term: [u64; 8],
}

impl Operands {
    /// 1, 1 and 2^-10: no operand becomes denormal or infinite, whether it is multiplied, added
    /// to or both. Integers are 1, and their sums may wrap.
    fn of(dtype: Dtype) -> Operands {
        let vector = |value| [bits(value, dtype); 8];
        // Sums of narrow products are in single precision.
        let sum = if dtype == Dtype::Bf16 { Dtype::F32 } else { dtype };
        Operands { start: [bits(1.0, sum); 8], factor: vector(1.0), term: vector(1.0 / 1024.0) }
    }
}

/// 64 bits of values of that type.
fn bits(value: f64, dtype: Dtype) -> u64 {
    match dtype {
        Dtype::F64 => value.to_bits(),
        Dtype::F32 => repeat((value as f32).to_bits().into(), 32),
        Dtype::F16 => repeat(f16::from_f64(value).to_bits().into(), 16),
        Dtype::Bf16 => repeat(bf16::from_f64(value).to_bits().into(), 16),
        _ => repeat(1, 8),
    }
}

/// 64 bits of copies of the lowest `width` bits.
fn repeat(bits: u64, width: u32) -> u64 {
    (0..64).step_by(width as usize).fold(0, |all, shift| all | (bits << shift))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_fill_the_vectors_with_values_of_their_type() {
        assert_eq!(repeat(0x3c00, 16), 0x3c00_3c00_3c00_3c00);
        let single = Operands::of(Dtype::F32);
        assert_eq!((single.start[7], single.term[0]), (0x3f80_0000_3f80_0000, 0x3a80_0000_3a80_0000));
        let narrow = Operands::of(Dtype::Bf16);
        assert_eq!((narrow.start[0], narrow.factor[0]), (single.start[0], 0x3f80_3f80_3f80_3f80));
        assert_eq!(Operands::of(Dtype::I8).factor[3], 0x0101_0101_0101_0101);
    }
}
