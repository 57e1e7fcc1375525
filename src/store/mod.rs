//! Baselines on disk: one TOML file each, as FORMAT.md specifies.
//!
//! [`CodeSessions`] and [`KnownPeaks`] are files of one machine, outside of any project. [`Store`] is a
//! folder of baselines. Only the
//! module `wire` knows the TOML keys. `format` turns text into a checked
//! [`Baseline`](crate::model::Baseline) and back, with `pieces` and `sections` for large files, `validate` for
//! the checks and `limits` for what no baseline exceeds. `atomic` writes files so that an older file is either kept or
//! replaced as a whole.

mod atomic;
mod code_sessions;
mod error;
mod folder;
mod format;
mod keep;
mod known_peaks;
pub mod limits;
pub(crate) mod lock;
mod pieces;
mod reservation;
mod sections;
mod transfer;
mod validate;
mod wire;

#[cfg(test)]
mod tests;

pub use atomic::{replace_file, rewrite_file};
pub use code_sessions::CodeSessions;
pub use error::{FileFault, StoreError};
pub use folder::Store;
pub use format::{FORMAT, Loaded, NewerFormat};
pub use keep::keep;
pub use known_peaks::KnownPeaks;
pub use reservation::{Mode, Reservation};
pub use validate::Invalid;
pub(crate) use validate::check_benchmark;
pub use wire::TableFault;
