//! The study behind the page "Evidence" of the book: the suite is saved many times from identical code, and
//! from code with a planted slowdown, with other work in between. All pairs are compared, and three rules
//! judge what changed. The module [`sequential`] simulates the rule of runs head to head.

pub mod analysis;
pub mod between;
pub mod calibration;
pub mod class;
pub mod estimators;
pub mod files;
pub mod plan;
pub mod rules;
pub mod saving;
pub mod sequential;
pub mod synthetic;
pub mod tables;
pub mod tally;
