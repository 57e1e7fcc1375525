//! The end of each command's help: examples. A test parses every line of them.

pub(super) const CARGO: &str = "\
Examples:
  cargo tensorprof init                 # in a package without benches
  cargo tensorprof save before          # measure all benches, keep the result
  cargo tensorprof diff before          # after a change: measure, compare
  cargo tensorprof ab main              # or measure both in turn

Exit codes: 0 fine; 1 the gate found a regression; 2 usage or bad input; 3 cannot judge; 101 a build or a bench failed; \
130 interrupted";

pub(super) const INIT: &str = "\
What is there stays as it is, so that a second run finds nothing to do. In a package without criterion benches a bench is \
written that can be measured as it is. In one that has some, each gets the allocator that counts, where its place is clear, and \
`--bench` writes one more; the library becomes a dev-dependency; and where something has been measured whose ids have sizes, \
rows of metadata are shown that declare work, with the rates that reports would have.

Examples:
  cargo tensorprof init
  cargo tensorprof init -p kernels --dry-run
  cargo tensorprof init --bench matmul --library-path ../tensorprof";

pub(super) const SAVE: &str = "\
Where [workspace.metadata.tensorprof] in Cargo.toml gives rounds, times or threads, these are the defaults.

Examples:
  cargo tensorprof save main
  cargo tensorprof save main --threads 1 'MatMul|GELU'
  cargo tensorprof save look --quick -p kernels --bench ops
  cargo tensorprof save main --append   # one more session
  cargo tensorprof save main --force    # measure all of it again";

pub(super) const BLESS: &str = "\
Examples:
  cargo tensorprof bless MatMul/512 --reason 'rounds as IEEE 754 says'
  cargo tensorprof bless GELU/64 --limit time=15% --reason 'checks its bounds'";

pub(super) const IMPORT: &str = "\
Examples:
  cargo tensorprof import before        # saved by `cargo bench`
  cargo tensorprof import base last     # what the last `cargo bench` measured
  cargo tensorprof diff before          # measure the working tree, compare";

pub(super) const GATE: &str = "\
Examples:
  cargo tensorprof gate --self-test
  cargo tensorprof gate --self-test --gate-limit 'allocated-bytes=0B@^MatMul/'";

pub(super) const EXPORT: &str = "\
`csv` and `json` are what `show NAME` and `diff NAME CANDIDATE` print with `--format`. The other formats are of one baseline. \
FILTER comes after CANDIDATE; without CANDIDATE, use `--filter`.

Examples:
  cargo tensorprof export main --format json
  cargo tensorprof export v1.0 v1.1 --format csv
  cargo tensorprof export main --format critcmp    # into main.json
  cargo tensorprof export main --format bencher --filter MatMul";

pub(super) const MERGE: &str = "\
Examples:
  cargo tensorprof save part-1 --partition 1/2    # in one job
  cargo tensorprof save part-2 --partition 2/2    # in another
  cargo tensorprof merge main part-1 part-2       # with the files of both";

pub(super) const DIFF: &str = "\
BASELINE and CANDIDATE may be paths of files, too; two files need no project. FILTER comes after CANDIDATE; without CANDIDATE, \
use `--filter`.

Examples:
  cargo tensorprof diff main            # measure the working tree now
  cargo tensorprof diff v1.0 v1.1 --filter MatMul
  cargo tensorprof diff main --save branch --gate
  cargo tensorprof diff /tmp/old.toml /tmp/new.toml";

pub(super) const COMPARE: &str = "\
A baseline that is named twice counts once. Files need no project. On a terminal that is too narrow for all baselines, the \
others follow in a table below. Rows whose times are not comparable say what differs; `--across` compares them. With `--gate` \
every baseline is compared with the reference, and the worst of them decides. Without it the exit code is 3 only if no row of \
any baseline could be compared.

Examples:
  cargo tensorprof compare main scalar simd
  cargo tensorprof compare one two four --across threads --by family
  cargo tensorprof compare baselines/v*.toml --reference main
  cargo tensorprof compare main v1.1 v1.2 --filter MatMul --format csv";

pub(super) const AB: &str = "\
REV and REV2 are whatever git takes for a commit, or `.` for the working tree with its changes. With an option by which the \
sides differ, REV may be left out: both sides are then the working tree. A single word after REV that names no revision is \
FILTER. Where [workspace.metadata.tensorprof] in Cargo.toml gives times or threads, these are the defaults.

Examples:
  cargo tensorprof ab main              # main against the working tree
  cargo tensorprof ab v1.0 v1.1 MatMul
  cargo tensorprof ab HEAD --quick --gate
  cargo tensorprof ab --candidate-features simd --save scalar simd";

pub(super) const BISECT: &str = "\
Where [workspace.metadata.tensorprof] in Cargo.toml gives times or threads, these are the defaults.

