//! Other programs on the ports of a bench: what they say never becomes a result.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use crate::replay::{Replay, bench};

/// The ports of the bench that has noted them last.
fn ports(replay: &Replay) -> [u16; 2] {
    let path = replay.path("scripts/ports");
    while !path.exists() {
        sleep(Duration::from_millis(5));
    }
    let text = fs::read_to_string(path).expect("is noted");
    let ports: Vec<u16> = text.split(' ').map(|port| port.parse().expect("a port")).collect();
    [ports[0], ports[1]]
}

/// What the runner says to a program that greets it as criterion does.
fn greeting(port: u16) -> Vec<u8> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("connects");
    let mut said = Vec::new();
    // The runner may have hung up by then.
    let _ = stream.write_all(b"Criterion\x00\x08\x02\x00\x01\x00\x01");
    let _ = stream.read_to_end(&mut said);
    said
}

/// A bench that starts slowly, so that others connect before it.
#[cfg(target_os = "linux")]
#[test]
fn who_connects_first_and_speaks_as_criterion_is_turned_away() {
    let replay = Replay::new();
    let script = format!("ports\nawait go\n{}", bench(&[("g|-|1", 1000.0)]));
    replay.script("default", &script);
    let run = replay.start(&["save", "a", "--rounds", "1"]);
    let [port, _] = ports(&replay);
    for _ in 0..3 {
        assert_eq!(greeting(port), b"", "a stranger was greeted");
    }
    fs::write(replay.path("scripts/go"), "").expect("writes");
    let output = run.wait_with_output().expect("ends");
    assert!(output.status.success(), "{output:?}");
    let text = fs::read_to_string(replay.baseline("a")).expect("is saved");
    assert!(text.contains("probes = [65000,"), "the bench behind the strangers was heard: {text}");
}

/// As a runner of cargo's does (`target.TRIPLE.runner`).
#[test]
fn a_bench_that_another_program_starts_is_heard() {
    let replay = Replay::new();
    replay.save("a", &format!("through\n{}", bench(&[("g|-|1", 1000.0)])));
}

/// A program that connects to our channel all the time does not keep a bench that hangs alive.
#[test]
fn strangers_are_no_sign_of_life() {
    let replay = Replay::new();
    replay.script("default", "ports\ngreet 0.8.2\nbegin g|-|1\nhang\n");
    let mut run = replay.start(&["save", "a", "--timeout", "1"]);
    let [_, port] = ports(&replay);
    while run.try_wait().expect("asks").is_none() {
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) {
            let _ = stream.write_all(b"{}\n");
        }
        sleep(Duration::from_millis(50));
    }
    let output = run.wait_with_output().expect("ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("nothing for 1 s"), "{said}");
}
