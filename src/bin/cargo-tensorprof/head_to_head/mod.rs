//! Two sides, from their sources to their baselines: builds them, measures them in turn, and has progress shown.

mod progress;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use jiff::Timestamp;
use tensorprof::compare::{self, Comparison, Options};
use tensorprof::estimate;
use tensorprof::model::{
    Baseline, BaselineName, CodeSession, Environment, HeadToHead, NullArm, NullArmSpread, Peaks, Session,
    Settings,
};
use tensorprof::runner::failure::Failure;
use tensorprof::runner::head_to_head::{HeadToHeadMeasurement, HeadToHeadOptions, NullRows};
use tensorprof::runner::rounds::Measurement;
use tensorprof::runner::sides::{self, Benches, Request, Role, Side, SideSpec, Step};
use tensorprof::runner::toolchain::ALIGNED;
use tensorprof::runner::{cache, machine, threads};

use crate::cli::{BenchesOf, ContestOptions};
use crate::code_sessions;
use crate::exit::BenchFailed;
use crate::measure;
use crate::peaks::{self, WhichPeaks};
use crate::project::{self, Project};
use crate::recorded::Recorded;
use crate::terminal::Terminal;

/// Checks both sides out and builds them.
pub(crate) fn prepare(
    project: &Project,
    options: &ContestOptions,
    specs: &compare::Sides<SideSpec>,
    terminal: &mut Terminal,
) -> Result<sides::Sides> {
    let request = Request {
        workspace: &project.workspace,
        build: options.cargo.request(Vec::new(), terminal.for_cargo(), project::recorder()?),
        choices: options.cargo.choices(),
        baselines: project.baselines.clone(),
        benches: match options.benches_of {
            BenchesOf::Candidate => Benches::Candidate,
            BenchesOf::Own => Benches::Own,
        },
        keep: options.keep,
        checkouts: cache::folder().join("ab"),
    };
    let built = specs.as_ref().map(|spec| if options.align { aligned(spec) } else { spec.clone() });
    let prepared = sides::prepare(&request, &built.baseline, &built.candidate, &mut |step| match step {
        Step::ChecksOut(_, _) => {}
        Step::Builds(Role::Baseline, label) => terminal.status("Building", &format!("baseline: {label}")),
        Step::Builds(Role::Candidate, label) => terminal.status("Building", &format!("candidate: {label}")),
        Step::Calls(line) => terminal.command(line),
    })?;
    for note in &prepared.notes {
        terminal.status("Note", note);
    }
    measure::tell_of_benches(&[&prepared.baseline.built, &prepared.candidate.built], terminal);
    for side in [&prepared.baseline, &prepared.candidate] {
        if side.built.executables.is_empty() {
            bail!("{} has {}", side.label, measure::no_bench(project));
        }
    }
    Ok(prepared)
}

/// The same with the alignment of `--align`.
fn aligned(spec: &SideSpec) -> SideSpec {
    let rustflags = spec.rustflags.iter().cloned().chain(ALIGNED.map(str::to_owned)).collect();
    SideSpec { rustflags, ..spec.clone() }
}

/// What is measured of two sides.
pub(crate) struct Wanted<'a> {
    /// Names of the two baselines.
    pub(crate) names: compare::Sides<&'a BaselineName>,
    /// Which benchmarks.
    pub(crate) filter: Option<&'a str>,
    /// Which of them also run a copy of the baseline.
    pub(crate) null_rows: NullRows,
    /// How rows are judged while they are measured.
    pub(crate) judging: &'a Options,
    /// Names of the variables that baselines record.
    pub(crate) variables: &'a [String],
    /// The peaks of this machine.
    pub(crate) peaks: WhichPeaks,
}

/// Both sides as baselines, and what failed.
pub(crate) struct Measured {
    pub(crate) sides: compare::Sides<Baseline>,
    pub(crate) failures: Vec<Failure>,
}

