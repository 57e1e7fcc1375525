//! Kernels of x86-64.
//!
//! Twelve chains hide up to six cycles at two instructions a cycle, and leave room for the operands
//! in sixteen registers.

use std::arch::{asm, is_x86_feature_detected};

use super::{Kernel, Operands};
use crate::dtype::Dtype;

/// Chains that do not depend on each other.
pub(super) const CHAINS: u64 = 12;

/// A kernel whose chains are in the registers 0 to 11 of a kind, its factor in 12 and its term
/// in 13. Each pass does one instruction on even chains and one on odd chains.
macro_rules! kernel {
    ($name:ident: $load:literal $register:literal, $even:literal $of_even:literal, $odd:literal $of_odd:literal, $end:literal) => {
        unsafe fn $name(passes: u64, operands: *const Operands) {
            // SAFETY: it reads `operands` and writes registers that are declared. The caller has
            // asked the processor for the instructions.
            unsafe {
                asm!(
                    concat!($load, " ", $register, "0, [rdi]"),
                    concat!($load, " ", $register, "1, [rdi]"),
                    concat!($load, " ", $register, "2, [rdi]"),
                    concat!($load, " ", $register, "3, [rdi]"),
                    concat!($load, " ", $register, "4, [rdi]"),
                    concat!($load, " ", $register, "5, [rdi]"),
                    concat!($load, " ", $register, "6, [rdi]"),
                    concat!($load, " ", $register, "7, [rdi]"),
                    concat!($load, " ", $register, "8, [rdi]"),
                    concat!($load, " ", $register, "9, [rdi]"),
                    concat!($load, " ", $register, "10, [rdi]"),
                    concat!($load, " ", $register, "11, [rdi]"),
                    concat!($load, " ", $register, "12, [rdi + 64]"),
                    concat!($load, " ", $register, "13, [rdi + 128]"),
                    ".p2align 6",
                    "2:",
                    concat!($even, " ", $register, "0, ", $of_even),
                    concat!($odd, " ", $register, "1, ", $of_odd),
                    concat!($even, " ", $register, "2, ", $of_even),
                    concat!($odd, " ", $register, "3, ", $of_odd),
                    concat!($even, " ", $register, "4, ", $of_even),
                    concat!($odd, " ", $register, "5, ", $of_odd),
                    concat!($even, " ", $register, "6, ", $of_even),
                    concat!($odd, " ", $register, "7, ", $of_odd),
                    concat!($even, " ", $register, "8, ", $of_even),
                    concat!($odd, " ", $register, "9, ", $of_odd),
                    concat!($even, " ", $register, "10, ", $of_even),
                    concat!($odd, " ", $register, "11, ", $of_odd),
                    "dec rcx",
                    "jnz 2b",
                    $end,
                    inout("rcx") passes => _,
                    in("rdi") operands,
                    clobber_abi("sysv64"),
                    options(nostack, readonly)
                );
            }
        }
    };
}

kernel!(sse2_f32: "movups" "xmm", "mulps" "xmm12", "addps" "xmm13", "");
kernel!(sse2_f64: "movups" "xmm", "mulpd" "xmm12", "addpd" "xmm13", "");
kernel!(avx2_f32: "vmovups" "ymm", "vfmadd132ps" "ymm13, ymm12", "vfmadd132ps" "ymm13, ymm12", "vzeroupper");
kernel!(avx2_f64: "vmovups" "ymm", "vfmadd132pd" "ymm13, ymm12", "vfmadd132pd" "ymm13, ymm12", "vzeroupper");
kernel!(avx512_f32: "vmovups" "zmm", "vfmadd132ps" "zmm13, zmm12", "vfmadd132ps" "zmm13, zmm12", "vzeroupper");
kernel!(avx512_f64: "vmovups" "zmm", "vfmadd132pd" "zmm13, zmm12", "vfmadd132pd" "zmm13, zmm12", "vzeroupper");
kernel!(avx512_f16: "vmovups" "zmm", "vfmadd132ph" "zmm13, zmm12", "vfmadd132ph" "zmm13, zmm12", "vzeroupper");
kernel!(avx512_bf16: "vmovups" "zmm", "vdpbf16ps" "zmm13, zmm12", "vdpbf16ps" "zmm13, zmm12", "vzeroupper");
kernel!(avx512_i8: "vmovups" "zmm", "vpdpbusd" "zmm13, zmm12", "vpdpbusd" "zmm13, zmm12", "vzeroupper");
kernel!(avx_i8: "vmovups" "ymm", "{{vex}} vpdpbusd" "ymm13, ymm12", "{{vex}} vpdpbusd" "ymm13, ymm12", "vzeroupper");

/// Those whose instructions this processor has and this system lets programs use.
pub(in crate::peaks) fn kernels() -> Vec<Kernel> {
    let of = |dtype, instruction_set, operations, code| Kernel { dtype, instruction_set, operations, code };
    let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
    let all: [(bool, Kernel); 10] = [
        (true, of(Dtype::F32, "sse2", 4, sse2_f32)),
        (true, of(Dtype::F64, "sse2", 2, sse2_f64)),
        (avx2, of(Dtype::F32, "avx2", 8 * 2, avx2_f32)),
        (avx2, of(Dtype::F64, "avx2", 4 * 2, avx2_f64)),
        (is_x86_feature_detected!("avx512f"), of(Dtype::F32, "avx512f", 16 * 2, avx512_f32)),
        (is_x86_feature_detected!("avx512f"), of(Dtype::F64, "avx512f", 8 * 2, avx512_f64)),
        (is_x86_feature_detected!("avx512fp16"), of(Dtype::F16, "avx512fp16", 32 * 2, avx512_f16)),
        (is_x86_feature_detected!("avx512bf16"), of(Dtype::Bf16, "avx512bf16", 32 * 2, avx512_bf16)),
        (is_x86_feature_detected!("avx512vnni"), of(Dtype::I8, "avx512vnni", 64 * 2, avx512_i8)),
        (is_x86_feature_detected!("avxvnni"), of(Dtype::I8, "avxvnni", 32 * 2, avx_i8)),
    ];
    all.into_iter().filter_map(|(has, kernel)| has.then_some(kernel)).collect()
}
