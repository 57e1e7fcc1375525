//! `cargo tensorprof ab REV [REV2] [FILTER]`

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use indicatif::ProgressBar;
use jiff::Timestamp;
use tensorprof::compare::{self, Comparison, Fact, Options, Sides};
use tensorprof::estimate;
use tensorprof::model::{
    Baseline, BaselineName, CodeSession, Environment, HeadToHead, NullArm, NullArmSpread, Session, Settings,
};
use tensorprof::report::{self, Reproduction};
use tensorprof::runner::head_to_head::{self, HeadToHeadMeasurement, HeadToHeadOptions, Notice, NullRows};
use tensorprof::runner::rounds::Measurement;
use tensorprof::runner::sides::{self, Benches, Request, Role, Side, SideSpec, Source, Step};
use tensorprof::runner::{cache, interrupt, machine, threads};
use tensorprof::store::{Mode, Reservation};

use super::comparison::{Output, exit_code, publish};
use super::report_folder;
use crate::cli::{AbArguments, BenchesOf, Differences, ProjectOptions};
use crate::code_sessions;
use crate::exit;
use crate::filter::Filter;
use crate::measure::{self, failure_text, short_name};
use crate::project::{self, Project};
use crate::terminal::{self, Terminal};

/// Name of a side that is the working tree.
const WORKING_TREE: &str = "working-tree";

/// Samples of a process. More and shorter ones than in a save: of a busy core a program has a few milliseconds at a time,
/// and a sample that fits in lost nothing.
pub(super) const SAMPLES: u32 = 30;

pub(crate) fn run(options: &ProjectOptions, arguments: AbArguments, terminal: &mut Terminal) -> Result<u8> {
    interrupt::watch()?;
    let project = Project::open(options, &arguments.cargo)?;
    let question = Question::of(&project, &arguments)?;
    let reservations = reserve(&project, &arguments.save)?;
    let folder = match &arguments.output {
        Some(folder) => folder.clone(),
        None => project.report_folder(question.names.baseline.as_str(), question.names.candidate.as_str()),
    };
    let prepared = prepare(&project, &arguments, &question.specs, terminal)?;
    if prepared.are_identical() && !arguments.null {
        let same = "executables and settings of both sides are the same byte for byte: there is nothing to measure (`--null` \
                    measures all the same)";
        terminal.status("Identical", same);
        return Ok(exit::FINE);
    }
    report_folder::create(&folder)?;
    let judging = question.judging(&arguments);
    let measured = measure(&prepared, &question, &arguments, &judging, terminal)?;
    drop(prepared);
    save(&project, reservations, &measured, terminal)?;
    let comparison = compare::compare(&measured.sides.baseline, &measured.sides.candidate, &judging);
    let reproduction = reproduction(&arguments, &judging);
    let wanted = Output { format: arguments.format, all_rows: arguments.all_rows, folder: &folder };
    publish(&comparison, &reproduction, wanted, terminal)?;
    measure::require_no_failures(&measured.failures)?;
    Ok(exit_code(&comparison, arguments.gate, terminal))
}

/// What is asked.
struct Question {
    specs: Sides<SideSpec>,
    /// Names of the two baselines.
    names: Sides<BaselineName>,
    filter: Option<String>,
}

impl Question {
    fn of(project: &Project, arguments: &AbArguments) -> Result<Question> {
        let is_revision = |word: &str| sides::is_revision(&project.workspace.root(), word);
        let (candidate, filter) = match arguments.rest.as_slice() {
            [] => (None, None),
            [word] if is_revision(word) => (Some(word), None),
            [word] => (None, Some(word)),
            [revision, filter, ..] => (Some(revision), Some(filter)),
        };
        if filter.is_some() && arguments.filter.is_some() {
            bail!("the filter is given twice: as an argument and by `--filter`");
        }
        // The same tree on both sides, where the sides differ by something else.
        let baseline = match (candidate, arguments.differences.any()) {
            (None, true) if arguments.baseline == "." => Source::WorkingTree,
            _ => Source::Revision(arguments.baseline.clone()),
        };
        let candidate = candidate.map_or(Source::WorkingTree, |name| Source::Revision(name.clone()));
        let filter = filter.or(arguments.filter.as_ref()).cloned();
        Filter::parse(filter.as_deref())?;
        let sources = Sides::new(baseline, candidate);
        Ok(Question { names: names(&arguments.save, &sources)?, specs: specs(sources, arguments), filter })
    }

