//! Whole-program tests: the built command against a project whose bench replays scripts. See README.md.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "real files, real processes")]

mod ab;
mod baselines;
mod book;
mod browser;
mod committed;
mod diff;
mod docs;
mod doctor;
mod failures;
mod guide;
mod history;
mod hostile;
mod inference;
mod learned;
mod links;
mod published;
mod replay;
mod save;
mod sides;
