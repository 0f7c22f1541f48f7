//! funds.csv: what the year leaves of every insurance fund; next_prepayments.csv: what the funds prepay
//! hospitals for the next year.

use super::procurement::{self, ProcurementAccount};
use crate::codes::{A101, W154};
use crate::error::{Failure, error, too_large_help, warning};
use crate::input::Inputs;
use crate::output::format::push_record;
use dianzhi_core::{
    CompiledPolicy, Decimal, FenSum, Fixed, FundSpending, FundStatement, HospitalId, PoolAccount, PoolId, Silent, Text,
    TooLarge, Tracer,
};
use dianzhi_policy::Diagnostic;

/// The columns of funds.csv.
pub(crate) const COLUMNS: [&str; 11] = [
    "fund",
    "opening",
    "income",
    "hospitals",
    "procurement",
    "other_spending",
    "spending",
    "closing",
    "months",
    "months_exact",
    "tier",
];

/// The columns of next_prepayments.csv, which can stand as it is in `files.prepayments` of the next year.
pub(crate) const PREPAYMENT_COLUMNS: [&str; 3] = ["pool", "fixmedins_code", "prepaid"];

/// What a fund prepays one hospital out of one pool for the next year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextPrepayment {
    /// The pool.
    pub pool: PoolId,
    /// The hospital.
    pub hospital: HospitalId,
    /// Position of the fund.
    pub fund: usize,
    /// What was cleared for it this year.
    pub cleared: FenSum,
    /// What it is prepaid.
    pub prepaid: FenSum,
}

/// What a settlement takes from the funds, and leaves in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Funds {
    /// In the order of the policy.
    pub statements: Vec<FundStatement>,
    /// In the order of hospitals.csv; nothing of funds that prepay nothing.
    pub prepayments: Vec<NextPrepayment>,
}

/// What a fund spent in this settlement.
pub(crate) fn spending(
    policy: &CompiledPolicy,
    fund: usize,
    accounts: &[PoolAccount],
    procured: &[ProcurementAccount],
) -> FundSpending {
    let is_of = |pool: PoolId| policy.policy().fund_of(usize::from(pool.0)) == Some(fund);
    let statements = accounts
        .iter()
        .filter(|account| is_of(account.pool))
        .flat_map(|account| &account.statements);
    let paid = statements.map(|s| s.cleared.0 - s.deposit.0 + s.deposit_returned.0);
    FundSpending {
        hospitals: FenSum(paid.sum()),
        procurement: procurement::kept(procured, is_of),
    }
}

pub(crate) fn funds(
    policy: &CompiledPolicy,
    accounts: &[PoolAccount],
    procured: &[ProcurementAccount],
) -> Result<Funds, Failure> {
    settled(policy, accounts, procured).map_err(|e| error(A101, e.text(), too_large_help()).into())
}

fn settled(
    policy: &CompiledPolicy,
    accounts: &[PoolAccount],
    procured: &[ProcurementAccount],
) -> Result<Funds, TooLarge> {
    let mut funds = Funds::default();
    for fund in 0..policy.policy().funds.len() {
        let of_run = spending(policy, fund, accounts, procured);
        let statement = policy.policy().fund_statement(fund, of_run, &mut Silent)?;
        funds.statements.push(statement);
    }
    for account in accounts {
        for statement in &account.statements {
            let next = prepayment(policy, &funds.statements, account.pool, statement.cleared, &mut Silent)?;
            funds.prepayments.extend(next.map(|(fund, prepaid)| NextPrepayment {
                pool: account.pool,
                hospital: statement.hospital,
                fund,
                cleared: statement.cleared,
                prepaid,
            }));
        }
    }
    Ok(funds)
}

/// The fund of a pool, and what it prepays of what was cleared; `None` where it prepays nothing.
pub(crate) fn prepayment(
    policy: &CompiledPolicy,
    statements: &[FundStatement],
    pool: PoolId,
    cleared: FenSum,
    tracer: &mut impl Tracer,
) -> Result<Option<(usize, FenSum)>, TooLarge> {
    let Some(fund) = policy.policy().fund_of(usize::from(pool.0)) else {
        return Ok(None);
    };
    let prepaid = policy.policy().next_prepayment(&statements[fund], cleared, tracer)?;
    Ok(prepaid.map(|prepaid| (fund, prepaid)))
}

