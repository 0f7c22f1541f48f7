//! From tables to a [`Scheme`]: every mistake at once, each with its file and line.

use super::size::{SPLIT_CODES_MAX, too_large};
use super::tables::{File, at, bad, rows};
use super::{
    Adrg, Condition, Entry, Grouped, Header, Mdc, OwnLists, PACKAGE_BYTES_MAX, Scheme, Split, Translation, own_list,
};
use crate::codes::Codes;
use crate::error::{S106, S107, S108, S109, S111};
use dianzhi_core::Text;
use dianzhi_policy::{Diagnostic, Diagnostics};
use rustc_hash::FxHashMap;

/// Where the ambiguous branch stands among an MDC's rules.
const BRANCH: &str = "|QY|";

/// After so many mistakes no more are looked for: a table of another kind has one in every row.
const MISTAKES_MAX: usize = 10_000;

impl Scheme {
    /// A scheme from its files.
    pub(crate) fn of_files(files: &[File]) -> Result<Scheme, Diagnostics> {
        let bytes: u64 = files.iter().map(|file| file.bytes.len() as u64).sum();
        if bytes > PACKAGE_BYTES_MAX {
            return Err(too_large("表超过 64 MiB", "its tables have more than 64 MiB").into());
        }
        let mut reader = Reader {
            files,
            scheme: Scheme::default(),
            rules: FxHashMap::default(),
            groups: FxHashMap::default(),
            found: Vec::new(),
        };
        reader.header();
        // MDCs name their rules, rules their lists: in this order.
        reader.rules();
        reader.mdcs();
        reader.splits();
        reader.lists();
        reader.complications();
        reader.names();
        reader.translations();
        if reader.found.is_empty() {
            reader.found.extend(reader.scheme.excess());
        }
        if reader.found.is_empty() {
            Ok(reader.scheme)
        } else {
            Err(Diagnostics(reader.found))
        }
    }
}

