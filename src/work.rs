//! Work declared for one iteration of a benchmark: FLOPs, bytes, elements, tokens.
//!
//! Each count has its own type, so that FLOPs can never be shown as bytes. Formulas and their sources are
//! those of METHODOLOGY.md, "Work": compulsory traffic only (each input read once, the output written once),
//! one multiply-add counted as two FLOPs.

use serde::{Deserialize, Serialize};

use crate::dtype::{Dtype, Element};

/// A number of floating-point operations in one iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Flops(pub u64);

/// A number of bytes moved in one iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Bytes(pub u64);

/// A number of elements processed in one iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Elements(pub u64);

/// A number of tokens processed in one iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tokens(pub u64);

/// The name of the counting rules above. Stored with every row; FLOP/s of rows with different
/// conventions are not compared.
pub const CONVENTION: &str = "tensorprof-1";

/// What one iteration of the timed closure does.
///
/// Counts that are absent are unknown, not zero.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Floating-point operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flops: Option<Flops>,
    /// The FLOP count is a nominal one: no agreed count exists for this operation (GELU, softmax, norms).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nominal: bool,
    /// Compulsory memory traffic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Bytes>,
    /// Output elements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elements: Option<Elements>,
    /// Tokens of a language model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
    /// Element type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dtype: Option<Dtype>,
    /// The counting rules: [`CONVENTION`] for the constructors here, empty for counts of the user's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub convention: Option<String>,
}
