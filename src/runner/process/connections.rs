//! The two connections of a bench process, criterion's and the bench half's, read in one place: a message of either is
//! handled in the order in which the bench sent it, as far as the bench waits in between.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::peer::Peer;
use crate::channel::{Message, Record};
use crate::runner::channel::{Channel, ChannelError};
use crate::runner::criterion::{self, Event, ProtocolError};
use crate::runner::message_stream::MessageStream;

/// What a bench process sends.
pub(super) enum Incoming {
    /// Somebody has connected to criterion's port, and waits; the connection. Not a [`Peer::Stranger`].
    Connects(TcpStream, Peer),
    /// Another program has connected, and was turned away.
    Stranger,
    /// Criterion's message begins to arrive.
    Criterion,
    Record(Box<Record>),
    /// The bench half waits until it may take a sample.
    AsksForTurn,
    /// Nothing that matters to others.
    Other,
    /// The connection cannot be used any further, and why.
    Broken(String),
}

/// Tells who has made a connection.
pub(super) type Identify = Box<dyn Fn(&TcpStream) -> Peer>;

/// The ports on which the runner listens to a process, until it has connected, and the connections.
pub(super) struct Connections {
    criterion_port: Option<TcpListener>,
    channel_port: Option<TcpListener>,
    criterion: Option<MessageStream>,
    channel: Option<Channel>,
    /// Criterion has been greeted.
    greeted: bool,
    secret: String,
    identify: Identify,
    /// How long a message may take from its beginning to its end.
    patience: Duration,
}

impl Connections {
    /// Opens both ports. Until [`Connections::expect`] nobody is let in.
    pub(super) fn open(secret: String, patience: Duration) -> io::Result<Connections> {
        let port = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        Ok(Connections {
            criterion_port: Some(port()?),
            channel_port: Some(port()?),
            criterion: None,
            channel: None,
            greeted: false,
            secret,
            identify: Box::new(|_| Peer::Stranger),
            patience,
        })
    }

    /// From now on those are let in that are not identified as strangers.
    pub(super) fn expect(&mut self, identify: Identify) {
        self.identify = identify;
    }

    /// The numbers of criterion's port and the bench half's.
    pub(super) fn ports(&self) -> io::Result<[u16; 2]> {
        let number = |port: &Option<TcpListener>| -> io::Result<u16> {
            match port {
                Some(port) => Ok(port.local_addr()?.port()),
                None => Err(io::ErrorKind::NotConnected.into()),
            }
        };
        Ok([number(&self.criterion_port)?, number(&self.channel_port)?])
    }

    /// The process may still send something: one that has closed both has probably ended.
    pub(super) fn are_open(&self) -> bool {
        self.criterion.is_some() || self.channel.is_some()
    }

    /// The library is in the bench: it has connected.
    pub(super) fn has_library(&self) -> bool {
        self.channel.is_some()
    }

    /// What the process sends next; `None` if it sends nothing for `timeout`. Criterion's messages come first: the bench
    /// half asks for a turn after criterion has said what it is for.
    pub(super) fn next(&mut self, timeout: Duration) -> io::Result<Option<Incoming>> {
        let buffered = self.channel.as_ref().is_some_and(Channel::has_buffered);
        let ready = self.ready(if buffered { Duration::ZERO } else { timeout })?;
        Ok(if ready.criterion {
            Some(Incoming::Criterion)
        } else if ready.channel || buffered {
            Some(self.read_channel())
        } else if ready.criterion_port {
            self.accept_criterion()
        } else if ready.channel_port {
            self.accept_channel()
        } else {
            None
        })
    }

