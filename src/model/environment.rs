//! Provenance: where, from what and how a baseline was measured.

use std::collections::BTreeMap;

use super::Peaks;

/// Everything about a measurement that is not a measurement.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Environment {
    /// The source.
    pub revision: Option<Revision>,
    /// The build.
    pub build: Build,
    /// The machine.
    pub machine: Machine,
    /// Variables that set a number of threads (`RAYON_NUM_THREADS`, `OMP_NUM_THREADS`, ...), where set.
    pub threads: BTreeMap<String, String>,
    /// Other variables that the project has named to be recorded, where set.
    pub variables: BTreeMap<String, String>,
    /// What the machine can do at most, on each number of threads for which that was measured; empty
    /// where it is not known.
    pub peaks: Vec<Peaks>,
}

/// Among the variables of [`Environment::threads`] although it is none: with the value `1`, every bench process was kept on one
/// CPU.
pub const AFFINITY: &str = "affinity";

/// Variables that libraries of tensor kernels read, which `--threads` sets to one number.
pub const SET_BY_COUNT: [&str; 6] = [
    "BLIS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
];

impl Environment {
    /// Every bench process was kept on one CPU.
    pub fn one_cpu(&self) -> bool {
        self.threads.get(AFFINITY).is_some_and(|count| count == "1")
    }
}

/// The git revision of the source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revision {
    /// Full hash of the commit.
    pub commit: String,
    /// Branch, unless detached.
    pub branch: Option<String>,
    /// The working tree differed from the commit.
    pub dirty: bool,
}

/// How the benches were built. Empty text and `None` mean unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Build {
    /// First line of `rustc --version`.
    pub rustc: String,
    /// Target triple.
    pub target: String,
    /// Cargo profile.
    pub profile: String,
    /// Cargo feature flags as given.
    pub features: Vec<String>,
    /// Flags for rustc, from wherever cargo takes them.
    pub rustflags: String,
    /// Target features that these flags turn on, from `rustc --print cfg`, sorted.
    pub target_features: Vec<String>,
    /// SHA-256 of `Cargo.lock`.
    pub lock_hash: Option<String>,
    /// Version of criterion in the bench processes.
    pub criterion: Option<String>,
}

/// The machine. Empty text and `None` mean unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Machine {
    /// CPU model name.
    pub cpu: String,
    /// Physical cores.
    pub cores: Option<u32>,
    /// Hardware threads.
    pub hardware_threads: Option<u32>,
    /// Cache sizes by level (`L1d`, `L2`, `L3`), bytes.
    pub caches: BTreeMap<String, u64>,
    /// Instruction sets that matter to tensor kernels and are present, sorted.
    pub instruction_sets: Vec<String>,
    /// Memory, bytes.
    pub memory: Option<u64>,
    /// CPU frequency governor.
    pub governor: Option<String>,
    /// Running under a hypervisor.
    pub virtual_machine: Option<bool>,
    /// Operating system and its kernel version.
    pub kernel: String,
}

impl Machine {
    /// Bytes of a cache that so many threads have together, by its key: of the first two levels that of
    /// each core, of others one that all share.
    pub fn cache_of_threads(&self, name: &str, threads: u32) -> Option<u64> {
        let size = *self.caches.get(name)?;
        let is_of_core = name.starts_with("L1") || name.starts_with("L2");
        let cores = self.cores.map_or(threads, |cores| cores.min(threads));
        Some(if is_of_core { size.saturating_mul(cores.max(1).into()) } else { size })
    }

    /// Machines with the same words measure alike, as far as a baseline tells: processor, caches, system and governor.
    /// Versions of the kernel and memory, which moves a little between boots, are left out. `None` where the processor
    /// is not known.
    pub fn fingerprint(&self) -> Option<String> {
        let Machine { cpu, cores, hardware_threads, caches, governor, virtual_machine, kernel, .. } = self;
        let cpu = cpu.split_whitespace().collect::<Vec<_>>().join(" ");
        let system = kernel.split_whitespace().next().unwrap_or_default();
        let text = format!(
            "{cpu}|{cores:?}|{hardware_threads:?}|{caches:?}|{governor:?}|{virtual_machine:?}|{system}"
        );
        (!cpu.is_empty()).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_core_has_two_caches_of_its_own() {
        let caches = [("L1d", 32), ("L2", 1024), ("L3", 4096)].map(|(name, size)| (name.to_owned(), size));
        let machine = Machine { cores: Some(4), caches: caches.into(), ..Machine::default() };
        let of = |name: &str| [1, 2, 8].map(|threads| machine.cache_of_threads(name, threads));
        assert_eq!(of("L1d"), [32, 64, 128].map(Some));
        assert_eq!(of("L2"), [1024, 2048, 4096].map(Some));
        assert_eq!(of("L3"), [Some(4096); 3]);
        assert_eq!(of("L4"), [None; 3]);
    }

    #[test]
    fn a_fingerprint_is_that_of_what_decides_about_speed() {
        let machine =
            Machine { cpu: "A  B".to_owned(), kernel: "Linux 6.1".to_owned(), ..Machine::default() };
        let updated = Machine {
            cpu: "A B".to_owned(),
            kernel: "Linux 6.2".to_owned(),
            memory: Some(1 << 30),
            ..machine.clone()
        };
        assert_eq!(machine.fingerprint(), updated.fingerprint());
        let slowed = Machine { governor: Some("powersave".to_owned()), ..machine.clone() };
        assert_ne!(machine.fingerprint(), slowed.fingerprint());
        assert_eq!(Machine::default().fingerprint(), None, "imported figures have no machine");
    }
}
