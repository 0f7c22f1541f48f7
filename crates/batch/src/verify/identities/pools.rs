//! pools.csv against the policy, the hospitals and run.json.

use super::hospitals::HospitalRow;
use crate::output::run::{Run, RunPool};
use crate::verify::check::Findings;
use crate::verify::figures::{fraction, written};
use crate::verify::sheets::{for_each_row, pools_header};
use dianzhi_core::model::{Book, ModelPrice, exact, rounded};
use dianzhi_core::{FundShareMethod, Policy, PricingMethod, Remainder, RoundingMode, Text};
use dianzhi_policy::Region;
use num_rational::BigRational;
use num_traits::Signed;
use std::path::Path;

/// A row of pools.csv: points and point value in their units, money in fen.
pub(super) struct PoolRow {
    pub(super) id: String,
    pub(super) budget: i128,
    pub(super) reserve: i128,
    distributable: i128,
    pub(super) cases: u64,
    points: i128,
    point_value: i128,
    pub(super) due: i128,
    remainder: i128,
    compensation: i128,
    pub(super) cleared: i128,
    pub(super) left_in_fund: i128,
    /// D′, which is D without `[pool_clearing]`.
    to_hospitals: i128,
    kept_by_fund: i128,
    /// ΣA of the people paid for by head, and what of it is due.
    pub(super) capitation_amount: i128,
    pub(super) capitation: i128,
}

/// Reads pools.csv; `None` where it cannot be read or holds other pools than the policy.
pub(super) fn read(run_dir: &Path, region: &Region, findings: &mut Findings) -> Option<Vec<PoolRow>> {
    let rounding = &region.policy.rounding;
    let mut rows = Vec::new();
    let header = pools_header(&region.policy);
    let is_shared = region.policy.pool_clearing.is_some();
    for_each_row(&run_dir.join("pools.csv"), &header, findings, |row, findings| {
        findings.saw();
        let mut money = |name: &str| row.money(name, findings);
        let (budget, reserve, distributable) = (money("budget"), money("reserve"), money("distributable"));
        let (due, remainder, compensation) = (money("due"), money("remainder"), money("compensation"));
        let (cleared, left_in_fund) = (money("cleared"), money("left_in_fund"));
        let (to_hospitals, kept_by_fund) = match is_shared {
            true => (money("to_hospitals"), money("kept_by_fund")),
            false => (distributable, 0),
        };
        let (capitation_amount, capitation) = match region.policy.methods.capitation[..] {
            [] => (0, 0),
            _ => (money("capitation_amount"), money("capitation")),
        };
        rows.push(PoolRow {
            id: row.text("pool"),
            budget,
            reserve,
            distributable,
            cases: row.count("cases", findings),
            points: row.fixed("points", rounding.points, findings),
            point_value: row.fixed("point_value", rounding.point_value, findings),
            due,
            remainder,
            compensation,
            cleared,
            left_in_fund,
            to_hospitals,
            kept_by_fund,
            capitation_amount,
            capitation,
        });
        true
    })?;
    let same = rows
        .iter()
        .map(|row| row.id.as_str())
        .eq(region.policy.pools.iter().map(|pool| pool.id.as_str()));
    if same {
        return Some(rows);
    }
    findings.found(|| {
        Text::new(
            "pools.csv 的资金池与 run.json 中政策的不同",
            "pools.csv holds other pools than the policy in run.json",
        )
    });
    None
}

fn yuan(fen: i128) -> String {
    written(&fraction(fen, 2), 2)
}

fn name(pool: &str, figure: &str) -> Text {
    Text::new(format!("资金池 {pool} 的 {figure}"), format!("{figure} of pool {pool}"))
}

/// Σ of the hospitals = pools.csv = run.json.
pub(super) fn sums(run: &Run, region: &Region, pools: &[PoolRow], hospitals: &[HospitalRow], findings: &mut Findings) {
    let rounding = &region.policy.rounding;
    let has_heads = !region.policy.methods.capitation.is_empty();
    let by_head = |fen: i128| has_heads.then(|| yuan(fen));
    let listed: Vec<&str> = run.pools.iter().map(|pool| pool.pool.as_str()).collect();
    findings.holds(pools.iter().map(|row| row.id.as_str()).eq(listed), || {
        Text::new(
            "run.json 列出的资金池与 pools.csv 不同",
            "run.json lists other pools than pools.csv",
        )
    });
    for (i, row) in pools.iter().enumerate() {
        let name = |figure: &'static str| move || name(&row.id, figure);
        let here = || hospitals.iter().filter(|hospital| hospital.pool == i);
        let sum = |of: fn(&HospitalRow) -> i128| here().map(of).sum::<i128>();
        findings.equal(name("cases"), &row.cases, &here().map(|h| h.cases).sum());
        findings.equal(name("points"), &row.points, &sum(|h| h.points));
        findings.equal(name("due"), &yuan(row.due), &yuan(sum(|h| h.due)));
        findings.equal(
            name("compensation"),
            &yuan(row.compensation),
            &yuan(sum(|h| h.compensation)),
        );
        findings.equal(name("cleared"), &yuan(row.cleared), &yuan(sum(|h| h.cleared)));
        findings.equal(name("capitation"), &yuan(row.capitation), &yuan(sum(|h| h.capitation)));
        let expected = RunPool {
            pool: row.id.clone(),
            cases: row.cases,
            points: written(&fraction(row.points, rounding.points), rounding.points),
            medfee_sumamt: yuan(sum(|h| h.medical_cost)),
            hifp_pay: yuan(sum(|h| h.fund_billed)),
            point_value: written(&fraction(row.point_value, rounding.point_value), rounding.point_value),
            due: yuan(row.due),
            capitation_amount: by_head(row.capitation_amount),
            capitation: by_head(row.capitation),
        };
        if let Some(published) = run.pools.get(i) {
            control_totals(published, &expected, findings);
        }
    }
}

