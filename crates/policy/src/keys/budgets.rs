//! The keys of `[[pool]]` and of the tree of budgets above the pools.

use super::Kind::{Date, Decimal, Table, Tables, Text, Texts};
use super::{INSURED, Key, PUBLIC_HEALTH, may, need};

/// `$budget` says whether a pool needs a budget of its own, `$of` whether it needs a parent.
macro_rules! pool_keys {
    ($budget:ident, $of:ident) => {
        &[
            need("id", "id = \"employee\"", Text, "资金池名称，用于输出与预付表，不得重复", "name in the outputs and in prepayments, unique"),
            need("insutype", "insutype = [\"310\"]", Texts, "从本池支付的险种代码，至少一个；没有路由时一个代码只属于一个池", "insurance types paid from this pool, at least one; without routes each in one pool only"),
            may("funds", "funds = [\"hifp_pay\", \"hifmi_pay\", \"hifob_pay\"]", Texts, "预算覆盖的基金：病例的这些列之和为本池记账，须含 hifp_pay；不写即只有 hifp_pay", "the funds that the budget covers: the sum of these columns is what is booked in this pool, hifp_pay among them; hifp_pay alone if left out"),
            $budget("budget", "budget = \"812345678.00\"", Decimal, "年度总额预算，元，至多 2 位小数，0–999999999999.99", "the year's budget in yuan, at most 2 decimals, 0 to 999999999999.99"),
            may("base_year_budget", "base_year_budget = \"762765000.00\"", Decimal, "基期预算，元，至多 2 位小数；与 growth 同写，代替 budget", "the base year's budget in yuan, at most 2 decimals; with growth, in place of budget"),
            may("growth", "growth = \"0.065\"", Decimal, "比基期预算的增幅，小数，大于 -1：预算 = 基期预算 × (1 + 增幅)，入到分", "what the base year's budget grows by, a share above -1; the budget is the one times 1 + the other, rounded to the fen"),
            may("insured", "insured = [ { class = \"resident\", heads = \"325000\", per_head = \"680.00\" } ]", Tables(INSURED), "预算由人数得出：Σ 人数 × 每人标准，代替 budget", "the people that the budget comes from, heads by rate, in place of budget"),
            may("public_health", "public_health = { amount = \"5000000.00\", reason = \"基本公共卫生服务经费\" }", Table(PUBLIC_HEALTH), "并入的公共卫生经费，与 insured 同写", "public-health money that comes to it, beside insured"),
            $of("of", "of = \"employee-fund\"", Text, "所属的 [[budget]]；有 [[budget]] 时必填", "the [[budget]] that it is a part of; required where there are any"),
            may("share", "share = \"0.6\"", Decimal, "占所属预算的份额，0–1，代替 budget", "its share of that budget, 0 to 1, in place of budget"),
            may("changes", CHANGES_EXAMPLE, Tables(CHANGE), "年内预算调整", "changes of the budget during the year"),
            need("reserve", "reserve = \"0.05\"", Decimal, "调剂金占预算的比例，用于超支分担，0–1", "share of the budget kept for overspend compensation, 0 to 1"),
            may("base_rate", "base_rate = \"9876.54\"", Decimal, "费率，元/权重，pricing.method 为 rate 时必填；不小于 0，小数位不超过 rounding.point_value", "yuan per weight, required with pricing.method rate; 0 or more, at most rounding.point_value decimals"),
            may("point_value", "point_value = { floor = \"80\", ceiling = \"120\" }", Table(POINT_VALUE), "点值的下限与上限", "floor and ceiling of the point value"),
            may("point_value_of", "point_value_of = \"employee\"", Text, "按此资金池的点值结算，本池不另算点值", "the pool whose point value this pool pays by, in place of one of its own"),
        ]
    };
}

const CHANGES_EXAMPLE: &str = "changes = [ { on = \"2026-06-30\", add = \"5000000.00\", reason = \"疫情\" } ]";

#[rustfmt::skip]
pub(crate) const POOL: &[Key] = pool_keys!(need, may);
/// Below `[[budget]]`: whether a share stands in place of the budget is looked at pool by pool.
#[rustfmt::skip]
pub(crate) const POOL_BELOW: &[Key] = pool_keys!(may, need);
/// Either of them, for the schema, and where a budget comes from the people insured or a base year.
#[rustfmt::skip]
pub(crate) const POOL_ANY: &[Key] = pool_keys!(may, may);

#[rustfmt::skip]
pub(crate) const BUDGET: &[Key] = &[
    need("id", "id = \"employee-fund\"", Text, "预算名称，不得与资金池重复", "name, unlike any pool's"),
    may("of", "of = \"employee-fund\"", Text, "上级预算；不写即为一支基金的总预算", "the budget that it is a part of; left out: the whole of a fund"),
    may("insutype", "insutype = [\"310\"]", Texts, "险种代码，只写在总预算上；职工与居民不得混用", "insurance types, on the whole of a fund only; employee and resident never mixed"),
    may("amount", "amount = \"1000000000.00\"", Decimal, "年度预算，元，至多 2 位小数", "the year's budget in yuan, at most 2 decimals"),
    may("base_year_budget", "base_year_budget = \"938967136.00\"", Decimal, "基期预算，元，至多 2 位小数；与 growth 同写，代替 amount", "the base year's budget in yuan, at most 2 decimals; with growth, in place of amount"),
    may("growth", "growth = \"0.065\"", Decimal, "比基期预算的增幅，小数，大于 -1：预算 = 基期预算 × (1 + 增幅)，入到分", "what the base year's budget grows by, a share above -1; the budget is the one times 1 + the other, rounded to the fen"),
    may("share", "share = \"0.7\"", Decimal, "占上级预算的份额，0–1，代替 amount", "its share of the budget above, 0 to 1, in place of amount"),
    may("changes", CHANGES_EXAMPLE, Tables(CHANGE), "年内预算调整", "changes of the budget during the year"),
];

#[rustfmt::skip]
pub(crate) const CHANGE: &[Key] = &[
    need("on", "on = \"2026-06-30\"", Date, "调整日，须在保险年度内", "the day of the change, inside the insurance year"),
    need("add", "add = \"5000000.00\"", Decimal, "增加的元数，减少写负数，至多 2 位小数", "yuan added, negative where it is cut, at most 2 decimals"),
    need("reason", "reason = \"疫情\"", Text, "理由与文号", "the reason, with its document"),
];

#[rustfmt::skip]
pub(crate) const POINT_VALUE: &[Key] = &[
    may("floor", "floor = \"80\"", Decimal, "点值不低于此，元/点", "the point value is at least this, yuan per point"),
    may("ceiling", "ceiling = \"120\"", Decimal, "点值不高于此，元/点", "the point value is at most this, yuan per point"),
];
