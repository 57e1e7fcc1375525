//! How benches are started: as `cargo bench` starts them.
//!
//! Nothing of what cargo does for a bench is imitated; cargo is asked, once a build. `inquiry` has it start this tool in place
//! of every bench, and `recording` notes the environment, the folder and the arguments that cargo starts it with. A runner of
//! the user's own (`target.TRIPLE.runner`) is found by `user_runner`, and stays between this tool and the bench.

mod inquiry;
mod recording;
mod user_runner;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(super) use self::inquiry::Inquiry;
pub use self::recording::answer;
use super::build::BenchExecutable;

/// How a bench is started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invocation {
    /// The user's program that starts the bench, with its arguments. Empty where the bench is started itself.
    pub runner: Vec<OsString>,
    /// Arguments of the bench.
    pub arguments: Vec<OsString>,
    /// Its current folder.
    pub directory: PathBuf,
    /// Variables that differ from those of this process; `None` for one that is not set.
    pub variables: BTreeMap<OsString, Option<OsString>>,
}

impl Invocation {
    /// Of a bench that is started by itself, with the environment of this process.
    pub fn plain(directory: PathBuf) -> Invocation {
        Invocation { arguments: vec!["--bench".into()], directory, ..Invocation::default() }
    }

    /// The command that starts an executable so.
    pub fn command(&self, executable: &Path) -> Command {
        let mut words = self.runner.iter().map(OsString::as_os_str).chain([executable.as_os_str()]);
        let mut command = Command::new(words.next().unwrap_or(executable.as_os_str()));
        command.args(words).args(&self.arguments).current_dir(&self.directory);
        for (name, value) in &self.variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    /// Tells criterion where its files are, as it would find out itself, unless a variable tells it. It would start cargo for
    /// that, which takes longer than the rest of a process that measures nothing.
    pub(super) fn tell_target_directory(&mut self, directory: &Path) {
        let environment = self.environment();
        if ["CRITERION_HOME", "CARGO_TARGET_DIR"]
            .iter()
            .any(|name| environment.contains_key(OsStr::new(name)))
        {
            return;
        }
        self.variables.insert("CRITERION_HOME".into(), Some(directory.join("criterion").into()));
    }

    /// All variables of the bench.
    pub fn environment(&self) -> BTreeMap<OsString, OsString> {
        let mut environment: BTreeMap<OsString, OsString> = std::env::vars_os().collect();
        for (name, value) in self.variables.clone() {
            match value {
                Some(value) => _ = environment.insert(name, value),
                None => _ = environment.remove(&name),
            }
        }
        environment
    }
}

/// All variables of these benches. Where two differ in one, as a build script can make them, it is that of the later.
pub fn environment(executables: &[BenchExecutable]) -> BTreeMap<OsString, OsString> {
    executables.iter().flat_map(|executable| executable.invocation.environment()).collect()
}

/// The variables of an environment that are named, as text. Text that is not Unicode is converted lossily.
pub fn named(environment: &BTreeMap<OsString, OsString>, names: &[String]) -> BTreeMap<String, String> {
    let pair = |name: &String| {
        let value = environment.get(OsStr::new(name))?;
        Some((name.clone(), value.to_string_lossy().into_owned()))
    };
    names.iter().filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runner_of_the_users_starts_the_bench() {
        let words = |invocation: &Invocation| {
            let command = invocation.command(Path::new("/bench"));
            let words = std::iter::once(command.get_program()).chain(command.get_args());
            words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        let plain = Invocation::plain("/".into());
        assert_eq!(words(&plain), ["/bench", "--bench"]);
        let run = Invocation { runner: vec!["env".into(), "A=b".into()], ..plain };
        assert_eq!(words(&run), ["env", "A=b", "/bench", "--bench"]);
    }

    #[test]
    fn criterion_is_told_its_folder_where_no_variable_tells() {
        let told = |variables: &[(&str, Option<&str>)]| {
            // Whatever the variables of the tests are.
            let unset = ["CRITERION_HOME", "CARGO_TARGET_DIR"].map(|name| (OsString::from(name), None));
            let given = variables.iter().map(|(name, value)| (name.into(), value.map(OsString::from)));
            let variables = unset.into_iter().chain(given).collect();
            let mut invocation = Invocation { variables, ..Invocation::default() };
            invocation.tell_target_directory(Path::new("target"));
            named(&invocation.environment(), &["CRITERION_HOME".to_owned()]).remove("CRITERION_HOME")
        };
        let folder = Path::new("target").join("criterion").display().to_string();
        assert_eq!(told(&[]), Some(folder));
        assert_eq!(told(&[("CRITERION_HOME", Some("elsewhere"))]).as_deref(), Some("elsewhere"));
        assert_eq!(told(&[("CARGO_TARGET_DIR", Some("target"))]), None);
    }

    #[test]
    fn variables_are_added_to_ours_or_taken_away() {
        let (ours, _) = std::env::vars_os().next().expect("some variable");
        let variables = [(ours.clone(), None), ("ONE_MORE".into(), Some("1".into()))].into();
        let environment = Invocation { variables, ..Invocation::default() }.environment();
        assert!(!environment.contains_key(&ours));
        let names = ["ONE_MORE", "NOT_SET"].map(str::to_owned);
        assert_eq!(named(&environment, &names), [("ONE_MORE".to_owned(), "1".to_owned())].into());
    }
}
