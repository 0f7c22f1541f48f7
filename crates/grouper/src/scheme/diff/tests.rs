//! One small change of a scheme for each kind of change.

use super::*;

const BEFORE: [(&str, &str); 16] = [
    (
        "scheme.toml",
        "code = \"small\"\nvalid_from = \"2023-01-01\"\n[ungrouped]\nmdc = \"0000\"\nadrg = \"00\"\ngroup_code = \"0000\"",
    ),
    (
        "mdc.tsv",
        "mdc\tcond\tqy\tadrgs\nMDCB\tdx0(mdc)\tpx0(VALID)\tBB1,|QY|,BR1,BR2\nMDCC\tdx0(mdc)\t\t|QY|,CR1",
    ),
    (
        "mdc_dx.tsv",
        "mdc\tcode\tregion\nMDCB\tI60\t\nMDCB\tI61\thead\nMDCB\tI61\thead\nMDCC\tH25\t",
    ),
    (
        "adrg.tsv",
        "adrg\tcond\totherwise\nBB1\tpx0(ss)\t-\nBR1\tdx0(zd)\tBR1\nBR2\tdx0(zd)\tBR2\nCR1\tdx0(zd)\tCR1",
    ),
    (
        "adrg_codes.tsv",
        "adrg\tlist\tcode\tlabel\nBB1\tss\t01.1\t1\nBR1\tzd\tI60\t\nBR1\tzd\tI61\t\nBR2\tzd\tI63\t\nCR1\tzd\tH25\t",
    ),
    (
        "drg.tsv",
        "adrg\tdrg\tcond\nBR1\tBR11\tmcc\nBR1\tBR13\tcc\nBR1\tBR19\tex & px(ss)",
    ),
    ("ex_codes.tsv", "drg\tlist\tcode\nBR19\tss\t02.2"),
    ("mcc.tsv", "code\tgroup\nJ96\tg1\nJ80\tg2"),
    ("cc.tsv", "code\tgroup\nE11\tg2"),
    ("cce.tsv", "code\tgroup\nI60\tg1"),
    ("ss_valid.tsv", "code\n01.1\n02.2"),
    ("drg_names.tsv", "drg\tname\nBR11\ta\nBR13\tb"),
    ("zd_info.tsv", "code\tname\nI60\tbleeding"),
    ("ss_info.tsv", "code\tname\n01.1\tpuncture"),
    ("zd_map.tsv", "code\tto\nX1\tI60\nX2\tI61"),
    ("departments.tsv", "code\tdept\nA01\tICU"),
];

