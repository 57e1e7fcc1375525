//! What a bench process has reported so far.

use std::process::ExitStatus;
use std::time::{Duration, Instant};

use super::{Phase, Progress};
use crate::channel::{CriterionId, Record};
use crate::runner::criterion::Event;
use crate::runner::observer::Observed;

/// A measurement may take this many times as long as criterion expects before it counts as hanging.
const MEASUREMENT_SLACK: f64 = 4.0;

/// How the wait for a process ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Outcome {
    Exited(ExitStatus),
    /// It reported nothing for this long and was killed.
    TimedOut(Duration),
}

pub(super) struct Activity {
    /// Usual limit on the time without a message.
    timeout: Duration,
    /// The limit at present, longer during a long measurement.
    current_timeout: Duration,
    last_message: Instant,
    pub(super) criterion: Option<String>,
    pub(super) records: Vec<Record>,
    pub(super) measured: Vec<Observed>,
    /// Benchmarks that were filtered out.
    pub(super) skipped: Vec<CriterionId>,
    pub(super) current: Option<CriterionId>,
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
            criterion: None,
            records: Vec::new(),
            measured: Vec::new(),
            skipped: Vec::new(),
            current: None,
            begun: 0,
            phase: Phase::WarmUp,
            broken: None,
        }
    }

    /// A message has arrived, or the process has been let go on after a wait for the runner.
    pub(super) fn is_alive(&mut self) {
        self.last_message = Instant::now();
    }

    /// The limit, where the process has reported nothing for longer.
    pub(super) fn hangs(&self) -> Option<Duration> {
        (self.last_message.elapsed() > self.current_timeout).then_some(self.current_timeout)
    }

    pub(super) fn handle(&mut self, event: Event, on_progress: &mut dyn FnMut(Progress<'_>)) {
        match event {
            Event::Begins(id) => {
                on_progress(Progress::Begins(&id));
                (self.current, self.phase) = (Some(id), Phase::WarmUp);
                self.begun += 1;
            }
            Event::Skips(id) => self.skipped.push(id),
            Event::Measures { expected_ns } => {
                self.phase = Phase::Samples;
                let slack = Duration::try_from_secs_f64(MEASUREMENT_SLACK * expected_ns * 1e-9);
                self.current_timeout = self.timeout.max(slack.unwrap_or(Duration::MAX));
            }
            Event::Measured(_) | Event::GroupFinished | Event::Other => {}
        }
    }

    /// Keeps a measurement, if its unit is known and that of wall time: a bench with another `Measurement` counts
    /// something that cannot be compared.
    pub(super) fn keep(
        &mut self,
        observed: Observed,
        unit: Option<&str>,
        on_progress: &mut dyn FnMut(Progress<'_>),
    ) {
        on_progress(Progress::Measured(&observed.measured.id));
        (self.current, self.phase) = (None, Phase::Done);
        self.current_timeout = self.timeout;
        match unit {
            Some("ns") => self.measured.push(observed),
            Some(unit) => {
                self.broken = Some(format!(
                    "`{}` measures `{unit}` instead of wall time, which cannot be compared here",
                    observed.measured.id.group
                ));
            }
            None => {}
        }
    }

    pub(super) fn failure(&self, outcome: Outcome) -> Option<String> {
        match (&self.broken, outcome) {
            (Some(reason), _) => Some(reason.clone()),
            (None, Outcome::TimedOut(limit)) => {
                Some(format!("reported nothing for {} s and was killed", limit.as_secs()))
            }
            (None, Outcome::Exited(status)) if !status.success() => Some(format!("ended with {status}")),
            (None, Outcome::Exited(_)) => {
                self.current.as_ref().map(|_| "ended in the middle of a benchmark".to_owned())
            }
        }
    }
}
