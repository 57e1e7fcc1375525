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

/// The values of a flag among arguments for cargo.
pub(crate) fn values_of<'a>(arguments: &'a [String], flag: &'a str) -> impl Iterator<Item = &'a str> {
    let following = arguments.iter().skip(1).map(Some).chain([None]);
    arguments.iter().zip(following).filter_map(move |(word, next)| match word.strip_prefix(flag)? {
        "" => next.map(String::as_str),
        value => value.strip_prefix('='),
    })
}

/// A command as a user would type it in a shell.
pub(crate) fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| shell_quoted(&word.to_string_lossy())).collect::<Vec<_>>().join(" ")
}

/// The same with its folder and its variables, so that it does in any folder what it does here.
pub(crate) fn whole_command_line(command: &Command) -> String {
    let mut line = String::new();
    if let Some(folder) = command.get_current_dir() {
        line += &format!("cd {} && ", shell_quoted(&folder.to_string_lossy()));
    }
    let (set, removed): (Vec<_>, Vec<_>) = command.get_envs().partition(|(_, value)| value.is_some());
    let removed = removed.iter().map(|(name, _)| format!("-u {}", shell_quoted(&name.to_string_lossy())));
    let set = set.iter().map(|(name, value)| {
        let value = value.unwrap_or_default().to_string_lossy();
        shell_quoted(&format!("{}={value}", name.to_string_lossy()))
    });
    let changes: Vec<String> = removed.chain(set).collect();
    if !changes.is_empty() {
        line += &format!("env {} ", changes.join(" "));
    }
    line + &command_line(command)
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
        assert_eq!(whole_command_line(&command), command_line(&command));
        command.current_dir("/a b").env("TWO", "it is").env("ONE", "1").env_remove("NONE");
        assert_eq!(
            whole_command_line(&command),
            r"cd '/a b' && env -u NONE ONE=1 'TWO=it is' cargo bench --bench '*' --features 'it'\''s'"
        );
    }

    #[test]
    fn values_of_flags_are_found_in_both_forms() {
        let arguments = ["--config", "a=1", "--config=b=2", "--configs", "--target", "x", "--config"];
        let arguments = arguments.map(str::to_owned);
        assert_eq!(values_of(&arguments, "--config").collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert_eq!(values_of(&arguments, "--target").last(), Some("x"));
    }
}
