//! Random routes over random claims: every run is accepted by the second path, and its bytes do not
//! depend on threads.

mod common;

use common::table;
use dianzhi_batch::{Progress, ReadOptions, SettleOptions, settle, verify};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Numbers from a seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const REGION: &str = r#"
[region]
code = "990100"
name = "示例市"
year_start = "2026-01-01"
year_end = "2026-12-31"
year_by = "YEAR_BY"
[files]
claims = ["claims.csv"]
groups = "groups.csv"
hospitals = "hospitals.csv"
prices = "prices.csv"
enrolment = "enrolment.csv"
[rounding]
points = 4
point_value = 4
money = 2
mode = "half-up"
remainder = "REMAINDER"
[[pool]]
id = "employee"
insutype = ["310"]
budget = "9000000.00"
reserve = "0.05"
[[pool]]
id = "resident"
insutype = ["390", "391"]
budget = "9000000.00"
reserve = "0.05"
[[pool]]
id = "all"
insutype = ["310", "390"]
funds = ["hifp_pay", "hifob_pay", "hifmi_pay"]
budget = "9000000.00"
reserve = "0"
[[pool]]
id = "devices"
insutype = ["310", "390", "391"]
budget = "2000000.00"
reserve = "0.01"
ROUTES
APART
[pricing]
method = "points"
coefficient_not_for = ["basic"]
mean_cost_all = "10000.00"
scale = "100"
[deviation]
low = { ratio = "0.5", inclusive = false }
high = { ratio = "2.0", inclusive = true }
[ungrouped]
share = SHARE
[[by_group]]
id = "part"
factor = "0.85"
compare_with = "at-factor"
groups_as = [{ group = "T1", paid_as = "A1" }]
[[by_group]]
id = "long"
factor = "1.1"
compare_with = "group"
long_stay = { after_day = 30, per_diem = "day-points" }
[[per_diem]]
id = "days"
pay_in = "money"
rates = [{ level = "3", from_day = 1, rate = "300.00" }, { level = "3", from_day = 16, rate = "210.50" }, { level = "2", from_day = 1, rate = "150.25" }]
days_min = 3
days_max = 60
coefficient = true
fund_share = "0.815"
[[per_diem]]
id = "day-points"
pay_in = "points"
rates = [{ level = "3", from_day = 1, rate = "333.33" }, { level = "3", from_day = 31, rate = "250.00" }, { level = "2", from_day = 1, rate = "200.00" }]
[[by_disease]]
id = "priced"
pay_in = "money"
code = "dise_no"
charge = "bill"
exit_below = "0.4"
exit_above = "2"
exit_to = "items"
[[by_disease]]
id = "charged"
pay_in = "money"
code = "group_code"
charge = "price"
[[by_item]]
id = "items"
pay_in = "money"
deductions = ["hosp_part_amt"]
[[by_item]]
id = "item-points"
pay_in = "points"
share = "0.9"
[[capitation]]
id = "sign-up"
per_head = "120.50"
first_payment = "0.8"
[[capitation]]
id = "chronic"
per_head = "333.33"
age_factors = [{ band = "0-59", factor = "0.9" }, { band = "60+", factor = "1.37" }]
first_payment = "0.75"
[fund_share]
method = "FUND_SHARE"
floor_at_zero = false
[clearing]
surplus_floor = "0.85"
surplus_keep = "1"
overspend = [{ up_to = "1.10", fund_share = "0.5" }]
quality_deposit = "0.05"
assessment = { full_from = "90", none_below = "60" }
"#;
const GROUPS: &str = "group_code,name,kind,base_points,mean_cost,stability\nA1,甲,core,80.0000,8000.00,stable\nB2,乙,basic,40.0000,4000.00,unstable\nT1,丙,tcm,90.0000,9000.00,\n";
const HOSPITALS: &str = "fixmedins_code,name,level,coefficient,assessment_score,alliance\nH1,一,3,1.10,95,\nH2,二,2,0.95,88,东\nH3,三,1,0.9,70,西\nH9,九,1,1,33,\n";
const ENROLMENT: &str = "pool,fixmedins_code,class,age_band,heads,risk_factor\nall,H1,sign-up,,1203.5,\nall,H3,chronic,60+,91,1.05\nall,H3,chronic,0-59,17.25,\nresident,H2,chronic,0-59,400,0.98\nemployee,H2,sign-up,,77,\nemployee,H9,sign-up,,12.001,\n";
const COEFFICIENTS: &str =
    "fixmedins_code,level,group_code,coefficient\nH1,,A1,1.2345\n,2,A1,0.91\n,,T1,1.07\nH3,,,1.02\n,3,,1.15\n";
