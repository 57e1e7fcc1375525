//! Whether a machine is fit to measure, as text and as JSON: its state, what the probes and identical code showed, which
//! change would be seen, and what would improve that.

mod advice;
mod json;
mod text;

pub use self::json::json;
pub use self::text::text;

use crate::compare::{IdenticalCode, LearnedSessions};
use crate::estimate::CoreState;
use crate::model::{CodeSession, Conditions, Machine, Peaks};
use crate::report::{Chart, charts};

/// File name of the page.
pub const MARKDOWN_FILE: &str = "doctor.md";
/// File names of the charts beside it.
pub fn chart_files() -> impl Iterator<Item = &'static str> {
    charts::OF_MACHINES.into_iter().map(|kind| kind.file_name)
}

/// The findings as a page that shows the charts of the peaks, and these: names and content of all files of a folder.
pub fn files(found: &Examination) -> Vec<(String, String)> {
    let charts = charts::of_machine(&found.peaks);
    let page = (MARKDOWN_FILE.to_owned(), text::page(found, &charts));
    std::iter::once(page).chain(charts.iter().map(Chart::file)).collect()
}

/// What was found out about a machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Examination {
    /// Its facts.
    pub machine: Machine,
    /// Its state before anything was measured.
    pub conditions: Conditions,
    /// What the probes showed of each CPU.
    pub cores: Vec<CoreState>,
    /// Of the processor time that was wanted meanwhile, the share that the hypervisor gave to other machines.
    pub stolen: Option<f64>,
    /// What it can do at most, where that was measured.
    pub peaks: Vec<Peaks>,
    /// What processes that ran the same code showed; absent where too few of them counted.
    pub identical_code: Option<IdenticalCode>,
    /// What earlier measurements taught.
    pub learned: LearnedSessions,
    /// Sessions that are kept of this machine.
    pub sessions: usize,
    /// What head-to-head runs on this machine found of identical code.
    pub null_arms: NullArms,
}

/// The null arms of several head-to-head runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NullArms {
    /// Runs that had one.
    pub runs: usize,
    /// Benchmarks that were compared with themselves, all runs together.
    pub rows: u64,
    /// Those judged changed.
    pub changed: u64,
}

impl NullArms {
    /// Those of these sessions.
    pub fn of(sessions: &[CodeSession]) -> NullArms {
        let arms = sessions.iter().filter_map(|session| session.null_arm);
        arms.fold(NullArms::default(), |all, arm| NullArms {
            runs: all.runs + 1,
            rows: all.rows + u64::from(arm.rows),
            changed: all.changed + u64::from(arm.changed),
        })
    }
}

impl Examination {
    /// The greatest share of any CPU, where it is known.
    fn most(&self, of: impl Fn(&CoreState) -> Option<f64>) -> Option<f64> {
        self.cores.iter().filter_map(of).max_by(f64::total_cmp)
    }

    fn lost(&self) -> Option<f64> {
        self.most(|core| core.lost)
    }

    fn contended(&self) -> Option<f64> {
        self.most(|core| Some(core.contended))
    }

    fn clock_spread(&self) -> Option<f64> {
        self.most(|core| Some(core.clock_spread))
    }
}

#[cfg(test)]
mod tests;
