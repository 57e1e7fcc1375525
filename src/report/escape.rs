//! Foreign text (benchmark ids, reasons of failures, values of the environment) made harmless.

use std::fmt::Write as _;

/// Text in which every character can be seen: control characters, line ends and characters that reorder
/// text are written as escapes. Holds for a terminal, for XML and for markdown alike.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_invisible(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

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

/// Control characters, line and paragraph separators, zero-width and bidirectional controls, and the
/// noncharacters that XML forbids. All have four hexadecimal digits.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200b}'..='\u{200f}'
                | '\u{61c}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fffe}'
                | '\u{ffff}'
        )
}

/// Longest text that need not be broken into lines, characters.
const LONG: usize = 40;

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
/// may break after a `/` or a `,`.
fn element(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() * 2);
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let word = |character: char| character.is_alphanumeric();
        // No emphasis begins or ends within a word.
        let joins = character == '_' && word(before) && characters.peek().is_some_and(|next| word(*next));
        match character {
            '/' | ',' => escaped.extend([character.to_string().as_str(), "<wbr>"]),
            '-' | '=' => escaped.push(character),
            mark if mark.is_ascii_punctuation() && !joins => {
                let _ = write!(escaped, "&#{};", u32::from(mark));
            }
            other => escaped.push(other),
        }
        before = character;
    }
    escaped
}

/// A text of at most so many characters: the middle gives way to an ellipsis, since ids differ at both ends.
pub(crate) fn elide(text: &str, longest: usize) -> String {
    let length = text.chars().count();
    if length <= longest {
        return text.to_owned();
    }
    let kept = longest.saturating_sub(1);
    let (head, tail) = (kept - kept / 2, kept / 2);
    text.chars().take(head).chain(['…']).chain(text.chars().skip(length - tail)).collect()
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
    }

    #[test]
    fn nothing_invisible_survives() {
        assert_eq!(printable("a\nb\u{1b}[31m\u{202e}"), "a\\nb\\u{1b}[31m\\u{202e}");
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

    #[test]
    fn long_names_lose_their_middle() {
        assert_eq!(elide("MatMul/512x512", 14), "MatMul/512x512");
        assert_eq!(elide("MatMul/512x512", 9), "MatM…x512");
        assert_eq!(elide("ümlautö", 4), "üm…ö");
    }
}
