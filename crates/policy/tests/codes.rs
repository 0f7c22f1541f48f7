//! Each mistake has its code and its place.
#![allow(clippy::unwrap_used)] // also in the helpers, which the lint takes for code

use dianzhi_policy::{Diagnostic, Diagnostics, Region};
use std::path::Path;

const VALID: &str = include_str!("valid.toml");

fn parse(text: &str) -> Result<Region, Diagnostics> {
    Region::parse(Path::new("region.toml"), text.to_owned())
}

/// Code, line and column of a mistake; column 0 for the whole file.
type Found = (String, u64, u64);

fn found(text: &str) -> Vec<Found> {
    let place = |d: &Diagnostic| {
        let place = d.place.as_ref().unwrap();
        (d.code.to_owned(), place.line, place.column.unwrap_or(0))
    };
    match parse(text) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.0.iter().map(place).collect(),
    }
}

/// Replaces texts of the valid file, and expects the codes at the places marked by `«`, in order.
#[track_caller]
fn expect(codes: &[&str], changes: &[(&str, &str)]) {
    let mut text = VALID.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the valid file has no {from}");
        text = text.replacen(from, to, 1);
    }
    let mut places = Vec::new();
    for (line, content) in text.lines().enumerate() {
        let marks = content.chars().enumerate().filter(|(_, c)| *c == '«');
        places.extend(
            marks
                .enumerate()
                .map(|(before, (at, _))| (line as u64 + 1, (at - before) as u64 + 1)),
        );
    }
    let expected: Vec<Found> = codes
        .iter()
        .zip(places)
        .map(|(code, (l, c))| ((*code).to_owned(), l, c))
        .collect();
    assert_eq!(expected.len(), codes.len(), "a mark is missing");
    let text = text.replace('«', "");
    let shown = parse(&text).map(|_| ()).map_err(|mistakes| mistakes.to_string());
    assert_eq!(found(&text), expected, "{shown:?}");
}

#[track_caller]
fn one(code: &str, from: &str, to: &str) {
    expect(&[code], &[(from, to)]);
}

#[track_caller]
fn none(from: &str, to: &str) {
    expect(&[], &[(from, to)]);
}

#[test]
fn the_valid_file_is_valid() {
    if let Err(mistakes) = parse(VALID) {
        panic!("{mistakes}");
    }
    parse(&VALID.replace('\n', "\r\n")).unwrap();
    parse(&format!("\u{feff}{VALID}")).unwrap();
    let (before, rest) = VALID.split_once("overspend = [").unwrap();
    let (_, after) = rest.split_once("\n]").unwrap();
    let region = parse(&format!("{before}overspend = []{after}")).unwrap();
    assert!(region.policy.clearing.overspend.is_empty());
    none("setl_id = \"结算流水号\"\n", "");
    none("coefficient_not_for = [\"basic\"]", "coefficient_not_for = []");
    none("money = 2", "money = 0x2");
    none("[ungrouped]\nshare", "[ungrouped]\n\"share\"");
}

#[test]
fn p101_toml() {
    one("P101", "id = \"employee\"", "id = «employee");
    one("P101", "reserve = \"0.05\"", "reserve = «5%");
    one("P101", "reserve = \"0.05\"", "reserve =«");
    one(
        "P101",
        "reserve = \"0.05\"",
        "reserve = “0.05”".replace("“0", "«“0").as_str(),
    );
    one("P101", "reserve = \"0.05\"", "reserve = \"0.05«");
    one(
        "P101",
        "high = { ratio = \"2.0\", inclusive = false }",
        "high = { ratio = \"2.0, inclusive = false }«",
    );
    one("P101", "reserve = \"0.05\"", "reserve = \"0.05\"\n«id = \"twice\"");
    one("P101", "reserve = \"0.05\"", "«比例 = \"0.05\"");
    one("P101", "[ungrouped]", "[ungrouped«");
    one("P101", "[ungrouped]", "[«pricing]");
    one("P101", "\"90\", none_below = \"60\" }", "\"90\", none_below = \"60\"«");
    one("P101", "[columns]", "[columns]\n«结算流水号 = \"setl_id\"");
    // Where the mistake stays in its line, the others are found as well.
    expect(
        &["P101", "P106"],
        &[
            ("id = \"employee\"", "id = «employee"),
            ("share = \"0.8\"", "share = «\"8\""),
        ],
    );
}