const BONUSES: &str = "fixmedins_code,bonus_kind,bonus\nH1,cmi,0.05\nH1,specialty,0.03\nH2,credit,-0.02\n";

const CAPS: &str =
    "pool,fixmedins_code,cap\nemployee,H1,300000.00\nemployee,H2,0\nresident,H3,120000.55\nall,H1,50000\n";

/// A cap for every hospital in every pool.
fn all_caps() -> String {
    let mut text = "pool,fixmedins_code,cap\n".to_owned();
    for (i, pool) in ["employee", "resident", "all", "devices"].iter().enumerate() {
        for (k, hospital) in ["H1", "H2", "H3", "H9"].iter().enumerate() {
            text += &format!("{pool},{hospital},{}.{i}{k}\n", 90_000 / (1 + i * k));
        }
    }
    text
}

const RULES_OF_COEFFICIENTS: [&str; 3] = [
    "missing = \"one\"\nbonuses = { combine = \"sum\", count_as = \"added\", at_most = \"0.06\" }",
    "missing = \"hospital\"\ndecimals = 2\nbonuses = { combine = \"highest\", count_as = \"share\" }\ncap = { from = \"0.9\", to = \"1.2\" }",
    "missing = [{ from = \"2026-01-01\", value = \"one\" }, { from = \"2026-04-01\", value = \"hospital\" }]\nbonuses = { combine = \"highest\", count_as = \"added\" }\ncap = { to = [{ from = \"2026-01-01\", value = \"1.3\" }, { from = \"2026-04-01\", value = \"1.1\" }] }",
];

/// Hospital coefficients out of tables, cases paid by what they cost, groups by their stability: by a
/// draw of its own.
fn coefficients(draw: &mut Draw, region: &str) -> String {
    let at_most = draw.pick(&["", ", at_most = \"base\"", ", at_most = \"normal\""]);
    let counts = draw.pick(&["true", "false"]);
    let by_cost = format!(
        "[[by_group]]\nid = \"incomplete\"\nfactor = \"0.95\"\ncompare_with = \"group\"\nby_cost = {{ coefficient = {counts}{at_most} }}\n"
    );
    let region = region.replacen("[[by_group]]", &format!("{by_cost}[[by_group]]"), 1);
    let paid = |text: &str| region.replace(&format!("method = \"{text}\""), "method = \"incomplete\"");
    let region = match draw.below(4) {
        0 => paid("part"),
        1 => paid("by-group"),
        _ => region,
    };
    let region = match draw.below(2) {
        0 => region.replace("kind = [\"tcm\", \"\"]", "stability = [\"unstable\", \"\"]"),
        _ => region,
    };
    if draw.below(2) == 0 {
        return region;
    }
    let rules = draw.pick(&RULES_OF_COEFFICIENTS);
    let files = "coefficients = \"coefficients.csv\"\nbonuses = \"bonuses.csv\"\n[rounding]";
    let region = region.replacen("[rounding]", files, 1);
    region.replacen("[deviation]", &format!("[coefficients]\n{rules}\n[deviation]"), 1)
}

const PRICES: &str = "method,code,level,price,fund_share\npriced,M1,3,5000.00,0.70\npriced,M1,,4200.00,0.75\npriced,M2,2,900.00,\ncharged,A1,,6500.00,0.65\n";

