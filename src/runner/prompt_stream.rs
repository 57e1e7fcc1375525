//! A connection that acknowledges what it receives at once.

use std::io::{self, Read, Write};
use std::net::TcpStream;

/// Criterion writes a message in two parts, its length and its body. By Nagle's algorithm the second waits until the
/// first is acknowledged, which a receiver may put off by 40 ms or more, while the bench stands still. So every part is
/// acknowledged as it is read, where the system can be told to.
pub(super) struct PromptStream(pub(super) TcpStream);

impl Read for PromptStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        acknowledge(&self.0);
        Ok(read)
    }
}

impl Write for PromptStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Linux forgets the setting after a while, so it is made anew after each read. Without it nothing is lost but time.
#[cfg(target_os = "linux")]
fn acknowledge(stream: &TcpStream) {
    let _ = rustix::net::sockopt::set_tcp_quickack(stream, true);
}

#[cfg(not(target_os = "linux"))]
fn acknowledge(_: &TcpStream) {}
