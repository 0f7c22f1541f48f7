//! Axes 19 and 21: what a hospital keeps of a surplus and is given of an overspend; deposits by score.

use crate::year::{Settled, Year};

/// H2 has all of the 30,000.00, and has booked `booked`.
fn booked(booked: &str, clearing: &str) -> Settled {
    let claims = format!(
        "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code\n\
         A,H2,310,2026-03-01,40000.00,{booked},G2\n"
    );
    let section = format!(
        "[clearing]\n{clearing}\nquality_deposit = \"0\"\nassessment = {{ full_from = \"90\", none_below = \"60\" }}"
    );
    let reserve = "budget = \"30000.00\"\nreserve = \"0\"";
    Year::new(&claims)
        .replace(reserve, "budget = \"33333.33\"\nreserve = \"0.1\"")
        .with(&section)
        .settle()
}

/// Due 30,000.00, reserve 3,333.33.
fn cleared(hifp: &str, clearing: &str) -> (String, String) {
    let run = booked(hifp, clearing);
    assert_eq!(run.hospital("H2", "due"), "30000.00");
    let cell = |column| run.hospital("H2", column).to_owned();
    (cell("band"), cell("cleared"))
}

fn is(band: &str, cleared: &str) -> (String, String) {
    (band.to_owned(), cleared.to_owned())
}

/// RULES 2.5: below 80 % as booked, up to 100 % by points, 100–110 % 70 % of the excess, above nothing more.
#[test]
fn axis_19_floor_surplus_and_shared_overspend() {
    let rule =
        "surplus_floor = \"0.8\"\nsurplus_keep = \"1\"\noverspend = [{ up_to = \"1.10\", fund_share = \"0.7\" }]";
    assert_eq!(cleared("23999.99", rule), is("under-floor", "23999.99"));
    assert_eq!(cleared("24000.00", rule), is("surplus", "30000.00"));
    assert_eq!(cleared("30000.00", rule), is("surplus", "30000.00"));
    assert_eq!(cleared("32000.00", rule), is("overspend", "31400.00"));
    assert_eq!(cleared("33000.00", rule), is("overspend", "32100.00"));
    assert_eq!(cleared("36000.00", rule), is("overspend", "32100.00"));
}

#[test]
fn axis_19_the_bound_itself_outside() {
    let rule = "surplus_floor = \"0.8\"\nsurplus_keep = \"1\"\nfrom_inclusive = false\noverspend = []";
    assert_eq!(cleared("24000.00", rule), is("under-floor", "24000.00"));
    assert_eq!(cleared("24000.01", rule), is("surplus", "30000.00"));
}

/// RULES 2.9: over by up to 5 % the fund bears 60 %, 5–10 % half of that part, or of the whole.
#[test]
fn axis_19_bands_part_by_part_or_whole() {
    let bands = "overspend = [{ up_to = \"1.05\", fund_share = \"0.6\" }, { up_to = \"1.10\", fund_share = \"0.5\" }]";
    let rule = |sharing: &str| format!("surplus_floor = \"0\"\nsurplus_keep = \"1\"\nsharing = \"{sharing}\"\n{bands}");
    // 1,500 × 0.6 + 1,000 × 0.5, or 2,500 × 0.5
    assert_eq!(cleared("32500.00", &rule("progressive")), is("overspend", "31400.00"));
    assert_eq!(cleared("32500.00", &rule("whole")), is("overspend", "31250.00"));
    assert_eq!(cleared("31500.00", &rule("whole")), is("overspend", "30900.00"));
}

