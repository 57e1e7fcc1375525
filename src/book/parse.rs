//! The grammar of directives, and the parser from their words to a [`Directive`].
//!
//! ```text
//! directive = "{{#tensorprof" kind name* option* "}}"
//! option    = key "=" value
//! value     = word | '"' any text '"' | "'" any text "'"
//! ```
//! Words are separated by white space, which includes line ends. A value that holds white space or `}}` has
//! to be quoted; within quotes only the closing quote has a meaning.

use regex::Regex;

use super::directive::{CompareQuery, Directive, HistoryQuery};
use super::lexer::Word;
use super::syntax_error::{SyntaxError, SyntaxErrorKind};
use crate::compare::{By, Fact, Options, Rule, Sides, SmallestChange};
use crate::model::{BaselineName, InvalidName, NamePattern, things};
use crate::report;

/// A kind of directive.
struct Kind {
    name: &'static str,
    /// How it is written, without options.
    usage: &'static str,
    /// The options it takes.
    options: &'static [&'static str],
    parse: fn(&Arguments<'_>) -> Result<Directive, SyntaxError>,
}

const COMPARE_OPTIONS: &[&str] = &["filter", "across", "rule", "threshold", "floor"];
const LEADERBOARD_OPTIONS: &[&str] = &["filter", "by", "across", "rule", "threshold", "floor"];
const DIFF_OPTIONS: &[&str] = &["section", "filter", "across", "rule", "threshold", "floor"];

/// Every kind.
const KINDS: [Kind; 5] = [
    Kind { name: "diff", usage: "diff A B", options: DIFF_OPTIONS, parse: |words| words.diff() },
    Kind { name: "chart", usage: "chart A B NAME", options: COMPARE_OPTIONS, parse: |words| words.chart() },
    Kind { name: "show", usage: "show A", options: &["filter"], parse: |words| words.show() },
    Kind {
        name: "leaderboard",
        usage: "leaderboard A B ...",
        options: LEADERBOARD_OPTIONS,
        parse: |words| words.leaderboard(),
    },
    Kind {
        name: "history",
        usage: "history [FILTER]",
        options: &["filter", "baselines", "last", "threshold", "floor"],
        parse: |words| words.history(),
    },
];

/// Parses the words between `{{#tensorprof` and `}}`.
pub(super) fn parse(words: &[Word]) -> Result<Directive, SyntaxError> {
    let Some((first, rest)) = words.split_first() else {
        return Err(SyntaxErrorKind::NoKind { expected: kinds() }.at(0));
    };
    let Some(kind) = KINDS.iter().find(|kind| first.key.is_none() && kind.name == first.text) else {
        let unknown = SyntaxErrorKind::UnknownKind { found: first.to_string(), expected: kinds() };
        return Err(unknown.at(first.offset));
    };
    (kind.parse)(&Arguments::new(kind, first.offset, rest)?)
}

fn kinds() -> String {
    listed(KINDS.iter().map(|kind| kind.name))
}

/// The words after a kind: plain ones, and options.
struct Arguments<'a> {
    kind: &'static Kind,
    offset: usize,
    plain: Vec<&'a Word>,
    options: Vec<(&'a str, &'a Word)>,
}

impl<'a> Arguments<'a> {
    fn new(kind: &'static Kind, offset: usize, words: &'a [Word]) -> Result<Self, SyntaxError> {
        let mut arguments = Arguments { kind, offset, plain: vec![], options: vec![] };
        for word in words {
            match &word.key {
                None => arguments.plain.push(word),
                Some(key) => arguments.add_option(key, word)?,
            }
        }
        Ok(arguments)
    }

    fn add_option(&mut self, key: &'a str, word: &'a Word) -> Result<(), SyntaxError> {
        if self.get(key).is_some() {
            return Err(SyntaxErrorKind::RepeatedOption(key.to_owned()).at(word.offset));
        }
        if !self.kind.options.contains(&key) {
            let (kind, expected) = (self.kind.name, listed(self.kind.options.iter().copied()));
            let unknown = SyntaxErrorKind::UnknownOption { kind, key: key.to_owned(), expected };
            return Err(unknown.at(word.offset));
        }
        self.options.push((key, word));
        Ok(())
    }

