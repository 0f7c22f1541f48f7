//! The other ways to each remark than the ones of testdata/errors, and what is next to them and none.

use crate::Region;
use std::path::Path;

const YEAR: &str = "year_start = \"2026-01-01\"\nyear_end = \"2026-12-31\"";
const BANDS: &str = "fund_share = \"0.2\" }";

/// The codes of a valid file with a text of it replaced, without those about sources.
fn remarks(from: &str, to: &str) -> Vec<&'static str> {
    let text = include_str!("../../tests/valid.toml");
    assert!(text.contains(from), "{from}");
    let text = text.replacen(from, to, 1);
    let region = Region::parse(Path::new("region.toml"), text).unwrap();
    let codes = region.remarks().into_iter().map(|remark| remark.code);
    let of_sources = |code: &&str| matches!(*code, "W301" | "W302" | "W303");
    codes.filter(|code| !of_sources(code)).collect()
}

#[track_caller]
fn one(code: &str, from: &str, to: &str) {
    assert_eq!(remarks(from, to), [code]);
}

#[track_caller]
fn none(from: &str, to: &str) {
    assert!(remarks(from, to).is_empty(), "{:?}", remarks(from, to));
}

#[test]
fn the_valid_file_lacks_only_sources() {
    none("[region]", "[region]");
}

#[test]
fn region_and_year() {
    one("W304", "\"320900\"", "\"32090\"");
    one("W304", "\"320900\"", "\"32090A\"");
    one("W305", "\"2026-12-31\"", "\"2027-12-31\"");
    none(YEAR, "year_start = \"2026-07-01\"\nyear_end = \"2027-06-30\"");
    none(YEAR, "year_start = \"2028-01-01\"\nyear_end = \"2028-12-31\"");
}

#[test]
fn pools() {
    one("W306", "reserve = \"0.05\"", "reserve = \"1\"");
    none("[\"310\"]", "[\"310\", \"340\"]");
    one(
        "W312",
        "id = \"employee\"",
        "id = \"employee\"\nbase_rate = \"9876.54\"",
    );
}

/// A budget grows by a few percent; and what is nothing is told where it is written.
#[test]
fn growth() {
    let grown = |growth: &str| format!("base_year_budget = \"500000000.00\"\ngrowth = \"{growth}\"");
    one("W332", "budget = \"512345678.00\"", &grown("6.5"));
    one("W332", "budget = \"512345678.00\"", &grown("-0.5"));
    none("budget = \"512345678.00\"", &grown("0.49"));
    one(
        "W306",
        "budget = \"512345678.00\"",
        &grown("0").replace("500000000.00", "0"),
    );
}

/// Overspend and reserve are held against each other in the section that clears the pool.
#[test]
fn a_pool_with_a_clearing_of_its_own() {
    let apart = |overspend: &str| {
        format!(
            "floor_at_zero = false\n\n[[clearing_for]]\npools = [\"employee\"]\nsurplus_floor = \"0\"\nsurplus_keep = \"1\"\n\
             overspend = [{overspend}]\nquality_deposit = \"0\"\nassessment = {{ full_from = \"90\", none_below = \"60\" }}"
        )
    };
    let bands = "{ up_to = \"1.10\", fund_share = \"0.5\" }";
    none("floor_at_zero = false", &apart(bands));
    one("W308", "floor_at_zero = false", &apart(""));
    let text = include_str!("../../tests/valid.toml");
    let without = |overspend: &str| {
        let text = text.replacen("reserve = \"0.05\"", "reserve = \"0\"", 1);
        let text = text.replacen("floor_at_zero = false", &apart(overspend), 1);
        let region = Region::parse(Path::new("region.toml"), text).unwrap();
        region.remarks().iter().any(|remark| remark.code == "W307")
    };
    assert!(!without(""));
    assert!(without(bands));
}

