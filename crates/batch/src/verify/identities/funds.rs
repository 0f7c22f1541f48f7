//! procurement.csv, funds.csv and next_prepayments.csv against the policy, the hospitals and the pools.

use super::hospitals::HospitalRow;
use super::pools::PoolRow;
use crate::settle::funds::{COLUMNS, PREPAYMENT_COLUMNS, yuan as shown};
use crate::settle::procurement;
use crate::verify::check::{Check, Findings};
use crate::verify::figures::{fraction, written};
use crate::verify::sheets::for_each_row;
use dianzhi_core::model::{Book, ModelFund, exact, rounded};
use dianzhi_core::{RoundingMode, Text, parse_decimal};
use dianzhi_policy::Region;
use std::path::Path;

fn yuan(fen: i128) -> String {
    written(&fraction(fen, 2), 2)
}

/// The checks of the tables that the policy has.
pub(super) fn checks(
    run_dir: &Path,
    region: &Region,
    pools: Option<&[PoolRow]>,
    hospitals: Option<&[HospitalRow]>,
) -> Vec<Check> {
    let mut checks = Vec::new();
    // Σ kept by pool.
    let mut kept = vec![0; region.policy.pools.len()];
    if region.policy.procurement.is_some() {
        checks.push(procured(run_dir, region, &mut kept));
    }
    if region.policy.funds.is_empty() {
        return checks;
    }
    let mut findings = Findings::default();
    let funds = balances(run_dir, region, pools, &kept, &mut findings);
    if let (Some(funds), Some(hospitals)) = (funds, hospitals) {
        prepayments(run_dir, region, &funds, hospitals, &mut findings);
    }
    checks.push(findings.into_check(Text::new(
        "基金：收支、结余与可支付月数相符，支出即各资金池之数，预付金与政策一致",
        "funds: balances and months agree, spending is the pools', prepayments are as the policy says",
    )));
    checks
}

/// base, share and kept follow from the row and the policy.
fn procured(run_dir: &Path, region: &Region, kept_of: &mut [i128]) -> Check {
    let policy = &region.policy;
    let mut findings = Findings::default();
    let path = run_dir.join("procurement.csv");
    for_each_row(&path, &procurement::COLUMNS, &mut findings, |row, findings| {
        findings.saw();
        let mut money = |name: &str| row.money(name, findings);
        let [budget, spend, base, kept] = ["budget", "spend", "base", "kept"].map(&mut money);
        findings.equal(|| row.names("base"), &yuan(base), &yuan((budget - spend).max(0)));
        let decimal = |name: &str| parse_decimal(&row.text(name)).ok();
        let (Some(score), Some(share)) = (decimal("procurement_score"), decimal("share")) else {
            findings.found(|| row.names("procurement_score, share"));
            return true;
        };
        let pool = policy
            .pools
            .iter()
            .position(|pool| pool.id.as_bytes() == row.field("pool"));
        let (Some(pool), Some(rules)) = (pool, &policy.procurement) else {
            findings.found(|| row.names("pool"));
            return true;
        };
        let met = row.field("volume_met") == b"yes";
        findings.holds(met || row.field("volume_met") == b"no", || row.names("volume_met"));
        let step = rules.steps.iter().find(|step| step.from <= score);
        let by_rule = match step.filter(|_| met || !rules.volume_must_be_met) {
            Some(step) => step.share,
            None => dianzhi_core::Decimal::ZERO,
        };
        findings.holds(share == by_rule, || row.names("share"));
        let by_share = rounded(&(fraction(base, 2) * exact(share)), 2, policy.rounding.mode);
        findings.equal(|| row.names("kept"), &yuan(kept), &written(&by_share, 2));
        kept_of[pool] += kept;
        true
    });
    findings.into_check(Text::new(
        "集采结余留用：基数、比例与留用额相符",
        "procured drugs: base, share and what is kept agree",
    ))
}

