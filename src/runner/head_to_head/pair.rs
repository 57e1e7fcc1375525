//! A pair of processes, one of each side, that measure the same benchmarks in turn.
//!
//! At any moment at most one of them runs: the other waits on a connection, with all of its threads asleep. Where both are
//! equally far they go on one after the other, by a sample each; where one is behind, it goes on alone. Processes that the
//! library is not in wait only after each benchmark, and so take turns by whole benchmarks.

use std::io;
use std::process::Command;

use super::order::Order;
use crate::compare::{Side, Sides};
use crate::runner::affinity::Stay;
use crate::runner::process::{BenchProcess, ProcessOptions, ProcessReport, Progress, Stop};

/// Runs both to their ends; they start in this order. If one fails, the other is stopped, and has no report.
pub(super) fn run(
    commands: Sides<Command>,
    options: ProcessOptions,
    first: [Side; 2],
    on_progress: &mut dyn FnMut(Side, Progress<'_>),
) -> io::Result<Sides<Option<ProcessReport>>> {
    // To hand a turn over on the CPU of both is faster than to wake another CPU (`cargo bench -p tensorprof-study --bench
    // turns`).
    let _stay = options.cpu.map(Stay::on).transpose()?;
    let mut order = Order::after(first);
    let mut both = start(commands, options, first, on_progress)?;
    loop {
        let over = both.as_ref().map(|one| one.stop == Some(Stop::Ended));
        match over.into_array() {
            [true, true] => break,
            [true, false] if both.baseline.failed() => break,
            [false, true] if both.candidate.failed() => break,
            [true, false] => both.candidate.step(Side::Candidate, on_progress)?,
            [false, true] => both.baseline.step(Side::Baseline, on_progress)?,
            [false, false] => step_those_behind(&mut both, &mut order, on_progress)?,
        }
    }
    let [baseline, candidate] = both.into_array().map(Contestant::report);
    Ok(Sides::new(baseline?, candidate?))
}

/// Starts one and then the other, each until it first waits: no other process runs while it makes its inputs.
fn start(
    commands: Sides<Command>,
    options: ProcessOptions,
    order: [Side; 2],
    on_progress: &mut dyn FnMut(Side, Progress<'_>),
) -> io::Result<Sides<Contestant>> {
    let mut commands = commands.map(Some);
    let mut started = Sides::new(None, None);
    for side in order {
        let Some(command) = commands[side].take() else { continue };
        let mut one = Contestant { process: BenchProcess::start(command, options)?, stop: None };
        one.step(side, on_progress)?;
        started[side] = Some(one);
    }
    started.both().ok_or_else(|| io::Error::other("an order without both sides"))
}

fn step_those_behind(
    both: &mut Sides<Contestant>,
    order: &mut Order,
    on_progress: &mut dyn FnMut(Side, Progress<'_>),
) -> io::Result<()> {
    let positions = both.as_ref().map(|one| one.process.position());
    let furthest = positions.baseline.max(positions.candidate);
    let level = positions.baseline == positions.candidate;
    for side in order_of(level, order)? {
        if level || positions[side] < furthest {
            both[side].step(side, on_progress)?;
        }
    }
    Ok(())
}

/// An exchange has an order; whoever catches up does so alone.
fn order_of(level: bool, order: &mut Order) -> io::Result<[Side; 2]> {
    if level { order.next() } else { Ok(Side::BOTH) }
}

struct Contestant {
    process: BenchProcess,
    stop: Option<Stop>,
}

impl Contestant {
    fn step(&mut self, side: Side, on_progress: &mut dyn FnMut(Side, Progress<'_>)) -> io::Result<()> {
        self.stop = Some(self.process.step(&mut |progress| on_progress(side, progress))?);
        Ok(())
    }

    fn failed(&self) -> bool {
        self.process.failed()
    }

    /// `None` of one that was stopped because the other failed.
    fn report(self) -> io::Result<Option<ProcessReport>> {
        if self.stop == Some(Stop::Ended) { self.process.report().map(Some) } else { Ok(None) }
    }
}
