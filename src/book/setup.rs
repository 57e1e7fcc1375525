//! The first files of a new book, and adding the preprocessor to an existing `book.toml`.

use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, TomlError, value};

/// The command that mdBook runs.
pub const COMMAND: &str = "cargo tensorprof book";

/// The first chapter's file.
pub const FIRST_CHAPTER: &str = "performance.md";

/// The first chapter, which tells how to add others.
pub const FIRST_CHAPTER_TEXT: &str = "\
# Performance

`cargo tensorprof book add A B` adds a chapter on two baselines. Any chapter can hold such a line:

```text
{{#tensorprof diff A B}}
```
";

/// `SUMMARY.md` of a new book.
pub const SUMMARY_TEXT: &str = "# Summary\n\n- [Performance](performance.md)\n";

/// `book.toml` of a new book.
pub const CONFIG_TEXT: &str = "\
[book]
title = \"Performance\"

[preprocessor.tensorprof]
command = \"cargo tensorprof book\"
";

/// Why the preprocessor cannot be added to a `book.toml`.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Not TOML.
    #[error(transparent)]
    Syntax(#[from] TomlError),
    /// `preprocessor` is not a table.
    #[error("`preprocessor` is not a table, so `[preprocessor.tensorprof]` cannot be added")]
    NoTable,
}

/// Adds `[preprocessor.tensorprof]` to a `book.toml` and changes nothing else. `None` if it has the table
/// already.
///
/// # Errors
/// It is not TOML, or `preprocessor` is not a table.
pub fn with_preprocessor(config: &str) -> Result<Option<String>, SetupError> {
    let mut document: DocumentMut = config.parse()?;
    let implicit = || {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    };
    let preprocessors = document.entry("preprocessor").or_insert_with(implicit);
    let ours = if preprocessors.is_inline_table() { inline_table() } else { table(config) };
    let preprocessors = preprocessors.as_table_like_mut().ok_or(SetupError::NoTable)?;
    if preprocessors.contains_key("tensorprof") {
        return Ok(None);
    }
    preprocessors.insert("tensorprof", ours);
    Ok(Some(document.to_string()))
}

fn table(config: &str) -> Item {
    let mut table = Table::new();
    table.insert("command", value(COMMAND));
    table.decor_mut().set_prefix(if config.trim().is_empty() { "" } else { "\n" });
    Item::Table(table)
}

fn inline_table() -> Item {
    let mut table = InlineTable::new();
    TableLike::insert(&mut table, "command", value(COMMAND));
    value(table)
}

/// The folder of the chapters, relative to that of `book.toml`.
///
/// # Errors
/// It is not TOML.
pub fn source_folder(config: &str) -> Result<String, SetupError> {
    let document: DocumentMut = config.parse()?;
    let folder = document.get("book").and_then(|book| book.get("src")).and_then(Item::as_str);
    Ok(folder.unwrap_or("src").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(config: &str) -> String {
        let text = with_preprocessor(config).expect("TOML").expect("a change");
        assert_eq!(with_preprocessor(&text).expect("TOML"), None, "{text}");
        text
    }

    #[test]
    fn nothing_else_is_touched() {
        let table = "\n[preprocessor.tensorprof]\ncommand = \"cargo tensorprof book\"\n";
        let config = "# Mine\n[book]\ntitle   = 'T' # odd\n\n[output.html]\n# kept\nfold.enable = true\n";
        assert_eq!(added(config), format!("{config}{table}"));
        assert_eq!(added(""), table.trim_start());
        let other = "[preprocessor.toc]\ncommand = \"mdbook-toc\"\n\n[output.html]\nx = 1\n";
        let text = added(other);
        for part in [table.trim(), "[preprocessor.toc]\ncommand = \"mdbook-toc\"\n", "[output.html]\nx = 1\n"]
        {
            assert!(text.contains(part), "{text}");
        }
        assert_eq!(text.len(), other.len() + table.len());
    }

    #[test]
    fn every_form_of_table_is_added_to() {
        let inline = added("preprocessor = { toc = { command = \"t\" } } # mine\n");
        assert!(inline.contains("tensorprof = { command = \"cargo tensorprof book\" } } # mine"), "{inline}");
        let dotted = added("preprocessor.toc.command = \"t\"\n[book]\n");
        assert!(dotted.contains("preprocessor.toc.command = \"t\"\n"), "{dotted}");
        assert!(added("[book]").contains("[book]\n"), "a last line without end");
    }

    #[test]
    fn what_has_no_place_is_an_error() {
        assert!(matches!(with_preprocessor("preprocessor = 1"), Err(SetupError::NoTable)));
        assert!(matches!(with_preprocessor("[book"), Err(SetupError::Syntax(_))));
    }

    #[test]
    fn a_new_book_has_the_preprocessor_and_its_chapter() {
        assert_eq!(with_preprocessor(CONFIG_TEXT).expect("TOML"), None);
        assert!(CONFIG_TEXT.contains(COMMAND) && SUMMARY_TEXT.contains(FIRST_CHAPTER));
        assert_eq!(source_folder(CONFIG_TEXT).expect("TOML"), "src");
        assert_eq!(source_folder("[book]\nsrc = \"text\"").expect("TOML"), "text");
    }
}
