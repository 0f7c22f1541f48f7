//! What hospitals keep of procured drugs, and what the year leaves of the funds, as lines of the summary.

use crate::figures::{count, grouped};
use crate::lang::pick;
use crate::table::{Side, Table};
use dianzhi::Settled;
use dianzhi::engine::{CompiledPolicy, FenSum, Lang};
use serde::Serialize;

/// What is kept of the procured drugs that one pool's fund pays. Money in yuan.
#[derive(Serialize)]
pub(super) struct ProcurementLine {
    pool: String,
    hospitals: usize,
    batches: usize,
    base: String,
    kept: String,
    /// Batches of which nothing is kept, though something was saved.
    without: usize,
}

/// A fund at the end of the year. Money in yuan.
#[derive(Serialize)]
pub(super) struct FundLine {
    fund: String,
    opening: String,
    income: String,
    spending: String,
    closing: String,
    months: Option<String>,
    tier: Option<String>,
    /// Σ of what it prepays for the next year, where it prepays at all.
    next_prepayments: Option<String>,
}

/// By pool that pays any.
pub(super) fn procurement(policy: &CompiledPolicy, settled: &Settled) -> Vec<ProcurementLine> {
    let pools = policy.policy().pools.iter().enumerate();
    let line = |(at, pool): (usize, &dianzhi::engine::Pool)| {
        let here = || settled.procurement.iter().filter(|of| usize::from(of.pool.0) == at);
        let mut hospitals: Vec<u32> = here().map(|of| of.hospital.0).collect();
        hospitals.dedup();
        let without = here().filter(|of| of.kept.base.0 > 0 && of.kept.kept.0 == 0);
        (!hospitals.is_empty()).then(|| ProcurementLine {
            pool: pool.id.clone(),
            hospitals: hospitals.len(),
            batches: here().count(),
            base: FenSum(here().map(|of| of.kept.base.0).sum()).to_string(),
            kept: FenSum(here().map(|of| of.kept.kept.0).sum()).to_string(),
            without: without.count(),
        })
    };
    pools.filter_map(line).collect()
}

/// In the order of the policy.
pub(super) fn funds(policy: &CompiledPolicy, settled: &Settled) -> Vec<FundLine> {
    let all = settled.funds.statements.iter().zip(&policy.policy().funds);
    let line = |(of, rules): (&dianzhi::engine::FundStatement, &dianzhi::engine::Fund)| {
        let next = settled.funds.prepayments.iter().filter(|next| next.fund == of.fund);
        let money = |yuan: dianzhi::engine::Decimal| {
            let mut yuan = yuan;
            yuan.rescale(2);
            yuan.to_string()
        };
        FundLine {
            fund: rules.id.clone(),
            opening: money(rules.opening),
            income: money(rules.income),
            spending: of.spending.to_string(),
            closing: of.closing.to_string(),
            months: of.months.map(|months| months.to_string()),
            tier: of.tier.clone(),
            next_prepayments: rules
                .prepayment
                .map(|_| FenSum(next.map(|next| next.prepaid.0).sum()).to_string()),
        }
    };
    all.map(line).collect()
}

/// What is kept, pool by pool.
pub(super) fn render_procurement(lines: &[ProcurementLine], lang: Lang) -> String {
    let title = pick(
        lang,
        "集采结余留用（元；另行支付，不计入清算）",
        "Kept of procured drugs (yuan; paid beside the clearing)",
    );
    let headings = pick(
        lang,
        ["资金池", "机构", "批次", "结余基数", "留用", "有结余而不留用"],
        ["pool", "hospitals", "batches", "base", "kept", "saved, none kept"],
    );
    let mut table = Table::new(
        headings
            .into_iter()
            .zip([Side::Left].into_iter().chain([Side::Right; 5])),
    );
    for of in lines {
        table.row([
            of.pool.clone(),
            count(of.hospitals as u64),
            count(of.batches as u64),
            grouped(&of.base),
            grouped(&of.kept),
            count(of.without as u64),
        ]);
    }
    format!("{title}\n{}", table.render(2))
}

/// Balance, months and tier, fund by fund.
pub(super) fn render_funds(lines: &[FundLine], lang: Lang) -> String {
    let headings = pick(
        lang,
        [
            "基金",
            "年初结余",
            "收入",
            "支出",
            "年末结余",
            "可支付月数",
            "预警",
            "下年度预付",
        ],
        [
            "fund",
            "opening",
            "income",
            "spending",
            "closing",
            "months",
            "warning",
            "prepaid next year",
        ],
    );
    let mut table = Table::new(
        headings
            .into_iter()
            .zip([Side::Left].into_iter().chain([Side::Right; 7])),
    );
    for of in lines {
        table.row([
            of.fund.clone(),
            grouped(&of.opening),
            grouped(&of.income),
            grouped(&of.spending),
            grouped(&of.closing),
            of.months.clone().unwrap_or_default(),
            of.tier.clone().unwrap_or_default(),
            of.next_prepayments.as_deref().map_or_else(String::new, grouped),
        ]);
    }
    format!("{}\n{}", pick(lang, "基金（元）", "Funds (yuan)"), table.render(2))
}
