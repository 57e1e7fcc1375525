//! What a save costs: `save` of the suite's operations and `cargo bench` on them, in turn.

use std::env;
use std::fmt::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};
use tensorprof::model::Baseline;
use tensorprof::runner::threads;
use tensorprof::stats::median;

use crate::column::Way;
use crate::executables::Bench;
use crate::machine_state::{Busyness, Ticks};
use crate::measuring::Measuring;
use crate::numbered::Numbered;
use crate::plan::{Kind, Save};
use crate::saving::workspace;
use crate::tables::{number, percent, table_head, table_row};
use crate::unit::{Part, Subject, Unit};

/// One save and one `cargo bench`, without the build.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// The save, seconds.
    pub save: f64,
    /// `cargo bench`, seconds.
    pub bench: f64,
    /// Rows of the bench.
    pub rows: usize,
    /// Rounds of all rows beyond the ordinary ones.
    pub extra_rounds: usize,
    /// Rounds of all rows.
    pub rounds: usize,
    /// How busy the machine was.
    pub machine: Busyness,
}

/// The costs that are kept in the folder of the study.
pub fn kept(study: &Path) -> Numbered<Cost> {
    Numbered::new(study, "cost")
}

/// Measures once more, and keeps it. The save is first in measurements of odd number, `cargo bench` in the others.
///
/// # Errors
/// A build or a process fails, or the folder cannot be written.
pub fn measure(kept: &Numbered<Cost>, measuring: &Measuring) -> Result<()> {
    let number = kept.next();
    let bench = Bench::build(Part::Operations, &kept.folder().join("executables"))?;
    let start = Ticks::now();
    let (saved, benched) = if number % 2 == 1 {
        let saved = save(number, measuring, &bench)?;
        (saved, cargo_bench(measuring)?)
    } else {
        let benched = cargo_bench(measuring)?;
        (save(number, measuring, &bench)?, benched)
    };
    let (save, baseline) = saved;
    let rounds = baseline.benchmarks.iter().map(|benchmark| benchmark.rounds.len());
    let extra = rounds.clone().map(|rounds| rounds.saturating_sub(baseline.settings.rounds as usize));
    let cost = Cost {
        save,
        bench: benched,
        rows: baseline.benchmarks.len(),
        extra_rounds: extra.sum(),
        rounds: rounds.sum(),
        machine: Busyness::since(start),
    };
    kept.keep(number, &cost)
}

fn save(number: usize, measuring: &Measuring, bench: &Bench) -> Result<(f64, Baseline)> {
    let subject = Subject { part: Part::Operations, threads: 1 };
    let unit = Unit { subject, save: Save { kind: Kind::Plain, number } };
    let start = Instant::now();
    let measured = measuring.measure(Way::Stored, &unit, bench)?;
    let seconds = start.elapsed().as_secs_f64();
    ensure!(measured.failures.is_empty(), "the save failed: {}", measured.failures.join(", "));
    let baseline = measured.baselines.into_iter().next().context("a save without a baseline")?;
    Ok((seconds, baseline))
}

/// Criterion's defaults, and its report.
fn cargo_bench(measuring: &Measuring) -> Result<f64> {
    let [package, target] = Part::Operations.target();
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace()).args([
        "bench",
        "--quiet",
        "--package",
        package,
        "--bench",
        target,
        "--",
    ]);
    command.args(&measuring.filter).stdout(Stdio::null()).stderr(Stdio::null());
    command.envs(threads::variables_for(1).into_iter().filter(|(name, _)| name != threads::AFFINITY));
    let start = Instant::now();
    let status = command.status().context("cannot start `cargo bench`")?;
    ensure!(status.success(), "`cargo bench` on the suite's operations ended with {status}");
    Ok(start.elapsed().as_secs_f64())
}

/// The table of all measurements; empty without any.
///
/// # Errors
/// None of its own: those of formatting.
pub fn render(costs: &[Cost]) -> Result<String, fmt::Error> {
    let mut text = String::new();
    if costs.is_empty() {
        return Ok(text);
    }
    writeln!(text, "## A save against `cargo bench`\n")?;
    let headings =
        ["rows", "save", "of it extra rounds", "`cargo bench`", "save / `cargo bench`", "load average"];
    table_head(&mut text, "measurement", &headings.map(str::to_owned))?;
    for (number_of, cost) in (1..).zip(costs) {
        let cells = [
            cost.rows.to_string(),
            format!("{:.0} s", cost.save),
            percent(Some(cost.extra_rounds as f64 / cost.rounds.max(1) as f64)),
            format!("{:.0} s", cost.bench),
            number(Some(cost.save / cost.bench)),
            number(cost.machine.load_average),
        ];
        table_row(&mut text, &number_of.to_string(), &cells)?;
    }
    let mut ratios: Vec<f64> = costs.iter().map(|cost| cost.save / cost.bench).collect();
    writeln!(text, "\nMedian ratio: {} (aim at most 0.33).\n", number(median(&mut ratios)))?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_kept_and_shown_with_their_ratio() {
        let study = tempfile::tempdir().unwrap();
        let cost = Cost {
            save: 69.0,
            bench: 230.0,
            rows: 23,
            extra_rounds: 23,
            rounds: 253,
            machine: Busyness { load_average: Some(0.5), ..Busyness::default() },
        };
        kept(study.path()).keep(1, &cost).unwrap();
        let text = render(&kept(study.path()).load().unwrap()).unwrap();
        assert!(text.contains("| 1 | 23 | 69 s | 9.09 % | 230 s | 0.30 | 0.50 |"), "{text}");
        assert!(text.contains("Median ratio: 0.30"), "{text}");
        assert_eq!(render(&[]).unwrap(), "");
    }
}
