//! What is refused: in a policy every range at its ends and just outside them, every contradiction;
//! the tables and cases are in refused_tables.rs.

use dianzhi_core::{
    Assessment, BreachKind, Decimal, Extreme, ExtremePay, FundShareMethod, OverspendBand, Policy, PoolClearing,
    PricingMethod, Remainder, ScoreStep, Surplus, SurplusBand, TIERS_MAX, ThresholdTier, example,
};

fn d(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

/// A change of one value of the policy.
type Change = fn(&mut Policy, Decimal);

/// The keys and kinds of the breaches of the example policy after a change.
fn breaches(change: impl FnOnce(&mut Policy)) -> Vec<(String, BreachKind)> {
    let mut policy = example::policy();
    change(&mut policy);
    let found = policy.breaches().into_iter();
    found.map(|breach| (breach.key, breach.kind)).collect()
}

/// The breaches that name a second key, with it.
fn contradictions(change: impl FnOnce(&mut Policy)) -> Vec<(String, String)> {
    let mut policy = example::policy();
    change(&mut policy);
    let found = policy.breaches().into_iter();
    found.filter_map(|breach| Some((breach.key, breach.other?))).collect()
}

fn pair(key: &str, other: &str) -> Vec<(String, String)> {
    vec![(key.to_owned(), other.to_owned())]
}

fn pool_clearing(surplus: Decimal, overspend: Decimal, most: Option<Decimal>) -> PoolClearing {
    PoolClearing {
        surplus_to_hospitals: surplus,
        overspend_to_hospitals: overspend,
        fund_bears_at_most: most,
    }
}

fn tier(level: Option<&str>, base_points_to: Option<Decimal>, ratio: Decimal) -> ThresholdTier {
    ThresholdTier {
        level: level.map(str::to_owned),
        base_points_to,
        ratio,
    }
}

/// Two bands, the first down to `first` with all of it kept.
fn bands_of_surplus(first: &str, second: Decimal, keep: &str) -> Surplus {
    let band = |from, keep| SurplusBand { from, keep };
    Surplus::Bands(vec![band(d(first), d("1")), band(second, d(keep))])
}

/// A key, how to set it, values inside its range and values outside it.
const RANGES: &[(&str, Change, &[&str], &[&str])] = &[
    (
        "pool[1].budget",
        |p, v| p.pools[1].budget = v,
        &["0", "0.01", "999999999999.99"],
        &["-0.01", "1000000000000"],
    ),
    (
        "pool[1].reserve",
        |p, v| p.pools[1].reserve = v,
        &["0", "1"],
        &["-0.01", "1.01"],
    ),
    (
        "pool[1].base_rate",
        |p, v| p.pools[1].base_rate = Some(v),
        &["0", "9876.54"],
        &["-1"],
    ),
    (
        "pricing.mean_cost_all",
        |p, v| p.pricing.mean_cost_all = v,
        &["0.01"],
        &["0", "-1"],
    ),
    ("pricing.scale", |p, v| p.pricing.scale = v, &["0.01"], &["0", "-1"]),
    (
        "deviation.low.ratio",
        |p, v| p.deviation.low.ratio = v,
        &["0", "2"],
        &["-0.1"],
    ),
    (
        "deviation.high.share",
        |p, v| p.deviation.high_share = v,
        &["0", "1"],
        &["-0.1", "1.1"],
    ),
    (
        "deviation.low.tiers[0].ratio",
        |p, v| p.deviation.low.tiers = vec![tier(Some("3"), None, v)],
        &["0", "2"],
        &["-0.1"],
    ),
    (
        "deviation.high.tiers[0].base_points_to",
        |p, v| p.deviation.high.tiers = vec![tier(None, Some(v), d("3"))],
        &["0", "100"],
        &["-0.1"],
    ),
    (
        "ungrouped.share",
        |p, v| p.ungrouped_share = v,
        &["0", "1"],
        &["-0.1", "1.1"],
    ),
    (
        "fund_share.pool_ratio",
        |p, v| p.fund_share.pool_ratio = Some(v),
        &["0.01", "1"],
        &["0", "-0.5", "1.01"],
    ),
    (
        "pool_clearing.surplus_to_hospitals",
        |p, v| p.pool_clearing = Some(pool_clearing(v, d("0.85"), None)),
        &["0", "1"],
        &["-0.1", "1.1"],
    ),
    (
        "pool_clearing.overspend_to_hospitals",
        |p, v| p.pool_clearing = Some(pool_clearing(d("0.85"), v, None)),
        &["0", "1"],
        &["-0.1", "1.1"],
    ),
    (
        "pool_clearing.fund_bears_at_most",
        |p, v| p.pool_clearing = Some(pool_clearing(d("0.85"), d("0.85"), Some(v))),
        &["0", "1"],
        &["-0.1", "1.1"],
    ),
    (
        "clearing.surplus_floor",
        |p, v| p.clearing.surplus = Surplus::Floor { floor: v, keep: d("1") },
        &["0", "1.5"],
        &["-0.1"],
    ),
    (
        "clearing.surplus_keep",
        |p, v| {
            p.clearing.surplus = Surplus::Floor {
                floor: d("0.85"),
                keep: v,
            }
        },
        &["0", "1"],
        &["-0.1", "1.1"],
    ),
    (
        "clearing.surplus_bands[1].from",
        |p, v| p.clearing.surplus = bands_of_surplus("0.9", v, "1"),
        &["0", "0.89"],
        &["0.9", "0.95", "-0.1"],
    ),
    (
        "clearing.surplus_bands[1].keep",
        |p, v| p.clearing.surplus = bands_of_surplus("0.9", d("0.8"), &v.to_string()),
        &["0", "1"],
        &["-0.1", "1.1"],
    ),
    (
        "clearing.surplus_cap",
        |p, v| p.clearing.surplus_cap = Some(v),
        &["0", "1"],
        &["-0.1", "1.1"],
    ),
    (
        "clearing.compensation_cap",
        |p, v| p.clearing.compensation_cap = Some(v),
        &["0", "1"],
        &["-0.1", "1.1"],
    ),
    (
        "clearing.overspend[0].up_to",
        |p, v| p.clearing.overspend[0].up_to = v,
        &["1.01"],
        &["1", "0.9"],
    ),
    (
        "clearing.overspend[0].fund_share",
        |p, v| p.clearing.overspend[0].fund_share = v,
        &["0", "1"],
        &["-0.1", "1.1"],
    ),
    (
        "clearing.quality_deposit",
        |p, v| p.clearing.quality_deposit = v,
        &["0", "1"],
        &["-0.1", "1.1"],
    ),
    (
        "clearing.assessment.none_below",
        |p, v| *scores(p).1 = v,
        &["0", "90"],
        &["-1"],
    ),
];

/// `full_from` and `none_below`.
fn scores(policy: &mut Policy) -> (&mut Decimal, &mut Decimal) {
    match &mut policy.clearing.assessment {
        Assessment::Score { full_from, none_below } => (full_from, none_below),
        Assessment::Steps(_) | Assessment::Credit(_) => unreachable!("the example goes by score"),
    }
}

/// Steps of a score, in their order.
fn steps(of: &[(&str, &str)]) -> Assessment {
    let step = |(from, share): &(&str, &str)| ScoreStep {
        from: d(from),
        share: d(share),
    };
    Assessment::Steps(of.iter().map(step).collect())
}

#[test]
fn steps_of_a_score_fall_and_pay_no_lower_score_more() {
    let out = |key: &str| (key.to_owned(), BreachKind::OutOfRange);
    for (of, key) in [
        (&[][..], "clearing.surplus_assessment.steps"),
        (&[("-1", "1")], "clearing.surplus_assessment.steps[0].from"),
        (&[("90", "1.1")], "clearing.surplus_assessment.steps[0].share"),
        (
            &[("90", "1"), ("90", "0.5")],
            "clearing.surplus_assessment.steps[1].from",
        ),
    ] {
        assert_eq!(
            breaches(|p| p.clearing.surplus_assessment = Some(steps(of))),
            [out(key)]
        );
    }
    assert_eq!(
        contradictions(|p| p.clearing.assessment = steps(&[("90", "0.5"), ("80", "0.6")])),
        pair(
            "clearing.assessment.steps[1].share",
            "clearing.assessment.steps[0].share"
        )
    );
    assert_eq!(
        breaches(|p| p.clearing.assessment = steps(&[("90", "1"), ("80", "1"), ("0", "0")])),
        []
    );
}

#[test]
fn ranges_end_where_the_contract_says() {
    for (key, set, inside, outside) in RANGES {
        for value in *inside {
            assert_eq!(breaches(|p| set(p, d(value))), [], "{key} = {value}");
        }
        for value in *outside {
            let found = breaches(|p| set(p, d(value)));
            assert_eq!(found, [((*key).to_owned(), BreachKind::OutOfRange)], "{key} = {value}");
        }
    }
}

/// Both of two values below zero are named.
#[test]
fn bounds_and_scores_are_not_negative() {
    let out = |key: &str| (key.to_owned(), BreachKind::OutOfRange);
    let bounds = breaches(|p| {
        p.deviation.low.ratio = d("-2");
        p.deviation.high.ratio = d("-1");
    });
    assert_eq!(bounds, [out("deviation.low.ratio"), out("deviation.high.ratio")]);
    let scores = breaches(|p| {
        *scores(p).0 = d("-1");
        *scores(p).1 = d("-2");
    });
    assert_eq!(
        scores,
        [
            out("clearing.assessment.full_from"),
            out("clearing.assessment.none_below")
        ]
    );
}

#[test]
fn at_most_twelve_places() {
    assert_eq!(breaches(|p| p.rounding.points = 12), []);
    assert_eq!(breaches(|p| p.rounding.point_value = 12), []);
    let out = |key: &str| [(key.to_owned(), BreachKind::OutOfRange)];
    assert_eq!(breaches(|p| p.rounding.points = 13), out("rounding.points"));
    assert_eq!(breaches(|p| p.rounding.point_value = 13), out("rounding.point_value"));
}

/// Money has two decimals, a base rate as many as the point value; zeros behind them count nothing.
#[test]
fn decimals_beyond_the_unit() {
    let many = |key: &str| [(key.to_owned(), BreachKind::TooManyDecimals)];
    assert_eq!(breaches(|p| p.pools[0].budget = d("1.500")), []);
    assert_eq!(breaches(|p| p.pools[0].budget = d("1.505")), many("pool[0].budget"));
    assert_eq!(breaches(|p| p.pools[0].base_rate = Some(d("1.123456"))), []);
    assert_eq!(
        breaches(|p| p.pools[0].base_rate = Some(d("1.1234567"))),
        many("pool[0].base_rate")
    );
}

#[test]
fn a_policy_has_pools_with_names_and_insurance_types() {
    let out = |key: &str| [(key.to_owned(), BreachKind::OutOfRange)];
    assert_eq!(breaches(|p| p.pools.clear()), out("pool"));
    assert_eq!(breaches(|p| p.pools[1].id.clear()), out("pool[1].id"));
    assert_eq!(breaches(|p| p.pools[1].insutype.clear()), out("pool[1].insutype"));
    assert_eq!(breaches(|p| p.pools[1].insutype[1].clear()), out("pool[1].insutype[1]"));
}

/// A pool's id stands once, an insurance type in one pool, once: the later place names the first.
#[test]
fn nothing_belongs_to_two_pools() {
    assert_eq!(
        contradictions(|p| p.pools[1].id = p.pools[0].id.clone()),
        pair("pool[1].id", "pool[0].id")
    );
    assert_eq!(
        contradictions(|p| p.pools[1].insutype[1] = "310".to_owned()),
        pair("pool[1].insutype[1]", "pool[0].insutype[0]")
    );
    assert_eq!(
        contradictions(|p| p.pools[1].insutype[1] = "390".to_owned()),
        pair("pool[1].insutype[1]", "pool[1].insutype[0]")
    );
}

#[test]
fn largest_remainder_shares_out_whole_numerators_only() {
    let largest = |p: &mut Policy| p.rounding.remainder = Remainder::LargestRemainder;
    for method in [FundShareMethod::FundPoints, FundShareMethod::Difference] {
        let found = contradictions(|p| {
            largest(p);
            p.fund_share.method = method;
        });
        assert_eq!(found, [], "{method:?}");
    }
    for method in [
        FundShareMethod::ActualRatio,
        FundShareMethod::ReimbursementRatio,
        FundShareMethod::ScaledRatio,
    ] {
        let found = contradictions(|p| {
            largest(p);
            p.fund_share.method = method;
        });
        assert_eq!(found, pair("rounding.remainder", "fund_share.method"), "{method:?}");
        assert_eq!(contradictions(|p| p.fund_share.method = method), [], "{method:?}");
    }
    let by_rate = |p: &mut Policy| {
        p.pricing.method = PricingMethod::Rate;
        for pool in &mut p.pools {
            pool.base_rate = Some(d("9876.54"));
        }
    };
    assert_eq!(contradictions(by_rate), []);
    let found = contradictions(|p| {
        largest(p);
        by_rate(p);
    });
    assert_eq!(found, pair("rounding.remainder", "pricing.method"));
}

#[test]
fn paying_by_rate_needs_a_rate_in_every_pool() {
    let found = contradictions(|p| {
        p.pricing.method = PricingMethod::Rate;
        p.pools[0].base_rate = Some(d("9876.54"));
    });
    assert_eq!(found, pair("pool[1].base_rate", "pricing.method"));
}

#[test]
fn the_low_bound_lies_below_the_high_one_and_no_score_returns_more_than_a_higher_one() {
    assert_eq!(
        contradictions(|p| p.deviation.low.ratio = d("2.01")),
        pair("deviation.low.ratio", "deviation.high.ratio")
    );
    assert_eq!(
        contradictions(|p| *scores(p).1 = d("90.01")),
        pair("clearing.assessment.none_below", "clearing.assessment.full_from")
    );
}

/// Every band ends above the one before, and above 1, whatever stands between.
#[test]
fn overspend_bands_rise() {
    let bands = |up_to: &[&str]| {
        let band = |up_to| OverspendBand {
            up_to: d(up_to),
            fund_share: d("0.5"),
        };
        let bands: Vec<_> = up_to.iter().copied().map(band).collect();
        let found = breaches(|p| p.clearing.overspend = bands);
        found.into_iter().map(|(key, _)| key).collect::<Vec<_>>()
    };
    assert!(bands(&[]).is_empty());
    assert!(bands(&["1.05", "1.1", "1.2"]).is_empty());
    assert_eq!(bands(&["1.1", "1.1"]), ["clearing.overspend[1].up_to"]);
    assert_eq!(
        bands(&["1.2", "1.1", "1.15"]),
        ["clearing.overspend[1].up_to", "clearing.overspend[2].up_to"]
    );
}

#[test]
fn a_breach_is_told_in_both_languages() {
    let mut policy = example::policy();
    policy.pools[0].reserve = d("1.5");
    let text = &policy.breaches()[0].text;
    assert_eq!(text.zh, "pool[0].reserve 为 1.5，应在 0 到 1 之间");
    assert_eq!(text.en, "pool[0].reserve is 1.5; it must be between 0 and 1");
}

/// Tiers without a condition, that nothing reaches, or too many.
///
/// Seen to fail where tiers of two levels were taken for one another.
#[test]
fn tiers_that_cannot_be_meant() {
    let high = |tiers: Vec<ThresholdTier>| breaches(|p| p.deviation.high.tiers = tiers);
    let never = |tiers: Vec<ThresholdTier>| contradictions(|p| p.deviation.high.tiers = tiers);
    let first = || tier(Some("3"), Some(d("100")), d("3"));
    let none = high(vec![tier(None, None, d("3"))]);
    assert_eq!(none[0], ("deviation.high.tiers[0]".to_owned(), BreachKind::OutOfRange));
    let covered = pair("deviation.high.tiers[1]", "deviation.high.tiers[0]");
    assert_eq!(never(vec![first(), first()]), covered);
    assert_eq!(never(vec![first(), tier(Some("3"), Some(d("99.9")), d("2"))]), covered);
    assert_eq!(never(vec![tier(Some("3"), None, d("3")), first()]), covered);
    assert_eq!(never(vec![tier(None, Some(d("100")), d("3")), first()]), covered);
    for reached in [
        tier(Some("3"), Some(d("100.1")), d("2")),
        tier(Some("3"), None, d("2")),
        tier(Some("2"), Some(d("100")), d("2")),
        tier(None, Some(d("100")), d("2")),
    ] {
        assert_eq!(high(vec![first(), reached]), []);
    }
    let many = |count: usize| high((0..count).map(|i| tier(Some(&i.to_string()), None, d("3"))).collect());
    assert_eq!(many(TIERS_MAX), []);
    let too_many = ("deviation.high.tiers".to_owned(), BreachKind::OutOfRange);
    assert_eq!(many(TIERS_MAX + 1), [too_many]);
}

/// Only bounds that can count for the same case are held against each other.
#[test]
fn a_low_tier_above_a_high_one() {
    let found = |low: ThresholdTier, high: ThresholdTier| {
        contradictions(|p| {
            p.deviation.low.tiers = vec![low];
            p.deviation.high.tiers = vec![high];
        })
    };
    let level = |level: &str, ratio: &str| tier(Some(level), None, d(ratio));
    assert_eq!(found(level("3", "0.7"), level("2", "0.6")), []);
    assert_eq!(
        found(level("3", "0.7"), level("3", "0.6")),
        pair("deviation.low.tiers[0].ratio", "deviation.high.tiers[0].ratio")
    );
    // The rest's low bound is 0.5, its high one 2.
    assert_eq!(
        found(level("3", "0.4"), level("2", "0.4")),
        pair("deviation.low.ratio", "deviation.high.tiers[0].ratio")
    );
    assert_eq!(
        found(tier(None, Some(d("100")), d("2.1")), level("3", "3")),
        pair("deviation.low.tiers[0].ratio", "deviation.high.ratio")
    );
}

/// Seen to fail where the bounds of tiers were not looked at.
#[test]
fn an_extreme_bound_below_a_high_one() {
    let found = |ratio: &str| {
        contradictions(|p| {
            p.deviation.high.tiers = vec![tier(Some("3"), None, d("3"))];
            p.deviation.extreme = Some(Extreme {
                ratio: d(ratio),
                inclusive: false,
                pay: ExtremePay::Normal,
            });
        })
    };
    assert_eq!(found("3"), []);
    let of_tier = pair("deviation.extreme.ratio", "deviation.high.tiers[0].ratio");
    assert_eq!(found("2.9"), of_tier);
    assert_eq!(found("2"), of_tier);
    let of_both = [pair("deviation.extreme.ratio", "deviation.high.ratio"), of_tier].concat();
    assert_eq!(found("1.9"), of_both);
}
