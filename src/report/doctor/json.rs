//! The findings as JSON. The rules are those of [`crate::report::json`]. Shares and changes are fractions, spreads are
//! standard deviations of logarithms.

use serde::Serializer;

use super::advice::{Advice, advice};
use super::{Examination, NullArms};
use crate::compare::IdenticalCode;
use crate::estimate::CoreState;
use crate::model::{Conditions, Instruments};
use crate::report::json::{Json, Keys, Object, list, text};

/// All that was found, as indented JSON.
pub fn json(found: &Examination) -> String {
    text("tensorprof-doctor", found)
}

impl Object for Examination {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("machine", Json(&self.machine))
            .key("conditions", Json(&self.conditions))
            .key("cores", list(&self.cores))
            .key("stolen", self.stolen)
            .key("peaks", list(&self.peaks))
            .key("identical_code", self.identical_code.map(Json))
            .key("learned_sessions", Json(self.learned))
            .key("sessions", self.sessions)
            .key("null_arms", Json(self.null_arms))
            .key("advice", list(advice(self)))
    }
}

impl Object for Conditions {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("usable_cpus", self.usable_cpus)
            .key("turbo", self.turbo)
            .key("on_battery", self.on_battery)
            .key("available_memory_bytes", self.available_memory)
            .key("load", self.load)
            .key("instruments", Json(self.instruments))
    }
}

impl Object for Instruments {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("cpu_clock", self.cpu_clock)
            .key("context_switches", self.context_switches)
            .key("affinity", self.affinity)
            .key("probes_from_outside", self.probes_from_outside)
    }
}

impl Object for CoreState {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("cpu", self.cpu)
            .key("readings", self.readings)
            .key("clock_ns", self.clock)
            .key("clock_spread", self.clock_spread)
            .key("contended", self.contended)
            .key("lost", self.lost)
    }
}

impl Object for IdenticalCode {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("round_sd", self.round_sd)
            .key("block_sd", self.block_sd)
            .key("session_sd", self.session_sd)
            .key("session_sd_learned", self.session_sd_learned)
            .key("samples", Json(self.samples))
            .key("rounds", self.effort.rounds)
            .key("blocks", self.effort.blocks)
            .key("stored_change", self.stored)
            .key("stored_change_with_four_times_the_rounds", self.stored_with_more)
            .key("head_to_head_change", self.head_to_head)
    }
}

impl Object for NullArms {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("runs", self.runs).key("rows", self.rows).key("changed", self.changed)
    }
}

impl Object for Advice {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("code", self.code).key("text", &self.text)
    }
}
