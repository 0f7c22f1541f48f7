//! Grouping by a DIP directory: `group --dip`, and `files.dip_directory` in a settlement.

use crate::run::{grouping_home, run};
use std::fs;
use std::path::Path;

const CLAIMS: &str = "setl_id,fixmedins_code,insutype,dscg_time,gend,age,maindiag_code,oprn_codes,act_ipt_days,dscg_way,\
medfee_sumamt,hifp_pay,group_code\n\
D1,H001,310,2026-03-08,1,66,I21.000,36.0700,7,1,40000.00,28000.00,\n\
D2,H001,310,2026-03-09,2,80,k35.800,47.0100,4,1,9000.00,6300.00,\n\
D3,H001,310,2026-03-10,1,50,Z99.900,,3,1,1000.00,700.00,\n";

const GROUPS: &str = "group_code,name,kind,base_points,mean_cost\n\
T-I21.0-PCI,支架置入,core,420,42000.00\n\
T-K35-LAP,阑尾切除,core,95,9500.00\n\
T-BLANK,空白病组,core,10,1000.00\n";

/// A folder with claims, and the teaching directory as `dip`.
fn home() -> tempfile::TempDir {
    let home = grouping_home();
    let at = home.path();
    let teaching = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/dip/teaching");
    fs::create_dir(at.join("dip")).unwrap();
    for file in fs::read_dir(teaching).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), at.join("dip").join(file.file_name())).unwrap();
    }
    fs::write(at.join("claims.csv"), CLAIMS).unwrap();
    fs::write(at.join("groups.csv"), GROUPS).unwrap();
    fs::copy(at.join("group-claims/hospitals.csv"), at.join("hospitals.csv")).unwrap();
    let region = fs::read_to_string(at.join("group-claims/region.toml")).unwrap();
    let line = region.lines().find(|line| line.starts_with("scheme ")).unwrap();
    let region = region
        .replace(line, "dip_directory = \"dip\"")
        .replace("translate = false", "");
    fs::write(at.join("region.toml"), region).unwrap();
    home
}

/// Seen to fail.
#[test]
fn an_explanation_speaks_one_language() {
    let home = home();
    let at = home.path();
    for setl_id in ["D1", "D2", "D3"] {
        let line = format!("group --dip dip --claims claims.csv --explain {setl_id}");
        let zh = crate::run::dianzhi(at, "zh_CN.UTF-8")
            .args(line.split_whitespace())
            .output();
        let told = crate::run::Done::of(zh.unwrap()).exits(0).stdout;
        for word in [
            "core",
            "basic",
            "mixed",
            "conservative",
            "diagnostic",
            "therapeutic",
            "surgical",
            "excluded",
            "unlisted",
            "cci",
            "severity",
            "tumour",
            "stay",
            "icu",
            "death",
            "days",
            "years",
            "procedures",
            "mean-cost",
        ] {
            assert!(!told.contains(word), "{word} in\n{told}");
        }
    }
    let zh = crate::run::dianzhi(at, "zh_CN.UTF-8")
        .args(["group", "--dip", "dip", "--claims", "claims.csv", "--explain", "D1"])
        .output();
    let told = crate::run::Done::of(zh.unwrap()).exits(0).stdout;
    for part in [
        "治疗方式: 相关手术\n",
        "[核心病种] 符合",
        "结果: 核心病种 ×1",
        "[grouped（分组成功）]",
    ] {
        assert!(told.contains(part), "{part}\nin\n{told}");
    }
}

#[test]
fn every_record_gets_its_type_and_factor() {
    let home = home();
    let at = home.path();
    run(at, "group --dip dip --claims claims.csv --out out.csv").exits(0);
    assert_eq!(
        fs::read_to_string(at.join("out.csv")).unwrap(),
        "setl_id,kind,auxiliary,factor,group_code,status,reason\n\
         D1,core,,1,T-I21.0-PCI,grouped,\n\
         D2,core,,1,T-K35-LAP,grouped,\n\
         D3,,,1,T-BLANK,ungrouped,unknown-main-diagnosis:Z99.900\n"
    );
    run(at, "group --dip dip --claims claims.csv --out out.csv --verbatim").exits(0);
    assert!(
        fs::read_to_string(at.join("out.csv"))
            .unwrap()
            .contains("D2,,,1,T-BLANK,ungrouped,")
    );
    let told = run(at, "group --dip dip --claims claims.csv --explain D1")
        .exits(0)
        .stdout;
    assert!(
        told.contains("main diagnosis I21.000") && told.contains("core ×1"),
        "{told}"
    );
    let json = run(at, "group --dip dip --claims claims.csv --explain D1 --json")
        .exits(0)
        .json();
    assert_eq!(
        (&json[0]["kind"], &json[0]["group_code"]),
        (&"core".into(), &"T-I21.0-PCI".into())
    );
    run(
        at,
        "group --dip dip --scheme group-claims/teaching.dzs --claims claims.csv --out out.csv",
    )
    .exits(2);
}