fn control_totals(published: &RunPool, expected: &RunPool, findings: &mut Findings) {
    let name = |figure: &'static str| {
        move || {
            let pool = &expected.pool;
            Text::new(
                format!("run.json 中资金池 {pool} 的 {figure}"),
                format!("{figure} of pool {pool} in run.json"),
            )
        }
    };
    findings.equal(name("cases"), &published.cases, &expected.cases);
    findings.equal(name("points"), &published.points, &expected.points);
    findings.equal(name("medfee_sumamt"), &published.medfee_sumamt, &expected.medfee_sumamt);
    findings.equal(name("hifp_pay"), &published.hifp_pay, &expected.hifp_pay);
    findings.equal(name("point_value"), &published.point_value, &expected.point_value);
    findings.equal(name("due"), &published.due, &expected.due);
    let shown = |figure: &Option<String>| figure.clone().unwrap_or_else(|| "–".to_owned());
    for (figure, published, expected) in [
        (
            "capitation_amount",
            &published.capitation_amount,
            &expected.capitation_amount,
        ),
        ("capitation", &published.capitation, &expected.capitation),
    ] {
        findings.equal(name(figure), &shown(published), &shown(expected));
    }
}

/// The budget of each pool, accounted for to the fen.
pub(super) fn identities(
    region: &Region,
    pools: &[PoolRow],
    hospitals: &[HospitalRow],
    prices: Option<&[ModelPrice]>,
    findings: &mut Findings,
) {
    let policy = &region.policy;
    for (i, (row, pool)) in pools.iter().zip(&policy.pools).enumerate() {
        let name = |figure: &'static str| move || name(&row.id, figure);
        let here = || hospitals.iter().filter(|hospital| hospital.pool == i);
        let budget = Book::new(policy, &[], &[]).budget(i);
        let reserve = rounded(&(&budget * exact(pool.reserve)), 2, policy.rounding.mode);
        findings.equal(name("budget"), &yuan(row.budget), &written(&budget, 2));
        findings.equal(name("reserve"), &yuan(row.reserve), &written(&reserve, 2));
        findings.equal(
            name("distributable = budget − reserve"),
            &yuan(row.distributable),
            &yuan(row.budget - row.reserve),
        );
        findings.equal(
            name("remainder = distributable − Σdue − Σcapitation"),
            &yuan(row.remainder),
            &yuan(row.distributable - row.due - row.capitation),
        );
        let billed = fraction(here().map(|h| h.fund_billed).sum(), 2);
        let shared = Book::new(policy, &[], &[]).to_hospitals(i, &billed);
        findings.equal(name("to_hospitals"), &yuan(row.to_hospitals), &written(&shared, 2));
        findings.equal(
            name("kept_by_fund = distributable − to_hospitals"),
            &yuan(row.kept_by_fund),
            &yuan(row.distributable - row.to_hospitals),
        );
        let paid: i128 = here().map(|h| h.final_payment + h.prepaid).sum();
        findings.equal(
            name("left_in_fund = budget − Σfinal_payment − Σprepaid"),
            &yuan(row.left_in_fund),
            &yuan(row.budget - paid),
        );
        findings.holds(row.compensation <= row.reserve, name("Σcompensation > reserve"));
        let places = policy.rounding.point_value;
        match prices.and_then(|prices| prices.get(i)) {
            Some(price) => findings.equal(
                name("point_value"),
                &written(&fraction(row.point_value, places), places),
                &written(&price.point_value, places),
            ),
            None => findings.found(name("point_value (κ = 0)")),
        }
        let held = prices
            .and_then(|prices| prices.get(i))
            .is_some_and(|price| price.point_value != price.unbounded);
        let borrows = pool.point_value_of.is_some();
        if let Some(bound) = remainder_bound(policy, row).filter(|_| !held && !borrows) {
            let withheld = row.capitation_amount - row.capitation;
            let left = fraction(row.remainder - row.kept_by_fund - withheld, 2).abs();
            findings.holds(left <= bound, name("remainder beyond its bound"));
        }
    }
}

/// The largest remainder that roundings can leave, where the policy has a bound.
fn remainder_bound(policy: &Policy, row: &PoolRow) -> Option<BigRational> {
    let whole = matches!(
        policy.fund_share.method,
        FundShareMethod::FundPoints | FundShareMethod::Difference
    );
    let by_points = policy.pricing.method == PricingMethod::Points;
    if !whole || !by_points || policy.fund_share.floor_at_zero || row.points == 0 {
        return None;
    }
    if policy.rounding.remainder == Remainder::LargestRemainder {
        return Some(BigRational::default());
    }
    if policy.rounding.mode == RoundingMode::Down {
        return None;
    }
    let half_fen = fraction(5, 3);
    let half_unit = fraction(5, policy.rounding.point_value + 1);
    let points = fraction(row.points, policy.rounding.points);
    Some(half_fen * num_bigint::BigInt::from(row.cases) + points * half_unit)
}
