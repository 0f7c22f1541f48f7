//! The closing summary of a settlement: for the fund officer in words and tables, for programs as
//! JSON.

mod alliances;
mod budgets;
mod funds;

use crate::adjusted::{AdjustedLine, adjusted};
use crate::figures::{count, counted, grouped, ratio};
use crate::lang::pick;
use crate::routes::{ApartLine, PassedOver, RouteLine, apart, passed_over, routes, routes_table};
use crate::table::{Side, Table, printable};
use crate::warnings::{GROUPS_SHOWN, most_first, of_settlement};
use crate::words::class_or_band;
use dianzhi::engine::{Band, CompiledPolicy, Fixed, HospitalStatement, Lang, PoolAccount, Text};
use dianzhi::grouper::reason_meaning;
use dianzhi::policy::{Diagnostic, Region};
use dianzhi::{GroupedClaims, Published, Records, RejectCode, Run};
use serde::Serialize;

/// Hospitals named on either side.
const HOSPITALS_SHOWN: usize = 5;
/// Pools beside each other in one table.
const POOLS_ABREAST: usize = 4;

/// The figures of a settlement. Money in yuan with two decimals, as text.
#[derive(Serialize)]
pub(crate) struct Summary {
    region: RegionYear,
    records: RecordCounts,
    pools: Vec<PoolLine>,
    /// What every route paid out of each of its pools, where there are routes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    routes: Vec<RouteLine>,
    /// What was paid apart from the rest of cases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    apart: Vec<ApartLine>,
    /// How often rules that change points found something.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    adjusted: Vec<AdjustedLine>,
    /// Routes that had no price for records that met their conditions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    passed_over: Vec<PassedOver>,
    /// What became of the budgets of alliances.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alliances: Vec<alliances::AllianceLine>,
    /// What hospitals keep of procured drugs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    procurement: Vec<funds::ProcurementLine>,
    /// What the year leaves of the funds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    funds: Vec<funds::FundLine>,
    /// The budget tree and what was reopened, where there is any.
    #[serde(skip_serializing_if = "Option::is_none")]
    budgets: Option<budgets::Budgets>,
    /// Hospitals with the largest cleared − booked.
    largest_surplus: Vec<HospitalLine>,
    /// Hospitals with the largest booked − due.
    largest_overspend: Vec<HospitalLine>,
    unknown_groups: UnknownGroups,
    #[serde(skip)]
    is_rate: bool,
    #[serde(skip)]
    pub(crate) warnings: Vec<Diagnostic>,
}

/// Whose year.
#[derive(Serialize)]
pub(crate) struct RegionYear {
    code: String,
    name: String,
    year_start: String,
    year_end: String,
}

impl RegionYear {
    pub(crate) fn of(region: &Region) -> RegionYear {
        RegionYear {
            code: region.code.clone(),
            name: region.name.clone(),
            year_start: region.year_start.to_string(),
            year_end: region.year_end.to_string(),
        }
    }

    /// One line.
    pub(crate) fn render(&self, lang: Lang) -> String {
        let (name, code) = (printable(&self.name), printable(&self.code));
        let (start, end) = (&self.year_start, &self.year_end);
        pick(
            lang,
            format!("{name}（{code}），保险年度 {start} 至 {end}\n"),
            format!("{name} ({code}), insurance year {start} to {end}\n"),
        )
    }
}

/// Records read, accepted and rejected.
#[derive(Serialize)]
pub(crate) struct RecordCounts {
    read: u64,
    accepted: u64,
    rejected: u64,
    by_code: Vec<RejectedLine>,
    /// What the scheme made of the claims without a group code.
    #[serde(skip_serializing_if = "Option::is_none")]
    grouped: Option<GroupedClaims>,
}

#[derive(Serialize)]
struct RejectedLine {
    code: String,
    records: u64,
    meaning: Text,
}

