//! The checks of a record, in the order of docs/SETTLEMENT.md §4.

use super::codes_index::CodeIndex;
use super::layout::{Column, Layout, PATIENT_ITEMS, RATIO};
use super::reject::RejectCode;
use super::row::Row;
use super::values::{Ratio, day, ratio};
use crate::grouping::GroupBy;
use crate::input::Inputs;
use crate::routing::{Router, insutypes};
use dianzhi_core::{Benefit, CompiledPolicy, Fen};
use dianzhi_policy::{Region, YearBy};
use std::sync::Arc;

/// What the checks compare a record with.
pub(crate) struct Checks {
    pub(super) hospitals: CodeIndex,
    pub(super) groups: CodeIndex,
    /// Insurance types that a pool pays; without routes the position is the payer's.
    pub(super) insutypes: CodeIndex,
    pub(super) year: (u32, u32),
    pub(crate) needs_ratio: bool,
    /// Whether `setl_time` decides the year, in place of `dscg_time`.
    pub(crate) by_settlement: bool,
    /// Whether cases have factors of auxiliary catalogues.
    pub(crate) has_factors: bool,
    pub(super) grouping: Option<Arc<GroupBy>>,
    pub(crate) router: Option<Router>,
    /// Whether some pool's budget covers more funds than the pooled one.
    pub(super) has_funds: bool,
    /// Whether the policy asks whose stays the claims are, and when.
    pub(super) needs_stays: bool,
    /// Whether the claims are history that figures are taken of: the days of every stay are kept, and nothing is
    /// said of payment.
    pub(super) is_history: bool,
    /// Whether claims need nothing but their own group code: no scheme, no routes, no other funds, no
    /// stays, no days, and one policy all the year.
    pub(super) plain: bool,
    pub(super) policy: Arc<CompiledPolicy>,
    /// First day of every period of the policy but the first.
    pub(super) later_from: Vec<u32>,
}

/// The group of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupKey {
    Known(u32),
    Empty,
    /// A code that the groups table does not have.
    Unknown,
}

/// An accepted record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    pub(crate) cost: i64,
    pub(crate) billed: i64,
    pub(crate) hospital: u32,
    /// Its position among the insurance types.
    pub(crate) insutype: u16,
    pub(crate) group: GroupKey,
    pub(crate) benefit: Benefit,
    /// The day that decides the year, of discharge or of settlement, as yyyymmdd.
    pub(crate) decisive: u32,
}

/// What becomes of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accepted(Accepted),
    Rejected(RejectCode, &'static str),
    /// Its ratio has more digits than the kernel holds: the run stops and names the record.
    DoesNotFit,
}

impl Checks {
    pub(crate) fn new(inputs: &Inputs) -> Checks {
        Checks::of(&inputs.region, &inputs.policy, inputs.grouping.clone())
    }

