//! Exit codes. They are part of the interface: scripts and CI rely on them.

use tensorprof::runner::build::BuildFailed;
use tensorprof::runner::interrupt::{self, Interrupted};
use tensorprof::runner::mdbook::BookFailed;

/// Success.
pub(crate) const FINE: u8 = 0;
/// `diff --gate` found a row that is slower or allocates more.
pub(crate) const REGRESSED: u8 = 1;
/// `book supports`: directives are not expanded for that renderer. mdBook expects any code except 0.
pub(crate) const UNSUPPORTED: u8 = 1;
/// Bad usage or input: a name, a file, a flag, a selection without benches. clap uses this code as well.
pub(crate) const BAD_INPUT: u8 = 2;
/// No judgement is possible: nothing comparable, or, with `--gate`, a row that the gate cannot let pass.
pub(crate) const CANNOT_JUDGE: u8 = 3;
/// A bench or a build (of benches or of a book) failed. Cargo uses this code as well.
pub(crate) const BENCH_FAILED: u8 = 101;

/// A bench process failed. The results of others are kept.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct BenchFailed(pub(crate) String);

/// The exit code of an error.
pub(crate) fn code_of(error: &anyhow::Error) -> u8 {
    if interrupt::requested() || error.is::<Interrupted>() {
        interrupt::EXIT_CODE
    } else if error.downcast_ref().is_some_and(BuildFailed::is_refusal) {
        BAD_INPUT
    } else if error.is::<BuildFailed>() || error.is::<BenchFailed>() || error.is::<BookFailed>() {
        BENCH_FAILED
    } else {
        BAD_INPUT
    }
}