impl RecordCounts {
    pub(crate) fn of(records: &Records) -> RecordCounts {
        let meaning = |code: &str| {
            let known = RejectCode::ALL.into_iter().find(|known| known.as_str() == code);
            known.map(RejectCode::text).unwrap_or_default()
        };
        RecordCounts {
            read: records.read,
            accepted: records.accepted,
            rejected: records.rejected_total(),
            by_code: records
                .rejected
                .iter()
                .map(|(code, n)| RejectedLine {
                    code: code.clone(),
                    records: *n,
                    meaning: meaning(code),
                })
                .collect(),
            grouped: records.grouped.clone(),
        }
    }

    /// One line, and one for each code.
    pub(crate) fn render(&self, lang: Lang) -> String {
        let (read, accepted, rejected) = (count(self.read), count(self.accepted), count(self.rejected));
        let mut out = pick(
            lang,
            format!("读入 {read} 条记录，接受 {accepted} 条，拒绝 {rejected} 条\n"),
            format!(
                "{} read, {accepted} accepted, {rejected} rejected\n",
                counted(self.read, "record", "records")
            ),
        );
        for line in &self.by_code {
            let (code, n, meaning) = (&line.code, count(line.records), line.meaning.get(lang));
            out += &format!("  {code} ×{n}  {meaning}\n");
        }
        if let Some(claims) = &self.grouped {
            out += &grouped_claims(claims, lang);
        }
        out
    }
}

#[derive(Serialize)]
struct PoolLine {
    pool: String,
    budget: String,
    reserve: String,
    distributable: String,
    cases: u64,
    points: String,
    point_value: String,
    due: String,
    remainder: String,
    hifp_pay: Option<String>,
    compensation: String,
    cleared: String,
    /// Σ (deposit − deposit returned).
    deposits_not_returned: Option<String>,
    prepaid: Option<String>,
    final_payment: Option<String>,
    left_in_fund: String,
    /// What is due by head; only where the policy pays so.
    #[serde(skip_serializing_if = "Option::is_none")]
    capitation: Option<String>,
    /// What is shared out of D, and what the fund keeps of it; with `[pool_clearing]` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_hospitals: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_by_fund: Option<String>,
}

#[derive(Serialize)]
struct HospitalLine {
    pool: String,
    fixmedins_code: String,
    name: String,
    /// Cleared − booked, or booked − due.
    difference: String,
    hifp_pay: String,
    due: String,
    ratio: Option<String>,
    band: &'static str,
    final_payment: String,
}

#[derive(Serialize)]
struct UnknownGroups {
    codes: usize,
    claims: u64,
    /// Those with the most claims.
    most: Vec<UnknownGroup>,
}

#[derive(Serialize)]
struct UnknownGroup {
    group_code: String,
    claims: u64,
}

fn plain_yuan(fen: i128) -> String {
    Fixed { units: fen, places: 2 }.to_string()
}

impl Summary {
    /// The summary of a settlement that was just published.
    pub(crate) fn of(published: &Published) -> Summary {
        let Published {
            run, inputs, settled, ..
        } = published;
        let policy = &inputs.policy;
        let accounts = &settled.accounts;
        let unknown = &settled.claims().unknown_groups;
        let most = most_first(unknown).into_iter().take(GROUPS_SHOWN);
        Summary {
            region: RegionYear::of(&inputs.region),
            records: RecordCounts::of(&run.records),
            pools: accounts.iter().map(|account| pool_line(policy, account)).collect(),
            routes: routes(settled),
            apart: apart(settled),
            adjusted: adjusted(settled),
            passed_over: passed_over(policy.policy(), settled),
            alliances: alliances::alliances(policy, settled),
            procurement: funds::procurement(policy, settled),
            funds: funds::funds(policy, settled),
            budgets: budgets::Budgets::of(policy, accounts),
            largest_surplus: largest(policy, accounts, |s| match s.band {
                Band::Surplus => s.cleared.0 - s.totals.fund_billed,
                _ => 0,
            }),
            largest_overspend: largest(policy, accounts, |s| match s.band {
                // An alliance answers for its members as a whole.
                Band::Alliance => 0,
                _ => s.totals.fund_billed - s.totals.due - s.capitation.0,
            }),
            unknown_groups: UnknownGroups {
                codes: unknown.len(),
                claims: unknown.values().sum(),
                most: most
                    .map(|(code, claims)| UnknownGroup {
                        group_code: code.to_owned(),
                        claims,
                    })
                    .collect(),
            },
            is_rate: policy.is_rate(),
            warnings: of_settlement(published),
        }
    }

