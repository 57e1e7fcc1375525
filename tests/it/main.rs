//! Whole-program tests: the built command against a project whose bench replays scripts. See README.md.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "real files, real processes")]

mod ab;
mod baselines;
mod book;
mod brought_back;
mod browser;
mod committed;
mod compare;
mod dialects;
mod diff;
mod docs;
mod doctor;
mod export;
mod failures;
mod files;
mod filtered;
mod gaps;
mod gate;
mod github;
mod guide;
mod history;
mod hostile;
mod import;
mod inference;
mod init;
#[cfg(unix)]
mod invocation;
mod judging;
#[cfg(unix)]
mod killed;
mod labels;
mod learned;
mod links;
mod manual;
mod metadata;
mod names;
mod parts;
mod peaks;
mod progress;
mod published;
mod replay;
mod revision;
mod save;
mod schema;
mod show;
mod sides;
mod strangers;
mod told;
mod unsaved;
#[cfg(unix)]
mod workflows;
mod workspace;
