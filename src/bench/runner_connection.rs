//! The connection from the bench to the runner: opened on first use, absent without a runner.

use std::env;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::channel::{Message, PORT_VARIABLE, Record, SECRET_VARIABLE, TURNS_VARIABLE, VERSION};

/// The connection of this process; `None` outside of a tensorprof run, and after the connection has failed.
static RUNNER: LazyLock<Mutex<Option<Connection>>> = LazyLock::new(|| Mutex::new(from_environment()));

static TAKES_TURNS: LazyLock<bool> = LazyLock::new(|| env::var_os(TURNS_VARIABLE).is_some());

/// Whether this process runs under tensorprof, so that probes and the allocation pass are needed.
pub(super) fn connected() -> bool {
    RUNNER.lock().unwrap_or_else(PoisonError::into_inner).is_some()
}

/// Sends the record of one benchmark. Does nothing without a runner.
pub(super) fn send(record: Record) {
    with_runner(|connection| connection.send(&Message::Record(Box::new(record))));
}

/// Waits for this process's turn to take a sample, where it takes turns with another. The thread sleeps meanwhile. Returns
/// whether it takes turns.
pub(super) fn take_turn() -> bool {
    if *TAKES_TURNS {
        with_runner(Connection::take_turn);
    }
    *TAKES_TURNS
}

/// Does nothing without a runner. After a failure there is none.
fn with_runner(exchange: impl FnOnce(&mut Connection) -> io::Result<()>) {
    let mut runner = RUNNER.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(connection) = runner.as_mut() else { return };
    if let Err(error) = exchange(connection) {
        warn(&format!(
            "lost the connection to the runner at {}: {error}; the remaining benchmarks run without probes",
            connection.address
        ));
        *runner = None;
    }
}

fn from_environment() -> Option<Connection> {
    let port = env::var(PORT_VARIABLE).ok()?;
    let secret = env::var(SECRET_VARIABLE).unwrap_or_default();
    let failed = |error: &io::Error| {
        warn(&format!(
            "cannot connect to the runner at 127.0.0.1:{port} (${PORT_VARIABLE}): {error}; this bench runs without probes"
        ));
    };
    Connection::open(&port, secret).inspect_err(failed).ok()
}

/// Unlike `eprintln!`, does not panic if standard error is closed.
fn warn(text: &str) {
    let _ = writeln!(io::stderr(), "tensorprof: {text}");
}

struct Connection {
    address: String,
    stream: TcpStream,
}

impl Connection {
    /// Connects to the runner on `port` and sends the hello.
    fn open(port: &str, secret: String) -> io::Result<Self> {
        let number: u16 = port.parse().map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, number))?;
        stream.set_nodelay(true)?;
        let mut connection = Connection { address: format!("127.0.0.1:{port}"), stream };
        connection.send(&Message::Hello { secret, version: VERSION })?;
        Ok(connection)
    }

    fn send(&mut self, message: &Message) -> io::Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        self.stream.write_all(&line)
    }

    /// Asks for a turn and waits for the answer.
    fn take_turn(&mut self) -> io::Result<()> {
        self.send(&Message::Turn)?;
        self.stream.read_exact(&mut [0])
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
            cpu: vec![],
            allocation: vec![],
            nested_in: None,
            inference: None,
            generation: None,
            failure: None,
        }
    }

    #[test]
    fn the_hello_comes_first_and_every_message_is_one_line() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("bound").port().to_string();
        let mut connection = Connection::open(&port, "s3cret".to_owned()).expect("the listener is there");
        connection.send(&Message::Record(Box::new(record()))).expect("the listener still is");
        drop(connection);

        let (stream, _) = listener.accept().expect("a connection");
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
            assert!(Connection::open(port, String::new()).is_err(), "{port:?}");
        }
    }

    #[test]
    fn sending_without_a_runner_does_nothing() {
        assert!(!connected());
        send(record());
    }
}
