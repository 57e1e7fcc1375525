//! `cargo tensorprof ab REV [REV2] [FILTER]`

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Error, Result, bail};
use tensorprof::compare::{self, Fact, Options, Sides};
use tensorprof::model::{Baseline, BaselineName};
use tensorprof::report::{self, Reproduction, WORKING_TREE};
use tensorprof::runner::head_to_head::NullRows;
use tensorprof::runner::interrupt;
use tensorprof::runner::sides::{self, SideSpec, Source};
use tensorprof::store::{Mode, Reservation};

use super::comparison::{exit_code, folder_of, publish};
use super::report_folder::ReportFolder;
use crate::cli::{AbArguments, Differences, ProjectOptions};
use crate::exit;
use crate::filter::Filter;
use crate::head_to_head::{self, Measured, Wanted};
use crate::measure;
use crate::peaks::WhichPeaks;
use crate::project::{self, Project};
use crate::terminal::Terminal;
use crate::unsaved;

/// How the command line says the working tree.
const HERE: &str = ".";

pub(crate) fn run(
    options: &ProjectOptions,
    mut arguments: AbArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    interrupt::watch()?;
    let project = Project::open(options, &arguments.contest.cargo)?;
    arguments.contest.time = arguments.contest.time.or(&project.defaults.rounds.time);
    let smallest = project::judging(Some(&project), arguments.contest.smallest.said());
    let saved = arguments.save.iter().map(|word| project.name(word)).collect::<Result<Vec<_>>>()?;
    let question = Question::of(&project, &arguments, &saved)?;
    let variables = project.recorded_variables(terminal);
    let reservations = reserve(&project, &saved)?;
    let names = question.names.as_ref().map(BaselineName::as_str).into_array();
    let folder = folder_of(Some(&project), &arguments.shown, names, question.filter.is_some())?;
    terminal.status("Comparing", &question.words);
    let prepared = head_to_head::prepare(&project, &arguments.contest, &question.specs, terminal)?;
    if prepared.are_identical() && !arguments.null {
        let same = "executables and settings of both sides are the same byte for byte: there is nothing to measure (`--null` \
                    measures all the same)";
        terminal.status("Identical", same);
        return Ok(exit::FINE);
    }
    let mut folder = folder.map(ReportFolder::create).transpose()?;
    let judging = question.judging(&arguments, smallest);
    let wanted = Wanted {
        names: question.names.as_ref(),
        filter: question.filter.as_deref(),
        null_rows: if arguments.null { NullRows::All } else { NullRows::Some },
        judging: &judging,
        variables: &variables,
        peaks: if arguments.save.is_empty() { WhichPeaks::Known } else { WhichPeaks::Complete }
            .unless(arguments.peaks.no_peaks),
    };
    let measured = head_to_head::measure(&project, &prepared, &arguments.contest, &wanted, terminal)?;
    drop(prepared);
    let Measured { sides, failures } = measured;
    project.warn_of_idle_patterns(&[&sides.baseline, &sides.candidate], terminal);
    let sides = save(&project, reservations, sides, terminal)?;
    let comparison = compare::compare(&sides.baseline, &sides.candidate, &judging);
    let reproduction = reproduction(&project, &saved, &judging);
    let published = publish(&comparison, &reproduction, &arguments.shown, folder.as_mut(), terminal);
    published.map_err(
        |error| {
            if arguments.save.is_empty() { keep(&project, error, &sides) } else { error }
        },
    )?;
    interrupt::check()?;
    measure::require_no_failures(&failures)?;
    exit_code(&comparison, Some(&project), &arguments.gate, terminal)
}

/// What is asked.
struct Question {
    specs: Sides<SideSpec>,
    /// Names of the two baselines.
    names: Sides<BaselineName>,
    filter: Option<String>,
    /// The question in words.
    words: String,
}

/// What the words of the command line say.
#[derive(Debug, PartialEq)]
struct Words {
    baseline: Source,
    candidate: Source,
    filter: Option<String>,
}

impl Words {
    fn of(arguments: &AbArguments, is_source: &dyn Fn(&str) -> bool) -> Result<Words> {
        let AbArguments { first, second, third, .. } = arguments;
        let words: Vec<&str> = [first, second, third].into_iter().flatten().map(String::as_str).collect();
        let differ = arguments.differences.any();
        let (baseline, candidate, filter) = match words.as_slice() {
            [] if !differ => bail!(
                "name the revision to compare with, such as `cargo tensorprof ab HEAD`, or what the sides differ by, such as \
                 `--candidate-features`"
            ),
            [] => (HERE, HERE, None),
            [word] if differ && !is_source(word) => (HERE, HERE, Some(*word)),
            [revision] => (*revision, HERE, None),
            [revision, word] if is_source(word) => (*revision, *word, None),
            [revision, filter] => (*revision, HERE, Some(*filter)),
            [baseline, candidate, filter, ..] => (*baseline, *candidate, Some(*filter)),
        };
        if filter.is_some() && arguments.filter.is_some() {
            bail!("the filter is given twice: as an argument and by `--filter`");
        }
        let filter = filter.map(str::to_owned).or_else(|| arguments.filter.clone());
        Ok(Words { baseline: source(baseline), candidate: source(candidate), filter })
    }
}