/// The funds that have a tier of warning, and why.
pub(crate) fn warned(inputs: &Inputs, funds: &Funds) -> Vec<Diagnostic> {
    let notice = |of: &FundStatement| {
        let rules = &inputs.policy.policy().funds[of.fund];
        let tier = of.tier.as_ref()?;
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        if let Some((below, units)) = of.by_months.map(|at| rules.warning[at].below).zip(of.months_millionths) {
            let months = Fixed { units, places: 6 };
            zh.push(format!("可支付 {months} 个月，低于 {below}"));
            en.push(format!("it can pay {months} months, below {below}"));
        }
        if of.by_deficit {
            let (spending, income) = (of.spending, rules.income);
            zh.push(format!("当年支出 {spending} 元大于收入 {income} 元"));
            en.push(format!("it spent {spending} yuan and took in {income}"));
        }
        let text = Text::new(
            format!("基金 {} 预警档为 {tier}：{}", rules.id, zh.join("；")),
            format!("fund {} has the warning tier {tier}: {}", rules.id, en.join("; ")),
        );
        let help = Text::new(
            "见 funds.csv；滚存结余、收入和其他支出在 [[fund]] 中，先核对",
            "see funds.csv; its balance, income and other spending stand in [[fund]], check them first",
        );
        let notice = warning(W154, text, help);
        let key = if of.by_months.is_some() { "warning" } else { "deficit" };
        let place = inputs.region.place(&format!("fund[{}].{key}", of.fund));
        Some(match place {
            Some(place) => notice.at(place),
            None => notice,
        })
    };
    funds.statements.iter().filter_map(notice).collect()
}

/// funds.csv; `None` where the policy has no `[[fund]]`.
pub(crate) fn csv(policy: &CompiledPolicy, funds: &Funds) -> Option<Vec<u8>> {
    if policy.policy().funds.is_empty() {
        return None;
    }
    let mut out = (COLUMNS.join(",") + "\n").into_bytes();
    for (of, rules) in funds.statements.iter().zip(&policy.policy().funds) {
        let record = [
            rules.id.clone(),
            yuan(rules.opening),
            yuan(rules.income),
            of.of_run.hospitals.to_string(),
            of.of_run.procurement.to_string(),
            yuan(rules.other_spending),
            of.spending.to_string(),
            of.closing.to_string(),
            of.months.map_or_else(String::new, |months| months.to_string()),
            of.months_millionths
                .map_or_else(String::new, |units| Fixed { units, places: 6 }.to_string()),
            of.tier.clone().unwrap_or_default(),
        ];
        push_record(&mut out, record.iter().map(String::as_str));
    }
    Some(out)
}

/// next_prepayments.csv; `None` where no fund prepays anything.
pub(crate) fn prepayments_csv(policy: &CompiledPolicy, funds: &Funds) -> Option<Vec<u8>> {
    let rules = policy.policy();
    if rules.funds.iter().all(|fund| fund.prepayment.is_none()) {
        return None;
    }
    let mut out = (PREPAYMENT_COLUMNS.join(",") + "\n").into_bytes();
    for next in &funds.prepayments {
        let pool = rules.pools.get(usize::from(next.pool.0));
        let hospital = policy.hospitals().get(next.hospital.0 as usize);
        let record = [
            pool.map_or_else(String::new, |pool| pool.id.clone()),
            hospital.map_or_else(String::new, |hospital| hospital.code.clone()),
            next.prepaid.to_string(),
        ];
        push_record(&mut out, record.iter().map(String::as_str));
    }
    Some(out)
}

/// An amount of the region file, which has at most 2 decimals, with both.
pub(crate) fn yuan(value: Decimal) -> String {
    let mut value = value;
    value.rescale(2);
    value.to_string()
}
