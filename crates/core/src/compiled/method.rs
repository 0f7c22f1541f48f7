//! The methods of a policy, compiled: amounts in fen, points in units, shares as two integers.

use super::{CompileAt, CompileError, Factor, GroupId, fen, power_of_ten};
use crate::case::CaseFactor;
use crate::decimal::{rational, units};
use crate::divide::Divisor;
use crate::policy::{BY_GROUP, ByCost, CompareWith, PayIn, Policy};
use crate::rounding::round;
use crate::tables::{Hospital, Price};
use crate::{Decimal, Text};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use std::collections::{HashMap, HashSet};

/// Position of a method: [`MethodId::BY_GROUP`] first, then the sections in the order by-group,
/// per diem, by disease, by item, capitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MethodId(pub u16);

impl MethodId {
    /// `[pricing]` as it stands.
    pub const BY_GROUP: MethodId = MethodId(0);
}

/// Position of a price in the prices table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PriceId(pub u32);

/// A method, with its position among the sections of its kind.
#[derive(Clone, Debug)]
pub(crate) enum CompiledMethod {
    Plain,
    ByGroup(usize, CompiledByGroup),
    PerDiem(usize, CompiledPerDiem),
    ByDisease(usize, CompiledByDisease),
    ByItem(usize, CompiledByItem),
    Capitation(usize),
}

#[derive(Clone, Debug)]
pub(crate) struct CompiledByGroup {
    pub(crate) factor: CaseFactor,
    pub(crate) compare_with: CompareWith,
    /// The group that a group is paid as, where it is another.
    pub(crate) paid_as: HashMap<GroupId, GroupId>,
    /// The last day paid by group, and the per diem of the days beyond.
    pub(crate) long_stay: Option<(u32, MethodId)>,
    pub(crate) by_cost: Option<ByCost>,
}

#[derive(Clone, Debug)]
pub(crate) struct CompiledPerDiem {
    pub(crate) pay_in: PayIn,
    /// What a day is worth, in fen or units of points, from a day on, by hospital; none where the
    /// hospital's level has no tier.
    pub(crate) tiers: Vec<Vec<Tier>>,
    pub(crate) of_hospital: Vec<usize>,
    pub(crate) fund_share: Option<Factor>,
}

/// From this day on a day is worth so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tier {
    pub(crate) from_day: u32,
    pub(crate) worth: u64,
    /// Position in the section's list of rates.
    pub(crate) at: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct CompiledByDisease {
    pub(crate) exit_to: Option<MethodId>,
    /// By code, and then by level; `None` for every level without a price of its own.
    prices: HashMap<String, Vec<(Option<String>, PriceId)>>,
}

#[derive(Clone, Debug)]
pub(crate) struct CompiledByItem {
    /// Fen, or units of points, of one fen.
    pub(crate) per_fen: Factor,
    pub(crate) fund_share: Option<Factor>,
}

/// A price of the table in fen, or in units of points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CompiledPrice {
    pub(crate) worth: u64,
    /// A cost below this many fen, or above the other, leaves the price.
    pub(crate) exit_below: i128,
    pub(crate) exit_above: i128,
    pub(crate) fund_share: Option<Factor>,
}

/// An item that is paid apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CompiledApart {
    /// The fund's share of a fen.
    pub(crate) share: Factor,
}

impl CompiledMethod {
    /// Points or money.
    pub(crate) fn pay_in(&self, policy: &Policy) -> PayIn {
        let methods = &policy.methods;
        match *self {
            CompiledMethod::Plain | CompiledMethod::ByGroup(..) => PayIn::Points,
            CompiledMethod::PerDiem(i, _) => methods.per_diem[i].pay_in,
            CompiledMethod::ByDisease(i, _) => methods.by_disease[i].pay_in,
            CompiledMethod::ByItem(i, _) => methods.by_item[i].pay_in,
            CompiledMethod::Capitation(_) => PayIn::Money,
        }
    }

    /// The id that routes name it by.
    pub(crate) fn id<'p>(&self, policy: &'p Policy) -> &'p str {
        let methods = &policy.methods;
        match *self {
            CompiledMethod::Plain => BY_GROUP,
            CompiledMethod::ByGroup(i, _) => &methods.by_group[i].id,
            CompiledMethod::PerDiem(i, _) => &methods.per_diem[i].id,
            CompiledMethod::ByDisease(i, _) => &methods.by_disease[i].id,
            CompiledMethod::ByItem(i, _) => &methods.by_item[i].id,
            CompiledMethod::Capitation(i) => &methods.capitation[i].id,
        }
    }
}

impl CompiledByDisease {
    /// The price of a code at a hospital of this level.
    pub(crate) fn price(&self, code: &str, level: &str) -> Option<PriceId> {
        let prices = self.prices.get(code)?;
        let of_level = |wanted: Option<&str>| prices.iter().find(|(level, _)| level.as_deref() == wanted);
        let (_, id) = of_level(Some(level)).or_else(|| of_level(None))?;
        Some(*id)
    }
}

