//! Which working sets are gone through, so that each cache, and the memory behind them, has its
//! bandwidth.

use crate::model::{MEMORY, Machine};

/// A level of the memory with a working set that it holds, and that the levels before it do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Level {
    /// The cache, or [`MEMORY`].
    pub(super) name: String,
    /// Bytes of the working set of all threads together.
    pub(super) working_set: u64,
}

/// A working set that is to lie behind the caches is so many times as large as the last of them.
const BEYOND: u64 = 4;

/// The least and the most of such a working set, bytes: its pages have to be touched in every
/// round.
const LEAST_BEYOND: u64 = 64 << 20;
const MOST_BEYOND: u64 = 1 << 30;

/// Share of the memory that is taken at most.
const SHARE_OF_MEMORY: u64 = 8;

/// A working set of a cache is at most so many times as large as the cache before it: far enough
/// beyond it, and no larger than it has to be, since other programs and machines have a part of a
/// shared cache.
const BEYOND_CACHES: u64 = 8;

/// The levels of a machine for so many threads. A level whose working set would lie within the
/// caches before it is left out.
pub(super) fn levels(machine: &Machine, threads: u32) -> Vec<Level> {
    let mut levels = Vec::new();
    let mut before = 0;
    for name in machine.caches.keys() {
        let size = machine.cache_of_threads(name, threads).unwrap_or_default();
        let most = if before > 0 { BEYOND_CACHES * before } else { u64::MAX };
        let working_set = most.min(size / 2);
        if working_set >= 2 * before {
            levels.push(Level { name: name.clone(), working_set });
        }
        before = before.max(size);
    }
    let most = machine.memory.map_or(MOST_BEYOND, |memory| memory / SHARE_OF_MEMORY).min(MOST_BEYOND);
    let working_set = (BEYOND * before).max(LEAST_BEYOND).min(most);
    if working_set >= 2 * before {
        levels.push(Level { name: MEMORY.to_owned(), working_set });
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(caches: &[(&str, u64)], memory: u64) -> Machine {
        let caches = caches.iter().map(|(name, size)| ((*name).to_owned(), *size)).collect();
        Machine { caches, memory: Some(memory), ..Machine::default() }
    }

    fn sets(machine: &Machine, threads: u32) -> Vec<(String, u64)> {
        levels(machine, threads).into_iter().map(|level| (level.name, level.working_set)).collect()
    }

    fn named<const N: usize>(sets: [(&str, u64); N]) -> Vec<(String, u64)> {
        sets.map(|(name, size)| (name.to_owned(), size)).to_vec()
    }

    #[test]
    fn a_working_set_fits_its_level_and_exceeds_the_one_before() {
        let server = machine(&[("L1d", 32 << 10), ("L2", 1 << 20), ("L3", 32 << 20)], 64 << 30);
        let expected = [("L1d", 16 << 10), ("L2", 256 << 10), ("L3", 8 << 20), (MEMORY, 128 << 20)];
        assert_eq!(sets(&server, 1), named(expected));
        let expected = [("L1d", 64 << 10), ("L2", 1 << 20), ("L3", 16 << 20), (MEMORY, 128 << 20)];
        assert_eq!(sets(&server, 4), named(expected));
        let two_threads_a_core = Machine { cores: Some(4), ..server };
        assert_eq!(sets(&two_threads_a_core, 8), named(expected));
    }

    #[test]
    fn a_level_that_cannot_be_told_from_the_one_before_is_left_out() {
        let many_cores = machine(&[("L1d", 32 << 10), ("L2", 1 << 20), ("L3", 32 << 20)], 64 << 30);
        assert_eq!(sets(&many_cores, 16)[2..], named([(MEMORY, 128 << 20)]));
        let huge_cache = machine(&[("L2", 2 << 20), ("L3", 1 << 30)], 64 << 30);
        assert_eq!(sets(&huge_cache, 1), named([("L2", 1 << 20), ("L3", 16 << 20)]));
        let little_memory = machine(&[("L2", 1 << 20)], 8 << 20);
        assert_eq!(sets(&little_memory, 1), named([("L2", 512 << 10)]));
    }

    #[test]
    fn a_machine_of_unknown_caches_has_memory() {
        assert_eq!(sets(&Machine::default(), 3), named([(MEMORY, 64 << 20)]));
    }
}
