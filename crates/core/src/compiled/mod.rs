//! A policy with its tables, compiled once into dense integer tables.

mod coefficients;
mod fen_bounds;
mod hospital;
mod method;
mod outliers;
mod payer;
mod support;

pub(crate) use coefficients::{Basic, CompiledCoefficients, bonus, bounded, with_bonus, written};
pub(crate) use fen_bounds::FenBounds;
pub(crate) use hospital::CompiledHospital;
pub(crate) use method::{
    CompiledApart, CompiledByDisease, CompiledByGroup, CompiledByItem, CompiledMethod, CompiledPerDiem, CompiledPrice,
    Tier,
};
pub use method::{MethodId, PriceId};
pub(crate) use outliers::{Bounds, CompiledOutliers, Ratio};
pub use payer::{Payer, PayerId};
pub(crate) use support::{CompiledSupport, score, support};

use crate::capitation::Capitations;
use crate::clearing::Caps;
use crate::decimal::{rational, units};
use crate::divide::Divisor;
use crate::{BudgetTree, Decimal, Group, Hospital, Policy, Price, PricingMethod, Text};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use std::collections::HashMap;

/// Position of a group in the groups table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub u32);
/// Position of a hospital in the hospitals table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HospitalId(pub u32);
/// Position of a pool in the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PoolId(pub u16);

/// Why a policy and its tables cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct CompileError {
    /// The key of the policy, the group code or the hospital code that is at fault.
    pub at: CompileAt,
    /// What is wrong.
    pub text: Text,
}

/// Where a [`CompileError`] lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompileAt {
    /// A key of the region file.
    Policy(String),
    /// A row of the groups table.
    Group(usize),
    /// A row of the hospitals table.
    Hospital(usize),
    /// A row of the prices table.
    Price(usize),
    /// A row of the institution caps.
    Cap(usize),
    /// A row of the enrolment table.
    Enrolment(usize),
    /// A row of the coefficients table.
    Coefficient(usize),
    /// A row of the bonuses table.
    Bonus(usize),
}

/// A fraction of two integers that fit the kernel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Factor {
    pub(crate) num: u128,
    pub(crate) den: Divisor,
}

impl Factor {
    pub(crate) const ONE: Factor = Factor {
        num: 1,
        den: Divisor::new(1),
    };

    fn new(value: &BigRational) -> Option<Factor> {
        Some(Factor {
            num: value.numer().to_u128()?,
            den: Divisor::new(value.denom().to_u128()?),
        })
    }
}

#[derive(Clone, Debug)]
pub(crate) struct CompiledGroup {
    /// Base points in units of points ÷ `base_den`.
    pub(crate) base: u64,
    /// 1, or the power of ten by which base points are finer than points.
    pub(crate) base_den: u64,
    /// Where its hospital coefficient is found.
    pub(crate) k: KOf,
    /// x = fen × per_fen: the cost ratio of one fen.
    pub(crate) per_fen: Factor,
    /// points of a low outlier = base × fen × this.
    pub(crate) low_per_fen: Factor,
    /// What is an outlier.
    pub(crate) bounds: FenBounds,
    /// x − high + 1 = (fen × `high_mul` − `high_sub`) ÷ `high_den`
    pub(crate) high_mul: u128,
    /// May be negative where the high bound lies below 1.
    pub(crate) high_sub: i128,
    pub(crate) high_den: Divisor,
}

/// Where the hospital coefficient of a group is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KOf {
    /// Left out (同病同价).
    Alike,
    /// The hospital's, whatever the group.
    Hospital,
    /// By hospital and group, among the [`CompiledCoefficients`].
    Named,
}

