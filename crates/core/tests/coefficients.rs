//! Hospital coefficients out of tables, each rule by hand (docs/SETTLEMENT.md §5.1).
//!
//! Seen to fail: a hospital's row before a group's, k of the hospitals table in an outlier that keeps
//! its coefficient, bounds before rounding, bonuses of every hospital.
//!
//! The example region: ES25 has 100.99 points and a mean cost of 9,000.00 yuan, IJ1Z 60 points and
//! 5,400.00, RA11 (basic) 40 and 3,600.00; H001 is of level 3 with coefficient 1.05 in the hospitals
//! table, H002 of level 1 with 0.92; bounds 0.5 and 2.0. RA11 is paid alike everywhere.

use dianzhi_core::{
    Bonus, BonusAs, Bonuses, CaseClass, Coefficient, Coefficients, CombineBonuses, CompileAt, CompiledPolicy, DayRate,
    Decimal, Fen, MissingCoefficient, OutlierCoefficient, PayIn, PerDiem, Policy, Silent, Worth, Yardstick, example,
};

fn d(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn rules() -> Coefficients {
    Coefficients {
        missing: MissingCoefficient::Hospital,
        bonuses: None,
        cap_from: None,
        cap_to: None,
        decimals: None,
    }
}

/// `"H001"`, `"level 3"` or nothing; a group or nothing.
fn row(of: &str, group: &str, coefficient: &str) -> Coefficient {
    let level = of.strip_prefix("level ");
    Coefficient {
        hospital: (level.is_none() && !of.is_empty()).then(|| of.to_owned()),
        level: level.map(str::to_owned),
        group: (!group.is_empty()).then(|| group.to_owned()),
        coefficient: d(coefficient),
    }
}

fn bonus(hospital: &str, kind: &str, bonus: &str) -> Bonus {
    Bonus {
        hospital: hospital.to_owned(),
        kind: kind.to_owned(),
        bonus: d(bonus),
    }
}

fn policy(change: impl FnOnce(&mut Policy, &mut Coefficients)) -> Policy {
    let (mut policy, mut rules) = (example::policy(), rules());
    change(&mut policy, &mut rules);
    policy.coefficients = Some(rules);
    policy
}

fn compiled(policy: &Policy) -> CompiledPolicy {
    CompiledPolicy::new(policy, &example::groups(), &example::hospitals()).expect("a sound policy")
}

fn region(
    rows: &[Coefficient],
    bonuses: &[Bonus],
    change: impl FnOnce(&mut Policy, &mut Coefficients),
) -> CompiledPolicy {
    let compiled = compiled(&policy(change)).with_coefficients(rows, bonuses);
    compiled.expect("sound tables")
}

fn points(policy: &CompiledPolicy, group: &str, hospital: &str, yuan: i64) -> String {
    let case = policy.case(Some(group), hospital, "310", Fen(yuan * 100), Fen(0));
    let found = policy.points(&case.expect("a case"), &mut Silent).expect("points");
    found.points.display(4).to_string()
}

/// RULES 1.3: the mean cost of the hospital's level ÷ that of the group, the level's for every group.
#[test]
fn axis_08_by_level() {
    let policy = region(&[row("level 3", "", "1.1"), row("level 1", "", "0.9")], &[], |_, _| {});
    // 100.99 × 1.1, × 0.9; basic groups in every hospital × 1 (RULES 1.5)
    assert_eq!(points(&policy, "ES25", "H001", 9_000), "111.0890");
    assert_eq!(points(&policy, "ES25", "H002", 9_000), "90.8910");
    assert_eq!(points(&policy, "RA11", "H001", 3_600), "40.0000");
}

/// RULES 1.3: k_{h,i} of level and group; a new group, which has no row, has 1.
#[test]
fn axis_08_by_level_and_group_new_group_1() {
    let rows = [row("level 3", "ES25", "1.2"), row("level 1", "ES25", "0.85")];
    let policy = region(&rows, &[], |_, rules| rules.missing = MissingCoefficient::One);
    // 100.99 × 1.2, × 0.85; IJ1Z is new: 60 × 1
    assert_eq!(points(&policy, "ES25", "H001", 9_000), "121.1880");
    assert_eq!(points(&policy, "ES25", "H002", 9_000), "85.8415");
    assert_eq!(points(&policy, "IJ1Z", "H001", 5_400), "60.0000");
    // or as the hospitals table has it: 60 × 1.05
    let policy = region(&rows, &[], |_, _| {});
    assert_eq!(points(&policy, "IJ1Z", "H001", 5_400), "63.0000");
}

/// The most specific row: hospital and group, level and group, group, hospital, level.
#[test]
fn axis_08_by_hospital_and_group_first() {
    let mut rows = vec![
        row("level 3", "", "1.5"),
        row("H001", "", "1.4"),
        row("", "ES25", "1.3"),
        row("level 3", "ES25", "1.2"),
        row("H001", "ES25", "1.1"),
    ];
    // 100.99 × 1.1, then without the last row × 1.2, × 1.3, × 1.4, × 1.5, and × 1.05 of the hospitals table
    for expected in ["111.0890", "121.1880", "131.2870", "141.3860", "151.4850", "106.0395"] {
        let policy = region(&rows, &[], |_, _| {});
        assert_eq!(points(&policy, "ES25", "H001", 9_000), expected, "{} rows", rows.len());
        rows.pop();
    }
}

/// RULES 1.5, 2.8: basic + bonuses; of several the highest, or their sum, at most so much.
#[test]
fn axis_08_bonuses() {
    let bonuses = [
        bonus("H001", "specialty", "0.03"),
        bonus("H001", "cmi", "0.10"),
        bonus("H001", "credit", "0.02"),
        bonus("H002", "credit", "-0.02"),
    ];
    let with = |combine, count_as, at_most: Option<&str>, decimals| {
        let policy = region(&[row("H001", "", "1.05")], &bonuses, |_, rules| {
            rules.bonuses = Some(Bonuses {
                combine,
                count_as,
                at_most: at_most.map(d),
            });
            rules.decimals = decimals;
        });
        let of = |hospital| points(&policy, "ES25", hospital, 9_000);
        (of("H001"), of("H002"))
    };
    use BonusAs::{Added, Share};
    use CombineBonuses::{Highest, Sum};
    let both = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    // 100.99 × (1.05 + 0.10); × (0.92 − 0.02)
    assert_eq!(with(Highest, Added, None, None), both("116.1385", "90.8910"));
    // × (1.05 + 0.15); × (1.05 + 0.12)
    assert_eq!(with(Sum, Added, None, None), both("121.1880", "90.8910"));
    assert_eq!(with(Sum, Added, Some("0.12"), None), both("118.1583", "90.8910"));
    // × 1.05 × 1.10 = 1.155: 116.64345, half up; × 0.92 × 0.98 = 0.9016: 91.052584
    assert_eq!(with(Highest, Share, None, None), both("116.6435", "91.0526"));
    // k rounds to 1.16 and 0.90 before it counts
    assert_eq!(with(Highest, Share, None, Some(2)), both("117.1484", "90.8910"));
}

/// k is held within its bounds, after its rounding.
#[test]
fn axis_08_cap() {
    let policy = region(&[row("H001", "ES25", "1.1549")], &[], |_, rules| {
        (rules.cap_from, rules.cap_to) = (Some(d("0.95")), Some(d("1.125")));
        rules.decimals = Some(2);
    });
    // 1.15 is held at 1.125, which is not rounded again: 113.61375; 0.92 is lifted to 0.95
    assert_eq!(points(&policy, "ES25", "H001", 9_000), "113.6138");
    assert_eq!(points(&policy, "ES25", "H002", 9_000), "95.9405");
    let policy = region(&[row("H001", "ES25", "1.1549")], &[], |_, rules| {
        rules.cap_to = Some(d("1.1"));
    });
    assert_eq!(points(&policy, "ES25", "H001", 9_000), "111.0890");
    // RA11 has no coefficient that a bound could lift
    assert_eq!(points(&policy, "RA11", "H002", 3_600), "40.0000");
}

/// Outliers that keep or carry their coefficient, and the payment standard, have the same k.
#[test]
fn axis_08_outliers_have_the_same_k() {
    let policy = region(&[row("H001", "ES25", "1.2")], &[], |policy, _| {
        policy.deviation.low.coefficient = OutlierCoefficient::Kept;
        policy.deviation.high.coefficient = OutlierCoefficient::Carried;
    });
    // 100.99 × 1.2 ÷ 3; 100.99 × (1.2 + 3 − 2)
    assert_eq!(points(&policy, "ES25", "H001", 3_000), "40.3960");
    assert_eq!(points(&policy, "ES25", "H001", 27_000), "222.1780");
    let policy = region(&[row("H001", "ES25", "1.2")], &[], |policy, _| {
        policy.deviation.compare_with = Yardstick::Standard;
    });
    // 5,300 ÷ (9,000 × 1.2) is below 0.5; ÷ (9,000 × 1.05) it would not be
    let case = policy.case(Some("ES25"), "H001", "310", Fen(530_000), Fen(0)).unwrap();
    assert_eq!(policy.class(&case), CaseClass::Low);
}

/// Days that take a coefficient have the hospital's, whatever the group.
#[test]
fn axis_08_per_diem() {
    let rows = [row("level 3", "", "1.1"), row("H001", "ES25", "2")];
    let policy = region(&rows, &[], |policy, _| {
        policy.methods.per_diem = vec![PerDiem {
            id: "days".to_owned(),
            pay_in: PayIn::Money,
            rates: vec![DayRate {
                level: None,
                from_day: 1,
                rate: d("300.00"),
            }],
            days_min: None,
            days_max: None,
            coefficient: true,
            fund_share: None,
        }];
    });
    let mut case = policy.case(Some("ES25"), "H001", "310", Fen(900_000), Fen(0)).unwrap();
    case.method = policy.method("days").unwrap();
    case.detail.days = 10;
    // 10 × 300.00 × 1.1
    let found = policy.worth(&case, &mut Silent).unwrap();
    assert_eq!(found.worth, Worth::Money(Fen(330_000)));
}

/// The tables hold for the whole year, a bound from its day on.
#[test]
fn axis_08_bounds_by_date() {
    let first = policy(|_, _| {});
    let later = policy(|_, rules| rules.cap_to = Some(d("1.1")));
    let (groups, hospitals) = (example::groups(), example::hospitals());
    let year = CompiledPolicy::dated(&[&first, &later], &groups, &hospitals, &[]).unwrap();
    let year = year.with_coefficients(&[row("H001", "ES25", "1.2")], &[]).unwrap();
    assert_eq!(points(year.period(0).unwrap(), "ES25", "H001", 9_000), "121.1880");
    assert_eq!(points(year.period(1).unwrap(), "ES25", "H001", 9_000), "111.0890");
}

/// What the tables may not say, with the row that says it.
#[test]
fn tables_that_contradict_themselves_are_refused() {
    let refused = |rows: &[Coefficient], bonuses: &[Bonus], change: fn(&mut Policy, &mut Coefficients)| {
        let compiled = compiled(&policy(change)).with_coefficients(rows, bonuses);
        let error = compiled.expect_err("it should be refused");
        assert!(error.text.zh.len() > 10 && error.text.en.len() > 10);
        error.at
    };
    let usual: fn(&mut Policy, &mut Coefficients) = |_, _| {};
    let good = row("H001", "ES25", "1.1");
    for bad in [
        row("H009", "", "1"),
        row("level 2", "", "1"),
        row("", "ZZ99", "1"),
        row("", "", "1"),
        row("H002", "", "0"),
        row("H001", "ES25", "1.2"),
        Coefficient {
            level: Some("3".to_owned()),
            ..row("H001", "", "1")
        },
    ] {
        let at = refused(&[good.clone(), bad.clone()], &[], usual);
        assert_eq!(at, CompileAt::Coefficient(1), "{bad:?}");
    }
    let counted: fn(&mut Policy, &mut Coefficients) = |_, rules| {
        rules.bonuses = Some(Bonuses {
            combine: CombineBonuses::Sum,
            count_as: BonusAs::Share,
            at_most: None,
        });
    };
    let good = bonus("H001", "cmi", "0.1");
    for bad in [
        bonus("H009", "cmi", "0.1"),
        bonus("H001", "credit", "-1"),
        bonus("H001", "cmi", "0.2"),
    ] {
        let at = refused(&[], &[good.clone(), bad.clone()], counted);
        assert_eq!(at, CompileAt::Bonus(1), "{bad:?}");
    }
    assert_eq!(refused(&[], &[good], usual), CompileAt::Bonus(0));
    // 0.0000000123456789 × 1.0000000001 has more digits than a coefficient may, unless it is rounded
    let long = [row("H001", "", "1.234567890123")];
    let fine = [bonus("H001", "cmi", "0.123456789012")];
    assert_eq!(refused(&long, &fine, counted), CompileAt::Coefficient(0));
    let rounded = region(&long, &fine, |policy, rules| {
        counted(policy, rules);
        rules.decimals = Some(4);
    });
    // 1.234567890123 × 1.123456789012 = 1.38698…: 100.99 × 1.387
    assert_eq!(points(&rounded, "ES25", "H001", 9_000), "140.0731");
    // rounded to nothing
    let nothing = refused(&[row("H001", "", "0.04")], &[], |_, rules| rules.decimals = Some(1));
    assert_eq!(nothing, CompileAt::Coefficient(0));
    let plain = compiled(&example::policy()).with_coefficients(&long, &[]);
    assert_eq!(plain.unwrap_err().at, CompileAt::Policy("coefficients".to_owned()));
    let crossed = policy(|_, rules| (rules.cap_from, rules.cap_to) = (Some(d("1.2")), Some(d("1.1"))));
    assert_eq!(crossed.breaches()[0].key, "coefficients.cap.from");
}
