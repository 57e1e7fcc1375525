//! The two ports of a bench process: who connects, and what is heard on each line.

use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::channel::{ChannelError, GREETING_LIMIT, Records};
use super::criterion::{self, Event, Measured, ProtocolError};
use crate::channel::Record;

/// How long what a process said last may take to be read after its end.
const DRAIN: Duration = Duration::from_secs(2);
/// Threads that listen to a process.
const LISTENERS: usize = 2;

/// What a listener heard.
pub(super) enum Signal {
    Greeted(String),
    Event(Event),
    Measured(Measured, String),
    Record(Record),
    Broken(String),
}

/// The two ports of a process and who is connected to them.
#[derive(Default)]
pub(super) struct Lines {
    /// The process has ended.
    ended: AtomicBool,
    /// Listeners that have nothing more to hear, of [`LISTENERS`].
    silent: AtomicUsize,
    connections: Mutex<Vec<TcpStream>>,
}

impl Lines {
    pub(super) fn listen(&self, listener: impl FnOnce()) {
        listener();
        self.silent.fetch_add(1, Ordering::Release);
    }

    /// After the end of the process: lets the listeners read what is left, then cuts connections that somebody else
    /// still holds open, a descendant of the bench or a stranger.
    pub(super) fn close(&self) {
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

pub(super) fn listen_to_criterion(port: &TcpListener, lines: &Lines, to_main: &Sender<Signal>) {
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

pub(super) fn listen_to_channel(port: &TcpListener, secret: &str, lines: &Lines, to_main: &Sender<Signal>) {
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
