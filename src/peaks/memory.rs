//! Memory as fast as the processor can go through it: loops of its widest loads and stores.
//!
//! In assembler for the same reason as arithmetic.

/// A line of a cache, so that no vector crosses one.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
pub(super) struct Line(#[allow(dead_code, reason = "only assembler reads it")] [u64; 8]);

impl Line {
    /// What memory that nobody has written does not hold: all such pages are one page of zeros,
    /// which any cache holds.
    pub(super) const WRITTEN: Line = Line([1; 8]);

    /// Bytes.
    pub(super) const SIZE: usize = size_of::<Line>();
}

/// Lines that a loop goes through at once, or in a few turns.
pub(super) const BLOCK: usize = 8;

#[cfg(target_arch = "x86_64")]
pub(super) use x86_64::go_through;

/// Nothing: there is no code for this processor.
#[cfg(not(target_arch = "x86_64"))]
pub(super) fn go_through(_: &mut [Line], _: crate::model::Access, _: u64) {}

#[cfg(target_arch = "x86_64")]
mod x86_64 {
    #![expect(unsafe_code, reason = "assembler, of vector instructions that this processor was asked for")]

    use std::arch::{asm, is_x86_feature_detected};

    use super::{BLOCK, Line};
    use crate::model::Access;

    /// Reads, writes or copies the whole blocks of `lines`, `passes` times one after the other.
    pub(in crate::peaks) fn go_through(lines: &mut [Line], access: Access, passes: u64) {
        let (from, to) = match access {
            Access::Copy | Access::StreamingCopy => lines.split_at_mut(lines.len() / 2),
            Access::Read | Access::Write | Access::StreamingWrite => lines.split_at_mut(0),
        };
        // Half of an odd number of lines is rounded down: the first part is never the longer one.
        let blocks = if from.is_empty() { to.len() } else { from.len() } / BLOCK;
        if blocks == 0 || passes == 0 {
            return;
        }
        let loops = Loops::of_this_processor();
        let source = if from.is_empty() { to.as_ptr() } else { from.as_ptr() };
        let turns = (blocks * loops.turns_of_a_block) as u64;
        // SAFETY: there are so many blocks at each place that the loop uses, lines are aligned for
        // the widest vector, and the processor has been asked for the instructions.
        unsafe { loops.code(access)(source, to.as_mut_ptr(), turns, passes) }
    }

    /// Goes `passes` times from the first and the second pointer through as many vectors as `turns`
    /// have, at least one each.
    type Code = unsafe fn(*const Line, *mut Line, u64, u64);

    /// Loops of one width of vectors.
    struct Loops {
        /// Turns that take one block.
        turns_of_a_block: usize,
        read: Code,
        write: Code,
        copy: Code,
        streaming_write: Code,
        streaming_copy: Code,
    }

    impl Loops {
        /// Those of the widest vectors.
        fn of_this_processor() -> &'static Loops {
            if is_x86_feature_detected!("avx512f") {
                &AVX512
            } else if is_x86_feature_detected!("avx") {
                &AVX
            } else {
                &SSE2
            }
        }

        fn code(&self, access: Access) -> Code {
            match access {
                Access::Read => self.read,
                Access::Write => self.write,
                Access::Copy => self.copy,
                Access::StreamingWrite => self.streaming_write,
                Access::StreamingCopy => self.streaming_copy,
            }
        }
    }

    /// Loads eight vectors.
    macro_rules! load {
        ($move:literal $register:literal $bytes:literal) => {
            concat!(
                $move,
                " ",
                $register,
                "0, [rsi]\n",
                $move,
                " ",
                $register,
                "1, [rsi + 1*",
                $bytes,
                "]\n",
                $move,
                " ",
                $register,
                "2, [rsi + 2*",
                $bytes,
                "]\n",
                $move,
                " ",
                $register,
                "3, [rsi + 3*",
                $bytes,
                "]\n",
                $move,
                " ",
                $register,
                "4, [rsi + 4*",
                $bytes,
                "]\n",
                $move,
                " ",
                $register,
                "5, [rsi + 5*",
                $bytes,
                "]\n",
                $move,
                " ",
                $register,
                "6, [rsi + 6*",
                $bytes,
                "]\n",
                $move,
                " ",
                $register,
                "7, [rsi + 7*",
                $bytes,
                "]\n",
            )
        };
    }

    /// Stores eight vectors.
    macro_rules! store {
        ($move:literal $register:literal $bytes:literal) => {
            concat!(
                $move,
                " [rdi], ",
                $register,
                "0\n",
                $move,
                " [rdi + 1*",
                $bytes,
                "], ",
                $register,
                "1\n",
                $move,
                " [rdi + 2*",
                $bytes,
                "], ",
                $register,
                "2\n",
                $move,
                " [rdi + 3*",
                $bytes,
                "], ",
                $register,
                "3\n",
                $move,
                " [rdi + 4*",
                $bytes,
                "], ",
                $register,
                "4\n",
                $move,
                " [rdi + 5*",
                $bytes,
                "], ",
                $register,
                "5\n",
                $move,
                " [rdi + 6*",
                $bytes,
                "], ",
                $register,
                "6\n",
                $move,
                " [rdi + 7*",
                $bytes,
                "], ",
                $register,
                "7\n",
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
                        "mov rsi, r8",
                        $once,
                        "3:",
                        "mov rsi, r8",
                        "mov rdi, r9",
                        "mov rcx, r10",
                        ".p2align 6",
                        "2:",
                        $each,
                        concat!("add rsi, 8*", $bytes),
                        concat!("add rdi, 8*", $bytes),
                        "dec rcx",
                        "jnz 2b",
                        "dec rdx",
                        "jnz 3b",
                        $end,
                        in("r8") source,
                        in("r9") target,
                        in("r10") turns,
                        inout("rdx") passes => _,
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
        ($loops:ident $module:ident: $move:literal $stream:literal $register:literal $bytes:literal $end:literal) => {
            mod $module {
                use super::{Line, asm};

                passes!(read $bytes $end, "", load!($move $register $bytes));
                passes!(write $bytes $end, load!($move $register $bytes), store!($move $register $bytes));
                passes!(
                    copy $bytes $end,
                    "",
                    concat!(load!($move $register $bytes), store!($move $register $bytes))
                );
                passes!(
                    streaming_write $bytes $end,
                    load!($move $register $bytes),
                    store!($stream $register $bytes)
                );
                passes!(
                    streaming_copy $bytes $end,
                    "",
                    concat!(load!($move $register $bytes), store!($stream $register $bytes))
                );

                pub(super) const LOOPS: super::Loops = super::Loops {
                    turns_of_a_block: super::BLOCK * Line::SIZE / (8 * $bytes),
                    read,
                    write,
                    copy,
                    streaming_write,
                    streaming_copy,
                };
            }
            static $loops: Loops = $module::LOOPS;
        };
    }

    loops!(SSE2 sse2: "movups" "movntps" "xmm" 16 "sfence");
    loops!(AVX avx: "vmovups" "vmovntps" "ymm" 32 "sfence\nvzeroupper");
    loops!(AVX512 avx512: "vmovups" "vmovntps" "zmm" 64 "sfence\nvzeroupper");
}
