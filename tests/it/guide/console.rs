//! Code blocks of chapters that are run.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use snapbox::Data;
use snapbox::filter::NormalizeToExpected;
use tempfile::TempDir;

use crate::replay::isolated;

/// Exit codes of commands.
const FINE: i32 = 0;
const CANNOT_JUDGE: i32 = 3;

/// Where commands run, one after another.
pub(super) struct Shell {
    folder: PathBuf,
    /// The user's cache directory, which is in no workspace.
    cache: TempDir,
    /// Cargo does not ask the registry.
    offline: bool,
    /// Exit status of the command before.
    status: i32,
}

impl Shell {
    pub(super) fn in_folder(folder: &Path) -> Shell {
        let cache = TempDir::new().expect("makes a folder");
        Shell { folder: folder.to_owned(), cache, offline: false, status: 0 }
    }

    /// For projects that need no other crates than this one does: the registry is asked only where some of these are not
    /// there, so that the test passes without it and with the same versions.
    pub(super) fn with_crates_of_this_project(self) -> Shell {
        let mut metadata = isolated(Command::new(env!("CARGO")));
        metadata.args(["metadata", "--format-version", "1", "--locked", "--offline"]);
        let found = metadata.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("starts");
        Shell { offline: found.status.success(), ..self }
    }

    /// The text of a chapter with what its commands print now, in the place of what it shows. Wildcards stay where they
    /// hold.
    pub(super) fn replay(&mut self, chapter: &str) -> String {
        let mut now = String::with_capacity(chapter.len());
        let mut position = 0;
        for Block { kind, content } in blocks(chapter) {
            let shown = &chapter[content.clone()];
            now.push_str(&chapter[position..content.start]);
            match kind {
                Kind::Console { measured } => now.push_str(&self.console(shown, measured)),
                Kind::File(name) => {
                    self.write(&name, shown);
                    now.push_str(shown);
                }
            }
            position = content.end;
        }
        now + &chapter[position..]
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("makes folders");
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    fn console(&mut self, shown: &str, measured: bool) -> String {
        let mut now = String::new();
        let steps = steps(shown);
        for (index, (command, shown)) in steps.iter().enumerate() {
            let next = steps.get(index + 1).map_or("", |(command, _)| command);
            // Help has white space at the ends of lines, which chapters do not keep.
            let permitted =
                |status| status == FINE || next == SHOW_STATUS || (measured && status == CANNOT_JUDGE);
            let printed = without_trailing_space(&self.run(command, permitted));
            now.push_str(&format!("{PROMPT}{command}\n{}", settled(shown, printed, measured)));
        }
        now
    }

    /// What a command prints: on standard output or, where that is nothing, on standard error, where cargo says what
    /// it does.
    fn run(&mut self, command: &str, permitted: impl Fn(i32) -> bool) -> String {
        if let Some(folder) = command.strip_prefix("cd ") {
            self.folder.push(folder);
            return String::new();
        }
        // What is tested is what is built, whatever is installed.
        let command = command.replace("cargo tensorprof", "cargo-tensorprof tensorprof");
        let command = SHORT.iter().fold(command, |command, (name, options)| {
            command.replace(&format!("tensorprof {name} "), &format!("tensorprof {name} {options} "))
        });
        let mut shell = isolated(Command::new("sh"));
        shell.args(["-c", &format!("(exit {}); {command}", self.status)]).current_dir(&self.folder);
        shell.env("PATH", path()).env("COLUMNS", "80").env("CARGO_NET_OFFLINE", self.offline.to_string());
        // Commits need a name, and checkouts a place.
        shell.envs(["GIT_AUTHOR", "GIT_COMMITTER"].into_iter().flat_map(|who| {
            [
                (format!("{who}_NAME"), "Ada".to_owned()),
                (format!("{who}_EMAIL"), "ada@example.com".to_owned()),
            ]
        }));
        shell.env("XDG_CACHE_HOME", self.cache.path());
        // A folder of its own: in that of the replay project other tests would wait for what is built here.
        shell.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("guide"));
        shell.env("CARGO_PROFILE_BENCH_OPT_LEVEL", "0");
        let output = shell.stdin(Stdio::null()).output().expect("starts");
        let [stdout, stderr] =
            [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("is UTF-8"));
        self.status = output.status.code().expect("an exit status");
        assert!(permitted(self.status), "`{command}` ends with {}:\n{stdout}{stderr}", self.status);
        if stdout.is_empty() { stderr } else { stdout }
    }
}

fn without_trailing_space(text: &str) -> String {
    text.lines()
        .map(|line| {
            line.trim_end().to_owned()
                + "
"
        })
        .collect()
}

/// The search path with the built command before all others.
fn path() -> std::ffi::OsString {
    let own = Path::new(env!("CARGO_BIN_EXE_cargo-tensorprof")).parent().expect("a folder").to_owned();
    let others = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&others))).expect("a path")
}

