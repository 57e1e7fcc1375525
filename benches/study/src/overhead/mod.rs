//! What a save of a large workspace takes beside its benches: the time in which none of them computes.

mod workspace;

use std::env;
use std::fmt::{self, Write as _};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use serde::{Deserialize, Serialize};

use crate::machine_state::{Busyness, Ticks};
use crate::numbered::Numbered;
use crate::tables::{number, percent, table_head, table_row};

/// The workspace, and how it is saved.
#[derive(Debug, Clone, Args)]
pub struct Request {
    /// Packages of the workspace, each with one bench
    #[arg(long, value_name = "N", default_value_t = 50)]
    packages: usize,
    /// Rows of each bench
    #[arg(long, value_name = "N", default_value_t = 10)]
    rows: usize,
    /// Rounds of the save
    #[arg(long, value_name = "N", default_value_t = 12)]
    rounds: u32,
    /// The cargo-tensorprof executable
    #[arg(long, value_name = "PATH")]
    tool: PathBuf,
}

/// One save, and what its benches noted meanwhile; seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overhead {
    /// Rows of all benches.
    pub rows: usize,
    /// Bench processes.
    pub processes: usize,
    /// The save.
    pub save: f64,
    /// Of it, until the first bench process began, from the last one's end, and between processes.
    pub outside: [f64; 3],
    /// Time for which the bench processes had a core.
    pub computed: f64,
    /// Time for which the tool had one, and cargo and git for it.
    pub tool: f64,
    /// `show` of what was saved.
    pub show: f64,
    /// `diff` of it and a copy.
    pub diff: f64,
    /// How busy the machine was during the save.
    pub machine: Busyness,
}

impl Overhead {
    /// Time of the save in which no bench had a core.
    fn own(&self) -> f64 {
        self.save - self.computed
    }

    /// Time for which bench processes waited: for the tool, or for a core.
    fn waited(&self) -> f64 {
        self.own() - self.outside.iter().sum::<f64>()
    }
}

/// What has been measured and is kept in the folder of the study.
pub fn kept(study: &Path) -> Numbered<Overhead> {
    Numbered::new(study, "overhead")
}

/// Writes the workspace, builds its benches, and measures a save of them.
///
/// # Errors
/// A build or a process fails, or the folder cannot be written.
pub fn measure(kept: &Numbered<Overhead>, request: &Request) -> Result<()> {
    let tool = std::path::absolute(&request.tool)?;
    let place = Place { folder: kept.folder().to_owned(), tool };
    workspace::write(&place.workspace(), request.packages, request.rows)?;
    place.build()?;
    let number = kept.next();
    let name = format!("overhead-{number:02}");
    let copy = format!("{name}-copy");
    let rounds = request.rounds.to_string();
    let (ticks, began, core) = (Ticks::now(), now()?, core_of_children()?);
    // The peaks are measured once on a machine.
    let save = place.run(&["save", &name, "--force", "--no-peaks", "--rounds", &rounds])?;
    let (machine, ended, core) = (Busyness::since(ticks), now()?, core_of_children()? - core);
    let processes = place.take_notes()?;
    let computed = processes.iter().map(|process| process.core).sum();
    place.run(&["cp", &name, &copy])?;
    let (show, diff) = (place.run(&["show", &name])?, place.run(&["diff", &name, &copy])?);
    place.run(&["rm", &copy])?;
    let overhead = Overhead {
        rows: request.packages * request.rows,
        processes: processes.len(),
        save,
        outside: outside(&processes, began, ended)?,
        computed,
        tool: core - computed,
        show,
        diff,
        machine,
    };
    kept.keep(number, &overhead)
}

/// Where it is measured.
struct Place {
    folder: PathBuf,
    tool: PathBuf,
}

impl Place {
    fn workspace(&self) -> PathBuf {
        self.folder.join("workspace")
    }

    fn notes(&self) -> PathBuf {
        self.folder.join("notes")
    }

    fn build(&self) -> Result<()> {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(self.workspace()).args(["bench", "--no-run", "--quiet", "--bench", "*"]);
        succeed(&mut cargo)
    }

    /// Runs the tool in the workspace, and gives the seconds that it took.
    fn run(&self, arguments: &[&str]) -> Result<f64> {
        let mut tool = Command::new(&self.tool);
        tool.arg("tensorprof").args(arguments).current_dir(self.workspace());
        tool.env(workspace::NOTES, self.notes()).stdout(Stdio::null());
        let start = Instant::now();
        succeed(&mut tool)?;
        Ok(start.elapsed().as_secs_f64())
    }