const DEVIATIONS: [&str; 5] = [
    "low = { ratio = \"0.5\", inclusive = false }\nhigh = { ratio = \"2.0\", inclusive = true }",
    "low = { ratio = \"0.5\", inclusive = true }\nhigh = { ratio = \"2\", inclusive = false, coefficient = \"carried\" }\nextreme = { ratio = \"2.5\", inclusive = false, pay = \"normal\" }",
    "compare_with = \"standard\"\nlow = { ratio = \"0.4\", inclusive = false, coefficient = \"kept\" }\nhigh = { ratio = \"1.5\", inclusive = false, coefficient = \"kept\", share = \"0.7\", tiers = [{ level = \"3\", ratio = \"2\" }, { base_points_to = \"60\", ratio = \"1.6\" }] }",
    "low = { ratio = \"0.5\", inclusive = false, coefficient = \"carried\", tiers = [{ level = \"3\", base_points_to = \"100\", ratio = \"0.3\" }] }\nhigh = { ratio = \"1.5\", inclusive = true, share = \"0.85\" }\nextreme = { ratio = \"2\", inclusive = true, pay = \"at-threshold\" }",
    "compare_with = [{ from = \"2026-01-01\", value = \"standard\" }, { from = \"2026-04-01\", value = \"group-mean\" }]\nlow = { ratio = \"0.5\", inclusive = false }\nhigh = { ratio = \"2\", inclusive = false, tiers = [{ level = \"2\", ratio = [{ from = \"2026-01-01\", value = \"1.5\" }, { from = \"2026-04-01\", value = \"1.8\" }] }] }",
];

fn route(draw: &mut Draw, i: usize) -> String {
    let pools = draw.pick(&[
        "\"employee\", \"resident\"",
        "\"all\"",
        "\"resident\"",
        "\"employee\", \"resident\"",
    ]);
    let method = draw.pick(&[
        "by-group",
        "part",
        "long",
        "days",
        "day-points",
        "priced",
        "charged",
        "items",
        "item-points",
        "sign-up",
        "chronic",
    ]);
    let mut when = Vec::new();
    for _ in 0..draw.below(3) {
        let condition = draw.pick(&[
            "med_type = [\"21\", \"28\"]",
            "med_type = [\"1*\"]",
            "med_type = [\"\"]",
            "fixmedins_code = [\"H1\", \"H3\"]",
            "level = [\"2\"]",
            "alliance = [\"*\"]",
            "kind = [\"tcm\", \"\"]",
            "group_code = [\"A*\", \"Z9\"]",
            "group_code = [\"\"]",
            "act_ipt_days = { from = \"10\", to = \"40\" }",
            "act_ipt_days = [\"7\"]",
            "medfee_sumamt = { from = \"5000.01\" }",
            "age = { to = \"14\" }",
            "age = [\"3\", \"8*\"]",
            "insutype = [\"310\", \"391\"]",
            "dscg_caty = [\"A15*\"]",
            "maindiag_code = [\"F2*\"]",
            "diag_codes = [\"F20\", \"I1*\"]",
            "oprn_codes = [\"\"]",
            "insu_admdvs = [\"9901*\"]",
            "dscg_caty = [\"*\"]",
            "oprn_codes = [\"*\"]",
        ]);
        let field = condition.split(' ').next().expect("a field");
        if when.iter().all(|known: &&str| !known.starts_with(field)) {
            when.push(condition);
        }
    }
    let mut text = format!("[[route]]\nid = \"r{i}\"\npools = [{pools}]\nmethod = \"{method}\"\n");
    if !when.is_empty() {
        writeln!(text, "when = {{ {} }}", when.join(", ")).expect("a string takes all");
    }
    text
}

