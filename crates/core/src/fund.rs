//! What a year leaves of an insurance fund 基金, in months of its spending, and what it prepays hospitals
//! for the next year (docs/SETTLEMENT.md §5.17).

use crate::decimal::rational;
use crate::rounding::round;
use crate::trace::{input, to_ratio, whole_months};
use crate::{Decimal, FenSum, Origin, Policy, RoundingMode, Rule, Step, TooLarge, Tracer};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;

/// Months of a year.
const YEAR: i128 = 12;

/// What a fund spent in this settlement, whole fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FundSpending {
    /// Σ (cleared − deposit + returned) of its pools.
    pub hospitals: FenSum,
    /// Σ of what hospitals keep of procured drugs.
    pub procurement: FenSum,
}

/// What the year leaves of a fund. Money in whole fen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FundStatement {
    /// Position among the policy's `[[fund]]`.
    pub fund: usize,
    /// Of this settlement.
    pub of_run: FundSpending,
    /// All that it spent.
    pub spending: FenSum,
    /// opening + income − spending
    pub closing: FenSum,
    /// closing ÷ (spending ÷ 12) in millionths, half-up; `None` where nothing was spent.
    pub months_millionths: Option<i128>,
    /// The same in whole months, half-up.
    pub months: Option<i128>,
    /// Position of the tier that its months are of.
    pub by_months: Option<usize>,
    /// Whether it spent more than it took in, and that is a warning.
    pub by_deficit: bool,
    /// Its tier of warning, the graver of the two.
    pub tier: Option<String>,
}

impl FundStatement {
    /// closing ÷ (spending ÷ 12) of funds that spent anything.
    fn exact(spending: FenSum, closing: FenSum) -> Option<BigRational> {
        (spending.0 > 0).then(|| BigRational::new((closing.0 * YEAR).into(), spending.0.into()))
    }

    /// Whether it can pay so many months. A fund that spent nothing can, where it owes nothing.
    fn reaches(&self, months: Decimal) -> bool {
        match FundStatement::exact(self.spending, self.closing) {
            Some(exact) => exact >= rational(months),
            None => self.closing.0 >= 0,
        }
    }
}

impl Policy {
    /// What the year leaves of the fund at a position, as [`Fund`](crate::Fund) says.
    ///
    /// # Errors
    /// [`TooLarge`] where a figure does not fit.
    pub fn fund_statement(
        &self,
        fund: usize,
        of_run: FundSpending,
        tracer: &mut impl Tracer,
    ) -> Result<FundStatement, TooLarge> {
        let rules = &self.funds[fund];
        let yuan = |value: Decimal, rule| fen(&(rational(value) * BigInt::from(100)), rule);
        let other = yuan(rules.other_spending, Rule::FundSpending)?;
        let spending = FenSum(of_run.hospitals.0 + of_run.procurement.0 + other.0);
        let key = |name: &str| Origin::Policy(format!("fund[{fund}].{name}"));
        tracer.step(|| {
            let mut inputs = vec![input(
                "hospitals",
                of_run.hospitals,
                Origin::Sum("cleared − deposit + returned"),
            )];
            let mut expression = of_run.hospitals.to_string();
            if self.procurement.is_some() {
                inputs.push(input("procurement", of_run.procurement, Origin::Sum("kept")));
                expression += &format!(" + {}", of_run.procurement);
            }
            inputs.push(input("other_spending", other, key("other_spending")));
            Step {
                rule: Rule::FundSpending,
                inputs,
                expression: format!("{expression} + {other}"),
                rounding: None,
                result: spending.to_string(),
            }
        });
        let [opening, income] = [rules.opening, rules.income].map(|value| yuan(value, Rule::FundClosing));
        let (opening, income) = (opening?, income?);
        let closing = FenSum(opening.0 + income.0 - spending.0);
        tracer.step(|| Step {
            rule: Rule::FundClosing,
            inputs: vec![
                input("opening", opening, key("opening")),
                input("income", income, key("income")),
                input("spending", spending, Origin::Step(Rule::FundSpending)),
            ],
            expression: format!("{opening} + {income} − {spending}"),
            rounding: None,
            result: closing.to_string(),
        });
        let exact = FundStatement::exact(spending, closing);
        let in_units = |units: i64| {
            let value = exact.as_ref().map(|exact| exact * BigInt::from(units));
            let rounded = value.map(|value| round(&value, 0, RoundingMode::HalfUp).to_i128());
            rounded.map(|found| found.ok_or(TooLarge(Rule::FundMonths))).transpose()
        };
        let below = |tier: &crate::WarningTier| exact.as_ref().is_some_and(|exact| *exact < rational(tier.below));
        let by_months = rules.warning.iter().position(below);
        let by_deficit = rules.deficit.is_some() && spending > income;
        let statement = FundStatement {
            fund,
            of_run,
            spending,
            closing,
            months_millionths: in_units(1_000_000)?,
            months: in_units(1)?,
            by_months,
            by_deficit,
            tier: graver(rules, by_months, by_deficit),
        };
        self.trace_months(&statement, tracer);
        self.trace_tier(&statement, tracer);
        Ok(statement)
    }

