//! What a baseline records of the variables of its bench processes.

use std::collections::BTreeMap;

use tensorprof::runner::build::BenchExecutable;
use tensorprof::runner::{invocation, threads};

/// Variables with their values.
pub(crate) struct Recorded {
    /// Those that set a number of threads.
    pub(crate) threads: BTreeMap<String, String>,
    /// Those that the project names.
    pub(crate) variables: BTreeMap<String, String>,
}

impl Recorded {
    /// Of benches that are run with these numbers of threads besides.
    pub(crate) fn of(
        executables: &[BenchExecutable],
        threads: &BTreeMap<String, String>,
        names: &[String],
    ) -> Recorded {
        let mut environment = invocation::environment(executables);
        let own = threads::of_process(threads).into_iter();
        environment.extend(own.map(|(name, value)| (name.into(), value.into())));
        let variables = invocation::named(&environment, names);
        let mut all = threads::variables_in(environment.into_iter());
        all.extend(threads.clone());
        Recorded { threads: all, variables }
    }
}
