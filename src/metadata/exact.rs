//! Exact numbers, with which formulas compute: a count is the number that its formula says, or there is none.

use std::convert::Infallible;
use std::str::FromStr;

use exmex::{BinOp, MakeOperators, Operator};
use num_rational::Ratio;
use num_traits::{CheckedAdd as _, CheckedDiv as _, CheckedMul as _, CheckedSub as _};

/// Greatest exponent of a power.
const MOST_EXPONENT: i128 = 63;

/// A rational number, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Exact(Result<Ratio<i128>, Fault>);

/// Why a formula gives no count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("it is too large to be computed exactly")]
    Overflow,
    #[error("it divides by zero")]
    DivisionByZero,
    #[error("the exponent of a power has to be a whole number from 0 to {}", MOST_EXPONENT)]
    Exponent,
    #[error("`log2` is exact of powers of two only, and {0} is none")]
    Logarithm(Ratio<i128>),
    #[error("it is {0}, which is no whole number")]
    Fraction(Ratio<i128>),
    #[error("it is {0}, which is negative")]
    Negative(Ratio<i128>),
}

impl Exact {
    /// A whole number.
    pub(super) fn whole(count: u64) -> Exact {
        Exact(Ok(Ratio::from_integer(i128::from(count))))
    }

    /// The number as a count.
    pub(super) fn count(self) -> Result<u64, Fault> {
        let number = self.0?;
        if !number.is_integer() {
            return Err(Fault::Fraction(number));
        }
        if *number.numer() < 0 {
            return Err(Fault::Negative(number));
        }
        u64::try_from(*number.numer()).map_err(|_| Fault::Overflow)
    }
}

impl Default for Exact {
    fn default() -> Self {
        Exact::whole(0)
    }
}

/// Digits, with a point or without: `0.1` is a tenth. What is too long for the type is a number that there is not.
impl FromStr for Exact {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{fraction}").parse::<i128>().ok();
        let scale = u32::try_from(fraction.len()).ok().and_then(|places| 10_i128.checked_pow(places));
        Ok(Exact(digits.zip(scale).map(|(digits, scale)| Ratio::new(digits, scale)).ok_or(Fault::Overflow)))
    }
}

/// What formulas are made of. Numbers are exact, so that the order of products and quotients does not matter.
#[derive(Debug, Clone)]
pub(super) struct Operators;

impl MakeOperators<Exact> for Operators {
    fn make<'a>() -> Vec<Operator<'a, Exact>> {
        let binary = |apply, prio, is_commutative| BinOp { apply, prio, is_commutative };
        vec![
            Operator::make_bin("+", binary(add, 0, true)),
            Operator::make_bin_unary("-", binary(subtract, 1, false), |of| subtract(Exact::default(), of)),
            Operator::make_bin("*", binary(multiply, 2, true)),
            Operator::make_bin("/", binary(divide, 3, false)),
            Operator::make_bin("^", binary(power, 4, false)),
            Operator::make_unary("log2", log2),
        ]
    }
}

type Computed = Result<Ratio<i128>, Fault>;

fn both(a: Exact, b: Exact, of: impl FnOnce(Ratio<i128>, Ratio<i128>) -> Computed) -> Exact {
    Exact(a.0.and_then(|a| of(a, b.0?)))
}

fn add(a: Exact, b: Exact) -> Exact {
    both(a, b, |a, b| a.checked_add(&b).ok_or(Fault::Overflow))
}

fn subtract(a: Exact, b: Exact) -> Exact {
    both(a, b, |a, b| a.checked_sub(&b).ok_or(Fault::Overflow))
}

fn multiply(a: Exact, b: Exact) -> Exact {
    both(a, b, |a, b| a.checked_mul(&b).ok_or(Fault::Overflow))
}

fn divide(a: Exact, b: Exact) -> Exact {
    both(a, b, |a, b| match *b.numer() {
        0 => Err(Fault::DivisionByZero),
        _ => a.checked_div(&b).ok_or(Fault::Overflow),
    })
}

fn power(a: Exact, b: Exact) -> Exact {
    both(a, b, |base, exponent| {
        let in_range = exponent.is_integer() && (0..=MOST_EXPONENT).contains(exponent.numer());
        let exponent = usize::try_from(*exponent.numer()).ok().filter(|_| in_range).ok_or(Fault::Exponent)?;
        num_traits::checked_pow(base, exponent).ok_or(Fault::Overflow)
    })
}

fn log2(of: Exact) -> Exact {
    Exact(of.0.and_then(|of| {
        let whole = u128::try_from(*of.numer()).ok().filter(|_| of.is_integer());
        let power = whole.filter(|whole| whole.is_power_of_two()).ok_or(Fault::Logarithm(of))?;
        Ok(Ratio::from_integer(i128::from(power.trailing_zeros())))
    }))
}
