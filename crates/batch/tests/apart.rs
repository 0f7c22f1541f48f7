//! Items paid apart, from the files to every table that tells of them, by hand; and what `verify` says
//! where a fen of them is gone.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod common;

use dianzhi_batch::{ExplainTarget, Progress, SettleOptions, explain, settle, verify};
use std::fs;
use std::path::{Path, PathBuf};

const REGION: &str = r#"
[region]
code = "990100"
name = "示例市"
year_start = "2026-01-01"
year_end = "2026-12-31"
[files]
claims = ["claims.csv"]
groups = "groups.csv"
hospitals = "hospitals.csv"
[rounding]
points = 4
point_value = 6
money = 2
mode = "half-up"
remainder = "fund"
[[pool]]
id = "employee"
insutype = ["310"]
budget = "40000.00"
reserve = "0.05"
[[pool]]
id = "devices"
insutype = ["310"]
budget = "10000.00"
reserve = "0"
[[route]]
id = "surgery"
pools = ["employee"]
method = "by-group"
when = { med_type = ["21"] }
apart = ["implants", "drugs"]
[[route]]
id = "others"
pools = ["employee"]
method = "items"
[[apart]]
id = "implants"
column = "implant_amt"
share = "0.7"
pools = ["devices"]
[[apart]]
id = "drugs"
column = "drug_apart_amt"
share = "0.5"
[pricing]
method = "points"
coefficient_not_for = []
mean_cost_all = "10000.00"
scale = "100"
[deviation]
low = { ratio = "0.5", inclusive = false }
high = { ratio = "2.0", inclusive = false }
[ungrouped]
share = "0.8"
[[by_item]]
id = "items"
pay_in = "money"
fund_share = "0.5"
[fund_share]
method = "difference"
floor_at_zero = false
[clearing]
surplus_floor = "0"
surplus_keep = "1"
overspend = []
quality_deposit = "0"
assessment = { full_from = "90", none_below = "60" }
"#;
const CLAIMS: &str =
    "setl_id,fixmedins_code,insutype,med_type,dscg_time,group_code,medfee_sumamt,hifp_pay,implant_amt,drug_apart_amt
C1,H1,310,21,2026-03-01,A1,20000.00,14000.00,8000.00,
C2,H1,310,21,2026-03-01,A1,10000.00,6000.00,,1000.01
C3,H2,310,11,2026-03-01,,4000.00,2500.00,1000.00,
C4,H2,310,21,2026-03-01,A1,9000.00,5000.00,8000.00,1000.00
";

fn folder(scratch: &Path) -> PathBuf {
    for (name, text) in [
        ("region.toml", REGION),
        ("claims.csv", CLAIMS),
        (
            "groups.csv",
            "group_code,name,kind,base_points,mean_cost\nA1,甲,core,100.0000,10000.00\n",
        ),
        (
            "hospitals.csv",
            "fixmedins_code,name,level,coefficient,assessment_score\nH1,一,3,1,95\nH2,二,2,1,95\n",
        ),
    ] {
        fs::write(scratch.join(name), text).unwrap();
    }
    let out = scratch.join("run");
    settle(
        &scratch.join("region.toml"),
        &out,
        &SettleOptions::default(),
        &Progress::default(),
    )
    .unwrap();
    out
}

/// C1: 8,000 × 0.7 = 5,600 out of the devices' pool; 12,000 and 14,000 − 5,600 = 8,400 are left.
/// C2: 1,000.01 × 0.5 = 500.01 (half-up); 8,999.99 and 5,499.99 are left. C3 goes by items, of which
/// its route takes none apart: 4,000, half of them the fund's. C4: 8,000 + 1,000 leave nothing: the second is at fault.
/// D = 38,000; D″ = 38,000 − 2,000 − 500.01 = 35,499.99; ΣO = 3,600 + 3,500; N = 42,599.99 for 200
/// points: 212.99995; B = 21,300.00 each (21,299.995 half-up).
#[test]
fn golden_year() {
    let scratch = tempfile::tempdir().unwrap();
    let run = folder(scratch.path());
    let read = |file: &str| fs::read_to_string(run.join(file)).unwrap();
    assert_eq!(
        read("claims.csv"),
        "setl_id,fixmedins_code,insutype,pool,group_code,case_class,cost_ratio,points,standard,others,due,route,method,patient_over,apart_cost,apart_due
C1,H1,310,employee,A1,normal,1.200000,100.0000,21300.00,3600.00,17700.00,surgery,by-group,,8000.00,5600.00
C2,H1,310,employee,A1,normal,0.899999,100.0000,21300.00,3500.00,17800.00,surgery,by-group,,1000.01,500.01
C3,H2,310,employee,,by-item,,0.0000,4000.00,1500.00,2000.00,others,items,,0.00,0.00
"
    );
    assert_eq!(
        read("apart.csv"),
        "apart,pool,fixmedins_code,cases,cost,hifp_pay,due
implants,devices,H1,1,8000.00,5600.00,5600.00
drugs,employee,H1,1,1000.01,500.01,500.01
"
    );
    assert_eq!(
        read("routes.csv"),
        "route,method,pool,cases,points,medfee_sumamt,hifp_pay,standard,due,patient_over
surgery,by-group,employee,2,200.0000,20999.99,13899.99,42600.00,35500.00,0.00
others,items,employee,1,0.0000,4000.00,2500.00,4000.00,2000.00,0.00
"
    );
    let hospitals = read("hospitals.csv");
    let rows: Vec<&str> = hospitals.lines().skip(1).collect();
    assert!(
        rows[0].starts_with("employee,H1,2,200.0000,22000.00,14400.00,36000.01,"),
        "{rows:?}"
    );
    assert!(
        rows[1].starts_with("employee,H2,1,0.0000,4000.00,2500.00,2000.00,"),
        "{rows:?}"
    );
    assert!(
        rows[2].starts_with("devices,H1,0,0.0000,8000.00,5600.00,5600.00,"),
        "{rows:?}"
    );
    assert_eq!(rows.len(), 3);
    let pools = read("pools.csv");
    let rows: Vec<&str> = pools.lines().skip(1).collect();
    assert!(
        rows[0].starts_with("employee,40000.00,2000.00,38000.00,3,200.0000,212.999950,38000.01,-0.01,"),
        "{rows:?}"
    );
    assert!(
        rows[1].starts_with("devices,10000.00,0.00,10000.00,0,0.0000,0.000000,5600.00,4400.00,"),
        "{rows:?}"
    );
    let rejects = read("rejects.csv");
    assert!(rejects.contains("claims.csv,5,C4,drug_apart_amt,E116,"), "{rejects}");
    let verified = verify(&run, None, Some(1), &Progress::default()).unwrap();
    assert!(verified.is_sound(), "{:#?}", verified.diagnostics());
}

