//! Loops of AArch64.

use std::arch::asm;

use super::{BLOCK, Line, Loops};

/// Those of NEON, in pairs of vectors.
pub(super) fn loops() -> Option<&'static Loops> {
    static LOOPS: Loops = Loops {
        turns_of_a_block: BLOCK * Line::SIZE / TURN,
        read,
        write,
        copy,
        add,
        streaming_write,
        streaming_copy,
    };
    Some(&LOOPS)
}

/// Bytes of one turn: eight vectors of 16.
const TURN: usize = 8 * 16;

/// Loads eight vectors.
macro_rules! load {
    () => {
        "ldp q0, q1, [x4]\n\
         ldp q2, q3, [x4, #32]\n\
         ldp q4, q5, [x4, #64]\n\
         ldp q6, q7, [x4, #96]\n"
    };
}

/// Stores eight vectors.
macro_rules! store {
    ($store:literal) => {
        concat!(
            $store,
            " q0, q1, [x5]\n",
            $store,
            " q2, q3, [x5, #32]\n",
            $store,
            " q4, q5, [x5, #64]\n",
            $store,
            " q6, q7, [x5, #96]\n",
        )
    };
}

/// Adds to eight vectors those of the second part.
macro_rules! add {
    () => {
        "add x8, x4, x7\n\
         ldp q16, q17, [x8]\n\
         ldp q18, q19, [x8, #32]\n\
         ldp q20, q21, [x8, #64]\n\
         ldp q22, q23, [x8, #96]\n\
         fadd v0.4s, v0.4s, v16.4s\n\
         fadd v1.4s, v1.4s, v17.4s\n\
         fadd v2.4s, v2.4s, v18.4s\n\
         fadd v3.4s, v3.4s, v19.4s\n\
         fadd v4.4s, v4.4s, v20.4s\n\
         fadd v5.4s, v5.4s, v21.4s\n\
         fadd v6.4s, v6.4s, v22.4s\n\
         fadd v7.4s, v7.4s, v23.4s\n"
    };
}

/// A function that does something to eight vectors in every turn, after something that it does
/// once. Stores past the caches end with a barrier, which others do not notice.
macro_rules! passes {
    ($name:ident, $once:expr, $each:expr) => {
        unsafe fn $name(source: *const Line, target: *mut Line, turns: u64, passes: u64) {
            // SAFETY: it reads and writes what the caller vouches for, and registers that are
            // declared.
            unsafe {
                asm!(
                    // From the first part to the second, if there is one between.
                    "sub x7, x1, x0",
                    "lsr x7, x7, #1",
                    "mov x4, x0",
                    "mov x5, x1",
                    $once,
                    // Where in each part the next turn begins. Back to 0 without a branch: the end of
                    // an inner loop would be predicted or not, depending on where the code lies.
                    "mov x6, #0",
                    ".p2align 6",
                    "2:",
                    "add x4, x0, x6",
                    "add x5, x1, x6",
                    $each,
                    "add x6, x6, #{turn}",
                    "cmp x6, x2",
                    "csel x6, xzr, x6, eq",
                    "subs x3, x3, #1",
                    "b.ne 2b",
                    "dmb ish",
                    turn = const TURN,
                    in("x0") source,
                    in("x1") target,
                    in("x2") turns * TURN as u64,
                    inout("x3") turns * passes => _,
                    clobber_abi("C"),
                    options(nostack)
                );
            }
        }
    };
}

passes!(read, "", load!());
passes!(write, load!(), store!("stp"));
passes!(copy, "", concat!(load!(), store!("stp")));
passes!(add, "", concat!(load!(), add!(), store!("stp")));
passes!(streaming_write, load!(), store!("stnp"));
passes!(streaming_copy, "", concat!(load!(), store!("stnp")));
