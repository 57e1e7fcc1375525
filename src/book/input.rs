//! Reads what mdBook passes to a preprocessor, and checks its version.

use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{MDBOOK_VERSION, PreprocessorContext, parse_input};
use serde_json::Value;

use super::Charts;

/// The versions of mdBook that are supported.
pub const SUPPORTED: &str = "0.5";

/// The version of mdBook to install: the one that this tool is built and tested against.
pub const TESTED: &str = MDBOOK_VERSION;

/// Why there is no book to expand.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The input is not what a supported mdBook writes.
    #[error(
        "cannot read the book that mdBook {version} passed on ({cause}): tensorprof supports mdBook {SUPPORTED}; install \
         it with `cargo install mdbook --version {TESTED} --locked`"
    )]
    Unreadable {
        /// The version in the input.
        version: String,
        /// Why the input cannot be read.
        cause: String,
    },
    /// There is no input.
    #[error(
        "there is no book on standard input: mdBook runs this command, see `cargo tensorprof book --help`"
    )]
    Nothing,
}

/// Parses the context and the book that mdBook wrote.
///
/// # Errors
/// The input is not what mdBook 0.5 writes.
pub fn read(input: &str) -> Result<(PreprocessorContext, Book), InputError> {
    if input.trim().is_empty() {
        return Err(InputError::Nothing);
    }
    parse_input(input.as_bytes()).map_err(|error| {
        let context = serde_json::from_str::<Value>(input).ok();
        let version = context.as_ref().and_then(|input| input.get(0)?.get("mdbook_version")?.as_str());
        let version = version.unwrap_or("of an unknown version").to_owned();
        InputError::Unreadable { version, cause: format!("{:#}", error.root_cause()) }
    })
}

/// A warning for an mdBook that is not supported but whose book could be read.
pub fn version_warning(version: &str) -> Option<String> {
    let own = version.strip_prefix(SUPPORTED).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    (!own).then(|| {
        format!(
            "mdBook {version} runs this preprocessor, which supports mdBook {SUPPORTED}: pages may be wrong"
        )
    })
}

/// How charts are shown by a renderer. `None` if directives are not expanded for it, which is so for `mdbook
/// test`.
pub fn supports(renderer: &str) -> Option<Charts> {
    match renderer {
        "test" => None,
        "html" => Some(Charts::Drawn),
        _ => Some(Charts::Described),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_versions_are_named() {
        assert_eq!(version_warning(TESTED), None);
        assert_eq!(version_warning("0.5"), None);
        for version in ["0.4.52", "0.50.0", "1.0.0"] {
            assert!(version_warning(version).is_some_and(|text| text.contains(version)), "{version}");
        }
    }

    #[test]
    fn what_cannot_be_read_names_both_versions() {
        let old =
            r#"[{"root":"/x","config":{},"renderer":"html","mdbook_version":"0.4.52"},{"sections":[]}]"#;
        let error = read(old).expect_err("0.4 calls items sections").to_string();
        assert!(error.contains("mdBook 0.4.52") && error.contains("supports mdBook 0.5"), "{error}");
        assert!(matches!(read(" "), Err(InputError::Nothing)));
        assert!(read("[]").expect_err("no book").to_string().contains("unknown version"));
    }
}
