//! Capitation, a second time: row by row from the enrolment table, in exact fractions.

use super::{Book, Q, exact};
use num_traits::{One, Zero};

/// People enrolled with a hospital, as the model takes them.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelEnrolment {
    /// Position of the pool in the policy.
    pub pool: usize,
    /// `fixmedins_code`
    pub hospital: String,
    /// The id of the `[[capitation]]`.
    pub class: String,
    /// Its age band, empty where it has none.
    pub age_band: String,
    /// People.
    pub heads: Q,
    /// 1 for people of usual risk.
    pub risk_factor: Q,
}

/// What a hospital is paid by head for one class, in yuan.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCapitation {
    /// `fixmedins_code`
    pub hospital: String,
    /// The id of the `[[capitation]]`.
    pub class: String,
    /// People.
    pub heads: Q,
    /// A
    pub amount: Q,
    /// First payment.
    pub first: Q,
    /// Payment after assessment.
    pub returned: Q,
}

impl Book<'_> {
    /// ΣA of a pool.
    #[must_use]
    pub fn by_head(&self, pool: usize) -> Q {
        let accounts = self.capitations(pool).into_iter();
        accounts.map(|account| account.amount).sum()
    }

    /// What a pool pays by head: by hospital code in byte order, then in the order of the policy.
    #[must_use]
    pub fn capitations(&self, pool: usize) -> Vec<ModelCapitation> {
        let rows = || self.enrolment.iter().filter(|row| row.pool == pool);
        let mut hospitals: Vec<&str> = rows().map(|row| row.hospital.as_str()).collect();
        hospitals.sort_unstable();
        hospitals.dedup();
        let mut accounts = Vec::new();
        for hospital in hospitals {
            for rules in &self.policy.methods.capitation {
                let mut account = ModelCapitation {
                    hospital: hospital.to_owned(),
                    class: rules.id.clone(),
                    heads: Q::zero(),
                    amount: Q::zero(),
                    first: Q::zero(),
                    returned: Q::zero(),
                };
                let mut met = false;
                for row in rows().filter(|row| row.hospital == hospital && row.class == rules.id) {
                    met = true;
                    let band = rules.age_factors.iter().find(|age| age.band == row.age_band);
                    let age = band.map_or_else(Q::one, |age| exact(age.factor));
                    account.heads += &row.heads;
                    account.amount += self.money(&(&row.heads * exact(rules.per_head) * age * &row.risk_factor));
                }
                if !met {
                    continue;
                }
                account.first = self.money(&(&account.amount * exact(rules.first_payment)));
                let q = self.assessed(&self.policy.clearing_of(pool).rules.assessment, hospital);
                account.returned = self.money(&((&account.amount - &account.first) * q));
                accounts.push(account);
            }
        }
        accounts
    }
}
