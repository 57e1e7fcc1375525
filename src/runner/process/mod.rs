//! One bench process, from start to end: what it reports on its two connections, where it waits for the runner, and how
//! it ends. The only module that starts a bench.
//!
//! A process is followed in steps. Each step lets it go on from where it waits to where it waits next, so that a process
//! between two steps computes nothing and another can be measured.

mod activity;
mod connections;
mod last_words;
#[cfg(test)]
mod mutations;
mod peer;

use std::fs::File;
use std::io;
use std::process::{Command, Stdio};
use std::time::Duration;

use self::activity::{Activity, Outcome};
use self::connections::{Connections, Incoming};
use self::last_words::{LastWords, Panic};
use self::peer::{Peer, peer};
use super::affinity;
use super::build::BenchExecutable;
use super::child::ProcessGroup;
use super::criterion::{self, Event, Measured, ProtocolError};
use super::interrupt;
use super::limits;
use super::observer::{Observed, Observer};
use crate::channel::{CriterionId, PORT_VARIABLE, Record, SECRET_VARIABLE, TURNS_VARIABLE};

/// How often the runner checks whether the process is still running.
const POLL: Duration = Duration::from_millis(10);
/// The same of a process that is connected: its end closes the connections, and each look takes a core from somebody.
const POLL_CONNECTED: Duration = Duration::from_millis(100);
/// The same of a process that has closed its connections: it ends, and the next waits for that.
const POLL_ENDING: Duration = Duration::from_millis(1);

/// The result of a finished process.
#[derive(Debug)]
pub(crate) struct ProcessReport {
    /// Version of criterion; `None` if the process never spoke its protocol.
    pub(crate) criterion: Option<String>,
    /// The records that it sent on the channel.
    pub(crate) records: Vec<Record>,
    /// Benchmarks measured, in order.
    pub(crate) measured: Vec<Observed>,
    /// Benchmarks that were filtered out, in order.
    pub(crate) skipped: Vec<CriterionId>,
    /// Benchmarks of which something else than time was measured, and what is wrong with that.
    pub(crate) refused: Vec<(CriterionId, String)>,
    /// The benchmark that had begun and was not measured when the process ended.
    pub(crate) unfinished: Option<CriterionId>,
    /// It came no further for as long as it may take, and was killed.
    pub(crate) hung: bool,
    /// How it ended.
    pub(crate) ending: Ending,
}

impl ProcessReport {
    /// The bench uses criterion. One of a package with criterion that failed may not have come so far as to connect.
    pub(crate) fn speaks_criterion(&self, executable: &BenchExecutable) -> bool {
        self.criterion.is_some() || (self.ending.is_failure() && executable.dialect.has_criterion())
    }
}

/// How a process ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// Successfully.
    Finished,
    /// With an error.
    Failed {
        /// Why, in words.
        reason: String,
        /// The last lines of its output.
        output: String,
    },
}

impl Ending {
    pub(crate) fn is_failure(&self) -> bool {
        matches!(self, Ending::Failed { .. })
    }
}

/// Progress of a running process.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Progress<'a> {
    /// A benchmark begins.
    Begins(&'a CriterionId),
    /// A benchmark has been measured.
    Measured(&'a CriterionId),
}

/// How far a process is in a benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Its samples are not taken yet.
    WarmUp,
    /// Its samples are taken.
    Samples,
    /// It has been measured.
    Done,
}

/// Where a process stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It waits until it may take a sample.
    Turn,
    /// It has measured a benchmark, and waits.
    Measured,
    /// It has ended.
    Ended,
}

/// How a process is run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProcessOptions {
    /// The CPU that it is pinned to.
    pub(crate) cpu: Option<usize>,
    /// A process that reports nothing for this long is killed.
    pub(crate) timeout: Duration,
    /// The bench half waits before every sample ([`Stop::Turn`]).
    pub(crate) takes_turns: bool,
}

