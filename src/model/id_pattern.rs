//! Choosing benchmarks by patterns of their ids, whose parts in braces capture.

use std::cmp::Reverse;
use std::str::FromStr;

use regex::Regex;

use super::BenchmarkId;
use crate::dtype::Dtype;

/// The part that captures an element type.
const DTYPE: &str = "dtype";

/// A pattern of ids `group/function/parameter`: `{name}` stands for a whole number, which it captures, `{dtype}` for the name
/// of an element type, and `*` for any characters or none. All else stands for itself, and the whole id has to match.
#[derive(Debug, Clone)]
pub struct IdPattern {
    text: String,
    regex: Regex,
    /// What captures numbers.
    names: Vec<String>,
    /// Characters that stand for themselves.
    literal: usize,
    stars: usize,
}

/// What a pattern captured of an id.
#[derive(Debug)]
pub struct Captured<'a>(regex::Captures<'a>);

/// A text that is no pattern, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no pattern of ids: {reason}")]
pub struct InvalidPattern {
    text: String,
    reason: String,
}

impl IdPattern {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it captures of an id; `None` if it does not match.
    pub fn captured<'a>(&self, path: &'a str) -> Option<Captured<'a>> {
        self.regex.captures(path).map(Captured)
    }

    /// It matches the id of this benchmark.
    pub fn matches(&self, id: &BenchmarkId) -> bool {
        self.regex.is_match(&id.path())
    }

    /// The names of the numbers that it captures, in their order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The greater, the more it says of an id: characters that stand for themselves, then what it captures, then the fewer
    /// places for any characters.
    pub(crate) fn precision(&self) -> impl Ord + use<> {
        (self.literal, self.regex.captures_len(), Reverse(self.stars))
    }
}

/// By what was written.
impl PartialEq for IdPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Captured<'_> {
    /// The digits of a number.
    pub fn digits(&self, name: &str) -> Option<&str> {
        self.0.name(name).map(|found| found.as_str())
    }

    /// The element type.
    pub fn dtype(&self) -> Option<Dtype> {
        self.0.name(DTYPE)?.as_str().parse().ok()
    }
}

impl FromStr for IdPattern {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, InvalidPattern> {
        let invalid = |reason: String| InvalidPattern { text: text.to_owned(), reason };
        let mut pattern = Parts::default();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            rest = &rest[first.len_utf8()..];
            match first {
                '*' => pattern.add_star(),
                '{' => {
                    let (name, behind) =
                        rest.split_once('}').ok_or_else(|| invalid("a `{` is not closed".to_owned()))?;
                    pattern.capture(name).map_err(invalid)?;
                    rest = behind;
                }
                '}' => return Err(invalid("a `}` closes nothing".to_owned())),
                literal => pattern.add_literal(literal),
            }
        }
        let Parts { expression, names, literal, stars, .. } = pattern;
        let regex =
            Regex::new(&format!("^(?s:{expression})$")).map_err(|error| invalid(error.to_string()))?;
        Ok(IdPattern { text: text.to_owned(), regex, names, literal, stars })
    }
}

/// A pattern, as far as it has been read.
#[derive(Default)]
struct Parts {
    expression: String,
    names: Vec<String>,
    has_dtype: bool,
    literal: usize,
    stars: usize,
}

impl Parts {
    fn add_literal(&mut self, character: char) {
        self.expression.push_str(&regex::escape(character.encode_utf8(&mut [0; 4])));
        self.literal += 1;
    }

    fn add_star(&mut self) {
        self.expression.push_str(".*");
        self.stars += 1;
    }

    fn capture(&mut self, name: &str) -> Result<(), String> {
        if !is_name(name) {
            return Err(format!(
                "`{{{name}}}` names no number: a name is made of letters, digits and `_`, such as `{{n}}`"
            ));
        }
        if self.names.iter().any(|known| known == name) || (name == DTYPE && self.has_dtype) {
            return Err(format!("`{{{name}}}` stands there twice; give the second one another name"));
        }
        if name == DTYPE {
            self.has_dtype = true;
            self.expression.push_str(&format!("(?P<{DTYPE}>{})", Dtype::ALL.map(Dtype::name).join("|")));
        } else {
            self.names.push(name.to_owned());
            self.expression.push_str(&format!("(?P<{name}>[0-9]+)"));
        }
        Ok(())
    }
}

fn is_name(text: &str) -> bool {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    text.chars().all(is_part) && text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
}

/// Names of captured numbers in words; what to say where there is none.
pub(crate) fn captures_in_words(pattern: &IdPattern) -> String {
    let names: Vec<String> = pattern.names.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "no number".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> IdPattern {
        text.parse().unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn names_capture_numbers_and_all_of_the_id_has_to_match() {
        let product = pattern("matmul/{m}x{n}x{k}");
        let captured = product.captured("matmul/64x128x256").expect("matches");
        assert_eq!(["m", "n", "k"].map(|name| captured.digits(name)), [Some("64"), Some("128"), Some("256")]);
        assert_eq!((captured.digits("b"), captured.dtype()), (None, None));
        for other in
            ["matmul/64x128", "a/matmul/64x128x256", "matmul/64x128x256/b", "matmul/-1x2x3", "matmul/x2x3"]
        {
            assert!(product.captured(other).is_none(), "{other}");
        }
    }

    #[test]
    fn an_element_type_is_captured_and_stars_stand_for_anything() {
        let typed = pattern("*/{dtype}/{n}k");
        let captured = typed.captured("ops/softmax/bf16/4k").expect("matches");
        assert_eq!((captured.dtype(), captured.digits("n")), (Some(Dtype::Bf16), Some("4")));
        assert!(typed.captured("softmax/f8/4k").is_none() && typed.captured("softmax/f16/4").is_none());
        assert!(pattern("a.b(*)").captured("a.b(c/d)").is_some() && pattern("a.b").captured("axb").is_none());
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        for (text, why) in [
            ("a/{n", "a `{` is not closed"),
            ("a/n}", "a `}` closes nothing"),
            ("a/{}", "`{}` names no number"),
            ("a/{2n}", "`{2n}` names no number"),
            ("a/{n}x{n}", "`{n}` stands there twice"),
            ("{dtype}/{dtype}", "`{dtype}` stands there twice"),
        ] {
            let error = text.parse::<IdPattern>().expect_err("is none").to_string();
            assert!(error.starts_with(&format!("`{text}` is no pattern of ids: {why}")), "{error}");
        }
    }

    #[test]
    fn a_pattern_that_says_more_is_more_precise() {
        let order = ["*", "{n}", "*/{n}", "matmul/*", "matmul/{n}", "matmul/{m}x{n}", "matmul/64x64"];
        for pair in order.windows(2) {
            assert!(pattern(pair[0]).precision() < pattern(pair[1]).precision(), "{pair:?}");
        }
    }
}
