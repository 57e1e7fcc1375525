//! The commands. Only these touch the disk and the terminal.

pub(crate) mod ab;
pub(crate) mod baselines;
pub(crate) mod bisect;
pub(crate) mod bless;
pub(crate) mod book;
pub(crate) mod compare;
mod comparison;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod export;
mod files;
pub(crate) mod gate;
pub(crate) mod history;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod manual;
pub(crate) mod merge;
mod report_folder;
mod reproduction;
pub(crate) mod save;
pub(crate) mod show;
