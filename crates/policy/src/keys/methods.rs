//! The keys of `[[route]]` and of the methods that routes name.

use super::Kind::{self, Boolean, Decimal, Integer, Table, Tables, Text, Texts};
use super::{Key, may, need, one_of};
use crate::words;
use dianzhi_core::ROUTES_MAX;

/// The longest stay that a key can speak of, in days.
const DAYS_MAX: u32 = 36_500;
const _: () = assert!(ROUTES_MAX == 64, "the key's text says so");

#[rustfmt::skip]
pub(crate) const ROUTE: &[Key] = &[
    need("id", "id = \"psychiatric\"", Text, "路由名称，用于输出，不得重复", "name in the outputs, unique"),
    need("pools", "pools = [\"employee\", \"resident\"]", Texts, "支付的资金池；取险种相符的一个，都不符则此条不适用", "pools it pays from; the one with the claim's insurance type is taken, and without one the route does not fit"),
    need("method", "method = \"by-group\"", Text, "付费方式的 id；by-group 指 [pricing] 本身", "the id of a method; by-group is [pricing] itself"),
    may("when", "when = { med_type = [\"21\"], act_ipt_days = { from = \"15\" } }", Kind::Conditions, "条件，须全部满足：病例字段，或 level、alliance（机构）、kind、stability（病组）；列表为其中之一（末尾 * 表示以此开头），from/to 为范围（含两端）", "conditions that must all hold: fields of the claim, or level, alliance (of the hospital), kind, stability (of the group); a list means one of these (* at the end: begins so), from/to a range with both ends"),
    may("apart", "apart = [\"implants\"]", Texts, "除外支付的项目，[[apart]] 的 id，依次", "items paid apart, ids of [[apart]], in this order"),
];

#[rustfmt::skip]
pub(crate) const APART: &[Key] = &[
    need("id", "id = \"implants\"", Text, "除外项目名称，供路由引用，也用于输出，不得重复", "name for routes and in the outputs, unique"),
    need("column", "column = \"implant_amt\"", Text, "病例中该项目的金额字段，元；各病例文件都须有，空即 0", "the field of the claim with its amount in yuan; every claim file must have it, empty is 0"),
    need("share", "share = \"0.7\"", Decimal, "基金支付该项目的比例，0–1", "the fund's share of the amount, 0 to 1").dated(),
    may("pools", "pools = [\"employee-devices\", \"resident-devices\"]", Texts, "支付的资金池，取险种相符的一个；不写则为路由支付的池", "pools that pay it, the one with the claim's insurance type; the route's own if left out"),
];

#[rustfmt::skip]
pub(crate) const BY_GROUP: &[Key] = &[
    need("id", "id = \"day-surgery\"", Text, "付费方式名称，不得重复", "name for routes, unique"),
    need("factor", "factor = \"0.90\"", Decimal, "按病组点数支付的比例，大于 0（日间手术、中医优势病种）", "share of the group's points, above 0 (day surgery, TCM)").dated(),
    need("compare_with", "compare_with = \"group\"", one_of(&words::COMPARE_WITH_GROUP), "病例费用与谁相比", "what the cost of a case is compared with").dated(),
    may("groups_as", "groups_as = [ { group = \"IJ1Z\", paid_as = \"ES25\" } ]", Tables(GROUP_AS), "同病同效同价：按另一病组支付的病组", "groups that are paid as others (equal pay for equal effect)"),
    may("long_stay", "long_stay = { after_day = 60, per_diem = \"rehabilitation\" }", Table(LONG_STAY), "长期住院：某日以前按病组，以后按床日（点数）", "long stays: by group up to a day, per diem (in points) beyond"),
    may("by_cost", "by_cost = { coefficient = true, at_most = \"base\" }", Table(BY_COST), "按费用占例均费用的比例计点（未完成住院、转院、死亡、空白组等）；须 compare_with = \"group\"，不与 long_stay 并用", "points in proportion to cost ÷ mean cost (stays not completed, transfers, deaths, blank groups); with compare_with = \"group\", not with long_stay"),
];

#[rustfmt::skip]
pub(crate) const BY_COST: &[Key] = &[
    need("coefficient", "coefficient = true", Boolean, "是否乘机构系数", "whether the hospital coefficient counts").dated(),
    may("at_most", "at_most = \"base\"", one_of(&words::AT_MOST), "点数至多为多少；不写则不限", "the most that it comes to; no limit if left out").dated(),
];

#[rustfmt::skip]
pub(crate) const GROUP_AS: &[Key] = &[
    need("group", "group = \"IJ1Z\"", Text, "病例的病组", "the group of the case"),
    need("paid_as", "paid_as = \"ES25\"", Text, "取其基准点数与例均费用的病组", "the group whose base points and mean cost count"),
];

#[rustfmt::skip]
pub(crate) const LONG_STAY: &[Key] = &[
    need("after_day", "after_day = 60", Integer(1, DAYS_MAX), "按病组支付的最后一天", "the last day paid by group").dated(),
    need("per_diem", "per_diem = \"rehabilitation\"", Text, "其后各日的 [[per_diem]]，须 pay_in = \"points\"", "the [[per_diem]] of the days beyond, with pay_in = \"points\""),
];