fn scheme(changed: &[(&'static str, &str, &str)]) -> Scheme {
    let texts: Vec<(&str, String)> = BEFORE
        .iter()
        .map(|(name, text)| {
            let mut text = (*text).to_owned();
            for (_, from, to) in changed.iter().filter(|(file, ..)| file == name) {
                assert!(text.contains(from), "{name} has no {from}");
                text = text.replace(from, to);
            }
            (*name, text)
        })
        .collect();
    let tables: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    Scheme::of_tables(&tables).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// The changes: kind, subject, and the English sentence.
fn told(changed: &[(&'static str, &str, &str)]) -> Vec<(&'static str, String, String)> {
    let after = scheme(changed);
    let changes = diff(&scheme(&[]), &after);
    for change in &changes {
        assert!(!change.text.zh.is_empty());
        let json = serde_json::to_value(change).unwrap();
        assert_eq!(json["kind"], change.kind.as_str());
    }
    // The other way about there are as many.
    assert_eq!(diff(&after, &scheme(&[])).len(), changes.len());
    changes
        .into_iter()
        .map(|change| (change.kind.as_str(), change.subject, change.text.en))
        .collect()
}

fn only(changed: &[(&'static str, &str, &str)], kind: &str, subject: &str, text: &str) {
    let found = told(changed);
    let expected = (kind, subject.to_owned(), text.to_owned());
    let [one] = &found[..] else { panic!("{found:#?}") };
    assert_eq!((one.0, &one.1, &one.2), (expected.0, &expected.1, &expected.2));
}

#[test]
fn the_same_scheme() {
    assert_eq!(told(&[]), []);
    // Rows in another order, and repeated, are no change.
    assert_eq!(
        told(&[(
            "adrg_codes.tsv",
            "I60\t\nBR1\tzd\tI61",
            "I61\t\nBR1\tzd\tI60\t\nBR1\tzd\tI61"
        )]),
        []
    );
}

#[test]
fn header() {
    let change = ("scheme.toml", "2023-01-01", "2024-01-01");
    only(
        &[change],
        "header-changed",
        "valid_from",
        "valid_from changed from 2023-01-01 to 2024-01-01",
    );
    let change = (
        "scheme.toml",
        "[ungrouped]",
        "retry_other_procedures = true\n[ungrouped]",
    );
    let text = "retry_other_procedures changed from false to true";
    only(&[change], "header-changed", "retry_other_procedures", text);
    let change = ("scheme.toml", "[ungrouped]", "[ungrouped]\ncheck_failed = \"\"");
    let text = "ungrouped.check_failed changed from (absent) to nothing";
    only(&[change], "header-changed", "ungrouped.check_failed", text);
}

#[test]
fn mdcs() {
    let added = [("mdc.tsv", "|QY|,CR1", "|QY|,CR1\nMDCD\tfalse\t\t|QY|")];
    only(&added, "mdc-added", "MDCD", "MDCD is new");
    let (new, old) = (scheme(&added), scheme(&[]));
    assert_eq!(diff(&new, &old)[0].kind, ChangeKind::MdcGone);
    let row = "MDCC\tdx0(mdc)\t\t|QY|,CR1";
    let swap = [
        ("mdc.tsv", &format!("\n{row}")[..], ""),
        ("mdc.tsv", "MDCB", &format!("{row}\nMDCB")[..]),
    ];
    only(
        &swap,
        "mdc-order",
        "mdc.tsv",
        "the order of MDCs changed from MDCB,MDCC to MDCC,MDCB",
    );
    let change = ("mdc.tsv", "dx0(mdc)\tpx0", "dx0(mdc) & sex==1\tpx0");
    let text = "the gate of MDCB changed from dx0(mdc) to dx0(mdc) & sex==1";
    only(&[change], "gate-changed", "MDCB", text);
    let change = ("mdc.tsv", "px0(VALID)", "px(VALID)");
    let text = "the ambiguous branch of MDCB changed from px0(VALID) to px(VALID)";
    only(&[change], "ambiguous-changed", "MDCB", text);
}

#[test]
fn rules() {
    let added = [
        ("mdc.tsv", "CR1", "CR1,CZ1"),
        ("adrg.tsv", "CR1\tdx0(zd)\tCR1", "CR1\tdx0(zd)\tCR1\nCZ1\ttrue\tCZ1"),
    ];
    only(&added, "rule-added", "CZ1", "CZ1 of MDCC is new: true");
    assert_eq!(diff(&scheme(&added), &scheme(&[]))[0].text.en, "CZ1 of MDCC is gone");
    let moved = [("mdc.tsv", ",BR2", ""), ("mdc.tsv", "CR1", "CR1,BR2")];
    only(&moved, "rule-moved", "BR2", "BR2 moved from MDCB to MDCC");
    let order = [("mdc.tsv", "|QY|,BR1,BR2", "BR2,|QY|,BR1")];
    let text = "the order of ADRGs in MDCB changed from BB1,|QY|,BR1,BR2 to BB1,BR2,|QY|,BR1";
    only(&order, "rule-order", "MDCB", text);
    let change = ("adrg.tsv", "px0(ss)", "px(ss)");
    only(
        &[change],
        "rule-changed",
        "BB1",
        "the condition of BB1 changed from px0(ss) to px(ss)",
    );
    let change = ("adrg.tsv", "px0(ss)\t-", "px0(ss)\tBB1");
    let text = "what BB1 gives where no split fits changed from nothing to BB1";
    only(&[change], "otherwise-changed", "BB1", text);
}

#[test]
fn splits() {
    let added = [("drg.tsv", "BR13\tcc", "BR13\tcc\nBR1\tBR15\tage<17")];
    only(&added, "split-added", "BR1/BR15", "BR15 of BR1 is new: age<17");
    assert_eq!(
        diff(&scheme(&added), &scheme(&[]))[0].text.en,
        "BR15 of BR1 is gone (age<17)"
    );
    // A rule may give one DRG twice.
    let again = [("drg.tsv", "BR13\tcc", "BR13\tcc\nBR1\tBR13\tage<17")];
    only(&again, "split-added", "BR1/BR13", "BR13 of BR1 is new: age<17");
    let order = [("drg.tsv", "BR11\tmcc\nBR1\tBR13\tcc", "BR13\tcc\nBR1\tBR11\tmcc")];
    let text = "the order of splits of BR1 changed from BR11,BR13,BR19 to BR13,BR11,BR19";
    only(&order, "split-order", "BR1", text);
    let change = ("drg.tsv", "BR13\tcc", "BR13\tmcc|cc");
    only(
        &[change],
        "split-changed",
        "BR1/BR13",
        "the condition of BR13 of BR1 changed from cc to mcc|cc",
    );
}

#[test]
fn codes() {
    let moved = [("adrg_codes.tsv", "BR1\tzd\tI61", "BR2\tzd\tI61")];
    only(
        &moved,
        "codes-moved",
        "zd",
        "list zd: 1 code moved from BR1 to BR2: I61",
    );
    let moved = [("mdc_dx.tsv", "MDCB\tI60", "MDCC\tI60")];
    only(
        &moved,
        "codes-moved",
        "mdc",
        "list mdc: 1 code moved from MDCB to MDCC: I60",
    );
    let added = [("adrg_codes.tsv", "H25\t", "H25\t\nBR2\tzd\tI64\t\nBR2\tzd\tI65\t")];
    only(
        &added,
        "codes-added",
        "BR2 zd",
        "2 codes added to list zd of BR2: I64 I65",
    );
    let text = &diff(&scheme(&added), &scheme(&[]))[0].text.en;
    assert_eq!(text, "2 codes gone from list zd of BR2: I64 I65");
    let added = [("ex_codes.tsv", "02.2", "02.2\nBR19\tss\t03.3")];
    only(
        &added,
        "codes-added",
        "BR19 ss",
        "1 code added to list ss of BR19: 03.3",
    );
    let label = [("adrg_codes.tsv", "01.1\t1", "01.1\t2")];
    let text = "list ss of BB1: label or region \"1\" of 1 code is now \"2\": 01.1";
    only(&label, "labels-changed", "BB1 ss", text);
    let region = [("mdc_dx.tsv", "head", "leg")];
    let text = "list mdc of MDCB: label or region \"head\" of 1 code is now \"leg\": I61";
    only(&region, "labels-changed", "MDCB mdc", text);
}

#[test]
fn a_code_that_left_two_and_came_to_one() {
    let change = [
        ("adrg_codes.tsv", "BR1\tzd\tI60\t\n", ""),
        ("adrg_codes.tsv", "BR1\tzd\tI61", "BR2\tzd\tI61"),
        ("adrg_codes.tsv", "CR1\tzd\tH25", "CR1\tzd\tI61"),
    ];
    let kinds: Vec<_> = told(&change).into_iter().map(|(kind, _, text)| (kind, text)).collect();
    let expected = [
        ("codes-moved", "list zd: 1 code moved from BR1 to BR2: I61"),
        ("codes-added", "1 code added to list zd of CR1: I61"),
        ("codes-gone", "1 code gone from list zd of BR1: I60"),
        ("codes-gone", "1 code gone from list zd of CR1: H25"),
    ];
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(kind, text)| (kind, text.to_owned()))
        .collect();
    assert_eq!(kinds, expected);
}

#[test]
fn tables_of_codes() {
    let added = [("mcc.tsv", "J80\tg2", "J80\tg2\nJ81\tg1")];
    only(&added, "complications-added", "mcc.tsv", "MCC: 1 code added: J81");
    assert_eq!(diff(&scheme(&added), &scheme(&[]))[0].text.en, "MCC: 1 code gone: J81");
    let change = ("mcc.tsv", "J80\tg2", "J80\tg1");
    only(
        &[change],
        "exclusion-changed",
        "mcc.tsv",
        "MCC: 1 code changed from \"g2\" to \"g1\": J80",
    );
    let change = ("cce.tsv", "g1", "g2");
    only(
        &[change],
        "exclusion-changed",
        "cce.tsv",
        "exclusion: 1 code changed from \"g1\" to \"g2\": I60",
    );
    let added = [("ss_valid.tsv", "02.2", "02.2\n03.3")];
    only(
        &added,
        "valid-added",
        "ss_valid.tsv",
        "valid procedures: 1 code added: 03.3",
    );
    assert_eq!(diff(&scheme(&added), &scheme(&[]))[0].kind, ChangeKind::ValidGone);
    let added = [("zd_map.tsv", "X2\tI61", "X2\tI61\nX3\t-")];
    only(
        &added,
        "translations-added",
        "zd_map.tsv",
        "translation of diagnoses: 1 code added: X3",
    );
    assert_eq!(
        diff(&scheme(&added), &scheme(&[]))[0].kind,
        ChangeKind::TranslationsGone
    );
    let change = ("zd_map.tsv", "X2\tI61", "X2\tI60");
    let text = "translation of diagnoses: 1 code changed from \"I61\" to \"I60\": X2";
    only(&[change], "translation-changed", "zd_map.tsv", text);
}

#[test]
fn names_and_departments() {
    let added = [("drg_names.tsv", "BR13\tb", "BR13\tb\nBR19\tc")];
    only(
        &added,
        "names-added",
        "drg_names.tsv",
        "names of DRGs: 1 code added: BR19",
    );
    assert_eq!(diff(&scheme(&added), &scheme(&[]))[0].kind, ChangeKind::NamesGone);
    let change = ("zd_info.tsv", "bleeding", "haemorrhage");
    let text = "names of diagnoses: 1 code changed from \"bleeding\" to \"haemorrhage\": I60";
    only(&[change], "name-changed", "zd_info.tsv", text);
    let change = ("ss_info.tsv", "puncture", "tap");
    let text = "names of procedures: 1 code changed from \"puncture\" to \"tap\": 01.1";
    only(&[change], "name-changed", "ss_info.tsv", text);
    let change = ("departments.tsv", "ICU", "CCU");
    let text = "departments: 1 code changed from \"ICU\" to \"CCU\": A01";
    only(&[change], "department-changed", "departments.tsv", text);
}

#[test]
fn words_are_stable_and_distinct() {
    let mut words: Vec<&str> = ChangeKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(words.len(), 32);
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), 32);
}
