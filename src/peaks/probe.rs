//! What is measured: every kernel of arithmetic, and every way to go through memory on every level.

use super::arithmetic::{Kernel, kernels};
use super::levels::{Level, levels};
use super::memory::{BLOCK, Line, go_through, parts};
use crate::model::{Access, MEMORY, Machine};
use crate::work::Work;

/// Groups of the benchmarks. Those of arithmetic are named by element type and instruction set,
/// those of bandwidth by access and level.
pub(super) const ARITHMETIC: &str = "arithmetic";
pub(super) const BANDWIDTH: &str = "bandwidth";

/// Bytes that a thread moves in one job: some 50 µs from the fastest cache, so that starting them
/// counts for nothing, and still a fraction of a sample from memory.
const MOVED: usize = 16 << 20;

/// Lines between the parts of a working set that lies in the nearest cache. Where loads and stores
/// have the last bits of their addresses in common, processors take some of the loads for loads of
/// what is about to be stored, and how many depends on where a process has its memory: copies can
/// take half as long again. With one of these distances none are.
const GAPS: [usize; 3] = [0, 32, 48];

/// Between the name of a level and the bytes between the parts.
const PLACED: char = '+';

/// A name of a probe without where the parts of its working set lie: that of its peak, which is the
/// fastest of them.
pub fn without_placement(name: &str) -> &str {
    name.split_once(PLACED).map_or(name, |(name, _)| name)
}

/// One benchmark of the bench.
pub(super) struct Probe {
    of: Of,
    threads: u64,
}

enum Of {
    Arithmetic(Kernel),
    Memory(Way),
}

/// A way to go through memory.
struct Way {
    access: Access,
    level: Level,
    /// Lines between two parts of the working set.
    gap: usize,
    /// The level, and what lies between the parts.
    name: String,
}

impl Way {
    fn new(access: Access, level: &Level, gap: usize) -> Way {
        let placed = (gap > 0).then(|| format!("{PLACED}{}", gap * Line::SIZE));
        let name = format!("{}{}", level.name, placed.unwrap_or_default());
        Way { access, level: level.clone(), gap, name }
    }

    /// At most so many lines: whole blocks of each part, one of them at least.
    fn whole(&self, lines: usize) -> usize {
        let least = parts(self.access) * BLOCK;
        (lines / least).max(1) * least
    }
}

/// The memory of a thread, and where in it the next job begins.
pub(super) struct Memory {
    lines: Vec<Line>,
    next: usize,
}

impl Memory {
    /// Enough for all of these.
    pub(super) fn of(probes: &[Probe]) -> Memory {
        let most = probes.iter().map(|probe| probe.lines() + probe.lines_between()).max().unwrap_or_default();
        Memory { lines: vec![Line::WRITTEN; most], next: 0 }
    }
}

/// Everything that can be measured on so many threads of this machine, those of a group in a row.
pub(super) fn probes(machine: &Machine, threads: u32) -> Vec<Probe> {
    let probe = |of| Probe { of, threads: threads.into() };
    let arithmetic = kernels().into_iter().map(Of::Arithmetic);
    let levels = &levels(machine, threads);
    let of_access = |access: Access| {
        let meant = levels.iter().filter(move |level| level.name == MEMORY || !access.is_streaming());
        meant.flat_map(move |level| {
            let is_nearest = level.name != MEMORY && level.name == levels[0].name;
            let gaps = if is_nearest && parts(access) > 1 { &GAPS[..] } else { &GAPS[..1] };
            gaps.iter().map(move |gap| Of::Memory(Way::new(access, level, *gap)))
        })
    };
    arithmetic.chain(Access::ALL.into_iter().flat_map(of_access)).map(probe).collect()
}