    fn ready(&self, timeout: Duration) -> io::Result<Ready> {
        let mut sources = Vec::with_capacity(4);
        let listen = PollFlags::IN;
        let criterion =
            add(&mut sources, self.criterion.as_ref().map(|stream| PollFd::new(stream.stream(), listen)));
        let channel =
            add(&mut sources, self.channel.as_ref().map(|channel| PollFd::new(channel.stream(), listen)));
        let criterion_port =
            add(&mut sources, self.criterion_port.as_ref().map(|port| PollFd::new(port, listen)));
        let channel_port =
            add(&mut sources, self.channel_port.as_ref().map(|port| PollFd::new(port, listen)));
        let timeout = Timespec::try_from(timeout).map_err(io::Error::other)?;
        match poll(&mut sources, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let is_ready = |place: Option<usize>| place.is_some_and(|place| !sources[place].revents().is_empty());
        Ok(Ready {
            criterion: is_ready(criterion),
            channel: is_ready(channel),
            criterion_port: is_ready(criterion_port),
            channel_port: is_ready(channel_port),
        })
    }

    fn accept_criterion(&mut self) -> Option<Incoming> {
        let (stream, _) = self.criterion_port.as_ref()?.accept().ok()?;
        Some(match (self.identify)(&stream) {
            Peer::Stranger => Incoming::Stranger,
            peer => Incoming::Connects(stream, peer),
        })
    }

    /// Greets criterion, which waits for it, and returns its version. `None` if it is another program that has connected:
    /// the bench may still do so.
    ///
    /// Where the system does not tell who has connected, a program that forges results cannot be turned away, but it is
    /// found out: the bench connects too, later, and waits for its greeting until it is asked.
    ///
    /// # Errors
    /// It speaks another version of the protocol, or is the second one that speaks it.
    pub(super) fn greet(&mut self, stream: TcpStream, peer: Peer) -> Result<Option<String>, ProtocolError> {
        match criterion_handshake(stream) {
            Ok(_) if self.greeted => Err(ProtocolError::Twice),
            Ok((stream, version)) => {
                (self.criterion, self.greeted) = (Some(stream), true);
                if matches!(peer, Peer::Bench(_)) {
                    self.criterion_port = None;
                }
                Ok(Some(version))
            }
            Err(error @ ProtocolError::Version(_)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// Reads criterion's message; `None` at the end of the connection, which is closed then. A process that dies resets
    /// its connections; its exit status is the better explanation.
    pub(super) fn read_criterion(&mut self) -> Result<Option<Event>, ProtocolError> {
        let Some(stream) = &mut self.criterion else { return Ok(None) };
        stream.begin_message(self.patience);
        let event = match criterion::read_event(stream) {
            Err(ProtocolError::Io(_)) => Ok(None),
            other => other,
        };
        if !matches!(event, Ok(Some(_))) {
            self.criterion = None;
        }
        event
    }

    /// Asks criterion, which waits, for the unit of its times; `None` if the process has ended.
    pub(super) fn ask_unit(&mut self) -> Result<Option<String>, ProtocolError> {
        let Some(stream) = &mut self.criterion else { return Ok(None) };
        stream.begin_message(self.patience);
        match criterion::ask_unit(stream) {
            Ok(unit) => Ok(Some(unit)),
            Err(ProtocolError::Io(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Lets criterion continue. That it has ended is found out by reading.
    pub(super) fn resume_criterion(&mut self) {
        if let Some(stream) = &mut self.criterion {
            let _ = criterion::resume(stream);
        }
    }

    /// Lets the bench half take its sample. That it has ended is found out by reading.
    pub(super) fn grant_turn(&mut self) {
        if let Some(channel) = &mut self.channel {
            let _ = channel.grant_turn();
        }
    }

    fn accept_channel(&mut self) -> Option<Incoming> {
        let (stream, _) = self.channel_port.as_ref()?.accept().ok()?;
        // A bench that has ended since is no stranger here: it knows the secret.
        Some(match Channel::handshake(stream, &self.secret) {
            Ok(channel) => {
                (self.channel, self.channel_port) = (Some(channel), None);
                Incoming::Other
            }
            Err(error @ ChannelError::Newer(_)) => Incoming::Broken(error.to_string()),
            Err(_) => Incoming::Stranger,
        })
    }

    fn read_channel(&mut self) -> Incoming {
        let read = self.channel.as_mut().map(|channel| channel.next(self.patience));
        let incoming = match read {
            Some(Ok(Some(Message::Record(record)))) => return Incoming::Record(record),
            Some(Ok(Some(Message::Turn))) => return Incoming::AsksForTurn,
            Some(Ok(Some(Message::Hello { .. }))) => return Incoming::Other,
            None | Some(Ok(None) | Err(ChannelError::Io(_))) => Incoming::Other,
            Some(Err(error)) => Incoming::Broken(format!("the bench's records: {error}")),
        };
        self.channel = None;
        incoming
    }
}

/// Which of the sources have something to read.
struct Ready {
    criterion: bool,
    channel: bool,
    criterion_port: bool,
    channel_port: bool,
}

/// Adds a source, if there is one, and returns its place.
fn add<'a>(sources: &mut Vec<PollFd<'a>>, source: Option<PollFd<'a>>) -> Option<usize> {
    let place = source.is_some().then_some(sources.len());
    sources.extend(source);
    place
}

fn criterion_handshake(stream: TcpStream) -> Result<(MessageStream, String), ProtocolError> {
    let mut stream = MessageStream::new(stream)?;
    let version = criterion::handshake(&mut stream)?;
    Ok((stream, version))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;

    fn connections(peer: Peer) -> Connections {
        let patience = Duration::from_secs(60);
        let mut connections = Connections::open("s3cret".to_owned(), patience).expect("opens");
        connections.expect(Box::new(move |_| peer));
        connections
    }

    fn criterion(connections: &Connections) -> TcpStream {
        let [port, _] = connections.ports().expect("listens");
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("connects");
        stream.write_all(b"Criterion\x00\x08\x02\x00\x01\x00\x01").expect("greets");
        stream
    }

    fn greeted(connections: &mut Connections) -> Result<Option<String>, ProtocolError> {
        match connections.next(Duration::from_secs(60)).expect("waits") {
            Some(Incoming::Connects(stream, peer)) => connections.greet(stream, peer),
            Some(Incoming::Stranger) => Ok(None),
            _ => panic!("nobody connects"),
        }
    }

    #[test]
    fn a_stranger_is_turned_away_without_a_word() {
        let mut connections = connections(Peer::Stranger);
        let mut stranger = criterion(&connections);
        assert!(matches!(greeted(&mut connections), Ok(None)));
        let mut said = Vec::new();
        // Its own words were not read: the system may say so by a reset.
        let _ = stranger.read_to_end(&mut said);
        assert_eq!(said, b"");
    }

    #[test]
    fn where_nobody_tells_who_has_connected_two_that_speak_as_criterion_are_an_error() {
        let mut connections = connections(Peer::Unknown);
        let _forger = criterion(&connections);
        assert!(matches!(greeted(&mut connections), Ok(Some(version)) if version == "0.8.2"));
        let _bench = criterion(&connections);
        assert!(matches!(greeted(&mut connections), Err(ProtocolError::Twice)));
    }

    #[test]
    fn the_port_is_closed_once_the_bench_is_known_to_have_connected() {
        let mut connections = connections(Peer::Bench(std::process::id()));
        let port = connections.ports().expect("listens")[0];
        let _bench = criterion(&connections);
        assert!(matches!(greeted(&mut connections), Ok(Some(_))));
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
    }
}
