//! How cargo is called: which one, in which folder, with which variables.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A way to call cargo. The default is as the user called this subcommand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cargo {
    /// Another cargo than the one that runs this subcommand.
    pub program: Option<PathBuf>,
    /// Its current folder, by which it finds its configuration; `None` for that of this process.
    pub directory: Option<PathBuf>,
    /// Variables for cargo and what it starts.
    pub variables: BTreeMap<String, OsString>,
}

impl Cargo {
    /// The executable.
    pub(crate) fn program(&self) -> OsString {
        match &self.program {
            Some(program) => program.clone().into(),
            None => std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
        }
    }

    /// A call of cargo.
    pub(crate) fn command(&self) -> Command {
        self.configured(Command::new(self.program()))
    }

    /// A command that is run in cargo's place: in its folder, with its variables.
    pub(crate) fn configured(&self, mut command: Command) -> Command {
        command.envs(&self.variables);
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        command
    }

    /// A variable as cargo will see it.
    pub(crate) fn variable(&self, name: &str) -> Option<OsString> {
        self.variables.get(name).cloned().or_else(|| std::env::var_os(name))
    }

    /// All variables as cargo will see them.
    pub(crate) fn environment(&self) -> BTreeMap<OsString, OsString> {
        let ours = self.variables.iter().map(|(name, value)| (name.into(), value.clone()));
        std::env::vars_os().chain(ours).collect()
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.as_deref().unwrap_or(Path::new("."))
    }
}

/// A command as a user would type it in a shell.
pub(crate) fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| shell_quoted(&word.to_string_lossy())).collect::<Vec<_>>().join(" ")
}

fn shell_quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./,:+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_command_can_be_typed() {
        let mut command = Command::new("cargo");
        command.args(["bench", "--bench", "*", "--features", "it's"]);
        assert_eq!(command_line(&command), r"cargo bench --bench '*' --features 'it'\''s'");
    }
}
