//! The points that high outliers may earn beyond normal cases, on drawn years, counted from the cases
//! alone: never passed, used up where enough is asked for, the largest excess first, whatever the order
//! of the claims (docs/SETTLEMENT.md §5.15).
//!
//! Seen to fail: a most rounded up or half-up; money counted as points; a line by the smallest excess
//! first, or with ties by position; whoever is not held whole paid as a normal case.

mod common;

use common::adjusted::Drawn;
use common::{Draw, Row};
use dianzhi_core::model::{exact, rounded};
use dianzhi_core::{
    BreachKind, CaseClass, CompiledPolicy, Decimal, Finding, HighCap, LevelCap, Points, QuotaOf, QuotaPeriod,
    Settlement, Side, Silent, Worth, example,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use std::collections::BTreeMap;

const SEEDS: std::ops::Range<u64> = 0..1_200;

/// A year with a cap by points and no penalties, which would hide what a case was paid before.
fn drawn(seed: u64) -> Option<Drawn> {
    let mut drawn = Drawn::draw(seed);
    drawn.known.iter_mut().for_each(|known| known.penalty = None);
    let cap = drawn.year.policy.adjust.high_cap.as_ref();
    cap.is_some_and(|cap| cap.excess_share.is_some()).then_some(drawn)
}

/// A high outlier in line for the points of its bucket.
#[derive(Clone, Debug)]
struct InLine {
    id: String,
    excess: i128,
    granted: i128,
}

/// A pool, hospital or level, and a quarter or month.
type Bucket = (String, u32);

/// Who is counted together.
fn bucket(drawn: &Drawn, cap: &HighCap, row: &Row, month: u32) -> Bucket {
    let whose = match cap.quota_of {
        QuotaOf::Pool => row.pool.to_string(),
        QuotaOf::Hospital => row.hospital.clone(),
        QuotaOf::Level => level(drawn, row),
    };
    let period = match cap.period {
        QuotaPeriod::Year => 0,
        QuotaPeriod::Quarter => month.div_ceil(3),
        QuotaPeriod::Month => month,
    };
    (whose, period)
}

fn level(drawn: &Drawn, row: &Row) -> String {
    let of = drawn
        .year
        .hospitals
        .iter()
        .find(|hospital| hospital.code == row.hospital);
    of.expect("a hospital").level.clone()
}

/// Points at the shares of the readmissions that were found.
fn at_shares(drawn: &Drawn, points: Points, findings: &[Finding]) -> i128 {
    let rounding = drawn.year.policy.rounding;
    let one = BigInt::from(10).pow(rounding.points);
    let mut points = BigRational::new(points.0.into(), one.clone());
    for finding in findings {
        let rule = drawn.year.policy.adjust.readmission.as_ref();
        let share = match finding {
            Finding::Merged { .. } => BigRational::from(BigInt::from(0)),
            Finding::Readmission { side, .. } => {
                let rule = rule.expect("a readmission");
                exact(match side {
                    Side::Earlier => rule.earlier_share,
                    Side::Later => rule.later_share,
                })
            }
            _ => continue,
        };
        points = rounded(&(points * share), rounding.points, rounding.mode);
    }
    (points * one).to_integer().to_i128().expect("points")
}

/// Everyone in line by bucket, with the most of it: from what the cases were priced at and paid.
fn lines(drawn: &Drawn, policy: &CompiledPolicy, settled: &Settlement) -> BTreeMap<Bucket, (BigRational, Vec<InLine>)> {
    let year = &drawn.year;
    let cap = year.policy.adjust.high_cap.as_ref().expect("a cap");
    let mut lines: BTreeMap<Bucket, (BigRational, Vec<InLine>)> = BTreeMap::new();
    for (i, (row, known)) in year.claims.iter().zip(&drawn.known).enumerate() {
        let case = year.case(policy, row);
        let priced = policy.worth(&case, &mut Silent).expect("it was settled");
        let Worth::Points(priced_at) = priced.worth else {
            continue;
        };
        let of_level = cap.levels.iter().find(|of| of.level == level(drawn, row));
        let share = of_level.and_then(|of| of.excess_share).or(cap.excess_share);
        let share = exact(share.expect("a share"));
        let bucket = bucket(drawn, cap, row, known.month.1);
        let (most, line) = lines.entry(bucket).or_default();
        *most += share * BigInt::from(priced_at.0);
        let findings = settled.adjusted.get(&i).map_or(&[][..], |found| &found.findings);
        let is_out = |finding: &Finding| matches!(finding, Finding::ReviewGranted { .. } | Finding::BeyondHighCap(_));
        if priced.class != CaseClass::High || findings.iter().any(is_out) {
            continue;
        }
        let Some(normal) = policy.points_if_normal(&case, priced.class) else {
            continue;
        };
        let normal = at_shares(drawn, normal, findings);
        let excess = at_shares(drawn, priced_at, findings) - normal;
        if excess > 0 {
            line.push(InLine {
                id: row.id.clone(),
                excess,
                granted: i128::from(settled.cases[i].points.0) - normal,
            });
        }
    }
    for (_, line) in lines.values_mut() {
        line.sort_by(|a, b| b.excess.cmp(&a.excess).then_with(|| a.id.cmp(&b.id)));
    }
    lines
}

/// What a line shows: nobody cut, or the points used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    Whole,
    UsedUp,
}

