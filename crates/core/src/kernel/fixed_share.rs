//! The share of a standard in money that the fund owes, where a method fixes it.

use super::worth::PaidBy;
use crate::case::Case;
use crate::compiled::{CompiledPolicy, Factor};
use crate::{Decimal, Origin, Rule, TooLarge};

/// A fixed share and what fixes it.
pub(crate) struct FixedShare {
    pub(crate) factor: Factor,
    pub(crate) of: ShareOf,
}

/// Whose share it is, by position.
#[derive(Clone, Copy)]
pub(crate) enum ShareOf {
    PerDiem(usize),
    Price(usize),
    ByItem(usize),
    Capitation(usize),
}

impl CompiledPolicy {
    /// The fund's share where the case's method fixes one; `None` where `[fund_share]` decides.
    pub(crate) fn fixed_share(&self, case: &Case) -> Result<Option<FixedShare>, TooLarge> {
        let (factor, of) = match self.paid_by(case)? {
            PaidBy::Plain | PaidBy::ByGroup(..) => return Ok(None),
            PaidBy::PerDiem(at, method) => (method.fund_share, ShareOf::PerDiem(at)),
            PaidBy::ByItem(at, method) => (method.fund_share, ShareOf::ByItem(at)),
            // All of nothing: what others paid is no matter between fund and hospital.
            PaidBy::Capitation(at) => (Some(Factor::ONE), ShareOf::Capitation(at)),
            PaidBy::ByDisease(_) => {
                let row = case.detail.price.ok_or(TooLarge(Rule::FixedPrice))?.0 as usize;
                let price = self.price_rates.get(row).ok_or(TooLarge(Rule::FixedPrice))?;
                (price.fund_share, ShareOf::Price(row))
            }
        };
        Ok(factor.map(|factor| FixedShare { factor, of }))
    }

    /// The share as its table or key has it, and where that is.
    pub(crate) fn share_as_written(&self, share: &FixedShare) -> (Decimal, Origin) {
        let methods = &self.policy.methods;
        let (written, origin) = match share.of {
            ShareOf::PerDiem(at) => (
                methods.per_diem[at].fund_share,
                Origin::Policy(format!("per_diem[{at}].fund_share")),
            ),
            ShareOf::ByItem(at) => (
                methods.by_item[at].fund_share,
                Origin::Policy(format!("by_item[{at}].fund_share")),
            ),
            ShareOf::Capitation(at) => (Some(Decimal::ONE), Origin::Policy(format!("capitation[{at}].id"))),
            ShareOf::Price(row) => (self.prices[row].fund_share, Origin::Price("fund_share")),
        };
        (written.unwrap_or_default(), origin)
    }
}