/// The ids of all methods, in the order of [`MethodId`].
pub(crate) fn method_ids(policy: &Policy) -> Vec<&str> {
    let methods = &policy.methods;
    let mut ids = vec![BY_GROUP];
    ids.extend(methods.by_group.iter().map(|method| method.id.as_str()));
    ids.extend(methods.per_diem.iter().map(|method| method.id.as_str()));
    ids.extend(methods.by_disease.iter().map(|method| method.id.as_str()));
    ids.extend(methods.by_item.iter().map(|method| method.id.as_str()));
    ids.extend(methods.capitation.iter().map(|method| method.id.as_str()));
    ids
}

pub(crate) fn method_named(policy: &Policy, id: &str) -> Option<MethodId> {
    let at = method_ids(policy).iter().position(|known| *known == id)?;
    u16::try_from(at).ok().map(MethodId)
}

/// Every method, in the order of [`MethodId`].
pub(super) fn compile_methods(
    policy: &Policy,
    groups: &HashMap<String, GroupId>,
    hospitals: &[Hospital],
    prices: &[Price],
) -> Result<Vec<CompiledMethod>, CompileError> {
    let methods = &policy.methods;
    let mut all = vec![CompiledMethod::Plain];
    for (i, method) in methods.by_group.iter().enumerate() {
        let key = |name: &str| CompileAt::Policy(format!("by_group[{i}].{name}"));
        let mut paid_as = HashMap::new();
        for (k, pair) in method.groups_as.iter().enumerate() {
            let find = |code: &str, name: &str| {
                groups
                    .get(code)
                    .copied()
                    .ok_or_else(|| CompileError::new(key(&format!("groups_as[{k}].{name}")), not_in_groups(code)))
            };
            paid_as.insert(find(&pair.group, "group")?, find(&pair.paid_as, "paid_as")?);
        }
        let factor = CaseFactor::new(method.factor);
        let factor = factor.ok_or_else(|| CompileError::new(key("factor"), too_large()))?;
        let per_diem = |stay: &crate::policy::LongStay| Some((stay.after_day, method_named(policy, &stay.per_diem)?));
        all.push(CompiledMethod::ByGroup(
            i,
            CompiledByGroup {
                factor,
                compare_with: method.compare_with,
                paid_as,
                long_stay: method.long_stay.as_ref().and_then(per_diem),
                by_cost: method.by_cost,
            },
        ));
    }
    for (i, method) in methods.per_diem.iter().enumerate() {
        let compiled = compile_per_diem(policy, method, hospitals);
        let compiled = compiled.map_err(|(k, text)| {
            CompileError::new(CompileAt::Policy(format!("per_diem[{i}].rates[{k}].rate")), text)
        })?;
        all.push(CompiledMethod::PerDiem(i, compiled));
    }
    for (i, method) in methods.by_disease.iter().enumerate() {
        let mut by_code: HashMap<String, Vec<(Option<String>, PriceId)>> = HashMap::new();
        for (row, price) in (0u32..).zip(prices).filter(|(_, price)| price.method == method.id) {
            let entry = (price.level.clone(), PriceId(row));
            by_code.entry(price.code.clone()).or_default().push(entry);
        }
        all.push(CompiledMethod::ByDisease(
            i,
            CompiledByDisease {
                exit_to: method.exit_to.as_deref().and_then(|id| method_named(policy, id)),
                prices: by_code,
            },
        ));
    }
    for (i, method) in methods.by_item.iter().enumerate() {
        let mut per_fen = rational(method.share);
        if method.pay_in == PayIn::Points {
            per_fen *= points_per_fen(policy);
        }
        let per_fen = Factor::new(&per_fen);
        let at = CompileAt::Policy(format!("by_item[{i}].share"));
        let per_fen = per_fen.ok_or_else(|| CompileError::new(at, too_large()))?;
        let fund_share = method.fund_share.and_then(share_factor);
        all.push(CompiledMethod::ByItem(i, CompiledByItem { per_fen, fund_share }));
    }
    all.extend((0..methods.capitation.len()).map(CompiledMethod::Capitation));
    Ok(all)
}

/// A whole number above zero.
fn saturating(number: &BigRational) -> i128 {
    number.to_integer().to_i128().unwrap_or(i128::MAX)
}

/// Every item that is paid apart, in the order of the policy.
pub(super) fn compile_apart(policy: &Policy) -> Result<Vec<CompiledApart>, CompileError> {
    let compile = |(i, apart): (usize, &crate::policy::Apart)| {
        let at = CompileAt::Policy(format!("apart[{i}].share"));
        let share = share_factor(apart.share).ok_or_else(|| CompileError::new(at, too_large()))?;
        Ok(CompiledApart { share })
    };
    policy.apart.iter().enumerate().map(compile).collect()
}

/// Units of points of one fen of cost: ÷ the mean cost of all × scale.
fn points_per_fen(policy: &Policy) -> BigRational {
    rational(policy.pricing.scale) / fen(policy.pricing.mean_cost_all) * power_of_ten(policy.rounding.points)
}