/// A policy applied to its groups and hospitals: what the kernel works from.
#[derive(Clone, Debug)]
pub struct CompiledPolicy {
    pub(crate) policy: Policy,
    /// The budgets of its pools and of the nodes above them.
    pub(crate) tree: BudgetTree,
    pub(crate) groups: Vec<Group>,
    pub(crate) hospitals: Vec<Hospital>,
    pub(crate) group_rates: Vec<CompiledGroup>,
    pub(crate) hospital_rates: Vec<CompiledHospital>,
    /// Coefficients out of tables; `None` without `[coefficients]`.
    pub(crate) coefficients: Option<Box<CompiledCoefficients>>,
    /// 扶持与考核 by hospital; `None` without `[support]`.
    pub(crate) support: Option<Box<CompiledSupport>>,
    /// The rules of outliers; `None` where those of [`CompiledGroup`] are all, and without `[support]`.
    pub(crate) outliers: Option<Box<CompiledOutliers>>,
    /// points = fen × this, for an ungrouped case; `None` where it passes 128 bits.
    pub(crate) ungrouped: Option<Factor>,
    /// points = fen × this, for a cost as points; `None` where it passes 128 bits.
    pub(crate) by_cost: Option<Factor>,
    /// Fen per (unit of points × unit of point value).
    pub(crate) fen_per_unit: Factor,
    /// By [`MethodId`].
    pub(crate) methods: Vec<CompiledMethod>,
    /// By [`ApartId`](crate::ApartId).
    pub(crate) apart: Vec<CompiledApart>,
    pub(crate) prices: Vec<Price>,
    /// By [`PriceId`].
    pub(crate) price_rates: Vec<CompiledPrice>,
    /// By [`PayerId`].
    pub(crate) payers: Vec<Payer>,
    /// The policy from later days of the year on, where it changes.
    later: Vec<CompiledPolicy>,
    group_index: HashMap<String, GroupId>,
    hospital_index: HashMap<String, HospitalId>,
    /// The year's institution caps.
    pub(crate) caps: Caps,
    /// What is paid by head.
    pub(crate) capitations: Capitations,
}

impl CompiledPolicy {
    /// Compiles a policy with its tables.
    ///
    /// # Errors
    /// The first [`Policy::breaches`], a code that stands twice, a table value out of range (base points below 0, mean cost or coefficient not above 0, score outside 0–100), or a figure too large for the kernel.
    ///
    /// ```
    /// use dianzhi_core::{example, CompiledPolicy};
    /// let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    /// assert!(policy.group("ES25").is_some() && policy.group("ZZ99").is_none());
    /// ```
    pub fn new(policy: &Policy, groups: &[Group], hospitals: &[Hospital]) -> Result<CompiledPolicy, CompileError> {
        CompiledPolicy::with_prices(policy, groups, hospitals, &[])
    }

    /// Compiles a policy with its tables, prices among them.
    ///
    /// # Errors
    /// As [`CompiledPolicy::new`]; and a price whose method is none, that stands twice or is out of range.
    pub fn with_prices(
        policy: &Policy,
        groups: &[Group],
        hospitals: &[Hospital],
        prices: &[Price],
    ) -> Result<CompiledPolicy, CompileError> {
        if let Some(breach) = policy.breaches().into_iter().next() {
            return Err(CompileError {
                at: CompileAt::Policy(breach.key),
                text: breach.text,
            });
        }
        let group_rates = groups
            .iter()
            .enumerate()
            .map(|(i, group)| compile_group(policy, group).map_err(|text| CompileError::new(CompileAt::Group(i), text)))
            .collect::<Result<_, _>>()?;
        if let Some(i) = hospitals
            .iter()
            .position(|h| policy.has_credit() && h.credit_score.is_none())
        {
            let text = Text::new(
                "没有 credit_score，而政策按信用得分考核",
                "there is no credit_score, and the policy goes by it",
            );
            return Err(CompileError::new(CompileAt::Hospital(i), text));
        }
        let hospital_rates = hospitals
            .iter()
            .enumerate()
            .map(|(i, h)| hospital::compile(h).map_err(|text| CompileError::new(CompileAt::Hospital(i), text)))
            .collect::<Result<_, _>>()?;
        let group_index = index(groups.iter().map(|g| &g.code), GroupId)
            .map_err(|(i, code)| CompileError::new(CompileAt::Group(i), stands_twice(&code)))?;
        let hospital_index = index(hospitals.iter().map(|h| &h.code), HospitalId)
            .map_err(|(i, code)| CompileError::new(CompileAt::Hospital(i), stands_twice(&code)))?;
        if let Some((key, code)) = CompiledPolicy::unknown_member(&policy.alliances, hospitals) {
            let text = Text::new(
                format!("hospitals 中没有医共体成员 {code}"),
                format!("hospitals does not have {code}, which is a member of an alliance"),
            );
            return Err(CompileError::new(CompileAt::Policy(key), text));
        }
        let price_rates = method::compile_prices(policy, prices)?;
        let methods = method::compile_methods(policy, &group_index, hospitals, prices)?;
        let compiled = CompiledPolicy {
            coefficients: None,
            support: None,
            payers: payer::payers(policy)?,
            later: Vec::new(),
            outliers: CompiledOutliers::new(policy, groups, hospitals).map(Box::new),
            methods,
            apart: method::compile_apart(policy)?,
            prices: prices.to_vec(),
            price_rates,
            ungrouped: Factor::new(&ungrouped_per_fen(policy)),
            by_cost: Factor::new(&points_per_fen(policy)),
            fen_per_unit: fen_per_unit(policy),
            tree: policy.budget_tree(),
            policy: policy.clone(),
            groups: groups.to_vec(),
            hospitals: hospitals.to_vec(),
            group_rates,
            hospital_rates,
            group_index,
            hospital_index,
            caps: Caps::new(),
            capitations: Capitations::default(),
        };
        compiled.with_coefficients(&[], &[])
    }

