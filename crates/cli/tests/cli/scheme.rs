//! `scheme`: packages made, shown, looked at, compared.

use crate::run::{Done, dianzhi, grouping_home, run};
use std::fs;
use std::path::Path;

fn change(at: &Path, table: &str, from: &str, to: &str) {
    let file = at.join("group-claims/scheme").join(table);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{table}: {from}");
    fs::write(&file, text.replace(from, to)).unwrap();
}

#[test]
fn a_folder_becomes_a_package() {
    let home = grouping_home();
    let at = home.path();
    run(at, "scheme import --from tables group-claims/scheme --out made.dzs")
        .exits(0)
        .says("teaching: 4 MDCs, 9 ADRG rules, 14 DRG splits; written to made.dzs");
    let committed = fs::read(at.join("group-claims/teaching.dzs")).unwrap();
    assert_eq!(fs::read(at.join("made.dzs")).unwrap(), committed);
    // From a package it is the same package.
    let json = run(at, "scheme import --from tables made.dzs --out again.dzs --json")
        .exits(0)
        .json();
    assert_eq!((&json["code"], &json["drgs"]), (&"teaching".into(), &14.into()));
    assert_eq!(fs::read(at.join("again.dzs")).unwrap(), committed);
    // Over a package, but over nothing else.
    run(at, "scheme import --from tables made.dzs --out made.dzs").exits(0);
    run(
        at,
        "scheme import --from tables group-claims/scheme --out group-claims/scheme/mdc.tsv",
    )
    .exits(2)
    .says("[F106]")
    .says("the file there is no scheme package");
    run(at, "scheme lint group-claims/scheme").exits(0);
}

