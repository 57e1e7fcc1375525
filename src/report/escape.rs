//! Foreign text (benchmark ids, reasons of failures, values of the environment) made harmless.

use std::fmt::Write as _;

pub(crate) use crate::model::elide;
use crate::model::is_invisible;
pub use crate::model::printable;

/// JSON that says the same and in which every character can be seen. Its own white space is kept: in a string JSON has
/// no line end.
pub(crate) fn printable_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for character in json.chars() {
        if is_invisible(character) && character != '\n' {
            let _ = write!(shown, "\\u{:04x}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Longest text that need not be broken into lines, characters.
const LONG: usize = 40;
/// Most characters of a longer one without a place to break.
const UNBROKEN: usize = 40;

/// Text as inline code in markdown, inside or outside a table.
///
/// Plain text goes into a code span. A backtick, a `|` (which ends a table cell even in a code span) or a
/// `{` (mdBook expands `{{#include}}` anywhere) cannot be escaped there, and nothing can say there where a
/// long name may be broken: such text becomes a `<code>` element with its marks as character references.
pub(crate) fn code(text: &str) -> String {
    let text = printable(text);
    let padded = text.starts_with(' ') || text.ends_with(' ');
    if text.is_empty() || padded || text.contains(['`', '|', '{']) || text.chars().count() > LONG {
        format!("<code>{}</code>", element(&text))
    } else {
        format!("`{text}`")
    }
}

/// Text between tags: every mark that could mean something to markdown is a character reference, and lines
/// may break after a `/` or a `,`, and within what goes on for long without one.
fn element(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() * 2);
    let (mut before, mut unbroken) = (' ', 0);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let word = |character: char| character.is_alphanumeric();
        // No emphasis begins or ends within a word.
        let joins = character == '_' && word(before) && characters.peek().is_some_and(|next| word(*next));
        match character {
            '/' | ',' | '-' | '=' => escaped.push(character),
            mark if mark.is_ascii_punctuation() && !joins => {
                let _ = write!(escaped, "&#{};", u32::from(mark));
            }
            other => escaped.push(other),
        }
        unbroken = if character == ' ' { 0 } else { unbroken + 1 };
        if matches!(character, '/' | ',') || unbroken == UNBROKEN {
            escaped.push_str("<wbr>");
            unbroken = 0;
        }
        before = character;
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_are_code_spans() {
        assert_eq!(code("MatMul/512x512"), "`MatMul/512x512`");
        assert_eq!(code("a*b_c[1]<T>&\\"), "`a*b_c[1]<T>&\\`");
    }

    #[test]
    fn what_a_code_span_cannot_hold_is_spelled_out() {
        assert_eq!(code("a`b"), "<code>a&#96;b</code>");
        assert_eq!(code("a|b"), "<code>a&#124;b</code>");
        assert_eq!(code("{{#include /x}}"), "<code>&#123;&#123;&#35;include /<wbr>x&#125;&#125;</code>");
        assert_eq!(code(" a"), "<code> a</code>");
    }

    #[test]
    fn long_names_may_be_broken() {
        let long = "group_with_a_name/_function_/batch=32,heads=16,dim=64";
        let expected =
            "<code>group_with_a_name/<wbr>&#95;function&#95;/<wbr>batch=32,<wbr>heads=16,<wbr>dim=64</code>";
        assert_eq!(code(long), expected);
        let parts = ["a".repeat(UNBROKEN), "a".repeat(UNBROKEN), "a".to_owned()];
        assert_eq!(code(&parts.concat()), format!("<code>{}</code>", parts.join("<wbr>")));
    }

    #[test]
    fn a_name_is_one_line() {
        assert!(!code("a\n| b |").contains('\n'));
    }

    #[test]
    fn json_keeps_its_meaning_and_hides_nothing() {
        let text = "a\u{202e}b\u{7f}\u{9b}\u{61c}\u{feff}\u{1b}\n\"\\ü😀";
        let json = serde_json::to_string_pretty(&[text]).expect("is text");
        let shown = printable_json(&json);
        assert_eq!(shown, "[\n  \"a\\u202eb\\u007f\\u009b\\u061c\\ufeff\\u001b\\n\\\"\\\\ü😀\"\n]");
        assert_eq!(serde_json::from_str::<[String; 1]>(&shown).expect("is JSON"), [text]);
    }
}
