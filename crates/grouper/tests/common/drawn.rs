//! Small schemes and records drawn from bytes: few codes, so that much meets.

#![allow(clippy::unwrap_used)] // only tests include this

use dianzhi_grouper::{Given, Record, Scheme, Sex};
use std::fmt::Write;

/// Choices read off bytes, so that fewer and smaller bytes are a simpler scheme.
pub(crate) struct Draw<'b>(pub(crate) &'b [u8]);

impl Draw<'_> {
    fn below(&mut self, end: usize) -> usize {
        match self.0.split_first() {
            Some((&first, rest)) => {
                self.0 = rest;
                usize::from(first) % end
            }
            None => 0,
        }
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }

    fn some<'t>(&mut self, from: &[&'t str]) -> Vec<&'t str> {
        let kept = from.iter().filter(|_| self.below(5) < 2);
        kept.copied().collect()
    }
}

/// The last two differ from others by letter case and width alone.
const DIAGNOSES: [&str; 9] = ["A1", "B2", "C3", "D4+E5*", "F6x001", "G7", "H8", "a1", "Ｂ２"];
/// One is too long for the engine's short form of a code.
const PROCEDURES: [&str; 7] = [
    "00.1",
    "11.2",
    "22.3x",
    "33.4",
    "44.5",
    "55.6x001x002x003x004x005",
    "22.3X",
];
const REGIONS: [&str; 4] = ["", "head", "chest", "leg"];
const LISTS: [&str; 5] = ["zd", "zd1", "ss", "ss1", "ss2"];
const COMPARES: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

