//! One file per command. Only these touch the disk and the terminal.

pub(crate) mod book;
pub(crate) mod diff;
pub(crate) mod list;
pub(crate) mod rm;
pub(crate) mod save;
pub(crate) mod show;
