//! Where the columns that routes and their methods look at stand in one file, and what is in them.

use super::Known;
use super::number::{number, whole};
use crate::claims::layout::Column;
use crate::claims::reject::RejectCode;
use crate::claims::row::Row;
use crate::claims::values::day;
use crate::input::header::Header;
use dianzhi_core::{ApartFrom, CompiledPolicy, Fen};
use dianzhi_policy::fields;
use jiff::civil::Date;
use num_traits::ToPrimitive;

/// The columns of one file.
#[derive(Clone, Debug)]
pub(crate) struct RouteColumns {
    /// As the router asks for them.
    pub(super) fields: Vec<Column>,
    /// What the methods by disease look prices up by, in their order.
    codes: Vec<DiseaseCode>,
    /// What methods by item take off, each once.
    deductions: Vec<(Column, &'static str)>,
    /// What is paid apart, in the order of the policy.
    apart: Vec<(Column, &'static str)>,
    pub(super) diagnoses: Column,
    days: Column,
    admitted: Column,
    discharged: Column,
}

#[derive(Clone, Copy, Debug)]
enum DiseaseCode {
    /// The claim's group, own or found.
    Group,
    In(Column),
}

/// The columns that methods by item take off, each once.
pub(super) fn deduction_names(policy: &CompiledPolicy) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for name in policy
        .policy()
        .methods
        .by_item
        .iter()
        .flat_map(|method| &method.deductions)
    {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

impl Default for RouteColumns {
    /// Of a policy without routes.
    fn default() -> RouteColumns {
        let none = Column::of(None);
        RouteColumns {
            fields: Vec::new(),
            codes: Vec::new(),
            deductions: Vec::new(),
            apart: Vec::new(),
            diagnoses: none,
            days: none,
            admitted: none,
            discharged: none,
        }
    }
}

impl RouteColumns {
    pub(super) fn of<'a>(
        policy: &CompiledPolicy,
        header: &Header,
        asked: impl Iterator<Item = &'a str>,
    ) -> RouteColumns {
        let column = |name: &str| Column::of(header.column(name));
        let code = |name: &str| match name {
            "group_code" => DiseaseCode::Group,
            other => DiseaseCode::In(column(other)),
        };
        let by_disease = policy.policy().methods.by_disease.iter();
        let deductions = deduction_names(policy).into_iter();
        let named = |name: &str| (column(name), fields::by_name(name).map_or("", |field| field.name));
        RouteColumns {
            codes: by_disease.map(|method| code(&method.code)).collect(),
            deductions: deductions.map(named).collect(),
            apart: policy.policy().apart.iter().map(|apart| named(&apart.column)).collect(),
            ..RouteColumns::of_conditions(header, asked)
        }
    }

    /// Of conditions alone.
    pub(crate) fn of_conditions<'a>(header: &Header, asked: impl Iterator<Item = &'a str>) -> RouteColumns {
        let column = |name: &str| Column::of(header.column(name));
        RouteColumns {
            fields: asked.map(column).collect(),
            diagnoses: column("diag_codes"),
            days: column("act_ipt_days"),
            admitted: column("adm_time"),
            discharged: column("dscg_time"),
            ..RouteColumns::default()
        }
    }

    /// The code that the prices of a method are looked up by.
    pub(super) fn code<'r>(
        &self,
        row: &Row<'r>,
        method: usize,
        known: &Known<'r>,
        policy: &'r CompiledPolicy,
    ) -> Option<&'r str> {
        match self.codes.get(method)? {
            DiseaseCode::In(column) => std::str::from_utf8(row.get(*column).bytes()).ok(),
            DiseaseCode::Group => match known.group {
                Some(group) => policy.groups().get(group as usize).map(|group| group.code.as_str()),
                None => std::str::from_utf8(known.group_code).ok(),
            },
        }
    }

    /// What a method takes off the cost; an empty field is 0.
    pub(super) fn deducted(&self, row: &Row<'_>, which: &[usize]) -> Result<Fen, (RejectCode, &'static str)> {
        let mut sum = 0;
        for &at in which {
            if let Some(column) = self.deductions.get(at) {
                // A dozen columns of less than 10^12 fen each.
                sum += amount(row, *column)?;
            }
        }
        Ok(Fen(sum))
    }

    /// The amounts of the items that are paid apart; an empty field is 0.
    pub(super) fn apart(&self, row: &Row<'_>, items: &[ApartFrom]) -> Result<Vec<Fen>, (RejectCode, &'static str)> {
        let columns = items
            .iter()
            .filter_map(|item| self.apart.get(usize::from(item.apart.0)));
        // Most claims have none, and nothing is kept for them.
        if columns.clone().all(|(column, _)| row.get(*column).is_empty()) {
            return Ok(Vec::new());
        }
        columns.map(|column| amount(row, *column).map(Fen)).collect()
    }

    /// The field of an item that is paid apart.
    pub(crate) fn apart_name(&self, item: ApartFrom) -> &'static str {
        self.apart.get(usize::from(item.apart.0)).map_or("", |(_, name)| name)
    }
}

/// An amount in fen, 0 or more; an empty field is 0.
pub(crate) fn amount(row: &Row<'_>, (column, name): (Column, &'static str)) -> Result<i64, (RejectCode, &'static str)> {
    let field = row.get(column);
    if field.is_empty() {
        return Ok(0);
    }
    let amount = field.money().ok_or((RejectCode::E103, name))?;
    if amount < 0 {
        return Err((RejectCode::E104, name));
    }
    Ok(amount)
}

/// The longest stay there can be: a hundred years. More is a slip in a date.
const DAYS_MAX: u32 = 36_500;

/// The days of a stay: as stated, else between admission and discharge; at least one. `None` where
/// neither is there, or what is there is no number of days up to [`DAYS_MAX`].
pub(crate) fn days(row: &Row<'_>, columns: &RouteColumns) -> Option<u32> {
    let stated = row.get(columns.days).bytes();
    if !stated.is_empty() {
        return stated_days(stated);
    }
    let admitted = date(day(row.get(columns.admitted).bytes())?)?;
    let discharged = date(day(row.get(columns.discharged).bytes())?)?;
    in_bounds(u32::try_from((discharged - admitted).get_days()).ok()?)
}

/// A whole number of days, as `12` or `12.0`.
pub(super) fn stated_days(text: &[u8]) -> Option<u32> {
    if let Some(days) = whole(text) {
        return in_bounds(u32::try_from(days).ok()?);
    }
    let number = number(text).filter(|number| number.fract().is_zero())?;
    in_bounds(number.to_u32()?)
}

/// Who leaves on the day of admission stays one.
fn in_bounds(days: u32) -> Option<u32> {
    (days <= DAYS_MAX).then_some(days.max(1))
}

/// A day as yyyymmdd.
fn date(day: u32) -> Option<Date> {
    let part = |number: u32| i8::try_from(number % 100).ok();
    Date::new(i16::try_from(day / 10_000).ok()?, part(day / 100)?, part(day)?).ok()
}
