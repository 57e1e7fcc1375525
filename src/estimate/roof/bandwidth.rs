//! The least time in which bytes move, by where they lie.

use super::traffic::Traffic;
use crate::model::{MEMORY, Machine, PeakRate, Peaks};

/// A least time.
#[derive(Debug, PartialEq)]
pub(super) struct Transfer<'a> {
    pub(super) nanoseconds: f64,
    pub(super) half_width: f64,
    /// The level where the last of the bytes lie.
    pub(super) level: &'a str,
}

/// A level with all that it and those before it hold, and the fastest that bytes of it move,
/// whatever is done with them.
pub(super) struct Level<'a> {
    pub(super) name: &'a str,
    capacity: f64,
    pub(super) rate: PeakRate,
}

/// The least time of this traffic. Of a working set that no cache holds as a whole, each cache
/// holds a part, as much as fits, so that the time is that of each part at the peak of its level:
/// no order of accesses can do better. `None` where no peak is known of a level that has to hold a
/// part.
pub(super) fn transfer<'a>(traffic: Traffic, peaks: &'a Peaks, machine: &Machine) -> Option<Transfer<'a>> {
    let (mut below, mut nanoseconds, mut spread, mut last) = (0.0, 0.0, 0.0, None);
    for level in levels(peaks, machine) {
        let held = traffic.working_set.min(level.capacity) - below;
        if held > 0.0 {
            let part = traffic.bytes * held / traffic.working_set / level.rate.value;
            nanoseconds += part;
            spread += part * level.rate.half_width;
            last = Some(level.name);
            below += held;
        }
    }
    let level = last.filter(|_| below >= traffic.working_set)?;
    Some(Transfer { nanoseconds, half_width: spread / nanoseconds, level })
}

/// The levels of which there is a peak, the nearest first.
pub(super) fn levels<'a>(peaks: &'a Peaks, machine: &Machine) -> Vec<Level<'a>> {
    let mut levels: Vec<Level<'a>> = Vec::new();
    for peak in &peaks.bandwidth {
        let name = peak.level.as_str();
        let capacity = match machine.cache_of_threads(name, peaks.threads) {
            Some(bytes) => bytes as f64,
            None if name == MEMORY => f64::INFINITY,
            None => continue,
        };
        match levels.iter_mut().find(|level| level.name == name) {
            Some(level) if level.rate.value < peak.rate.value => level.rate = peak.rate,
            Some(_) => {}
            None => levels.push(Level { name, capacity, rate: peak.rate }),
        }
    }
    levels.sort_by(|one, other| one.capacity.total_cmp(&other.capacity));
    levels
}