    /// How rows are judged. What the sides were asked to differ by does not make them incomparable.
    fn judging(&self, arguments: &AbArguments) -> Options {
        let mut across: BTreeSet<Fact> = arguments.across.iter().copied().collect();
        let specs = &self.specs;
        let differ = |of: fn(&SideSpec) -> String| of(&specs.baseline) != of(&specs.candidate);
        let threads = differ(|spec| format!("{:?}{:?}", spec.threads, spec.variables));
        let features = differ(|spec| format!("{:?}{:?}", spec.rustflags, spec.toolchain));
        across.extend(threads.then_some(Fact::Threads));
        across.extend(features.then_some(Fact::TargetFeatures));
        Options { threshold: arguments.threshold / 100.0, across, ..Options::default() }
    }
}

fn specs(sources: Sides<Source>, arguments: &AbArguments) -> Sides<SideSpec> {
    let Differences {
        baseline_features,
        candidate_features,
        baseline_env,
        candidate_env,
        baseline_rustflags,
        candidate_rustflags,
        baseline_threads,
        candidate_threads,
        baseline_toolchain,
        candidate_toolchain,
        baseline_version,
        candidate_version,
    } = &arguments.differences;
    let flags = |flags: &Option<String>| -> Vec<String> {
        flags.iter().flat_map(|flags| flags.split_whitespace()).map(str::to_owned).collect()
    };
    let map = |pairs: &[(String, String)]| pairs.iter().cloned().collect::<BTreeMap<_, _>>();
    Sides::new(
        SideSpec {
            features: baseline_features.clone(),
            variables: map(baseline_env),
            rustflags: flags(baseline_rustflags),
            toolchain: baseline_toolchain.clone(),
            versions: map(baseline_version),
            threads: baseline_threads.or(arguments.time.threads),
            ..SideSpec::of(sources.baseline)
        },
        SideSpec {
            features: candidate_features.clone(),
            variables: map(candidate_env),
            rustflags: flags(candidate_rustflags),
            toolchain: candidate_toolchain.clone(),
            versions: map(candidate_version),
            threads: candidate_threads.or(arguments.time.threads),
            ..SideSpec::of(sources.candidate)
        },
    )
}

/// Those under which the sides are saved, or else names made of their sources.
fn names(save: &[BaselineName], sources: &Sides<Source>) -> Result<Sides<BaselineName>> {
    if let [baseline, candidate] = save {
        if baseline == candidate {
            bail!("both sides cannot be saved as `{baseline}`; give `--save` two names");
        }
        return Ok(Sides::new(baseline.clone(), candidate.clone()));
    }
    let words = sources.as_ref().map(|source| match source {
        Source::WorkingTree => WORKING_TREE.to_owned(),
        Source::Revision(name) => {
            let plain = |character: char| if character.is_ascii_alphanumeric() { character } else { '-' };
            format!("rev-{}", name.chars().map(plain).take(40).collect::<String>())
        }
    });
    let same = words.baseline == words.candidate;
    let name = |text: String| text.parse::<BaselineName>();
    let candidate = if same { format!("{}-candidate", words.candidate) } else { words.candidate };
    Ok(Sides::new(name(words.baseline)?, name(candidate)?))
}

/// Before the build, so that no time is spent on names that are taken.
fn reserve<'a>(project: &'a Project, names: &[BaselineName]) -> Result<Vec<Reservation<'a>>> {
    names.iter().map(|name| Ok(project.store.reserve(name, Mode::New)?)).collect()
}

