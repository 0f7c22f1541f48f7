//! What became of the budgets of county alliances, as lines of the summary.

use crate::figures::grouped;
use crate::lang::pick;
use crate::table::{Side, Table, printable};
use crate::words::pool_column;
use dianzhi::Settled;
use dianzhi::alliance_statements;
use dianzhi::engine::{CompiledPolicy, HospitalStatement, Lang};
use serde::Serialize;

/// An alliance in one of its pools. Money in yuan.
#[derive(Serialize)]
pub(super) struct AllianceLine {
    alliance: String,
    pool: String,
    budget: String,
    reserve: String,
    outside: String,
    inside: String,
    balance: String,
    kept: String,
    left: String,
    fund_bears: String,
    members_bear: String,
    members: Vec<MemberLine>,
}

#[derive(Serialize)]
struct MemberLine {
    fixmedins_code: String,
    name: String,
    due: String,
    part: String,
    cleared: String,
}

/// Every alliance with each of its pools.
pub(super) fn alliances(policy: &CompiledPolicy, settled: &Settled) -> Vec<AllianceLine> {
    let all = alliance_statements(policy, &settled.accounts);
    let line = |(alliance, pool, of): (&str, &str, &dianzhi::engine::AllianceStatement)| {
        let at = policy.policy().pools.iter().position(|known| known.id == pool);
        let account = at.and_then(|at| settled.accounts.get(at));
        let statements = account.into_iter().flat_map(|account| &account.statements);
        let members = statements.filter(|s| s.band == dianzhi::engine::Band::Alliance);
        AllianceLine {
            alliance: alliance.to_owned(),
            pool: pool.to_owned(),
            budget: of.budget.to_string(),
            reserve: of.reserve.to_string(),
            outside: of.outside.to_string(),
            inside: of.inside.to_string(),
            balance: of.balance.to_string(),
            kept: of.kept.to_string(),
            left: of.left.to_string(),
            fund_bears: of.fund_bears.to_string(),
            members_bear: of.members_bear.to_string(),
            members: members.map(|s| member(policy, s)).collect(),
        }
    };
    all.map(line).collect()
}

fn member(policy: &CompiledPolicy, s: &HospitalStatement) -> MemberLine {
    let hospital = policy.hospitals().get(s.hospital.0 as usize);
    MemberLine {
        fixmedins_code: hospital.map_or_else(String::new, |h| h.code.clone()),
        name: hospital.map_or_else(String::new, |h| h.name.clone()),
        due: s.compared.to_string(),
        part: s.alliance_part.to_string(),
        cleared: s.cleared.to_string(),
    }
}

/// Lines for people: the statements beside each other, then every member.
pub(super) fn render(lines: &[AllianceLine], lang: Lang) -> String {
    type Of = fn(&AllianceLine) -> &str;
    let rows: [(&str, Of); 9] = [
        ("budget", |of| &of.budget),
        ("reserve", |of| &of.reserve),
        ("outside", |of| &of.outside),
        ("inside", |of| &of.inside),
        ("balance", |of| &of.balance),
        ("kept", |of| &of.kept),
        ("left", |of| &of.left),
        ("fund_bears", |of| &of.fund_bears),
        ("members_bear", |of| &of.members_bear),
    ];
    let mut out = format!("{}\n", pick(lang, "医共体结算（元）", "County alliances (yuan)"));
    for of in lines {
        let title = format!("{} / {}", printable(&of.alliance), printable(&of.pool));
        let mut table = Table::new([(title.as_str(), Side::Left), ("", Side::Right)]);
        for (column, figure) in rows {
            table.row([pool_column(column, lang).to_owned(), grouped(figure(of))]);
        }
        out += &table.render(2);
        let headings = pick(
            lang,
            ["成员", "名称", "应付", "分配", "清算数"],
            ["member", "name", "due", "part", "cleared"],
        );
        let sides = [Side::Left, Side::Left, Side::Right, Side::Right, Side::Right];
        let mut table = Table::new(headings.into_iter().zip(sides));
        for member in &of.members {
            table.row([
                member.fixmedins_code.clone(),
                member.name.clone(),
                grouped(&member.due),
                grouped(&member.part),
                grouped(&member.cleared),
            ]);
        }
        out += &table.render(4);
    }
    out
}
