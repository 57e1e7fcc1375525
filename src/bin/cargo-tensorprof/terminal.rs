//! The only place that writes to the terminal: results on standard output, status lines and progress on
//! standard error, in cargo's style.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget};
use tensorprof::model::elide;
use tensorprof::report::printable;

use crate::cli::{ColorWhen, OutputOptions};
use crate::progress::{self, Progress};

const GOOD: Style = AnsiColor::BrightGreen.on_default().bold();
const WARNING: Style = AnsiColor::BrightYellow.on_default().bold();
const ERROR: Style = AnsiColor::BrightRed.on_default().bold();

/// Standard output and standard error.
pub(crate) struct Terminal {
    out: AutoStream<io::Stdout>,
    err: AutoStream<io::Stderr>,
    quiet: bool,
    /// Print the commands that are run.
    verbose: bool,
    color: ColorWhen,
}

impl Terminal {
    pub(crate) fn new(options: &OutputOptions) -> Terminal {
        let choice = match options.color {
            ColorWhen::Auto => ColorChoice::Auto,
            ColorWhen::Always => ColorChoice::AlwaysAnsi,
            ColorWhen::Never => ColorChoice::Never,
        };
        Terminal {
            out: AutoStream::new(io::stdout(), choice),
            err: AutoStream::new(io::stderr(), choice),
            quiet: options.quiet,
            verbose: options.verbose,
            color: options.color,
        }
    }

    /// The arguments that make cargo print in the same way.
    pub(crate) fn for_cargo(&self) -> Vec<String> {
        let color = match self.color {
            ColorWhen::Auto => "auto",
            ColorWhen::Always => "always",
            ColorWhen::Never => "never",
        };
        let switches = [("--quiet", self.quiet), ("--verbose", self.verbose)];
        let on = switches.into_iter().filter(|(_, on)| *on).map(|(flag, _)| flag.to_owned());
        on.chain(["--color".to_owned(), color.to_owned()]).collect()
    }

    /// Prints a result, which has its own line ends and ANSI colours. A reader who has closed the pipe has read enough: what
    /// the command has to say by its exit code and on standard error is said all the same.
    pub(crate) fn result(&mut self, text: &str) -> io::Result<()> {
        match self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written,
        }
    }

    /// Columns of the terminal on standard output; `None` if that is not a terminal.
    pub(crate) fn width(&self) -> Option<usize> {
        let width = || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
        io::stdout().is_terminal().then(width).flatten()
    }

    /// Prints a status line, such as `   Measuring round 1 of 10`.
    pub(crate) fn status(&mut self, verb: &str, text: &str) {
        if !self.quiet {
            self.line(&format!("{GOOD}{verb:>12}{GOOD:#} {}", harmless(text)));
        }
    }

    /// Prints a command that is run, where the user wants to see them.
    pub(crate) fn command(&mut self, line: &str) {
        if self.verbose {
            self.status("Running", line);
        }
    }

    pub(crate) fn warning(&mut self, text: &str) {
        self.line(&format!("{WARNING}warning{WARNING:#}: {}", harmless(text)));
    }

    pub(crate) fn error(&mut self, error: &anyhow::Error) {
        self.line(&format!("{ERROR}error{ERROR:#}: {}", harmless(&format!("{error:#}"))));
    }

    /// Prints a line that the runner of a CI job reads, by itself and in plain text.
    pub(crate) fn workflow_command(&mut self, line: &str) {
        self.line(&harmless(line));
    }

    /// Ignores errors: if standard error is closed, nobody can be told.
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.err, "{text}");
    }

    /// The progress of a measurement, with a bar if standard error is a terminal. `bound` says what the expected number is:
    /// `about`, or `at most`.
    pub(crate) fn progress(&self, bound: &'static str) -> Progress {
        let target = if self.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        bar.set_style(progress::style("{prefix:>12.bold.cyan} {spinner} {msg}"));
        bar.set_prefix("Measuring");
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress::new(bar, bound)
    }
}

/// A message in which nothing of what it quotes (files, ids, what benches print) steers the terminal.
fn harmless(text: &str) -> String {
    let line = |line: &str| line.split('\t').map(printable).collect::<Vec<_>>().join("\t");
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Columns of a progress line without the name of what is measured: prefix, bar, numbers and time left.
const BAR_COLUMNS: usize = 66;
/// Least room for that name, columns.
const SHORTEST_NAME: usize = 16;

/// A name as it fits on a progress line, with so many columns of other words.
pub(crate) fn beside_bar(name: &str, others: usize) -> String {
    let width = terminal_size::terminal_size_of(io::stderr()).map_or(0, |(width, _)| usize::from(width.0));
    elide(name, width.saturating_sub(BAR_COLUMNS + others).max(SHORTEST_NAME))
}
