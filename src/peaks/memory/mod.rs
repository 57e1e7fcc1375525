//! Memory as fast as the processor can go through it: loops of its widest loads and stores.
//!
//! In assembler for the same reason as arithmetic.

#![expect(unsafe_code, reason = "assembler, of vector instructions that this processor was asked for")]

#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
#[cfg_attr(not(any(target_arch = "x86_64", target_arch = "aarch64")), path = "absent.rs")]
mod processor;

use self::processor::loops;
use crate::model::Access;

/// A line of a cache, so that no vector crosses one.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
pub(super) struct Line(#[allow(dead_code, reason = "only assembler reads it")] [u64; 8]);

impl Line {
    /// What memory that nobody has written does not hold: all such pages are one page of zeros,
    /// which any cache holds. Ones in single precision, which are added as fast as any.
    pub(super) const WRITTEN: Line = Line([0x3f80_0000_3f80_0000; 8]);

    /// Bytes.
    pub(super) const SIZE: usize = size_of::<Line>();
}

/// Lines that a loop goes through at once, or in a few turns.
pub(super) const BLOCK: usize = 8;

/// Goes from a source and a target, which are the same or the first and the last of equal parts,
/// through the vectors of so many turns, in so many passes; at least one each.
type Code = unsafe fn(*const Line, *mut Line, u64, u64);

/// Loops of one width of vectors.
struct Loops {
    /// Turns that take one block.
    turns_of_a_block: usize,
    read: Code,
    write: Code,
    copy: Code,
    add: Code,
    streaming_write: Code,
    streaming_copy: Code,
}

impl Loops {
    fn code(&self, access: Access) -> Code {
        match access {
            Access::Read => self.read,
            Access::Write => self.write,
            Access::Copy => self.copy,
            Access::Add => self.add,
            Access::StreamingWrite => self.streaming_write,
            Access::StreamingCopy => self.streaming_copy,
        }
    }
}

/// How many parts of its working set an access uses at once.
pub(super) fn parts(access: Access) -> usize {
    match access {
        Access::Read | Access::Write | Access::StreamingWrite => 1,
        Access::Copy | Access::StreamingCopy => 2,
        Access::Add => 3,
    }
}

/// Goes through the whole blocks of each part of `lines`, `passes` times one after the other. Between
/// two parts lie `gap` lines. Nothing where there is no code for this processor.
pub(super) fn go_through(lines: &mut [Line], access: Access, gap: usize, passes: u64) {
    let behind_the_first = parts(access) - 1;
    let part = lines.len().saturating_sub(behind_the_first * gap) / parts(access);
    let blocks = part / BLOCK;
    let Some(loops) = loops().filter(|_| blocks > 0 && passes > 0) else { return };
    let source = lines.as_mut_ptr();
    let target = source.wrapping_add(behind_the_first * (part + gap));
    let turns = (blocks * loops.turns_of_a_block) as u64;
    // SAFETY: of each part there are so many blocks, the last begins at `target`, and the second of
    // three in the middle between both. Lines are aligned for the widest vector, and the processor
    // has been asked for the instructions.
    unsafe { loops.code(access)(source, target, turns, passes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines that hold their number.
    fn numbered(count: u64) -> Vec<Line> {
        (0..count).map(|number| Line([number; 8])).collect()
    }

    fn numbers(lines: &[Line]) -> Vec<u64> {
        lines.iter().map(|line| line.0[7]).collect()
    }

    #[test]
    fn what_is_copied_is_the_first_part_to_behind_the_gap_in_whole_blocks() {
        let is_copied = loops().is_some();
        for (access, gap) in [(Access::Copy, 0), (Access::Copy, 3), (Access::StreamingCopy, 3)] {
            let mut lines = numbered(37 + gap);
            go_through(&mut lines, access, gap as usize, 2);
            let mut expected: Vec<u64> = (0..37 + gap).collect();
            let target = (18 + gap) as usize;
            if is_copied {
                // Of the 18 lines of a half, two whole blocks.
                expected[target..target + 2 * BLOCK].copy_from_slice(&numbers(&numbered(16)));
            }
            assert_eq!(numbers(&lines), expected, "{access:?}, {gap}");
        }
    }

    #[test]
    fn the_sums_of_two_parts_are_written_to_the_third() {
        let is_added = loops().is_some();
        for gap in [0, 5] {
            let mut lines = vec![Line::WRITTEN; 3 * BLOCK + 2 * gap];
            go_through(&mut lines, Access::Add, gap, 2);
            let ones = Line::WRITTEN.0[0];
            let mut expected = vec![ones; lines.len()];
            if is_added {
                // Two in single precision.
                expected[2 * (BLOCK + gap)..].fill(0x4000_0000_4000_0000);
            }
            assert_eq!(numbers(&lines), expected, "{gap}");
        }
    }

    #[test]
    fn reading_changes_nothing_and_writing_what_is_there_neither() {
        for access in [Access::Read, Access::Write, Access::StreamingWrite] {
            let mut lines = vec![Line::WRITTEN; 40];
            go_through(&mut lines, access, 0, 3);
            assert_eq!(numbers(&lines), [Line::WRITTEN.0[0]; 40], "{access:?}");
        }
    }

    #[test]
    fn too_few_lines_are_nothing_to_go_through() {
        for access in Access::ALL {
            for (count, gap) in [(0, 0), (7, 0), (3, 20)] {
                let mut lines = numbered(count);
                go_through(&mut lines, access, gap, 1);
                assert_eq!(numbers(&lines), (0..count).collect::<Vec<_>>(), "{access:?}");
            }
        }
    }
}
