//! Items paid apart, written down once more (docs/METHODS.md §4).

use super::{Book, ModelCase, ModelSums, Q, exact};
use num_traits::Zero;

/// An item of a case that is paid apart.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelItem {
    /// Position of its `[[apart]]`.
    pub apart: usize,
    /// Position of the pool that pays it.
    pub pool: usize,
    /// Its amount in yuan.
    pub cost: Q,
}

/// What is booked and owed for an item, in yuan.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelPart {
    /// The item.
    pub item: ModelItem,
    /// What of the case's booked fund goes with it.
    pub billed: Q,
    /// What the fund owes for it.
    pub due: Q,
}

impl Book<'_> {
    /// The rest of a case as its method pays it, and the parts that are paid apart.
    #[must_use]
    pub fn take_apart(&self, case: &ModelCase) -> (ModelCase, Vec<ModelPart>) {
        let mut rest = case.clone();
        rest.apart.clear();
        let owed = |item: &ModelItem| ModelPart {
            item: item.clone(),
            billed: Q::zero(),
            due: self.money(&(&item.cost * exact(self.policy.apart[item.apart].share))),
        };
        let items = case.apart.iter().filter(|item| item.cost > Q::zero());
        let mut parts: Vec<ModelPart> = items.map(owed).collect();
        if parts.is_empty() {
            return (rest, parts);
        }
        for part in &parts {
            rest.medical_cost -= &part.item.cost;
            rest.fund_billed -= &part.due;
        }
        rest.fund_billed = rest.fund_billed.min(rest.medical_cost.clone()).max(Q::zero());
        // What is no longer booked with the rest goes to the items, none of it twice and none lost.
        let mut gone = &case.fund_billed - &rest.fund_billed;
        for part in &mut parts {
            part.billed = gone.clone().min(part.due.clone());
            gone -= &part.billed;
        }
        for part in &mut parts {
            let more = gone.clone().min(&part.item.cost - &part.billed);
            part.billed += &more;
            gone -= more;
        }
        (rest, parts)
    }
}

impl ModelSums {
    /// Adds an item that is paid apart: money that is no case.
    pub fn add_part(&mut self, part: &ModelPart) {
        for (sum, figure) in [
            (&mut self.medical_cost, &part.item.cost),
            (&mut self.money_cost, &part.item.cost),
            (&mut self.fund_billed, &part.billed),
            (&mut self.money_billed, &part.billed),
            (&mut self.due, &part.due),
            (&mut self.money_due, &part.due),
        ] {
            *sum += figure;
        }
    }
}
