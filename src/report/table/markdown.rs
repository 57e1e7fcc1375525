//! A table as markdown, for GitHub and mdBook.

use super::{Form, Table, Text};
use crate::report::quantity::things;

/// Longest table in the open, rows.
pub(crate) const LONGEST: usize = 40;

/// An anchor for the heading that follows. It stands before it, because mdBook makes a link of a heading, and links do not
/// nest.
pub(crate) fn anchor_above(id: &str) -> String {
    format!("{}\n\n", Text::Anchor(id.to_owned()).write(Form::Page))
}

/// A body that is shown on demand.
pub(crate) fn details(summary: &str, body: &str) -> String {
    format!("<details>\n<summary>{summary}</summary>\n\n{body}\n</details>\n")
}

/// The parts that have content, with an empty line between them, below what leads to them. Empty without any.
pub(crate) fn parts(lead: &str, parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { format!("{lead}{}", parts.join("\n")) }
}

/// What leads to some items, and what is written of them. Empty without items.
pub(crate) fn some<T>(lead: &str, items: &[T], write: impl FnOnce(&[T]) -> String) -> String {
    if items.is_empty() { String::new() } else { format!("{lead}{}", write(items)) }
}

/// What leads to some items, what is written of the first of them, and folded below it what is written of the others. Empty
/// without items.
pub(crate) fn long<T>(lead: &str, items: &[T], singular: &str, write: impl Fn(&[T]) -> String) -> String {
    let (open, folded) = items.split_at(items.len().min(LONGEST));
    match (open, folded.len()) {
        ([], _) => String::new(),
        (_, 0) => format!("{lead}{}", write(open)),
        (_, rest) => {
            let summary = things(rest, &format!("more {singular}"));
            format!("{lead}{}\n{}", write(open), details(&summary, &write(folded)))
        }
    }
}

impl<T> Table<'_, T> {
    pub(crate) fn page(&self) -> String {
        self.markdown(Form::Page)
    }

    pub(crate) fn comment(&self) -> String {
        self.markdown(Form::Comment)
    }

    fn markdown(&self, form: Form) -> String {
        let (columns, footnotes) = self.written(form);
        let mut lines = vec!["|".to_owned(); self.items.len() + 2];
        for (column, cells) in columns {
            let rule = if column.right { "---:" } else { "---" };
            let cells = cells.into_iter().map(|cell| if column.right { unbroken(&cell) } else { cell });
            let cells = [column.heading.write(form), rule.to_owned()].into_iter().chain(cells);
            lines.iter_mut().zip(cells).for_each(|(line, cell)| *line += &format!(" {cell} |"));
        }
        let below = footnotes.iter().enumerate().map(|(index, text)| format!("{}. {text}", index + 1));
        let gap = (!footnotes.is_empty()).then(String::new);
        lines.into_iter().chain(gap).chain(below).map(|line| line + "\n").collect()
    }
}

/// A number is not torn from its unit, and breaks only before its interval.
fn unbroken(cell: &str) -> String {
    cell.replace(' ', "\u{a0}").replace("\u{a0}[", " [")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_folded_is_counted_in_words() {
        let summary = |items: usize, singular: &str| {
            let text = long("", &vec![(); items], singular, |_| String::new());
            let (_, rest) = text.split_once("<summary>").unwrap_or_default();
            rest.split("</summary>").next().unwrap_or_default().to_owned()
        };
        assert_eq!(summary(LONGEST, "family"), "");
        assert_eq!(summary(LONGEST + 1, "family"), "1 more family");
        assert_eq!(summary(LONGEST + 2, "family"), "2 more families");
        assert_eq!(summary(LONGEST + 60, "benchmark"), "60 more benchmarks");
    }
}
