//! The sessions of identical code that this machine has measured: kept in the user's cache directory, and learned from.

use tensorprof::compare::LearnedSessions;
use tensorprof::model::{Baseline, CodeSession};
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

/// What sessions of identical code differ by on the machine that measured both sides, if it is this one and the user wants
/// that used.
pub(crate) fn learned(sides: [&Baseline; 2], options: LearningOptions) -> Option<LearnedSessions> {
    if options.no_learned {
        return None;
    }
    let here = machine::machine().fingerprint()?;
    let is_here = |side: &&Baseline| side.environment.machine.fingerprint().as_ref() == Some(&here);
    if !sides.iter().all(is_here) {
        return None;
    }
    Some(LearnedSessions::of(&of_this_machine().load())).filter(|learned| !learned.is_empty())
}
