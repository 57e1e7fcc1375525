//! Which machine this is, for files that belong to it.

use sysinfo::System;

use crate::model::{Machine, short_hash};

/// A key of this machine, which has these facts: 16 hexadecimal digits of a hash that also covers its host name, so that
/// machines that share a home folder do not share what was measured.
pub fn key(machine: &Machine) -> String {
    let host = System::host_name().unwrap_or_default();
    short_hash(format!("{}|{host}", machine.fingerprint().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stays_and_depends_on_the_machine() {
        let machine = Machine { cpu: "Example CPU".to_owned(), ..Machine::default() };
        assert_eq!(key(&machine), key(&machine.clone()));
        assert_ne!(key(&machine), key(&Machine { cores: Some(2), ..machine }));
    }
}
