//! The tables `[[peaks]]`. Known peaks of a machine are kept in the same form.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::number::five_digits;
use crate::dtype::Dtype;
use crate::model::{Access, ArithmeticPeak, BandwidthPeak, PeakRate, Peaks};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::store) struct PeaksTable {
    threads: u32,
    /// By instruction set: rate and half-width.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    gflops: BTreeMap<Dtype, BTreeMap<String, (f64, f64)>>,
    /// By level: working set, rate and half-width.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    gb_per_s: BTreeMap<AccessKey, BTreeMap<String, (u64, f64, f64)>>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum AccessKey {
    Read,
    Write,
    Copy,
    Add,
    StreamingWrite,
    StreamingCopy,
}

impl From<Access> for AccessKey {
    fn from(access: Access) -> Self {
        match access {
            Access::Read => AccessKey::Read,
            Access::Write => AccessKey::Write,
            Access::Copy => AccessKey::Copy,
            Access::Add => AccessKey::Add,
            Access::StreamingWrite => AccessKey::StreamingWrite,
            Access::StreamingCopy => AccessKey::StreamingCopy,
        }
    }
}

impl From<AccessKey> for Access {
    fn from(key: AccessKey) -> Self {
        match key {
            AccessKey::Read => Access::Read,
            AccessKey::Write => Access::Write,
            AccessKey::Copy => Access::Copy,
            AccessKey::Add => Access::Add,
            AccessKey::StreamingWrite => Access::StreamingWrite,
            AccessKey::StreamingCopy => Access::StreamingCopy,
        }
    }
}

impl From<&Peaks> for PeaksTable {
    fn from(peaks: &Peaks) -> Self {
        let Peaks { threads, arithmetic, bandwidth } = peaks;
        let mut table = PeaksTable { threads: *threads, gflops: BTreeMap::new(), gb_per_s: BTreeMap::new() };
        for ArithmeticPeak { dtype, instruction_set, rate } in arithmetic {
            let (value, half_width) = digits(*rate);
            table.gflops.entry(*dtype).or_default().insert(instruction_set.clone(), (value, half_width));
        }
        for BandwidthPeak { access, level, working_set, rate } in bandwidth {
            let (value, half_width) = digits(*rate);
            let of_access = table.gb_per_s.entry((*access).into()).or_default();
            of_access.insert(level.clone(), (*working_set, value, half_width));
        }
        table
    }
}

fn digits(PeakRate { value, half_width }: PeakRate) -> (f64, f64) {
    (five_digits(value), five_digits(half_width))
}

impl From<PeaksTable> for Peaks {
    fn from(PeaksTable { threads, gflops, gb_per_s }: PeaksTable) -> Self {
        let arithmetic = gflops.into_iter().flat_map(|(dtype, sets)| {
            sets.into_iter().map(move |(instruction_set, (value, half_width))| ArithmeticPeak {
                dtype,
                instruction_set,
                rate: PeakRate { value, half_width },
            })
        });
        let bandwidth = gb_per_s.into_iter().flat_map(|(access, levels)| {
            let access = access.into();
            levels.into_iter().map(move |(level, (working_set, value, half_width))| BandwidthPeak {
                access,
                level,
                working_set,
                rate: PeakRate { value, half_width },
            })
        });
        Peaks { threads, arithmetic: arithmetic.collect(), bandwidth: bandwidth.collect() }
    }
}