/// What a pool with a share distributes is its part of the budget above.
#[test]
fn a_share_of_a_budget_is_a_budget() {
    let text = include_str!("../../tests/valid.toml");
    let start = text.find("[[pool]]").unwrap();
    let end = text.find("[pricing]").unwrap();
    let with_tree = |amount: &str| {
        let pools = format!(
            "[[budget]]\nid = \"fund\"\ninsutype = [\"310\"]\namount = \"{amount}\"\n\n[[pool]]\nid = \"employee\"\nof = \"fund\"\nshare = \"1\"\ninsutype = [\"310\"]\nreserve = \"0.05\"\n\n"
        );
        let text = format!("{}{pools}{}", &text[..start], &text[end..]);
        let region = Region::parse(Path::new("region.toml"), text).unwrap();
        let remarks = region.remarks().into_iter().filter(|remark| remark.code == "W306");
        remarks
            .map(|remark| remark.place.unwrap().excerpt.unwrap().line_text)
            .collect::<Vec<_>>()
    };
    assert!(with_tree("1000.00").is_empty());
    assert_eq!(with_tree("0"), ["amount = \"0\""]);
}

/// Sections of a kind have one remark on their sources, and their ties to others need none.
#[test]
fn sections_of_a_kind_have_one_remark() {
    let text = include_str!("../../tests/valid.toml").replace(
        "[pricing]",
        "[[route]]\nid = \"a\"\npools = [\"employee\"]\nmethod = \"by-group\"\nwhen = { med_type = [\"21\"] }\n\n[[route]]\nid = \"b\"\npools = [\"employee\"]\nmethod = \"by-group\"\n\n[pricing]",
    );
    let region = Region::parse(Path::new("region.toml"), text).unwrap();
    let of_routes = region
        .remarks()
        .into_iter()
        .filter(|remark| remark.text.en.contains("[[route]] without"));
    let texts: Vec<String> = of_routes.map(|remark| remark.text.en).collect();
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(
        texts[0].contains("route[0].when") && !texts[0].contains("pools"),
        "{texts:?}"
    );
}

#[test]
fn pricing_and_fund_share() {
    one("W312", "[\"basic\"]", "[\"basic\", \"tcm\", \"basic\"]");
    none("[\"basic\"]", "[\"basic\", \"tcm\"]");
    let method = "method = \"difference\"\nfloor_at_zero = false";
    none(method, "method = \"difference\"\nfloor_at_zero = true");
    one("W312", method, "method = \"actual-ratio\"\nfloor_at_zero = true");
    one(
        "W312",
        method,
        "method = \"fund-points\"\npool_ratio = \"0.7\"\nfloor_at_zero = false",
    );
    none(
        method,
        "method = \"actual-ratio\"\npool_ratio = \"0.7\"\nfloor_at_zero = false",
    );
}

#[test]
fn outliers_and_ungrouped() {
    one("W314", "ratio = \"0.5\"", "ratio = \"2\"");
    one("W314", "ratio = \"0.5\"", "ratio = \"1.01\"");
    none("ratio = \"0.5\"", "ratio = \"1\"");
    none("ratio = \"2.0\"", "ratio = \"1\"");
    let low = |ratio: &str| format!("ratio = \"0.5\", tiers = [ {{ level = \"3\", ratio = \"{ratio}\" }} ]");
    one("W313", "ratio = \"0.5\"", &low("0"));
    one("W314", "ratio = \"0.5\"", &low("1.01"));
    none("ratio = \"0.5\"", &low("1"));
    let high = |ratio: &str| format!("ratio = \"2.0\", tiers = [ {{ level = \"3\", ratio = \"{ratio}\" }} ]");
    one("W314", "ratio = \"2.0\"", &high("0.99"));
    none("ratio = \"2.0\"", &high("1"));
    none("[deviation]", "[deviation]\ncompare_with = \"standard\"");
    one("W315", "share = \"0.8\"", "share = \"0.0\"");
    none("share = \"0.8\"", "share = \"0.99\"");
}

