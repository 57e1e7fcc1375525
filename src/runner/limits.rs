//! What a bench process may send and how long it may take. No real bench comes near any of this; one that is broken or
//! hostile costs no more. All of these numbers are here.

use std::time::Duration;

/// Longest line of our channel, bytes. A record takes about 300 for each sample, and 20 more for each token generated in it.
pub(super) const LONGEST_LINE: u64 = 64 << 20;

/// Longest message of criterion's, bytes. It takes 18 for each sample, and can take 40 times its size in memory.
pub(super) const LONGEST_FRAME: u32 = 16 << 20;

/// Most that a process sends on one connection, bytes.
pub(super) const MOST_BYTES: u64 = 512 << 20;

/// Most that a process prints, bytes, which lie in a temporary file.
pub(super) const MOST_OUTPUT: u64 = 4 << 30;

/// Most benchmarks that a process begins or leaves out.
pub(super) const MOST_BENCHMARKS: usize = 100_000;

/// Longest reason of a failure that is kept, characters: an error may hold a whole tensor.
pub(super) const LONGEST_REASON: usize = 2_000;

/// How long a peer may take for its handshake.
pub(super) const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);

/// A warm-up may take this many times as long as requested before it counts as hanging.
pub(super) const WARM_UP_SLACK: f64 = 4.0;

/// A measurement may take this many times as long as criterion expects before it counts as hanging.
pub(super) const MEASUREMENT_SLACK: f64 = 4.0;

/// The longest measurement that criterion may expect.
pub(super) const LONGEST_MEASUREMENT: Duration = Duration::from_secs(86_400);

/// A benchmark, like what lies between two, may take as long as so many of the longest silences, beside its measurement. It
/// is silent three times: until its warm-up, in it, and after its samples.
pub(super) const SILENCES: u32 = 4;
