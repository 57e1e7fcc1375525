//! Exit codes. They are part of the interface: scripts and CI depend on them.

use std::io;

use tensorprof::runner::build::BuildFailed;
use tensorprof::runner::mdbook::BookFailed;

/// Done, and nothing to object to.
pub(crate) const FINE: u8 = 0;
/// `diff --gate` found a row that is slower or allocates more.
pub(crate) const REGRESSED: u8 = 1;
/// `book supports`: directives are not expanded for that renderer. mdBook's protocol asks for any code but 0.
pub(crate) const UNSUPPORTED: u8 = 1;
/// Usage or bad input: a name, a file, a flag. clap uses it too.
pub(crate) const BAD_INPUT: u8 = 2;
/// No judgement is possible: nothing comparable, or, with `--gate`, a row that the gate cannot let pass.
pub(crate) const CANNOT_JUDGE: u8 = 3;
/// A build (of benches or of a book) or a bench failed, as cargo itself says.
pub(crate) const BENCH_FAILED: u8 = 101;

/// A bench process failed; what was measured beside it is kept.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct BenchFailed(pub(crate) String);

/// The exit code that an error owns.
pub(crate) fn code_of(error: &anyhow::Error) -> u8 {
    if error.is::<BuildFailed>() || error.is::<BenchFailed>() || error.is::<BookFailed>() {
        BENCH_FAILED
    } else if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    {
        // The reader of a pipe has seen enough.
        FINE
    } else {
        BAD_INPUT
    }
}
