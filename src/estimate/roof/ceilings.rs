//! The ceilings of a roofline: what a machine can do at most of each kind, whatever the work is.

use std::collections::BTreeSet;

use super::bandwidth::levels;
use super::{COMMON, fastest};
use crate::dtype::Dtype;
use crate::model::{ArithmeticPeak, Environment, PeakRate};

/// What work on one number of threads is held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Ceilings<'a> {
    /// Threads of the peaks.
    pub threads: u32,
    /// Arithmetic, the fastest first: of each element type the fastest instruction set, and AVX2
    /// where that is another.
    pub arithmetic: Vec<&'a ArithmeticPeak>,
    /// Names of the levels of the memory and the GB/s of each, the nearest first.
    pub bandwidth: Vec<(&'a str, PeakRate)>,
}

impl<'a> Ceilings<'a> {
    /// Those of an environment for work on these element types. `None` where it has no peaks on so
    /// many threads.
    pub fn of(environment: &'a Environment, threads: u32, dtypes: &BTreeSet<Dtype>) -> Option<Ceilings<'a>> {
        let peaks = environment.peaks.iter().find(|peaks| peaks.threads == threads)?;
        let held_against =
            |dtype: &Dtype| [fastest(peaks, *dtype, &|_| true), fastest(peaks, *dtype, &|set| set == COMMON)];
        let mut arithmetic: Vec<&ArithmeticPeak> = vec![];
        for peak in dtypes.iter().flat_map(held_against).flatten() {
            if !arithmetic.contains(&peak) {
                arithmetic.push(peak);
            }
        }
        arithmetic.sort_by(|one, other| other.rate.value.total_cmp(&one.rate.value));
        let levels = levels(peaks, &environment.machine).into_iter();
        Some(Ceilings {
            threads,
            arithmetic,
            bandwidth: levels.map(|level| (level.name, level.rate)).collect(),
        })
    }
}
