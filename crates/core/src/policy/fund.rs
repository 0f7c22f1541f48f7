//! `[[fund]]`: an insurance fund 基金 above its pools: its balance, when it warns 基金预警, and what it
//! prepays 预付金.

use super::breaches::{BreachKind, Breaches};
use super::budget_breaches::{EMPLOYEE, RESIDENT};
use super::{BUDGET_FEN_MAX, Policy};
use crate::decimal::units;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// `[[fund]]`: what the year leaves of an insurance fund, in months of its spending 可支付月数.
///
/// spending = Σ (cleared − deposit + returned) of its pools + Σ kept of procured drugs + `other_spending`;
/// closing = `opening` + `income` − spending; months = closing ÷ (spending ÷ 12), told in whole months,
/// half-up. The tier is the first whose `below` the exact months do not reach.
///
/// Source: months and their tiers are in use (人社部发〔2009〕67号: 6 to 9 months are usual for employees);
/// tiers are the region's policy (unconfirmed).
///
/// ```
/// use dianzhi_core::{example, FenSum, Fund, FundSpending, Silent, WarningTier};
/// let mut policy = example::policy();
/// let tier = |name: &str, below: u32| WarningTier { tier: name.to_owned(), below: below.into() };
/// policy.funds = vec![Fund {
///     id: "employee".to_owned(),
///     pools: vec!["employee".to_owned()],
///     opening: "8000".parse().unwrap(),
///     income: "19000".parse().unwrap(),
///     other_spending: "1000".parse().unwrap(),
///     warning: vec![tier("red", 3), tier("orange", 6), tier("yellow", 9)],
///     deficit: Some("yellow".to_owned()),
///     prepayment: None,
/// }];
/// // 17,000.00 for hospitals: 18,000.00 spent, 9,000.00 left, which is 6 months
/// let spending = FundSpending { hospitals: FenSum(1_700_000), procurement: FenSum(0) };
/// let statement = policy.fund_statement(0, spending, &mut Silent).unwrap();
/// assert_eq!((statement.closing, statement.months), (FenSum(900_000), Some(6)));
/// assert_eq!(statement.tier, Some("yellow".to_owned())); // not below 6
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fund {
    /// Name in the outputs.
    pub id: String,
    /// Its pools, by id; every pool is of one fund.
    pub pools: Vec<String>,
    /// Pooled balance at the start of the year, yuan; below 0 where the fund owes.
    pub opening: Decimal,
    /// The year's income, yuan.
    pub income: Decimal,
    /// What it spent outside of this settlement, yuan: out-of-area care, outpatient benefits.
    pub other_spending: Decimal,
    /// Tiers by months, rising from the gravest.
    pub warning: Vec<WarningTier>,
    /// The tier of a year in which it spent more than it took in, where no other is graver.
    pub deficit: Option<String>,
    /// What it prepays hospitals for the next year.
    pub prepayment: Option<FundPrepayment>,
}

/// A tier of the fund's warning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarningTier {
    /// Its name in the outputs.
    pub tier: String,
    /// Months; fewer are of this tier.
    pub below: Decimal,
}

/// `prepayment` of a `[[fund]]` 预付金: so many months of what was cleared for a hospital in this year, for
/// the next, where the fund can pay at least `from` months.
///
/// prepaid = ⟦max(0, cleared) ÷ 12 × `months`⟧m. Source: about one month; 12 months for employees and
/// 6 for residents: the 2024 notice on prepayments (article to be checked).
///
/// ```
/// use dianzhi_core::{example, FenSum, Fund, FundPrepayment, FundSpending, Silent};
/// let mut policy = example::policy();
/// policy.funds = vec![Fund {
///     id: "employee".to_owned(),
///     pools: vec!["employee".to_owned()],
///     opening: 20_000.into(),
///     income: 19_000.into(),
///     other_spending: 0.into(),
///     warning: Vec::new(),
///     deficit: None,
///     prepayment: Some(FundPrepayment { months: 1.into(), from: 12.into() }),
/// }];
/// let spending = |fen| FundSpending { hospitals: FenSum(fen), procurement: FenSum(0) };
/// let prepaid = |spent| {
///     let statement = policy.fund_statement(0, spending(spent), &mut Silent).unwrap();
///     policy.next_prepayment(&statement, FenSum(600_000), &mut Silent).unwrap()
/// };
/// assert_eq!(prepaid(1_900_000), Some(FenSum(50_000))); // 12.6 months: 6,000.00 ÷ 12
/// assert_eq!(prepaid(2_000_000), Some(FenSum(0))); // 11.4 months
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundPrepayment {
    /// Months of what was cleared, above 0.
    pub months: Decimal,
    /// The months that the fund must be able to pay.
    pub from: Decimal,
}

impl Policy {
    /// The fund that a pool at a position belongs to, by position.
    #[must_use]
    pub fn fund_of(&self, pool: usize) -> Option<usize> {
        let id = &self.pools.get(pool)?.id;
        self.funds.iter().position(|fund| fund.pools.contains(id))
    }
}

