//! What a step of a generation returns.

use std::convert::Infallible;
use std::fmt::Display;

/// What a step of a generation returns: a token, or a `Result` of one whose error fails the benchmark.
///
/// Integers, `()`, `String` and `Vec` are tokens, the last for a batch of sequences. A step that makes anything else returns it
/// in an `Ok`.
#[diagnostic::on_unimplemented(
    message = "a step of a generation returns a token or a `Result`, not `{Self}`",
    note = "integers, `()`, `String` and `Vec` are tokens; return another type as `Ok::<_, std::fmt::Error>(token)`"
)]
pub trait StepOutcome {
    /// The token.
    type Token;
    /// Why there is none.
    type Error: Display;

    /// The token, or why there is none.
    ///
    /// # Errors
    /// What the step returned as an error.
    fn outcome(self) -> Result<Self::Token, Self::Error>;
}

impl<T, E: Display> StepOutcome for Result<T, E> {
    type Token = T;
    type Error = E;

    fn outcome(self) -> Result<T, E> {
        self
    }
}

macro_rules! tokens {
    ($($token:ty $(where $of:ident)?),+) => {$(
        impl $(<$of>)? StepOutcome for $token {
            type Token = $token;
            type Error = Infallible;

            fn outcome(self) -> Result<$token, Infallible> {
                Ok(self)
            }
        }
    )+};
}

tokens!((), i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, String, Vec<T> where T);
