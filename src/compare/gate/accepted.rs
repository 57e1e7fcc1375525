//! Changes that a project has accepted: a file of limits with reasons, a line each, which is reviewed like code.
//!
//! ```text
//! # Changes that are accepted until a baseline has them
//! time=any@^MatMul/512$ -- rounds as IEEE 754 says
//! ```

use std::fmt;

use super::Limit;

/// What comes between a limit and its reason.
const BEFORE_REASON: &str = " -- ";

/// A line of the file.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// What is accepted.
    pub limit: Limit,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{BEFORE_REASON}{}", self.limit, self.reason)
    }
}

impl Accepted {
    /// The lines of a file. Those that are empty or begin with `#` are comments.
    ///
    /// # Errors
    /// The number of the first line that is neither, and what is wrong with it.
    pub fn lines(text: &str) -> Result<Vec<Accepted>, (usize, String)> {
        let lines = text.lines().map(str::trim).zip(1..);
        let lines = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        lines.map(|(line, number)| Accepted::of(line).map_err(|wrong| (number, wrong))).collect()
    }

    fn of(line: &str) -> Result<Accepted, String> {
        let (limit, reason) = line.rsplit_once(BEFORE_REASON).unwrap_or((line, ""));
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(format!("there is no reason: write `{line}{BEFORE_REASON}REASON`"));
        }
        Ok(Accepted { limit: limit.trim().parse()?, reason: reason.to_owned() })
    }

    /// Those that the baseline does not have yet: what it was saved with, it shows.
    #[must_use]
    pub fn since(all: Vec<Accepted>, baseline: &[Accepted]) -> Vec<Accepted> {
        let known: Vec<String> = baseline.iter().map(Accepted::to_string).collect();
        all.into_iter().filter(|accepted| !known.contains(&accepted.to_string())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_limit_and_a_reason() {
        let text = "# why\n\ntime=5%@^a -- b$ -- as agreed\n";
        let lines = Accepted::lines(text).expect("lines");
        let parts: Vec<(String, &str)> =
            lines.iter().map(|line| (line.limit.to_string(), line.reason.as_str())).collect();
        assert_eq!(parts, [("time=5%@^a -- b$".to_owned(), "as agreed")]);
        assert_eq!(lines[0].to_string(), text.lines().last().expect("a line"));
        for (text, number, said) in [
            ("time=5%", 1, "there is no reason"),
            ("# a\ntime=5% --  ", 2, "there is no reason"),
            ("\nspeed=5% -- fast enough", 2, "`speed` is no metric"),
        ] {
            let (line, wrong) = Accepted::lines(text).expect_err(text);
            assert_eq!(line, number, "{text}");
            assert!(wrong.contains(said), "{wrong}");
        }
    }

    #[test]
    fn what_the_baseline_has_is_accepted_no_longer() {
        let [old, new] =
            ["time=5% -- a", "time=5% -- a\ntime=9% -- b"].map(|text| Accepted::lines(text).expect("lines"));
        let left: Vec<String> = Accepted::since(new, &old).iter().map(Accepted::to_string).collect();
        assert_eq!(left, ["time=9% -- b"]);
    }
}
