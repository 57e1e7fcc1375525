//! The flags of `cargo bench` for other kinds of targets than benches, which are refused with a word.

use clap::builder::{ArgAction, UnknownArgumentValueParser};
use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};

const FLAGS: [&str; 8] = ["lib", "bins", "bin", "tests", "test", "examples", "example", "all-targets"];

/// Flags that nobody can have given.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct TargetKinds;

impl Args for TargetKinds {
    fn augment_args(command: Command) -> Command {
        let flag = |name: &'static str| Arg::new(name).long(name).hide(true).action(ArgAction::SetTrue);
        let refuses = UnknownArgumentValueParser::suggest(
            "bench targets alone are measured: all of them, or those that `--bench` names",
        );
        command.args(FLAGS.map(|name| flag(name).value_parser(refuses.clone())))
    }

    fn augment_args_for_update(command: Command) -> Command {
        TargetKinds::augment_args(command)
    }
}

impl FromArgMatches for TargetKinds {
    fn from_arg_matches(_: &ArgMatches) -> Result<TargetKinds, Error> {
        Ok(TargetKinds)
    }

    fn update_from_arg_matches(&mut self, _: &ArgMatches) -> Result<(), Error> {
        Ok(())
    }
}
