//! What it takes to measure the sides of a comparison again, by commands that can be run as they stand.

use super::command::shell_word;
use crate::compare::{Side, Sides};

/// How the sides of a comparison are measured again. By default both are baselines of the project that the command finds by
/// itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remeasuring {
    /// The flags by which the user named the project and how cargo works on it, a blank before each.
    pub flags: String,
    /// Both commits can be built: there is a project, and it is that of both sides.
    pub builds_commits: bool,
    /// How each side gets another session.
    pub sessions: Sides<NextSession>,
}

/// How a side gets another session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum NextSession {
    /// It is added to the baseline, which is one of the project.
    #[default]
    Appended,
    /// The working tree is measured by this command, up to where the number of rounds and a filter belong, and what comes
    /// after them.
    Measured([String; 2]),
    /// The baseline is a file of no project that is known.
    OfNoProject,
    /// The user has to give these arguments, which the baseline records and a file must not choose.
    Unsaid(Vec<String>),
}

impl Default for Remeasuring {
    fn default() -> Self {
        Remeasuring { flags: String::new(), builds_commits: true, sessions: Sides::default() }
    }
}

impl Remeasuring {
    /// Why no command adds a session to each side, as a clause. `None` where there are such commands.
    pub(super) fn obstacle(&self) -> Option<String> {
        if self.sessions.iter().all(|side| *side == NextSession::OfNoProject) {
            return Some("both baselines are files outside of a project".to_owned());
        }
        let clauses: Vec<String> =
            Side::BOTH.into_iter().filter_map(|side| self.sessions[side].obstacle(side)).collect();
        (!clauses.is_empty()).then(|| clauses.join(", and "))
    }
}

impl NextSession {
    fn obstacle(&self, side: Side) -> Option<String> {
        let side = side.name();
        match self {
            NextSession::Appended | NextSession::Measured(_) => None,
            NextSession::OfNoProject => Some(format!("the {side} is a file outside of the project")),
            NextSession::Unsaid(words) => {
                let words: Vec<String> = words.iter().map(|word| shell_word(word)).collect();
                Some(format!(
                    "the {side} records arguments that a file must not choose, and you have to give again: {}",
                    words.join(" ")
                ))
            }
        }
    }
}
