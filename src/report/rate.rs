//! The rates a row may have, and which of them leads.

use super::quantity::Precision;
use super::table::Text;
use crate::compare::{Measure, Metric, Row, Unit};
use crate::inference::Phase;
use crate::model::Inference;
use crate::work::Work;

/// A rate: work per time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Rate {
    /// Tokens per second.
    Tokens,
    /// GFLOP/s.
    Gflops,
    /// Effective GB/s.
    Gigabytes,
    /// 1e9 elements per second.
    Gigaelements,
}

impl Rate {
    /// Every rate, in the order of columns.
    pub(crate) const ALL: [Rate; 4] = [Rate::Gflops, Rate::Gigabytes, Rate::Gigaelements, Rate::Tokens];

    pub(crate) fn unit(self) -> &'static str {
        match self.metric().unit() {
            Unit::Rate(unit) => unit,
            _ => "",
        }
    }

    /// Its unit in a table of benchmarks of all kinds: tokens per second of a whole inference are end to end (E2E),
    /// prefill included, and are not to be taken for the speed of decoding.
    pub(crate) fn unit_of(self, inference: Option<&Inference>) -> &'static str {
        match (self, inference.map(|inference| inference.phase)) {
            (Rate::Tokens, Some(Phase::Inference { .. })) => "tokens/s E2E",
            _ => self.unit(),
        }
    }

    pub(crate) fn metric(self) -> Metric {
        match self {
            Rate::Tokens => Metric::TokensPerSecond,
            Rate::Gflops => Metric::Gflops,
            Rate::Gigabytes => Metric::GigabytesPerSecond,
            Rate::Gigaelements => Metric::GigaelementsPerSecond,
        }
    }

    pub(crate) fn of(self, row: &Row) -> Option<&Measure> {
        row.measure(self.metric())
    }

    /// Work of one iteration in this rate's count.
    pub(crate) fn work(self, work: &Work) -> Option<u64> {
        match self {
            Rate::Tokens => work.tokens.map(|count| count.0),
            Rate::Gflops => work.flops.map(|count| count.0),
            Rate::Gigabytes => work.bytes.map(|count| count.0),
            Rate::Gigaelements => work.elements.map(|count| count.0),
        }
    }

    /// Work of so many nanoseconds as a rate in [`Rate::unit`].
    pub(crate) fn per_time(self, work: u64, nanoseconds: f64) -> f64 {
        let per_nanosecond = work as f64 / nanoseconds;
        if self == Rate::Tokens { per_nanosecond * 1e9 } else { per_nanosecond }
    }

    /// The leading rate of a time, with its unit.
    pub(crate) fn cell(work: &Work, nanoseconds: f64, unit: impl Fn(Rate) -> &'static str) -> Option<Text> {
        let rate = Rate::leading(work)?;
        Some(Text::Number(rate.per_time(rate.work(work)?, nanoseconds), Precision::UNKNOWN, unit(rate)))
    }

    /// The rate that says most of an operation. FLOP/s where FLOPs limit it; GB/s below one FLOP per byte;
    /// elements where the FLOP count is nominal.
    pub(crate) fn leading(work: &Work) -> Option<Rate> {
        let memory_bound = arithmetic_intensity(work).is_some_and(|intensity| intensity < 1.0);
        let preference = if work.nominal {
            [Rate::Tokens, Rate::Gigaelements, Rate::Gigabytes, Rate::Gflops]
        } else if memory_bound {
            [Rate::Tokens, Rate::Gigabytes, Rate::Gflops, Rate::Gigaelements]
        } else {
            [Rate::Tokens, Rate::Gflops, Rate::Gigabytes, Rate::Gigaelements]
        };
        preference.into_iter().find(|rate| rate.work(work).is_some())
    }
}

/// FLOPs per byte of compulsory traffic (Williams et al. 2009).
pub(crate) fn arithmetic_intensity(work: &Work) -> Option<f64> {
    let (flops, bytes) = work.flops.zip(work.bytes)?;
    (bytes.0 > 0).then(|| flops.0 as f64 / bytes.0 as f64)
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
        assert_eq!(Rate::leading(&work(1000, 10, false)), Some(Rate::Gflops), "matmul");
        assert_eq!(Rate::leading(&work(1, 12, false)), Some(Rate::Gigabytes), "add");
        assert_eq!(Rate::leading(&work(8, 8, true)), Some(Rate::Gigaelements), "gelu");
        assert_eq!(Rate::leading(&Work::default()), None);
    }

    #[test]
    fn tokens_of_a_whole_inference_are_marked() {
        let of = |phase| Inference { model: "Small".to_owned(), phase };
        let whole = of(Phase::Inference { prompt: 10, generated: 25 });
        assert_eq!(Rate::Tokens.unit_of(Some(&whole)), "tokens/s E2E");
        assert_eq!(Rate::Gflops.unit_of(Some(&whole)), "GFLOP/s");
        let decode = of(Phase::Decode { generated: 8, cached: 64 });
        assert_eq!(Rate::Tokens.unit_of(Some(&decode)), "tokens/s");
        assert_eq!(Rate::Tokens.unit_of(None), "tokens/s");
    }
}
