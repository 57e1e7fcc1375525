//! A baseline as text: rendering, and parsing with every check that FORMAT.md promises.

use std::fmt;

use super::error::FileFault;
use super::limits;
use super::pieces::{self, Unread};
use super::validate::validate;
use super::wire::{BaselineFile, Head};
use crate::model::{Baseline, BaselineName};

/// Version of the file format that this tool writes, the newest that it knows.
pub const FORMAT: i64 = 1;

/// How the text begins that Git LFS puts in the place of a file that it has not fetched.
const LFS_POINTER: &str = "version https://git-lfs.github.com/spec/";

/// How git begins the first side of a merge conflict.
const CONFLICT_MARKER: &str = "<<<<<<< ";

/// A loaded baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// What the file says.
    pub baseline: Baseline,
    /// Set if the file has a newer format than [`FORMAT`]. `baseline` then lacks what this tool does not
    /// know.
    pub newer: Option<NewerFormat>,
}

/// A file of a newer format than this tool knows. Displays as the warning to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewerFormat {
    /// The baseline.
    pub name: BaselineName,
    /// Its format.
    pub format: i64,
    /// Version of tensorprof that wrote it.
    pub tool_version: String,
}

impl fmt::Display for NewerFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NewerFormat { name, format, tool_version } = self;
        write!(
            f,
            "baseline `{name}` has format {format}, written by tensorprof {tool_version}; this tool knows \
             format {FORMAT} and ignores the rest"
        )
    }
}

/// The text of a baseline, with times rounded to five digits. The same baseline gives the same bytes.
///
/// # Errors
/// The baseline has a value that could not be read back.
pub(super) fn render(baseline: &Baseline) -> Result<String, FileFault> {
    validate(baseline)?;
    let file = BaselineFile::from_model(baseline, FORMAT)?;
    check_samples(&file)?;
    let text =
        toml::to_string(&file).map_err(|error| FileFault::Unwritable { message: error.to_string() })?;
    limits::check_bytes(text.len() as u64)?;
    // What no reader takes is not written. Of a text that is parsed in one piece anything is taken.
    if text.len() > limits::PARSED_BYTES {
        read(&text)?;
    }
    Ok(text)
}

/// The baseline in a text, under the name of its file.
pub(super) fn parse(text: &str, name: &BaselineName) -> Result<Loaded, FileFault> {
    if text.trim().is_empty() {
        return Err(FileFault::Empty);
    }
    if text.starts_with(LFS_POINTER) {
        return Err(FileFault::LfsPointer);
    }
    let conflict = || text.lines().position(|line| line.starts_with(CONFLICT_MARKER));
    parse_format(text, name).map_err(|fault| match conflict() {
        Some(index) => FileFault::Conflict { line: index + 1 },
        None => fault,
    })
}

fn parse_format(text: &str, name: &BaselineName) -> Result<Loaded, FileFault> {
    let format = declared_format(text).ok_or(FileFault::NoFormat)?;
    if format < 1 {
        return Err(FileFault::NoFormat);
    }
    let loaded = parse_tables(text, name, format);
    if format > FORMAT {
        return loaded.map_err(|fault| FileFault::Newer { format, fault: Box::new(fault) });
    }
    loaded
}

fn parse_tables(text: &str, name: &BaselineName, format: i64) -> Result<Loaded, FileFault> {
    let file = read(text)?;
    check_samples(&file)?;
    let newer = (format > FORMAT).then(|| NewerFormat {
        name: name.clone(),
        format,
        tool_version: file.tool_version.clone(),
    });
    let baseline = file.into_model(name)?;
    validate(&baseline)?;
    Ok(Loaded { baseline, newer })
}

fn check_samples(file: &BaselineFile) -> Result<(), FileFault> {
    limits::check(file.samples(), limits::ALL_SAMPLES, "samples")
        .map_err(|reason| FileFault::Limit { reason })
}

/// The tables of a text, whatever TOML it is written in.
fn read(text: &str) -> Result<BaselineFile, FileFault> {
    match pieces::read(text) {
        Ok(file) => Ok(file),
        Err(Unread::Piece(_)) if text.len() <= limits::PARSED_BYTES => read_whole(text),
        Err(Unread::Piece(fault) | Unread::Limit(fault)) => Err(fault),
    }
}

/// What the whole text says, as TOML has it.
pub(super) fn read_whole(text: &str) -> Result<BaselineFile, FileFault> {
    toml::from_str(text)
        .map_err(|error| FileFault::syntax(text, error.span().map_or(0, |span| span.start), error.message()))
}

/// The format that a text declares on its first line, not counting comments and blank lines. It is known even
/// if the rest is cut off or is a TOML that cannot be parsed yet.
pub(super) fn declared_format(text: &str) -> Option<i64> {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))?;
    toml::from_str::<Head>(first).ok().map(|head| head.format)
}
