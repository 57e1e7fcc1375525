//! The bench targets of both sides, and which benchmarks of them can be measured in turn.

use std::collections::BTreeSet;
use std::io;

use crate::compare::{Side, Sides};
use crate::model::BenchmarkId;
use crate::runner::build::BenchExecutable;
use crate::runner::command::{Selection, selections};

/// A bench target that both sides have.
pub(super) struct Target<'a> {
    pub(super) executables: Sides<&'a BenchExecutable>,
    /// Benchmarks that both sides have, in the order of the baseline.
    pub(super) benchmarks: Vec<BenchmarkId>,
    /// Both sides run them in the same order, so that one pair of processes can measure them all.
    pub(super) same_order: bool,
}

impl Target<'_> {
    /// The benchmarks that are still wanted, by pairs of processes.
    pub(super) fn selections(&self, wanted: &BTreeSet<BenchmarkId>) -> Vec<Selection> {
        let wanted = self.benchmarks.iter().filter(|id| wanted.contains(id)).cloned();
        let select = |benchmarks| selections(&benchmarks, self.executables.baseline);
        if self.same_order {
            select(wanted.collect())
        } else {
            wanted.flat_map(|id| select(BTreeSet::from([id]))).collect()
        }
    }
}

/// What both sides have, and what one of them has.
pub(super) struct Matched<'a> {
    pub(super) targets: Vec<Target<'a>>,
    /// Executables with benchmarks that the other side lacks.
    pub(super) one_sided: Vec<(Side, &'a BenchExecutable, BTreeSet<BenchmarkId>)>,
}

/// A bench and its benchmarks that the filter lets through, in the order in which it runs them.
pub(super) type Census<'a> = Vec<(&'a BenchExecutable, Vec<BenchmarkId>)>;

/// Matches the benches of both sides by package and target, and their benchmarks by id.
pub(super) fn matched<'a>(sides: Sides<&Census<'a>>) -> Matched<'a> {
    let mut matched = Matched { targets: Vec::new(), one_sided: Vec::new() };
    for (old, benchmarks) in sides.baseline {
        if let Some((new, others)) = sides.candidate.iter().find(|(new, _)| same_target(old, new)) {
            let of_baseline = common(benchmarks, others);
            matched.targets.push(Target {
                executables: Sides::new(*old, *new),
                same_order: of_baseline == common(others, benchmarks),
                benchmarks: of_baseline,
            });
        }
    }
    for side in Side::BOTH {
        let other = if side == Side::Baseline { Side::Candidate } else { Side::Baseline };
        for (executable, benchmarks) in sides[side] {
            let others = sides[other].iter().find(|(other, _)| same_target(executable, other));
            let lacks = |id: &&BenchmarkId| others.is_none_or(|(_, others)| !others.contains(id));
            let alone: BTreeSet<BenchmarkId> = benchmarks.iter().filter(lacks).cloned().collect();
            if !alone.is_empty() {
                matched.one_sided.push((side, executable, alone));
            }
        }
    }
    matched
}

fn same_target(one: &BenchExecutable, other: &BenchExecutable) -> bool {
    (&one.package, &one.target) == (&other.package, &other.target)
}

fn common(of: &[BenchmarkId], with: &[BenchmarkId]) -> Vec<BenchmarkId> {
    of.iter().filter(|id| with.contains(id)).cloned().collect()
}

/// Byte-identical copies of executables, beside them and under paths as long. Removed when this is dropped.
pub(super) struct Copies(Vec<BenchExecutable>);

impl Copies {
    pub(super) fn of(originals: &[&BenchExecutable]) -> io::Result<Copies> {
        let mut copies = Copies(Vec::new());
        for original in originals {
            let name = original.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // The length of its path moves the stack of a process.
            let first = if name.starts_with('~') { "-" } else { "~" };
            let rest: String = name.chars().skip(1).collect();
            let path = original.path.with_file_name(format!("{first}{rest}"));
            std::fs::copy(&original.path, &path)?;
            copies.0.push(BenchExecutable { path, ..(*original).clone() });
        }
        Ok(copies)
    }

    pub(super) fn executables(&self) -> &[BenchExecutable] {
        &self.0
    }
}

impl Drop for Copies {
    fn drop(&mut self) {
        for copy in &self.0 {
            // Stays behind in the build folder, which the next run overwrites.
            let _ = std::fs::remove_file(&copy.path);
        }
    }
}
