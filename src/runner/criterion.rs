//! The runner side of criterion's runner protocol, as criterion 0.3.3 to 0.8 speak it. The only module that
//! knows these messages.
//!
//! The runner sends `cargo-criterion` and a three-byte version; the bench answers `Criterion`, a three-byte
//! version and two big-endian `u16`, protocol and format (both 1). After that, frames of a big-endian `u32`
//! length and a CBOR value. The bench blocks after a finished benchmark or group until it is told to
//! continue.

use std::io::{self, Read, Write};

use ciborium::Value;
use serde::Deserialize;

use super::limits::{LONGEST_FRAME, MOST_BYTES};
use crate::channel::CriterionId;
use crate::work::{Work, WorkSource};

/// Environment variable with the runner's port: criterion connects to it when set.
pub(crate) const PORT_VARIABLE: &str = "CARGO_CRITERION_PORT";

const RUNNER_HELLO: &[u8] = b"cargo-criterion\x01\x01\x00";
const BENCH_MAGIC: &[u8] = b"Criterion";
const PROTOCOL: u16 = 1;

/// A message from a bench process, as far as the runner needs it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Event {
    /// A benchmark begins.
    Begins(CriterionId),
    /// A benchmark is filtered out.
    Skips(CriterionId),
    /// The measurement of the benchmark begins.
    Measures {
        /// Expected duration, nanoseconds.
        expected_ns: f64,
    },
    /// A benchmark has been measured. The bench waits.
    Measured(Measured),
    /// A group is finished. The bench waits.
    GroupFinished,
    /// Anything else.
    Other,
}

/// The samples of one benchmark in one process.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measured {
    pub(crate) id: CriterionId,
    /// Work derived from criterion's throughput.
    pub(crate) throughput: Option<Work>,
    /// Iterations of each sample.
    pub(crate) iterations: Vec<f64>,
    /// Time of each sample in the unit of the measurement, nanoseconds for wall time.
    pub(crate) times: Vec<f64>,
}

/// An error on the connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProtocolError {
    #[error("the connection broke: {0}")]
    Io(io::Error),
    #[error("a message has begun and not ended in time")]
    Unfinished,
    #[error("a message is longer than {} MiB; take fewer samples", LONGEST_FRAME >> 20)]
    TooLong,
    #[error("they are more than {} MiB; run fewer benchmarks at once, by a filter", MOST_BYTES >> 20)]
    TooMuch,
    #[error(
        "two programs have connected to criterion's port as criterion, and this system does not tell which is the bench; \
         end the other one and measure again"
    )]
    Twice,
    #[error("its hello is not criterion's")]
    NotCriterion,
    #[error("it speaks version {0} of criterion's runner protocol, this tool speaks version {PROTOCOL}")]
    Version(u16),
    #[error("a message cannot be read: {0}")]
    Message(String),
}

impl From<io::Error> for ProtocolError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut => ProtocolError::Unfinished,
            io::ErrorKind::FileTooLarge => ProtocolError::TooMuch,
            _ => ProtocolError::Io(error),
        }
    }
}

/// Exchanges hellos and returns the version of criterion in the bench.
pub(crate) fn handshake(stream: &mut (impl Read + Write)) -> Result<String, ProtocolError> {
    stream.write_all(RUNNER_HELLO)?;
    let mut hello = [0; BENCH_MAGIC.len() + 7];
    stream.read_exact(&mut hello)?;
    let (magic, rest) = hello.split_at(BENCH_MAGIC.len());
    if magic != BENCH_MAGIC {
        return Err(ProtocolError::NotCriterion);
    }
    match u16::from_be_bytes([rest[3], rest[4]]) {
        PROTOCOL => Ok(format!("{}.{}.{}", rest[0], rest[1], rest[2])),
        other => Err(ProtocolError::Version(other)),
    }
}

/// Reads the next event; `None` when the bench has closed the connection.
pub(crate) fn read_event(stream: &mut impl Read) -> Result<Option<Event>, ProtocolError> {
    match read_value(stream)? {
        Some(value) => event(value).map(Some),
        None => Ok(None),
    }
}

/// Lets a waiting bench continue.
pub(crate) fn resume(stream: &mut impl Write) -> Result<(), ProtocolError> {
    write_value(stream, &Value::Text("Continue".to_owned()))
}

