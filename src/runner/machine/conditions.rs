//! The state of the machine at the moment.
//!
//! Turbo and power are told by Linux alone, under `/sys`.

use std::fs;
use std::path::Path;

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

use super::Load;
use crate::cpu_clock::thread_time;
use crate::model::{Conditions, Instruments};
use crate::runner::{affinity, usage};

/// The present state.
pub fn conditions() -> Conditions {
    let refresh = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let memory = System::new_with_specifics(refresh).available_memory();
    let usable = std::thread::available_parallelism().map_or(1, usize::from);
    let sysfs = Path::new("/sys");
    Conditions {
        usable_cpus: u32::try_from(usable).unwrap_or(u32::MAX),
        turbo: turbo(sysfs),
        on_battery: on_battery(sysfs),
        available_memory: Some(memory).filter(|&bytes| bytes > 0),
        load: Load::now().map(|load| load.average),
        instruments: instruments(),
    }
}

fn instruments() -> Instruments {
    let this = std::process::id();
    Instruments {
        cpu_clock: thread_time().is_some(),
        context_switches: usage::scheduling(this).is_some(),
        affinity: affinity::is_possible(),
        probes_from_outside: usage::last_cpu(this).is_some() && affinity::is_possible(),
    }
}

/// Intel's driver has a switch that turns it off, others one that turns it on.
fn turbo(sysfs: &Path) -> Option<bool> {
    let cpu = sysfs.join("devices/system/cpu");
    let off = switch(&cpu.join("intel_pstate/no_turbo")).map(|off| !off);
    off.or_else(|| switch(&cpu.join("cpufreq/boost")))
}

/// A machine without a battery is not on one; a system that lists no supply does not tell.
fn on_battery(sysfs: &Path) -> Option<bool> {
    let supplies: Vec<_> = fs::read_dir(sysfs.join("class/power_supply")).ok()?.flatten().collect();
    let is_discharging =
        |folder: &Path| text(&folder.join("status")).is_some_and(|status| status == "Discharging");
    (!supplies.is_empty()).then(|| supplies.iter().any(|supply| is_discharging(&supply.path())))
}

fn switch(file: &Path) -> Option<bool> {
    match text(file)?.as_str() {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

fn text(file: &Path) -> Option<String> {
    fs::read_to_string(file).ok().map(|text| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sysfs(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (file, content) in files {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(file, content).expect("a file");
        }
        folder
    }

    #[test]
    fn turbo_is_read_from_either_switch() {
        let of = |file: &str, value: &str| turbo(sysfs(&[(file, value)]).path());
        let (intel, others) =
            ("devices/system/cpu/intel_pstate/no_turbo", "devices/system/cpu/cpufreq/boost");
        assert_eq!([of(intel, "1\n"), of(intel, "0\n")], [Some(false), Some(true)]);
        assert_eq!([of(others, "1\n"), of(others, "0\n"), of(others, "?")], [Some(true), Some(false), None]);
        assert_eq!(turbo(sysfs(&[]).path()), None);
    }

    #[test]
    fn a_battery_that_discharges_is_seen() {
        let mains = ("class/power_supply/AC/online", "1");
        let status = |status| ("class/power_supply/BAT0/status", status);
        let of = |files: &[(&str, &str)]| on_battery(sysfs(files).path());
        assert_eq!(of(&[mains, status("Discharging\n")]), Some(true));
        assert_eq!(of(&[mains, status("Full\n")]), Some(false));
        assert_eq!(of(&[mains]), Some(false));
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn there_is_a_cpu_to_use() {
        assert!(conditions().usable_cpus > 0);
    }
}