/// Runs `command` to its end. `on_progress` is called as every benchmark begins and ends.
pub(crate) fn run(
    command: Command,
    options: ProcessOptions,
    on_progress: &mut dyn FnMut(Progress<'_>),
) -> io::Result<ProcessReport> {
    let mut process = BenchProcess::start(command, options)?;
    while process.step(on_progress)? != Stop::Ended {}
    process.report()
}

/// A bench process. One that has not ended is killed when this is dropped.
pub(crate) struct BenchProcess {
    child: ProcessGroup,
    output: File,
    connections: Connections,
    activity: Activity,
    observer: Observer,
    stopped: Option<Stop>,
    outcome: Option<Outcome>,
}

impl BenchProcess {
    pub(crate) fn start(mut command: Command, options: ProcessOptions) -> io::Result<BenchProcess> {
        let secret = secret()?;
        let mut connections = Connections::open(secret.clone(), options.timeout)?;
        let [criterion_port, channel_port] = connections.ports()?;
        let output = tempfile::tempfile()?;
        command
            .env(criterion::PORT_VARIABLE, criterion_port.to_string())
            .env(PORT_VARIABLE, channel_port.to_string())
            .env(SECRET_VARIABLE, secret)
            .env_remove(TURNS_VARIABLE)
            .envs(options.takes_turns.then_some((TURNS_VARIABLE, "1")))
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output.try_clone()?);
        let child = match options.cpu {
            Some(cpu) => affinity::spawn(&mut command, cpu)?,
            None => ProcessGroup::spawn(&mut command)?,
        };
        let id = child.id();
        connections.expect(Box::new(move |stream| peer(stream, id)));
        Ok(BenchProcess {
            observer: Observer::new(child.id(), options.cpu),
            activity: Activity::new(options.timeout),
            child,
            output,
            connections,
            stopped: None,
            outcome: None,
        })
    }

    /// Lets the process go on until it waits for the runner again, or ends. One that reports nothing for too long is
    /// killed.
    pub(crate) fn step(&mut self, on_progress: &mut dyn FnMut(Progress<'_>)) -> io::Result<Stop> {
        match self.stopped.take() {
            Some(Stop::Turn) => self.connections.grant_turn(),
            Some(Stop::Measured) => self.connections.resume_criterion(),
            Some(Stop::Ended) | None => {}
        }
        self.activity.resume();
        let stop = self.follow(on_progress)?;
        self.activity.pause();
        self.stopped = Some(stop);
        Ok(stop)
    }

    /// How many benchmarks have begun, and how far the last of them is: the order of what happens in a process.
    pub(crate) fn position(&self) -> (usize, Phase) {
        (self.activity.begun, self.activity.phase)
    }

    /// It has ended with an error.
    pub(crate) fn failed(&self) -> bool {
        self.outcome.is_some_and(|outcome| self.activity.failure(outcome).is_some())
    }

    fn follow(&mut self, on_progress: &mut dyn FnMut(Progress<'_>)) -> io::Result<Stop> {
        loop {
            if self.outcome.is_some() {
                return Ok(Stop::Ended);
            }
            interrupt::check().map_err(io::Error::other)?;
            let incoming = self.connections.next(self.poll())?;
            let is_silent = incoming.is_none();
            if let Some(stop) = incoming.and_then(|incoming| self.receive(incoming, on_progress)) {
                return Ok(stop);
            }
            if self.output.metadata()?.len() > limits::MOST_OUTPUT {
                self.activity.broken.get_or_insert_with(|| "it has printed more than 4 GiB".to_owned());
            }
            if self.activity.broken.is_some() {
                self.kill()?;
            } else if let Some(overrun) = self.activity.overrun() {
                self.kill()?;
                self.outcome = Some(overrun);
            } else if is_silent || !self.connections.are_open() {
                self.check_end()?;
            }
            if self.outcome.is_some() {
                self.receive_rest(on_progress)?;
            }
        }
    }

    fn poll(&self) -> Duration {
        match self.activity.criterion {
            _ if self.connections.are_open() => POLL_CONNECTED,
            Some(_) => POLL_ENDING,
            None => POLL,
        }
    }

    /// What the process sent before it ended. Others may still connect, again and again.
    fn receive_rest(&mut self, on_progress: &mut dyn FnMut(Progress<'_>)) -> io::Result<()> {
        while self.activity.overrun().is_none()
            && let Some(incoming) = self.connections.next(Duration::ZERO)?
        {
            self.receive(incoming, on_progress);
        }
        Ok(())
    }

    /// Handles a message. Returns where the process waits now, if it waits for more than an answer.
    fn receive(&mut self, incoming: Incoming, on_progress: &mut dyn FnMut(Progress<'_>)) -> Option<Stop> {
        if !matches!(incoming, Incoming::Stranger) {
            self.activity.is_alive();
        }
        match incoming {
            Incoming::AsksForTurn => return Some(Stop::Turn),
            Incoming::Record(record) => self.activity.records.push(*record),
            Incoming::Broken(reason) => self.activity.broken = Some(reason),
            Incoming::Other | Incoming::Stranger => {}
            Incoming::Connects(stream, peer) => {
                if let Peer::Bench(process) = peer {
                    self.observer.follow(process);
                }
                self.observer.process_waits();
                match self.connections.greet(stream, peer) {
                    Ok(Some(version)) => self.activity.criterion = Some(version),
                    Ok(None) => {}
                    Err(error) => self.activity.broken = Some(error.to_string()),
                }
            }
            Incoming::Criterion => {
                self.observer.message_arrives(self.connections.has_library());
                match self.connections.read_criterion() {
                    Ok(Some(Event::Measured(measured))) => return self.finish(measured, on_progress),
                    Ok(Some(event)) => {
                        match event {
                            Event::Measures { .. } => self.observer.measurement_begins(),
                            Event::GroupFinished => self.connections.resume_criterion(),
                            _ => {}
                        }
                        self.activity.handle(event, on_progress);
                    }
                    Ok(None) => {}
                    Err(error) => self.break_off(&error),
                }
            }
        }
        None
    }

    /// A benchmark has been measured, and the process waits.
    fn finish(&mut self, measured: Measured, on_progress: &mut dyn FnMut(Progress<'_>)) -> Option<Stop> {
        let observed = self.observer.measurement_ends(measured);
        match self.connections.ask_unit() {
            Ok(unit) => self.activity.keep(observed, unit.as_deref(), on_progress),
            Err(error) => self.break_off(&error),
        }
        self.activity.broken.is_none().then_some(Stop::Measured)
    }

    fn break_off(&mut self, error: &ProtocolError) {
        self.activity.broken = Some(format!("criterion's messages: {error}"));
    }

    fn check_end(&mut self) -> io::Result<()> {
        self.outcome = self.child.try_wait()?.map(Outcome::Exited);
        if self.outcome.is_some() {
            // What it has started and left would disturb the next measurement.
            self.child.kill()?;
        }
        Ok(())
    }

    fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.outcome = Some(Outcome::Exited(self.child.wait()?));
        Ok(())
    }

    /// What a process that has ended reported.
    pub(crate) fn report(mut self) -> io::Result<ProcessReport> {
        let outcome = match self.outcome {
            Some(outcome) => outcome,
            None => Outcome::Exited(self.child.wait()?),
        };
        self.outcome = Some(outcome);
        let ending = match self.activity.failure(outcome) {
            None => Ending::Finished,
            Some(reason) => {
                let words = LastWords::read(&mut self.output)?;
                // A process that was killed, or ended well, may have caught the panics that it tells of.
                let by_itself = self.activity.broken.is_none()
                    && matches!(outcome, Outcome::Exited(status) if !status.success());
                match by_itself.then(|| words.panic()).flatten() {
                    Some(Panic { said, besides }) => Ending::Failed { reason: said, output: besides.tail() },
                    None => Ending::Failed { reason, output: words.tail() },
                }
            }
        };
        let activity = &mut self.activity;
        Ok(ProcessReport {
            criterion: activity.criterion.take(),
            records: std::mem::take(&mut activity.records),
            measured: std::mem::take(&mut activity.measured),
            skipped: std::mem::take(&mut activity.skipped),
            refused: std::mem::take(&mut activity.refused),
            unfinished: activity.current.take(),
            hung: matches!(outcome, Outcome::Silent(_) | Outcome::Stuck(_)),
            ending,
        })
    }
}

impl Drop for BenchProcess {
    fn drop(&mut self) {
        if self.outcome.is_none() {
            // Fails only if it has ended by itself.
            let _ = self.kill();
        }
    }
}

/// Sixteen bytes from the operating system, as text.
fn secret() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::from)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