/// Asks a waiting bench for the unit of its measurement: `ns` for wall time.
pub(crate) fn ask_unit(stream: &mut (impl Read + Write)) -> Result<String, ProtocolError> {
    let values = Value::Map(vec![("values".into(), Value::Array(vec![Value::Float(1.0)]))]);
    write_value(stream, &Value::Map(vec![("ScaleForMachines".into(), values)]))?;
    let answer = read_value(stream)?.ok_or_else(|| ProtocolError::Io(io::ErrorKind::UnexpectedEof.into()))?;
    let (_, body) = variant(answer)?;
    Ok(parse::<ScaledValues>(body)?.unit)
}

fn read_value(stream: &mut impl Read) -> Result<Option<Value>, ProtocolError> {
    let mut length = [0; 4];
    match stream.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        result => result?,
    }
    let length = u32::from_be_bytes(length);
    if length > LONGEST_FRAME {
        return Err(ProtocolError::TooLong);
    }
    let mut frame = vec![0; length as usize];
    stream.read_exact(&mut frame)?;
    ciborium::from_reader(frame.as_slice())
        .map(Some)
        .map_err(|error| ProtocolError::Message(error.to_string()))
}

fn write_value(stream: &mut impl Write, value: &Value) -> Result<(), ProtocolError> {
    let mut body = Vec::new();
    ciborium::into_writer(value, &mut body).map_err(|error| ProtocolError::Message(error.to_string()))?;
    let mut frame = (body.len() as u32).to_be_bytes().to_vec();
    frame.append(&mut body);
    Ok(stream.write_all(&frame)?)
}

fn event(value: Value) -> Result<Event, ProtocolError> {
    let (name, body) = variant(value)?;
    Ok(match name.as_str() {
        "BeginningBenchmark" => Event::Begins(parse::<Begins>(body)?.id.into()),
        "SkippingBenchmark" => Event::Skips(parse::<Begins>(body)?.id.into()),
        "MeasurementStart" => Event::Measures { expected_ns: parse::<MeasurementStart>(body)?.estimate_ns },
        "MeasurementComplete" => Event::Measured(parse::<MeasurementComplete>(body)?.into()),
        "FinishedBenchmarkGroup" => Event::GroupFinished,
        _ => Event::Other,
    })
}

/// Name and body of an enum value as serde writes it: a map of one entry, or a bare name.
fn variant(value: Value) -> Result<(String, Value), ProtocolError> {
    match value {
        Value::Text(name) => Ok((name, Value::Null)),
        Value::Map(entries) => match <[(Value, Value); 1]>::try_from(entries) {
            Ok([(Value::Text(name), body)]) => Ok((name, body)),
            _ => Err(ProtocolError::Message("it has no name".to_owned())),
        },
        _ => Err(ProtocolError::Message("it is neither a name nor a map".to_owned())),
    }
}

fn parse<T: for<'de> Deserialize<'de>>(body: Value) -> Result<T, ProtocolError> {
    body.deserialized().map_err(|error| ProtocolError::Message(error.to_string()))
}

#[derive(Deserialize)]
struct Begins {
    id: RawId,
}

#[derive(Deserialize)]
struct MeasurementStart {
    estimate_ns: f64,
}

#[derive(Deserialize)]
struct MeasurementComplete {
    id: RawId,
    iters: Vec<f64>,
    times: Vec<f64>,
}

#[derive(Deserialize)]
struct ScaledValues {
    unit: String,
}

#[derive(Deserialize)]
struct RawId {
    group_id: String,
    function_id: Option<String>,
    value_str: Option<String>,
    /// Kept untyped: criterion has added kinds since (`Bits`, `BytesDecimal`, `ElementsAndBytes`).
    #[serde(default)]
    throughput: Vec<Value>,
}

impl From<RawId> for CriterionId {
    fn from(raw: RawId) -> Self {
        CriterionId { group: raw.group_id, function: raw.function_id, parameter: raw.value_str }
    }
}

impl From<MeasurementComplete> for Measured {
    fn from(raw: MeasurementComplete) -> Self {
        let throughput = throughput(&raw.id.throughput);
        Measured { id: raw.id.into(), throughput, iterations: raw.iters, times: raw.times }
    }
}

pub(super) fn throughput(kinds: &[Value]) -> Option<Work> {
    let mut work = Work::default();
    for kind in kinds {
        let Value::Map(entries) = kind else { continue };
        for (name, amount) in entries {
            add_throughput(&mut work, name.as_text().unwrap_or_default(), amount);
        }
    }
    work.counts_something().then_some(Work { from: WorkSource::Throughput, ..work })
}

