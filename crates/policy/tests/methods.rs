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
    assert_eq!(policy.routes.len(), 10);
    assert_eq!(policy.methods.pay_in("psychiatric-days"), PayIn::Money);
    assert_eq!(policy.methods.pay_in("by-group"), PayIn::Points);
    let psychiatric = &policy.routes[2];
    assert_eq!(psychiatric.when[0].field, "dscg_caty");
    assert!(matches!(psychiatric.when[1].test, Test::Between { to: None, .. }));
    assert!(policy.dead_routes().is_empty());
}

#[test]
fn slips_are_told() {
    for (from, to, code) in [
        ("prices = \"prices.csv\"\n", "", "P109"),
        ("med_type = [\"14\"]", "med_typ = [\"14\"]", "P102"),
        ("med_type = [\"14\"]", "med_type = \"14\"", "P104"),
        ("method = \"visits\"", "method = \"vists\"", "P106"),
        (
            "pools = [\"outpatient\"]",
            "pools = [\"outpatient\", \"employee-inpatient\"]",
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
