//! Clearing: surplus, overspend, deposit.

use super::Lint;
use crate::Period;
use crate::codes::{W316, W317, W318, W319, W320};
use dianzhi_core::{Assessment, Decimal, Surplus, Text};

pub(super) fn look(lint: &mut Lint<'_>, period: &Period) {
    surplus(lint, period);
    overspend(lint, period);
    deposit(lint, period);
}

fn surplus(lint: &mut Lint<'_>, period: &Period) {
    let clearing = &period.policy.clearing;
    let Surplus::Floor { floor, keep } = clearing.surplus else {
        return;
    };
    let shares_overspend = clearing.overspend.iter().any(|band| band.fund_share > Decimal::ZERO);
    if keep.is_zero() && shares_overspend {
        lint.between(
            period,
            ["clearing.surplus_keep", "clearing.overspend"],
            W316,
            Text::new(
                "clearing.surplus_keep 为 0 而超支由基金分担：节约归基金，超支不全归医院",
                "clearing.surplus_keep is 0 while the fund shares overspend: saving gains a hospital nothing, overspending costs it a part only",
            ),
            Text::new(
                "核对结余留用的比例（结余留用、合理超支分担，国家意见 2020）",
                "check the share of the surplus that hospitals keep (national opinions 2020 ask for retention)",
            ),
        );
    }
    if floor >= Decimal::ONE && keep > Decimal::ZERO {
        lint.between(
            period,
            ["clearing.surplus_floor", "clearing.surplus_keep"],
            W317,
            Text::new(
                format!("clearing.surplus_floor 为 {}：有结余的医院都只付记账数，结余留用不起作用", floor),
                format!("clearing.surplus_floor is {}: whoever has a surplus is paid what was booked, so that none is ever kept", floor),
            ),
            Text::new("下限写小于 1 的数，例如 \"0.85\"", "the floor is below 1, for example \"0.85\""),
        );
    }
}

fn overspend(lint: &mut Lint<'_>, period: &Period) {
    let bands = &period.policy.clearing.overspend;
    for (i, pair) in bands.windows(2).enumerate() {
        let [nearer, farther] = pair else { continue };
        if farther.fund_share <= nearer.fund_share {
            continue;
        }
        let keys = [i + 1, i].map(|i| format!("clearing.overspend[{i}].fund_share"));
        lint.between(
            period,
            [&keys[0], &keys[1]],
            W318,
            Text::new(
                format!(
                    "超支越多，基金分担越多：{} 之后反而为 {}",
                    nearer.fund_share, farther.fund_share
                ),
                format!(
                    "the fund bears more of a larger overspend: {} after {}",
                    farther.fund_share, nearer.fund_share
                ),
            ),
            Text::new(
                "核对各档比例，通常逐档下降",
                "check the shares; they usually fall from band to band",
            ),
        );
    }
}

fn deposit(lint: &mut Lint<'_>, period: &Period) {
    let clearing = &period.policy.clearing;
    let share = clearing.quality_deposit;
    if share > Decimal::new(5, 2) {
        lint.at(
            period,
            "clearing.quality_deposit",
            W319,
            Text::new(
                format!("质量保证金比例 {share} 高于 0.05"),
                format!("the quality deposit is {share}, above 0.05"),
            ),
            Text::new(
                "国家规程为不超过 5%（按病种付费经办管理规程（2025 版），条款待核）；5% 写作 \"0.05\"",
                "the national procedures allow at most 5 % (2025 edition, article to be checked); 5 % is \"0.05\"",
            ),
        );
    }
    assessment(lint, period, "clearing.assessment", &clearing.assessment);
    if let Some(of_surplus) = &clearing.surplus_assessment {
        assessment(lint, period, "clearing.surplus_assessment", of_surplus);
    }
    if let Some(of_cap) = &clearing.cap_assessment {
        assessment(lint, period, "clearing.cap_assessment", of_cap);
    }
    for (i, alliance) in period.policy.alliances.iter().enumerate() {
        if let Some(of_alliance) = &alliance.assessment {
            assessment(lint, period, &format!("alliance[{i}].assessment"), of_alliance);
        }
    }
}

/// Scores are 0 to 100: a bound beyond them, or on a scale of 0 to 1, decides nothing.
fn assessment(lint: &mut Lint<'_>, period: &Period, name: &str, assessment: &Assessment) {
    let (key, from, always) = match assessment.scale() {
        Assessment::Credit(_) => return,
        Assessment::Score { full_from, .. } => ("full_from".to_owned(), *full_from, true),
        Assessment::Steps(steps) => match steps.first() {
            Some(first) if first.share.is_zero() => {
                ("steps[0].share".to_owned(), Decimal::ONE_HUNDRED + Decimal::ONE, false)
            }
            Some(first) => ("steps[0].from".to_owned(), first.from, true),
            None => return,
        },
    };
    let (zh, en) = if from > Decimal::ONE_HUNDRED {
        ("永不能得到全部", "it is never had in full")
    } else if from <= Decimal::ONE && always {
        (
            "任何得分都得到，考核不起作用",
            "every score has it, whatever the assessment",
        )
    } else {
        return;
    };
    let key = format!("{name}.{key}");
    let value = if always { from } else { Decimal::ZERO };
    lint.at(
        period,
        &key,
        W320,
        Text::new(format!("{key} 为 {value}：{zh}"), format!("{key} is {value}: {en}")),
        Text::new("考核得分为 0 至 100 分", "assessment scores are 0 to 100"),
    );
}
