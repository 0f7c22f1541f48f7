//! What the tables and the policy say together and cannot mean.

use super::source::{Fingerprint, InputFile, Role};
use super::tables::Lined;
use crate::error::error;
use dianzhi_core::{Bonus, CompileAt, Group, Hospital, Text};
use dianzhi_policy::codes::P106;
use dianzhi_policy::{Diagnostic, Region, nearest};
use std::collections::{BTreeSet, HashSet};

/// What the region file names and the tables do not have, of the tables that could be read.
pub(super) fn unknown_names(
    region: &Region,
    groups: Option<&Lined<Group>>,
    hospitals: Option<&Lined<Hospital>>,
    bonuses: Option<&Lined<Bonus>>,
) -> Vec<Diagnostic> {
    let paid_as = groups.map(|groups| unknown_paid_as(region, &groups.values));
    let members = hospitals.map(|hospitals| unknown_members(region, &hospitals.values));
    let support = bonuses.map(|bonuses| unknown_support(region, &bonuses.values));
    [paid_as, members, support].into_iter().flatten().flatten().collect()
}

/// Groups of `groups_as` that the groups table does not have.
fn unknown_paid_as(region: &Region, groups: &[Group]) -> Vec<Diagnostic> {
    let known: HashSet<&str> = groups.iter().map(|group| group.code.as_str()).collect();
    let mut mistakes = Vec::new();
    for (i, method) in region.policy.methods.by_group.iter().enumerate() {
        for (k, pair) in method.groups_as.iter().enumerate() {
            for (name, code) in [("group", &pair.group), ("paid_as", &pair.paid_as)] {
                if known.contains(code.as_str()) {
                    continue;
                }
                let key = format!("by_group[{i}].groups_as[{k}].{name}");
                let text = Text::new(
                    format!("{key} 为 \"{code}\"：病组表 {} 中没有这个病组", region.files.groups),
                    format!(
                        "{key} is \"{code}\": the groups table {} has no such group",
                        region.files.groups
                    ),
                );
                let meant = nearest(code, groups.iter().map(|group| group.code.as_str()));
                let help = match meant {
                    Some(meant) => Text::new(
                        format!("是否为 {meant}？否则在病组表中补上 {code}"),
                        format!("did you mean {meant}? Else add {code} to the groups table"),
                    ),
                    None => Text::new(
                        format!("改正代码，或在病组表中补上 {code}"),
                        format!("correct the code, or add {code} to the groups table"),
                    ),
                };
                let mistake = Diagnostic::error(P106.id, text, help);
                mistakes.push(match region.place(&key) {
                    Some(place) => mistake.at(place),
                    None => mistake,
                });
            }
        }
    }
    mistakes
}

/// Kinds of support that no row of the bonuses table has: a slip would leave hospitals without theirs.
fn unknown_support(region: &Region, bonuses: &[Bonus]) -> Vec<Diagnostic> {
    let support = region.policy.support.as_ref();
    let Some(rules) = support.and_then(|support| support.bonuses.as_ref()) else {
        return Vec::new();
    };
    let known: BTreeSet<&str> = bonuses.iter().map(|row| row.kind.as_str()).collect();
    let mut mistakes = Vec::new();
    for (i, kind) in rules.kinds.iter().enumerate() {
        if known.contains(kind.as_str()) {
            continue;
        }
        let key = format!("support.bonuses.kinds[{i}]");
        let file = region.files.bonuses.as_deref().unwrap_or_default();
        let text = Text::new(
            format!("{key} 为 \"{kind}\"：加成表 {file} 中没有这一类的行"),
            format!("{key} is \"{kind}\": the bonuses table {file} has no row of that kind"),
        );
        let help = match nearest(kind, known.iter().copied()) {
            Some(meant) => Text::new(
                format!("是否为 {meant}？否则从 kinds 中删去，或在加成表中补上"),
                format!("did you mean {meant}? Else leave it out of kinds, or add rows of it to the table"),
            ),
            None => Text::new(
                "从 kinds 中删去，或在加成表中补上",
                "leave it out of kinds, or add rows of it to the table",
            ),
        };
        let mistake = Diagnostic::error(P106.id, text, help);
        mistakes.push(match region.place(&key) {
            Some(place) => mistake.at(place),
            None => mistake,
        });
    }
    mistakes
}

/// Members of alliances that the hospitals table does not have.
fn unknown_members(region: &Region, hospitals: &[Hospital]) -> Vec<Diagnostic> {
    let known: HashSet<&str> = hospitals.iter().map(|hospital| hospital.code.as_str()).collect();
    let mut mistakes = Vec::new();
    for (i, alliance) in region.policy.alliances.iter().enumerate() {
        for (k, member) in alliance.members.iter().enumerate() {
            let code = &member.fixmedins_code;
            if known.contains(code.as_str()) {
                continue;
            }
            let key = format!("alliance[{i}].members[{k}].fixmedins_code");
            let file = &region.files.hospitals;
            let text = Text::new(
                format!("{key} 为 \"{code}\"：机构表 {file} 中没有这家机构"),
                format!("{key} is \"{code}\": the hospitals table {file} has no such hospital"),
            );
            let meant = nearest(code, hospitals.iter().map(|hospital| hospital.code.as_str()));
            let help = match meant {
                Some(meant) => Text::new(
                    format!("是否为 {meant}？否则在机构表中补上 {code}"),
                    format!("did you mean {meant}? Else add {code} to the hospitals table"),
                ),
                None => Text::new(
                    format!("改正代码，或在机构表中补上 {code}"),
                    format!("correct the code, or add {code} to the hospitals table"),
                ),
            };
            let mistake = Diagnostic::error(P106.id, text, help);
            mistakes.push(match region.place(&key) {
                Some(place) => mistake.at(place),
                None => mistake,
            });
        }
    }
    mistakes
}

/// The core refuses what the readers let pass: figures too large for the kernel.
pub(super) fn compile_error(
    region: &Region,
    lines: &[(Role, &[u64])],
    tables: &[(InputFile, Fingerprint)],
    source: &dianzhi_core::CompileError,
) -> Diagnostic {
    let diagnostic = error(crate::codes::A101, source.text.clone(), crate::error::too_large_help());
    let (role, row) = match &source.at {
        CompileAt::Policy(key) => {
            return match region.place(key) {
                Some(place) => diagnostic.at(place),
                None => diagnostic,
            };
        }
        CompileAt::Group(row) => (Role::Groups, *row),
        CompileAt::Hospital(row) => (Role::Hospitals, *row),
        CompileAt::Price(row) => (Role::Prices, *row),
        CompileAt::Cap(row) => (Role::Caps, *row),
        CompileAt::Enrolment(row) => (Role::Enrolment, *row),
        CompileAt::Coefficient(row) => (Role::Coefficients, *row),
        CompileAt::Bonus(row) => (Role::Bonuses, *row),
    };
    let name = tables.iter().find(|(input, _)| input.role == role);
    let name = name.map_or("", |(input, _)| &input.name);
    let lines = lines.iter().find(|(of, _)| *of == role);
    let line = lines.and_then(|(_, lines)| lines.get(row).copied());
    diagnostic.at(crate::error::place(name, line.unwrap_or(1)))
}
