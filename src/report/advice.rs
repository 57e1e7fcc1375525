//! What decides the rows of which the data cannot tell, with the commands that do it. Every form of a report says it in
//! these words.

use serde::Serializer;

use super::command::{contest_flags, exact_filter, shell_word};
use super::json::{Keys, Object};
use super::origin::commit;
use super::quantity::things;
use super::remeasuring::{NextSession, Remeasuring};
use crate::compare::{Comparison, Measured, Row, Side, Sides, Verdict, Warning};
use crate::model::{AFFINITY, Baseline, Environment, SET_BY_COUNT, Settings};

/// Longest filter that is worth printing, bytes. Of more rows, all benchmarks are measured.
const LONGEST_FILTER: usize = 200;

/// Most rounds that a command takes.
const MOST_ROUNDS: usize = 1000;

/// Facts of the build that are no facts of the source: a head-to-head run would build both sides alike in these.
const OF_THE_BUILD: [&str; 3] = ["rustc", "features", "RUSTFLAGS"];

/// Facts of the machine that one run has on both sides.
const OF_THE_MACHINE: [&str; 1] = ["governor"];

/// What to do, and by which commands: one for both sides, or else one for each. Every command can be run as it stands; where
/// none can, the text says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Advice {
    pub(crate) text: String,
    pub(crate) commands: Vec<String>,
}

impl Advice {
    /// On the open rows of two baselines that were measured each at its own time. `None` where no row is open; those of a
    /// head-to-head run say themselves what they would have needed.
    pub(crate) fn of(comparison: &Comparison, means: &Remeasuring) -> Option<Advice> {
        let is_open = |row: &&Row| matches!(row.verdict, Verdict::Inconclusive | Verdict::Suspect);
        let open: Vec<&Row> = comparison.rows.iter().filter(is_open).collect();
        if open.is_empty() || comparison.measured == Measured::HeadToHead {
            return None;
        }
        let filter = exact_filter(open.iter().map(|row| &row.id));
        let filter = Some(filter).filter(|filter| filter.len() <= LONGEST_FILTER);
        let filter = filter.map_or_else(String::new, |filter| format!(" --filter {}", shell_word(&filter)));
        let rows = things(open.len(), "open row");
        Some(match head_to_head(comparison, means, &filter) {
            Some((sides, command)) => Advice {
                text: format!("To decide {rows}, measure {sides} head to head:"),
                commands: vec![command],
            },
            None => {
                let text = format!(
                    "To decide {rows}, add a session to each side, with its code and settings in place"
                );
                match means.obstacle() {
                    Some(obstacle) => Advice {
                        text: format!("{text}. No command does it here, because {obstacle}."),
                        commands: vec![],
                    },
                    None => Advice {
                        text: text + ":",
                        commands: sessions(comparison, means, rounds(&open), &filter),
                    },
                }
            }
        })
    }
}

impl Object for Advice {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("text", &self.text).key("commands", &self.commands)
    }
}

/// What a head-to-head run measures, and its command, where the sources of both sides are known and they differ by these
/// alone.
fn head_to_head(
    comparison: &Comparison,
    means: &Remeasuring,
    filter: &str,
) -> Option<(&'static str, String)> {
    let Sides { baseline, candidate } = comparison.sides.as_ref().map(|side| &side.baseline);
    let is_given_again = |name: &str| !OF_THE_BUILD.contains(&name) && !OF_THE_MACHINE.contains(&name);
    let mut facts = comparison.differences.iter();
    let alike = facts.all(|fact| fact.fact.is_none() && is_given_again(&fact.name))
        && baseline.environment.variables == candidate.environment.variables;
    let alike = alike && means.builds_commits && same_commands(baseline, candidate);
    let settings = alike.then_some(&baseline.settings)?;
    let (sides, revisions) = sources(baseline, candidate)?;
    let command = format!(
        "cargo tensorprof ab {revisions}{filter}{}{}{}{}",
        threads(&baseline.environment)?,
        selection(settings)?,
        contest_flags(&comparison.options),
        means.flags,
    );
    Some((sides, command))
}

