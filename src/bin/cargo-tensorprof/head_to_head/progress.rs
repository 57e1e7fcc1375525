//! How far a measurement in turn is.

use anyhow::Result;
use indicatif::ProgressBar;
use tensorprof::compare::Sides;
use tensorprof::model::Arriving;
use tensorprof::runner::build::BenchExecutable;
use tensorprof::runner::head_to_head::{self, HeadToHeadMeasurement, HeadToHeadOptions, Notice};

use crate::measure::{failure_text, names_of, not_criterion_text};
use crate::terminal::{self, Terminal};

/// Measures, and shows how far it is.
pub(super) fn run(
    executables: Sides<&[BenchExecutable]>,
    options: &HeadToHeadOptions<'_>,
    terminal: &mut Terminal,
) -> Result<HeadToHeadMeasurement> {
    let bar = terminal.progress();
    let benches = executables.map(|side| side.to_vec()).into_array().concat();
    let mut progress = Blocks { names: names_of(&benches), ..Blocks::default() };
    let measured = head_to_head::measure(executables, options, &mut |notice| {
        progress.show(notice, &bar, terminal);
    });
    bar.finish_and_clear();
    measured
}

/// How far a run is.
#[derive(Default)]
struct Blocks {
    names: Arriving,
    decided: usize,
    most: u32,
}

impl Blocks {
    fn show(&mut self, notice: Notice<'_>, bar: &ProgressBar, terminal: &mut Terminal) {
        match notice {
            Notice::Matched { rows, null_rows } => {
                let copies = if null_rows > 0 {
                    format!(", {null_rows} also against a copy of the baseline")
                } else {
                    String::new()
                };
                let rows = if rows == 1 { "1 benchmark".to_owned() } else { format!("{rows} benchmarks") };
                terminal.status("Measuring", &format!("{rows} in turn{copies}"));
            }
            Notice::MostBlocks(most) => {
                self.most = most;
                bar.set_style(terminal::known_length());
            }
            Notice::Block { block, open, left } => {
                bar.set_length(bar.position() + left as u64);
                if bar.is_hidden() && block > 1 {
                    let most = self.most;
                    terminal
                        .status("Measuring", &format!("block {block} of at most {most}: {open} undecided"));
                }
            }
            Notice::Runs(line) => bar.suspend(|| terminal.command(&line)),
            Notice::Begins(id) => {
                let decided = format!(", {} decided", self.decided);
                let name = terminal::beside_bar(&self.names.benchmark(&id), decided.len());
                bar.set_message(format!("{name}{decided}"));
            }
            Notice::Measured(_) => bar.inc(1),
            Notice::Decided(decided) => self.decided += decided,
            Notice::Failed(side, failure) => {
                let text = format!("{}: {}", side.name(), failure_text(&failure, &mut self.names));
                bar.suspend(|| terminal.warning(&text));
            }
            Notice::NotCriterion(bench) => bar.suspend(|| {
                terminal.warning(&not_criterion_text(bench));
            }),
        }
    }
}
