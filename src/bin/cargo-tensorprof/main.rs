//! `cargo tensorprof`: builds criterion benches, saves named baselines in the repository, compares any two.

#![expect(
    clippy::disallowed_methods,
    reason = "the ends of everything: arguments, terminal, reports as files"
)]

mod accepted;
mod brought_back;
mod cli;
mod code_sessions;
mod commands;
mod defaults;
mod exit;
mod filter;
mod github;
mod head_to_head;
mod measure;
mod own_bench;
mod peaks;
mod progress;
mod project;
mod recorded;
mod sources;
mod terminal;
mod unsaved;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use tensorprof::runner::invocation;

use crate::cli::{Cargo, Command};
use crate::own_bench::OwnBench;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    if let Some(bench) = OwnBench::asked_for() {
        bench.run();
        return ExitCode::SUCCESS;
    }
    if let Some(answer) = invocation::answer(std::env::args_os().skip(1)) {
        return noted(answer);
    }
    let Cargo::Tensorprof(cli) = Cargo::parse_from(cli::with_subcommand_name(std::env::args_os()));
    let mut terminal = Terminal::new(&cli.output);
    let result = match cli.command {
        Command::Init(arguments) => commands::init::run(&cli.project, &arguments, &mut terminal),
        Command::Save(arguments) => commands::save::run(&cli.project, arguments, &mut terminal),
        Command::Diff(arguments) => commands::diff::run(&cli.project, arguments, &mut terminal),
        Command::Compare(arguments) => commands::compare::run(&cli.project, &arguments, &mut terminal),
        Command::Ab(arguments) => commands::ab::run(&cli.project, *arguments, &mut terminal),
        Command::Bisect(arguments) => commands::bisect::run(&cli.project, *arguments, &mut terminal),
        Command::List(arguments) => commands::baselines::list(&cli.project, &arguments, &mut terminal),
        Command::Show(arguments) => commands::show::run(&cli.project, &arguments, &mut terminal),
        Command::History(arguments) => commands::history::run(&cli.project, &arguments, &mut terminal),
        Command::Book(arguments) => commands::book::run(&cli.project, arguments, &mut terminal),
        Command::Doctor(arguments) => commands::doctor::run(&arguments, &mut terminal),
        Command::Mv(arguments) => commands::baselines::mv(&cli.project, &arguments, &mut terminal),
        Command::Cp(arguments) => commands::baselines::cp(&cli.project, &arguments, &mut terminal),
        Command::Completions(arguments) => commands::manual::completions(&arguments, &mut terminal),
        Command::Man(arguments) => commands::manual::man(&arguments, &mut terminal),
        Command::Bless(arguments) => commands::bless::run(&cli.project, &arguments, &mut terminal),
        Command::Gate(arguments) => commands::gate::run(&cli.project, &arguments, &mut terminal),
        Command::Import(arguments) => commands::import::run(&cli.project, &arguments, &mut terminal),
        Command::Export(arguments) => commands::export::run(&cli.project, &arguments, &mut terminal),
        Command::Merge(arguments) => commands::merge::run(&cli.project, &arguments, &mut terminal),
        Command::Rm(arguments) => commands::baselines::rm(&cli.project, &arguments, &mut terminal),
    };
    let code = result.unwrap_or_else(|error| {
        terminal.error(&error);
        exit::code_of(&error)
    });
    ExitCode::from(code)
}

/// Cargo has started this process in place of a bench, and shows what it prints.
fn noted(answer: io::Result<()>) -> ExitCode {
    match answer {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without standard error nobody can be told.
            let _ = writeln!(io::stderr(), "cannot note how cargo starts a bench: {error}");
            ExitCode::FAILURE
        }
    }
}
