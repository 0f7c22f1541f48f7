//! Taking the items apart that are not paid with the rest of a case (docs/METHODS.md §4): before the
//! kernel sees the case, which it then takes as one of the rest's cost and booked fund.

use crate::compiled::{CompiledApart, CompiledPolicy, Payer, PoolId};
use crate::trace::input;
use crate::{Fen, Input, Origin, Rule, Step, Tracer};
use std::ops::Range;

/// Position of an item in the policy's [`Apart`](crate::Apart).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApartId(pub u16);

/// An item that a payer pays apart, and the pool that pays it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApartFrom {
    /// The item.
    pub apart: ApartId,
    /// The pool.
    pub pool: PoolId,
}

/// What a case has of one item, and what the fund owes for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApartPart {
    /// The item.
    pub apart: ApartId,
    /// The pool that pays it.
    pub pool: PoolId,
    /// I: its amount, above zero.
    pub medical_cost: Fen,
    /// What of the case's booked fund goes with it.
    pub fund_billed: Fen,
    /// a: the fund's share of the amount.
    pub due: Fen,
}

/// What is left of a case, for its method to pay, and the parts taken from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// C′: the cost less the items, above zero.
    pub medical_cost: Fen,
    /// hifp′: the booked fund less what the fund owes for the items, between 0 and C′.
    pub fund_billed: Fen,
    /// The items with an amount, in the route's order.
    pub parts: Vec<ApartPart>,
}

impl CompiledPolicy {
    /// Takes the items of a case apart. `amounts` are in fen, in the order of [`Payer::apart`].
    ///
    /// `None` where the items come to the whole cost or more, or an amount is below zero.
    pub fn take_apart(
        &self,
        payer: &Payer,
        medical_cost: Fen,
        fund_billed: Fen,
        amounts: &[Fen],
        tracer: &mut impl Tracer,
    ) -> Option<Rest> {
        let mut parts = Vec::new();
        let (mut items, mut dues) = (0i64, 0i64);
        for (from, amount) in payer.apart.iter().zip(amounts) {
            let cost = u64::try_from(amount.0).ok()?;
            if cost == 0 {
                continue;
            }
            let CompiledApart { share } = self.apart.get(usize::from(from.apart.0))?;
            // At most the amount.
            let due = share.den.mul_div(cost, share.num, 1, self.mode())?;
            tracer.step(|| self.step_due(*from, *amount, Fen(due)));
            items = items.checked_add(amount.0)?;
            dues = dues.checked_add(due)?;
            parts.push(ApartPart {
                apart: from.apart,
                pool: from.pool,
                medical_cost: *amount,
                fund_billed: Fen(0),
                due: Fen(due),
            });
        }
        let rest = medical_cost.0.checked_sub(items).filter(|rest| *rest > 0)?;
        if parts.is_empty() {
            return Some(Rest {
                medical_cost,
                fund_billed,
                parts,
            });
        }
        let billed = fund_billed.0.checked_sub(dues)?.min(rest).max(0);
        let mut left = fund_billed.0 - billed;
        // To each its due, then what is left up to its cost: together they cost what the rest does not.
        for part in &mut parts {
            part.fund_billed = Fen(left.min(part.due.0));
            left -= part.fund_billed.0;
        }
        for part in &mut parts {
            let more = left.min(part.medical_cost.0 - part.fund_billed.0);
            part.fund_billed.0 += more;
            left -= more;
        }
        let rest = Rest {
            medical_cost: Fen(rest),
            fund_billed: Fen(billed),
            parts,
        };
        self.trace_rest(medical_cost, fund_billed, &rest, tracer);
        Some(rest)
    }

    fn step_due(&self, from: ApartFrom, amount: Fen, due: Fen) -> Step {
        let at = usize::from(from.apart.0);
        let apart = &self.policy.apart[at];
        Step {
            rule: Rule::ApartDue,
            inputs: vec![
                input("I", amount, Origin::Column(apart.column.clone())),
                input("share", apart.share, Origin::Policy(format!("apart[{at}].share"))),
            ],
            expression: format!("{amount} × {}", apart.share),
            rounding: self.policy.rounding.to_money(),
            result: due.to_string(),
        }
    }

    fn trace_rest(&self, cost: Fen, billed: Fen, rest: &Rest, tracer: &mut impl Tracer) {
        let of = |part: &ApartPart| {
            let apart = &self.policy.apart[usize::from(part.apart.0)];
            input("I", part.medical_cost, Origin::Column(apart.column.clone()))
        };
        let due = |part: &ApartPart| input("a", part.due, Origin::Step(Rule::ApartDue));
        let listed = |first: Input, more: &dyn Fn(&ApartPart) -> Input, parts: Range<usize>| {
            let mut inputs = vec![first];
            inputs.extend(rest.parts[parts].iter().map(more));
            let values: Vec<&str> = inputs.iter().map(|input| input.value.as_str()).collect();
            let difference = values.join(" − ");
            (inputs, difference)
        };
        let all = 0..rest.parts.len();
        tracer.step(|| {
            let first = input("medfee", cost, Origin::Claim("medfee_sumamt"));
            let (inputs, expression) = listed(first, &of, all.clone());
            Step {
                rule: Rule::ApartCost,
                inputs,
                expression,
                rounding: None,
                result: rest.medical_cost.to_string(),
            }
        });
        tracer.step(|| {
            let first = input("hifp", billed, Origin::Claim("hifp_pay"));
            let (mut inputs, difference) = listed(first, &due, all.clone());
            inputs.push(input("C′", rest.medical_cost, Origin::Step(Rule::ApartCost)));
            Step {
                rule: Rule::ApartBilled,
                inputs,
                expression: format!("max(0, min({difference}, {}))", rest.medical_cost),
                rounding: None,
                result: rest.fund_billed.to_string(),
            }
        });
        let gone = billed.0 - rest.fund_billed.0;
        let dues: i64 = rest.parts.iter().map(|part| part.due.0).sum();
        let (mut before, mut beyond) = (0, (gone - dues).max(0));
        for part in &rest.parts {
            let owed = (gone - before).min(part.due.0);
            let more = part.fund_billed.0 - owed;
            tracer.step(|| {
                let money = |fen: i64| Fen(fen).to_string();
                let mut inputs = vec![
                    input("hifp", billed, Origin::Claim("hifp_pay")),
                    input("hifp′", rest.fund_billed, Origin::Step(Rule::ApartBilled)),
                    input("dues before", money(before), Origin::Sum("a")),
                    due(part),
                ];
                let mut expression = format!(
                    "min({}, {billed} − {} − {})",
                    part.due,
                    rest.fund_billed,
                    money(before.min(gone))
                );
                if before > gone {
                    inputs.push(input("gone", money(gone), Origin::Sum("hifp − hifp′")));
                }
                if more > 0 {
                    inputs.push(of(part));
                    inputs.push(input(
                        "beyond the dues",
                        money(beyond),
                        Origin::Sum("hifp − hifp′ − Σa"),
                    ));
                    expression += &format!(" + min({} − {}, {})", part.medical_cost, part.due, money(beyond));
                }
                Step {
                    rule: Rule::ApartBooked,
                    inputs,
                    expression,
                    rounding: None,
                    result: part.fund_billed.to_string(),
                }
            });
            before += owed;
            beyond -= more;
        }
    }
}
