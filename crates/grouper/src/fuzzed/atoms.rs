//! A scheme with every kind of atom, made up for the fuzz targets.

use std::fmt::Write;
use std::sync::OnceLock;

const TABLES: [(&str, &str); 16] = [
    (
        "scheme.toml",
        "code = \"atoms\"\nretry_other_procedures = true\n[ungrouped]\nmdc = \"0\"\nadrg = \"1\"\ngroup_code = \"2\"\ncheck_failed = \"x\"\n",
    ),
    (
        "mdc.tsv",
        "mdc\tcond\tqy\tadrgs
MDCA\tpx(VALID+{96.1}) & sex==1 & age==0\tfalse & px(VALID)\tAA1,|QY|
MDCZ\tdx0(mdc) & regions>=17\tregions!=18 & px1(VALID)\tZZ1,|QY|,ZZ2
MDCB\tdx0(mdc)\tpx0(VALID) & !px(ss)\tBB1,BB2_1,BB2_2,|QY|,BR1,BS1,BT1
MDCC\t!dx0(mdc) & dx(mdc) & sex==2\tfalse\t|QY|,CR1
",
    ),
    (
        "mdc_dx.tsv",
        "mdc\tcode\tregion\nMDCB\tB1\t\nMDCB\tB2\t\nMDCB\tb2 \t\nMDCB\tB9\t\nMDCC\tC1\t\nMDCC\tＣ２\t\nMDCC\t-\t\n",
    ),
    (
        "adrg.tsv",
        "adrg\tcond\totherwise
AA1\tpx0(ss)\tAA1
ZZ1\t!px(VALID) & regions<20\t-
ZZ2\tregions>=20\tZZ2
BB1\tpx0(ss) & dx1(zd1+zd)\t-
BB2_1\tdx0(zd) & labels(1|2&3)\t-
BB2_2\tdx0(zd) & labels(x)\tBB29
BR1\tdx0(zd) & !px0(VALID)\tBR1
BS1\t!dx0(zd) & !dx1(zd1) & weight!=0 & weight>=1500 & weight<2500 & ageday<=28\tBS1
BT1\tdx(zd) & px1(ss1+{11.1}) & !px(ss2)\t-
CR1\ttrue\tCR1
",
    ),
    (
        "adrg_codes.tsv",
        "adrg\tlist\tcode\tlabel
AA1\tss\t11.1\t
BB1\tss\t11.1\t
BB1\tss\t22.1\t
BB1\tzd\tC1\t
BB1\tzd1\tM1\t
BB2_1\tzd\tB1\t
BB2_1\tss\t22.1\t1
BB2_1\tss\t22.2\t2
BB2_1\tss\t22.3\t3
BB2_1\tss\t22.3\t1
BB2_2\tzd\tB1\t
BR1\tzd\tB2\t
BS1\tzd\tB1\t
BS1\tzd1\tC1\t
BT1\tzd\tB9\t
BT1\tss1\t33.3\t
BT1\tss2\t22.1\t
",
    ),
    (
        "drg.tsv",
        "adrg\tdrg\tcond
AA1\tAA19\ticuhours>=1 & icuhours<=120
ZZ1\tZZ19\tage>17 & age!=60
BB1\tBB1X\tex & dx0(zd) & px1(ss) & cc
BB1\tBB11\tmcc
BB1\tBB13\tmcc|cc & age<14
BB1\tBB15\tlos>=7 & los<14
BB2_1\tBB23\tlos<5 & leaving{4,5}
BB2_1\tBB29\tdept==ICU
BR1\tBR13\tpx({96.7}) & px({39.9})
BR1\tBR14\tpx1({31.1}) & !dx1(mdc)
BS1\tBS11\tfalse
BS1\tBS12\tageday==28 & weight>1500
BT1\tBT19\ttrue
",
    ),
    (
        "ex_codes.tsv",
        "drg\tlist\tcode\tlabel\nBB1X\tzd\tB2\t\nBB1X\tss\t22.2\t\n",
    ),
    ("mcc.tsv", "code\tgroup\nM1\t2\nM2\t1\n"),
    ("cc.tsv", "code\tgroup\nC1\t2\nM2\t1\n"),
    ("cce.tsv", "code\tgroup\nB1\t3\nB2\t1\nB9\t2\n"),
    ("ss_valid.tsv", "code\tname\n11.1\t\n22.1\t\n22.2\t\n33.3\t\n"),
    ("zd_info.tsv", "code\tname\nB1\tone\nB2\ttwo\nM1\t\n"),
    ("ss_info.tsv", "code\tname\n11.1\tone\n"),
    (
        "zd_map.tsv",
        "code\tto\nb1\tB1\nB1\tB2\nB2\tB2\nX1\t B9\nX2\t-\nM1\tM1\nM2\tC1\nC1\tC1\nZ1\tZ2\nB9\tQ9\n",
    ),
    (
        "ss_map.tsv",
        "code\tto\n1\t11.1\n11.1\t11.1\n22.1\t22.2\n22.2\t33.3\n9\t-\n",
    ),
    ("departments.tsv", "code\tdept\nA28\tICU\n"),
];

/// Its tables: those above, with twenty body regions and a formula of seventy labels, more than a
/// word has bits.
pub(super) fn tables() -> Vec<(&'static str, &'static str)> {
    static TEXTS: OnceLock<Vec<(&str, String)>> = OnceLock::new();
    let texts = TEXTS.get_or_init(|| TABLES.map(|(name, text)| (name, with_many(name, text))).into());
    texts.iter().map(|(name, text)| (*name, text.as_str())).collect()
}

fn with_many(name: &str, text: &str) -> String {
    let mut text = text.to_owned();
    match name {
        "mdc_dx.tsv" => (0..20).for_each(|i| writeln!(text, "MDCZ\tZ{i}\tpart {i}").unwrap()),
        "adrg.tsv" => {
            let labels: Vec<String> = (0..70).map(|i| format!("l{i}")).collect();
            text = text.replace("labels(x)", &format!("labels(l0&l69|{})", labels.join("&")));
        }
        "adrg_codes.tsv" => (0..70).for_each(|i| writeln!(text, "BB2_2\tss\t7.{i}\tl{i}").unwrap()),
        _ => {}
    }
    text
}