    /// Compiles a policy that changes during the year: one policy a period, alike in all that holds
    /// for the whole year (pools, routes, rounding, fund share, clearing).
    ///
    /// # Errors
    /// As [`CompiledPolicy::with_prices`], of any period; and where there is no period, or there are
    /// more periods and payers than a claim can name.
    pub fn dated(
        periods: &[&Policy],
        groups: &[Group],
        hospitals: &[Hospital],
        prices: &[Price],
    ) -> Result<CompiledPolicy, CompileError> {
        let too_many = || {
            let text = Text::new(
                "政策时段与支付方的组合过多或没有时段",
                "there are no periods, or too many with their payers",
            );
            CompileError::new(CompileAt::Policy("region".to_owned()), text)
        };
        let (first, later) = periods.split_first().ok_or_else(too_many)?;
        let mut first = CompiledPolicy::with_prices(first, groups, hospitals, prices)?;
        if first.payers.len() * periods.len() > usize::from(u16::MAX) {
            return Err(too_many());
        }
        for policy in later {
            first
                .later
                .push(CompiledPolicy::with_prices(policy, groups, hospitals, prices)?);
        }
        Ok(first)
    }

    /// The policy of a period, by its position in the year.
    #[must_use]
    pub fn period(&self, at: usize) -> Option<&CompiledPolicy> {
        match at.checked_sub(1) {
            None => Some(self),
            Some(later) => self.later.get(later),
        }
    }

    /// The policy it was compiled from.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The groups, by [`GroupId`].
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The hospitals, by [`HospitalId`].
    #[must_use]
    pub fn hospitals(&self) -> &[Hospital] {
        &self.hospitals
    }

    /// The group of a code, compared exactly.
    #[must_use]
    pub fn group(&self, code: &str) -> Option<GroupId> {
        self.group_index.get(code).copied()
    }

    /// The hospital of a code, compared exactly.
    #[must_use]
    pub fn hospital(&self, code: &str) -> Option<HospitalId> {
        self.hospital_index.get(code).copied()
    }

    /// The prices, by [`PriceId`].
    #[must_use]
    pub fn prices(&self) -> &[Price] {
        &self.prices
    }

    /// The first pool that pays an insurance type.
    #[must_use]
    pub fn pool(&self, insutype: &str) -> Option<PoolId> {
        let pays = |pool: &crate::Pool| pool.insutype.iter().any(|code| code == insutype);
        let at = self.policy.pools.iter().position(pays)?;
        u16::try_from(at).ok().map(PoolId)
    }

    /// Whether the policy pays by a fixed base rate.
    #[must_use]
    pub fn is_rate(&self) -> bool {
        self.policy.pricing.method == PricingMethod::Rate
    }
}

impl CompileError {
    fn new(at: CompileAt, text: Text) -> CompileError {
        CompileError { at, text }
    }
}

fn stands_twice(code: &str) -> Text {
    Text::new(format!("代码 {code} 重复"), format!("the code {code} stands twice"))
}

