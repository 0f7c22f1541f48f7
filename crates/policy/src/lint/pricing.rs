//! Pricing, outliers, cases without a group, and the fund's share.

use super::Lint;
use crate::Period;
use crate::codes::{W310, W311, W312, W313, W314, W315};
use dianzhi_core::{Decimal, FundShareMethod, GroupKind, Policy, PricingMethod, Text, Threshold, Yardstick};

pub(super) fn look(lint: &mut Lint<'_>, period: &Period) {
    rate(lint, period);
    kinds(lint, period);
    outliers(lint, period);
    ungrouped(lint, period);
    fund_share(lint, period);
}

fn rate(lint: &mut Lint<'_>, period: &Period) {
    let pricing = &period.policy.pricing;
    if pricing.method != PricingMethod::Rate || pricing.scale == Decimal::ONE {
        return;
    }
    let scale = pricing.scale;
    lint.between(
        period,
        ["pricing.scale", "pricing.method"],
        W310,
        Text::new(
            format!("费率法以权重计，而 pricing.scale 为 {scale}"),
            format!("a base rate pays weights, but pricing.scale is {scale}"),
        ),
        Text::new(
            format!("费率为元/权重时写 scale = \"1\"；否则未入组病例的支付是应得的 {scale} 倍"),
            format!("where the rate is yuan per weight write scale = \"1\"; else an ungrouped case is paid {scale} times its worth"),
        ),
    );
}

fn kinds(lint: &mut Lint<'_>, period: &Period) {
    let kinds = &period.policy.pricing.coefficient_not_for;
    let all = [GroupKind::Core, GroupKind::Basic, GroupKind::Tcm];
    if all.iter().all(|kind| kinds.contains(kind)) {
        lint.at(
            period,
            "pricing.coefficient_not_for",
            W311,
            Text::new(
                "coefficient_not_for 列出了所有病组类别：机构系数不起作用",
                "coefficient_not_for lists every kind of group: no hospital coefficient counts",
            ),
            Text::new(
                "只列同病同价的类别，通常为 \"basic\"",
                "list the kinds that are paid alike everywhere only, usually \"basic\"",
            ),
        );
    }
    if let Some(at) = (1..kinds.len()).find(|&i| kinds[..i].contains(&kinds[i])) {
        let key = format!("pricing.coefficient_not_for[{at}]");
        let text = Text::new(format!("{key} 已写过一次"), format!("{key} stands there already"));
        lint.at(period, &key, W312, text, without_effect_help());
    }
}

fn outliers(lint: &mut Lint<'_>, period: &Period) {
    let deviation = &period.policy.deviation;
    for (key, low) in bounds("low", &deviation.low) {
        if low.is_zero() {
            let (zh, en) = match (key.contains("tiers"), deviation.low.tiers.is_empty()) {
                (true, _) => ("这一档不会有低倍率病例", "no case of this tier can be a low outlier"),
                (false, true) => ("不会有低倍率病例", "no case can be a low outlier"),
                (false, false) => (
                    "各档之外不会有低倍率病例",
                    "no case outside of the tiers can be a low outlier",
                ),
            };
            lint.at(
                period,
                &key,
                W313,
                Text::new(format!("{key} 为 0：{zh}"), format!("{key} is 0: {en}")),
                Text::new(
                    "各地多为 0.3 至 0.5；确实不设低倍率时，在注释里写明",
                    "regions have 0.3 to 0.5; where there are no low outliers by intent, say so beside it",
                ),
            );
        }
    }
    room(lint, period);
    coefficient(lint, period);
}

/// Every bound of a side with its key.
fn bounds(side: &str, threshold: &Threshold) -> Vec<(String, Decimal)> {
    let tiers = threshold.tiers.iter().enumerate();
    let tiers = tiers.map(|(i, tier)| (format!("deviation.{side}.tiers[{i}].ratio"), tier.ratio));
    let rest = (format!("deviation.{side}.ratio"), threshold.ratio);
    std::iter::once(rest).chain(tiers).collect()
}