#[test]
fn p102_unknown() {
    one("P102", "reserve =", "«reserv =");
    one("P102", "[ungrouped]", "[«ungroup]");
    one("P102", "[[pool]]", "[[«pools]]\nid = 'x'\n[[pool]]");
    one("P102", "inclusive = false", "inclusive = false, «colour = 'red'");
    one("P102", "setl_id", "«setlid");
    one("P102", "money = 2", "money = 2\n«weather.today = 'fine'");
    one("P102", "[region]", "«reserve = '1'\n[region]");
    one("P104", "[region]", "budget = «'1'\n[region]");
    one("P102", "[clearing]", "[«weather]\nsun = 1\n[clearing]");
    // A slip of the pen is one mistake; its value is read as what was meant.
    expect(
        &["P102", "P106"],
        &[("[ungrouped]", "[«ungroup]"), ("share = \"0.8\"", "share = «\"8\"")],
    );
}

#[test]
fn p102_says_what_was_meant() {
    let help = |from: &str, to: &str| parse(&VALID.replacen(from, to, 1)).unwrap_err().0[0].help.clone();
    assert!(help("reserve =", "Reserv =").en.starts_with("did you mean reserve?"));
    assert!(help("setl_id", "setlid").zh.starts_with("是否为 setl_id？"));
    assert!(help("setl_id", "\"险种类型\"").en.starts_with("did you mean insutype?"));
    let elsewhere = help("share = \"0.8\" #", "share = \"0.8\"\nmean_cost_all = '1'");
    assert!(elsewhere.en.contains("belongs in [pricing]"), "{elsewhere}");
}

#[test]
fn p103_missing() {
    one("P103", "[ungrouped]\nshare = \"0.8\" #", "«[ungrouped]");
    one("P103", "[[pool]]\nid = \"employee\"", "«[[pool]]");
    one(
        "P103",
        "low = { ratio = \"0.5\", inclusive = false }",
        "low = «{ inclusive = false }",
    );
    one("P103", "{ up_to = \"1.10\", ", "«{ ");
    let without_section = VALID.replace("[ungrouped]\nshare = \"0.8\" #", "");
    assert_eq!(found(&without_section), [("P103".to_owned(), 1, 0)]);
    let missing = &parse(&without_section).unwrap_err().0[0];
    assert!(
        missing.help.en.contains("[ungrouped]\nshare = \"0.8\""),
        "{}",
        missing.help
    );
    // An empty file lacks every required section, and nothing else is said of it.
    assert_eq!(found(""), vec![("P103".to_owned(), 1, 0); 9]);
}

#[test]
fn p104_wrong_type() {
    one("P104", "reserve = \"0.05\"", "reserve = «0.05");
    one("P104", "scale = \"100\"", "scale = «100");
    one("P104", "scale = \"100\"", "scale = «true");
    one("P104", "points = 4", "points = «\"4\"");
    one("P104", "points = 4", "points = «4.0");
    one("P104", "money = 2", "money = «2.0");
    one("P104", "\"2026-01-01\"", "«2026-01-01");
    one("P104", "floor_at_zero = false", "floor_at_zero = «\"false\"");
    one("P104", "code = \"320900\"", "code = «320900");
    one("P104", "claims = [\"claims.csv\"]", "claims = «\"claims.csv\"");
    one("P104", "claims = [\"claims.csv\"]", "claims = [\"claims.csv\", «1]");
    one("P104", "insutype = [\"390\", \"391\"]", "insutype = [\"390\", «391]");
    one("P104", "mode = \"half-up\"", "mode = «2");
    one("P104", "low = { ratio = \"0.5\", inclusive = false }", "low = «\"0.5\"");
    one("P104", "{ up_to = \"1.10\", fund_share = \"0.5\" }", "«\"1.10\"");
    one("P104", "\"结算流水号\"", "«1");
    expect(
        &["P104", "P103"],
        &[
            ("[region]", "columns = «1\n[region]"),
            ("[columns]\nsetl_id = \"结算流水号\"\nhifp_pay = \"统筹支付#1\"", ""),
            ("[ungrouped]\nshare = \"0.8\"", "«[ungrouped]"),
        ],
    );
    let help = &parse(&VALID.replacen("\"0.05\"", "0.05", 1)).unwrap_err().0[0].help;
    assert!(help.en.contains("write it in quotes: \"0.05\""), "{help}");
}

