//! The runner side of [`crate::channel`]: receives the messages of the bench process that knows the secret, and lets it
//! take its samples.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::channel::{GO, Message, VERSION};

/// How long a peer may take for its handshake.
pub(crate) const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest hello, bytes: it is one short line.
const LONGEST_HELLO: u64 = 4096;

/// Why a connection cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChannelError {
    #[error("the connection broke: {0}")]
    Io(#[from] io::Error),
    #[error("a line cannot be read: {0}")]
    Message(#[from] serde_json::Error),
    #[error("the peer does not know the secret of this run")]
    WrongSecret,
    #[error(
        "the bench uses a newer tensorprof library (channel version {0}, this tool reads {VERSION}); \
         update `cargo-tensorprof`"
    )]
    Newer(u32),
}

/// A connection to the bench, which has proved that it knows the secret.
pub(crate) struct Channel(BufReader<TcpStream>);

impl Channel {
    /// Reads and checks the hello of a new connection.
    pub(crate) fn handshake(stream: TcpStream, secret: &str) -> Result<Channel, ChannelError> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(HANDSHAKE_TIMEOUT))?;
        let mut reader = BufReader::new(stream);
        check_hello(&mut reader, secret)?;
        reader.get_ref().set_read_timeout(None)?;
        Ok(Channel(reader))
    }

    /// The next message; `None` when the bench has closed the connection.
    pub(crate) fn next(&mut self) -> Result<Option<Message>, ChannelError> {
        next_message(&mut self.0)
    }

    /// A part of what the bench sent has been read from the connection and not returned yet.
    pub(crate) fn has_buffered(&self) -> bool {
        !self.0.buffer().is_empty()
    }

    /// The connection itself, to wait for it.
    pub(crate) fn stream(&self) -> &TcpStream {
        self.0.get_ref()
    }

    /// Answers [`Message::Turn`].
    pub(crate) fn grant_turn(&mut self) -> io::Result<()> {
        self.0.get_mut().write_all(&[GO])
    }
}

fn check_hello(reader: &mut impl BufRead, secret: &str) -> Result<(), ChannelError> {
    let mut line = Vec::new();
    reader.by_ref().take(LONGEST_HELLO).read_until(b'\n', &mut line)?;
    match serde_json::from_slice(&line) {
        Ok(Message::Hello { secret: sent, .. }) if sent != secret => Err(ChannelError::WrongSecret),
        Ok(Message::Hello { version, .. }) if version > VERSION => Err(ChannelError::Newer(version)),
        Ok(Message::Hello { .. }) => Ok(()),
        _ => Err(ChannelError::WrongSecret),
    }
}

fn next_message(reader: &mut impl BufRead) -> Result<Option<Message>, ChannelError> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    Ok(Some(serde_json::from_str(&line)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(secret: &str, version: u32) -> String {
        let hello = Message::Hello { secret: secret.to_owned(), version };
        format!("{}\n", serde_json::to_string(&hello).expect("serializes"))
    }

    #[test]
    fn only_a_bench_that_knows_the_secret_is_accepted() {
        let check = |text: &str| check_hello(&mut text.as_bytes(), "s3cret");
        assert!(check(&hello("s3cret", VERSION)).is_ok());
        assert!(matches!(check(&hello("guess", VERSION)), Err(ChannelError::WrongSecret)));
        assert!(matches!(check("GET / HTTP/1.1\r\n"), Err(ChannelError::WrongSecret)));
        assert!(matches!(check(""), Err(ChannelError::WrongSecret)));
        assert!(matches!(check(&"x".repeat(100_000)), Err(ChannelError::WrongSecret)));
        assert!(matches!(check(&hello("s3cret", VERSION + 1)), Err(ChannelError::Newer(_))));
    }

    #[test]
    fn records_tolerate_new_fields_and_refuse_garbage() {
        let line = r#"{"message":"record","id":{"group":"g","colour":"red"},"brand-new":1}"#;
        let message = next_message(&mut format!("{line}\n").as_bytes()).expect("reads").expect("is there");
        assert!(matches!(message, Message::Record(record) if record.id.group == "g"));
        assert!(next_message(&mut "}{\n".as_bytes()).is_err());
        assert!(next_message(&mut "".as_bytes()).expect("reads").is_none());
    }
}