fn index<'a, T>(
    codes: impl Iterator<Item = &'a String>,
    id: impl Fn(u32) -> T,
) -> Result<HashMap<String, T>, (usize, String)> {
    let mut map = HashMap::new();
    for (i, code) in codes.enumerate() {
        let n = u32::try_from(i).map_err(|_| (i, code.clone()))?;
        if map.insert(code.clone(), id(n)).is_some() {
            return Err((i, code.clone()));
        }
    }
    Ok(map)
}

/// yuan → fen
fn fen(yuan: Decimal) -> BigRational {
    rational(yuan) * BigInt::from(100)
}

fn power_of_ten(places: u32) -> BigRational {
    BigRational::from_integer(BigInt::from(10).pow(places))
}

fn compile_group(policy: &Policy, group: &Group) -> Result<CompiledGroup, Text> {
    if group.base_points < Decimal::ZERO {
        let found = group.base_points;
        return Err(Text::new(
            format!("base_points 为 {found}，不得小于 0"),
            format!("base_points is {found}; it must be 0 or more"),
        ));
    }
    if group.mean_cost <= Decimal::ZERO {
        let found = group.mean_cost;
        return Err(Text::new(
            format!("mean_cost 为 {found}，应大于 0"),
            format!("mean_cost is {found}; it must be above 0"),
        ));
    }
    let too_large = || {
        Text::new(
            format!("病组 {} 的 base_points 或 mean_cost 过大", group.code),
            format!("base_points or mean_cost of group {} is too large", group.code),
        )
    };
    // Base points finer than points are kept as they are; the rounding comes with the points.
    let places = policy.rounding.points;
    let finer = group.base_points.normalize().scale().saturating_sub(places);
    let base = units(group.base_points, places + finer).ok_or_else(too_large)?;
    let base = u64::try_from(base).map_err(|_| too_large())?;
    let base_den = 10u64.checked_pow(finer).ok_or_else(too_large)?;
    let mean_fen = fen(group.mean_cost);
    let per_fen = Factor::new(&mean_fen.recip()).ok_or_else(too_large)?;

    let deviation = &policy.deviation;
    let bounds = FenBounds::new(deviation, (deviation.low.ratio, deviation.high.ratio), &mean_fen);

    // x − high + 1 over the common denominator of 1/mean and high.
    let per = mean_fen.recip();
    let excess = rational(deviation.high.ratio) - BigRational::from_integer(1.into());
    let den = per.denom().lcm(excess.denom());
    let high_mul = (&per * BigRational::from_integer(den.clone())).to_integer();
    let high_sub = (&excess * BigRational::from_integer(den.clone())).to_integer();
    Ok(CompiledGroup {
        base,
        base_den,
        k: match policy.pricing.coefficient_not_for.contains(&group.kind) {
            true => KOf::Alike,
            false => KOf::Hospital,
        },
        low_per_fen: Factor {
            den: per_fen
                .den
                .value()
                .checked_mul(base_den.into())
                .map(Divisor::new)
                .ok_or_else(too_large)?,
            ..per_fen
        },
        per_fen,
        bounds,
        high_mul: high_mul.to_u128().ok_or_else(too_large)?,
        high_sub: high_sub.to_i128().ok_or_else(too_large)?,
        high_den: den
            .to_u128()
            .and_then(|d| d.checked_mul(base_den.into()))
            .map(Divisor::new)
            .ok_or_else(too_large)?,
    })
}

/// Units of points of one fen of an ungrouped case.
pub(crate) fn ungrouped_per_fen(policy: &Policy) -> BigRational {
    points_per_fen(policy) * rational(policy.ungrouped_share)
}

/// Units of points of one fen of cost.
pub(crate) fn points_per_fen(policy: &Policy) -> BigRational {
    rational(policy.pricing.scale) / fen(policy.pricing.mean_cost_all) * power_of_ten(policy.rounding.points)
}

/// Points × V is in units of 10^-(points + point_value) yuan; money is in 10^-2.
fn fen_per_unit(policy: &Policy) -> Factor {
    let places = policy.rounding.points + policy.rounding.point_value;
    // At most 24 places, so both fit.
    Factor {
        num: 10u128.pow(2u32.saturating_sub(places)),
        den: Divisor::new(10u128.pow(places.saturating_sub(2))),
    }
}
