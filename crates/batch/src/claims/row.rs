//! One record of a claims file: its fields and its checks, in the order of docs/SETTLEMENT.md §4.

use super::codes_index::CodeIndex;
use super::reject::RejectCode;
use super::values::{Ratio, day, money, ratio};
use crate::input::header::Header;
use dianzhi_core::{Benefit, CompiledPolicy, Fen, FundShareMethod};
use dianzhi_policy::{Diagnostic, Region};

/// A well-formed record as its fields.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) text: &'a [u8],
    /// Where the first field starts.
    pub(crate) start: u32,
    /// The position behind each field but the last; its own entry is not used.
    pub(crate) ends: &'a [u32],
    /// The position behind the last field: before its line end.
    pub(crate) end: u32,
}

impl<'a> Row<'a> {
    /// A field; empty where the file has no such column.
    #[inline]
    pub(crate) fn field(&self, column: Column) -> &'a [u8] {
        self.nth(column.0 as usize)
    }

    /// A field by its position.
    #[inline]
    pub(crate) fn nth(&self, i: usize) -> &'a [u8] {
        if i >= self.ends.len() {
            return &[];
        }
        let start = if i == 0 { self.start } else { self.ends[i - 1] + 1 };
        let end = if i + 1 == self.ends.len() {
            self.end
        } else {
            self.ends[i]
        };
        &self.text[start as usize..end as usize]
    }
}

/// Position of a column, or beyond all columns for one that the file lacks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column(u32);