    pub(crate) fn of(region: &Region, policy: &Arc<CompiledPolicy>, grouping: Option<Arc<GroupBy>>) -> Checks {
        let day = |date: jiff::civil::Date| {
            let number = i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day());
            u32::try_from(number).unwrap_or(0)
        };
        let router = Router::new(policy);
        let has_funds = !super::funds::names(policy.policy()).is_empty();
        let needs_stays = policy.policy().adjust.needs_stays();
        let is_one = region.periods.len() <= 1;
        Checks {
            hospitals: CodeIndex::new(policy.hospitals().iter().map(|h| &h.code)),
            groups: CodeIndex::new(policy.groups().iter().map(|g| &g.code)),
            insutypes: CodeIndex::new(insutypes(policy).into_iter()),
            year: (day(region.year_start), day(region.year_end)),
            needs_ratio: policy.policy().fund_share.method.has_benefit(),
            by_settlement: region.year_by == YearBy::Settlement,
            has_factors: policy.policy().auxiliary.is_some(),
            plain: grouping.is_none() && router.is_none() && !has_funds && !needs_stays && is_one,
            needs_stays,
            is_history: false,
            grouping,
            has_funds,
            router,
            policy: Arc::clone(policy),
            later_from: region.periods.iter().skip(1).map(|period| day(period.from)).collect(),
        }
    }

    /// The same, of history.
    pub(crate) fn of_history(self) -> Checks {
        Checks {
            is_history: true,
            plain: false,
            ..self
        }
    }

    /// The position of a group.
    pub(crate) fn group(&self, code: &str) -> Option<u32> {
        self.groups.get(code.as_bytes())
    }

    /// Checks a record, in the order of the codes' table: the first check that fails decides.
    pub(crate) fn judge(&self, row: &Row<'_>, layout: &Layout) -> Verdict {
        use RejectCode::{E102, E103, E104, E105, E106, E107, E108, E109, E110, E111};
        let reject = |code, field| Verdict::Rejected(code, field);

        let (id, hospital, insutype) = (
            row.get(layout.setl_id),
            row.get(layout.hospital),
            row.get(layout.insutype),
        );
        let (dscg_time, medfee, hifp) = (row.get(layout.dscg_time), row.get(layout.medfee), row.get(layout.hifp));
        let ratio_text = row.get(layout.ratio).bytes();
        if id.is_empty()
            || hospital.is_empty()
            || insutype.is_empty()
            || dscg_time.is_empty()
            || medfee.is_empty()
            || hifp.is_empty()
        {
            return reject(E102, first_empty(row, layout));
        }
        if self.needs_ratio && ratio_text.is_empty() {
            return reject(E102, RATIO);
        }
        if self.by_settlement && row.get(layout.setl_time).is_empty() {
            return reject(E102, "setl_time");
        }

        if row.get(layout.refunded).bytes() == b"1" {
            return reject(E111, "refd_setl_flag");
        }
        if row.get(layout.valid).bytes() == b"0" {
            return reject(E111, "vali_flag");
        }

        let Some(cost) = medfee.money() else {
            return reject(E103, "medfee_sumamt");
        };
        let Some(billed) = hifp.money() else {
            return reject(E103, "hifp_pay");
        };
        // Where nobody asks for the amounts they only have to be amounts.
        let plain = !self.needs_ratio
            && layout
                .patient_items
                .iter()
                .all(|&column| is_plain_or_empty(row, column));
        let items = if plain { Ok([0; 4]) } else { amounts(row, layout) };
        let items = match items {
            Ok(items) => items,
            Err(name) => return reject(E103, name),
        };
        let ratio = match ratio(ratio_text) {
            Some(ratio) => ratio,
            None if ratio_text.is_empty() => Ratio::Sound { units: 0, places: 0 },
            None => return reject(E103, RATIO),
        };

        if cost <= 0 {
            return reject(E104, "medfee_sumamt");
        }
        if billed < 0 {
            return reject(E104, "hifp_pay");
        }
        if !plain && let Some((_, name)) = items.iter().zip(PATIENT_ITEMS).find(|(item, _)| **item < 0) {
            return reject(E104, name);
        }
        if ratio == Ratio::OutOfRange {
            return reject(E104, RATIO);
        }

        let Some(discharged) = day(dscg_time.bytes()) else {
            return reject(E105, "dscg_time");
        };
        let adm_time = row.get(layout.adm_time).bytes();
        let admitted = day(adm_time);
        if admitted.is_none() && !adm_time.is_empty() {
            return reject(E105, "adm_time");
        }
        if admitted.is_some_and(|admitted| discharged < admitted) {
            return reject(E106, "dscg_time");
        }
        let (decisive, name) = if self.by_settlement {
            let Some(settled) = day(row.get(layout.setl_time).bytes()) else {
                return reject(E105, "setl_time");
            };
            (settled, "setl_time")
        } else {
            (discharged, "dscg_time")
        };
        if decisive < self.year.0 || decisive > self.year.1 {
            return reject(E107, name);
        }

        let Some(hospital) = hospital.position(&self.hospitals) else {
            return reject(E108, "fixmedins_code");
        };
        let Some(insutype) = insutype.position(&self.insutypes) else {
            return reject(E109, "insutype");
        };
        if billed > cost {
            return reject(E110, "hifp_pay");
        }

        let group = row.get(layout.group);
        let group = match group.position(&self.groups) {
            Some(id) => GroupKey::Known(id),
            None if group.is_empty() => GroupKey::Empty,
            None => GroupKey::Unknown,
        };
        let mut benefit = Benefit::default();
        if self.needs_ratio {
            let Ratio::Sound { units, places } = ratio else {
                return Verdict::DoesNotFit;
            };
            benefit = Benefit {
                // Four amounts below 10^12 fen each.
                patient_items: Fen(items.iter().sum()),
                ratio: units,
                ratio_places: places,
            };
        }
        Verdict::Accepted(Accepted {
            cost,
            billed,
            hospital,
            insutype: u16::try_from(insutype).unwrap_or(u16::MAX),
            group,
            benefit,
            decisive,
        })
    }
}

#[inline(always)]
fn is_plain_or_empty(row: &Row<'_>, column: Column) -> bool {
    let field = row.get(column);
    field.is_empty() || field.is_plain_money()
}

/// The patient's items in fen, 0 where one is not there; or the name of the first that is no amount.
#[inline(never)]
fn amounts(row: &Row<'_>, layout: &Layout) -> Result<[i64; 4], &'static str> {
    let mut items = [0; 4];
    for ((item, &column), name) in items.iter_mut().zip(&layout.patient_items).zip(PATIENT_ITEMS) {
        let field = row.get(column);
        if !field.is_empty() {
            *item = field.money().ok_or(name)?;
        }
    }
    Ok(items)
}

/// Which of the fields that no record may leave empty is the first empty one.
#[cold]
fn first_empty(row: &Row<'_>, layout: &Layout) -> &'static str {
    let required = [
        (layout.setl_id, "setl_id"),
        (layout.hospital, "fixmedins_code"),
        (layout.insutype, "insutype"),
        (layout.dscg_time, "dscg_time"),
        (layout.medfee, "medfee_sumamt"),
        (layout.hifp, "hifp_pay"),
    ];
    let empty = required.iter().find(|(column, _)| row.get(*column).is_empty());
    empty.map_or("", |(_, name)| name)
}
