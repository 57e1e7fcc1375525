//! Measures a unit: through the library's own runner, as `cargo tensorprof` does.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use tensorprof::compare::{Options, Sides};
use tensorprof::model::{Baseline, BaselineName, Environment, HeadToHead, Machine, Session, Settings};
use tensorprof::runner::failure::Failure;
use tensorprof::runner::head_to_head::{self, HeadToHeadOptions, Notice, NullRows};
use tensorprof::runner::rounds::{self, Measurement, RunOptions};
use tensorprof::runner::threads;

use crate::column::Way;
use crate::executables::Bench;
use crate::plan::Kind;
use crate::saving::PLANT;
use crate::unit::Unit;

/// Samples of a process of a run in turn, as `cargo tensorprof ab` has.
const SAMPLES_IN_TURN: u32 = 30;

/// Samples, seconds of warm-up and seconds of measurement of a default criterion run.
const CRITERION: (u32, f64, f64) = (100, 3.0, 5.0);

/// A process that reports nothing for this long hangs.
const TIMEOUT: Duration = Duration::from_secs(300);

/// How units are measured.
#[derive(Debug, Clone)]
pub struct Measuring {
    /// Time that a row may take on average, both sides together, in runs in turn.
    pub budget: Duration,
    /// Regular expression on benchmark ids.
    pub filter: Option<String>,
    /// The machine, for the record.
    pub machine: Machine,
}

/// What was measured of a unit.
#[derive(Debug)]
pub struct Measured {
    /// One baseline, or two of one run.
    pub baselines: Vec<Baseline>,
    /// What failed, in words.
    pub failures: Vec<String>,
}

impl Measuring {
    /// Measures a unit of a column that measures in this way.
    ///
    /// # Errors
    /// A process cannot be started, or there is nothing to measure.
    pub fn measure(&self, way: Way, unit: &Unit, bench: &Bench) -> Result<Measured> {
        let run = Run { measuring: self, unit, bench, started: Timestamp::now() };
        match way {
            Way::HeadToHead => run.in_turn(),
            Way::Stored => run.save(self.settings(Settings::default())),
            Way::Criterion => {
                let (samples, warm_up, measurement) = CRITERION;
                let rounds = 1;
                let all = Settings {
                    samples,
                    warm_up,
                    measurement,
                    rounds,
                    max_rounds: Some(1),
                    ..Settings::default()
                };
                run.save(self.settings(all))
            }
        }
    }

    fn settings(&self, settings: Settings) -> Settings {
        Settings { filter: self.filter.clone(), ..settings }
    }
}

struct Run<'a> {
    measuring: &'a Measuring,
    unit: &'a Unit,
    bench: &'a Bench,
    started: Timestamp,
}

impl Run<'_> {
    /// A save: of the one copy in units of odd number, of the other in the others.
    fn save(&self, settings: Settings) -> Result<Measured> {
        let Sides { baseline, candidate } = &self.bench.executables;
        let executable = if self.unit.save.number % 2 == 1 { baseline } else { candidate };
        let options = RunOptions {
            variables: self.variables(self.unit.save.kind),
            one_cpu: self.one_cpu(),
            timeout: TIMEOUT,
            session: 0,
        };
        let measurement =
            rounds::measure(std::slice::from_ref(executable), &settings, &options, &mut |_| {})?;
        let failures = measurement.failures.iter().map(in_words).collect();
        let session = Session::new(self.started);
        Ok(Measured { baselines: vec![self.baseline("", measurement, settings, session)?], failures })
    }

    fn in_turn(&self) -> Result<Measured> {
        let settings = Settings { samples: SAMPLES_IN_TURN, ..Settings::default() };
        let mut settings = self.measuring.settings(settings);
        let variables = Sides::new(self.variables(Kind::Plain), self.variables(self.unit.save.kind));
        let judging = Options::default();
        let options = HeadToHeadOptions {
            settings: &settings,
            variables: variables.as_ref().map(Vec::as_slice),
            one_cpu: self.one_cpu(),
            timeout: TIMEOUT,
            budget: self.measuring.budget,
            null_rows: NullRows::None,
            judging: &judging,
        };
        let executables = self.bench.executables.as_ref().map(std::slice::from_ref);
        let mut failures = Vec::new();
        let measured = head_to_head::measure(executables, &options, &mut |notice| match notice {
            Notice::Failed(side, failure) => {
                failures.push(format!("{}: {}", side.name(), in_words(&failure)))
            }
            Notice::NotCriterion(target) => {
                failures.push(format!("{target} does not speak criterion's protocol"))
            }
            _ => {}
        });
        let measured = measured.with_context(|| failures.join("; "))?;
        settings.rounds = measured.most_blocks;
        let id = self.started.as_nanosecond() as u64;
        let session =
            Session { started: self.started, head_to_head: Some(HeadToHead::new(id, measured.most_blocks)) };
        let [baseline, candidate] = measured.sides.into_array();
        let baselines = [("-a", baseline), ("-b", candidate)];
        let baselines =
            baselines.map(|(side, measurement)| self.baseline(side, measurement, settings.clone(), session));
        Ok(Measured { baselines: baselines.into_iter().collect::<Result<_>>()?, failures })
    }

    fn baseline(
        &self,
        side: &str,
        measurement: Measurement,
        settings: Settings,
        session: Session,
    ) -> Result<Baseline> {
        let mut build = self.bench.build.clone();
        build.criterion = measurement.criterion;
        Ok(Baseline {
            name: format!("{}{side}", self.unit.name()).parse::<BaselineName>()?,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            environment: Environment {
                revision: None,
                build,
                machine: self.measuring.machine.clone(),
                threads: self.threads(),
                peaks: vec![],
            },
            settings,
            sessions: vec![session],
            unfinished: measurement.unfinished,
            models: measurement.models,
            benchmarks: measurement.benchmarks,
        })
    }

    fn threads(&self) -> BTreeMap<String, String> {
        threads::variables_for(self.unit.subject.threads)
    }

    fn one_cpu(&self) -> bool {
        self.threads().contains_key(threads::AFFINITY)
    }

    /// Variables of the processes of a side, with its slowdown.
    fn variables(&self, kind: Kind) -> Vec<(String, String)> {
        let threads = self.threads().into_iter().filter(|(name, _)| name != threads::AFFINITY);
        let plant = match kind {
            Kind::Plain => None,
            Kind::Planted(percent) => Some((PLANT.to_owned(), (f64::from(percent) / 100.0).to_string())),
        };
        threads.chain(plant).collect()
    }
}

fn in_words(failure: &Failure) -> String {
    let benchmark = failure.benchmark.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
    format!("{benchmark}{}", failure.reason)
}
