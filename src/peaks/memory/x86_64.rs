//! Loops of x86-64.

use std::arch::{asm, is_x86_feature_detected};

use super::{BLOCK, Line, Loops};

/// Those of the widest vectors.
pub(super) fn loops() -> Option<&'static Loops> {
    Some(if is_x86_feature_detected!("avx512f") {
        &AVX512
    } else if is_x86_feature_detected!("avx") {
        &AVX
    } else {
        &SSE2
    })
}

/// Does something to each of eight vectors.
macro_rules! eight {
    ($each:ident $($of:literal)*) => {
        concat!(
            $each!("0" $($of)*),
            $each!("1" $($of)*),
            $each!("2" $($of)*),
            $each!("3" $($of)*),
            $each!("4" $($of)*),
            $each!("5" $($of)*),
            $each!("6" $($of)*),
            $each!("7" $($of)*),
        )
    };
}

/// Loads one vector.
macro_rules! load {
    ($index:literal $move:literal $register:literal $bytes:literal) => {
        concat!($move, " ", $register, $index, ", [rsi + ", $index, "*", $bytes, "]\n")
    };
}

/// Stores one vector.
macro_rules! store {
    ($index:literal $move:literal $register:literal $bytes:literal) => {
        concat!($move, " [rdi + ", $index, "*", $bytes, "], ", $register, $index, "\n")
    };
}

/// Adds to one vector one of the second part, by the operands of SSE and by those of AVX.
macro_rules! add_sse {
    ($index:literal $register:literal $bytes:literal) => {
        concat!("addps ", $register, $index, ", [rsi + r11 + ", $index, "*", $bytes, "]\n")
    };
}
macro_rules! add_avx {
    ($index:literal $register:literal $bytes:literal) => {
        concat!(
            "vaddps ",
            $register,
            $index,
            ", ",
            $register,
            $index,
            ", [rsi + r11 + ",
            $index,
            "*",
            $bytes,
            "]\n"
        )
    };
}

/// A function that does something to eight vectors in every turn, after something that it does
/// once.
macro_rules! passes {
    ($name:ident $bytes:literal $end:literal, $once:expr, $each:expr) => {
        unsafe fn $name(source: *const Line, target: *mut Line, turns: u64, passes: u64) {
            // SAFETY: it reads and writes what the caller vouches for, and registers that are
            // declared.
            unsafe {
                asm!(
                    // From the first part to the second, if there is one between.
                    "mov r11, r9",
                    "sub r11, r8",
                    "shr r11, 1",
                    "mov rsi, r8",
                    $once,
                    // Where in each part the next turn begins. Back to 0 without a branch: the end of
                    // an inner loop would be predicted or not, depending on where the code lies.
                    "xor eax, eax",
                    "xor ecx, ecx",
                    ".p2align 6",
                    "2:",
                    "lea rsi, [r8 + rcx]",
                    "lea rdi, [r9 + rcx]",
                    $each,
                    concat!("add rcx, 8*", $bytes),
                    "cmp rcx, r10",
                    "cmove rcx, rax",
                    "dec rdx",
                    "jnz 2b",
                    $end,
                    in("r8") source,
                    in("r9") target,
                    in("r10") turns * 8 * $bytes,
                    inout("rdx") turns * passes => _,
                    clobber_abi("sysv64"),
                    options(nostack)
                );
            }
        }
    };
}

/// The loops of one width. What is written has been read before the first turn. Stores past the
/// caches end with a fence.
macro_rules! loops {
    ($loops:ident $module:ident: $move:literal $stream:literal $add:ident $register:literal $bytes:literal $end:literal) => {
        mod $module {
            use super::{Line, asm};

            passes!(read $bytes $end, "", eight!(load $move $register $bytes));
            passes!(
                write $bytes $end,
                eight!(load $move $register $bytes),
                eight!(store $move $register $bytes)
            );
            passes!(
                copy $bytes $end,
                "",
                concat!(eight!(load $move $register $bytes), eight!(store $move $register $bytes))
            );
            passes!(
                add $bytes $end,
                "",
                concat!(
                    eight!(load $move $register $bytes),
                    eight!($add $register $bytes),
                    eight!(store $move $register $bytes)
                )
            );
            passes!(
                streaming_write $bytes $end,
                eight!(load $move $register $bytes),
                eight!(store $stream $register $bytes)
            );
            passes!(
                streaming_copy $bytes $end,
                "",
                concat!(eight!(load $move $register $bytes), eight!(store $stream $register $bytes))
            );

            pub(super) const LOOPS: super::Loops = super::Loops {
                turns_of_a_block: super::BLOCK * Line::SIZE / (8 * $bytes),
                read,
                write,
                copy,
                add,
                streaming_write,
                streaming_copy,
            };
        }
        static $loops: Loops = $module::LOOPS;
    };
}

loops!(SSE2 sse2: "movups" "movntps" add_sse "xmm" 16 "sfence");
loops!(AVX avx: "vmovups" "vmovntps" add_avx "ymm" 32 "sfence\nvzeroupper");
loops!(AVX512 avx512: "vmovups" "vmovntps" add_avx "zmm" 64 "sfence\nvzeroupper");
