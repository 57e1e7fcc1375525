//! Everything that starts a process or asks the machine.

pub mod machine;
