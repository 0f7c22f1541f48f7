//! Raw records: of the tables of a scheme or a directory, grouped by it.
//!
//! Seen to fail: with the procedures of a shape left out of the claim; with shapes drawn whatever the person; with
//! borrowed shapes left a newborn's; with mean costs unbounded; with costs not cut; with a kind of any word taken; with the line of
//! a text that is no UTF-8 counted from 0.
#![allow(clippy::unwrap_used, reason = "helpers of tests, outside of #[test] functions")]

use dianzhi_core::Lang;
use dianzhi_grouper::{DipGrouper, Given, Grouper, Record, Sex, Status};
use dianzhi_synth::{Options, SynthError, generate, generate_in};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)
}

fn options(name: &str, claims: u64) -> Options {
    Options {
        claims,
        seed: 7,
        region: Some(fs::read_to_string(example(name).join("region.toml")).unwrap()),
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            let below = files(&path).into_iter();
            found.extend(below.map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
        } else {
            found.insert(name, fs::read(&path).unwrap());
        }
    }
    found
}

/// The groups that `group` gives the claims, and how many have none; every code is among `codes`.
fn grouped(
    claims: &[u8],
    codes: &BTreeSet<String>,
    group: impl Fn(&Record<'_>) -> (Status, String),
) -> (BTreeMap<String, u64>, u64) {
    let mut reader = csv::Reader::from_reader(claims);
    let header = reader.headers().unwrap().clone();
    let (mut found, mut without) = (BTreeMap::new(), 0);
    for row in reader.records() {
        let row = row.unwrap();
        let cell = |name: &str| {
            row.get(header.iter().position(|heading| heading == name).unwrap())
                .unwrap()
        };
        assert_eq!(cell("group_code"), "");
        let list = |name: &'static str| cell(name).split('|').filter(|code| !code.is_empty());
        let diagnoses: Vec<&str> = list("diag_codes").collect();
        let procedures: Vec<&str> = list("oprn_codes").collect();
        assert_eq!(diagnoses.first().copied().unwrap_or_default(), cell("maindiag_code"));
        let known = diagnoses.iter().chain(&procedures).all(|code| codes.contains(*code));
        assert!(known, "{row:?}");
        assert_eq!(cell("age") == "0", !cell("nwb_age").is_empty());
        assert_eq!(cell("age") == "0", !cell("nwb_adm_wt").is_empty());
        let (status, code) = group(&Record {
            sex: Sex::of(cell("gend")),
            age_years: Given::whole(cell("age")),
            age_days: Given::whole(cell("nwb_age")),
            weight_grams: Given::whole(cell("nwb_adm_wt")),
            stay_days: Given::whole(cell("act_ipt_days")),
            discharge_way: cell("dscg_way"),
            discharge_day: cell("dscg_time")[..10].replace('-', "").parse().ok(),
            diagnoses: &diagnoses,
            procedures: &procedures,
            ..Record::default()
        });
        match status {
            Status::Grouped => *found.entry(code).or_insert(0) += 1,
            _ => without += 1,
        }
    }
    (found, without)
}

/// Every code that stands in some table of a folder.
fn codes(folder: &Path) -> BTreeSet<String> {
    let all = files(folder).into_values();
    let cells = all.flat_map(|bytes| {
        let text = String::from_utf8(bytes).unwrap();
        text.split(['\t', '\n', '|', '+'])
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    cells.collect()
}

#[test]
fn a_scheme_groups_what_is_drawn_of_it() {
    let home = tempfile::tempdir().unwrap();
    let folder = example("group-claims");
    for out in ["a", "b"] {
        generate_in(&options("group-claims", 20_000), &folder, &home.path().join(out)).unwrap();
    }
    let made = files(&home.path().join("a"));
    assert_eq!(made, files(&home.path().join("b")));
    assert_eq!(made["groups.csv"], fs::read(folder.join("groups.csv")).unwrap());
    assert_eq!(made["scheme.dzs"], fs::read(folder.join("teaching.dzs")).unwrap());
    let region = String::from_utf8(made["region.toml"].clone()).unwrap();
    assert!(region.contains("scheme    = \"scheme.dzs\""), "{region}");
    let grouper = Grouper::load(&home.path().join("a/scheme.dzs")).unwrap();
    let (found, without) = grouped(&made["claims.csv"], &codes(&folder.join("scheme")), |record| {
        let found = grouper.group(record);
        (found.status, found.group_code.to_owned())
    });
    // 13 of 1000 have no diagnosis, and hardly any more are left over.
    assert!((200..320).contains(&without), "{without}");
    // All groups of the table that are of the scheme are reached, newborns and men among them.
    let table = String::from_utf8(made["groups.csv"].clone()).unwrap();
    let table: BTreeSet<&str> = table
        .lines()
        .skip(1)
        .map(|row| row.split(',').next().unwrap())
        .collect();
    let reached: BTreeSet<&str> = found.keys().map(String::as_str).collect();
    let scheme = fs::read_to_string(folder.join("scheme/drg.tsv")).unwrap();
    let of_scheme: BTreeSet<&str> = scheme
        .lines()
        .skip(1)
        .filter_map(|row| row.split('\t').nth(1))
        .collect();
    let both: BTreeSet<&str> = table.intersection(&of_scheme).copied().collect();
    assert_eq!(reached, both);
    // Without the folder nobody knows what the scheme is, and nothing is left behind.
    let out = home.path().join("c");
    let error = generate(&options("group-claims", 10), &out).unwrap_err();
    assert!(matches!(error, SynthError::Records { .. }) && !out.exists());
    let error = generate_in(&options("group-claims", 10), home.path(), &out).unwrap_err();
    assert!(matches!(error, SynthError::Records { .. }) && !out.exists(), "{error}");
}

#[test]
fn a_directory_groups_what_is_drawn_of_it() {
    let home = tempfile::tempdir().unwrap();
    let folder = example("dip-factors");
    let out = home.path().join("a");
    generate_in(&options("dip-factors", 3_000), &folder, &out).unwrap();
    let made = files(&out);
    for (name, bytes) in files(&folder.join("dip")) {
        assert_eq!(made[&format!("dip/{name}")], bytes, "{name}");
    }
    let grouper = DipGrouper::load(&out.join("dip")).unwrap();
    let (found, without) = grouped(&made["claims.csv"], &codes(&folder.join("dip")), |record| {
        let found = grouper.group(record);
        (found.status, found.group_code.to_owned())
    });
    assert!((15..90).contains(&without), "{without}");
    let table = String::from_utf8(made["groups.csv"].clone()).unwrap();
    let known = |code: &String| table.contains(&format!("\n{code},"));
    assert!(found.len() > 1 && found.keys().all(known), "{found:?}");
}

/// A copy of an example, with one text of a file exchanged.
fn changed(name: &str, file: &str, from: &str, to: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    for (name, bytes) in files(&example(name)) {
        let path = home.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let path = home.path().join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
    home
}

/// The message, in Chinese and English, for a groups table whose first row is another.
fn refused(row: &str) -> (String, String) {
    let first = fs::read_to_string(example("group-claims").join("groups.csv")).unwrap();
    let first = first.lines().nth(1).unwrap().to_owned();
    let home = changed("group-claims", "groups.csv", &first, row);
    let out = home.path().join("made");
    let error = generate_in(&options("group-claims", 50), home.path(), &out).unwrap_err();
    assert!(matches!(error, SynthError::Records { .. }) && !out.exists(), "{error}");
    let text = error.text();
    (text.get(Lang::Zh).to_owned(), text.get(Lang::En).to_owned())
}

#[test]
fn a_groups_table_is_refused_with_line_and_remedy() {
    for (row, zh, en) in [
        (
            "BR19,x,core,1,10000000000.00",
            "不超过 9999999999.99 元；改正",
            "at most 9999999999.99 yuan; correct",
        ),
        (
            "BR19,x,core,1,99999999999999999.00",
            "大于 0 且不超过",
            "above 0 and at most",
        ),
        ("BR19,x,core,1,0", "大于 0 且不超过", "above 0 and at most"),
        (
            "BR19,x,core,-1,9",
            "base_points 为“-1”",
            "base_points of group BR19 is \"-1\"",
        ),
        (
            "BR19,x,Core,1,9",
            "kind 为“Core”，应为 core",
            "kind of group BR19 is \"Core\" and must be core",
        ),
        ("BR19,x,core,1", "表头有 5 列；补齐", "where the header has 5; mend"),
    ] {
        let (found_zh, found_en) = refused(row);
        assert!(
            found_zh.contains("groups.csv 第 2 行：") && found_zh.contains(zh),
            "{found_zh}"
        );
        assert!(
            found_en.contains("groups.csv, line 2: ") && found_en.contains(en),
            "{found_en}"
        );
    }
}

#[test]
fn the_largest_mean_costs_overflow_nothing() {
    let header = "group_code,name,kind,base_points,mean_cost\n";
    let table = fs::read_to_string(example("group-claims").join("groups.csv")).unwrap();
    let dear: String = table
        .lines()
        .skip(1)
        .map(|row| format!("{},x,core,1,9999999999.99\n", row.split(',').next().unwrap()))
        .collect();
    let home = changed("group-claims", "groups.csv", &table, &format!("{header}{dear}"));
    let out = home.path().join("made");
    generate_in(&options("group-claims", 50), home.path(), &out).unwrap();
    let claims = fs::read(out.join("claims.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(claims.as_slice());
    let at = reader
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "medfee_sumamt")
        .unwrap();
    let costs: Vec<i64> = reader
        .records()
        .map(|row| row.unwrap()[at].replace('.', "").parse().unwrap())
        .collect();
    // What a claims file holds, and dear cases are cut to it.
    assert_eq!(costs.iter().max(), Some(&999_999_999_999));
}

#[test]
fn only_newborns_have_a_newborn_s_age_and_weight() {
    // The table has one group, of newborns, and everybody borrows its shapes.
    let table = fs::read_to_string(example("group-claims").join("groups.csv")).unwrap();
    let two: Vec<&str> = table.lines().take(2).collect();
    let home = changed("group-claims", "groups.csv", &table, &(two.join("\n") + "\n"));
    let out = home.path().join("made");
    generate_in(&options("group-claims", 3_000), home.path(), &out).unwrap();
    let grouper = Grouper::load(&out.join("scheme.dzs")).unwrap();
    let claims = fs::read(out.join("claims.csv")).unwrap();
    let (found, without) = grouped(&claims, &codes(&example("group-claims").join("scheme")), |record| {
        let found = grouper.group(record);
        (found.status, found.group_code.to_owned())
    });
    assert!(found.contains_key("PS19") && without > 2_000, "{found:?} {without}");
}

#[test]
fn a_groups_table_without_a_column_or_in_gbk_is_refused() {
    let home = changed("group-claims", "groups.csv", "mean_cost", "average");
    let made = || generate_in(&options("group-claims", 50), home.path(), &home.path().join("made"));
    let text = made().unwrap_err().text();
    assert!(
        text.get(Lang::Zh).contains("第 1 行：缺少列 mean_cost；补上"),
        "{text:?}"
    );
    assert!(
        text.get(Lang::En)
            .contains("line 1: column mean_cost is missing; add it"),
        "{text:?}"
    );
    let gbk = b"group_code,name,kind,base_points,mean_cost\nBR19,\xc4\xd4\xb9\xa3,core,1,9\n";
    fs::write(home.path().join("groups.csv"), gbk).unwrap();
    let text = made().unwrap_err().text();
    assert!(text.get(Lang::Zh).contains("第 2 行：不是 UTF-8；另存为"), "{text:?}");
    assert!(text.get(Lang::En).contains("line 2: no UTF-8; save it"), "{text:?}");
}
