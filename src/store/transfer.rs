//! Renames and copies baselines. All of a file stays as it is but the name in it: sessions, head-to-head runs, comments, and
//! what a newer tool has written, and its permissions. Two baselines of one run find each other by the run's id, whatever they are called.

use std::fs;
use std::io;

use super::atomic::{publish, stage};
use super::error::StoreError;
use super::folder::Store;
use super::lock::lock;
use crate::model::BaselineName;

impl Store {
    /// Gives a baseline another name.
    ///
    /// # Errors
    /// Those of [`Store::copy`], or the older file cannot be removed; then both are there.
    pub fn rename(&self, old: &BaselineName, new: &BaselineName) -> Result<(), StoreError> {
        let _lock = lock(self.locks(), old)?;
        self.copy(old, new)?;
        self.remove_locked(old)
    }

    /// Saves a baseline under another name as well.
    ///
    /// # Errors
    /// It does not exist or cannot be read as a file, the new name is taken, a save of the new name is running, or the file
    /// cannot be written.
    pub fn copy(&self, old: &BaselineName, new: &BaselineName) -> Result<(), StoreError> {
        let text = self.bytes(old)?;
        let file = self.file(new);
        let taken = || StoreError::Taken { name: new.clone(), file: file.clone() };
        if file.symlink_metadata().is_ok() {
            return Err(taken());
        }
        let _lock = lock(self.locks(), new)?;
        let copied = stage(self.folder(), &renamed(text, new), self.write).and_then(|staged| {
            staged.as_file().set_permissions(fs::metadata(self.file(old))?.permissions())?;
            publish(staged, &file, false)
        });
        copied.map_err(|cause| match cause.kind() {
            io::ErrorKind::AlreadyExists => taken(),
            _ => StoreError::Io { operation: "write", path: file.clone(), cause },
        })
    }
}

/// A file with another name in the place of the one that `save` has written. Anything else stays as it is: the name of a file
/// takes precedence over the one in it.
fn renamed(bytes: Vec<u8>, name: &BaselineName) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Err(error) => error.into_bytes(),
        Ok(text) => match written_name(&text) {
            Some(old) => text.replacen(&name_line(&old), &name_line(name), 1).into_bytes(),
            None => text.into_bytes(),
        },
    }
}

/// The name that a text says before its first table, in the form that `save` writes.
fn written_name(text: &str) -> Option<BaselineName> {
    let head = text.lines().take_while(|line| !line.starts_with('['));
    head.filter_map(|line| line.strip_prefix("name = \"")?.split_once('"')?.0.parse().ok()).next()
}

fn name_line(name: &BaselineName) -> String {
    format!("\nname = \"{name}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> String {
        let name = "new".parse().expect("a name");
        String::from_utf8(renamed(text.as_bytes().to_vec(), &name)).expect("is text")
    }

    #[test]
    fn only_the_name_of_the_baseline_is_another() {
        let text = "# mine\nformat = 1\r\nname = \"old\" # why\nrest = 1\n\n[[model]]\nname = \"old\"\n";
        let expected = "# mine\nformat = 1\r\nname = \"new\" # why\nrest = 1\n\n[[model]]\nname = \"old\"\n";
        assert_eq!(after(text), expected);
    }

    #[test]
    fn a_text_of_another_form_stays_as_it_is() {
        for text in [
            "",
            "format = 1\n[[model]]\nname = \"old\"\n",
            "format = 1\nname = 'old'\n",
            "name = \"a\\\"b\"\n",
        ] {
            assert_eq!(after(text), text);
        }
        let bytes = vec![b'\n', 0xff];
        assert_eq!(renamed(bytes.clone(), &"new".parse().expect("a name")), bytes);
    }
}