Examples:
  cargo tensorprof bisect v1.0 main MatMul/512
  cargo tensorprof bisect v1.0 main GELU --metric allocations";

pub(super) const LIST: &str = "\
Examples:
  cargo tensorprof list
  cargo tensorprof list --format json";

pub(super) const SHOW: &str = "\
Examples:
  cargo tensorprof show main
  cargo tensorprof show main --work
  cargo tensorprof show baselines/main.toml --format json
  cargo tensorprof show main --output page";

pub(super) const HISTORY: &str = "\
Examples:
  cargo tensorprof history
  cargo tensorprof history MatMul --only 'v*' --last 10
  cargo tensorprof history --output target/history";

pub(super) const DOCTOR: &str = "\
Examples:
  cargo tensorprof doctor
  cargo tensorprof doctor --seconds 30 --format json
  cargo tensorprof doctor --output target/doctor";

pub(super) const MV: &str = "\
Examples:
  cargo tensorprof mv main main-before-simd";

pub(super) const CP: &str = "\
Examples:
  cargo tensorprof cp main release-1.0";

pub(super) const RM: &str = "\
Examples:
  cargo tensorprof rm look look-2";

pub(super) const COMPLETIONS: &str = "\
They complete `cargo-tensorprof` and, in zsh, `cargo tensorprof` too.

Examples:
  cargo tensorprof completions bash     # into a file that bash reads";

pub(super) const MAN: &str = "\
`man cargo-tensorprof` and `cargo help tensorprof` find the pages where DIR is in a folder of $MANPATH.

Examples:
  cargo tensorprof man ~/.local/share/man/man1";

/// How the preprocessor is set up, and the directives.
pub(super) const BOOK: &str = "\
Without a command this is a preprocessor for mdBook 0.5, set up in book.toml:
  [preprocessor.tensorprof]
  command = \"cargo tensorprof book\"
  baselines = \"../baselines\"     # relative to book.toml; optional

It replaces directives in chapters by reports. A directive stands alone on
its line, outside code:
  {{#tensorprof diff A B}}           a comparison
  {{#tensorprof chart A B NAME}}     one chart of a comparison
  {{#tensorprof show A}}             one baseline
  {{#tensorprof leaderboard A B C}}  several baselines side by side
  {{#tensorprof history [FILTER]}}   benchmarks over all baselines
All take filter=REGEX. Those that compare also take across=FACT,...,
rule=point, threshold=PERCENT and floor=NANOSECONDS, like the options of
`diff`. The directive diff takes section=NAME,... to show only those sections,
and leaderboard takes by=family, like `compare`.
The directive history takes baselines=NAME,... (`--only` of the command),
last=N, threshold=PERCENT and floor=NANOSECONDS. A directive without threshold
or floor uses those of the project's metadata.

Examples:
  cargo tensorprof book init
  cargo tensorprof book add v1.0 v1.1
  cargo tensorprof book build";

pub(super) const BOOK_INIT: &str = "\
Examples:
  cargo tensorprof book init
  cargo tensorprof book init docs";

pub(super) const BOOK_ADD: &str = "\
Examples:
  cargo tensorprof book add v1.0 v1.1 --title 'What is new in 1.1'
  cargo tensorprof book add one-thread two-threads --across threads";

pub(super) const BOOK_BUILD: &str = "\
Examples:
  cargo tensorprof book build docs";

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::super::Cargo;

    /// The visible commands below this one, at any depth.
    fn below(command: &clap::Command) -> Vec<&clap::Command> {
        let visible = command.get_subcommands().filter(|command| !command.is_hide_set());
        visible.flat_map(|command| std::iter::once(command).chain(below(command))).collect()
    }

    /// The words of a command line that has single quotes at most, without its comment.
    fn words(line: &str) -> Vec<String> {
        let line = line.split("  #").next().unwrap_or_default();
        let parts = line.trim().split('\'').enumerate();
        let words = parts.flat_map(|(index, part)| {
            if index % 2 == 1 {
                vec![part.to_owned()]
            } else {
                part.split_whitespace().map(str::to_owned).collect()
            }
        });
        words.collect()
    }

    #[test]
    fn every_command_ends_its_help_with_examples_that_parse() {
        let cargo = Cargo::command();
        for command in below(&cargo) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let (_, examples) =
                help.split_once("Examples:\n").unwrap_or_else(|| panic!("{}", command.get_name()));
            let examples: Vec<&str> = examples.lines().take_while(|line| line.starts_with("  ")).collect();
            assert!(!examples.is_empty(), "{}", command.get_name());
            for example in examples {
                if let Err(error) = Cargo::try_parse_from(words(example)) {
                    panic!("{example}: {error}");
                }
                assert!(example.len() <= 80, "{example}");
            }
        }
    }
}
