//! Errors of the store. Each message names the operation, the file, and what to do next.

use std::io;
use std::path::PathBuf;

use super::atomic::ReadOnly;
use super::limits;
use super::validate::Invalid;
use super::wire::TableFault;
use crate::model::{BaselineName, Lost, Mismatch, first_names, labels, nearest};

/// Why an operation on stored baselines failed. No saved baseline has changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such baseline.
    #[error("baseline `{name}` not found in {}; {}", folder.join("").display(), suggestion(name, saved))]
    Missing {
        /// The name asked for.
        name: BaselineName,
        /// Where it was looked for.
        folder: PathBuf,
        /// The baselines that are there.
        saved: Vec<BaselineName>,
    },
    /// The name is taken.
    #[error(
        "cannot save baseline `{name}`: {} exists; choose another name, add rounds to it with `--append` or \
         replace it with `--force`",
        file.display()
    )]
    Exists {
        /// The name.
        name: BaselineName,
        /// Its file.
        file: PathBuf,
    },
    /// Another process holds the name.
    #[error(
        "cannot change baseline `{name}`: another save of it is running{}; wait for it or choose another name",
        process.map(|id| format!(" (process {id})")).unwrap_or_default()
    )]
    Busy {
        /// The name.
        name: BaselineName,
        /// Id of that process, if it could be read.
        process: Option<u32>,
    },
    /// A baseline was to be renamed or copied to a name that is taken.
    #[error(
        "cannot call a baseline `{name}`: {} exists; choose another name, or remove that one first with `cargo tensorprof rm \
         {name}`",
        file.display()
    )]
    Taken {
        /// The name.
        name: BaselineName,
        /// Its file.
        file: PathBuf,
    },
    /// The name is that of a link that leads nowhere.
    #[error(
        "cannot save baseline `{name}`: {} is a link to {}, where nothing is; restore that, remove the link with `cargo \
         tensorprof rm {name}`, or replace it with `--force`",
        file.display(),
        target.display()
    )]
    DanglingLink {
        /// The name.
        name: BaselineName,
        /// The link.
        file: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// The name is not that of a file: opening it could wait for ever, and it was not made by a save.
    #[error(
        "cannot save baseline `{name}`: {} is a folder, a pipe, a device or the like, and no file; move it away or \
         choose another name",
        file.display()
    )]
    NotAFile {
        /// The name.
        name: BaselineName,
        /// What is there.
        file: PathBuf,
    },
    /// The file to be replaced is of a newer format.
    #[error(
        "cannot replace baseline `{name}`: {} has format {format}, newer than this tool's; update tensorprof, \
         choose another name or remove it with `cargo tensorprof rm {name}`",
        file.display()
    )]
    ReplacesNewer {
        /// The name.
        name: BaselineName,
        /// Its file.
        file: PathBuf,
        /// Its format.
        format: i64,
    },
    /// Benchmarks of the baseline to be replaced were not measured again.
    #[error(
        "cannot replace baseline `{name}`: {}; the baseline stays as it was: measure these too, choose another name, or \
         replace it without them by `--force --keep-partial`, which records what is missing",
        lost_list(lost)
    )]
    Loses {
        /// The name.
        name: BaselineName,
        /// What would be lost.
        lost: Vec<Lost>,
    },
    /// The file to be replaced cannot be read, and the measurement is incomplete: it may be the lesser of both.
    #[error(
        "cannot replace baseline `{name}`: not all was measured, and what the file holds is not known ({cause}); choose \
         another name, or replace it all the same by `--force --keep-partial`"
    )]
    ReplacesUnreadable {
        /// The name.
        name: BaselineName,
        /// Why the file cannot be read.
        cause: Box<StoreError>,
    },
    /// The sessions to be joined were measured under different conditions.
    #[error(
        "cannot append to baseline `{name}`: {mismatch}; save under another name or replace it with `--force`"
    )]
    Mismatch {
        /// The name.
        name: BaselineName,
        /// The facts that differ.
        mismatch: Mismatch,
    },
    /// The file is not a baseline that this tool can read.
    #[error("cannot read baseline `{name}` from {}: {fault}; {}", file.display(), fault.next_step())]
    Unreadable {
        /// The name.
        name: BaselineName,
        /// Its file.
        file: PathBuf,
        /// What is wrong with it.
        fault: FileFault,
    },
    /// The measurement has a value that a baseline file cannot hold.
    #[error("cannot save baseline `{name}`: {fault}; correct that benchmark or leave it out with a filter")]
    Unwritable {
        /// The name.
        name: BaselineName,
        /// The value.
        fault: FileFault,
    },
    /// The operating system refused.
    #[error("cannot {operation} {}: {cause}{}", path.display(), advice(operation, cause))]
    Io {
        /// What was tried: `write`, `remove`, ...
        operation: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it was refused.
        cause: io::Error,
    },
}

