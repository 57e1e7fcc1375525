//! What is known about the processor: its caches, its frequency governor, and whether it is virtual.
//!
//! Linux has these facts under `/sys/devices/system/cpu/cpuN`, an x86 processor also in its CPUID
//! instruction.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Where Linux describes the first processor.
const SYSFS: &str = "/sys/devices/system/cpu/cpu0";

/// Sizes of the data caches of the first processor, bytes.
pub(super) fn caches() -> BTreeMap<String, u64> {
    let caches = sysfs_caches(Path::new(SYSFS));
    if caches.is_empty() { cpuid::caches() } else { caches }
}

/// CPU frequency governor of the first processor.
pub(super) fn governor() -> Option<String> {
    sysfs_governor(Path::new(SYSFS))
}

/// Whether a hypervisor announces itself, as all common ones do.
pub(super) fn virtual_machine() -> Option<bool> {
    cpuid::virtual_machine()
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
mod cpuid {
    use std::collections::BTreeMap;

    use raw_cpuid::{CacheType, CpuId};

    use super::cache_name;

    pub(super) fn caches() -> BTreeMap<String, u64> {
        let parameters = CpuId::new().get_cache_parameters();
        parameters
            .into_iter()
            .flatten()
            .filter(|cache| matches!(cache.cache_type(), CacheType::Data | CacheType::Unified))
            .map(|cache| {
                let lines = cache.associativity() * cache.physical_line_partitions() * cache.sets();
                (cache_name(cache.level()), (lines * cache.coherency_line_size()) as u64)
            })
            .collect()
    }

    pub(super) fn virtual_machine() -> Option<bool> {
        CpuId::new().get_feature_info().map(|features| features.has_hypervisor())
    }
}

#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
mod cpuid {
    use std::collections::BTreeMap;

    pub(super) fn caches() -> BTreeMap<String, u64> {
        BTreeMap::new()
    }

    pub(super) fn virtual_machine() -> Option<bool> {
        None
    }
}

fn sysfs_caches(cpu: &Path) -> BTreeMap<String, u64> {
    let Ok(entries) = fs::read_dir(cpu.join("cache")) else { return BTreeMap::new() };
    entries.flatten().filter_map(|entry| cache(&entry.path())).collect()
}

fn sysfs_governor(cpu: &Path) -> Option<String> {
    line(&cpu.join("cpufreq/scaling_governor"))
}

fn cache(index: &Path) -> Option<(String, u64)> {
    if line(&index.join("type"))? == "Instruction" {
        return None;
    }
    let level = line(&index.join("level"))?.parse().ok()?;
    Some((cache_name(level), size(&line(&index.join("size"))?)?))
}

/// The key of a cache: `L1d`, `L2`, ...
fn cache_name(level: u8) -> String {
    // Only the first level keeps data and instructions apart.
    if level == 1 { "L1d".to_owned() } else { format!("L{level}") }
}

/// The kernel writes sizes as `48K`.
fn size(text: &str) -> Option<u64> {
    text.strip_suffix('K')?.parse::<u64>().ok()?.checked_mul(1024)
}

fn line(file: &Path) -> Option<String> {
    fs::read_to_string(file).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(folder: &Path, files: &[(&str, &str)]) {
        for (file, content) in files {
            let file = folder.join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(file, content).expect("a file");
        }
    }

    #[test]
    fn data_caches_and_the_governor_are_read() {
        let cpu = tempfile::tempdir().expect("a folder");
        let files = [
            ("cache/index0/level", "1\n"),
            ("cache/index0/type", "Data\n"),
            ("cache/index0/size", "48K\n"),
            ("cache/index1/level", "1\n"),
            ("cache/index1/type", "Instruction\n"),
            ("cache/index1/size", "32K\n"),
            ("cache/index2/level", "2\n"),
            ("cache/index2/type", "Unified\n"),
            ("cache/index2/size", "1024K\n"),
            ("cache/uevent", ""),
            ("cpufreq/scaling_governor", "powersave\n"),
        ];
        put(cpu.path(), &files);
        assert_eq!(
            sysfs_caches(cpu.path()),
            [("L1d".to_owned(), 48 << 10), ("L2".to_owned(), 1 << 20)].into_iter().collect()
        );
        assert_eq!(sysfs_governor(cpu.path()).as_deref(), Some("powersave"));
    }

    #[test]
    fn what_is_missing_or_garbled_is_unknown() {
        let cpu = tempfile::tempdir().expect("a folder");
        let files = [
            ("cache/index0/level", "first"),
            ("cache/index0/type", "Data"),
            ("cache/index0/size", "48K"),
            ("cache/index1/level", "2"),
            ("cache/index1/type", "Unified"),
            ("cache/index1/size", "much"),
            ("cpufreq/scaling_governor", ""),
        ];
        put(cpu.path(), &files);
        assert!(sysfs_caches(cpu.path()).is_empty());
        assert_eq!(sysfs_governor(cpu.path()), None);
        assert!(sysfs_caches(&cpu.path().join("nowhere")).is_empty());
    }
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    #[test]
    fn cache_sizes_from_cpuid_are_whole_kibibytes() {
        for (level, size) in cpuid::caches() {
            assert!(size > 0 && size % 1024 == 0, "{level}: {size}");
        }
    }
}