/// Which columns of a file the checks look at.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) columns: usize,
    pub(crate) setl_id: Column,
    pub(crate) hospital: Column,
    pub(crate) group: Column,
    insutype: Column,
    dscg_time: Column,
    adm_time: Column,
    medfee: Column,
    hifp: Column,
    /// 全自费, 超限价, 先行自付, 起付线, with their names.
    patient_items: [(Column, &'static str); 4],
    ratio: Column,
    refunded: Column,
    valid: Column,
}

/// What a patient bears of a bill before the fund: counted under `reimbursement-ratio`.
const PATIENT_ITEMS: [&str; 4] = ["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "act_pay_dedc"];

/// The columns that every claims file must have.
const REQUIRED: [&str; 7] = [
    "setl_id",
    "fixmedins_code",
    "insutype",
    "dscg_time",
    "medfee_sumamt",
    "hifp_pay",
    "group_code",
];
const RATIO: &str = "pool_prop_selfpay";

impl Layout {
    /// The columns of a file, or the required ones that are missing.
    pub(crate) fn of(header: &Header, file: &str, needs_ratio: bool) -> Result<Layout, Vec<Diagnostic>> {
        let required = header.require(REQUIRED, file);
        let ratio = if needs_ratio {
            header.require([RATIO], file).err()
        } else {
            None
        };
        let [setl_id, hospital, insutype, dscg_time, medfee, hifp, group] = match (required, ratio) {
            (Ok(columns), None) => columns.map(column),
            (Ok(_), Some(missing)) | (Err(missing), None) => return Err(missing),
            (Err(mut missing), Some(more)) => {
                missing.extend(more);
                return Err(missing);
            }
        };
        let optional = |name: &str| header.column(name).map_or(Column(u32::MAX), column);
        Ok(Layout {
            columns: header.headings.len(),
            setl_id,
            hospital,
            group,
            insutype,
            dscg_time,
            adm_time: optional("adm_time"),
            medfee,
            hifp,
            patient_items: PATIENT_ITEMS.map(|name| (optional(name), name)),
            ratio: optional(RATIO),
            refunded: optional("refd_setl_flag"),
            valid: optional("vali_flag"),
        })
    }
}

/// The patient's items that a file has no column for.
pub(crate) fn missing_items(header: &Header) -> Vec<&'static str> {
    PATIENT_ITEMS
        .into_iter()
        .filter(|name| header.column(name).is_none())
        .collect()
}

fn column(position: usize) -> Column {
    Column(u32::try_from(position).unwrap_or(u32::MAX))
}

/// What the checks compare a record with.
pub(crate) struct Checks {
    hospitals: CodeIndex,
    groups: CodeIndex,
    by_insutype: CodeIndex,
    /// Insurance type codes in the order of the policy; a claim keeps the position.
    pub(crate) insutypes: Vec<Insutype>,
    year: (u32, u32),
    pub(crate) needs_ratio: bool,
}

/// An insurance type and its pool.
pub(crate) struct Insutype {
    pub(crate) code: String,
    pub(crate) pool: u16,
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
    pub(crate) insutype: u16,
    pub(crate) group: GroupKey,
    pub(crate) benefit: Benefit,
    /// Day of discharge, as yyyymmdd.
    pub(crate) discharged: u32,
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
    pub(crate) fn new(region: &Region, policy: &CompiledPolicy) -> Checks {
        let day = |date: jiff::civil::Date| {
            let number = i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day());
            u32::try_from(number).unwrap_or(0)
        };
        let pools = policy.policy().pools.iter();
        let insutypes = (0u16..).zip(pools).flat_map(|(pool, p)| {
            p.insutype.iter().map(move |code| Insutype {
                code: code.clone(),
                pool,
            })
        });
        let insutypes: Vec<Insutype> = insutypes.collect();
        Checks {
            hospitals: CodeIndex::new(policy.hospitals().iter().map(|h| &h.code)),
            groups: CodeIndex::new(policy.groups().iter().map(|g| &g.code)),
            by_insutype: CodeIndex::new(insutypes.iter().map(|insutype| &insutype.code)),
            insutypes,
            year: (day(region.year_start), day(region.year_end)),
            needs_ratio: policy.policy().fund_share.method == FundShareMethod::ReimbursementRatio,
        }
    }

    /// Checks a record, in the order of the codes' table: the first check that fails decides.
    #[inline]
    pub(crate) fn judge(&self, row: &Row<'_>, layout: &Layout) -> Verdict {
        use RejectCode::{E102, E103, E104, E105, E106, E107, E108, E109, E110, E111};
        let reject = |code, field| Verdict::Rejected(code, field);

        let hospital = row.field(layout.hospital);
        let insutype = row.field(layout.insutype);
        let dscg_time = row.field(layout.dscg_time);
        let medfee = row.field(layout.medfee);
        let hifp = row.field(layout.hifp);
        let ratio_text = row.field(layout.ratio);
        for (text, name) in [
            (row.field(layout.setl_id), "setl_id"),
            (hospital, "fixmedins_code"),
            (insutype, "insutype"),
            (dscg_time, "dscg_time"),
            (medfee, "medfee_sumamt"),
            (hifp, "hifp_pay"),
        ] {
            if text.is_empty() {
                return reject(E102, name);
            }
        }
        if self.needs_ratio && ratio_text.is_empty() {
            return reject(E102, RATIO);
        }

        if row.field(layout.refunded) == b"1" {
            return reject(E111, "refd_setl_flag");
        }
        if row.field(layout.valid) == b"0" {
            return reject(E111, "vali_flag");
        }

        let Some(cost) = money(medfee) else {
            return reject(E103, "medfee_sumamt");
        };
        let Some(billed) = money(hifp) else {
            return reject(E103, "hifp_pay");
        };
        let mut items = [0i64; 4];
        for (item, (column, name)) in items.iter_mut().zip(layout.patient_items) {
            let text = row.field(column);
            if !text.is_empty() {
                match money(text) {
                    Some(fen) => *item = fen,
                    None => return reject(E103, name),
                }
            }
        }
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
        for (item, (_, name)) in items.iter().zip(layout.patient_items) {
            if *item < 0 {
                return reject(E104, name);
            }
        }
        if ratio == Ratio::OutOfRange {
            return reject(E104, RATIO);
        }

        let Some(discharged) = day(dscg_time) else {
            return reject(E105, "dscg_time");
        };
        let adm_time = row.field(layout.adm_time);
        let admitted = day(adm_time);
        if admitted.is_none() && !adm_time.is_empty() {
            return reject(E105, "adm_time");
        }
        if admitted.is_some_and(|admitted| discharged < admitted) {
            return reject(E106, "dscg_time");
        }
        if discharged < self.year.0 || discharged > self.year.1 {
            return reject(E107, "dscg_time");
        }

        let Some(hospital) = self.hospitals.get(hospital) else {
            return reject(E108, "fixmedins_code");
        };
        let Some(insutype) = self.by_insutype.get(insutype) else {
            return reject(E109, "insutype");
        };
        if billed > cost {
            return reject(E110, "hifp_pay");
        }

        let group = row.field(layout.group);
        let group = match self.groups.get(group) {
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
            discharged,
        })
    }
}
