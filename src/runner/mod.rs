//! Everything that starts a process: cargo, rustc, git, mdBook and the benches themselves.
//!
//! `workspace` and `build` ask cargo, `rounds` runs the benches, `process` is one run of one bench with the
//! two connections it makes (`listen`, `criterion`, `channel`), `collect` joins what they said, `affinity` chooses the CPU. `toolchain`, `git` and
//! `machine` record where and how. `mdbook` renders books.

mod affinity;
pub mod build;
mod channel;
mod collect;
mod criterion;
pub mod failure;
pub mod git;
mod listen;
pub mod machine;
pub mod mdbook;
mod process;
pub mod rounds;
pub mod threads;
pub mod toolchain;
pub mod workspace;
