//! Everything that starts a process: cargo, rustc, git, mdBook and the benches themselves.
//!
//! `workspace` and `build` call cargo; `invocation` asks it how it starts a bench. `rounds` runs the benches, `round` one
//! of them in a round; `process` is one run of one bench with the two connections that it makes (`criterion`, `channel`,
//! on a `message_stream`, within `limits`) and what can be seen of it from outside (`observer`, `usage`); `collect` joins
//! what it reported. `census` lists what a bench has, `listed` what all have, `part` which of it a part of the suite has;
//! `criterion_files` reads what criterion itself has saved. `head_to_head` measures two sides in turn; `sides` checks them
//! out and builds them, and `interrupt` lets that end early. `selection` says what to ask of cargo where it finds nothing to
//! build. `child` ends what this process has started with it.
//! `affinity` and `threads` choose CPUs and numbers of threads, `peaks` the rounds of the peaks. `toolchain`, `git` and
//! `machine` record the environment, `configuration` is cargo's, `cargo` how it is called, `cache` where files of the
//! machine are, `digests` tells executables apart, `dialect` their harnesses, by their `dependencies`. `commits` reads the history of the
//! repository. `mdbook` renders books, `member` says what a package has to be measured with.

mod affinity;
pub mod build;
pub mod cache;
pub mod cargo;
mod census;
mod channel;
mod child;
mod collect;
mod command;
pub mod commits;
mod configuration;
mod criterion;
pub mod criterion_files;
mod dependencies;
pub mod dialect;
pub mod digests;
pub mod failure;
pub mod git;
pub mod head_to_head;
pub mod interrupt;
pub mod invocation;
mod limits;
pub mod listed;
pub mod machine;
pub mod mdbook;
pub mod member;
mod message_stream;
mod observer;
mod part;
pub mod peaks;
mod process;
mod results;
mod round;
pub mod rounds;
mod selection;
pub mod sides;
pub mod threads;
pub mod toolchain;
mod usage;
pub mod workspace;
