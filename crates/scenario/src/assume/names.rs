//! What an assumption names: hospitals, levels, groups that the region must have.

use super::{Assumption, Coding, Destination, Kind};
use crate::codes::X103;
use crate::file::Scenarios;
use dianzhi_batch::Inputs;
use dianzhi_core::{Condition, Pattern, Test, Text};
use dianzhi_policy::{Diagnostic, names_help};

/// Names of an assumption that a region does not have.
pub(crate) fn check_names(scenarios: &Scenarios, assumption: &Assumption, inputs: &Inputs) -> Vec<Diagnostic> {
    let names = Names { inputs };
    let mut found = Vec::new();
    let mut note = |key: &str, name: &str, field: &str| {
        let id = &assumption.id;
        let text = Text::new(
            format!("假设 {id} 的 {key} 写有 {name}：地区中没有这样的 {field}"),
            format!("{key} of assumption {id} names {name}: the region has no such {field}"),
        );
        let help = names_help(name, names.all(field).unwrap_or_default());
        found.push(Diagnostic::error(X103.id, text, help).at(scenarios.place_of(assumption, key)));
    };
    for Condition { field, test } in &assumption.when {
        let (Some(all), Test::AnyOf(patterns)) = (names.all(field), test) else {
            continue;
        };
        for pattern in patterns {
            let (text, written) = match pattern {
                Pattern::Exact(text) => (text, text.clone()),
                Pattern::Prefix(text) => (text, format!("{text}*")),
            };
            // An empty text is a field left empty.
            if !text.is_empty() && !all.iter().any(|name| pattern.fits(name)) {
                note(&format!("when.{field}"), &written, field);
            }
        }
    }
    let has = |field: &str, name: &String| names.all(field).is_some_and(|all| all.contains(&name.as_str()));
    match &assumption.kind {
        Kind::Volume | Kind::Stay { .. } => {}
        Kind::Coding(Coding::Groups(to)) => {
            let groups = to.iter().flat_map(|(from, to)| [(from, from), (from, to)]);
            groups
                .filter(|(_, group)| !has("group_code", group))
                .for_each(|(from, group)| note(&format!("to.{from}"), group, "group_code"));
        }
        Kind::Coding(Coding::Diagnosis(_)) if inputs.grouping.is_none() => {
            found.push(without_grouping(scenarios, assumption));
        }
        Kind::Coding(Coding::Diagnosis(_)) => {}
        Kind::Transfer { to, .. } => {
            let (field, named) = match to {
                Destination::Level(level) => ("level", std::slice::from_ref(level)),
                Destination::Hospitals(codes) => ("fixmedins_code", &codes[..]),
            };
            let unknown = named.iter().filter(|name| !has(field, name));
            unknown.for_each(|name| note(to.key(), name, field));
        }
    }
    found
}

/// A diagnosis moves nothing where nothing groups by diagnoses.
fn without_grouping(scenarios: &Scenarios, assumption: &Assumption) -> Diagnostic {
    let id = &assumption.id;
    let text = Text::new(
        format!("假设 {id} 添加诊断，而地区既没有分组方案也没有病种目录：病例不按诊断入组"),
        format!(
            "assumption {id} adds a diagnosis, and the region has neither scheme nor directory: nothing groups by it"
        ),
    );
    let help = Text::new(
        "用 to 写明由哪个病组改为哪个病组",
        "say by to which group comes in the place of which",
    );
    Diagnostic::error(X103.id, text, help).at(scenarios.place_of(assumption, "add_diagnosis"))
}

struct Names<'i> {
    inputs: &'i Inputs,
}

impl<'i> Names<'i> {
    /// Every name that the region has for a field; `None` where it has no list of them.
    fn all(&self, field: &str) -> Option<Vec<&'i str>> {
        let hospitals = self.inputs.policy.hospitals().iter();
        let pools = self.inputs.region.policy.pools.iter();
        let mut all: Vec<&str> = match field {
            "fixmedins_code" => hospitals.map(|of| of.code.as_str()).collect(),
            "level" => hospitals.map(|of| of.level.as_str()).collect(),
            "alliance" => hospitals.map(|of| of.alliance.as_str()).collect(),
            "group_code" => self.inputs.policy.groups().iter().map(|of| of.code.as_str()).collect(),
            "insutype" => pools
                .flat_map(|pool| pool.insutype.iter().map(String::as_str))
                .collect(),
            _ => return None,
        };
        all.sort_unstable();
        all.dedup();
        Some(all)
    }
}
