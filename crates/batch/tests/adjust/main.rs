//! Rules that change points when all cases are priced, from the files to every table that tells of
//! them, by hand from the rules' texts; and what `verify` says where one of them is not what it was.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

#[path = "../common/mod.rs"]
mod common;

mod high_cap;
mod penalties;
mod readmission;
mod review;

use common::{Change, table, tamper};
use dianzhi_batch::{ExplainTarget, Progress, SettleOptions, diff, explain, settle, verify};
use std::fs;
use std::path::{Path, PathBuf};

/// Fund points: a point of 100 is worth what the budget gives. Group ES11 has 100 points and a mean cost
/// of 10,000.00, which is also the mean of all: 1 point is 100 yuan of cost. Coefficients 1.
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
budget = "80000.00"
reserve = "0"
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
[fund_share]
method = "fund-points"
floor_at_zero = false
[clearing]
surplus_floor = "0"
surplus_keep = "1"
overspend = []
quality_deposit = "0"
assessment = { full_from = "90", none_below = "60" }
"#;

const GROUPS: &str = "group_code,name,kind,base_points,mean_cost
ES11,甲,core,100.0000,10000.00
ES12,乙,core,50.0000,5000.00
RE1,化疗,core,30.0000,3000.00
";
const HOSPITALS: &str = "fixmedins_code,name,level,coefficient,assessment_score
H1,一,3,1,95
H2,二,2,1,95
";
const HEADER: &str = "setl_id,fixmedins_code,insutype,psn_no,adm_time,dscg_time,group_code,medfee_sumamt,hifp_pay\n";

const READMISSION: &str = "[readmission]
days = 15
same = \"group\"
not_for = [\"RE*\"]
earlier_share = \"0.5\"
";

const REVIEW: &str = "[special_review]
quota = \"0.2\"
quota_of = \"hospital\"
over_quota = \"largest-excess\"
";

struct Year {
    scratch: tempfile::TempDir,
}

impl Year {
    /// The region with keys behind its `[files]` and sections behind its last one.
    fn new(files: &str, sections: &str, claims: &str, tables: &[(&str, &str)]) -> Year {
        let scratch = tempfile::tempdir().unwrap();
        let named = "hospitals = \"hospitals.csv\"\n";
        let region = REGION.replacen(named, &format!("{named}{files}"), 1) + sections;
        for (name, text) in [
            ("region.toml", region.as_str()),
            ("claims.csv", &format!("{HEADER}{claims}")),
            ("groups.csv", GROUPS),
            ("hospitals.csv", HOSPITALS),
        ]
        .iter()
        .chain(tables)
        {
            fs::write(scratch.path().join(name), text).unwrap();
        }
        Year { scratch }
    }

    fn settle(&self) -> Result<PathBuf, String> {
        let out = self.scratch.path().join("run");
        let options = SettleOptions {
            replace: true,
            ..SettleOptions::default()
        };
        let region = self.scratch.path().join("region.toml");
        match settle(&region, &out, &options, &Progress::default()) {
            Ok(_) => Ok(out),
            Err(failure) => Err(failure.to_string()),
        }
    }

    /// A run that `verify` finds sound, and what claims.csv says of points.
    #[track_caller]
    fn points(&self) -> Vec<String> {
        let run = self.settle().unwrap();
        sound(&run);
        let rows = table(&run.join("claims.csv"));
        let at = |name: &str| rows[0].iter().position(|column| column == name).unwrap();
        let (id, before, points, what) = (at("setl_id"), at("points_before"), at("points"), at("adjustment"));
        rows[1..]
            .iter()
            .map(|row| {
                format!("{} {} {} {}", row[id], row[before], row[points], row[what])
                    .trim_end()
                    .to_owned()
            })
            .collect()
    }

    fn explain(&self, id: &str) -> dianzhi_batch::Explanation {
        let target = ExplainTarget::Case(id.to_owned());
        explain(
            &self.scratch.path().join("run"),
            &target,
            None,
            None,
            &Progress::default(),
        )
        .unwrap()
    }
}

#[track_caller]
fn sound(run: &Path) {
    let verification = verify(run, None, None, &Progress::default()).unwrap();
    assert!(verification.is_sound(), "{verification:#?}");
}

/// Ten discharges of H1 and five of H2.
fn discharges() -> String {
    let mut claims = String::new();
    for i in 0..15 {
        let (hospital, month) = if i < 10 { ("H1", 1 + i % 4) } else { ("H2", 1) };
        let cost = 10_000 + 500 * i;
        claims += &format!("S{i:02},{hospital},310,,,2026-{month:02}-03,ES11,{cost}.00,7000.00\n");
    }
    claims
}

/// A row of a claim that is not there is refused, of a rejected record it is told.
#[test]
fn rows_of_claims_that_are_not_there() {
    let claims = "A,H1,310,,2026-01-01,2026-02-01,ES11,10000.00,7000.00
B,H9,310,,2026-01-01,2026-02-01,ES11,10000.00,7000.00
";
    let files = "penalties = \"penalties.csv\"\n";
    let penalties = |id: &str| format!("setl_id,finding,multiple\n{id},高套编码,0\n");
    let refused = Year::new(files, "", claims, &[("penalties.csv", &penalties("X"))]).settle();
    let refused = refused.unwrap_err();
    assert!(
        refused.contains("T141") && refused.contains("penalties.csv:2"),
        "{refused}"
    );
    let year = Year::new(files, "", claims, &[("penalties.csv", &penalties("B"))]);
    assert_eq!(year.points(), ["A 100.0000 100.0000"]);
}

/// What `verify` says where a figure of a rule is not what it was, and `diff` of what changed.
#[test]
fn what_was_changed_is_verified_and_compared() {
    let claims = discharges();
    let reviews =
        "setl_id,outcome,effect,value\nS03,approved,by-item,\nS05,approved,factor,1.5\nS07,approved,by-item,\n";
    let files = "reviews = \"reviews.csv\"\n";
    for change in [
        Change::Value {
            file: "adjustments.csv",
            row: 1,
            column: "adjustment",
            value: "review-granted",
        },
        Change::Value {
            file: "adjustments.csv",
            row: 2,
            column: "place",
            value: "3",
        },
        Change::Unit {
            file: "adjustments.csv",
            row: 3,
            column: "points_before",
        },
        Change::Drop {
            file: "adjustments.csv",
            row: 1,
        },
        Change::Value {
            file: "claims.csv",
            row: 4,
            column: "adjustment",
            value: "",
        },
        Change::Unit {
            file: "claims.csv",
            row: 8,
            column: "points_before",
        },
    ] {
        let year = Year::new(files, REVIEW, &claims, &[("reviews.csv", reviews)]);
        let run = year.settle().unwrap();
        sound(&run);
        assert!(tamper(&run, &change));
        let verification = verify(&run, None, None, &Progress::default()).unwrap();
        assert!(!verification.is_sound());
    }
    let (a, b) = (
        Year::new(files, REVIEW, &claims, &[("reviews.csv", reviews)]),
        Year::new(
            files,
            &REVIEW.replace("0.2", "0.1"),
            &claims,
            &[("reviews.csv", reviews)],
        ),
    );
    let found = diff(&a.settle().unwrap(), &b.settle().unwrap(), 3).unwrap();
    let reason = &found.cases.reasons[0];
    assert_eq!(
        (format!("{:?}", reason.reason), reason.cases),
        ("Adjustment".to_owned(), 1)
    );
    assert_eq!(
        found.cases.largest.iter().filter(|case| case.setl_id == "S05").count(),
        1
    );
}
