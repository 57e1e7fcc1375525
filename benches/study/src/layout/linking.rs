//! Links the bench of the operations with its functions in an order of our choice.

use std::env;
use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use cargo_metadata::{Artifact, Message};
use tensorprof::runner::toolchain::ALIGNED;

use super::Alignment;
use crate::saving::workspace;
use crate::unit::Part;

/// The order of functions in an executable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// That of the linker.
    Linkers,
    /// The linker shuffles them, with this seed.
    Shuffled(usize),
}

/// Builds the bench, and copies it to `to`. All but the bench itself is built once for each folder of cargo's.
pub(super) fn link(alignment: Alignment, order: Order, target: &Path, to: &Path) -> Result<PathBuf> {
    let mut child =
        command(alignment, order, target).stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let messages = child.stdout.take().map(BufReader::new).context("cargo has no output")?;
    let mut executable = None;
    for message in Message::parse_stream(messages) {
        if let Message::CompilerArtifact(Artifact { executable: Some(path), .. }) = message? {
            executable = Some(path);
        }
    }
    let status = child.wait()?;
    ensure!(
        status.success(),
        "cargo cannot link the bench with {order:?}: {status}; the linker must be lld or mold"
    );
    let built = executable.context("cargo built no bench")?;
    fs::copy(&built, to).with_context(|| format!("cannot copy {built} to {}", to.display()))?;
    Ok(to.to_owned())
}

fn command(alignment: Alignment, order: Order, target: &Path) -> Command {
    let [package, bench] = Part::Operations.target();
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace());
    command.args(["rustc", "--quiet", "--message-format", "json-render-diagnostics", "--profile", "bench"]);
    command.args(["--package", package, "--bench", bench, "--target-dir"]).arg(target);
    if alignment == Alignment::Aligned {
        command.env("RUSTFLAGS", ALIGNED.join(" "));
    }
    if let Order::Shuffled(seed) = order {
        command.args(["--", "-C", &format!("link-arg=-Wl,--shuffle-sections=.text*={seed}")]);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(alignment: Alignment, order: Order) -> (String, Option<String>) {
        let command = command(alignment, order, Path::new("/target"));
        let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
        let flags = command.get_envs().find(|(name, _)| *name == "RUSTFLAGS");
        let flags = flags.and_then(|(_, value)| Some(value?.to_string_lossy().into_owned()));
        (arguments.join(" "), flags)
    }

    #[test]
    fn an_order_is_for_the_bench_alone_and_an_alignment_for_all_code() {
        let (arguments, flags) = said(Alignment::Default, Order::Linkers);
        assert!(
            arguments.ends_with("--package tensorprof-suite --bench ops --target-dir /target"),
            "{arguments}"
        );
        assert_eq!(flags, None);
        let (arguments, flags) = said(Alignment::Aligned, Order::Shuffled(3));
        assert!(arguments.ends_with(" -- -C link-arg=-Wl,--shuffle-sections=.text*=3"), "{arguments}");
        assert_eq!(flags.as_deref(), Some("-C llvm-args=-align-all-functions=6"));
    }
}
