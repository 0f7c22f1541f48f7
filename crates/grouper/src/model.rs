//! A slow, obviously right interpreter of a scheme's tables, written apart from the engine.
//!
//! It walks the tables as their specification tells it: MDCs in order, gate, rules in order, branch,
//! splits; codes are texts, lists are sets of texts, and every question is asked when the text says
//! so. The engine must agree with it on every record; nothing here comes from the engine.

mod conditions;
mod translation;
mod vocabulary;

use crate::grouping::Status;
use crate::record::{Given, Record, Sex};
use crate::scheme::{Adrg, CodeKind, Condition, Entry, Header, Mdc, OWN_LISTS, OwnLists, Scheme};
use crate::{GroupOptions, codes::Codes};
use conditions::{Asked, Scope};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::Vocabulary;

/// What the model says of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// How it ended.
    pub status: Status,
    /// 主要诊断大类.
    pub mdc: String,
    /// ADRG.
    pub adrg: String,
    /// DRG.
    pub group_code: String,
}

/// A scheme as sets of texts.
///
/// ```
/// use dianzhi_grouper::model::Model;
/// use dianzhi_grouper::{Given, GroupOptions, Record, Scheme, Sex};
///
/// let scheme = Scheme::of_tables(&[
///     ("scheme.toml", "code = \"small\""),
///     ("mdc.tsv", "mdc\tcond\tadrgs\nMDCB\tdx0(mdc)\t|QY|,BR2"),
///     ("mdc_dx.tsv", "mdc\tcode\nMDCB\tI63.900"),
///     ("adrg.tsv", "adrg\tcond\totherwise\nBR2\tdx0(zd)\tBR2"),
///     ("adrg_codes.tsv", "adrg\tlist\tcode\nBR2\tzd\tI63.900"),
///     ("drg.tsv", "adrg\tdrg\tcond\nBR2\tBR21\tmcc"),
///     ("mcc.tsv", "code\tgroup\nJ96.000\t7"),
///     ("cc.tsv", "code\tgroup"),
///     ("cce.tsv", "code\tgroup"),
///     ("ss_valid.tsv", "code"),
/// ])?;
/// let model = Model::new(&scheme, GroupOptions::default());
/// let stay = Record {
///     sex: Sex::Male,
///     age_years: Given::Is(70),
///     diagnoses: &["I63.900", "J96.000"],
///     ..Record::default()
/// };
/// assert_eq!(model.group(&stay).group_code, "BR21");
/// # Ok::<(), dianzhi_policy::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Model {
    header: Header,
    options: GroupOptions,
    mdcs: Vec<MdcTable>,
    valid: BTreeSet<String>,
    /// Complications and main diagnoses, each with its exclusion group.
    mcc: BTreeMap<String, String>,
    cc: BTreeMap<String, String>,
    exclusions: BTreeMap<String, String>,
    departments: BTreeMap<String, String>,
    diagnoses: Vocabulary,
    procedures: Vocabulary,
}

#[derive(Clone, Debug)]
struct MdcTable {
    code: String,
    gate: Condition,
    ambiguous: Condition,
    diagnoses: BTreeSet<String>,
    /// Body regions of its diagnoses; a code listed under two counts for the last.
    regions: BTreeMap<String, String>,
    surgical: Vec<RuleTable>,
    medical: Vec<RuleTable>,
}

#[derive(Clone, Debug)]
struct RuleTable {
    adrg: String,
    condition: Condition,
    lists: Lists,
    /// Each split's DRG, condition and lists.
    splits: Vec<(String, Condition, Lists)>,
    otherwise: Option<String>,
}

/// The lists of a rule or a split.
#[derive(Clone, Debug, Default)]
struct Lists {
    by_name: BTreeMap<&'static str, BTreeSet<String>>,
    /// Labels of the list `ss`; a code listed twice carries the first.
    labels: BTreeMap<String, String>,
}

