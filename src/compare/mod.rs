//! Two baselines in, a [`Comparison`] out: rows, verdicts, warnings. Pure: no I/O, no clock, no environment,
//! and no panic on any data that a baseline can hold.

mod types;

pub use types::{
    AllocationChange, AllocationVerdict, Change, Comparison, Count, Difference, Fact, Options, Quality,
    RateChange, Row, Rule, Side, Summary, TimeChange, Verdict, Warning,
};