/// Measures both sides in turn. Benchmarks of both get the work that the metadata of the project say of them.
pub(crate) fn measure(
    project: &Project,
    prepared: &sides::Sides,
    options: &ContestOptions,
    wanted: &Wanted<'_>,
    terminal: &mut Terminal,
) -> Result<Measured> {
    let built = compare::Sides::new(&prepared.baseline, &prepared.candidate);
    let mut settings = Settings {
        filter: wanted.filter.map(str::to_owned),
        bench_arguments: options.bench_arguments.clone(),
        cargo_arguments: options.cargo.recorded(),
        ..Settings::default()
    };
    options.time.apply_to(&mut settings);
    // Rows have blocks until they are decided, and no extra rounds.
    settings.max_rounds = None;
    let threads = built.map(|side| side.spec.threads.map(threads::variables_for).unwrap_or_default());
    let variables = threads.as_ref().map(threads::of_process);
    let recorded = built.zip(threads.as_ref());
    let recorded =
        recorded.map(|(side, threads)| Recorded::of(&side.built.executables, threads, wanted.variables));
    let contest = HeadToHeadOptions {
        settings: &settings,
        variables: variables.as_ref().map(Vec::as_slice),
        one_cpu: threads.iter().all(|threads| threads.contains_key(threads::AFFINITY)),
        timeout: Duration::from_secs_f64(options.timeout),
        budget: Duration::from_secs_f64(options.budget()),
        null_rows: wanted.null_rows,
        judging: wanted.judging,
    };
    let of_benches = recorded.as_ref().map(|recorded| recorded.threads.clone());
    let peaks = peaks_of_sides(&of_benches, wanted.peaks, terminal)?;
    let started = Timestamp::now();
    let executables = built.map(|side| side.built.executables.as_slice());
    let measured = progress::run(executables, &contest, terminal)?;
    settings.rounds = measured.most_blocks;
    let HeadToHeadMeasurement { sides: measurements, null_arm, most_blocks } = measured;
    require_results(&measurements)?;
    let id = getrandom::u64().context("the system has no random numbers")?;
    let baselines = Baselines { started, settings };
    let mut run = HeadToHead::new(id, most_blocks);
    let mut spread = None;
    if let Some(null_arm) = null_arm {
        let both = compare::Sides::new(prepared, prepared);
        let of_null = wanted.names.zip(null_arm).zip(both.zip(recorded.as_ref()));
        let [old, new] = of_null
            .map(|((name, measurement), (side, recorded))| {
                baselines.baseline(name, &side.baseline, recorded, measurement, run)
            })
            .into_array();
        let found = null_arm_of(&compare::compare(&old, &new, wanted.judging))?;
        run.null_arm = Some(found);
        spread = Some(estimate::null_arm_spread(&old, &new, found));
    }
    let failures = measurements.iter().flat_map(|side| side.failures.clone()).collect();
    let parts = wanted.names.zip(measurements).zip(built.zip(recorded.as_ref()));
    let mut sides = parts.zip(peaks).map(|(((name, measurement), (side, recorded)), peaks)| {
        let mut baseline = baselines.baseline(name, side, recorded, measurement, run);
        baseline.environment.peaks = peaks;
        baseline
    });
    let compare::Sides { baseline, candidate } = &mut sides;
    project.complete_work([&mut baseline.benchmarks, &mut candidate.benchmarks], terminal);
    code_sessions::record(code_session(prepared, &sides, spread), terminal);
    Ok(Measured { sides, failures })
}

/// The peaks for the benches of both sides, which may have different numbers of threads.
fn peaks_of_sides(
    threads: &compare::Sides<BTreeMap<String, String>>,
    which: WhichPeaks,
    terminal: &mut Terminal,
) -> Result<compare::Sides<Vec<Peaks>>> {
    let compare::Sides { baseline, candidate } = threads;
    let old = peaks::for_benches(baseline, which, terminal)?;
    let new =
        if candidate == baseline { old.clone() } else { peaks::for_benches(candidate, which, terminal)? };
    Ok(compare::Sides::new(old, new))
}

/// What the run measured of each executable. One that both sides have counts once: two processes of one moment are no two
/// sessions.
fn code_session(
    prepared: &sides::Sides,
    sides: &compare::Sides<Baseline>,
    null_arm: Option<NullArmSpread>,
) -> CodeSession {
    let baseline = estimate::code_session(&sides.baseline, &prepared.baseline.digests);
    let candidate = estimate::code_session(&sides.candidate, &prepared.candidate.digests);
    let rows = candidate.rows.into_iter().chain(baseline.rows).collect();
    CodeSession { started: baseline.started, rows, null_arm }
}

/// Returns an error if nothing was measured.
fn require_results(measurements: &compare::Sides<Measurement>) -> Result<()> {
    let measured = |side: &Measurement| side.benchmarks.iter().any(|benchmark| !benchmark.rounds.is_empty());
    let failed = measurements.iter().flat_map(|side| &side.failures).next();
    match failed {
        Some(failure) if !measurements.iter().any(measured) => bail!(BenchFailed(format!(
            "nothing was measured: bench `{}` failed: {}",
            failure.bench, failure.reason
        ))),
        _ => Ok(()),
    }
}

/// What the baselines of a run have in common.
struct Baselines {
    started: Timestamp,
    settings: Settings,
}

impl Baselines {
    fn baseline(
        &self,
        name: &BaselineName,
        side: &Side,
        recorded: &Recorded,
        measurement: Measurement,
        run: HeadToHead,
    ) -> Baseline {
        let mut build = side.build.clone();
        build.criterion = measurement.criterion;
        Baseline {
            name: name.clone(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            environment: Environment {
                revision: Some(side.revision.clone()),
                build,
                machine: machine::machine(),
                threads: recorded.threads.clone(),
                variables: recorded.variables.clone(),
                peaks: Vec::new(),
            },
            settings: self.settings.clone(),
            sessions: vec![Session { started: self.started, head_to_head: Some(run) }],
            unfinished: measurement.unfinished,
            models: measurement.models,
            benchmarks: measurement.benchmarks,
        }
    }
}

/// What the comparison of the baseline with its copy found.
fn null_arm_of(comparison: &Comparison) -> Result<NullArm> {
    let changed = comparison.rows.iter().filter(|row| row.verdict.is_change()).count();
    let judged = comparison.rows.iter().filter(|row| !row.verdict.is_one_sided()).count();
    Ok(NullArm { rows: u32::try_from(judged)?, changed: u32::try_from(changed)? })
}