/// The tables of a scheme, as texts.
#[derive(Clone, Debug)]
pub(crate) struct Tables(pub(crate) Vec<(&'static str, String)>);

impl Tables {
    pub(crate) fn scheme(&self) -> Scheme {
        let tables: Vec<(&str, &str)> = self.0.iter().map(|(name, text)| (*name, text.as_str())).collect();
        Scheme::of_tables(&tables).unwrap_or_else(|mistakes| panic!("{mistakes}\n{self:?}"))
    }

    /// The same with one table changed.
    pub(crate) fn with(&self, name: &str, change: impl Fn(&str) -> String) -> Tables {
        let mut tables = self.clone();
        for (table, text) in &mut tables.0 {
            if *table == name {
                *text = change(text);
            }
        }
        tables
    }

    fn table(&mut self, name: &'static str, heading: &str) -> &mut String {
        self.0.push((name, format!("{heading}\n")));
        &mut self.0.last_mut().unwrap().1
    }
}

fn lists(draw: &mut Draw<'_>, own: &[&str], alphabet: &[&str], whole: &str) -> String {
    let mut named = Vec::new();
    for _ in 0..=draw.below(5) / 4 {
        named.push(match draw.below(8) {
            0..=4 => draw.pick(own).to_owned(),
            5 | 6 => whole.to_owned(),
            _ => format!("{{{},{}}}", draw.pick(alphabet), draw.pick(alphabet)),
        });
    }
    named.join("+")
}

fn codes(draw: &mut Draw<'_>) -> String {
    let not = if draw.one_in(4) { "!" } else { "" };
    if draw.one_in(2) {
        let which = draw.pick(&["dx0", "dx0", "dx", "dx1"]);
        format!("{not}{which}({})", lists(draw, &LISTS[..2], &DIAGNOSES, "mdc"))
    } else {
        let which = draw.pick(&["px0", "px", "px1"]);
        format!("{not}{which}({})", lists(draw, &LISTS[2..], &PROCEDURES, "VALID"))
    }
}

/// Any atom but `true` and `false`.
fn atom(draw: &mut Draw<'_>) -> String {
    let compare = |draw: &mut Draw<'_>, name: &str, values: &[&str]| {
        let sign = draw.pick(&COMPARES);
        format!("{name}{sign}{}", draw.pick(values))
    };
    match draw.below(20) {
        0..=7 => codes(draw),
        8 => draw.pick(&["sex==1", "sex==2", "sex!=1"]).to_owned(),
        9 => compare(draw, "age", &["0", "17", "60"]),
        10 => compare(draw, "ageday", &["0", "28"]),
        11 => compare(draw, "weight", &["0", "1500"]),
        12 => compare(draw, "los", &["0", "7"]),
        13 => compare(draw, "icuhours", &["0", "120"]),
        14 => compare(draw, "regions", &["1", "2"]),
        15 => draw.pick(&["dept==ICU", "dept==A01"]).to_owned(),
        16 => draw.pick(&["leaving{4,5}", "leaving{1}"]).to_owned(),
        17 => draw
            .pick(&["labels(1)", "labels(1&2)", "labels(1&2|3)", "labels(1|2&3)"])
            .to_owned(),
        18 => draw.pick(&["mcc", "cc", "mcc|cc"]).to_owned(),
        _ => "ex".to_owned(),
    }
}

fn condition(draw: &mut Draw<'_>, first: &[&str], more: usize) -> String {
    let mut atoms: Vec<String> = match draw.below(6) {
        0..=3 => vec![draw.pick(first).to_owned()],
        4 => vec![],
        _ => vec![atom(draw)],
    };
    for _ in 0..draw.below(more + 1) {
        atoms.push(atom(draw));
    }
    match (draw.one_in(40), atoms.is_empty()) {
        (true, _) => "false".into(),
        (false, true) => "true".into(),
        (false, false) => atoms.join(" & "),
    }
}

/// The codes of own lists, one row for each.
fn listed(draw: &mut Draw<'_>, rows: &mut String, owner: &str) {
    for list in LISTS {
        let alphabet: &[&str] = if list.starts_with("zd") {
            &DIAGNOSES
        } else {
            &PROCEDURES
        };
        for code in draw.some(alphabet) {
            let label = if list == "ss" {
                draw.pick(&["1", "2", "3", ""])
            } else {
                ""
            };
            writeln!(rows, "{owner}\t{list}\t{code}\t{label}").unwrap();
        }
        if list == "ss" && draw.one_in(4) {
            let code = draw.pick(alphabet);
            writeln!(rows, "{owner}\t{list}\t{code}\t{}", draw.pick(&["1", "2", "3"])).unwrap();
        }
    }
}

/// A map of codes: chains, codes that stay, codes that are dropped, codes without a row.
fn map(draw: &mut Draw<'_>, alphabet: &[&str]) -> String {
    let mut rows = "code\tto\n".to_owned();
    for from in alphabet {
        let to = match draw.below(8) {
            0..=2 => from,
            3..=5 => draw.pick(alphabet),
            6 => draw.pick(&["", "-"]),
            _ => continue,
        };
        let blank = if draw.one_in(10) { " " } else { "" };
        writeln!(rows, "{from}\t{blank}{to}").unwrap();
    }
    // What is no code, and stands in a table all the same.
    for from in ["-", " ", "", "\u{3000}"] {
        if draw.one_in(4) {
            writeln!(rows, "{from}\t{}", draw.pick(alphabet)).unwrap();
        }
    }
    rows
}

pub(crate) fn scheme(draw: &mut Draw<'_>) -> Tables {
    let mut tables = Tables(Vec::new());
    let retry = draw.one_in(2);
    let check_failed = if draw.one_in(3) { "check_failed = \"x\"\n" } else { "" };
    let header = format!(
        "code = \"drawn\"\nretry_other_procedures = {retry}\n[ungrouped]\nmdc = \"0000\"\nadrg = \"00\"\ngroup_code = \"KBBZ\"\n{check_failed}"
    );
    tables.0.push(("scheme.toml", header));
    let mut mdcs = "mdc\tcond\tqy\tadrgs\n".to_owned();
    let mut mdc_dx = "mdc\tcode\tregion\n".to_owned();
    let mut adrgs = "adrg\tcond\totherwise\n".to_owned();
    let mut adrg_codes = "adrg\tlist\tcode\tlabel\n".to_owned();
    let mut drgs = "adrg\tdrg\tcond\n".to_owned();
    let mut ex_codes = "drg\tlist\tcode\tlabel\n".to_owned();
    for letter in ["Z", "B", "C", "D"].into_iter().take(1 + draw.below(4)) {
        let mut rules = Vec::new();
        for number in 1..=draw.below(4) + 1 {
            let suffix = draw.pick(&["", "_1", "_2"]);
            let adrg = format!("{letter}{number}");
            let rule = format!("{adrg}{suffix}");
            let firsts = ["dx0(zd)", "px0(ss)", "dx0(zd) & px(ss)", "dx0(mdc)"];
            let cond = condition(draw, &firsts, 2);
            let otherwise = draw.pick(&["-", "", &adrg, "other"]).to_owned();
            writeln!(adrgs, "{rule}\t{cond}\t{otherwise}").unwrap();
            listed(draw, &mut adrg_codes, &rule);
            for split in 1..=draw.below(4) {
                let drg = format!("{adrg}{split}");
                let cond = condition(draw, &["mcc", "cc", "mcc|cc", "ex & px(ss)"], 1);
                writeln!(drgs, "{rule}\t{drg}\t{cond}").unwrap();
                if cond.contains('(') {
                    listed(draw, &mut ex_codes, &drg);
                }
            }
            rules.push(rule);
        }
        if !draw.one_in(4) {
            let at = draw.below(rules.len() + 1);
            rules.insert(at, "|QY|".into());
        }
        let gate = condition(
            draw,
            &["dx0(mdc)", "dx(mdc)", "dx0(mdc) & sex==2", "dx0(mdc) & regions>=2"],
            1,
        );
        let branch = match draw.below(4) {
            0 => "px0(VALID)".to_owned(),
            1 => "px(VALID) & !px0(ss)".to_owned(),
            2 => "false & px(VALID)".to_owned(),
            _ => String::new(),
        };
        writeln!(mdcs, "MDC{letter}\t{gate}\t{branch}\t{}", rules.join(",")).unwrap();
        for code in DIAGNOSES {
            for _ in 0..draw.below(3) {
                writeln!(mdc_dx, "MDC{letter}\t{code}\t{}", draw.pick(&REGIONS)).unwrap();
            }
        }
    }
    for (name, text) in [
        ("mdc.tsv", mdcs),
        ("mdc_dx.tsv", mdc_dx),
        ("adrg.tsv", adrgs),
        ("adrg_codes.tsv", adrg_codes),
        ("drg.tsv", drgs),
        ("ex_codes.tsv", ex_codes),
    ] {
        tables.0.push((name, text));
    }
    for name in ["mcc.tsv", "cc.tsv", "cce.tsv"] {
        let table = tables.table(name, "code\tgroup");
        for code in draw.some(&DIAGNOSES) {
            writeln!(table, "{code}\t{}", draw.pick(&["1", "2", "g"])).unwrap();
        }
    }
    let table = tables.table("ss_valid.tsv", "code");
    for code in draw.some(&PROCEDURES) {
        writeln!(table, "{code}").unwrap();
    }
    for (name, alphabet) in [("zd_map.tsv", &DIAGNOSES[..]), ("ss_map.tsv", &PROCEDURES[..])] {
        let rows = map(draw, alphabet);
        tables.0.push((name, rows));
    }
    let departments = draw.pick(&["", "A01\tICU\n", "A01\tICU\nA01\tB02\n"]);
    tables.0.push(("departments.tsv", format!("code\tdept\n{departments}")));
    tables
}

/// A record that owns its texts.
#[derive(Clone, Debug)]
pub(crate) struct Stay {
    record: Record<'static>,
    diagnoses: Vec<String>,
    procedures: Vec<String>,
}

fn given(draw: &mut Draw<'_>, values: &[i32]) -> Given {
    match draw.below(12) {
        10 => Given::Missing,
        11 => Given::Wrong,
        n => Given::Is(values[n % values.len()]),
    }
}

/// A code as people may write it, known or not.
fn written(draw: &mut Draw<'_>, alphabet: &[&str]) -> String {
    let code = draw.pick(alphabet);
    match draw.below(24) {
        0..=15 => code.to_owned(),
        16 => format!(" {code}"),
        17 => format!("{code}\u{3000}"),
        18 => code.to_lowercase(),
        19 => code.chars().map(wide).collect(),
        20 => draw.pick(&["", " ", "-", "--", "—", "\0", "\u{3000}"]).to_owned(),
        21 => format!("{code}\0"),
        22 => format!("\0{}", draw.below(9)),
        _ => draw.pick(&["Z99", "A", "A11"]).to_owned(),
    }
}

fn wide(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
        other => other,
    }
}

