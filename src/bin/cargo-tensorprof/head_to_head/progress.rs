//! How far a measurement in turn is.

use anyhow::Result;
use tensorprof::compare::Sides;
use tensorprof::model::{Arriving, things};
use tensorprof::runner::build::BenchExecutable;
use tensorprof::runner::head_to_head::{self, HeadToHeadMeasurement, HeadToHeadOptions, Notice};

use crate::measure::{failure_text, skipped_text};
use crate::progress::Progress;
use crate::terminal::{self, Terminal};

/// Measures, and shows how far it is.
pub(super) fn run(
    executables: Sides<&[BenchExecutable]>,
    options: &HeadToHeadOptions<'_>,
    terminal: &mut Terminal,
) -> Result<HeadToHeadMeasurement> {
    // Many rows are decided before they have the most blocks.
    let progress = terminal.progress("at most");
    let mut blocks = Blocks::default();
    let measured = head_to_head::measure(executables, options, &mut |notice| {
        blocks.show(notice, &progress, terminal);
    });
    progress.end();
    measured
}

/// How far a run is.
#[derive(Default)]
struct Blocks {
    names: Arriving,
    decided: usize,
    /// The most blocks of a row; zero while it is not known.
    most: u32,
}

impl Blocks {
    fn show(&mut self, notice: Notice<'_>, progress: &Progress, terminal: &mut Terminal) {
        match notice {
            Notice::Matched { rows, null_rows } => {
                progress.starts();
                let copies = if null_rows > 0 {
                    format!(", {null_rows} also against a copy of the baseline")
                } else {
                    String::new()
                };
                terminal.status("Measuring", &format!("{} in turn{copies}", things(rows, "benchmark")));
            }
            Notice::MostBlocks(most) => self.most = most,
            Notice::Block { block: 1, .. } => {}
            Notice::Block { block, open, left } => {
                progress.expect(left);
                if progress.is_hidden() {
                    let most = self.most;
                    let block = format!("block {block} of at most {most}, {open} undecided");
                    terminal.status("Measuring", &format!("{block}{}", progress.words()));
                }
            }
            Notice::Runs(line) => progress.pause(|| terminal.command(&line)),
            Notice::Begins(id) => {
                let decided = format!(", {} decided", self.decided);
                let name = terminal::beside_bar(&self.names.benchmark(&id), decided.len());
                progress.begins(format!("{name}{decided}"));
            }
            Notice::Measured(_) => progress.measured(),
            Notice::Decided(decided) => self.decided += decided,
            Notice::Failed(side, failure) => {
                let text = format!("{}: {}", side.name(), failure_text(&failure, &mut self.names));
                progress.pause(|| terminal.warning(&text));
            }
            Notice::NotCriterion(bench) => {
                progress.pause(|| terminal.warning(&skipped_text(&bench.label, &bench.not_criterion())));
            }
        }
    }
}