/// What is wrong with the content of a baseline file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is a folder, a pipe or the like.
    #[error("it is not a file")]
    NotAFile,
    /// It is a link to nothing.
    #[error("it is a link to {}, where nothing is", target.display())]
    DanglingLink {
        /// Where it leads, as it is written in the link.
        target: PathBuf,
    },
    /// Larger than any baseline.
    #[error("the file has {bytes} bytes, more than the {limit} allowed")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The largest size that is read.
        limit: u64,
    },
    /// Not UTF-8.
    #[error("byte {offset} is not UTF-8 text")]
    NotText {
        /// Where the first bad byte is, from 0.
        offset: usize,
    },
    /// What Git LFS puts in the place of a file that it has not fetched.
    #[error("it is a Git LFS pointer, not the file that this points to")]
    LfsPointer,
    /// What git leaves where a merge could not be made.
    #[error("line {line} begins a merge conflict that nobody has resolved")]
    Conflict {
        /// Line of the first marker, from 1.
        line: usize,
    },
    /// No format version on the first line.
    #[error("its first line is not `format = 1`, so it is no baseline")]
    NoFormat,
    /// Its format is newer, and it could not be read as this format.
    #[error("it has format {format}, newer than this tool's ({fault})")]
    Newer {
        /// Its format.
        format: i64,
        /// Why it could not be read as this format.
        fault: Box<FileFault>,
    },
    /// Not TOML, or not the tables and types of a baseline.
    #[error("line {line}, column {column}: {message}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What was found or expected.
        message: String,
    },
    /// More than any baseline has.
    #[error("{reason}")]
    Limit {
        /// Of what, and the limit.
        reason: String,
    },
    /// Well-formed tables that are no baseline.
    #[error(transparent)]
    Tables(#[from] TableFault),
    /// Values that no measurement can give.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Values that TOML cannot hold.
    #[error("{message}")]
    Unwritable {
        /// Which.
        message: String,
    },
}

impl FileFault {
    /// A fault at an offset of the text, bytes.
    pub(super) fn syntax(text: &str, offset: usize, message: &str) -> FileFault {
        let before = text.get(..offset).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        FileFault::Syntax {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: message.replace('\n', ", "),
        }
    }

    /// A part of the text, from this offset, is larger than what is parsed at a time.
    pub(super) fn too_large_at_once(text: &str, start: usize, bytes: usize) -> FileFault {
        let (line, limit) = (text[..start].matches('\n').count() + 1, limits::PARSED_BYTES);
        let reason = format!(
            "the tables from line {line} on have {bytes} bytes, more than the {limit} allowed for a round, for a \
             benchmark without its rounds, and for all that is outside of benchmarks"
        );
        FileFault::Limit { reason }
    }

    fn next_step(&self) -> &'static str {
        match self {
            FileFault::Newer { .. } => "update tensorprof",
            FileFault::NotAFile => "move it away or remove it",
            FileFault::LfsPointer => "fetch the file with `git lfs pull`",
            FileFault::Conflict { .. } => {
                "measurements of two branches make no baseline together: keep one side, with `git checkout --ours` or `git \
                 checkout --theirs`, or save it again with `--force`"
            }
            FileFault::DanglingLink { .. } => {
                "restore what it leads to, or remove the link with `cargo tensorprof rm`"
            }
            _ => "restore it from version control or save it again with `--force`",
        }
    }
}

/// Most names listed in a message.
const NAMES_SHOWN: usize = 10;

fn suggestion(name: &BaselineName, saved: &[BaselineName]) -> String {
    let listed = match saved {
        [] => "none is saved".to_owned(),
        _ => {
            let names: Vec<String> = saved.iter().map(BaselineName::to_string).collect();
            format!("saved: {}", first_names(&names, NAMES_SHOWN))
        }
    };
    match nearest(name.as_str(), saved.iter().map(BaselineName::as_str)) {
        Some(nearest) => format!("{listed}; did you mean `{nearest}`?"),
        None => format!("{listed}; run `cargo tensorprof save {name}`"),
    }
}

/// `2 of its benchmarks were not measured again: a/b (why), c/d (why)`.
fn lost_list(lost: &[Lost]) -> String {
    let labels = labels(&lost.iter().map(|lost| &lost.id).collect::<Vec<_>>());
    let named = |(label, Lost { reason, .. }): (&String, &Lost)| {
        // A bench's own words, which go to a terminal.
        let reason = reason.lines().next().unwrap_or_default().escape_debug();
        format!("`{label}` ({reason})")
    };
    let list = first_names(&labels.iter().zip(lost).map(named).collect::<Vec<_>>(), NAMES_SHOWN);
    match lost.len() {
        1 => format!("1 of its benchmarks was not measured again: {list}"),
        many => format!("{many} of its benchmarks were not measured again: {list}"),
    }
}

fn advice(operation: &str, cause: &io::Error) -> &'static str {
    use io::ErrorKind;
    match cause.kind() {
        // It says itself what to do.
        _ if cause.get_ref().is_some_and(|refusal| refusal.is::<ReadOnly>()) => "",
        ErrorKind::PermissionDenied if matches!(operation, "read" | "list") => {
            "; make it readable (`chmod u+r` on Unix), or name another folder with `--baselines`"
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "; free some space and try again",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "; make the folder writable or name another with `--baselines`"
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            "; a file is where a folder should be: move it or name another folder with `--baselines`"
        }
        _ => "; check the path and the disk, and try again",
    }
}
