//! Instruction sets by which tensor kernels choose their code, under rustc's names of target features.

/// The sets that the processor has and the system lets programs use, sorted.
pub(super) fn detect() -> Vec<String> {
    let mut names: Vec<String> = detected().into_iter().map(str::to_owned).collect();
    names.sort();
    names
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
macro_rules! detected {
    ($($name:tt),* $(,)?) => {
        [$(($name, std::arch::is_x86_feature_detected!($name))),*]
    };
}

#[cfg(target_arch = "aarch64")]
macro_rules! detected {
    ($($name:tt),* $(,)?) => {
        [$(($name, std::arch::is_aarch64_feature_detected!($name))),*]
    };
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
fn detected() -> Vec<&'static str> {
    let vectors = detected![
        "sse4.2",
        "avx",
        "avx2",
        "fma",
        "f16c",
        "avx512f",
        "avx512bw",
        "avx512dq",
        "avx512vl",
        "avx512bf16",
        "avx512fp16",
        "avx512vnni",
        "avxvnni",
    ];
    vectors.into_iter().chain(amx()).filter_map(|(name, present)| present.then_some(name)).collect()
}

/// Matrix instructions, which the standard library does not detect yet. Linux grants their use on request.
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
fn amx() -> Vec<(&'static str, bool)> {
    let Some(features) = raw_cpuid::CpuId::new().get_extended_feature_info() else { return Vec::new() };
    vec![
        ("amx-tile", features.has_amx_tile()),
        ("amx-int8", features.has_amx_int8()),
        ("amx-bf16", features.has_amx_bf16()),
    ]
}

#[cfg(target_arch = "aarch64")]
fn detected() -> Vec<&'static str> {
    let sets = detected!["neon", "dotprod", "fp16", "fhm", "bf16", "i8mm", "sve", "sve2"];
    sets.into_iter().filter_map(|(name, present)| present.then_some(name)).collect()
}

#[cfg(not(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
fn detected() -> Vec<&'static str> {
    Vec::new()
}
