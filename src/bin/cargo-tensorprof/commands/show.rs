//! `cargo tensorprof show NAME`

use anyhow::{Result, bail};
use tensorprof::model::BenchmarkId;
use tensorprof::report::saved::{self, Saved};
use tensorprof::report::{self, Place, Reproduction};

use super::comparison::{folder_at, write_report};
use crate::cli::{CargoFlags, ProjectOptions, ShowArguments, ShowFormat};
use crate::exit;
use crate::filter::Filter;
use crate::project;
use crate::sources::{self, Source};
use crate::terminal::Terminal;

pub(crate) fn run(
    options: &ProjectOptions,
    arguments: &ShowArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let word = &arguments.name;
    let project = sources::project_unless(word.is_path(), options, &CargoFlags::default())?;
    let filter = Filter::parse(arguments.filter.text())?;
    let source = Source::of(word, project.as_ref())?;
    let baseline = source.load(project.as_ref(), terminal)?;
    let wanted = |id: &BenchmarkId| filter.matches(id);
    let found = Saved::of(&baseline, &wanted);
    if found.is_empty() && !baseline.benchmarks.is_empty() {
        let name = word.stem();
        bail!(
            "no benchmark of baseline `{name}` matches `{filter}`; `cargo tensorprof show {name}` lists them"
        );
    }
    let mut command = report::show_command(&source.word(), arguments.filter.text());
    if let Some(folder) = &options.baselines {
        command.push_str(&format!(" --baselines {}", folder.display()));
    }
    print(&found, &Reproduction { commands: vec![command] }, arguments, terminal)?;
    Ok(exit::FINE)
}

fn print(
    found: &Saved,
    reproduction: &Reproduction,
    arguments: &ShowArguments,
    terminal: &mut Terminal,
) -> Result<()> {
    let folder = arguments.output.as_deref().map(folder_at).transpose()?;
    let text = match arguments.format {
        ShowFormat::Table => saved::show_table(found, terminal.width()),
        // There are no files of charts beside standard output.
        ShowFormat::Markdown => saved::show_page(found, reproduction, Place::Inline(&|_| String::new())),
        ShowFormat::Csv => saved::show_csv(found),
        ShowFormat::Json => saved::show_json(found),
    };
    terminal.result(&text)?;
    if let Some(folder) = folder {
        let mut folder = folder.create()?;
        write_report(&mut folder, &saved::report(found, reproduction))?;
        terminal.status("Report", &project::display_path(&folder.file(report::MARKDOWN_FILE)));
    }
    Ok(())
}
