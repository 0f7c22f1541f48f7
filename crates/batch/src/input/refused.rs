//! What the tables and the policy say together and cannot mean.

use super::source::{Fingerprint, InputFile, Role};
use crate::error::error;
use dianzhi_core::{CompileAt, Group, Hospital, Text};
use dianzhi_policy::codes::P106;
use dianzhi_policy::{Diagnostic, Region, nearest};
use std::collections::HashSet;

/// Groups of `groups_as` that the groups table does not have.
pub(super) fn unknown_paid_as(region: &Region, groups: &[Group]) -> Vec<Diagnostic> {
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

/// Members of alliances that the hospitals table does not have.
pub(super) fn unknown_members(region: &Region, hospitals: &[Hospital]) -> Vec<Diagnostic> {
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