    fn get(&self, key: &str) -> Option<&'a Word> {
        self.options.iter().find(|(other, _)| *other == key).map(|(_, word)| *word)
    }

    fn diff(&self) -> Result<Directive, SyntaxError> {
        let [baseline, candidate] = self.exactly::<2>()?;
        let sections = self.get("section").map_or_else(|| Ok(vec![]), sections)?;
        Ok(Directive::Diff {
            sides: Sides::new(name(baseline)?, name(candidate)?),
            sections,
            query: self.compare_query()?,
        })
    }

    fn chart(&self) -> Result<Directive, SyntaxError> {
        let [baseline, candidate, chart] = self.exactly::<3>()?;
        let chart = choose("chart", chart, &chart.text, with_values(report::chart_names()))?;
        Ok(Directive::Chart {
            sides: Sides::new(name(baseline)?, name(candidate)?),
            chart,
            query: self.compare_query()?,
        })
    }

    fn show(&self) -> Result<Directive, SyntaxError> {
        let [word] = self.exactly::<1>()?;
        Ok(Directive::Show { name: name(word)?, filter: self.filter()? })
    }

    fn leaderboard(&self) -> Result<Directive, SyntaxError> {
        let [first, others @ ..] = self.plain.as_slice() else { return Err(self.wrong_word_count()) };
        if others.is_empty() {
            return Err(self.wrong_word_count());
        }
        let others = others.iter().map(|word| name(word)).collect::<Result<_, _>>()?;
        let by = self.get("by").map_or_else(|| Ok(By::default()), by)?;
        Ok(Directive::Leaderboard { first: name(first)?, others, by, query: self.compare_query()? })
    }

    fn history(&self) -> Result<Directive, SyntaxError> {
        let filter = match self.plain.as_slice() {
            [] => self.filter()?,
            [word] if self.get("filter").is_none() => Some(regex(word)?),
            [word] => return Err(SyntaxErrorKind::RepeatedOption("filter".to_owned()).at(word.offset)),
            _ => return Err(self.wrong_word_count()),
        };
        let only = self.get("baselines").map_or_else(|| Ok(vec![]), patterns)?;
        let last = self.get("last").map(number).transpose()?;
        Ok(Directive::History(HistoryQuery { only, last, filter, said: self.said()? }))
    }

    fn exactly<const COUNT: usize>(&self) -> Result<[&'a Word; COUNT], SyntaxError> {
        <[&Word; COUNT]>::try_from(self.plain.as_slice()).map_err(|_| self.wrong_word_count())
    }

    fn wrong_word_count(&self) -> SyntaxError {
        let found = match self.plain.len() {
            0 => "nothing".to_owned(),
            some => things(some, "word"),
        };
        SyntaxErrorKind::WordCount { kind: self.kind.name, usage: self.kind.usage, found }.at(self.offset)
    }

    fn compare_query(&self) -> Result<CompareQuery, SyntaxError> {
        let Options { mut rule, mut across, .. } = Options::default();
        if let Some(word) = self.get("rule") {
            let rules = [("interval", Rule::Interval), ("point", Rule::Point)];
            rule = choose("rule", word, &word.text, rules.into_iter())?;
        }
        if let Some(word) = self.get("across") {
            across = word.text.split(',').map(|text| fact(word, text)).collect::<Result<_, _>>()?;
        }
        Ok(CompareQuery { filter: self.filter()?, rule, across, said: self.said()? })
    }

    /// The least changes that count.
    fn said(&self) -> Result<SmallestChange, SyntaxError> {
        let threshold = self.get("threshold").map(percent).transpose()?;
        let floor_ns = self.get("floor").map(nanoseconds).transpose()?;
        Ok(SmallestChange { threshold: threshold.map(|percent| percent / 100.0), floor_ns })
    }

    fn filter(&self) -> Result<Option<Regex>, SyntaxError> {
        self.get("filter").map(regex).transpose()
    }
}

impl Word {
    fn invalid(&self, what: &'static str, value: &str, expected: impl Into<String>) -> SyntaxError {
        let (value, expected) = (value.to_owned(), expected.into());
        SyntaxErrorKind::Value { what, value, expected }.at(self.offset)
    }
}

fn name(word: &Word) -> Result<BaselineName, SyntaxError> {
    word.text.parse().map_err(|error: InvalidName| SyntaxErrorKind::from(error).at(word.offset))
}

/// Names of baselines or patterns, separated by commas.
fn patterns(word: &Word) -> Result<Vec<NamePattern>, SyntaxError> {
    let pattern =
        |text: &str| text.parse().map_err(|error: InvalidName| SyntaxErrorKind::from(error).at(word.offset));
    word.text.split(',').map(pattern).collect()
}

fn regex(word: &Word) -> Result<Regex, SyntaxError> {
    Regex::new(&word.text).map_err(|_| word.invalid("filter", &word.text, "a regular expression"))
}

/// A number of baselines.
fn number(word: &Word) -> Result<u32, SyntaxError> {
    let number = word.text.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| word.invalid("number of baselines", &word.text, "a whole number from 1"))
}

/// Sections by their names, separated by commas.
fn sections(word: &Word) -> Result<Vec<&'static str>, SyntaxError> {
    let names = with_values(report::SECTION_NAMES.into_iter());
    word.text.split(',').map(|text| choose("section", word, text, names.clone())).collect()
}

/// What a line of a leaderboard is.
fn by(word: &Word) -> Result<By, SyntaxError> {
    choose("kind of line", word, &word.text, [("row", By::Row), ("family", By::Family)].into_iter())
}

fn fact(word: &Word, text: &str) -> Result<Fact, SyntaxError> {
    choose("fact", word, text, Fact::ALL.into_iter().map(|fact| (fact.name(), fact)))
}

/// Names that are their own values.
fn with_values(
    names: impl Iterator<Item = &'static str> + Clone,
) -> impl Iterator<Item = (&'static str, &'static str)> + Clone {
    names.map(|name| (name, name))
}

/// The value whose name the text is.
fn choose<T>(
    what: &'static str,
    word: &Word,
    text: &str,
    mut named: impl Iterator<Item = (&'static str, T)> + Clone,
) -> Result<T, SyntaxError> {
    let names = named.clone().map(|(name, _)| name);
    let chosen = named.find(|(name, _)| *name == text).map(|(_, value)| value);
    chosen.ok_or_else(|| word.invalid(what, text, format!("one of {}", listed(names))))
}

fn percent(word: &Word) -> Result<f64, SyntaxError> {
    match word.text.trim_end_matches('%').parse::<f64>() {
        Ok(percent) if (0.0..=1000.0).contains(&percent) => Ok(percent),
        _ => Err(word.invalid("threshold", &word.text, "a percentage between 0 and 1000")),
    }
}

fn nanoseconds(word: &Word) -> Result<f64, SyntaxError> {
    match word.text.parse::<f64>() {
        Ok(nanoseconds) if (0.0..=1e15).contains(&nanoseconds) => Ok(nanoseconds),
        _ => Err(word.invalid("floor", &word.text, "a number of nanoseconds from 0 to 1e15")),
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
