//! Import of a city's folder: a small city of our own, what is broken in it, and the user's clone
//! where the environment variable `DIANZHI_OPENDRG` names the folder of its cities.
#![allow(clippy::unwrap_used)] // also in the helpers, which the lint takes for code

mod small;

use dianzhi_grouper::scheme::Packed;
use dianzhi_grouper::{Given, Grouper, Record, Scheme, Sex};
use dianzhi_policy::Diagnostics;
use small::{FILES, Files};
use std::collections::BTreeMap;
use std::path::Path;

/// A folder that is gone after the test, with the files in a city of it.
fn import(files: &Files) -> Result<Packed, Diagnostics> {
    let folder = tempfile::tempdir().unwrap();
    let city = folder.path().join("smalltown_2025");
    for (name, text) in files {
        let path = city.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    Scheme::pack_opendrg(&city)
}

fn files() -> Files {
    FILES
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}

/// The files of a package.
fn unpacked(packed: &Packed) -> BTreeMap<String, String> {
    let plain = zstd::decode_all(packed.bytes.as_slice()).unwrap();
    let mut archive = tar::Archive::new(plain.as_slice());
    let mut found = BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut entry, &mut text).unwrap();
        found.insert(name, text);
    }
    found
}

#[test]
fn a_small_city_becomes_these_tables() {
    let found = unpacked(&import(&files()).unwrap());
    let expected = small::TABLES;
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(names, expected.map(|(name, _)| name));
    for (name, rows) in expected {
        let rows: Vec<String> = rows
            .trim()
            .lines()
            .map(|row| row.trim().replace(" ¦ ", "\t").replace('·', ""))
            .collect();
        assert_eq!(found[name].trim_end_matches('\n'), rows.join("\n"), "{name}");
    }
}

#[test]
fn a_small_city_groups() {
    let grouper = Grouper::new(import(&files()).unwrap().scheme, Default::default());
    let group = |diagnoses: &[&str], procedures: &[&str]| {
        let found = grouper.group(&Record {
            sex: Sex::Female,
            age_years: Given::Is(40),
            stay_days: Given::Is(3),
            icu_minutes: Given::Is(0),
            diagnoses,
            procedures,
            ..Record::default()
        });
        format!("{},{},{}", found.mdc, found.adrg, found.group_code)
    };
    assert_eq!(group(&["B1"], &["11.1"]), "MDCB,BB1,BB15");
    assert_eq!(group(&["B1", "M1"], &["11.1"]), "MDCB,BB1,BB11");
    // The search goes on with the other procedure alone.
    assert_eq!(group(&["B9"], &["99.9", "11.1"]), "MDCB,BB1,BB15");
    assert_eq!(group(&["B1"], &["33.3"]), "MDCB,QY,BQY");
    assert_eq!(group(&["B2"], &[]), "MDCB,BR1,BR1");
    assert_eq!(group(&["Z1", "Z3"], &[]), "MDCZ,ZZ1,ZZ19");
    assert_eq!(group(&["Z1", "Z2"], &[]), "0000,00,0000A");
    assert_eq!(group(&["Q9"], &[]), "0000,00,0000A");
}

#[test]
fn each_broken_part_is_named() {
    for (file, part, instead, expected) in small::BROKEN {
        let mut files = files();
        let text = files.get_mut(*file).unwrap();
        assert!(text.contains(part), "{file} {part}");
        *text = text.replace(part, instead);
        let mistakes = import(&files).unwrap_err();
        let shown: Vec<String> = mistakes.0.iter().map(shown).collect();
        assert_eq!(shown, [*expected], "{file}: {part:?} as {instead:?}");
    }
}

/// Code, file, line and what is said.
fn shown(mistake: &dianzhi_policy::Diagnostic) -> String {
    let place = mistake.place.as_ref().map_or(String::new(), |place| {
        let file = place.file.rsplit("smalltown_2025/").next().unwrap_or_default();
        format!("{file}:{}: ", place.line)
    });
    let said = mistake.text.en.to_string();
    let said = said.rsplit("smalltown_2025 ").next().unwrap_or_default();
    format!("{} {place}{said}", mistake.code)
}

