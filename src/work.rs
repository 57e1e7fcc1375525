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

/// A number of bits moved in one iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Bits(pub u64);

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
    /// The same in bits, where they make up no whole number of bytes; then `bytes` is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bits: Option<Bits>,
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
    /// FLOPs by which rates of this benchmark were published before, where that count was wrong. Reports give the rate
    /// by it in a note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_before: Option<Flops>,
    /// Where the counts come from. A bench does not send it.
    #[serde(skip)]
    pub from: WorkSource,
}

/// Where the counts of a benchmark's work come from, what takes precedence first. Those of one benchmark come from one place:
/// counts of two places may follow two rules, and FLOPs per byte would be those of neither.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkSource {
    /// Its bench declares them.
    #[default]
    Bench,
    /// The metadata of the project say them of its id.
    Metadata,
    /// Criterion's throughput.
    Throughput,
}

impl WorkSource {
    /// Its name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            WorkSource::Bench => "bench",
            WorkSource::Metadata => "metadata",
            WorkSource::Throughput => "throughput",
        }
    }
}

/// Tensor operations. Dimensions are numbers of elements; counts too large for 64 bits saturate.
impl Work {
    /// (m,k) x (k,n): 2mnk FLOPs; both operands read, the product written.
    pub fn matmul<T: Element>(m: usize, n: usize, k: usize) -> Self {
        Self::batched_matmul::<T>(1, m, n, k)
    }

    /// `batch` independent products (m,k) x (k,n): 2·batch·mnk FLOPs.
    pub fn batched_matmul<T: Element>(batch: usize, m: usize, n: usize, k: usize) -> Self {
        let moved = sum([product([batch, m, k]), product([batch, k, n]), product([batch, m, n])]);
        Self::counted::<T>(product([2, batch, m, n, k]), moved)
    }

    /// Sum of two tensors of `n` elements: n FLOPs, 3n elements moved.
    pub fn add<T: Element>(n: usize) -> Self {
        Self::counted::<T>(product([n]), product([3, n])).elements(product([n]))
    }

    /// Elementwise product of two tensors of `n` elements; counted as [`Work::add`].
    pub fn mul<T: Element>(n: usize) -> Self {
        Self::add::<T>(n)
    }

    /// Difference of two tensors of `n` elements; counted as [`Work::add`].
    pub fn sub<T: Element>(n: usize) -> Self {
        Self::add::<T>(n)
    }

    /// (rows,cols) + (cols): one FLOP an element; the vector is read once.
    pub fn broadcast_add<T: Element>(rows: usize, cols: usize) -> Self {
        let moved = sum([product([2, rows, cols]), product([cols])]);
        Self::counted::<T>(product([rows, cols]), moved).elements(product([rows, cols]))
    }

    /// GELU of `n` elements, tanh form: nominally 8 FLOPs an element (tanh = 1).
    pub fn gelu<T: Element>(n: usize) -> Self {
        Self::counted::<T>(product([8, n]), product([2, n])).elements(product([n])).nominal()
    }

    /// Softmax over the last axis of (rows,cols): nominally 5 FLOPs an element (exp = 1).
    pub fn softmax<T: Element>(rows: usize, cols: usize) -> Self {
        let n = product([rows, cols]);
        Self::counted::<T>(product([5, rows, cols]), product([2, rows, cols])).elements(n).nominal()
    }

    /// Layer norm over the last axis of (rows,cols), with gain and bias: nominally 7 FLOPs an element.
    pub fn layer_norm<T: Element>(rows: usize, cols: usize) -> Self {
        Self::norm::<T>(7, 2, rows, cols)
    }

    /// RMS norm over the last axis of (rows,cols), with gain: nominally 4 FLOPs an element.
    pub fn rms_norm<T: Element>(rows: usize, cols: usize) -> Self {
        Self::norm::<T>(4, 1, rows, cols)
    }

