//! One small scheme for each remark, and one without any.

use super::*;

/// A scheme without anything odd; tests change one table of it.
const SOUND: [(&str, &str); 12] = [
    ("scheme.toml", "code = \"small\""),
    (
        "mdc.tsv",
        "mdc\tcond\tqy\tadrgs\nMDCB\tdx0(mdc)\tpx0(VALID)\tBB1,|QY|,BR1,BR2",
    ),
    ("mdc_dx.tsv", "mdc\tcode\nMDCB\tI60\nMDCB\tI61\nMDCB\tI63"),
    (
        "adrg.tsv",
        "adrg\tcond\totherwise\nBB1\tdx0(zd) & px0(ss)\t-\nBR1\tdx0(zd)\tBR1\nBR2\tdx0(zd) & age>=18\tBR2",
    ),
    (
        "adrg_codes.tsv",
        "adrg\tlist\tcode\tlabel\nBB1\tzd\tI60\t\nBB1\tss\t01.1\t\nBR1\tzd\tI60\t\nBR1\tzd\tI61\t\nBR2\tzd\tI63\t",
    ),
    (
        "drg.tsv",
        "adrg\tdrg\tcond\nBB1\tBB11\tmcc\nBB1\tBB12\tex & px(ss)\nBR1\tBR11\tmcc\nBR1\tBR19\ttrue\nBR2\tBR21\tmcc|cc\nBR2\tBR29\ttrue",
    ),
    ("ex_codes.tsv", "drg\tlist\tcode\nBB12\tss\t02.2"),
    ("mcc.tsv", "code\tgroup\nJ96\t1"),
    ("cc.tsv", "code\tgroup\nE11\t2"),
    ("cce.tsv", "code\tgroup\nI60\t1"),
    ("ss_valid.tsv", "code\n01.1\n02.2"),
    (
        "drg_names.tsv",
        "drg\tname\nBB11\ta\nBB12\tb\nBR11\tc\nBR19\td\nBR21\te\nBR29\tf\nBQY\tg",
    ),
];

