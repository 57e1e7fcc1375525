//! A table as markdown, for GitHub and mdBook.

use std::fmt::Write as _;

use super::{Form, Table};
use crate::report::quantity::things;

/// Longest table in the open, rows.
pub(crate) const LONGEST: usize = 40;

/// A body that is shown on demand.
pub(crate) fn details(summary: &str, body: &str) -> String {
    format!("<details>\n<summary>{summary}</summary>\n\n{body}\n</details>\n")
}

/// What is written of the first items, and folded below it what is written of the others.
pub(crate) fn long<T>(items: &[T], singular: &str, write: impl Fn(&[T]) -> String) -> String {
    let (open, folded) = items.split_at(items.len().min(LONGEST));
    if folded.is_empty() {
        return write(open);
    }
    let summary = things(folded.len(), &format!("more {singular}"));
    format!("{}\n{}", write(open), details(&summary, &write(folded)))
}

impl<T> Table<'_, T> {
    /// The table on a page.
    pub(crate) fn page(&self) -> String {
        self.markdown(Form::Page)
    }

    /// The table in a comment.
    pub(crate) fn comment(&self) -> String {
        self.markdown(Form::Comment)
    }

    fn markdown(&self, form: Form) -> String {
        let (numbers, footnotes) = self.footnotes(form);
        let mut lines = vec!["|".to_owned(); self.items.len() + 2];
        for (column, cells) in self.shown(form) {
            let rule = if column.right { "---:" } else { "---" };
            let head = [column.heading.write(form), rule.to_owned()];
            let cells = cells.into_iter().map(|cell| if column.right { unbroken(&cell) } else { cell });
            let first = lines[0].len() == 1;
            for (line, cell) in lines.iter_mut().zip(head.into_iter().chain(cells)) {
                let _ = write!(line, " {cell} |");
            }
            if first {
                note(&mut lines[2..], &numbers);
            }
        }
        for (index, footnote) in footnotes.iter().enumerate() {
            let gap = if index == 0 { "\n" } else { "" };
            lines.push(format!("{gap}{}. {footnote}", index + 1));
        }
        lines.join("\n") + "\n"
    }
}

/// Adds the numbers of their footnotes to the first cells of rows.
fn note(lines: &mut [String], numbers: &[String]) {
    for (line, numbers) in lines.iter_mut().zip(numbers).filter(|(_, numbers)| !numbers.is_empty()) {
        line.truncate(line.len() - " |".len());
        let _ = write!(line, " <sup>{numbers}</sup> |");
    }
}

/// A number is not torn from its unit, and breaks only before its interval.
fn unbroken(cell: &str) -> String {
    cell.replace(' ', "\u{a0}").replace("\u{a0}[", " [")
}