    /// Attention of `heads` heads of size `d`, `sq` queries on `sk` keys and values: 4·heads·sq·sk·d FLOPs (the
    /// two matrix products; softmax is not counted). Q, K and V are read, the output is written. For a batch,
    /// pass batch x heads.
    pub fn attention<T: Element>(heads: usize, sq: usize, sk: usize, d: usize) -> Self {
        let moved = sum([product([2, heads, sq, d]), product([2, heads, sk, d])]);
        Self::counted::<T>(product([4, heads, sq, sk, d]), moved)
    }

    fn norm<T: Element>(flops: usize, vectors: usize, rows: usize, cols: usize) -> Self {
        let moved = sum([product([2, rows, cols]), product([vectors, cols])]);
        let n = product([rows, cols]);
        Self::counted::<T>(product([flops, rows, cols]), moved).elements(n).nominal()
    }

    /// Counts by the rules of [`CONVENTION`]; `moved` is in elements.
    fn counted<T: Element>(flops: u64, moved: u64) -> Self {
        let counts = Self::none().flops(flops).bytes(moved.saturating_mul(T::DTYPE.size())).dtype::<T>();
        Work { convention: Some(CONVENTION.to_owned()), ..counts }
    }

    fn nominal(self) -> Self {
        Work { nominal: true, ..self }
    }
}

/// Counts of the user's own.
impl Work {
    /// No declared work: the row has time and allocation only.
    pub fn none() -> Self {
        Self::default()
    }

    /// Declares the FLOPs of one iteration. They follow no [`CONVENTION`], even where they replace a count that did.
    pub fn flops(self, flops: u64) -> Self {
        Work { flops: Some(Flops(flops)), nominal: false, convention: None, ..self }
    }

    /// Declares the FLOPs by which rates were published before, where that count was wrong. Comparisons do not use them.
    pub fn counted_before(self, flops: u64) -> Self {
        Work { counted_before: Some(Flops(flops)), ..self }
    }

    /// Declares the bytes moved by one iteration.
    pub fn bytes(self, bytes: u64) -> Self {
        Work { bytes: Some(Bytes(bytes)), bits: None, ..self }
    }

    /// Declares the bits moved by one iteration: bytes, where they make up a whole number of them.
    pub fn bits(self, bits: u64) -> Self {
        if bits.is_multiple_of(8) {
            return self.bytes(bits / 8);
        }
        Work { bytes: None, bits: Some(Bits(bits)), ..self }
    }

    /// Declares the elements processed by one iteration.
    pub fn elements(self, elements: u64) -> Self {
        Work { elements: Some(Elements(elements)), ..self }
    }

    /// Declares the tokens processed by one iteration.
    pub fn tokens(self, tokens: u64) -> Self {
        Work { tokens: Some(Tokens(tokens)), ..self }
    }

    /// Declares the element type.
    pub fn dtype<T: Element>(self) -> Self {
        Work { dtype: Some(T::DTYPE), ..self }
    }

    /// Whether any count is declared.
    pub fn counts_something(&self) -> bool {
        let Work { flops, bytes, bits, elements, tokens, .. } = self;
        flops.is_some() || bytes.is_some() || bits.is_some() || elements.is_some() || tokens.is_some()
    }

    /// Bytes moved by one iteration, with a fraction where bits are declared.
    pub fn traffic(&self) -> Option<f64> {
        let of_bits = self.bits.map(|Bits(bits)| bits as f64 / 8.0);
        self.bytes.map(|Bytes(bytes)| bytes as f64).or(of_bits)
    }

    /// FLOPs per byte moved (Williams et al. 2009); unknown unless both are declared and bytes are moved.
    pub fn arithmetic_intensity(&self) -> Option<f64> {
        match (self.flops, self.traffic()) {
            (Some(Flops(flops)), Some(bytes)) if bytes > 0.0 => Some(flops as f64 / bytes),
            _ => None,
        }
    }
}

fn product<const N: usize>(factors: [usize; N]) -> u64 {
    factors.into_iter().fold(1, |product: u64, factor| product.saturating_mul(factor as u64))
}

