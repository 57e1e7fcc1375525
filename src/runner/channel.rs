//! The runner side of [`crate::channel`]: receives the messages of the bench process that knows the secret, and lets it
//! take its samples.

use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::limits::{LONGEST_LINE, MOST_BYTES};
use super::message_stream::MessageStream;
use crate::channel::{GO, Message, VERSION};

/// Longest hello, bytes: it is one short line.
const LONGEST_HELLO: u64 = 4096;

/// Why a connection cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChannelError {
    #[error("the connection broke: {0}")]
    Io(io::Error),
    #[error("a line has begun and not ended in time")]
    Unfinished,
    #[error("a line is longer than {} MiB; take fewer samples", LONGEST_LINE >> 20)]
    TooLong,
    #[error("they are more than {} MiB; run fewer benchmarks at once, by a filter", MOST_BYTES >> 20)]
    TooMuch,
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

impl From<io::Error> for ChannelError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut => ChannelError::Unfinished,
            io::ErrorKind::FileTooLarge => ChannelError::TooMuch,
            _ => ChannelError::Io(error),
        }
    }
}

/// A connection to the bench, which has proved that it knows the secret.
pub(crate) struct Channel(BufReader<MessageStream>);

impl Channel {
    /// Reads and checks the hello of a new connection.
    pub(crate) fn handshake(stream: TcpStream, secret: &str) -> Result<Channel, ChannelError> {
        let mut reader = BufReader::new(MessageStream::new(stream)?);
        check_hello(&mut reader, secret)?;
        Ok(Channel(reader))
    }

    /// The next message, which has begun to arrive and may take so long; `None` when the bench has closed the connection.
    pub(crate) fn next(&mut self, patience: Duration) -> Result<Option<Message>, ChannelError> {
        self.0.get_mut().begin_message(patience);
        next_message(&mut self.0)
    }

    /// A part of what the bench sent has been read from the connection and not returned yet.
    pub(crate) fn has_buffered(&self) -> bool {
        !self.0.buffer().is_empty()
    }

    /// The connection itself, to wait for it.
    pub(crate) fn stream(&self) -> &TcpStream {
        self.0.get_ref().stream()
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

pub(super) fn next_message(reader: &mut impl BufRead) -> Result<Option<Message>, ChannelError> {
    let mut line = Vec::new();
    if reader.by_ref().take(LONGEST_LINE + 1).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.len() as u64 > LONGEST_LINE {
        return Err(ChannelError::TooLong);
    }
    Ok(Some(serde_json::from_slice(&line)?))
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

    #[test]
    fn a_line_without_an_end_is_read_up_to_the_limit() {
        let mut endless = BufReader::new(io::repeat(b'a'));
        assert!(matches!(next_message(&mut endless), Err(ChannelError::TooLong)));
    }
}