#[test]
fn p104_one_pool_in_single_brackets() {
    let (before, rest) = VALID.split_once("[[pool]]").unwrap();
    let (first, after) = rest.split_once("[[pool]]").unwrap();
    let (_, after) = after.split_once("[pricing]").unwrap();
    let text = format!("{before}[pool]{first}[pricing]{after}");
    let line = before.matches('\n').count() as u64 + 1;
    assert_eq!(found(&text), [("P104".to_owned(), line, 1)]);
}

#[test]
fn p105_decimal() {
    for bad in ["85%", "1e3", "", "０.5", "1,000", " 1", "99999999999999999999"] {
        one("P105", "scale = \"100\"", &format!("scale = «\"{bad}\""));
    }
}

#[test]
fn p106_range() {
    one("P106", "reserve = \"0.05\"", "reserve = «\"1.5\"");
    one("P106", "points = 4", "points = «13");
    one("P106", "points = 4", "points = «-1");
    one("P106", "points = 4", "points = «99999999999");
    one("P106", "scale = \"100\"", "scale = «\"0\"");
    one("P106", "name = \"示例市\"", "name = «\"\"");
    one("P106", "claims = [\"claims.csv\"]", "claims = «[]");
    one("P106", "claims = [\"claims.csv\"]", "claims = [\"a\", «\"\"]");
    one("P106", "insutype = [\"310\"]", "insutype = «[]");
    one("P106", "up_to = \"1.20\"", "up_to = «\"1.05\"");
    one("P106", "hifp_pay = \"统筹支付#1\"", "hifp_pay = «\"\"");
    one("P106", "floor_at_zero", "pool_ratio = «\"0\"\nfloor_at_zero");
}

#[test]
fn p107_words() {
    one("P107", "mode = \"half-up\"", "mode = «\"half_up\"");
    one("P107", "remainder = \"fund\"", "remainder = «\"\"");
    one("P107", "method = \"points\"", "method = «\"point\"");
    one("P107", "method = \"difference\"", "method = «\"差额法\"");
    one("P107", "[\"basic\"]", "[\"basic\", «\"tcn\"]");
    one("P107", "money = 2", "money = «3");
    one("P107", "groups =", "encoding = «\"gbk\"\ngroups =");
    let help = |to: &str| {
        parse(&VALID.replacen("\"difference\"", to, 1)).unwrap_err().0[0]
            .help
            .en
            .clone()
    };
    assert!(help("\"diference\"").starts_with("did you mean \"difference\"?"));
    assert!(help("\"差额法\"").starts_with("did you mean \"difference\"?"));
    assert!(help("\"x\"").starts_with("Allowed: \"fund-points\""));
}

#[test]
fn p108_dates() {
    one("P108", "\"2026-12-31\"", "«\"2026-02-30\"");
    one("P108", "\"2026-12-31\"", "«\"2026/12/31\"");
    one("P108", "\"2026-12-31\"", "«\"2025-12-31\"");
    none("\"2026-12-31\"", "\"2026-01-01\"");
}

#[test]
fn p109_contradictions_show_both_places() {
    let other = |from: &str, to: &str| {
        let mistakes = parse(&VALID.replacen(from, to, 1)).unwrap_err().0;
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        (mistakes[0].code, mistakes[0].also[0].0.line)
    };
    let line = |text: &str| VALID[..VALID.find(text).unwrap()].matches('\n').count() as u64 + 1;
    one("P109", "{ ratio = \"0.5\"", "{ ratio = «\"2.5\"");
    assert_eq!(
        other("{ ratio = \"0.5\"", "{ ratio = \"2.5\""),
        ("P109", line("high = {"))
    );
    one("P109", "hifp_pay = \"统筹支付#1\"", "hifp_pay = «\"结算流水号\"");
    assert_eq!(other("统筹支付#1", "结算流水号"), ("P109", line("setl_id")));
    one("P109", "[\"390\", \"391\"]", "[\"390\", «\"310\"]");
    one("P109", "id = \"resident\"", "id = «\"employee\"");
    one("P109", "none_below = \"60\"", "none_below = «\"95\"");
    let by_score = "full_from = \"90\", none_below = \"60\"";
    one(
        "P109",
        by_score,
        "steps = [ { from = \"90\", share = \"0.5\" }, { from = \"80\", share = «\"0.6\" } ]",
    );
    one(
        "P109",
        by_score,
        "full_from = «\"90\", steps = [ { from = \"90\", share = \"1\" } ]",
    );
    expect(
        &["P109", "P109"],
        &[
            ("method = \"points\"", "method = \"rate\""),
            ("[[pool]]\nid = \"employee\"", "«[[pool]]\nid = \"employee\""),
            ("[[pool]]\nid = \"resident\"", "«[[pool]]\nid = \"resident\""),
        ],
    );
    expect(
        &["P109", "P109"],
        &[
            ("remainder = \"fund\"", "remainder = ««\"largest-remainder\""),
            ("\"difference\"", "\"actual-ratio\""),
            ("method = \"points\"", "method = \"rate\""),
            ("id = \"employee\"", "id = \"employee\"\nbase_rate = \"1\""),
            ("id = \"resident\"", "id = \"resident\"\nbase_rate = \"1\""),
        ]
        .map(|(from, to)| (from, to)),
    );
}