fn prepare(
    project: &Project,
    arguments: &AbArguments,
    specs: &Sides<SideSpec>,
    terminal: &mut Terminal,
) -> Result<sides::Sides> {
    let request = Request {
        workspace: &project.workspace,
        build: arguments.cargo.request(Vec::new(), terminal.for_cargo()),
        choices: arguments.cargo.choices(),
        baselines: project.baselines.clone(),
        benches: match arguments.benches_of {
            BenchesOf::Candidate => Benches::Candidate,
            BenchesOf::Own => Benches::Own,
        },
        keep: arguments.keep,
        checkouts: cache::folder().join("ab"),
    };
    let prepared = sides::prepare(&request, &specs.baseline, &specs.candidate, &mut |step| match step {
        Step::ChecksOut(_, _) => {}
        Step::Builds(Role::Baseline, label) => terminal.status("Building", &format!("baseline: {label}")),
        Step::Builds(Role::Candidate, label) => terminal.status("Building", &format!("candidate: {label}")),
    })?;
    for note in &prepared.notes {
        terminal.status("Note", note);
    }
    for side in [&prepared.baseline, &prepared.candidate] {
        if side.built.executables.is_empty() {
            bail!(
                "{} has no criterion bench to run; a criterion bench is a `[[bench]]` with `harness = false`",
                side.label
            );
        }
    }
    Ok(prepared)
}

/// Both sides as baselines, and what failed.
struct Measured {
    sides: Sides<Baseline>,
    failures: Vec<tensorprof::runner::failure::Failure>,
}

fn measure(
    prepared: &sides::Sides,
    question: &Question,
    arguments: &AbArguments,
    judging: &Options,
    terminal: &mut Terminal,
) -> Result<Measured> {
    let built = Sides::new(&prepared.baseline, &prepared.candidate);
    let mut settings = Settings {
        samples: SAMPLES,
        filter: question.filter.clone(),
        bench_arguments: arguments.bench_arguments.clone(),
        cargo_arguments: arguments.cargo.recorded(),
        ..Settings::default()
    };
    arguments.time.apply_to(&mut settings);
    let threads = built.map(thread_variables);
    let variables = built.zip(threads.as_ref()).map(|(side, threads)| process_variables(side, threads));
    let options = HeadToHeadOptions {
        settings: &settings,
        variables: variables.as_ref().map(Vec::as_slice),
        one_cpu: threads.iter().all(|threads| threads.contains_key(threads::AFFINITY)),
        timeout: Duration::from_secs_f64(arguments.timeout),
        budget: Duration::from_secs_f64(arguments.budget),
        null_rows: if arguments.null { NullRows::All } else { NullRows::Some },
        judging,
    };
    let started = Timestamp::now();
    let executables = built.map(|side| side.built.executables.as_slice());
    let measured = run_blocks(executables, &options, terminal)?;
    settings.rounds = measured.most_blocks;
    let HeadToHeadMeasurement { sides: measurements, null_arm, most_blocks } = measured;
    let id = getrandom::u64().context("the system has no random numbers")?;
    let baselines = Baselines { started, settings };
    let mut run = HeadToHead::new(id, most_blocks);
    let mut spread = None;
    if let Some(null_arm) = null_arm {
        let names = Sides::new(&question.names.baseline, &question.names.candidate);
        let both = Sides::new(prepared, prepared);
        let of_null = names.zip(null_arm).zip(both.zip(threads.as_ref()));
        let [old, new] = of_null
            .map(|((name, measurement), (side, threads))| {
                baselines.baseline(name, &side.baseline, threads, measurement, run)
            })
            .into_array();
        let found = null_arm_of(&compare::compare(&old, &new, judging))?;
        run.null_arm = Some(found);
        spread = Some(estimate::null_arm_spread(&old, &new, found));
    }
    let failures = measurements.iter().flat_map(|side| side.failures.clone()).collect();
    let names = question.names.as_ref();
    let parts = names.zip(measurements).zip(built.zip(threads.as_ref()));
    let sides = parts.map(|((name, measurement), (side, threads))| {
        baselines.baseline(name, side, threads, measurement, run)
    });
    code_sessions::record(code_session(prepared, &sides, spread), terminal);
    Ok(Measured { sides, failures })
}

/// What the run measured of each executable. One that both sides have counts once: two processes of one moment are no two
/// sessions.
fn code_session(
    prepared: &sides::Sides,
    sides: &Sides<Baseline>,
    null_arm: Option<NullArmSpread>,
) -> CodeSession {
    let baseline = estimate::code_session(&sides.baseline, &prepared.baseline.digests);
    let candidate = estimate::code_session(&sides.candidate, &prepared.candidate.digests);
    let rows = candidate.rows.into_iter().chain(baseline.rows).collect();
    CodeSession { started: baseline.started, rows, null_arm }
}

