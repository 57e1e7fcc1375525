//! The commands. Only these touch the disk and the terminal.

pub(crate) mod ab;
pub(crate) mod baselines;
pub(crate) mod bisect;
pub(crate) mod book;
mod comparison;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod history;
pub(crate) mod manual;
mod report_folder;
pub(crate) mod save;
pub(crate) mod show;
