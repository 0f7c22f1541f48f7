//! The keys of `[[alliance]]`, and of a pool's budget by heads.

use super::Kind::{Decimal, Table, Tables, Text, Texts};
use super::{ASSESSMENT, Key, OVERSPEND, may, need};

#[rustfmt::skip]
pub(crate) const ALLIANCE: &[Key] = &[
    need("id", "id = \"north-county\"", Text, "医共体名称，用于输出，不得重复", "name in the outputs, unique"),
    need("pools", "pools = [\"north-employee\", \"north-resident\"]", Texts, "医共体预算所在的资金池，一个池只属于一个医共体；各池分别结算结余与超支", "the pools that hold its budgets, each of one alliance only; surplus and overspend are settled pool by pool"),
    need("members", "members = [ { fixmedins_code = \"H001\", share = \"0.6\" }, { fixmedins_code = \"H002\", share = \"0.4\" } ]", Tables(MEMBER), "成员医疗机构及其分配比例，比例合计为 1", "its hospitals with their shares, which come to 1"),
    need("keep", "keep = \"0.8\"", Decimal, "结余留用的比例，0–1", "the share of a surplus that it keeps, 0 to 1"),
    may("score", "score = \"92\"", Decimal, "医共体年度考核得分，0–100，assessment 用", "its yearly assessment score, 0 to 100, for assessment"),
    may("assessment", "assessment = { full_from = \"90\", none_below = \"60\" }", Table(ASSESSMENT), "考核得分怎样决定结余留用，写法同 clearing.assessment；不写则与考核无关", "how the score decides what of a surplus is kept, written as clearing.assessment; all of it if left out"),
    need("overspend", "overspend = [ { up_to = \"1.05\", fund_share = \"0.5\" } ]", Tables(OVERSPEND), "合理超支分担：支出 ÷ 可分配总额的各档自 1 起逐档升高，可为空；以调剂金为限", "bands of spent ÷ distributable whose overspend the fund shares, rising from above 1; may be empty; at most the reserve"),
];

#[rustfmt::skip]
pub(crate) const MEMBER: &[Key] = &[
    need("fixmedins_code", "fixmedins_code = \"H001\"", Text, "成员的定点医疗机构编码", "the code of the member"),
    need("share", "share = \"0.6\"", Decimal, "分得结余、分担超支的比例，0–1", "its share of what is kept, or borne, 0 to 1"),
];

#[rustfmt::skip]
pub(crate) const INSURED: &[Key] = &[
    need("class", "class = \"resident\"", Text, "人群名称，供阅读，同一池内不得重复", "who they are, for people to read; unique within the pool"),
    need("heads", "heads = \"325000\"", Decimal, "人数，全年平均，可有小数，不小于 0", "people, as a mean over the year, 0 or more; may have decimals"),
    need("per_head", "per_head = \"680.00\"", Decimal, "每人每年标准，元，不小于 0，至多 2 位小数", "yuan a head and year, 0 or more, at most 2 decimals"),
];

#[rustfmt::skip]
pub(crate) const PUBLIC_HEALTH: &[Key] = &[
    need("amount", "amount = \"5000000.00\"", Decimal, "经费，元，不小于 0，至多 2 位小数", "yuan, 0 or more, at most 2 decimals"),
    need("reason", "reason = \"基本公共卫生服务经费\"", Text, "哪一笔经费与文号", "which money it is, with its document"),
];
