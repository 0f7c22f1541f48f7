//! The methods that a region pays by beside `[pricing]` (多元复合式支付): one section each, named by
//! the routes.

use super::{ByCost, Capitation, CompareWith};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The id by which a route names `[pricing]` as it stands.
pub const BY_GROUP: &str = "by-group";

/// The methods with sections of their own, by kind, each in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Methods {
    /// `[[by_group]]`
    pub by_group: Vec<ByGroup>,
    /// `[[per_diem]]`
    pub per_diem: Vec<PerDiem>,
    /// `[[by_disease]]`
    pub by_disease: Vec<ByDisease>,
    /// `[[by_item]]`
    pub by_item: Vec<ByItem>,
    /// `[[capitation]]`
    pub capitation: Vec<Capitation>,
}

impl Methods {
    /// What the method of an id pays in; `[pricing]` and whatever goes by group pays in points.
    #[must_use]
    pub fn pay_in(&self, id: &str) -> PayIn {
        let per_diem = self.per_diem.iter().map(|method| (&method.id, method.pay_in));
        let by_disease = self.by_disease.iter().map(|method| (&method.id, method.pay_in));
        let by_item = self.by_item.iter().map(|method| (&method.id, method.pay_in));
        let capitation = self.capitation.iter().map(|method| (&method.id, PayIn::Money));
        let mut all = per_diem.chain(by_disease).chain(by_item).chain(capitation);
        let found = all.find(|(known, _)| *known == id);
        found.map_or(PayIn::Points, |(_, pay_in)| pay_in)
    }
}

/// What a method gives a case: points, which the pool's point value prices, or money at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PayIn {
    /// 点数: × the point value.
    Points,
    /// 金额: paid first out of the pool.
    Money,
}

/// `[[by_group]]`: the group's points × a factor (日间手术、中医优势病种), or with the days beyond a
/// number paid per diem (长期住院).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ByGroup {
    /// Name for routes.
    pub id: String,
    /// The share of the group's points.
    pub factor: Decimal,
    /// What the cost of a case is compared with: the group as it stands, or at the factor.
    pub compare_with: CompareWith,
    /// Groups paid as others (同病同效同价).
    pub groups_as: Vec<GroupAs>,
    /// Long stays split between group and per diem.
    pub long_stay: Option<LongStay>,
    /// Paid by cost, with neither class nor cost ratio.
    pub by_cost: Option<ByCost>,
}

/// A group that is paid as another: a TCM group as the western one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupAs {
    /// The group of the case.
    pub group: String,
    /// The group whose base points and mean cost count.
    pub paid_as: String,
}

/// `long_stay`: the days up to one are paid by group, the days beyond per diem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LongStay {
    /// The last day paid by group.
    pub after_day: u32,
    /// The id of a `[[per_diem]]` in points.
    pub per_diem: String,
}

/// `[[per_diem]]` 按床日: so much for every day of the stay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PerDiem {
    /// Name for routes.
    pub id: String,
    /// Money, or points: ⟦rate ÷ mean cost of all × scale⟧p a day.
    pub pay_in: PayIn,
    /// The tiers.
    pub rates: Vec<DayRate>,
    /// A shorter stay is worth no more than its cost.
    pub days_min: Option<u32>,
    /// So many days are paid at most.
    pub days_max: Option<u32>,
    /// Whether the hospital coefficient counts.
    pub coefficient: bool,
    /// The fund's share of the amount; `None` goes by `[fund_share]`.
    pub fund_share: Option<Decimal>,
}

/// One tier: what a day is worth from a day of the stay on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DayRate {
    /// Hospital level it is for; `None` for every level without a tier of its own.
    pub level: Option<String>,
    /// The first day of the stay that it counts for; 1 is the day of admission.
    pub from_day: u32,
    /// Yuan a day.
    pub rate: Decimal,
}

/// `[[by_disease]]` 按病种 and 收付费: a fixed price out of the prices table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ByDisease {
    /// Name for routes and for the prices table.
    pub id: String,
    /// Money, or points as the table has them.
    pub pay_in: PayIn,
    /// The claim's column that the table's codes are of: `group_code`, `dise_no`, `med_type`.
    pub code: String,
    /// What the patient is charged.
    pub charge: Charge,
    /// A case whose cost ÷ price is below this goes by `exit_to`.
    pub exit_below: Option<Decimal>,
    /// A case whose cost ÷ price is above this goes by `exit_to`.
    pub exit_above: Option<Decimal>,
    /// The id of a `[[by_item]]`.
    pub exit_to: Option<String>,
}

/// What the patient of a priced disease is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Charge {
    /// The items of the bill; never more than the patient's share of the price.
    Bill,
    /// 收付费一体: the price itself is the bill.
    Price,
}

/// `[[by_item]]` 按项目: the cost less deductions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ByItem {
    /// Name for routes.
    pub id: String,
    /// Money, or points: ⟦amount ÷ mean cost of all × scale⟧p.
    pub pay_in: PayIn,
    /// Columns of the claims whose amounts are taken off (审核扣款).
    pub deductions: Vec<String>,
    /// The share of what is left that counts.
    pub share: Decimal,
    /// The fund's share of the amount; `None` goes by `[fund_share]`.
    pub fund_share: Option<Decimal>,
}
