//! MDCs, their rules and the splits of these.

use super::Reader;
use super::mistakes::{condition, no_code, nothing, repeated};
use crate::error::S108;
use crate::scheme::tables::{at, bad};
use crate::scheme::{Adrg, Condition, Mdc, OwnLists, Split};
use dianzhi_core::Text;
use rustc_hash::FxHashMap;

/// Where the ambiguous branch stands among an MDC's rules.
const BRANCH: &str = "|QY|";

impl Reader<'_> {
    pub(super) fn rules(&mut self) {
        let columns = ["adrg", "cond"];
        self.table(
            "adrg.tsv",
            true,
            &columns,
            &["otherwise"],
            |this, file, line, [rule, cond, otherwise]| {
                if rule.is_empty() {
                    return this.found.push(no_code(file, line, "adrg"));
                }
                let next = this.scheme.adrgs.len();
                if let Some(&first) = this.rules.get(rule) {
                    let first = this.scheme.adrgs[first].line;
                    return this.found.push(repeated(file, line, first, rule));
                }
                // A rule whose condition is not understood is still there for those who name it.
                let condition = condition(cond, file, line).unwrap_or_else(|mistake| {
                    this.found.push(mistake);
                    Condition::default()
                });
                this.rules.insert(rule.to_owned(), next);
                this.scheme.adrgs.push(Adrg {
                    rule: rule.to_owned(),
                    condition,
                    otherwise: (!matches!(otherwise, "" | "-")).then(|| otherwise.to_owned()),
                    lists: OwnLists::default(),
                    splits: Vec::new(),
                    line,
                });
            },
        );
    }

    pub(super) fn mdcs(&mut self) {
        let mut taken: Vec<Option<String>> = vec![None; self.scheme.adrgs.len()];
        let mut order = Vec::new();
        let mut lines: FxHashMap<&str, u32> = FxHashMap::default();
        let columns = ["mdc", "cond", "adrgs"];
        self.table(
            "mdc.tsv",
            true,
            &columns,
            &["qy"],
            |this, file, line, [mdc, cond, adrgs, qy]| {
                if mdc.is_empty() {
                    return this.found.push(no_code(file, line, "mdc"));
                }
                if let Some(&first) = lines.get(mdc) {
                    return this.found.push(repeated(file, line, first, mdc));
                }
                let read = condition(cond, file, line).and_then(|gate| {
                    let ambiguous = condition(if qy.is_empty() { "false" } else { qy }, file, line)?;
                    Ok((gate, ambiguous))
                });
                let (gate, ambiguous) = match read {
                    Ok(conditions) => conditions,
                    Err(mistake) => return this.found.push(mistake),
                };
                let first = order.len();
                let mut medical = None;
                for rule in adrgs.split(',').filter(|rule| !rule.is_empty()) {
                    if rule == BRANCH {
                        medical = Some(order.len());
                        continue;
                    }
                    let Some(&position) = this.rules.get(rule) else {
                        return this.found.push(nothing(file, line, "ADRG", rule, "adrg.tsv"));
                    };
                    if let Some(other) = taken[position].replace(mdc.to_owned()) {
                        return this.found.push(
                            bad(
                                S108,
                                Text::new(
                                    format!("ADRG {rule} 同时列在 {other} 和 {mdc}"),
                                    format!("ADRG {rule} stands in {other} and in {mdc}"),
                                ),
                                Text::new("一个 ADRG 只属于一个 MDC", "an ADRG belongs to one MDC"),
                            )
                            .at(at(file, line)),
                        );
                    }
                    order.push(position);
                }
                lines.insert(mdc, line);
                this.scheme.mdcs.push(Mdc {
                    code: mdc.to_owned(),
                    gate,
                    ambiguous,
                    diagnoses: Vec::new(),
                    first,
                    medical: medical.unwrap_or(order.len()),
                    end: order.len(),
                    line,
                });
            },
        );
        let without = taken.iter().position(Option::is_none);
        if let (Some(position), true, Some(file)) = (without, self.found.is_empty(), self.file("adrg.tsv")) {
            let adrg = &self.scheme.adrgs[position];
            self.found
                .push(nothing(&file.name, adrg.line, "ADRG", &adrg.rule, "mdc.tsv"));
        }
        if self.found.is_empty() {
            let mut rules: Vec<Option<Adrg>> = std::mem::take(&mut self.scheme.adrgs).into_iter().map(Some).collect();
            self.scheme.adrgs = order.iter().filter_map(|&position| rules[position].take()).collect();
            for (position, adrg) in self.scheme.adrgs.iter().enumerate() {
                self.rules.insert(adrg.rule.clone(), position);
            }
        }
    }

    pub(super) fn splits(&mut self) {
        self.table(
            "drg.tsv",
            true,
            &["adrg", "drg", "cond"],
            &[],
            |this, file, line, [rule, drg, cond]| {
                if drg.is_empty() {
                    return this.found.push(no_code(file, line, "drg"));
                }
                let Some(&position) = this.rules.get(rule) else {
                    return this.found.push(nothing(file, line, "ADRG", rule, "adrg.tsv"));
                };
                match condition(cond, file, line) {
                    Err(mistake) => this.found.push(mistake),
                    Ok(condition) => {
                        this.scheme.adrgs[position].splits.push(Split {
                            drg: drg.to_owned(),
                            condition,
                            lists: OwnLists::default(),
                            line,
                        });
                    }
                }
            },
        );
    }
}
