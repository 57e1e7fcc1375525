//! Splits a directive into words.

use std::fmt;

use super::syntax_error::{SyntaxError, SyntaxErrorKind};

/// A word: `diff`, `"a b"`, or `filter="MatMul|GELU"`, without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Bytes from the start of the directive.
    pub(super) offset: usize,
    /// The text before the `=` of an option.
    pub(super) key: Option<String>,
    /// The word, or the value of the option.
    pub(super) text: String,
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => write!(f, "{key}={}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

const CLOSE: &str = "}}";
const QUOTES: [char; 2] = ['"', '\''];

/// The words from `start` (after the opening) to the closing braces, and the end of these.
pub(super) fn words(directive: &str, start: usize) -> Result<(Vec<Word>, usize), SyntaxError> {
    let mut words = vec![];
    let mut position = start;
    loop {
        let rest = &directive[position..];
        let blank = rest.len() - rest.trim_start().len();
        position += blank;
        // A blank line ends a paragraph, and with it a directive that was not closed.
        if rest[..blank].matches('\n').count() > 1 || rest.len() == blank {
            return Err(SyntaxErrorKind::Unclosed.at(0));
        }
        if directive[position..].starts_with(CLOSE) {
            return Ok((words, position + CLOSE.len()));
        }
        let (word, end) = word(directive, position)?;
        words.push(word);
        position = end;
    }
}

/// The word that starts at `offset`, and its end.
fn word(directive: &str, offset: usize) -> Result<(Word, usize), SyntaxError> {
    let rest = &directive[offset..];
    let plain = &rest[..plain_length(rest)];
    let plain_end = offset + plain.len();
    let key = plain.split_once('=').map(|(key, _)| key).filter(|key| !key.starts_with(QUOTES));
    let value_at = offset + key.map_or(0, |key| key.len() + 1);
    let (key, value) = (key.map(str::to_owned), &directive[value_at..plain_end]);
    let Some(quote) = value.chars().next().filter(|first| QUOTES.contains(first)) else {
        return Ok((Word { offset, key, text: value.to_owned() }, plain_end));
    };
    let quoted = &directive[value_at + 1..];
    let length = quoted.find(quote).ok_or_else(|| SyntaxErrorKind::OpenQuote.at(value_at))?;
    let end = value_at + length + 2;
    let after = &directive[end..];
    if !(after.is_empty() || after.starts_with(CLOSE) || after.starts_with(char::is_whitespace)) {
        return Err(SyntaxErrorKind::AfterQuote.at(end));
    }
    Ok((Word { offset, key, text: quoted[..length].to_owned() }, end))
}

/// Bytes before white space or the closing braces.
fn plain_length(text: &str) -> usize {
    let space = text.find(char::is_whitespace).unwrap_or(text.len());
    text.find(CLOSE).map_or(space, |close| close.min(space))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(directive: &str) -> Result<Vec<String>, SyntaxError> {
        let (words, end) = words(directive, "{{#tensorprof".len())?;
        assert_eq!(&directive[end - 2..end], CLOSE);
        Ok(words.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn words_are_separated_by_white_space_and_quotes_hold_anything() {
        let directive = "{{#tensorprof diff  a\n b filter=\"x }} 'y' | z\" across='a b'}} and more}}";
        let expected = ["diff", "a", "b", "filter=x }} 'y' | z", "across=a b"];
        assert_eq!(texts(directive).expect("words"), expected);
        assert_eq!(texts("{{#tensorprof}}").expect("no words"), [""; 0]);
        assert_eq!(texts("{{#tensorprof show ü=}}").expect("words"), ["show", "ü="]);
    }

    #[test]
    fn a_word_may_be_quoted_as_a_whole() {
        let directive = "{{#tensorprof history \"MatMul|a = b\" 'x=1'}}";
        assert_eq!(texts(directive), Ok(["history", "MatMul|a = b", "x=1"].map(str::to_owned).to_vec()));
    }

    #[test]
    fn what_is_not_closed_is_an_error_at_its_start() {
        let fault = |directive: &str| texts(directive).expect_err("an error");
        assert_eq!(fault("{{#tensorprof diff a"), SyntaxErrorKind::Unclosed.at(0));
        assert_eq!(fault("{{#tensorprof diff\n\n}}"), SyntaxErrorKind::Unclosed.at(0));
        assert_eq!(fault("{{#tensorprof a=\"b}}"), SyntaxErrorKind::OpenQuote.at(16));
        assert_eq!(fault("{{#tensorprof a=\"b\"c}}"), SyntaxErrorKind::AfterQuote.at(19));
    }
}
