//! Routes and methods as the mixed example writes them, and the slips that are told.

use dianzhi_core::{PayIn, Test};
use dianzhi_policy::Region;

const MIXED: &str = include_str!("../../../examples/mixed-region/region.toml");

fn codes(text: &str) -> Vec<&'static str> {
    match Region::parse("region.toml".as_ref(), text.to_owned()) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.0.iter().map(|mistake| mistake.code).collect(),
    }
}

#[test]
fn the_mixed_region_is_read() {
    let region = Region::parse("region.toml".as_ref(), MIXED.to_owned()).expect("the example is sound");
    let policy = &region.policy;
    assert_eq!(policy.routes.len(), 13);
    assert_eq!(policy.methods.pay_in("psychiatric-days"), PayIn::Money);
    assert_eq!(policy.methods.pay_in("by-group"), PayIn::Points);
    let psychiatric = &policy.routes[5];
    assert_eq!(psychiatric.when[0].field, "dscg_caty");
    assert!(matches!(psychiatric.when[1].test, Test::Between { to: None, .. }));
    assert!(policy.dead_routes().is_empty());
}

#[test]
fn slips_are_told() {
    for (from, to, code) in [
        ("prices = \"prices.csv\"\n", "", "P109"),
        ("enrolment = \"enrolment.csv\"\n", "", "P109"),
        ("band = \"60+\"", "band = \"0-6\"", "P109"),
        ("per_head = \"120.00\"", "per_head = \"120.005\"", "P110"),
        ("first_payment = \"1\"", "first_payment = \"1.1\"", "P106"),
        ("id = \"special-disease\"", "id = \"visits\"", "P109"),
        (
            "act_ipt_days = { from = \"61\" }",
            "adm_time = { from = \"61\" }",
            "P104",
        ),
        ("[\"hosp_part_amt\"]", "[\"hosp_part_amt\", \"hosp_part_amt\"]", "P109"),
        ("[\"hosp_part_amt\"]", "[\"dscg_caty\"]", "P102"),
        ("med_type = [\"14\"]", "med_typ = [\"14\"]", "P102"),
        ("med_type = [\"14\"]", "med_type = \"14\"", "P104"),
        ("method = \"visits\"", "method = \"vists\"", "P106"),
        (
            "pools = [\"employee-outpatient\", \"resident-outpatient\"]",
            "pools = [\"employee-outpatient\", \"employee-inpatient\"]",
            "P109",
        ),
        ("after_day = 60", "after_day = 0", "P106"),
        (
            "per_diem = \"rehabilitation-days\"",
            "per_diem = \"psychiatric-days\"",
            "P109",
        ),
        ("exit_to = \"by-items\"", "exit_to = \"by-item\"", "P106"),
        ("id = \"tcm\"\nfactor", "id = \"day-surgery\"\nfactor", "P109"),
        (
            "deductions = [\"hosp_part_amt\"]",
            "deductions = [\"hosp_part\"]",
            "P102",
        ),
    ] {
        assert!(MIXED.contains(from), "{from}");
        let found = codes(&MIXED.replacen(from, to, 1));
        assert!(found.contains(&code), "{to}: {found:?}");
    }
}

/// The mixed region without its own items, and with one paid apart by its last route and by the one of
/// fixed prices.
fn with_an_item() -> String {
    let (before, items) = MIXED.split_once("# 单独支付的项目").expect("it has items");
    let (_, behind) = items.split_once("[fund_share]").expect("it has a fund share");
    let lines = before.lines().filter(|line| !line.starts_with("apart = ["));
    let mixed = format!("{}\n[fund_share]{behind}", lines.collect::<Vec<_>>().join("\n"));
    let item = "[[apart]]\nid = \"implants\"\ncolumn = \"implant_amt\"\nshare = \"0.7\"\npools = [\"employee-inpatient\", \"resident-inpatient\"]\n\n[pricing]";
    let named = |method: &str| format!("method = \"{method}\"\napart = [\"implants\"]\n");
    mixed
        .replacen("[pricing]", item, 1)
        .replacen("method = \"by-group\"\n", &named("by-group"), 1)
        .replacen("method = \"fixed-price\"\n", &named("fixed-price"), 1)
}

#[test]
fn items_paid_apart_are_read() {
    let region = Region::parse("region.toml".as_ref(), with_an_item()).expect("the items are sound");
    let policy = &region.policy;
    assert_eq!(policy.apart[0].column, "implant_amt");
    assert_eq!(policy.apart[0].pools.len(), 2);
    assert_eq!(policy.apart_pool(0, 0, "390"), policy.apart_pool(0, 1, "390"));
    let named = policy.routes.iter().filter(|route| !route.apart.is_empty());
    assert_eq!(named.count(), 2);
    let dated = "[{ from = \"2026-01-01\", value = \"0.7\" }, { from = \"2026-07-01\", value = \"0.6\" }]";
    let dated = with_an_item().replacen("share = \"0.7\"", &format!("share = {dated}"), 1);
    let region = Region::parse("region.toml".as_ref(), dated).expect("shares by date are sound");
    assert_eq!(region.periods.len(), 2);
}

/// Each with its place, and where two contradict each other with both.
#[test]
fn slips_in_items_are_told() {
    for (from, to, code, also) in [
        ("\"implant_amt\"", "\"implants_amt\"", "P102", false),
        ("\"implant_amt\"", "\"hosp_part_amt\"", "P109", true),
        ("share = \"0.7\"", "share = \"1.7\"", "P106", false),
        ("id = \"implants\"", "id = \"implant\"", "P106", false),
        (
            "apart = [\"implants\"]",
            "apart = [\"implants\", \"implants\"]",
            "P109",
            true,
        ),
        (
            "pools = [\"employee-inpatient\", \"resident-inpatient\"]\n\n[pricing]",
            "pools = [\"employee-inpatient\"]\n\n[pricing]",
            "P109",
            true,
        ),
        (
            "pools = [\"employee-inpatient\", \"resident-inpatient\"]\n\n[pricing]",
            "pools = [\"employee-inpatient\", \"residents\"]\n\n[pricing]",
            "P106",
            false,
        ),
    ] {
        let text = with_an_item();
        assert!(text.contains(from), "{from}");
        let mistakes = Region::parse("region.toml".as_ref(), text.replacen(from, to, 1)).expect_err("a slip");
        let told = mistakes.0.iter().find(|mistake| mistake.code == code);
        let told = told.unwrap_or_else(|| panic!("{to}: {mistakes}"));
        assert!(told.place.is_some() && told.also.is_empty() != also, "{to}: {mistakes}");
    }
}

#[test]
fn funds_of_a_pool() {
    let region = Region::parse("region.toml".as_ref(), MIXED.to_owned()).expect("the example is sound");
    let funds = |at: usize| region.policy.pools[at].funds.join(" ");
    assert_eq!(
        (funds(0).as_str(), funds(1).as_str()),
        ("hifp_pay hifob_pay", "hifp_pay")
    );
    for (to, code) in [
        ("[\"hifob_pay\"]", "P106"),
        ("[\"hifp_pay\", \"hifob_pay\", \"hifob_pay\"]", "P109"),
        ("[\"hifp_pay\", \"hifob\"]", "P102"),
        ("[]", "P106"),
    ] {
        let found = codes(&MIXED.replacen("[\"hifp_pay\", \"hifob_pay\"]", to, 1));
        assert!(found.contains(&code), "{to}: {found:?}");
    }
}