#[test]
fn p110_decimals() {
    one("P110", "budget = \"812345678.00\"", "budget = «\"812345678.001\"");
    none("budget = \"812345678.00\"", "budget = \"812345678.000\"");
    one(
        "P110",
        "reserve = \"0.05\"",
        "reserve = \"0.05\"\nbase_rate = «\"1.1234567\"",
    );
}

#[test]
fn nothing_is_said_of_placeholders() {
    // The high bound is broken, so the low one is not held against it, and so on.
    one("P104", "high = { ratio = \"2.0\"", "high = { ratio = «0.1");
    one("P105", "up_to = \"1.10\"", "up_to = «\"x\"");
    one("P104", "[\"390\", \"391\"]", "[«390, \"391\"]");
    one("P107", "[pricing]\nmethod = \"points\"", "[pricing]\nmethod = «\"rat\"");
    expect(
        &["P105"],
        &[
            ("method = \"points\"", "method = \"rate\""),
            ("id = \"resident\"", "id = \"resident\"\nbase_rate = «\"x\""),
            ("id = \"employee\"", "id = \"employee\"\nbase_rate = \"1\""),
        ],
    );
    expect(
        &["P104"],
        &[
            ("point_value = 6", "point_value = «\"6\""),
            ("id = \"employee\"", "id = \"employee\"\nbase_rate = \"1.123456789\""),
        ],
    );
}

#[test]
fn ten_mistakes_are_reported_at_once_in_file_order() {
    expect(
        &[
            "P106", "P108", "P102", "P107", "P104", "P110", "P105", "P109", "P103", "P107",
        ],
        &[
            ("name = \"示例市\"", "name = «\"\""),
            ("\"2026-12-31\"", "«\"2026-13-31\""),
            ("setl_id", "«setlid"),
            ("mode = \"half-up\"", "mode = «\"halfup\""),
            ("reserve = \"0.05\"", "reserve = «0.05"),
            ("\"512345678.00\"", "«\"512345678.001\""),
            ("scale = \"100\"", "scale = «\"1OO\""),
            ("{ ratio = \"0.5\"", "{ ratio = «\"2.5\""),
            ("[ungrouped]\nshare = \"0.8\"", "«[ungrouped]"),
            ("method = \"difference\"", "method = «\"diff\""),
        ],
    );
}

#[test]
fn bounds_of_the_point_value() {
    let with = |bounds: &str| format!("id = \"employee\"\npoint_value = {bounds}");
    none("id = \"employee\"", &with("{ floor = \"80\", ceiling = \"120\" }"));
    none("id = \"employee\"", &with("{ ceiling = \"120.123456\" }"));
    one("P106", "id = \"employee\"", &with("«{ }"));
    one("P106", "id = \"employee\"", &with("{ floor = «\"0\" }"));
    one("P110", "id = \"employee\"", &with("{ floor = «\"1.1234567\" }"));
    one("P105", "id = \"employee\"", &with("{ floor = «\"8O\" }"));
    one("P102", "id = \"employee\"", &with("{ «flor = \"80\" }"));
    one("P104", "id = \"employee\"", &with("«\"80\""));
    one(
        "P109",
        "id = \"employee\"",
        &with("{ floor = «\"120\", ceiling = \"80\" }"),
    );
    expect(
        &["P109"],
        &[
            ("id = \"employee\"", &with("«{ floor = \"80\" }")),
            ("remainder = \"fund\"", "remainder = \"largest-remainder\""),
        ],
    );
}

