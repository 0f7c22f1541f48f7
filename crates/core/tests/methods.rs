//! Every method of payment against the exact-fraction model, mixed in one year: every figure
//! compared, every identity held to 0 fen.

mod common;

use common::against::{Reached, compare};
use common::{CALM, Size, Year};

#[test]
fn mixed_years() {
    let mut reached = Reached::default();
    let mut cases = 0;
    for seed in 0..1_500 {
        let year = Year::draw_mixed(seed, &CALM, 40);
        if let Err(differs) = compare(&year, &mut reached) {
            panic!("seed {seed}: {differs}\n{year:#?}");
        }
        cases += year.claims.len();
    }
    assert!(cases > 25_000, "{cases} cases only");
    for method in ["day-surgery", "long"] {
        for class in ["normal", "low", "high", "ungrouped"] {
            reached.expect(&[&format!("{method} {class} in points")]);
        }
    }
    reached.expect(&[
        "days-money per-diem in money",
        "days-points per-diem in points",
        "items-money by-item in money",
        "items-points by-item in points",
        "priced by-disease in money",
        "priced by-item in money",
        "visits by-disease in points",
        "nothing left for points",
        "reserve used up",
    ]);
}

/// Where nothing overflows, every mixed year settles.
#[test]
fn calm_mixed_years_settle() {
    let mut settled = 0;
    for seed in 5_000..5_300 {
        let year = Year::draw_mixed(seed, &[Size::Usual], 30);
        settled += usize::from(year.settle().is_ok());
    }
    assert!(settled > 200, "{settled} of 300 years only");
}
