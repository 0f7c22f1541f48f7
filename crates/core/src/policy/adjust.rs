//! `[readmission]`, `[special_review]`, `[high_cap]`: the rules that change the points of a few cases
//! when all cases are priced, and before the point value is known (docs/SETTLEMENT.md §5.15).

use super::breaches::{BreachKind, Breaches};
use super::{HighCap, Pattern, Policy};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Most days that [`Readmission::days`] may name.
pub const READMISSION_DAYS_MAX: u32 = 366;

/// Which rules change points when the cases are priced; by default none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Adjust {
    /// `[readmission]`
    pub readmission: Option<Readmission>,
    /// `[special_review]`
    pub special_review: Option<SpecialReview>,
    /// `[high_cap]`
    pub high_cap: Option<HighCap>,
    /// Whether there is a table of penalties.
    pub penalties: bool,
}

/// `[readmission]` 再次住院: a stay that follows another one of the same person too soon.
///
/// points = ⟦points × share⟧p of the earlier stay, and of the later one; or with `merge` 合并计一例 the points
/// of the stay that has the most, and none of the others. Source: 浙医保联发〔2019〕21号
/// (15 days, the same DRG, the points of the earlier stay halved).
///
/// ```
/// use dianzhi_core::{Readmission, SameStay};
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
/// assert!(rule.is_within(15) && !rule.is_within(16));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Readmission {
    /// Days from the discharge of the earlier stay to the admission of the later one.
    pub days: u32,
    /// Whether just so many days count too.
    pub inclusive: bool,
    /// What makes two stays the same.
    pub same: SameStay,
    /// Whether only stays in one hospital count.
    pub same_hospital: bool,
    /// Group codes that are not looked at: chemotherapy, radiotherapy.
    pub not_for: Vec<Pattern>,
    /// The share of its points that the earlier stay keeps.
    pub earlier_share: Decimal,
    /// The share of its points that the later stay keeps.
    pub later_share: Decimal,
    /// Whether stays that follow each other so are one case, the one with the most points, in place of shares.
    pub merge: bool,
}

/// `readmission.same`: what two stays of a person must share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SameStay {
    /// The group code.
    Group,
    /// Its first three characters: the ADRG of a DRG, the category of a DIP type.
    Adrg,
    /// The first three characters of the main diagnosis.
    Diagnosis,
}

/// A most for the number of cases that a rule is for, as a share of the discharges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quota {
    /// The share of the discharges.
    pub quota: Decimal,
    /// Whose discharges.
    pub quota_of: QuotaOf,
    /// Other shares at some levels of hospital.
    pub levels: Vec<LevelQuota>,
    /// Over which time.
    pub period: QuotaPeriod,
}

/// One of `levels`: the share of hospitals of one level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelQuota {
    /// The level, as the hospitals table has it.
    pub level: String,
    /// The share of the discharges.
    pub quota: Decimal,
}

/// `quota_of`
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuotaOf {
    /// Every pool has one.
    Pool,
    /// Every hospital has one, over all pools.
    Hospital,
    /// All hospitals of a level have one, over all pools.
    Level,
}

/// `period`: the time over which discharges are counted, by the day of discharge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuotaPeriod {
    /// The insurance year.
    #[default]
    Year,
    /// A quarter of the calendar.
    Quarter,
    /// A month of the calendar.
    Month,
}

/// `[special_review]` 特例单议: a quota of cases that are paid as an expert panel decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpecialReview {
    /// How many.
    pub quota: Quota,
    /// What becomes of approved cases beyond it.
    pub over_quota: OverQuota,
}

/// `over_quota`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OverQuota {
    /// Those whose cost passes their points the most come first; the others are paid as usual.
    LargestExcess,
    /// The run stops.
    Refuse,
}

