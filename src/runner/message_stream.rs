//! A connection to a bench: what it sends is acknowledged at once, has to come to an end, and is not without bound.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::interrupt;
use super::limits::{HANDSHAKE_TIMEOUT, MOST_BYTES};

/// How often a wait for the rest of a message looks at the clock and at Ctrl-C.
const POLL: Duration = Duration::from_millis(20);

/// Criterion writes a message in two parts, its length and its body. By Nagle's algorithm the second waits until the
/// first is acknowledged, which a receiver may put off by 40 ms or more, while the bench stands still. So every part is
/// acknowledged as it is read, where the system can be told to.
pub(super) struct MessageStream {
    stream: TcpStream,
    /// When the message that is being read must be over.
    deadline: Instant,
    received: u64,
}

impl MessageStream {
    /// A connection whose handshake begins.
    pub(super) fn new(stream: TcpStream) -> io::Result<MessageStream> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(POLL))?;
        stream.set_write_timeout(Some(HANDSHAKE_TIMEOUT))?;
        Ok(MessageStream { stream, deadline: Instant::now() + HANDSHAKE_TIMEOUT, received: 0 })
    }

    /// A message begins to arrive. Reading it fails with [`io::ErrorKind::TimedOut`] if the rest takes longer than this.
    pub(super) fn begin_message(&mut self, patience: Duration) {
        self.deadline = Instant::now() + patience;
    }

    /// The connection itself, to wait for it.
    pub(super) fn stream(&self) -> &TcpStream {
        &self.stream
    }
}

impl Read for MessageStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if Instant::now() > self.deadline {
                return Err(io::ErrorKind::TimedOut.into());
            }
            match self.stream.read(buffer) {
                Err(error) if is_wait(&error) => interrupt::check().map_err(io::Error::other)?,
                Err(error) => return Err(error),
                Ok(read) => {
                    acknowledge(&self.stream);
                    self.received += read as u64;
                    let within = self.received <= MOST_BYTES;
                    return if within { Ok(read) } else { Err(io::ErrorKind::FileTooLarge.into()) };
                }
            }
        }
    }
}

/// Nothing came for a while: systems differ in how they say so.
fn is_wait(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

impl Write for MessageStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Linux forgets the setting after a while, so it is made anew after each read. Without it nothing is lost but time.
#[cfg(target_os = "linux")]
fn acknowledge(stream: &TcpStream) {
    let _ = rustix::net::sockopt::set_tcp_quickack(stream, true);
}

#[cfg(not(target_os = "linux"))]
fn acknowledge(_: &TcpStream) {}