#[test]
fn a_missing_file_is_named() {
    for (name, expected) in [
        ("Grouper.py", "S109 has no Grouper.py"),
        ("Base.py", "S109 has no Base.py"),
        ("Grouper_smalltown_2025.py", "S109 has no Grouper_smalltown_2025.py"),
        ("MDC/MDCB.py", "S107 Grouper.py:10: the folder has no MDC/MDCB.py"),
        ("ADRG/BR1.py", "S107 MDC/MDCB.py:20: the folder has no ADRG/BR1.py"),
        (
            "DRG_EX/BB1X.py",
            "S107 ADRG/BB1.py:13: the folder has no DRG_EX/BB1X.py",
        ),
        ("ICD/ZD_MAP.dat", "S109 has no ICD/ZD_MAP.dat"),
    ] {
        let mut files = files();
        files.remove(name).unwrap();
        let mistakes = import(&files).unwrap_err();
        let shown: Vec<String> = mistakes.0.iter().map(shown).collect();
        assert_eq!(shown, [expected]);
    }
    assert!(import(&Files::new()).is_err());
    // Where there are rules of that ADRG under other names, they take its place, and that is told.
    let mut files = files();
    let rule = files.remove("ADRG/BR1.py").unwrap();
    files.insert("ADRG/BR1_1.py".into(), rule.clone());
    files.insert("ADRG/BR1_2.py".into(), rule);
    let packed = import(&files).unwrap();
    let told: Vec<String> = packed.warnings.iter().map(shown).collect();
    assert_eq!(
        told,
        ["W219 MDC/MDCB.py:20: there is no ADRG/BR1.py; BR1_1 BR1_2 were read in its place"]
    );
    let tree = packed.scheme.tree();
    let rules = tree.mdcs.iter().flat_map(|mdc| &mdc.rules);
    let rules: Vec<(&str, bool)> = rules.map(|rule| (rule.rule.as_str(), rule.surgical)).collect();
    assert!(
        rules
            .windows(2)
            .any(|pair| pair == [("BR1_1", false), ("BR1_2", false)]),
        "{rules:?}"
    );
}

#[test]
fn broken_sources_never_panic() {
    let whole = files();
    for (name, text) in &whole {
        if !name.ends_with(".py") {
            continue;
        }
        let cuts = text.char_indices().map(|(at, _)| at).step_by(23);
        for at in cuts {
            let mut files = whole.clone();
            files.insert(name.clone(), text[..at].to_owned());
            let _ = import(&files);
        }
    }
    for deep in [
        "(".repeat(100_000),
        "not ".repeat(100_000),
        format!("x{}", ".x".repeat(100_000)),
        format!("x{}", "+x".repeat(100_000)),
        "[".repeat(100_000),
        "x(".repeat(100_000),
        "x[".repeat(100_000),
    ] {
        let mut files = whole.clone();
        files.insert(
            "DRG/MDCB_DRG.py".into(),
            format!("def BB11_group(record):\n  return {deep}\n"),
        );
        assert!(import(&files).is_err());
    }
    let mut files = whole;
    let stairs: String = (0..3000).map(|i| format!("{}if x:\n", " ".repeat(i))).collect();
    files.insert("DRG/MDCB_DRG.py".into(), stairs);
    assert!(import(&files).is_err());
}

#[test]
fn every_city_of_a_clone() {
    let Some(folder) = std::env::var_os("DIANZHI_OPENDRG") else {
        eprintln!("skipped: DIANZHI_OPENDRG names no folder of cities");
        return;
    };
    let mut cities: Vec<_> = std::fs::read_dir(Path::new(&folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("Grouper.py").is_file())
        .collect();
    cities.sort();
    assert!(!cities.is_empty(), "no city in {}", folder.display());
    for city in cities {
        match Scheme::pack_opendrg(&city) {
            Ok(packed) => println!("{}: {:?}", city.display(), packed.scheme.counts()),
            // Some cities name an ADRG that they do not have; Python cannot load them either.
            Err(mistakes) => {
                assert!(mistakes.0.iter().all(|mistake| mistake.code == "S107"), "{mistakes:?}");
                println!("{}: {}", city.display(), mistakes.render(dianzhi_core::Lang::En));
            }
        }
    }
}