/// Every fund by the book; `None` where funds.csv is not theirs.
fn balances(
    run_dir: &Path,
    region: &Region,
    pools: Option<&[PoolRow]>,
    kept: &[i128],
    findings: &mut Findings,
) -> Option<Vec<ModelFund>> {
    let policy = &region.policy;
    let book = Book::new(policy, &[], &[]);
    let mut funds = Vec::new();
    for_each_row(&run_dir.join("funds.csv"), &COLUMNS, findings, |row, findings| {
        findings.saw();
        let at = funds.len();
        let Some(rules) = policy
            .funds
            .get(at)
            .filter(|fund| fund.id.as_bytes() == row.field("fund"))
        else {
            findings.found(|| row.names("fund"));
            return false;
        };
        let mut money = |name: &str| row.money(name, findings);
        let [hospitals, procured] = ["hospitals", "procurement"].map(&mut money);
        let of_fund = |pool: &usize| policy.fund_of(*pool) == Some(at);
        if let Some(pools) = pools {
            let lost: i128 = (0..pools.len())
                .filter(of_fund)
                .map(|pool| pools[pool].budget - pools[pool].left_in_fund)
                .sum();
            findings.equal(
                || row.names("hospitals = Σ (budget − left_in_fund)"),
                &yuan(hospitals),
                &yuan(lost),
            );
        }
        let kept: i128 = (0..kept.len()).filter(of_fund).map(|pool| kept[pool]).sum();
        findings.equal(|| row.names("procurement = Σ kept"), &yuan(procured), &yuan(kept));
        let of = book.fund(at, &fraction(hospitals, 2), &fraction(procured, 2));
        let months = |places: u32| {
            let months = of.months.as_ref();
            let rounded = months.map(|months| rounded(months, places, RoundingMode::HalfUp));
            rounded.map_or_else(String::new, |months| written(&months, places))
        };
        for (name, by_the_book) in [
            ("opening", shown(rules.opening)),
            ("income", shown(rules.income)),
            ("other_spending", shown(rules.other_spending)),
            ("spending", written(&of.spending, 2)),
            ("closing", written(&of.closing, 2)),
            ("months", months(0)),
            ("months_exact", months(6)),
            ("tier", of.tier.clone()),
        ] {
            findings.equal(|| row.names(name), &row.text(name), &by_the_book);
        }
        funds.push(of);
        true
    })?;
    findings.holds(funds.len() == policy.funds.len(), || {
        Text::new("funds.csv 缺少政策中的基金", "funds.csv lacks a fund of the policy")
    });
    (funds.len() == policy.funds.len()).then_some(funds)
}

/// A row for every hospital of a fund that prepays, of what hospitals.csv says was cleared.
fn prepayments(
    run_dir: &Path,
    region: &Region,
    funds: &[ModelFund],
    hospitals: &[HospitalRow],
    findings: &mut Findings,
) {
    let policy = &region.policy;
    if policy.funds.iter().all(|fund| fund.prepayment.is_none()) {
        return;
    }
    let book = Book::new(policy, &[], &[]);
    let mut expected = hospitals.iter().filter_map(|row| {
        let at = policy.fund_of(row.pool)?;
        let prepaid = book.next_prepayment(at, &funds[at], &fraction(row.cleared, 2))?;
        Some((row, written(&prepaid, 2)))
    });
    let path = run_dir.join("next_prepayments.csv");
    for_each_row(&path, &PREPAYMENT_COLUMNS, findings, |row, findings| {
        findings.saw();
        let place = expected.next().filter(|(of, _)| {
            policy.pools[of.pool].id.as_bytes() == row.field("pool") && of.code == row.field("fixmedins_code")
        });
        let Some((_, prepaid)) = place else {
            findings.found(|| row.names("pool, fixmedins_code"));
            return false;
        };
        findings.equal(|| row.names("prepaid"), &row.text("prepaid"), &prepaid);
        true
    });
    findings.holds(expected.next().is_none(), || {
        Text::new(
            "next_prepayments.csv 缺少 hospitals.csv 中的医院",
            "next_prepayments.csv lacks a hospital of hospitals.csv",
        )
    });
}
