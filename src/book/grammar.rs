//! What a directive may say.
//!
//! ```text
//! directive = "{{#tensorprof" kind name* option* "}}"
//! option    = key "=" value
//! value     = word | '"' any text '"' | "'" any text "'"
//! ```
//! Words are separated by white space, line ends among it. A value is quoted where it holds white space or `}}`;
//! within quotes nothing has a meaning but the closing quote.

use std::fmt;

use regex::Regex;

use super::directive::{Directive, HistoryQuery, Judging};
use super::words::Word;
use crate::compare::{Fact, HistoryOptions, Options, Rule};
use crate::model::{BaselineName, InvalidName, NamePattern};
use crate::report;

/// What keeps a text from being a directive, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GrammarError {
    /// Bytes from the start of the directive.
    pub(super) offset: usize,
    /// What is wrong.
    pub(super) fault: GrammarFault,
}

/// What is wrong with a directive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum GrammarFault {
    #[error("the directive is not closed by `}}}}`")]
    Unclosed,
    #[error("the quote is not closed")]
    OpenQuote,
    #[error("white space or `}}}}` was expected after the quote")]
    AfterQuote,
    #[error("a directive stands alone on its line")]
    NotAlone,
    #[error("what to show is missing: one of {}", listed(KINDS.iter().map(|kind| kind.name)))]
    NoKind,
    #[error("`{0}` cannot be shown: one of {kinds} was expected", kinds = listed(KINDS.iter().map(|kind| kind.name)))]
    UnknownKind(String),
    #[error("`{kind}` was given {found}: `{usage}` was expected")]
    Count { kind: &'static str, usage: &'static str, found: String },
    #[error(transparent)]
    Name(#[from] InvalidName),
    #[error("`{kind}` has no option `{key}`: one of {options} was expected")]
    UnknownOption { kind: &'static str, key: String, options: String },
    #[error("the option `{0}` is given twice")]
    Twice(String),
    #[error("`{value}` is no {what}: {expected} was expected")]
    Value { what: &'static str, value: String, expected: String },
}

/// A kind of directive.
struct Kind {
    name: &'static str,
    /// Its plain words.
    usage: &'static str,
    /// The options it takes.
    options: &'static [&'static str],
    parse: fn(&Arguments<'_>) -> Result<Directive, GrammarError>,
}

const JUDGING: &[&str] = &["filter", "across", "rule", "threshold"];
const SECTIONS_AND_JUDGING: &[&str] = &["section", "filter", "across", "rule", "threshold"];

/// Every kind.
const KINDS: [Kind; 5] = [
    Kind { name: "diff", usage: "diff A B", options: SECTIONS_AND_JUDGING, parse: |words| words.diff() },
    Kind { name: "chart", usage: "chart A B NAME", options: JUDGING, parse: |words| words.chart() },
    Kind { name: "show", usage: "show A", options: &["filter"], parse: |words| words.show() },
    Kind {
        name: "leaderboard",
        usage: "leaderboard A B ...",
        options: JUDGING,
        parse: |words| words.leaderboard(),
    },
    Kind {
        name: "history",
        usage: "history [FILTER]",
        options: &["filter", "baselines", "last", "threshold"],
        parse: |words| words.history(),
    },
];

/// Understands the words between `{{#tensorprof` and `}}`.
pub(super) fn parse(words: &[Word]) -> Result<Directive, GrammarError> {
    let Some((first, rest)) = words.split_first() else { return Err(at(0, GrammarFault::NoKind)) };
    let Some(kind) = KINDS.iter().find(|kind| first.key.is_none() && kind.name == first.text) else {
        return Err(at(first.offset, GrammarFault::UnknownKind(first.to_string())));
    };
    (kind.parse)(&Arguments::new(kind, first.offset, rest)?)
}

/// The words after a kind: plain ones, and options.
struct Arguments<'a> {
    kind: &'static Kind,
    offset: usize,
    plain: Vec<&'a Word>,
    options: Vec<(&'a str, &'a Word)>,
}

impl<'a> Arguments<'a> {
    fn new(kind: &'static Kind, offset: usize, words: &'a [Word]) -> Result<Self, GrammarError> {
        let mut arguments = Arguments { kind, offset, plain: vec![], options: vec![] };
        for word in words {
            match &word.key {
                None => arguments.plain.push(word),
                Some(key) => arguments.option(key, word)?,
            }
        }
        Ok(arguments)
    }

    fn option(&mut self, key: &'a str, word: &'a Word) -> Result<(), GrammarError> {
        if self.get(key).is_some() {
            return Err(at(word.offset, GrammarFault::Twice(key.to_owned())));
        }
        if !self.kind.options.contains(&key) {
            let (kind, options) = (self.kind.name, listed(self.kind.options.iter().copied()));
            let fault = GrammarFault::UnknownOption { kind, key: key.to_owned(), options };
            return Err(at(word.offset, fault));
        }
        self.options.push((key, word));
        Ok(())
    }

    fn get(&self, key: &str) -> Option<&'a Word> {
        self.options.iter().find(|(other, _)| *other == key).map(|(_, word)| *word)
    }

    fn diff(&self) -> Result<Directive, GrammarError> {
        let [baseline, candidate] = self.exactly::<2>()?;
        let sections = self.get("section").map_or_else(|| Ok(vec![]), sections)?;
        Ok(Directive::Diff { sides: [name(baseline)?, name(candidate)?], sections, judging: self.judging()? })
    }

    fn chart(&self) -> Result<Directive, GrammarError> {
        let [baseline, candidate, chart] = self.exactly::<3>()?;
        let chart = choose("chart", chart, &chart.text, themselves(report::chart_names()))?;
        Ok(Directive::Chart { sides: [name(baseline)?, name(candidate)?], chart, judging: self.judging()? })
    }

    fn show(&self) -> Result<Directive, GrammarError> {
        let [word] = self.exactly::<1>()?;
        Ok(Directive::Show { name: name(word)?, filter: self.filter()? })
    }

    fn leaderboard(&self) -> Result<Directive, GrammarError> {
        let [first, others @ ..] = self.plain.as_slice() else { return Err(self.miscounted()) };
        if others.is_empty() {
            return Err(self.miscounted());
        }
        let others = others.iter().map(|word| name(word)).collect::<Result<_, _>>()?;
        Ok(Directive::Leaderboard { first: name(first)?, others, judging: self.judging()? })
    }

    fn history(&self) -> Result<Directive, GrammarError> {
        let filter = match self.plain.as_slice() {
            [] => self.filter()?,
            [word] if self.get("filter").is_none() => Some(regex(word)?),
            [word] => return Err(at(word.offset, GrammarFault::Twice("filter".to_owned()))),
            _ => return Err(self.miscounted()),
        };
        let mut options = HistoryOptions::default();
        if let Some(word) = self.get("threshold") {
            options.threshold = percent(word)? / 100.0;
        }
        let only = self.get("baselines").map_or_else(|| Ok(vec![]), patterns)?;
        let last = self.get("last").map(number).transpose()?;
        Ok(Directive::History(HistoryQuery { only, last, filter, options }))
    }

    fn exactly<const COUNT: usize>(&self) -> Result<[&'a Word; COUNT], GrammarError> {
        <[&Word; COUNT]>::try_from(self.plain.as_slice()).map_err(|_| self.miscounted())
    }

    fn miscounted(&self) -> GrammarError {
        let found = match self.plain.len() {
            0 => "nothing".to_owned(),
            1 => "1 word".to_owned(),
            many => format!("{many} words"),
        };
        at(self.offset, GrammarFault::Count { kind: self.kind.name, usage: self.kind.usage, found })
    }

    fn judging(&self) -> Result<Judging, GrammarError> {
        let mut options = Options::default();
        if let Some(word) = self.get("rule") {
            let rules = [("interval", Rule::Interval), ("point", Rule::Point)];
            options.rule = choose("rule", word, &word.text, rules.into_iter())?;
        }
        if let Some(word) = self.get("threshold") {
            options.threshold = percent(word)? / 100.0;
        }
        if let Some(word) = self.get("across") {
            options.across = word.text.split(',').map(|text| fact(word, text)).collect::<Result<_, _>>()?;
        }
        Ok(Judging { filter: self.filter()?, options })
    }

    fn filter(&self) -> Result<Option<Regex>, GrammarError> {
        self.get("filter").map(regex).transpose()
    }
}