const APART: &str = "\n[[clearing_for]]\npools = [\"resident\"]\nsurplus_floor = \"0.85\"\nsurplus_keep = \"1\"\noverspend = []\n\
    quality_deposit = \"0.05\"\nassessment = { full_from = \"90\", none_below = \"60\" }\n";

/// The valid file with another section of clearing behind it.
#[track_caller]
fn apart(code: &[&str], from: &str, to: &str) {
    assert!(APART.contains(from), "there is no {from}");
    let end = VALID.lines().last().unwrap();
    let with = format!("{end}\n{}", APART.replacen(from, to, 1));
    expect(code, &[(end, &with)]);
}

#[test]
fn rules_of_clearing() {
    apart(&[], "resident", "resident");
    apart(&["P106"], "\"resident\"", "«\"nobody\"");
    apart(&["P106"], "[\"resident\"]", "«[]");
    apart(&["P109"], "\"resident\"", "\"resident\", «\"resident\"");
    apart(
        &["P103"],
        "[[clearing_for]]\npools = [\"resident\"]",
        "«[[clearing_for]]",
    );
    apart(
        &["P103"],
        "[[clearing_for]]\npools = [\"resident\"]\nsurplus_floor = \"0.85\"",
        "«[[clearing_for]]\npools = [\"resident\"]",
    );
    apart(&["P106"], "surplus_keep = \"1\"", "surplus_keep = «\"2\"");
    let bands = "surplus_bands = [ { from = \"0.9\", keep = \"1\" } ]";
    apart(&[], "surplus_floor = \"0.85\"\nsurplus_keep = \"1\"", bands);
    apart(
        &["P109"],
        "surplus_floor = \"0.85\"\nsurplus_keep = \"1\"",
        &format!("surplus_floor = «\"0.85\"\n{bands}"),
    );
    expect(
        &["P109", "P109"],
        &[
            ("surplus_floor = ", &format!("{bands}\nsurplus_floor = «")),
            ("surplus_keep = ", "surplus_keep = «"),
        ],
    );
    one("P107", "quality_deposit", "sharing = «\"stepwise\"\nquality_deposit");
    one("P106", "quality_deposit", "surplus_cap = «\"5\"\nquality_deposit");
    one("P104", "quality_deposit", "from_inclusive = «\"yes\"\nquality_deposit");
}

/// Caps are named where they are compared with, and nowhere else.
#[test]
fn institution_caps() {
    let files = "hospitals = \"hospitals.csv\"\n";
    let with_caps = format!("{files}caps = \"caps.csv\"\n");
    let compare = "compare = \"lower\"\nquality_deposit";
    expect(&[], &[(files, &with_caps), ("quality_deposit", compare)]);
    one(
        "P109",
        "quality_deposit",
        "compare = «\"institution-cap\"\nquality_deposit",
    );
    one("P109", files, &format!("{files}caps = «\"caps.csv\"\n"));
    one("P107", "quality_deposit", "compare = «\"higher\"\nquality_deposit");
}

#[test]
fn clearing_of_a_pool() {
    let with = |rest: &str| format!("[pool_clearing]\nsurplus_to_hospitals = \"0.85\"\n{rest}\n\n[clearing]");
    none("[clearing]", &with("overspend_to_hospitals = \"0.7\""));
    none(
        "[clearing]",
        &with("overspend_to_hospitals = \"0.7\"\nfund_bears_at_most = \"0.05\""),
    );
    one("P106", "[clearing]", &with("overspend_to_hospitals = «\"1.1\""));
    one("P105", "[clearing]", &with("overspend_to_hospitals = «\"70%\""));
    one(
        "P103",
        "[clearing]",
        "«[pool_clearing]\nsurplus_to_hospitals = \"1\"\n\n[clearing]",
    );
    one(
        "P102",
        "[clearing]",
        &with("overspend_to_hospitals = \"0.7\"\n«colour = \"red\""),
    );
    let rate = "base_rate = \"90\"\nreserve";
    let text = VALID
        .replacen("method = \"points\"", "method = \"rate\"", 1)
        .replace("reserve", rate)
        .replacen("[clearing]", &with("overspend_to_hospitals = \"0.7\""), 1);
    let codes: Vec<String> = found(&text).into_iter().map(|(code, ..)| code).collect();
    assert_eq!(codes, ["P109"]);
}

