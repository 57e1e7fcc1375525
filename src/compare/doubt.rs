//! What contention leaves to be judged of the time of a row.

use super::{Side, Sides, Verdict, Warning};
use crate::estimate::Contention;

/// Change of time, as a fraction, that contention is not blamed for: another hardware thread leaves a core about half of
/// what it can issue.
const LEAST_CHANGE_WHEN_CONTENDED: f64 = 1.0;

/// Which changes of the time of a row contention leaves to be judged.
#[derive(Clone, Copy)]
pub(super) enum Doubt {
    /// Those that a neighbour on the core cannot have made.
    Neighbour,
    /// Cores were lost, on both sides alike: likewise.
    LostInTurn,
    /// None: other programs delay a side by any amount.
    Lost,
    /// Those that there are with and without a share of a side's time.
    LongerWait { side: Side, share: f64 },
    /// Those that a neighbour cannot have made: of one side alone only the mean CPU time of most rounds is known.
    MeanTime { side: Side },
}

impl Doubt {
    /// By what used the cores of each side. `by_blocks`: the sides are judged by blocks, which they were measured in.
    pub(super) fn of(contention: Sides<Option<Contention>>, by_blocks: bool) -> Option<Doubt> {
        match contention.into_array() {
            [None, None] => None,
            [Some(Contention::Lost), Some(Contention::Lost)] if by_blocks => Some(Doubt::LostInTurn),
            [Some(Contention::Lost), _] | [_, Some(Contention::Lost)] => Some(Doubt::Lost),
            // Means have the same in them. Blocks in which one side alone has one do not count.
            [Some(Contention::MeanTime), Some(Contention::MeanTime)] => None,
            [Some(Contention::MeanTime), None] | [None, Some(Contention::MeanTime)] if by_blocks => None,
            [Some(Contention::MeanTime), None] => Some(Doubt::MeanTime { side: Side::Baseline }),
            [None, Some(Contention::MeanTime)] => Some(Doubt::MeanTime { side: Side::Candidate }),
            [Some(Contention::LongerWait(share)), None] => {
                Some(Doubt::LongerWait { side: Side::Baseline, share })
            }
            [None, Some(Contention::LongerWait(share))] => {
                Some(Doubt::LongerWait { side: Side::Candidate, share })
            }
            [Some(Contention::LongerWait(_)), _] | [_, Some(Contention::LongerWait(_))] => Some(Doubt::Lost),
            [Some(Contention::Shared), _] | [_, Some(Contention::Shared)] => Some(Doubt::Neighbour),
        }
    }

    /// The least change that counts, beside the one that was asked for. That one alone is shown of a row that is not judged.
    pub(super) fn least_change(self) -> f64 {
        match self {
            Doubt::Neighbour | Doubt::LostInTurn | Doubt::MeanTime { .. } => LEAST_CHANGE_WHEN_CONTENDED,
            Doubt::Lost | Doubt::LongerWait { .. } => 0.0,
        }
    }

    /// ln(candidate / baseline) if all that may have been lost was.
    pub(super) fn without_loss(self, theta: f64) -> f64 {
        match self {
            Doubt::LongerWait { side: Side::Baseline, share } => theta - (-share).ln_1p(),
            Doubt::LongerWait { side: Side::Candidate, share } => theta + (-share).ln_1p(),
            _ => theta,
        }
    }

    /// Whether a verdict stands, beside that on the change without what may have been lost.
    pub(super) fn upholds(self, verdict: Verdict, without_loss: Verdict) -> bool {
        match self {
            Doubt::Neighbour | Doubt::LostInTurn | Doubt::MeanTime { .. } => verdict.is_change(),
            Doubt::Lost => false,
            Doubt::LongerWait { .. } => verdict == without_loss && verdict != Verdict::Inconclusive,
        }
    }

    /// What to say of it.
    pub(super) fn note(self) -> Warning {
        match self {
            Doubt::Neighbour => Warning::Contended,
            Doubt::LostInTurn => Warning::CoresLostInTurn,
            Doubt::Lost => Warning::CoresLost,
            Doubt::LongerWait { side, share } => Warning::LongerWait { side, share },
            Doubt::MeanTime { side } => Warning::MeanTime { side },
        }
    }
}
