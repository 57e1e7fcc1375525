//! What a cell or a sentence says. How it looks is left to who writes it: only a writer escapes.

use crate::compare::{Change, Sides};
use crate::model::{Range, clip};
use crate::report::change::{Effect, TIME};
use crate::report::escape::{code, elide, printable};
use crate::report::quantity::{self, NONE, Precision, Time, significant};

/// Longest reason of a failure that is shown, characters.
const LONGEST_REASON: usize = 120;
/// Longest name in a comment, characters.
const LONGEST_NAME: usize = 100;

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Terminal,
    /// On a page, as markdown.
    Page,
    /// The same in short: long names lose their middle.
    Comment,
    /// For programs: numbers in base units and unrounded.
    Csv,
}

impl Form {
    /// What others wrote, made harmless.
    pub(crate) fn foreign(self, text: &str) -> String {
        match self {
            Form::Terminal => printable(text),
            Form::Page => code(text),
            // What cannot be seen is written out before the length is counted.
            Form::Comment => code(&elide(&printable(text), LONGEST_NAME)),
            // A spreadsheet would take it for a formula.
            Form::Csv if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
            Form::Csv => text.to_owned(),
        }
    }

    fn arrow(self) -> &'static str {
        if self == Form::Terminal { "->" } else { "→" }
    }
}

/// A text by what it says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Text {
    None,
    /// Our own words.
    Own(String),
    /// A name, a reason: what others wrote.
    Foreign(String),
    /// Where links to this place arrive, on a page.
    Anchor(String),
    Time(Time),
    /// A size of memory, with its least and its greatest value.
    Bytes(Range<u64>),
    /// A count likewise.
    Count(Range<u64>),
    /// Another number with its unit, if it has one.
    Number(f64, Precision, &'static str),
    /// A change: in full on a page, the point estimate alone on a terminal.
    Change(Effect),
    /// The baseline's and the candidate's.
    Both(Box<Sides<Text>>),
    /// What is to be seen first.
    Strong(Box<Text>),
    /// One after the other.
    Line(Vec<Text>),
}

impl Text {
    pub(crate) fn foreign(text: &str) -> Self {
        Text::Foreign(text.to_owned())
    }

    /// Why something failed.
    pub(crate) fn reason(text: &str) -> Self {
        Text::Foreign(clip(text, LONGEST_REASON))
    }

    pub(crate) fn strong(text: impl Into<Text>) -> Self {
        Text::Strong(Box::new(text.into()))
    }

    pub(crate) fn line<const N: usize>(texts: [Text; N]) -> Self {
        Text::Line(texts.into())
    }

    /// Several with this between them.
    pub(crate) fn joined(texts: impl IntoIterator<Item = Text>, between: &str) -> Self {
        let texts = texts.into_iter().enumerate();
        Text::Line(
            texts.flat_map(|(index, text)| [if index > 0 { between } else { "" }.into(), text]).collect(),
        )
    }

    pub(crate) fn count(count: usize) -> Self {
        Text::Count(Range::exact(count as u64))
    }

    /// Both sides: no value where neither has one.
    pub(crate) fn both<T>(sides: Sides<Option<T>>, text: impl Fn(T) -> Text) -> Self {
        if sides.any() { Text::Both(Box::new(sides.map(|side| side.map(&text).into()))) } else { Text::None }
    }

    /// As it is written there.
    pub(crate) fn write(&self, form: Form) -> String {
        match self {
            Text::None if form == Form::Csv => String::new(),
            Text::Time(time) if form == Form::Csv => time.nanoseconds.to_string(),
            Text::Bytes(range) | Text::Count(range) if form == Form::Csv => range.high.to_string(),
            Text::Number(value, ..) if form == Form::Csv => value.to_string(),
            Text::None => NONE.to_owned(),
            Text::Own(words) => words.clone(),
            Text::Foreign(text) => form.foreign(text),
            Text::Anchor(id) if form == Form::Page => format!("<a id=\"{id}\"></a>"),
            Text::Anchor(_) => String::new(),
            Text::Time(time) => time.to_string(),
            Text::Bytes(range) => quantity::range(*range, quantity::bytes),
            Text::Count(range) => quantity::range(*range, quantity::count),
            Text::Number(value, precision, "") => significant(*value, *precision),
            Text::Number(value, precision, unit) => format!("{} {unit}", significant(*value, *precision)),
            Text::Change(effect) if form == Form::Terminal => effect.point.clone(),
            Text::Change(effect) => effect.to_string(),
            Text::Both(sides) => {
                let Sides { baseline, candidate } = sides.as_ref().as_ref().map(|side| side.write(form));
                format!("{baseline} {} {candidate}", form.arrow())
            }
            Text::Strong(text) if form == Form::Terminal => text.write(form),
            Text::Strong(text) => format!("**{}**", text.write(form)),
            Text::Line(texts) => texts.iter().map(|text| text.write(form)).collect(),
        }
    }
}

impl From<&str> for Text {
    fn from(words: &str) -> Self {
        Text::Own(words.to_owned())
    }
}

impl From<String> for Text {
    fn from(words: String) -> Self {
        Text::Own(words)
    }
}

impl From<Time> for Text {
    fn from(time: Time) -> Self {
        Text::Time(time)
    }
}

impl From<&Change> for Text {
    fn from(change: &Change) -> Self {
        Text::Change(Effect::of(change, TIME))
    }
}

impl<T: Into<Text>> From<Option<T>> for Text {
    fn from(value: Option<T>) -> Self {
        value.map_or(Text::None, Into::into)
    }
}
