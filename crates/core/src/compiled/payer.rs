//! Who pays a claim and how: for every route and insurance type the pool and the method.

use super::method::method_named;
use super::{CompileAt, CompileError, CompiledMethod, CompiledPolicy, HospitalId, MethodId, PoolId, PriceId};
use crate::policy::{PayIn, Policy};
use crate::{ApartFrom, ApartId, Text};

/// Position of a payer in [`CompiledPolicy::payers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PayerId(pub u16);

/// What a route and an insurance type lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payer {
    /// Position of the route; `None` where the policy has no routes.
    pub route: Option<usize>,
    /// `insutype`
    pub insutype: String,
    /// The pool.
    pub pool: PoolId,
    /// The method.
    pub method: MethodId,
    /// The items that are paid apart, in the route's order.
    pub apart: Vec<ApartFrom>,
}

fn pool_id(at: usize) -> PoolId {
    PoolId(u16::try_from(at).unwrap_or(u16::MAX))
}

/// Every payer: by route, by pool of the route, by insurance type of the pool.
pub(super) fn payers(policy: &Policy) -> Result<Vec<Payer>, CompileError> {
    let mut all = Vec::new();
    let mut of_pool = |route: Option<usize>, at: usize, method| {
        let Some(pool) = policy.pools.get(at) else { return };
        let route_of = route.and_then(|route| policy.routes.get(route));
        let apart = |insutype: &str| {
            let items = route_of.into_iter().flat_map(|route| policy.apart_of(route));
            let from = items.filter_map(|item| {
                Some(ApartFrom {
                    apart: ApartId(u16::try_from(item).ok()?),
                    pool: pool_id(policy.apart_pool(item, at, insutype)?),
                })
            });
            from.collect()
        };
        all.extend(pool.insutype.iter().map(|insutype| Payer {
            route,
            insutype: insutype.clone(),
            pool: pool_id(at),
            method,
            apart: apart(insutype),
        }));
    };
    if policy.routes.is_empty() {
        (0..policy.pools.len()).for_each(|pool| of_pool(None, pool, MethodId::BY_GROUP));
    }
    for (i, route) in policy.routes.iter().enumerate() {
        // Both are known: the policy has no breach.
        let Some(method) = method_named(policy, &route.method) else {
            continue;
        };
        for id in &route.pools {
            let pool = policy.pools.iter().position(|pool| pool.id == *id);
            of_pool(Some(i), pool.unwrap_or(usize::MAX), method);
        }
    }
    if policy.pools.len().max(policy.apart.len()) > usize::from(u16::MAX) || all.len() > usize::from(u16::MAX) {
        let text = Text::new(
            "资金池与险种的组合过多",
            "there are too many pools, insurance types and routes",
        );
        return Err(CompileError::new(CompileAt::Policy("pool".to_owned()), text));
    }
    Ok(all)
}

impl CompiledPolicy {
    /// Everyone who pays, by [`PayerId`].
    ///
    /// ```
    /// use dianzhi_core::{example, CompiledPolicy};
    /// let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    /// let insutypes: Vec<&str> = policy.payers().iter().map(|payer| payer.insutype.as_str()).collect();
    /// assert_eq!(insutypes, ["310", "390", "391"]);
    /// ```
    #[must_use]
    pub fn payers(&self) -> &[Payer] {
        &self.payers
    }

    /// The policy of the period and the payer of an id, which counts the payers of one period after
    /// the other.
    #[inline]
    #[must_use]
    pub fn payer(&self, id: PayerId) -> Option<(&CompiledPolicy, &Payer)> {
        let at = usize::from(id.0);
        if let Some(payer) = self.payers.get(at) {
            return Some((self, payer));
        }
        let period = at.checked_div(self.payers.len())?;
        Some((self.period(period)?, self.payers.get(at % self.payers.len())?))
    }

    /// The position of the period that a payer's id is of.
    #[must_use]
    pub fn period_of(&self, id: PayerId) -> usize {
        usize::from(id.0).checked_div(self.payers.len()).unwrap_or(0)
    }

    /// The id of a payer in a period.
    #[must_use]
    pub fn payer_in(&self, period: usize, payer: PayerId) -> PayerId {
        // Checked when the periods were compiled.
        PayerId(
            u16::try_from(period * self.payers.len())
                .unwrap_or(u16::MAX)
                .saturating_add(payer.0),
        )
    }

    /// The method of an id.
    ///
    /// ```
    /// use dianzhi_core::{example, CompiledPolicy, MethodId};
    /// let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    /// assert_eq!(policy.method("by-group"), Some(MethodId::BY_GROUP));
    /// assert_eq!(policy.method("bed-days"), None);
    /// ```
    #[must_use]
    pub fn method(&self, id: &str) -> Option<MethodId> {
        method_named(&self.policy, id)
    }

    /// The id of a method, as routes name it.
    #[must_use]
    pub fn method_id(&self, method: MethodId) -> &str {
        let compiled = self.methods.get(usize::from(method.0));
        compiled.map_or("", |compiled| compiled.id(&self.policy))
    }

    /// Whether a method gives points or money.
    #[inline]
    #[must_use]
    pub fn pay_in(&self, method: MethodId) -> PayIn {
        // Nearly every claim: nothing to look up.
        if method == MethodId::BY_GROUP {
            return PayIn::Points;
        }
        let compiled = self.methods.get(usize::from(method.0));
        compiled.map_or(PayIn::Points, |compiled| compiled.pay_in(&self.policy))
    }

    /// The price of a disease code at a hospital, where the method is a `[[by_disease]]` that has one.
    #[must_use]
    pub fn price_of(&self, method: MethodId, code: &str, hospital: HospitalId) -> Option<PriceId> {
        let CompiledMethod::ByDisease(_, by_disease) = self.methods.get(usize::from(method.0))? else {
            return None;
        };
        let level = &self.hospitals.get(hospital.0 as usize)?.level;
        by_disease.price(code, level)
    }

    /// Whether a method has a rate for this hospital's level. Only a `[[per_diem]]` can lack one, or a
    /// `[[by_group]]` whose long stays go by such.
    #[must_use]
    pub fn has_rate(&self, method: MethodId, hospital: HospitalId) -> bool {
        match self.methods.get(usize::from(method.0)) {
            Some(CompiledMethod::PerDiem(_, per_diem)) => !per_diem.tiers_of(hospital).is_empty(),
            Some(CompiledMethod::ByGroup(_, by_group)) => match by_group.long_stay {
                Some((_, per_diem)) => self.has_rate(per_diem, hospital),
                None => true,
            },
            _ => true,
        }
    }
}
