//! The sessions of identical code that this machine has measured: kept in the user's cache directory, and learned from.

use std::cell::OnceCell;

use tensorprof::compare::LearnedSessions;
use tensorprof::model::{Baseline, CodeSession, Machine};
use tensorprof::runner::{cache, machine};
use tensorprof::store::CodeSessions;

use crate::cli::LearningOptions;
use crate::terminal::Terminal;

/// Those of this machine.
pub(crate) fn of_this_machine() -> CodeSessions {
    CodeSessions::new(&cache::folder().join("sessions"), &machine::key(&machine::machine()))
}

/// Keeps what was measured. A comparison can do without it, so a failure is a warning.
pub(crate) fn record(session: CodeSession, terminal: &mut Terminal) {
    let file = of_this_machine();
    if let Err(cause) = file.add(session) {
        terminal.warning(&format!(
            "cannot keep what this session measured in {}: {cause}; later comparisons will assume what sessions on this \
             machine differ by, instead of learning it",
            file.path().display()
        ));
    }
}

/// What sessions of identical code differ by on this machine, which is read once, and only where a comparison asks for it.
pub(crate) struct Learned {
    /// This machine, if the user wants that used.
    here: Option<Machine>,
    sessions: OnceCell<Option<LearnedSessions>>,
}

impl Learned {
    pub(crate) fn new(options: LearningOptions) -> Self {
        Learned { here: (!options.no_learned).then(machine::machine), sessions: OnceCell::new() }
    }

    /// What holds for two sides: `None` unless this machine measured both.
    pub(crate) fn of(&self, sides: [&Baseline; 2]) -> Option<LearnedSessions> {
        let here = self.here.as_ref()?.fingerprint()?;
        let is_here = |side: &Baseline| side.environment.machine.fingerprint().as_ref() == Some(&here);
        let load = || Some(LearnedSessions::of(&of_this_machine().load())).filter(|found| !found.is_empty());
        if sides.into_iter().all(is_here) { *self.sessions.get_or_init(load) } else { None }
    }
}
