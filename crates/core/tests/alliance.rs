//! County alliances 紧密型县域医共体 (docs/SETTLEMENT.md §5.11–§5.13): golden statements by hand, the
//! engine against the model, and what must hold whatever the figures.

mod common;

use common::against::{Reached, compare};
use common::defective::{Defect, assembled};
use common::property::{Property, broken};
use common::tried::{CLAIMS_MAX, SEEDS};
use common::{CALM, Year};
use dianzhi_core::{
    Alliance, AllianceMember, Assessment, Band, Claim, CompiledPolicy, Decimal, Fen, FenSum, FundShareMethod, Hospital,
    Insured, OverspendBand, Policy, PoolError, PublicHealth, SettleError, Settlement, example, settle,
};
use num_rational::BigRational;

fn d(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn hospitals() -> Vec<Hospital> {
    let mut hospitals = example::hospitals();
    hospitals.push(Hospital {
        code: "H003".to_owned(),
        ..hospitals[0].clone()
    });
    hospitals
}

/// The employees' pool makes the point value: 20,000.00 over 5 cases of RA11 with 40 points each, paid
/// alike everywhere, is 100 a point. The residents' pool is the alliance's, of H001 and H002.
fn policy(reserve: &str, insured: &[(&str, &str)], public_health: Option<&str>) -> Policy {
    let mut policy = example::policy();
    policy.fund_share.method = FundShareMethod::FundPoints;
    policy.clearing.quality_deposit = Decimal::ZERO;
    policy.pools[0].reserve = Decimal::ZERO;
    let pool = &mut policy.pools[1];
    pool.budget = Decimal::ZERO;
    pool.reserve = d(reserve);
    pool.point_value_of = Some("employee".to_owned());
    pool.insured = insured
        .iter()
        .map(|(heads, per_head)| Insured {
            class: format!("at {per_head}"),
            heads: d(heads),
            per_head: d(per_head),
        })
        .collect();
    pool.public_health = public_health.map(|amount| PublicHealth {
        amount: d(amount),
        reason: "basic public health".to_owned(),
    });
    let member = |code: &str, share: &str| AllianceMember {
        fixmedins_code: code.to_owned(),
        share: d(share),
    };
    let band = |up_to: &str, fund_share: &str| OverspendBand {
        up_to: d(up_to),
        fund_share: d(fund_share),
    };
    policy.alliances = vec![Alliance {
        id: "county".to_owned(),
        pools: vec!["resident".to_owned()],
        members: vec![member("H001", "0.6"), member("H002", "0.4")],
        keep: d("0.8"),
        score: Some(d("85")),
        assessment: Some(Assessment::Score {
            full_from: d("90"),
            none_below: d("60"),
        }),
        overspend: vec![band("1.05", "0.6"), band("1.10", "0.4")],
    }];
    policy
}

/// Inside 3 cases at H001 and 1 at H002, 4,000.00 each. Outside 1 case at H003, due 4,000.00 and booked
/// 4,600.00: r = 1.15, half of the 400.00 up to 1.10 is shared, cleared 4,200.00.
fn year(policy: &Policy) -> Settlement {
    let compiled = CompiledPolicy::new(policy, &example::groups(), &hospitals()).expect("a sound policy");
    let case = |hospital, insutype, billed| compiled.case(Some("RA11"), hospital, insutype, Fen(500_000), Fen(billed));
    let rows = [
        ("H003", "310", 400_000),
        ("H003", "310", 400_000),
        ("H003", "310", 400_000),
        ("H003", "310", 400_000),
        ("H003", "310", 400_000),
        ("H001", "390", 350_000),
        ("H001", "390", 350_000),
        ("H001", "390", 350_000),
        ("H002", "390", 350_000),
        ("H003", "390", 460_000),
    ];
    let claims = rows.map(|(hospital, insutype, billed)| Claim {
        id: "S",
        case: case(hospital, insutype, billed).expect("a case"),
        apart: &[],
    });
    let settled = settle(&compiled, &claims, &[]).expect("it settles");
    for account in &settled.pools {
        assert_eq!(compiled.broken_identities(account, &account.totals), []);
    }
    settled
}

fn cleared(settled: &Settlement) -> Vec<(i128, i128)> {
    let statements = settled.pools[1].statements.iter();
    statements.map(|s| (s.alliance_part.0, s.cleared.0)).collect()
}

#[test]
fn axis_27_a_surplus_is_kept_by_assessment_and_split() {
    // 30 × 600.01 + 20.5 × 400.00 + 1,000.00 = 27,200.30; R = 5 % = 1,360.015, half-up 1,360.02; D = 25,840.28
    let heads = [("30", "600.01"), ("20.5", "400.00")];
    let settled = year(&policy("0.05", &heads, Some("1000.00")));
    let account = &settled.pools[1];
    assert_eq!(account.price.point_value, 100_000_000);
    let of = account.alliance.as_ref().expect("a statement");
    assert_eq!((of.budget, of.reserve), (FenSum(2_720_030), FenSum(136_002)));
    assert_eq!((of.outside, of.inside), (FenSum(420_000), FenSum(1_600_000)));
    // 25,840.28 − 4,200.00 − 16,000.00 = 5,640.28; 0.8 of it 4,512.224, of that 0.85: 3,835.387
    assert_eq!(of.balance, FenSum(564_028));
    assert_eq!((of.kept, of.left), (FenSum(383_539), FenSum(180_489)));
    assert_eq!((of.fund_bears, of.members_bear), (FenSum(0), FenSum(0)));
    // 0.6: 2,301.234, 0.4: 1,534.156, whose cut is the larger: it gets the fen
    assert_eq!(
        cleared(&settled),
        [(230_123, 1_430_123), (153_416, 553_416), (0, 420_000)]
    );
    let bands: Vec<Band> = account.statements.iter().map(|s| s.band).collect();
    assert_eq!(bands, [Band::Alliance, Band::Alliance, Band::Overspend]);
    // R and what is left: 1,360.02 + 1,804.89
    assert_eq!(account.left_in_fund, FenSum(316_491));
}

#[test]
fn axis_27_an_overspend_is_shared_up_to_the_reserve_and_split() {
    // 30 × 600.01 = 18,000.30; R = 900.015, half-up 900.02; D = 17,100.28; spent 20,200.00
    let settled = year(&policy("0.05", &[("30", "600.01")], None));
    let of = settled.pools[1].alliance.clone().expect("a statement");
    assert_eq!(of.balance, FenSum(-309_972));
    // 5 % of D is 855.014: 0.6 of the first and 0.4 of the second 855.014 come to 855.01
    assert_eq!((of.fund_bears, of.members_bear), (FenSum(85_501), FenSum(224_471)));
    assert_eq!((of.kept, of.left), (FenSum(0), FenSum(0)));
    // 0.6: 1,346.826, which gets the fen; 0.4: 897.884
    assert_eq!(
        cleared(&settled),
        [(-134_683, 1_065_317), (-89_788, 310_212), (0, 420_000)]
    );
    assert_eq!(settled.pools[1].left_in_fund, FenSum(90_002 - 85_501));

    // R = 180.003, half-up 180.00, which is all that H003 is compensated too: outside 4,180.00. D = 17,820.30;
    // the bands alone would give 891.015
    let settled = year(&policy("0.01", &[("30", "600.01")], None));
    let of = settled.pools[1].alliance.clone().expect("a statement");
    assert_eq!((of.fund_bears, of.members_bear), (FenSum(18_000), FenSum(217_970)));
    assert_eq!(settled.pools[1].left_in_fund, FenSum(0));
}

#[test]
fn axis_27_below_the_assessment_nothing_is_kept() {
    let mut policy = policy("0.05", &[("50.5", "600.00")], None);
    policy.alliances[0].score = Some(d("59.9"));
    let of = year(&policy).pools[1].alliance.clone().expect("a statement");
    // 30,300.00 less 1,515.00, 4,200.00 and 16,000.00
    assert_eq!(
        (of.balance, of.kept, of.left),
        (FenSum(858_500), FenSum(0), FenSum(858_500))
    );
}

/// A member without cases has its statement and its part.
#[test]
fn axis_27_a_member_without_cases_has_its_part() {
    let mut policy = policy("0", &[("50", "600.00")], None);
    policy.alliances[0].members = vec![AllianceMember {
        fixmedins_code: "H002".to_owned(),
        share: Decimal::ONE,
    }];
    let compiled = CompiledPolicy::new(&policy, &example::groups(), &hospitals()).expect("a sound policy");
    let settled = settle(&compiled, &[], &[]).expect("it settles");
    // 0.85 of 0.8 of 30,000.00
    assert_eq!(cleared(&settled), [(2_040_000, 2_040_000)]);
}

#[test]
fn a_point_value_cannot_come_from_a_pool_without_points() {
    let policy = policy("0", &[("50", "600.00")], None);
    let compiled = CompiledPolicy::new(&policy, &example::groups(), &hospitals()).expect("a sound policy");
    let case = compiled.case(Some("RA11"), "H001", "390", Fen(500_000), Fen(0));
    let claim = Claim {
        id: "S",
        case: case.expect("a case"),
        apart: &[],
    };
    let refused = settle(&compiled, &[claim], &[]).map(|_| ());
    let (pool, of) = ("resident".to_owned(), "employee".to_owned());
    assert_eq!(refused, Err(SettleError::Pool(PoolError::NothingToBorrow { pool, of })));
}

#[test]
fn what_an_alliance_cannot_be_is_refused() {
    let good = || policy("0.05", &[("30", "600.00")], None);
    let refused = |change: fn(&mut Policy)| {
        let mut policy = good();
        change(&mut policy);
        policy
            .breaches()
            .into_iter()
            .map(|breach| breach.key)
            .collect::<Vec<_>>()
    };
    assert_eq!(refused(|_| ()), [""; 0]);
    assert_eq!(
        refused(|p| p.alliances[0].members[0].share = d("0.59")),
        ["alliance[0].members"]
    );
    assert_eq!(
        refused(|p| p.alliances[0].members[1].fixmedins_code = "H001".to_owned()),
        ["alliance[0].members[1].fixmedins_code"]
    );
    assert_eq!(
        refused(|p| p.alliances[0].pools[0] = "village".to_owned()),
        ["alliance[0].pools[0]"]
    );
    assert_eq!(
        refused(|p| {
            let twin = p.alliances[0].clone();
            p.alliances.push(Alliance {
                id: "other".to_owned(),
                ..twin
            });
        }),
        ["alliance[1].pools[0]"]
    );
    assert_eq!(refused(|p| p.alliances[0].score = None), ["alliance[0].assessment"]);
    assert_eq!(refused(|p| p.alliances[0].assessment = None), ["alliance[0].score"]);
    assert_eq!(
        refused(|p| p.alliances[0].score = Some(d("100.1"))),
        ["alliance[0].score"]
    );
    assert_eq!(
        refused(|p| p.clearing.compare = dianzhi_core::Compare::Lower),
        ["alliance[0].pools[0]"]
    );
    let key = ["pool[1].point_value_of"];
    assert_eq!(refused(|p| p.pools[1].point_value_of = Some("nobody".to_owned())), key);
    assert_eq!(
        refused(|p| p.pools[1].point_value_of = Some("resident".to_owned())),
        key
    );
    assert_eq!(
        refused(|p| p.rounding.remainder = dianzhi_core::Remainder::LargestRemainder),
        key
    );
    // A pool of a pool.
    assert_eq!(
        refused(|p| {
            let mut third = p.pools[0].clone();
            third.id = "third".to_owned();
            third.insutype = vec!["320".to_owned()];
            third.point_value_of = Some("resident".to_owned());
            p.pools.push(third);
        }),
        ["pool[2].point_value_of"]
    );
    assert_eq!(
        refused(|p| p.pools[1].insured[0].per_head = d("1.001")),
        ["pool[1].insured[0].per_head"]
    );
    assert_eq!(
        refused(|p| p.pools[1].insured[0].heads = d("9999999999999")),
        ["pool[1].insured"]
    );
    assert_eq!(
        refused(|p| {
            p.pools[1].insured.clear();
            p.pools[1].public_health = Some(PublicHealth {
                amount: d("-1"),
                reason: String::new(),
            });
        }),
        [
            "pool[1].public_health.amount",
            "pool[1].public_health.reason",
            "pool[1].public_health"
        ]
    );
    let mut unknown = good();
    unknown.alliances[0].members[1].fixmedins_code = "H009".to_owned();
    let refused = CompiledPolicy::new(&unknown, &example::groups(), &hospitals()).map(|_| ());
    let at = dianzhi_core::CompileAt::Policy("alliance[0].members[1].fixmedins_code".to_owned());
    assert_eq!(refused.expect_err("H009 is no hospital").at, at);
}

/// Every figure of drawn years with alliances, the engine's and the model's.
#[test]
fn axis_27_against_the_model() {
    let mut reached = Reached::default();
    for seed in 0..600 {
        let year = match seed % 3 {
            0 => Year::draw_mixed(seed, &CALM, 30),
            _ => Year::draw(seed, &CALM, 30),
        };
        let year = year.with_alliances();
        if let Err(differs) = compare(&year, &mut reached) {
            panic!("seed {seed}: {differs}\n{year:#?}");
        }
    }
    reached.expect(&[
        "alliance",
        "alliance with a balance Less 0",
        "alliance with a balance Greater 0",
        "alliance uses the reserve up",
        "fund bears a part of an alliance's overspend",
        "nothing to borrow",
    ]);
}

fn alliances(seed: u64) -> Year {
    Year::draw(seed, &CALM, CLAIMS_MAX).with_alliances()
}

/// The engine's own settlement is the one put together from its public functions.
#[test]
fn the_parts_make_the_whole() {
    for seed in SEEDS {
        let year = alliances(seed);
        assert_eq!(assembled(&year, Defect::Nothing), year.settle().ok(), "seed {seed}");
    }
}

/// Whatever the mix: a budget is heads × rate and public-health money; nothing of it is lost, not a fen;
/// members have their shares to within a fen of what the rule gives.
#[test]
fn axis_27_every_fen_of_an_alliance_is_accounted_for() {
    Property {
        year: alliances,
        holds: |year, engine| {
            let Some(settled) = engine(year) else { return Ok(false) };
            let mut said = false;
            for account in &settled.pools {
                let i = usize::from(account.pool.0);
                let pool = &year.policy.pools[i];
                if !pool.insured.is_empty() {
                    let sum: Decimal = pool.insured.iter().map(|row| row.heads * row.per_head).sum();
                    let sum = sum + pool.public_health.as_ref().map_or(Decimal::ZERO, |more| more.amount);
                    let sum = sum + pool.changes.iter().map(|change| change.add).sum::<Decimal>();
                    let off = Decimal::from_i128_with_scale(account.price.budget.0, 2) - sum;
                    if off.abs() >= Decimal::new(1, 2) {
                        return broken(format!("{}: the budget is {off} off", pool.id));
                    }
                }
                if let Some(lender) = pool.point_value_of.as_ref().filter(|_| account.totals.points > 0) {
                    let at = year.policy.pools.iter().position(|pool| pool.id == *lender);
                    let value = at.map(|at| settled.pools[at].price.point_value);
                    if value != Some(account.price.point_value) {
                        return broken(format!("{}: another point value", pool.id));
                    }
                }
                let Some((_, alliance)) = year.policy.alliance_of(i) else {
                    continue;
                };
                said = true;
                let share_of = |code: &str| {
                    let mut members = alliance.members.iter();
                    members
                        .find(|member| member.fixmedins_code == code)
                        .map(|member| member.share)
                };
                let compiled = year.compiled();
                let code =
                    |s: &dianzhi_core::HospitalStatement| compiled.hospitals()[s.hospital.0 as usize].code.clone();
                let (mut outside, mut inside, mut paid) = (0, 0, 0);
                for s in &account.statements {
                    paid += s.cleared.0;
                    match share_of(&code(s)) {
                        Some(_) => inside += s.totals.due + s.capitation.0,
                        None => outside += s.cleared.0,
                    }
                }
                let balance = account.price.distributable.0 - outside - inside;
                let given = paid - outside - inside;
                let exact = |decimal: Decimal| dianzhi_core::model::exact(decimal);
                let whole = |fen: i128| BigRational::from_integer(fen.into());
                // What the rule gives, but for two roundings.
                let rule = if balance >= 0 {
                    let q = match (&alliance.assessment, alliance.score) {
                        (Some(Assessment::Score { full_from, none_below }), Some(score)) => match score {
                            score if score >= *full_from => Decimal::ONE,
                            score if score < *none_below => Decimal::ZERO,
                            score => score / Decimal::ONE_HUNDRED,
                        },
                        (Some(Assessment::Steps(steps)), Some(score)) => {
                            let step = steps.iter().find(|step| score >= step.from);
                            step.map_or(Decimal::ZERO, |step| step.share)
                        }
                        _ => Decimal::ONE,
                    };
                    exact(alliance.keep) * exact(q) * whole(balance)
                } else {
                    let spent = whole(outside + inside);
                    let d = whole(account.price.distributable.0);
                    let mut from = Decimal::ONE;
                    let mut bears = whole(0);
                    for band in &alliance.overspend {
                        let part = spent.clone().min(exact(band.up_to) * &d) - exact(from) * &d;
                        bears += exact(band.fund_share) * part.max(whole(0));
                        from = band.up_to;
                    }
                    whole(balance) + bears.min(whole(account.price.reserve.0))
                };
                let off = &rule - whole(given);
                if off > whole(2) || off < whole(-2) {
                    return broken(format!("{}: members have {given}, by the rule {rule}", alliance.id));
                }
                for s in &account.statements {
                    let Some(share) = share_of(&code(s)) else { continue };
                    let off = exact(share) * whole(given) - whole(s.cleared.0 - s.totals.due - s.capitation.0);
                    if off >= whole(1) || off <= whole(-1) {
                        return broken(format!("{}: {off} fen off its share", s.hospital.0));
                    }
                }
                let Some(of) = &account.alliance else {
                    return broken("no statement");
                };
                let accounted = of.reserve.0 + of.outside.0 + of.inside.0 + of.kept.0 + of.left.0
                    - of.fund_bears.0
                    - of.members_bear.0;
                if accounted != account.price.budget.0 || given != of.kept.0 - of.members_bear.0 {
                    return broken(format!("{}: {accounted} of {}", alliance.id, account.price.budget.0));
                }
            }
            Ok(said)
        },
        caught: &[
            Defect::AllianceForgotten,
            Defect::AllianceKeepsAll,
            Defect::AllianceAssessmentForgotten,
            Defect::AllianceBandsForgotten,
            Defect::AllianceNotSplit,
            Defect::FenOfTheSplitLost,
            Defect::HeadsForgotten,
            Defect::PublicHealthForgotten,
            Defect::BorrowsNothing,
        ],
    }
    .check();
}

/// A figure of a statement off by a fen is found.
#[test]
fn falsified_statements_are_found() {
    let mut tried = 0;
    for seed in 0..100 {
        let year = alliances(seed);
        let policy = year.compiled();
        let Ok(settled) = year.settle_under(&policy) else {
            continue;
        };
        for account in settled.pools.iter().filter(|account| account.alliance.is_some()) {
            for at in 0..9 {
                let mut account = account.clone();
                let of = account.alliance.as_mut().expect("a statement");
                let figures = [
                    &mut of.budget,
                    &mut of.reserve,
                    &mut of.outside,
                    &mut of.inside,
                    &mut of.balance,
                    &mut of.kept,
                    &mut of.left,
                    &mut of.fund_bears,
                    &mut of.members_bear,
                ];
                figures.into_iter().nth(at).expect("nine").0 += 1;
                let broken = policy.broken_identities(&account, &account.totals);
                assert!(!broken.is_empty(), "seed {seed}: figure {at}");
                tried += 1;
            }
            let mut account = account.clone();
            account.alliance = None;
            assert!(!policy.broken_identities(&account, &account.totals).is_empty());
        }
    }
    assert!(tried > 200, "{tried} only");
}
