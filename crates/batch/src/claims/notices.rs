//! What is worth a look in claims that are all in order by themselves.

use super::block::{ClaimBlock, DUPLICATE, NOT_IN_DIRECTORY};
use super::checks::Checks;
use super::feed::ClaimFile;
use super::layout::missing_items as missing_in;
use crate::codes::{W109, W110, W111, W113, W120, W121, W122, W123, W124, W125};
use crate::error::{place, warning};
use crate::input::Inputs;
use crate::routing::Router;
use dianzhi_core::{Decimal, PayerId, PoolAccount, Text};
use dianzhi_policy::Diagnostic;
use jiff::civil::Date;

/// Under `reimbursement-ratio` and `scaled-ratio` a column that is not there counts as 0 and raises the due.
pub(super) fn missing_items(files: &[ClaimFile], needed: bool) -> Vec<Diagnostic> {
    let notice = |file: &ClaimFile| {
        let missing = missing_in(&file.header).join(", ");
        let name = &file.input.name;
        (needed && !missing.is_empty()).then(|| {
            let text = Text::new(
                format!("{name} 没有列 {missing}，按 0 计；按报销比例或比例折算时，缺少这些列会使基金应付偏高"),
                format!(
                    "{name} has no column {missing}; they count as 0, which raises the due under reimbursement-ratio and scaled-ratio"
                ),
            );
            let help = Text::new(
                "若文件中这些列另有名称，在 [columns] 写明",
                "if the file has them under other headings, name those under [columns]",
            );
            warning(W111, text, help).at(place(name, 1))
        })
    };
    files.iter().filter_map(notice).collect()
}

/// Claims whose own group code the DIP directory cannot give a factor.
pub(super) fn not_in_directory(blocks: &[ClaimBlock], inputs: &Inputs) -> Option<Diagnostic> {
    let claims = blocks.iter().flat_map(|block| &block.claims);
    let count = claims
        .filter(|claim| claim.is(NOT_IN_DIRECTORY) && !claim.is(DUPLICATE))
        .count();
    let directory = inputs.region.files.dip_directory.as_deref().unwrap_or("");
    let text = Text::new(
        format!(
            "{count} 条记录自带的 group_code 不在病种目录 {directory} 中，或出院日期不在其有效期内，辅助目录系数按 1 计"
        ),
        format!(
            "{count} records have a group_code of their own that the directory {directory} does not have, or were discharged outside its validity; their auxiliary factor counts as 1"
        ),
    );
    let help = Text::new(
        "清空这些记录的 group_code 由目录入组，或核对目录的版本",
        "leave their group_code empty for the directory to group them, or check the directory's version",
    );
    (count > 0).then(|| warning(W113, text, help))
}

/// Days at either end of the year without a discharge that are no accident any more.
const IDLE_DAYS: i32 = 31;

/// The budget is the year's; claims of a part of it share all of it out. A year of history counts as a whole one.
pub(super) fn part_of_the_year(
    inputs: &Inputs,
    discharged: Option<(Date, Date)>,
    is_history: bool,
) -> Option<Diagnostic> {
    let (first, last) = discharged?;
    let (start, end) = (inputs.region.year_start, inputs.region.year_end);
    let days = |from: Date, to: Date| (to - from).get_days();
    if days(start, first) <= IDLE_DAYS && days(last, end) <= IDLE_DAYS {
        return None;
    }
    if is_history {
        let text = Text::new(
            format!(
                "病例出院日期只在 {first} 至 {last}，而该历史年度是 {start} 至 {end}：例数、总权重和预算点值只反映一部分"
            ),
            format!(
                "the cases were discharged from {first} to {last}, this year of history is {start} to {end}: numbers of cases, total weights and forecasts are of a part of it"
            ),
        );
        let help = Text::new("补齐该年度的文件", "add the rest of the year's files");
        return Some(warning(W110, text, help));
    }
    let text = Text::new(
        format!("病例出院日期只在 {first} 至 {last}，而保险年度是 {start} 至 {end}，总额按全年分配，点值会偏高"),
        format!(
            "the cases were discharged from {first} to {last}, the insurance year is {start} to {end}, and the whole year's budget is shared out among them: the point value comes out too high"
        ),
    );
    let help = Text::new(
        "补齐全年的文件；只结算一部分时，预算和预付也应是同一段时间的",
        "add the rest of the year's files; to settle a part only, budget and prepayments must be of the same part",
    );
    Some(warning(W110, text, help))
}