/// A factor cell that is not what the directory gives is found, and so is one that is gone.
#[test]
fn factors_are_paid_explained_and_verified() {
    let home = home();
    let at = home.path();
    let region = fs::read_to_string(at.join("region.toml")).unwrap();
    let region = region.replace("[ungrouped]", "[auxiliary]\ncompare_with = \"type\"\n\n[ungrouped]");
    fs::write(at.join("region.toml"), &region).unwrap();
    let shock = CLAIMS.replace("I21.000,36.0700,7", "I21.000|R57.000,36.0700,7");
    let shock = shock.replace("maindiag_code", "diag_codes");
    fs::write(at.join("claims.csv"), shock).unwrap();
    run(at, "settle region.toml --out run").exits(0);
    let claims = fs::read_to_string(at.join("run/claims.csv")).unwrap();
    let paid: Vec<&str> = claims.lines().collect();
    assert!(paid[0].ends_with(",due,factor"), "{claims}");
    assert!(paid[1].starts_with("D1,") && paid[1].ends_with(",1.4"), "{claims}");
    let told = run(at, "explain run D1").exits(0).stdout;
    assert!(told.contains("severity  R57.000 → severe: 1.40 (applied)"), "{told}");
    assert!(told.contains("points-normal-factor"), "{told}");
    run(at, "verify run").exits(0);
    // Grouped cases have reasons too, and a file without a column that factors ask for is told.
    let text = fs::read_to_string(at.join("claims.csv")).unwrap();
    let damaged = text
        .replace("36.0700", "36.0700|99.9")
        .replace(",act_ipt_days", ",days");
    fs::write(at.join("damaged.csv"), damaged).unwrap();
    run(at, "check region.toml --claims damaged.csv")
        .exits(0)
        .says("no column maindiag_code, act_ipt_days, icu_hours;")
        .stdout
        .lines()
        .find(|line| line.contains("unknown-codes ×1"))
        .expect("the reason of a grouped case");
    run(at, "settle region.toml --out same").exits(0);
    let without = region.replace("[auxiliary]\ncompare_with = \"type\"\n", "");
    fs::remove_file(at.join("dip/auxiliary.tsv")).unwrap();
    fs::write(at.join("region.toml"), without).unwrap();
    run(at, "settle region.toml --out plain").exits(0);
    let changed = run(at, "diff plain same").exits(0).stdout;
    assert!(changed.contains("auxiliary factor      1"), "{changed}");
    for (from, to) in [(",1.4\n", ",1.3\n"), (",1.4\n", ",\n"), (",factor\n", "\n")] {
        fs::write(at.join("run/claims.csv"), claims.replacen(from, to, 1)).unwrap();
        run(at, "verify run").exits(3);
    }
    let nowhere = region.replace("dip_directory = \"dip\"", "");
    fs::write(at.join("nowhere.toml"), nowhere).unwrap();
    run(at, "check nowhere.toml").exits(2).says("error[P109]");
}

#[test]
fn a_settlement_groups_by_a_directory_and_refuses_factors_that_it_is_not_told_to_count() {
    let home = home();
    let at = home.path();
    run(at, "settle region.toml --out run").exits(2).says("error[T110]");
    assert!(!at.join("run").exists());
    fs::remove_file(at.join("dip/auxiliary.tsv")).unwrap();
    run(at, "settle region.toml --out run").exits(0);
    let claims = fs::read_to_string(at.join("run/claims.csv")).unwrap();
    for row in [
        "D1,H001,310,employee,T-I21.0-PCI,",
        "D2,H001,310,employee,T-K35-LAP,",
        "D3,H001,310,employee,T-BLANK,",
    ] {
        assert!(claims.contains(row), "{row} not in\n{claims}");
    }
    run(at, "verify run").exits(0);
    assert!(run(at, "explain run D1").exits(0).stdout.contains("T-I21.0-PCI"));
    // The directory is an input like any other.
    let types = at.join("dip/types.tsv");
    let changed = fs::read_to_string(&types).unwrap().replace("42000.00", "42000.01");
    fs::write(&types, changed).unwrap();
    run(at, "explain run D1").exits(2).says("error[F109]");
    fs::remove_file(at.join("dip/types.tsv")).unwrap();
    run(at, "settle region.toml --out run2").exits(2);
}
