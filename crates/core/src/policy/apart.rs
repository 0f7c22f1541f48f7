//! `[[apart]]`: items of a claim that are paid apart from the rest of it (除外支付).

use super::breaches::{BreachKind, Breaches};
use super::{ByItem, Policy, Pool, Route};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// `[[apart]]` 除外支付: an item that the fund pays a share of, beside what the method pays for the
/// rest of the case: implants billed apart, drugs paid apart from services (药品单独支付).
///
/// Source: 中共中央 国务院关于深化医疗保障制度改革的意见 (2020), (十一); what is left out, and at which
/// share, is the region's policy.
///
/// ```
/// use dianzhi_core::{example, Apart, CompiledPolicy, Fen, PayerId, Route, Silent, BY_GROUP};
/// let mut policy = example::policy();
/// policy.apart = vec![Apart {
///     id: "implants".to_owned(),
///     column: "implant_amt".to_owned(),
///     share: "0.7".parse().unwrap(),
///     pools: Vec::new(),
/// }];
/// policy.routes = vec![Route {
///     id: "all".to_owned(),
///     pools: vec!["employee".to_owned()],
///     method: BY_GROUP.to_owned(),
///     when: Vec::new(),
///     apart: vec!["implants".to_owned()],
/// }];
/// let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
/// let payer = &policy.payers()[0];
/// // 20,000.00, of which the fund was billed 14,000.00, with an implant of 8,000.00
/// let rest = policy.take_apart(payer, Fen(2_000_000), Fen(1_400_000), &[Fen(800_000)], &mut Silent).unwrap();
/// assert_eq!(rest.parts[0].due, Fen(560_000));
/// assert_eq!((rest.medical_cost, rest.fund_billed), (Fen(1_200_000), Fen(840_000)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apart {
    /// Name for routes and in the outputs.
    pub id: String,
    /// The column of the claims that has its amount in yuan.
    pub column: String,
    /// The fund's share of the amount, 0 to 1.
    pub share: Decimal,
    /// Pools that pay it, by id; the one with the claim's insurance type is taken. Empty: the pool
    /// that the route pays from.
    pub pools: Vec<String>,
}

impl Policy {
    /// The positions of a route's items, in its order.
    pub(crate) fn apart_of<'p>(&'p self, route: &'p Route) -> impl Iterator<Item = usize> + 'p {
        let at = |id: &String| self.apart.iter().position(|apart| apart.id == *id);
        route.apart.iter().filter_map(at)
    }

    /// The pool that pays an item of a claim whose route pays from `pool`, by position.
    ///
    /// ```
    /// use dianzhi_core::{example, Apart};
    /// let mut policy = example::policy();
    /// policy.apart = vec![Apart {
    ///     id: "implants".to_owned(),
    ///     column: "implant_amt".to_owned(),
    ///     share: "0.7".parse().unwrap(),
    ///     pools: vec!["resident".to_owned()],
    /// }];
    /// assert_eq!(policy.apart_pool(0, 0, "390"), Some(1));
    /// assert_eq!(policy.apart_pool(0, 0, "310"), None);
    /// ```
    #[must_use]
    pub fn apart_pool(&self, apart: usize, pool: usize, insutype: &str) -> Option<usize> {
        let apart = self.apart.get(apart)?;
        if apart.pools.is_empty() {
            return Some(pool);
        }
        let pays = |of: &Pool| apart.pools.contains(&of.id) && of.insutype.iter().any(|code| code == insutype);
        self.pools.iter().position(pays)
    }
}

impl Breaches {
    pub(super) fn apart(&mut self, policy: &Policy) {
        for (i, apart) in policy.apart.iter().enumerate() {
            let key = |name: &str| format!("apart[{i}].{name}");
            if apart.id.is_empty() {
                self.no_name(&key("id"));
            }
            if let Some(j) = policy.apart[..i].iter().position(|other| other.id == apart.id) {
                self.twice(&key("id"), &format!("apart[{j}].id"), &apart.id);
            }
            self.share(&key("share"), apart.share);
            self.known_pools("apart", i, &apart.pools, policy);
            if policy.routes.iter().all(|route| !route.apart.contains(&apart.id)) {
                self.range(
                    &key("id"),
                    &apart.id,
                    "由某条 [[route]] 的 apart 列出",
                    "named by the apart of a [[route]]",
                );
                self.remedy(
                    "在应除外支付的 [[route]] 写 apart 列出它，或删去这一节",
                    "name it by the apart of the routes that it is for, or leave the section out",
                );
            }
        }
        for (i, route) in policy.routes.iter().enumerate() {
            self.apart_of_route(policy, i, route);
        }
    }

    /// Known items, no column twice, none that is deducted already, and a pool for each.
    fn apart_of_route(&mut self, policy: &Policy, i: usize, route: &Route) {
        let mut met: Vec<(String, &str)> = Vec::new();
        for (k, id) in route.apart.iter().enumerate() {
            let here = format!("route[{i}].apart[{k}]");
            let Some(at) = policy.apart.iter().position(|apart| apart.id == *id) else {
                self.unknown(&here, id, "[[apart]]", policy.apart.iter().map(|apart| &apart.id));
                continue;
            };
            let apart = &policy.apart[at];
            if let Some((other, column)) = met.iter().find(|(_, column)| *column == apart.column) {
                let (other, column) = (other.clone(), (*column).to_owned());
                self.twice(&here, &other, &column);
            }
            met.push((here.clone(), &apart.column));
            if let Some((other, method)) = deducted(policy, route, &apart.column) {
                let column = &apart.column;
                self.add(
                    BreachKind::Contradiction,
                    &here,
                    Some(&other),
                    format!("{column} 已由 [[by_item]] {method} 扣除，不能再除外支付"),
                    format!("{column} is deducted by [[by_item]] {method} already; it cannot be paid apart too"),
                );
            }
            self.has_pool_for(policy, i, route, at);
        }
    }

    /// Every insurance type that the route pays needs a pool that pays the item.
    fn has_pool_for(&mut self, policy: &Policy, i: usize, route: &Route, at: usize) {
        for (k, id) in route.pools.iter().enumerate() {
            let Some(pool) = policy.pools.iter().position(|pool| pool.id == *id) else {
                continue;
            };
            let lacks = |code: &&String| policy.apart_pool(at, pool, code).is_none();
            if let Some(code) = policy.pools[pool].insutype.iter().find(lacks) {
                let item = &policy.apart[at].id;
                self.add(
                    BreachKind::Contradiction,
                    &format!("apart[{at}].pools"),
                    Some(&format!("route[{i}].pools[{k}]")),
                    format!("路由支付险种 {code}，而 {item} 的资金池都不含此险种"),
                    format!("the route pays insutype {code}, and no pool of {item} has it"),
                );
                return;
            }
        }
    }
}

/// The key of a column among the deductions of a route's method, or of the one its cases exit to.
fn deducted<'p>(policy: &'p Policy, route: &Route, column: &str) -> Option<(String, &'p str)> {
    let methods = &policy.methods;
    let by_disease = methods.by_disease.iter().find(|method| method.id == route.method);
    let exit = by_disease.and_then(|method| method.exit_to.as_ref());
    let is_it = |method: &ByItem| method.id == route.method || Some(&method.id) == exit;
    methods.by_item.iter().enumerate().find_map(|(i, method)| {
        let at = method
            .deductions
            .iter()
            .position(|name| is_it(method) && name == column)?;
        Some((format!("by_item[{i}].deductions[{at}]"), method.id.as_str()))
    })
}