    /// Lines for people, without the warnings.
    pub(crate) fn render(&self, lang: Lang) -> String {
        let mut out = self.region.render(lang);
        out += &self.records.render(lang);
        for pools in self.pools.chunks(POOLS_ABREAST) {
            out.push('\n');
            out += &self.pools_table(pools, lang);
        }
        if !self.routes.is_empty() {
            let title = pick(lang, "各付费方式", "What each route paid");
            out += &format!("\n{title}\n{}", routes_table(&self.routes, lang));
            for item in &self.apart {
                out += &item.render(lang);
            }
            for route in &self.passed_over {
                out += &route.render(lang);
            }
        }
        if !self.adjusted.is_empty() {
            out.push('\n');
            out += &crate::adjusted::render(&self.adjusted, lang);
        }
        if !self.alliances.is_empty() {
            out.push('\n');
            out += &alliances::render(&self.alliances, lang);
        }
        if !self.procurement.is_empty() {
            out.push('\n');
            out += &funds::render_procurement(&self.procurement, lang);
        }
        if !self.funds.is_empty() {
            out.push('\n');
            out += &funds::render_funds(&self.funds, lang);
        }
        if let Some(budgets) = &self.budgets {
            out.push('\n');
            out += &budgets.render(lang);
        }
        let surplus = pick(
            lang,
            "结余最多的医疗机构（清算数 − 已记账）",
            "Hospitals with the largest surplus (cleared − fund billed)",
        );
        let overspend = pick(
            lang,
            "超支最多的医疗机构（已记账 − 应付）",
            "Hospitals with the largest overspend (fund billed − due)",
        );
        for (title, lines) in [(surplus, &self.largest_surplus), (overspend, &self.largest_overspend)] {
            if !lines.is_empty() {
                out += &format!("\n{title}\n{}", hospitals_table(lines, lang));
            }
        }
        out
    }

    /// The figures down, the pools across: a pool has more figures than a region has pools.
    fn pools_table(&self, pools: &[PoolLine], lang: Lang) -> String {
        let value = if self.is_rate {
            ("费率", "base rate")
        } else {
            ("点值", "point value")
        };
        type Of = fn(&PoolLine) -> String;
        let mut rows: Vec<((&str, &str), Of)> = vec![
            (("预算", "budget"), |p| grouped(&p.budget)),
            (("调剂金", "reserve"), |p| grouped(&p.reserve)),
            (("可分配总额", "distributable"), |p| grouped(&p.distributable)),
            (("病例数", "cases"), |p| count(p.cases)),
            (("点数", "points"), |p| grouped(&p.points)),
            (value, |p| grouped(&p.point_value)),
            (("基金应付", "due"), |p| grouped(&p.due)),
            (("尾差", "remainder"), |p| grouped(&p.remainder)),
            (("已记账", "fund billed"), |p| sum_shown(&p.hifp_pay)),
            (("超支分担", "compensation"), |p| grouped(&p.compensation)),
            (("清算数", "cleared"), |p| grouped(&p.cleared)),
            (("未返还保证金", "deposits not returned"), |p| {
                sum_shown(&p.deposits_not_returned)
            }),
            (("已预付", "prepaid"), |p| sum_shown(&p.prepaid)),
            (("清算拨付合计", "final payments"), |p| {
                sum_shown(&p.final_payment)
            }),
            (("基金留存", "left in fund"), |p| grouped(&p.left_in_fund)),
        ];
        if pools.iter().any(|pool| pool.capitation.is_some()) {
            // Behind what is due of cases.
            rows.insert(7, (("人头额", "capitation"), |p| sum_shown(&p.capitation)));
        }
        if pools.iter().any(|pool| pool.to_hospitals.is_some()) {
            // Between what may be distributed and the cases.
            rows.insert(3, (("分给医院", "to hospitals"), |p| sum_shown(&p.to_hospitals)));
            rows.insert(4, (("归基金", "kept by fund"), |p| sum_shown(&p.kept_by_fund)));
        }
        let heading = pick(lang, "资金池（元）", "pool (yuan)");
        let columns = pools.iter().map(|pool| (pool.pool.as_str(), Side::Right));
        let mut table = Table::new(std::iter::once((heading, Side::Left)).chain(columns));
        for ((zh, en), of) in rows {
            table.row(std::iter::once(pick(lang, zh, en).to_owned()).chain(pools.iter().map(of)));
        }
        table.render(0)
    }
}

