//! Kernels of AArch64.
//!
//! Twenty-four chains hide up to six cycles at four instructions a cycle, and leave room for the
//! operands in thirty-two registers.

use std::arch::{asm, is_aarch64_feature_detected};

use super::{Kernel, Operands};
use crate::dtype::Dtype;

/// Chains that do not depend on each other.
pub(super) const CHAINS: u64 = 24;

/// A kernel whose chains are in the registers 0 to 23, its factor in 24 and its term in 25: products
/// of both are added to each chain. The arrangements are those of a sum and of an operand.
macro_rules! kernel {
    ($name:ident: $feature:literal, $instruction:literal $sum:literal $of:literal) => {
        #[target_feature(enable = $feature)]
        unsafe fn $name(passes: u64, operands: *const Operands) {
            // SAFETY: it reads `operands` and writes registers that are declared. The caller has
            // asked the processor for the instructions.
            unsafe {
                asm!(
                    "ldr q24, [x1, #64]",
                    "ldr q25, [x1, #128]",
                    "ldr q0, [x1]",
                    "ldr q1, [x1]",
                    "ldr q2, [x1]",
                    "ldr q3, [x1]",
                    "ldr q4, [x1]",
                    "ldr q5, [x1]",
                    "ldr q6, [x1]",
                    "ldr q7, [x1]",
                    "ldr q8, [x1]",
                    "ldr q9, [x1]",
                    "ldr q10, [x1]",
                    "ldr q11, [x1]",
                    "ldr q12, [x1]",
                    "ldr q13, [x1]",
                    "ldr q14, [x1]",
                    "ldr q15, [x1]",
                    "ldr q16, [x1]",
                    "ldr q17, [x1]",
                    "ldr q18, [x1]",
                    "ldr q19, [x1]",
                    "ldr q20, [x1]",
                    "ldr q21, [x1]",
                    "ldr q22, [x1]",
                    "ldr q23, [x1]",
                    ".p2align 6",
                    "2:",
                    concat!($instruction, " v0", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v1", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v2", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v3", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v4", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v5", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v6", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v7", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v8", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v9", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v10", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v11", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v12", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v13", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v14", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v15", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v16", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v17", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v18", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v19", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v20", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v21", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v22", $sum, ", v24", $of, ", v25", $of),
                    concat!($instruction, " v23", $sum, ", v24", $of, ", v25", $of),
                    "subs x0, x0, #1",
                    "b.ne 2b",
                    inout("x0") passes => _,
                    in("x1") operands,
                    clobber_abi("C"),
                    options(nostack, readonly)
                );
            }
        }
    };
}

kernel!(neon_f32: "neon", "fmla" ".4s" ".4s");
kernel!(neon_f64: "neon", "fmla" ".2d" ".2d");
kernel!(fp16_f16: "fp16", "fmla" ".8h" ".8h");
kernel!(bf16_bf16: "bf16", "bfmmla" ".4s" ".8h");
kernel!(dotprod_i8: "dotprod", "sdot" ".4s" ".16b");
kernel!(i8mm_i8: "i8mm", "smmla" ".4s" ".16b");

/// Those whose instructions this processor has and this system lets programs use.
pub(in crate::peaks) fn kernels() -> Vec<Kernel> {
    let of = |dtype, instruction_set, operations, code| Kernel { dtype, instruction_set, operations, code };
    let all: [(bool, Kernel); 6] = [
        (is_aarch64_feature_detected!("neon"), of(Dtype::F32, "neon", 4 * 2, neon_f32)),
        (is_aarch64_feature_detected!("neon"), of(Dtype::F64, "neon", 2 * 2, neon_f64)),
        (is_aarch64_feature_detected!("fp16"), of(Dtype::F16, "fp16", 8 * 2, fp16_f16)),
        (is_aarch64_feature_detected!("bf16"), of(Dtype::Bf16, "bf16", 16 * 2, bf16_bf16)),
        (is_aarch64_feature_detected!("dotprod"), of(Dtype::I8, "dotprod", 16 * 2, dotprod_i8)),
        (is_aarch64_feature_detected!("i8mm"), of(Dtype::I8, "i8mm", 32 * 2, i8mm_i8)),
    ];
    all.into_iter().filter_map(|(has, kernel)| has.then_some(kernel)).collect()
}
