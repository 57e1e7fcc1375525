//! Numbers in a file: times with five digits, ranges as one number or two.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use crate::model::Range;

/// Rounds to five significant digits: finer than the spread of any benchmark, and it halves the file.
/// Rounding twice changes nothing.
pub(in crate::store) fn five_digits(value: f64) -> f64 {
    format!("{value:.4e}").parse().unwrap_or(value)
}

/// Nanoseconds, written with five digits and without a fraction that is zero: `21346`, `843.22`.
pub(super) struct Nanoseconds(pub(super) f64);

impl Serialize for Nanoseconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rounded = five_digits(self.0);
        if rounded.fract() == 0.0 {
            serializer.serialize_i64(rounded as i64)
        } else {
            serializer.serialize_f64(rounded)
        }
    }
}

/// With or without a fraction.
impl<'de> Deserialize<'de> for Nanoseconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(Nanoseconds)
    }
}

/// A range, written `5` if it is exact and `[4, 6]` otherwise.
pub(super) struct Span<T>(pub(super) Range<T>);

impl<T: Copy + Ord + Serialize> Serialize for Span<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_exact() {
            self.0.low.serialize(serializer)
        } else {
            [self.0.low, self.0.high].serialize(serializer)
        }
    }
}

impl<'de, T: Copy + Ord + TryFrom<i64> + Deserialize<'de>> Deserialize<'de> for Span<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SpanVisitor(PhantomData))
    }
}

struct SpanVisitor<T>(PhantomData<T>);

impl<'de, T: Copy + Ord + TryFrom<i64> + Deserialize<'de>> Visitor<'de> for SpanVisitor<T> {
    type Value = Span<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number or [least, greatest]")
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Span<T>, E> {
        let fault = |_| E::custom(format_args!("{value} is out of range"));
        T::try_from(value).map(|value| Span(Range::exact(value))).map_err(fault)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Span<T>, A::Error> {
        let mut next = |index| {
            sequence.next_element()?.ok_or_else(|| serde::de::Error::invalid_length(index, &"two numbers"))
        };
        let (low, high) = (next(0)?, next(1)?);
        match sequence.next_element::<T>()? {
            None => Ok(Span(Range { low, high })),
            Some(_) => Err(serde::de::Error::invalid_length(3, &"two numbers")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_digits_are_kept_and_stay() {
        for (value, rounded) in [
            (1_234_567.0, 1_234_600.0),
            (0.123_456, 0.123_46),
            (99_999.9, 100_000.0),
            (12_345.0, 12_345.0),
            (1.0 / 3.0, 0.333_33),
        ] {
            assert_eq!(five_digits(value), rounded);
            assert_eq!(five_digits(rounded), rounded);
        }
    }

    #[derive(Serialize, Deserialize)]
    struct Times {
        samples: Vec<Nanoseconds>,
    }

    #[test]
    fn a_time_has_no_more_digits_than_it_needs() {
        let times: Times = toml::from_str("samples = [21345.6, 843.2171, 843.0, 7, 1e15]").expect("times");
        assert_eq!(
            toml::to_string(&times).expect("a table"),
            "samples = [21346, 843.22, 843, 7, 1000000000000000]\n"
        );
    }

    #[derive(Serialize, Deserialize)]
    struct Table {
        count: Span<u64>,
    }

    #[test]
    fn a_range_is_one_number_or_two() {
        for text in ["count = 5\n", "count = [4, 6]\n"] {
            let table: Table = toml::from_str(text).expect("a range");
            assert_eq!(toml::to_string(&table).expect("a table"), text);
        }
    }

    #[test]
    fn anything_else_is_no_range() {
        for text in
            ["count = -1", "count = []", "count = [1]", "count = [1, 2, 3]", "count = 'x'", "count = 1.5"]
        {
            assert!(toml::from_str::<Table>(text).is_err(), "{text}");
        }
    }
}
