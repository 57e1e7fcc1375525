//! The two sides of a comparison, and what belongs to each.

use std::ops::{Index, IndexMut};

/// One side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The side compared against.
    Baseline,
    /// The side that is judged.
    Candidate,
}

impl Side {
    /// Both, the baseline first.
    pub const BOTH: [Side; 2] = [Side::Baseline, Side::Candidate];

    /// `baseline` or `candidate`.
    pub fn name(self) -> &'static str {
        match self {
            Side::Baseline => "baseline",
            Side::Candidate => "candidate",
        }
    }
}

/// The same thing of the baseline and of the candidate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sides<T> {
    /// The baseline's.
    pub baseline: T,
    /// The candidate's.
    pub candidate: T,
}

impl<T> Sides<T> {
    /// The baseline's and the candidate's.
    pub const fn new(baseline: T, candidate: T) -> Self {
        Sides { baseline, candidate }
    }

    /// What `of` makes of each side.
    pub fn of(mut of: impl FnMut(Side) -> T) -> Self {
        Sides { baseline: of(Side::Baseline), candidate: of(Side::Candidate) }
    }

    /// References to both.
    pub const fn as_ref(&self) -> Sides<&T> {
        Sides { baseline: &self.baseline, candidate: &self.candidate }
    }

    /// What `of` makes of both.
    pub fn map<U>(self, mut of: impl FnMut(T) -> U) -> Sides<U> {
        Sides { baseline: of(self.baseline), candidate: of(self.candidate) }
    }

    /// Each side with that of `other`.
    pub fn zip<U>(self, other: Sides<U>) -> Sides<(T, U)> {
        Sides::new((self.baseline, other.baseline), (self.candidate, other.candidate))
    }

    /// The baseline's, then the candidate's.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        [&self.baseline, &self.candidate].into_iter()
    }

    /// The baseline's and the candidate's as a pair to destructure.
    pub fn into_array(self) -> [T; 2] {
        [self.baseline, self.candidate]
    }
}

impl<T> Sides<Option<T>> {
    /// Both, where both are there.
    pub fn both(self) -> Option<Sides<T>> {
        Some(Sides { baseline: self.baseline?, candidate: self.candidate? })
    }

    /// The candidate's, or else the baseline's.
    pub fn latest(self) -> Option<T> {
        self.candidate.or(self.baseline)
    }

    /// At least one is there.
    pub fn any(&self) -> bool {
        self.baseline.is_some() || self.candidate.is_some()
    }
}

impl<T> Index<Side> for Sides<T> {
    type Output = T;

    fn index(&self, side: Side) -> &T {
        match side {
            Side::Baseline => &self.baseline,
            Side::Candidate => &self.candidate,
        }
    }
}

impl<T> IndexMut<Side> for Sides<T> {
    fn index_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Baseline => &mut self.baseline,
            Side::Candidate => &mut self.candidate,
        }
    }
}
