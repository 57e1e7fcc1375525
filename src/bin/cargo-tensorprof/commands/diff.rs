//! `cargo tensorprof diff A [B]`

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tensorprof::compare::{self, Comparison, Options, Sides};
use tensorprof::model::{Baseline, BaselineName, BenchmarkId};
use tensorprof::report::{Reproduction, WORKING_TREE};
use tensorprof::runner::interrupt::Interrupted;
use tensorprof::store::Mode;

use super::comparison::{exit_code, folder_of, judging, publish, require_rows};
use super::report_folder::OpenFolder;
use super::reproduction::Asked;
use crate::brought_back::Said;
use crate::cli::{BaselineWord, CargoFlags, DiffArguments, JudgingOptions, LearningOptions, ProjectOptions};
use crate::code_sessions::Learned;
use crate::filter::Filter;
use crate::measure::{self, Measured, Request};
use crate::project::{self, Project};
use crate::sources::{self, Source};
use crate::terminal::Terminal;
use crate::unsaved;

pub(crate) fn run(options: &ProjectOptions, arguments: DiffArguments, terminal: &mut Terminal) -> Result<u8> {
    let filter = Filter::parse(arguments.filter.text())?;
    let question = Question::of(options, &arguments)?;
    let (baseline, saved) = question.load(terminal)?;
    let own = own_filter(&baseline, &arguments)?;
    let wanted = |id: &BenchmarkId| filter.matches(id) && own.matches(id);
    let mut folder = question.report_folder(&arguments, &baseline, saved.as_ref())?;
    let (candidate, failures) = match saved {
        Some(candidate) => (candidate, Vec::new()),
        None => {
            let is_known = baseline.benchmarks.iter().any(|benchmark| wanted(&benchmark.id));
            let required = arguments.filter.text().filter(|_| !is_known).map(|_| own.clone());
            let project = question.require_project()?;
            let measured = measure_now(project, &baseline, required, &arguments, terminal)?;
            (measured.baseline, measured.failures)
        }
    };
    let terms = Terms {
        wanted: &wanted,
        filter: arguments.filter.text(),
        judging: &arguments.judging,
        learning: arguments.learning,
        measuring: question.candidate.is_none().then_some(&arguments),
    };
    let (comparison, reproduction) = question.compared(Sides::new(&baseline, &candidate), &terms);
    let published = require_rows(&comparison, terms.filter)
        .and_then(|()| publish(&comparison, &reproduction, &arguments.shown, folder.as_mut(), terminal));
    published.map_err(|error| match question.project() {
        Some(project) if question.candidate.is_none() && arguments.save.is_none() => {
            unsaved::keep(project, error, &[unsaved::unnamed(&candidate)])
        }
        _ => error,
    })?;
    measure::require_no_failures(&failures)?;
    exit_code(&comparison, question.project(), &arguments.gate, terminal)
}

/// How the user wants two sides compared.
pub(super) struct Terms<'a> {
    /// Which benchmarks are shown.
    pub(super) wanted: &'a dyn Fn(&BenchmarkId) -> bool,
    /// What of that a command says that gives the comparison again.
    pub(super) filter: Option<&'a str>,
    pub(super) judging: &'a JudgingOptions,
    pub(super) learning: LearningOptions,
    /// How the candidate is measured; `None` where both sides are stored.
    pub(super) measuring: Option<&'a DiffArguments>,
}

/// What is compared.
pub(super) struct Question {
    /// Two files need none.
    project: Option<Project>,
    baseline: Source,
    /// `None` for the working tree, measured now.
    candidate: Option<Source>,
}

impl Question {
    fn of(options: &ProjectOptions, arguments: &DiffArguments) -> Result<Question> {
        let project = sources::project_unless(arguments.names_two_files(), options, &arguments.cargo)?;
        let side = |word: &Option<BaselineWord>, file: &Option<PathBuf>| match (word, file) {
            (_, Some(file)) => Ok(Some(Source::File(file.clone()))),
            (Some(word), None) => Source::of(word, project.as_ref()).map(Some),
            (None, None) => Ok(None),
        };
        let baseline = side(&arguments.baseline, &arguments.baseline_file)?;
        let baseline = baseline.context("name the baseline to compare against")?;
        let candidate = side(&arguments.candidate, &arguments.candidate_file)?;
        Ok(Question { project, baseline, candidate })
    }

    /// Of two baselines that are stored.
    pub(super) fn of_stored(options: &ProjectOptions, sides: Sides<&BaselineWord>) -> Result<Question> {
        let are_files = sides.iter().all(|word| word.is_path());
        let project = sources::project_unless(are_files, options, &CargoFlags::default())?;
        let baseline = Source::of(sides.baseline, project.as_ref())?;
        let candidate = Source::of(sides.candidate, project.as_ref())?;
        Ok(Question { project, baseline, candidate: Some(candidate) })
    }