fn source(word: &str) -> Source {
    if word == HERE { Source::WorkingTree } else { Source::Revision(word.to_owned()) }
}

fn in_words(source: &Source) -> &str {
    match source {
        Source::WorkingTree => "the working tree",
        Source::Revision(name) => name,
    }
}

impl Question {
    fn of(project: &Project, arguments: &AbArguments, saved: &[BaselineName]) -> Result<Question> {
        let is_source = |word: &str| word == HERE || sides::is_revision(&project.workspace.root(), word);
        let Words { baseline, candidate, filter } = Words::of(arguments, &is_source)?;
        Filter::parse(filter.as_deref())?;
        let words = format!(
            "{} with {}{}",
            in_words(&baseline),
            if candidate == baseline { "itself" } else { in_words(&candidate) },
            filter.as_ref().map(|filter| format!(", benchmarks that match `{filter}`")).unwrap_or_default()
        );
        let sources = Sides::new(baseline, candidate);
        Ok(Question { names: names(saved, &sources)?, specs: specs(sources, arguments), filter, words })
    }

    /// How rows are judged. What the sides were asked to differ by does not make them incomparable.
    fn judging(&self, arguments: &AbArguments, smallest: Options) -> Options {
        let mut across: BTreeSet<Fact> = arguments.across.iter().copied().collect();
        let specs = &self.specs;
        let differ = |of: fn(&SideSpec) -> String| of(&specs.baseline) != of(&specs.candidate);
        let threads = differ(|spec| format!("{:?}{:?}", spec.threads, spec.variables));
        let features = differ(|spec| format!("{:?}{:?}", spec.rustflags, spec.toolchain));
        across.extend(threads.then_some(Fact::Threads));
        across.extend(features.then_some(Fact::TargetFeatures));
        Options { across, ..smallest }
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
            threads: baseline_threads.or(arguments.contest.time.threads),
            ..SideSpec::of(sources.baseline)
        },
        SideSpec {
            features: candidate_features.clone(),
            variables: map(candidate_env),
            rustflags: flags(candidate_rustflags),
            toolchain: candidate_toolchain.clone(),
            versions: map(candidate_version),
            threads: candidate_threads.or(arguments.contest.time.threads),
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

/// Saves both sides, if that is wanted. Returns them as they are to be compared: files hold fewer digits, and the verdicts are
/// to be those of `diff` on what was saved.
fn save(
    project: &Project,
    reservations: Vec<Reservation<'_>>,
    measured: Sides<Baseline>,
    terminal: &mut Terminal,
) -> Result<Sides<Baseline>> {
    // The last moment at which an interrupt leaves the baselines as they were.
    interrupt::check()?;
    let Ok([baseline, candidate]) = <[Reservation<'_>; 2]>::try_from(reservations) else {
        return Ok(measured);
    };
    let old = baseline.commit(&measured.baseline).map_err(|error| keep(project, error.into(), &measured))?;
    let new = candidate.commit(&measured.candidate).map_err(|error| {
        drop(baseline);
        // Half of a comparison is none. If it cannot be removed, the error says enough.
        let _ = project.store.remove(&old.name);
        keep(project, error.into(), &measured)
    })?;
    let sides = Sides::new(old, new);
    for saved in sides.iter() {
        unsaved::warn_of_gaps(saved, terminal);
        terminal.status("Saved", &project::display_path(&project.store.file(&saved.name)));
    }
    let [old, new] = sides.map(|saved| project.store.load(&saved.name)).into_array();
    Ok(Sides::new(old?.baseline, new?.baseline))
}

/// Keeps both sides, of which nothing else could be made.
fn keep(project: &Project, error: Error, sides: &Sides<Baseline>) -> Error {
    unsaved::keep(project, error, &sides.as_ref().map(unsaved::unnamed).into_array())
}

/// The commands that reproduce a report: the run, and the comparison of what it saved.
fn reproduction(project: &Project, saved: &[BaselineName], judging: &Options) -> Reproduction {
    let words = std::env::args()
        .skip(1)
        .skip_while(|word| word == "tensorprof")
        .map(|word| report::shell_word(&word));
    let mut commands = vec![format!("cargo tensorprof {}", words.collect::<Vec<_>>().join(" "))];
    if let [baseline, candidate] = saved {
        let command = report::diff_command(baseline.as_str(), Some(candidate.as_str()), None, judging);
        commands.push(command + project.flags());
    }
    Reproduction { commands, ..Reproduction::default() }
}
