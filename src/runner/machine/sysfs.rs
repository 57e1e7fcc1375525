//! What Linux says of a processor under `/sys/devices/system/cpu/cpuN`. Elsewhere there is no such folder,
//! and nothing is known.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::cache_name;

/// Sizes of the data caches of a processor, bytes.
pub(super) fn caches(cpu: &Path) -> BTreeMap<String, u64> {
    let Ok(entries) = fs::read_dir(cpu.join("cache")) else { return BTreeMap::new() };
    entries.flatten().filter_map(|entry| cache(&entry.path())).collect()
}

/// CPU frequency governor of a processor.
pub(super) fn governor(cpu: &Path) -> Option<String> {
    line(&cpu.join("cpufreq/scaling_governor"))
}

fn cache(index: &Path) -> Option<(String, u64)> {
    if line(&index.join("type"))? == "Instruction" {
        return None;
    }
    let level = line(&index.join("level"))?.parse().ok()?;
    Some((cache_name(level), size(&line(&index.join("size"))?)?))
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
            caches(cpu.path()),
            [("L1d".to_owned(), 48 << 10), ("L2".to_owned(), 1 << 20)].into_iter().collect()
        );
        assert_eq!(governor(cpu.path()).as_deref(), Some("powersave"));
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
        assert!(caches(cpu.path()).is_empty());
        assert_eq!(governor(cpu.path()), None);
        assert!(caches(&cpu.path().join("nowhere")).is_empty());
    }
}
