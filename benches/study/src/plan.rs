//! The saves of a study: their order and their names.

/// What a save measures: the suite as it is, or with a planted slowdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// No slowdown.
    Plain,
    /// A slowdown of this many percent.
    Planted(u32),
}

/// A save of a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Save {
    /// What is saved.
    pub kind: Kind,
    /// Its number among the saves of its kind, from 1.
    pub number: usize,
}

impl Save {
    /// The name of its baseline: `plain-01`, `plant5-02`.
    pub fn name(&self) -> String {
        match self.kind {
            Kind::Plain => format!("plain-{:02}", self.number),
            Kind::Planted(percent) => format!("plant{percent}-{:02}", self.number),
        }
    }

    /// The save whose baseline has this name, if it is the name of one.
    pub fn of_name(name: &str) -> Option<Self> {
        let (kind, number) = name.rsplit_once('-')?;
        let kind = match kind.strip_prefix("plant") {
            Some(percent) => Kind::Planted(percent.parse().ok()?),
            None if kind == "plain" => Kind::Plain,
            None => return None,
        };
        Some(Save { kind, number: number.parse().ok()? })
    }
}

/// `saves` plain saves and `plant_saves` saves of each of `plants`, spread evenly over the time of the study,
/// so that slow changes of the machine affect all kinds equally.
pub fn plan(saves: usize, plants: &[u32], plant_saves: usize) -> Vec<Save> {
    let kinds = plants.iter().map(|&percent| (Kind::Planted(percent), plant_saves));
    let mut timed: Vec<(f64, Save)> = Vec::new();
    for (kind, count) in [(Kind::Plain, saves)].into_iter().chain(kinds) {
        let at = |number: usize| (number as f64 - 0.5) / count as f64;
        timed.extend((1..=count).map(|number| (at(number), Save { kind, number })));
    }
    timed.sort_by(|a, b| a.0.total_cmp(&b.0));
    timed.into_iter().map(|(_, save)| save).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_spread_over_the_whole_study() {
        let plan = plan(10, &[3, 5], 5);
        assert_eq!(plan.len(), 20);
        for half in plan.chunks(10) {
            let count = |kind| half.iter().filter(|save| save.kind == kind).count();
            assert_eq!(count(Kind::Plain), 5);
            assert!((2..=3).contains(&count(Kind::Planted(3))) && (2..=3).contains(&count(Kind::Planted(5))));
        }
    }

    #[test]
    fn names_tell_the_save() {
        for save in plan(12, &[3, 10], 2) {
            assert_eq!(Save::of_name(&save.name()), Some(save));
        }
        for other in ["main", "plain", "plain-x", "plant-01", "plants-01", "v1-01"] {
            assert_eq!(Save::of_name(other), None, "{other}");
        }
    }
}
