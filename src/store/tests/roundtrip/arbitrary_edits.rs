//! What editors and people may do to the text of a baseline.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::text;

/// What an editor may do to a line of a file.
#[derive(Debug, Clone)]
pub(super) enum Edit {
    /// Puts a line before it.
    Insert(Index, String),
    /// Writes a header otherwise.
    Header(Index, HeaderForm),
    /// Takes it away.
    Remove(Index),
    /// Moves it.
    Move(Index, Index),
}

/// What cannot follow a header.
const NO_TOML: &str = " x";

/// Another way to write a header.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeaderForm {
    indent: &'static str,
    blank: &'static str,
    quote: &'static str,
    after: &'static str,
}

impl HeaderForm {
    fn of(self, header: &str) -> String {
        let HeaderForm { indent, blank, quote, after } = self;
        let brackets = header.chars().take_while(|character| *character == '[').count();
        let names = header.trim_matches(['[', ']']).split('.');
        let names: Vec<String> = names.map(|name| format!("{blank}{quote}{name}{quote}{blank}")).collect();
        let (open, close) = ("[".repeat(brackets), "]".repeat(brackets));
        format!("{indent}{open}{}{close}{after}", names.join("."))
    }
}

impl Edit {
    /// The file means what it meant and has no quoted names.
    pub(super) fn is_harmless(&self) -> bool {
        matches!(self, Edit::Header(_, HeaderForm { quote: "", after, .. }) if *after != NO_TOML)
    }

    pub(super) fn apply(&self, text: &mut String) {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        if lines.is_empty() {
            return;
        }
        match self {
            Edit::Insert(at, line) => lines.insert(at.index(lines.len()), line.clone()),
            Edit::Header(at, form) => {
                let headers = lines.iter_mut().filter(|line| line.starts_with('[') && line.ends_with(']'));
                let mut headers: Vec<&mut String> = headers.collect();
                let at = at.index(headers.len());
                *headers[at] = form.of(headers[at]);
            }
            Edit::Remove(at) => drop(lines.remove(at.index(lines.len()))),
            Edit::Move(from, to) => {
                let line = lines.remove(from.index(lines.len()));
                lines.insert(to.index(lines.len() + 1), line);
            }
        }
        *text = lines.join("\n");
    }
}

pub(super) fn edit() -> impl Strategy<Value = Edit> {
    let index = any::<Index>;
    let indent = select(vec!["", " ", "\t"]);
    let quote = select(vec!["", "", "'", "\""]);
    let after = select(vec!["", " ", "\t# note", "# [end]", "\r", NO_TOML]);
    let form = (indent, select(vec!["", " ", "\t"]), quote, after)
        .prop_map(|(indent, blank, quote, after)| HeaderForm { indent, blank, quote, after });
    prop_oneof![
        3 => (index(), form).prop_map(|(at, form)| Edit::Header(at, form)),
        3 => (index(), line()).prop_map(|(at, line)| Edit::Insert(at, line)),
        1 => index().prop_map(Edit::Remove),
        1 => (index(), index()).prop_map(|(from, to)| Edit::Move(from, to)),
    ]
}

/// A line that an editor may have put anywhere.
fn line() -> impl Strategy<Value = String> {
    let marks = [
        "",
        "# [[benchmark]]",
        "[[benchmark]]",
        " [[benchmark]] # note",
        "[benchmark]",
        "[benchmark.work]",
        "[[benchmark.round]]",
        "[benchmark.round]",
        "[benchmark.round.x]",
        "[['benchmark']]",
        "[[extra]]",
        "[machine]",
        "[end]",
        "benchmark = []",
        "benchmark.x = 1",
        "round = []",
        "x = [",
        "]",
        "x = [\n[[1]],\n]",
        "\"\"\"",
        "'''",
        "x = '''",
        "x = '''\n[[benchmark]]\n'''",
    ];
    prop_oneof![3 => select(marks.to_vec()).prop_map(str::to_owned), 1 => text()]
}