const TREE: &str = "[[budget]]\nid = \"employee-fund\"\ninsutype = [\"310\"]\namount = \"1000.00\"\n\n\
    [[budget]]\nid = \"resident-fund\"\ninsutype = [\"390\", \"391\"]\namount = \"512345678.00\"\n\n[[pool]]\nid = \"employee\"\nof = \"employee-fund\"";

/// The valid file below a tree, with a change of the tree and one of the rest.
#[track_caller]
fn tree(codes: &[&str], from: &str, to: &str) {
    assert!(TREE.contains(from), "there is no {from}");
    let tree = TREE.replacen(from, to, 1);
    expect(
        codes,
        &[
            ("[[pool]]\nid = \"employee\"", &tree),
            ("budget = \"812345678.00\"", "share = \"1\""),
            ("id = \"resident\"", "id = \"resident\"\nof = \"resident-fund\""),
        ],
    );
}

#[test]
fn a_budget_tree() {
    tree(&[], "1000.00", "1000.00");
    tree(&["P106"], "of = \"employee-fund\"", "of = «\"nobody\"");
    tree(
        &["P103"],
        "[[pool]]\nid = \"employee\"\nof = \"employee-fund\"",
        "«[[pool]]\nid = \"employee\"",
    );
    tree(&["P106"], "amount = \"1000.00\"", "amount = «\"-1\"");
    tree(&["P105"], "amount = \"1000.00\"", "amount = «\"1,000\"");
    tree(
        &["P102"],
        "amount = \"1000.00\"",
        "amount = \"1000.00\"\n«colour = \"red\"",
    );
    tree(&["P109"], "[\"390\", \"391\"]", "[\"390\", \"391\", «\"310\"]");
    tree(&["P109"], "insutype = [\"310\"]", "insutype = [\"310\", «\"392\"]");
    let change = |row: &str| format!("amount = \"1000.00\"\nchanges = [ {{ {row} }} ]");
    let on = "on = \"2026-06-30\", add = \"5.00\", reason = \"疫情\"";
    tree(&[], "amount = \"1000.00\"", &change(on));
    tree(
        &["P106"],
        "amount = \"1000.00\"",
        &change("on = «\"2027-01-01\", add = \"5.00\", reason = \"疫情\""),
    );
    tree(
        &["P108"],
        "amount = \"1000.00\"",
        &change("on = «\"2026-06-31\", add = \"5.00\", reason = \"疫情\""),
    );
    tree(
        &["P106"],
        "amount = \"1000.00\"",
        &change("on = \"2026-06-30\", add = «\"0\", reason = \"疫情\""),
    );
    tree(
        &["P106"],
        "amount = \"1000.00\"",
        &change("on = \"2026-06-30\", add = \"5.00\", reason = «\"\""),
    );
    tree(
        &["P103"],
        "amount = \"1000.00\"",
        "amount = \"1000.00\"\nchanges = [ «{ on = \"2026-06-30\", add = \"5.00\" } ]",
    );
    // A pool by itself.
    let budget = "budget = \"812345678.00\"";
    none(budget, &format!("{budget}\nchanges = [ {{ {on} }} ]"));
    one("P109", budget, &format!("{budget}\nshare = «\"1\""));
}

/// A pool has a budget or a share.
#[test]
fn a_pool_below_a_tree() {
    let both = |of_pool: &str| {
        [
            ("[[pool]]\nid = \"employee\"".to_owned(), TREE.to_owned()),
            ("budget = \"812345678.00\"".to_owned(), of_pool.to_owned()),
            (
                "id = \"resident\"".to_owned(),
                "id = \"resident\"\nof = \"resident-fund\"".to_owned(),
            ),
        ]
    };
    for (code, of_pool) in [
        ("P109", "budget = \"1000.00\"\nshare = «\"1\""),
        ("P109", "budget = «\"999.99\""),
        ("P109", "share = «\"0.9\""),
    ] {
        let changes = both(of_pool);
        let changes: Vec<(&str, &str)> = changes.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        expect(&[code], &changes);
    }
    let neither = both("").map(|(from, to)| (from, to.replace("[[pool]]", "«[[pool]]")));
    let neither: Vec<(&str, &str)> = neither.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    expect(&["P103"], &neither);
}
