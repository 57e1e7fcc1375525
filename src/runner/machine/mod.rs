//! The machine that measures, as far as it can be found out: facts that are not known stay absent.

mod conditions;
mod cores;
mod identity;
mod instruction_sets;
mod load;
mod processor;

use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

pub use self::conditions::conditions;
pub use self::cores::read_cores;
pub use self::identity::key;
pub use self::load::Load;
use crate::model::Machine;

/// The machine this runs on. Caches and governor are those of the first processor.
pub fn machine() -> Machine {
    let refresh = RefreshKind::nothing()
        .with_cpu(CpuRefreshKind::nothing())
        .with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(refresh);
    Machine {
        cpu: system.cpus().first().map(|cpu| cpu.brand().trim().to_owned()).unwrap_or_default(),
        cores: System::physical_core_count().and_then(|cores| cores.try_into().ok()),
        hardware_threads: count(system.cpus().len()),
        caches: processor::caches(),
        instruction_sets: instruction_sets::detect(),
        memory: Some(system.total_memory()).filter(|&bytes| bytes > 0),
        governor: processor::governor(),
        virtual_machine: processor::virtual_machine(),
        kernel: System::kernel_long_version(),
    }
}

/// No machine has zero of them: that means unknown.
fn count(found: usize) -> Option<u32> {
    u32::try_from(found).ok().filter(|&found| found > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_that_every_machine_has_are_found() {
        let machine = machine();
        assert!(machine.hardware_threads.is_some(), "{machine:?}");
        assert!(machine.memory.is_some(), "{machine:?}");
        assert!(!machine.kernel.is_empty(), "{machine:?}");
        assert!(machine.instruction_sets.is_sorted(), "{machine:?}");
    }
}