/// Routes that can never fire, routes that no claim took, and columns that routes ask for in vain.
pub(super) fn routes(inputs: &Inputs, files: &[ClaimFile], blocks: &[ClaimBlock], checks: &Checks) -> Vec<Diagnostic> {
    let policy = inputs.policy.policy();
    let id = |route: usize| policy.routes.get(route).map_or("", |route| route.id.as_str());
    let at = |diagnostic: Diagnostic, route: usize| match inputs.region.place(&format!("route[{route}]")) {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    };
    let mut notices = Vec::new();
    let dead = policy.dead_routes();
    for &(later, earlier) in &dead {
        let text = Text::new(
            format!(
                "路由 {} 永远轮不到：凡合它的病例，前面的 {} 都已取走",
                id(later),
                id(earlier)
            ),
            format!(
                "route {} can never fire: {} before it takes every claim that fits",
                id(later),
                id(earlier)
            ),
        );
        let help = Text::new("把它移到前面，或删去", "move it up, or remove it");
        notices.push(at(warning(W120, text, help), later));
    }
    let mut taken = vec![false; policy.routes.len()];
    for claim in blocks
        .iter()
        .flat_map(|block| &block.claims)
        .filter(|claim| !claim.is(DUPLICATE))
    {
        let payer = inputs.policy.payer(PayerId(claim.payer));
        if let Some(route) = payer.and_then(|(_, payer)| payer.route) {
            taken[route] = true;
        }
    }
    for (route, _) in taken.iter().enumerate().filter(|(_, taken)| !**taken) {
        if dead.iter().any(|(later, _)| *later == route) {
            continue;
        }
        let text = Text::new(
            format!("没有病例走路由 {}", id(route)),
            format!("no claim took route {}", id(route)),
        );
        let help = Text::new(
            "若本期应有这类病例，核对条件所用字段的写法",
            "if there should be some, check how the fields of its conditions are written",
        );
        notices.push(at(warning(W121, text, help), route));
    }
    let Some(router) = &checks.router else { return notices };
    notices.extend(levels_without_rate(inputs, router));
    notices.extend(people_without_route(inputs));
    let (asked, _) = router.asked(&inputs.policy);
    for file in files {
        let missing: Vec<&str> = asked
            .iter()
            .copied()
            .filter(|name| file.header.column(name).is_none())
            .collect();
        if missing.is_empty() {
            continue;
        }
        let (name, missing) = (&file.input.name, missing.join(", "));
        let text = Text::new(
            format!("{name} 没有路由所用的列 {missing}，按空看待"),
            format!("{name} has no column {missing}, which routes ask for; they count as empty"),
        );
        let help = Text::new(
            "若文件中这些列另有名称，在 [columns] 写明",
            "if the file has them under other headings, name those under [columns]",
        );
        notices.push(warning(W122, text, help).at(place(name, 1)));
    }
    notices
}

/// Levels whose claims a route passes over because its method has no day rate for them.
fn levels_without_rate(inputs: &Inputs, router: &Router) -> Vec<Diagnostic> {
    let mut notices = Vec::new();
    for (at, route) in inputs.policy.policy().routes.iter().enumerate() {
        let hospitals = router.without_rate(at);
        let mut levels: Vec<&str> = hospitals
            .filter_map(|position| inputs.hospitals.values.get(position))
            .map(|hospital| hospital.level.as_str())
            .collect();
        levels.sort_unstable();
        levels.dedup();
        if levels.is_empty() {
            continue;
        }
        let (id, method, levels) = (&route.id, &route.method, levels.join(", "));
        let text = Text::new(
            format!("{method} 没有等级 {levels} 的床日标准：这些等级的病例不走路由 {id}，由后面的路由支付或被拒绝"),
            format!(
                "{method} has no day rate for level {levels}: their claims pass route {id} and go to a later one, or are rejected"
            ),
        );
        let help = Text::new(
            "补上这些等级的标准，或写一档不带 level 的；若本应如此，在路由中写明 level",
            "add rates for these levels, or a tier without level; if so intended, say so by level in the route",
        );
        let notice = warning(W123, text, help);
        notices.push(match inputs.region.place(&format!("route[{at}]")) {
            Some(place) => notice.at(place),
            None => notice,
        });
    }
    notices
}