    /// What bench processes have noted since this was asked last.
    fn take_notes(&self) -> Result<Vec<Process>> {
        let path = self.notes();
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        text.lines().map(Process::parse).collect()
    }
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(())
}

/// When a bench process began and ended, and how long it had a core: seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Process {
    start: f64,
    end: f64,
    core: f64,
}

impl Process {
    /// A line of nanoseconds.
    fn parse(line: &str) -> Result<Process> {
        let seconds = |word: &str| Ok(word.parse::<u64>()? as f64 / 1e9);
        let numbers = line.split(' ').map(seconds).collect::<Result<Vec<f64>>>()?;
        let [start, end, core] = numbers[..] else { anyhow::bail!("no note of a bench process: {line}") };
        Ok(Process { start, end, core })
    }
}

/// Time in which no process ran: before the first, after the last, and between them.
fn outside(processes: &[Process], began: f64, ended: f64) -> Result<[f64; 3]> {
    let (first, last) = processes.first().zip(processes.last()).context("no bench process ran")?;
    let between = processes.windows(2).map(|pair| pair[1].start - pair[0].end);
    Ok([first.start - began, ended - last.end, between.sum()])
}

/// Time for which all processes had a core that this one has started and that have ended, and theirs.
#[cfg(unix)]
fn core_of_children() -> Result<f64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let times = [usage.user_time(), usage.system_time()];
    Ok(times.iter().map(|time| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6).sum())
}

#[cfg(not(unix))]
fn core_of_children() -> Result<f64> {
    anyhow::bail!("this system does not tell what the tool's processes took")
}

fn now() -> Result<f64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64())
}

/// The table of all measurements; empty without any.
///
/// # Errors
/// None of its own: those of formatting.
pub fn render(measured: &[Overhead]) -> Result<String, fmt::Error> {
    let mut text = String::new();
    if measured.is_empty() {
        return Ok(text);
    }
    writeln!(text, "## A save of a large workspace beside its benches\n")?;
    let headings = [
        "rows",
        "processes",
        "save",
        "benches computed",
        "before the first",
        "between",
        "after the last",
        "benches waited",
        "own time / benches",
        "tool computed / benches",
        "`show`",
        "`diff`",
        "load average",
    ];
    table_head(&mut text, "measurement", &headings.map(str::to_owned))?;
    for (number_of, one) in (1..).zip(measured) {
        let seconds = |seconds: f64| format!("{seconds:.2} s");
        let [before, after, between] = one.outside.map(seconds);
        let cells = [
            one.rows.to_string(),
            one.processes.to_string(),
            seconds(one.save),
            seconds(one.computed),
            before,
            between,
            after,
            seconds(one.waited()),
            percent(Some(one.own() / one.computed)),
            percent(Some(one.tool / one.computed)),
            seconds(one.show),
            seconds(one.diff),
            number(one.machine.load_average),
        ];
        table_row(&mut text, &number_of.to_string(), &cells)?;
    }
    writeln!(text, "\nThe aim is an own time of at most 5 %.\n")?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_in_which_no_bench_has_a_core_is_the_tools() {
        let notes = ["10000000000 11000000000 900000000", "11500000000 12500000000 950000000"];
        let processes: Vec<Process> = notes.iter().map(|line| Process::parse(line).unwrap()).collect();
        assert_eq!(outside(&processes, 9.75, 13.0).unwrap(), [0.25, 0.5, 0.5]);
        assert!(Process::parse("1 2").is_err() && outside(&[], 0.0, 1.0).is_err());
        let overhead = Overhead {
            rows: 20,
            processes: 2,
            save: 3.25,
            outside: [0.25, 0.5, 0.5],
            computed: 1.85,
            tool: 0.0185,
            show: 0.25,
            diff: 0.5,
            machine: Busyness::default(),
        };
        assert!((overhead.waited() - 0.15).abs() < 1e-9, "{}", overhead.waited());
        let text = render(&[overhead]).unwrap();
        assert!(
            text.contains("| 1 | 20 | 2 | 3.25 s | 1.85 s | 0.25 s | 0.50 s | 0.50 s | 0.15 s |"),
            "{text}"
        );
    }
}
