//! How a reader of a `diff` gets it again, and how its sides are measured again: commands that can be run as they stand.

use tensorprof::compare::{Options, Side, Sides};
use tensorprof::model::Baseline;
use tensorprof::report::{self, NextSession, Remeasuring, Reproduction};
use tensorprof::runner::sides::is_revision;

use super::diff::Terms;
use crate::brought_back;
use crate::cli::{DiffArguments, Limits};
use crate::project::{Project, shell_words};
use crate::sources::Source;

/// A comparison as the user asked for it.
pub(super) struct Asked<'a> {
    pub(super) project: Option<&'a Project>,
    pub(super) baseline: &'a Source,
    /// `None` for the working tree.
    pub(super) candidate: Option<&'a Source>,
    pub(super) terms: &'a Terms<'a>,
    pub(super) judging: &'a Options,
    pub(super) sides: Sides<&'a Baseline>,
}

impl Asked<'_> {
    /// The command that gives the report again, and what commands need that measure its sides again.
    pub(super) fn reproduction(&self) -> Reproduction {
        let flags = self.project.map_or("", Project::flags);
        let learned = if self.terms.learning.no_learned { " --no-learned" } else { "" };
        let measuring = self.unsaved().map(Measuring::of);
        let Measuring { rounds, cargo, bench } = measuring.unwrap_or_default();
        let baseline = self.baseline.word();
        let saved = || Some(self.terms.measuring?.save.as_ref()?.stem().to_owned());
        let candidate = self.candidate.map(Source::word).or_else(saved);
        let command = report::diff_command(&baseline, candidate.as_deref(), self.terms.filter, self.judging);
        let measured = [
            format!("cargo tensorprof diff {baseline}"),
            format!("{}{learned}{cargo}{flags}{bench}", report::judging_flags(self.judging)),
        ];
        Reproduction {
            commands: vec![format!("{command}{learned}{rounds}{cargo}{flags}{bench}")],
            remeasuring: Remeasuring {
                flags: flags.to_owned(),
                builds_commits: self.has_commits(),
                sessions: Sides::of(|side| match side {
                    Side::Candidate if self.unsaved().is_some() => NextSession::Measured(measured.clone()),
                    side => self.next_session(side),
                }),
            },
        }
    }

    /// How the candidate is measured where it is the working tree, and is not saved.
    fn unsaved(&self) -> Option<&DiffArguments> {
        self.terms.measuring.filter(|measuring| measuring.save.is_none())
    }

    /// A side is a file of no project that is known.
    fn is_file(&self, side: Side) -> bool {
        let source = match side {
            Side::Baseline => Some(self.baseline),
            Side::Candidate => self.candidate,
        };
        matches!(source, Some(Source::File(_)))
    }

    /// There is a project, and both commits are in its repository. Those of its own baselines are taken to be.
    fn has_commits(&self) -> bool {
        let Some(project) = self.project else { return false };
        Side::BOTH.into_iter().filter(|side| self.is_file(*side)).all(|side| {
            let revision = self.sides[side].environment.revision.as_ref();
            revision.is_some_and(|revision| is_revision(&project.workspace.root(), &revision.commit))
        })
    }

    /// How a stored side gets another session.
    fn next_session(&self, side: Side) -> NextSession {
        if self.is_file(side) {
            return NextSession::OfNoProject;
        }
        match brought_back::to_be_said(self.sides[side]) {
            words if words.is_empty() => NextSession::Appended,
            words => NextSession::Unsaid(words),
        }
    }
}

/// What the command line says of a measurement of the working tree, a blank before each word.
#[derive(Debug, Default)]
struct Measuring {
    rounds: String,
    /// What cargo builds, and how long a bench may be silent.
    cargo: String,
    /// What the benches get: the end of a line.
    bench: String,
}

impl Measuring {
    fn of(arguments: &DiffArguments) -> Measuring {
        let option = |flag: &str, value: Option<String>| {
            value.map_or_else(String::new, |value| format!(" {flag} {value}"))
        };
        let Limits { max_rounds, timeout } = arguments.limits;
        let rounds = option("--rounds", arguments.rounds.map(|rounds| rounds.to_string()));
        let max_rounds = option("--max-rounds", max_rounds.map(|most| most.to_string()));
        let timeout = option("--timeout", (timeout != Limits::TIMEOUT).then(|| timeout.to_string()));
        let bench = shell_words(&arguments.bench_arguments);
        Measuring {
            rounds: rounds + &max_rounds,
            cargo: shell_words(&arguments.cargo.recorded()) + &timeout,
            bench: if bench.is_empty() { bench } else { format!(" --{bench}") },
        }
    }
}
