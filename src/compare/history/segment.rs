//! Where the line of a row breaks.

use std::collections::BTreeSet;

use super::{Break, Sighting};
use crate::compare::environment::RequiredFacts;
use crate::compare::{Fact, Sides, standing};

/// The breaks between the sightings of a row. `environments`: of every baseline. A sighting is held against every one of
/// the segment so far, since what is not recorded in the last may be known of an earlier one.
pub(super) fn breaks(sightings: &[Sighting<'_>], environments: &[RequiredFacts]) -> Vec<Break> {
    let mut breaks = Vec::new();
    let mut start = 0;
    for (at, sighting) in sightings.iter().enumerate() {
        let segment = sightings[start..at].iter();
        let facts: BTreeSet<Fact> =
            segment.flat_map(|earlier| differing_facts(earlier, sighting, environments)).collect();
        if !facts.is_empty() {
            breaks.push(Break { at, facts });
            start = at;
        }
    }
    breaks
}

fn differing_facts(old: &Sighting<'_>, new: &Sighting<'_>, environments: &[RequiredFacts]) -> BTreeSet<Fact> {
    let mut facts = environments[old.baseline].differing(&environments[new.baseline]);
    let both = Sides::new(old, new).map(|sighting| (sighting.benchmark, sighting.model));
    facts.extend(standing::differences(both).into_iter().filter_map(|difference| difference.fact));
    facts
}