#[test]
fn a_package_with_a_mistake_is_not_written() {
    let home = grouping_home();
    let at = home.path();
    change(at, "adrg.tsv", "weight<1500", "weigth<1500");
    change(at, "mcc.tsv", "I50.900\t1", "I50.900\t");
    let line = "scheme import --from tables group-claims/scheme --out made.dzs";
    run(at, line)
        .exits(2)
        .says("[S106]")
        .says("adrg.tsv:2")
        .says("[S111]")
        .says("mcc.tsv:2");
    assert!(!at.join("made.dzs").exists());
    let json = run(at, &format!("{line} --json")).exits(2).json();
    let codes: Vec<_> = json["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["code"].as_str().unwrap())
        .collect();
    assert!(codes.contains(&"S106") && codes.contains(&"S111"), "{codes:?}");
    run(at, "scheme import --from tables nowhere --out made.dzs")
        .exits(2)
        .says("[F101]");
    run(at, "scheme import --from opendrg group-claims/scheme --out made.dzs").exits(2);
    assert!(!at.join("made.dzs").exists());
}

#[test]
fn a_scheme_is_shown() {
    let home = grouping_home();
    let at = home.path();
    let whole = run(at, "scheme show group-claims/teaching.dzs").exits(0).stdout;
    assert!(whole.contains("MDCM  dx0(mdc) & sex==1  px0(VALID)"), "{whole}");
    assert!(whole.contains("valid: 2026-01-01 – 2026-12-31"), "{whole}");
    for code in ["MDCF", "FR2", "FR21"] {
        let part = run(at, &format!("scheme show group-claims/teaching.dzs {code}"))
            .exits(0)
            .stdout;
        assert!(
            part.contains("FR2 [medical]: dx0(zd)  (zd 1)") && !part.contains("MDCG"),
            "{part}"
        );
    }
    run(at, "scheme show group-claims/teaching.dzs XX9")
        .exits(2)
        .says("the scheme has no MDC, ADRG, DRG, diagnosis or procedure XX9")
        .says("without a code all MDCs are listed");
    let json = run(at, "scheme show group-claims/scheme --json").exits(0).json();
    assert_eq!(json["mdcs"][1]["rules"][0]["splits"][0]["drg"], "FM11");
    run(at, "scheme show nowhere.dzs").exits(2).says("[F101]");
}

/// Seen to fail.
#[test]
fn a_code_is_looked_up() {
    let home = grouping_home();
    let at = home.path();
    let show = |codes: &str| run(at, &format!("scheme show group-claims/teaching.dzs {codes}"));
    let told = show("i50.900 Ｋ92.200").exits(0).stdout;
    for part in [
        "teaching  教学分组方案\n",
        "\ndiagnosis I50.900 心力衰竭\n  in the scheme's code version: yes\n  as a secondary diagnosis: MCC (exclusion group 1)\n  \
         as the main diagnosis: complications of exclusion group 1 do not count\n  MDC: MDCF\n  translation: stays as it is\n  \
         rules that name it:\n    MDCF FV1: dx0(zd) (list zd)\n",
        "\ndiagnosis K92.200 ",
        "as a secondary diagnosis: CC (exclusion group 5)",
    ] {
        assert!(told.contains(part), "{part}\nin\n{told}");
    }
    let told = show("36.0700 I21.900x001 FM11").exits(0).stdout;
    for part in [
        "\nprocedure 36.0700 药物洗脱冠状动脉支架置入\n",
        "\n  valid procedure: yes\n",
        "    MDCF FM1: px0(ss) (list ss)\n",
        "\n  in the scheme's code version: no\n",
        "\n  translation: → I21.900\n  rules that name it: none\n",
        "    FM11 经皮冠状动脉支架植入，伴严重并发症或合并症: mcc\n",
    ] {
        assert!(told.contains(part), "{part}\nin\n{told}");
    }
    let zh = dianzhi(at, "zh_CN.UTF-8")
        .args(["scheme", "show", "group-claims/teaching.dzs", "I50.900"])
        .output();
    let told = Done::of(zh.unwrap()).exits(0).stdout;
    assert!(
        told.contains("诊断 I50.900 心力衰竭\n") && told.contains("作其他诊断: MCC（排除组 1）"),
        "{told}"
    );
    assert!(told.contains("    MDCF FV1: dx0(zd) (列表 zd)\n"), "{told}");
    let json = show("mdcf I50.900 36.0700 --json").exits(0).json();
    assert_eq!(
        (&json["scheme"], &json["mdcs"][0]["mdc"]),
        (&"teaching".into(), &"MDCF".into())
    );
    let codes = json["codes"].as_array().unwrap();
    assert_eq!(
        (&codes[0]["code"], &codes[1]["kind"]),
        (&"I50.900".into(), &"procedure".into())
    );
    assert_eq!(codes[0]["complications"][0]["kind"], "MCC");
    assert_eq!(codes[1]["valid"], true);
    // All that there is not is named at once, and what half a code may mean.
    show("I50.900 XX8 I21")
        .exits(2)
        .says("diagnosis or procedure XX8, I21\n")
        .says("write the whole code; some begin so: I21.900, I21.900x001");
}

#[test]
fn what_is_odd_is_told() {
    let home = grouping_home();
    let at = home.path();
    let done = run(at, "scheme lint group-claims/teaching.dzs").exits(0);
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), ("0 remarks\n", ""));
    change(
        at,
        "drg.tsv",
        "FR21\tmcc\nFR2\tFR25\ttrue",
        "FR25\ttrue\nFR2\tFR21\tmcc",
    );
    let told = run(at, "scheme lint group-claims/scheme").exits(0).stdout;
    assert!(
        told.contains("[W201]") && told.contains("drg.tsv:8") && told.ends_with("1 remark\n"),
        "{told}"
    );
    let json = run(at, "scheme lint group-claims/scheme --json").exits(0).json();
    assert_eq!(
        (&json[0]["code"], &json[0]["codes"][0]),
        (&"W201".into(), &"FR21".into())
    );
}

#[test]
fn two_schemes_are_compared() {
    let home = grouping_home();
    let at = home.path();
    let line = "scheme diff group-claims/teaching.dzs group-claims/scheme";
    assert_eq!(run(at, line).exits(0).stdout, "0 changes\n");
    assert_eq!(
        run(at, &format!("{line} --json")).exits(0).json(),
        serde_json::json!([])
    );
    change(at, "drg.tsv", "FR21\tmcc", "FR21\tmcc|cc");
    change(at, "mcc.tsv", "J96.000\t2\n", "");
    let told = run(at, line).exits(0).stdout;
    assert!(
        told.contains("FR21") && told.contains("J96.000") && told.ends_with("2 changes\n"),
        "{told}"
    );
    let json = run(at, &format!("{line} --json")).exits(0).json();
    assert_eq!(json.as_array().unwrap().len(), 2);
    let zh = dianzhi(at, "zh_CN.UTF-8").args(line.split_whitespace()).output();
    assert!(Done::of(zh.unwrap()).exits(0).stdout.ends_with("2 处变化\n"));
    run(at, "scheme diff group-claims/teaching.dzs nowhere.dzs")
        .exits(2)
        .says("[F101]");
}