impl Model {
    /// Reads a scheme's tables into sets.
    #[must_use]
    pub fn new(scheme: &Scheme, options: GroupOptions) -> Model {
        let texts = |entries: &[Entry]| texts(&scheme.diagnoses, entries);
        let grouped = |list: &[crate::scheme::Grouped]| {
            let row = |row: &crate::scheme::Grouped| {
                let group = &scheme.exclusion_groups[row.group as usize];
                (scheme.diagnoses.text(row.code).to_owned(), group.clone())
            };
            list.iter().map(row).collect()
        };
        let in_some_mdc: BTreeSet<String> = scheme.mdcs.iter().flat_map(|mdc| texts(&mdc.diagnoses)).collect();
        let rules = scheme.adrgs.iter().flat_map(|adrg| {
            let splits = adrg.splits.iter().map(|split| &split.lists);
            [&adrg.lists].into_iter().chain(splits)
        });
        let mut in_some_table = in_some_mdc.clone();
        for [zd, zd1, ..] in rules {
            in_some_table.extend(texts(zd));
            in_some_table.extend(texts(zd1));
        }
        let complications = [&scheme.mcc, &scheme.cc, &scheme.exclusions].into_iter().flatten();
        in_some_table.extend(complications.map(|row| scheme.diagnoses.text(row.code).to_owned()));
        let none = BTreeSet::new();
        Model {
            header: scheme.header.clone(),
            options,
            mdcs: scheme.mdcs.iter().map(|mdc| MdcTable::new(scheme, mdc)).collect(),
            valid: self::texts(&scheme.procedures, &scheme.valid_procedures),
            mcc: grouped(&scheme.mcc),
            cc: grouped(&scheme.cc),
            exclusions: grouped(&scheme.exclusions),
            departments: scheme.departments.iter().cloned().collect(),
            diagnoses: Vocabulary::new(scheme, CodeKind::Diagnosis, &in_some_mdc, &in_some_table),
            procedures: Vocabulary::new(scheme, CodeKind::Procedure, &none, &none),
        }
    }

    /// Groups one record.
    #[must_use]
    pub fn group(&self, record: &Record<'_>) -> Grouping {
        let mut diagnoses = self.diagnoses.read(record.diagnoses, self.options.verbatim, true);
        let mut procedures = self.procedures.read(record.procedures, self.options.verbatim, false);
        if self.options.translate {
            if diagnoses.is_empty() {
                return self.refused(Status::DiagnosisUntranslated);
            }
            match self.diagnoses.translations.all(&diagnoses) {
                Some(translated) => diagnoses = translated,
                None => return self.refused(Status::DiagnosisUntranslated),
            }
            match self.procedures.translations.all(&procedures) {
                Some(translated) => procedures = translated,
                None => return self.refused(Status::ProcedureUntranslated),
            }
        }
        let (first, last) = self.header.valid_days();
        let is_valid = record.discharge_day.is_none_or(|day| first <= day && day <= last);
        if !is_valid || !passes_check(record) {
            return self.refused(Status::CheckFailed);
        }
        let department = self.departments.get(record.department);
        let asked = Asked {
            record,
            department: department.map_or(record.department, String::as_str),
            diagnoses: &diagnoses,
            procedures: &procedures,
        };
        if let Some(found) = self.search(&asked) {
            return found;
        }
        if self.header.retry_other_procedures {
            for procedure in procedures.iter().skip(1) {
                let alone = [procedure.clone()];
                let asked = Asked {
                    procedures: &alone,
                    ..asked
                };
                if let Some(found) = self.search(&asked) {
                    return found;
                }
            }
        }
        let none = &self.header.ungrouped;
        Grouping {
            status: Status::Ungrouped,
            mdc: none.mdc.clone(),
            adrg: none.adrg.clone(),
            group_code: none.group_code.clone(),
        }
    }

    /// The first result that an MDC gives. A gate that holds but yields no group is not final.
    fn search(&self, asked: &Asked<'_>) -> Option<Grouping> {
        self.mdcs.iter().find_map(|mdc| self.in_mdc(mdc, asked))
    }

    fn in_mdc(&self, mdc: &MdcTable, asked: &Asked<'_>) -> Option<Grouping> {
        let no_lists = Lists::default();
        let scope = Scope {
            model: self,
            mdc,
            lists: &no_lists,
        };
        if !asked.fits(&mdc.gate, scope) {
            return None;
        }
        for rule in &mdc.surgical {
            if let Some(group_code) = rule.result(asked, scope) {
                return Some(grouped(mdc, rule, group_code));
            }
        }
        if asked.fits(&mdc.ambiguous, scope) {
            let letter = mdc.code.strip_prefix("MDC").unwrap_or(&mdc.code);
            return Some(Grouping {
                status: Status::Ambiguous,
                mdc: mdc.code.clone(),
                adrg: self.header.ambiguous.adrg.clone(),
                group_code: format!("{letter}{}", self.header.ambiguous.adrg),
            });
        }
        for rule in &mdc.medical {
            if let Some(group_code) = rule.result(asked, scope) {
                return Some(grouped(mdc, rule, group_code));
            }
        }
        None
    }