/// Seen to fail without the remark.
#[test]
fn a_coefficient_that_no_group_has() {
    let found = remarks(
        "coefficient_not_for = [\"basic\"]\nmean_cost_all = \"9000.00\"\nscale = \"100\"\n\n[deviation]",
        "coefficient_not_for = [\"basic\", \"core\", \"tcm\"]\nmean_cost_all = \"9000.00\"\nscale = \"100\"\n\n[deviation]\ncompare_with = \"standard\"",
    );
    assert_eq!(found, ["W311", "W312"]);
}

#[test]
fn clearing() {
    none("surplus_keep = \"1\"", "surplus_keep = \"0.01\"");
    none("surplus_floor = \"0.85\"", "surplus_floor = \"0.99\"");
    none(BANDS, "fund_share = \"0.5\" }");
    one("W318", BANDS, "fund_share = \"0.51\" }");
    none("quality_deposit = \"0.05\"", "quality_deposit = \"0\"");
    one("W319", "quality_deposit = \"0.05\"", "quality_deposit = \"0.051\"");
    one(
        "W320",
        "full_from = \"90\", none_below = \"60\"",
        "full_from = \"0\", none_below = \"0\"",
    );
    none("full_from = \"90\"", "full_from = \"100\"");
    let by_score = "full_from = \"90\", none_below = \"60\"";
    let steps = |from, share| format!("steps = [ {{ from = \"{from}\", share = \"{share}\" }} ]");
    one("W320", by_score, &steps("0", "1"));
    one("W320", by_score, &steps("101", "0.5"));
    one("W320", by_score, &steps("0.9", "1"));
    one("W320", by_score, &steps("90", "0"));
    one(
        "W320",
        "full_from = \"90\", none_below = \"60\"",
        "full_from = \"0.9\", none_below = \"0.6\"",
    );
    none(by_score, &steps("1.1", "1"));
    let of_surplus = |steps: &str| format!("surplus_keep = \"1\"\nsurplus_assessment = {{ {steps} }}");
    one("W320", "surplus_keep = \"1\"", &of_surplus(&steps("0.9", "1")));
    none("surplus_keep = \"1\"", &of_surplus(&steps("90", "1")));
    none(by_score, &steps("90", "0.8"));
}

#[test]
fn dates() {
    let share = |entries: &str| format!("share = [{entries}] #");
    let plain = "share = \"0.8\" #";
    let later = "{ from = \"2026-01-01\", value = \"0.8\" }, { from = \"2027-01-01\", value = \"0.7\" }";
    one("W321", plain, &share(later));
    let ended =
        "{ from = \"2025-01-01\", to = \"2025-12-31\", value = \"0.8\" }, { from = \"2026-01-01\", value = \"0.7\" }";
    one("W321", plain, &share(ended));
    none(
        plain,
        &share("{ from = \"2025-12-31\", value = \"0.8\" }, { from = \"2026-12-31\", value = \"0.7\" }"),
    );
    // What is odd in one period only is told there.
    one(
        "W315",
        plain,
        &share("{ from = \"2026-01-01\", value = \"0.8\" }, { from = \"2026-05-01\", value = \"1\" }"),
    );
}

#[test]
fn a_list_is_cited_as_a_whole() {
    let text = include_str!("../../tests/valid.toml");
    let region = Region::parse(Path::new("region.toml"), text.to_owned()).unwrap();
    let remarks = region.remarks();
    let clearing = remarks
        .iter()
        .find(|remark| remark.text.en.contains("[clearing]"))
        .unwrap();
    assert!(!clearing.text.en.contains("overspend"), "{}", clearing.text);
    assert!(
        clearing.text.en.contains("clearing.surplus_floor (line "),
        "{}",
        clearing.text
    );
    let named = |key: &str| remarks.iter().any(|remark| remark.text.en.contains(key));
    assert!(named("pool[0].reserve") && !named("pool[0].budget") && !named("pool[0].id") && !named("files."));
}
