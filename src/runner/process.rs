//! One bench process, from its start to its end: the two connections it makes, what it said on them, and how
//! it ended. The only module that starts a bench.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::affinity;
use super::channel::{ChannelError, GREETING_LIMIT, Records};
use super::criterion::{self, Event, Measured, ProtocolError};
use crate::channel::{CriterionId, PORT_VARIABLE, Record, SECRET_VARIABLE};

/// How often the runner looks whether the process still lives.
const POLL: Duration = Duration::from_millis(10);
/// A measurement may take this many times as long as criterion expected before it counts as hanging.
const PATIENCE: f64 = 4.0;
/// How long what a process said last may take to be read after its end.
const DRAIN: Duration = Duration::from_secs(2);
/// Threads that listen to a process.
const LISTENERS: usize = 2;
/// How much of a failed process's output is shown.
const TAIL_BYTES: u64 = 4096;
const TAIL_LINES: usize = 20;

/// What a finished process left.
#[derive(Debug)]
pub(crate) struct ProcessReport {
    /// Version of criterion it greeted with; `None` where it never spoke the protocol.
    pub(crate) criterion: Option<String>,
    /// What its channel said about itself.
    pub(crate) records: Vec<Record>,
    /// Benchmarks measured, in order.
    pub(crate) measured: Vec<Measured>,
    /// The benchmark that had begun and was not measured when the process ended.
    pub(crate) unfinished: Option<CriterionId>,
    /// How it ended.
    pub(crate) ending: Ending,
}

