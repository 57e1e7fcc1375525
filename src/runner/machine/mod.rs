//! What machine this is, as far as it tells: facts that are not known stay absent.

mod instruction_sets;
mod sysfs;
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
mod x86;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

use crate::model::Machine;

/// Where Linux describes its processors.
const SYSFS_CPU: &str = "/sys/devices/system/cpu/cpu0";

/// The machine this runs on. Caches and governor are those of the first processor.
pub fn machine() -> Machine {
    let wanted = RefreshKind::nothing()
        .with_cpu(CpuRefreshKind::nothing())
        .with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(wanted);
    Machine {
        cpu: system.cpus().first().map(|cpu| cpu.brand().trim().to_owned()).unwrap_or_default(),
        cores: System::physical_core_count().and_then(|cores| cores.try_into().ok()),
        hardware_threads: count(system.cpus().len()),
        caches: caches(),
        instruction_sets: instruction_sets::present(),
        memory: Some(system.total_memory()).filter(|&bytes| bytes > 0),
        governor: sysfs::governor(Path::new(SYSFS_CPU)),
        virtual_machine: virtual_machine(),
        kernel: System::kernel_long_version(),
    }
}

/// Nobody has none: that means unknown.
fn count(found: usize) -> Option<u32> {
    u32::try_from(found).ok().filter(|&found| found > 0)
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
fn caches() -> BTreeMap<String, u64> {
    let caches = sysfs::caches(Path::new(SYSFS_CPU));
    if caches.is_empty() { x86::caches() } else { caches }
}

#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
fn caches() -> BTreeMap<String, u64> {
    sysfs::caches(Path::new(SYSFS_CPU))
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
fn virtual_machine() -> Option<bool> {
    x86::virtual_machine()
}

#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
fn virtual_machine() -> Option<bool> {
    None
}

/// The key of a cache: `L1d`, `L2`, ...
fn cache_name(level: u8) -> String {
    // Only the first level keeps data and instructions apart.
    if level == 1 { "L1d".to_owned() } else { format!("L{level}") }
}

/// Variables that set a number of threads and do not end in `_NUM_THREADS`, as those of rayon, OpenMP, MKL,
/// OpenBLAS, BLIS, matrixmultiply and NumExpr do.
const OTHER_THREAD_VARIABLES: [&str; 4] =
    ["OMP_THREAD_LIMIT", "RAYON_RS_NUM_CPUS", "TOKIO_WORKER_THREADS", "VECLIB_MAXIMUM_THREADS"];

/// Variables that libraries of tensor kernels read.
const SET_BY_COUNT: [&str; 6] = [
    "BLIS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
];

/// Among the variables that set threads, this one is no variable: with the value `1` every process is kept on one CPU.
/// Recorded beside them, since it is a fact of the same kind.
pub const AFFINITY: &str = "affinity";

/// The variables that give every library of kernels `count` threads; a single one is kept on one CPU.
pub fn set_threads(count: u32) -> BTreeMap<String, String> {
    let one_cpu = (count == 1 && super::affinity::is_possible()).then_some(AFFINITY);
    SET_BY_COUNT.into_iter().chain(one_cpu).map(|name| (name.to_owned(), count.to_string())).collect()
}

/// What a baseline recorded of threads, without any other variable that its file may name.
pub fn recorded_threads(recorded: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let sets_threads = |(name, _): &(&String, &String)| is_thread_variable(name) || name.as_str() == AFFINITY;
    recorded.iter().filter(sets_threads).map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn is_thread_variable(name: &str) -> bool {
    name.ends_with("_NUM_THREADS") || OTHER_THREAD_VARIABLES.contains(&name)
}

/// Those of the variables that set a number of threads. Text that is not Unicode is kept as far as it is.
pub fn thread_variables(environment: impl Iterator<Item = (OsString, OsString)>) -> BTreeMap<String, String> {
    environment
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .filter(|(name, _)| is_thread_variable(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_that_set_threads_are_kept() {
        let environment = [
            ("RAYON_NUM_THREADS", "4"),
            ("OMP_NUM_THREADS", "2,1"),
            ("VECLIB_MAXIMUM_THREADS", ""),
            ("PATH", "/bin"),
            ("NUM_THREADS_WANTED", "8"),
        ];
        let kept = thread_variables(environment.into_iter().map(|(name, value)| (name.into(), value.into())));
        let expected =
            [("OMP_NUM_THREADS", "2,1"), ("RAYON_NUM_THREADS", "4"), ("VECLIB_MAXIMUM_THREADS", "")];
        assert_eq!(kept, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    }

    #[test]
    fn facts_that_every_machine_has_are_found() {
        let machine = machine();
        assert!(machine.hardware_threads.is_some(), "{machine:?}");
        assert!(machine.memory.is_some(), "{machine:?}");
        assert!(!machine.kernel.is_empty(), "{machine:?}");
        assert!(machine.instruction_sets.is_sorted(), "{machine:?}");
    }
}