/// The remarks on the sound scheme with other tables.
fn remarks(changed: &[(&'static str, &str)]) -> Vec<Remark> {
    let kept = |(name, _): &&(&str, &str)| !changed.iter().any(|(other, _)| other == name);
    let mut tables: Vec<(&str, &str)> = SOUND.iter().filter(kept).copied().collect();
    tables.extend(changed);
    let scheme = Scheme::of_tables(&tables).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    scheme.remarks()
}

/// A table of the sound scheme with rows after it.
fn and(name: &str, rows: &str) -> String {
    let (_, text) = SOUND.iter().find(|(known, _)| *known == name).unwrap();
    format!("{text}\n{rows}")
}

fn swapped(name: &str, from: &str, to: &str) -> String {
    let (_, text) = SOUND.iter().find(|(known, _)| *known == name).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    text.replace(from, to)
}

/// One remark only: its code, table, lines and codes.
fn only(changed: &[(&'static str, &str)], code: &str, file: &str, lines: &[u32], codes: &[&str]) {
    let found = remarks(changed);
    let shown: Vec<String> = found
        .iter()
        .map(|remark| format!("{} {}", remark.code, remark.text))
        .collect();
    let [one] = &found[..] else {
        panic!("{} remarks: {shown:#?}", found.len());
    };
    let one_codes: Vec<&str> = one.codes.iter().map(String::as_str).collect();
    assert_eq!(
        (one.code, one.file, &one.lines[..], &one_codes[..]),
        (code, file, lines, codes),
        "{shown:?}"
    );
    let warning = one.diagnostic();
    assert!(
        warning
            .render(dianzhi_core::Lang::Zh)
            .starts_with(&format!("警告[{code}]"))
    );
}

#[test]
fn a_sound_scheme() {
    assert_eq!(remarks(&[]), []);
}

#[test]
fn splits_that_can_never_fire() {
    let split = |rows: &str, codes: &[&str]| {
        let lines = &[6, 5][..codes.len()];
        let names = and("drg_names.tsv", "BR18\tx");
        let drgs = swapped("drg.tsv", "BR1\tBR19\ttrue\n", &format!("BR1\tBR19\t{rows}\n"));
        let changed = [("drg.tsv", drgs.as_str()), ("drg_names.tsv", &names)];
        only(&changed, "W201", "drg.tsv", lines, codes);
    };
    split("true\nBR1\tBR18\tcc", &["BR18", "BR19"]);
    split("true\nBR1\tBR18\ttrue", &["BR18", "BR19"]);
    split("age<17\nBR1\tBR18\tage<=5 & cc", &["BR18", "BR19"]);
    split("mcc|cc\nBR1\tBR18\tcc", &["BR18", "BR19"]);
    split("leaving{4,5}\nBR1\tBR18\tleaving{5}", &["BR18", "BR19"]);
    split("icuhours<2\nBR1\tBR18\ticuhours<=1", &["BR18", "BR19"]);
    split("px({01.1,02.2})\nBR1\tBR18\tpx0({01.1})", &["BR18", "BR19"]);
    split("!px1({01.1})\nBR1\tBR18\t!px(VALID)", &["BR18", "BR19"]);
    split("true\nBR1\tBR18\tfalse", &["BR18"]);
    split("cc\nBR1\tBR18\tage<17 & age>=17", &["BR18"]);
    split("cc\nBR1\tBR18\tpx0({01.1}) & !px(VALID)", &["BR18"]);
    split("cc\nBR1\tBR18\tdx0({I63})", &["BR18"]);
}

#[test]
fn splits_that_can_fire_all_the_same() {
    for rows in [
        "cc\nBR1\tBR18\tmcc|cc",
        "age<17\nBR1\tBR18\tage<18",
        "age!=5\nBR1\tBR18\tage<17",
        "icuhours<=1\nBR1\tBR18\ticuhours<2",
        "icuhours>1\nBR1\tBR18\ticuhours>0 & icuhours<2",
        "px0({01.1})\nBR1\tBR18\tpx({01.1})",
        "px1({01.1})\nBR1\tBR18\tpx0({01.1})",
        "!px0({01.1})\nBR1\tBR18\t!px0({02.2})",
        "!px0({01.1})\nBR1\tBR18\tpx({01.1})",
        "px({01.1})\nBR1\tBR18\tpx({02.2}) & !px0({02.2})",
        "dept==ICU\nBR1\tBR18\tdept==NICU",
    ] {
        let names = and("drg_names.tsv", "BR18\tx");
        let drgs = swapped("drg.tsv", "BR1\tBR19\ttrue\n", &format!("BR1\tBR19\t{rows}\n"));
        assert_eq!(remarks(&[("drg.tsv", &drgs), ("drg_names.tsv", &names)]), [], "{rows}");
    }
}

#[test]
fn rules_that_can_never_fire() {
    let rule = |condition: &str, codes: &str, expected: &[&str]| {
        let mdcs = swapped("mdc.tsv", ",BR2", ",BR2,BZ1");
        let adrgs = and("adrg.tsv", &format!("BZ1\t{condition}\tBZ1"));
        let listed = and("adrg_codes.tsv", codes);
        let changed = [
            ("mdc.tsv", mdcs.as_str()),
            ("adrg.tsv", &adrgs),
            ("adrg_codes.tsv", &listed),
        ];
        only(&changed, "W202", "adrg.tsv", &[5], expected);
    };
    rule("dx0(zd)", "BZ1\tzd\tI60\t", &["BZ1", "BR1"]);
    rule("dx0(zd) & sex==1", "BZ1\tzd\tI61\t", &["BZ1", "BR1"]);
    rule("px0({01.1})", "", &["BZ1", "QY"]);
    rule("false", "", &["BZ1"]);
    // The rule before gives nothing where its splits do not fit: the search goes on.
    let adrgs = swapped(
        "adrg.tsv",
        "px0(ss)\t-\nBR1\tdx0(zd)",
        "px0(ss)\t-\nBR1\tdx0(zd) & px0({01.1})",
    );
    let mdcs = swapped("mdc.tsv", "\tpx0(VALID)\t", "\t\t");
    let names = swapped("drg_names.tsv", "\nBQY\tg", "");
    let found = remarks(&[("adrg.tsv", &adrgs), ("mdc.tsv", &mdcs), ("drg_names.tsv", &names)]);
    assert!(found.iter().all(|remark| remark.code == "W207"), "{found:?}");
}

#[test]
fn lists() {
    let codes = and("adrg_codes.tsv", "BR2\tzd1\tI60\t");
    only(&[("adrg_codes.tsv", &codes)], "W203", "adrg_codes.tsv", &[7], &["I60"]);
    let codes = and("ex_codes.tsv", "BB11\tss\t02.2");
    only(&[("ex_codes.tsv", &codes)], "W203", "ex_codes.tsv", &[3], &["02.2"]);
    let adrgs = swapped("adrg.tsv", "age>=18", "!dx1(zd1)");
    only(&[("adrg.tsv", &adrgs)], "W204", "adrg.tsv", &[4], &["BR2"]);
    let drgs = swapped("drg.tsv", "mcc|cc", "cc & !px(ss1)");
    only(&[("drg.tsv", &drgs)], "W204", "drg.tsv", &[6], &["BR21"]);
    let mdcs = swapped("mdc.tsv", "px0(VALID)", "px0(VALID) & !px(ss)");
    only(&[("mdc.tsv", &mdcs)], "W204", "mdc.tsv", &[2], &["MDCB"]);
}

#[test]
fn a_condition_of_an_empty_list_never_holds() {
    let codes = swapped("adrg_codes.tsv", "\nBB1\tss\t01.1\t", "");
    let found = remarks(&[("adrg_codes.tsv", &codes)]);
    let found: Vec<&str> = found.iter().map(|remark| remark.code).collect();
    assert_eq!(found, ["W202", "W204"]);
}

#[test]
fn repetitions() {
    let rows = and("mdc_dx.tsv", "MDCB\tI61\nMDCB\tI60\nMDCB\tI60");
    only(
        &[("mdc_dx.tsv", &rows)],
        "W205",
        "mdc_dx.tsv",
        &[5, 6, 7],
        &["I61", "I60"],
    );
    let rows = and("adrg_codes.tsv", "BR2\tzd\tI63\t");
    only(&[("adrg_codes.tsv", &rows)], "W205", "adrg_codes.tsv", &[7], &["I63"]);
    let rows = and("ss_valid.tsv", "01.1");
    only(&[("ss_valid.tsv", &rows)], "W205", "ss_valid.tsv", &[4], &["01.1"]);
    let rows = "code\tto\nX1\tI60\nX1\tI61";
    only(&[("zd_map.tsv", rows)], "W205", "zd_map.tsv", &[3], &["X1→I61"]);
    let rows = "mdc\tcode\tregion\nMDCB\tI60\thead\nMDCB\tI61\t\nMDCB\tI63\t\nMDCB\tI60\tleg";
    only(&[("mdc_dx.tsv", rows)], "W218", "mdc_dx.tsv", &[5], &["I60"]);
    let rows = and("ss_valid.tsv", " ");
    only(&[("ss_valid.tsv", &rows)], "W217", "ss_valid.tsv", &[4], &[" "]);
}

#[test]
fn diagnoses() {
    let rows = and("adrg_codes.tsv", "BR2\tzd\tA00\t\nBR2\tzd\tA01\t");
    only(
        &[("adrg_codes.tsv", &rows)],
        "W206",
        "adrg_codes.tsv",
        &[7, 8],
        &["A00", "A01"],
    );
    let rows = and("mdc_dx.tsv", "MDCB\tG93");
    only(&[("mdc_dx.tsv", &rows)], "W207", "mdc_dx.tsv", &[5], &["G93"]);
}

#[test]
fn names() {
    let names = swapped("drg_names.tsv", "BR21\te\n", "");
    only(&[("drg_names.tsv", &names)], "W208", "drg.tsv", &[6], &["BR21"]);
    let names = and("drg_names.tsv", "BR99\tz");
    only(&[("drg_names.tsv", &names)], "W209", "drg_names.tsv", &[], &["BR99"]);
    // Without a branch there is no ambiguous group to be named.
    let mdcs = swapped("mdc.tsv", "\tpx0(VALID)\t", "\tfalse & px0(VALID)\t");
    only(&[("mdc.tsv", &mdcs)], "W209", "drg_names.tsv", &[], &["BQY"]);
    let drgs = swapped("drg.tsv", "BR2\tBR29\ttrue", "BR2\tBR19\ttrue");
    let names = swapped("drg_names.tsv", "BR29\tf\n", "");
    let changed = [("drg.tsv", drgs.as_str()), ("drg_names.tsv", &names)];
    only(&changed, "W210", "drg.tsv", &[5], &["BR19", "BR1", "BR2"]);
}

#[test]
fn complications_and_spelling() {
    let rows = and("cc.tsv", "J96\t1");
    only(&[("cc.tsv", &rows)], "W211", "cc.tsv", &[3], &["J96"]);
    let rows = and("mcc.tsv", "j96\t1");
    only(&[("mcc.tsv", &rows)], "W212", "mcc.tsv", &[3], &["j96", "J96"]);
    let rows = and("ss_valid.tsv", "０1.1");
    only(
        &[("ss_valid.tsv", &rows)],
        "W212",
        "ss_valid.tsv",
        &[4],
        &["０1.1", "01.1"],
    );
}

#[test]
fn translations() {
    let rows = "code\tto\nX1\tX2\nX2\tI60\nX3\tX3\nX4\tX3";
    only(&[("zd_map.tsv", rows)], "W213", "zd_map.tsv", &[2], &["X1→X2"]);
    let rows = "code\tto\n9.1\t 01.1\n9.2\t-";
    only(&[("ss_map.tsv", rows)], "W214", "ss_map.tsv", &[2], &["9.1→01.1"]);
    let rows = "code\tto\nI60\tX1\nI61\tI61";
    only(&[("zd_map.tsv", rows)], "W215", "zd_map.tsv", &[2], &["I60→X1"]);
}

#[test]
fn labels() {
    let adrgs = swapped("adrg.tsv", "px0(ss)", "labels(1&2|3)");
    let codes = swapped("adrg_codes.tsv", "01.1\t", "01.1\t1");
    let codes = format!("{codes}\nBB1\tss\t02.2\t2");
    let changed = [("adrg.tsv", adrgs.as_str()), ("adrg_codes.tsv", &codes)];
    only(&changed, "W216", "adrg.tsv", &[2], &["3"]);
}
