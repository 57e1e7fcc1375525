//! The study behind the page "Evidence" of the book. [`running`] measures its columns: identical code and planted
//! slowdowns, stored and head to head, on a quiet and on a loaded machine; [`aims`] prints what was reached, beside what
//! other rules make of the same data. An older part saves the suite many times with other work in between and compares
//! all pairs ([`analysis`]). [`peaks`] tells how the peaks of a machine repeat, [`layout`] what another order of functions
//! does to times, [`cost`] and [`overhead`] what a save costs. The module [`sequential`] simulates the rule of runs head
//! to head.

pub mod aims;
pub mod analysis;
pub mod between;
pub mod calibration;
pub mod class;
pub mod clocks;
pub mod column;
pub mod cost;
pub mod estimators;
pub mod executables;
pub mod files;
pub mod folder;
pub mod judged;
pub mod layout;
pub mod load;
pub mod machine_state;
pub mod measuring;
pub mod numbered;
pub mod overhead;
pub mod peaks;
pub mod plan;
pub mod readings;
pub mod rules;
pub mod running;
pub mod saving;
pub mod sequential;
pub mod synthetic;
pub mod tables;
pub mod tally;
pub mod taught;
pub mod unit;
