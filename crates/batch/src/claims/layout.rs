//! The columns of a claims file that the checks look at.

use super::checks::Checks;
use super::funds::FundColumns;
use super::stay::PersonColumns;
use super::usual::UsualColumns;
use crate::grouping::stay::StayColumns;
use crate::input::header::Header;
use crate::routing::{DayColumns, RouteColumns};
use dianzhi_policy::Diagnostic;

/// Position of a column, or beyond all columns for one that the file lacks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column(u32);

impl Column {
    /// A column at a position, or one that the file lacks.
    pub(crate) fn of(position: Option<usize>) -> Column {
        position.map_or(NO_COLUMN, column)
    }

    #[inline]
    pub(crate) fn position(self) -> usize {
        self.0 as usize
    }
}

/// A column that the file lacks.
const NO_COLUMN: Column = Column(u32::MAX >> 1);

/// Which columns of a file the checks look at.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) columns: usize,
    pub(crate) setl_id: Column,
    pub(crate) hospital: Column,
    pub(crate) group: Column,
    pub(crate) insutype: Column,
    pub(crate) dscg_time: Column,
    pub(crate) adm_time: Column,
    /// Looked at where it decides the year.
    pub(crate) setl_time: Column,
    pub(crate) medfee: Column,
    pub(crate) hifp: Column,
    /// 全自费, 超限价, 先行自付, 起付线: as [`PATIENT_ITEMS`] names them.
    pub(crate) patient_items: [Column; 4],
    pub(crate) ratio: Column,
    pub(crate) refunded: Column,
    pub(crate) valid: Column,
    /// The same for records in which all is as usual, where the file can have such.
    pub(crate) usual: Option<UsualColumns>,
    /// What a grouper looks at, where there is one.
    pub(crate) stay: StayColumns,
    /// What routes and their methods look at, where there are routes.
    pub(crate) route: RouteColumns,
    /// What is booked beside `hifp_pay`.
    pub(crate) funds: FundColumns,
    /// Whose stay it is.
    pub(crate) person: PersonColumns,
    /// How long it was.
    pub(crate) days: DayColumns,
}

/// What a patient bears of a bill before the fund: counted under `reimbursement-ratio` and `scaled-ratio`.
pub(crate) const PATIENT_ITEMS: [&str; 4] = ["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "act_pay_dedc"];

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
pub(crate) const RATIO: &str = "pool_prop_selfpay";

impl Layout {
    /// The columns of a file, or the required ones that are missing.
    pub(crate) fn of(header: &Header, file: &str, checks: &Checks) -> Result<Layout, Vec<Diagnostic>> {
        let needs_ratio = checks.needs_ratio;
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
        checks.amounts_are_there(header, file)?;
        checks.persons_are_there(header, file)?;
        if checks.by_settlement {
            header.require(["setl_time"], file)?;
        }
        let optional = |name: &str| header.column(name).map_or(NO_COLUMN, column);
        let mut layout = Layout {
            columns: header.headings.len(),
            setl_id,
            hospital,
            group,
            insutype,
            dscg_time,
            adm_time: optional("adm_time"),
            setl_time: optional("setl_time"),
            medfee,
            hifp,
            patient_items: PATIENT_ITEMS.map(optional),
            ratio: optional(RATIO),
            refunded: optional("refd_setl_flag"),
            valid: optional("vali_flag"),
            usual: None,
            stay: StayColumns::of(header),
            route: checks.route_columns(header),
            funds: FundColumns::of(checks.policy.policy(), header),
            person: PersonColumns::of(header),
            days: DayColumns::of(header),
        };
        // Another day decides: not the usual.
        layout.usual = UsualColumns::of(&layout).filter(|_| !checks.by_settlement);
        Ok(layout)
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
    u32::try_from(position).map_or(NO_COLUMN, Column)
}
