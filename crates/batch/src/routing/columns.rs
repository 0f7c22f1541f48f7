//! Where the columns that routes and their methods look at stand in one file, and what is in them.

use super::Known;
use super::days::DayColumns;
use crate::claims::layout::Column;
use crate::claims::reject::RejectCode;
use crate::claims::row::Row;
use crate::input::header::Header;
use dianzhi_core::{ApartFrom, CompiledPolicy, Fen};
use dianzhi_policy::fields;

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
    pub(super) days: DayColumns,
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
            days: DayColumns::default(),
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

    /// The days of a claim's stay, as [`DayColumns::days`].
    pub(crate) fn days(&self, row: &Row<'_>) -> Option<u32> {
        self.days.days(row)
    }

    /// Of conditions alone.
    pub(crate) fn of_conditions<'a>(header: &Header, asked: impl Iterator<Item = &'a str>) -> RouteColumns {
        let column = |name: &str| Column::of(header.column(name));
        RouteColumns {
            fields: asked.map(column).collect(),
            diagnoses: column("diag_codes"),
            days: DayColumns::of(header),
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
