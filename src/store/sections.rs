//! Where the tables of a TOML text begin, by the lexer that the parser of the whole text uses: strings, comments and
//! lists are told from headers as it tells them.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

/// A header with all that stands below it, or the text before the first header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) table: Table,
    /// Its bytes in the text.
    pub(super) range: Range<usize>,
}

/// What a header opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// A benchmark: `[[benchmark]]`.
    Benchmark,
    /// A table below the last benchmark, but none of its rounds.
    OfBenchmark,
    /// A round of the last benchmark: `[[benchmark.round]]`.
    Round,
    /// A table below the last round.
    OfRound,
    /// Any other, or one whose name is in quotes.
    Other,
}

/// The sections of a text, in order. Together they are the text.
///
/// A text that is no TOML is split somewhere as well: then one of its sections is no TOML either.
pub(super) fn sections(text: &str) -> impl Iterator<Item = Section> {
    let mut headers = Headers::new(text);
    let mut next = Some((Table::Other, 0));
    std::iter::from_fn(move || {
        let (table, start) = next.take()?;
        next = headers.next();
        let end = next.map_or(text.len(), |(_, start)| start);
        Some(Section { table, range: start..end })
    })
}

/// The headers of a text, each with the offset of its first bracket.
struct Headers<'a, Tokens> {
    text: &'a str,
    tokens: Tokens,
    /// Nothing but blanks stands before the next token on its line.
    line_start: bool,
    /// Brackets that are open.
    depth: usize,
}

impl<'a> Headers<'a, ()> {
    fn new(text: &'a str) -> Headers<'a, impl Iterator<Item = Token>> {
        Headers { text, tokens: Source::new(text).lex(), line_start: true, depth: 0 }
    }
}

impl<Tokens: Iterator<Item = Token>> Headers<'_, Tokens> {
    /// Goes past the next token.
    fn step(&mut self) -> Option<Token> {
        let token = self.tokens.next()?;
        match token.kind() {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => self.depth += 1,
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
        self.line_start = match token.kind() {
            TokenKind::Newline => true,
            TokenKind::Whitespace => self.line_start,
            _ => false,
        };
        Some(token)
    }

    /// What the header opens whose first bracket has just been read.
    fn table(&mut self) -> Table {
        let mut brackets = 1;
        let mut keys = Vec::new();
        while let Some(token) = self.step() {
            match token.kind() {
                TokenKind::LeftSquareBracket => brackets += 1,
                TokenKind::Whitespace | TokenKind::Dot => {}
                TokenKind::RightSquareBracket | TokenKind::Newline => break,
                _ => keys.push(&self.text[token.span().start()..token.span().end()]),
            }
        }
        match (brackets, keys.as_slice()) {
            (2, ["benchmark"]) => Table::Benchmark,
            (2, ["benchmark", "round"]) => Table::Round,
            (_, ["benchmark", "round", _, ..]) => Table::OfRound,
            (_, ["benchmark", _, ..]) => Table::OfBenchmark,
            _ => Table::Other,
        }
    }
}

impl<Tokens: Iterator<Item = Token>> Iterator for Headers<'_, Tokens> {
    type Item = (Table, usize);

    fn next(&mut self) -> Option<(Table, usize)> {
        loop {
            let may_begin = self.line_start && self.depth == 0;
            let token = self.step()?;
            if may_begin && token.kind() == TokenKind::LeftSquareBracket {
                return Some((self.table(), token.span().start()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tables after the text before the first header.
    fn tables(text: &str) -> Vec<Table> {
        let sections: Vec<Section> = sections(text).collect();
        let joined: String = sections.iter().map(|section| &text[section.range.clone()]).collect();
        assert_eq!(joined, text, "the sections are the text");
        assert_eq!(sections[0].table, Table::Other);
        sections[1..].iter().map(|section| section.table).collect()
    }

    #[test]
    fn headers_open_tables() {
        let text =
            "format = 1\n[[benchmark]]\n[benchmark.work]\n[[benchmark.round]]\n[benchmark.round.x]\n[end]";
        let expected = [Table::Benchmark, Table::OfBenchmark, Table::Round, Table::OfRound, Table::Other];
        assert_eq!(tables(text), expected);
    }

    #[test]
    fn blanks_comments_and_line_ends_change_nothing() {
        for header in [
            "[[benchmark]] # note",
            "\t [[benchmark]]",
            "[[ benchmark\t]]",
            "[[benchmark]]  ",
            "[[benchmark]]\r",
        ] {
            assert_eq!(tables(&format!("a = 1\n{header}\nb = 2\n")), [Table::Benchmark], "{header:?}");
        }
        assert_eq!(tables("[ benchmark . work ] # [[benchmark]]\n"), [Table::OfBenchmark]);
    }

    #[test]
    fn what_only_looks_like_a_header_is_none() {
        for text in [
            "a = '''\n[[benchmark]]\n'''\n",
            "a = \"\"\"\\\"\"\"\n[[benchmark]]\n\"\"\"\n",
            "a = [\n[1],\n[[2]],\n]\n",
            "a = { b = [\n[[1]]] }\n",
            "# [[benchmark]]\na = 1 # '''\n",
            "a = '[' # '''\nb = \"#\"",
        ] {
            assert_eq!(tables(text), [], "{text}");
        }
    }

    #[test]
    fn names_in_quotes_are_left_to_the_parser() {
        assert_eq!(tables("[['benchmark']]\n[benchmark]\n[[benchmarks]]\n"), [Table::Other; 3]);
        assert_eq!(tables("[[benchmark.'round']]\n[benchmark.round]\n"), [Table::OfBenchmark; 2]);
    }
}
