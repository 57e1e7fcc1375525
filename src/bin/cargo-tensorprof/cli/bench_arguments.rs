//! The arguments after `--`, for the bench executables. Those of criterion that this command sets itself, or that leave it
//! nothing to measure, are refused before anything is built.

/// An argument for the bench executables.
///
/// # Errors
/// What to do instead.
pub(super) fn bench_argument(word: &str) -> Result<String, String> {
    match instead(word.split_once('=').map_or(word, |(flag, _)| flag)) {
        Some(advice) => Err(advice),
        None => Ok(word.to_owned()),
    }
}

fn instead(flag: &str) -> Option<String> {
    Some(match flag {
        "--warm-up-time" | "--measurement-time" | "--sample-size" => {
            format!("this is an option of `cargo tensorprof` too: give `{flag}` before the `--`")
        }
        "--bench" => "every bench gets it anyway; leave it out".to_owned(),
        "--exact" => "a filter is a regular expression here: give `^ID$` before the `--`".to_owned(),
        "--test" | "--list" | "--profile-time" | "--ignored" => {
            format!("with it criterion measures nothing: `cargo bench -- {flag}` does that")
        }
        "--save-baseline" | "-s" => "`cargo tensorprof save NAME` saves a baseline".to_owned(),
        "--baseline" | "-b" | "--baseline-lenient" | "--load-baseline" => {
            "`cargo tensorprof diff NAME` compares with a baseline".to_owned()
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_anyway_is_refused_and_all_else_passes() {
        for word in ["--sample-size", "--sample-size=20", "--exact", "--list", "--save-baseline=x", "-b"] {
            assert!(bench_argument(word).is_err(), "{word}");
        }
        for word in ["--nresamples", "2000", "--noplot", "--quick", "--own-flag=--list", "-v"] {
            assert_eq!(bench_argument(word).as_deref(), Ok(word));
        }
    }
}