/// How a process ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// With success.
    Finished,
    /// With an error.
    Failed {
        /// In words.
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

enum Signal {
    Greeted(String),
    Event(Event),
    Measured(Measured, String),
    Record(Record),
    Broken(String),
}

/// Runs `command` to its end, on `cpu` where one is given. `silence` is how long it may say nothing; `watch` sees every
/// benchmark as it begins and ends.
pub(crate) fn run(
    mut command: Command,
    cpu: Option<usize>,
    silence: Duration,
    watch: &mut dyn FnMut(Progress<'_>),
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
    let lines = Lines::default();
    let (sender, signals) = mpsc::channel();
    let mut talk = Talk::new(silence);
    let outcome = thread::scope(|scope| {
        let (lines, secret) = (&lines, &secret);
        let to_main = sender.clone();
        scope.spawn(move || lines.listen(|| listen_to_criterion(&criterion_port, lines, &to_main)));
        scope.spawn(move || lines.listen(|| listen_to_channel(&channel_port, secret, lines, &sender)));
        let outcome = talk.follow(&mut child, &signals, watch);
        lines.hang_up();
        outcome
    })?;
    signals.try_iter().for_each(|signal| talk.hear(signal, watch));
    let ending = match talk.failure(outcome) {
        None => Ending::Finished,
        Some(reason) => Ending::Failed { reason, output: tail(&mut output)? },
    };
    Ok(ProcessReport {
        criterion: talk.criterion,
        records: talk.records,
        measured: talk.measured,
        unfinished: talk.current,
        ending,
    })
}

/// What a running process does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Progress<'a> {
    /// A benchmark begins.
    Begins(&'a CriterionId),
    /// A benchmark has been measured.
    Measured(&'a CriterionId),
}

/// What ended the wait for a process.
enum Outcome {
    Exited(ExitStatus),
    Silent(Duration),
}

/// Everything heard so far.
struct Talk {
    limit: Duration,
    allowed: Duration,
    last_sign: Instant,
    criterion: Option<String>,
    records: Vec<Record>,
    measured: Vec<Measured>,
    current: Option<CriterionId>,
    broken: Option<String>,
}

impl Talk {
    fn new(limit: Duration) -> Self {
        Talk {
            limit,
            allowed: limit,
            last_sign: Instant::now(),
            criterion: None,
            records: Vec::new(),
            measured: Vec::new(),
            current: None,
            broken: None,
        }
    }

    /// Listens until the process ends or has been silent for too long, in which case it is killed.
    fn follow(
        &mut self,
        child: &mut Child,
        signals: &Receiver<Signal>,
        watch: &mut dyn FnMut(Progress<'_>),
    ) -> io::Result<Outcome> {
        loop {
            match signals.recv_timeout(POLL) {
                Ok(signal) => {
                    self.last_sign = Instant::now();
                    self.hear(signal, watch);
                }
                Err(RecvTimeoutError::Disconnected) => thread::sleep(POLL),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if let Some(status) = child.try_wait()? {
                return Ok(Outcome::Exited(status));
            }
            if self.last_sign.elapsed() > self.allowed || self.broken.is_some() {
                child.kill()?;
                let status = child.wait()?;
                return Ok(match self.broken {
                    Some(_) => Outcome::Exited(status),
                    None => Outcome::Silent(self.allowed),
                });
            }
        }
    }

    fn hear(&mut self, signal: Signal, watch: &mut dyn FnMut(Progress<'_>)) {
        match signal {
            Signal::Greeted(version) => self.criterion = Some(version),
            Signal::Event(Event::Begins(id)) => {
                watch(Progress::Begins(&id));
                self.current = Some(id);
            }
            Signal::Event(Event::Measures { expected_ns }) => {
                let patience = Duration::try_from_secs_f64(PATIENCE * expected_ns * 1e-9);
                self.allowed = self.limit.max(patience.unwrap_or(Duration::MAX));
            }
            Signal::Event(_) => {}
            Signal::Measured(measured, unit) => {
                watch(Progress::Measured(&measured.id));
                self.current = None;
                self.allowed = self.limit;
                self.keep(measured, &unit);
            }
            Signal::Record(record) => self.records.push(record),
            Signal::Broken(reason) => self.broken = Some(reason),
        }
    }

    /// Only wall time can be compared: a bench with another `Measurement` counts something else.
    fn keep(&mut self, measured: Measured, unit: &str) {
        if unit == "ns" {
            self.measured.push(measured);
        } else {
            self.broken = Some(format!(
                "`{}` measures `{unit}` instead of wall time, which cannot be compared here",
                measured.id.group
            ));
        }
    }

    fn failure(&self, outcome: Outcome) -> Option<String> {
        match (&self.broken, outcome) {
            (Some(reason), _) => Some(reason.clone()),
            (None, Outcome::Silent(limit)) => {
                Some(format!("gave no sign of life for {} s and was stopped", limit.as_secs()))
            }
            (None, Outcome::Exited(status)) if !status.success() => Some(format!("ended with {status}")),
            (None, Outcome::Exited(_)) => {
                self.current.as_ref().map(|_| "ended in the middle of a benchmark".to_owned())
            }
        }
    }
}

/// The two ports of a process and who is connected to them.
#[derive(Default)]
struct Lines {
    /// The process has ended.
    ended: AtomicBool,
    /// Listeners that have nothing more to hear, of [`LISTENERS`].
    silent: AtomicUsize,
    connections: Mutex<Vec<TcpStream>>,
}

impl Lines {
    fn listen(&self, listener: impl FnOnce()) {
        listener();
        self.silent.fetch_add(1, Ordering::Release);
    }

    /// After the end of the process: lets the listeners read what is left, then cuts connections that somebody else
    /// still holds open, a descendant of the bench or a stranger.
    fn hang_up(&self) {
        self.ended.store(true, Ordering::Release);
        let start = Instant::now();
        while self.silent.load(Ordering::Acquire) < LISTENERS && start.elapsed() < DRAIN {
            thread::sleep(Duration::from_millis(1));
        }
        for connection in self.connections.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            // One that is closed already cannot be cut.
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    /// The next connection, or `None` when the process has ended and none is waiting.
    fn accept(&self, port: &TcpListener) -> Option<TcpStream> {
        let stream = accept(port, &self.ended)?;
        let copy = stream.try_clone().ok()?;
        self.connections.lock().unwrap_or_else(PoisonError::into_inner).push(copy);
        Some(stream)
    }
}

fn listen_to_criterion(port: &TcpListener, lines: &Lines, to_main: &Sender<Signal>) {
    while let Some(stream) = lines.accept(port) {
        match greet_criterion(stream) {
            Ok((stream, version)) => {
                // The receiver outlives this thread: it is dropped after the scope.
                let _ = to_main.send(Signal::Greeted(version));
                if let Err(error) = relay(stream, to_main) {
                    let _ = to_main.send(Signal::Broken(format!("criterion's messages: {error}")));
                }
                return;
            }
            Err(error @ ProtocolError::Version(_)) => {
                let _ = to_main.send(Signal::Broken(error.to_string()));
                return;
            }
            // A stranger on the port: the bench may still come.
            Err(_) => {}
        }
    }
}

fn greet_criterion(mut stream: TcpStream) -> Result<(TcpStream, String), ProtocolError> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(GREETING_LIMIT))?;
    let version = criterion::greet(&mut stream)?;
    stream.set_read_timeout(None)?;
    Ok((stream, version))
}

/// Passes on what criterion says and lets it continue whenever it waits.
fn relay(mut stream: TcpStream, to_main: &Sender<Signal>) -> Result<(), ProtocolError> {
    loop {
        let signal = match criterion::read_event(&mut stream) {
            Ok(Some(Event::Measured(measured))) => {
                let unit = criterion::ask_unit(&mut stream).and_then(|unit| {
                    criterion::resume(&mut stream)?;
                    Ok(unit)
                });
                unit.map(|unit| Some(Signal::Measured(measured, unit)))
            }
            Ok(Some(Event::GroupFinished)) => {
                criterion::resume(&mut stream).map(|()| Some(Signal::Event(Event::Other)))
            }
            Ok(Some(event)) => Ok(Some(Signal::Event(event))),
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        match signal {
            Ok(Some(signal)) => drop(to_main.send(signal)),
            // A process that dies resets its connections; its exit status says more than that.
            Ok(None) | Err(ProtocolError::Io(_)) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

fn listen_to_channel(port: &TcpListener, secret: &str, lines: &Lines, to_main: &Sender<Signal>) {
    while let Some(stream) = lines.accept(port) {
        match Records::greet(stream, secret) {
            Ok(records) => {
                relay_records(records, to_main);
                return;
            }
            Err(error @ ChannelError::Newer(_)) => {
                let _ = to_main.send(Signal::Broken(error.to_string()));
                return;
            }
            Err(_) => {}
        }
    }
}

fn relay_records(mut records: Records, to_main: &Sender<Signal>) {
    loop {
        let signal = match records.next() {
            Ok(Some(record)) => Signal::Record(record),
            Ok(None) | Err(ChannelError::Io(_)) => return,
            Err(error) => Signal::Broken(format!("the bench's records: {error}")),
        };
        let _ = to_main.send(signal);
    }
}

fn accept(port: &TcpListener, ended: &AtomicBool) -> Option<TcpStream> {
    port.set_nonblocking(true).ok()?;
    loop {
        // Asked before accepting: a process that has ended may have connected before.
        let over = ended.load(Ordering::Acquire);
        match port.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false).ok()?;
                return Some(stream);
            }
            Err(_) if over => return None,
            Err(_) => thread::sleep(Duration::from_millis(1)),
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