/// Room between the bounds for a normal case of mean cost.
fn room(lint: &mut Lint<'_>, period: &Period) {
    let deviation = &period.policy.deviation;
    let sides = [bounds("low", &deviation.low), bounds("high", &deviation.high)];
    let ([low, low_tiers @ ..], [high, high_tiers @ ..]) = (&sides[0][..], &sides[1][..]) else {
        return;
    };
    if low.1 > Decimal::ONE || high.1 < Decimal::ONE || low.1 == high.1 {
        let keys = if high.1 < Decimal::ONE {
            [&high.0, &low.0]
        } else {
            [&low.0, &high.0]
        };
        no_room(lint, period, keys, low.1, high.1);
    }
    // Which bound of the other side a tier meets depends on the case.
    let low_tiers = low_tiers.iter().filter(|tier| tier.1 > Decimal::ONE);
    for (key, ratio) in low_tiers.chain(high_tiers.iter().filter(|tier| tier.1 < Decimal::ONE)) {
        let text = Text::new(
            format!("{key} 为 {ratio}：费用等于均值的病例不是正常病例"),
            format!("{key} is {ratio}: a case of mean cost is no normal case"),
        );
        lint.at(period, key, W314, text, room_help());
    }
}

fn room_help() -> Text {
    Text::new(
        "倍率是病例费用与病组均费之比：低界限小于 1，高界限大于 1",
        "the ratio is case cost to the group's mean: the low bound is below 1, the high one above",
    )
}

fn no_room(lint: &mut Lint<'_>, period: &Period, keys: [&String; 2], low: Decimal, high: Decimal) {
    lint.between(
        period,
        keys.map(String::as_str),
        W314,
        Text::new(
            format!("低倍率界限 {low}、高倍率界限 {high} 之间容不下费用等于均值的正常病例"),
            format!("between the bounds {low} and {high} there is no room for a normal case of mean cost"),
        ),
        room_help(),
    );
}

/// A coefficient that no hospital has changes nothing.
fn coefficient(lint: &mut Lint<'_>, period: &Period) {
    let Policy { deviation, pricing, .. } = &period.policy;
    let all = [GroupKind::Core, GroupKind::Basic, GroupKind::Tcm];
    let alike = all.iter().all(|kind| pricing.coefficient_not_for.contains(kind));
    if alike && deviation.compare_with == Yardstick::Standard {
        let text = Text::new(
            "coefficient_not_for 列出了所有病组类别，deviation.compare_with 为 standard 与 group-mean 无异",
            "coefficient_not_for lists every kind of group, so deviation.compare_with \"standard\" is the same as \"group-mean\"",
        );
        let keys = ["deviation.compare_with", "pricing.coefficient_not_for"];
        lint.between(period, keys, W312, text, without_effect_help());
    }
}

fn ungrouped(lint: &mut Lint<'_>, period: &Period) {
    let share = period.policy.ungrouped_share;
    if share != Decimal::ONE && !share.is_zero() {
        return;
    }
    let (zh, en) = if share.is_zero() {
        ("未入组病例得不到支付", "a case without a group is paid nothing")
    } else {
        (
            "未入组病例按费用全额折点，不入组反而没有风险",
            "a case without a group gets points for its whole cost, so that not being grouped has no risk",
        )
    };
    lint.at(
        period,
        "ungrouped.share",
        W315,
        Text::new(
            format!("ungrouped.share 为 {}：{zh}", share.normalize()),
            format!("ungrouped.share is {}: {en}", share.normalize()),
        ),
        Text::new(
            "核对政策；确实如此的，在注释里写明条款",
            "check the policy; where it is so, cite the article beside it",
        ),
    );
}

fn fund_share(lint: &mut Lint<'_>, period: &Period) {
    let share = &period.policy.fund_share;
    let method = share.method;
    if share.pool_ratio.is_some() && !method.is_ratio() {
        lint.between(
            period,
            ["fund_share.pool_ratio", "fund_share.method"],
            W312,
            without_effect("fund_share.pool_ratio", "fund_share.method", method.as_str()),
            without_effect_help(),
        );
    }
    let never_negative = method != FundShareMethod::Difference;
    if share.floor_at_zero && never_negative {
        lint.between(
            period,
            ["fund_share.floor_at_zero", "fund_share.method"],
            W312,
            without_effect("fund_share.floor_at_zero", "fund_share.method", method.as_str()),
            without_effect_help(),
        );
    }
}

/// A value that another one leaves without effect.
pub(super) fn without_effect(key: &str, other: &str, value: &str) -> Text {
    Text::new(
        format!("{other} 为 {value}，{key} 不起作用"),
        format!("{other} is {value}, so {key} has no effect"),
    )
}

pub(super) fn without_effect_help() -> Text {
    Text::new(
        "删去它；若它应当起作用，改正另一处",
        "leave it out, or correct the other one if it is meant to count",
    )
}