fn same_commands(baseline: &Baseline, candidate: &Baseline) -> bool {
    let words =
        |side: &Baseline| [side.settings.cargo_arguments.clone(), side.settings.bench_arguments.clone()];
    words(baseline) == words(candidate)
}

/// Both sides in words, and their revisions; of a candidate with uncommitted changes none, which is the working tree. `None`
/// where the sources of the baseline cannot be had again, or both sides have the same.
fn sources(baseline: &Baseline, candidate: &Baseline) -> Option<(&'static str, String)> {
    let revision = |side: &Baseline| {
        let known = side.environment.revision.clone();
        known.filter(|known| {
            known.commit.len() >= 7 && known.commit.bytes().all(|digit| digit.is_ascii_hexdigit())
        })
    };
    let old = revision(baseline).filter(|old| !old.dirty)?;
    let new = revision(candidate)?;
    match (new.dirty, new.commit == old.commit) {
        (true, _) => Some(("the baseline's commit and the working tree", commit(&old))),
        (false, true) => None,
        (false, false) => Some(("both sides", format!("{} {}", commit(&old), commit(&new)))),
    }
}

/// The option of as many threads as a side had. `None` where it had variables that the option does not set so.
fn threads(environment: &Environment) -> Option<String> {
    let variables = &environment.threads;
    let Some(number) = variables.values().next() else { return Some(String::new()) };
    let set = SET_BY_COUNT.iter().all(|name| variables.get(*name) == Some(number));
    let others = variables.keys().filter(|name| !SET_BY_COUNT.contains(&name.as_str()));
    let is_set_by_it = set && others.eq((number == "1").then_some(AFFINITY).iter());
    (is_set_by_it && number.parse::<u32>().is_ok()).then(|| format!(" --threads {number}"))
}

/// The flags that select what is built. `None` where a file must not choose them, or where arguments for the benches are
/// recorded.
fn selection(settings: &Settings) -> Option<String> {
    const SWITCHES: [&str; 3] = ["--workspace", "--all-features", "--no-default-features"];
    const VALUED: [&str; 7] =
        ["--package", "--exclude", "--bench", "--exclude-bench", "--features", "--profile", "--target"];
    let mut words = settings.cargo_arguments.iter().map(String::as_str);
    let mut selection = String::new();
    while let Some(flag) = words.next() {
        selection.push_str(&format!(" {flag}"));
        if VALUED.contains(&flag) {
            let value = words.next().filter(|value| is_name(value))?;
            selection.push_str(&format!(" {}", shell_word(value)));
        } else if !SWITCHES.contains(&flag) {
            return None;
        }
    }
    settings.bench_arguments.is_empty().then_some(selection)
}

/// A name or a pattern of names, and neither an option nor the file of a target.
fn is_name(word: &str) -> bool {
    let belongs = |character: char| character.is_ascii_alphanumeric() || "_-./,+@:*?[]! ".contains(character);
    !word.is_empty() && !word.starts_with('-') && !word.ends_with(".json") && word.chars().all(belongs)
}

/// Rounds that would resolve all open rows for which rounds would do; as many as by default where a row has too few to know.
fn rounds(open: &[&Row]) -> Option<usize> {
    let needed = |row: &&Row| {
        let has_few = row.notes.iter().any(|note| matches!(note, Warning::TooFewRounds { .. }));
        row.more_rounds.or_else(|| has_few.then_some(Settings::default().rounds as usize))
    };
    open.iter().filter_map(needed).max().map(|rounds| rounds.min(MOST_ROUNDS))
}

