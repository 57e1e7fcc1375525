//! What an x86 processor says of itself, on systems that have no `/sys`.

use std::collections::BTreeMap;

use raw_cpuid::{CacheType, CpuId};

use super::cache_name;

/// Sizes of the data caches of the processor this runs on, bytes.
pub(super) fn caches() -> BTreeMap<String, u64> {
    let parameters = CpuId::new().get_cache_parameters();
    parameters
        .into_iter()
        .flatten()
        .filter(|cache| matches!(cache.cache_type(), CacheType::Data | CacheType::Unified))
        .map(|cache| {
            let lines = cache.associativity() * cache.physical_line_partitions() * cache.sets();
            (cache_name(cache.level()), (lines * cache.coherency_line_size()) as u64)
        })
        .collect()
}

/// Whether a hypervisor announces itself, as all common ones do.
pub(super) fn virtual_machine() -> Option<bool> {
    CpuId::new().get_feature_info().map(|features| features.has_hypervisor())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_whole_kibibytes() {
        for (level, size) in caches() {
            assert!(size > 0 && size % 1024 == 0, "{level}: {size}");
        }
    }
}
