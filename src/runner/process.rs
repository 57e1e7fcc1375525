//! One bench process, from start to end: the two connections it makes, what it reports on them, and how it
//! ends. The only module that starts a bench.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::affinity;
use super::criterion::{self, Event};
use super::listen::{Connections, Signal, listen_to_channel, listen_to_criterion};
use super::observer::{Observed, Observer};
use crate::channel::{CriterionId, PORT_VARIABLE, Record, SECRET_VARIABLE};

/// How often the runner checks whether the process is still running.
const POLL: Duration = Duration::from_millis(10);
/// A measurement may take this many times as long as criterion expects before it counts as hanging.
const MEASUREMENT_SLACK: f64 = 4.0;
/// How much of the output of a failed process is shown.
const TAIL_BYTES: u64 = 4096;
const TAIL_LINES: usize = 20;

/// The result of a finished process.
#[derive(Debug)]
pub(crate) struct ProcessReport {
    /// Version of criterion; `None` if the process never spoke its protocol.
    pub(crate) criterion: Option<String>,
    /// The records that it sent on the channel.
    pub(crate) records: Vec<Record>,
    /// Benchmarks measured, in order.
    pub(crate) measured: Vec<Observed>,
    /// The benchmark that had begun and was not measured when the process ended.
    pub(crate) unfinished: Option<CriterionId>,
    /// How it ended.
    pub(crate) ending: Ending,
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

/// Runs `command` to its end, on `cpu` if one is given. A process that reports nothing for `timeout` is
/// killed. `on_progress` is called as every benchmark begins and ends.
pub(crate) fn run(
    mut command: Command,
    cpu: Option<usize>,
    timeout: Duration,
    on_progress: &mut dyn FnMut(Progress<'_>),
) -> io::Result<ProcessReport> {
    let criterion_port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let channel_port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let secret = secret()?;
    let mut output = tempfile::tempfile()?;
    command
        .env(criterion::PORT_VARIABLE, criterion_port.local_addr()?.port().to_string())
        .env(PORT_VARIABLE, channel_port.local_addr()?.port().to_string())
        .env(SECRET_VARIABLE, &secret)
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output.try_clone()?);
    let mut child = match cpu {
        Some(cpu) => affinity::spawn(&mut command, cpu)?,
        None => command.spawn()?,
    };
    let observer = Observer::new(child.id(), cpu);
    let connections = Connections::default();
    let (sender, signals) = mpsc::channel();
    let mut activity = Activity::new(timeout);
    let outcome = thread::scope(|scope| {
        let (connections, secret) = (&connections, &secret);
        let to_main = sender.clone();
        scope.spawn(move || {
            connections.run_listener(|| listen_to_criterion(&criterion_port, observer, connections, &to_main))
        });
        scope.spawn(move || {
            connections.run_listener(|| listen_to_channel(&channel_port, secret, connections, &sender))
        });
        let outcome = activity.follow(&mut child, &signals, on_progress);
        connections.close();
        outcome
    })?;
    signals.try_iter().for_each(|signal| activity.handle(signal, on_progress));
    let ending = match activity.failure(outcome) {
        None => Ending::Finished,
        Some(reason) => Ending::Failed { reason, output: tail(&mut output)? },
    };
    Ok(ProcessReport {
        criterion: activity.criterion,
        records: activity.records,
        measured: activity.measured,
        unfinished: activity.current,
        ending,
    })
}

/// Progress of a running process.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Progress<'a> {
    /// A benchmark begins.
    Begins(&'a CriterionId),
    /// A benchmark has been measured.
    Measured(&'a CriterionId),
}

/// How the wait for a process ended.
enum Outcome {
    Exited(ExitStatus),
    /// It reported nothing for this long and was killed.
    TimedOut(Duration),
}

/// What a process has reported so far.
struct Activity {
    /// Usual limit on the time without a message.
    timeout: Duration,
    /// The limit at present, longer during a long measurement.
    current_timeout: Duration,
    last_message: Instant,
    criterion: Option<String>,
    records: Vec<Record>,
    measured: Vec<Observed>,
    current: Option<CriterionId>,
    broken: Option<String>,
}

impl Activity {
    fn new(timeout: Duration) -> Self {
        Activity {
            timeout,
            current_timeout: timeout,
            last_message: Instant::now(),
            criterion: None,
            records: Vec::new(),
            measured: Vec::new(),
            current: None,
            broken: None,
        }
    }

    /// Handles messages until the process ends. One that reports nothing for too long is killed.
    fn follow(
        &mut self,
        child: &mut Child,
        signals: &Receiver<Signal>,
        on_progress: &mut dyn FnMut(Progress<'_>),
    ) -> io::Result<Outcome> {
        loop {
            match signals.recv_timeout(POLL) {
                Ok(signal) => {
                    self.last_message = Instant::now();
                    self.handle(signal, on_progress);
                }
                Err(RecvTimeoutError::Disconnected) => thread::sleep(POLL),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if let Some(status) = child.try_wait()? {
                return Ok(Outcome::Exited(status));
            }
            if self.last_message.elapsed() > self.current_timeout || self.broken.is_some() {
                child.kill()?;
                let status = child.wait()?;
                return Ok(match self.broken {
                    Some(_) => Outcome::Exited(status),
                    None => Outcome::TimedOut(self.current_timeout),
                });
            }
        }
    }

    fn handle(&mut self, signal: Signal, on_progress: &mut dyn FnMut(Progress<'_>)) {
        match signal {
            Signal::Connected(version) => self.criterion = Some(version),
            Signal::Event(Event::Begins(id)) => {
                on_progress(Progress::Begins(&id));
                self.current = Some(id);
            }
            Signal::Event(Event::Measures { expected_ns }) => {
                let slack = Duration::try_from_secs_f64(MEASUREMENT_SLACK * expected_ns * 1e-9);
                self.current_timeout = self.timeout.max(slack.unwrap_or(Duration::MAX));
            }
            Signal::Event(_) => {}
            Signal::Measured(observed, unit) => {
                on_progress(Progress::Measured(&observed.measured.id));
                self.current = None;
                self.current_timeout = self.timeout;
                self.keep(observed, &unit);
            }
            Signal::Record(record) => self.records.push(record),
            Signal::Broken(reason) => self.broken = Some(reason),
        }
    }

    /// Only wall time can be compared: a bench with another `Measurement` counts something else.
    fn keep(&mut self, observed: Observed, unit: &str) {
        if unit == "ns" {
            self.measured.push(observed);
        } else {
            self.broken = Some(format!(
                "`{}` measures `{unit}` instead of wall time, which cannot be compared here",
                observed.measured.id.group
            ));
        }
    }

    fn failure(&self, outcome: Outcome) -> Option<String> {
        match (&self.broken, outcome) {
            (Some(reason), _) => Some(reason.clone()),
            (None, Outcome::TimedOut(limit)) => {
                Some(format!("reported nothing for {} s and was killed", limit.as_secs()))
            }
            (None, Outcome::Exited(status)) if !status.success() => Some(format!("ended with {status}")),
            (None, Outcome::Exited(_)) => {
                self.current.as_ref().map(|_| "ended in the middle of a benchmark".to_owned())
            }
        }
    }
}

/// Sixteen bytes from the operating system, as text.
fn secret() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::from)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The last lines of a process's output.
fn tail(output: &mut File) -> io::Result<String> {
    let length = output.seek(SeekFrom::End(0))?;
    output.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut bytes = Vec::new();
    output.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    Ok(lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n"))
}