    /// Why a fund has its tier of warning: whether months and deficit are met.
    fn trace_tier(&self, of: &FundStatement, tracer: &mut impl Tracer) {
        let rules = &self.funds[of.fund];
        let has_months = !rules.warning.is_empty() && of.spending.0 > 0;
        if !has_months && rules.deficit.is_none() {
            return;
        }
        tracer.step(|| {
            let (closing, spending) = (of.closing, of.spending);
            let key = |name: &str| Origin::Policy(format!("fund[{}].{name}", of.fund));
            let mut inputs = vec![
                input("closing", closing, Origin::Step(Rule::FundClosing)),
                input("spending", spending, Origin::Step(Rule::FundSpending)),
            ];
            let mut compared = Vec::new();
            // The bound that is not reached, or the last one, which is.
            if let Some((at, tier)) = (0..)
                .zip(&rules.warning)
                .nth(of.by_months.unwrap_or(rules.warning.len().saturating_sub(1)))
                && has_months
            {
                let sign = if of.by_months.is_some() { "<" } else { "≥" };
                compared.push(format!("{closing} ÷ ({spending} ÷ {YEAR}) {sign} {}", tier.below));
                inputs.push(input("below", tier.below, key(&format!("warning[{at}].below"))));
                inputs.push(input("tier", &tier.tier, key(&format!("warning[{at}].tier"))));
            }
            if let Some(tier) = &rules.deficit {
                let sign = if of.by_deficit { ">" } else { "≤" };
                compared.push(format!("{spending} {sign} {}", rules.income));
                inputs.push(input("income", rules.income, key("income")));
                inputs.push(input("tier", tier, key("deficit")));
            }
            Step {
                rule: Rule::FundTier,
                inputs,
                expression: compared.join("; "),
                rounding: None,
                result: of.tier.clone().unwrap_or_else(|| "none".to_owned()),
            }
        });
    }

    fn trace_months(&self, of: &FundStatement, tracer: &mut impl Tracer) {
        let (Some(months), Some(units)) = (of.months, of.months_millionths) else {
            return;
        };
        let figures = [
            (
                Rule::FundMonths,
                to_ratio(),
                crate::Fixed { units, places: 6 }.to_string(),
            ),
            (Rule::FundMonthsWhole, whole_months(), months.to_string()),
        ];
        for (rule, rounding, result) in figures {
            tracer.step(|| Step {
                rule,
                inputs: vec![
                    input("closing", of.closing, Origin::Step(Rule::FundClosing)),
                    input("spending", of.spending, Origin::Step(Rule::FundSpending)),
                ],
                expression: format!("{} ÷ ({} ÷ {YEAR})", of.closing, of.spending),
                rounding,
                result,
            });
        }
    }

    /// What a hospital is prepaid for the next year of what was cleared for it in a pool of the fund;
    /// `None` where the fund prepays nothing.
    ///
    /// # Errors
    /// [`TooLarge`] where it does not fit.
    pub fn next_prepayment(
        &self,
        of: &FundStatement,
        cleared: FenSum,
        tracer: &mut impl Tracer,
    ) -> Result<Option<FenSum>, TooLarge> {
        let Some(rules) = &self.funds[of.fund].prepayment else {
            return Ok(None);
        };
        let key = |name: &str| Origin::Policy(format!("fund[{}].prepayment.{name}", of.fund));
        if !of.reaches(rules.from) {
            tracer.step(|| {
                let mut inputs = vec![input("from", rules.from, key("from"))];
                if let Some(units) = of.months_millionths {
                    let months = crate::Fixed { units, places: 6 };
                    inputs.push(input("fund months", months, Origin::Step(Rule::FundMonths)));
                }
                Step {
                    rule: Rule::NextPrepaymentNone,
                    inputs,
                    expression: "0".to_owned(),
                    rounding: None,
                    result: FenSum(0).to_string(),
                }
            });
            return Ok(Some(FenSum(0)));
        }
        let exact = BigRational::new(cleared.0.max(0).into(), YEAR.into()) * rational(rules.months);
        let rounded = BigRational::from_integer(round(&exact, 0, self.rounding.mode));
        let prepaid = fen(&rounded, Rule::NextPrepayment)?;
        tracer.step(|| Step {
            rule: Rule::NextPrepayment,
            inputs: vec![
                input("cleared", cleared, Origin::Latest("cleared")),
                input("months", rules.months, key("months")),
            ],
            expression: format!("max(0, {cleared}) ÷ {YEAR} × {}", rules.months),
            rounding: self.rounding.to_money(),
            result: prepaid.to_string(),
        });
        Ok(Some(prepaid))
    }
}

/// The tier of a fund's months or that of its deficit, whichever comes first.
fn graver(rules: &crate::Fund, by_months: Option<usize>, by_deficit: bool) -> Option<String> {
    let deficit = rules.deficit.as_ref().filter(|_| by_deficit);
    let by_deficit = rules.warning.iter().position(|tier| Some(&tier.tier) == deficit);
    let first = by_months.into_iter().chain(by_deficit).min()?;
    Some(rules.warning[first].tier.clone())
}

fn fen(value: &BigRational, rule: Rule) -> Result<FenSum, TooLarge> {
    let fen = value.to_integer().to_i128().filter(|fen| fen.unsigned_abs() < 1 << 110);
    fen.map(FenSum).ok_or(TooLarge(rule))
}