impl Breaches {
    pub(super) fn insurance_funds(&mut self, policy: &Policy) {
        for (i, fund) in policy.funds.iter().enumerate() {
            let key = |name: &str| format!("fund[{i}].{name}");
            if fund.id.is_empty() {
                self.no_name(&key("id"));
            }
            if let Some(j) = policy.funds[..i].iter().position(|other| other.id == fund.id) {
                self.twice(&key("id"), &format!("fund[{j}].id"), &fund.id);
            }
            self.fund_pools(policy, i);
            let yuan = |value: Decimal| units(value, 2).is_some_and(|fen| fen.unsigned_abs() <= BUDGET_FEN_MAX as u128);
            let (zh, en) = (
                "至多 2 位小数，不超过 999999999999.99",
                "an amount of at most 2 decimals, up to 999999999999.99",
            );
            if !yuan(fund.opening) {
                self.range(&key("opening"), fund.opening, zh, en);
            }
            for (name, value) in [("income", fund.income), ("other_spending", fund.other_spending)] {
                if value < Decimal::ZERO || !yuan(value) {
                    self.range(
                        &key(name),
                        value,
                        &format!("不小于 0，{zh}"),
                        &format!("0 or more, {en}"),
                    );
                }
            }
            self.warning(i, fund);
            if let Some(prepayment) = &fund.prepayment {
                self.above_zero(&key("prepayment.months"), prepayment.months);
                self.not_negative(&key("prepayment.from"), prepayment.from);
            }
        }
        self.pools_without_fund(policy);
    }

    /// Known pools, each of one fund, employees and residents apart.
    fn fund_pools(&mut self, policy: &Policy, i: usize) {
        let fund = &policy.funds[i];
        if fund.pools.is_empty() {
            self.range(
                &format!("fund[{i}].pools"),
                "[]",
                "至少列一个资金池",
                "a list of at least one pool",
            );
            self.remedy("列出由该基金支付的资金池", "list the pools that the fund pays");
        }
        let of = |kind: &[&str]| {
            let mut all = fund.pools.iter();
            all.position(|id| {
                let pool = policy.pools.iter().find(|pool| pool.id == *id);
                pool.is_some_and(|pool| pool.insutype.iter().any(|code| kind.contains(&code.as_str())))
            })
        };
        if let Some((employee, resident)) = of(&EMPLOYEE).zip(of(&RESIDENT)) {
            self.add(
                BreachKind::Contradiction,
                &format!("fund[{i}].pools[{}]", employee.max(resident)),
                Some(&format!("fund[{i}].pools[{}]", employee.min(resident))),
                "职工与居民基金分别建账、分账核算，不能同属一个基金".to_owned(),
                "employee and resident funds are accounted apart and cannot be one fund".to_owned(),
            );
        }
        for (k, id) in fund.pools.iter().enumerate() {
            let here = format!("fund[{i}].pools[{k}]");
            if policy.pools.iter().all(|pool| pool.id != *id) {
                self.unknown(&here, id, "[[pool]]", policy.pools.iter().map(|pool| &pool.id));
                continue;
            }
            let before = policy.funds[..=i].iter().enumerate().find_map(|(j, earlier)| {
                let until = if j == i { k } else { earlier.pools.len() };
                let at = earlier.pools[..until].iter().position(|other| other == id)?;
                Some(format!("fund[{j}].pools[{at}]"))
            });
            if let Some(other) = before {
                self.twice(&here, &other, id);
            }
        }
    }

    fn warning(&mut self, i: usize, fund: &Fund) {
        let mut above: Option<Decimal> = None;
        for (k, tier) in fund.warning.iter().enumerate() {
            let key = |name: &str| format!("fund[{i}].warning[{k}].{name}");
            if tier.tier.is_empty() {
                self.no_name(&key("tier"));
            }
            if let Some(j) = fund.warning[..k].iter().position(|other| other.tier == tier.tier) {
                self.twice(&key("tier"), &format!("fund[{i}].warning[{j}].tier"), &tier.tier);
            }
            if let Some(above) = above.filter(|above| tier.below <= *above) {
                self.range(
                    &key("below"),
                    tier.below,
                    &format!("高于 {above}（各档自最重的起，月数逐档升高）"),
                    &format!("above {above} (tiers rise from the gravest)"),
                );
            }
            above = Some(tier.below);
        }
        if let Some(deficit) = &fund.deficit
            && fund.warning.iter().all(|tier| tier.tier != *deficit)
        {
            self.unknown(
                &format!("fund[{i}].deficit"),
                deficit,
                "warning",
                fund.warning.iter().map(|tier| &tier.tier),
            );
        }
    }

    /// A fund's spending must be whole: with funds, every pool is of one.
    fn pools_without_fund(&mut self, policy: &Policy) {
        if policy.funds.is_empty() {
            return;
        }
        for p in 0..policy.pools.len() {
            if policy.fund_of(p).is_none() {
                let id = &policy.pools[p].id;
                self.add(
                    BreachKind::Contradiction,
                    &format!("pool[{p}].id"),
                    Some("fund[0].pools"),
                    format!("资金池 {id} 不属于任何 [[fund]]，其支出不知由哪个基金承担"),
                    format!("pool {id} is of no [[fund]]: whose spending it is stays open"),
                );
                self.remedy(
                    "在支付它的 [[fund]] 的 pools 中列出它",
                    "list it under the pools of the [[fund]] that pays it",
                );
            }
        }
    }
}