#[rustfmt::skip]
pub(crate) const PER_DIEM: &[Key] = &[
    need("id", "id = \"psychiatric-days\"", Text, "付费方式名称，不得重复", "name for routes, unique"),
    need("pay_in", "pay_in = \"money\"", one_of(&words::PAY_IN), "付金额还是付点数", "money, or points"),
    need("rates", "rates = [ { level = \"3\", from_day = 1, rate = \"700.00\" } ]", Tables(DAY_RATE), "各级医疗机构、各段天数的床日标准", "the tiers by hospital level and day of stay"),
    may("days_min", "days_min = 3", Integer(1, DAYS_MAX), "不足此天数的住院，至多付其总费用", "a shorter stay is worth no more than its cost").dated(),
    may("days_max", "days_max = 180", Integer(1, DAYS_MAX), "至多付这么多天", "so many days are paid at most").dated(),
    may("coefficient", "coefficient = false", Boolean, "是否乘机构系数；不写即 false", "whether the hospital coefficient counts; false if left out").dated(),
    may("fund_share", "fund_share = \"0.85\"", Decimal, "基金支付的比例，0–1，只用于付金额；不写则依 [fund_share]", "the fund's share, 0 to 1, only with money; left out: [fund_share] decides").dated(),
];

#[rustfmt::skip]
pub(crate) const DAY_RATE: &[Key] = &[
    may("level", "level = \"3\"", Text, "医疗机构等级，与机构表的 level 一致；不写则用于没有自己标准的等级", "hospital level as in the hospitals table; left out: for levels without a tier of their own"),
    need("from_day", "from_day = 1", Integer(1, DAYS_MAX), "从住院第几天起，各级首档为 1，逐档升高", "from which day of the stay on; 1 for the first tier of a level, then rising"),
    need("rate", "rate = \"700.00\"", Decimal, "床日标准，元/床日，不小于 0；付金额时至多 2 位小数", "yuan a day, 0 or more; at most 2 decimals with money").dated(),
];

#[rustfmt::skip]
pub(crate) const BY_DISEASE: &[Key] = &[
    need("id", "id = \"fixed-price\"", Text, "付费方式名称，不得重复；价格表（files.prices）以此相认", "name for routes and for the prices table, unique"),
    need("pay_in", "pay_in = \"money\"", one_of(&words::PAY_IN), "付金额还是付点数", "money, or points"),
    need("code", "code = \"group_code\"", one_of(&words::DISEASE_CODES), "按病例的哪一字段查价", "the field of the claim that prices are looked up by"),
    need("charge", "charge = \"bill\"", one_of(&words::CHARGES), "向患者收多少", "what the patient is charged"),
    may("exit_below", "exit_below = \"0.4\"", Decimal, "总费用 ÷ 价格低于此值，退出病种付费，大于 0", "a case whose cost ÷ price is below this exits, above 0").dated(),
    may("exit_above", "exit_above = \"2\"", Decimal, "总费用 ÷ 价格高于此值，退出病种付费", "a case whose cost ÷ price is above this exits").dated(),
    may("exit_to", "exit_to = \"by-items\"", Text, "退出后依此 [[by_item]] 支付", "the [[by_item]] that pays a case that exits"),
];

#[rustfmt::skip]
pub(crate) const BY_ITEM: &[Key] = &[
    need("id", "id = \"by-items\"", Text, "付费方式名称，不得重复", "name for routes, unique"),
    need("pay_in", "pay_in = \"money\"", one_of(&words::PAY_IN), "付金额还是付点数", "money, or points"),
    may("deductions", "deductions = [\"hosp_part_amt\"]", Texts, "从总费用扣除的病例金额字段（审核扣款等）；不写则不扣", "amount fields of the claim taken off the cost (audit deductions); none if left out"),
    may("share", "share = \"1\"", Decimal, "扣除后计入的比例，0–1；不写即 1", "share of what is left that counts, 0 to 1; 1 if left out").dated(),
    may("fund_share", "fund_share = \"0.85\"", Decimal, "基金支付的比例，0–1，只用于付金额；不写则依 [fund_share]", "the fund's share, 0 to 1, only with money; left out: [fund_share] decides").dated(),
];

#[rustfmt::skip]
pub(crate) const CAPITATION: &[Key] = &[
    need("id", "id = \"family-doctor\"", Text, "人头类别名称，不得重复；人数表（files.enrolment）的 class 与路由的 method 以此相认", "name for routes and for the class column of the enrolment table, unique"),
    need("per_head", "per_head = \"120.00\"", Decimal, "每人每年标准，元，不小于 0，至多 2 位小数", "yuan a head and year, 0 or more, with at most 2 decimals"),
    may("age_factors", "age_factors = [ { band = \"60+\", factor = \"1.5\" } ]", Tables(AGE_FACTOR), "各年龄段的系数；写了则人数表须有 age_band", "factors by age band; with them the enrolment table needs age_band"),
    need("first_payment", "first_payment = \"0.8\"", Decimal, "先行拨付的比例，0–1；其余按考核结果拨付", "share paid whatever the assessment, 0 to 1; the rest is paid by it"),
];

#[rustfmt::skip]
pub(crate) const AGE_FACTOR: &[Key] = &[
    need("band", "band = \"60+\"", Text, "年龄段，与人数表的 age_band 一致", "the age band as the enrolment table writes it"),
    need("factor", "factor = \"1.5\"", Decimal, "系数，大于 0", "its factor, above 0"),
];