/// Items for some of the routes; only those that a route names may stand in the file.
fn apart(draw: &mut Draw, routes: &mut [String]) -> String {
    let items = [
        ("implants", "implant_amt", "SHARE", "pools = [\"devices\"]\n"),
        ("drugs", "drug_apart_amt", "\"0.333\"", ""),
    ];
    let mut named = [false; 2];
    for route in routes {
        let list = draw.pick(&["", "0", "1", "01", "10", ""]);
        let ids: Vec<String> = list
            .bytes()
            .map(|digit| usize::from(digit - b'0'))
            .map(|at| {
                named[at] = true;
                format!("\"{}\"", items[at].0)
            })
            .collect();
        if !ids.is_empty() {
            writeln!(route, "apart = [{}]", ids.join(", ")).expect("a string takes all");
        }
    }
    let share = draw.pick(&[
        "\"0.7\"",
        "[{ from = \"2026-01-01\", value = \"0.8\" }, { from = \"2026-03-02\", value = \"0\" }]",
    ]);
    let mut text = String::new();
    for ((id, column, of, pools), named) in items.iter().zip(named) {
        if named {
            let of = of.replace("SHARE", share);
            let own = draw.pick(&["", pools]);
            write!(
                text,
                "[[apart]]\nid = \"{id}\"\ncolumn = \"{column}\"\nshare = {of}\n{own}"
            )
            .expect("a string takes all");
        }
    }
    text
}

/// Pricing by the rate, pools cleared before the hospitals, institution caps with bands: by a draw of its
/// own.
fn pricing_and_clearing(draw: &mut Draw, region: &str) -> String {
    match draw.below(4) {
        0 => {
            let region = region.replace("method = \"points\"", "method = \"rate\"");
            let region = region.replace("REMAINDER", "fund");
            region.replace("\nreserve = ", "\nbase_rate = \"97.1234\"\nreserve = ")
        }
        1 => {
            let most = draw.pick(&["", "fund_bears_at_most = \"0.02\"\n"]);
            let rule = "[pool_clearing]\nsurplus_to_hospitals = \"0.85\"\noverspend_to_hospitals = \"0.6\"\n";
            region.replacen("[clearing]", &format!("{rule}{most}[clearing]"), 1)
        }
        2 => {
            let compare = draw.pick(&["institution-cap", "lower"]);
            let sharing = draw.pick(&["progressive", "whole"]);
            let rules = format!(
                "[clearing]\ncompare = \"{compare}\"\nsharing = \"{sharing}\"\nsurplus_cap = \"0.1\"\ncompensation_cap = \"0.05\""
            );
            let region = region.replacen("[clearing]", &rules, 1);
            region.replacen("[rounding]", &format!("caps = \"{compare}.csv\"\n[rounding]"), 1)
        }
        _ => region.to_owned(),
    }
}