/// Whether a line was paid as the rule says.
fn holds(most: &BigRational, line: &[InLine]) -> Result<Shown, String> {
    let whole = most.floor().to_integer().to_i128().expect("points");
    let asked: i128 = line.iter().map(|one| one.excess).sum();
    let granted: i128 = line.iter().map(|one| one.granted).sum();
    if BigRational::from(BigInt::from(granted)) > *most {
        return Err(format!("{granted} granted of {most}"));
    }
    if granted != asked.min(whole) {
        return Err(format!("{granted} granted of {whole}, {asked} asked"));
    }
    let mut is_cut = false;
    for one in line {
        if one.granted < 0 || one.granted > one.excess || (is_cut && one.granted > 0) {
            return Err(format!("{one:?} behind one that was cut: {is_cut}"));
        }
        is_cut |= one.granted < one.excess;
    }
    Ok(if is_cut { Shown::UsedUp } else { Shown::Whole })
}

/// Of what is shown, how often.
fn check(
    drawn: &Drawn,
    policy: &CompiledPolicy,
    settled: &Settlement,
    shown: &mut BTreeMap<Shown, usize>,
) -> Result<(), String> {
    for (bucket, (most, line)) in lines(drawn, policy, settled) {
        if !line.is_empty() {
            let is = holds(&most, &line).map_err(|why| format!("{bucket:?}: {why}"))?;
            *shown.entry(is).or_default() += 1;
        }
    }
    Ok(())
}

/// Never passed, used up to the last unit where enough is asked for, the largest excess first. An engine
/// without the cap, one that pays whoever is not held whole as a normal case, and one that grants him all
/// are caught.
#[test]
fn the_points_are_never_passed_and_used_up() {
    let mut shown = BTreeMap::new();
    let (mut parts, mut caught) = (0, [false; 3]);
    for seed in SEEDS {
        let Some(drawn) = drawn(seed) else { continue };
        let Ok(settled) = drawn.settle() else { continue };
        let policy = drawn.year.compiled();
        if let Err(why) = check(&drawn, &policy, &settled, &mut shown) {
            panic!("seed {seed}: {why}\n{:#?}", drawn.year.policy.adjust);
        }
        let mut mutants = [settled.clone(), settled.clone(), settled.clone()];
        for (i, found) in &settled.adjusted {
            let Some(Finding::BeyondHighExcess(of)) = found.findings.last() else {
                continue;
            };
            let granted = i64::try_from(of.granted()).expect("points");
            let excess = i64::try_from(of.excess).expect("points");
            parts += u64::from(granted > 0);
            mutants[0].cases[*i].points.0 += excess - granted;
            mutants[1].cases[*i].points.0 -= granted;
            if granted > 0 {
                mutants[2].cases[*i].points.0 += excess - granted;
            }
        }
        for (mutant, caught) in mutants.iter().zip(&mut caught) {
            *caught |= check(&drawn, &policy, mutant, &mut BTreeMap::new()).is_err();
        }
    }
    assert!(
        shown.values().all(|count| *count >= 50) && shown.len() == 2 && parts >= 50,
        "{shown:?}, {parts} in part"
    );
    assert_eq!(caught, [true; 3], "a defective engine passes");
}

