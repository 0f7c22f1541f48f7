//! Readmissions: which stays of a person follow each other too soon.

use crate::Readmission;
use std::cmp::Ordering;
use std::num::NonZeroU128;

/// What the rules need of a stay beside its case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stay {
    /// A hash of the person and of what two stays must share ([`SameStay`](crate::SameStay), and the
    /// hospital where it must be one); `None` for a stay that is not looked at.
    pub same: Option<NonZeroU128>,
    /// Day of admission, counted from any one day.
    pub admitted: i32,
    /// Day of discharge, counted from the same day.
    pub discharged: i32,
    /// Month of discharge: year × 12 + month − 1.
    pub month: i32,
}

/// A stay with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StayOf<'a, T> {
    /// The stay.
    pub stay: Stay,
    /// `setl_id`
    pub id: &'a str,
    /// Whether there was a good reason to admit the person again.
    pub excused: bool,
    /// Where it is.
    pub at: T,
}

/// Two stays that follow each other too soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readmitted<T> {
    /// The one that was discharged first.
    pub earlier: T,
    /// The next one.
    pub later: T,
}

impl<T> StayOf<'_, T> {
    /// The order in which neighbours are looked for: by person, then by day of discharge, of
    /// admission, and `setl_id`.
    #[must_use]
    pub fn in_order(&self, other: &StayOf<'_, T>) -> Ordering {
        let key = |stay: &Stay| (stay.same, stay.discharged, stay.admitted);
        key(&self.stay)
            .cmp(&key(&other.stay))
            .then_with(|| self.id.as_bytes().cmp(other.id.as_bytes()))
    }
}

/// The neighbours among stays in [order](StayOf::in_order) that follow each other too soon: a stay
/// with one before and one behind it is in two pairs.
///
/// ```
/// use dianzhi_core::{readmissions, Readmission, SameStay, Stay, StayOf};
/// let rule = Readmission {
///     days: 15,
///     inclusive: true,
///     same: SameStay::Group,
///     same_hospital: true,
///     not_for: Vec::new(),
///     earlier_share: "0.5".parse().unwrap(),
///     later_share: 1.into(),
///     merge: false,
/// };
/// let person = std::num::NonZeroU128::new(7);
/// let stay = |id, admitted, discharged| StayOf {
///     stay: Stay { same: person, admitted, discharged, month: 0 },
///     id,
///     excused: false,
///     at: id,
/// };
/// // discharged on day 10, admitted again on day 25, and after that on day 60
/// let found = readmissions(&rule, &[stay("S1", 1, 10), stay("S2", 25, 30), stay("S3", 60, 61)]);
/// assert_eq!(found.len(), 1);
/// assert_eq!((found[0].earlier, found[0].later), ("S1", "S2"));
/// ```
#[must_use]
pub fn readmissions<T: Copy>(rule: &Readmission, stays: &[StayOf<'_, T>]) -> Vec<Readmitted<T>> {
    let mut found = Vec::new();
    for pair in stays.windows(2) {
        let [earlier, later] = pair else { continue };
        let is_same = earlier.stay.same.is_some() && earlier.stay.same == later.stay.same;
        let days = later.stay.admitted.saturating_sub(earlier.stay.discharged);
        if is_same && !later.excused && rule.is_within(days) {
            found.push(Readmitted {
                earlier: earlier.at,
                later: later.at,
            });
        }
    }
    found
}