/// RULES 2.10: 30 % of a surplus, at most 3 % of what is due.
#[test]
fn axis_19_surplus_bands_and_caps() {
    let keep = "surplus_floor = \"0\"\nsurplus_keep = \"0.3\"\nsurplus_cap = \"0.03\"\noverspend = []";
    assert_eq!(cleared("28000.00", keep), is("surplus", "28600.00"));
    // 30 % of 10,000 is 3,000, but 3 % of 30,000 is 900.
    assert_eq!(cleared("20000.00", keep), is("surplus", "20900.00"));
    let bands =
        "surplus_bands = [{ from = \"0.90\", keep = \"1\" }, { from = \"0.80\", keep = \"0.5\" }]\noverspend = []";
    // 27,000 to 30,000 whole, 24,000 to 27,000 half.
    assert_eq!(
        cleared("24000.00", &format!("sharing = \"progressive\"\n{bands}")),
        is("surplus", "28500.00")
    );
    assert_eq!(
        cleared("24000.00", &format!("sharing = \"whole\"\n{bands}")),
        is("surplus", "27000.00")
    );
    let capped = "surplus_floor = \"0\"\nsurplus_keep = \"1\"\ncompensation_cap = \"0.01\"\n\
                  overspend = [{ up_to = \"1.10\", fund_share = \"0.7\" }]";
    assert_eq!(cleared("33000.00", capped), is("overspend", "30300.00"));
}

/// The reserve of 3,333.33 is all that can be given, whatever the bands say.
#[test]
fn axis_19_compensation_within_the_reserve() {
    let rule = "surplus_floor = \"0\"\nsurplus_keep = \"1\"\noverspend = [{ up_to = \"1.5\", fund_share = \"1\" }]";
    assert_eq!(cleared("36000.00", rule), is("overspend", "33333.33"));
}

/// What is due, the institution's cap, or the lower of both is what the booked fund is held against.
#[test]
fn axis_19_base_of_the_ratio() {
    let claims = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code\n\
                  A,H2,310,2026-03-01,40000.00,28000.00,G2\n";
    let run = |compare: &str, cap: &str| {
        let section = format!(
            "[clearing]\ncompare = \"{compare}\"\nsurplus_floor = \"0\"\nsurplus_keep = \"1\"\noverspend = []\n\
             quality_deposit = \"0\"\nassessment = {{ full_from = \"90\", none_below = \"60\" }}"
        );
        let caps = format!("pool,fixmedins_code,cap\np,H2,{cap}\n");
        let run = Year::new(claims).table("caps.csv", &caps).with(&section).settle();
        run.hospital("H2", "cleared").to_owned()
    };
    assert_eq!(run("institution-cap", "35000.00"), "35000.00");
    assert_eq!(run("lower", "35000.00"), "30000.00");
    assert_eq!(run("lower", "29000.00"), "29000.00");
    let plain = "surplus_floor = \"0\"\nsurplus_keep = \"1\"\noverspend = []";
    assert_eq!(cleared("28000.00", plain).1, "30000.00");
}

/// Scores of 95, 80 and 50: by score all, four fifths, nothing; by steps all, half, nothing.
#[test]
fn axis_21_deposits_by_score_and_by_steps() {
    let claims = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code
A,H1,310,2026-03-01,10000.00,9000.00,B1
B,H2,310,2026-03-01,10000.00,9000.00,B1
C,H3,310,2026-03-01,10000.00,9000.00,B1
";
    let returned = |assessment: &str| {
        let section = format!(
            "[clearing]\nsurplus_floor = \"0\"\nsurplus_keep = \"1\"\noverspend = []\nquality_deposit = \"0.05\"\n\
             assessment = {assessment}"
        );
        let run = Year::new(claims).with(&section).settle();
        ["H1", "H2", "H3"].map(|code| run.hospital(code, "deposit_returned").to_owned())
    };
    // 10,000 each, of which 500 are kept.
    let by_score = returned("{ full_from = \"90\", none_below = \"60\" }");
    assert_eq!(by_score, ["500.00", "400.00", "0.00"]);
    let by_steps = returned("{ steps = [{ from = \"90\", share = \"1\" }, { from = \"80\", share = \"0.5\" }] }");
    assert_eq!(by_steps, ["500.00", "250.00", "0.00"]);
}