/// By their ids claims have the same points in whatever order they come; where ties are broken by
/// position they have not.
#[test]
fn the_order_of_the_claims_plays_no_part() {
    let (mut capped, mut depends) = (0, false);
    for seed in SEEDS {
        let Some(mut drawn) = drawn(seed) else { continue };
        // The same claims four times over: ties everywhere.
        let claims: Vec<Row> = drawn.year.claims.iter().flat_map(|row| vec![row.clone(); 4]).collect();
        drawn.known = drawn.known.iter().flat_map(|known| vec![known.clone(); 4]).collect();
        drawn.known.iter_mut().for_each(|known| known.person = "");
        drawn.year.claims = claims;
        let mut order: Vec<usize> = (0..drawn.known.len()).collect();
        Draw::new(seed).shuffle(&mut order);
        let ids: Vec<String> = (0..order.len()).map(|i| format!("{i:04}")).collect();
        let with_ids = |drawn: &Drawn, id: &dyn Fn(usize) -> String| {
            let mut drawn = drawn.clone();
            for (i, row) in drawn.year.claims.iter_mut().enumerate() {
                row.id = id(i);
            }
            drawn
        };
        let mut turned = drawn.clone();
        turned.year.claims = order.iter().map(|&i| drawn.year.claims[i].clone()).collect();
        turned.known = order.iter().map(|&i| drawn.known[i].clone()).collect();
        let points = |drawn: &Drawn| -> Option<Vec<Points>> {
            let settled = drawn.settle().ok()?;
            Some(settled.cases.iter().map(|case| case.points).collect())
        };
        let by_id = points(&with_ids(&drawn, &|i| ids[i].clone()));
        let Some(by_id) = by_id else { continue };
        let in_order: Vec<Points> = order.iter().map(|&i| by_id[i]).collect();
        let again = points(&with_ids(&turned, &|i| ids[order[i]].clone()));
        assert_eq!(Some(&in_order), again.as_ref(), "seed {seed}");
        let by_position = points(&with_ids(&turned, &|i| ids[i].clone()));
        depends |= Some(&in_order) != by_position.as_ref();
        capped += 1;
    }
    assert!(
        capped > 50 && depends,
        "{capped} years; ties by position pass: {}",
        !depends
    );
}

/// The keys of what is wrong with a cap, and the kinds.
fn breaches(change: impl FnOnce(&mut HighCap)) -> Vec<(String, BreachKind)> {
    let level = |level: &str| LevelCap {
        level: level.to_owned(),
        quota: Some(1.into()),
        excess_share: Some(0.into()),
    };
    let mut cap = HighCap {
        quota: Some(0.into()),
        excess_share: Some(1.into()),
        quota_of: QuotaOf::Level,
        levels: vec![level("3"), level("2")],
        period: QuotaPeriod::Year,
    };
    change(&mut cap);
    let mut policy = example::policy();
    policy.adjust.high_cap = Some(cap);
    let found = policy.breaches().into_iter();
    found.map(|breach| (breach.key, breach.kind)).collect()
}

#[test]
fn what_a_cap_may_not_say() {
    use BreachKind::{Contradiction, OutOfRange};
    let one = |key: &str, kind| vec![(key.to_owned(), kind)];
    let cent = Decimal::new(1, 2);
    assert_eq!(breaches(|_| {}), []);
    assert_eq!(
        breaches(|cap| cap.quota = Some(-cent)),
        one("high_cap.quota", OutOfRange)
    );
    assert_eq!(
        breaches(|cap| cap.excess_share = Some(cent + Decimal::ONE)),
        one("high_cap.excess_share", OutOfRange)
    );
    assert_eq!(
        breaches(|cap| cap.levels[1].excess_share = Some(-cent)),
        one("high_cap.levels[1].excess_share", OutOfRange)
    );
    assert_eq!(
        breaches(|cap| (cap.levels[0].quota, cap.levels[0].excess_share) = (None, None)),
        one("high_cap.levels[0]", OutOfRange)
    );
    // Either alone will do, of the section and of a level.
    let by_points = |cap: &mut HighCap| {
        cap.quota = None;
        cap.levels.iter_mut().for_each(|of| of.quota = None);
    };
    assert_eq!(breaches(by_points), []);
    assert_eq!(
        breaches(|cap| {
            by_points(cap);
            cap.levels[1].quota = Some(cent);
        }),
        one("high_cap.levels[1].quota", Contradiction)
    );
    assert_eq!(
        breaches(|cap| {
            by_points(cap);
            (cap.excess_share, cap.levels) = (None, Vec::new());
        }),
        one("high_cap", OutOfRange)
    );
    assert_eq!(
        breaches(|cap| cap.levels[1].level = "3".to_owned()),
        one("high_cap.levels[1].level", Contradiction)
    );
    assert_eq!(
        breaches(|cap| cap.quota_of = QuotaOf::Pool),
        one("high_cap.levels", Contradiction)
    );
}