impl Adjust {
    /// Whether no rule changes points.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.readmission.is_none() && self.special_review.is_none() && self.high_cap.is_none() && !self.penalties
    }

    /// Over which times cases are counted; none where nothing has a quota.
    pub fn periods(&self) -> impl Iterator<Item = QuotaPeriod> {
        let review = self.special_review.as_ref().map(|rule| rule.quota.period);
        review.into_iter().chain(self.high_cap.as_ref().map(|cap| cap.period))
    }

    /// The levels of hospital that have shares of their own, with their keys.
    pub fn levels(&self) -> impl Iterator<Item = (String, &str)> {
        let review = self.special_review.iter().flat_map(|rule| &rule.quota.levels);
        let review = review.map(|of| of.level.as_str()).enumerate();
        let cap = self.high_cap.iter().flat_map(|cap| &cap.levels);
        let cap = cap.map(|of| of.level.as_str()).enumerate();
        review
            .map(|(i, level)| (format!("special_review.levels[{i}].level"), level))
            .chain(cap.map(|(i, level)| (format!("high_cap.levels[{i}].level"), level)))
    }

    /// Whether cases are counted by the month of discharge.
    #[must_use]
    pub fn counts_by_month(&self) -> bool {
        self.periods().any(|period| period != QuotaPeriod::Year)
    }

    /// Whether points are counted beside the discharges.
    #[must_use]
    pub fn counts_points(&self) -> bool {
        self.high_cap.as_ref().is_some_and(|cap| cap.excess_share.is_some())
    }

    /// Whether the days of the stays count: for readmissions, or for a quota of a part of the year.
    #[must_use]
    pub fn needs_stays(&self) -> bool {
        self.readmission.is_some() || self.counts_by_month()
    }
}

impl Readmission {
    /// Whether an admission so many days after a discharge is one too soon; below 0 the stays overlap.
    #[must_use]
    pub fn is_within(&self, days: i32) -> bool {
        let most = i32::try_from(self.days).unwrap_or(i32::MAX);
        days < most || (self.inclusive && days == most)
    }

    /// Whether the stays of a group are looked at.
    #[must_use]
    pub fn is_for(&self, group_code: &str) -> bool {
        !self.not_for.iter().any(|pattern| pattern.fits(group_code))
    }
}

impl SameStay {
    /// What of a stay must be the same as of another; `None` where there is nothing to compare.
    ///
    /// ```
    /// use dianzhi_core::SameStay;
    /// assert_eq!(SameStay::Adrg.of("ES25", "J18.900"), Some("ES2"));
    /// assert_eq!(SameStay::Diagnosis.of("ES25", "J18.900"), Some("J18"));
    /// assert_eq!(SameStay::Group.of("", "J18.900"), None);
    /// ```
    #[must_use]
    pub fn of<'t>(self, group_code: &'t str, diagnosis: &'t str) -> Option<&'t str> {
        let text = match self {
            SameStay::Group | SameStay::Adrg => group_code,
            SameStay::Diagnosis => diagnosis,
        };
        let end = match self {
            SameStay::Group => text.len(),
            SameStay::Adrg | SameStay::Diagnosis => text.char_indices().nth(3).map_or(text.len(), |(at, _)| at),
        };
        text.get(..end).filter(|same| !same.is_empty())
    }
}

impl Quota {
    /// The share at a level of hospital, and its key within the section.
    #[must_use]
    pub fn share_at(&self, level: &str) -> (Decimal, Option<usize>) {
        match self.levels.iter().position(|of| of.level == level) {
            Some(at) => (self.levels[at].quota, Some(at)),
            None => (self.quota, None),
        }
    }
}

impl QuotaPeriod {
    /// Which period a month lies in, `month` being year × 12 + month − 1.
    #[must_use]
    pub fn of_month(self, month: i32) -> i32 {
        match self {
            QuotaPeriod::Year => 0,
            QuotaPeriod::Quarter => month.div_euclid(3),
            QuotaPeriod::Month => month,
        }
    }