/// Prices, day rates and tiers of outliers written for a level that no hospital has count for nobody, nor
/// does a tier below every group.
pub(super) fn counts_for_nobody(inputs: &Inputs) -> Vec<Diagnostic> {
    let hospitals = &inputs.hospitals.values;
    let is_known = |level: &str| hospitals.iter().any(|hospital| hospital.level == level);
    let mut known: Vec<&str> = hospitals.iter().map(|hospital| hospital.level.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    let known = known.join(", ");
    let notice = |level: &str| {
        let text = Text::new(
            format!("等级“{level}”没有机构：这一行对谁都不适用"),
            format!("no hospital is of level \"{level}\": this counts for nobody"),
        );
        let help = Text::new(
            format!("按机构表的写法写等级：{known}"),
            format!("write levels as the hospitals table does: {known}"),
        );
        warning(W124, text, help)
    };
    let mut notices = Vec::new();
    let file = inputs.region.files.prices.as_deref().unwrap_or_default();
    for (price, line) in inputs.prices.values.iter().zip(&inputs.prices.lines) {
        if let Some(level) = price.level.as_deref().filter(|level| !is_known(level)) {
            notices.push(notice(level).at(place(file, *line)));
        }
    }
    for (i, method) in inputs.policy.policy().methods.per_diem.iter().enumerate() {
        for (k, rate) in method.rates.iter().enumerate() {
            if let Some(level) = rate.level.as_deref().filter(|level| !is_known(level)) {
                let key = format!("per_diem[{i}].rates[{k}].level");
                notices.extend(inputs.region.place(&key).map(|place| notice(level).at(place)));
            }
        }
    }
    for (key, level) in inputs.policy.policy().adjust.levels() {
        if !is_known(level) {
            notices.extend(inputs.region.place(&key).map(|place| notice(level).at(place)));
        }
    }
    let deviation = &inputs.policy.policy().deviation;
    let least = inputs.groups.values.iter().map(|group| group.base_points).min();
    for (side, bound) in [("low", &deviation.low), ("high", &deviation.high)] {
        for (i, tier) in bound.tiers.iter().enumerate() {
            let key = |name: &str| inputs.region.place(&format!("deviation.{side}.tiers[{i}].{name}"));
            if let Some(level) = tier.level.as_deref().filter(|level| !is_known(level)) {
                notices.extend(key("level").map(|place| notice(level).at(place)));
            }
            if let Some((up_to, least)) = tier.base_points_to.zip(least).filter(|(up_to, least)| up_to < least) {
                let notice = below_every_group(up_to, least);
                notices.extend(key("base_points_to").map(|place| notice.at(place)));
            }
        }
    }
    notices
}

fn below_every_group(up_to: Decimal, least: Decimal) -> Diagnostic {
    let text = Text::new(
        format!("没有病组的基准点数在 {up_to} 以内（最低为 {least}）：这一档对谁都不适用"),
        format!("no group has base points of at most {up_to} (the lowest is {least}): this tier counts for nobody"),
    );
    let help = Text::new(
        "按病组目录表 base_points 的刻度写，例如 ×100 时为 100，权重时为 1",
        "write it on the scale of base_points in the groups table: 100 where points are × 100, 1 for weights",
    );
    warning(W124, text, help)
}

/// People are paid for out of the pool that their row names; where no route leads their claims there,
/// the pool was more likely mistaken, or the claims are paid a second time elsewhere.
fn people_without_route(inputs: &Inputs) -> Vec<Diagnostic> {
    let policy = inputs.policy.policy();
    let file = inputs.region.files.enrolment.as_deref().unwrap_or_default();
    let mut told: Vec<(&str, usize)> = Vec::new();
    let mut notices = Vec::new();
    for (row, line) in inputs.enrolment.values.iter().zip(&inputs.enrolment.lines) {
        let at = usize::from(row.pool.0);
        let pool = policy.pools.get(at).map_or("", |pool| pool.id.as_str());
        let mut routes = policy.routes.iter();
        let leads = routes.any(|route| route.method == row.class && route.pools.iter().any(|id| id == pool));
        if leads || told.contains(&(row.class.as_str(), at)) {
            continue;
        }
        told.push((&row.class, at));
        let class = &row.class;
        let text = Text::new(
            format!("没有付费方式为 {class} 的路由从资金池 {pool} 支付，而这里的人从该池按人头支付"),
            format!("no route with method {class} pays from pool {pool}, but the people here are paid for out of it"),
        );
        let help = Text::new(
            format!(
                "核对资金池；这些人的病例应按人头的，写一条 method = \"{class}\"、pools 含 \"{pool}\" 的路由，否则病例另行支付或被拒绝"
            ),
            format!(
                "check the pool; where these people's claims are covered by it, write a route with method = \"{class}\" and \"{pool}\" among its pools, or they are paid once more or rejected"
            ),
        );
        notices.push(warning(W125, text, help).at(place(file, *line)));
    }
    notices
}

/// Hospital codes that a warning names before it only counts.
const NAMES_MAX: usize = 5;

/// Where there is a prepayments table, a hospital that is due something and has no row in it was more likely
/// forgotten than paid nothing; not where a pool that pays in money alone has no row at all.
pub(crate) fn without_prepayment(inputs: &Inputs, accounts: &[PoolAccount]) -> Vec<Diagnostic> {
    let Some(file) = &inputs.region.files.prepayments else {
        return Vec::new();
    };
    let policy = &inputs.policy;
    let notice = |(position, account): (usize, &PoolAccount)| {
        let has_row = |hospital: usize| {
            inputs
                .prepayments
                .values
                .iter()
                .any(|row| row.pool == position && row.hospital == hospital)
        };
        // Items of outpatients and the like are seldom paid in advance.
        let in_money_alone = account.totals.points == 0;
        if in_money_alone && inputs.prepayments.values.iter().all(|row| row.pool != position) {
            return None;
        }
        let hospitals = account
            .statements
            .iter()
            .filter(|s| s.totals.cases > 0 || s.totals.due != 0 || s.capitation.0 != 0)
            .map(|s| s.hospital.0 as usize);
        let codes: Vec<&str> = hospitals
            .filter(|hospital| !has_row(*hospital))
            .filter_map(|hospital| policy.hospitals().get(hospital).map(|h| h.code.as_str()))
            .collect();
        let pool = policy.policy().pools.get(position).map_or("", |pool| pool.id.as_str());
        let (count, names) = (
            codes.len(),
            codes.iter().take(NAMES_MAX).copied().collect::<Vec<_>>().join(", "),
        );
        let more = if count > NAMES_MAX { "…" } else { "" };
        (count > 0).then(|| {
            let text = Text::new(
                format!("资金池 {pool} 有 {count} 家机构有病例、人头或除外支付而在 {file} 中没有预付记录，按 0 计：{names}{more}"),
                format!("pool {pool}: {}, heads or items and no row in {file}; counted as 0 prepaid: {names}{more}", match count {
                    1 => "1 hospital has cases".to_owned(),
                    count => format!("{count} hospitals have cases"),
                }),
            );
            let help = Text::new("补上漏掉的行；确实没有预付的写 0.00", "add the rows that are missing; write 0.00 where nothing was paid");
            warning(W109, text, help)
        })
    };
    accounts.iter().enumerate().filter_map(notice).collect()
}
