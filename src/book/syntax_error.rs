//! What is wrong with a directive, and where.

use std::fmt;

use crate::model::InvalidName;

/// An error in the text of a directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxError {
    /// Bytes from the start of the directive.
    pub(super) offset: usize,
    /// What is wrong.
    pub(super) kind: SyntaxErrorKind,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

/// What is wrong with a directive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum SyntaxErrorKind {
    #[error("the directive is not closed by `}}}}`")]
    Unclosed,
    #[error("the quote is not closed")]
    OpenQuote,
    #[error("expected white space or `}}}}` after the quote")]
    AfterQuote,
    #[error("a directive must stand alone on its line")]
    NotAlone,
    #[error("a directive in a list item or a footnote must be indented as far as the text there")]
    NotIndented,
    #[error("the directive does not say what to show; expected one of {expected}")]
    NoKind { expected: String },
    #[error("`{found}` is not a directive; expected one of {expected}")]
    UnknownKind { found: String, expected: String },
    #[error("`{kind}` was given {found}; expected `{usage}`")]
    WordCount { kind: &'static str, usage: &'static str, found: String },
    #[error(transparent)]
    Name(#[from] InvalidName),
    #[error("`{kind}` has no option `{key}`; expected one of {expected}")]
    UnknownOption { kind: &'static str, key: String, expected: String },
    #[error("the option `{0}` is given twice")]
    RepeatedOption(String),
    #[error("`{value}` is not a {what}; expected {expected}")]
    Value { what: &'static str, value: String, expected: String },
}

impl SyntaxErrorKind {
    /// This error at an offset from the start of the directive.
    pub(super) fn at(self, offset: usize) -> SyntaxError {
        SyntaxError { offset, kind: self }
    }
}
