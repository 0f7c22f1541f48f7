//! The header and the tables that are of codes alone: complications, valid procedures,
//! translations, names, departments.

use super::{ChangeKind, Found};
use crate::codes::Codes;
use crate::scheme::{Grouped, Names, Scheme, Translation};
use std::collections::BTreeMap;

/// Each key of a table and its value.
type Table<'s> = BTreeMap<&'s str, &'s str>;

pub(super) fn header(found: &mut Found, a: &Scheme, b: &Scheme) {
    let (was, is) = (a.header(), b.header());
    let yes = |flag: bool| flag.to_string();
    let check = |scheme: &Scheme| scheme.header.ungrouped.check_failed.clone();
    let absent = || "(absent)".to_owned();
    let (was_check, is_check) = (check(a).unwrap_or_else(absent), check(b).unwrap_or_else(absent));
    let (was_retry, is_retry) = (yes(was.retry_other_procedures), yes(is.retry_other_procedures));
    let values = [
        ("code", &was.code, &is.code),
        ("name", &was.name, &is.name),
        ("source", &was.source, &is.source),
        ("valid_from", &was.valid_from, &is.valid_from),
        ("valid_to", &was.valid_to, &is.valid_to),
        ("ungrouped.mdc", &was.ungrouped.mdc, &is.ungrouped.mdc),
        ("ungrouped.adrg", &was.ungrouped.adrg, &is.ungrouped.adrg),
        (
            "ungrouped.group_code",
            &was.ungrouped.group_code,
            &is.ungrouped.group_code,
        ),
        ("ungrouped.check_failed", &was_check, &is_check),
        ("ambiguous.adrg", &was.ambiguous.adrg, &is.ambiguous.adrg),
        ("retry_other_procedures", &was_retry, &is_retry),
    ];
    for (key, was, is) in values {
        found.changed(ChangeKind::HeaderChanged, key, &format!("{key} "), key, was, is);
    }
}

/// What is said of the rows of a table: its file, its kinds of changes, and the words for them.
struct Words {
    file: &'static str,
    kinds: [ChangeKind; 3],
    zh: &'static str,
    en: &'static str,
}

pub(super) fn compare(found: &mut Found, a: &Scheme, b: &Scheme) {
    let exclusions = [
        ("mcc.tsv", "MCC", "MCC", &a.mcc, &b.mcc),
        ("cc.tsv", "CC", "CC", &a.cc, &b.cc),
        ("cce.tsv", "主诊排除", "exclusion", &a.exclusions, &b.exclusions),
    ];
    for (file, zh, en, was, is) in exclusions {
        let kinds = [
            ChangeKind::ComplicationsAdded,
            ChangeKind::ComplicationsGone,
            ChangeKind::ExclusionChanged,
        ];
        let words = Words { file, kinds, zh, en };
        table(found, &words, &groups(a, was), &groups(b, is));
    }
    let valid = Words {
        file: "ss_valid.tsv",
        kinds: [ChangeKind::ValidAdded, ChangeKind::ValidGone, ChangeKind::ValidGone],
        zh: "有效手术",
        en: "valid procedures",
    };
    table(found, &valid, &valid_procedures(a), &valid_procedures(b));
    for (file, zh, en, was, is) in [
        (
            "zd_map.tsv",
            "诊断转换",
            "translation of diagnoses",
            translations(&a.diagnoses, &a.diagnosis_map),
            translations(&b.diagnoses, &b.diagnosis_map),
        ),
        (
            "ss_map.tsv",
            "手术转换",
            "translation of procedures",
            translations(&a.procedures, &a.procedure_map),
            translations(&b.procedures, &b.procedure_map),
        ),
    ] {
        let kinds = [
            ChangeKind::TranslationsAdded,
            ChangeKind::TranslationsGone,
            ChangeKind::TranslationChanged,
        ];
        let words = Words { file, kinds, zh, en };
        table(found, &words, &was, &is);
    }
    names(found, a, b);
    let kinds = [ChangeKind::DepartmentChanged; 3];
    let departments = Words {
        file: "departments.tsv",
        kinds,
        zh: "科室对应",
        en: "departments",
    };
    table(found, &departments, &texts(&a.departments), &texts(&b.departments));
}

fn names(found: &mut Found, a: &Scheme, b: &Scheme) {
    let words = |file, zh, en| Words {
        file,
        kinds: [ChangeKind::NamesAdded, ChangeKind::NamesGone, ChangeKind::NameChanged],
        zh,
        en,
    };
    let drgs = words("drg_names.tsv", "DRG 名称", "names of DRGs");
    table(found, &drgs, &texts(&a.drg_names), &texts(&b.drg_names));
    let diagnoses = words("zd_info.tsv", "诊断名称", "names of diagnoses");
    let was = named(&a.diagnoses, &a.diagnosis_names);
    table(found, &diagnoses, &was, &named(&b.diagnoses, &b.diagnosis_names));
    let procedures = words("ss_info.tsv", "手术名称", "names of procedures");
    let was = named(&a.procedures, &a.procedure_names);
    table(found, &procedures, &was, &named(&b.procedures, &b.procedure_names));
}

fn groups<'s>(scheme: &'s Scheme, rows: &'s [Grouped]) -> Table<'s> {
    let group = |row: &Grouped| scheme.exclusion_groups[row.group as usize].as_str();
    rows.iter()
        .map(|row| (scheme.diagnoses.text(row.code), group(row)))
        .collect()
}

fn valid_procedures(scheme: &Scheme) -> Table<'_> {
    let entries = scheme.valid_procedures.iter();
    entries.map(|entry| (scheme.procedures.text(entry.code), "")).collect()
}

fn translations<'s>(codes: &'s Codes, rows: &[Translation]) -> Table<'s> {
    let to = |row: &Translation| row.to.map_or("", |to| codes.text(to));
    rows.iter().map(|row| (codes.text(row.from), to(row))).collect()
}

fn texts(rows: &[(String, String)]) -> Table<'_> {
    rows.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

fn named<'s>(codes: &'s Codes, names: &'s Names) -> Table<'s> {
    names.iter().map(|(code, name)| (codes.text(code), name)).collect()
}

fn table(found: &mut Found, words: &Words, before: &Table<'_>, after: &Table<'_>) {
    let [added, gone, changed] = words.kinds;
    let (file, zh, en) = (words.file, words.zh, words.en);
    let only = |these: &Table<'_>, those: &Table<'_>| -> Vec<String> {
        let alone = these.keys().filter(|key| !those.contains_key(*key));
        alone.map(|key| (*key).to_owned()).collect()
    };
    let text = (format!("{zh}：新增{{}}"), format!("{en}: {{}} added"));
    found.codes(added, file, [None, Some(file)], only(after, before), (&text.0, &text.1));
    let text = (format!("{zh}：去掉{{}}"), format!("{en}: {{}} gone"));
    found.codes(gone, file, [Some(file), None], only(before, after), (&text.0, &text.1));
    // Codes of which the same changed to the same are told together.
    let mut others: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for (key, was) in before {
        if let Some(is) = after.get(key).filter(|is| *is != was) {
            others.entry((was, is)).or_default().push((*key).to_owned());
        }
    }
    for ((was, is), codes) in others {
        let zh = format!("{zh}：{{}}由“{was}”改为“{is}”");
        let en = format!("{en}: {{}} changed from \"{was}\" to \"{is}\"");
        found.codes(changed, file, [Some(was), Some(is)], codes, (&zh, &en));
    }
}
