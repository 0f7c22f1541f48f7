//! Codes: lists of MDCs, rules and splits, valid procedures, complications.

use super::mistakes::{no_list, nothing, repeated};
use super::{Reader, remembered};
use crate::codes::Codes;
use crate::error::S111;
use crate::scheme::size::{SPLIT_CODES_MAX, too_large};
use crate::scheme::tables::{at, bad};
use crate::scheme::{Entry, Grouped, Scheme, own_list};
use dianzhi_core::Text;
use rustc_hash::FxHashMap;

impl Reader<'_> {
    pub(super) fn lists(&mut self) {
        let mut mdcs: FxHashMap<String, usize> = FxHashMap::default();
        for (position, mdc) in self.scheme.mdcs.iter().enumerate() {
            mdcs.insert(mdc.code.clone(), position);
        }
        let mut last = None;
        self.table(
            "mdc_dx.tsv",
            true,
            &["mdc", "code"],
            &["region"],
            |this, file, line, [mdc, code, region]| {
                let Some(position) = remembered(&mut last, mdc, |mdc| mdcs.get(mdc).copied()) else {
                    return this.found.push(nothing(file, line, "MDC", mdc, "mdc.tsv"));
                };
                let entry = entry(&mut this.scheme.diagnoses, code, region, line);
                this.scheme.mdcs[position].diagnoses.push(entry);
            },
        );
        let (mut last, mut last_list) = (None, None);
        let columns = ["adrg", "list", "code"];
        self.table(
            "adrg_codes.tsv",
            true,
            &columns,
            &["label"],
            |this, file, line, [rule, list, code, label]| {
                let Some(position) = remembered(&mut last, rule, |rule| this.rules.get(rule).copied()) else {
                    return this.found.push(nothing(file, line, "ADRG", rule, "adrg.tsv"));
                };
                let Some(slot) = remembered(&mut last_list, list, own_list) else {
                    return this.found.push(no_list(file, line, list));
                };
                let entry = entry(codes_of(&mut this.scheme, list), code, label, line);
                this.scheme.adrgs[position].lists[slot].push(entry);
            },
        );
        let mut splits: FxHashMap<String, Vec<(usize, usize)>> = FxHashMap::default();
        for (rule, adrg) in self.scheme.adrgs.iter().enumerate() {
            for (split, found) in adrg.splits.iter().enumerate() {
                splits.entry(found.drg.clone()).or_default().push((rule, split));
            }
        }
        let mut made = 0;
        let columns = ["drg", "list", "code"];
        self.table(
            "ex_codes.tsv",
            false,
            &columns,
            &["label"],
            |this, file, line, [drg, list, code, label]| {
                let Some(positions) = splits.get(drg) else {
                    return this.found.push(nothing(file, line, "DRG", drg, "drg.tsv"));
                };
                let Some(slot) = own_list(list) else {
                    return this.found.push(no_list(file, line, list));
                };
                let entry = entry(codes_of(&mut this.scheme, list), code, label, line);
                let before = made;
                made += positions.len();
                if made > SPLIT_CODES_MAX {
                    // Told once; what follows would only be more of it.
                    if before <= SPLIT_CODES_MAX {
                        let en = format!("the lists of {drg}'s splits have more than {SPLIT_CODES_MAX} codes together");
                        let zh = format!("{drg} 等各细分组的列表合计超过 {SPLIT_CODES_MAX} 个编码");
                        this.found.push(too_large(&zh, &en).at(at(file, line)));
                    }
                    return;
                }
                for &(rule, split) in positions {
                    this.scheme.adrgs[rule].splits[split].lists[slot].push(entry.clone());
                }
            },
        );
        self.table("ss_valid.tsv", true, &["code"], &[], |this, _, line, [code]| {
            let entry = entry(&mut this.scheme.procedures, code, "", line);
            this.scheme.valid_procedures.push(entry);
        });
    }

    pub(super) fn complications(&mut self) {
        self.grouped("mcc.tsv", |scheme| &mut scheme.mcc);
        self.grouped("cc.tsv", |scheme| &mut scheme.cc);
        self.grouped("cce.tsv", |scheme| &mut scheme.exclusions);
    }

    fn grouped(&mut self, name: &str, list: fn(&mut Scheme) -> &mut Vec<Grouped>) {
        // For each code its group plus one and its line.
        let mut seen: Vec<(u32, u32)> = Vec::new();
        self.table(
            name,
            true,
            &["code", "group"],
            &[],
            |this, file, line, [code, group]| {
                if group.is_empty() {
                    return this.found.push(
                        bad(
                            S111,
                            Text::new(format!("{code} 没有排除组"), format!("{code} has no exclusion group")),
                            Text::new("写出它的排除组", "write its exclusion group"),
                        )
                        .at(at(file, line)),
                    );
                }
                let next = u32::try_from(this.groups.len()).unwrap_or(u32::MAX);
                let number = *this.groups.entry(group).or_insert(next);
                if number == next {
                    this.scheme.exclusion_groups.push(group.to_owned());
                }
                let id = this.scheme.diagnoses.insert(code);
                let at = id as usize;
                if seen.len() <= at {
                    seen.resize(at + 1, (0, 0));
                }
                match seen[at] {
                    (0, _) => {
                        seen[at] = (number + 1, line);
                        list(&mut this.scheme).push(Grouped {
                            code: id,
                            group: number,
                            line,
                        });
                    }
                    (other, first) if other != number + 1 => this.found.push(repeated(file, line, first, code)),
                    // The same row twice says nothing new.
                    _ => {}
                }
            },
        );
    }
}

fn entry(codes: &mut Codes, code: &str, label: &str, line: u32) -> Entry {
    Entry {
        code: codes.insert(code),
        label: label.to_owned(),
        line,
    }
}

/// The codes that an own list is of: `zd` lists are of diagnoses, `ss` lists of procedures.
fn codes_of<'s>(scheme: &'s mut Scheme, list: &str) -> &'s mut Codes {
    if list.starts_with("zd") {
        &mut scheme.diagnoses
    } else {
        &mut scheme.procedures
    }
}