/// A sum, or a dash for one that does not fit.
fn sum_shown(sum: &Option<String>) -> String {
    sum.as_deref().map_or_else(|| "–".to_owned(), grouped)
}

/// Σ of a figure over the hospitals of a pool, in yuan.
fn sum_of(account: &PoolAccount, of: fn(&HospitalStatement) -> Option<i128>) -> Option<String> {
    let mut statements = account.statements.iter();
    let sum = statements.try_fold(0i128, |sum, s| sum.checked_add(of(s)?));
    sum.map(plain_yuan)
}

fn pool_id(policy: &CompiledPolicy, account: &PoolAccount) -> String {
    let pool = policy.policy().pools.get(usize::from(account.pool.0));
    pool.map_or_else(String::new, |pool| pool.id.clone())
}

fn pool_line(policy: &CompiledPolicy, account: &PoolAccount) -> PoolLine {
    let rounding = &policy.policy().rounding;
    let is_shared = policy.policy().pool_clearing.is_some();
    let pays_by_head = !policy.policy().methods.capitation.is_empty();
    PoolLine {
        pool: pool_id(policy, account),
        budget: account.price.budget.to_string(),
        reserve: account.price.reserve.to_string(),
        distributable: account.price.distributable.to_string(),
        cases: account.totals.cases,
        points: Fixed {
            units: account.totals.points,
            places: rounding.points,
        }
        .to_string(),
        point_value: account.price.display(rounding.point_value).to_string(),
        due: plain_yuan(account.totals.due),
        remainder: account.remainder.to_string(),
        hifp_pay: sum_of(account, |s| Some(s.totals.fund_billed)),
        compensation: account.compensation.to_string(),
        cleared: account.cleared.to_string(),
        deposits_not_returned: sum_of(account, |s| s.deposit.0.checked_sub(s.deposit_returned.0)),
        prepaid: sum_of(account, |s| Some(s.prepaid.0)),
        final_payment: sum_of(account, |s| Some(s.final_payment.0)),
        left_in_fund: account.left_in_fund.to_string(),
        capitation: pays_by_head.then(|| account.capitation.to_string()),
        to_hospitals: is_shared.then(|| account.price.to_hospitals.to_string()),
        kept_by_fund: is_shared.then(|| account.price.kept_by_fund().to_string()),
    }
}

