//! A baseline as it is named on the command line.

use std::fmt;
use std::path::Path;

/// The ending of a baseline's file.
const ENDING: &str = ".toml";

/// The name of a baseline or, as a shell completes it, the path of its file. What it means depends on the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BaselineWord(String);

impl From<String> for BaselineWord {
    fn from(word: String) -> Self {
        BaselineWord(word)
    }
}

impl fmt::Display for BaselineWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl BaselineWord {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn path(&self) -> &Path {
        Path::new(&self.0)
    }

    /// The folder that it says; none for a plain name.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.path().parent().filter(|folder| !folder.as_os_str().is_empty())
    }

    /// The name that it ends in, without the ending of a file.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path().file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.strip_suffix(ENDING).unwrap_or(name)
    }

    /// It is written as a path is, and not as a name.
    pub(crate) fn is_path(&self) -> bool {
        self.folder().is_some() || self.0.ends_with(ENDING)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_a_folder_or_the_ending_of_a_file() {
        let word = |text: &str| BaselineWord(text.to_owned());
        for (text, folder, stem) in [
            ("baselines/main.toml", Some("baselines"), "main"),
            ("./a/b", Some("./a"), "b"),
            ("x.toml", None, "x"),
        ] {
            let word = word(text);
            assert!(word.is_path(), "{text}");
            assert_eq!((word.folder(), word.stem()), (folder.map(Path::new), stem));
        }
        assert!(!word("v1.2").is_path());
        assert_eq!(word("v1.2").stem(), "v1.2");
    }
}