    /// The comparison of its sides, and how a reader gets that again.
    pub(super) fn compared(&self, sides: Sides<&Baseline>, terms: &Terms<'_>) -> (Comparison, Reproduction) {
        let learned_sessions = Learned::new(terms.learning).of(sides.into_array());
        let judging = Options { learned_sessions, ..judging(self.project(), terms.judging) };
        let comparison = compare::compare_where(sides.baseline, sides.candidate, &judging, terms.wanted);
        let (baseline, candidate) = (&self.baseline, self.candidate.as_ref());
        let asked = Asked { project: self.project(), baseline, candidate, terms, judging: &judging, sides };
        (comparison, asked.reproduction())
    }

    fn project(&self) -> Option<&Project> {
        self.project.as_ref()
    }

    fn require_project(&self) -> Result<&Project> {
        self.project().context("there is no project to measure")
    }

    /// The baseline, and the candidate if it is stored. Two files of one name get two.
    pub(super) fn load(&self, terminal: &mut Terminal) -> Result<(Baseline, Option<Baseline>)> {
        let baseline = self.baseline.load(self.project(), terminal)?;
        let candidate = self.candidate.as_ref().map(|source| source.load(self.project(), terminal));
        let mut candidate = candidate.transpose()?;
        if let Some(candidate) = &mut candidate
            && self.candidate.as_ref() != Some(&self.baseline)
            && candidate.name == baseline.name
        {
            let other = format!("{}-candidate", candidate.name).parse();
            candidate.name = other.unwrap_or_else(|_| baseline.name.clone());
        }
        Ok((baseline, candidate))
    }

    /// Creates the folder of the report, so that a problem with it is found before anything is measured.
    fn report_folder(
        &self,
        arguments: &DiffArguments,
        baseline: &Baseline,
        saved: Option<&Baseline>,
    ) -> Result<Option<OpenFolder>> {
        let candidate = saved.map(|saved| saved.name.to_string());
        let candidate = candidate.or_else(|| arguments.save.as_ref().map(|word| word.stem().to_owned()));
        let candidate = candidate.as_deref().unwrap_or(WORKING_TREE);
        let names = [baseline.name.as_str(), candidate];
        let folder = folder_of(self.project(), &arguments.shown, names, arguments.filter.text().is_some())?;
        folder.map(|folder| folder.create()).transpose()
    }
}

/// What the baseline was measured of, where the user chooses among that and it is measured again: a bench takes one filter.
fn own_filter(baseline: &Baseline, arguments: &DiffArguments) -> Result<Filter> {
    let stored = arguments.candidate.is_some() || arguments.candidate_file.is_some();
    let chosen = !stored && arguments.filter.text().is_some();
    Filter::parse(baseline.settings.filter.as_deref().filter(|_| chosen))
}

/// Measures the working tree as the baseline was measured, if it has what is required. Saves the result if a name is given.
fn measure_now(
    project: &Project,
    baseline: &Baseline,
    required: Option<Filter>,
    arguments: &DiffArguments,
    terminal: &mut Terminal,
) -> Result<Measured> {
    let name = arguments.save.as_ref().map(|word| project.name(word)).transpose()?;
    let reservation = match &name {
        Some(name) => Some(project.store.reserve(name, Mode::New)?),
        None => None,
    };
    let name = name.map_or_else(|| WORKING_TREE.parse::<BaselineName>(), Ok)?;
    let timeout = Duration::from_secs_f64(arguments.limits.timeout);
    let said = Said { cargo: &arguments.cargo, bench_arguments: &arguments.bench_arguments };
    let mut request = Request::like(baseline, name, &said, timeout, terminal)?;
    request.settings.rounds = arguments.rounds.unwrap_or(request.settings.rounds);
    request.bound_rounds(arguments.limits.max_rounds)?;
    // A part is that of what was measured then: another filter would make it one of other benchmarks.
    if request.settings.partition.is_none() {
        request.settings.filter = arguments.filter.text().map(str::to_owned).or(request.settings.filter);
    }
    request.required = required;
    let measured = measure::measure(project, request, None, terminal)?;
    if let Some(rounds) = measured.rounds_left {
        return Err(match &reservation {
            Some(reservation) => unsaved::interrupted(project, reservation, &measured.baseline, rounds),
            None => Interrupted.into(),
        });
    }
    if let Some(reservation) = reservation {
        let saved = unsaved::save(project, &reservation, &measured.baseline, terminal);
        let saved = saved.map_err(|error| measure::or_failed(error, &measured.failures))?;
        terminal.status("Saved", &project::display_path(&project.store.file(&saved.name)));
    }
    Ok(measured)
}
