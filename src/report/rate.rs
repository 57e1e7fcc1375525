//! The rates a row may have, and which of them leads.

use super::quantity::Precision;
use super::table::Text;
use crate::compare::{Metric, Unit};
use crate::inference::Phase;
use crate::model::Inference;
use crate::work::Work;

/// The unit of a rate.
pub(crate) fn unit(rate: Metric) -> &'static str {
    match rate.unit() {
        Unit::Rate(unit) => unit,
        _ => "",
    }
}

/// Its unit in a table of benchmarks of all kinds: tokens per second of a whole inference are end to end (E2E), prefill
/// included, and are not to be taken for the speed of decoding.
pub(crate) fn unit_of(rate: Metric, inference: Option<&Inference>) -> &'static str {
    match (rate, inference.map(|inference| inference.phase)) {
        (Metric::TokensPerSecond, Some(Phase::Inference { .. })) => "tokens/s E2E",
        _ => unit(rate),
    }
}

/// The leading rate of a time, with its unit.
pub(crate) fn cell(work: &Work, nanoseconds: f64, unit: impl Fn(Metric) -> &'static str) -> Option<Text> {
    let rate = leading(work)?;
    Some(Text::Number(rate.of_work(work, nanoseconds)?, Precision::UNKNOWN, unit(rate)))
}

/// The rate that says most of an operation. FLOP/s where FLOPs limit it; GB/s below one FLOP per byte; elements where the
/// FLOP count is nominal.
pub(crate) fn leading(work: &Work) -> Option<Metric> {
    use Metric::{Gflops, GigabytesPerSecond, GigaelementsPerSecond, TokensPerSecond};
    let memory_bound = work.arithmetic_intensity().is_some_and(|intensity| intensity < 1.0);
    let preference = if work.nominal {
        [TokensPerSecond, GigaelementsPerSecond, GigabytesPerSecond, Gflops]
    } else if memory_bound {
        [TokensPerSecond, GigabytesPerSecond, Gflops, GigaelementsPerSecond]
    } else {
        [TokensPerSecond, Gflops, GigabytesPerSecond, GigaelementsPerSecond]
    };
    preference.into_iter().find(|rate| rate.declared(work).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::{Bytes, Elements, Flops};

    fn work(flops: u64, bytes: u64, nominal: bool) -> Work {
        Work {
            flops: Some(Flops(flops)),
            bytes: Some(Bytes(bytes)),
            elements: Some(Elements(1)),
            nominal,
            ..Work::default()
        }
    }

    #[test]
    fn the_leading_rate_is_that_of_the_limit() {
        assert_eq!(leading(&work(1000, 10, false)), Some(Metric::Gflops), "matmul");
        assert_eq!(leading(&work(1, 12, false)), Some(Metric::GigabytesPerSecond), "add");
        assert_eq!(leading(&work(8, 8, true)), Some(Metric::GigaelementsPerSecond), "gelu");
        assert_eq!(leading(&Work::default()), None);
    }

    #[test]
    fn tokens_of_a_whole_inference_are_marked() {
        let of = |phase| Inference { model: "Small".to_owned(), phase };
        let whole = of(Phase::Inference { prompt: 10, generated: 25 });
        assert_eq!(unit_of(Metric::TokensPerSecond, Some(&whole)), "tokens/s E2E");
        assert_eq!(unit_of(Metric::Gflops, Some(&whole)), "GFLOP/s");
        let decode = of(Phase::Decode { generated: 8, cached: 64 });
        assert_eq!(unit_of(Metric::TokensPerSecond, Some(&decode)), "tokens/s");
        assert_eq!(unit_of(Metric::TokensPerSecond, None), "tokens/s");
    }
}