impl Word {
    fn is_no(&self, what: &'static str, value: &str, expected: impl Into<String>) -> GrammarError {
        let (value, expected) = (value.to_owned(), expected.into());
        at(self.offset, GrammarFault::Value { what, value, expected })
    }
}

pub(super) fn at(offset: usize, fault: GrammarFault) -> GrammarError {
    GrammarError { offset, fault }
}

fn name(word: &Word) -> Result<BaselineName, GrammarError> {
    word.text.parse().map_err(|error: InvalidName| at(word.offset, error.into()))
}

/// Names of baselines or patterns, separated by commas.
fn patterns(word: &Word) -> Result<Vec<NamePattern>, GrammarError> {
    let pattern = |text: &str| text.parse().map_err(|error: InvalidName| at(word.offset, error.into()));
    word.text.split(',').map(pattern).collect()
}

fn regex(word: &Word) -> Result<Regex, GrammarError> {
    Regex::new(&word.text).map_err(|_| word.is_no("filter", &word.text, "a regular expression"))
}

/// How many.
fn number(word: &Word) -> Result<u32, GrammarError> {
    let number = word.text.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| word.is_no("number of baselines", &word.text, "a whole number from 1"))
}

/// Sections by their names, separated by commas.
fn sections(word: &Word) -> Result<Vec<&'static str>, GrammarError> {
    let names = themselves(report::SECTION_NAMES.into_iter());
    word.text.split(',').map(|text| choose("section", word, text, names.clone())).collect()
}

fn fact(word: &Word, text: &str) -> Result<Fact, GrammarError> {
    choose("fact", word, text, Fact::ALL.into_iter().map(|fact| (fact.name(), fact)))
}

fn themselves(
    names: impl Iterator<Item = &'static str> + Clone,
) -> impl Iterator<Item = (&'static str, &'static str)> + Clone {
    names.map(|name| (name, name))
}

/// What the text names.
fn choose<T>(
    what: &'static str,
    word: &Word,
    text: &str,
    mut named: impl Iterator<Item = (&'static str, T)> + Clone,
) -> Result<T, GrammarError> {
    let names = named.clone().map(|(name, _)| name);
    let chosen = named.find(|(name, _)| *name == text).map(|(_, value)| value);
    chosen.ok_or_else(|| word.is_no(what, text, format!("one of {}", listed(names))))
}

fn percent(word: &Word) -> Result<f64, GrammarError> {
    match word.text.trim_end_matches('%').parse::<f64>() {
        Ok(percent) if (0.0..=1000.0).contains(&percent) => Ok(percent),
        _ => Err(word.is_no("threshold", &word.text, "a percentage between 0 and 1000")),
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

impl fmt::Display for GrammarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)
    }
}
