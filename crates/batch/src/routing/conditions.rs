//! Lists of conditions side by side: of routes, and of assumptions that change claims. Whether a list
//! holds of a claim is one bit, at the position of the list.

use super::columns::RouteColumns;
use super::field::{self, FieldBits};
use super::{Bits, Known, insutypes};
use crate::claims::layout::Column;
use crate::claims::row::Row;
use dianzhi_core::{CompiledPolicy, Condition, Group, GroupKind, Hospital, Test};

/// Positions of fields: more than routes have ever asked for, if fewer than there are. Those beyond are
/// looked at for every claim.
pub(super) type FieldSet = u64;

const OF_HOSPITAL: [&str; 3] = ["fixmedins_code", "level", "alliance"];
const OF_GROUP: [&str; 3] = ["group_code", "kind", "stability"];

/// Lists of conditions, made ready.
pub(crate) struct Conditions {
    /// By insurance type: lists whose conditions on it hold.
    pub(super) by_insutype: Vec<Bits>,
    /// The same of hospitals.
    pub(super) by_hospital: Vec<Bits>,
    /// The same of the groups of the table, and of codes that it does not have.
    by_group: Vec<Bits>,
    group_codes: FieldBits,
    no_group: Bits,
    /// The columns that are asked for.
    pub(super) fields: Vec<FieldBits>,
    /// By list: positions of the fields that it asks for, one bit each; of the first ones.
    pub(super) asks: Vec<FieldSet>,
    /// Positions of fields that ranges ask for, in the order of the ranges.
    pub(super) numbers: Vec<usize>,
}

impl Conditions {
    /// Of at least one list, and no more than a [`Bits`] has.
    pub(crate) fn new(policy: &CompiledPolicy, lists: &[&[Condition]]) -> Conditions {
        let all = Bits::MAX >> (Bits::BITS as usize - lists.len());
        // The bits of the lists whose conditions on these fields hold.
        let holds = |fields: &[&str], value: &dyn Fn(&str) -> String| {
            let mut bits = all;
            for (i, list) in lists.iter().enumerate() {
                let of_fields = list
                    .iter()
                    .filter(|condition| fields.contains(&condition.field.as_str()));
                if of_fields
                    .into_iter()
                    .any(|condition| !field::holds(&condition.test, &value(&condition.field)))
                {
                    bits &= !(1 << i);
                }
            }
            bits
        };
        let by_hospital = policy.hospitals().iter();
        let by_hospital = by_hospital.map(|hospital| holds(&OF_HOSPITAL, &|field| of_hospital(hospital, field)));
        let by_group = policy
            .groups()
            .iter()
            .map(|group| holds(&OF_GROUP, &|field| of_group(group, field)));
        let asked = |field: &str| -> Vec<(usize, &Condition)> {
            lists
                .iter()
                .enumerate()
                .flat_map(|(i, list)| list.iter().map(move |condition| (i, condition)))
                .filter(|(_, condition)| condition.field == field)
                .collect()
        };
        let names = field_names(lists);
        let known = |name: &&&str| !OF_HOSPITAL.contains(name) && !OF_GROUP.contains(name) && **name != "insutype";
        let fields: Vec<FieldBits> = names
            .iter()
            .filter(known)
            .map(|name| FieldBits::new(name, &asked(name), all))
            .collect();
        let mut numbers: Vec<usize> = Vec::new();
        for condition in lists.iter().copied().flatten() {
            let at = fields.iter().position(|field| field.name == condition.field);
            if matches!(condition.test, Test::Between { .. })
                && let Some(at) = at.filter(|at| !numbers.contains(at))
            {
                numbers.push(at);
            }
        }
        let asked_by = |list: usize| {
            let asked = fields
                .iter()
                .enumerate()
                .take(FieldSet::BITS as usize)
                .filter(|(_, field)| field.is_asked_by(list));
            asked.fold(0, |bits, (at, _)| bits | 1 << at)
        };
        let codes = insutypes(policy);
        let by_insutype = codes
            .iter()
            .map(|code| holds(&["insutype"], &|_| (*code).clone()))
            .collect();
        Conditions {
            by_insutype,
            by_hospital: by_hospital.collect(),
            by_group: by_group.collect(),
            group_codes: FieldBits::new("group_code", &asked("group_code"), all),
            // A code without a group has no kind and no stability.
            no_group: holds(&["kind", "stability"], &|_| String::new()),
            asks: (0..lists.len()).map(asked_by).collect(),
            fields,
            numbers,
        }
    }

    /// The columns of a claim that are asked for.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_str())
    }

    /// The lists whose conditions hold of what the tables know of a claim.
    pub(super) fn of_tables(&self, known: &Known<'_>) -> Bits {
        let insutype = self.by_insutype.get(usize::from(known.insutype));
        let hospital = self.by_hospital.get(known.hospital as usize);
        let of_group = match known.group {
            Some(group) => self.by_group.get(group as usize).copied().unwrap_or(0),
            None => self.no_group & self.group_codes.of_text(known.group_code),
        };
        insutype.copied().unwrap_or(0) & hospital.copied().unwrap_or(0) & of_group
    }

    /// The same of one of its fields.
    pub(super) fn of_field(
        &self,
        at: usize,
        column: Column,
        row: &Row<'_>,
        columns: &RouteColumns,
        known: &Known<'_>,
    ) -> Bits {
        self.fields
            .get(at)
            .map_or(0, |field| field.of_row(row, column, columns, known))
    }

    /// The lists that hold of a claim.
    pub(crate) fn of_claim(&self, row: &Row<'_>, columns: &RouteColumns, known: &Known<'_>) -> Bits {
        let mut bits = self.of_tables(known);
        for (at, column) in columns.fields.iter().enumerate() {
            if bits == 0 {
                break;
            }
            bits &= self.of_field(at, *column, row, columns, known);
        }
        bits
    }
}

fn of_hospital(hospital: &Hospital, field: &str) -> String {
    match field {
        "level" => hospital.level.clone(),
        "alliance" => hospital.alliance.clone(),
        _ => hospital.code.clone(),
    }
}

fn of_group(group: &Group, field: &str) -> String {
    match field {
        "kind" => match group.kind {
            GroupKind::Core => "core",
            GroupKind::Basic => "basic",
            GroupKind::Tcm => "tcm",
        }
        .to_owned(),
        "stability" => group.stability.clone(),
        _ => group.code.clone(),
    }
}

/// Every field that a condition asks for, once.
fn field_names<'c>(lists: &[&'c [Condition]]) -> Vec<&'c str> {
    let mut names: Vec<&str> = Vec::new();
    for condition in lists.iter().copied().flatten() {
        if !names.contains(&condition.field.as_str()) {
            names.push(&condition.field);
        }
    }
    names
}
