//! `[high_cap]`: how many high outliers are paid as such, and how many points they may earn beyond
//! normal cases (docs/SETTLEMENT.md §5.15).

use super::breaches::{BreachKind, Breaches};
use super::{QuotaOf, QuotaPeriod};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// `[high_cap]` 高倍率上限: by number, by points, or by both; the number comes first.
///
/// Those whose points pass a normal case's the most come first. By number, ⌊quota × discharges⌋ of them
/// are paid as high outliers. By points, what they earn beyond normal cases is in sum at most
/// ⌊excess_share × Σ points as priced⌋, in units of points. Source: the region's policy; a number is
/// established practice, for a cap of the points no number is published (unconfirmed).
///
/// ```
/// use dianzhi_core::{HighCap, LevelCap, QuotaOf, QuotaPeriod};
/// let cap = HighCap {
///     quota: None,
///     excess_share: "0.02".parse().ok(),
///     quota_of: QuotaOf::Hospital,
///     levels: vec![LevelCap { level: "3".to_owned(), quota: None, excess_share: "0.05".parse().ok() }],
///     period: QuotaPeriod::Year,
/// };
/// assert_eq!(cap.excess_share_at("3"), Some(("0.05".parse().unwrap(), Some(0))));
/// assert_eq!(cap.excess_share_at("2"), Some(("0.02".parse().unwrap(), None)));
/// assert_eq!(cap.quota_at("3"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HighCap {
    /// So many of the discharges, as a share, are paid as high outliers; `None`: however many there are.
    pub quota: Option<Decimal>,
    /// So much of the points of all cases, as a share, is what high outliers may earn beyond normal
    /// cases; `None`: whatever they earn.
    pub excess_share: Option<Decimal>,
    /// Whose discharges and points.
    pub quota_of: QuotaOf,
    /// Other shares at some levels of hospital.
    pub levels: Vec<LevelCap>,
    /// Over which time.
    pub period: QuotaPeriod,
}

/// One of `levels`: the shares of hospitals of one level; what it leaves out is that of the section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelCap {
    /// The level, as the hospitals table has it.
    pub level: String,
    /// The share of the discharges.
    pub quota: Option<Decimal>,
    /// The share of the points.
    pub excess_share: Option<Decimal>,
}

impl HighCap {
    /// The share of the discharges at a level of hospital, and which of `levels` it is of.
    #[must_use]
    pub fn quota_at(&self, level: &str) -> Option<(Decimal, Option<usize>)> {
        self.at(level, self.quota, |of| of.quota)
    }

    /// The share of the points at a level of hospital, and which of `levels` it is of.
    #[must_use]
    pub fn excess_share_at(&self, level: &str) -> Option<(Decimal, Option<usize>)> {
        self.at(level, self.excess_share, |of| of.excess_share)
    }

    fn at(
        &self,
        level: &str,
        of_section: Option<Decimal>,
        of_level: fn(&LevelCap) -> Option<Decimal>,
    ) -> Option<(Decimal, Option<usize>)> {
        let at = self.levels.iter().position(|of| of.level == level);
        match at.and_then(|at| Some((of_level(&self.levels[at])?, Some(at)))) {
            Some(found) => Some(found),
            None => Some((of_section?, None)),
        }
    }
}

impl Breaches {
    pub(super) fn high_cap(&mut self, cap: &HighCap) {
        if cap.quota.is_none() && cap.excess_share.is_none() {
            self.add(
                BreachKind::OutOfRange,
                "high_cap",
                None,
                "[high_cap] 没有 quota，也没有 excess_share：什么也不限".to_owned(),
                "[high_cap] has no quota and no excess_share: it limits nothing".to_owned(),
            );
            self.remedy(
                "写 quota（例数占出院人次的比例）、excess_share（超出部分占全部点数的比例）或两者，或删去这一节",
                "write the quota (a share of the discharges), the excess_share (a share of all points) or both, or leave the section out",
            );
        }
        let shares = [("quota", cap.quota), ("excess_share", cap.excess_share)];
        for (name, share) in shares {
            if let Some(share) = share {
                self.share(&format!("high_cap.{name}"), share);
            }
        }
        for (i, of) in cap.levels.iter().enumerate() {
            let key = |name: &str| format!("high_cap.levels[{i}].{name}");
            if of.quota.is_none() && of.excess_share.is_none() {
                self.add(
                    BreachKind::OutOfRange,
                    &format!("high_cap.levels[{i}]"),
                    None,
                    format!("等级 {} 没有 quota，也没有 excess_share", of.level),
                    format!("level {} has no quota and no excess_share", of.level),
                );
                self.remedy(
                    "写该等级另用的比例，或删去这一项",
                    "write the share that this level has instead, or leave the element out",
                );
            }
            for ((name, of_section), share) in shares.into_iter().zip([of.quota, of.excess_share]) {
                let Some(share) = share else { continue };
                self.share(&key(name), share);
                if of_section.is_none() {
                    self.add(
                        BreachKind::Contradiction,
                        &key(name),
                        Some("high_cap"),
                        format!("等级 {} 有 {name}，而这一节没有：其他等级的比例未定", of.level),
                        format!(
                            "level {} has a {name} and the section has none: what other levels have is open",
                            of.level
                        ),
                    );
                    self.remedy(
                        "在 [high_cap] 写其他等级的比例，不限的写 \"1\"，或在此删去",
                        "write the share of the other levels in [high_cap], \"1\" for no limit, or leave it out here",
                    );
                }
            }
            if let Some(j) = cap.levels[..i].iter().position(|before| before.level == of.level) {
                self.twice(&key("level"), &format!("high_cap.levels[{j}].level"), &of.level);
            }
        }
        self.levels_of_pool("high_cap", !cap.levels.is_empty(), cap.quota_of);
    }
}