pub(crate) fn stay(draw: &mut Draw<'_>) -> Stay {
    let sex = match draw.below(12) {
        0..=4 => Sex::Male,
        5..=9 => Sex::Female,
        10 => Sex::Other,
        _ => Sex::Missing,
    };
    let record = Record {
        sex,
        age_years: given(draw, &[60, 16, 0, 17, 0, 200, -1, 45, 61, 1]),
        age_days: given(draw, &[28, 0, 29, 300]),
        weight_grams: given(draw, &[1500, 0, 1499, 3000]),
        department: draw.pick(&["", "ICU", "A01", "B02"]),
        stay_days: given(draw, &[7, 0, 8]),
        discharge_way: draw.pick(&["", "1", "4", "5", "4,5"]),
        icu_minutes: given(draw, &[0, 7199, 7200, 7201, 1]),
        ..Record::default()
    };
    let diagnoses = (0..draw.below(6)).map(|_| written(draw, &DIAGNOSES)).collect();
    let procedures = (0..draw.below(5)).map(|_| written(draw, &PROCEDURES)).collect();
    Stay {
        record,
        diagnoses,
        procedures,
    }
}

impl Stay {
    pub(crate) fn record<T>(&self, with: impl FnOnce(&Record<'_>) -> T) -> T {
        let diagnoses: Vec<&str> = self.diagnoses.iter().map(String::as_str).collect();
        let procedures: Vec<&str> = self.procedures.iter().map(String::as_str).collect();
        with(&Record {
            diagnoses: &diagnoses,
            procedures: &procedures,
            ..self.record
        })
    }
}
