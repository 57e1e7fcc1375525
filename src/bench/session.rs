//! The bench's end of the channel to the runner: connected on first use, silent without a runner.

use std::env;
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::channel::{Message, PORT_VARIABLE, Record, SECRET_VARIABLE, VERSION};

/// The process's connection; `None` outside a tensorprof run, and after the connection failed.
static RUNNER: LazyLock<Mutex<Option<Session>>> = LazyLock::new(|| Mutex::new(from_environment()));

/// This process runs under tensorprof: probes and the allocation pass are wanted.
pub(super) fn connected() -> bool {
    RUNNER.lock().unwrap_or_else(PoisonError::into_inner).is_some()
}

/// Sends what is known of one benchmark. Does nothing where there is no runner.
pub(super) fn send(record: Record) {
    let mut runner = RUNNER.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(session) = runner.as_mut() else { return };
    if let Err(error) = session.send(&Message::Record(Box::new(record))) {
        warn(&format!("lost the runner at {}: {error}; the rest runs without probes", session.address));
        *runner = None;
    }
}

fn from_environment() -> Option<Session> {
    let port = env::var(PORT_VARIABLE).ok()?;
    let secret = env::var(SECRET_VARIABLE).unwrap_or_default();
    let failed = |error: &io::Error| {
        warn(&format!(
            "no runner at 127.0.0.1:{port} (${PORT_VARIABLE}): {error}; this bench runs without probes"
        ));
    };
    Session::open(&port, secret).inspect_err(failed).ok()
}

/// A bench must not die of a closed stderr, as it would by `eprintln!`.
fn warn(text: &str) {
    let _ = writeln!(io::stderr(), "tensorprof: {text}");
}

struct Session {
    address: String,
    stream: TcpStream,
}

impl Session {
    /// Connects to the runner on `port` and introduces itself.
    fn open(port: &str, secret: String) -> io::Result<Self> {
        let number: u16 = port.parse().map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, number))?;
        let mut session = Session { address: format!("127.0.0.1:{port}"), stream };
        session.send(&Message::Hello { secret, version: VERSION })?;
        Ok(session)
    }

    fn send(&mut self, message: &Message) -> io::Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        self.stream.write_all(&line)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::net::TcpListener;

    use super::*;
    use crate::Work;
    use crate::channel::{CriterionId, Reading};

    fn record() -> Record {
        let id =
            CriterionId { group: "MatMul".to_owned(), function: None, parameter: Some("64x64\n".to_owned()) };
        Record {
            id,
            work: Some(Work::matmul::<f32>(64, 64, 64)),
            probes: vec![[
                Reading { clock: 80_000.5, contention: 40_000.0 },
                Reading { clock: 81_000.0, contention: 41_000.0 },
            ]],
            allocation: vec![],
            nested_in: None,
            inference: None,
            generation: None,
            failure: None,
        }
    }

    #[test]
    fn says_hello_first_and_keeps_a_message_to_a_line() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("bound").port().to_string();
        let mut session = Session::open(&port, "s3cret".to_owned()).expect("the listener is there");
        session.send(&Message::Record(Box::new(record()))).expect("the listener still is");
        drop(session);

        let (stream, _) = listener.accept().expect("the session connected");
        let messages: Vec<Message> = BufReader::new(stream)
            .lines()
            .map(|line| serde_json::from_str(&line.expect("text")).expect("a message"))
            .collect();
        let hello = Message::Hello { secret: "s3cret".to_owned(), version: VERSION };
        assert_eq!(messages, [hello, Message::Record(Box::new(record()))]);
    }

    #[test]
    fn a_port_nobody_listens_on_is_an_error_and_not_a_panic() {
        let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let port = closed.expect("a free port").port().to_string();
        for port in [port.as_str(), "", "x", "70000"] {
            assert!(Session::open(port, String::new()).is_err(), "{port:?}");
        }
    }

    #[test]
    fn sending_without_a_runner_does_nothing() {
        assert!(!connected());
        send(record());
    }
}