fn write_year(draw: &mut Draw, folder: &Path) {
    let count = 1 + draw.below(9);
    let mut routes: Vec<String> = (0..count).map(|i| route(draw, i)).collect();
    let items = match draw.below(2) {
        0 => String::new(),
        _ => apart(draw, &mut routes),
    };
    let remainder = draw.pick(&["fund", "largest-remainder"]);
    let fund_share = match remainder {
        "fund" => draw.pick(&["difference", "fund-points", "actual-ratio"]),
        _ => draw.pick(&["difference", "fund-points"]),
    };
    let region = REGION.replace("ROUTES", &routes.join("\n")).replace("APART", &items);
    // Every second year the policy changes before most of the claims.
    let share = draw.pick(&[
        "\"0.8\"",
        "[{ from = \"2026-01-01\", value = \"0.8\" }, { from = \"2026-03-02\", value = \"0.3\" }]",
    ]);
    // By a draw of its own, so that the routes are as they were.
    let (before, rest) = region.split_once("[deviation]\n").expect("a section");
    let (_, behind) = rest.split_once("[ungrouped]").expect("a section");
    let deviation = Draw(draw.0 ^ 0x0411).pick(&DEVIATIONS);
    let region = format!("{before}[deviation]\n{deviation}\n[ungrouped]{behind}");
    let region = coefficients(&mut Draw(draw.0 ^ 0xc0ef), &region);
    let region = pricing_and_clearing(&mut Draw(draw.0 ^ 0xc1ea), &region);
    let region = region.replace("YEAR_BY", draw.pick(&["discharge", "settlement"]));
    let region = region.replace("share = SHARE", &format!("share = {share}"));
    let region = region.replace("REMAINDER", remainder).replace("FUND_SHARE", fund_share);
    let mut claims = "setl_id,fixmedins_code,insutype,med_type,adm_time,dscg_time,setl_time,act_ipt_days,age,dscg_caty,insu_admdvs,maindiag_code,diag_codes,oprn_codes,dise_no,group_code,medfee_sumamt,hifp_pay,hosp_part_amt,implant_amt,drug_apart_amt,hifob_pay,hifmi_pay\n".to_owned();
    // Rows of a block without quotes go the fast way, of every second year.
    let listed = draw.pick(&["\"I10,F20\"", "I10、F20"]);
    for i in 0..150 {
        let cost = 500 + draw.below(20_000);
        let billed = draw.below(cost + 1);
        let row = [
            format!("S{i:03}"),
            draw.pick(&["H1", "H2", "H3"]).to_owned(),
            draw.pick(&["310", "390", "391", "310"]).to_owned(),
            draw.pick(&["21", "28", "14", "11", ""]).to_owned(),
            draw.pick(&["2026-01-01", "2026-02-20", "", "0001-01-01"]).to_owned(),
            draw.pick(&["2026-03-01", "2026-04-11 08:30"]).to_owned(),
            draw.pick(&[
                "2026-03-01",
                "2026-03-05",
                "2026-12-31",
                "2026-06-01",
                "2027-01-02",
                "",
                "x",
            ])
            .to_owned(),
            draw.pick(&[
                "1", "7", "12", "35", "70", "", "", "", "0", "x", "12.0", "7.5", "-3", "36500", "36501", "100000",
            ])
            .to_owned(),
            draw.pick(&["3", "14", "15", "80", "", "14.5", "y"]).to_owned(),
            draw.pick(&["A15", "A15.01", "A03", ""]).to_owned(),
            draw.pick(&["990101", "980100", ""]).to_owned(),
            draw.pick(&["F20.0", "I10", ""]).to_owned(),
            draw.pick(&["F20|I10", listed, "I11", "", "F20;Z9"]).to_owned(),
            draw.pick(&["", "38.9"]).to_owned(),
            draw.pick(&["M1", "M2", "", "M9"]).to_owned(),
            draw.pick(&["A1", "B2", "T1", "", "Z9"]).to_owned(),
            format!("{cost}.{:02}", draw.below(100)),
            format!("{billed}.00"),
            draw.pick(&["", "", "0", "12.50", "100.00", "1.234"]).to_owned(),
            draw.pick(&["", "", "0", "250.01", "3000.00", "9000.33", "9000.33", "-1"])
                .to_owned(),
            draw.pick(&["", "", "0", "33.35", "700.5", "5000", "x"]).to_owned(),
            draw.pick(&["", "", "", "0.00", "300.00", "12000.00", "-1", "x"])
                .to_owned(),
            draw.pick(&["", "", "", "55.50"]).to_owned(),
        ];
        claims += &row.join(",");
        claims.push('\n');
    }
    for (name, text) in [
        ("region.toml", region.as_str()),
        ("claims.csv", &claims),
        ("groups.csv", GROUPS),
        ("hospitals.csv", HOSPITALS),
        ("prices.csv", PRICES),
        ("enrolment.csv", ENROLMENT),
        ("coefficients.csv", COEFFICIENTS),
        ("bonuses.csv", BONUSES),
        ("lower.csv", CAPS),
        ("institution-cap.csv", &all_caps()),
    ] {
        fs::write(folder.join(name), text).expect("the folder takes files");
    }
}