fn add_throughput(work: &mut Work, kind: &str, amount: &Value) {
    if let Some(entries) = amount.as_map().filter(|_| kind == "ElementsAndBytes") {
        for (name, amount) in entries {
            match name.as_text() {
                Some("elements") => add_throughput(work, "Elements", amount),
                Some("bytes") => add_throughput(work, "Bytes", amount),
                _ => {}
            }
        }
    }
    let Some(count) = amount.as_integer().and_then(|count| u64::try_from(count).ok()) else { return };
    let declared = std::mem::take(work);
    *work = match kind {
        "Bytes" | "BytesDecimal" => declared.bytes(count),
        "Bits" => declared.bits(count),
        "Elements" => declared.elements(count),
        _ => declared,
    };
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::io::Cursor;

    fn frame(value: &Value) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_value(&mut bytes, value).expect("a vector takes all");
        bytes
    }

    fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
        Value::Map(entries.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    fn id(throughput: Vec<Value>) -> Value {
        map([
            ("group_id", "g".into()),
            ("function_id", Value::Null),
            ("value_str", "64".into()),
            ("throughput", Value::Array(throughput)),
        ])
    }

    fn complete(throughput: Vec<Value>) -> Value {
        map([(
            "MeasurementComplete",
            map([
                ("id", id(throughput)),
                ("iters", Value::Array(vec![1.0.into(), 2.0.into()])),
                ("times", Value::Array(vec![10.0.into(), 20.0.into()])),
                ("sampling_method", "Flat".into()),
            ]),
        )])
    }

    fn work_of(throughput: Vec<Value>) -> Option<Work> {
        match read_event(&mut Cursor::new(frame(&complete(throughput)))) {
            Ok(Some(Event::Measured(measured))) => measured.throughput,
            other => panic!("not a measurement: {other:?}"),
        }
    }

    #[test]
    fn a_measurement_is_read_with_fields_of_newer_versions() {
        let event = read_event(&mut Cursor::new(frame(&complete(vec![])))).expect("reads");
        let id = CriterionId { group: "g".into(), function: None, parameter: Some("64".into()) };
        let measured = Measured { id, throughput: None, iterations: vec![1.0, 2.0], times: vec![10.0, 20.0] };
        assert_eq!(event, Some(Event::Measured(measured)));
    }

    #[test]
    fn every_kind_of_throughput_is_read_and_unknown_ones_are_skipped() {
        let of = |work: Work| Some(Work { from: WorkSource::Throughput, ..work });
        let bytes = |n| of(Work::none().bytes(n));
        assert_eq!(work_of(vec![map([("Bytes", 8.into())])]), bytes(8));
        assert_eq!(work_of(vec![map([("BytesDecimal", 8.into())])]), bytes(8));
        assert_eq!(work_of(vec![map([("Bits", 64.into())])]), bytes(8));
        assert_eq!(work_of(vec![map([("Bits", 12.into())])]), of(Work::none().bits(12)));
        let both = map([("ElementsAndBytes", map([("elements", 3.into()), ("bytes", 8.into())]))]);
        assert_eq!(work_of(vec![both]), of(Work::none().bytes(8).elements(3)));
        assert_eq!(work_of(vec![map([("Joules", 8.into())])]), None);
    }

    #[test]
    fn unknown_events_pass_and_an_end_is_an_end() {
        let unknown = frame(&map([("BrandNew", map([]))]));
        assert_eq!(read_event(&mut Cursor::new(unknown)).expect("reads"), Some(Event::Other));
        assert_eq!(read_event(&mut Cursor::new(Vec::new())).expect("reads"), None);
    }

    #[test]
    fn garbage_is_an_error_and_never_a_giant_allocation() {
        for bytes in [b"GET / HTTP/1.1\r\n".to_vec(), vec![0, 0, 0, 2, 0xff, 0xff], vec![0, 0, 0, 9, 1]] {
            assert!(read_event(&mut Cursor::new(bytes.clone())).is_err(), "{bytes:?}");
        }
    }

    /// Criterion's end of a connection: what it sends. It takes whatever it gets.
    pub(crate) struct Peer(pub(crate) Cursor<Vec<u8>>);

    impl Read for Peer {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl Write for Peer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn only_criterion_is_accepted() {
        let handshake = |hello: &[u8]| handshake(&mut Peer(Cursor::new(hello.to_vec())));
        assert_eq!(handshake(b"Criterion\x00\x08\x02\x00\x01\x00\x01").expect("a handshake"), "0.8.2");
        assert!(matches!(
            handshake(b"Criterion\x00\x09\x00\x00\x02\x00\x01"),
            Err(ProtocolError::Version(2))
        ));
        assert!(matches!(
            handshake(b"Criteriom\x00\x08\x02\x00\x01\x00\x01"),
            Err(ProtocolError::NotCriterion)
        ));
        assert!(matches!(handshake(b"Crit"), Err(ProtocolError::Io(_))));
    }
}