    /// The period as people write it; empty for the year.
    ///
    /// ```
    /// use dianzhi_core::QuotaPeriod;
    /// let may = 2026 * 12 + 4;
    /// assert_eq!(QuotaPeriod::Month.label(QuotaPeriod::Month.of_month(may)), "2026-05");
    /// assert_eq!(QuotaPeriod::Quarter.label(QuotaPeriod::Quarter.of_month(may)), "2026 Q2");
    /// ```
    #[must_use]
    pub fn label(self, period: i32) -> String {
        match self {
            QuotaPeriod::Year => String::new(),
            QuotaPeriod::Quarter => format!("{} Q{}", period.div_euclid(4), period.rem_euclid(4) + 1),
            QuotaPeriod::Month => format!("{}-{:02}", period.div_euclid(12), period.rem_euclid(12) + 1),
        }
    }
}

impl Breaches {
    pub(super) fn adjust(&mut self, policy: &Policy) {
        if let Some(rule) = &policy.adjust.readmission {
            self.readmission(rule);
        }
        if let Some(rule) = &policy.adjust.special_review {
            self.quota("special_review", &rule.quota);
        }
        if let Some(cap) = &policy.adjust.high_cap {
            self.high_cap(cap);
        }
    }

    fn readmission(&mut self, rule: &Readmission) {
        if rule.days > READMISSION_DAYS_MAX {
            self.range("readmission.days", rule.days, "在 0 到 366 之间", "between 0 and 366");
        }
        self.share("readmission.earlier_share", rule.earlier_share);
        self.share("readmission.later_share", rule.later_share);
        let changes_points = rule.earlier_share != Decimal::ONE || rule.later_share != Decimal::ONE;
        if rule.merge && changes_points {
            let key = match rule.earlier_share == Decimal::ONE {
                true => "readmission.later_share",
                false => "readmission.earlier_share",
            };
            self.add(
                BreachKind::Contradiction,
                "readmission.merge",
                Some(key),
                "合并计一例时只计点数最多的一次，不能再写 earlier_share、later_share".to_owned(),
                "merged stays count as the one with the most points: there is no earlier_share or later_share"
                    .to_owned(),
            );
        }
        if !rule.merge && !changes_points {
            self.range(
                "readmission.earlier_share",
                rule.earlier_share,
                "与 later_share 至少一个小于 1，或写 merge = true，否则这一节不改变任何点数",
                "below 1, or later_share below 1, or merge = true; with both at 1 the section changes nothing",
            );
            self.remedy(
                "照政策写 earlier_share（前次保留的比例）、later_share（后次保留的比例）或 merge = true（合并计一例），或删去这一节",
                "write the earlier_share, the later_share or merge = true, as the policy has it, or leave the section out",
            );
        }
    }

    fn quota(&mut self, section: &str, quota: &Quota) {
        self.share(&format!("{section}.quota"), quota.quota);
        for (i, of) in quota.levels.iter().enumerate() {
            self.share(&format!("{section}.levels[{i}].quota"), of.quota);
            if let Some(j) = quota.levels[..i].iter().position(|before| before.level == of.level) {
                let (here, other) = (
                    format!("{section}.levels[{i}].level"),
                    format!("{section}.levels[{j}].level"),
                );
                self.twice(&here, &other, &of.level);
            }
        }
        self.levels_of_pool(section, !quota.levels.is_empty(), quota.quota_of);
    }

    pub(super) fn levels_of_pool(&mut self, section: &str, has_levels: bool, quota_of: QuotaOf) {
        if has_levels && quota_of == QuotaOf::Pool {
            self.add(
                BreachKind::Contradiction,
                &format!("{section}.levels"),
                Some(&format!("{section}.quota_of")),
                "分级比例是各级医疗机构的，按资金池计的名额只有一个比例".to_owned(),
                "shares by level are of hospitals; a quota of the pool has one share".to_owned(),
            );
        }
    }
}
