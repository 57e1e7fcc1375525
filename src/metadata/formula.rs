//! Formulas of counts, such as `2*m*n*k`.

use exmex::{Express as _, FlatEx};
use serde::Deserialize;

use super::exact::{Exact, Operators};
use crate::model::{Captured, IdPattern, captures_in_words};

/// The bytes of one element, in formulas.
const DTYPE_SIZE: &str = "dtype_size";

/// Longest formula, characters: what is nested deeper could not be parsed in the memory of a stack.
const LONGEST: usize = 500;

/// What a formula may be made of.
const GRAMMAR: &str = "numbers, names that the pattern captures, `+ - * / ^`, `log2(...)` and parentheses";

/// A formula of numbers that a pattern captures, and of the size of an element. In a box, since an expression takes many
/// kilobytes, of which tables on their way from a file would fill a stack.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "toml::Value")]
pub(super) struct Formula(Box<FlatEx<Exact, Operators>>);

impl Formula {
    /// Checks that the pattern captures all of its numbers.
    pub(super) fn check(&self, pattern: &IdPattern) -> Result<(), String> {
        let is_known = |name: &&String| *name == DTYPE_SIZE || pattern.names().contains(name);
        match self.0.var_names().iter().find(|name| !is_known(name)) {
            None => Ok(()),
            Some(name) => Err(format!(
                "`{self}` names `{name}`, which the pattern `{}` does not capture; it captures {}",
                pattern.as_str(),
                captures_in_words(pattern)
            )),
        }
    }

    /// The count of a benchmark.
    ///
    /// # Errors
    /// Why it has none.
    pub(super) fn count(&self, captured: &Captured<'_>, dtype_size: Option<u64>) -> Result<u64, String> {
        let value = |name: &String| -> Result<Exact, String> {
            if let Some(digits) = captured.digits(name) {
                let Ok(number) = digits.parse::<Exact>();
                return Ok(number);
            }
            let size = dtype_size
                .ok_or("it needs the element type: give the pattern `dtype`, or a `{dtype}` in it")?;
            Ok(Exact::whole(size))
        };
        let values = self.0.var_names().iter().map(value).collect::<Result<Vec<Exact>, String>>();
        let computed = values.and_then(|values| self.0.eval(&values).map_err(|error| error.to_string()));
        let count = computed.and_then(|number| number.count().map_err(|fault| fault.to_string()));
        count.map_err(|reason| format!("`{self}`: {reason}"))
    }
}

/// As it was written.
impl std::fmt::Display for Formula {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.unparse())
    }
}

/// A text, or a whole number.
impl TryFrom<toml::Value> for Formula {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(count) => count.to_string(),
            other => return Err(format!("{other} is no formula, which is a text of {GRAMMAR}")),
        };
        if text.chars().count() > LONGEST {
            return Err(format!("a formula has at most {LONGEST} characters"));
        }
        let parsed = FlatEx::<Exact, Operators>::parse(&text);
        parsed
            .map(|parsed| Formula(Box::new(parsed)))
            .map_err(|error| format!("`{text}` is no formula of {GRAMMAR}: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formula(text: &str) -> Formula {
        toml::Value::String(text.to_owned()).try_into().unwrap_or_else(|error| panic!("{error}"))
    }

    /// The count of a benchmark `ROWSxCOLS` with elements of four bytes.
    fn count(text: &str, rows: u64, cols: u64) -> Result<u64, String> {
        let pattern: IdPattern = "{m}x{n}".parse().expect("is one");
        let path = format!("{rows}x{cols}");
        let formula = formula(text);
        formula.check(&pattern)?;
        formula.count(&pattern.captured(&path).expect("matches"), Some(4))
    }

    #[test]
    fn counts_are_exact_up_to_the_greatest() {
        assert_eq!(count("2*m*n", 1_000_000_007, 499_999_993), Ok(2 * 1_000_000_007 * 499_999_993));
        assert_eq!(count("m*n + 1", 3_000_000_019, 3_000_000_019), Ok(9_000_000_114_000_000_362));
        assert_eq!(count("dtype_size*(m*n + n)", 3, 5), Ok(80));
        assert_eq!(count("2.5*n*log2(n) - m^2", 3, 1024), Ok(25_591));
        assert_eq!(count("7", 1, 1), Ok(7));
        let whole: Formula = toml::Value::Integer(12).try_into().expect("is one");
        assert_eq!(whole.to_string(), "12");
    }

    #[test]
    fn quotients_are_exact_in_any_order() {
        assert_eq!(count("m*n/2", 3, 8), Ok(12));
        assert_eq!(count("m/2*n", 3, 8), Ok(12));
        assert_eq!(count("n/(m + 1)/2", 3, 8), Ok(1));
        assert_eq!(count("m - n - 1", 12, 8), Ok(3));
        assert_eq!(
            count("m*n/2", 3, 5).expect_err("a half"),
            "`m*n/2`: it is 15/2, which is no whole number"
        );
    }

    #[test]
    fn what_is_no_count_says_why() {
        let greatest = u64::MAX;
        for (text, m, n, why) in [
            ("m*n", greatest, 2, "too large"),
            ("m*m*n*n", greatest, greatest, "too large"),
            ("m^n", 2, 64, "whole number from 0 to 63"),
            ("m - n", 1, 3, "it is -2, which is negative"),
            ("m/(n - 1)", 1, 1, "divides by zero"),
            ("log2(m)", 12, 1, "powers of two only, and 12 is none"),
            ("log2(m)", 0, 1, "powers of two only"),
            ("2*q", 1, 1, "names `q`, which the pattern `{m}x{n}` does not capture; it captures `m`, `n`"),
        ] {
            let error = count(text, m, n).expect_err(text);
            assert!(error.starts_with(&format!("`{text}`")) && error.contains(why), "{error}");
        }
    }

    #[test]
    fn what_is_no_formula_says_what_is() {
        for text in ["", "2*", "2*(m", "m n", "m % n", "sin(m)x", "2 m"] {
            let value = toml::Value::String(text.to_owned());
            let error =
                Formula::try_from(value).map(|formula| formula.check(&"{m}x{n}".parse().expect("is one")));
            assert!(!matches!(error, Ok(Ok(()))), "`{text}` is taken for a formula");
        }
        let nested = format!("{}m{}", "(".repeat(249), ")".repeat(249));
        assert_eq!(count(&nested, 3, 1), Ok(3));
        let deeper = Formula::try_from(toml::Value::String(format!("({nested})")));
        assert_eq!(deeper.expect_err("is too long"), "a formula has at most 500 characters");
        let error = Formula::try_from(toml::Value::Boolean(true)).expect_err("is none");
        assert!(error.starts_with("true is no formula, which is a text of numbers"), "{error}");
    }
}