/// Variables that set threads, for the record.
fn thread_variables(side: &Side) -> BTreeMap<String, String> {
    let mut found = threads::variables_in(std::env::vars_os());
    found.extend(threads::recorded(&side.spec.variables));
    found.extend(side.spec.threads.map(threads::variables_for).unwrap_or_default());
    found
}

/// The variables of the bench processes of a side.
fn process_variables(side: &Side, threads: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let set = threads.iter().filter(|(name, _)| name.as_str() != threads::AFFINITY);
    let set = set.map(|(name, value)| (name.clone(), value.clone()));
    side.variables.iter().cloned().chain(set).collect()
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
        threads: &BTreeMap<String, String>,
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
                threads: threads.clone(),
            },
            settings: self.settings.clone(),
            sessions: vec![Session { started: self.started, head_to_head: Some(run) }],
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

fn run_blocks(
    executables: Sides<&[tensorprof::runner::build::BenchExecutable]>,
    options: &HeadToHeadOptions<'_>,
    terminal: &mut Terminal,
) -> Result<HeadToHeadMeasurement> {
    let bar = terminal.progress();
    let mut progress = Blocks::default();
    let measured = head_to_head::measure(executables, options, &mut |notice| {
        progress.show(notice, &bar, terminal);
    });
    bar.finish_and_clear();
    measured
}

/// How far a run is.
#[derive(Default)]
struct Blocks {
    rows: usize,
    decided: usize,
    most: u32,
    block: u32,
}

impl Blocks {
    fn show(&mut self, notice: Notice<'_>, bar: &ProgressBar, terminal: &mut Terminal) {
        match notice {
            Notice::Matched { rows, null_rows } => {
                self.rows = rows + null_rows;
                let copies = if null_rows > 0 {
                    format!(", {null_rows} also against a copy of the baseline")
                } else {
                    String::new()
                };
                terminal.status("Measuring", &format!("{rows} benchmarks in turn{copies}"));
            }
            Notice::MostBlocks(most) => {
                self.most = most;
                bar.set_length(u64::from(most) * self.rows as u64);
                bar.set_style(terminal::known_length());
            }
            Notice::Block { block, open } => {
                self.block = block;
                if bar.is_hidden() && block > 1 {
                    let most = self.most;
                    terminal
                        .status("Measuring", &format!("block {block} of at most {most}: {open} undecided"));
                }
            }
            Notice::Begins(id) => bar.set_message(format!("{}, {} decided", short_name(&id), self.decided)),
            Notice::Measured(_) => bar.inc(1),
            Notice::Decided(decided) => {
                self.decided += decided;
                bar.inc(u64::from(self.most.saturating_sub(self.block)) * decided as u64);
            }
            Notice::Failed(side, failure) => {
                bar.suspend(|| terminal.warning(&format!("{}: {}", side.name(), failure_text(&failure))));
            }
            Notice::NotCriterion(target) => bar.suspend(|| {
                terminal.warning(&format!(
                    "bench `{target}` is skipped: it does not speak criterion's runner protocol"
                ));
            }),
        }
    }
}

fn save(
    project: &Project,
    reservations: Vec<Reservation<'_>>,
    measured: &Measured,
    terminal: &mut Terminal,
) -> Result<()> {
    for (reservation, baseline) in reservations.into_iter().zip(measured.sides.iter()) {
        let saved = reservation.commit(baseline)?;
        terminal.status("Saved", &project::display_path(&project.store.file(&saved.name)));
    }
    Ok(())
}

/// The commands that reproduce a report: the run, and the comparison of what it saved.
fn reproduction(arguments: &AbArguments, judging: &Options) -> Reproduction {
    let quoted = |word: String| {
        let plain = |character: char| character.is_ascii_alphanumeric() || "-_./=,:+@%~^".contains(character);
        if !word.is_empty() && word.chars().all(plain) {
            word
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    };
    let words = std::env::args().skip(1).skip_while(|word| word == "tensorprof").map(quoted);
    let mut commands = vec![format!("cargo tensorprof {}", words.collect::<Vec<_>>().join(" "))];
    if let [baseline, candidate] = arguments.save.as_slice() {
        commands.push(report::diff_command(baseline.as_str(), Some(candidate.as_str()), None, judging));
    }
    Reproduction { commands }
}