struct Reader<'a> {
    files: &'a [File],
    scheme: Scheme,
    /// A rule's position by its name. Until the MDCs are read, positions are those of `adrg.tsv`.
    rules: FxHashMap<String, usize>,
    groups: FxHashMap<&'a str, u32>,
    found: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    fn file(&self, name: &str) -> Option<&'a File> {
        self.files
            .iter()
            .find(|file| file.name.rsplit(['/', ':']).next() == Some(name))
    }

    /// Hands every row of a table to `each`. A table that is not `needed` may be absent.
    fn table<const N: usize>(
        &mut self,
        name: &str,
        needed: bool,
        required: &[&str],
        optional: &[&str],
        mut each: impl FnMut(&mut Self, &'a str, u32, [&'a str; N]),
    ) {
        let Some(file) = self.file(name) else {
            if needed {
                self.found.push(missing(name));
            }
            return;
        };
        let rows = match rows::<N>(file, required, optional) {
            Ok(rows) => rows,
            Err(mistake) => return self.found.push(mistake),
        };
        for row in rows {
            if self.found.len() >= MISTAKES_MAX {
                return;
            }
            match row {
                Ok((line, fields)) => each(self, &file.name, line, fields),
                Err(mistake) => self.found.push(*mistake),
            }
        }
    }

    fn header(&mut self) {
        let header = match (self.file("scheme.toml"), self.file("scheme.json")) {
            (Some(toml), _) => Header::of_toml(toml),
            (None, Some(json)) => Header::of_json(json),
            (None, None) => Err(missing("scheme.toml")),
        };
        match header {
            Ok(header) => self.scheme.header = header,
            Err(mistake) => self.found.push(mistake),
        }
    }

    fn rules(&mut self) {
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

    fn mdcs(&mut self) {
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

    fn splits(&mut self) {
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

    fn lists(&mut self) {
        let mut mdcs: FxHashMap<String, usize> = FxHashMap::default();
        for (position, mdc) in self.scheme.mdcs.iter().enumerate() {
            mdcs.insert(mdc.code.clone(), position);
        }
        self.table(
            "mdc_dx.tsv",
            true,
            &["mdc", "code"],
            &["region"],
            |this, file, line, [mdc, code, region]| {
                let Some(&position) = mdcs.get(mdc) else {
                    return this.found.push(nothing(file, line, "MDC", mdc, "mdc.tsv"));
                };
                let entry = entry(&mut this.scheme.diagnoses, code, region, line);
                this.scheme.mdcs[position].diagnoses.push(entry);
            },
        );
        let columns = ["adrg", "list", "code"];
        self.table(
            "adrg_codes.tsv",
            true,
            &columns,
            &["label"],
            |this, file, line, [rule, list, code, label]| {
                let Some(&position) = this.rules.get(rule) else {
                    return this.found.push(nothing(file, line, "ADRG", rule, "adrg.tsv"));
                };
                let Some(slot) = own_list(list) else {
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

    fn complications(&mut self) {
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

    fn names(&mut self) {
        self.table(
            "drg_names.tsv",
            false,
            &["drg", "name"],
            &[],
            |this, _, _, [drg, name]| {
                this.scheme.drg_names.push((drg.to_owned(), name.to_owned()));
            },
        );
        self.table(
            "zd_info.tsv",
            false,
            &["code", "name"],
            &[],
            |this, _, _, [code, name]| {
                let code = this.scheme.diagnoses.insert(code);
                this.scheme.diagnosis_names.push((code, name.to_owned()));
            },
        );
        self.table(
            "ss_info.tsv",
            false,
            &["code", "name"],
            &[],
            |this, _, _, [code, name]| {
                let code = this.scheme.procedures.insert(code);
                this.scheme.procedure_names.push((code, name.to_owned()));
            },
        );
    }

    fn translations(&mut self) {
        self.table(
            "zd_map.tsv",
            false,
            &["code", "to"],
            &[],
            |this, _, line, [from, to]| {
                let translation = translation(&mut this.scheme.diagnoses, from, to, line);
                this.scheme.diagnosis_map.push(translation);
            },
        );
        self.table(
            "ss_map.tsv",
            false,
            &["code", "to"],
            &[],
            |this, _, line, [from, to]| {
                let translation = translation(&mut this.scheme.procedures, from, to, line);
                this.scheme.procedure_map.push(translation);
            },
        );
        self.table(
            "departments.tsv",
            false,
            &["code", "dept"],
            &[],
            |this, _, _, [code, dept]| {
                this.scheme.departments.push((code.to_owned(), dept.to_owned()));
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

fn translation(codes: &mut Codes, from: &str, to: &str, line: u32) -> Translation {
    // One published map has a code with a blank before it; no code begins with one.
    let trimmed = to.trim();
    let (to, has_blank) = (trimmed, trimmed.len() < to.len());
    Translation {
        from: codes.insert(from),
        has_blank,
        to: (!matches!(to, "" | "-")).then(|| codes.insert(to)),
        line,
    }
}

fn condition(text: &str, file: &str, line: u32) -> Result<Condition, Diagnostic> {
    Condition::parse(text).map_err(|part| {
        bad(
            S106,
            Text::new(
                format!("条件中的 {part:?} 无法理解"),
                format!("{part:?} is not understood"),
            ),
            Text::new(
                "docs/SCHEME.md 列有全部的条件，以 & 连接",
                "docs/SCHEME.md lists every atom; they are joined by &",
            ),
        )
        .at(at(file, line))
    })
}

fn missing(name: &str) -> Diagnostic {
    bad(
        S109,
        Text::new(format!("没有 {name}"), format!("{name} is missing")),
        Text::new(
            "方案由 docs/SCHEME.md 所列的表组成",
            "a scheme consists of the tables that docs/SCHEME.md lists",
        ),
    )
}

fn nothing(file: &str, line: u32, what: &str, code: &str, elsewhere: &str) -> Diagnostic {
    bad(
        S107,
        Text::new(
            format!("{elsewhere} 中没有 {what} {code}"),
            format!("{elsewhere} has no {what} {code}"),
        ),
        Text::new("补上该行，或改正代码", "add the row there, or mend the code"),
    )
    .at(at(file, line))
}

fn no_code(file: &str, line: u32, column: &str) -> Diagnostic {
    bad(
        S111,
        Text::new(format!("{column} 为空"), format!("{column} is empty")),
        Text::new("写出它的代码，或删去这一行", "write its code, or leave the row out"),
    )
    .at(at(file, line))
}

fn no_list(file: &str, line: u32, list: &str) -> Diagnostic {
    bad(
        S111,
        Text::new(
            format!("没有名为 {list} 的列表"),
            format!("there is no list named {list}"),
        ),
        Text::new("可用的列表：zd zd1 ss ss1 ss2", "lists are zd, zd1, ss, ss1 and ss2"),
    )
    .at(at(file, line))
}

fn repeated(file: &str, line: u32, first: u32, what: &str) -> Diagnostic {
    bad(
        S108,
        Text::new(
            format!("{what} 与第 {first} 行重复"),
            format!("{what} stands in line {first} already"),
        ),
        Text::new("只留一行", "keep one of the rows"),
    )
    .at(at(file, line))
}