impl Probe {
    pub(super) fn group(&self) -> &'static str {
        match &self.of {
            Of::Arithmetic(_) => ARITHMETIC,
            Of::Memory(..) => BANDWIDTH,
        }
    }

    /// Its name in the group, in two parts.
    pub(super) fn name(&self) -> (&str, &str) {
        match &self.of {
            Of::Arithmetic(kernel) => (kernel.dtype.name(), kernel.instruction_set),
            Of::Memory(way) => (way.access.name(), &way.name),
        }
    }

    /// What all threads together do in one job.
    pub(super) fn work(&self) -> Work {
        match &self.of {
            Of::Arithmetic(kernel) => Work::none().flops(kernel.operations() * self.threads),
            Of::Memory(..) => {
                let (lines, passes) = self.portion();
                Work::none().bytes((lines * Line::SIZE) as u64 * passes * self.threads)
            }
        }
    }

    /// Does the job of one thread.
    pub(super) fn run(&self, memory: &mut Memory) {
        match &self.of {
            Of::Arithmetic(kernel) => kernel.run(),
            Of::Memory(way) => {
                let (lines, passes) = self.portion();
                // The last portion of a working set that is no multiple of them is left out.
                let begin = if memory.next + lines <= self.lines() { memory.next } else { 0 };
                memory.next = begin + lines;
                let end = memory.next + self.lines_between();
                go_through(&mut memory.lines[begin..end], way.access, way.gap, passes);
            }
        }
    }

    /// Lines of the working set of one thread: whole blocks of each part, one of them at least.
    fn lines(&self) -> usize {
        match &self.of {
            Of::Arithmetic(_) => 0,
            Of::Memory(way) => {
                let bytes = usize::try_from(way.level.working_set / self.threads).unwrap_or(usize::MAX);
                way.whole(bytes / Line::SIZE)
            }
        }
    }

    /// Lines between the parts of a working set.
    fn lines_between(&self) -> usize {
        match &self.of {
            Of::Arithmetic(_) => 0,
            Of::Memory(way) => (parts(way.access) - 1) * way.gap,
        }
    }

    /// Lines that one job goes through, and how often: a small working set again and again, of a
    /// large one a part.
    fn portion(&self) -> (usize, u64) {
        let (all, most) = (self.lines(), MOVED / Line::SIZE);
        match &self.of {
            Of::Arithmetic(_) => (0, 0),
            Of::Memory(way) => (all.min(way.whole(most)), (most / all).max(1) as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn machine() -> Machine {
        let caches = [("L1d", 32 << 10), ("L2", 256 << 10), ("L3", 4 << 20)];
        let caches = caches.map(|(name, size)| (name.to_owned(), size)).into();
        Machine { caches, memory: Some(128 << 20), ..Machine::default() }
    }

    #[test]
    fn names_tell_probes_apart_and_groups_are_in_a_row() {
        let probes = probes(&machine(), 1);
        let mut names: Vec<_> = probes.iter().map(|probe| (probe.group(), probe.name())).collect();
        assert_eq!(
            names.chunk_by(|one, other| one.0 == other.0).count(),
            if kernels().is_empty() { 1 } else { 2 }
        );
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        let streamed: Vec<_> =
            names.iter().filter(|(_, (access, _))| access.starts_with("streaming")).collect();
        assert!(
            streamed.iter().all(|(_, (_, level))| *level == MEMORY) && streamed.len() == 2,
            "{streamed:?}"
        );
    }

    #[test]
    fn a_job_moves_the_same_amount_whatever_the_working_set_and_stays_within_it() {
        for threads in [1, 3] {
            let probes = probes(&machine(), threads);
            let mut memory = Memory::of(&probes);
            for probe in &probes {
                // Its memory begins where the job before has ended.
                (0..12).for_each(|_| probe.run(&mut memory));
                let Some(bytes) = probe.work().bytes else { continue };
                let moved = bytes.0 as f64 / (MOVED as f64 * threads as f64);
                assert!((0.5..=1.0).contains(&moved), "{:?}: {moved}", probe.name());
            }
        }
    }

    #[test]
    fn what_has_parts_in_the_nearest_cache_is_placed_in_several_ways() {
        let probes = probes(&machine(), 1);
        let names: Vec<&str> =
            probes.iter().filter(|probe| probe.name().0 == "copy").map(|probe| probe.name().1).collect();
        assert_eq!(names, ["L1d", "L1d+2048", "L1d+3072", "L2", "L3", "memory"]);
        assert!(names[..3].iter().all(|name| without_placement(name) == "L1d"));
        let placed = probes.iter().filter(|probe| probe.name().1.contains(PLACED));
        let accesses: BTreeSet<&str> = placed.map(|probe| probe.name().0).collect();
        assert_eq!(accesses.into_iter().collect::<Vec<_>>(), ["add", "copy"]);
    }

    #[test]
    fn arithmetic_counts_its_operations() {
        let flops = |dtype: &str, set: &str| {
            let probes = probes(&machine(), 2);
            let probe = probes.iter().find(|probe| probe.name() == (dtype, set))?;
            Some(probe.work().flops?.0)
        };
        if let (Some(narrow), Some(wide)) = (flops("f64", "sse2"), flops("f32", "sse2")) {
            assert_eq!(narrow * 2, wide, "a vector holds twice as many");
        }
    }
}