fn compile_per_diem(
    policy: &Policy,
    method: &crate::policy::PerDiem,
    hospitals: &[Hospital],
) -> Result<CompiledPerDiem, (usize, Text)> {
    let mut levels: Vec<Option<&str>> = vec![None];
    for rate in &method.rates {
        if !levels.contains(&rate.level.as_deref()) {
            levels.push(rate.level.as_deref());
        }
    }
    let mut tiers = vec![Vec::new(); levels.len()];
    for (at, rate) in method.rates.iter().enumerate() {
        let worth = match method.pay_in {
            PayIn::Money => units(rate.rate, 2).and_then(|fen| fen.to_u64()),
            PayIn::Points => {
                let exact = fen(rate.rate) * points_per_fen(policy);
                round(&exact, 0, policy.rounding.mode).to_u64()
            }
        };
        let worth = worth.ok_or_else(|| (at, too_large()))?;
        let from_day = rate.from_day;
        let level = levels
            .iter()
            .position(|level| *level == rate.level.as_deref())
            .unwrap_or(0);
        tiers[level].push(Tier { from_day, worth, at });
    }
    let of = |hospital: &Hospital| {
        let own = levels.iter().position(|level| *level == Some(hospital.level.as_str()));
        own.unwrap_or(0)
    };
    Ok(CompiledPerDiem {
        pay_in: method.pay_in,
        tiers,
        of_hospital: hospitals.iter().map(of).collect(),
        fund_share: method.fund_share.and_then(share_factor),
    })
}

/// Every price, as its method counts it.
pub(super) fn compile_prices(policy: &Policy, prices: &[Price]) -> Result<Vec<CompiledPrice>, CompileError> {
    let mut compiled = Vec::with_capacity(prices.len());
    let mut met = HashSet::new();
    for (row, price) in prices.iter().enumerate() {
        let refuse = |zh: String, en: String| CompileError::new(CompileAt::Price(row), Text::new(zh, en));
        let method = policy
            .methods
            .by_disease
            .iter()
            .find(|method| method.id == price.method);
        let Some(method) = method else {
            let id = &price.method;
            return Err(refuse(
                format!("没有 id 为 {id} 的 [[by_disease]]"),
                format!("there is no [[by_disease]] with the id {id}"),
            ));
        };
        let places = match method.pay_in {
            PayIn::Money => 2,
            PayIn::Points => policy.rounding.points,
        };
        let found = price.price;
        let worth = units(found, places)
            .filter(|worth| *worth > 0)
            .and_then(|worth| u64::try_from(worth).ok());
        let Some(worth) = worth.filter(|worth| i64::try_from(*worth).is_ok()) else {
            return Err(refuse(
                format!("price 为 {found}，应大于 0、至多 {places} 位小数"),
                format!("price is {found}; it must be above 0 with at most {places} decimals"),
            ));
        };
        if let Some(share) = price.fund_share
            && (share < Decimal::ZERO || share > Decimal::ONE)
        {
            return Err(refuse(
                format!("fund_share 为 {share}，应在 0 到 1 之间"),
                format!("fund_share is {share}; it must be between 0 and 1"),
            ));
        }
        if method.pay_in == PayIn::Points && price.fund_share.is_some() {
            return Err(refuse(
                "按点数付费的病种由 [fund_share] 定基金支付，fund_share 应留空".to_owned(),
                "what is paid in points goes by [fund_share]; leave fund_share empty".to_owned(),
            ));
        }
        if !met.insert((&price.method, &price.code, &price.level)) {
            let code = &price.code;
            return Err(refuse(
                format!("病种 {code} 的价格重复"),
                format!("the price of {code} stands twice"),
            ));
        }
        // In fen; a cost is a whole number of them.
        let bound = |ratio: Decimal| rational(found) * rational(ratio) * BigInt::from(100);
        compiled.push(CompiledPrice {
            worth,
            exit_below: method
                .exit_below
                .map_or(i128::MIN, |ratio| saturating(&bound(ratio).ceil())),
            exit_above: method
                .exit_above
                .map_or(i128::MAX, |ratio| saturating(&bound(ratio).floor())),
            fund_share: price.fund_share.and_then(share_factor),
        });
    }
    Ok(compiled)
}

fn not_in_groups(code: &str) -> Text {
    Text::new(
        format!("groups 中没有病组 {code}"),
        format!("the groups table has no group {code}"),
    )
}

fn too_large() -> Text {
    Text::new("数值位数过多或过大", "the value is too large or has too many digits")
}

/// A share of an amount as two integers.
fn share_factor(share: Decimal) -> Option<Factor> {
    let plain = share.normalize();
    Some(Factor {
        num: u128::try_from(plain.mantissa()).ok()?,
        den: Divisor::new(10u128.checked_pow(plain.scale())?),
    })
}

impl CompiledPerDiem {
    /// The tiers of a hospital, from the first day on; empty where its level has none.
    pub(crate) fn tiers_of(&self, hospital: super::HospitalId) -> &[Tier] {
        let at = self.of_hospital.get(hospital.0 as usize);
        at.and_then(|&at| self.tiers.get(at)).map_or(&[], Vec::as_slice)
    }
}
