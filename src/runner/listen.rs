//! The two ports on which the runner listens to a bench process.

use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::channel::{ChannelError, HANDSHAKE_TIMEOUT, Records};
use super::criterion::{self, Event, ProtocolError};
use super::observer::{Observed, Observer};
use super::prompt_stream::PromptStream;
use crate::channel::Record;

/// How long the listeners may keep reading after the process has ended.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(2);
/// Threads that listen to a process.
const LISTENERS: usize = 2;

/// What a listener received.
pub(super) enum Signal {
    /// Criterion has connected; its version.
    Connected(String),
    Event(Event),
    /// A benchmark has been measured; the unit of its times.
    Measured(Observed, String),
    Record(Record),
    /// The connection cannot be used any further, and why.
    Broken(String),
}

/// The connections of a bench process.
#[derive(Default)]
pub(super) struct Connections {
    /// The process has ended.
    ended: AtomicBool,
    /// The library is in the bench: it has connected.
    has_library: AtomicBool,
    /// How many of the [`LISTENERS`] have finished.
    finished: AtomicUsize,
    streams: Mutex<Vec<TcpStream>>,
}

impl Connections {
    /// Runs a listener and counts it as finished afterwards.
    pub(super) fn run_listener(&self, listener: impl FnOnce()) {
        listener();
        self.finished.fetch_add(1, Ordering::Release);
    }

    /// Called after the end of the process: lets the listeners read what is left, then closes connections
    /// that another process still holds open, a descendant of the bench or an unrelated program.
    pub(super) fn close(&self) {
        self.ended.store(true, Ordering::Release);
        let start = Instant::now();
        while self.finished.load(Ordering::Acquire) < LISTENERS && start.elapsed() < DRAIN_TIMEOUT {
            thread::sleep(Duration::from_millis(1));
        }
        for stream in self.streams.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            // Fails if it is closed already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// The next connection, or `None` when the process has ended and none is waiting.
    fn accept(&self, port: &TcpListener) -> Option<TcpStream> {
        let stream = accept(port, &self.ended)?;
        let copy = stream.try_clone().ok()?;
        self.streams.lock().unwrap_or_else(PoisonError::into_inner).push(copy);
        Some(stream)
    }
}

/// Waits for criterion on its port and forwards its messages, with what the observer sees meanwhile.
pub(super) fn listen_to_criterion(
    port: &TcpListener,
    mut observer: Observer,
    connections: &Connections,
    to_main: &Sender<Signal>,
) {
    while let Some(stream) = connections.accept(port) {
        observer.process_waits();
        match criterion_handshake(stream) {
            Ok((stream, version)) => {
                // The receiver outlives this thread: it is dropped after the scope.
                let _ = to_main.send(Signal::Connected(version));
                if let Err(error) = relay(stream, &mut observer, connections, to_main) {
                    let _ = to_main.send(Signal::Broken(format!("criterion's messages: {error}")));
                }
                return;
            }
            Err(error @ ProtocolError::Version(_)) => {
                let _ = to_main.send(Signal::Broken(error.to_string()));
                return;
            }
            // Another program has connected: the bench may still do so.
            Err(_) => {}
        }
    }
}

fn criterion_handshake(stream: TcpStream) -> Result<(PromptStream, String), ProtocolError> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(HANDSHAKE_TIMEOUT))?;
    let mut stream = PromptStream(stream);
    let version = criterion::handshake(&mut stream)?;
    stream.0.set_read_timeout(None)?;
    Ok((stream, version))
}

/// Forwards criterion's messages and lets it continue whenever it waits.
fn relay(
    mut stream: PromptStream,
    observer: &mut Observer,
    connections: &Connections,
    to_main: &Sender<Signal>,
) -> Result<(), ProtocolError> {
    loop {
        // Ends with the message, or with the connection, which the next line finds out.
        let _ = stream.0.peek(&mut [0]);
        observer.message_arrives(connections.has_library.load(Ordering::Acquire));
        let signal = match criterion::read_event(&mut stream) {
            Ok(Some(Event::Measured(measured))) => {
                let observed = observer.measurement_ends(measured);
                let unit = criterion::ask_unit(&mut stream).and_then(|unit| {
                    criterion::resume(&mut stream)?;
                    Ok(unit)
                });
                unit.map(|unit| Some(Signal::Measured(observed, unit)))
            }
            Ok(Some(Event::GroupFinished)) => {
                criterion::resume(&mut stream).map(|()| Some(Signal::Event(Event::Other)))
            }
            Ok(Some(event)) => {
                if matches!(event, Event::Measures { .. }) {
                    observer.measurement_begins();
                }
                Ok(Some(Signal::Event(event)))
            }
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        match signal {
            Ok(Some(signal)) => drop(to_main.send(signal)),
            // A process that dies resets its connections; its exit status is the better explanation.
            Ok(None) | Err(ProtocolError::Io(_)) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// Waits for the bench half on its port and forwards its records.
pub(super) fn listen_to_channel(
    port: &TcpListener,
    secret: &str,
    connections: &Connections,
    to_main: &Sender<Signal>,
) {
    while let Some(stream) = connections.accept(port) {
        match Records::handshake(stream, secret) {
            Ok(records) => {
                connections.has_library.store(true, Ordering::Release);
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
        // Read before accepting: a process may have connected right before it ended.
        let has_ended = ended.load(Ordering::Acquire);
        match port.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false).ok()?;
                return Some(stream);
            }
            Err(_) if has_ended => return None,
            Err(_) => thread::sleep(Duration::from_millis(1)),
        }
    }
}