/// Seen to fail where the second path held costs against the mean cost alone; where E109 asked for an insurance type that a route pays, in place of a pool; and where
/// the fen left over went to claims of the first period alone; and where `*` was met by an empty field;
/// where `lower` took the higher, D′ began at D in place of F, and the base rate was a ten-thousandth more.
#[test]
fn the_second_path_accepts_every_routed_year() {
    let (mut settled, mut methods) = (0, std::collections::BTreeSet::new());
    for seed in 0..60 {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path();
        write_year(&mut Draw(seed), folder);
        let run = |name: &str, threads, block_bytes| {
            let options = SettleOptions {
                read: ReadOptions {
                    threads: Some(threads),
                    block_bytes,
                },
                ..SettleOptions::default()
            };
            let out = folder.join(name);
            let done = settle(&folder.join("region.toml"), &out, &options, &Progress::default());
            done.map(|_| out)
        };
        let one = match run("one", 1, 1 << 19) {
            Ok(one) => one,
            // Nothing left for points: told, and nothing published.
            Err(failure) => {
                let codes: Vec<&str> = failure.diagnostics().iter().map(|found| found.code).collect();
                let told = failure.diagnostics();
                assert!(codes == ["A103"] || codes == ["A102"], "seed {seed}: {told:?}");
                continue;
            }
        };
        settled += 1;
        let region = fs::read_to_string(folder.join("region.toml")).expect("it was written");
        let rules = [
            "method = \"rate\"",
            "[pool_clearing]",
            "\"institution-cap\"",
            "\"lower\"",
        ];
        methods.extend(
            rules
                .iter()
                .filter(|rule| region.contains(**rule))
                .map(|rule| (*rule).to_owned()),
        );
        let two = run("two", 2, 700).expect("the same year settles");
        let has_items = one.join("apart.csv").exists();
        let items = has_items.then_some("apart.csv");
        let files = [
            "claims.csv",
            "hospitals.csv",
            "pools.csv",
            "routes.csv",
            "capitation.csv",
            "rejects.csv",
        ];
        for file in files.into_iter().chain(items) {
            let read = |run: &Path| fs::read(run.join(file)).expect("every run has it");
            assert!(read(&one) == read(&two), "seed {seed}: {file} depends on the threads");
        }
        let verified = verify(&one, None, Some(1), &Progress::default()).expect("the run is there");
        let found: Vec<_> = verified.diagnostics();
        assert!(verified.is_sound(), "seed {seed}: {found:#?}");
        for cells in table(&one.join("claims.csv")).into_iter().skip(1) {
            methods.insert(format!("{} {}", cells[12], cells[5]));
            let apart = cells.get(14).is_some_and(|cost| cost != "0.00");
            if apart {
                methods.insert(format!("{} apart", cells[12]));
            }
        }
        for cells in table(&one.join("rejects.csv")).into_iter().skip(1) {
            methods.insert(cells[4].clone());
        }
        if has_items {
            for cells in table(&one.join("apart.csv")).into_iter().skip(1) {
                methods.insert(format!("{} out of {}", cells[0], cells[1]));
            }
        }
    }
    assert!(settled > 40, "{settled} of 60 years only");
    for reached in [
        "by-group normal",
        "part low",
        "long high",
        "days per-diem",
        "day-points per-diem",
        "priced by-disease",
        "priced by-item",
        "charged by-disease",
        "items by-item",
        "item-points by-item",
        "sign-up capitated",
        "chronic capitated",
        "incomplete by-cost",
        "incomplete ungrouped",
        "by-group apart",
        "long apart",
        "priced apart",
        "items apart",
        "E116",
        "implants out of devices",
        "drugs out of employee",
        "method = \"rate\"",
        "[pool_clearing]",
        "\"institution-cap\"",
        "\"lower\"",
    ] {
        assert!(methods.contains(reached), "no draw reached {reached}: {methods:?}");
    }
}