fn sum<const N: usize>(terms: [u64; N]) -> u64 {
    terms.into_iter().fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use half::{bf16, f16};

    use super::*;

    fn counts(work: &Work) -> (u64, u64) {
        (work.flops.expect("flops").0, work.bytes.expect("bytes").0)
    }

    #[test]
    fn products_count_two_flops_a_multiply_add() {
        // (2,4) x (4,3): 24 multiply-adds; 8 + 12 + 6 elements.
        assert_eq!(counts(&Work::matmul::<f32>(2, 3, 4)), (48, 26 * 4));
        assert_eq!(counts(&Work::batched_matmul::<f16>(5, 2, 3, 4)), (5 * 48, 5 * 26 * 2));
        // Two heads, 3 queries on 7 keys, size 4: Q and the output hold 24 each, K and V 56 each.
        assert_eq!(counts(&Work::attention::<f32>(2, 3, 7, 4)), (672, 160 * 4));
    }

    #[test]
    fn elementwise_operations_read_and_write_once() {
        assert_eq!(counts(&Work::add::<f32>(10)), (10, 120));
        assert_eq!(Work::sub::<i8>(10), Work::mul::<i8>(10));
        assert_eq!(counts(&Work::broadcast_add::<f64>(3, 5)), (15, 35 * 8));
        assert_eq!(counts(&Work::gelu::<bf16>(10)), (80, 40));
    }

    #[test]
    fn row_operations_read_their_vectors_once() {
        assert_eq!(counts(&Work::softmax::<f32>(3, 5)), (75, 120));
        assert_eq!(counts(&Work::layer_norm::<f32>(3, 5)), (105, 160));
        assert_eq!(counts(&Work::rms_norm::<f32>(3, 5)), (60, 140));
    }

    #[test]
    fn only_counts_without_an_agreed_rule_are_nominal() {
        for work in [Work::gelu::<f32>(1), Work::softmax::<f32>(1, 1), Work::rms_norm::<f32>(1, 1)] {
            assert!(work.nominal, "{work:?}");
        }
        for work in [Work::matmul::<f32>(1, 1, 1), Work::add::<f32>(1), Work::attention::<f32>(1, 1, 1, 1)] {
            assert!(!work.nominal, "{work:?}");
        }
    }

    #[test]
    fn own_flops_follow_no_convention() {
        assert_eq!(Work::gelu::<f32>(8).convention.as_deref(), Some(CONVENTION));
        let own = Work::gelu::<f32>(8).flops(64);
        assert_eq!((own.flops, own.nominal, own.convention), (Some(Flops(64)), false, None));
        let tokens = Work::none().tokens(25).bytes(100).dtype::<f16>();
        assert_eq!((tokens.tokens, tokens.dtype), (Some(Tokens(25)), Some(Dtype::F16)));
        assert_eq!((tokens.flops, tokens.convention), (None, None));
    }

    #[test]
    fn huge_dimensions_saturate_and_empty_ones_are_zero() {
        let huge = usize::MAX;
        assert_eq!(counts(&Work::matmul::<f32>(huge, huge, huge)), (u64::MAX, u64::MAX));
        assert_eq!(counts(&Work::layer_norm::<f32>(huge, huge)), (u64::MAX, u64::MAX));
        assert_eq!(counts(&Work::matmul::<f32>(huge, huge, 0)).0, 0);
    }

    #[test]
    fn bits_are_bytes_where_they_make_up_whole_ones_and_else_a_fraction() {
        let bits = |bits| Work::none().bits(bits);
        assert_eq!(bits(16), Work::none().bytes(2));
        assert_eq!((bits(12).bytes, bits(12).bits, bits(12).traffic()), (None, Some(Bits(12)), Some(1.5)));
        assert_eq!(bits(1).flops(1).arithmetic_intensity(), Some(8.0));
        assert_eq!(bits(7).bytes(3), Work::none().bytes(3), "what is declared last counts");
        assert_eq!(Work::none().traffic(), None);
    }

    #[test]
    fn intensity_needs_flops_and_bytes() {
        assert_eq!(Work::add::<f32>(10).arithmetic_intensity(), Some(10.0 / 120.0));
        assert_eq!(Work::none().flops(1).arithmetic_intensity(), None);
        assert_eq!(Work::none().flops(1).bytes(0).arithmetic_intensity(), None);
    }
}