/// The hospitals with the largest figure above zero, the largest first; ties in output order.
fn largest(policy: &CompiledPolicy, accounts: &[PoolAccount], of: fn(&HospitalStatement) -> i128) -> Vec<HospitalLine> {
    let statements = accounts
        .iter()
        .flat_map(|account| account.statements.iter().map(move |s| (account, s)));
    let mut above_zero: Vec<_> = statements.filter(|(_, s)| of(s) > 0).collect();
    above_zero.sort_by_key(|(_, s)| std::cmp::Reverse(of(s)));
    above_zero.truncate(HOSPITALS_SHOWN);
    above_zero
        .into_iter()
        .map(|(account, s)| {
            let hospital = policy.hospitals().get(s.hospital.0 as usize);
            HospitalLine {
                pool: pool_id(policy, account),
                fixmedins_code: hospital.map_or_else(String::new, |h| h.code.clone()),
                name: hospital.map_or_else(String::new, |h| h.name.clone()),
                difference: plain_yuan(of(s)),
                hifp_pay: plain_yuan(s.totals.fund_billed),
                due: plain_yuan(s.totals.due),
                ratio: s.ratio_millionths.map(ratio),
                band: s.band.as_str(),
                final_payment: s.final_payment.to_string(),
            }
        })
        .collect()
}

fn hospitals_table(lines: &[HospitalLine], lang: Lang) -> String {
    use Side::{Left, Right};
    let headings = pick(
        lang,
        [
            "名称",
            "代码",
            "资金池",
            "差额（元）",
            "清算比",
            "清算档",
            "清算拨付（元）",
        ],
        [
            "name",
            "code",
            "pool",
            "difference (yuan)",
            "ratio",
            "band",
            "final payment (yuan)",
        ],
    );
    let sides = [Left, Left, Left, Right, Right, Left, Right];
    let mut table = Table::new(headings.into_iter().zip(sides));
    for line in lines {
        table.row([
            line.name.clone(),
            line.fixmedins_code.clone(),
            line.pool.clone(),
            grouped(&line.difference),
            line.ratio.clone().unwrap_or_else(|| "–".to_owned()),
            class_or_band(line.band, lang).to_owned(),
            grouped(&line.final_payment),
        ]);
    }
    table.render(2)
}

/// What is told of a run that was there already: its records and control totals.
pub(crate) fn of_run(run: &Run, lang: Lang) -> String {
    use Side::{Left, Right};
    let mut out = RecordCounts::of(&run.records).render(lang);
    let headings = pick(
        lang,
        ["资金池", "病例数", "点数", "点值或费率", "基金应付（元）"],
        ["pool", "cases", "points", "point value or base rate", "due (yuan)"],
    );
    let mut table = Table::new(headings.into_iter().zip([Left, Right, Right, Right, Right]));
    for pool in &run.pools {
        table.row([
            pool.pool.clone(),
            count(pool.cases),
            grouped(&pool.points),
            grouped(&pool.point_value),
            grouped(&pool.due),
        ]);
    }
    out.push('\n');
    out += &table.render(0);
    out
}

/// What became of the claims without a group code, and why some have no group.
pub(crate) fn grouped_claims(claims: &GroupedClaims, lang: Lang) -> String {
    let [all, grouped, ambiguous, blank, without] = [
        claims.asked(),
        claims.grouped,
        claims.ambiguous,
        claims.blank,
        claims.without_group,
    ]
    .map(count);
    let blank = match claims.blank {
        0 => String::new(),
        _ => pick(
            lang,
            format!("空白病组 {blank} 条，"),
            format!("{blank} in the blank group, "),
        ),
    };
    let mut out = pick(
        lang,
        format!("{all} 条没有病组编码：入组 {grouped} 条，歧义 {ambiguous} 条，{blank}没有组 {without} 条\n"),
        format!(
            "{all} had no group code: {grouped} grouped, {ambiguous} ambiguous, {blank}{without} without a group\n"
        ),
    );
    for (word, n) in &claims.reasons {
        let meaning = reason_meaning(word).unwrap_or_default();
        out += &format!("  {word} ×{}  {}\n", count(*n), meaning.get(lang));
    }
    out
}
