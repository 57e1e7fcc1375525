//! Everything that starts a process: cargo, rustc, git, mdBook and the benches themselves.
//!
//! `workspace` and `build` call cargo. `rounds` runs the benches; `process` is one run of one bench with the
//! two connections that it makes (`listen`, `criterion`, `channel`); `collect` joins what it reported.
//! `sides` checks out and builds the two sides of a head-to-head comparison, which `interrupt` lets end early.
//! `affinity` and `threads` choose CPUs and numbers of threads. `toolchain`, `git` and `machine` record the
//! environment, `cargo` is how cargo is called, `cache` where files of the machine are. `mdbook` renders books.

mod affinity;
pub mod build;
pub mod cache;
pub mod cargo;
mod channel;
mod collect;
mod criterion;
pub mod failure;
pub mod git;
pub mod interrupt;
mod listen;
pub mod machine;
pub mod mdbook;
mod process;
mod prompt_stream;
pub mod rounds;
pub mod sides;
pub mod threads;
pub mod toolchain;
pub mod workspace;
