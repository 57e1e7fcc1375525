//! What a bench process has reported so far.

use std::process::ExitStatus;
use std::time::{Duration, Instant};

use super::{Phase, Progress};
use crate::channel::{CriterionId, Record};
use crate::runner::criterion::Event;
use crate::runner::limits::{LONGEST_MEASUREMENT, MEASUREMENT_SLACK, MOST_BENCHMARKS, SILENCES};
use crate::runner::observer::Observed;

/// How the wait for a process ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Outcome {
    Exited(ExitStatus),
    /// It reported nothing for this long and was killed.
    Silent(Duration),
    /// It reported this or that, but was at the same stage for this long, and was killed.
    Stuck(Duration),
}

/// What a process is at, from the end of a benchmark to the beginning of the next or from there to its end.
struct Stage {
    since: Instant,
    /// The longest that it may take, without waits for the runner.
    limit: Duration,
}

impl Stage {
    /// A stage that begins now, of a process that may be silent for `timeout`.
    fn begin(timeout: Duration) -> Stage {
        Stage { since: Instant::now(), limit: timeout.saturating_mul(SILENCES) }
    }
}

pub(super) struct Activity {
    /// Usual limit on the time without a message.
    timeout: Duration,
    /// The limit at present, longer during a long measurement.
    current_timeout: Duration,
    last_message: Instant,
    stage: Stage,
    /// Since when it waits for the runner, if it does.
    waits: Option<Instant>,
    pub(super) criterion: Option<String>,
    pub(super) records: Vec<Record>,
    pub(super) measured: Vec<Observed>,
    /// Benchmarks that were filtered out.
    pub(super) skipped: Vec<CriterionId>,
    /// Benchmarks that were measured in another unit than time, and what is wrong with that.
    pub(super) refused: Vec<(CriterionId, String)>,
    pub(super) current: Option<CriterionId>,
    /// A benchmark of a group has begun, and criterion has not told the end of the group.
    group_is_open: bool,
    /// How many benchmarks have begun.
    pub(super) begun: usize,
    pub(super) phase: Phase,
    pub(super) broken: Option<String>,
}

impl Activity {
    pub(super) fn new(timeout: Duration) -> Self {
        Activity {
            timeout,
            current_timeout: timeout,
            last_message: Instant::now(),
            stage: Stage::begin(timeout),
            waits: None,
            criterion: None,
            records: Vec::new(),
            measured: Vec::new(),
            skipped: Vec::new(),
            refused: Vec::new(),
            current: None,
            group_is_open: false,
            begun: 0,
            phase: Phase::WarmUp,
            broken: None,
        }
    }

    /// A message has arrived.
    pub(super) fn is_alive(&mut self) {
        self.last_message = Instant::now();
    }

    /// The process waits for the runner from now on.
    pub(super) fn pause(&mut self) {
        self.waits = Some(Instant::now());
    }

    /// The process has been let go on.
    pub(super) fn resume(&mut self) {
        self.is_alive();
        self.stage.since += self.waits.take().map(|since| since.elapsed()).unwrap_or_default();
    }

    /// Why the process is to be killed, if it has been silent or at the same stage for too long.
    pub(super) fn overrun(&self) -> Option<Outcome> {
        if self.last_message.elapsed() > self.current_timeout {
            Some(Outcome::Silent(self.current_timeout))
        } else if self.stage.since.elapsed() > self.stage.limit {
            Some(Outcome::Stuck(self.stage.limit))
        } else {
            None
        }
    }

    pub(super) fn handle(&mut self, event: Event, on_progress: &mut dyn FnMut(Progress<'_>)) {
        match event {
            Event::Begins(id) => {
                on_progress(Progress::Begins(&id));
                // One that begins again and again gets no further.
                if self.current.is_none() {
                    self.next_stage();
                }
                (self.current, self.phase) = (Some(id), Phase::WarmUp);
                self.group_is_open = true;
                self.begun += 1;
                self.check_number();
            }
            Event::Skips(id) => {
                self.skipped.push(id);
                self.next_stage();
                self.check_number();
            }
            Event::Measures { expected_ns } => self.expect(expected_ns),
            Event::GroupFinished => self.group_is_open = false,
            Event::Measured(_) | Event::Other => {}
        }
    }

    fn next_stage(&mut self) {
        self.stage = Stage::begin(self.timeout);
    }

    fn check_number(&mut self) {
        if self.begun.max(self.measured.len()) + self.skipped.len() > MOST_BENCHMARKS {
            let most =
                format!("has more than {MOST_BENCHMARKS} benchmarks; divide it among several bench targets");
            self.broken = Some(most);
        }
    }

    /// The samples are taken from now on, which criterion expects to take so long.
    fn expect(&mut self, expected_ns: f64) {
        let expected = Duration::try_from_secs_f64(expected_ns * 1e-9).unwrap_or(LONGEST_MEASUREMENT);
        let longest = expected.min(LONGEST_MEASUREMENT).mul_f64(MEASUREMENT_SLACK);
        self.current_timeout = self.timeout.max(longest);
        if self.phase == Phase::WarmUp {
            self.stage.limit = self.stage.limit.saturating_add(longest);
        }
        self.phase = Phase::Samples;
    }

    /// Keeps a measurement, if its unit is known and that of wall time: a benchmark with another `Measurement` counts
    /// something that cannot be compared. What follows it may be timed.
    pub(super) fn keep(
        &mut self,
        observed: Observed,
        unit: Option<&str>,
        on_progress: &mut dyn FnMut(Progress<'_>),
    ) {
        on_progress(Progress::Measured(&observed.measured.id));
        (self.current, self.phase) = (None, Phase::Done);
        self.current_timeout = self.timeout;
        self.next_stage();
        self.check_number();
        match unit {
            Some("ns") => self.measured.push(observed),
            Some(unit) => self.refused.push((
                observed.measured.id,
                format!(
                    "it measures `{unit}`, by a `Measurement` of its own, and only wall time is compared here; leave it out by a \
                     filter, or its bench by `--exclude-bench`"
                ),
            )),
            None => {}
        }
    }

    pub(super) fn failure(&self, outcome: Outcome) -> Option<String> {
        match (&self.broken, outcome) {
            (Some(reason), _) => Some(reason.clone()),
            (None, Outcome::Silent(limit)) => Some(format!(
                "reported nothing for {} s and was killed; `--timeout` allows longer silences",
                limit.as_secs()
            )),
            (None, Outcome::Stuck(limit)) => Some(format!(
                "{} within {} s and was killed; `--timeout` allows more, {SILENCES} times its seconds",
                match self.current {
                    Some(_) => "sent messages, but did not end this benchmark",
                    None => "sent messages, but began no benchmark and did not end",
                },
                limit.as_secs()
            )),
            (None, Outcome::Exited(status)) if !status.success() => Some(format!("ended with {status}")),
            (None, Outcome::Exited(_)) => {
                let of = self.current.as_ref().map(|_| "a benchmark");
                let of = of.or(self.group_is_open.then_some("a group of benchmarks"))?;
                Some(format!("ended in the middle of {of}"))
            }
        }
    }
}