/// A further session of each side. A working tree that was measured and not saved is measured again, with more rounds.
fn sessions(
    comparison: &Comparison,
    means: &Remeasuring,
    rounds: Option<usize>,
    filter: &str,
) -> Vec<String> {
    let option =
        |rounds: Option<usize>| rounds.map_or_else(String::new, |rounds| format!(" --rounds {rounds}"));
    let command = |side: Side| {
        let Baseline { name, settings, .. } = &comparison.sides[side].baseline;
        match &means.sessions[side] {
            NextSession::Measured([start, rest]) => {
                let all = rounds.map(|more| MOST_ROUNDS.min(more + settings.rounds as usize));
                format!("{start}{}{filter}{rest}", option(all))
            }
            _ => {
                // A part is measured as a whole.
                let filter = if settings.partition.is_some() { "" } else { filter };
                format!("cargo tensorprof save {name} --append{}{filter}{}", option(rounds), means.flags)
            }
        }
    };
    let mut commands = Vec::from(Side::BOTH.map(command));
    commands.dedup();
    commands
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::compare::{Difference, Fact, SmallestChange};
    use crate::report::fixture::{RowBuilder, comparison};

    /// Two rows that are open and one that is not, of two commits.
    fn open() -> Comparison {
        let row = |path, verdict| RowBuilder::new(path).verdict(verdict);
        comparison(vec![
            row("Dot/f32-8", Verdict::Inconclusive).more_rounds(351).build(),
            row("Dot/1.5", Verdict::Suspect).build(),
            row("Sum/1", Verdict::Unchanged).build(),
        ])
    }

    fn advice(edit: impl FnOnce(&mut Comparison)) -> Advice {
        let mut comparison = open();
        comparison.sides.candidate.baseline.environment.revision.as_mut().expect("a commit").dirty = false;
        both(&mut comparison, |side| side.environment.threads = set(SET_BY_COUNT, "2"));
        edit(&mut comparison);
        Advice::of(&comparison, &Remeasuring::default()).expect("advice")
    }

    /// Advice on sides of which no head-to-head run is possible.
    fn of_sessions(means: &Remeasuring) -> Advice {
        let mut comparison = open();
        comparison.sides.baseline.baseline.environment.revision = None;
        Advice::of(&comparison, means).expect("advice")
    }

    fn set(names: impl IntoIterator<Item = &'static str>, number: &str) -> BTreeMap<String, String> {
        names.into_iter().map(|name| (name.to_owned(), number.to_owned())).collect()
    }

    fn both(comparison: &mut Comparison, edit: impl Fn(&mut Baseline)) {
        edit(&mut comparison.sides.baseline.baseline);
        edit(&mut comparison.sides.candidate.baseline);
    }

    const FILTER: &str = r"--filter '^(?:Dot/1\.5|Dot/f32-8)$'";
    const SESSIONS: [&str; 2] = ["save before --append --rounds 351", "save after --append --rounds 351"];

    #[track_caller]
    fn assert_sessions(edit: impl FnOnce(&mut Comparison)) {
        let expected = SESSIONS.map(|command| format!("cargo tensorprof {command} {FILTER}"));
        let Advice { text, commands } = advice(edit);
        assert_eq!(commands, expected);
        assert_eq!(
            text,
            "To decide 2 open rows, add a session to each side, with its code and settings in place:"
        );
    }

    #[test]
    fn two_commits_are_measured_head_to_head_as_they_were_measured_before() {
        let said = advice(|comparison| {
            both(comparison, |side| {
                side.settings.cargo_arguments =
                    ["--package", "a", "--all-features"].map(str::to_owned).into();
            });
            let said = SmallestChange { threshold: Some(0.05), floor_ns: None };
            comparison.options = comparison.options.clone().with(said);
        });
        let expected = format!(
            "cargo tensorprof ab a84483f0c1 b1d2e3f405 {FILTER} --threads 2 --package a --all-features --threshold 5"
        );
        assert_eq!(said.commands, [expected]);
        assert_eq!(said.text, "To decide 2 open rows, measure both sides head to head:");
    }

    #[test]
    fn threads_that_no_option_gives_again_get_sessions() {
        for threads in
            [set(["RAYON_NUM_THREADS"], "1"), set(SET_BY_COUNT, "1"), set(["RAYON_NUM_THREADS"], "x")]
        {
            assert_sessions(|comparison| both(comparison, |side| side.environment.threads = threads.clone()));
        }
        let one = set(SET_BY_COUNT.into_iter().chain([AFFINITY]), "1");
        let pinned = advice(|comparison| both(comparison, |side| side.environment.threads = one.clone()));
        assert!(pinned.commands[0].contains(" --threads 1"), "{pinned:?}");
        let unset = advice(|comparison| both(comparison, |side| side.environment.threads.clear()));
        assert!(!unset.commands[0].contains("--threads"), "{unset:?}");
    }

    #[test]
    fn a_recorded_variable_that_differs_gets_sessions() {
        assert_sessions(|comparison| {
            let variables = &mut comparison.sides.candidate.baseline.environment.variables;
            variables.insert("MKL_CBWR".to_owned(), "AVX2".to_owned());
        });
    }

    #[test]
    fn uncommitted_changes_of_the_candidate_are_those_of_the_working_tree() {
        let said = advice(|comparison| {
            let revision = comparison.sides.candidate.baseline.environment.revision.as_mut();
            revision.expect("a commit").dirty = true;
        });
        assert_eq!(said.commands, [format!("cargo tensorprof ab a84483f0c1 {FILTER} --threads 2")]);
        assert!(said.text.ends_with("measure the baseline's commit and the working tree head to head:"));
    }

    #[test]
    fn sides_that_a_head_to_head_run_would_not_give_again_get_sessions() {
        assert_sessions(|comparison| {
            comparison.sides.baseline.baseline.environment.revision.as_mut().expect("a commit").dirty = true;
        });
        assert_sessions(|comparison| comparison.sides.candidate.baseline.environment.revision = None);
        assert_sessions(|comparison| {
            let commit = |side: &mut Baseline| {
                side.environment.revision.as_mut().expect("a commit").commit = "0123456789abcdef".to_owned();
            };
            both(comparison, commit);
        });
        assert_sessions(|comparison| {
            comparison.sides.baseline.baseline.environment.revision.as_mut().expect("a commit").commit =
                "--exec=rm".to_owned();
        });
        for arguments in
            [vec!["--config", "x"], vec!["--bench", "--config=x"], vec!["--bench"], vec!["$(rm)"]]
        {
            assert_sessions(|comparison| {
                both(comparison, |side| {
                    side.settings.cargo_arguments = arguments.iter().map(|word| (*word).to_owned()).collect();
                });
            });
        }
        for (name, fact) in
            [("RUSTFLAGS", None), ("governor", None), ("OMP_NUM_THREADS", Some(Fact::Threads))]
        {
            assert_sessions(|comparison| {
                comparison.differences = vec![Difference {
                    name: name.to_owned(),
                    baseline: "1".to_owned(),
                    candidate: "2".to_owned(),
                    fact,
                }];
            });
        }
    }

    #[test]
    fn a_working_tree_that_is_not_saved_is_measured_again_by_the_command_that_measured_it() {
        let mut comparison = open();
        comparison.sides.candidate.baseline.settings.rounds = 12;
        comparison.sides.baseline.baseline.environment.revision = None;
        let measured = ["cargo tensorprof diff before", " --threshold 5 --package a --offline"];
        let sessions = Sides::new(NextSession::Appended, NextSession::Measured(measured.map(str::to_owned)));
        let means = Remeasuring { flags: " --offline".to_owned(), sessions, ..Remeasuring::default() };
        let said = Advice::of(&comparison, &means).expect("advice");
        assert_eq!(
            said.commands,
            [
                format!("cargo tensorprof save before --append --rounds 351 {FILTER} --offline"),
                format!(
                    "cargo tensorprof diff before --rounds 363 {FILTER} --threshold 5 --package a --offline"
                ),
            ]
        );
    }

    #[test]
    fn every_command_is_on_the_project_that_the_user_named() {
        let flags = " --manifest-path a/Cargo.toml --baselines b".to_owned();
        let means = Remeasuring { flags: flags.clone(), ..Remeasuring::default() };
        let mut comparison = open();
        both(&mut comparison, |side| side.environment.threads.clear());
        let run = Advice::of(&comparison, &means).expect("advice").commands;
        assert!(run.len() == 1 && run[0].starts_with("cargo tensorprof ab "), "{run:?}");
        let commands = [run, of_sessions(&means).commands].concat();
        assert_eq!(commands.len(), 3);
        assert!(commands.iter().all(|command| command.ends_with(&flags)), "{commands:?}");
    }

    #[test]
    fn facts_that_may_differ_may_differ_head_to_head() {
        let said = advice(|comparison| comparison.options.across = [Fact::Work, Fact::Model].into());
        assert!(said.commands[0].ends_with(" --threads 2 --across work,model"), "{said:?}");
    }

    #[test]
    fn what_no_command_does_is_said_with_the_reason() {
        use NextSession::{Appended, OfNoProject, Unsaid};
        let of = |baseline, candidate| Remeasuring {
            builds_commits: false,
            sessions: Sides::new(baseline, candidate),
            ..Remeasuring::default()
        };
        let unsaid = Unsaid(vec!["--config".to_owned(), "a b".to_owned()]);
        for (means, reason) in [
            (of(OfNoProject, OfNoProject), "both baselines are files outside of a project."),
            (of(Appended, OfNoProject), "the candidate is a file outside of the project."),
            (
                of(unsaid, Appended),
                "the baseline records arguments that a file must not choose, and you have to give again: --config 'a b'.",
            ),
        ] {
            let Advice { text, commands } = of_sessions(&means);
            assert!(text.ends_with(&format!(" No command does it here, because {reason}")), "{text}");
            assert_eq!(commands, [""; 0]);
            let whole = Advice::of(&open(), &means).expect("advice");
            assert_eq!(whole.commands, [""; 0], "no commit can be built");
        }
    }

    #[test]
    fn names_that_a_shell_would_expand_are_quoted() {
        let select = |words: [&str; 2]| {
            let cargo_arguments = words.map(str::to_owned).into();
            selection(&Settings { cargo_arguments, ..Settings::default() })
        };
        assert_eq!(select(["--package", "a*"]).as_deref(), Some(" --package 'a*'"));
        assert_eq!(select(["--exclude-bench", "a::b"]).as_deref(), Some(" --exclude-bench a::b"));
        assert_eq!(
            select(["--target", "x86_64-unknown-linux-gnu"]).as_deref(),
            Some(" --target x86_64-unknown-linux-gnu")
        );
        for refused in [["--target", "x.json"], ["--config", "x"], ["--bench", "$(rm)"]] {
            assert_eq!(select(refused), None);
        }
    }

    #[test]
    fn rows_that_are_decided_or_were_measured_head_to_head_need_none() {
        let decided = RowBuilder::new("Sum/1").verdict(Verdict::Regressed).build();
        let none = |comparison: &Comparison| Advice::of(comparison, &Remeasuring::default());
        assert_eq!(none(&comparison(vec![decided])), None);
        assert_eq!(none(&Comparison { measured: Measured::HeadToHead, ..open() }), None);
    }

    #[test]
    fn so_many_rows_that_a_filter_would_be_too_long_are_measured_with_all_others() {
        let rows =
            (0..60).map(|index| RowBuilder::new(&format!("Dot/{index}")).verdict(Verdict::Suspect).build());
        let mut comparison = comparison(rows.collect());
        both(&mut comparison, |side| side.environment.threads.clear());
        let said = Advice::of(&comparison, &Remeasuring::default()).expect("advice");
        assert_eq!(said.commands, ["cargo tensorprof ab a84483f0c1"]);
    }
}