const PROMPT: &str = "$ ";
const SHOW_STATUS: &str = "echo $?";
/// What commands are told besides: no chapter depends on how long they measure.
const SHORT: [(&str, &str); 3] = [
    ("save", "--rounds 3 --warm-up-time 0.01 --measurement-time 0.03"),
    ("ab", "--budget 0.1 --warm-up-time 0.01 --measurement-time 0.03"),
    ("bisect", "--budget 0.1 --warm-up-time 0.01 --measurement-time 0.03"),
];

/// Commands, and what is shown of their output.
fn steps(console: &str) -> Vec<(&str, String)> {
    let mut steps: Vec<(&str, String)> = vec![];
    for line in console.split_inclusive('\n') {
        match (line.strip_prefix(PROMPT), steps.last_mut()) {
            (Some(command), _) => steps.push((command.trim_end(), String::new())),
            (None, Some((_, shown))) => shown.push_str(line),
            (None, None) => panic!("a console block starts with `{PROMPT}`: {console}"),
        }
    }
    steps
}

/// What is shown where it holds of what was printed, else what was printed.
fn settled(shown: &str, printed: String, measured: bool) -> String {
    if measured && ids(shown).all(|id| ids(&printed).any(|other| other == id)) {
        return shown.to_owned();
    }
    NormalizeToExpected::new().redact().normalize(Data::text(printed), &Data::text(shown)).to_string()
}

/// Benchmarks that lines begin with.
fn ids(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.split_whitespace().next()).filter(|word| word.contains('/'))
}

struct Block {
    kind: Kind,
    /// Bytes between the fences.
    content: Range<usize>,
}

enum Kind {
    Console { measured: bool },
    File(String),
}

/// The blocks of a chapter that are run or written, in their order.
fn blocks(chapter: &str) -> Vec<Block> {
    let mut blocks = vec![];
    let mut open: Option<Block> = None;
    for (event, range) in Parser::new(chapter).into_offset_iter() {
        match (event, &mut open) {
            (Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))), _) => {
                let start = range.start + chapter[range].find('\n').map_or(0, |end| end + 1);
                open = kind(&info).map(|kind| Block { kind, content: start..start });
            }
            (Event::Text(_), Some(block)) => block.content.end = range.end,
            (Event::End(TagEnd::CodeBlock), _) => blocks.extend(open.take()),
            _ => {}
        }
    }
    blocks
}

/// The words after a fence are separated by commas, as mdBook has it.
fn kind(info: &str) -> Option<Kind> {
    let (language, words) = info.split_once(',').unwrap_or((info, ""));
    match words.strip_prefix("file=") {
        Some(name) => Some(Kind::File(name.to_owned())),
        None => (language == "console").then(|| Kind::Console { measured: words == "measured" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replayed(chapter: &str) -> String {
        let folder = tempfile::TempDir::new().expect("makes a folder");
        Shell::in_folder(folder.path()).replay(chapter)
    }

    fn console(words: &str, content: &str) -> String {
        format!("before\n\n```console{words}\n{content}```\n\nafter\n")
    }

    #[test]
    fn what_holds_stays_and_what_does_not_is_replaced() {
        let holds = console("", "$ printf 'a b\\nc\\nd\\n'\na [..]\n...\nd\n");
        assert_eq!(replayed(&holds), holds);
        let stale = console("", "$ printf 'a b\\n'\nb\n$ echo x >&2\n");
        assert_eq!(replayed(&stale), console("", "$ printf 'a b\\n'\na b\n$ echo x >&2\nx\n"));
    }

    #[test]
    fn of_measured_tables_the_benchmarks_count() {
        let printed = "$ printf 'row time\\nx/2 2\\nx/1 1\\n\\nsum 3\\n'\n";
        let holds = console(",measured", &format!("{printed}row time\nx/1 7\nx/2 5\n\ntotal 8\n"));
        assert_eq!(replayed(&holds), holds);
        let stale = console(",measured", &format!("{printed}row time\nx/3 7\n"));
        assert!(replayed(&stale).contains("x/2 2\n"), "{}", replayed(&stale));
    }

    #[test]
    fn what_a_busy_machine_cannot_judge_is_no_failure_of_a_measured_block() {
        let undecided = console(",measured", "$ exit 3\n");
        assert_eq!(replayed(&undecided), undecided);
    }

    #[test]
    fn files_folders_and_statuses_last() {
        let text = "```toml,file=x/a.toml\n1\n```\n\n```console\n$ cd x\n$ cat a.toml\n1\n```\n\n\
                    ```sh\nfalse\n```\n\n```console\n$ exit 3\n$ echo $?\n3\n```\n";
        assert_eq!(replayed(text), text);
    }

    #[test]
    #[should_panic(expected = "`exit 3` ends with 3")]
    fn a_command_that_fails_unexpectedly_fails_the_test() {
        replayed(&console("", "$ exit 3\n"));
    }
}
