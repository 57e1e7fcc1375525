//! How often a sample loses its core while other programs want it, by the length of the sample and of the sleep before it.
//! One busy process per core runs meanwhile.

use std::env;
use std::hint::black_box;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use tensorprof::bench::rest::REST;
use tensorprof::channel::PORT_VARIABLE;
use tensorprof::probe;

const SAMPLES: usize = 60;
const BUSY: &str = "busy";

fn main() {
    if env::args().any(|argument| argument == BUSY) {
        loop {
            black_box(probe::clock());
        }
    }
    // Not a criterion bench, so `cargo tensorprof` must not wait for it. Nor does `cargo test` need the load.
    if env::var_os(PORT_VARIABLE).is_some() || !env::args().any(|argument| argument == "--bench") {
        return;
    }
    let _load = Load::start();
    println!("| sample | without rest | {:?} | 1 ms | 3 ms |\n|---|---:|---:|---:|---:|", REST);
    for milliseconds in [1, 2, 3, 5, 10] {
        let lost = [Duration::ZERO, REST, Duration::from_millis(1), Duration::from_millis(3)]
            .map(|rest| format!("{} of {SAMPLES}", lost_samples(Duration::from_millis(milliseconds), rest)));
        println!("| {milliseconds} ms | {} |", lost.join(" | "));
    }
}

/// How many samples of that CPU time were interrupted by another program.
fn lost_samples(length: Duration, rest: Duration) -> usize {
    let steps = (length.as_secs_f64() / undisturbed_step().as_secs_f64()).ceil() as usize;
    let sample = |_| {
        if !rest.is_zero() {
            thread::sleep(rest);
        }
        let before = preemptions();
        (0..steps).for_each(|_| _ = black_box(probe::clock()));
        preemptions() > before
    };
    (0..SAMPLES).filter(|&index| sample(index)).count()
}

fn undisturbed_step() -> Duration {
    let step = |_| {
        let start = Instant::now();
        black_box(probe::clock());
        start.elapsed()
    };
    (0..50).map(step).min().unwrap_or(Duration::from_micros(100))
}

fn preemptions() -> i64 {
    getrusage(UsageWho::RUSAGE_THREAD).map_or(0, |usage| usage.involuntary_context_switches())
}

/// Busy processes, ended with this.
struct Load(Vec<Child>);

impl Load {
    fn start() -> Load {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let own = env::current_exe().expect("the path of this bench");
        let busy = |_| Command::new(&own).arg(BUSY).spawn().expect("a busy process");
        Load((0..cores).map(busy).collect())
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // Has ended by itself if this fails.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