    /// What a record gets that does not come to be grouped.
    fn refused(&self, status: Status) -> Grouping {
        let none = &self.header.ungrouped;
        let [mdc, adrg, group_code] = match &none.check_failed {
            Some(all) => [all, all, all],
            None => [&none.mdc, &none.adrg, &none.group_code],
        };
        Grouping {
            status,
            mdc: mdc.clone(),
            adrg: adrg.clone(),
            group_code: group_code.clone(),
        }
    }
}

fn grouped(mdc: &MdcTable, rule: &RuleTable, group_code: &str) -> Grouping {
    Grouping {
        status: Status::Grouped,
        mdc: mdc.code.clone(),
        adrg: rule.adrg.clone(),
        group_code: group_code.to_owned(),
    }
}

/// Sex, age; at age 0 the age in days; up to 28 days the weight.
fn passes_check(record: &Record<'_>) -> bool {
    let has_sex = matches!(record.sex, Sex::Male | Sex::Female);
    let (Given::Is(years), true) = (record.age_years, has_sex) else {
        return false;
    };
    match record.age_days {
        _ if years != 0 => true,
        Given::Is(days) if days > 28 => true,
        Given::Is(_) => matches!(record.weight_grams, Given::Is(_)),
        Given::Missing | Given::Wrong => false,
    }
}

impl RuleTable {
    fn new(scheme: &Scheme, adrg: &Adrg) -> RuleTable {
        let split = |split: &crate::scheme::Split| {
            let lists = Lists::new(scheme, &split.lists);
            (split.drg.clone(), split.condition.clone(), lists)
        };
        // A rule's name is its ADRG's code, and a suffix where the ADRG has several rules.
        let code = adrg.rule.split('_').next().unwrap_or_default();
        RuleTable {
            adrg: code.to_owned(),
            condition: adrg.condition.clone(),
            lists: Lists::new(scheme, &adrg.lists),
            splits: adrg.splits.iter().map(split).collect(),
            otherwise: adrg.otherwise.clone(),
        }
    }

    /// The group of a record that fits: of the first split that fits, or what the rule gives otherwise.
    fn result(&self, asked: &Asked<'_>, scope: Scope<'_>) -> Option<&str> {
        let lists = &self.lists;
        if !asked.fits(&self.condition, Scope { lists, ..scope }) {
            return None;
        }
        for (drg, condition, lists) in &self.splits {
            if asked.fits(condition, Scope { lists, ..scope }) {
                return Some(drg);
            }
        }
        self.otherwise.as_deref()
    }
}

impl MdcTable {
    fn new(scheme: &Scheme, mdc: &Mdc) -> MdcTable {
        let rules = |from: usize, to: usize| {
            let adrgs = scheme.adrgs[from..to].iter();
            adrgs.map(|adrg| RuleTable::new(scheme, adrg)).collect()
        };
        let with_region = mdc.diagnoses.iter().filter(|entry| !entry.label.is_empty());
        let region = |entry: &Entry| (scheme.diagnoses.text(entry.code).to_owned(), entry.label.clone());
        MdcTable {
            code: mdc.code.clone(),
            gate: mdc.gate.clone(),
            ambiguous: mdc.ambiguous.clone(),
            diagnoses: texts(&scheme.diagnoses, &mdc.diagnoses),
            regions: with_region.map(region).collect(),
            surgical: rules(mdc.first, mdc.medical),
            medical: rules(mdc.medical, mdc.end),
        }
    }
}

impl Lists {
    fn new(scheme: &Scheme, lists: &OwnLists) -> Lists {
        let mut found = Lists::default();
        for (name, entries) in OWN_LISTS.into_iter().zip(lists) {
            let codes = if name.starts_with("zd") {
                &scheme.diagnoses
            } else {
                &scheme.procedures
            };
            found.by_name.insert(name, texts(codes, entries));
            if name == "ss" {
                for entry in entries.iter().rev() {
                    let code = codes.text(entry.code).to_owned();
                    found.labels.insert(code, entry.label.clone());
                }
            }
        }
        found
    }
}

fn texts(codes: &Codes, entries: &[Entry]) -> BTreeSet<String> {
    entries.iter().map(|entry| codes.text(entry.code).to_owned()).collect()
}