/// The steps that take the item apart come first, and the others go on from them.
#[test]
fn a_case_is_explained() {
    let scratch = tempfile::tempdir().unwrap();
    let run = folder(scratch.path());
    let explained = |id: &str| {
        let target = ExplainTarget::Case(id.to_owned());
        explain(&run, &target, None, Some(1), &Progress::default()).unwrap()
    };
    let explanation = explained("C1");
    assert!(explanation.published.iter().all(|row| row.agrees));
    assert_eq!(explanation.sections[0].title.en, "Items paid apart");
    let steps = || explanation.sections.iter().flat_map(|section| &section.steps);
    let step = |rule: &str| steps().find(|step| step.rule == rule).unwrap();
    for (rule, expression, result) in [
        ("apart-due", "8000.00 × 0.7", "5600.00"),
        ("apart-cost", "20000.00 − 8000.00", "12000.00"),
        ("apart-billed", "max(0, min(14000.00 − 5600.00, 12000.00))", "8400.00"),
        ("apart-booked", "min(5600.00, 14000.00 − 8400.00 − 0.00)", "5600.00"),
        ("others", "12000.00 − 8400.00", "3600.00"),
    ] {
        assert_eq!(
            (step(rule).expression.as_str(), step(rule).result.as_str()),
            (expression, result)
        );
    }
    let of_item = &step("apart-due").inputs[0];
    assert_eq!(of_item.from.en, "claims.csv:2 implant_amt");
    for (rule, symbol, from) in [
        ("cost-ratio", "medfee", "step: cost without the items paid apart"),
        ("others", "medfee", "step: cost without the items paid apart"),
        ("others", "hifp", "step: booked fund without the items paid apart"),
    ] {
        let input = step(rule).inputs.iter().find(|input| input.symbol == symbol).unwrap();
        assert_eq!(input.from.en, from);
    }
    assert_ne!(explained("C3").sections[0].title.en, "Items paid apart");
}

/// `verify` misses no fen of what is paid apart, with the inputs at hand or without.
#[test]
fn a_fen_gone_is_told() {
    for (file, from, to) in [
        ("claims.csv", "8000.00,5600.00\n", "8000.00,5600.01\n"),
        ("claims.csv", "8000.00,5600.00\n", "8000.01,5600.00\n"),
        ("claims.csv", "0.00,0.00\n", "0.01,0.00\n"),
        (
            "apart.csv",
            "H1,1,8000.00,5600.00,5600.00",
            "H1,1,8000.00,5600.00,5600.01",
        ),
        (
            "apart.csv",
            "H1,1,8000.00,5600.00,5600.00",
            "H1,1,8000.00,5600.01,5600.00",
        ),
        ("apart.csv", "1000.01,500.01,500.01", "1000.02,500.02,500.01"),
        ("apart.csv", "implants,devices,H1", "implants,devices,H2"),
        ("apart.csv", "drugs,employee,H1", "drugs,devices,H1"),
    ] {
        let scratch = tempfile::tempdir().unwrap();
        let run = folder(scratch.path());
        // By the published files alone: the inputs are gone, and only the hash would tell more.
        let text = fs::read_to_string(run.join(file)).unwrap();
        assert!(text.contains(from), "{file}: {from}");
        fs::write(run.join(file), text.replacen(from, to, 1)).unwrap();
        let failed = |run: &Path| {
            let verified = verify(run, None, Some(1), &Progress::default()).unwrap();
            let checks = verified.checks.iter();
            let failed = checks.filter(|check| matches!(check.outcome, dianzhi_batch::CheckOutcome::Failed { .. }));
            failed.map(|check| check.name.en.clone()).collect::<Vec<_>>()
        };
        let with_inputs = failed(&run);
        let second_path = format!("every row of {file} is what a second path finds, byte for byte");
        assert!(with_inputs.contains(&second_path), "{to}: {with_inputs:?}");
        fs::remove_file(scratch.path().join("claims.csv")).unwrap();
        let without = failed(&run);
        let by_sums = without
            .iter()
            .any(|name| !name.contains("BLAKE3") && !name.contains("hash"));
        assert!(by_sums, "{to}: {without:?}");
    }
}
