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
///
/// points = ⟦P × factor × k⟧p of a normal case. Source: 中医优势病种, 同病同效同价 and day surgery by
/// disease: 河南省“十四五”医疗保障发展规划 chapter 5; the factors are the region's policy (unconfirmed).
///
/// ```
/// use dianzhi_core::{ByGroup, CompareWith, CompiledPolicy, Fen, Points, Silent, example};
/// let mut policy = example::policy();
/// policy.methods.by_group = vec![ByGroup {
///     id: "day-surgery".to_owned(),
///     factor: "0.9".parse()?,
///     compare_with: CompareWith::Type,
///     groups_as: Vec::new(),
///     long_stay: None,
///     by_cost: None,
/// }];
/// let compiled = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals())?;
/// let mut case = compiled.case(Some("ES25"), "H001", "310", Fen(900_000), Fen(0)).unwrap();
/// case.method = compiled.method("day-surgery").unwrap();
/// // 100.99 × 0.9 × 1.05 = 95.43555
/// assert_eq!(compiled.worth(&case, &mut Silent).unwrap().worth.points(), Points(954_356));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// amount = ⟦Σ days × rate [× k]⟧m, each tier for its days. Source: 中共中央 国务院关于深化医疗保障制度改革的意见
/// (2020) (十一), long stays per diem; the rates are the region's policy.
///
/// ```
/// use dianzhi_core::{CompiledPolicy, DayRate, Fen, PayIn, PerDiem, Silent, Worth, example};
/// let mut policy = example::policy();
/// let rate = |from_day, rate: i64| DayRate { level: None, from_day, rate: rate.into() };
/// policy.methods.per_diem = vec![PerDiem {
///     id: "days".to_owned(),
///     pay_in: PayIn::Money,
///     rates: vec![rate(1, 300), rate(31, 240)],
///     days_min: None,
///     days_max: None,
///     coefficient: false,
///     fund_share: None,
/// }];
/// let compiled = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals())?;
/// let mut case = compiled.case(None, "H001", "310", Fen(2_000_000), Fen(0)).unwrap();
/// case.method = compiled.method("days").unwrap();
/// case.detail.days = 40;
/// // 30 × 300 + 10 × 240 yuan
/// assert_eq!(compiled.worth(&case, &mut Silent).unwrap().worth, Worth::Money(Fen(1_140_000)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// amount = price; where cost ÷ price leaves its bounds the case goes by `exit_to`. Source:
/// 福州市“十四五”全民医疗保障专项规划 chapter 3 section 4; prices, shares and exits are the region's policy.
///
/// ```
/// use dianzhi_core::{ByDisease, Charge, CompiledPolicy, Fen, PayIn, Price, Silent, Worth, example};
/// let mut policy = example::policy();
/// policy.methods.by_disease = vec![ByDisease {
///     id: "priced".to_owned(),
///     pay_in: PayIn::Money,
///     code: "dise_no".to_owned(),
///     charge: Charge::Bill,
///     exit_below: None,
///     exit_above: None,
///     exit_to: None,
/// }];
/// let prices = [Price {
///     method: "priced".to_owned(),
///     code: "M1".to_owned(),
///     level: None,
///     price: 5_000.into(),
///     fund_share: Some("0.7".parse()?),
/// }];
/// let compiled = CompiledPolicy::with_prices(&policy, &example::groups(), &example::hospitals(), &prices)?;
/// let mut case = compiled.case(None, "H001", "310", Fen(520_000), Fen(0)).unwrap();
/// case.method = compiled.method("priced").unwrap();
/// case.detail.price = compiled.price_of(case.method, "M1", case.hospital);
/// assert_eq!(compiled.worth(&case, &mut Silent).unwrap().worth, Worth::Money(Fen(500_000)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// amount = ⟦max(0, cost − deductions) × share⟧m. Source: established practice; deductions and share are the
/// region's policy.
///
/// ```
/// use dianzhi_core::{ByItem, CompiledPolicy, Fen, PayIn, Silent, Worth, example};
/// let mut policy = example::policy();
/// policy.methods.by_item = vec![ByItem {
///     id: "items".to_owned(),
///     pay_in: PayIn::Money,
///     deductions: vec!["hosp_part_amt".to_owned()],
///     share: "0.9".parse()?,
///     fund_share: None,
/// }];
/// let compiled = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals())?;
/// let mut case = compiled.case(None, "H001", "310", Fen(460_000), Fen(0)).unwrap();
/// case.method = compiled.method("items").unwrap();
/// case.detail.deducted = Fen(10_000);
/// assert_eq!(compiled.worth(&case, &mut Silent).unwrap().worth, Worth::Money(Fen(405_000)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
