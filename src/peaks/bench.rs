//! The bench.

use criterion::Criterion;

use super::crew::with_crew;
use super::probe::{Memory, Probe, probes};
use crate::bench::ProfileExt as _;
use crate::model::Machine;

/// Runs the bench of the peaks of this machine on so many threads, by the arguments of this
/// process, as `criterion_main!` would. All threads work on each benchmark at the same time.
pub fn run_bench(machine: &Machine, threads: u32) {
    let threads = threads.max(1);
    let probes = probes(machine, threads);
    let work = |memory: &mut Memory, job: usize| probes[job].run(memory);
    with_crew(threads as usize, || Memory::of(&probes), work, |give| measure(&probes, give));
}

fn measure(probes: &[Probe], give: &mut dyn FnMut(usize)) {
    let mut criterion = Criterion::default().configure_from_args();
    let mut jobs = 0..;
    for of_group in probes.chunk_by(|one, other| one.group() == other.group()) {
        let mut group = criterion.profile_group(of_group[0].group());
        for (probe, job) in of_group.iter().zip(&mut jobs) {
            group.bench(probe.name(), probe.work(), |profiler| profiler.iter(|| give(job)));
        }
        group.finish();
    }
    criterion.final_summary();
}
