//! Baselines on disk: one TOML file each, as FORMAT.md specifies.
//!
//! [`Store`] is a folder of baselines. The module `wire` alone knows the keys, `format` turns text into a
//! checked [`Baseline`](crate::model::Baseline) and back, `atomic` puts bytes on disk so that an older file
//! is either kept whole or replaced whole.

mod atomic;
mod error;
mod folder;
mod format;
mod lock;
mod pieces;
mod reservation;
mod validate;
mod wire;

#[cfg(test)]
mod tests;

pub use error::{FileFault, StoreError};
pub use folder::Store;
pub use format::{FORMAT, Loaded, NewerFormat};
pub use reservation::{Mode, Reservation};
pub use validate::Invalid;
pub use wire::TableFault;
