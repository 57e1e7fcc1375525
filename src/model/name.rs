//! Names of baselines: plain file stems, so that no path can be smuggled in.

use std::fmt;
use std::str::FromStr;

/// A name that is safe as a file stem on every file system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BaselineName(String);

/// Longest name, in bytes.
const LONGEST: usize = 64;

impl BaselineName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BaselineName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Why a text is no baseline name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{name}` is not a baseline name: {reason}; use up to 64 letters, digits, `.`, `_` and `-`, starting with a letter or digit"
)]
pub struct InvalidName {
    name: String,
    reason: &'static str,
}

impl InvalidName {
    /// The same fault of another text.
    pub(super) fn called(self, name: &str) -> Self {
        InvalidName { name: shortened(name), ..self }
    }
}

/// As much of a name as an error shows.
fn shortened(name: &str) -> String {
    name.chars().take(80).collect()
}

impl FromStr for BaselineName {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<Self, InvalidName> {
        match fault(name) {
            None => Ok(BaselineName(name.to_owned())),
            Some(reason) => Err(InvalidName { name: shortened(name), reason }),
        }
    }
}

fn fault(name: &str) -> Option<&'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() {
        Some("it is empty")
    } else if name.len() > LONGEST {
        Some("it is too long")
    } else if !name.chars().all(plain) {
        Some("it holds a character that is not allowed")
    } else if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        Some("it starts with a mark")
    } else if name.ends_with('.') {
        Some("it ends with a dot")
    } else if is_device(name) {
        Some("Windows reserves it for a device")
    } else {
        None
    }
}

/// `CON`, `com1.old` and the like cannot be files on Windows, whatever their ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_are_taken() {
        for name in ["main", "v1.2.3", "2026-02-03", "a_b-c", "x"] {
            assert_eq!(name.parse::<BaselineName>().map(|name| name.to_string()), Ok(name.to_owned()));
        }
    }

    #[test]
    fn paths_devices_and_monsters_are_refused() {
        let long = "x".repeat(300);
        for name in [
            "", "../x", "a/b", "a\\b", "CON", "con", "com1.old", "LPT9", ".hidden", "-f", "a.", "a b", "ü",
            "a\nb", &long,
        ] {
            assert!(name.parse::<BaselineName>().is_err(), "{name:?}");
        }
    }
}
